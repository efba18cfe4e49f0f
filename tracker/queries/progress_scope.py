"""Which items an actor works with, and how they stand today: shared by the list, the panel and the queue."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, case, exists, false, or_, select, true
from sqlalchemy.orm import aliased

from tracker.domain.errors import NotAllowed
from tracker.domain.permissions import Actor, Permission, can
from tracker.domain.schedule import days_after, is_overdue
from tracker.domain.states import State
from tracker.models.accounts import Institution
from tracker.models.current import ActivityCurrent
from tracker.models.plans import ActionPlan, NodeRole, PlanNode
from tracker.models.progress import ProgressReport

item = aliased(PlanNode, name="item")
above = aliased(PlanNode, name="above")
over = aliased(PlanNode, name="over")
commitment = aliased(PlanNode, name="commitment")
plan = aliased(ActionPlan, name="plan", flat=True)
# Under names of their own, so that a statement may join the tables as well.
_any_role = aliased(NodeRole, name="any_role")
_part = aliased(NodeRole, name="part")
_said = aliased(ProgressReport, name="said")

# States whose due date can pass between two refreshes of the stored figures.
OPEN = frozenset({State.NOT_DUE, State.IN_PROGRESS, State.BEHIND, State.DUE_SOON})


def _has_roles(node: type[PlanNode]) -> ColumnElement[bool]:
    return exists(select(_any_role.id).where(_any_role.node_id == node.id))


# Whose parts hold for an item: its own, else those of what stands next above it (rule 10).
holder: ColumnElement[int] = case(
    (_has_roles(item), item.id),
    (_has_roles(above), above.id),
    (_has_roles(over), over.id),
    else_=item.commitment_id,
)


def with_line(statement: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
    """A statement over items that deliver, with what stands above them and their stored figures."""
    return (
        statement.select_from(item)
        .join(ActivityCurrent, ActivityCurrent.node_id == item.id)
        .join(plan, plan.id == item.plan_id)
        .outerjoin(above, above.id == item.parent_id)
        .outerjoin(over, over.id == above.parent_id)
        .outerjoin(commitment, commitment.id == item.commitment_id)
    )


def takes_part(institution_ids: Collection[int]) -> ColumnElement[bool]:
    """Items in which one of these institutions has a part, or on which it has reported all the same."""
    if not institution_ids:
        return false()
    return or_(
        exists(select(_part.id).where(_part.node_id == holder, _part.institution_id.in_(institution_ids))),
        exists(select(_said.id).where(_said.node_id == item.id, _said.institution_id.in_(institution_ids))),
    )


def in_institution(uid: str) -> ColumnElement[bool]:
    """Items in which the institution of that uid has a part."""
    return exists(
        select(_part.id)
        .join(Institution, Institution.id == _part.institution_id)
        .where(_part.node_id == holder, Institution.uid == uid)
    )


def visible(actor: Actor) -> ColumnElement[bool]:
    """What the actor reads in the work area: everything, or what its institutions take part in.

    Raises NotAllowed for a role that reads no reports at all.
    """
    if can(actor, Permission.REPORT_READ_ALL):
        return true()
    if can(actor, Permission.REPORT_READ_OWN):
        return takes_part(actor.institution_ids)
    raise NotAllowed("not-allowed", permission=Permission.REPORT_READ_OWN.value)


def overdue_on(today: date) -> ColumnElement[bool]:
    """The SQL twin of `standing_on`'s overdue: stored as such, or open with a due date gone by since."""
    return or_(
        ActivityCurrent.state == State.OVERDUE,
        ActivityCurrent.state.in_(OPEN) & (ActivityCurrent.due_on < today),
    )


def standing_on(
    state: State, days_late: int | None, due_on: date | None, computed_on: date, today: date
) -> tuple[State, int | None]:
    """State and days late on a day, out of the figures stored on an earlier one."""
    if state is State.OVERDUE:
        return state, (days_late or 0) + max(0, (today - computed_on).days)
    if state in OPEN and due_on is not None and is_overdue(due_on, today):
        return State.OVERDUE, (days_late or 0) + days_after(due_on, today)
    return state, days_late
