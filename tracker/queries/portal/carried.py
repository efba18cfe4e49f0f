"""What continues from one published plan to another, told at both ends."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, literal, or_, select
from sqlalchemy.orm import aliased

from tracker.db import db
from tracker.domain.carry_over import Mention, mention
from tracker.domain.plans import NodeKind
from tracker.domain.states import State
from tracker.models.current import ActivityCurrent, NodeTotals
from tracker.models.plans import ActionPlan, NodeOrigin, PlanNode
from tracker.queries.portal.rows import PUBLISHED, stored_percent


@dataclass(frozen=True)
class CarriedItem:
    """One end of what continues, with its figures now."""

    uid: str
    kind: NodeKind
    label: str
    title: str
    commitment: int
    plan: int
    milestone_word: str
    delivers: bool
    validated: Decimal | None
    reported: Decimal | None
    state: State | None
    days_late: int | None
    starting_quantity: Decimal | None = None
    """What it begins with, where it continues another."""


@dataclass(frozen=True)
class CarriedPair:
    """An item of an earlier plan and the one that continues it."""

    earlier: CarriedItem
    later: CarriedItem


@dataclass(frozen=True)
class Carried:
    """What an item continues and what continues it; without a link, what its own text says it follows."""

    earlier: CarriedItem | None = None
    later: tuple[CarriedItem, ...] = ()
    said: Mention | None = None
    said_is_here: bool = False
    """The commitment that the text names is in the system."""
    starting: Decimal | None = None
    """What the earlier one had delivered when this one began; it counts for nothing here."""
    origins: tuple[tuple[str, CarriedItem], ...] = ()
    """Items of the same plan that it comes from, and whether they were divided or joined."""
    became: tuple[tuple[str, CarriedItem], ...] = ()
    """Items of the same plan that came from it."""


def carried_of(titles: Mapping[str, str]) -> dict[str, Carried]:
    """What some items, by uid with their titles, continue and are continued by; constantly many queries."""
    pairs, divided = _links(titles)
    said = {uid: found for uid, title in titles.items() if (found := mention(title))}
    here = _known(said.values())
    starting = {one.later.uid: one.later.starting_quantity for one in pairs}
    carried: dict[str, Carried] = {}
    for uid in titles:
        earlier = next((one.earlier for one in pairs if one.later.uid == uid), None)
        later = tuple(one.later for one in pairs if one.earlier.uid == uid)
        named = said.get(uid) if earlier is None else None
        origins = tuple((how, one) for how, one, new in divided if new.uid == uid)
        became = tuple((how, new) for how, one, new in divided if one.uid == uid)
        if earlier or later or named or origins or became:
            carried[uid] = Carried(earlier, later, named, named in here, starting.get(uid), origins, became)
    return carried


Divided = tuple[str, CarriedItem, CarriedItem]


def _links(titles: Mapping[str, str]) -> tuple[list[CarriedPair], list[Divided]]:
    """What some items continue or are continued by; and how they were divided or joined."""
    earlier, later = aliased(PlanNode, flat=True), aliased(PlanNode, flat=True)
    any_of_them = or_(earlier.uid.in_(titles), later.uid.in_(titles))
    ends = (earlier.id.label("old"), later.id.label("new"), later.position, later.number)
    rows = db.session.execute(
        select(literal("").label("how"), *ends)
        .join(later, later.predecessor_id == earlier.id)
        .where(any_of_them)
        .union_all(
            select(NodeOrigin.how, *ends)
            .join(earlier, earlier.id == NodeOrigin.origin_id)
            .join(later, later.id == NodeOrigin.node_id)
            .where(any_of_them)
        )
    ).all()
    items = _items({end for row in rows for end in (row.old, row.new)})
    shown = [row for row in rows if row.old in items and row.new in items]
    pairs = [CarriedPair(items[row.old], items[row.new]) for row in shown if not row.how]
    divided = sorted((row for row in shown if row.how), key=lambda row: (row.position, row.number))
    return sorted(pairs, key=_place), [(row.how, items[row.old], items[row.new]) for row in divided]


def carried_between(plan_ids: Collection[int]) -> tuple[CarriedPair, ...]:
    """What continues from one of some plans to another of them, in the order of the earlier plan."""
    return _pairs(lambda earlier, later: earlier.plan_id.in_(plan_ids) & later.plan_id.in_(plan_ids))


def _pairs(which: Any) -> tuple[CarriedPair, ...]:
    earlier, later = aliased(PlanNode, flat=True), aliased(PlanNode, flat=True)
    condition: ColumnElement[bool] = which(earlier, later)
    links = db.session.execute(
        select(earlier.id, later.id).join(later, later.predecessor_id == earlier.id).where(condition)
    ).all()
    items = _items({one for pair in links for one in pair})
    pairs = [CarriedPair(items[a], items[b]) for a, b in links if a in items and b in items]
    return tuple(sorted(pairs, key=_place))


def _place(one: CarriedPair) -> tuple[int, int, str, int]:
    return one.earlier.plan, one.earlier.commitment, one.earlier.label, one.later.plan


def _items(ids: Collection[int]) -> dict[int, CarriedItem]:
    """Items of published plans by id, with their figures; nothing is asked where there are none."""
    if not ids:
        return {}
    node, above = PlanNode.__table__.alias(), PlanNode.__table__.alias()
    current, totals = ActivityCurrent.__table__, NodeTotals.__table__
    rows = db.session.execute(
        select(
            *(node.c[name] for name in ("id", "uid", "kind", "label", "title", "starting_quantity")),
            above.c.number.label("commitment"),
            ActionPlan.number.label("plan"),
            ActionPlan.milestone_word,
            current.c.node_id.label("own"),
            current.c.validated_percent,
            current.c.reported_percent,
            current.c.state,
            current.c.days_late,
            totals.c.validated_floor,
            totals.c.validated_informed,
            totals.c.reported_floor,
            totals.c.reported_informed,
            totals.c.state.label("whole_state"),
            totals.c.days_late.label("whole_days_late"),
        )
        .select_from(node)
        .join(above, above.c.id == node.c.commitment_id)
        .join(ActionPlan, ActionPlan.id == node.c.plan_id)
        .outerjoin(current, current.c.node_id == node.c.id)
        .outerjoin(totals, totals.c.node_id == node.c.id)
        .where(node.c.id.in_(ids), PUBLISHED)
    )
    return {row.id: _item(row) for row in rows}


def _item(row: Any) -> CarriedItem:
    """The roll-up of what has parts, else the item's own figures."""
    whole = row.whole_state is not None
    proven = stored_percent(row.validated_floor) if whole and row.validated_informed else None
    claimed = stored_percent(row.reported_floor) if whole and row.reported_informed else None
    state = row.whole_state if whole else row.state
    return CarriedItem(
        uid=row.uid,
        kind=NodeKind(row.kind),
        label=row.label,
        title=row.title,
        commitment=row.commitment,
        plan=row.plan,
        milestone_word=row.milestone_word,
        delivers=row.own is not None,
        validated=proven if whole else row.validated_percent,
        reported=claimed if whole else row.reported_percent,
        state=None if state is None else State(state),
        days_late=row.whole_days_late if whole else row.days_late,
        starting_quantity=row.starting_quantity,
    )


def _known(said: Iterable[Mention]) -> set[Mention]:
    """Those of the commitments named that a published plan has."""
    wanted = set(said)
    if not wanted:
        return set()
    node = PlanNode.__table__.alias()
    rows = db.session.execute(
        select(ActionPlan.number.label("plan"), node.c.number)
        .join(node, node.c.plan_id == ActionPlan.id)
        .where(
            PUBLISHED,
            node.c.kind == NodeKind.COMMITMENT,
            ActionPlan.number.in_({one.plan for one in wanted}),
            node.c.number.in_({one.commitment for one in wanted}),
        )
    )
    return wanted & {Mention(row.plan, row.number) for row in rows}
