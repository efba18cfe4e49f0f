"""One item of the plan in the work area: both figures, means with evidence, every report, requested dates."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from tracker.db import db
from tracker.domain.errors import NotFound
from tracker.domain.evidence import Access
from tracker.domain.facts import ProductFact
from tracker.domain.history import Cut
from tracker.domain.permissions import Actor, Permission, can
from tracker.domain.plans import NodeKind
from tracker.domain.progress import as_percent
from tracker.domain.schedule import Occurrence, Window, occurrences
from tracker.domain.snapshots import window_from
from tracker.domain.tree import NodeStatus, assess
from tracker.domain.workflow import ReportStatus
from tracker.models.plans import ActionPlan, PlanNode, Rescheduling, ReschedulingStatus
from tracker.models.progress import ProgressReport
from tracker.queries.history import plan_facts
from tracker.queries.progress_lines import OwnPart, own_parts
from tracker.queries.progress_reports import EvidenceRow, ReportVersion, load_versions
from tracker.queries.progress_scope import item, visible, with_line
from tracker.queries.reporting import reporting_institutions


@dataclass(frozen=True)
class Step:
    """What stands above the item."""

    kind: NodeKind
    label: str
    title: str


@dataclass(frozen=True)
class MeansRow:
    """One verification means with what was handed in for it."""

    uid: str
    text: str
    access: Access
    answered: bool
    evidence: tuple[EvidenceRow, ...]


@dataclass(frozen=True)
class ReschedulingRow:
    """A request for other dates and what became of it."""

    uid: str
    institution: str
    requested_at: datetime
    reason: str
    windows: tuple[Window, ...]
    status: ReschedulingStatus
    resolution: str
    resolution_number: str
    decided_on: date | None
    is_withdrawn: bool
    is_initiative: bool
    """Moved by the contact point itself, with a resolution and without a request."""
    may_withdraw: bool


@dataclass(frozen=True)
class ActivityPage:
    """All that the work area shows of one item."""

    node_id: int
    uid: str
    kind: NodeKind
    label: str
    title: str
    plan_number: int
    plan_uid: str
    line: tuple[Step, ...]
    status: NodeStatus
    means: tuple[MeansRow, ...]
    loose_evidence: tuple[EvidenceRow, ...]
    reports: tuple[ReportVersion, ...]
    own: tuple[OwnPart, ...]
    reschedulings: tuple[ReschedulingRow, ...]
    may_reschedule: bool
    may_record_letter: bool
    """The actor records official letters, and the item takes reports."""
    may_move: bool
    """May be given other dates by a resolution, without a request."""
    field_sources: dict[str, str]

    @property
    def windows(self) -> tuple[Window, ...]:
        """The windows in force."""
        return self.status.facts.schedule.current

    @property
    def occurrences(self) -> tuple[Occurrence, ...]:
        """Its separate due dates, in order."""
        return occurrences(self.windows, self.status.facts.schedule.frequency)

    @property
    def product(self) -> ProductFact | None:
        """The product whose planned quantity drives the percent, where exactly one states it."""
        planned = [one for one in self.status.facts.products if one.planned is not None]
        return planned[0] if len(planned) == 1 else None

    @property
    def expected(self) -> Decimal | None:
        """Where time says it should be, in percent; None where time is no fair measure."""
        share = self.status.own.standing.expected if self.status.own else None
        return None if share is None else as_percent(share)

    def part(self, institution_uid: str = "") -> OwnPart:
        """The part of the institution asked for, else the first that reports; else NotFound."""
        candidates = [one for one in self.own if institution_uid in {"", one.institution_uid}]
        chosen = next((one for one in candidates if one.may_report), None) or next(iter(candidates), None)
        if chosen is None:
            raise NotFound("item-not-found")
        return chosen

    def version(self, uid: str) -> ReportVersion:
        """The report version of that uid; NotFound for none that the actor may know of."""
        found = next((one for one in self.reports if one.uid == uid), None)
        if found is None:
            raise NotFound("report-not-found")
        return found

    def previous(self, version: ReportVersion) -> ReportVersion | None:
        """What the same institution had said before of the same line, whatever became of it."""
        earlier = [
            one
            for one in self.reports
            if one.institution_uid == version.institution_uid
            and one.occurrence == version.occurrence
            and one.created_at <= version.created_at
            and one.uid != version.uid
            and one.status is not ReportStatus.DRAFT
        ]
        return earlier[0] if earlier else None


def get_activity(actor: Actor, uid: str, today: date) -> ActivityPage:
    """One item as the actor may read it; NotFound where it is none of theirs."""
    node = _visible_node(actor, uid)
    plan = db.session.get_one(ActionPlan, node.plan_id)
    status, line = _assessed(node, today)
    reports = load_versions(actor, ProgressReport.node_id == node.id)
    open_plan = plan.takes_reports and not status.is_withdrawn
    own = own_parts(
        actor,
        status,
        reporting_institutions(node.id),
        reports,
        is_open=open_plan,
        today=today,
        due_soon_days=plan.due_soon_days,
    )
    requests = _reschedulings(actor, node.id)
    pending = any(one.status is ReschedulingStatus.REQUESTED for one in requests)
    return ActivityPage(
        node_id=node.id,
        uid=node.uid,
        kind=node.kind,
        label=node.label,
        title=node.title,
        plan_number=plan.number,
        plan_uid=plan.uid,
        line=line,
        status=status,
        means=tuple(_means_rows(status, reports)),
        loose_evidence=_loose(status, reports),
        reports=reports,
        own=own,
        reschedulings=requests,
        may_record_letter=open_plan and can(actor, Permission.REPORT_ON_BEHALF),
        may_reschedule=not pending and _may_ask(actor, own),
        may_move=not pending and open_plan and not own and can(actor, Permission.RESCHEDULING_DECIDE),
        field_sources=dict(node.field_sources),
    )


def _may_ask(actor: Actor, own: Sequence[OwnPart]) -> bool:
    """True for who asks for other dates on behalf of an institution that reports on the item."""
    return can(actor, Permission.RESCHEDULING_REQUEST) and any(one.may_report for one in own)


def _visible_node(actor: Actor, uid: str) -> PlanNode:
    found = db.session.scalar(with_line(select(item)).where(item.uid == uid, visible(actor)))
    if found is None:
        raise NotFound("item-not-found")
    node: PlanNode = found
    return node


def _assessed(node: PlanNode, today: date) -> tuple[NodeStatus, tuple[Step, ...]]:
    """The item with both figures as of today, and what stands above it."""
    facts = plan_facts(node.plan_id or 0, Cut(as_of=today), commitment_id=node.commitment_id)
    by_uid = {one.uid: one for one in facts.nodes}
    status = next(one for one in assess(facts, today).walk() if one.facts.uid == node.uid)
    steps: list[Step] = []
    parent = by_uid.get(status.facts.parent_uid or "")
    while parent is not None:
        steps.insert(0, Step(parent.kind, parent.label, parent.title))
        parent = by_uid.get(parent.parent_uid or "")
    return status, tuple(steps)


def _means_rows(status: NodeStatus, reports: Sequence[ReportVersion]) -> Iterable[MeansRow]:
    for means in status.facts.means:
        handed_in = (one for report in reports for one in report.evidence if means.uid in one.means_uids)
        yield MeansRow(
            means.uid, means.text, means.access, means.uid in status.coverage.answered, _distinct(handed_in)
        )


def _loose(status: NodeStatus, reports: Sequence[ReportVersion]) -> tuple[EvidenceRow, ...]:
    """What answers no means of the item, nor any more: an amendment may have left out the one it answered."""
    asked = {one.uid for one in status.facts.means}
    return _distinct(one for report in reports for one in report.evidence if not asked & set(one.means_uids))


def _distinct(rows: Iterable[EvidenceRow]) -> tuple[EvidenceRow, ...]:
    """The same bytes or link handed in with several versions once, as the newest version has it."""
    seen: dict[str, EvidenceRow] = {}
    for one in rows:
        seen.setdefault(one.sha256 or one.url, one)
    return tuple(seen.values())


def _reschedulings(actor: Actor, node_id: int) -> tuple[ReschedulingRow, ...]:
    rows = db.session.scalars(
        select(Rescheduling)
        .where(Rescheduling.node_id == node_id)
        .options(joinedload(Rescheduling.institution))
        .order_by(Rescheduling.id.desc())
    )
    return tuple(
        ReschedulingRow(
            uid=one.uid,
            institution=one.institution.label,
            requested_at=one.requested_at,
            reason=one.reason,
            windows=tuple(window_from(content) for content in one.windows),
            status=one.status,
            resolution=one.resolution,
            resolution_number=one.resolution_number,
            decided_on=one.decided_on,
            is_withdrawn=one.is_withdrawn,
            is_initiative=one.requested_by_uid == one.decided_by_uid and not one.is_withdrawn,
            may_withdraw=one.status is ReschedulingStatus.REQUESTED
            and can(actor, Permission.RESCHEDULING_REQUEST, institution_id=one.institution_id),
        )
        for one in rows
    )
