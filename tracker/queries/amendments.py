"""Amendments as the contact point prepares them: the list, one with its changes, one item to be changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select

from tracker.db import db
from tracker.domain import amendments as rules
from tracker.domain.errors import NotFound
from tracker.domain.facts import NodeFacts, PlanFacts, RoleFact
from tracker.domain.history import Cut
from tracker.domain.permissions import Actor, Permission, require
from tracker.domain.plans import NodeKind, PlanStatus
from tracker.domain.tree import NodeStatus, assess
from tracker.models.amendments import Amendment, AmendmentChange, AmendmentStatus
from tracker.models.plans import ActionPlan, PlanNode
from tracker.queries.amendment_effects import Effects, effects_of
from tracker.queries.history import plan_facts
from tracker.queries.plans import get_node, list_institutions

# A draft plan is not amended but written; a closed one no longer changes.
AMENDABLE = frozenset({PlanStatus.APPROVED, PlanStatus.IN_COURSE})


@dataclass(frozen=True)
class AmendmentRow:
    """An amendment in the list."""

    uid: str
    plan_number: int
    number: int | None
    title: str
    status: AmendmentStatus
    effective_on: date | None
    prepared_at: datetime
    approved_at: datetime | None
    changes: int


@dataclass(frozen=True)
class AmendmentList:
    """All amendments, and the plans that can be amended."""

    drafts: tuple[AmendmentRow, ...]
    done: tuple[AmendmentRow, ...]
    plans: tuple[tuple[int, str], ...]


@dataclass(frozen=True)
class ChangeRow:
    """One change, with what is in force now where that is no longer what it was prepared over."""

    id: int
    node_uid: str
    node_kind: NodeKind
    label: str
    title: str
    field: str
    before: Any
    after: Any
    is_stale: bool
    now: Any


@dataclass(frozen=True)
class ItemChoice:
    """An item that the amendment may change."""

    uid: str
    kind: NodeKind
    label: str
    title: str
    is_withdrawn: bool
    is_changed: bool


@dataclass(frozen=True)
class AmendmentPage:
    """One amendment with its changes; of a draft also what it would do, and what else it may change."""

    uid: str
    plan_number: int
    plan_title: str
    milestone_word: str
    number: int | None
    title: str
    reason: str
    resolution: str
    effective_on: date | None
    status: AmendmentStatus
    prepared_at: datetime
    approved_at: datetime | None
    approved_name: str
    lock_version: int
    changes: tuple[ChangeRow, ...]
    effects: Effects | None = None
    above: tuple[ItemChoice, ...] = ()
    """The plan itself, its axes and its commitments."""
    below: tuple[ItemChoice, ...] = ()
    """The milestones and activities of the commitment asked for."""
    chosen: str = ""

    @property
    def is_draft(self) -> bool:
        """True while it changes nothing yet."""
        return self.status is AmendmentStatus.DRAFT

    @property
    def items(self) -> tuple[tuple[ChangeRow, ...], ...]:
        """The changes of each item together, in the order in which the items were first changed."""
        grouped: dict[str, list[ChangeRow]] = {}
        for one in self.changes:
            grouped.setdefault(one.node_uid, []).append(one)
        return tuple(tuple(rows) for rows in grouped.values())

    @property
    def stale(self) -> tuple[ChangeRow, ...]:
        """Changes of items that others changed since: each is to be chosen again."""
        return tuple(one for one in self.changes if one.is_stale)


@dataclass(frozen=True)
class ItemPage:
    """One item as it stands and as the draft has it."""

    amendment_uid: str
    amendment_title: str
    plan_number: int
    milestone_word: str
    lock_version: int
    uid: str
    kind: NodeKind
    label: str
    title: str
    values: Mapping[str, Any]
    """Each field in force."""
    prepared: Mapping[str, Any]
    """Each field that the draft changes, as it is to be."""
    inherited: tuple[RoleFact, ...]
    """The parts it takes from above, where it names none."""
    shared_with: tuple[str, ...]
    """Labels of the items that share its product or a means."""
    institutions: tuple[tuple[str, str, str], ...]

    def wanted(self, field: str) -> Any:
        """A field as the draft has it, else as it stands."""
        return self.prepared.get(field, self.values.get(field))


def list_amendments(actor: Actor) -> AmendmentList:
    """Drafts first, then what was approved or discarded, the latest first; two queries."""
    require(actor, Permission.PLAN_MANAGE)
    counted = (
        select(AmendmentChange.amendment_id, func.count().label("changes"))
        .group_by(AmendmentChange.amendment_id)
        .subquery()
    )
    rows = db.session.execute(
        select(Amendment, PlanNode.number, func.coalesce(counted.c.changes, 0))
        .join(PlanNode, PlanNode.id == Amendment.plan_id)
        .outerjoin(counted, counted.c.amendment_id == Amendment.id)
        .order_by(Amendment.id.desc())
    )
    found = [_row(amendment, plan_number, changes) for amendment, plan_number, changes in rows]
    plans = db.session.execute(
        select(ActionPlan.number, ActionPlan.title)
        .where(ActionPlan.status.in_(sorted(AMENDABLE)))
        .order_by(ActionPlan.number.desc())
    )
    return AmendmentList(
        drafts=tuple(one for one in found if one.status is AmendmentStatus.DRAFT),
        done=tuple(one for one in found if one.status is not AmendmentStatus.DRAFT),
        plans=tuple((number, title) for number, title in plans),
    )


def _row(one: Amendment, plan_number: int, changes: int) -> AmendmentRow:
    return AmendmentRow(
        uid=one.uid,
        plan_number=plan_number,
        number=one.number,
        title=one.title,
        status=one.status,
        effective_on=one.effective_on,
        prepared_at=one.prepared_at,
        approved_at=one.approved_at,
        changes=changes,
    )


def get_amendment(actor: Actor, uid: str, today: date, *, commitment: str = "") -> AmendmentPage:
    """One amendment, in a constant number of queries; NotFound where there is none."""
    require(actor, Permission.PLAN_MANAGE)
    one = _find(uid)
    rows = db.session.execute(
        select(AmendmentChange, PlanNode)
        .join(PlanNode, PlanNode.id == AmendmentChange.node_id)
        .where(AmendmentChange.amendment_id == one.id)
        .order_by(AmendmentChange.id)
    ).all()
    if one.status is not AmendmentStatus.DRAFT:
        return _page(one, tuple(_change(change, node, None) for change, node in rows))
    facts = plan_facts(one.plan_id, Cut(as_of=today))
    by_uid = {node.uid: node for node in facts.nodes}
    changes = tuple(_change(change, node, by_uid.get(node.uid), facts.nodes) for change, node in rows)
    wanted = [rules.Change(each.node_uid, each.field, each.after) for each in changes]
    chosen = next((node for node in facts.nodes if node.uid == commitment), None)
    touched = {each.node_uid for each in changes}
    tree = assess(facts, today)
    return _page(
        one,
        changes,
        effects=effects_of(facts, tree, wanted, one.effective_on or today, today) if wanted else None,
        above=tuple(_choices(tree, _ABOVE, touched)),
        below=tuple(_choices(tree, _BELOW, touched, chosen.uid)) if chosen else (),
        chosen=chosen.uid if chosen else "",
    )


_ABOVE = frozenset({NodeKind.PLAN, NodeKind.AXIS, NodeKind.COMMITMENT})
_BELOW = frozenset({NodeKind.MILESTONE, NodeKind.ACTIVITY})


def _choices(tree: NodeStatus, kinds: frozenset[NodeKind], touched: set[str], below: str = "") -> Any:
    """The items of those levels, in the plan's order; those below one item where it is named."""
    root = next(one for one in tree.walk() if one.facts.uid == below) if below else tree
    for one in root.walk():
        if one.facts.kind in kinds:
            yield ItemChoice(
                uid=one.facts.uid,
                kind=one.facts.kind,
                label=one.facts.label,
                title=one.facts.title,
                is_withdrawn=one.is_withdrawn,
                is_changed=one.facts.uid in touched,
            )


def _find(uid: str) -> Amendment:
    found = db.session.scalar(select(Amendment).where(Amendment.uid == uid))
    if found is None:
        raise NotFound("amendment-not-found")
    return found


def _page(one: Amendment, changes: tuple[ChangeRow, ...], **more: Any) -> AmendmentPage:
    plan = db.session.get_one(ActionPlan, one.plan_id)
    return AmendmentPage(
        uid=one.uid,
        plan_number=plan.number,
        plan_title=plan.title,
        milestone_word=plan.milestone_word,
        number=one.number,
        title=one.title,
        reason=one.reason,
        resolution=one.resolution,
        effective_on=one.effective_on,
        status=one.status,
        prepared_at=one.prepared_at,
        approved_at=one.approved_at,
        approved_name=one.approved_name,
        lock_version=one.lock_version,
        changes=changes,
        **more,
    )


def _change(
    one: AmendmentChange, node: PlanNode, facts: NodeFacts | None, nodes: Sequence[NodeFacts] = ()
) -> ChangeRow:
    now = rules.value_in(nodes, facts, one.field) if facts is not None else one.before
    return ChangeRow(
        id=one.id,
        node_uid=node.uid,
        node_kind=node.kind,
        label=node.label,
        title=node.title,
        field=one.field,
        before=one.before,
        after=one.after,
        is_stale=not rules.same(one.field, now, one.before),
        now=now,
    )


def get_item(actor: Actor, amendment_uid: str, node_uid: str, today: date) -> ItemPage:
    """One item of the plan that a draft amends; NotFound for one of another plan, or no draft."""
    require(actor, Permission.PLAN_MANAGE)
    amendment = _find(amendment_uid)
    node = get_node(node_uid)
    if node.plan_id != amendment.plan_id or amendment.status is not AmendmentStatus.DRAFT:
        raise NotFound("node-not-found", uid=node_uid)
    facts = plan_facts(amendment.plan_id, Cut(as_of=today), commitment_id=node.commitment_id)
    status = next(one for one in assess(facts, today).walk() if one.facts.uid == node_uid)
    prepared = db.session.execute(
        select(AmendmentChange.field, AmendmentChange.after).where(
            AmendmentChange.amendment_id == amendment.id, AmendmentChange.node_id == node.id
        )
    )
    plan = db.session.get_one(ActionPlan, amendment.plan_id)
    return ItemPage(
        amendment_uid=amendment.uid,
        amendment_title=amendment.title,
        plan_number=plan.number,
        milestone_word=plan.milestone_word,
        lock_version=amendment.lock_version,
        uid=node.uid,
        kind=node.kind,
        label=status.facts.label,
        title=status.facts.title,
        values={name: rules.value_of(status.facts, name) for name in rules.FIELDS[node.kind]},
        prepared=dict(prepared.all()),
        inherited=status.roles if status.roles_inherited else (),
        shared_with=_shared(facts, status.facts),
        institutions=tuple((one.uid, one.label, one.name) for one in list_institutions()),
    )


def _shared(facts: PlanFacts, node: NodeFacts) -> tuple[str, ...]:
    own = {one.uid for one in node.products} | {one.uid for one in node.means}
    return tuple(
        other.label
        for other in facts.nodes
        if other.uid != node.uid and own & ({p.uid for p in other.products} | {m.uid for m in other.means})
    )
