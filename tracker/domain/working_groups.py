"""Working groups of the technical table: what they follow, who is in them since when, how they closed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

from tracker.domain.errors import Conflict, DomainError, NotFound

LONGEST_NAME = 200


@dataclass(frozen=True)
class GroupMember:
    """An institution, or a person with an account by their identifier, with their days in the group."""

    uid: str
    institution_uid: str
    person_uid: str
    coordinates: bool
    starts_on: date
    ends_on: date | None = None

    def is_in(self, on: date) -> bool:
        """True on the member's days, the last one included."""
        return self.starts_on <= on and (self.ends_on is None or self.ends_on >= on)


@dataclass(frozen=True)
class WorkingGroup:
    """A group as one version has it; members who left stay in it with their days."""

    uid: str
    plan_uid: str
    name: str
    purpose: str
    commitments: tuple[str, ...]
    """Identifiers of the commitments that it follows."""
    members: tuple[GroupMember, ...] = ()
    closed_on: date | None = None
    close_reason: str = ""


def group_errors(group: WorkingGroup) -> Iterator[DomainError]:
    """What is wrong with a group: it has a name, a purpose and something that it follows."""
    if not group.name:
        yield DomainError("group-name-required", field="name")
    elif len(group.name) > LONGEST_NAME:
        yield DomainError("group-name-too-long", field="name", most=LONGEST_NAME)
    if not group.purpose:
        yield DomainError("group-purpose-required", field="purpose")
    if not group.commitments:
        yield DomainError("group-commitment-required", field="commitments")


def check_open(group: WorkingGroup) -> None:
    """Conflict where the group was closed: its history stays as it is."""
    if group.closed_on is not None:
        raise Conflict("group-closed")


def with_member(group: WorkingGroup, member: GroupMember) -> WorkingGroup:
    """The group with one more; Conflict where the same one is in it already on any of those days."""
    check_open(group)
    for one in group.members:
        same = (one.institution_uid, one.person_uid) == (member.institution_uid, member.person_uid)
        if same and (one.ends_on is None or one.ends_on >= member.starts_on):
            raise DomainError("group-member-already", field="member")
    return replace(group, members=(*group.members, member))


def without_member(group: WorkingGroup, member_uid: str, ends_on: date | None, today: date) -> WorkingGroup:
    """The group with the last day of a member told: not ahead of time, nor before the first one."""
    check_open(group)
    found = next((one for one in group.members if one.uid == member_uid and one.ends_on is None), None)
    if found is None:
        raise NotFound("group-member-not-found")
    if ends_on is None:
        raise DomainError("group-day-required", field="ends_on")
    if ends_on > today:
        raise DomainError("date-in-future", field="ends_on")
    if ends_on < found.starts_on:
        raise DomainError("group-days-out-of-order", field="ends_on")
    changed = replace(found, ends_on=ends_on)
    return replace(group, members=tuple(changed if one is found else one for one in group.members))


def closed(group: WorkingGroup, on: date | None, reason: str, today: date) -> WorkingGroup:
    """The group closed on a day, with the reason; who is still in it leaves with that day."""
    check_open(group)
    if on is None:
        raise DomainError("group-day-required", field="on")
    if on > today:
        raise DomainError("date-in-future", field="on")
    if any(one.starts_on > on or (one.ends_on or on) > on for one in group.members):
        raise DomainError("group-closed-too-early", field="on")
    if not reason:
        raise DomainError("why-required", field="reason")
    members = tuple(replace(one, ends_on=one.ends_on or on) for one in group.members)
    return replace(group, members=members, closed_on=on, close_reason=reason)
