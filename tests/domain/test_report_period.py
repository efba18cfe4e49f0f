"""What a month brought: the same history read at its eve and at the cut-off."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from tests.support.factories import documents
from tests.support.factories import facts as f
from tracker.domain.compilation import CompilationKind
from tracker.domain.facts import DecisionFact
from tracker.domain.report_period import compare_month, compare_since, month_of
from tracker.domain.report_rows import Moment
from tracker.domain.report_values import InstitutionPeriod, Movement
from tracker.domain.states import State
from tracker.domain.tree import assess
from tracker.domain.workflow import ReportStatus

CUTOFF = date(2020, 8, 28)
EVE = date(2020, 7, 31)


def month(plan, before=None):
    eve = assess(before or documents.as_it_stood(plan, EVE), EVE)
    return compare_month(eve, assess(plan, CUTOFF), Moment(CUTOFF))


def at(day, hour=12):
    return datetime(2020, *day, hour, tzinfo=UTC)


def one_activity(*reports, **given):
    given = {"schedule": f.schedule(f.month(2020, 8)), "roles": f.lead(f.INFOM)} | given
    return f.plan([f.commitment(), f.activity(parent="c1", **given)], list(reports))


@pytest.mark.parametrize(
    ("cutoff", "expected"),
    [
        (date(2020, 8, 28), (date(2020, 8, 1), date(2020, 7, 31), date(2020, 9, 30))),
        (date(2020, 1, 1), (date(2020, 1, 1), date(2019, 12, 31), date(2020, 2, 29))),
        (date(2019, 12, 31), (date(2019, 12, 1), date(2019, 11, 30), date(2020, 1, 31))),
    ],
)
def test_a_month_begins_on_its_first_day_and_looks_to_the_end_of_the_next(cutoff, expected):
    assert month_of(cutoff) == expected


def test_what_did_not_change_is_no_movement():
    plan = one_activity(
        documents.told(40, "a1", 1, on="2020-07-01", recorded_at=at((7, 1))), schedule=f.schedule()
    )
    assert month(plan).movements == ()


def test_a_movement_tells_both_figures_and_the_state_before_and_after():
    plan = one_activity(
        documents.accepted(40, "a1", 1, on="2020-07-01", recorded_at=at((7, 1))),
        documents.told(100, "a1", 3, on="2020-08-20"),
    )
    (found,) = month(plan).movements
    assert found == Movement(
        row=found.row,
        validated_before=Decimal("40.00"),
        validated=Decimal("40.00"),
        reported_before=Decimal("40.00"),
        reported=Decimal("100.00"),
        state_before=State.IN_PROGRESS,
        state=State.AWAITING_VALIDATION,
    )
    assert found.row.label == "1"


def test_no_information_before_is_none_and_never_0():
    (found,) = month(one_activity(documents.told(0, "a1", 1, on="2020-08-20"))).movements
    assert (found.reported_before, found.reported) == (None, Decimal("0.00"))


def test_what_was_completed_or_fell_late_in_the_month_is_named():
    late = one_activity(schedule=f.schedule(f.month(2020, 7)))
    eve = assess(late, date(2020, 7, 30))
    found = compare_month(eve, assess(late, CUTOFF), Moment(CUTOFF))
    assert [one.label for one in found.newly_late] == ["1"]
    done = one_activity(documents.accepted(100, "a1", 1, on="2020-08-20", completed="2020-08-20"), means=())
    assert [one.label for one in month(done).newly_complete] == ["1"]
    assert month(done).newly_late == ()


def test_what_falls_due_by_the_end_of_the_next_month_is_named_unless_complete():
    coming = one_activity(schedule=f.schedule(f.month(2020, 9)))
    assert [one.label for one in month(coming).falling_due] == ["1"]
    assert month(one_activity(schedule=f.schedule(f.month(2020, 10)))).falling_due == ()
    assert month(one_activity(schedule=f.schedule(f.month(2020, 7)))).falling_due == ()


def test_acts_count_on_the_day_they_were_recorded_or_decided_in_the_civil_zone():
    decided = DecisionFact("contact_point", at((8, 1), 0), 2)
    plan = one_activity(
        documents.accepted(10, "a1", 1, on="2020-07-01", recorded_at=at((7, 31)), decision=decided),
        documents.told(20, "a1", 3, on="2020-07-15", recorded_at=at((8, 3))),
        documents.told(
            30,
            "a1",
            5,
            on="2020-08-10",
            recorded_at=at((8, 12)),
            status=ReportStatus.RETURNED,
            decision=DecisionFact("contact_point", at((8, 20)), 6),
        ),
    )
    found = month(plan)
    assert (found.handed_in, found.validated, found.returned) == (2, 1, 1)
    assert found.institutions == (InstitutionPeriod("INFOM", 1, 2, 1, 1),)


def test_an_institution_that_said_nothing_stands_there_with_what_it_owes():
    assert month(one_activity()).institutions == (InstitutionPeriod("INFOM", 1, 0, 0, 0),)
    assert month(one_activity(schedule=f.schedule(f.month(2020, 12)))).institutions == ()


def test_a_monthly_report_carries_its_month_and_others_none():
    plan = documents.rich_plan()
    made = documents.document(plan, kind=CompilationKind.MONTHLY)
    assert made.period is not None
    assert (made.period.starts_on, made.period.ends_on) == (date(2020, 8, 1), CUTOFF)
    assert documents.document(plan).period is None
    assert replace(made, period=None).commitments == documents.document(plan).commitments


def test_the_days_since_a_meeting_on_the_eve_of_a_month_give_the_figures_of_the_monthly_report():
    plan = one_activity(
        documents.accepted(40, "a1", 1, on="2020-07-01", recorded_at=at((7, 1))),
        documents.told(100, "a1", 3, on="2020-08-20", recorded_at=at((8, 20))),
    )
    eve, status = assess(documents.as_it_stood(plan, EVE), EVE), assess(plan, CUTOFF)
    monthly = compare_month(eve, status, Moment(CUTOFF))
    since = compare_since(eve, status, Moment(CUTOFF), date(2020, 8, 1), monthly.due_until)
    assert since == monthly
    later = compare_since(eve, status, Moment(CUTOFF), date(2020, 8, 21), monthly.due_until)
    assert (monthly.handed_in, later.handed_in) == (1, 0)
