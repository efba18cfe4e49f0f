"""The items of a round's sheet: where they stand in the plan, what they deliver, what is proven of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from tracker.db import db
from tracker.domain.evidence import Access
from tracker.domain.plans import NodeKind, Role
from tracker.domain.progress import FULL
from tracker.domain.rounds import occurrence_standing
from tracker.domain.schedule import Frequency, Occurrence, Schedule, ScheduleRevision, Window, occurrences
from tracker.domain.states import State
from tracker.domain.workflow import AWAITING_DECISION, ReportAction, ReportStatus
from tracker.models.current import ActivityCurrent
from tracker.models.evidence import Evidence, evidence_means
from tracker.models.plans import NodeWindow, Product, VerificationMeans, means_nodes, product_nodes
from tracker.models.progress import ProgressReport, ReportEvent
from tracker.models.rounds import RoundItem
from tracker.queries.progress_scope import above, commitment, item, plan, standing_on
from tracker.queries.round_lines import answers, is_late, lines, part
from tracker.queries.round_reports import LineReports


@dataclass(frozen=True)
class SheetLine:
    """One line that a round asks of an institution, as its row has it."""

    node_id: int
    uid: str
    kind: NodeKind
    label: str
    title: str
    frequency: Frequency | None
    occurrence: str
    commitment: str
    commitment_title: str
    milestone: str
    role: Role | None
    current: ActivityCurrent
    due_soon_days: int
    answer_id: int | None
    late: bool

    @property
    def due_on(self) -> date | None:
        """When the item as a whole is due."""
        return self.current.due_on


def list_sheet_lines(round_id: int, institution_id: int) -> list[SheetLine]:
    """The lines of a round that an institution is asked for, in the plan's order."""
    answered = answers([round_id])
    rows = db.session.execute(
        lines(
            select(
                item,
                above.position.label("above_position"),
                above.number.label("above_number"),
                commitment.number.label("group_number"),
                RoundItem.occurrence,
                commitment.label.label("group"),
                commitment.title.label("group_title"),
                above.kind.label("above_kind"),
                above.label.label("above_label"),
                above.title.label("above_title"),
                part.role.label("part"),
                ActivityCurrent,
                plan.due_soon_days.label("due_soon_days"),
                answered.c.report_id.label("answer_id"),
                is_late(answered).label("late"),
            ),
            answered,
        )
        .where(RoundItem.round_id == round_id, RoundItem.institution_id == institution_id)
        .order_by(RoundItem.id)
    )
    return [_line(row) for row in sorted(rows, key=_place)]


def _place(row: Any) -> tuple[Any, ...]:
    """By commitment, then as they stand in it: a milestone before what it holds."""
    node = row[0]
    own = (node.position, node.number, node.id)
    held = row.above_kind is NodeKind.MILESTONE
    above_it = ((row.above_position, row.above_number, node.parent_id),) if held else ()
    return row.group_number or 0, row.group or "", (*above_it, own)


def _line(row: Any) -> SheetLine:
    node, current = row[0], row.ActivityCurrent
    return SheetLine(
        node_id=node.id,
        uid=node.uid,
        kind=node.kind,
        label=node.label,
        title=node.title,
        frequency=node.frequency,
        occurrence=row.occurrence,
        commitment=row.group or "",
        commitment_title=row.group_title or "",
        milestone=f"{row.above_label} {row.above_title}" if row.above_kind is NodeKind.MILESTONE else "",
        role=row.part,
        current=current,
        due_soon_days=row.due_soon_days,
        answer_id=row.answer_id,
        late=bool(row.late),
    )


@dataclass(frozen=True)
class ItemOfSheet:
    """What is known of an item whoever reports on it."""

    schedule: Schedule
    product: ItemProduct
    means: tuple[MeansOfItem, ...]

    def slot(self, key: str) -> Occurrence | None:
        """The occurrence of that key, as the windows in force have it."""
        slots = occurrences(self.schedule.current, self.schedule.frequency) if key else ()
        return next((one for one in slots if one.key == key), None)


def read_items(nodes: Mapping[int, Frequency | None], today: date) -> dict[int, ItemOfSheet]:
    """The items of a sheet, by id, in a constant number of queries."""
    schedules, products, means = _schedules_of(nodes), _products_of(nodes), _means_of(nodes, today)
    return {
        one: ItemOfSheet(schedules[one], products.get(one, ItemProduct()), means.get(one, ()))
        for one in nodes
    }


def standing_of(row: SheetLine, of: ItemOfSheet, said: LineReports, today: date) -> tuple[State, int | None]:
    """State and days late of a line: of its own occurrence where it has one, else of the item."""
    slot = of.slot(row.occurrence)
    if slot is None:
        current = row.current
        return standing_on(current.state, current.days_late, current.due_on, current.computed_on, today)
    newest = said.newest
    if newest and newest.status in AWAITING_DECISION and newest.percent == FULL:
        return State.AWAITING_VALIDATION, 0
    return occurrence_standing(of.schedule, slot, today, due_soon_days=row.due_soon_days)


@dataclass(frozen=True)
class MeansOfItem:
    """One verification means of an item."""

    uid: str
    text: str
    access: Access
    is_proven: bool


def _means_of(node_ids: Collection[int], today: date) -> dict[int, tuple[MeansOfItem, ...]]:
    """The verification means of each item; proven by evidence that a validation accepted, dated by then."""
    proven = _proven(node_ids, today)
    rows = db.session.execute(
        select(means_nodes.c.node_id, VerificationMeans)
        .join(VerificationMeans, VerificationMeans.id == means_nodes.c.means_id)
        .where(means_nodes.c.node_id.in_(node_ids))
        .order_by(VerificationMeans.id)
    )
    found: dict[int, list[MeansOfItem]] = defaultdict(list)
    for node_id, means in rows:
        is_proven = means.id in proven.get(node_id, ())
        found[node_id].append(MeansOfItem(means.uid, means.text, means.access, is_proven))
    return {node_id: tuple(means) for node_id, means in found.items()}


def _proven(node_ids: Collection[int], today: date) -> dict[int, set[int]]:
    """Ids of the means of each item that accepted evidence answers."""
    decisions = db.session.execute(
        select(ReportEvent.report_id, ReportEvent.accepted_evidence)
        .join(ProgressReport, ProgressReport.id == ReportEvent.report_id)
        .where(
            ProgressReport.node_id.in_(node_ids),
            ProgressReport.status == ReportStatus.VALIDATED,
            ReportEvent.action == ReportAction.VALIDATE,
        )
        .order_by(ReportEvent.recorded_seq)
    )
    accepted = {row.report_id: set(row.accepted_evidence) for row in decisions}
    rows = db.session.execute(
        select(ProgressReport.node_id, ProgressReport.id, Evidence.uid, evidence_means.c.means_id)
        .join(Evidence, Evidence.report_id == ProgressReport.id)
        .join(evidence_means, evidence_means.c.evidence_id == Evidence.id)
        .where(
            ProgressReport.node_id.in_(node_ids),
            ProgressReport.status == ReportStatus.VALIDATED,
            Evidence.effective_on <= today,
        )
    )
    found: dict[int, set[int]] = defaultdict(set)
    for node_id, report_id, uid, means_id in rows:
        if uid in accepted.get(report_id, ()):
            found[node_id].add(means_id)
    return found


@dataclass(frozen=True)
class ItemProduct:
    """What an item delivers in words; with the one planned quantity that drives its percent."""

    text: str = ""
    planned: Decimal | None = None
    unit: str = ""


def _products_of(node_ids: Collection[int]) -> dict[int, ItemProduct]:
    """The products of each item."""
    rows = db.session.execute(
        select(product_nodes.c.node_id, Product)
        .join(Product, Product.id == product_nodes.c.product_id)
        .where(product_nodes.c.node_id.in_(node_ids))
        .order_by(Product.id)
    )
    found: dict[int, list[Product]] = defaultdict(list)
    for node_id, product in rows:
        found[node_id].append(product)
    return {node_id: _product(products) for node_id, products in found.items()}


def _product(products: Sequence[Product]) -> ItemProduct:
    text = "; ".join(one.text for one in products)
    planned = [one for one in products if one.planned is not None]
    if len(planned) != 1:
        return ItemProduct(text)
    return ItemProduct(text, planned[0].planned, planned[0].unit)


def _schedules_of(nodes: Mapping[int, Frequency | None]) -> dict[int, Schedule]:
    """The schedule of each item, by id with its frequency, out of the rows of its windows."""
    rows = db.session.scalars(
        select(NodeWindow)
        .where(NodeWindow.node_id.in_(nodes))
        .order_by(NodeWindow.node_id, NodeWindow.revision, NodeWindow.position)
    )
    revisions: dict[int, dict[int, list[NodeWindow]]] = defaultdict(lambda: defaultdict(list))
    for row in rows:
        revisions[row.node_id][row.revision].append(row)
    return {
        node_id: Schedule(tuple(_revision(one) for one in revisions[node_id].values()), frequency)
        for node_id, frequency in nodes.items()
    }


def _revision(rows: Iterable[NodeWindow]) -> ScheduleRevision:
    rows = list(rows)
    windows = (Window(w.end_on, w.start_on, w.end_precision, w.start_precision) for w in rows)
    return ScheduleRevision(tuple(windows), rows[0].from_on)
