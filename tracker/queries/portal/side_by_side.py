"""Published plans side by side: today, and when the same share of each had passed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from sqlalchemy import func, select

from tracker.db import db
from tracker.domain.carry_over import day_of_share, elapsed
from tracker.domain.errors import NotFound
from tracker.domain.history import Cut
from tracker.domain.plans import NodeKind
from tracker.domain.progress import as_percent
from tracker.domain.states import COMPLETE, State
from tracker.domain.tree import assess
from tracker.queries.history import plan_facts
from tracker.queries.portal.carried import CarriedPair, carried_between
from tracker.queries.portal.deliveries import list_deliveries
from tracker.queries.portal.lines import totals
from tracker.queries.portal.parts import NODES, by_institution, list_participations
from tracker.queries.portal.rows import PlanHeader, Totals, get_header

FEWEST, MOST = 2, 3


@dataclass(frozen=True)
class SamePoint:
    """How a plan stood when as much of it had passed as of the youngest of those compared."""

    day: date
    totals: Totals


@dataclass(frozen=True)
class PlanColumn:
    """One plan of those compared."""

    header: PlanHeader
    commitments: int
    activities: int
    institutions: int
    states: Counter[State]
    silent: int
    most_days_late: int
    elapsed: Fraction | None
    then: SamePoint | None = None

    @property
    def in_time(self) -> int:
        """How many are complete by their due date."""
        return self.states[State.COMPLETE_EARLY] + self.states[State.COMPLETE_ON_TIME]

    @property
    def complete(self) -> int:
        """How many are complete and proven."""
        return sum(self.states[state] for state in COMPLETE)


@dataclass(frozen=True)
class SideBySide:
    """The plans compared, oldest first, what continues among them, the share they are held at."""

    plans: tuple[PlanColumn, ...]
    carried: tuple[CarriedPair, ...]
    share: Fraction | None = None

    @property
    def share_percent(self) -> Decimal | None:
        """The share in percent."""
        return None if self.share is None else as_percent(self.share * 100)


def compare_plans(numbers: Sequence[int], today: date) -> SideBySide:
    """Two or three published plans; NotFound for one not published, or for any other number of them."""
    chosen = sorted(set(numbers))
    if not FEWEST <= len(chosen) <= MOST:
        raise NotFound("plans-to-compare")
    columns = [_column(get_header(number), today) for number in chosen]
    share = _common_share(columns)
    if share is not None:
        columns = [_at_share(column, share) for column in columns]
    carried = carried_between([one.header.id for one in columns])
    return SideBySide(tuple(columns), carried, share)


def _column(header: PlanHeader, today: date) -> PlanColumn:
    rows = [row for row in list_deliveries(header.id) if row.state is not State.WITHDRAWN]
    commitments = db.session.scalar(
        select(func.count()).where(
            NODES.c.plan_id == header.id,
            NODES.c.kind == NodeKind.COMMITMENT,
            NODES.c.withdrawn_on.is_(None),
        )
    )
    return PlanColumn(
        header=header,
        commitments=commitments or 0,
        activities=len(rows),
        institutions=len(by_institution(list_participations(header.id))),
        states=Counter(row.state for row in rows),
        silent=sum(row.is_silent for row in rows),
        most_days_late=max((row.days_late or 0 for row in rows if row.is_overdue), default=0),
        elapsed=elapsed(header.starts_on, header.ends_on, today),
    )


def _common_share(columns: Sequence[PlanColumn]) -> Fraction | None:
    """The share of the youngest plan; None where a period is not known, none is begun, or all are over."""
    shares = [column.elapsed for column in columns if column.elapsed is not None]
    if len(shares) < len(columns) or not 0 < min(shares) < 1:
        return None
    return min(shares)


def _at_share(column: PlanColumn, share: Fraction) -> PlanColumn:
    """The same plan with how it stood at a share of its period, from history."""
    starts_on, ends_on = column.header.starts_on, column.header.ends_on
    if starts_on is None or ends_on is None:
        return column
    day = day_of_share(starts_on, ends_on, share)
    tree = assess(plan_facts(column.header.id, Cut(day)), day)
    return PlanColumn(**{**vars(column), "then": SamePoint(day, totals(tree, day))})
