"""Proving that nothing was changed silently: chain, facts, evidence bytes and stored figures (`verify`)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, fields
from datetime import date
from functools import partial
from typing import Any

from sqlalchemy import select

from tracker.db import db
from tracker.domain.errors import DomainError
from tracker.domain.history import Cut
from tracker.domain.plans import NodeKind
from tracker.domain.tree import NodeStatus, assess
from tracker.models.current import ActivityCurrent, NodeTotals
from tracker.models.evidence import StoredFile
from tracker.models.plans import PlanNode
from tracker.queries.history import plan_facts
from tracker.services import (
    storage,
    verified_accounts,
    verified_amendments,
    verified_citizens,
    verified_consultations,
    verified_evidence,
    verified_facts,
    verified_meetings,
    verified_table,
)
from tracker.services.ledger import Mismatch, read_ledger
from tracker.services.totals import (
    CurrentValues,
    TotalValues,
    current_values,
    ids_by_uid,
    rows_by_node,
    total_values,
)
from tracker.services.verified_chain import Anchor, anchored, chain, triggers
from tracker.services.verified_flags import flags
from tracker.services.verified_open_data import edition_files, editions
from tracker.services.verified_reports import compilations, compiled_files, stored_bytes
from tracker.services.verified_rounds import answers, doubts, rounds

STORED: tuple[type[Any], ...] = (ActivityCurrent, NodeTotals)


def verify(*, evidence_url: str, reports_folder: str, kept: Sequence[Anchor] = ()) -> list[Mismatch]:
    """Every mismatch between what is stored and what history says; an empty list is the proof asked for.

    `kept` are anchors of the chain that were written down elsewhere.
    """
    ledger = read_ledger()
    checks: list[Callable[[], Iterator[Mismatch]]] = [
        triggers,
        partial(chain, ledger),
        partial(anchored, kept),
        *(partial(check, ledger) for check in (*verified_facts.CHECKS, *verified_evidence.CHECKS)),
        *(partial(check, ledger) for check in verified_accounts.CHECKS),
        *(partial(check, ledger) for check in verified_amendments.CHECKS),
        partial(_files, evidence_url),
        partial(compiled_files, reports_folder),
        partial(compilations, ledger),
        partial(edition_files, reports_folder),
        partial(editions, ledger),
        *(partial(check, ledger) for check in verified_consultations.CHECKS),
        *(partial(check, ledger) for check in verified_citizens.CHECKS),
        *(partial(check, ledger) for check in verified_meetings.CHECKS),
        *(partial(check, ledger) for check in verified_table.CHECKS),
        _figures,
        partial(flags, ledger),
        partial(rounds, ledger),
        partial(answers, ledger),
        partial(doubts, ledger),
    ]
    return [one for check in checks for one in _readable(check)]


def _readable(check: Callable[[], Iterator[Mismatch]]) -> Iterator[Mismatch]:
    """What a check finds; where rows are so broken that it cannot go on, that is a mismatch too."""
    try:
        yield from check()
    except (DomainError, LookupError, ValueError, TypeError, AttributeError) as error:
        inner = check.func if isinstance(check, partial) else check
        yield Mismatch("unreadable", inner.__name__.strip("_"), f"{type(error).__name__}: {error}"[:200])


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


def as_rows(mismatches: Iterable[Mismatch]) -> list[dict[str, Any]]:
    """Mismatches for printing: kind, subject and detail always, the rest where it says something."""
    always = {"kind", "subject", "detail"}
    return [
        {name: value for name, value in asdict(one).items() if name in always or value not in {"", None}}
        for one in mismatches
    ]
