"""Plans in the database, made through the services, each in a transaction of its own.

    with app.app_context():
        made = make_plan(commitments=2, milestones=3, activities_per_milestone=4)
        made.activities[0].uid, made.lead.acronym

Rows are handed back as plain values (`NodeRef`), so that a test may use them after the session is gone.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal

from tests.support.snapshots import remembered
from tracker.db import transaction
from tracker.domain.permissions import SYSTEM
from tracker.domain.plans import NodeKind, PlanStatus, Role, Sector
from tracker.domain.schedule import Frequency, Precision, Window
from tracker.models.accounts import Institution
from tracker.models.plans import PlanNode
from tracker.services import plans as services
from tracker.services.totals import refresh_plan
from tracker.services.versions import record_nodes

TODAY = date(2026, 6, 15)
NOW = datetime(2026, 6, 15, 18, 0, tzinfo=UTC)
STARTED = datetime(2026, 1, 5, 15, 0, tzinfo=UTC)


@dataclass(frozen=True)
class InstitutionRef:
    """An institution as tests name it."""

    id: int
    uid: str
    acronym: str
    name: str
    slug: str


@dataclass(frozen=True)
class NodeRef:
    """An item as tests name it."""

    id: int
    uid: str
    number: int
    label: str
    title: str
    means: tuple[str, ...] = ()
    """The uids of its verification means."""


@dataclass
class MadePlan:
    """A plan and all that was made with it, in order."""

    id: int
    uid: str
    number: int
    lead: InstitutionRef
    helper: InstitutionRef
    axes: list[NodeRef] = field(default_factory=list)
    commitments: list[NodeRef] = field(default_factory=list)
    milestones: list[NodeRef] = field(default_factory=list)
    activities: list[NodeRef] = field(default_factory=list)

    @property
    def activity(self) -> NodeRef:
        """The first activity."""
        return self.activities[0]


def window(start: date | None, end: date, precision: Precision = Precision.DAY) -> Window:
    """A window with the same precision at both ends."""
    return Window(end, start, precision, precision)


YEAR_2026 = window(date(2026, 1, 1), date(2026, 12, 31), Precision.MONTH)


def make_institution(
    acronym: str = "INFOM", name: str = "", *, sector: Sector = Sector.PUBLIC, now: datetime = STARTED
) -> InstitutionRef:
    """An institution; the same one where it exists already. In a transaction of its own."""
    with transaction():
        return _ref(_institution(acronym, name, sector, now))


def _institution(acronym: str, name: str, sector: Sector, now: datetime) -> Institution:
    row, _ = services.find_or_create_institution(
        SYSTEM, acronym=acronym, name=name or f"Instituto {acronym}", sector=sector, now=now
    )
    return row


@remembered
def make_plan(
    number: int = 4,
    *,
    title: str = "Plan de acción de prueba",
    status: PlanStatus = PlanStatus.IN_COURSE,
    starts_on: date = date(2026, 1, 1),
    ends_on: date = date(2027, 12, 31),
    axes: int = 0,
    commitments: int = 1,
    milestones: int = 1,
    activities_per_milestone: int = 2,
    activities_per_commitment: int = 0,
    windows: Sequence[Window] = (YEAR_2026,),
    frequency: Frequency | None = None,
    means: Sequence[str] = ("Informe", "Fotografías"),
    product: str = "Producto entregado",
    planned: Decimal | None = None,
    lead: str = "INFOM",
    helper: str = "INAP",
    is_historical: bool = False,
    now: datetime = STARTED,
    today: date = TODAY,
) -> MadePlan:
    """A plan with that many items at each level, led by one institution with another co-responsible.

    `activities_per_commitment` are those without a milestone. Numbers of commitments run through the plan.
    """
    with transaction():
        one, other = (_institution(acronym, "", Sector.PUBLIC, now) for acronym in (lead, helper))
        plan = services.create_plan(
            SYSTEM,
            number=number,
            title=title,
            status=status,
            starts_on=starts_on,
            ends_on=ends_on,
            approved_on=starts_on,
            is_historical=is_historical,
            now=now,
        )
        made = MadePlan(plan.id, plan.uid, number, _ref(one), _ref(other))
        builder = _Builder(made, windows, frequency, means, product, planned, (one, other))
        builder.fill(plan, axes, commitments, milestones, activities_per_milestone, activities_per_commitment)
        record_nodes(SYSTEM, builder.nodes, effective_on=None, now=now)
        refresh_plan(plan.id, today)
    return made


@dataclass
class _Builder:
    made: MadePlan
    windows: Sequence[Window]
    frequency: Frequency | None
    means: Sequence[str]
    product: str
    planned: Decimal | None
    institutions: tuple[Institution, Institution]
    nodes: list[PlanNode] = field(default_factory=list)

    def fill(
        self, plan: PlanNode, axes: int, commitments: int, milestones: int, activities: int, direct: int
    ) -> None:
        """Put every level on the plan."""
        made = self.made
        parents = [self.add(NodeKind.AXIS, plan, n, made.axes) for n in range(1, axes + 1)] or [plan]
        for number in range(1, commitments + 1):
            parent = parents[(number - 1) % len(parents)]
            commitment = self.add(NodeKind.COMMITMENT, parent, number, made.commitments)
            for place in range(1, milestones + 1):
                milestone = self.add(NodeKind.MILESTONE, commitment, place, made.milestones)
                self.add_many(NodeKind.ACTIVITY, milestone, range(1, activities + 1), made.activities)
            self.add_many(NodeKind.ACTIVITY, commitment, range(1, direct + 1), made.activities)

    def add(self, kind: NodeKind, parent: PlanNode, number: int, refs: list[NodeRef]) -> PlanNode:
        return self.add_many(kind, parent, [number], refs)[0]

    def add_many(
        self, kind: NodeKind, parent: PlanNode, numbers: Iterable[int], refs: list[NodeRef]
    ) -> list[PlanNode]:
        nodes = services.new_nodes(kind, parent, [self.spec(kind, parent, number) for number in numbers])
        self.nodes.extend(nodes)
        for node in nodes:
            means = tuple(one.uid for one in node.means)
            refs.append(NodeRef(node.id, node.uid, node.number, node.label, node.title, means))
        return nodes

    def spec(self, kind: NodeKind, parent: PlanNode, number: int) -> services.ItemSpec:
        word = {
            NodeKind.AXIS: "Eje",
            NodeKind.COMMITMENT: "Compromiso",
            NodeKind.MILESTONE: "Hito",
            NodeKind.ACTIVITY: "Actividad",
        }[kind]
        title = f"{word} {services.child_label(kind, parent, number)}"
        if kind is not NodeKind.ACTIVITY:
            roles = self.roles() if kind is NodeKind.COMMITMENT else ()
            return services.ItemSpec(number, title, roles=roles)
        quote = f"{self.planned} unidades" if self.planned is not None else ""
        return services.ItemSpec(
            number,
            title,
            windows=self.windows,
            frequency=self.frequency,
            roles=self.roles(),
            products=[services.new_product(parent, self.product, planned=self.planned, quote=quote)]
            if self.product
            else (),
            means=[services.new_means(parent, text) for text in self.means],
        )

    def roles(self) -> list[services.RoleSpec]:
        lead, helper = self.institutions
        return [services.RoleSpec(lead, Role.LEAD), services.RoleSpec(helper, Role.CO_RESPONSIBLE)]


def _ref(row: Institution) -> InstitutionRef:
    return InstitutionRef(row.id, row.uid, row.acronym, row.name, row.slug)
