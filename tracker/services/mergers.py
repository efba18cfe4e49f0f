"""Mergers and closings: parts in force move as dated versions, accounts follow, history keeps its names."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import func, select, update

from tracker.db import db
from tracker.domain import institutions as rules
from tracker.domain.errors import Conflict, DomainError
from tracker.domain.facts import RoleFact
from tracker.domain.permissions import Actor, Permission, require
from tracker.domain.plans import LIVING_PLAN_STATUSES, Role
from tracker.domain.snapshots import forerunner_content
from tracker.domain.workflow import ReportStatus
from tracker.models.accounts import Institution, Membership, User
from tracker.models.plans import ActionPlan, FactVersion, NodeRole, PlanNode
from tracker.models.progress import ProgressReport
from tracker.queries.plans import load_nodes
from tracker.services import institutions as services
from tracker.services.audit import EventTag, Happened, record_many
from tracker.services.totals import refresh_plan
from tracker.services.versions import institution_ref, record_nodes, role_fact

ONE_DAY = timedelta(days=1)
_NODES, _PLANS = PlanNode.__table__, ActionPlan.__table__


@dataclass(frozen=True)
class Merger:
    """Which institutions become which one, from what day, why, and by which act."""

    ending_uids: Sequence[str]
    successor_uid: str
    on: date | None
    reason: str
    legal_reference: str


@dataclass(frozen=True)
class Moved:
    """What a merger moved."""

    items: int
    people: int
    drafts: int
    units: int


def merge(actor: Actor, merger: Merger, *, now: datetime, today: date) -> Moved:
    """Let institutions become one: an absorption where the successor was there, else it was made before.

    Each item's parts take a version of that day; the figures stay, for what was reported goes on counting.
    All or nothing. Raises NotAllowed, NotFound, Conflict `institution-ended`, DomainError `merger-nobody`,
    `merger-into-itself`, `legal-reference-required`, `merger-before-last-change`, and what `check_ending`
    raises.
    """
    require(actor, Permission.INSTITUTION_MANAGE)
    on = rules.check_ending(merger.on, merger.reason, today=today)
    if not merger.legal_reference.strip():
        raise DomainError("legal-reference-required", field="legal_reference")
    ending, successor = _institutions(actor, merger)
    nodes = _items(ending)
    _check_days(nodes, on)
    moved = Moved(
        len(nodes), _move_people(actor, ending, successor, on, now), _move_drafts(ending, successor), 0
    )
    units = _move_units(actor, ending, successor, now)
    _move_parts(actor, nodes, ending, successor, on, now)
    for one in ending:
        services.end(
            actor,
            one,
            successor,
            on=on,
            reason=merger.reason,
            legal_reference=merger.legal_reference,
            now=now,
        )
    for plan_id in sorted({one.plan_id for one in nodes if one.plan_id is not None}):
        refresh_plan(plan_id, today)
    return Moved(moved.items, moved.people, moved.drafts, units)


def _institutions(actor: Actor, merger: Merger) -> tuple[list[Institution], Institution]:
    """All of them, locked in one order; each still is, and none becomes itself."""
    wanted = set(merger.ending_uids) - {""}
    if not wanted:
        raise DomainError("merger-nobody", field="ending")
    if not merger.successor_uid:
        raise DomainError("merger-successor-required", field="successor")
    if merger.successor_uid in wanted:
        raise DomainError("merger-into-itself", field="successor")
    found = {uid: services.managed(actor, uid) for uid in sorted(wanted | {merger.successor_uid})}
    return [found[uid] for uid in sorted(wanted)], found[merger.successor_uid]


def _items(ending: Iterable[Institution]) -> Sequence[PlanNode]:
    """What they have a part in, in plans that are not closed; what was withdrawn stays as it was."""
    ids = db.session.scalars(
        select(NodeRole.node_id)
        .join(_NODES, _NODES.c.id == NodeRole.node_id)
        .join(_PLANS, _PLANS.c.id == _NODES.c.plan_id)
        .where(
            NodeRole.institution_id.in_([one.id for one in ending]),
            _NODES.c.withdrawn_on.is_(None),
            _PLANS.c.status.in_(sorted(LIVING_PLAN_STATUSES)),
        )
        .distinct()
    ).all()
    return load_nodes(sorted(ids))


def _check_days(nodes: Sequence[PlanNode], on: date) -> None:
    """Nothing that it moves has changed later: a version between would undo the merger."""
    labels = {one.uid: one.label for one in nodes}
    rows = db.session.execute(
        select(FactVersion.subject_uid, func.max(FactVersion.effective_on))
        .where(FactVersion.subject_uid.in_(labels), FactVersion.effective_on.is_not(None))
        .group_by(FactVersion.subject_uid)
    )
    for uid, day in rows.all():
        if day is not None and on < day:
            raise DomainError("merger-before-last-change", field="on", label=labels[uid], day=day.isoformat())


def _move_parts(
    actor: Actor,
    nodes: Sequence[PlanNode],
    ending: Sequence[Institution],
    successor: Institution,
    on: date,
    now: datetime,
) -> None:
    """Every item's parts as the rule joins them, each a version of that day."""
    gone, new = {one.uid for one in ending}, RoleFact(institution_ref(successor), Role.COLLABORATOR)
    for node in nodes:
        rows = {one.institution.uid: one for one in node.roles}
        joined = rules.merged_roles([role_fact(one) for one in node.roles], gone, new, on) or ()
        for position, part in enumerate(joined):
            row = rows.get(part.institution.uid) or NodeRole(institution=successor)
            rows[part.institution.uid] = row
            row.role, row.text, row.position = part.role, part.text, position
            row.since, row.follows = part.since, [forerunner_content(one) for one in part.follows]
        node.roles = [rows[part.institution.uid] for part in joined]
    db.session.flush()
    for plan_id in sorted({one.plan_id for one in nodes if one.plan_id is not None}):
        own = [one for one in nodes if one.plan_id == plan_id]
        record_nodes(actor, own, effective_on=on, now=now)


def _move_people(
    actor: Actor, ending: Sequence[Institution], successor: Institution, on: date, now: datetime
) -> int:
    """Who stood for them, or reviews their reports, does so for the successor from that day on."""
    parts = _open_parts([one.id for one in ending], on)
    has = {
        (one.user_id, one.reviews)
        for one in _open_parts([successor.id], on)
        if one.starts_on <= on and one.ends_on is None
    }
    happened: list[Happened] = []
    for part in parts:
        until = part.ends_on
        start = max(part.starts_on, on)
        part.ends_on = max(part.starts_on, on - ONE_DAY)
        if (part.user_id, part.reviews) not in has:
            has.add((part.user_id, part.reviews))
            db.session.add(
                Membership(
                    user_id=part.user_id,
                    institution_id=successor.id,
                    reviews=part.reviews,
                    starts_on=start,
                    ends_on=until,
                )
            )
        content = {
            "from": part.institution.uid,
            "begun": successor.uid,
            "reviews": part.reviews,
            "on": start.isoformat(),
        }
        happened.append(Happened(EventTag.ACCOUNT_MEMBERSHIP_CHANGED, "user", part.user.uid, content))
    db.session.flush()
    record_many(actor, happened, now=now)
    return len({one.user_id for one in parts})


def _open_parts(institution_ids: Sequence[int], on: date) -> Sequence[Membership]:
    """Parts in them that hold on a day or later."""
    return db.session.scalars(
        select(Membership)
        .join(User, User.id == Membership.user_id)
        .where(
            Membership.institution_id.in_(institution_ids),
            Membership.ends_on.is_(None) | (Membership.ends_on >= on),
        )
        .order_by(Membership.id)
    ).all()


def _move_drafts(ending: Sequence[Institution], successor: Institution) -> int:
    """Drafts that nobody has handed in go on under the successor, unless it has one of that line itself."""
    draft = ProgressReport.status == ReportStatus.DRAFT
    line = (ProgressReport.node_id, ProgressReport.occurrence)
    drafted = db.session.execute(
        select(*line).where(draft, ProgressReport.institution_id == successor.id)
    ).all()
    own = {(row.node_id, row.occurrence) for row in drafted}
    moved = []
    for report_id, node_id, occurrence in db.session.execute(
        select(ProgressReport.id, *line)
        .where(
            draft,
            ProgressReport.recorded_seq.is_(None),
            ProgressReport.institution_id.in_([one.id for one in ending]),
        )
        .order_by(ProgressReport.id)
    ):
        if (node_id, occurrence) not in own:
            own.add((node_id, occurrence))
            moved.append(report_id)
    db.session.execute(
        update(ProgressReport).where(ProgressReport.id.in_(moved)).values(institution_id=successor.id)
    )
    return len(moved)


def _move_units(actor: Actor, ending: Sequence[Institution], successor: Institution, now: datetime) -> int:
    """Units under them stand under the successor; the successor itself, made a unit of one, stands alone."""
    ids = [one.id for one in ending]
    ended = {one.uid for one in ending}
    units = db.session.scalars(
        select(Institution).where(Institution.parent_id.in_(ids)).order_by(Institution.id)
    ).all()
    living = [one for one in units if one.uid not in ended and services.ending_of(one) is None]
    for one in living:
        above = "" if one.id == successor.id else successor.uid
        services.describe_institution(
            actor,
            uid=one.uid,
            description=services.Description(one.sector, one.is_group, above),
            now=now,
        )
    return len(living)


def close_institution(
    actor: Actor, *, uid: str, on: date | None, reason: str, legal_reference: str, now: datetime, today: date
) -> None:
    """An institution is no more and nobody follows it; it has no part left in a living plan.

    Raises Conflict `institution-has-parts`, `institution-has-people`, `institution-has-units`,
    `institution-ended`, and what `check_ending` raises.
    """
    require(actor, Permission.INSTITUTION_MANAGE)
    day = rules.check_ending(on, reason, today=today)
    row = services.managed(actor, uid)
    items, people = _items([row]), _open_parts([row.id], max(day, today))
    if items:
        raise Conflict("institution-has-parts", count=len(items))
    if people:
        raise Conflict("institution-has-people", count=len({one.user_id for one in people}))
    units = db.session.scalars(select(Institution).where(Institution.parent_id == row.id)).all()
    if any(services.ending_of(one) is None for one in units):
        raise Conflict("institution-has-units")
    services.end(actor, row, None, on=day, reason=reason, legal_reference=legal_reference, now=now)
