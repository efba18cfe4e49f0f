"""What happened in public since a place in the order of recording: what followers are told."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from zoneinfo import ZoneInfo

from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload

from tracker.db import db
from tracker.domain.compilation import CompilationKind, CompilationStatus
from tracker.domain.observations import SubjectKind, SubjectRef
from tracker.domain.plans import NodeKind
from tracker.domain.timeline import Entry
from tracker.domain.workflow import STANDING
from tracker.models.accounts import Institution
from tracker.models.amendments import Amendment, AmendmentChange, AmendmentStatus
from tracker.models.audit import AuditEvent
from tracker.models.citizens import Observation
from tracker.models.plans import ActionPlan, NodeRole, PlanNode, Rescheduling, ReschedulingStatus
from tracker.models.progress import ProgressReport, ReportEvent
from tracker.models.reports import CompiledReport
from tracker.queries.portal.rows import PUBLISHED
from tracker.queries.portal.topics import list_subjects
from tracker.queries.timeline import public_timeline

_TOLD = frozenset({"submitted", "no-progress", "validated", "overdue-opened", "dates-approved", "amended"})
_REPORT_PUBLISHED = "compilation:published"
_OVERDUE_OPENED = "overdue:opened"


@dataclass(frozen=True)
class Change:
    """One thing that happened in public, and whose followers it concerns."""

    seq: int
    what: str
    on: date
    path: str
    label: str
    title: str
    plan_number: int
    commitment: int | None
    followed: frozenset[SubjectRef]
    kind: NodeKind | None = None
    percent: Decimal | None = None
    institution: str = ""
    number: str = ""
    due_on: date | None = None
    report_kind: CompilationKind | None = None


def between(changes: Iterable[Change], since: int, until: int) -> tuple[Change, ...]:
    """What happened after one place and up to another, in order."""
    return tuple(sorted((one for one in changes if since < one.seq <= until), key=lambda one: one.seq))


def list_changes(since: int, *, zone: str, wanted: Collection[SubjectRef]) -> tuple[Change, ...]:
    """Everything public that was recorded since; each item's own is what its page tells, no more.

    Items that concern none of those wanted are left out unread: each costs its whole page.
    """
    return (*_of_items(since, zone, frozenset(wanted)), *_of_reports(since), *_of_observations(since, zone))


def _of_items(since: int, zone: str, wanted: frozenset[SubjectRef]) -> Iterator[Change]:
    nodes = _changed_nodes(since)
    numbers = {
        row.id: (row.number, row.uid)
        for row in db.session.scalars(
            select(PlanNode).where(PlanNode.id.in_({one.commitment_id or 0 for one, _plan in nodes}))
        )
    }
    parts = _parts([one for one, _plan in nodes])
    for node, plan in nodes:
        number, commitment_uid = numbers.get(node.commitment_id or 0, (None, ""))
        followed = {SubjectRef(SubjectKind.PLAN, plan.uid)}
        followed |= {
            SubjectRef(SubjectKind.INSTITUTION, f"{plan.uid}.{uid}") for uid in parts.get(node.id, ())
        }
        if commitment_uid:
            followed.add(SubjectRef(SubjectKind.COMMITMENT, commitment_uid))
        if not followed & wanted:
            continue
        for entry in public_timeline(node.id, node.uid, zone=zone, overdue_from=None):
            if _is_told(entry, since):
                yield _change(entry, node, plan, number, frozenset(followed))


def _is_told(entry: Entry, since: int) -> bool:
    """What was returned or withdrawn since is not news any more."""
    if entry.what not in _TOLD or entry.seq is None or entry.seq <= since:
        return False
    return entry.status is None or entry.status in STANDING


def _change(
    entry: Entry, node: PlanNode, plan: ActionPlan, commitment: int | None, followed: frozenset[SubjectRef]
) -> Change:
    base = f"/planes/{plan.number}"
    paths = {
        NodeKind.PLAN: f"{base}/enmiendas",
        NodeKind.AXIS: f"{base}/enmiendas",
        NodeKind.COMMITMENT: f"{base}/compromisos/{commitment}",
    }
    return Change(
        seq=entry.seq or 0,
        what=entry.what,
        on=entry.on,
        path=paths.get(node.kind, f"/actividades/{node.uid}"),
        label=node.label,
        title=node.title,
        plan_number=plan.number,
        commitment=commitment,
        followed=followed,
        kind=node.kind,
        percent=entry.percent,
        institution=", ".join(entry.institutions) or entry.office,
        number=entry.number,
        due_on=entry.due_on,
    )


def _changed_nodes(since: int) -> list[tuple[PlanNode, ActionPlan]]:
    """The items of published plans to which something happened, each with its plan."""
    reported = (
        select(ProgressReport.node_id)
        .join(ReportEvent, ReportEvent.report_id == ProgressReport.id)
        .where(ReportEvent.recorded_seq > since)
    )
    moved = select(Rescheduling.node_id).where(
        Rescheduling.recorded_seq > since, Rescheduling.status == ReschedulingStatus.APPROVED
    )
    amended = (
        select(AmendmentChange.node_id)
        .join(Amendment, Amendment.id == AmendmentChange.amendment_id)
        .where(Amendment.recorded_seq > since, Amendment.status == AmendmentStatus.APPROVED)
    )
    late = select(AuditEvent.subject_uid).where(AuditEvent.tag == _OVERDUE_OPENED, AuditEvent.seq > since)
    plans = {one.id: one for one in db.session.scalars(select(ActionPlan).where(PUBLISHED))}
    rows = db.session.scalars(
        select(PlanNode)
        .where(
            or_(
                PlanNode.id.in_(reported),
                PlanNode.id.in_(moved),
                PlanNode.id.in_(amended),
                PlanNode.uid.in_(late),
            ),
            PlanNode.plan_id.in_(plans),
        )
        .order_by(PlanNode.id)
    )
    return [(one, plans[one.plan_id]) for one in rows if one.plan_id is not None]


def _parts(nodes: Collection[PlanNode]) -> Mapping[int, frozenset[str]]:
    """The institutions of each item: its own, else those of what it stands under (rule 10)."""
    ids = {one for node in nodes for one in (node.id, node.parent_id, node.commitment_id)}
    rows = db.session.execute(
        select(NodeRole.node_id, Institution.uid)
        .join(Institution, Institution.id == NodeRole.institution_id)
        .where(NodeRole.node_id.in_(one for one in ids if one is not None))
    )
    own: dict[int | None, set[str]] = defaultdict(set)
    for node_id, uid in rows:
        own[node_id].add(uid)
    return {
        node.id: frozenset(own[node.id] or own[node.parent_id] or own[node.commitment_id]) for node in nodes
    }


def _of_reports(since: int) -> Iterator[Change]:
    """Compiled reports that were published: the plan's, and those of its parts."""
    rows = db.session.execute(
        select(AuditEvent.seq, CompiledReport)
        .join(CompiledReport, CompiledReport.uid == AuditEvent.subject_uid)
        .join(ActionPlan, ActionPlan.id == CompiledReport.plan_id)
        .where(
            AuditEvent.tag == _REPORT_PUBLISHED,
            AuditEvent.seq > since,
            CompiledReport.status == CompilationStatus.PUBLISHED,
            PUBLISHED,
        )
        .options(joinedload(CompiledReport.plan), joinedload(CompiledReport.institution))
        .order_by(AuditEvent.seq)
    ).all()
    commitments = _commitments({one.plan_id for _seq, one in rows})
    for seq, one in rows:
        followed = {SubjectRef(SubjectKind.PLAN, one.plan.uid)}
        if one.institution:
            followed.add(SubjectRef(SubjectKind.INSTITUTION, f"{one.plan.uid}.{one.institution.uid}"))
        if one.commitment_number is not None:
            uid = commitments.get((one.plan_id, one.commitment_number), "")
            followed.add(SubjectRef(SubjectKind.COMMITMENT, uid))
        yield Change(
            seq=seq,
            what="report-published",
            on=one.cutoff_on,
            path="/informes",
            label=one.institution.label if one.institution else "",
            title=one.plan.title,
            plan_number=one.plan.number,
            commitment=one.commitment_number,
            followed=frozenset(followed),
            report_kind=one.kind,
        )


def _commitments(plan_ids: Collection[int]) -> dict[tuple[int | None, int], str]:
    rows = db.session.execute(
        select(PlanNode.plan_id, PlanNode.number, PlanNode.uid).where(
            PlanNode.plan_id.in_(plan_ids), PlanNode.kind == NodeKind.COMMITMENT
        )
    )
    return {(plan_id, number): uid for plan_id, number, uid in rows}


def _of_observations(since: int, zone: str) -> Iterator[Change]:
    """Observations that were replied to, for who follows the same thing or what it is a part of."""
    rows = db.session.scalars(
        select(Observation).where(Observation.replied_seq > since).order_by(Observation.replied_seq)
    ).all()
    subjects = list_subjects([SubjectRef(one.subject_kind, one.subject_uid) for one in rows])
    for one in rows:
        subject = subjects.get(SubjectRef(one.subject_kind, one.subject_uid))
        if subject is None or one.replied_at is None:
            continue
        followed = {subject.ref, SubjectRef(SubjectKind.PLAN, subject.plan_uid)}
        if subject.commitment_uid:
            followed.add(SubjectRef(SubjectKind.COMMITMENT, subject.commitment_uid))
        yield Change(
            seq=one.replied_seq or 0,
            what="observation-replied",
            on=one.replied_at.astimezone(ZoneInfo(zone)).date(),
            path=f"/observaciones?sobre={subject.ref.address}#o-{one.uid}",
            label=subject.label,
            title=subject.title,
            plan_number=subject.plan_number,
            commitment=subject.commitment,
            followed=frozenset(followed),
            institution=one.replied_label,
        )
