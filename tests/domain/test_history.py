"""Rule 8: as of, and known at: which facts count at a cut."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.factories.facts import day
from tracker.domain.history import Cut, RecordedAction, latest, recorded_after, status_at
from tracker.domain.workflow import ReportAction, ReportStatus

CUT_OFF = day("2020-08-28")
SUBMITTED_THEN_DECIDED_LATER = (
    RecordedAction(ReportAction.SUBMIT, 10),
    RecordedAction(ReportAction.VALIDATE, 50),
)


@dataclass(frozen=True)
class Version:
    value: str
    from_on: date | None
    sequence: int


def at(versions: list[Version], as_of: str, known_at: int | None = None) -> str | None:
    found = latest(
        versions,
        Cut(day(as_of), known_at),
        effective=lambda one: one.from_on,
        sequence=lambda one: one.sequence,
    )
    return found.value if found else None


# What counts


@pytest.mark.parametrize(
    ("effective_on", "sequence", "known_at", "counts"),
    [
        ("2020-08-28", 10, None, True),
        ("2020-08-29", 10, None, False),
        ("2020-08-28", 10, 10, True),
        ("2020-08-28", 11, 10, False),
        (None, 10, 10, True),
        (None, 11, 10, False),
        ("2020-08-29", 1, 10, False),
    ],
)
def test_a_fact_counts_when_effective_by_the_date_and_recorded_by_the_moment(
    effective_on, sequence, known_at, counts
):
    assert Cut(CUT_OFF, known_at).counts(day(effective_on) if effective_on else None, sequence) is counts


# Decisions


def test_a_decision_recorded_later_counts_when_all_that_is_recorded_is_known():
    assert status_at(SUBMITTED_THEN_DECIDED_LATER, Cut(CUT_OFF)) is ReportStatus.VALIDATED


def test_a_decision_recorded_later_is_unknown_at_an_earlier_moment():
    assert status_at(SUBMITTED_THEN_DECIDED_LATER, Cut(CUT_OFF, 49)) is ReportStatus.SUBMITTED
    assert status_at(SUBMITTED_THEN_DECIDED_LATER, Cut(CUT_OFF, 50)) is ReportStatus.VALIDATED


def test_before_its_submission_was_recorded_a_report_was_a_draft():
    assert status_at(SUBMITTED_THEN_DECIDED_LATER, Cut(CUT_OFF, 9)) is ReportStatus.DRAFT


def test_actions_count_in_the_order_of_recording_however_they_are_read():
    reopened = (
        RecordedAction(ReportAction.REOPEN, 60),
        *reversed(SUBMITTED_THEN_DECIDED_LATER),
    )
    assert status_at(reopened, Cut(CUT_OFF)) is ReportStatus.REOPENED
    assert status_at(reopened, Cut(CUT_OFF, 59)) is ReportStatus.VALIDATED


# Versions


def test_without_versions_nothing_is_in_force():
    assert at([], "2020-01-01") is None


def test_the_version_in_force_is_the_last_to_take_effect():
    versions = [Version("first", None, 1), Version("second", day("2019-06-01"), 2)]
    assert at(versions, "2019-05-31") == "first"
    assert at(versions, "2019-06-01") == "second"


def test_a_version_recorded_later_is_unknown_before():
    versions = [Version("first", None, 1), Version("second", day("2019-06-01"), 20)]
    assert at(versions, "2020-01-01", known_at=19) == "first"
    assert at(versions, "2020-01-01", known_at=20) == "second"


def test_a_correction_without_a_date_replaces_what_it_corrects_from_the_beginning():
    versions = [Version("with a slip", None, 1), Version("corrected", None, 30)]
    assert at(versions, "2019-01-01") == "corrected"
    assert at(versions, "2019-01-01", known_at=29) == "with a slip"


def test_a_correction_of_the_beginning_leaves_the_later_version_in_force():
    versions = [
        Version("first", None, 1),
        Version("amended", day("2019-06-01"), 2),
        Version("first, corrected", None, 30),
    ]
    assert at(versions, "2019-05-31") == "first, corrected"
    assert at(versions, "2019-06-01") == "amended"


def test_of_two_versions_from_one_day_the_one_recorded_last_counts():
    versions = [Version("later", day("2019-06-01"), 5), Version("earlier", day("2019-06-01"), 4)]
    assert at(versions, "2019-06-01") == "later"


def test_a_version_that_has_not_taken_effect_does_not_count():
    assert at([Version("future", day("2021-01-01"), 1)], "2020-01-01") is None


DAYS = st.dates(date(2019, 1, 1), date(2020, 12, 31))


@given(st.lists(st.one_of(st.none(), DAYS)), DAYS, st.integers(0, 10), st.integers(1, 400))
def test_what_is_recorded_or_takes_effect_after_the_cut_changes_nothing(effective, as_of, known_at, days):
    versions = [Version(f"v{n}", on, n) for n, on in enumerate(effective)]
    known = [one for one in versions if one.sequence <= known_at]
    future = Version("future", as_of + timedelta(days=days), 0)
    expected = at(known, as_of.isoformat())
    assert at([future, *versions], as_of.isoformat(), known_at) == expected


# Recorded later


@pytest.mark.parametrize(
    ("recorded_on", "later"), [("2020-08-27", False), ("2020-08-28", False), ("2020-08-29", True)]
)
def test_what_was_recorded_after_the_cut_off_is_labelled_so(recorded_on, later):
    assert recorded_after(day(recorded_on), CUT_OFF) is later
