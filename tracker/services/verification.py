"""Proving that nothing was changed silently: chain, facts, evidence bytes and stored figures (`verify`)."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, fields
from datetime import date
from functools import partial
from typing import Any

from sqlalchemy import select

from tracker.db import db
from tracker.domain.errors import DomainError
from tracker.domain.history import Cut
from tracker.domain.plans import NodeKind
from tracker.domain.schedule import due_dates
from tracker.domain.snapshots import node_from
from tracker.domain.tree import NodeStatus, assess
from tracker.models.audit import AuditEvent, AuditPayload
from tracker.models.current import ActivityCurrent, NodeTotals
from tracker.models.evidence import StoredFile
from tracker.models.notices import OverdueFlag
from tracker.models.plans import FactVersion, PlanNode
from tracker.models.triggers import installed_triggers, trigger_names
from tracker.queries.history import NODE, plan_facts
from tracker.services import storage, verified_evidence, verified_facts
from tracker.services.audit import GENESIS, EventTag, event_hash, salted_hash
from tracker.services.ledger import Ledger, Mismatch, read_ledger
from tracker.services.totals import (
    CurrentValues,
    TotalValues,
    current_values,
    ids_by_uid,
    rows_by_node,
    total_values,
)
from tracker.services.verified_reports import compilations, compiled_files, stored_bytes

BATCH = 1000
STORED: tuple[type[Any], ...] = (ActivityCurrent, NodeTotals)


def verify(*, evidence_url: str, reports_folder: str) -> list[Mismatch]:
    """Every mismatch between what is stored and what history says; an empty list is the proof asked for."""
    ledger = read_ledger()
    checks: list[Callable[[], Iterator[Mismatch]]] = [
        _triggers,
        partial(_chain, ledger),
        *(partial(check, ledger) for check in (*verified_facts.CHECKS, *verified_evidence.CHECKS)),
        partial(_files, evidence_url),
        partial(compiled_files, reports_folder),
        partial(compilations, ledger),
        _figures,
        _flags,
    ]
    return [one for check in checks for one in _readable(check)]


def _readable(check: Callable[[], Iterator[Mismatch]]) -> Iterator[Mismatch]:
    """What a check finds; where rows are so broken that it cannot go on, that is a mismatch too."""
    try:
        yield from check()
    except (DomainError, LookupError, ValueError, TypeError, AttributeError) as error:
        inner = check.func if isinstance(check, partial) else check
        yield Mismatch("unreadable", inner.__name__.strip("_"), f"{type(error).__name__}: {error}"[:200])


def _triggers() -> Iterator[Mismatch]:
    connection = db.session.connection()
    for name in sorted(trigger_names(connection.dialect.name) - installed_triggers(connection)):
        yield Mismatch("trigger-missing", name)


def _chain(ledger: Ledger) -> Iterator[Mismatch]:
    """Each event over the one before it, without gaps, with the payload that its hash covers.

    A payload may be missing only where another event says that it was erased.
    """
    erased = {one.subject_uid for one in ledger.of({EventTag.PAYLOAD_ERASED}).values()}
    previous, expected = GENESIS, 1
    rows: Iterable[tuple[AuditEvent, AuditPayload | None]] = db.session.execute(
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
        if payload is None and subject not in erased:
            yield Mismatch("payload-missing", subject, event.tag)
        if payload is not None and salted_hash(payload.salt, payload.content) != event.payload_hash:
            yield Mismatch("payload-changed", subject)
        previous, expected = event.hash, event.seq + 1


def _files(evidence_url: str) -> Iterator[Mismatch]:
    """Stored bytes against their hash and size."""
    for sha256, size in db.session.execute(
        select(StoredFile.sha256, StoredFile.size).order_by(StoredFile.sha256)
    ):
        yield from stored_bytes("file", storage.path_of(evidence_url, sha256), sha256, size, sha256[:12])


def _figures() -> Iterator[Mismatch]:
    """Stored figures recomputed from history, as of the day each was computed; none is missing."""
    plans = db.session.scalars(select(PlanNode).where(PlanNode.kind == NodeKind.PLAN)).all()
    for plan in plans:
        scope = PlanNode.plan_id == plan.id
        ids = ids_by_uid(scope)
        stored = {
            (table, node_id): row for table in STORED for node_id, row in rows_by_node(table, scope).items()
        }
        if not stored:
            yield Mismatch("figure-missing", plan.uid, plan.label)
        days = sorted({row.computed_on for row in stored.values()})
        for day in days:
            tree = assess(plan_facts(plan.id, Cut(as_of=day)), day)
            yield from _figures_of_day(tree, day, ids, stored)
            if day == days[-1]:
                yield from _figures_missing(tree, ids, stored)


def _expected(status: NodeStatus) -> dict[type[Any], CurrentValues | TotalValues | None]:
    """What must be stored of an item, by table; None where no row may be."""
    totals = None if status.facts.kind is NodeKind.ACTIVITY else total_values(status)
    return {ActivityCurrent: current_values(status), NodeTotals: totals}


def _figures_of_day(
    tree: NodeStatus, day: date, ids: dict[str, int], stored: dict[tuple[type[Any], int], Any]
) -> Iterator[Mismatch]:
    """The rows computed on one day; the others wait for their own."""
    for status in tree.walk():
        for table, values in _expected(status).items():
            row = stored.get((table, ids[status.facts.uid]))
            if row is None or values is None or row.computed_on != day:
                continue
            changed = [f.name for f in fields(values) if getattr(row, f.name) != getattr(values, f.name)]
            if changed:
                yield Mismatch("figure-changed", status.facts.uid, ", ".join(changed))


def _figures_missing(
    tree: NodeStatus, ids: dict[str, int], stored: dict[tuple[type[Any], int], Any]
) -> Iterator[Mismatch]:
    """Rows that must be there and are not, or are there of what has no figures."""
    for status in tree.walk():
        for table, values in _expected(status).items():
            if ((table, ids[status.facts.uid]) in stored) != (values is not None):
                yield Mismatch("figure-missing", status.facts.uid, status.facts.label)


def _flags() -> Iterator[Mismatch]:
    """Overdue flags: a due date that the item had in some version, and the days from it to the count.

    A closed flag counts up to its closing at most: what was met before it was flagged as met takes days off.
    """
    rows = db.session.execute(
        select(OverdueFlag, PlanNode.uid).join(PlanNode, PlanNode.id == OverdueFlag.node_id)
    ).all()
    dues = _dues_ever({uid for _, uid in rows})
    for flag, uid in rows:
        days = (flag.counted_on - flag.due_on).days
        counted = flag.days_late == days if flag.closed_on is None else 0 <= flag.days_late <= days
        known = (uid, flag.occurrence, flag.due_on) in dues
        ordered = flag.due_on < flag.opened_on <= flag.counted_on == (flag.closed_on or flag.counted_on)
        if not (counted and known and ordered):
            yield Mismatch("flag-changed", uid, flag.occurrence)


def _dues_ever(uids: set[str]) -> set[tuple[str, str, date]]:
    """Every due date that some version of those items gave one of their occurrences."""
    found: set[tuple[str, str, date]] = set()
    for content in db.session.scalars(select(FactVersion.content).where(FactVersion.subject_kind == NODE)):
        node = node_from(json.loads(content))
        if node.uid in uids:
            found |= {
                (node.uid, key, due_on)
                for key, dues in due_dates(node.schedule).items()
                for _, due_on in dues
            }
    return found


def as_rows(mismatches: list[Mismatch]) -> list[dict[str, str]]:
    """Mismatches for printing."""
    return [asdict(one) for one in mismatches]
