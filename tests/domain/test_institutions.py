"""Institutions over time: names, units, endings, and where parts go in a merger."""

from __future__ import annotations

from datetime import date

import pytest

from tracker.domain.errors import DomainError
from tracker.domain.facts import Forerunner, InstitutionRef, RoleFact
from tracker.domain.institutions import (
    check_ending,
    check_parent,
    check_rename_day,
    checked_names,
    merged_roles,
)
from tracker.domain.plans import Role

DAY, BEFORE, AFTER = date(2026, 6, 15), date(2026, 6, 14), date(2026, 6, 16)
A, B, C = (InstitutionRef(one, one.upper()) for one in "abc")
NEW = RoleFact(C, Role.COLLABORATOR)


def merged(*roles, ending=("a", "b")):
    return merged_roles(roles, ending, NEW, DAY)


def test_the_strongest_part_passes_on_and_names_whom_it_follows():
    assert merged(RoleFact(A, Role.LEAD, "La A"), RoleFact(B, Role.CO_RESPONSIBLE)) == (
        RoleFact(C, Role.LEAD, "La A", DAY, (Forerunner("a"),)),
    )


def test_two_that_held_it_together_are_both_followed():
    (part,) = merged(RoleFact(A, Role.LEAD), RoleFact(B, Role.LEAD))
    assert part.follows == (Forerunner("a"), Forerunner("b"))


def test_a_weaker_part_of_the_successors_own_is_not_heard():
    (part,) = merged(RoleFact(C, Role.COLLABORATOR), RoleFact(A, Role.LEAD))
    assert (part.role, part.follows) == (Role.LEAD, (Forerunner("a"),))


def test_a_stronger_part_of_its_own_stays_with_what_it_reported():
    (part,) = merged(RoleFact(A, Role.COLLABORATOR), RoleFact(C, Role.LEAD))
    assert (part.role, part.follows) == (Role.LEAD, (Forerunner("c"),))


def test_others_keep_their_parts_and_places():
    other = RoleFact(InstitutionRef("x", "X"), Role.COORDINATOR)
    last = RoleFact(InstitutionRef("y", "Y"), Role.COLLABORATOR)
    parts = merged(other, RoleFact(A, Role.LEAD), last, RoleFact(B, Role.COLLABORATOR))
    assert [one.institution.uid for one in parts] == ["x", "c", "y"]
    assert merged(other, last) is None


def test_a_second_merger_follows_through_the_first():
    first = merged(RoleFact(A, Role.LEAD), ending=("a",))
    last = InstitutionRef("d", "D")
    (part,) = merged_roles(first, ("c",), RoleFact(last, Role.LEAD), AFTER)
    assert part.follows == (Forerunner("c", DAY, (Forerunner("a"),)),)


def test_names_are_squeezed_and_a_name_is_needed():
    assert checked_names("  INAP ", "Instituto   Nacional").name == "Instituto Nacional"
    for acronym, name, code in (
        ("X", " ", "institution-name-required"),
        ("X" * 33, "Y", "institution-text-too-long"),
        ("", "Y" * 301, "institution-text-too-long"),
        ("", "Y\0", "institution-text-not-readable"),
    ):
        with pytest.raises(DomainError, match=code):
            checked_names(acronym, name)


def test_a_unit_does_not_stand_under_its_own_unit():
    parents = {"b": "a", "c": "b"}
    check_parent("x", "c", parents)
    for uid in ("a", "b", "c"):
        with pytest.raises(DomainError, match="parent-in-circle"):
            check_parent(uid, "c", parents)


@pytest.mark.parametrize(
    ("on", "last", "code"),
    [(None, None, "day-required"), (AFTER, None, "date-in-future"), (BEFORE, BEFORE, "rename-before-last")],
)
def test_a_name_holds_from_a_day_after_the_one_before(on, last, code):
    with pytest.raises(DomainError, match=code):
        check_rename_day(on, today=DAY, last=last)
    assert check_rename_day(DAY, today=DAY, last=BEFORE) == DAY


@pytest.mark.parametrize(
    ("on", "reason", "code"),
    [(None, "x", "day-required"), (AFTER, "x", "date-in-future"), (DAY, " ", "ending-reason-required")],
)
def test_an_ending_has_its_day_and_reason(on, reason, code):
    with pytest.raises(DomainError, match=code):
        check_ending(on, reason, today=DAY)
