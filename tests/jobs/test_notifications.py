"""The notification matrix: what the data file says, and that nothing unknown gets into it."""

from __future__ import annotations

import pytest

from tracker.domain.notifications import Channel, Event, matrix_from
from tracker.domain.permissions import AccountRole
from tracker.domain.plans import Role
from tracker.jobs.matrix import by_mail, matrix, notification

BOTH = frozenset({Channel.MAIL, Channel.PANEL})


def test_what_falls_due_is_told_to_liaisons_30_7_and_1_days_before_and_on_the_day():
    due = notification(Event.DUE)
    assert due.days_before == (30, 7, 1, 0)
    assert [(one.role, one.parts, one.after_graces, one.channels) for one in due.to] == [
        (AccountRole.LIAISON, (Role.LEAD, Role.CO_RESPONSIBLE), 0, BOTH)
    ]


def test_what_is_overdue_goes_to_the_liaison_then_to_the_head_then_to_the_contact_point():
    overdue = notification(Event.OVERDUE)
    assert [(one.role, one.parts, one.after_graces, one.channels) for one in overdue.to] == [
        (AccountRole.LIAISON, (Role.LEAD,), 0, BOTH),
        (AccountRole.INSTITUTION_HEAD, (Role.LEAD,), 1, BOTH),
        (AccountRole.CONTACT_POINT, (), 2, BOTH),
    ]


def test_every_event_is_in_the_matrix_and_reaches_somebody_by_mail():
    assert set(matrix()) == set(Event)
    assert {event for event, _ in by_mail()} == {event.value for event in Event}


def content(**changes):
    telling = {"role": "liaison", "parts": ["lead"], "channels": ["mail"]}
    return {"due-reminder": {"to": [telling | changes]}, "overdue-reminder": {"to": [telling]}}


def test_a_line_without_days_has_none():
    assert matrix_from(content())[Event.DUE].days_before == ()


@pytest.mark.parametrize(
    "wrong",
    [
        content(role="boss"),
        content(parts=["owner"]),
        content(channels=["pigeon"]),
        content(colour="red"),
        {"due-reminder": content()["due-reminder"]},
        content() | {"birthday": {"to": []}},
        content() | {"overdue-reminder": {"to": [], "every": "week"}},
    ],
)
def test_an_unknown_word_is_refused(wrong):
    with pytest.raises(ValueError):  # noqa: PT011 - whichever word it was
        matrix_from(wrong)
