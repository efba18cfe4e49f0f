"""Working groups: what they need, who is in them on which days, how they close."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from tracker.domain.errors import Conflict, DomainError, NotFound
from tracker.domain.working_groups import (
    GroupMember,
    WorkingGroup,
    closed,
    group_errors,
    with_member,
    without_member,
)

TODAY = date(2026, 6, 15)
MAY = date(2026, 5, 1)
ONE = GroupMember("m1", "infom", "", coordinates=True, starts_on=MAY)
GROUP = WorkingGroup("g", "plan", "Datos", "Seguir los datos abiertos", ("c1",), (ONE,))


def test_a_group_has_a_name_a_purpose_and_follows_something():
    assert list(group_errors(GROUP)) == []
    empty = replace(GROUP, name="", purpose="", commitments=())
    assert [one.field for one in group_errors(empty)] == ["name", "purpose", "commitments"]
    assert [one.code for one in group_errors(replace(GROUP, name="x" * 201))] == ["group-name-too-long"]


def test_a_member_is_in_it_on_its_days_and_stays_in_its_history():
    left = without_member(GROUP, "m1", date(2026, 6, 1), TODAY)
    assert [left.members[0].is_in(on) for on in (date(2026, 4, 30), MAY, date(2026, 6, 1), TODAY)] == [
        False,
        True,
        True,
        False,
    ]
    again = with_member(left, replace(ONE, uid="m2", starts_on=date(2026, 6, 2)))
    assert [one.uid for one in again.members] == ["m1", "m2"]


def test_the_same_one_is_not_in_it_twice_on_a_day():
    with pytest.raises(DomainError, match="group-member-already"):
        with_member(GROUP, replace(ONE, uid="m2", starts_on=TODAY))
    left = without_member(GROUP, "m1", date(2026, 6, 1), TODAY)
    with pytest.raises(DomainError, match="group-member-already"):
        with_member(left, replace(ONE, uid="m2", starts_on=date(2026, 6, 1)))


@pytest.mark.parametrize(
    ("day", "code"),
    [
        (None, "group-day-required"),
        (date(2026, 6, 16), "date-in-future"),
        (date(2026, 4, 30), "group-days-out-of-order"),
    ],
)
def test_the_last_day_of_a_member_is_told_and_not_before_the_first(day, code):
    with pytest.raises(DomainError, match=code):
        without_member(GROUP, "m1", day, TODAY)
    with pytest.raises(NotFound):
        without_member(GROUP, "nobody", TODAY, TODAY)


def test_closing_needs_a_day_and_a_reason_and_everybody_leaves_with_it():
    done = closed(GROUP, TODAY, "Se cumplió", TODAY)
    assert (done.closed_on, done.close_reason, done.members[0].ends_on) == (TODAY, "Se cumplió", TODAY)
    for day, reason, code in [
        (None, "x", "group-day-required"),
        (date(2026, 6, 16), "x", "date-in-future"),
        (date(2026, 4, 1), "x", "group-closed-too-early"),
        (TODAY, "", "why-required"),
    ]:
        with pytest.raises(DomainError, match=code):
            closed(GROUP, day, reason, TODAY)
    for change in (
        lambda: closed(done, TODAY, "x", TODAY),
        lambda: with_member(done, replace(ONE, uid="m2")),
        lambda: without_member(done, "m1", TODAY, TODAY),
    ):
        with pytest.raises(Conflict, match="group-closed"):
            change()
