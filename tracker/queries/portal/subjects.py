"""What can be cited, embedded and followed: a plan, a commitment, an activity, an institution in a plan."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, func, or_, select, union_all

from tracker.db import db
from tracker.domain.errors import NotFound
from tracker.domain.plans import NodeKind
from tracker.domain.states import State
from tracker.models.audit import AuditEvent
from tracker.models.current import NodeTotals
from tracker.models.plans import ActionPlan, FactVersion
from tracker.models.progress import ProgressReport, ReportEvent
from tracker.queries.portal.institutions import InstitutionHead, Tally, find_institution
from tracker.queries.portal.parts import CURRENT, INSTITUTIONS, NODES, taking_part
from tracker.queries.portal.rows import PUBLISHED, PlanHeader, Totals, get_header, totals_of


class SubjectKind(StrEnum):
    """The pages that have a card, an embed, a feed and a calendar."""

    PLAN = "plan"
    COMMITMENT = "commitment"
    ACTIVITY = "activity"
    INSTITUTION = "institution"


@dataclass(frozen=True)
class ActivityFigures:
    """Both figures of an item that delivers, with their days."""

    validated: Decimal | None
    validated_on: date | None
    reported: Decimal | None
    reported_on: date | None
    state: State
    days_late: int | None


@dataclass(frozen=True)
class Subject:
    """One of them, published, with its stored figures: those of its kind."""

    kind: SubjectKind
    id: int
    uid: str
    plan_id: int
    plan_number: int
    plan_title: str
    milestone_word: str
    label: str
    title: str
    node_kind: NodeKind | None = None
    commitment: int | None = None
    slug: str = ""
    withdrawn_on: date | None = None
    is_demo: bool = False
    on: date | None = None
    """The day of the figures."""
    totals: Totals | None = None
    activity: ActivityFigures | None = None
    tally: Tally | None = None

    @property
    def place(self) -> dict[str, Any]:
        """What its addresses are made of."""
        if self.kind is SubjectKind.PLAN:
            return {"number": self.plan_number}
        if self.kind is SubjectKind.INSTITUTION:
            return {"number": self.plan_number, "slug": self.slug}
        return {"uid": self.uid}


@dataclass(frozen=True)
class LastRecorded:
    """The last thing recorded of a plan: its place in the order of recording, and when."""

    seq: int
    at: datetime


def find_subject(kind: SubjectKind, **place: Any) -> Subject:
    """The published subject at an address, in at most three queries; else NotFound."""
    return _FINDERS[kind](**place)


def commitment_uid(number: int, commitment: int) -> str:
    """The uid of a commitment by its number in a published plan; NotFound where there is none."""
    node = NODES.alias()
    uid = db.session.scalar(
        select(node.c.uid)
        .join_from(node, ActionPlan, ActionPlan.id == node.c.plan_id)
        .where(
            ActionPlan.number == number,
            node.c.kind == NodeKind.COMMITMENT,
            node.c.number == commitment,
            PUBLISHED,
        )
        .order_by(node.c.label)
    )
    if uid is None:
        raise NotFound("node-not-found", number=commitment)
    return str(uid)


def belongs_to(subject: Subject) -> ColumnElement[bool]:
    """The items of a subject, as a condition on the plan's nodes."""
    if subject.kind is SubjectKind.PLAN:
        return NODES.c.plan_id == subject.id
    if subject.kind is SubjectKind.COMMITMENT:
        return NODES.c.commitment_id == subject.id
    if subject.kind is SubjectKind.ACTIVITY:
        return NODES.c.id == subject.id
    part = taking_part(NODES.c.id).where(NODES.c.plan_id == subject.plan_id, INSTITUTIONS.c.id == subject.id)
    return NODES.c.id.in_(part)


def last_recorded(plan_id: int) -> LastRecorded | None:
    """The last fact recorded of a plan, of names too, or the last step of its reports; in one query.

    With the day it says which figures a page showed: what is recorded afterwards is left out (rule 8).
    """
    facts = select(func.max(FactVersion.recorded_seq)).where(
        or_(FactVersion.plan_id == plan_id, FactVersion.plan_id.is_(None))
    )
    steps = (
        select(func.max(ReportEvent.recorded_seq))
        .join(ProgressReport, ProgressReport.id == ReportEvent.report_id)
        .join(NODES, NODES.c.id == ProgressReport.node_id)
        .where(NODES.c.plan_id == plan_id)
    )
    both = union_all(facts, steps).subquery()
    row = db.session.execute(
        select(AuditEvent.seq, AuditEvent.at).where(
            AuditEvent.seq == select(func.max(both.c[0])).scalar_subquery()
        )
    ).first()
    return LastRecorded(row.seq, row.at) if row else None


def _plan(number: int) -> Subject:
    return plan_subject(get_header(number))


def plan_subject(header: PlanHeader) -> Subject:
    """A plan that was read already."""
    return Subject(
        kind=SubjectKind.PLAN,
        id=header.id,
        uid=header.uid,
        label=str(header.number),
        title=header.title,
        on=header.totals.computed_on,
        totals=header.totals,
        **_of_plan(header),
    )


def _of_plan(header: PlanHeader) -> dict[str, Any]:
    return {
        "plan_id": header.id,
        "plan_number": header.number,
        "plan_title": header.title,
        "milestone_word": header.milestone_word,
        "is_demo": header.is_demo,
    }


def _institution(number: int, slug: str) -> Subject:
    return institution_subject(find_institution(number, slug))


def institution_subject(found: InstitutionHead) -> Subject:
    """An institution in a plan that was read already."""
    return Subject(
        kind=SubjectKind.INSTITUTION,
        id=found.id,
        uid=found.uid,
        label=found.institution.label,
        title=found.institution.name,
        slug=found.institution.slug,
        on=found.header.totals.computed_on,
        tally=found.tally,
        **_of_plan(found.header),
    )


def _commitment(uid: str) -> Subject:
    return commitment_subject(_node(uid, NodeTotals, kinds=(NodeKind.COMMITMENT,)))


def commitment_subject(row: Any) -> Subject:
    """A commitment out of a row that `item_with_plan` reads, with its NodeTotals."""
    totals = totals_of(row.NodeTotals)
    return _of_node(row, SubjectKind.COMMITMENT, on=totals.computed_on, totals=totals)


def _activity(uid: str) -> Subject:
    row = _node(uid, *ACTIVITY_FIGURES, kinds=(NodeKind.ACTIVITY, NodeKind.MILESTONE))
    subject = activity_subject(row)
    if subject is None:
        raise NotFound("node-not-found", uid=uid)
    return subject


def activity_subject(row: Any) -> Subject | None:
    """An item that delivers, out of a row that `item_with_plan` reads, with its figures; else None."""
    if row.state is None:
        return None
    figures = ActivityFigures(
        validated=row.validated_percent,
        validated_on=row.validated_on,
        reported=row.reported_percent,
        reported_on=row.reported_on,
        state=State(row.state),
        days_late=row.days_late,
    )
    return _of_node(row, SubjectKind.ACTIVITY, on=row.computed_on, activity=figures)


ITEM = NODES.alias()
ACTIVITY_FIGURES: tuple[Any, ...] = tuple(
    CURRENT.c[name]
    for name in (
        *("validated_percent", "validated_on", "reported_percent", "reported_on"),
        *("state", "days_late", "computed_on"),
    )
)


def item_with_plan(*figures: Any) -> Select[Any]:
    """Items (`ITEM`) of published plans with what their pages begin with, and some stored figures."""
    above = NODES.alias()
    own: list[Any] = [ITEM.c[name] for name in ("id", "uid", "kind", "label", "title", "withdrawn_on")]
    number = select(above.c.number).where(above.c.id == ITEM.c.commitment_id).scalar_subquery()
    names = ("id", "number", "title", "milestone_word", "is_demo", "status", "is_historical")
    plan = [getattr(ActionPlan, name) for name in names]
    return (
        select(
            *own,
            ITEM.c.commitment_id,
            number.label("commitment"),
            *(one.label(f"plan_{one.key}") for one in plan),
            *figures,
        )
        .join_from(ITEM, ActionPlan, ActionPlan.id == ITEM.c.plan_id)
        .outerjoin(NodeTotals, NodeTotals.node_id == ITEM.c.id)
        .outerjoin(CURRENT, CURRENT.c.node_id == ITEM.c.id)
        .where(PUBLISHED)
    )


def _node(uid: str, *figures: Any, kinds: tuple[NodeKind, ...]) -> Any:
    statement = item_with_plan(*figures).where(ITEM.c.uid == uid, ITEM.c.kind.in_(kinds))
    row = db.session.execute(statement).first()
    if row is None:
        raise NotFound("node-not-found", uid=uid)
    return row


def _of_node(row: Any, kind: SubjectKind, **figures: Any) -> Subject:
    return Subject(
        kind=kind,
        id=row.id,
        uid=row.uid,
        plan_id=row.plan_id,
        plan_number=row.plan_number,
        plan_title=row.plan_title,
        milestone_word=row.plan_milestone_word,
        label=row.label,
        title=row.title,
        node_kind=NodeKind(row.kind),
        commitment=row.commitment,
        withdrawn_on=row.withdrawn_on,
        is_demo=row.plan_is_demo,
        **figures,
    )


_FINDERS: dict[SubjectKind, Callable[..., Subject]] = {
    SubjectKind.PLAN: _plan,
    SubjectKind.COMMITMENT: _commitment,
    SubjectKind.ACTIVITY: _activity,
    SubjectKind.INSTITUTION: _institution,
}
