"""A plan's facts at a cut, from history alone, in a constant number of queries (design section 2, rule 8)."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from fractions import Fraction
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, func, select
from sqlalchemy.orm import aliased

from tracker.db import db
from tracker.domain.assessment import Thresholds
from tracker.domain.canonical import decode
from tracker.domain.errors import NotFound
from tracker.domain.facts import (
    DecisionFact,
    EvidenceFact,
    InstitutionRef,
    NodeFacts,
    PlanFacts,
    RedactionFact,
    ReportFact,
)
from tracker.domain.history import Cut, RecordedAction, latest, status_at
from tracker.domain.plans import NodeKind
from tracker.domain.resources import ResourceEntry
from tracker.domain.self_assessment import Statement
from tracker.domain.snapshots import institution_from, node_from, parse_day
from tracker.domain.target_years import Acceptance
from tracker.domain.targets import RecordedTargets
from tracker.domain.workflow import ReportAction, ReportStatus
from tracker.models.accounts import Institution
from tracker.models.audit import AuditEvent
from tracker.models.evidence import Evidence, Redaction, StoredFile, evidence_means
from tracker.models.plans import FactVersion, PlanNode, VerificationMeans
from tracker.models.progress import ProgressReport, ReportEvent

NODE = "node"
# Set in the last version of an item that was taken out of a plan while it was being written.
REMOVED = "removed"
INSTITUTION = "institution"
ASSESSMENT = "assessment"
TARGETS = "targets"
SEAT = "seat"
MEETING = "meeting"
AGREEMENT = "agreement"
WORKING_GROUP = "working_group"
TARGETS_ACCEPTED = "targets-taken"
INDICATOR = "indicator"
RESOURCE = "resource"


def sequence_at(instant: datetime) -> int:
    """The sequence of the last event recorded by an instant; 0 before the first."""
    return db.session.scalar(select(func.max(AuditEvent.seq)).where(AuditEvent.at <= instant)) or 0


def last_sequence() -> int:
    """The sequence of the last event recorded."""
    return db.session.scalar(select(func.max(AuditEvent.seq))) or 0


def get_plan_id(number: int) -> int:
    """The id of the plan with that number; NotFound where there is none."""
    found = db.session.scalar(
        select(PlanNode.id).where(PlanNode.kind == NodeKind.PLAN, PlanNode.number == number)
    )
    if found is None:
        raise NotFound("plan-not-found", number=number)
    return found


def plan_facts(
    plan_id: int, cut: Cut, *, commitment_id: int | None = None, commitment_ids: Collection[int] | None = None
) -> PlanFacts:
    """All facts of a plan (or of some commitments and what stands above them) that count at a cut."""
    names = institution_names(cut)
    within = commitment_ids if commitment_id is None else (commitment_id,)
    contents = _node_contents(plan_id, cut, within)
    nodes = tuple(_renamed(node_from(content), names) for content in contents)
    roots = [
        (node, content) for node, content in zip(nodes, contents, strict=True) if node.kind is NodeKind.PLAN
    ]
    if not roots:
        raise NotFound("plan-not-recorded", as_of=cut.as_of.isoformat())
    root, content = roots[0]
    plan = content["texts"]
    return PlanFacts(
        root=root,
        nodes=nodes,
        reports=_reports(plan_id, cut, within, names),
        thresholds=Thresholds(substantial=Fraction(plan.get("substantial_from", "50"))),
        starts_on=parse_day(plan.get("starts_on") or None),
        ends_on=parse_day(plan.get("ends_on") or None),
        due_soon_days=int(plan.get("due_soon_days", "30")),
    )


def nodes_at(plan_id: int, cut: Cut) -> tuple[NodeFacts, ...]:
    """The items of a plan at a cut without anything reported on them, in two queries."""
    names = institution_names(cut)
    return tuple(_renamed(node_from(one), names) for one in _node_contents(plan_id, cut, None))


def statements_at(plan_id: int, cut: Cut) -> tuple[Statement, ...]:
    """What each assessor says of a plan and its commitments at a cut, institutions under their names then."""
    names = institution_names(cut)
    where = FactVersion.plan_id == plan_id, FactVersion.subject_kind == ASSESSMENT
    found = (decode(Statement, content) for content in _versions(*where, cut=cut))
    return tuple(
        replace(one, institution=names.get(one.institution.uid, one.institution)) if one.institution else one
        for one in found
    )


def targets_at(cut: Cut) -> tuple[RecordedTargets, ...]:
    """Every table of targets at a cut, institutions under their names then."""
    names = institution_names(cut)
    contents = _versions(FactVersion.subject_kind == TARGETS, cut=cut)
    found = (decode(RecordedTargets, content) for content in contents)
    return tuple(replace(one, institution=names.get(one.institution.uid, one.institution)) for one in found)


def acceptances_at(cut: Cut) -> tuple[Acceptance, ...]:
    """Who accepted which version of each table, as known at a cut."""
    contents = _versions(FactVersion.subject_kind == TARGETS_ACCEPTED, cut=cut)
    return tuple(decode(Acceptance, content) for content in contents)


def resources_at(plan_id: int, cut: Cut) -> tuple[ResourceEntry, ...]:
    """The resources written beside a plan's commitments at a cut, the withdrawn ones left out."""
    where = FactVersion.plan_id == plan_id, FactVersion.subject_kind == RESOURCE
    found = (decode(ResourceEntry, content) for content in _versions(*where, cut=cut))
    return tuple(one for one in found if not one.is_withdrawn)


def last_targets(uid: str) -> RecordedTargets | None:
    """The version of a table of targets that was recorded last."""
    content = db.session.scalar(
        select(FactVersion.content)
        .where(FactVersion.subject_kind == TARGETS, FactVersion.subject_uid == uid)
        .order_by(FactVersion.recorded_seq.desc())
        .limit(1)
    )
    return None if content is None else decode(RecordedTargets, json.loads(content))


def contents_at(kind: str, cut: Cut, *where: ColumnElement[bool]) -> list[dict[str, Any]]:
    """The version in force at a cut of every subject of a kind, of some of them where that is said."""
    return _versions(FactVersion.subject_kind == kind, *where, cut=cut)


_Version = Row[str, date | None, int, str]


def _versions(*where: ColumnElement[bool], cut: Cut) -> list[dict[str, Any]]:
    """The version in force of each subject; read as plain rows, for there are many."""
    statement = (
        select(
            FactVersion.subject_uid, FactVersion.effective_on, FactVersion.recorded_seq, FactVersion.content
        )
        .where(*where)
        .order_by(FactVersion.recorded_seq)
    )
    if cut.known_at is not None:
        statement = statement.where(FactVersion.recorded_seq <= cut.known_at)
    by_subject: dict[str, list[_Version]] = defaultdict(list)
    for version in db.session.execute(statement):
        by_subject[version.subject_uid].append(version)
    chosen = (
        latest(versions, cut, effective=lambda v: v.effective_on, sequence=lambda v: v.recorded_seq)
        for versions in by_subject.values()
    )
    return [json.loads(version.content) for version in chosen if version is not None]


def _node_contents(plan_id: int, cut: Cut, within: Collection[int] | None) -> list[dict[str, Any]]:
    where = [FactVersion.plan_id == plan_id, FactVersion.subject_kind == NODE]
    if within is not None:
        where.append(FactVersion.commitment_id.in_(within) | FactVersion.commitment_id.is_(None))
    contents = [one for one in _versions(*where, cut=cut) if not one.get(REMOVED)]
    if within is None:
        return contents
    # What stands above those commitments: their axes and the plan, not the other axes.
    by_uid = {content["uid"]: content for content in contents}
    above = {content["parent"] for content in contents if content["kind"] == NodeKind.COMMITMENT.value}
    above |= {by_uid[uid]["parent"] for uid in above if uid in by_uid}
    return [
        content
        for content in contents
        if content["kind"] not in {NodeKind.AXIS.value} or content["uid"] in above
    ]


def institution_names(cut: Cut) -> dict[str, InstitutionRef]:
    """Every institution by its uid, as it was named at a cut."""
    contents = _versions(FactVersion.subject_kind == INSTITUTION, cut=cut)
    return {content["uid"]: institution_from(content) for content in contents}


def _renamed(node: NodeFacts, names: dict[str, InstitutionRef]) -> NodeFacts:
    """The item with its institutions named as they were at the cut."""
    return replace(
        node,
        roles=tuple(
            replace(one, institution=names.get(one.institution.uid, one.institution)) for one in node.roles
        ),
    )


def _reports(
    plan_id: int, cut: Cut, within: Collection[int] | None, names: dict[str, InstitutionRef]
) -> tuple[ReportFact, ...]:
    """Reports with their status at the cut: effective by the date, recorded by the sequence."""
    node = aliased(PlanNode, flat=True)
    where = [
        node.plan_id == plan_id,
        ProgressReport.recorded_seq.is_not(None),
        ProgressReport.reported_on <= cut.as_of,
    ]
    if cut.known_at is not None:
        where.append(ProgressReport.recorded_seq <= cut.known_at)
    if within is not None:
        where.append(node.commitment_id.in_(within))
    rows = db.session.execute(
        select(ProgressReport, node.uid, Institution)
        .join(node, ProgressReport.node_id == node.id)
        .join(Institution, ProgressReport.institution_id == Institution.id)
        .where(*where)
        .order_by(ProgressReport.recorded_seq)
    ).all()
    chosen = select(ProgressReport.id).join(node, ProgressReport.node_id == node.id).where(*where)
    events, evidence, redactions = _events(chosen, cut), _evidence(chosen), _redactions(chosen, cut)
    return tuple(
        report_fact(
            report,
            node_uid,
            _named(institution, names),
            events[report.id],
            evidence.get(report.id, []),
            cut,
            redactions,
        )
        for report, node_uid, institution in rows
    )


def _events(chosen: Select[int], cut: Cut) -> dict[int, list[ReportEvent]]:
    """What was done with those reports, as known at the cut."""
    events: dict[int, list[ReportEvent]] = defaultdict(list)
    for event in db.session.scalars(
        select(ReportEvent).where(ReportEvent.report_id.in_(chosen)).order_by(ReportEvent.recorded_seq)
    ):
        if cut.knows(event.recorded_seq):
            events[event.report_id].append(event)
    return events


def _named(institution: Institution, names: dict[str, InstitutionRef]) -> InstitutionRef:
    return names.get(institution.uid, InstitutionRef(institution.uid, institution.name, institution.acronym))


def _evidence(
    chosen: Select[int],
) -> dict[int, list[tuple[Evidence, StoredFile | None, tuple[str, ...]]]]:
    """Evidence of those reports with the means that each item answers."""
    links = db.session.execute(
        select(evidence_means.c.evidence_id, VerificationMeans.uid)
        .join(VerificationMeans, VerificationMeans.id == evidence_means.c.means_id)
        .join(Evidence, Evidence.id == evidence_means.c.evidence_id)
        .where(Evidence.report_id.in_(chosen))
        .order_by(VerificationMeans.id)
    )
    answers: dict[int, list[str]] = defaultdict(list)
    for evidence_id, means_uid in links:
        answers[evidence_id].append(means_uid)
    found: dict[int, list[tuple[Evidence, StoredFile | None, tuple[str, ...]]]] = defaultdict(list)
    rows = db.session.execute(
        select(Evidence, StoredFile)
        .outerjoin(StoredFile, StoredFile.sha256 == Evidence.sha256)
        .where(Evidence.report_id.in_(chosen))
        .order_by(Evidence.id)
    )
    for item, file in rows:
        found[item.report_id].append((item, file, tuple(answers[item.id])))
    return found


def _redactions(chosen: Select[int], cut: Cut) -> dict[int, RedactionFact]:
    """The last public version known at the cut of each evidence item of those reports."""
    rows = db.session.execute(
        select(Redaction, StoredFile)
        .join(StoredFile, StoredFile.sha256 == Redaction.sha256)
        .join(Evidence, Evidence.id == Redaction.evidence_id)
        .where(Evidence.report_id.in_(chosen), Redaction.recorded_seq.is_not(None))
        .order_by(Redaction.recorded_seq)
    )
    return {
        one.evidence_id: RedactionFact(one.sha256, file.size, file.media_type, one.created_at)
        for one, file in rows
        if cut.knows(one.recorded_seq or 0)
    }


def report_fact(
    report: ProgressReport,
    node_uid: str,
    institution: InstitutionRef,
    events: Sequence[ReportEvent],
    evidence: Iterable[tuple[Evidence, StoredFile | None, tuple[str, ...]]],
    cut: Cut,
    redactions: Mapping[int, RedactionFact] | None = None,
) -> ReportFact:
    """One report as a fact; its decision is the last validation or return known at the cut."""
    decisions = [e for e in events if e.action in {ReportAction.VALIDATE, ReportAction.RETURN}]
    last = decisions[-1] if decisions else None
    status = status_at([RecordedAction(e.action, e.recorded_seq) for e in events], cut)
    accepted = set(last.accepted_evidence) if last and status is ReportStatus.VALIDATED else None
    return ReportFact(
        uid=report.uid,
        node_uid=node_uid,
        institution=institution,
        percent=report.percent,
        reported_on=report.reported_on,
        sequence=report.recorded_seq or 0,
        status=status,
        recorded_at=report.submitted_at or report.created_at,
        completed_on=report.completed_on,
        occurrence=report.occurrence,
        narrative=report.narrative,
        claimed_role=report.claimed_role,
        delivered=report.delivered,
        departure_reason=report.departure_reason,
        no_progress=report.no_progress,
        origin=report.origin,
        letter_number=report.letter_number,
        letter_on=report.letter_on,
        evidence=tuple(
            evidence_fact(item, file, means, accepted, (redactions or {}).get(item.id))
            for item, file, means in evidence
        ),
        decision=_decision(last),
    )


def _decision(event: ReportEvent | None) -> DecisionFact | None:
    if event is None:
        return None
    return DecisionFact(
        by=event.actor_label,
        decided_at=event.at,
        sequence=event.recorded_seq,
        exception=event.exception,
        comment=event.comment,
        contradicts_narrative=event.contradicts_narrative,
    )


def evidence_fact(
    item: Evidence,
    file: StoredFile | None,
    means: tuple[str, ...],
    accepted: set[str] | None,
    redaction: RedactionFact | None = None,
) -> EvidenceFact:
    """One evidence item as a fact; without a validation nothing is set aside yet."""
    return EvidenceFact(
        uid=item.uid,
        kind=item.kind,
        title=item.title or item.filename,
        effective_on=item.effective_on,
        recorded_at=item.created_at,
        access=item.access,
        url=item.url,
        sha256=item.sha256 or "",
        size=file.size if file else 0,
        media_type=file.media_type if file else "",
        description=item.description,
        legal_ground=item.legal_ground,
        means=means,
        accepted=accepted is None or item.uid in accepted,
        resolution_number=item.resolution_number,
        resolution_authority=item.resolution_authority,
        resolution_on=item.resolution_on,
        reserved_until=item.reserved_until,
        version=item.version,
        redaction=redaction,
    )


def present(today: date) -> Cut:
    """The cut of the present: all that is effective today and recorded."""
    return Cut(as_of=today)
