"""What an institution has to do in a plan, late first, and what it says of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import Label, case, func, select

from tracker.db import db
from tracker.domain.errors import NotFound
from tracker.domain.plans import NodeKind, Role
from tracker.domain.states import COMPLETE, State
from tracker.domain.workflow import STANDING, ReportStatus
from tracker.models.accounts import Institution
from tracker.models.progress import ProgressReport
from tracker.queries.portal.parts import (
    CURRENT,
    INSTITUTIONS,
    NODES,
    ROLES,
    count_if,
    governs,
    is_silent,
    taking_part,
)
from tracker.queries.portal.rows import InstitutionLink, PlanHeader, get_header, slipped
from tracker.queries.targets import target_years

PAGE_SIZE = 50


@dataclass(frozen=True)
class Tally:
    """How the items of an institution stand."""

    items: int
    leads: int
    overdue: int
    most_days_late: int
    silent: int
    complete: int
    claims: int
    """Items that the institution itself says are complete."""


@dataclass(frozen=True)
class OwnWord:
    """An institution's own last standing report on an item."""

    percent: Decimal | None
    on: date
    reviewed: bool


@dataclass(frozen=True)
class ItemRow:
    """An item in which the institution takes part, with the item's own figures."""

    uid: str
    kind: NodeKind
    label: str
    title: str
    commitment: int
    role: Role
    governs: bool
    validated: Decimal | None
    reported: Decimal | None
    state: State
    days_late: int | None
    due_on: date | None
    baseline_due_on: date | None = None
    own: OwnWord | None = None

    @property
    def slippage(self) -> int | None:
        """Days between its due date as the plan was approved and the one in force; None where unmoved."""
        return slipped(self.due_on, self.baseline_due_on)


@dataclass(frozen=True)
class CommitmentPart:
    """A commitment in which an institution has a part, where no activities are recorded."""

    number: int
    label: str
    title: str
    role: Role


@dataclass(frozen=True)
class InstitutionHead:
    """An institution that takes part in a published plan, and how its items stand."""

    header: PlanHeader
    id: int
    uid: str
    institution: InstitutionLink
    tally: Tally
    commitments: tuple[CommitmentPart, ...] = ()
    """Those it takes part in; told where it has no items in the plan."""


@dataclass(frozen=True)
class InstitutionPage(InstitutionHead):
    """Everything the page of an institution in a plan shows."""

    items: tuple[ItemRow, ...] = ()
    page: int = 1
    pages: int = 1
    target_years: tuple[int, ...] = ()
    """Fiscal years of which it has targets, the newest first."""


def find_institution(plan_number: int, slug: str) -> InstitutionHead:
    """The institution at an address, in three queries, or four where it has a part but no items.

    Raises NotFound where it takes no part in such a plan.
    """
    header = get_header(plan_number)
    found = db.session.execute(
        select(
            Institution.id, Institution.uid, Institution.acronym, Institution.name, Institution.slug
        ).where(Institution.slug == slug.lower())
    ).first()
    tally = _tally_of(header.id, found.id) if found else None
    commitments = _commitments(header.id, found.id) if found and tally and not tally.items else ()
    if found is None or tally is None or not (tally.items or commitments):
        raise NotFound("institution-has-no-page", slug=slug)
    link = InstitutionLink(found.acronym or found.name, found.name, found.slug)
    return InstitutionHead(header, found.id, found.uid, link, tally, commitments)


def get_institution(plan_number: int, slug: str, *, page: int = 1) -> InstitutionPage:
    """The page of an institution that takes part in a published plan; NotFound where it does not."""
    found = find_institution(plan_number, slug)
    pages = max(1, -(-found.tally.items // PAGE_SIZE))
    if not 1 <= page <= pages:
        raise NotFound("page-not-found", page=page)
    items, years = _items(found.header.id, found.id, page), target_years(found.id)
    return InstitutionPage(**vars(found), items=items, page=page, pages=pages, target_years=years)


def _tally_of(plan_id: int, institution_id: int) -> Tally:
    overdue = CURRENT.c.state == State.OVERDUE
    reports = ProgressReport.__table__
    claimed = (
        select(func.count(func.distinct(reports.c.node_id)))
        .select_from(reports.join(NODES, NODES.c.id == reports.c.node_id))
        .where(
            NODES.c.plan_id == plan_id,
            reports.c.institution_id == institution_id,
            reports.c.percent == 100,
            reports.c.status.in_(sorted(STANDING)),
        )
        .scalar_subquery()
    )
    row = db.session.execute(
        taking_part(
            func.count(),
            count_if(governs()),
            count_if(overdue),
            func.coalesce(func.max(CURRENT.c.days_late).filter(overdue), 0),
            count_if(is_silent()),
            count_if(CURRENT.c.state.in_(sorted(COMPLETE))),
            claimed,
        ).where(NODES.c.plan_id == plan_id, INSTITUTIONS.c.id == institution_id)
    ).one()
    return Tally(*(int(value) for value in row))


def _commitments(plan_id: int, institution_id: int) -> tuple[CommitmentPart, ...]:
    rows = db.session.execute(
        select(*(NODES.c[name] for name in ("number", "label", "title")), ROLES.c.role)
        .join(ROLES, ROLES.c.node_id == NODES.c.id)
        .where(
            NODES.c.plan_id == plan_id,
            NODES.c.kind == NodeKind.COMMITMENT,
            ROLES.c.institution_id == institution_id,
        )
        .order_by(NODES.c.position, NODES.c.number, NODES.c.id)
    )
    return tuple(CommitmentPart(row.number, row.label, row.title, row.role) for row in rows)


def _items(plan_id: int, institution_id: int, page: int) -> tuple[ItemRow, ...]:
    """One page of the institution's items: overdue first, what is due next, then what is complete."""
    gravity = case(
        (CURRENT.c.state == State.OVERDUE, 0),
        (CURRENT.c.state.in_(sorted(COMPLETE)), 2),
        (CURRENT.c.state == State.WITHDRAWN, 3),
        else_=1,
    )
    above = NODES.alias("above")
    commitment: Label[int] = (
        select(above.c.number)
        .where(above.c.id == NODES.c.commitment_id)
        .scalar_subquery()
        .label("commitment")
    )
    rows = db.session.execute(
        taking_part(
            *(NODES.c[name] for name in ("id", "uid", "kind", "label", "title")),
            *(CURRENT.c[name] for name in ("validated_percent", "reported_percent")),
            *(CURRENT.c[name] for name in ("state", "days_late", "due_on", "baseline_due_on")),
            ROLES.c.role,
            governs().label("governs"),
            commitment,
        )
        .where(NODES.c.plan_id == plan_id, INSTITUTIONS.c.id == institution_id)
        .order_by(
            gravity,
            case((gravity == 0, -func.coalesce(CURRENT.c.days_late, 0)), else_=0),
            CURRENT.c.due_on.is_(None),
            CURRENT.c.due_on,
            NODES.c.id,
        )
        .limit(PAGE_SIZE)
        .offset((page - 1) * PAGE_SIZE)
    ).all()
    words = _own_words(institution_id, [row.id for row in rows])
    return tuple(_item(row, words.get(row.id)) for row in rows)


def _item(row: Any, own: OwnWord | None) -> ItemRow:
    return ItemRow(
        uid=row.uid,
        kind=NodeKind(row.kind),
        label=row.label,
        title=row.title,
        commitment=row.commitment,
        role=Role(row.role),
        governs=bool(row.governs),
        validated=row.validated_percent,
        reported=row.reported_percent,
        state=State(row.state),
        days_late=row.days_late,
        due_on=row.due_on,
        baseline_due_on=row.baseline_due_on,
        own=own,
    )


def _own_words(institution_id: int, node_ids: Sequence[int]) -> dict[int, OwnWord]:
    """The institution's last standing report on each of the items: percent, date, whether reviewed."""
    rows = db.session.execute(
        select(
            ProgressReport.node_id,
            ProgressReport.percent,
            ProgressReport.reported_on,
            ProgressReport.status,
        )
        .where(
            ProgressReport.institution_id == institution_id,
            ProgressReport.node_id.in_(node_ids),
            ProgressReport.status.in_(sorted(STANDING)),
        )
        .order_by(ProgressReport.reported_on, ProgressReport.recorded_seq)
    )
    return {
        row.node_id: OwnWord(row.percent, row.reported_on, row.status is ReportStatus.VALIDATED)
        for row in rows
    }
