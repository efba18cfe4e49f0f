"""Institutions over time: what may be written of one, how one ends, and where its parts go in a merger."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from tracker.domain.errors import DomainError
from tracker.domain.facts import Forerunner, RoleFact
from tracker.domain.plans import Role
from tracker.domain.text import squeeze

LONGEST_ACRONYM = 32
LONGEST_NAME = 300
STRENGTH: dict[Role, int] = {role: place for place, role in enumerate(Role)}
"""Of two parts in one item the one named first holds."""


@dataclass(frozen=True)
class Names:
    """How an institution is called."""

    acronym: str
    name: str


def checked_names(acronym: str, name: str) -> Names:
    """The names as they are kept: a name is needed, an acronym not. Raises DomainError beside the field."""
    given = Names(squeeze(acronym), squeeze(name))
    for field, text, most in (
        ("acronym", given.acronym, LONGEST_ACRONYM),
        ("name", given.name, LONGEST_NAME),
    ):
        if len(text) > most:
            raise DomainError("institution-text-too-long", field=field, most=most)
        if "\0" in text:
            raise DomainError("institution-text-not-readable", field=field)
    if not given.name:
        raise DomainError("institution-name-required", field="name")
    return given


def check_parent(uid: str, parent_uid: str, parents: Mapping[str, str]) -> None:
    """A unit does not stand under itself, nor under one of its own units.

    `parents` says under whom each unit stands. Raises DomainError `parent-in-circle`.
    """
    above, seen = parent_uid, set[str]()
    while above and above not in seen:
        if above == uid:
            raise DomainError("parent-in-circle", field="parent")
        seen.add(above)
        above = parents.get(above, "")


def check_rename_day(on: date | None, *, today: date, last: date | None) -> date:
    """The day a new name holds from: given, not to come, and after the day of the name before it."""
    if on is None:
        raise DomainError("day-required", field="on")
    if on > today:
        raise DomainError("date-in-future", field="on")
    if last is not None and on <= last:
        raise DomainError("rename-before-last", field="on", day=last.isoformat())
    return on


def check_ending(on: date | None, reason: str, *, today: date) -> date:
    """An institution ends on a day that is given and not to come, for a reason."""
    if on is None:
        raise DomainError("day-required", field="on")
    if on > today:
        raise DomainError("date-in-future", field="on")
    if not reason.strip():
        raise DomainError("ending-reason-required", field="reason")
    return on


def merged_roles(
    roles: Sequence[RoleFact], ending: Iterable[str], successor: RoleFact, on: date
) -> tuple[RoleFact, ...] | None:
    """An item's parts once the ending institutions' are the successor's; None where none of them has one.

    The successor takes the strongest of those parts and of its own, in the place of the first. It follows
    those who held that strongest part, so that what they reported goes on counting; a weaker part of its own
    does not, and neither did it before.
    """
    gone = set(ending)
    if not any(one.institution.uid in gone for one in roles):
        return None
    who = successor.institution
    joined = [one for one in roles if one.institution.uid in gone or one.institution == who]
    strongest = min((one.role for one in joined), key=STRENGTH.__getitem__)
    held = [one for one in joined if one.role is strongest]
    follows = tuple(Forerunner(one.institution.uid, one.since, one.follows) for one in held)
    text = next((one.text for one in held if one.text), "")
    taken = RoleFact(who, strongest, text, on, follows)
    first = roles.index(joined[0])
    kept = [one for one in roles if one not in joined]
    place = sum(1 for one in roles[:first] if one in kept)
    return (*kept[:place], taken, *kept[place:])
