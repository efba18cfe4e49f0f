"""The notification matrix: what the data file says, and that nothing unknown gets into it."""

from __future__ import annotations

import pytest

from tracker.domain.notifications import Channel, Event, Whose, matrix_from
from tracker.domain.permissions import AccountRole
from tracker.domain.plans import Role
from tracker.services.matrix import by_mail, matrix, notification

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
        (AccountRole.CONTACT_POINT, (), 1, BOTH),
        (AccountRole.CONTACT_POINT, (), 2, BOTH),
    ]
    assert [one.stands_in_for for one in overdue.to] == [None, None, AccountRole.INSTITUTION_HEAD, None]


def test_escalations_are_mailed_even_to_who_wants_no_letters_and_nothing_else_is():
    escalated = {(Event.OVERDUE, AccountRole.INSTITUTION_HEAD), (Event.OVERDUE, AccountRole.CONTACT_POINT)}
    assert by_mail(always=True) == escalated


def test_everything_stands_among_a_persons_notices_whatever_they_chose_about_mail():
    assert all(Channel.PANEL in telling.channels for one in matrix().values() for telling in one.to)


def test_every_event_is_in_the_matrix_and_reaches_somebody_by_mail():
    assert set(matrix()) == set(Event)
    assert {event for event, _ in by_mail()} == {event.value for event in Event}


@pytest.mark.parametrize("event", [Event.ROUND_OPENED, Event.ROUND_DUE, Event.RETURNED, Event.VALIDATED,
                                   Event.RESCHEDULING_DECIDED])  # fmt: skip
def test_what_concerns_an_institution_is_told_to_its_liaisons_in_the_panel_and_by_mail(event):
    first = notification(event).to[0]
    assert (first.role, first.whose, first.channels) == (AccountRole.LIAISON, Whose.INSTITUTION, BOTH)


def test_a_round_is_reminded_of_three_days_before_and_on_the_day():
    assert notification(Event.ROUND_DUE).days_before == (3, 0)


def test_a_return_is_told_to_its_author_at_the_contact_point_too_and_leaves_soon_as_damage_does():
    assert [(one.role, one.whose) for one in notification(Event.RETURNED).to] == [
        (AccountRole.LIAISON, Whose.INSTITUTION),
        (AccountRole.CONTACT_POINT, Whose.AUTHOR),
    ]
    soon = {Event.RETURNED, Event.AGREEMENT_RETURNED, Event.EVIDENCE_DAMAGED, Event.ROUND_REMINDED}
    assert {event for event, one in matrix().items() if one.soon} == soon
    assert {event for event, _ in by_mail(soon=True)} == {event.value for event in soon}


def test_a_late_review_is_told_to_who_may_decide_it():
    assert [(one.role, one.whose) for one in notification(Event.REVIEW_LATE).to] == [
        (AccountRole.CONTACT_POINT, Whose.DECIDES),
        (AccountRole.TABLE_MEMBER, Whose.DECIDES),
    ]


def test_the_clock_warns_the_contact_point_60_30_and_7_days_before_and_when_it_was_missed():
    assert notification(Event.CLOCK_DUE).days_before == (60, 30, 7)
    for event in (Event.CLOCK_DUE, Event.CLOCK_MISSED):
        assert [(one.role, one.channels) for one in notification(event).to] == [
            (AccountRole.CONTACT_POINT, BOTH)
        ]


def content(**changes):
    telling = {"role": "liaison", "parts": ["lead"], "channels": ["mail"]}
    every = {event.value: {"to": [telling]} for event in Event}
    return every | {"due-reminder": {"to": [telling | changes]}}


def test_a_line_without_days_has_none():
    assert matrix_from(content())[Event.DUE].days_before == ()


@pytest.mark.parametrize(
    "wrong",
    [
        content(role="boss"),
        content(parts=["owner"]),
        content(channels=["pigeon"]),
        content(colour="red"),
        content(whose="nobody"),
        content(stands_in_for="deputy"),
        {"due-reminder": content()["due-reminder"]},
        content() | {"birthday": {"to": []}},
        content() | {"overdue-reminder": {"to": [], "every": "week"}},
    ],
)
def test_an_unknown_word_is_refused(wrong):
    with pytest.raises(ValueError):  # noqa: PT011 - whichever word it was
        matrix_from(wrong)
