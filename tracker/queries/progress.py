"""The work area's list of activities: scoped to the actor, late ones first, in constantly many queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, case, func, or_, select

from tracker.db import db
from tracker.domain.permissions import Actor, Permission, can
from tracker.domain.plans import NodeKind, Role
from tracker.domain.states import COMPLETE, State
from tracker.domain.workflow import ReportStatus
from tracker.models.accounts import Institution
from tracker.models.current import ActivityCurrent
from tracker.models.plans import NodeRole
from tracker.models.progress import ProgressReport
from tracker.queries.progress_scope import (
    above,
    commitment,
    holder,
    in_institution,
    item,
    overdue_on,
    plan,
    standing_on,
    visible,
    with_line,
)

PAGE_SIZE = 25
COMPLETE_GROUP = "complete"


@dataclass(frozen=True)
class Part:
    """An institution's part in an item, as lists show it."""

    institution: str
    role: Role


@dataclass(frozen=True)
class ActivityRow:
    """An item as the work area's lists show it."""

    id: int
    uid: str
    kind: NodeKind
    label: str
    title: str
    commitment_label: str
    commitment_title: str
    plan_number: int
    validated: Decimal | None
    validated_on: date | None
    reported: Decimal | None
    reported_on: date | None
    reported_by: str
    answered: int
    required: int
    due_on: date | None
    state: State
    days_late: int | None
    parts: tuple[Part, ...]
    own_status: ReportStatus | None
    """Where the last report of the actor's institutions stands; drafts count."""


@dataclass(frozen=True)
class ListFilter:
    """What the list is narrowed to; empty means everything."""

    state: str = ""
    commitment: str = ""
    institution: str = ""
    report: str = ""
    plan: int | None = None


@dataclass(frozen=True)
class Page:
    """One page of the list."""

    rows: tuple[ActivityRow, ...]
    total: int
    page: int
    pages: int


@dataclass(frozen=True)
class Choices:
    """What the list can be narrowed to: uids with their words."""

    commitments: tuple[tuple[str, int, str, str], ...]
    """uid, plan number, label, title."""
    institutions: tuple[tuple[str, str], ...]


def list_activities(actor: Actor, chosen: ListFilter, *, page: int = 1, today: date) -> Page:
    """What the actor's institutions take part in (or everything, for who reads everything), late first."""
    where = [visible(actor), *_conditions(actor, chosen, today)]
    total = db.session.scalar(with_line(select(func.count(item.id))).where(*where)) or 0
    pages = max(1, -(-total // PAGE_SIZE))
    page = min(max(1, page), pages)
    rows = db.session.execute(
        with_line(select(item, ActivityCurrent, above, commitment, plan, holder.label("holder_id")))
        .where(*where)
        .order_by(*_order(today))
        .limit(PAGE_SIZE)
        .offset((page - 1) * PAGE_SIZE)
    ).all()
    parts = parts_of({row.holder_id for row in rows})
    own = own_statuses(actor, [row[0].id for row in rows])
    return Page(tuple(_row(row, parts, own, today) for row in rows), total, page, pages)


def _order(today: date) -> list[Any]:
    """Late ones first, the latest due date last; then in the plan's own order."""
    gone = ActivityCurrent.state.in_([*COMPLETE, State.WITHDRAWN])
    return [
        case((overdue_on(today), 0), (gone, 2), else_=1),
        ActivityCurrent.due_on.is_(None),
        ActivityCurrent.due_on,
        plan.number.desc(),
        commitment.number,
        above.position,
        item.position,
        item.number,
        item.id,
    ]


def _conditions(actor: Actor, chosen: ListFilter, today: date) -> Iterable[ColumnElement[bool]]:
    if chosen.state:
        yield _in_state(chosen.state, today)
    if chosen.commitment:
        yield commitment.uid == chosen.commitment
    if chosen.institution:
        yield in_institution(chosen.institution)
    if chosen.plan is not None:
        yield plan.number == chosen.plan
    if chosen.report:
        yield _with_report(actor, chosen.report)


def _in_state(state: str, today: date) -> ColumnElement[bool]:
    """Items in a state today; `complete` is all four of its kinds. An unknown word names nothing."""
    if state == COMPLETE_GROUP:
        return ActivityCurrent.state.in_(COMPLETE)
    if state == State.OVERDUE:
        return overdue_on(today)
    known = [one for one in State if one.value == state]
    return ActivityCurrent.state.in_(known) & ~overdue_on(today)


def _with_report(actor: Actor, status: str) -> ColumnElement[bool]:
    """Items whose last report that the actor may know of stands there; `none`: those without one."""
    latest = _latest_reports(actor)
    if status == "none":
        return item.id.not_in(select(latest.c.node_id))
    known = [one for one in ReportStatus if one.value == status]
    return item.id.in_(
        select(latest.c.node_id)
        .join(ProgressReport, ProgressReport.id == latest.c.report_id)
        .where(ProgressReport.status.in_(known))
    )


def _latest_reports(actor: Actor) -> Any:
    """The last report of each item: of the actor's own institutions, or of any for who reads all."""
    statement = select(
        ProgressReport.node_id.label("node_id"), func.max(ProgressReport.id).label("report_id")
    ).group_by(ProgressReport.node_id)
    if can(actor, Permission.REPORT_READ_ALL):
        return statement.where(ProgressReport.status != ReportStatus.DRAFT).subquery("latest")
    return statement.where(ProgressReport.institution_id.in_(actor.institution_ids)).subquery("latest")


def own_statuses(actor: Actor, node_ids: Sequence[int]) -> dict[int, ReportStatus]:
    """Where the last report of each item stands, as the actor may know it."""
    latest = _latest_reports(actor)
    rows = db.session.execute(
        select(latest.c.node_id, ProgressReport.status)
        .join(ProgressReport, ProgressReport.id == latest.c.report_id)
        .where(latest.c.node_id.in_(node_ids))
    )
    return {row.node_id: row.status for row in rows}


def parts_of(holder_ids: Iterable[int]) -> dict[int, tuple[Part, ...]]:
    """The institutions that take part, by the item that names them."""
    rows = db.session.execute(
        select(NodeRole.node_id, NodeRole.role, Institution)
        .join(Institution, Institution.id == NodeRole.institution_id)
        .where(NodeRole.node_id.in_(list(holder_ids)))
        .order_by(NodeRole.position)
    )
    found: dict[int, list[Part]] = defaultdict(list)
    for node_id, role, institution in rows:
        found[node_id].append(Part(institution.label, role))
    return {node_id: tuple(parts) for node_id, parts in found.items()}


def _row(
    row: Any, parts: dict[int, tuple[Part, ...]], own: dict[int, ReportStatus], today: date
) -> ActivityRow:
    node, current, _above, group, its_plan, holder_id = row
    state, days_late = standing_on(
        current.state, current.days_late, current.due_on, current.computed_on, today
    )
    return ActivityRow(
        id=node.id,
        uid=node.uid,
        kind=node.kind,
        label=node.label,
        title=node.title,
        commitment_label=group.label if group else "",
        commitment_title=group.title if group else "",
        plan_number=its_plan.number,
        validated=current.validated_percent,
        validated_on=current.validated_on,
        reported=current.reported_percent,
        reported_on=current.reported_on,
        reported_by=current.reported_by,
        answered=current.answered,
        required=current.required,
        due_on=current.due_on,
        state=state,
        days_late=days_late,
        parts=parts.get(holder_id, ()),
        own_status=own.get(node.id),
    )


def list_choices(actor: Actor) -> Choices:
    """Commitments and institutions that the actor's list can be narrowed to."""
    commitments = db.session.execute(
        with_line(select(commitment.uid, plan.number, commitment.label, commitment.title))
        .where(visible(actor), commitment.id.is_not(None))
        .distinct()
        .order_by(plan.number.desc(), commitment.label)
    ).all()
    return Choices(
        tuple((row[0], row[1], row[2], row[3]) for row in sorted(commitments, key=_by_number)),
        _institution_choices(actor),
    )


def _by_number(row: Any) -> tuple[int, int, str]:
    label = str(row[2])
    return -int(row[1]), int(label) if label.isdigit() else 0, label


def _institution_choices(actor: Actor) -> tuple[tuple[str, str], ...]:
    where = or_(
        Institution.id.in_(select(NodeRole.institution_id)),
        Institution.id.in_(select(ProgressReport.institution_id)),
    )
    if not can(actor, Permission.REPORT_READ_ALL):
        where = Institution.id.in_(actor.institution_ids)
    rows = db.session.scalars(
        select(Institution).where(where).order_by(Institution.acronym == "", Institution.acronym)
    )
    return tuple((one.uid, one.label) for one in rows)
