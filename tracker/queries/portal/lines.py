"""Items as the public pages list them, with their roll-up, out of an assessed tree."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from fractions import Fraction

from tracker.domain.assessment import CompletionLevel
from tracker.domain.facts import ProductFact
from tracker.domain.plans import NodeKind
from tracker.domain.progress import Figure, Share, as_percent
from tracker.domain.schedule import Frequency, Precision, Schedule, Window, is_overdue, occurrences
from tracker.domain.states import COMPLETE, State
from tracker.domain.tree import NodeStatus
from tracker.queries.portal.changes import AmendmentMark
from tracker.queries.portal.published import (
    Links,
    Part,
    PublicFigure,
    Statement,
    Variant,
    narrative_statements,
    parts_of,
    public_figure,
    variants_of,
)
from tracker.queries.portal.rows import Covered, Totals, institution_links, slipped

PAGE_SIZE = 100


@dataclass(frozen=True)
class PlanRef:
    """The plan that an item belongs to."""

    id: int
    number: int
    title: str
    milestone_word: str
    is_demo: bool
    is_over: bool


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
    number: int
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
    amendments: tuple[AmendmentMark, ...] = ()
    """The amendments that changed it."""
    later: tuple[str, ...] = ()
    """Which of its facts were recorded after the day that the page looks at."""

    @property
    def slippage(self) -> int | None:
        """Days between its due date as the plan was approved and the one in force; None where unmoved."""
        return slipped(self.due_on, self.baseline_due_on)


def walk(line: ItemLine) -> Iterator[ItemLine]:
    """An item and everything below it, in order."""
    yield line
    for child in line.children:
        yield from walk(child)


def marked(
    one: ItemLine,
    amendments: Mapping[str, tuple[AmendmentMark, ...]],
    later: Mapping[str, tuple[str, ...]] | None = None,
) -> ItemLine:
    """An item and everything below it, with the amendments that changed each and what was recorded later."""
    return replace(
        one,
        children=tuple(marked(child, amendments, later) for child in one.children),
        amendments=amendments.get(one.uid, one.amendments),
        later=(later or {}).get(one.uid, ()),
    )


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


def bare(status: NodeStatus, links: Links, today: date) -> ItemLine:
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
        number=facts.number,
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


def occasions_of(status: NodeStatus, today: date) -> tuple[Occasion, ...]:
    """Each occurrence of an item that has several, met or not."""
    own = status.own
    return occasions(status.facts.schedule, own.validated, own.reported, today) if own else ()


def occasions(
    schedule: Schedule, validated: Figure | None, reported: Figure | None, today: date
) -> tuple[Occasion, ...]:
    """Each occurrence of a schedule that has several: claimed, proven, or fallen due without either."""
    slots = occurrences(schedule.current, schedule.frequency)
    if len(slots) < 2:
        return ()
    claimed = reported.met if reported else {}
    proven = validated.met if validated else {}
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


def links_of(*trees: NodeStatus) -> Links:
    """The addresses of every institution named on a page of the trees."""
    uids: set[str] = set()
    for one in (each for tree in trees for each in tree.walk()):
        uids.update(role.institution.uid for role in one.roles)
        uids.update(
            report.institution.uid for report in (*one.narratives, *(one.own.reports if one.own else ()))
        )
    return institution_links(uids)
