"""What the charts of a report count."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from tests.support.factories import documents, facts
from tests.support.factories.documents import accepted, told
from tests.support.factories.facts import INAP, INFOM, SCEP
from tracker.domain.plans import Role
from tracker.domain.report_series import (
    DeliveryCounts,
    activities_of,
    deliveries,
    mean,
    progress_by_institution,
)
from tracker.domain.schedule import Precision

NONE = DeliveryCounts(0, 0, 0, 0)
FEBRUARY, MARCH, DECEMBER = (facts.month(2020, number) for number in (2, 3, 12))


def document(*activities, reports=(), institution=None, **plan):
    nodes = [facts.commitment(), facts.milestone(), *activities]
    return documents.document(facts.plan(nodes, reports, **plan), institution)


def year(*activities, reports=(), **plan):
    """The series of a plan that runs through 2020; the cut-off is 28 August."""
    period = {"starts_on": date(2020, 1, 1), "ends_on": date(2020, 12, 31)} | plan
    return deliveries(document(*activities, reports=reports, **period))


def due(uid, *windows, **given):
    return facts.activity(uid, schedule=facts.schedule(*windows), **given)


def column(series, name):
    return [getattr(point, name) for point in series.points]


def test_a_plan_without_activities_has_nothing_to_count():
    empty = documents.document(facts.plan([]))
    assert activities_of(empty) == ()
    assert progress_by_institution(empty) == ()
    assert deliveries(empty) is None


def test_activities_that_nobody_leads_belong_to_no_institution():
    assert progress_by_institution(document(facts.activity(roles=facts.roles(Role.COORDINATOR, INFOM)))) == ()


def test_what_nobody_informed_of_counts_nothing_and_is_counted_apart():
    (one,) = progress_by_institution(document(facts.activity(), facts.activity("a2")))
    assert (one.institution, one.leads, one.silent, one.not_started) == ("INFOM", 2, 2, 0)
    assert (one.validated, one.reported) == (Decimal(0), Decimal(0))
    assert (one.validated_informed, one.reported_informed) == (0, 0)


def test_what_has_not_begun_is_not_missing():
    (one,) = progress_by_institution(document(due("a1", DECEMBER), due("a2", FEBRUARY)))
    assert (one.silent, one.not_started) == (1, 1)


def test_the_means_are_over_all_that_an_institution_leads():
    activities = [facts.activity(f"a{n}") for n in (1, 2, 3)]
    (one,) = progress_by_institution(
        document(*activities, reports=[told(100, "a1", 1), accepted(50, "a2", 3)])
    )
    assert (one.validated, one.reported) == (Decimal("16.67"), Decimal("50.00"))
    assert (one.validated_informed, one.reported_informed, one.silent) == (1, 2, 1)


def test_an_activity_with_several_leads_counts_for_each():
    shared = facts.activity("a2", roles=facts.lead(INFOM, SCEP))
    found = progress_by_institution(
        document(facts.activity(), shared, reports=[told(80, "a2", 1, institution=SCEP)])
    )
    assert [(one.institution, one.leads, one.reported) for one in found] == [
        ("INFOM", 2, Decimal("40.00")),
        ("SCEP", 1, Decimal("80.00")),
    ]


def test_what_was_withdrawn_stands_apart():
    gone = facts.activity("a2", withdrawn_on=date(2020, 1, 1))
    (one,) = progress_by_institution(document(facts.activity(), gone, reports=[told(60, "a1", 1)]))
    assert (one.leads, one.withdrawn, one.reported) == (1, 1, Decimal("60.00"))
    (only,) = progress_by_institution(document(gone))
    assert (only.leads, only.withdrawn, only.reported) == (0, 1, None)


def test_an_institution_s_own_row_comes_first_and_others_only_share_its_activities():
    activities = [
        facts.activity("a1", roles=(*facts.lead(SCEP), *facts.roles(Role.COLLABORATOR, INAP))),
        facts.activity("a2", roles=facts.lead(INAP, SCEP)),
        facts.activity("a3", roles=facts.lead(SCEP)),
        facts.activity("a4", roles=facts.lead(INFOM)),
    ]
    found = progress_by_institution(document(*activities, institution=INAP))
    assert [(one.institution, one.leads) for one in found] == [("INAP", 1), ("SCEP", 2)]


@pytest.mark.parametrize(
    ("percents", "expected"),
    [([], None), (["50", "50", "0"], "33.33"), (["0.01", "0"], "0.01"), (["99.99", *["100"] * 99], "99.99")],
)
def test_a_mean_is_rounded_half_up_and_never_to_100(percents, expected):
    assert mean([Decimal(one) for one in percents]) == (None if expected is None else Decimal(expected))


def test_counts_go_on_through_months_without_deliveries():
    series = year(due("a1", FEBRUARY), due("a2", MARCH), due("a3", MARCH), due("a4", DECEMBER))
    assert (series.unit, len(series.points), series.total) == (Precision.MONTH, 12, 4)
    assert column(series, "due") == [0, 1, *[3] * 9, 4]
    assert column(series, "baseline") == column(series, "due")


def test_a_delivery_moved_counts_by_its_baseline_and_by_its_current_date():
    moved = facts.rescheduled(facts.schedule(FEBRUARY), "2020-01-15", MARCH)
    series = year(facts.activity(schedule=moved))
    assert (column(series, "due")[1:3], column(series, "baseline")[1:3]) == ([0, 1], [1, 1])


def test_an_activity_of_several_windows_is_due_whole_by_the_last():
    assert column(year(due("a1", FEBRUARY, DECEMBER)), "due") == [*[0] * 11, 1]


def test_nothing_is_met_after_the_cut_off():
    reports = [
        accepted(100, "a1", 1, completed="2020-03-05"),
        told(100, "a2", 3, completed="2020-08-20"),
        told(90, "a3", 5),
    ]
    series = year(*(due(f"a{n}", FEBRUARY) for n in (1, 2, 3)), reports=reports)
    assert column(series, "validated") == [0, 0, *[1] * 6, *[None] * 4]
    assert column(series, "claimed") == [0, 0, *[1] * 5, 2, *[None] * 4]
    assert series.by_cutoff == DeliveryCounts(3, 3, 1, 2)


def test_what_is_complete_without_a_date_is_on_no_day():
    series = year(due("a1", FEBRUARY), reports=[told(100, "a1", 1)])
    assert series.undated == DeliveryCounts(0, 0, 0, 1)
    assert column(series, "claimed")[7] == 0
    assert series.by_cutoff.claimed == 1


def test_what_has_no_due_date_and_what_was_withdrawn_are_told_apart():
    gone = due("a3", FEBRUARY, withdrawn_on=date(2020, 1, 1))
    series = year(due("a1", FEBRUARY), facts.activity("a2"), gone)
    assert (series.total, series.withdrawn, series.undated.due) == (2, 1, 1)
    assert column(series, "due")[-1] == 1


def test_dates_before_the_plan_count_from_its_first_month_and_later_ones_apart():
    activities = due("a1", facts.month(2019, 5)), due("a2", facts.month(2031, 1)), due("a3", MARCH)
    series = year(*activities, ends_on=date(2020, 6, 30))
    assert column(series, "due") == [1, 1, 2, 2, 2, 2]
    assert series.later == DeliveryCounts(1, 1, 0, 0)


def test_a_completion_dated_after_the_plan_s_end_stands_apart():
    report = accepted(100, "a1", 1, on="2020-06-20", completed="2020-08-01")
    series = year(due("a1", MARCH), reports=[report], ends_on=date(2020, 6, 30))
    assert column(series, "validated")[-1] == 0
    assert (series.later.validated, series.later.claimed, series.undated) == (1, 1, NONE)


@pytest.mark.parametrize(
    ("ends_on", "unit", "periods"),
    [
        (date(2021, 12, 31), Precision.MONTH, 24),
        (date(2022, 1, 1), Precision.QUARTER, 9),
        (date(2039, 12, 31), Precision.YEAR, 20),
    ],
)
def test_longer_plans_are_told_in_longer_periods(ends_on, unit, periods):
    series = year(due("a1", MARCH), ends_on=ends_on)
    assert (series.unit, len(series.points)) == (unit, periods)
    assert series.points[-1].end >= ends_on


def test_a_plan_without_dates_runs_from_the_first_date_to_the_last():
    series = year(due("a1", FEBRUARY), starts_on=None, ends_on=None)
    assert (series.points[0].start, series.points[-1].end) == (date(2020, 2, 1), date(2020, 8, 31))


def test_last_point_later_and_undated_are_all_there_is():
    series = deliveries(documents.document())
    ended = series.points[-1]
    for name in ("due", "baseline"):
        parts = getattr(ended, name), getattr(series.later, name), getattr(series.undated, name)
        assert sum(parts) == series.total
