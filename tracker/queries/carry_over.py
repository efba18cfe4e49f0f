"""What of earlier plans is not finished, and may go on in one that is being written."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import select

from tracker.db import db
from tracker.domain import plan_drafts as drafts
from tracker.domain.errors import NotFound
from tracker.domain.history import Cut
from tracker.domain.permissions import Actor, Permission, require
from tracker.domain.plan_life import WRITABLE
from tracker.domain.plans import NodeKind, PlanStatus
from tracker.domain.progress import as_percent
from tracker.domain.tree import NodeStatus, assess
from tracker.domain.workflow import STANDING
from tracker.models.plans import ActionPlan, PlanNode
from tracker.queries.history import plan_facts
from tracker.queries.plan_drafts import Place
from tracker.queries.plans import get_plan

CARRIED = frozenset({NodeKind.COMMITMENT, NodeKind.MILESTONE, NodeKind.ACTIVITY})


@dataclass(frozen=True)
class OpenItem:
    """An item of an earlier plan that was not finished, with what stands of it."""

    uid: str
    kind: NodeKind
    label: str
    title: str
    depth: int
    validated: Decimal | None
    reported: Decimal | None
    delivered: Decimal | None
    unit: str
    carried_as: str
    """The number it already has in the plan that is being written."""


@dataclass(frozen=True)
class CarryPage:
    """An earlier plan's unfinished items, and where each level may go."""

    number: int
    title: str
    milestone_word: str
    earlier: tuple[tuple[int, str, PlanStatus], ...]
    chosen: int
    items: tuple[OpenItem, ...]
    places: tuple[Place, ...]

    @property
    def choices(self) -> list[tuple[str, str]]:
        """The earlier plans, to choose among."""
        return [(str(number), f"{number}. {title}") for number, title, _status in self.earlier]

    @property
    def by_level(self) -> tuple[tuple[NodeKind, tuple[Place, ...]], ...]:
        """The levels that may go on, each with what may hold it."""
        return tuple(
            (kind, tuple(one for one in self.places if kind in drafts.MAY_HOLD.get(one.kind, ())))
            for kind in NodeKind
            if any(one.kind is kind for one in self.items)
        )

    def going(self, ticked: Collection[str], places: Mapping[str, str]) -> dict[str, str]:
        """Where each item that was ticked goes, by its level; what is below one of them goes with it."""
        found: dict[str, str] = {}
        depth = -1
        for one in self.items:
            if depth >= 0 and one.depth > depth:
                continue
            depth = -1
            if one.uid in ticked and not one.carried_as:
                found[one.uid], depth = places.get(one.kind.value, ""), one.depth
        return found


def get_carry_page(actor: Actor, number: int, earlier: int | None, today: date) -> CarryPage:
    """What may go on from one earlier plan, the last one where none is named; constantly many queries."""
    require(actor, Permission.PLAN_MANAGE)
    plan = get_plan(number)
    if plan.status not in WRITABLE:
        raise NotFound("plan-not-found", number=number)
    known = [
        (one.number, one.title, one.status)
        for one in db.session.scalars(
            select(ActionPlan)
            .where(PlanNode.number < number, ActionPlan.status.not_in(sorted(WRITABLE)))
            .order_by(PlanNode.number.desc())
        )
    ]
    numbers = [one[0] for one in known]
    if earlier is not None and earlier not in numbers:
        raise NotFound("plan-not-found", number=earlier)
    chosen = earlier if earlier is not None else next(iter(numbers), 0)
    own = assess(plan_facts(plan.id, Cut(as_of=today)), today)
    return CarryPage(
        number=number,
        title=plan.title,
        milestone_word=plan.milestone_word,
        earlier=tuple(known),
        chosen=chosen,
        items=tuple(_items(chosen, plan.id, today)) if chosen else (),
        places=tuple(_places(own)),
    )


def _places(root: NodeStatus, above: str = "") -> Iterator[Place]:
    facts = root.facts
    yield Place(facts.uid, facts.kind, facts.label, facts.title, above)
    below = facts.label if facts.kind is NodeKind.COMMITMENT else above
    for child in root.children:
        yield from _places(child, below)


def _items(earlier: int, plan_id: int, today: date) -> Iterator[OpenItem]:
    earlier_id = get_plan(earlier).id
    root = assess(plan_facts(earlier_id, Cut(as_of=today)), today)
    carried = _carried(plan_id)
    for one, depth in _unfinished(root, 0):
        facts = one.facts
        own = one.own
        yield OpenItem(
            uid=facts.uid,
            kind=facts.kind,
            label=facts.label,
            title=facts.title,
            depth=depth,
            validated=_percent(own.validated.percent if own and own.validated else None, one, "validated"),
            reported=_percent(own.reported.percent if own and own.reported else None, one, "reported"),
            delivered=_delivered(one),
            unit=facts.products[0].unit if facts.products else "",
            carried_as=carried.get(facts.uid, ""),
        )


def _percent(own: Decimal | None, one: NodeStatus, figure: str) -> Decimal | None:
    if own is not None or not one.children:
        return own
    share = one.validated if figure == "validated" else one.reported
    return None if share.percent is None else as_percent(share.percent)


def _carried(plan_id: int) -> dict[str, str]:
    """The number that items already carried over have in a plan, by what they continue."""
    before = PlanNode.__table__.alias()
    rows = db.session.execute(
        select(before.c.uid, PlanNode.label)
        .select_from(PlanNode)
        .join(before, before.c.id == PlanNode.predecessor_id)
        .where(PlanNode.plan_id == plan_id)
    )
    return dict(rows.all())


def _unfinished(one: NodeStatus, depth: int) -> Iterator[tuple[NodeStatus, int]]:
    """What is not proven whole, with how deep it stands; axes and the plan itself do not go on."""
    for child in one.children:
        if is_finished(child) or child.is_withdrawn:
            continue
        if child.facts.kind in CARRIED:
            yield child, depth
        yield from _unfinished(child, depth + (child.facts.kind in CARRIED))


def is_finished(one: NodeStatus) -> bool:
    """True where everything that the item delivers is proven whole."""
    delivering = [each for each in one.walk() if each.own is not None and not each.is_withdrawn]
    return bool(delivering) and all(
        each.own is not None and each.own.validated is not None and each.own.validated.is_complete
        for each in delivering
    )


def open_items(plan_id: int, today: date) -> frozenset[str]:
    """The uids of what a plan did not finish."""
    root = assess(plan_facts(plan_id, Cut(as_of=today)), today)
    return frozenset(one.facts.uid for one, _depth in _unfinished(root, 0))


def delivered_at(plan_id: int, today: date) -> dict[str, Decimal]:
    """The quantity last delivered of each item of a plan, as far as it was stated and stands."""
    root = assess(plan_facts(plan_id, Cut(as_of=today)), today)
    found = {one.facts.uid: _delivered(one) for one in root.walk()}
    return {uid: quantity for uid, quantity in found.items() if quantity is not None}


def _delivered(one: NodeStatus) -> Decimal | None:
    if one.own is None:
        return None
    told = [r for r in one.own.reports if r.delivered is not None and r.status in STANDING]
    return told[-1].delivered if told else None
