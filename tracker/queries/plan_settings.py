"""A plan's settings as they stand and as they stood, and what others would do to its figures today."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import select

from tracker.db import db
from tracker.domain.assessment import CompletionLevel
from tracker.domain.errors import NotFound
from tracker.domain.permissions import Actor, Permission, require
from tracker.domain.plan_settings import CONFIGURABLE, WEIGHED, PlanSettings, configured
from tracker.domain.plans import NodeKind, PlanStatus
from tracker.domain.progress import Share, as_percent
from tracker.domain.states import State
from tracker.domain.tree import NodeStatus, assess
from tracker.models.plans import ActionPlan, FactVersion, PlanNode
from tracker.queries.history import NODE, plan_facts, present
from tracker.queries.round_lines import calendar_of


@dataclass(frozen=True)
class PlanRow:
    """A plan in the list of those whose settings can be seen."""

    number: int
    title: str
    status: PlanStatus
    settings: PlanSettings

    @property
    def can_change(self) -> bool:
        """True while the plan is not over."""
        return self.status in CONFIGURABLE


@dataclass(frozen=True)
class WeighedItem:
    """An item with its weight among its brothers."""

    uid: str
    kind: NodeKind
    label: str
    title: str
    weight: Decimal
    depth: int
    only_child: bool
    """True where it has no brother: its weight changes nothing."""


@dataclass(frozen=True)
class SettingsVersion:
    """What held from a day on; None: from the beginning."""

    since: date | None
    substantial_from: Decimal
    due_soon_days: int
    grace_days: int | None


@dataclass(frozen=True)
class SettingsPage:
    """Everything the page of a plan's settings shows."""

    row: PlanRow
    plan_id: int
    items: tuple[WeighedItem, ...]
    past: tuple[SettingsVersion, ...]
    review_days: int
    is_drawn_up: bool
    """True before its approval: settings then hold from the beginning."""


@dataclass(frozen=True)
class Stand:
    """How an item stands: both figures, its level and its state."""

    validated: Decimal | None
    reported: Decimal | None
    level: CompletionLevel
    state: State


@dataclass(frozen=True)
class Effect:
    """An item that would stand otherwise."""

    kind: NodeKind
    label: str
    title: str
    before: Stand
    after: Stand


def list_plans(actor: Actor) -> Sequence[PlanRow]:
    """Every plan with its settings, the newest first; one query."""
    require(actor, Permission.PLAN_CONFIGURE)
    rows = db.session.scalars(select(ActionPlan).order_by(ActionPlan.number.desc()))
    return [_row(one) for one in rows]


def _row(plan: ActionPlan) -> PlanRow:
    settings = PlanSettings(plan.substantial_from, plan.due_soon_days, plan.grace_days)
    return PlanRow(plan.number, plan.title, plan.status, settings)


def get_settings(actor: Actor, number: int) -> SettingsPage:
    """A plan's settings, the weights of its items and what was set before; constantly many queries."""
    require(actor, Permission.PLAN_CONFIGURE)
    plan = db.session.scalar(select(ActionPlan).where(ActionPlan.number == number))
    if plan is None:
        raise NotFound("plan-not-found", number=number)
    return SettingsPage(
        row=_row(plan),
        plan_id=plan.id,
        items=_items(plan.id),
        past=_past(plan.uid),
        review_days=calendar_of(plan.id).review_days,
        is_drawn_up=plan.status in {PlanStatus.DRAFT, PlanStatus.CONSULTATION},
    )


def _items(plan_id: int) -> tuple[WeighedItem, ...]:
    """The plan's items in the order of its tree."""
    columns = (
        *(PlanNode.id, PlanNode.parent_id, PlanNode.uid, PlanNode.kind, PlanNode.label, PlanNode.title),
        *(PlanNode.weight, PlanNode.withdrawn_on),
    )
    rows = db.session.execute(
        select(*columns)
        .where(PlanNode.plan_id == plan_id, PlanNode.kind.in_(WEIGHED))
        .order_by(PlanNode.position, PlanNode.number, PlanNode.id)
    ).all()
    below: dict[int | None, list[int]] = {}
    for place, row in enumerate(rows):
        if row.withdrawn_on is None:
            below.setdefault(row.parent_id, []).append(place)

    def walk(parent_id: int, depth: int) -> Iterator[WeighedItem]:
        children = below.get(parent_id, [])
        for place in children:
            row = rows[place]
            yield WeighedItem(
                row.uid, row.kind, row.label, row.title, row.weight, depth, only_child=len(children) == 1
            )
            yield from walk(row.id, depth + 1)

    return tuple(walk(plan_id, 0))


def _past(uid: str) -> tuple[SettingsVersion, ...]:
    """What held from which day, the newest first; versions that changed something else are left out."""
    found: list[SettingsVersion] = []
    for content, since in db.session.execute(
        select(FactVersion.content, FactVersion.effective_on)
        .where(FactVersion.subject_uid == uid, FactVersion.subject_kind == NODE)
        .order_by(FactVersion.recorded_seq)
    ):
        texts = json.loads(content)["texts"]
        grace = texts.get("grace_days")
        one = SettingsVersion(
            since,
            _decimal(texts.get("substantial_from", "50")),
            int(texts.get("due_soon_days", "30")),
            int(grace) if grace else None,
        )
        if not found or _said(found[-1]) != _said(one):
            found.append(one)
    return tuple(reversed(found))


def _decimal(text: str) -> Decimal:
    """A threshold as versions keep it: a fraction of whole numbers."""
    over, _, under = text.partition("/")
    return Decimal(over) / Decimal(under or "1")


def _said(one: SettingsVersion) -> tuple[Decimal, int, int | None]:
    return one.substantial_from, one.due_soon_days, one.grace_days


def settings_effects(
    actor: Actor, plan_id: int, settings: PlanSettings, weights: Mapping[str, Decimal], today: date
) -> tuple[Effect, ...]:
    """What would stand otherwise today with those settings: plan, axes, commitments and milestones."""
    require(actor, Permission.PLAN_CONFIGURE)
    facts = plan_facts(plan_id, present(today))
    before = assess(facts, today)
    after = assess(configured(facts, settings, weights), today)
    pairs = zip(before.walk(), after.walk(), strict=True)
    return tuple(
        Effect(old.facts.kind, old.facts.label, old.facts.title, _stand(old), _stand(new))
        for old, new in pairs
        if _stand(old) != _stand(new)
    )


def _stand(one: NodeStatus) -> Stand:
    return Stand(_percent(one.validated), _percent(one.reported), one.level, one.state)


def _percent(share: Share) -> Decimal | None:
    return None if share.percent is None else as_percent(share.percent)


def grace_days_of(plan_id: int, default: int) -> int:
    """The days overdue after which a plan's institutions' heads are told, the installation's where unset."""
    own = db.session.scalar(select(ActionPlan.grace_days).where(ActionPlan.id == plan_id))
    return default if own is None else own
