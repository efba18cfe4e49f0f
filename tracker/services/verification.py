"""Proving that nothing was changed silently: chain, facts, evidence bytes and stored figures (`verify`)."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, fields
from datetime import date
from typing import Any

from sqlalchemy import select

from tracker.db import db
from tracker.domain.history import Cut
from tracker.domain.plans import NodeKind
from tracker.domain.snapshots import canonical
from tracker.domain.tree import assess
from tracker.domain.workflow import status_after
from tracker.models.audit import AuditEvent, AuditPayload
from tracker.models.current import ActivityCurrent, NodeTotals
from tracker.models.evidence import Evidence, StoredFile
from tracker.models.plans import FactVersion, PlanNode
from tracker.models.progress import ProgressReport, ReportEvent
from tracker.models.reports import CompiledFile, CompiledReport
from tracker.models.triggers import installed_triggers, trigger_names
from tracker.queries.history import NODE, plan_facts
from tracker.queries.plans import load_tree
from tracker.services import storage
from tracker.services.audit import GENESIS, event_hash, salted_hash
from tracker.services.progress import evidence_content, report_content
from tracker.services.totals import (
    CurrentValues,
    TotalValues,
    current_values,
    ids_by_uid,
    rows_by_node,
    total_values,
)
from tracker.services.versions import node_content_of

BATCH = 1000
STORED: tuple[type[Any], ...] = (ActivityCurrent, NodeTotals)


@dataclass(frozen=True)
class Mismatch:
    """One thing that is not as history says."""

    kind: str
    subject: str
    detail: str = ""


def verify(*, evidence_url: str, reports_folder: str) -> list[Mismatch]:
    """Every mismatch between what is stored and what history says; an empty list is the proof asked for."""
    found = [*_triggers(), *_chain()]
    for check in (_versions, _structure, _reports, _events, _evidence_rows):
        found.extend(check())
    found.extend(_files(evidence_url))
    found.extend(_compiled(reports_folder))
    found.extend(_figures())
    return found


def _triggers() -> Iterator[Mismatch]:
    connection = db.session.connection()
    for name in sorted(trigger_names(connection.dialect.name) - installed_triggers(connection)):
        yield Mismatch("trigger-missing", name)


def _chain() -> Iterator[Mismatch]:
    """Each event over the one before it, without gaps, with the payload that its hash covers."""
    previous, expected = GENESIS, 1
    rows = db.session.execute(
        select(AuditEvent, AuditPayload)
        .outerjoin(AuditPayload, AuditPayload.seq == AuditEvent.seq)
        .order_by(AuditEvent.seq)
        .execution_options(yield_per=BATCH)
    )
    for event, payload in rows:
        subject = str(event.seq)
        if event.seq != expected:
            yield Mismatch("chain-gap", subject, f"{expected}")
        if event.previous_hash != previous or event.hash != event_hash(event):
            yield Mismatch("chain-broken", subject)
        if payload is not None and salted_hash(payload.salt, payload.content) != event.payload_hash:
            yield Mismatch("payload-changed", subject)
        previous, expected = event.hash, event.seq + 1


def _payloads(sequences: list[int]) -> dict[int, dict[str, Any]]:
    rows = db.session.execute(
        select(AuditPayload.seq, AuditPayload.content).where(AuditPayload.seq.in_(sequences))
    )
    return {seq: json.loads(content) for seq, content in rows}


def _compare(kind: str, rows: list[Any], content: Callable[[Any], dict[str, Any]]) -> Iterator[Mismatch]:
    """Rows against the payloads of the events that recorded them; an erased payload is no mismatch."""
    for start in range(0, len(rows), BATCH):
        batch = rows[start : start + BATCH]
        payloads = _payloads([row.recorded_seq for row in batch])
        for row in batch:
            payload = payloads.get(row.recorded_seq)
            if payload is None:
                continue
            now = json.loads(canonical(content(row)))
            changed = sorted(key for key in payload.keys() | now.keys() if payload.get(key) != now.get(key))
            if changed:
                yield Mismatch(f"{kind}-changed", row.uid, ", ".join(changed))


def _versions() -> Iterator[Mismatch]:
    for version in db.session.scalars(select(FactVersion).order_by(FactVersion.id)):
        payload = _payloads([version.recorded_seq]).get(version.recorded_seq)
        effective_on = version.effective_on.isoformat() if version.effective_on else None
        if payload is not None and payload != {"content": version.content, "effective_on": effective_on}:
            yield Mismatch("version-changed", version.subject_uid)


def _structure() -> Iterator[Mismatch]:
    """The plan's rows as they stand against the last version of each."""
    last = {
        row.subject_uid: row.content
        for row in db.session.scalars(
            select(FactVersion).where(FactVersion.subject_kind == NODE).order_by(FactVersion.recorded_seq)
        )
    }
    for plan_id in db.session.scalars(select(PlanNode.id).where(PlanNode.kind == NodeKind.PLAN)):
        nodes = load_tree(plan_id)
        uids = {node.id: node.uid for node in nodes}
        for node in nodes:
            content = canonical(node_content_of(node, uids.get(node.parent_id or 0)))
            if last.get(node.uid) != content:
                yield Mismatch("structure-changed", node.uid, node.label)


def _reports() -> Iterator[Mismatch]:
    rows = list(db.session.scalars(select(ProgressReport).where(ProgressReport.recorded_seq.is_not(None))))
    yield from _compare("report", rows, report_content)
    for report in rows:
        if status_after(event.action for event in report.actions) is not report.status:
            yield Mismatch("status-changed", report.uid, report.status.value)


def _events() -> Iterator[Mismatch]:
    yield from _compare("action", list(db.session.scalars(select(ReportEvent))), _event_content)


def _event_content(event: ReportEvent) -> dict[str, Any]:
    return {
        "action": event.action.value,
        "report": event.report.uid,
        "at": event.at.isoformat(),
        "comment": event.comment,
        "exception": event.exception,
        "signed_name": event.signed_name,
        "contradicts_narrative": event.contradicts_narrative,
        "accepted_evidence": sorted(event.accepted_evidence),
        "actor_label": event.actor_label,
    }


def _evidence_rows() -> Iterator[Mismatch]:
    rows = list(db.session.scalars(select(Evidence).where(Evidence.recorded_seq.is_not(None))))
    yield from _compare("evidence", rows, evidence_content)


def _files(evidence_url: str) -> Iterator[Mismatch]:
    """Stored bytes against their hash."""
    for sha256 in db.session.scalars(select(StoredFile.sha256).order_by(StoredFile.sha256)):
        path = storage.path_of(evidence_url, sha256)
        if not path.exists():
            yield Mismatch("file-missing", sha256)
        elif storage.hash_of(path) != sha256:
            yield Mismatch("file-changed", sha256)


def _compiled(reports_folder: str) -> Iterator[Mismatch]:
    """Compiled files against their hash, and frozen documents against the event that froze them."""
    url = f"file://{reports_folder}"
    for file in db.session.scalars(select(CompiledFile).order_by(CompiledFile.id)):
        path = storage.path_of(url, file.sha256)
        if not path.exists():
            yield Mismatch("compiled-file-missing", file.sha256, file.filename)
        elif storage.hash_of(path) != file.sha256:
            yield Mismatch("compiled-file-changed", file.sha256, file.filename)
    frozen = select(CompiledReport).where(CompiledReport.recorded_seq.is_not(None))
    for report in db.session.scalars(frozen):
        payload = _payloads([report.recorded_seq or 0]).get(report.recorded_seq or 0)
        if payload is not None and payload.get("sha256") != report.sha256:
            yield Mismatch("compilation-changed", report.uid)


def _figures() -> Iterator[Mismatch]:
    """Stored figures recomputed from history, as of the day each was computed."""
    for plan_id in db.session.scalars(select(PlanNode.id).where(PlanNode.kind == NodeKind.PLAN)):
        scope = PlanNode.plan_id == plan_id
        ids = ids_by_uid(scope)
        stored = {
            (table, node_id): row for table in STORED for node_id, row in rows_by_node(table, scope).items()
        }
        for day in sorted({row.computed_on for row in stored.values()}):
            yield from _figures_of_day(plan_id, day, ids, stored)


def _figures_of_day(
    plan_id: int, day: date, ids: dict[str, int], stored: dict[tuple[type[Any], int], Any]
) -> Iterator[Mismatch]:
    """The rows computed on one day; the others wait for their own."""
    for status in assess(plan_facts(plan_id, Cut(as_of=day)), day).walk():
        node_id = ids[status.facts.uid]
        expected: list[tuple[type[Any], CurrentValues | TotalValues | None]] = [
            (ActivityCurrent, current_values(status))
        ]
        if status.facts.kind is not NodeKind.ACTIVITY:
            expected.append((NodeTotals, total_values(status)))
        for table, values in expected:
            row = stored.get((table, node_id))
            if (row is None) != (values is None):
                yield Mismatch("figure-missing", status.facts.uid, status.facts.label)
            elif row is not None and values is not None and row.computed_on == day:
                changed = [f.name for f in fields(values) if getattr(row, f.name) != getattr(values, f.name)]
                if changed:
                    yield Mismatch("figure-changed", status.facts.uid, ", ".join(changed))


def as_rows(mismatches: list[Mismatch]) -> list[dict[str, str]]:
    """Mismatches for printing."""
    return [asdict(one) for one in mismatches]
