"""The plan in course: its items, with windows counted in days from today."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from tracker.domain.carry_over import read_key
from tracker.domain.permissions import SYSTEM, Actor
from tracker.domain.plans import Continuity, NodeKind, PlanStatus, Role, Sector
from tracker.domain.schedule import Frequency, Precision, Window, add_months
from tracker.services import plans as services
from tracker.services.carry_over import continue_item
from tracker.services.versions import record_nodes


@dataclass
class Item:
    """An item as the story speaks of it."""

    uid: str
    means: list[str]


@dataclass
class PlanBuilder:
    """Puts the plan's data down, on a day counted from which everything else is."""

    actor: Actor
    content: dict[str, Any]
    today: date
    now: datetime
    items: dict[str, Item] = field(default_factory=dict)

    def build(self) -> int:
        """The whole plan, drawn up; gives its id."""
        self.institutions = dict(self._institutions())
        told = self.content["plan"]
        started = self.today - timedelta(days=230)
        self.plan = services.create_plan(
            self.actor,
            number=told["number"],
            title=told["title"],
            starts_on=date(started.year, 1, 1),
            ends_on=date(self.today.year + 1, 12, 31),
            status=PlanStatus.DRAFT,
            is_demo=True,
            now=self.now,
        )
        self.nodes: list[Any] = []
        for axis in self.content["axes"]:
            parent = self._put(NodeKind.AXIS, self.plan, axis, "")
            for commitment in axis["commitments"]:
                self._commitment(parent, commitment)
        record_nodes(self.actor, self.nodes, effective_on=None, now=self.now)
        for item, earlier in self.content.get("continues", {}).items():
            continue_item(self.actor, read_key(item), read_key(earlier), now=self.now)
        return self.plan.id

    def approve(self, on: date, now: datetime) -> None:
        """The plan is approved: from here on its dates are the baseline."""
        services.approve_plan(self.actor, self.plan, on=on, now=now)

    def _institutions(self) -> Iterator[tuple[str, Any]]:
        for acronym, told in self.content["institutions"].items():
            row, _ = services.find_or_create_institution(
                SYSTEM,
                acronym=acronym,
                name=told["name"],
                sector=Sector(told.get("sector", "public")),
                now=self.now,
            )
            yield acronym, row

    def _commitment(self, axis: Any, told: dict[str, Any]) -> None:
        key = str(told["number"])
        commitment = self._put(NodeKind.COMMITMENT, axis, told, key)
        for one in told.get("milestones", ()):
            milestone = self._put(NodeKind.MILESTONE, commitment, one, f"{key}/{one['number']}")
            for each in one["activities"]:
                self._put(NodeKind.ACTIVITY, milestone, each, f"{key}/{one['number']}.{each['number']}")
        for each in told.get("activities", ()):
            self._put(NodeKind.ACTIVITY, commitment, each, f"{key}/{each['number']}")

    def _put(self, kind: NodeKind, parent: Any, told: dict[str, Any], key: str) -> Any:
        node = services.new_node(kind, parent, self._spec(parent, told))
        self.nodes.append(node)
        self.items[key] = Item(node.uid, [one.uid for one in node.means])
        return node

    def _spec(self, parent: Any, told: dict[str, Any]) -> services.ItemSpec:
        planned = Decimal(told["planned"]) if "planned" in told else None
        quote = told["product"] if planned is not None else ""
        return services.ItemSpec(
            told["number"],
            told["title"],
            windows=self._windows(told),
            frequency=Frequency(told["frequency"]) if "frequency" in told else None,
            roles=[
                services.RoleSpec(self.institutions[acronym], Role(role))
                for acronym, role in told.get("roles", {}).items()
            ],
            products=[
                services.new_product(
                    parent, told["product"], unit=told.get("unit", ""), planned=planned, quote=quote
                )
            ]
            if "product" in told
            else [],
            means=[services.new_means(parent, text) for text in told.get("means", ())],
            continuity=Continuity(told["continuity"]) if "continuity" in told else None,
            texts=told.get("texts", {}),
        )

    def _windows(self, told: dict[str, Any]) -> list[Window]:
        if "months" in told:
            first, last = told["months"]
            end = add_months(self.today, last + 1) - timedelta(days=1)
            return [Window(end, add_months(self.today, first), Precision.MONTH, Precision.MONTH)]
        return [day_window(self.today, one) for one in told.get("windows", ())]


def day_window(today: date, days: list[int]) -> Window:
    """A window of days counted from today."""
    return Window(today + timedelta(days=days[1]), today + timedelta(days=days[0]))
