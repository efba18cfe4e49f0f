"""Rule 2: validated and reported, never merged; whose percent it is; no report is not 0 %."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tests.support.factories.facts import (
    INAP,
    INFOM,
    MUNICIPALITIES,
    RECORDED_AT,
    SCEP,
    day,
    lead,
    report,
    roles,
    validated,
)
from tracker.domain.facts import InstitutionRef, ReportFact, RoleFact
from tracker.domain.plans import Role
from tracker.domain.progress import VALIDATED_ONLY, Figure, figure, governing, institution_claim
from tracker.domain.workflow import ReportStatus

MONTHS = [f"2019-{number:02d}" for number in range(5, 13)] + [f"2020-{number:02d}" for number in range(1, 9)]


def reported(*reports: ReportFact, of: tuple[RoleFact, ...] = lead(INFOM), keys: tuple[str, ...] = ("1",)):
    return figure(reports, of, keys, recurring=False)


def accepted(*reports: ReportFact, of: tuple[RoleFact, ...] = lead(INFOM), keys: tuple[str, ...] = ("1",)):
    return figure(reports, of, keys, recurring=False, statuses=VALIDATED_ONLY)


def percent(found: Figure | None) -> Decimal:
    assert found is not None
    return found.percent


# The two figures


def test_without_a_report_there_is_no_figure_rather_than_zero():
    assert reported() is None
    assert accepted(report(0)) is None
    assert percent(reported(report(0))) == 0


def test_reported_is_the_last_submitted_and_validated_the_last_validated():
    reports = (validated(40, "2020-03-01"), report(70, "2020-06-01", sequence=5))
    assert percent(accepted(*reports)) == 40
    assert percent(reported(*reports)) == 70


def test_the_last_is_the_last_by_its_date_then_by_the_order_of_recording():
    later_date = report(30, "2020-06-01", sequence=1)
    recorded_later = report(80, "2020-05-01", sequence=9)
    same_day = report(35, "2020-06-01", sequence=2)
    assert percent(reported(recorded_later, later_date)) == 30
    assert percent(reported(same_day, recorded_later, later_date)) == 35


@pytest.mark.parametrize(
    ("status", "counts"),
    [
        (ReportStatus.DRAFT, False),
        (ReportStatus.SUBMITTED, True),
        (ReportStatus.REOPENED, True),
        (ReportStatus.VALIDATED, True),
        (ReportStatus.RETURNED, False),
        (ReportStatus.WITHDRAWN, False),
    ],
)
def test_only_what_stands_is_reported(status, counts):
    assert (reported(report(60, status=status)) is not None) is counts
    assert (accepted(report(60, status=status)) is not None) is (status is ReportStatus.VALIDATED)


def test_a_returned_claim_leaves_the_one_before_it_standing():
    reports = (validated(40, "2020-03-01"), report(100, "2020-06-01", status=ReportStatus.RETURNED))
    assert percent(reported(*reports)) == 40


def test_a_figure_carries_its_date_and_its_author():
    found = reported(report(70, "2020-06-01"))
    assert found is not None
    assert (found.on, found.by, found.missing) == (day("2020-06-01"), ("INFOM",), ())
    assert (found.decided_by, found.decided_at) == ((), None)


def test_a_validated_figure_says_who_accepted_it_and_when():
    found = accepted(validated(70, "2020-06-01"))
    assert found is not None
    assert (found.decided_by, found.decided_at) == (("Punto de contacto",), RECORDED_AT)


def test_an_author_without_acronym_goes_by_its_name():
    found = reported(report(70, institution=MUNICIPALITIES), of=lead(MUNICIPALITIES))
    assert found is not None
    assert found.by == ("Gobiernos locales priorizados",)


def test_an_institution_is_the_same_one_under_a_new_name():
    renamed = InstitutionRef(INFOM.uid, "Instituto de Fomento", "IFOM")
    assert percent(reported(report(70, institution=renamed))) == 70


# Narrative


def test_a_narrative_alone_carries_no_percent_and_displaces_none():
    assert reported(report(None)) is None
    assert percent(reported(report(70, "2020-05-01"), report(None, "2020-06-01", sequence=2))) == 70


# Whose percent


def test_the_percent_is_the_leads_whatever_the_others_report():
    parts = (*lead(INFOM), *roles(Role.CO_RESPONSIBLE, INAP), *roles(Role.COORDINATOR, SCEP))
    others = (report(100, institution=INAP), report(90, institution=SCEP))
    assert reported(*others, of=parts) is None
    assert percent(reported(*others, report(20), of=parts)) == 20


def test_without_a_lead_the_percent_is_the_coordinators():
    parts = (*roles(Role.COORDINATOR, SCEP), *roles(Role.CO_RESPONSIBLE, INFOM, INAP))
    found = reported(report(100), report(30, institution=SCEP), of=parts)
    assert found is not None
    assert (found.percent, found.by) == (30, ("SCEP",))


@pytest.mark.parametrize("part", [Role.CO_RESPONSIBLE, Role.COLLABORATOR])
def test_contributions_alone_are_no_information(part):
    assert reported(report(100), of=roles(part, INFOM)) is None
    assert governing(roles(part, INFOM)) == ()


def test_a_claim_of_an_institution_without_a_part_is_no_figure():
    assert reported(report(100), of=()) is None


def test_a_lead_named_twice_governs_once():
    assert governing(lead(INFOM, INFOM)) == (INFOM,)


def test_of_several_leads_the_lowest_who_reported_counts_and_the_others_are_named():
    found = reported(
        report(80, "2020-06-01"), report(50, "2020-05-01", institution=SCEP), of=lead(INFOM, SCEP, INAP)
    )
    assert found is not None
    assert (found.percent, found.by, found.on) == (50, ("SCEP",), day("2020-05-01"))
    assert found.missing == ("INAP",)


def test_leads_that_claim_the_same_are_named_together_with_the_later_date():
    found = reported(
        report(50, "2020-06-01"), report(50, "2020-05-01", institution=SCEP), of=lead(INFOM, SCEP)
    )
    assert found is not None
    assert (found.by, found.on, found.missing) == (("INFOM", "SCEP"), day("2020-06-01"), ())


def test_leads_are_whole_with_the_last_of_their_completion_dates():
    leads = lead(INFOM, SCEP)
    first = report(100, completed="2020-03-01")
    second = report(100, completed="2020-04-01", institution=SCEP)
    undated = report(100, institution=SCEP)
    both, one_dated = reported(first, second, of=leads), reported(first, undated, of=leads)
    assert both is not None
    assert one_dated is not None
    assert (both.completed_on, both.met) == (day("2020-04-01"), {"1": day("2020-04-01")})
    assert (one_dated.completed_on, one_dated.met) == (None, {"1": None})


def test_an_occurrence_is_met_when_every_lead_that_reported_met_it():
    found = reported(report(100), report(40, institution=SCEP), of=lead(INFOM, SCEP))
    assert found is not None
    assert (found.is_complete, found.met, found.completed_on) == (False, {}, None)


# Completion date


def test_a_whole_says_when_it_was_completed_and_a_part_does_not():
    whole, part = reported(report(100, completed="2020-08-28")), reported(report(80, completed="2020-08-28"))
    assert whole is not None
    assert part is not None
    assert (whole.completed_on, whole.is_complete) == (day("2020-08-28"), True)
    assert (part.completed_on, part.is_complete) == (None, False)


# Occurrences


def occurrence(key: str, share: int | str, on: str, sequence: int = 1, completed: str | None = None):
    return report(share, on, occurrence=key, sequence=sequence, completed=completed)


def claim(*reports: ReportFact, keys: tuple[str, ...] | list[str] = ("1", "2"), recurring: bool = False):
    found = institution_claim(reports, keys, recurring=recurring)
    assert found is not None
    return found


def test_no_percent_is_no_claim():
    assert institution_claim([report(None)], ["1"], recurring=False) is None


def test_one_of_two_windows_met_is_half():
    found = claim(occurrence("1", 100, "2019-03-20", completed="2019-03-18"))
    assert (found.percent, found.met, found.completed_on) == (50, {"1": day("2019-03-18")}, None)


def test_windows_in_part_give_their_mean():
    found = claim(occurrence("1", 100, "2019-03-20"), occurrence("2", 50, "2020-02-01"))
    assert found.percent == 75


def test_both_windows_met_are_whole_on_the_last_of_their_dates():
    found = claim(
        occurrence("1", 100, "2019-03-20", completed="2019-03-18"),
        occurrence("2", 100, "2020-03-20", completed="2020-03-10"),
    )
    assert (found.percent, found.completed_on) == (100, day("2020-03-10"))


def test_both_windows_met_without_one_of_the_dates_are_whole_undated():
    found = claim(
        occurrence("1", 100, "2019-03-20"), occurrence("2", 100, "2020-03-20", completed="2020-03-10")
    )
    assert (found.percent, found.completed_on) == (100, None)
    assert found.met == {"1": None, "2": day("2020-03-10")}


def test_a_whole_undated_claim_takes_the_dates_of_its_windows():
    found = claim(
        occurrence("1", 100, "2019-03-20", completed="2019-03-18"),
        occurrence("2", 100, "2020-03-20", completed="2020-03-10"),
        report(100, "2020-04-01"),
    )
    assert found.completed_on == day("2020-03-10")


def test_a_claim_on_the_whole_meets_every_window_on_its_date():
    found = claim(report(100, "2020-04-01", completed="2020-03-20"))
    assert found.met == {"1": day("2020-03-20"), "2": day("2020-03-20")}


def test_a_window_met_before_keeps_its_own_date_when_the_whole_is_claimed():
    found = claim(
        occurrence("1", 100, "2019-03-20", completed="2019-03-18"),
        report(100, "2020-04-01", completed="2020-03-20"),
    )
    assert found.met == {"1": day("2019-03-18"), "2": day("2020-03-20")}
    assert (found.percent, found.completed_on) == (100, day("2020-03-20"))


def test_a_window_met_without_a_date_takes_that_of_the_whole():
    found = claim(occurrence("1", 100, "2019-03-20"), report(100, "2020-04-01", completed="2020-03-20"))
    assert found.met["1"] == day("2020-03-20")


def test_a_corrected_claim_on_the_whole_replaces_the_one_before():
    found = claim(
        report(100, "2020-04-01", completed="2020-03-20"),
        report(100, "2020-04-01", completed="2020-03-25", sequence=2),
    )
    assert found.completed_on == found.met["1"] == day("2020-03-25")


def test_a_part_of_the_whole_leaves_the_window_met():
    found = claim(occurrence("1", 100, "2019-03-20", completed="2019-03-18"), report(60, "2020-01-20"))
    assert (found.percent, found.met) == (60, {"1": day("2019-03-18")})


def test_a_part_of_the_whole_takes_back_a_window_when_none_would_be_left():
    found = claim(
        occurrence("1", 100, "2019-03-20"), occurrence("2", 100, "2020-03-20"), report(60, "2020-04-20")
    )
    assert (found.percent, found.met) == (60, {})
    single = claim(occurrence("1", 100, "2019-03-20"), report(60, "2020-04-20"), keys=("1",))
    assert (single.percent, single.met) == (60, {})


def test_what_was_last_said_of_the_whole_holds_for_windows_not_reported_since():
    assert claim(report(50, "2019-02-01"), occurrence("1", 100, "2019-03-20")).percent == 75
    corrected = claim(report(100, "2020-04-01", completed="2020-03-20"), occurrence("2", 40, "2020-05-01"))
    assert (corrected.percent, corrected.met) == (70, {"1": day("2020-03-20")})


def test_of_a_windows_part_and_a_later_part_of_the_whole_the_later_speaks():
    found = claim(
        occurrence("1", 30, "2019-02-01"), report(60, "2019-06-01"), occurrence("2", 80, "2020-02-01")
    )
    assert found.percent == 70


def test_a_claim_on_an_occurrence_of_an_item_without_windows_is_its_percent():
    assert claim(occurrence("1", 80, "2019-02-01"), keys=()).percent == 80


def test_a_claim_on_an_occurrence_taken_out_counts_nothing_but_is_remembered():
    found = claim(occurrence("2", 100, "2019-02-01", completed="2019-02-01"), keys=("1",))
    assert (found.percent, found.met) == (0, {"2": day("2019-02-01")})
    partial = claim(occurrence("2", 100, "2019-02-01"), report(60, "2019-03-01"), keys=("1",))
    assert (partial.percent, partial.met) == (60, {"2": None})
    zero = claim(
        occurrence("2", 100, "2019-02-01"),
        occurrence("1", 100, "2019-02-02"),
        report(60, "2019-03-01"),
        keys=("1",),
    )
    assert zero.met == {"2": None}


# Recurring duties


def monthly(*reports: ReportFact):
    return claim(*reports, keys=MONTHS, recurring=True)


@pytest.mark.parametrize(
    ("met", "percent_met"), [(1, "6.25"), (3, "18.75"), (8, "50.00"), (15, "93.75"), (16, "100.00")]
)
def test_the_percent_of_a_recurring_duty_is_met_over_planned(met, percent_met):
    done = [occurrence(key, 100, f"{key}-28", completed=f"{key}-28") for key in MONTHS[:met]]
    found = monthly(*done)
    assert str(found.percent) == percent_met
    assert len(found.met) == met
    assert found.completed_on == (day("2020-08-28") if met == 16 else None)


def test_a_period_half_done_is_not_met():
    assert monthly(
        occurrence("2019-05", 100, "2019-05-28"), occurrence("2019-06", 99, "2019-06-28")
    ).percent == (Decimal("6.25"))


def test_a_whole_claim_meets_every_period_and_a_correction_takes_one_back():
    whole = report(100, "2020-08-31")
    assert len(monthly(whole).met) == 16
    assert monthly(whole, occurrence("2019-07", 0, "2020-09-10")).percent == Decimal("93.75")


def test_with_many_periods_one_short_never_rounds_to_the_whole():
    keys = [str(number) for number in range(30000)]
    done = [occurrence(key, 100, "2019-05-28") for key in keys[:-1]]
    assert claim(*done, keys=keys, recurring=True).percent == Decimal("99.99")
