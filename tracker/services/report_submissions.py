"""A report as another system sends it: written, its evidence attached and handed in, or nothing at all.

The rules are those of the pages: the same services write the draft, add the evidence and hand it in.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import select

from tracker.db import db
from tracker.domain.errors import DomainError, SeveralErrors
from tracker.domain.permissions import Actor
from tracker.domain.quantities import FULL, ItemisedQuantity, completion_is_said
from tracker.domain.workflow import ReportStatus
from tracker.models.accounts import Institution
from tracker.models.plans import PlanNode
from tracker.models.progress import ProgressReport
from tracker.services import evidence
from tracker.services.drafts import same_line
from tracker.services.evidence import About, Upload
from tracker.services.evidence_limits import Limits
from tracker.services.progress import SubmissionRefused, correct_report, save_draft, submit_reports
from tracker.services.report_checks import offered_percent
from tracker.services.report_history import ReportContent

ORIGIN = "api"
_BACK = {ReportStatus.RETURNED, ReportStatus.WITHDRAWN}


@dataclass(frozen=True)
class SentEvidence:
    """A file that was received, or a link, with what is said of it."""

    upload: Upload | None
    url: str
    means_uids: tuple[str, ...]
    about: About


@dataclass(frozen=True)
class SentReport:
    """Everything that one request says."""

    node_uid: str
    institution_uid: str
    content: ReportContent
    completed_unknown: bool
    quantities: tuple[tuple[ItemisedQuantity, int | None], ...] | None
    """Rows with the place of their evidence in the list below; None leaves those kept."""
    evidence: tuple[SentEvidence, ...]
    draft_uid: str
    """The draft to go on with; empty: begin one."""
    lock_version: int | None
    hand_in: bool


def receive_report(
    actor: Actor, sent: SentReport, *, limits: Limits, now: datetime, today: date
) -> ProgressReport:
    """Write a report as it was sent, and hand it in unless it is to stay a draft.

    What was returned or withdrawn is corrected, as on the page. Raises DomainError beside the field at
    fault, Conflict where somebody else writes the same line.
    """
    node = db.session.scalar(select(PlanNode).where(PlanNode.uid == sent.node_uid))
    content = sent.content if node is None else _with_offer(node, sent.content)
    if sent.hand_in and not completion_is_said(
        content.percent, content.completed_on, is_unknown=sent.completed_unknown
    ):
        raise DomainError("completion-required", field="completed_on")
    report = _save(actor, sent, content, _to_go_on(actor, sent, node, now, today), None, now, today)
    added = [_attach(actor, report.uid, place, one, limits, now) for place, one in enumerate(sent.evidence)]
    if sent.quantities is not None:
        rows = _rows(sent.quantities, added)
        report = _save(actor, sent, content, report.uid, rows, now, today)
    if not sent.hand_in:
        return report
    try:
        (report,) = submit_reports(actor, report_uids=[report.uid], now=now, today=today)
    except SubmissionRefused as refused:
        raise SeveralErrors(refused.all_errors[report.uid]) from None
    return report


def _with_offer(node: PlanNode, content: ReportContent) -> ReportContent:
    """The percent that the delivered quantity offers, where none was said."""
    offered = offered_percent(node, content.delivered)
    if content.percent is not None or offered is None:
        return content
    return replace(content, percent=offered, completed_on=content.completed_on if offered == FULL else None)


def _to_go_on(
    actor: Actor, sent: SentReport, node: PlanNode | None, now: datetime, today: date
) -> str | None:
    """The draft to write on: the one named, or a new version of what came back; None to begin one."""
    if sent.draft_uid or node is None:
        return sent.draft_uid or None
    institution = db.session.scalar(select(Institution.id).where(Institution.uid == sent.institution_uid))
    latest = db.session.scalars(
        select(ProgressReport)
        .where(same_line(node.id, institution or 0, sent.content.occurrence))
        .order_by(ProgressReport.id.desc())
        .limit(1)
    ).first()
    if latest is None or latest.status not in _BACK or latest.institution_id not in actor.institution_ids:
        return None
    return correct_report(actor, report_uid=latest.uid, now=now, today=today).uid


def _save(
    actor: Actor,
    sent: SentReport,
    content: ReportContent,
    report_uid: str | None,
    rows: Sequence[ItemisedQuantity] | None,
    now: datetime,
    today: date,
) -> ProgressReport:
    return save_draft(
        actor,
        node_uid=sent.node_uid,
        institution_uid=sent.institution_uid,
        content=content,
        report_uid=report_uid,
        lock_version=sent.lock_version if rows is None else None,
        quantities=rows,
        origin=ORIGIN,
        now=now,
        today=today,
    )


def _attach(
    actor: Actor, report_uid: str, place: int, one: SentEvidence, limits: Limits, now: datetime
) -> str:
    """Hand one file or link in with the draft; what is wrong with it is told with its place in the list."""
    try:
        if one.upload is not None:
            return evidence.add_file(
                actor,
                report_uid=report_uid,
                upload=one.upload,
                means_uids=one.means_uids,
                limits=limits,
                now=now,
                **one.about,
            ).uid
        return evidence.add_link(
            actor,
            report_uid=report_uid,
            url=one.url,
            means_uids=one.means_uids,
            limits=limits,
            now=now,
            **one.about,
        ).uid
    except DomainError as error:
        name = {"links": "url", "files": "content"}.get(error.field or "", error.field or "")
        error.field = f"evidence.{place}.{name}".rstrip(".")
        raise


def _rows(
    quantities: Sequence[tuple[ItemisedQuantity, int | None]], evidence_uids: Sequence[str]
) -> list[ItemisedQuantity]:
    """Rows of an itemised quantity with the uid of the evidence at the place that each names."""
    rows = []
    for at, (row, place) in enumerate(quantities):
        if place is not None and not 0 <= place < len(evidence_uids):
            raise DomainError("quantity-evidence-place", field=f"quantities.{at}.evidence")
        rows.append(row if place is None else replace(row, evidence_uid=evidence_uids[place]))
    return rows
