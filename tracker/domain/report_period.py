"""What happened in a plan between two dates: the same history read at the eve and at the cut-off."""

from __future__ import annotations

import calendar
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal

from tracker.domain.facts import ReportFact
from tracker.domain.outline import aggregate
from tracker.domain.progress import Figure, governing
from tracker.domain.report_findings import Row, rows
from tracker.domain.report_rows import Moment, all_reports, as_cents
from tracker.domain.report_values import InstitutionPeriod, Movement, Period, RowRef
from tracker.domain.schedule import has_opened
from tracker.domain.states import COMPLETE, State
from tracker.domain.tree import Delivery, NodeStatus
from tracker.domain.workflow import ReportStatus

Counts = Counter[str]
_DECIDED = frozenset({ReportStatus.VALIDATED, ReportStatus.RETURNED})


def month_of(cutoff: date) -> tuple[date, date, date]:
    """The first day of a cut-off's month, the day before it, and the last day of the month after it."""
    first = cutoff.replace(day=1)
    following = (first + timedelta(days=32)).replace(day=1)
    last = following.replace(day=calendar.monthrange(following.year, following.month)[1])
    return first, first - timedelta(days=1), last


def compare_month(eve: NodeStatus, status: NodeStatus, moment: Moment) -> Period:
    """What the month of the cut-off brought, against the plan as it stood the day before the month."""
    first, _, due_until = month_of(moment.as_of)
    return compare_since(eve, status, moment, first, due_until)


def compare_since(
    eve: NodeStatus, status: NodeStatus, moment: Moment, first: date, due_until: date
) -> Period:
    """What the days from `first` to the cut-off brought, against the plan as it stood the day before them."""
    before = {row.ref.uid: row.status for row in rows(eve)}
    items = [row for row in rows(status) if row.status.own is not None]
    moves = [one for row in items for one in _movement(row, before.get(row.ref.uid))]
    handed_in, validated, returned = _acts(items, first, moment)
    awaited = _awaited(items, moment.as_of)
    named = sorted({*awaited, *handed_in, *validated, *returned})
    return Period(
        starts_on=first,
        ends_on=moment.as_of,
        due_until=due_until,
        validated_before=aggregate(eve, "validated"),
        reported_before=aggregate(eve, "reported"),
        handed_in=handed_in.total(),
        validated=validated.total(),
        returned=returned.total(),
        movements=tuple(moves),
        newly_complete=_entered(moves, COMPLETE),
        newly_late=_entered(moves, frozenset({State.OVERDUE})),
        falling_due=tuple(row.ref for row in items if _falls_due(row, moment.as_of, due_until)),
        institutions=tuple(
            InstitutionPeriod(one, awaited[one], handed_in[one], validated[one], returned[one])
            for one in named
        ),
    )


def _movement(row: Row, before: NodeStatus | None) -> Iterator[Movement]:
    """The item's change; none where both figures and the state are as they were."""
    own, old = row.status.own, before.own if before else None
    if own is None:
        return
    made = Movement(
        row=row.ref,
        validated_before=_percent(old.validated if old else None),
        validated=_percent(own.validated),
        reported_before=_percent(old.reported if old else None),
        reported=_percent(own.reported),
        state_before=old.standing.state if old else None,
        state=own.standing.state,
    )
    same_figures = (made.validated_before, made.reported_before) == (made.validated, made.reported)
    if not (same_figures and made.state_before is made.state):
        yield made


def _percent(figure: Figure | None) -> Decimal | None:
    return as_cents(figure.percent) if figure else None


def _entered(moves: Sequence[Movement], states: frozenset[State]) -> tuple[RowRef, ...]:
    return tuple(one.row for one in moves if one.state in states and one.state_before not in states)


def _acts(items: Sequence[Row], first: date, moment: Moment) -> tuple[Counts, Counts, Counts]:
    """By institution: reports recorded within the period, whatever became of them, and those decided on."""
    handed_in, validated, returned = Counts(), Counts(), Counts()
    decided: Mapping[ReportStatus, Counts] = {
        ReportStatus.VALIDATED: validated,
        ReportStatus.RETURNED: returned,
    }
    for row in items:
        for report in all_reports(row.status):
            label = report.institution.label
            handed_in[label] += first <= moment.day_of(report.recorded_at) <= moment.as_of
    for _, report in decisions_since(items, first, moment):
        decided[report.status][report.institution.label] += 1
    return +handed_in, +validated, +returned


def decisions_since(items: Sequence[Row], first: date, moment: Moment) -> Iterator[tuple[Row, ReportFact]]:
    """Each report validated or returned within the period, as it stands at the cut-off."""
    for row in items:
        for report in all_reports(row.status):
            decision = report.decision
            if decision is None or report.status not in _DECIDED:
                continue
            if first <= moment.day_of(decision.decided_at) <= moment.as_of:
                yield row, report


def _awaited(items: Sequence[Row], as_of: date) -> Counts:
    """By institution: how many deliveries it answers for that have begun and are not complete."""
    awaited = Counts()
    for row in items:
        own, windows = row.status.own, row.status.facts.schedule.current
        if own is None or row.status.is_withdrawn or own.standing.state in COMPLETE:
            continue
        if not windows or has_opened(windows, as_of):
            awaited.update(one.label for one in governing(row.status.roles))
    return awaited


def _falls_due(row: Row, as_of: date, until: date) -> bool:
    own: Delivery | None = row.status.own
    due_on = row.status.due_on
    if own is None or due_on is None or row.status.is_withdrawn or own.standing.state in COMPLETE:
        return False
    return as_of < due_on <= until
