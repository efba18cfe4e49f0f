"""What a reviewer should see before opening a report: what its claim rests on, and what is odd about it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, or_, select

from tracker.db import db
from tracker.domain.quantities import claims_above_quantity
from tracker.domain.workflow import ReportAction, ReportStatus
from tracker.models.evidence import Evidence, evidence_means
from tracker.models.plans import Product, means_nodes, product_nodes
from tracker.models.progress import ProgressReport, ReportEvent

FULL = Decimal(100)
Line = tuple[int, int, str | None]
"""An item, an institution and an occurrence of it: what a report speaks of."""


class Finding(StrEnum):
    """What a reviewer should see before opening a report."""

    FULL_WITHOUT_EVIDENCE = "full_without_evidence"
    MEANS_MISSING = "means_missing"
    NO_EVIDENCE = "no_evidence"
    ABOVE_QUANTITY = "above_quantity"
    BELOW_VALIDATED = "below_validated"
    COMPLETED_LATE = "completed_late"
    EVIDENCE_AFTER_REPORT = "evidence_after_report"
    NO_PROGRESS = "no_progress"
    OTHERS_REST_ON_IT = "others_rest_on_it"


# With these the report cannot be validated as it stands: it needs an exception signed by name, or goes back.
NOT_READY = frozenset({Finding.FULL_WITHOUT_EVIDENCE, Finding.MEANS_MISSING, Finding.NO_EVIDENCE})


@dataclass
class Basis:
    """What the claims of some reports rest on, by node and report."""

    required: dict[int, set[int]] = field(default_factory=lambda: defaultdict(set))
    answered: dict[int, set[int]] = field(default_factory=lambda: defaultdict(set))
    """Means for which a report brings evidence."""
    proven: dict[int, set[int]] = field(default_factory=lambda: defaultdict(set))
    """Means of a node answered by evidence accepted earlier."""
    items: dict[int, set[str]] = field(default_factory=lambda: defaultdict(set))
    validated: dict[Line, Decimal] = field(default_factory=dict)
    """The last percent accepted of an institution's reports on the same line."""
    later: set[int] = field(default_factory=set)
    """Reports with evidence dated after them."""
    planned: dict[int, list[Decimal]] = field(default_factory=lambda: defaultdict(list))
    threads: set[str] = field(default_factory=set)
    """Threads of which a version stands validated."""

    def covered(self, report: Any) -> set[int]:
        """The means of its item that this report or one accepted earlier answers."""
        return (self.answered[report.id] | self.proven[report.node_id]) & self.required[report.node_id]


def load_basis(waiting: ColumnElement[bool]) -> Basis:
    """What every report that waits rests on, in four queries however many there are."""
    basis = Basis()
    nodes = select(ProgressReport.node_id).where(waiting)
    for node_id, means_id in db.session.execute(
        select(means_nodes.c.node_id, means_nodes.c.means_id).where(means_nodes.c.node_id.in_(nodes))
    ):
        basis.required[node_id].add(means_id)
    accepted = _accepted(nodes, basis)
    for row in _evidence(waiting, nodes):
        if row.status is not ReportStatus.VALIDATED:
            _count(basis, row)
        elif row.means_id is not None and row.uid in accepted.get(row.report_id, ()):
            basis.proven[row.node_id].add(row.means_id)
    for node_id, planned in db.session.execute(
        select(product_nodes.c.node_id, Product.planned)
        .join(Product, Product.id == product_nodes.c.product_id)
        .where(product_nodes.c.node_id.in_(nodes), Product.planned.is_not(None))
    ):
        basis.planned[node_id].append(planned)
    return basis


def _accepted(nodes: Select[int], basis: Basis) -> dict[int, Collection[str]]:
    """Evidence accepted with each validated report of these items, and what each institution has proven."""
    rows = db.session.execute(
        select(
            ReportEvent.accepted_evidence,
            ProgressReport.id,
            ProgressReport.thread_uid,
            ProgressReport.node_id,
            ProgressReport.institution_id,
            ProgressReport.occurrence,
            ProgressReport.percent,
        )
        .join(ProgressReport, ProgressReport.id == ReportEvent.report_id)
        .where(
            ProgressReport.node_id.in_(nodes),
            ProgressReport.status == ReportStatus.VALIDATED,
            ReportEvent.action == ReportAction.VALIDATE,
        )
        .order_by(ProgressReport.reported_on, ReportEvent.recorded_seq)
    )
    accepted: dict[int, Collection[str]] = {}
    for row in rows:
        accepted[row.id] = row.accepted_evidence
        basis.threads.add(row.thread_uid)
        if row.percent is not None:
            basis.validated[row.node_id, row.institution_id, row.occurrence] = row.percent
    return accepted


def _evidence(waiting: ColumnElement[bool], nodes: Select[int]) -> Iterable[Any]:
    """Each evidence item of what waits and of what stands validated, once for every means it answers."""
    standing = ProgressReport.node_id.in_(nodes) & (ProgressReport.status == ReportStatus.VALIDATED)
    return db.session.execute(
        select(
            Evidence.uid,
            Evidence.report_id,
            Evidence.effective_on,
            ProgressReport.node_id,
            ProgressReport.reported_on,
            ProgressReport.status,
            evidence_means.c.means_id,
        )
        .join(ProgressReport, ProgressReport.id == Evidence.report_id)
        .outerjoin(evidence_means, evidence_means.c.evidence_id == Evidence.id)
        .where(or_(waiting, standing))
    )


def _count(basis: Basis, row: Any) -> None:
    basis.items[row.report_id].add(row.uid)
    if row.means_id is not None:
        basis.answered[row.report_id].add(row.means_id)
    if row.effective_on > row.reported_on:
        basis.later.add(row.report_id)


def findings_of(report: Any, due_on: date | None, basis: Basis) -> Iterable[Finding]:
    """The findings of one report (or a row with its columns), the gravest first."""
    yield from _evidence_findings(report, basis)
    planned = basis.planned[report.node_id]
    if len(planned) == 1 and claims_above_quantity(report.percent, report.delivered, planned[0]):
        yield Finding.ABOVE_QUANTITY
    yield from _standing_findings(report, due_on, basis)
    if report.no_progress:
        yield Finding.NO_PROGRESS


def _evidence_findings(report: Any, basis: Basis) -> Iterable[Finding]:
    """What the claim lacks in evidence, and evidence dated after it."""
    percent = report.percent or Decimal(0)
    missing = len(basis.required[report.node_id]) - len(basis.covered(report))
    items = basis.items[report.id]
    if percent >= FULL and not items and missing:
        yield Finding.FULL_WITHOUT_EVIDENCE
    elif percent >= FULL and missing:
        yield Finding.MEANS_MISSING
    elif percent > 0 and not items:
        yield Finding.NO_EVIDENCE
    if report.id in basis.later:
        yield Finding.EVIDENCE_AFTER_REPORT


def _standing_findings(report: Any, due_on: date | None, basis: Basis) -> Iterable[Finding]:
    """Where a claim stands against what was proven of the same line, and the whole against its due date."""
    if report.percent is None:
        return
    line = report.node_id, report.institution_id, report.occurrence
    reopened = report.status is ReportStatus.REOPENED  # what was validated after it says nothing against it
    if not reopened and report.percent < basis.validated.get(line, 0):
        yield Finding.BELOW_VALIDATED
    if report.occurrence is None and due_on and report.completed_on and report.completed_on > due_on:
        yield Finding.COMPLETED_LATE
