"""The pages of a commitment and of an activity, from history, bounded by the commitment's size."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import Select

from tracker.db import db
from tracker.domain.errors import NotFound
from tracker.domain.history import Cut
from tracker.domain.plans import ContactVisibility, NodeKind, is_over
from tracker.domain.resources import amounts_of_plan
from tracker.domain.schedule import Window
from tracker.domain.states import State
from tracker.domain.tree import NodeStatus, assess
from tracker.models.current import NodeTotals
from tracker.models.plans import ActionPlan, Commitment
from tracker.queries.history import plan_facts
from tracker.queries.portal.assessments import AssessedRow, bare_row, get_assessed
from tracker.queries.portal.carried import Carried, carried_of
from tracker.queries.portal.changes import Move, marks_of, moves_of
from tracker.queries.portal.evidence import load_beside
from tracker.queries.portal.lines import (
    ItemLine,
    Occasion,
    PlanRef,
    bare,
    line,
    links_of,
    marked,
    occasions_of,
    walk,
)
from tracker.queries.portal.past import PastView, told_later
from tracker.queries.portal.published import MeansLine, Statement, accepted_evidence, means_lines, statement
from tracker.queries.portal.subjects import (
    ACTIVITY_FIGURES,
    ITEM,
    Subject,
    activity_subject,
    commitment_subject,
    item_with_plan,
)
from tracker.queries.resources import NO_RESOURCES, CommitmentResources, resources_of


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
    subject: Subject = field(compare=False)
    """The same as it is cited today, with its stored figures: no part of how it stood on another day."""
    past: PastView | None = None
    """The day looked at, where that is not today."""
    carried: Mapping[str, Carried] = field(default_factory=dict)
    """By uid, what continues from another plan or in one."""
    assessed: AssessedRow | None = None
    """What each assessor says of it."""
    resources: CommitmentResources = NO_RESOURCES

    @property
    def institutions(self) -> frozenset[str]:
        """Whoever has a part in it or in something below it."""
        return frozenset(part.institution.label for one in walk(self.item) for part in one.parts)

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
    subject: Subject | None = field(compare=False)
    """The same as it is cited today, as above; None for a milestone that delivers nothing itself."""
    past: PastView | None = None
    """The day looked at, where that is not today."""
    moves: tuple[Move, ...] = ()
    """How its dates were moved, in order."""
    carried: Mapping[str, Carried] = field(default_factory=dict)
    """By uid, what continues from another plan or in one."""


def get_commitment(
    plan_number: int, number: int, today: date, *, past: PastView | None = None, zone: str = "UTC"
) -> CommitmentPage:
    """The page of a commitment of a published plan on a day; NotFound where there is none."""
    own = Commitment.__table__
    contact_columns = ("contact_names", "contact_posts", "contact_channels", "contact_visibility")
    row = _find(
        item_with_plan(NodeTotals, *(own.c[name] for name in contact_columns))
        .join(own, own.c.id == ITEM.c.id)
        .where(ActionPlan.number == plan_number, ITEM.c.number == number)
        .order_by(ITEM.c.label),
        number=number,
    )
    cut = past.cut if past else Cut(today)
    facts = plan_facts(row.plan_id, cut, commitment_id=row.id)
    status = assess(facts, today)
    commitment = _only(status, lambda one: one.facts.kind is NodeKind.COMMITMENT)
    axis = next((one for one in status.walk() if one.facts.kind is NodeKind.AXIS), None)
    links = links_of(commitment)
    marks = marks_of(row.plan_id, [one.facts.uid for one in commitment.walk()], cut)
    past = past and told_later(past, row.plan_id, facts, zone=zone)
    contact = None
    if row.contact_visibility is ContactVisibility.PUBLIC and (row.contact_names or row.contact_posts):
        contact = Contact(row.contact_names, row.contact_posts, row.contact_channels)
    return CommitmentPage(
        plan=_plan_ref(row),
        axis=axis.facts.title if axis else "",
        number=number,
        item=marked(line(commitment, links, today), marks, past.later if past else {}),
        contact=contact,
        subject=commitment_subject(row),
        past=past,
        carried=carried_of({one.facts.uid: one.facts.title for one in commitment.walk()}),
        assessed=get_assessed(row.plan_id, row.commitment_id, _bare_row(commitment, today), cut),
        resources=resources_of(
            row.commitment_id, cut, amounts_of_plan(commitment.facts.texts.get("financial", ""))
        ),
    )


def _bare_row(commitment: NodeStatus, today: date) -> AssessedRow:
    node = commitment.facts
    return bare_row(node.number, node.label, node.title, node.uid, commitment.level, today)


def get_activity(uid: str, today: date, *, past: PastView | None = None, zone: str = "UTC") -> ActivityPage:
    """The page of an activity, or of a milestone, of a published plan on a day; else NotFound."""
    row = _find(
        item_with_plan(*ACTIVITY_FIGURES).where(
            ITEM.c.uid == uid, ITEM.c.kind.in_([NodeKind.ACTIVITY, NodeKind.MILESTONE])
        ),
        uid=uid,
    )
    cut = past.cut if past else Cut(today)
    facts = plan_facts(row.plan_id, cut, commitment_id=row.commitment_id)
    commitment = _only(assess(facts, today), lambda one: one.facts.kind is NodeKind.COMMITMENT)
    status = _only(commitment, lambda one: one.facts.uid == uid)
    links = links_of(commitment)
    parent = next((one for one in commitment.walk() if one.facts.uid == status.facts.parent_uid), commitment)
    own = status.own
    beside = load_beside(accepted_evidence(own.reports if own else ()))
    marks = marks_of(row.plan_id, [uid], cut)
    past = past and told_later(past, row.plan_id, facts, zone=zone)
    late = status.state in {State.OVERDUE, State.COMPLETE_LATE}
    return ActivityPage(
        plan=_plan_ref(row),
        commitment=bare(commitment, links, today),
        commitment_number=commitment.facts.number,
        milestone=bare(parent, links, today) if parent.facts.kind is NodeKind.MILESTONE else None,
        item=marked(line(status, links, today), marks, past.later if past else {}),
        baseline=status.facts.schedule.baseline,
        means=means_lines(status.facts, own.reports if own else (), beside),
        statements=tuple(
            statement(one, status.facts.means, links, beside)
            for one in (own.institution_reports if own else ())
        ),
        overdue_from=status.due_on if late else None,
        occasions=occasions_of(status, today),
        subject=activity_subject(row),
        past=past,
        moves=moves_of(uid, cut),
        carried=carried_of({uid: status.facts.title}),
    )


def _find(statement: Select[Any], **looked_for: Any) -> Any:
    row = db.session.execute(statement).first()
    if row is None:
        raise NotFound("node-not-found", **looked_for)
    return row


def _plan_ref(row: Any) -> PlanRef:
    return PlanRef(
        row.plan_id,
        row.plan_number,
        row.plan_title,
        row.plan_milestone_word,
        row.plan_is_demo,
        is_over(row.plan_status, is_historical=row.plan_is_historical),
    )


def _only(tree: NodeStatus, wanted: Callable[[NodeStatus], bool]) -> NodeStatus:
    """The item asked for; NotFound where it was not recorded yet at the cut."""
    found = next((one for one in tree.walk() if wanted(one)), None)
    if found is None:
        raise NotFound("node-not-recorded")
    return found
