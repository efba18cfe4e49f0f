"""Working groups of the technical table: every change is a new version of the whole group."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import select

from tracker.db import db
from tracker.domain.errors import Conflict, DomainError, NotFound, SeveralErrors
from tracker.domain.permissions import Actor, Permission, require
from tracker.domain.text import squeeze
from tracker.domain.working_groups import (
    GroupMember,
    WorkingGroup,
    closed,
    group_errors,
    with_member,
    without_member,
)
from tracker.models.accounts import Institution, User
from tracker.models.plans import ActionPlan, PlanNode
from tracker.models.types import new_uid
from tracker.queries.plans import get_plan
from tracker.queries.working_groups import last_group, list_commitment_choices
from tracker.services.versions import record_group


@dataclass(frozen=True)
class GroupText:
    """What a group is called, what it is for and what it follows, as it was typed."""

    name: str
    purpose: str
    commitments: Collection[str]


@dataclass(frozen=True)
class NewMember:
    """Somebody to take in, as it was typed: an institution or a person."""

    institution_uid: str
    person_uid: str
    coordinates: bool
    starts_on: date | None


def found_group(actor: Actor, *, plan_number: int, said: GroupText, now: datetime, today: date) -> str:
    """Found a working group of a plan; gives its identifier. SeveralErrors with all that is wrong."""
    require(actor, Permission.TABLE_MANAGE)
    plan = get_plan(plan_number)
    group = _told(WorkingGroup(new_uid(), plan.uid, "", "", ()), said, plan.number)
    record_group(actor, group, plan, effective_on=today, now=now)
    return group.uid


def change_group(
    actor: Actor, *, uid: str, based_on: int, said: GroupText, now: datetime, today: date
) -> bool:
    """Change what a group is called, is for or follows; False where nothing differs.

    `based_on` is the sequence of the version that its writer saw. Raises Conflict where somebody wrote in
    between or the group was closed.
    """
    group, plan = _locked(actor, uid, based_on)
    if group.closed_on is not None:
        raise Conflict("group-closed")
    return record_group(actor, _told(group, said, plan.number), plan, effective_on=today, now=now)


def add_member(
    actor: Actor, *, uid: str, based_on: int, member: NewMember, now: datetime, today: date
) -> bool:
    """Take an institution or a person in, from a day on; people are kept by identifier, never by name."""
    group, plan = _locked(actor, uid, based_on)
    _check_member(member, today)
    starts_on = member.starts_on or today
    new = GroupMember(new_uid(), member.institution_uid, member.person_uid, member.coordinates, starts_on)
    return record_group(actor, with_member(group, new), plan, effective_on=starts_on, now=now)


def end_member(
    actor: Actor,
    *,
    uid: str,
    based_on: int,
    member_uid: str,
    ends_on: date | None,
    now: datetime,
    today: date,
) -> bool:
    """Tell a member's last day; it stays in the group's history."""
    group, plan = _locked(actor, uid, based_on)
    changed = without_member(group, member_uid, ends_on, today)
    return record_group(actor, changed, plan, effective_on=ends_on or today, now=now)


def close_group(
    actor: Actor, *, uid: str, based_on: int, on: date | None, reason: str, now: datetime, today: date
) -> bool:
    """Close a group with its reason; it stays to be read."""
    group, plan = _locked(actor, uid, based_on)
    changed = closed(group, on, squeeze(reason), today)
    return record_group(actor, changed, plan, effective_on=on or today, now=now)


def _told(group: WorkingGroup, said: GroupText, plan_number: int) -> WorkingGroup:
    """The group with what was typed; commitments in the plan's order, those it followed before included."""
    known = [one.uid for one in list_commitment_choices(plan_number)]
    known += [one for one in group.commitments if one not in known]
    changed = replace(
        group,
        name=squeeze(said.name),
        purpose=said.purpose.strip(),
        commitments=tuple(one for one in known if one in said.commitments),
    )
    if errors := tuple(group_errors(changed)):
        raise SeveralErrors(errors)
    return changed


def _locked(actor: Actor, uid: str, based_on: int) -> tuple[WorkingGroup, PlanNode]:
    """A group as it stands with its plan, which is held until the end: one writer at a time."""
    require(actor, Permission.TABLE_MANAGE)
    found = last_group(uid)
    if found is None:
        raise NotFound("group-not-found")
    plan = db.session.scalars(
        select(ActionPlan).where(ActionPlan.uid == found[0].plan_uid).with_for_update(of=ActionPlan)
    ).one()
    found = last_group(uid)
    if found is None or found[1] != based_on:
        raise Conflict("group-changed-meanwhile")
    return found[0], plan


def _check_member(member: NewMember, today: date) -> None:
    if bool(member.institution_uid) is bool(member.person_uid):
        raise DomainError("group-member-required", field="member")
    table, uid = (
        (Institution, member.institution_uid) if member.institution_uid else (User, member.person_uid)
    )
    if db.session.scalar(select(table.id).where(table.uid == uid)) is None:
        raise DomainError("group-member-required", field="member")
    if member.starts_on is None:
        raise DomainError("group-day-required", field="starts_on")
    if member.starts_on > today:
        raise DomainError("date-in-future", field="starts_on")
