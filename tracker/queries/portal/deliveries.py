"""Everything a plan has to deliver, one row an item: what its lists show and what its counts count."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from tracker.db import db
from tracker.domain.plans import NodeKind
from tracker.domain.schedule import days_late_by
from tracker.domain.states import COMPLETE, State
from tracker.domain.text import normalise
from tracker.queries.portal.parts import (
    CURRENT,
    INSTITUTIONS,
    NODES,
    NOT_ASKED,
    ROLES,
    InstitutionRow,
    by_institution,
    governs,
    is_silent,
    list_participations,
    taking_part,
)
from tracker.queries.portal.rows import Covered, PlanHeader, get_header, slipped

PAGE_SIZE = 50
_FULL = 100


@dataclass(frozen=True)
class DeliveryRow:
    """An activity, or a milestone that delivers itself, with its figures."""

    id: int
    uid: str
    kind: NodeKind
    label: str
    title: str
    commitment_id: int
    commitment: int
    commitment_title: str
    axis_id: int | None
    validated: Decimal | None
    validated_on: date | None
    reported: Decimal | None
    reported_on: date | None
    reported_by: str
    coverage: Covered
    state: State
    days_late: int | None
    due_on: date | None
    baseline_due_on: date | None
    computed_on: date
    leads: tuple[str, ...] = ()
    """Whose figure it is: who leads, else who coordinates."""

    @property
    def is_overdue(self) -> bool:
        """True where its due date passed and it is not complete."""
        return self.state is State.OVERDUE

    @property
    def is_complete(self) -> bool:
        """True where it is complete and proven."""
        return self.state in COMPLETE

    @property
    def is_silent(self) -> bool:
        """True where it has begun and nobody whose figure is its own has said anything."""
        return self.reported is None and self.state not in NOT_ASKED

    @property
    def is_unproven(self) -> bool:
        """True where it is reported at 100 % and a verification means is not answered."""
        claimed = self.reported is not None and self.reported >= _FULL
        return (
            claimed and self.coverage.answered < self.coverage.required and self.state is not State.WITHDRAWN
        )

    @property
    def gap(self) -> Decimal:
        """What is claimed beyond what is proven."""
        return max((self.reported or Decimal(0)) - (self.validated or 0), Decimal(0))

    @property
    def slippage(self) -> int | None:
        """Days between its due date as the plan was approved and the one in force; None where unmoved."""
        return slipped(self.due_on, self.baseline_due_on)

    def days_late_by(self, day: date) -> int:
        """Its days late as they stood on an earlier day, such as the plan's last."""
        if self.due_on is None or not self.days_late:
            return 0
        return days_late_by(self.days_late, self.due_on, self.computed_on, day)


# The words of the address: they are shown to people, so they are Spanish.
ONE_STATE: dict[str, State] = {
    "atrasadas": State.OVERDUE,
    "por-debajo": State.BEHIND,
    "vencen-pronto": State.DUE_SOON,
    "por-comprobar": State.AWAITING_VALIDATION,
    "en-curso": State.IN_PROGRESS,
    "sin-empezar": State.NOT_DUE,
    "sin-fecha": State.NO_DATE,
    "completas-antes": State.COMPLETE_EARLY,
    "completas-a-tiempo": State.COMPLETE_ON_TIME,
    "completas-tarde": State.COMPLETE_LATE,
    "completas-sin-fecha": State.COMPLETE_UNDATED,
    "retiradas": State.WITHDRAWN,
}
SEVERAL: dict[str, Callable[[DeliveryRow], bool]] = {
    "completas": lambda row: row.is_complete,
    "sin-informacion": lambda row: row.is_silent,
    "sin-evidencia": lambda row: row.is_unproven,
}
OWING = "debe-informar"
"""What an institution whose figure it would be has said nothing of, although it has begun."""
LEADS = "responde"
WITHOUT_AXIS = "ninguno"


def _late(row: DeliveryRow) -> tuple[Any, ...]:
    return (not row.is_overdue, -(row.days_late or 0) if row.is_overdue else 0)


def _due_next(row: DeliveryRow) -> tuple[Any, ...]:
    """What falls due from now on first, then what was due before, then what is done or has no date."""
    open_and_dated = row.due_on is not None and row.state not in COMPLETE | {State.WITHDRAWN}
    to_come = open_and_dated and row.due_on is not None and row.due_on >= row.computed_on
    return (not to_come, not open_and_dated, row.due_on or date.max)


def _coverage(row: DeliveryRow) -> tuple[Any, ...]:
    share = row.coverage.answered / row.coverage.required if row.coverage.required else 1.0
    return (share, -(row.coverage.required - row.coverage.answered))


ORDERS: dict[str, Callable[[DeliveryRow], tuple[Any, ...]]] = {
    "atraso": _late,
    "numero": lambda row: (),
    "avance": lambda row: (-(row.validated or -1),),
    "declarado": lambda row: (-(row.reported or -1),),
    "brecha": lambda row: (-row.gap,),
    "evidencia": _coverage,
    "vence": _due_next,
}


@dataclass(frozen=True)
class Asked:
    """Which deliveries a reader asked to see, and in what order; an empty word asks for everything."""

    state: str = ""
    institution: str = ""
    part: str = ""
    axis: str = ""
    commitment: str = ""
    q: str = ""
    order: str = "atraso"
    page: int = 1


_FIGURES = (
    *("validated_percent", "validated_on", "reported_percent", "reported_on", "reported_by"),
    *("answered", "required", "state", "days_late", "due_on", "baseline_due_on", "computed_on"),
)


@dataclass(frozen=True)
class PlanChoices:
    """A plan, and what its deliveries may be narrowed to."""

    header: PlanHeader
    axes: tuple[tuple[int, str, str], ...]
    """Id, label and title."""
    commitments: tuple[tuple[int, str], ...]
    institutions: tuple[InstitutionRow, ...]

    @property
    def axis_ids(self) -> frozenset[int]:
        """The ids of its axes."""
        return frozenset(one for one, _, _ in self.axes)


@dataclass(frozen=True)
class DeliveriesPage:
    """One page of a plan's deliveries, with how many there are in all and how many meet what was asked."""

    rows: tuple[DeliveryRow, ...]
    found: int
    total: int
    page: int
    pages: int


def list_deliveries(plan_id: int) -> tuple[DeliveryRow, ...]:
    """Everything a plan has to deliver, in its order, withdrawn items too; one query."""
    above = NODES.alias()
    columns = [NODES.c[name] for name in ("id", "uid", "kind", "label", "title", "commitment_id")]
    rows = db.session.execute(
        select(
            *columns,
            *(CURRENT.c[name] for name in _FIGURES),
            above.c.number.label("commitment"),
            above.c.title.label("commitment_title"),
            above.c.parent_id.label("axis_id"),
        )
        .select_from(
            CURRENT.join(NODES, NODES.c.id == CURRENT.c.node_id).join(
                above, above.c.id == NODES.c.commitment_id
            )
        )
        .where(NODES.c.plan_id == plan_id)
    )
    found = (_row(row) for row in rows)
    return tuple(sorted(found, key=lambda row: (row.commitment, _in_order(row.label), row.id)))


def _in_order(label: str) -> tuple[tuple[int, str], ...]:
    """2.10 stands after 2.9."""
    parts = label.split(".")
    return tuple((int("".join(c for c in part if c.isdigit()) or 0), part) for part in parts)


def _row(row: Any) -> DeliveryRow:
    return DeliveryRow(
        id=row.id,
        uid=row.uid,
        kind=NodeKind(row.kind),
        label=row.label,
        title=row.title,
        commitment_id=row.commitment_id,
        commitment=row.commitment,
        commitment_title=row.commitment_title,
        axis_id=row.axis_id,
        validated=row.validated_percent,
        validated_on=row.validated_on,
        reported=row.reported_percent,
        reported_on=row.reported_on,
        reported_by=row.reported_by,
        coverage=Covered(row.answered, row.required),
        state=State(row.state),
        days_late=row.days_late,
        due_on=row.due_on,
        baseline_due_on=row.baseline_due_on,
        computed_on=row.computed_on,
    )


def get_choices(number: int) -> PlanChoices:
    """What the deliveries of a published plan may be narrowed to; NotFound where there is no such plan."""
    header = get_header(number)
    rows = db.session.execute(
        select(*(NODES.c[name] for name in ("id", "kind", "number", "label", "title")))
        .where(NODES.c.plan_id == header.id, NODES.c.kind.in_([NodeKind.AXIS, NodeKind.COMMITMENT]))
        .order_by(NODES.c.position, NODES.c.number, NODES.c.id)
    ).all()
    return PlanChoices(
        header,
        tuple((row.id, row.label, row.title) for row in rows if row.kind is NodeKind.AXIS),
        tuple((row.number, row.title) for row in rows if row.kind is NodeKind.COMMITMENT),
        tuple(by_institution(list_participations(header.id))),
    )


def choose_deliveries(plan: PlanChoices, asked: Asked) -> DeliveriesPage:
    """One page of what was asked of a plan, in two queries; the last page for one beyond it."""
    rows = list_deliveries(plan.header.id)
    conditions = _conditions(plan, asked)
    found = [row for row in rows if all(meets(row) for meets in conditions)]
    found.sort(key=ORDERS.get(asked.order, _late))
    pages = max(1, -(-len(found) // PAGE_SIZE))
    page = min(max(asked.page, 1), pages)
    shown = with_leads(found[(page - 1) * PAGE_SIZE : page * PAGE_SIZE])
    return DeliveriesPage(shown, len(found), len(rows), page, pages)


def _conditions(plan: PlanChoices, asked: Asked) -> Sequence[Callable[[DeliveryRow], bool]]:
    conditions: list[Callable[[DeliveryRow], bool]] = []
    axes: dict[str, int | None] = {label: axis_id for axis_id, label, _ in plan.axes}
    axes[WITHOUT_AXIS] = None
    if asked.institution or asked.part or asked.state == OWING:
        ids = _taken_part(plan.header.id, asked)
        conditions.append(lambda row: row.id in ids)
    if asked.state in ONE_STATE:
        conditions.append(lambda row: row.state is ONE_STATE[asked.state])
    elif asked.state in SEVERAL:
        conditions.append(SEVERAL[asked.state])
    if asked.axis in axes:
        conditions.append(lambda row: in_axis(row.axis_id, plan.axis_ids, axes[asked.axis]))
    if asked.commitment:
        conditions.append(lambda row: str(row.commitment) == asked.commitment)
    if words := normalise(asked.q).split():
        conditions.append(lambda row: says(row, words))
    return conditions


def in_axis(parent_id: int | None, axis_ids: Collection[int], axis_id: int | None) -> bool:
    """True where a commitment's parent is the axis; where None is asked for, no axis at all."""
    return parent_id not in axis_ids if axis_id is None else parent_id == axis_id


def says(row: DeliveryRow, words: Iterable[str]) -> bool:
    """True where the item's number or title has every word, without regard to accents and case."""
    text = normalise(f"{row.label} {row.title}")
    return all(word in text for word in words)


def _taken_part(plan_id: int, asked: Asked) -> frozenset[int]:
    """The items in which the institution asked for (or anybody) has the part asked for."""
    statement = taking_part(CURRENT.c.node_id).where(NODES.c.plan_id == plan_id)
    if asked.institution:
        statement = statement.where(INSTITUTIONS.c.slug == asked.institution)
    if asked.part == LEADS:
        statement = statement.where(governs(), CURRENT.c.state != State.WITHDRAWN)
    if asked.state == OWING:
        statement = statement.where(is_silent())
    return frozenset(db.session.scalars(statement))


def by_state(rows: Iterable[DeliveryRow]) -> tuple[tuple[str, State, int], ...]:
    """How many deliveries are in each state, with the state's word in addresses; states of none left out."""
    counts = Counter(row.state for row in rows)
    return tuple((word, state, counts[state]) for word, state in ONE_STATE.items() if counts[state])


def most_late(rows: Iterable[DeliveryRow], most: int = 10) -> tuple[DeliveryRow, ...]:
    """The deliveries that are overdue, those with most days late first, with who answers for them."""
    return with_leads(sorted((row for row in rows if row.is_overdue), key=_late)[:most])


def with_leads(rows: Sequence[DeliveryRow]) -> tuple[DeliveryRow, ...]:
    """Some deliveries with the institutions whose figure is theirs, own or inherited."""
    found: dict[int, list[str]] = {}
    statement = taking_part(CURRENT.c.node_id, INSTITUTIONS.c.acronym, INSTITUTIONS.c.name)
    for node_id, acronym, name in db.session.execute(
        statement.where(CURRENT.c.node_id.in_([row.id for row in rows]), governs()).order_by(
            ROLES.c.position, ROLES.c.id
        )
    ):
        found.setdefault(node_id, []).append(acronym or name)
    return tuple(replace(row, leads=tuple(found.get(row.id, ()))) for row in rows)


def due_next(rows: Iterable[DeliveryRow]) -> dict[int, date]:
    """The next due date still to come of each commitment."""
    found: dict[int, date] = {}
    for row in rows:
        if not _due_next(row)[0] and row.due_on is not None:
            found[row.commitment_id] = min(row.due_on, found.get(row.commitment_id, row.due_on))
    return found
