"""What is published of items that deliver, each whole: both figures with who said and who accepted them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from tracker.db import db
from tracker.domain.errors import NotFound
from tracker.domain.facts import MeansFact, ProductFact
from tracker.domain.history import Cut
from tracker.domain.plans import NodeKind
from tracker.domain.progress import Figure
from tracker.domain.schedule import Frequency, Window
from tracker.domain.states import State
from tracker.domain.tree import NodeStatus, assess
from tracker.queries.history import plan_facts
from tracker.queries.portal.evidence import load_beside
from tracker.queries.portal.lines import Occasion, links_of, occasions_of, totals
from tracker.queries.portal.published import (
    Links,
    MeansLine,
    Part,
    Statement,
    accepted_evidence,
    means_lines,
    parts_of,
    public_figure,
    statement,
)
from tracker.queries.portal.rows import Covered, Totals
from tracker.queries.portal.subjects import ITEM, item_with_plan

# Of the template's fields, those that the page of a commitment shows; who to ask is a person, and none.
TEXTS = (
    *("summary", "problem", "causes", "baseline_situation", "description", "contribution"),
    *("expected_results", "relevance", "how_transparency", "how_accountability", "how_participation"),
    *("done_so_far", "additional_information", "budget", "linked_programmes", "development_plan_links"),
    *("sdg_links", "ogp_identifier", "template_version"),
)


@dataclass(frozen=True)
class ItemRef:
    """An item as others name it."""

    uid: str
    label: str
    title: str
    number: int


@dataclass(frozen=True)
class FigureRecord:
    """One of both figures: percent, day, whose, who accepted it and when, by which reports and evidence."""

    percent: Decimal
    on: date
    by: tuple[str, ...]
    reviewed: bool
    accepted_by: tuple[str, ...]
    accepted_at: datetime | None
    completed_on: date | None
    missing: tuple[str, ...]
    reports: tuple[str, ...]
    evidence: tuple[str, ...]
    """Uids of what was accepted with those reports."""


@dataclass(frozen=True)
class ActivityRecord:
    """An activity, or a milestone that delivers itself."""

    uid: str
    kind: NodeKind
    plan: int
    commitment: ItemRef
    milestone: ItemRef | None
    number: int
    label: str
    title: str
    windows: tuple[Window, ...]
    frequency: Frequency | None
    due_on: date | None
    baseline_due_on: date | None
    parts: tuple[Part, ...]
    products: tuple[ProductFact, ...]
    means: tuple[MeansFact, ...]
    validated: FigureRecord | None
    reported: FigureRecord | None
    coverage: Covered
    state: State
    days_late: int | None
    withdrawn_on: date | None


@dataclass(frozen=True)
class ActivityDetail:
    """The same with everything that answers its means, and what each institution says."""

    record: ActivityRecord
    means: tuple[MeansLine, ...]
    statements: tuple[Statement, ...]
    occasions: tuple[Occasion, ...]


@dataclass(frozen=True)
class MilestoneRecord:
    """A milestone with its roll-up and what stands below it."""

    item: ItemRef
    windows: tuple[Window, ...]
    totals: Totals
    withdrawn_on: date | None
    activities: tuple[ActivityRecord, ...]


@dataclass(frozen=True)
class CommitmentRecord:
    """A commitment with its roll-up; its texts, milestones and activities where it stands by itself."""

    plan: int
    item: ItemRef
    axis: str
    totals: Totals
    parts: tuple[Part, ...]
    withdrawn_on: date | None
    texts: dict[str, str] = field(default_factory=dict)
    milestones: tuple[MilestoneRecord, ...] = ()
    activities: tuple[ActivityRecord, ...] = ()


def item_ref(status: NodeStatus) -> ItemRef:
    """How others name an item."""
    facts = status.facts
    return ItemRef(facts.uid, facts.label, facts.title, facts.number)


def figure_record(figure: Figure | None) -> FigureRecord | None:
    """A figure as it is published, with the reports it is made of and their accepted evidence."""
    shown = public_figure(figure)
    if figure is None or shown is None:
        return None
    return FigureRecord(
        percent=shown.percent,
        on=shown.on,
        by=shown.by,
        reviewed=shown.reviewed,
        accepted_by=shown.decided_by,
        accepted_at=shown.decided_at,
        completed_on=shown.completed_on,
        missing=shown.missing,
        reports=tuple(one.uid for one in figure.reports),
        evidence=tuple(dict.fromkeys(one.uid for one in accepted_evidence(figure.reports))),
    )


def activity_record(plan: int, commitment: NodeStatus, status: NodeStatus, links: Links) -> ActivityRecord:
    """An item that delivers, out of the assessed tree of its commitment."""
    facts, own = status.facts, status.own
    above = next((one for one in commitment.walk() if one.facts.uid == facts.parent_uid), None)
    is_below = above is not None and above.facts.kind is NodeKind.MILESTONE
    return ActivityRecord(
        uid=facts.uid,
        kind=facts.kind,
        plan=plan,
        commitment=item_ref(commitment),
        milestone=item_ref(above) if above is not None and is_below else None,
        number=facts.number,
        label=facts.label,
        title=facts.title,
        windows=facts.schedule.current,
        frequency=facts.schedule.frequency,
        due_on=status.due_on,
        baseline_due_on=status.baseline_due_on,
        parts=parts_of(status.roles, links),
        products=facts.products,
        means=facts.means,
        validated=figure_record(own.validated if own else None),
        reported=figure_record(own.reported if own else None),
        coverage=Covered(len(own.coverage.answered), len(own.coverage.required)) if own else Covered(),
        state=own.standing.state if own else status.state,
        days_late=own.standing.days_late if own else status.days_late,
        withdrawn_on=facts.withdrawn_on,
    )


def load_commitments(plan_id: int, cut: Cut, ids: Iterable[int] | None = None) -> Sequence[NodeStatus]:
    """The assessed commitments of a plan at a cut, or some of them, in a constant number of queries."""
    facts = plan_facts(plan_id, cut, commitment_ids=None if ids is None else sorted(set(ids)))
    tree = assess(facts, cut.as_of)
    return [one for one in tree.walk() if one.facts.kind is NodeKind.COMMITMENT]


def get_activity_record(uid: str, cut: Cut) -> ActivityDetail:
    """An activity of a published plan, or a milestone that delivers itself, at a cut; else NotFound."""
    row, commitment = _find(uid, cut, NodeKind.ACTIVITY, NodeKind.MILESTONE)
    status = _of_uid(commitment.walk(), uid)
    own = status.own
    if own is None:
        raise NotFound("node-not-found", uid=uid)
    links = links_of(commitment)
    beside = load_beside(accepted_evidence(own.reports))
    return ActivityDetail(
        record=activity_record(row.plan_number, commitment, status, links),
        means=means_lines(status.facts, own.reports, beside),
        statements=tuple(
            statement(one, status.facts.means, links, beside) for one in own.institution_reports
        ),
        occasions=occasions_of(status, cut.as_of),
    )


def get_commitment_record(uid: str, cut: Cut) -> CommitmentRecord:
    """A commitment of a published plan with everything below it, at a cut; else NotFound."""
    row, commitment = _find(uid, cut, NodeKind.COMMITMENT)
    links = links_of(commitment)

    def records(found: Iterable[NodeStatus]) -> tuple[ActivityRecord, ...]:
        return tuple(activity_record(row.plan_number, commitment, one, links) for one in found)

    texts = commitment.facts.texts
    return CommitmentRecord(
        plan=row.plan_number,
        item=item_ref(commitment),
        axis=row.axis,
        totals=totals(commitment, cut.as_of),
        parts=parts_of(commitment.facts.roles, links),
        withdrawn_on=commitment.facts.withdrawn_on,
        texts={name: texts[name] for name in TEXTS if texts.get(name)},
        milestones=tuple(
            MilestoneRecord(
                item_ref(one),
                one.facts.schedule.current,
                totals(one, cut.as_of),
                one.facts.withdrawn_on,
                records(([one] if one.own else []) + list(one.children)),
            )
            for one in commitment.children
            if one.facts.kind is NodeKind.MILESTONE
        ),
        activities=records(one for one in commitment.children if one.facts.kind is NodeKind.ACTIVITY),
    )


@dataclass(frozen=True)
class _Row:
    plan_number: int
    axis: str


def _find(uid: str, cut: Cut, *kinds: NodeKind) -> tuple[_Row, NodeStatus]:
    """The plan's number and the assessed commitment of a published item."""
    row: Any = db.session.execute(item_with_plan().where(ITEM.c.uid == uid, ITEM.c.kind.in_(kinds))).first()
    if row is None:
        raise NotFound("node-not-found", uid=uid)
    facts = plan_facts(row.plan_id, cut, commitment_ids=[row.commitment_id])
    tree = assess(facts, cut.as_of)
    axis = next((one.facts.title for one in tree.walk() if one.facts.kind is NodeKind.AXIS), "")
    commitment = next((one for one in tree.walk() if one.facts.kind is NodeKind.COMMITMENT), None)
    if commitment is None:
        raise NotFound("node-not-recorded")
    return _Row(row.plan_number, axis), commitment


def _of_uid(found: Iterable[NodeStatus], uid: str) -> NodeStatus:
    wanted: Callable[[NodeStatus], bool] = lambda one: one.facts.uid == uid  # noqa: E731 - a name for the test
    status = next(filter(wanted, found), None)
    if status is None:
        raise NotFound("node-not-recorded")
    return status
