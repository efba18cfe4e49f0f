"""Rules 2, 5 and 10 on a whole tree: roll-up by level, own delivery, withdrawn items, inheritance."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest

from tests.support.factories.facts import (
    INAP,
    INFOM,
    SCEP,
    activity,
    commitment,
    day,
    evidence,
    found,
    lead,
    means,
    milestone,
    month,
    months,
    node,
    plan,
    product,
    publication_monthly,
    report,
    rescheduled,
    roles,
    schedule,
    validated,
)
from tracker.domain.assessment import CompletionLevel, Thresholds
from tracker.domain.evidence import Coverage
from tracker.domain.facts import NodeFacts, ReportFact
from tracker.domain.plans import NodeKind, Role
from tracker.domain.states import State
from tracker.domain.tree import NodeStatus, assess
from tracker.domain.workflow import ReportStatus

MARCH = schedule(month(2019, 3))
TODAY = "2020-09-01"


def tree(
    *nodes: NodeFacts, reports: tuple[ReportFact, ...] = (), on: str = TODAY, **given: object
) -> NodeStatus:
    """A plan of commitment c1 and milestone m1, unless given, with these items below."""
    named = {one.uid for one in nodes}
    above = [one for one in (commitment(), milestone()) if one.uid not in named]
    return assess(plan([*above, *nodes], reports, **given), day(on))


# Levels


def test_an_aggregate_carries_floor_mean_and_n_of_m_for_each_figure():
    found_tree = tree(
        activity("a1", schedule=MARCH),
        activity("a2", schedule=MARCH),
        activity("a3", schedule=MARCH),
        activity("a4", schedule=schedule(month(2021, 3))),
        reports=(validated(100, node_uid="a1", completed="2019-03-10"), report(50, node_uid="a2")),
    )
    for uid in ("m1", "c1", "plan"):
        one = found(found_tree, uid)
        assert (one.validated.floor, one.validated.informed_mean) == (25, 100)
        assert (one.reported.floor, one.reported.informed_mean) == (Fraction(150, 4), 75)
        assert (one.validated.informed, one.reported.informed, one.reported.total) == (1, 2, 4)
        assert (one.reported.missing, one.reported.not_started) == (1, 1)
        assert (one.state, one.days_late) == (State.OVERDUE, 520)


def test_levels_weigh_by_their_own_weights():
    found_tree = tree(
        milestone("m1", weight=3),
        milestone("m2"),
        activity("a1"),
        activity("a2", parent="m2", weight=50),
        reports=(validated(100, node_uid="a1"), validated(0, node_uid="a2")),
    )
    assert found(found_tree, "c1").validated.floor == 75


def test_an_axis_stands_between_plan_and_commitment():
    axis = node("x1", NodeKind.AXIS, "plan")
    found_tree = tree(axis, commitment(parent="x1"), activity(), reports=(validated(40),))
    assert found(found_tree, "x1").validated.floor == found_tree.validated.floor == 40


def test_an_activity_may_stand_directly_within_a_commitment():
    found_tree = tree(commitment(), activity("a6", parent="c1"), reports=(report(100, node_uid="a6"),))
    assert found(found_tree, "a6").state is State.AWAITING_VALIDATION


def test_items_come_by_position_then_number():
    found_tree = tree(activity("a2"), activity("a1"), activity("a3", position=-1))
    assert [one.facts.uid for one in found(found_tree, "m1").children] == ["a3", "a1", "a2"]


def test_a_plan_without_items_has_no_figure():
    empty = assess(plan([]), day(TODAY))
    assert (empty.validated.percent, empty.reported.total, empty.days_late) == (None, 0, 0)
    assert (empty.state, empty.level) == (State.NO_DATE, CompletionLevel.NO_EVIDENCE)


def test_nobody_informed_is_no_figure_and_zero_is_one():
    assert tree(activity()).reported.percent is None
    assert tree(activity(), reports=(report(0),)).reported.percent == 0


def test_days_late_that_cannot_be_told_leave_those_that_can():
    undated = validated(100, node_uid="a1")
    late = validated(100, node_uid="a2", completed="2019-04-10")
    both = tree(activity("a1", schedule=MARCH), activity("a2", schedule=MARCH), reports=(undated, late))
    assert found(both, "m1").days_late == 10
    alone = tree(activity("a1", schedule=MARCH), reports=(undated,))
    assert (found(alone, "m1").days_late, found(alone, "m1").state) == (None, State.COMPLETE_UNDATED)


def test_drafts_are_nobodys_business():
    found_tree = tree(activity(), reports=(report(100, status=ReportStatus.DRAFT),))
    own = found(found_tree, "a1").own
    assert own is not None
    assert (own.reports, own.institution_reports) == ((), ())


# Dates and expectation


def test_the_due_date_of_an_activity_is_its_earliest_unmet_one():
    both = schedule(months(2019, 1, 2019, 3), months(2020, 1, 2020, 3))
    first = report(100, "2019-03-20", occurrence="1", completed="2019-03-20")
    assert found(tree(activity(schedule=both)), "a1").due_on == day("2019-03-31")
    assert found(tree(activity(schedule=both), reports=(first,)), "a1").due_on == day("2020-03-31")


def test_an_aggregate_is_due_with_its_own_last_window_else_with_its_last_child():
    moved = rescheduled(schedule(month(2020, 6)), "2020-01-01", month(2020, 9))
    children = (activity("a1", schedule=MARCH), activity("a2", schedule=moved))
    below = found(tree(*children), "m1")
    assert (below.due_on, below.baseline_due_on) == (day("2020-09-30"), day("2020-06-30"))
    windows = rescheduled(
        schedule(month(2019, 1), month(2020, 1)), "2019-01-01", month(2019, 1), month(2020, 2)
    )
    own = found(tree(milestone(schedule=windows), *children), "m1")
    assert (own.due_on, own.baseline_due_on) == (day("2020-02-29"), day("2020-01-31"))


def test_the_dates_of_a_milestones_own_delivery_come_first():
    own = milestone(schedule=schedule(month(2019, 1), month(2020, 1)), means=means("e"))
    assert found(tree(own, activity(schedule=MARCH)), "m1").due_on == day("2019-01-31")


def test_without_any_date_nothing_is_due():
    assert found(tree(activity()), "m1").due_on is None
    assert found(tree(activity()), "m1").expected is None


def test_an_aggregate_expects_by_its_own_windows_else_the_weighted_mean():
    half_way = schedule(months(2020, 1, 2020, 12))
    passed = schedule(months(2019, 1, 2019, 12))
    children = (activity("a1", schedule=passed, weight=3), activity("a2", schedule=half_way), activity("a3"))
    expected = found(tree(*children, on="2020-06-30"), "m1").expected
    assert expected == (300 + Fraction(182 * 100, 366)) / 4
    windows = milestone(schedule=schedule(months(2020, 1, 2020, 12)))
    assert found(tree(windows, *children, on="2020-06-30"), "m1").expected == Fraction(18200, 366)


def test_a_short_window_with_a_planned_quantity_can_be_behind():
    item = activity(schedule=schedule(month(2020, 9)), products=(product(8),))
    late = report(10, "2020-09-20")
    assert found(tree(item, reports=(late,), on="2020-09-21"), "a1").state is State.BEHIND
    assert found(tree(item, on="2020-09-15"), "a1").expected == 50
    plain = activity(schedule=schedule(month(2020, 9)), products=(product(),))
    assert found(tree(plain, reports=(late,), on="2020-09-21"), "a1").state is State.DUE_SOON


# A milestone that delivers itself


def test_a_milestone_with_means_of_its_own_enters_as_one_further_child():
    found_tree = tree(
        milestone(means=means("e"), roles=lead(INFOM), schedule=MARCH),
        activity("a1", weight=3),
        reports=(validated(100, node_uid="a1"), validated(20, node_uid="m1")),
    )
    one = found(found_tree, "m1")
    assert (one.validated.floor, one.validated.total) == (80, 2)
    assert one.own is not None
    assert one.own.validated is not None
    assert one.own.validated.percent == 20
    assert one.state is State.OVERDUE


@pytest.mark.parametrize("given", [{"products": (product(),)}, {"means": means("e")}])
def test_a_milestone_with_something_to_show_is_missing_until_it_reports(given):
    one = found(tree(milestone(**given), activity(), reports=(validated(100),)), "m1")
    assert (one.validated.floor, one.validated.informed, one.validated.total) == (50, 1, 2)


def test_a_claim_on_a_milestone_makes_it_a_further_child():
    claim = report(60, node_uid="m1")
    one = found(tree(milestone(roles=lead(INFOM)), activity(), reports=(claim,)), "m1")
    assert (one.reported.floor, one.reported.total) == (30, 2)


@pytest.mark.parametrize(
    "claim", [report(None, node_uid="m1"), report(60, node_uid="m1", status=ReportStatus.RETURNED)]
)
def test_a_narrative_on_a_milestone_is_told_and_counts_nothing(claim):
    one = found(tree(milestone(roles=lead(INFOM)), activity(), reports=(claim, validated(100))), "m1")
    assert one.own is None
    assert one.narratives == (claim,)
    assert (one.validated.floor, one.validated.total) == (100, 1)


def test_a_milestone_without_activities_is_itself_what_is_to_be_done():
    one = found(tree(milestone(schedule=MARCH, roles=lead(INFOM))), "m1")
    assert (one.state, one.reported.total, one.reported.missing) == (State.OVERDUE, 1, 1)


def test_a_commitment_without_anything_below_weighs_nothing():
    found_tree = tree(activity(), commitment("c2"), reports=(validated(100),))
    assert (found_tree.validated.floor, found_tree.validated.total) == (100, 1)
    assert found(found_tree, "c2").own is None


# Withdrawn


def test_a_withdrawn_item_is_listed_and_left_out_with_both_figures_beside_each_other():
    found_tree = tree(
        activity("a1", schedule=MARCH),
        activity("a2", schedule=MARCH, withdrawn_on=day("2020-06-01"), means=means("e")),
        reports=(validated(100, node_uid="a1", completed="2019-03-10"), validated(20, node_uid="a2")),
    )
    assert found(found_tree, "a2").is_withdrawn
    for uid in ("m1", "c1", "plan"):
        one = found(found_tree, uid)
        assert (one.validated.floor, one.validated_with_withdrawn.floor) == (100, 60)
        assert (one.reported.total, one.reported_with_withdrawn.total) == (1, 2)
        assert (one.state, one.days_late) == (State.COMPLETE_ON_TIME, 0)
        assert one.coverage == Coverage()


def test_an_item_is_withdrawn_from_the_day_of_its_amendment():
    item = activity(schedule=MARCH, withdrawn_on=day("2020-06-01"))
    assert found(tree(item, on="2020-05-31"), "a1").state is State.OVERDUE
    assert found(tree(item, on="2020-06-01"), "a1").state is State.WITHDRAWN


def test_what_stands_below_a_withdrawn_item_is_withdrawn_with_it():
    found_tree = tree(
        milestone(withdrawn_on=day("2020-06-01")),
        milestone("m2"),
        activity("a1"),
        activity("a2", parent="m2"),
        reports=(validated(20, node_uid="a1"), validated(80, node_uid="a2")),
    )
    assert found(found_tree, "a1").is_withdrawn
    assert found(found_tree, "m1").validated.floor == 20
    one = found(found_tree, "c1")
    assert (one.validated.floor, one.validated_with_withdrawn.floor) == (80, 50)


def test_a_milestone_with_nothing_left_but_withdrawn_activities_weighs_nothing():
    found_tree = tree(
        milestone("m1"),
        milestone("m2"),
        activity("a1"),
        activity("a2", parent="m2", withdrawn_on=day("2020-06-01")),
        reports=(validated(100, node_uid="a1"), validated(20, node_uid="a2")),
    )
    assert found(found_tree, "m2").state is State.WITHDRAWN
    one = found(found_tree, "c1")
    assert (one.validated.floor, one.validated_with_withdrawn.floor) == (100, 60)


# Roles


def test_activities_inherit_the_roles_of_their_milestone_unless_they_name_their_own():
    found_tree = tree(
        milestone(roles=(*lead(SCEP), *roles(Role.COLLABORATOR, INAP))),
        activity("a1", roles=()),
        activity("a2", roles=lead(INFOM)),
        reports=(report(30, node_uid="a1", institution=SCEP), report(90, node_uid="a1")),
    )
    inherits, names = found(found_tree, "a1"), found(found_tree, "a2")
    assert (inherits.roles_inherited, names.roles_inherited) == (True, False)
    assert [one.institution for one in inherits.roles] == [SCEP, INAP]
    assert inherits.reported.floor == 30


def test_contributions_are_shown_under_their_name_and_never_rolled_up():
    parts = (*lead(SCEP), *roles(Role.CO_RESPONSIBLE, INFOM))
    claim = report(100, completed="2019-04-10")
    stranger = report(70, institution=INAP, sequence=2)
    one = found(tree(activity(schedule=MARCH, roles=parts), reports=(claim, stranger)), "a1")
    assert (one.reported.percent, one.state) == (None, State.OVERDUE)
    assert one.own is not None
    first, second = one.own.institution_reports
    assert (first.institution, first.role, first.governs) == (INFOM, Role.CO_RESPONSIBLE, False)
    assert (first.percent, first.completed_on) == (100, day("2019-04-10"))
    assert first.timeliness is not None
    assert (first.timeliness.state, first.timeliness.days_late) == (State.COMPLETE_LATE, 10)
    assert (second.role, second.percent, second.timeliness) == (None, 70, None)


@pytest.mark.parametrize(
    ("parts", "governs"),
    [
        (lead(INFOM), True),
        (roles(Role.COORDINATOR, INFOM), True),
        ((*lead(SCEP), *roles(Role.COORDINATOR, INFOM)), False),
        (roles(Role.COLLABORATOR, INFOM), False),
    ],
)
def test_the_report_that_governs_is_the_leads_else_the_coordinators(parts, governs):
    own = found(tree(activity(roles=parts), reports=(report(50),)), "a1").own
    assert own is not None
    assert own.institution_reports[0].governs is governs


def test_an_institutions_own_report_is_its_last_with_a_percent_else_its_narrative():
    claim, story = report(50, "2020-03-01"), report(None, "2020-04-01", sequence=2)
    own = found(tree(activity(), reports=(claim, story)), "a1").own
    assert own is not None
    assert [one.report for one in own.institution_reports] == [claim]
    own = found(tree(activity(), reports=(story,)), "a1").own
    assert own is not None
    assert [(one.report, one.percent, one.timeliness) for one in own.institution_reports] == [
        (story, None, None)
    ]


def test_a_returned_report_stays_in_the_history_and_is_nobodys_standing_report():
    returned = report(100, status=ReportStatus.RETURNED)
    own = found(tree(activity(), reports=(returned,)), "a1").own
    assert own is not None
    assert (own.reports, own.institution_reports) == ((returned,), ())


def test_a_claim_on_one_occurrence_is_judged_by_that_occurrence_alone():
    both = schedule(months(2019, 1, 2019, 3), months(2020, 1, 2020, 3))
    first = report(100, "2019-04-20", occurrence="1", completed="2019-04-10")
    own = found(tree(activity(schedule=both), reports=(first,)), "a1").own
    assert own is not None
    (only,) = own.institution_reports
    assert (only.percent, only.completed_on) == (50, None)
    assert only.timeliness is not None
    assert (only.timeliness.state, only.timeliness.days_late) == (State.COMPLETE_LATE, 10)


def test_an_institutions_reports_on_a_recurring_duty_add_up_to_met_over_planned():
    done = tuple(
        report(100, f"2019-{number:02d}-28", occurrence=f"2019-{number:02d}", sequence=number)
        for number in (5, 6, 7)
    )
    one = found(tree(activity(schedule=publication_monthly()), reports=done), "a1")
    assert one.own is not None
    assert one.own.institution_reports[0].percent == Decimal("18.75")
    assert one.reported.floor == Fraction("18.75")


@pytest.mark.parametrize(
    ("dates", "key", "percent"),
    [(publication_monthly(), "2019-05", 0), (schedule(month(2019, 3), month(2020, 3)), "1", 40)],
)
def test_an_occurrence_done_in_part_counts_for_windows_and_not_for_a_recurring_duty(dates, key, percent):
    claim = report(80, "2019-05-28", occurrence=key)
    one = found(tree(activity(schedule=dates), reports=(claim,)), "a1")
    assert one.own is not None
    assert one.reported.percent == one.own.institution_reports[0].percent == percent


# Coverage


def test_evidence_counts_only_in_validated_reports():
    item = activity(means=means("e1", "e2"))
    waiting = report(50, evidence=(evidence("e1"),))
    accepted = validated(50, "2020-08-01", evidence=(evidence("e2", "elsewhere"),))
    assert found(tree(item, reports=(waiting,)), "a1").coverage.answered == set()
    assert found(tree(item, reports=(waiting, accepted)), "a1").coverage == Coverage(
        frozenset({"e2"}), frozenset({"e1", "e2"})
    )


def test_a_shared_means_is_counted_once_in_aggregates():
    answered = validated(50, node_uid="a1", evidence=(evidence("shared"),))
    found_tree = tree(
        activity("a1", means=means("shared", "own")),
        activity("a2", means=means("shared")),
        reports=(answered,),
    )
    for uid in ("m1", "c1", "plan"):
        coverage = found(found_tree, uid).coverage
        assert (len(coverage.answered), len(coverage.required)) == (1, 2)


def test_accepted_evidence_of_a_contribution_answers_a_means():
    item = activity(means=means("e1"), roles=(*lead(SCEP), *roles(Role.COLLABORATOR, INFOM)))
    given = validated(50, evidence=(evidence("e1"),))
    assert not found(tree(item, reports=(given,)), "a1").coverage.missing


def test_evidence_dated_after_the_cut_answers_nothing_yet():
    item = activity(means=means("e1"))
    given = validated(100, "2020-07-01", evidence=(evidence("e1"),))
    assert found(tree(item, reports=(given,), on="2020-07-31"), "a1").coverage.answered == set()
    assert found(tree(item, reports=(given,), on="2020-08-01"), "a1").coverage.answered == {"e1"}


# The plan's period


def test_progress_after_the_plans_end_is_left_out_of_its_figures_and_shown_as_such():
    inside = validated(40, "2020-08-31", evidence=(evidence("e1"),))
    outside = validated(100, "2020-09-01", sequence=2, evidence=(evidence("e2"),))
    item = activity(means=means("e1", "e2"))
    one = found(tree(item, reports=(inside, outside), ends_on=day("2020-08-31")), "a1")
    assert one.validated.percent == one.reported.percent == 40
    assert one.coverage.answered == {"e1"}
    assert one.own is not None
    assert [(r.report, r.outside_period) for r in one.own.institution_reports] == [(outside, True)]
    assert one.own.reports == (inside, outside)


def test_a_plan_without_an_end_has_nothing_outside():
    assert found(tree(activity(), reports=(report(100, "2030-01-01"),)), "a1").reported.percent == 100


# Completion level


@pytest.mark.parametrize(
    ("window", "reports", "level"),
    [
        (MARCH, (), CompletionLevel.NO_EVIDENCE),
        (MARCH, (report(100),), CompletionLevel.NO_EVIDENCE),
        (schedule(month(2021, 3)), (), CompletionLevel.NOT_STARTED),
        (schedule(month(2021, 3)), (report(20),), CompletionLevel.NO_EVIDENCE),
        (MARCH, (validated(0),), CompletionLevel.NOT_STARTED),
        (MARCH, (validated(49),), CompletionLevel.LIMITED),
        (MARCH, (validated(50),), CompletionLevel.SUBSTANTIAL),
        (MARCH, (validated(100),), CompletionLevel.COMPLETE),
    ],
)
def test_the_level_comes_from_what_is_validated_at_every_level(window, reports, level):
    found_tree = tree(activity(schedule=window), reports=reports)
    assert {one.level for one in found_tree.walk()} == {level}


def test_one_item_that_has_opened_makes_an_aggregate_without_evidence():
    found_tree = tree(activity("a1", schedule=MARCH), activity("a2", schedule=schedule(month(2021, 3))))
    assert found(found_tree, "m1").level is CompletionLevel.NO_EVIDENCE


def test_thresholds_of_the_plan_are_used():
    found_tree = tree(activity(), reports=(validated(60),), thresholds=Thresholds(substantial=Fraction(70)))
    assert found_tree.level is CompletionLevel.LIMITED


def test_due_soon_begins_as_the_plan_says():
    item = activity(schedule=schedule(months(2020, 1, 2020, 12)))
    assert found(tree(item, on="2020-12-10"), "a1").state is State.DUE_SOON
    assert found(tree(item, on="2020-12-10", due_soon_days=7), "a1").state is State.IN_PROGRESS


# The real case


def test_an_activity_due_in_february_2020_completed_in_august_is_181_days_late():
    claim = validated(100, "2020-08-28", completed="2020-08-28")
    one = found(tree(activity(schedule=schedule(month(2020, 2))), reports=(claim,)), "a1")
    assert (one.state, one.days_late, one.due_on) == (State.COMPLETE_LATE, 181, day("2020-02-29"))
