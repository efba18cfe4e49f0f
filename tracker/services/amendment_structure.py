"""Amendments that add, move, divide and join items: prepared as changes, and brought into force.

What was reported stays with the item it was reported on: a part begins without reports and names what it
comes from; what is joined into another is withdrawn and stays in sight. Nothing is moved silently.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select

from tracker.db import db
from tracker.domain import amendments as rules
from tracker.domain.errors import Conflict, DomainError, NotFound
from tracker.domain.evidence import default_access
from tracker.domain.facts import InstitutionRef, NodeFacts, RoleFact
from tracker.domain.history import Cut
from tracker.domain.plan_drafts import Way, check_holds, check_merge, next_number, reordered
from tracker.domain.plans import MERGE, SPLIT, NodeKind, Role
from tracker.domain.schedule import Window
from tracker.domain.snapshots import window_content, window_from
from tracker.domain.text import squeeze
from tracker.models.accounts import Institution
from tracker.models.amendments import Amendment, AmendmentChange
from tracker.models.plans import NodeOrigin, PlanNode
from tracker.models.types import new_uid
from tracker.queries.history import nodes_at
from tracker.services.amendment_fields import put
from tracker.services.plan_places import children_in, refuse_taken
from tracker.services.plans import ItemSpec, RoleSpec, child_label, new_means, new_node, new_product
from tracker.services.versions import schedule_of


def plan_now(plan_id: int) -> dict[str, NodeFacts]:
    """The items of a plan as last recorded, by uid."""
    return {one.uid: one for one in nodes_at(plan_id, Cut(as_of=date.max))}


def order_after(amendment: Amendment, parent: PlanNode, uid: str, way: Way) -> list[dict[str, str]]:
    """What stands on an item with one a place up or down, counted from the order that the draft has."""
    nodes = plan_now(amendment.plan_id)
    prepared = _prepared(amendment, parent, rules.ORDER)
    order = prepared or rules.value_in(nodes.values(), nodes[parent.uid], rules.ORDER)
    named = {one["uid"]: one for one in order}
    if uid not in named:
        raise NotFound("node-not-found", uid=uid)
    return [named[one] for one in reordered(list(named), uid, way)]


def place_after(amendment: Amendment, node: PlanNode, parent: PlanNode) -> list[dict[str, str]]:
    """Where an item is to stand, with the number it is to have there.

    Within its commitment, for its reports and versions are of one; a commitment goes to another axis.
    Raises DomainError `level-not-possible` or `move-nowhere`.
    """
    check_holds(node.kind, parent.kind)
    same = node.kind is NodeKind.COMMITMENT or parent.commitment_id == node.commitment_id
    if parent.plan_id != node.plan_id or not same:
        raise DomainError("move-nowhere", field="into")
    label = node.label
    if node.kind is not NodeKind.COMMITMENT:
        label = child_label(node.kind, parent, _free(amendment, parent, node.kind))
    return [{"uid": parent.uid, "label": parent.label, "title": parent.title, "as": label}]


def split_after(
    amendment: Amendment, node: PlanNode, *, titles: Sequence[str], means: Sequence[str], continues: bool
) -> dict[str, Any]:
    """The parts an item is divided into, each with a number of its own and some of its means, as new ones.

    Raises DomainError `split-needs-titles` or `split-needs-two`.
    """
    given = [one.strip() for one in titles if one.strip()]
    if not given:
        raise DomainError("split-needs-titles", field="second")
    if not continues and len(given) < 2:
        raise DomainError("split-needs-two", field="second")
    parent = db.session.get_one(PlanNode, node.parent_id)
    first = _free(amendment, parent, node.kind)
    product = node.products[0].text if node.products else ""
    return {
        "continues": continues,
        "items": [
            {
                "uid": new_uid(),
                "number": number,
                "label": child_label(node.kind, parent, number),
                "title": title,
                "product": product,
                "means": list(means),
            }
            for number, title in enumerate(given, start=first)
        ],
    }


def joined_after(node: PlanNode, other: PlanNode) -> list[dict[str, str]]:
    """What an item takes in; it continues, the other is withdrawn. Raises DomainError, Conflict."""
    check_merge(node.kind, other.kind, same_item=node.id == other.id)
    if other.commitment_id != node.commitment_id:
        raise DomainError("merge-other-commitment", field="other")
    if other.withdrawn_on is not None:
        raise Conflict("item-withdrawn")
    return [{"uid": other.uid, "label": other.label, "title": other.title}]


@dataclass(frozen=True)
class NewItem:
    """An item that an amendment adds, as it was typed."""

    kind: NodeKind
    title: str
    windows: tuple[Window, ...] = ()
    institution_uid: str = ""
    product: str = ""
    means: tuple[str, ...] = ()


def added_after(amendment: Amendment, parent: PlanNode, new: NewItem) -> dict[str, Any]:
    """What is added under an item, after what the draft adds there already, with the number that follows.

    Raises DomainError `level-not-possible` and what `check_added` raises.
    """
    check_holds(new.kind, parent.kind)
    title = squeeze(new.title)
    institution = db.session.scalar(select(Institution).where(Institution.uid == new.institution_uid))
    rules.check_added(
        new.kind, title=title, has_dates=bool(new.windows), institution=institution.uid if institution else ""
    )
    number = _free(amendment, parent, new.kind)
    item = {
        "uid": new_uid(),
        "kind": new.kind.value,
        "number": number,
        "label": child_label(new.kind, parent, number),
        "title": title,
        "windows": [window_content(one) for one in new.windows],
        "roles": [_lead(institution)] if institution else [],
        "product": new.product.strip(),
        "means": [one.strip() for one in new.means if one.strip()],
    }
    prepared = _prepared(amendment, parent, rules.ADDED)
    return {"items": [*(prepared["items"] if prepared else ()), item]}


def _lead(institution: Institution) -> dict[str, str]:
    who = InstitutionRef(institution.uid, institution.name, institution.acronym)
    return rules.role_value(RoleFact(who, Role.LEAD))


def _prepared(amendment: Amendment, node: PlanNode, field: str) -> Any:
    return next(
        (one.after for one in amendment.changes if one.node_id == node.id and one.field == field), None
    )


def _free(amendment: Amendment, parent: PlanNode, kind: NodeKind) -> int:
    """The number that follows those in force and those that the draft gives already."""
    whole = kind in {NodeKind.AXIS, NodeKind.COMMITMENT}
    scope = PlanNode.plan_id == parent.plan_id if whole else PlanNode.parent_id == parent.id
    taken = list(db.session.scalars(select(PlanNode.number).where(scope, PlanNode.kind == kind)))
    for change in amendment.changes:
        if change.field == rules.SPLIT_INTO and change.node.parent_id == parent.id:
            taken += [one["number"] for one in change.after["items"]]
        if change.field == rules.ADDED and (whole or change.node_id == parent.id):
            taken += [one["number"] for one in change.after["items"] if one["kind"] == kind.value]
        if change.field == rules.PLACE and not whole and change.after[0]["uid"] == parent.uid:
            taken.append(int(change.after[0]["as"].rpartition(".")[2]))
    return next_number(taken)


def changed_uids(change: AmendmentChange) -> list[str]:
    """The items that have another version by a change: an order is kept by what stands in it."""
    if change.field == rules.ORDER:
        return []
    if change.field == rules.SPLIT_INTO:
        whole = [] if change.after["continues"] else [change.node.uid]
        return [*whole, *(one["uid"] for one in change.after["items"])]
    if change.field == rules.ADDED:
        return [one["uid"] for one in change.after["items"]]
    if change.field == rules.JOINED:
        return [change.node.uid, *(one["uid"] for one in change.after)]
    return [change.node.uid]


def touched_by(changes: Iterable[AmendmentChange]) -> set[int]:
    """The items that changes of structure touch beside their own: what is put in order, what is joined."""
    uids = [
        one["uid"]
        for change in changes
        if change.field in {rules.ORDER, rules.JOINED}
        for one in change.after
    ]
    return set(db.session.scalars(select(PlanNode.id).where(PlanNode.uid.in_(uids))))


def rearrange(changes: Sequence[AmendmentChange], nodes: Mapping[int, PlanNode]) -> list[PlanNode]:
    """Bring changes of structure into force; the items that are new."""
    made: list[PlanNode] = []
    for change in sorted(changes, key=lambda one: one.field not in {rules.SPLIT_INTO, rules.ADDED}):
        node = nodes[change.node_id]
        if change.field == rules.SPLIT_INTO:
            made += [_made(node, one) for one in change.after["items"]]
        elif change.field == rules.ADDED:
            made += [_added(node, one) for one in change.after["items"]]
        elif change.field == rules.PLACE:
            _put_into(node, change.after[0])
        elif change.field == rules.ORDER:
            _put_in_order(change.after, nodes)
        elif change.field == rules.JOINED:
            _join(node, change.after, nodes)
    return made


def _made(node: PlanNode, one: Mapping[str, Any]) -> PlanNode:
    parent = db.session.get_one(PlanNode, node.parent_id)
    schedule = schedule_of(node)
    spec = ItemSpec(
        number=one["number"],
        title=one["title"],
        label=one["label"],
        position=node.position,
        weight=node.weight,
        windows=schedule.current,
        frequency=schedule.frequency,
        roles=[RoleSpec(each.institution, each.role, each.text) for each in node.roles],
    )
    made = _written(new_node(node.kind, parent, spec), one)
    made.origins = [NodeOrigin(node_id=made.id, origin=node, how=SPLIT)]
    db.session.flush()
    return made


def _added(parent: PlanNode, one: Mapping[str, Any]) -> PlanNode:
    """A new item last under another; its institution as it is called by now."""
    spec = ItemSpec(
        number=one["number"],
        title=one["title"],
        label=one["label"],
        position=max((each.position for each in children_in(parent)), default=0) + 1,
        windows=[window_from(each) for each in one["windows"]],
    )
    made = _written(new_node(NodeKind(one["kind"]), parent, spec), one)
    put(made, rules.ROLES, one["roles"])
    db.session.flush()
    return made


def _written(made: PlanNode, one: Mapping[str, Any]) -> PlanNode:
    """A new item under the uid that its change gave it, with what it delivers and is asked to show."""
    made.uid = one["uid"]
    made.products = [new_product(made, one["product"])] if one["product"] else []
    made.means = [new_means(made, text, access=default_access(text)) for text in one["means"]]
    return made


def _put_into(node: PlanNode, place: Mapping[str, str]) -> None:
    parent = db.session.scalars(select(PlanNode).where(PlanNode.uid == place["uid"])).one()
    refuse_taken(node, parent, place["as"])
    if node.kind is not NodeKind.COMMITMENT:
        node.number = int(place["as"].rpartition(".")[2])
    node.position = max((one.position for one in children_in(parent)), default=0) + 1
    node.parent_id, node.label = parent.id, place["as"]
    db.session.flush()


def _put_in_order(order: Sequence[Mapping[str, str]], nodes: Mapping[int, PlanNode]) -> None:
    by_uid = {one.uid: one for one in nodes.values()}
    for place, one in enumerate(order, start=1):
        by_uid[one["uid"]].position = place


def _join(node: PlanNode, others: Sequence[Mapping[str, str]], nodes: Mapping[int, PlanNode]) -> None:
    uids = {one["uid"] for one in others}
    node.origins = [
        *node.origins,
        *(NodeOrigin(node_id=node.id, origin=one, how=MERGE) for one in nodes.values() if one.uid in uids),
    ]


def leaving(changes: Iterable[AmendmentChange], nodes: Mapping[int, PlanNode]) -> list[PlanNode]:
    """The items that leave the plan because they were divided or joined into another."""
    uids = {one["uid"] for change in changes if change.field == rules.JOINED for one in change.after}
    found = [one for one in nodes.values() if one.uid in uids]
    found += [
        nodes[change.node_id]
        for change in changes
        if change.field == rules.SPLIT_INTO and not change.after["continues"]
    ]
    return [one for one in found if one.withdrawn_on is None]
