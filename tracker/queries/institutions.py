"""Institutions as those who administer them see them: the list, and one with its past."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import aliased, joinedload

from tracker.db import db
from tracker.domain.errors import NotFound
from tracker.domain.permissions import AccountRole, Actor, Permission, require
from tracker.domain.plans import LIVING_PLAN_STATUSES, Sector
from tracker.domain.text import normalise
from tracker.models.accounts import Institution, InstitutionEnding, Membership, User
from tracker.models.plans import ActionPlan, FactVersion, NodeRole, PlanNode
from tracker.queries.history import INSTITUTION

_NODES, _PLANS = PlanNode.__table__, ActionPlan.__table__
STANDING, ENDED = "vigentes", "terminadas"


@dataclass(frozen=True)
class InstitutionRow:
    """One institution of the list."""

    uid: str
    acronym: str
    name: str
    slug: str
    sector: Sector
    is_group: bool
    parent: str
    items: int
    """In how many items of plans that are not over it has a part of its own."""
    people: int
    ended_on: date | None
    successor: str

    @property
    def label(self) -> str:
        """The acronym, or the name where it has none."""
        return self.acronym or self.name

    @property
    def path(self) -> str:
        """Its name under that of what it is a unit of."""
        return f"{self.parent} / {self.name}" if self.parent else self.name


@dataclass(frozen=True)
class NameRow:
    """How it was called from a day on; None: from the beginning."""

    acronym: str
    name: str
    since: date | None


@dataclass(frozen=True)
class PlanPart:
    """In how many items of a plan it has a part of its own."""

    number: int
    title: str
    items: int
    is_over: bool


@dataclass(frozen=True)
class PersonPart:
    """Somebody who stands for it, or reviews its reports."""

    uid: str
    name: str
    role: AccountRole
    reviews: bool


@dataclass(frozen=True)
class InstitutionDetail:
    """One institution with its past, its units, its plans and its people."""

    row: InstitutionRow
    parent_uid: str
    names: tuple[NameRow, ...]
    units: tuple[InstitutionRow, ...]
    plans: tuple[PlanPart, ...]
    people: tuple[PersonPart, ...]
    forerunners: tuple[InstitutionRow, ...]
    successor_uid: str
    reason: str
    legal_reference: str


def list_rows(
    actor: Actor, *, wanted: str = "", sector: str = "", state: str = STANDING, today: date
) -> Sequence[InstitutionRow]:
    """Institutions by acronym or name, now or before, of a sector, that still are or ended; five queries."""
    require(actor, Permission.INSTITUTION_MANAGE)
    asked = normalise(wanted)
    past = _past_names() if asked else {}
    return [
        one
        for one in _rows(today=today)
        if (not sector or one.sector.value == sector)
        and (state not in {STANDING, ENDED} or (one.ended_on is None) == (state == STANDING))
        and (not asked or asked in normalise(" ".join((one.acronym, one.path, *past.get(one.uid, ())))))
    ]


def _rows(*where: ColumnElement[bool], today: date) -> list[InstitutionRow]:
    above, after = aliased(Institution), aliased(Institution)
    rows = db.session.execute(
        select(Institution, above, InstitutionEnding.ended_on, after)
        .outerjoin(above, above.id == Institution.parent_id)
        .outerjoin(InstitutionEnding, InstitutionEnding.institution_id == Institution.id)
        .outerjoin(after, after.id == InstitutionEnding.successor_id)
        .where(*where)
        .order_by(func.lower(func.coalesce(func.nullif(Institution.acronym, ""), Institution.name)))
    ).all()
    items, people = _items(), _people(today)
    return [
        InstitutionRow(
            uid=one.uid,
            acronym=one.acronym,
            name=one.name,
            slug=one.slug,
            sector=one.sector,
            is_group=one.is_group,
            parent=parent.label if parent else "",
            items=items.get(one.id, 0),
            people=people.get(one.id, 0),
            ended_on=ended_on,
            successor=successor.label if successor else "",
        )
        for one, parent, ended_on, successor in rows
    ]


def _items() -> Mapping[int, int]:
    rows = db.session.execute(
        select(NodeRole.institution_id, func.count(func.distinct(NodeRole.node_id)))
        .join(_NODES, _NODES.c.id == NodeRole.node_id)
        .join(_PLANS, _PLANS.c.id == _NODES.c.plan_id)
        .where(_NODES.c.withdrawn_on.is_(None), _PLANS.c.status.in_(sorted(LIVING_PLAN_STATUSES)))
        .group_by(NodeRole.institution_id)
    )
    return dict(rows.all())


def _people(today: date) -> Mapping[int, int]:
    rows = db.session.execute(
        select(Membership.institution_id, func.count(func.distinct(Membership.user_id)))
        .join(User, User.id == Membership.user_id)
        .where(User.is_active, ~Membership.reviews, *_holds(today))
        .group_by(Membership.institution_id)
    )
    return dict(rows.all())


def _holds(today: date) -> tuple[ColumnElement[bool], ...]:
    ends: ColumnElement[bool] = or_(Membership.ends_on.is_(None), Membership.ends_on >= today)
    return Membership.starts_on <= today, ends


def _past_names() -> Mapping[str, tuple[str, ...]]:
    """Every acronym and name that each institution has borne."""
    found: dict[str, list[str]] = {}
    for uid, content in db.session.execute(
        select(FactVersion.subject_uid, FactVersion.content).where(FactVersion.subject_kind == INSTITUTION)
    ):
        said = json.loads(content)
        found.setdefault(uid, []).extend((said["acronym"], said["name"]))
    return {uid: tuple(each) for uid, each in found.items()}


def get_detail(actor: Actor, uid: str, today: date) -> InstitutionDetail:
    """One institution, whether it still is or not; NotFound where there is none. Constantly many queries."""
    require(actor, Permission.INSTITUTION_MANAGE)
    row = db.session.scalar(select(Institution).where(Institution.uid == uid))
    if row is None:
        raise NotFound("institution-not-found", institution=uid)
    ending = db.session.get(InstitutionEnding, row.id)
    merged = select(InstitutionEnding.institution_id).where(InstitutionEnding.successor_id == row.id)
    near = or_(Institution.id == row.id, Institution.parent_id == row.id, Institution.id.in_(merged))
    rows = {one.uid: one for one in _rows(near, today=today)}
    units = db.session.scalars(select(Institution.uid).where(Institution.parent_id == row.id)).all()
    before = db.session.scalars(select(Institution.uid).where(Institution.id.in_(merged))).all()
    parent = db.session.get(Institution, row.parent_id) if row.parent_id is not None else None
    return InstitutionDetail(
        row=rows[uid],
        parent_uid=parent.uid if parent else "",
        names=_names(uid),
        units=tuple(one for one in rows.values() if one.uid in units),
        plans=_plans(row.id),
        people=_named_people(row.id, today),
        forerunners=tuple(one for one in rows.values() if one.uid in before),
        successor_uid=ending.successor.uid if ending and ending.successor else "",
        reason=ending.reason if ending else "",
        legal_reference=ending.legal_reference if ending else "",
    )


def _names(uid: str) -> tuple[NameRow, ...]:
    """Its names over time, each day's last word, the newest first."""
    found: dict[date | None, NameRow] = {}
    for content, since in db.session.execute(
        select(FactVersion.content, FactVersion.effective_on)
        .where(FactVersion.subject_uid == uid, FactVersion.subject_kind == INSTITUTION)
        .order_by(FactVersion.recorded_seq)
    ):
        said = json.loads(content)
        found[since] = NameRow(said["acronym"], said["name"], since)
    return tuple(sorted(found.values(), key=lambda one: one.since or date.min, reverse=True))


def _plans(institution_id: int) -> tuple[PlanPart, ...]:
    item = aliased(PlanNode, flat=True)
    rows = db.session.execute(
        select(
            ActionPlan.number,
            ActionPlan.title,
            func.count(func.distinct(NodeRole.node_id)),
            ActionPlan.status,
        )
        .join_from(NodeRole, item, item.id == NodeRole.node_id)
        .join(ActionPlan, ActionPlan.id == item.plan_id)
        .where(NodeRole.institution_id == institution_id)
        .group_by(ActionPlan.number, ActionPlan.title, ActionPlan.status)
        .order_by(ActionPlan.number.desc())
    )
    return tuple(
        PlanPart(number, title, count, status not in LIVING_PLAN_STATUSES)
        for number, title, count, status in rows
    )


def _named_people(institution_id: int, today: date) -> tuple[PersonPart, ...]:
    rows = db.session.scalars(
        select(Membership)
        .join(User, User.id == Membership.user_id)
        .where(Membership.institution_id == institution_id, User.is_active, *_holds(today))
        .options(joinedload(Membership.user))
        .order_by(User.name, User.email)
    )
    return tuple(
        PersonPart(one.user.uid, one.user.name or one.user.email, one.user.role, one.reviews) for one in rows
    )


def list_parents(actor: Actor, *, but: Iterable[str] = ()) -> Sequence[tuple[str, str]]:
    """Institutions that still are as (uid, label), some left out: what a unit may stand under."""
    require(actor, Permission.INSTITUTION_MANAGE)
    left_out = set(but)
    ended = select(InstitutionEnding.institution_id)
    rows = db.session.scalars(
        select(Institution)
        .where(Institution.id.not_in(ended))
        .order_by(Institution.acronym == "", Institution.acronym, Institution.name)
    )
    return [
        (one.uid, f"{one.acronym} · {one.name}" if one.acronym else one.name)
        for one in rows
        if one.uid not in left_out
    ]
