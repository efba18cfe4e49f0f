"""Plain values that several public pages share, and how they are read from stored figures."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from sqlalchemy import ColumnElement, null, select

from tracker.db import db
from tracker.domain.assessment import CompletionLevel
from tracker.domain.errors import NotFound
from tracker.domain.plans import PUBLIC_PLAN_STATUSES, PlanStatus, is_over
from tracker.domain.progress import as_percent
from tracker.domain.states import State
from tracker.models.accounts import Institution
from tracker.models.current import NodeTotals
from tracker.models.plans import ActionPlan

PUBLISHED = ActionPlan.status.in_(sorted(PUBLIC_PLAN_STATUSES))


@dataclass(frozen=True)
class Covered:
    """Verification means answered by accepted evidence, out of those required."""

    answered: int = 0
    required: int = 0


@dataclass(frozen=True)
class Totals:
    """The roll-up of an item: both floors and means in percent, n of m, and what is late."""

    validated: Decimal | None = None
    reported: Decimal | None = None
    validated_mean: Decimal | None = None
    reported_mean: Decimal | None = None
    validated_informed: int = 0
    reported_informed: int = 0
    validated_with_withdrawn: Decimal | None = None
    reported_with_withdrawn: Decimal | None = None
    withdrawn: int = 0
    """How many items were taken out of the plan; the figures with them stand beside those without."""
    total: int = 0
    not_started: int = 0
    coverage: Covered = Covered()
    expected: Decimal | None = None
    overdue: int = 0
    unproven: int = 0
    complete: int = 0
    state: State = State.NO_DATE
    days_late: int | None = None
    due_on: date | None = None
    level: CompletionLevel = CompletionLevel.NO_EVIDENCE
    computed_on: date | None = None

    @property
    def missing(self) -> int:
        """Items whose windows have opened and of which nobody has said anything."""
        return self.total - self.reported_informed - self.not_started

    @property
    def only_claimed(self) -> Decimal | None:
        """What is claimed beyond what is proven."""
        return None if self.reported is None else max(self.reported - (self.validated or 0), Decimal(0))

    @property
    def is_floor(self) -> bool:
        """True where not everybody informed: the figure then reads "at least"."""
        return self.reported is not None and self.reported_informed < self.total


@dataclass(frozen=True)
class PlanHeader:
    """A published plan with its roll-up."""

    id: int
    uid: str
    number: int
    title: str
    status: PlanStatus
    starts_on: date | None
    ends_on: date | None
    is_historical: bool
    is_demo: bool
    milestone_word: str
    ogp_identifier: str
    totals: Totals

    @property
    def is_over(self) -> bool:
        """True where nothing more is awaited of it."""
        return is_over(self.status, is_historical=self.is_historical)

    @property
    def ended_on(self) -> date | None:
        """The plan's last day, where that has passed on the day of its figures."""
        day = self.totals.computed_on
        return self.ends_on if self.ends_on and day and self.ends_on < day else None


@dataclass(frozen=True)
class InstitutionLink:
    """An institution as pages name it, with the last part of its address."""

    label: str
    name: str
    slug: str


def stored_percent(text: str | None) -> Decimal | None:
    """The percent of an exact fraction as it is stored; None where nothing is stored."""
    return as_percent(Fraction(text)) if text else None


def totals_of(row: NodeTotals | None) -> Totals:
    """The stored roll-up; an item nobody has counted yet has nothing in it."""
    if row is None:
        return Totals()
    return Totals(
        validated=stored_percent(row.validated_floor) if row.validated_informed else None,
        reported=stored_percent(row.reported_floor) if row.reported_informed else None,
        validated_mean=stored_percent(row.validated_mean),
        reported_mean=stored_percent(row.reported_mean),
        validated_informed=row.validated_informed,
        reported_informed=row.reported_informed,
        validated_with_withdrawn=stored_percent(row.validated_with_withdrawn),
        reported_with_withdrawn=stored_percent(row.reported_with_withdrawn),
        withdrawn=row.withdrawn,
        total=row.total,
        not_started=row.not_started,
        coverage=Covered(row.answered, row.required),
        expected=stored_percent(row.expected),
        overdue=row.overdue,
        unproven=row.unproven,
        complete=row.complete,
        state=row.state,
        days_late=row.days_late,
        due_on=row.due_on,
        level=row.level,
        computed_on=row.computed_on,
    )


def header_of(plan: ActionPlan, totals: NodeTotals | None) -> PlanHeader:
    """A plan as every public page of it begins."""
    return PlanHeader(
        id=plan.id,
        uid=plan.uid,
        number=plan.number,
        title=plan.title,
        status=plan.status,
        starts_on=plan.starts_on,
        ends_on=plan.ends_on,
        is_historical=plan.is_historical,
        is_demo=plan.is_demo,
        milestone_word=plan.milestone_word,
        ogp_identifier=plan.ogp_identifier,
        totals=totals_of(totals),
    )


def get_header(number: int) -> PlanHeader:
    """The published plan with that number; NotFound where there is none, or none to be seen yet."""
    return get_header_with(number, null())[0]


def get_header_with(number: int, counted: ColumnElement[Any]) -> tuple[PlanHeader, Any]:
    """The same with something that is counted beside its row."""
    row = db.session.execute(
        select(ActionPlan, NodeTotals, counted)
        .outerjoin(NodeTotals, NodeTotals.node_id == ActionPlan.id)
        .where(ActionPlan.number == number, PUBLISHED)
    ).first()
    if row is None:
        raise NotFound("plan-not-found", number=number)
    return header_of(row[0], row[1]), row[2]


def institution_links(uids: Iterable[str]) -> dict[str, InstitutionLink]:
    """The institutions of those uids, each with the last part of its address."""
    rows = db.session.execute(
        select(Institution.uid, Institution.acronym, Institution.name, Institution.slug).where(
            Institution.uid.in_(sorted(set(uids)))
        )
    )
    return {row.uid: InstitutionLink(row.acronym or row.name, row.name, row.slug) for row in rows}


def slipped(due_on: date | None, baseline_due_on: date | None) -> int | None:
    """Days by which a due date was moved from the plan as approved; None where it was not."""
    if due_on is None or baseline_due_on is None or due_on == baseline_due_on:
        return None
    return (due_on - baseline_due_on).days
