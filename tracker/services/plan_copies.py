"""Items put down again elsewhere: in another commitment of a draft, or in the next plan."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from tracker.domain.plans import OGP_VALUES, TEMPLATE_FIELDS, NodeKind
from tracker.domain.schedule import Window
from tracker.models.plans import Commitment, Milestone, PlanNode, Product, VerificationMeans
from tracker.services.plans import ItemSpec, RoleSpec, new_means, new_node, new_product


@dataclass
class Copier:
    """Puts items down again with all that is below them; rows that several shared are shared again."""

    keeps_quantities: bool = True
    """False where the quantity was promised by the words of another plan."""
    keeps_dates: bool = True
    made: dict[int, PlanNode] = field(default_factory=dict)
    """What was made, by the id of what it was made from."""
    _products: dict[int, Product] = field(default_factory=dict)
    _means: dict[int, VerificationMeans] = field(default_factory=dict)

    def copy(
        self,
        node: PlanNode,
        parent: PlanNode,
        number: int,
        below: Mapping[int, Iterable[PlanNode]],
        position: int | None = None,
    ) -> PlanNode:
        """One item under another, with its children as `below` names them by their parent's id."""
        spec = ItemSpec(
            number=number,
            title=node.title,
            position=position,
            weight=node.weight,
            windows=self._windows(node),
            frequency=node.frequency if self.keeps_dates else None,
            roles=[RoleSpec(one.institution, one.role, one.text) for one in node.roles],
            continuity=node.continuity if isinstance(node, Milestone) else None,
            **_template(node),
        )
        made = new_node(node.kind, parent, spec)
        made.products = [self._product(one, made) for one in node.products]
        made.means = [self._one_means(one, made) for one in node.means]
        self.made[node.id] = made
        for child in below.get(node.id, ()):
            self.copy(child, made, child.number, below, child.position)
        return made

    def _windows(self, node: PlanNode) -> list[Window]:
        if not self.keeps_dates:
            return []
        return [
            Window(one.end_on, one.start_on, one.end_precision, one.start_precision)
            for one in sorted(node.windows, key=lambda one: one.position)
            if one.revision == 0
        ]

    def _product(self, one: Product, node: PlanNode) -> Product:
        if one.id not in self._products:
            planned: Decimal | None = one.planned if self.keeps_quantities else None
            quote = one.quote if planned is not None else ""
            self._products[one.id] = new_product(node, one.text, unit=one.unit, planned=planned, quote=quote)
        return self._products[one.id]

    def _one_means(self, one: VerificationMeans, node: PlanNode) -> VerificationMeans:
        if one.id not in self._means:
            self._means[one.id] = new_means(node, one.text, access=one.access)
        return self._means[one.id]


def _template(node: PlanNode) -> dict[str, Any]:
    """The official template of a commitment; nothing of other levels."""
    if not isinstance(node, Commitment):
        return {}
    names = ("short_title", *TEMPLATE_FIELDS, *(f"value_{one}" for one in OGP_VALUES))
    contact = ("contact_names", "contact_posts", "contact_channels", "contact_visibility")
    return {
        "texts": {name: getattr(node, name) for name in (*names, *contact)},
        "financial": [(one.centavos, one.provider) for one in node.financial_resources],
    }


def children_of(nodes: Iterable[PlanNode]) -> dict[int, list[PlanNode]]:
    """Items by the id of what they stand on, in their order."""
    found: dict[int, list[PlanNode]] = {}
    for one in nodes:
        if one.parent_id is not None and one.kind is not NodeKind.PLAN:
            found.setdefault(one.parent_id, []).append(one)
    return found
