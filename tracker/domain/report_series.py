"""What the charts of a compiled report draw, counted from the frozen document and nothing else."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from tracker.domain.plans import Role
from tracker.domain.progress import FULL, as_percent
from tracker.domain.report_document import ActivityLine, PointFigure, ReportDocument
from tracker.domain.schedule import MONTHS_IN, Precision, Window, add_months, period_containing
from tracker.domain.states import COMPLETE, State

# The longest time told month by month, and quarter by quarter; what is longer is told by years.
MONTHS_BY_MONTH = 24
MONTHS_BY_QUARTER = 144


@dataclass(frozen=True)
class InstitutionProgress:
    """The activities that one institution leads, and how far they are."""

    institution: str
    leads: int
    validated: Decimal | None
    """Mean over all it leads, what nobody informed of counting 0; None where all of it was withdrawn."""
    reported: Decimal | None
    validated_informed: int
    reported_informed: int
    not_started: int
    """Nobody informed and their windows have not opened: not missing (rule 5)."""
    silent: int
    """Nobody informed although their windows are open."""
    withdrawn: int
    """Taken out of the plan: in none of the other figures."""


@dataclass(frozen=True)
class DeliveryCounts:
    """How many activities: due by current dates, due by the baseline, complete by each figure."""

    due: int
    baseline: int
    validated: int
    claimed: int


@dataclass(frozen=True)
class DeliveryPoint:
    """How many activities up to a day; what is met is not known after the cut-off (None)."""

    start: date
    end: date
    due: int
    baseline: int
    validated: int | None
    claimed: int | None


@dataclass(frozen=True)
class DeliverySeries:
    """Planned against met dates; last point, `later` and `undated` together are all there is."""

    unit: Precision
    points: tuple[DeliveryPoint, ...]
    later: DeliveryCounts
    """Dated after the last point: outside the plan's period."""
    undated: DeliveryCounts
    by_cutoff: DeliveryCounts
    """Due up to the very day of the cut-off; complete whether dated or not."""
    total: int
    withdrawn: int


def activities_of(document: ReportDocument) -> tuple[ActivityLine, ...]:
    """Every activity of a document, in order; an institution's report has only those it takes part in."""
    return tuple(
        activity
        for commitment in document.commitments
        for group in (*commitment.milestones, commitment)
        for activity in group.activities
    )


def progress_by_institution(document: ReportDocument) -> tuple[InstitutionProgress, ...]:
    """Each institution with activities that it leads: the report's own first, then those that lead most.

    An activity with several leads counts for each of them, with the one figure that it has.
    """
    led: dict[str, list[ActivityLine]] = {}
    for activity in activities_of(document):
        for name in dict.fromkeys(one.institution for one in activity.roles if one.role is Role.LEAD):
            led.setdefault(name, []).append(activity)
    own = document.institution.label if document.institution else None
    found = [_progress(name, lines) for name, lines in led.items()]
    return tuple(
        sorted(found, key=lambda one: (one.institution != own, -one.leads, one.institution.casefold()))
    )


def _progress(name: str, lines: Sequence[ActivityLine]) -> InstitutionProgress:
    kept = [one for one in lines if one.state is not State.WITHDRAWN]
    untold = [one.state for one in kept if one.reported is None]
    not_started = untold.count(State.NOT_DUE)
    return InstitutionProgress(
        institution=name,
        leads=len(kept),
        validated=mean([_percent(one.validated) for one in kept]),
        reported=mean([_percent(one.reported) for one in kept]),
        validated_informed=sum(one.validated is not None for one in kept),
        reported_informed=len(kept) - len(untold),
        not_started=not_started,
        silent=len(untold) - not_started,
        withdrawn=len(lines) - len(kept),
    )


def _percent(figure: PointFigure | None) -> Decimal:
    return Decimal(0) if figure is None else figure.percent


def mean(percents: Sequence[Decimal]) -> Decimal | None:
    """The mean, rounded as every percentage is: to two decimals, half up, never 100 by rounding."""
    if not percents:
        return None
    return as_percent(sum(map(Fraction, percents), Fraction(0)) / len(percents))


@dataclass(frozen=True)
class _Dates:
    """The dates of one kind: known ones, and how many have none."""

    known: tuple[date, ...]
    undated: int

    @classmethod
    def of(cls, days: Iterable[date | None]) -> _Dates:
        """Split what is dated from what is not."""
        every = list(days)
        known = tuple(one for one in every if one is not None)
        return cls(known, len(every) - len(known))

    def until(self, day: date) -> int:
        """How many up to and including a day."""
        return sum(one <= day for one in self.known)


def deliveries(document: ReportDocument) -> DeliverySeries | None:
    """How many activities were due and how many were complete, up to the end of each period of the plan.

    An activity is due whole by the end of its last window, since 100 % is all of it. It is complete on
    its completion date, by the validated figure and, apart, by the reported one. What comes before the
    plan's period counts in its first point; what comes after it stands in `later`. None without any date.
    """
    every = activities_of(document)
    kept = [one for one in every if one.state is not State.WITHDRAWN]
    due = _Dates.of(_last(one.windows, one.due_on) for one in kept)
    baseline = _Dates.of(_last(one.baseline_windows, one.baseline_due_on) for one in kept)
    validated = _Dates.of(one.validated.completed_on for one in kept if one.validated and _is_complete(one))
    claimed = _Dates.of(one.reported.completed_on for one in kept if one.reported and _is_claimed(one))
    four = (due, baseline, validated, claimed)
    dated = [day for one in four for day in one.known]
    if not dated:
        return None
    unit, periods = _periods(document, dated)
    last = periods[-1][1]

    def counts(of: Callable[[_Dates], int]) -> DeliveryCounts:
        return DeliveryCounts(*(of(one) for one in four))

    return DeliverySeries(
        unit=unit,
        points=tuple(_point(start, end, document.cutoff, four) for start, end in periods),
        later=DeliveryCounts(
            *(len(one.known) - one.until(last) for one in (due, baseline)),
            *(len(one.known) - one.until(min(last, document.cutoff)) for one in (validated, claimed)),
        ),
        undated=counts(lambda one: one.undated),
        by_cutoff=DeliveryCounts(
            *(one.until(document.cutoff) for one in (due, baseline)),
            *(len(one.known) + one.undated for one in (validated, claimed)),
        ),
        total=len(kept),
        withdrawn=len(every) - len(kept),
    )


def _last(windows: Sequence[Window], otherwise: date | None) -> date | None:
    return max((one.end for one in windows), default=otherwise)


def _is_complete(line: ActivityLine) -> bool:
    return line.state in COMPLETE


def _is_claimed(line: ActivityLine) -> bool:
    return line.reported is not None and line.reported.percent >= FULL


def _point(start: date, end: date, cutoff: date, four: Sequence[_Dates]) -> DeliveryPoint:
    due, baseline, validated, claimed = four
    seen = min(end, cutoff)
    met = (validated.until(seen), claimed.until(seen)) if start <= cutoff else (None, None)
    return DeliveryPoint(start, end, due.until(end), baseline.until(end), *met)


def _periods(document: ReportDocument, dated: Sequence[date]) -> tuple[Precision, list[tuple[date, date]]]:
    """The periods of the plan; of one without dates, from the first of all dates to the last."""
    first = document.plan.starts_on or min(*dated, document.cutoff)
    last = document.plan.ends_on or max(*dated, document.cutoff)
    last = max(first, last)
    months = (last.year - first.year) * 12 + last.month - first.month + 1
    unit = Precision.YEAR
    if months <= MONTHS_BY_MONTH:
        unit = Precision.MONTH
    elif months <= MONTHS_BY_QUARTER:
        unit = Precision.QUARTER
    found = [period_containing(first, unit)]
    while found[-1][1] < last:
        found.append(period_containing(add_months(found[-1][0], MONTHS_IN[unit]), unit))
    return unit, found
