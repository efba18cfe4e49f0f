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
from tracker.domain.plans import NodeKind, Role
from tracker.domain.progress import as_percent
from tracker.domain.schedule import Occurrence, Window, occurrences
from tracker.domain.snapshots import window_from
from tracker.domain.tree import NodeStatus, assess
from tracker.domain.workflow import AWAITING_DECISION, STANDING, ReportStatus
from tracker.models.accounts import Institution
from tracker.models.plans import ActionPlan, PlanNode, Rescheduling, ReschedulingStatus
from tracker.models.progress import ProgressReport
from tracker.queries.history import plan_facts
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
class OwnPart:
    """One of the actor's institutions that takes part in the item, with its last report."""

    institution_uid: str
    institution: str
    role: Role | None
    latest: ReportVersion | None
    may_report: bool

    @property
    def draft(self) -> ReportVersion | None:
        """The draft that is being written, if there is one."""
        return self.latest if self.latest and self.latest.status is ReportStatus.DRAFT else None

    @property
    def in_review(self) -> bool:
        """True while its last report waits for a decision, so that no other can be written."""
        return self.latest is not None and self.latest.status in AWAITING_DECISION

    @property
    def to_correct(self) -> ReportVersion | None:
        """The returned or withdrawn report that the next draft starts from."""
        back = {ReportStatus.RETURNED, ReportStatus.WITHDRAWN}
        return self.latest if self.latest and self.latest.status in back else None


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
    decided_on: date | None
    is_own: bool


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
        """What the same institution had said before: its last earlier report that stands or was returned."""
        earlier = [
            one
            for one in self.reports
            if one.institution_uid == version.institution_uid
            and one.created_at <= version.created_at
            and one.uid != version.uid
            and one.status is not ReportStatus.DRAFT
        ]
        return earlier[0] if earlier else None

    def said_before(self, part: OwnPart) -> Decimal | None:
        """The percent that the institution last declared and that still stands."""
        return next(
            (
                one.percent
                for one in self.reports
                if one.institution_uid == part.institution_uid
                and one.status in STANDING
                and one.percent is not None
            ),
            None,
        )


def get_activity(actor: Actor, uid: str, today: date) -> ActivityPage:
    """One item as the actor may read it; NotFound where it is none of theirs."""
    node = _visible_node(actor, uid)
    plan = db.session.get_one(ActionPlan, node.plan_id)
    status, line = _assessed(node, today)
    reports = load_versions(actor, ProgressReport.node_id == node.id)
    open_plan = plan.takes_reports and node.withdrawn_on is None
    own = _own_parts(actor, node, reports, open_plan)
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
        loose_evidence=_distinct(one for report in reports for one in report.evidence if not one.means_uids),
        reports=reports,
        own=own,
        reschedulings=requests,
        may_reschedule=not pending
        and can(actor, Permission.RESCHEDULING_REQUEST)
        and any(one.may_report for one in own),
        field_sources=dict(node.field_sources),
    )


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


def _own_parts(
    actor: Actor, node: PlanNode, reports: Sequence[ReportVersion], open_plan: bool
) -> tuple[OwnPart, ...]:
    parts = reporting_institutions(node.id)
    reported = {one.institution_id for one in reports}
    ids = actor.institution_ids & (set(parts) | reported)
    rows = db.session.scalars(select(Institution).where(Institution.id.in_(ids)).order_by(Institution.id))
    return tuple(
        OwnPart(
            institution_uid=one.uid,
            institution=one.label,
            role=parts.get(one.id),
            latest=next((r for r in reports if r.institution_id == one.id), None),
            may_report=open_plan
            and one.id in parts
            and can(actor, Permission.REPORT_SUBMIT, institution_id=one.id),
        )
        for one in rows
    )


def _means_rows(status: NodeStatus, reports: Sequence[ReportVersion]) -> Iterable[MeansRow]:
    for means in status.facts.means:
        handed_in = (one for report in reports for one in report.evidence if means.uid in one.means_uids)
        yield MeansRow(
            means.uid, means.text, means.access, means.uid in status.coverage.answered, _distinct(handed_in)
        )


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
            decided_on=one.decided_on,
            is_own=one.institution_id in actor.institution_ids,
        )
        for one in rows
    )


def find_draft_uid(node_uid: str, institution_uid: str) -> str | None:
    """The draft that an institution is writing on an item: one at a time."""
    return db.session.scalar(
        select(ProgressReport.uid)
        .join(PlanNode, PlanNode.id == ProgressReport.node_id)
        .join(Institution, Institution.id == ProgressReport.institution_id)
        .where(
            PlanNode.uid == node_uid,
            Institution.uid == institution_uid,
            ProgressReport.status == ReportStatus.DRAFT,
        )
        .order_by(ProgressReport.id.desc())
        .limit(1)
    )
