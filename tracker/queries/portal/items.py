"""The pages of a commitment and of an activity, from history, bounded by the commitment's size."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from sqlalchemy import select

from tracker.db import db
from tracker.domain.assessment import CompletionLevel
from tracker.domain.errors import NotFound
from tracker.domain.facts import ProductFact
from tracker.domain.history import Cut
from tracker.domain.plans import ContactVisibility, NodeKind
from tracker.domain.progress import Share, as_percent
from tracker.domain.schedule import Frequency, Precision, Window, is_overdue, occurrences
from tracker.domain.states import COMPLETE, State
from tracker.domain.tree import NodeStatus, assess
from tracker.models.plans import ActionPlan, Commitment
from tracker.queries.history import plan_facts
from tracker.queries.portal.evidence import load_pictures
from tracker.queries.portal.parts import NODES
from tracker.queries.portal.published import (
    Links,
    MeansLine,
    Part,
    PublicFigure,
    Statement,
    Variant,
    accepted_evidence,
    means_lines,
    narrative_statements,
    parts_of,
    public_figure,
    statement,
    variants_of,
)
from tracker.queries.portal.rows import PUBLISHED, Covered, Totals, institution_links

PAGE_SIZE = 100


@dataclass(frozen=True)
class PlanRef:
    """The plan that an item belongs to."""

    id: int
    number: int
    title: str
    milestone_word: str
    is_demo: bool


@dataclass(frozen=True)
class Occasion:
    """One occurrence of an item: its due date, and whether it was met."""

    start_on: date | None
    due_on: date
    precision: Precision
    claimed: bool
    proven: bool
    completed_on: date | None
    missed: bool
    """Fallen due without having been claimed."""


@dataclass(frozen=True)
class ItemLine:
    """A milestone or an activity as its commitment lists it."""

    uid: str
    kind: NodeKind
    label: str
    title: str
    weight: Fraction
    windows: tuple[Window, ...]
    span: Window | None
    """From the first to the last planned day of what stands below."""
    frequency: Frequency | None
    due_on: date | None
    baseline_due_on: date | None
    parts: tuple[Part, ...]
    inherits_parts: bool
    products: tuple[ProductFact, ...]
    totals: Totals
    delivers: bool
    validated: PublicFigure | None
    reported: PublicFigure | None
    state: State
    days_late: int | None
    withdrawn_on: date | None
    variants: tuple[Variant, ...] = ()
    texts: Mapping[str, str] = field(default_factory=dict)
    narratives: tuple[Statement, ...] = ()
    children: tuple[ItemLine, ...] = ()


@dataclass(frozen=True)
class Contact:
    """Who to ask, where the commitment's contact is public."""

    names: str
    posts: str
    channels: str


@dataclass(frozen=True)
class CommitmentPage:
    """Everything the page of a commitment shows."""

    plan: PlanRef
    axis: str
    number: int
    item: ItemLine
    contact: Contact | None

    @property
    def withdrawn(self) -> tuple[ItemLine, ...]:
        """Items taken out of the plan by themselves, in order."""
        return tuple(one for one in walk(self.item) if one.withdrawn_on is not None)


@dataclass(frozen=True)
class ActivityPage:
    """Everything the page of an activity (or of a milestone that delivers itself) shows."""

    plan: PlanRef
    commitment: ItemLine
    commitment_number: int
    milestone: ItemLine | None
    item: ItemLine
    baseline: tuple[Window, ...]
    means: tuple[MeansLine, ...]
    statements: tuple[Statement, ...]
    overdue_from: date | None
    """The due date that was missed, or met late."""
    occasions: tuple[Occasion, ...]


def walk(line: ItemLine) -> Iterator[ItemLine]:
    """An item and everything below it, in order."""
    yield line
    for child in line.children:
        yield from walk(child)


@dataclass(frozen=True)
class ShownPage:
    """Which activities of a long commitment one page shows, by uid."""

    uids: frozenset[str]
    page: int
    pages: int

    def shows(self, milestone: ItemLine) -> bool:
        """True where the milestone has an activity on this page, or has none and the page is the first."""
        below = [one.uid for one in milestone.children]
        return any(uid in self.uids for uid in below) if below else self.page == 1


def choose_page(commitment: ItemLine, page: int) -> ShownPage:
    """One page of a commitment's activities in their order, with the milestones they stand under."""
    activities = [one.uid for one in walk(commitment) if one.kind is NodeKind.ACTIVITY]
    pages = max(1, -(-len(activities) // PAGE_SIZE))
    page = min(max(page, 1), pages)
    return ShownPage(frozenset(activities[(page - 1) * PAGE_SIZE : page * PAGE_SIZE]), page, pages)


def get_commitment(plan_number: int, number: int, today: date) -> CommitmentPage:
    """The page of a commitment of a published plan; NotFound where there is none."""
    node, own = NODES.alias(), Commitment.__table__
    contact_columns = ("contact_names", "contact_posts", "contact_channels", "contact_visibility")
    row = _find(
        select(*(own.c[name] for name in contact_columns))
        .join_from(own, node, node.c.id == own.c.id)
        .join(ActionPlan, ActionPlan.id == node.c.plan_id)
        .where(ActionPlan.number == plan_number, node.c.number == number)
        .order_by(node.c.label),
        node.c.id.label("commitment_id"),
        number=number,
    )
    status = _assessed(row.plan_id, row.commitment_id, today)
    commitment = _only(status, NodeKind.COMMITMENT)
    axis = next((one for one in status.walk() if one.facts.kind is NodeKind.AXIS), None)
    links = _links(commitment)
    contact = None
    if row.contact_visibility is ContactVisibility.PUBLIC and (row.contact_names or row.contact_posts):
        contact = Contact(row.contact_names, row.contact_posts, row.contact_channels)
    return CommitmentPage(
        plan=_plan_ref(row),
        axis=axis.facts.title if axis else "",
        number=number,
        item=line(commitment, links, today),
        contact=contact,
    )


def get_activity(uid: str, today: date) -> ActivityPage:
    """The page of an activity, or of a milestone, of a published plan; NotFound where there is none."""
    node = NODES.alias()
    row = _find(
        select(node.c.id)
        .join_from(node, ActionPlan, ActionPlan.id == node.c.plan_id)
        .where(node.c.uid == uid, node.c.kind.in_([NodeKind.ACTIVITY, NodeKind.MILESTONE])),
        node.c.commitment_id.label("commitment_id"),
        uid=uid,
    )
    tree = _assessed(row.plan_id, row.commitment_id, today)
    commitment = _only(tree, NodeKind.COMMITMENT)
    status = next(one for one in commitment.walk() if one.facts.uid == uid)
    links = _links(commitment)
    parent = next((one for one in commitment.walk() if one.facts.uid == status.facts.parent_uid), commitment)
    own = status.own
    pictures = load_pictures(accepted_evidence(own.reports if own else ()))
    late = status.state in {State.OVERDUE, State.COMPLETE_LATE}
    return ActivityPage(
        plan=_plan_ref(row),
        commitment=_bare(commitment, links, today),
        commitment_number=commitment.facts.number,
        milestone=_bare(parent, links, today) if parent.facts.kind is NodeKind.MILESTONE else None,
        item=line(status, links, today),
        baseline=status.facts.schedule.baseline,
        means=means_lines(status.facts, own.reports if own else (), pictures),
        statements=tuple(
            statement(one, status.facts.means, links, pictures)
            for one in (own.institution_reports if own else ())
        ),
        overdue_from=status.due_on if late else None,
        occasions=_occasions(status, today),
    )


def _find(statement: Any, *columns: Any, **looked_for: Any) -> Any:
    """The row of an item with its plan, where the plan is published."""
    row = db.session.execute(
        statement.add_columns(
            *columns,
            ActionPlan.id.label("plan_id"),
            ActionPlan.number.label("plan_number"),
            ActionPlan.title.label("plan_title"),
            ActionPlan.milestone_word,
            ActionPlan.is_demo,
        ).where(PUBLISHED)
    ).first()
    if row is None:
        raise NotFound("node-not-found", **looked_for)
    return row


def _plan_ref(row: Any) -> PlanRef:
    return PlanRef(row.plan_id, row.plan_number, row.plan_title, row.milestone_word, row.is_demo)


def _assessed(plan_id: int, commitment_id: int, today: date) -> NodeStatus:
    return assess(plan_facts(plan_id, Cut(as_of=today), commitment_id=commitment_id), today)


def _only(status: NodeStatus, kind: NodeKind) -> NodeStatus:
    return next(one for one in status.walk() if one.facts.kind is kind)


def _links(commitment: NodeStatus) -> Links:
    """The addresses of every institution named on a page of the commitment."""
    uids: set[str] = set()
    for one in commitment.walk():
        uids.update(role.institution.uid for role in one.roles)
        uids.update(
            report.institution.uid for report in (*one.narratives, *(one.own.reports if one.own else ()))
        )
    return institution_links(uids)


def _percent(share: Share) -> Decimal | None:
    return None if share.percent is None else as_percent(share.percent)


def _mean(share: Share) -> Decimal | None:
    return None if share.informed_mean is None else as_percent(share.informed_mean)


def totals(status: NodeStatus, today: date) -> Totals:
    """The roll-up of an assessed item."""
    delivering = [one for one in status.walk() if one.own is not None and not one.is_withdrawn]
    return Totals(
        validated=_percent(status.validated),
        reported=_percent(status.reported),
        validated_mean=_mean(status.validated),
        reported_mean=_mean(status.reported),
        validated_informed=status.validated.informed,
        reported_informed=status.reported.informed,
        validated_with_withdrawn=_percent(status.validated_with_withdrawn),
        reported_with_withdrawn=_percent(status.reported_with_withdrawn),
        withdrawn=sum(one.own is not None and one.is_withdrawn for one in status.walk()),
        total=status.reported.total,
        not_started=status.reported.not_started,
        coverage=Covered(len(status.coverage.answered), len(status.coverage.required)),
        expected=None if status.expected is None else as_percent(status.expected),
        overdue=sum(one.own is not None and one.own.standing.state is State.OVERDUE for one in delivering),
        unproven=sum(_is_unproven(one) for one in delivering),
        complete=sum(one.own is not None and one.own.standing.state in COMPLETE for one in delivering),
        state=status.state,
        days_late=status.days_late,
        due_on=status.due_on,
        level=status.level if status.validated.total else CompletionLevel.NO_EVIDENCE,
        computed_on=today,
    )


def _is_unproven(status: NodeStatus) -> bool:
    own = status.own
    return bool(own and own.reported and own.reported.is_complete and own.coverage.missing)


def _bare(status: NodeStatus, links: Links, today: date) -> ItemLine:
    """An item without what stands below it."""
    return _line(status, links, today, ())


def line(status: NodeStatus, links: Links, today: date) -> ItemLine:
    """An item with everything below it."""
    return _line(status, links, today, tuple(line(child, links, today) for child in status.children))


def _line(status: NodeStatus, links: Links, today: date, children: tuple[ItemLine, ...]) -> ItemLine:
    facts, own = status.facts, status.own
    return ItemLine(
        uid=facts.uid,
        kind=facts.kind,
        label=facts.label,
        title=facts.title,
        weight=facts.weight,
        windows=facts.schedule.current,
        span=_span(children),
        frequency=facts.schedule.frequency,
        due_on=status.due_on,
        baseline_due_on=status.baseline_due_on,
        parts=parts_of(status.roles, links),
        inherits_parts=status.roles_inherited,
        products=facts.products,
        totals=totals(status, today),
        delivers=own is not None,
        validated=public_figure(own.validated) if own else None,
        reported=public_figure(own.reported) if own else None,
        state=status.state,
        days_late=status.days_late,
        withdrawn_on=facts.withdrawn_on,
        variants=variants_of(facts.variants),
        texts=facts.texts,
        narratives=narrative_statements(status.narratives, links),
        children=children,
    )


def _span(children: tuple[ItemLine, ...]) -> Window | None:
    """From the first to the last planned day of some items, to the month."""
    windows = [w for one in children for w in (one.windows or ((one.span,) if one.span else ()))]
    if not windows:
        return None
    starts = [window.start or window.end for window in windows]
    return Window(max(w.end for w in windows), min(starts), Precision.MONTH, Precision.MONTH)


def _occasions(status: NodeStatus, today: date) -> tuple[Occasion, ...]:
    """Each occurrence of an item that has several, met or not."""
    schedule, own = status.facts.schedule, status.own
    slots = occurrences(schedule.current, schedule.frequency)
    if own is None or len(slots) < 2:
        return ()
    claimed = own.reported.met if own.reported else {}
    proven = own.validated.met if own.validated else {}
    return tuple(
        Occasion(
            slot.start_on,
            slot.due_on,
            slot.precision,
            slot.key in claimed,
            slot.key in proven,
            claimed.get(slot.key),
            missed=slot.key not in claimed and is_overdue(slot.due_on, today),
        )
        for slot in slots
    )
