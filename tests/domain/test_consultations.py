"""Who is consulted on a report, until when, and what holds its approval."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from tracker.domain import consultations as rules
from tracker.domain.compilation import CompilationStatus
from tracker.domain.errors import Conflict, DomainError
from tracker.domain.permissions import SYSTEM, AccountRole, Actor

TODAY = date(2026, 6, 15)
ENDS = datetime(2026, 6, 21, 6, 0, tzinfo=UTC)


def test_a_consultation_is_open_through_its_last_instant():
    assert rules.is_open(ENDS, None, ENDS - timedelta(seconds=1))
    assert not rules.is_open(ENDS, None, ENDS)
    assert not rules.is_open(ENDS, ENDS - timedelta(days=3), ENDS - timedelta(days=2))


def test_a_ready_report_may_be_consulted_on_until_a_later_day():
    last = TODAY + timedelta(days=10)
    assert rules.check_opening(CompilationStatus.READY, last, TODAY, has_open=False) == last


@pytest.mark.parametrize("status", [one for one in CompilationStatus if one is not CompilationStatus.READY])
def test_no_other_report_may(status):
    with pytest.raises(Conflict):
        rules.check_opening(status, TODAY + timedelta(days=1), TODAY, has_open=False)


def test_one_consultation_at_a_time():
    with pytest.raises(Conflict) as refused:
        rules.check_opening(CompilationStatus.READY, TODAY + timedelta(days=1), TODAY, has_open=True)
    assert refused.value.code == "consultation-already-open"


@pytest.mark.parametrize(
    ("closes_on", "code"),
    [
        (None, "closing-day-required"),
        (TODAY, "closing-day-past"),
        (TODAY - timedelta(days=1), "closing-day-past"),
        (TODAY + rules.LONGEST + timedelta(days=1), "closing-day-too-far"),
    ],
)
def test_a_last_day_that_makes_no_sense_is_refused_beside_its_field(closes_on, code):
    with pytest.raises(DomainError) as refused:
        rules.check_opening(CompilationStatus.READY, closes_on, TODAY, has_open=False)
    assert (refused.value.code, refused.value.field) == (code, "closes_on")


@pytest.mark.parametrize(
    ("role", "institutions", "may"),
    [
        (AccountRole.TABLE_MEMBER, (), True),
        (AccountRole.LIAISON, (1,), True),
        (AccountRole.INSTITUTION_HEAD, (1, 7), True),
        (AccountRole.LIAISON, (7,), False),
        (AccountRole.LIAISON, (), False),
        (AccountRole.CONTACT_POINT, (1,), False),
        (AccountRole.AUDITOR, (), False),
        (AccountRole.ADMIN, (), False),
    ],
)
def test_the_table_and_those_of_the_institutions_that_take_part_comment(role, institutions, may):
    actor = Actor("u", role, institution_ids=frozenset(institutions))
    assert rules.may_comment(actor, {1, 2}) is may


def test_the_system_comments_on_nothing():
    assert not rules.may_comment(SYSTEM, {1})


def test_what_is_written_says_something_and_not_too_much():
    assert rules.check_text("  Falta un dato. ", "text", "opinion-required") == "Falta un dato."
    for text, code in ((" \n", "opinion-required"), ("x" * (rules.MAX_TEXT + 1), "opinion-too-long")):
        with pytest.raises(DomainError) as refused:
            rules.check_text(text, "text", "opinion-required")
        assert (refused.value.code, refused.value.field) == (code, "text")


def test_a_comment_is_about_the_whole_or_an_item_of_the_report():
    assert rules.check_item("", ()) == ""
    assert rules.check_item("a1", {"a1"}) == "a1"
    with pytest.raises(DomainError):
        rules.check_item("a2", {"a1"})


def test_an_open_consultation_or_an_unanswered_comment_holds_the_approval():
    rules.check_approval(None, 0)
    with pytest.raises(Conflict) as held:
        rules.check_approval(TODAY, 0)
    assert held.value.code == "consultation-still-open"
    with pytest.raises(Conflict) as held:
        rules.check_approval(None, 2)
    assert (held.value.code, held.value.params) == ("comments-unanswered", {"count": 2})
