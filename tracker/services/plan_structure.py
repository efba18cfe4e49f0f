"""Rearranging a plan before its approval: order, place, numbers, one item into two, two into one, out."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import delete, select

from tracker.db import db
from tracker.domain import plan_drafts as drafts
from tracker.domain.errors import Conflict, DomainError
from tracker.domain.permissions import Actor
from tracker.domain.plans import OGP_VALUES, TEMPLATE_FIELDS, NodeKind
from tracker.models.current import ActivityCurrent, NodeTotals
from tracker.models.plans import ActionPlan, Commitment, Doubt, PlanNode, Rescheduling
from tracker.models.progress import ProgressReport
from tracker.queries.plans import load_tree
from tracker.services.plan_copies import Copier, children_of
from tracker.services.plan_drafts import check_seen, draft_item, free_number
from tracker.services.plan_life import writable_plan
from tracker.services.plan_places import children_in, continuing, put_in_order, relabel_all
from tracker.services.plans import ItemSpec, RoleSpec, new_node, role_rows, window_rows
from tracker.services.totals import refresh_plan
from tracker.services.versions import record_nodes, record_removal, schedule_of


def move_item(actor: Actor, *, node_uid: str, way: drafts.Way, now: datetime, today: date) -> PlanNode:
    """Put an item a place up or down among those beside it; its number stays."""
    plan, node = draft_item(actor, node_uid)
    beside = {one.uid: one for one in children_in(_parent(node))}
    order = drafts.reordered(list(beside), node.uid, way)
    _written(actor, plan, put_in_order([beside[uid] for uid in order]), now, today)
    return node


def move_into(actor: Actor, *, node_uid: str, parent_uid: str, now: datetime, today: date) -> PlanNode:
    """Put an item last under another of the plan, with the number that follows there.

    Within its commitment it stays the same item; in another commitment it is written down anew with all that
    is below it, for the versions of an item are of one commitment. Raises DomainError `level-not-possible`,
    Conflict where it cannot be taken out.
    """
    plan, node = draft_item(actor, node_uid)
    _same_plan, parent = draft_item(actor, parent_uid)
    drafts.check_holds(node.kind, parent.kind)
    if parent.plan_id != node.plan_id or parent.id == node.parent_id:
        raise DomainError("move-nowhere", field="into")
    if node.kind is NodeKind.COMMITMENT or parent.commitment_id == node.commitment_id:
        moved = _stand_on(node, parent)
    else:
        moved = _transplant(actor, node, parent, now)
    _written(actor, plan, moved, now, today)
    return moved[0]


def _stand_on(node: PlanNode, parent: PlanNode) -> list[PlanNode]:
    """The same item on another, last; a commitment keeps its number, which counts through the plan."""
    beside = children_in(parent)
    number = node.number if node.kind is NodeKind.COMMITMENT else free_number(parent, node.kind)
    node.label = f"~{node.id}"
    node.parent_id, node.position = parent.id, max((one.position for one in beside), default=0) + 1
    db.session.flush()
    return relabel_all([(node, number)])


def _transplant(actor: Actor, node: PlanNode, parent: PlanNode, now: datetime) -> list[PlanNode]:
    """The item put down again in another commitment, and taken out of its own."""
    below = children_of(_subtree(node))
    copier = Copier()
    copier.copy(node, parent, free_number(parent, node.kind), below, _last(parent))
    _take_out(actor, node, now)
    return list(copier.made.values())


def _last(parent: PlanNode) -> int:
    return max((one.position for one in children_in(parent)), default=0) + 1


def split_item(
    actor: Actor,
    *,
    node_uid: str,
    titles: tuple[str, str],
    means: Collection[str],
    children: Collection[str],
    seen: int | None,
    now: datetime,
    today: date,
) -> PlanNode:
    """Make one item two: the first keeps its place, the second follows it with the means and parts named.

    Dates, parts of institutions and the template stand in both; gives the second. Raises DomainError, and
    Conflict `item-changed-meanwhile`: a second click divides nothing again.
    """
    plan, node = draft_item(actor, node_uid)
    check_seen(node, seen)
    if not all(one.strip() for one in titles):
        raise DomainError("split-needs-titles", field="second")
    parent = _parent(node)
    second = new_node(node.kind, parent, _second(node, titles[1], free_number(parent, node.kind)))
    node.title = titles[0].strip()
    taken = [one for one in node.means if one.uid in means]
    node.means, second.means = [one for one in node.means if one not in taken], taken
    second.products = list(node.products)
    changed = [node, second]
    for child in [one for one in children_in(node) if one.uid in children]:
        changed += _handed_on(actor, child, second, now)
    order = [one for one in children_in(parent) if one.id != second.id]
    order.insert(order.index(node) + 1, second)
    changed += put_in_order(order)
    _written(actor, plan, changed, now, today)
    return second


def _handed_on(actor: Actor, child: PlanNode, parent: PlanNode, now: datetime) -> list[PlanNode]:
    if parent.kind is NodeKind.COMMITMENT and child.commitment_id != parent.id:
        return _transplant(actor, child, parent, now)
    return _stand_on(child, parent)


def _second(node: PlanNode, title: str, number: int) -> ItemSpec:
    texts: dict[str, Any] = {}
    if isinstance(node, Commitment):
        texts = {name: getattr(node, name) for name in _TEXTS}
    return ItemSpec(
        number,
        title,
        weight=node.weight,
        windows=schedule_of(node).baseline,
        frequency=node.frequency,
        roles=[RoleSpec(one.institution, one.role, one.text) for one in node.roles],
        texts=texts,
    )


_TEXTS = (*TEMPLATE_FIELDS, *(f"value_{one}" for one in OGP_VALUES))


def merge_items(
    actor: Actor, *, node_uid: str, other_uid: str, title: str, now: datetime, today: date
) -> PlanNode:
    """Make two items one: the first stays with what both said, and the second is taken out.

    Means, parts of institutions, dates and what is below are of both; texts stand one below the other.
    Raises DomainError `merge-same-item` or `merge-other-level`, Conflict where the second cannot go.
    """
    plan, node = draft_item(actor, node_uid)
    _same, other = draft_item(actor, other_uid)
    drafts.check_merge(node.kind, other.kind, same_item=node.id == other.id)
    if other.plan_id != node.plan_id or (_is_within(node) and other.commitment_id != node.commitment_id):
        raise DomainError("merge-other-commitment", field="other")
    if not title.strip():
        raise DomainError("title-required", field="title")
    node.title = title.strip()
    changed = [node]
    for child in children_in(other):
        changed += _handed_on(actor, child, node, now)
    _join(node, other)
    db.session.flush()
    _take_out(actor, other, now)
    _written(actor, plan, changed, now, today)
    return node


def _is_within(node: PlanNode) -> bool:
    return node.kind in {NodeKind.MILESTONE, NodeKind.ACTIVITY}


def _join(node: PlanNode, other: PlanNode) -> None:
    """What the other item says, added to what the first one says."""
    own = {one.institution_id for one in node.roles}
    added = [RoleSpec(o.institution, o.role, o.text) for o in other.roles if o.institution_id not in own]
    rows = role_rows(added)
    for place, row in enumerate(rows, start=len(node.roles)):
        row.position = place
    node.roles = [*node.roles, *rows]
    windows = [one for one in schedule_of(other).baseline if one not in schedule_of(node).baseline]
    for place, window in enumerate(window_rows(windows), start=len(node.windows)):
        window.position = place
        node.windows.append(window)
    if isinstance(node, Commitment) and isinstance(other, Commitment):
        for name in TEMPLATE_FIELDS:
            if name not in _NAMES:
                setattr(node, name, drafts.joined(getattr(node, name), getattr(other, name)))
        for name in (f"value_{one}" for one in OGP_VALUES):
            setattr(node, name, getattr(node, name) or getattr(other, name))
    node.means = list(dict.fromkeys([*node.means, *other.means]))
    node.products = node.products or list(other.products)


# Names of a template, of which one item has one.
_NAMES = frozenset({"template_version", "ogp_identifier"})


def remove_item(actor: Actor, *, node_uid: str, now: datetime, today: date) -> None:
    """Take an item out of a plan that is being written, with all that is below it; its versions stay.

    Raises Conflict `item-has-doubts`, `item-is-continued` or `item-has-reports`: nothing that people
    answered for is taken away.
    """
    plan, node = draft_item(actor, node_uid)
    if node.kind is NodeKind.PLAN:
        raise DomainError("level-not-possible", kind=node.kind.value, parent="")
    _take_out(actor, node, now)
    db.session.flush()
    refresh_plan(plan.id, today)


def _subtree(node: PlanNode) -> list[PlanNode]:
    """An item and everything below it, from above."""
    below = children_of(load_tree(node.plan_id or 0))
    found, waiting = [], [node]
    while waiting:
        one = waiting.pop(0)
        found.append(one)
        waiting += below.get(one.id, [])
    return found


def _take_out(actor: Actor, node: PlanNode, now: datetime) -> None:
    """The last version of each item, and its row left without a plan; the rows of its history stay."""
    nodes = _subtree(node)
    ids = [one.id for one in nodes]
    _refuse_held(ids)
    uids = {one.id: one.uid for one in nodes} | {node.parent_id: _parent(node).uid}
    for one in nodes:
        record_removal(actor, one, parent_uid=uids.get(one.parent_id), now=now)
    for table in (ActivityCurrent, NodeTotals):
        db.session.execute(
            delete(table).where(table.node_id.in_(ids)).execution_options(synchronize_session="fetch")
        )
    for one in nodes:
        one.label, one.plan_id, one.commitment_id = f"~{one.id}", None, None
        one.roles, one.products, one.means = [], [], []
    db.session.flush()


def _refuse_held(ids: Sequence[int]) -> None:
    held = (
        ("item-has-doubts", select(Doubt.id).where(Doubt.node_id.in_(ids), Doubt.resolved_at.is_(None))),
        (
            "item-is-continued",
            select(PlanNode.id).where(PlanNode.predecessor_id.in_(ids), PlanNode.id.not_in(ids)),
        ),
        ("item-has-reports", select(ProgressReport.id).where(ProgressReport.node_id.in_(ids))),
        ("item-has-reports", select(Rescheduling.id).where(Rescheduling.node_id.in_(ids))),
    )
    for code, rows in held:
        if db.session.scalar(rows.limit(1)) is not None:
            raise Conflict(code)


def renumber(actor: Actor, *, plan_number: int, now: datetime, today: date) -> int:
    """Number every level anew in its order; how many items bear another number now."""
    plan = writable_plan(actor, plan_number)
    nodes = load_tree(plan.id)
    before = {one.id: one.label for one in nodes}
    relabel_all(_numbered(plan, children_of(nodes)))
    changed = [one for one in nodes if one.label != before[one.id]]
    _written(actor, plan, [*changed, *continuing(changed)], now, today)
    return len(changed)


def _numbered(plan: ActionPlan, below: dict[int, list[PlanNode]]) -> Iterable[tuple[PlanNode, int]]:
    """Every item with its number by its order, from above; axes and commitments count through the plan."""
    through = {NodeKind.AXIS: 0, NodeKind.COMMITMENT: 0}
    waiting: list[PlanNode] = [plan]
    while waiting:
        one = waiting.pop(0)
        within: dict[NodeKind, int] = {}
        for child in below.get(one.id, []):
            counted = through if child.kind in through else within
            counted[child.kind] = counted.get(child.kind, 0) + 1
            yield child, counted[child.kind]
        waiting += below.get(one.id, [])


def _parent(node: PlanNode) -> PlanNode:
    return db.session.get_one(PlanNode, node.parent_id)


def _written(actor: Actor, plan: ActionPlan, nodes: Iterable[PlanNode], now: datetime, today: date) -> None:
    """The versions of what changed, and the figures of the plan."""
    db.session.flush()
    found = [one for one in dict.fromkeys(nodes) if one.plan_id is not None]
    record_nodes(actor, found, effective_on=None, now=now)
    refresh_plan(plan.id, today)
