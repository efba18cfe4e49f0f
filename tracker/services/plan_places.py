"""Where items stand in a plan: their order, their numbers, what they stand on."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import or_, select

from tracker.db import db
from tracker.domain.errors import Conflict
from tracker.domain.plans import NodeKind
from tracker.models.plans import PlanNode
from tracker.queries.plans import load_nodes
from tracker.services.plans import child_label

_THROUGH_THE_PLAN = frozenset({NodeKind.AXIS, NodeKind.COMMITMENT})


def children_in(parent: PlanNode) -> Sequence[PlanNode]:
    """What stands directly on an item, in its order; nothing that was taken out of a draft."""
    ids = db.session.scalars(
        select(PlanNode.id).where(PlanNode.parent_id == parent.id, PlanNode.plan_id.is_not(None))
    ).all()
    return sorted(load_nodes(ids), key=lambda one: (one.position, one.number, one.label))


def put_in_order(nodes: Sequence[PlanNode]) -> list[PlanNode]:
    """Give items side by side the places of their order; those whose place changed."""
    moved = []
    for place, node in enumerate(nodes, start=1):
        if node.position != place:
            node.position = place
            moved.append(node)
    return moved


def relabel(node: PlanNode, number: int) -> list[PlanNode]:
    """Give an item another number, and what is numbered within it; all items whose number is shown otherwise.

    Raises Conflict `number-taken` where another item beside it bears it.
    """
    parent = db.session.get_one(PlanNode, node.parent_id)
    label = child_label(node.kind, parent, number)
    if label != node.label:
        refuse_taken(node, parent, label)
    return relabel_all([(node, number)])


def refuse_taken(node: PlanNode, parent: PlanNode, label: str) -> None:
    """Conflict `number-taken` where another item of that level bears the number there."""
    scope = (
        PlanNode.plan_id == parent.plan_id
        if node.kind in _THROUGH_THE_PLAN
        else PlanNode.parent_id == parent.id
    )
    taken = select(PlanNode.id).where(
        scope, PlanNode.kind == node.kind, PlanNode.label == label, PlanNode.id != node.id
    )
    if db.session.scalar(taken) is not None:
        raise Conflict("number-taken", field="number", label=label)


def relabel_all(numbers: Iterable[tuple[PlanNode, int]]) -> list[PlanNode]:
    """Give several items their numbers at once, so that two may change theirs with each other."""
    wanted: list[tuple[PlanNode, int]] = []
    for node, number in numbers:
        wanted.append((node, number))
        if node.kind is NodeKind.MILESTONE:
            wanted += [
                (child, child.number) for child in children_in(node) if child.kind is NodeKind.ACTIVITY
            ]
    for node, _number in wanted:
        node.label = f"~{node.id}"
    db.session.flush()  # a number is free again before another item takes it
    for node, number in wanted:
        parent = db.session.get_one(PlanNode, node.parent_id)
        node.number, node.label = number, child_label(node.kind, parent, number)
    db.session.flush()
    return [node for node, _number in wanted]


def continuing(nodes: Sequence[PlanNode]) -> list[PlanNode]:
    """Items of later plans that continue these, whose versions name them by their number."""
    ids = [one.id for one in nodes]
    return list(
        db.session.scalars(
            select(PlanNode).where(
                PlanNode.plan_id.is_not(None),
                or_(
                    PlanNode.predecessor_id.in_(ids),
                    PlanNode.predecessor_id.in_(
                        select(PlanNode.id).where(PlanNode.commitment_id.in_(ids)).scalar_subquery()
                    ),
                ),
            )
        )
    )
