"""Who takes part in what of a plan: parts with inheritance (rule 10), counted in one query."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, FromClause, Row, Select, and_, case, exists, func, or_, select

from tracker.db import db
from tracker.domain.plans import Role, Sector
from tracker.domain.states import COMPLETE, State
from tracker.domain.workflow import STANDING
from tracker.models.accounts import Institution
from tracker.models.current import ActivityCurrent
from tracker.models.plans import NodeRole, PlanNode
from tracker.models.progress import ProgressReport

NODES: FromClause = PlanNode.__table__
CURRENT: FromClause = ActivityCurrent.__table__
ROLES: FromClause = NodeRole.__table__
INSTITUTIONS: FromClause = Institution.__table__
_REPORTS: FromClause = ProgressReport.__table__
# An item whose windows have not opened is not yet asked for anything; one withdrawn no longer is.
NOT_ASKED = (State.NOT_DUE, State.WITHDRAWN)


@dataclass(frozen=True)
class Participation:
    """An institution's part in one commitment: how many items, and how those it answers for stand."""

    slug: str
    label: str
    name: str
    sector: Sector
    commitment_id: int
    leads: int
    items: int
    overdue: int
    complete: int
    silent: int


@dataclass(frozen=True)
class InstitutionRow:
    """An institution's part in a whole plan; late, silent and complete are of what it answers for."""

    slug: str
    label: str
    name: str
    sector: Sector
    leads: int
    contributes: int
    overdue: int
    complete: int
    silent: int


def _has_roles(owner: ColumnElement[int]) -> ColumnElement[bool]:
    own = ROLES.alias()
    return exists().where(own.c.node_id == owner)


def governs() -> ColumnElement[bool]:
    """True for the part whose percent is the item's: a lead's, a coordinator's where there is no lead."""
    lead = ROLES.alias()
    without_lead = ~exists().where(lead.c.node_id == ROLES.c.node_id, lead.c.role == Role.LEAD)
    return or_(ROLES.c.role == Role.LEAD, and_(ROLES.c.role == Role.COORDINATOR, without_lead))


def is_silent() -> ColumnElement[bool]:
    """True where who governs an item that has begun has said nothing that stands."""
    said = exists().where(
        _REPORTS.c.node_id == NODES.c.id,
        _REPORTS.c.institution_id == ROLES.c.institution_id,
        _REPORTS.c.percent.is_not(None),
        _REPORTS.c.status.in_(sorted(STANDING)),
    )
    return and_(governs(), CURRENT.c.state.not_in([*NOT_ASKED, *sorted(COMPLETE)]), ~said)


def taking_part(*columns: Any) -> Select[Any]:
    """Every delivering item with each institution that has a part in it, its own or inherited."""
    owner = case(
        (_has_roles(NODES.c.id), NODES.c.id),
        (_has_roles(NODES.c.parent_id), NODES.c.parent_id),
        else_=NODES.c.commitment_id,
    )
    return select(*columns).select_from(
        CURRENT.join(NODES, NODES.c.id == CURRENT.c.node_id)
        .join(ROLES, ROLES.c.node_id == owner)
        .join(INSTITUTIONS, INSTITUTIONS.c.id == ROLES.c.institution_id)
    )


def count_if(condition: ColumnElement[bool]) -> ColumnElement[int]:
    """How many rows of a group meet a condition."""
    return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)


def list_participations(plan_id: int) -> list[Participation]:
    """Every institution of a plan by commitment, withdrawn items left out."""
    whose = (INSTITUTIONS.c.slug, INSTITUTIONS.c.acronym, INSTITUTIONS.c.name, INSTITUTIONS.c.sector)
    group = (*whose, NODES.c.commitment_id)
    rows = db.session.execute(
        taking_part(
            *group,
            count_if(governs()).label("leads"),
            func.count().label("items"),
            count_if(governs() & (CURRENT.c.state == State.OVERDUE)).label("overdue"),
            count_if(governs() & CURRENT.c.state.in_(sorted(COMPLETE))).label("complete"),
            count_if(is_silent()).label("silent"),
        )
        .where(NODES.c.plan_id == plan_id, CURRENT.c.state != State.WITHDRAWN)
        .group_by(*group)
    )
    return [_participation(row) for row in rows]


def _participation(row: Row[Any]) -> Participation:
    return Participation(
        slug=row.slug,
        label=row.acronym or row.name,
        name=row.name,
        sector=Sector(row.sector),
        commitment_id=row.commitment_id,
        leads=int(row.leads),
        items=int(row.items),
        overdue=int(row.overdue),
        complete=int(row.complete),
        silent=int(row.silent),
    )


def by_institution(parts: Iterable[Participation]) -> list[InstitutionRow]:
    """The parts of each institution put together: most overdue first, then those that owe information."""
    grouped: dict[str, list[Participation]] = {}
    for part in parts:
        grouped.setdefault(part.slug, []).append(part)
    rows = [
        InstitutionRow(
            slug=slug,
            label=own[0].label,
            name=own[0].name,
            sector=own[0].sector,
            leads=sum(one.leads for one in own),
            contributes=sum(one.items - one.leads for one in own),
            overdue=sum(one.overdue for one in own),
            complete=sum(one.complete for one in own),
            silent=sum(one.silent for one in own),
        )
        for slug, own in grouped.items()
    ]
    return sorted(rows, key=lambda one: (-one.overdue, -one.silent, -one.leads, one.label))
