"""What a merger would move, before anybody confirms it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from tracker.db import db
from tracker.domain.permissions import AccountRole, Actor, Permission, require
from tracker.domain.plans import LIVING_PLAN_STATUSES, Role
from tracker.domain.workflow import AWAITING_DECISION, ReportStatus
from tracker.models.accounts import Institution, Membership, User
from tracker.models.plans import ActionPlan, NodeRole, PlanNode
from tracker.models.progress import ProgressReport


@dataclass(frozen=True)
class MovingPart:
    """A part that would be the successor's, with the part that the successor has there already."""

    plan: int
    commitment: str
    label: str
    title: str
    institution: str
    role: Role
    already: Role | None


@dataclass(frozen=True)
class MovingPerson:
    """Somebody who would stand for the successor, or review its reports."""

    name: str
    email: str
    role: AccountRole
    institution: str
    reviews: bool


@dataclass(frozen=True)
class MergerEffects:
    """All that a merger would do."""

    ending: tuple[str, ...]
    successor: str
    parts: tuple[MovingPart, ...]
    people: tuple[MovingPerson, ...]
    units: tuple[str, ...]
    drafts: int
    waiting: int
    """Reports that wait for a decision: it is taken under the name that handed them in."""
    reported: int
    """Reports that stay under the names of those that end."""


def merger_effects(actor: Actor, ending_uids: Sequence[str], successor_uid: str, on: date) -> MergerEffects:
    """Parts, people, units and work in hand of institutions that would end; constantly many queries."""
    require(actor, Permission.INSTITUTION_MANAGE)
    ending = db.session.scalars(
        select(Institution).where(Institution.uid.in_(sorted(set(ending_uids)))).order_by(Institution.id)
    ).all()
    successor = db.session.scalars(select(Institution).where(Institution.uid == successor_uid)).one()
    ids = [one.id for one in ending]
    rows = db.session.execute(
        select(ProgressReport.status, func.count())
        .where(ProgressReport.institution_id.in_(ids))
        .group_by(ProgressReport.status)
    )
    counts = dict(rows.all())
    units = db.session.scalars(
        select(Institution).where(Institution.parent_id.in_(ids), Institution.id.not_in([*ids, successor.id]))
    )
    return MergerEffects(
        ending=tuple(one.label for one in ending),
        successor=successor.label,
        parts=_parts(ids, successor.id),
        people=_people(ids, on),
        units=tuple(sorted(one.label for one in units)),
        drafts=counts.get(ReportStatus.DRAFT, 0),
        waiting=sum(counts.get(status, 0) for status in AWAITING_DECISION),
        reported=sum(count for status, count in counts.items() if status is not ReportStatus.DRAFT),
    )


def _parts(ids: Sequence[int], successor_id: int) -> tuple[MovingPart, ...]:
    nodes = PlanNode.__table__.alias("item")
    above, plans = PlanNode.__table__.alias("above"), PlanNode.__table__.alias("plan")
    statuses = ActionPlan.__table__
    own = dict(
        db.session.execute(
            select(NodeRole.node_id, NodeRole.role).where(NodeRole.institution_id == successor_id)
        ).all()
    )
    item = (NodeRole.node_id, NodeRole.role, plans.c.number, nodes.c.label, nodes.c.title)
    rows = db.session.execute(
        select(*item, above.c.label.label("commitment"), Institution.acronym, Institution.name)
        .join_from(NodeRole, nodes, nodes.c.id == NodeRole.node_id)
        .join(plans, plans.c.id == nodes.c.plan_id)
        .join(statuses, statuses.c.id == plans.c.id)
        .join(Institution, Institution.id == NodeRole.institution_id)
        .outerjoin(above, above.c.id == nodes.c.commitment_id)
        .where(
            NodeRole.institution_id.in_(ids),
            nodes.c.withdrawn_on.is_(None),
            statuses.c.status.in_(sorted(LIVING_PLAN_STATUSES)),
        )
        .order_by(plans.c.number.desc(), nodes.c.commitment_id, nodes.c.position, nodes.c.id)
    )
    return tuple(
        MovingPart(
            plan=row.number,
            commitment=row.commitment or "",
            label=row.label,
            title=row.title,
            institution=row.acronym or row.name,
            role=row.role,
            already=own.get(row.node_id),
        )
        for row in rows
    )


def _people(ids: Sequence[int], on: date) -> tuple[MovingPerson, ...]:
    rows = db.session.scalars(
        select(Membership)
        .join(User, User.id == Membership.user_id)
        .where(Membership.institution_id.in_(ids), Membership.ends_on.is_(None) | (Membership.ends_on >= on))
        .options(joinedload(Membership.user), joinedload(Membership.institution))
        .order_by(User.name, User.email)
    )
    return tuple(
        MovingPerson(one.user.name, one.user.email, one.user.role, one.institution.label, one.reviews)
        for one in rows
    )
