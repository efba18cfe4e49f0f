"""The review queue: what waits for a decision, oldest first, with what its claim rests on."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, or_, select, true
from sqlalchemy.orm import joinedload

from tracker.db import db
from tracker.domain.permissions import Actor, Permission, can, may_validate, require
from tracker.domain.quantities import claims_above_quantity
from tracker.domain.schedule import Window
from tracker.domain.snapshots import window_from
from tracker.domain.workflow import AWAITING_DECISION, ReportAction, ReportStatus
from tracker.models.accounts import Institution
from tracker.models.current import ActivityCurrent
from tracker.models.evidence import Evidence, evidence_means
from tracker.models.plans import (
    NodeWindow,
    PlanNode,
    Product,
    Rescheduling,
    ReschedulingStatus,
    means_nodes,
    product_nodes,
)
from tracker.models.progress import ProgressReport, ReportEvent
from tracker.queries.progress_scope import plan

PAGE_SIZE = 25
FULL = Decimal(100)


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


@dataclass(frozen=True)
class QueueRow:
    """A report that waits, with its claim beside what was proven before."""

    uid: str
    node_uid: str
    label: str
    title: str
    plan_number: int
    plan_is_over: bool
    institution: str
    status: ReportStatus
    version: int
    percent: Decimal | None
    validated: Decimal | None
    """What the same institution had last proven of the whole item; others' figures are not its own."""
    reported_on: date
    submitted_at: datetime | None
    answered: int
    required: int
    findings: tuple[Finding, ...]
    may_decide: bool


@dataclass(frozen=True)
class Queue:
    """One page of the queue."""

    rows: tuple[QueueRow, ...]
    total: int
    page: int
    pages: int


@dataclass
class _Basis:
    """What the claims of a page of reports rest on, by node and report."""

    required: dict[int, set[int]] = field(default_factory=lambda: defaultdict(set))
    answered: dict[int, set[int]] = field(default_factory=lambda: defaultdict(set))
    """Means for which a report brings evidence."""
    proven: dict[int, set[int]] = field(default_factory=lambda: defaultdict(set))
    """Means of a node answered by evidence accepted earlier."""
    items: dict[int, int] = field(default_factory=lambda: defaultdict(int))
    validated: dict[tuple[int, int], Decimal] = field(default_factory=dict)
    """The last percent accepted of an institution's reports on the whole of an item."""
    later: set[int] = field(default_factory=set)
    """Reports with evidence dated after them."""
    planned: dict[int, list[Decimal]] = field(default_factory=lambda: defaultdict(list))


def list_queue(actor: Actor, *, page: int = 1, today: date) -> Queue:
    """Reports that wait for a decision by this reviewer, oldest first, those of finished plans last.

    Seven queries.
    """
    require(actor, Permission.REPORT_VALIDATE)
    where = (ProgressReport.status.in_(AWAITING_DECISION), review_scope(actor))
    total = db.session.scalar(select(func.count(ProgressReport.id)).where(*where)) or 0
    pages = max(1, -(-total // PAGE_SIZE))
    page = min(max(1, page), pages)
    over = case((and_(plan.ends_on.is_not(None), plan.ends_on < today), 1), else_=0)
    rows = db.session.execute(
        select(ProgressReport, PlanNode, Institution, ActivityCurrent, plan.number, over)
        .join(PlanNode, PlanNode.id == ProgressReport.node_id)
        .join(plan, plan.id == PlanNode.plan_id)
        .join(Institution, Institution.id == ProgressReport.institution_id)
        .outerjoin(ActivityCurrent, ActivityCurrent.node_id == PlanNode.id)
        .where(*where)
        .order_by(over, ProgressReport.submitted_at, ProgressReport.id)
        .limit(PAGE_SIZE)
        .offset((page - 1) * PAGE_SIZE)
    ).all()
    basis = _basis([row[0] for row in rows])
    return Queue(tuple(_row(row, basis, actor) for row in rows), total, page, pages)


def review_scope(actor: Actor) -> ColumnElement[bool]:
    """A named reviewer sees the reports of the institutions it was named for, the contact point all."""
    if actor.reviewer_for:
        return ProgressReport.institution_id.in_(actor.reviewer_for)
    return true() if can(actor, Permission.REPORT_VALIDATE) else ProgressReport.id.is_(None)


def _basis(reports: Collection[ProgressReport]) -> _Basis:
    """Means, evidence and quantities behind some reports, in four queries."""
    basis = _Basis()
    nodes = {one.node_id for one in reports}
    for node_id, means_id in db.session.execute(
        select(means_nodes.c.node_id, means_nodes.c.means_id).where(means_nodes.c.node_id.in_(nodes))
    ):
        basis.required[node_id].add(means_id)
    accepted = _accepted(nodes, basis)
    own = {one.id: one for one in reports}
    for row in _evidence(own, accepted):
        if row.report_id in own:
            _count(basis, row, own[row.report_id])
        elif row.uid in accepted[row.report_id]:
            basis.proven[row.node_id].add(row.means_id)
    for node_id, planned in db.session.execute(
        select(product_nodes.c.node_id, Product.planned)
        .join(Product, Product.id == product_nodes.c.product_id)
        .where(product_nodes.c.node_id.in_(nodes), Product.planned.is_not(None))
    ):
        basis.planned[node_id].append(planned)
    return basis


def _count(basis: _Basis, row: Any, report: ProgressReport) -> None:
    basis.items[report.id] += 1
    if row.means_id is not None:
        basis.answered[report.id].add(row.means_id)
    if row.effective_on > report.reported_on:
        basis.later.add(report.id)


def _accepted(nodes: Collection[int], basis: _Basis) -> dict[int, set[str]]:
    """Evidence accepted with each validated report of these items, and what each institution has proven."""
    rows = db.session.execute(
        select(ReportEvent.accepted_evidence, ProgressReport)
        .join(ProgressReport, ProgressReport.id == ReportEvent.report_id)
        .where(
            ProgressReport.node_id.in_(nodes),
            ProgressReport.status == ReportStatus.VALIDATED,
            ReportEvent.action == ReportAction.VALIDATE,
        )
        .order_by(ProgressReport.reported_on, ReportEvent.recorded_seq)
    )
    accepted: dict[int, set[str]] = {}
    for uids, report in rows:
        accepted[report.id] = set(uids)
        if report.percent is not None and report.occurrence is None:
            basis.validated[report.node_id, report.institution_id] = report.percent
    return accepted


def _evidence(own: Collection[int], accepted: Collection[int]) -> Iterable[Any]:
    """Each evidence item of these reports once for every means it answers, or once where it answers none."""
    return db.session.execute(
        select(
            Evidence.uid,
            Evidence.report_id,
            Evidence.effective_on,
            ProgressReport.node_id,
            evidence_means.c.means_id,
        )
        .join(ProgressReport, ProgressReport.id == Evidence.report_id)
        .outerjoin(evidence_means, evidence_means.c.evidence_id == Evidence.id)
        .where(or_(Evidence.report_id.in_(own), Evidence.report_id.in_(accepted)))
    )


def _row(row: Any, basis: _Basis, actor: Actor) -> QueueRow:
    report, node, institution, current, plan_number, over = row
    required = basis.required[node.id]
    answered = (basis.answered[report.id] | basis.proven[node.id]) & required
    return QueueRow(
        uid=report.uid,
        node_uid=node.uid,
        label=node.label,
        title=node.title,
        plan_number=plan_number,
        plan_is_over=bool(over),
        institution=institution.label,
        status=report.status,
        version=report.version,
        percent=report.percent,
        validated=basis.validated.get((node.id, institution.id)),
        reported_on=report.reported_on,
        submitted_at=report.submitted_at,
        answered=len(answered),
        required=len(required),
        findings=tuple(_findings(report, current, basis, len(answered))),
        may_decide=may_validate(
            actor, institution_id=report.institution_id, author_user_id=report.author_user_id
        ),
    )


def _findings(
    report: ProgressReport, current: ActivityCurrent | None, basis: _Basis, answered: int
) -> Iterable[Finding]:
    yield from _evidence_findings(report, basis, answered)
    planned = basis.planned[report.node_id]
    if len(planned) == 1 and claims_above_quantity(report.percent, report.delivered, planned[0]):
        yield Finding.ABOVE_QUANTITY
    yield from _standing_findings(report, current, basis)
    if report.no_progress:
        yield Finding.NO_PROGRESS


def _evidence_findings(report: ProgressReport, basis: _Basis, answered: int) -> Iterable[Finding]:
    """What the claim lacks in evidence, and evidence dated after it."""
    percent = report.percent or Decimal(0)
    missing = len(basis.required[report.node_id]) - answered
    if percent >= FULL and not basis.items[report.id] and missing:
        yield Finding.FULL_WITHOUT_EVIDENCE
    elif percent >= FULL and missing:
        yield Finding.MEANS_MISSING
    elif percent > 0 and not basis.items[report.id]:
        yield Finding.NO_EVIDENCE
    if report.id in basis.later:
        yield Finding.EVIDENCE_AFTER_REPORT


def _standing_findings(
    report: ProgressReport, current: ActivityCurrent | None, basis: _Basis
) -> Iterable[Finding]:
    """Where a claim on the whole item stands against what was proven before and against the due date."""
    if report.occurrence is not None or report.percent is None:
        return
    if report.percent < basis.validated.get((report.node_id, report.institution_id), 0):
        yield Finding.BELOW_VALIDATED
    due_on = current.due_on if current else None
    if due_on and report.completed_on and report.completed_on > due_on:
        yield Finding.COMPLETED_LATE


@dataclass(frozen=True)
class RequestRow:
    """A request for other dates, with the dates in force and those of the beginning."""

    uid: str
    node_uid: str
    label: str
    title: str
    plan_number: int
    institution: str
    reason: str
    requested_at: datetime
    windows: tuple[Window, ...]
    current: tuple[Window, ...]
    slippage: int | None
    """Days by which the last due date would move."""
    status: ReschedulingStatus
    resolution: str
    decided_on: date | None
    may_decide: bool


def list_reschedulings(actor: Actor, *, decided: int = 15) -> tuple[RequestRow, ...]:
    """Requests that wait, oldest first, then the last ones decided; three queries."""
    require(actor, Permission.RESCHEDULING_DECIDE)
    waiting = Rescheduling.status == ReschedulingStatus.REQUESTED
    load = (joinedload(Rescheduling.node), joinedload(Rescheduling.institution))
    rows = [
        *db.session.scalars(select(Rescheduling).where(waiting).options(*load).order_by(Rescheduling.id)),
        *db.session.scalars(
            select(Rescheduling)
            .where(~waiting)
            .options(*load)
            .order_by(Rescheduling.decided_at.desc())
            .limit(decided)
        ),
    ]
    windows = _windows({one.node_id for one in rows})
    plans = _plan_numbers({one.node.plan_id or 0 for one in rows})
    return tuple(_request(one, windows[one.node_id], plans, actor) for one in rows)


def _windows(nodes: Collection[int]) -> dict[int, dict[int, list[Window]]]:
    """Every revision of the windows of some items."""
    found: dict[int, dict[int, list[Window]]] = defaultdict(lambda: defaultdict(list))
    for one in db.session.scalars(
        select(NodeWindow)
        .where(NodeWindow.node_id.in_(nodes))
        .order_by(NodeWindow.revision, NodeWindow.position)
    ):
        found[one.node_id][one.revision].append(
            Window(one.end_on, one.start_on, one.end_precision, one.start_precision)
        )
    return found


def _plan_numbers(plan_ids: Collection[int]) -> dict[int, int]:
    rows = db.session.execute(select(PlanNode.id, PlanNode.number).where(PlanNode.id.in_(plan_ids)))
    return {row[0]: row[1] for row in rows}


def _request(
    one: Rescheduling, revisions: dict[int, list[Window]], plans: dict[int, int], actor: Actor
) -> RequestRow:
    current = tuple(revisions[max(revisions)]) if revisions else ()
    asked = tuple(window_from(content) for content in one.windows)
    ends = [window.end for window in current]
    slippage = (max(window.end for window in asked) - max(ends)).days if asked and ends else None
    return RequestRow(
        uid=one.uid,
        node_uid=one.node.uid,
        label=one.node.label,
        title=one.node.title,
        plan_number=plans.get(one.node.plan_id or 0, 0),
        institution=one.institution.label,
        reason=one.reason,
        requested_at=one.requested_at,
        windows=asked,
        current=current,
        slippage=slippage,
        status=one.status,
        resolution=one.resolution,
        decided_on=one.decided_on,
        may_decide=one.institution_id not in actor.institution_ids,
    )
