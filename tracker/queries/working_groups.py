"""Working groups as they stand and as they were: each is a versioned fact (design section 2, rule 8)."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select

from tracker.db import db
from tracker.domain.canonical import decode
from tracker.domain.errors import NotFound
from tracker.domain.permissions import Actor, Permission, can, require
from tracker.domain.plans import NodeKind, PlanStatus
from tracker.domain.working_groups import GroupMember, WorkingGroup
from tracker.models.accounts import Institution, User
from tracker.models.audit import AuditEvent
from tracker.models.plans import ActionPlan, FactVersion, PlanNode
from tracker.queries.history import WORKING_GROUP

_NOT_FOLLOWED = (PlanStatus.DRAFT, PlanStatus.ARCHIVED)


@dataclass(frozen=True)
class CommitmentChoice:
    """A commitment that a group may follow."""

    uid: str
    label: str
    title: str


@dataclass(frozen=True)
class MemberRow:
    """A member under its name."""

    uid: str
    name: str
    is_person: bool
    coordinates: bool
    starts_on: date
    ends_on: date | None
    is_in: bool


@dataclass(frozen=True)
class GroupRow:
    """A group as a list shows it."""

    uid: str
    plan_number: int
    name: str
    purpose: str
    commitments: tuple[CommitmentChoice, ...]
    members: tuple[MemberRow, ...]
    closed_on: date | None
    close_reason: str

    @property
    def inside(self) -> tuple[MemberRow, ...]:
        """Who is in it today, those who coordinate first."""
        return tuple(sorted((one for one in self.members if one.is_in), key=lambda one: not one.coordinates))


@dataclass(frozen=True)
class GroupVersion:
    """One recording of a group: who, when, and what of it changed."""

    seq: int
    at: datetime
    by: str
    changed: tuple[str, ...]
    """Names of the fields; empty for the first."""


@dataclass(frozen=True)
class GroupPage:
    """A group with its whole history."""

    group: GroupRow
    sequence: int
    versions: tuple[GroupVersion, ...]
    may_change: bool


def list_groups(actor: Actor, today: date) -> Sequence[GroupRow]:
    """Every group of every plan, those open first; for whoever reads compiled reports."""
    require(actor, Permission.COMPILATION_READ)
    groups = [one for one, _ in _last()]
    names = _Names.of(groups)
    rows = [_row(one, today, names) for one in groups]
    return sorted(rows, key=lambda one: (one.closed_on is not None, -one.plan_number, one.name))


def get_group(actor: Actor, uid: str, today: date) -> GroupPage:
    """A group with who recorded what of it, and when; NotFound where there is none."""
    require(actor, Permission.COMPILATION_READ)
    rows = db.session.execute(
        select(FactVersion.recorded_seq, FactVersion.content, AuditEvent.at, User.name, User.email)
        .join(AuditEvent, AuditEvent.seq == FactVersion.recorded_seq)
        .outerjoin(User, User.uid == AuditEvent.actor_uid)
        .where(FactVersion.subject_kind == WORKING_GROUP, FactVersion.subject_uid == uid)
        .order_by(FactVersion.recorded_seq)
    ).all()
    if not rows:
        raise NotFound("group-not-found")
    contents = [json.loads(row.content) for row in rows]
    group = decode(WorkingGroup, contents[-1])
    versions = [
        GroupVersion(row.recorded_seq, row.at, row.name or row.email or "", _changed(before, content))
        for row, content, before in zip(rows, contents, [None, *contents[:-1]], strict=True)
    ]
    return GroupPage(
        _row(group, today, _Names.of([group])),
        rows[-1].recorded_seq,
        tuple(reversed(versions)),
        can(actor, Permission.TABLE_MANAGE),
    )


def _changed(before: Mapping[str, object] | None, now: Mapping[str, object]) -> tuple[str, ...]:
    return () if before is None else tuple(key for key in now if before.get(key) != now[key])


def last_group(uid: str) -> tuple[WorkingGroup, int] | None:
    """The last version of a group, with its place in the order of recording."""
    return next(iter(_last(uid)), None)


def list_of_commitment(uid: str, today: date) -> list[GroupRow]:
    """The groups that follow a commitment, those open first."""
    groups = [one for one, _ in _last(naming=uid) if uid in one.commitments]
    if not groups:
        return []
    names = _Names.of(groups)
    return sorted(
        (_row(one, today, names) for one in groups), key=lambda one: (one.closed_on is not None, one.name)
    )


def _last(uid: str = "", *, naming: str = "") -> list[tuple[WorkingGroup, int]]:
    """The last version of each group, or of one, or of those in whose content an identifier stands."""
    newest = (
        select(func.max(FactVersion.recorded_seq))
        .where(FactVersion.subject_kind == WORKING_GROUP)
        .group_by(FactVersion.subject_uid)
    )
    if uid:
        newest = newest.where(FactVersion.subject_uid == uid)
    rows = db.session.execute(
        select(FactVersion.content, FactVersion.recorded_seq).where(
            FactVersion.recorded_seq.in_(newest), FactVersion.content.contains(naming, autoescape=True)
        )
    )
    return [(decode(WorkingGroup, json.loads(content)), seq) for content, seq in rows]


@dataclass(frozen=True)
class _Names:
    """What the identifiers in some groups stand for, in three queries."""

    plans: Mapping[str, int]
    commitments: Mapping[str, CommitmentChoice]
    members: Mapping[str, str]

    @classmethod
    def of(cls, groups: Collection[WorkingGroup]) -> _Names:
        members = [member for one in groups for member in one.members]
        plans = select(ActionPlan.uid, ActionPlan.number).where(
            ActionPlan.uid.in_({one.plan_uid for one in groups})
        )
        institutions = db.session.scalars(
            select(Institution).where(Institution.uid.in_({one.institution_uid for one in members}))
        )
        people = db.session.scalars(select(User).where(User.uid.in_({one.person_uid for one in members})))
        return cls(
            dict(db.session.execute(plans).all()),
            {
                one.uid: one
                for one in _commitments(PlanNode.uid.in_({uid for one in groups for uid in one.commitments}))
            },
            {one.uid: one.label for one in institutions} | {one.uid: one.name or one.email for one in people},
        )


def _commitments(*where: object) -> list[CommitmentChoice]:
    rows = db.session.execute(
        select(PlanNode.uid, PlanNode.label, PlanNode.title)
        .where(PlanNode.kind == NodeKind.COMMITMENT, *where)  # type: ignore[arg-type]  # conditions
        .order_by(PlanNode.number, PlanNode.label)
    )
    return [CommitmentChoice(*row) for row in rows]


def _row(group: WorkingGroup, today: date, names: _Names) -> GroupRow:
    known = names.commitments
    return GroupRow(
        uid=group.uid,
        plan_number=names.plans[group.plan_uid],
        name=group.name,
        purpose=group.purpose,
        commitments=tuple(one for uid, one in known.items() if uid in group.commitments),
        members=tuple(_member(one, today, names.members) for one in _ordered(group.members)),
        closed_on=group.closed_on,
        close_reason=group.close_reason,
    )


def _ordered(members: Iterable[GroupMember]) -> list[GroupMember]:
    return sorted(members, key=lambda one: (one.ends_on is not None, not one.coordinates, one.starts_on))


def _member(one: GroupMember, today: date, names: Mapping[str, str]) -> MemberRow:
    return MemberRow(
        uid=one.uid,
        name=names.get(one.institution_uid or one.person_uid, ""),
        is_person=bool(one.person_uid),
        coordinates=one.coordinates,
        starts_on=one.starts_on,
        ends_on=one.ends_on,
        is_in=one.is_in(today),
    )


def list_followed_plans() -> Sequence[tuple[int, str]]:
    """Plans that may have groups as (number, title), newest first."""
    rows = db.session.execute(
        select(ActionPlan.number, ActionPlan.title)
        .where(ActionPlan.status.not_in(_NOT_FOLLOWED))
        .order_by(ActionPlan.number.desc())
    )
    return [(number, title) for number, title in rows]


def list_commitment_choices(plan_number: int) -> Sequence[CommitmentChoice]:
    """The commitments of a plan, those withdrawn left out."""
    plan = select(ActionPlan.id).where(ActionPlan.number == plan_number).scalar_subquery()
    return _commitments(PlanNode.plan_id == plan, PlanNode.withdrawn_on.is_(None))


def list_people_choices() -> Sequence[tuple[str, str]]:
    """Open accounts as (uid, words), for naming one as member."""
    rows = db.session.scalars(select(User).where(User.is_active).order_by(User.name, User.email))
    return [(one.uid, f"{one.name} · {one.email}" if one.name else one.email) for one in rows]
