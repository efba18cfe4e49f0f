"""What history keeps of reports: their words and figures, each action, each item of evidence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from tracker.db import db
from tracker.domain.obstacles import ObstacleKind
from tracker.domain.permissions import Actor
from tracker.domain.snapshots import day_text
from tracker.domain.workflow import ReportAction
from tracker.models.evidence import Evidence
from tracker.models.progress import ProgressReport, ReportEvent
from tracker.services.audit import EventTag, record


@dataclass(frozen=True)
class ReportContent:
    """What a person writes in a report."""

    percent: Decimal | None
    narrative: str
    reported_on: date
    completed_on: date | None = None
    occurrence: str | None = None
    delivered: Decimal | None = None
    departure_reason: str = ""
    no_progress: bool = False
    obstacle: str = ""
    needed: str = ""
    new_expected_on: date | None = None
    obstacle_kind: ObstacleKind | None = None


# Fields that came after the first reports were recorded: history names them only where they say something.
LATER_FIELDS = frozenset({"obstacle_kind"})


def add_event(
    actor: Actor,
    report: ProgressReport,
    action: ReportAction,
    *,
    comment: str = "",
    comment_field: str = "",
    exception: str = "",
    signed_name: str = "",
    contradicts_narrative: bool = False,
    accepted: Sequence[str] = (),
    evidence_reasons: Mapping[str, str] | None = None,
    now: datetime,
) -> ReportEvent:
    """Record an action on a report with its own place in the order of recording."""
    event = ReportEvent(
        action=action,
        at=now,
        actor_uid=actor.uid,
        actor_label=actor_label(actor),
        comment=comment,
        comment_field=comment_field,
        exception=exception,
        signed_name=signed_name,
        contradicts_narrative=contradicts_narrative,
        accepted_evidence=sorted(accepted),
        evidence_reasons=dict(evidence_reasons or {}),
    )
    content = action_content(event, report.uid)
    event.recorded_seq = record(actor, EventTag.REPORT_ACTION, "report", report.uid, content, now=now)
    event.report = report
    db.session.add(event)
    db.session.flush()
    return event


def action_content(event: ReportEvent, report_uid: str) -> dict[str, Any]:
    """An action as history keeps it."""
    content = {
        "action": event.action.value,
        "report": report_uid,
        "at": event.at.astimezone(UTC).isoformat(),
        "comment": event.comment,
        "exception": event.exception,
        "signed_name": event.signed_name,
        "contradicts_narrative": event.contradicts_narrative,
        "accepted_evidence": sorted(event.accepted_evidence),
        "actor_label": event.actor_label,
    }
    said = {"comment_field": event.comment_field, "evidence_reasons": event.evidence_reasons}
    return content | {name: value for name, value in said.items() if value}


def actor_label(actor: Actor) -> str:
    """How the public reads who acted: the office, never a person's name."""
    if actor.label:
        return actor.label
    return actor.role.value if actor.role else "Cumple"


def report_content(report: ProgressReport) -> dict[str, Any]:
    """A report's words and figures as history keeps them; `verify` compares the row with this."""
    content = {field.name: getattr(report, field.name) for field in fields(ReportContent)}
    plain = {
        name: value.isoformat() if isinstance(value, date) else _number(value)
        for name, value in content.items()
        if value is not None or name not in LATER_FIELDS
    }
    return (
        plain
        | _said_besides(report)
        | {
            "uid": report.uid,
            "thread": report.thread_uid,
            "version": report.version,
            "node": report.node.uid,
            "institution": report.institution.uid,
            "claimed_role": report.claimed_role.value if report.claimed_role else None,
            "origin": report.origin,
            "author": report.author_uid,
            "evidence": sorted(item.uid for item in report.evidence),
        }
    )


def _said_besides(report: ProgressReport) -> dict[str, Any]:
    """An official letter and itemised quantities, where there are any."""
    more: dict[str, Any] = {}
    if report.letter_number:
        more["letter"] = {"number": report.letter_number, "on": day_text(report.letter_on)}
    if report.quantities:
        more["quantities"] = [
            {
                "label": one.label,
                "quantity": _number(one.quantity),
                "on": day_text(one.delivered_on),
                "evidence": one.evidence.uid if one.evidence else None,
            }
            for one in report.quantities
        ]
    return more


def evidence_content(item: Evidence) -> dict[str, Any]:
    """An evidence item as history keeps it."""
    reserve = {
        "resolution_number": item.resolution_number or None,
        "resolution_authority": item.resolution_authority or None,
        "resolution_on": day_text(item.resolution_on),
        "reserved_until": day_text(item.reserved_until),
        "version": {"of": item.thread_uid, "number": item.version} if item.version > 1 else None,
    }
    return {
        "uid": item.uid,
        "kind": item.kind.value,
        "title": item.title,
        "url": item.url,
        "sha256": item.sha256,
        "filename": item.filename,
        "description": item.description,
        "effective_on": day_text(item.effective_on),
        "access": item.access.value,
        "legal_ground": item.legal_ground,
        "means": sorted(one.uid for one in item.means),
        "size": item.file.size if item.file else None,
        "media_type": item.file.media_type if item.file else "",
        "author": item.author_uid,
        "created_at": item.created_at.astimezone(UTC).isoformat(),
    } | {name: value for name, value in reserve.items() if value is not None}


def _number(value: Any) -> Any:
    """Decimals as text in one form, whatever scale the database gives back."""
    return format(value.normalize(), "f") if isinstance(value, Decimal) else value
