"""Each kind of fact against the chain: versions, the plan's rows, reports, evidence, accounts."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from tracker.db import db
from tracker.domain.errors import DomainError
from tracker.domain.plans import NodeKind
from tracker.domain.snapshots import canonical, institution_content
from tracker.domain.workflow import ReportAction, ReportStatus, status_after
from tracker.models.accounts import Institution
from tracker.models.evidence import Evidence
from tracker.models.plans import (
    ActionPlan,
    Activity,
    Axis,
    Commitment,
    FactVersion,
    Milestone,
    PlanNode,
)
from tracker.models.progress import ProgressReport, ReportEvent
from tracker.models.targets import FactOwner
from tracker.queries.history import (
    AGREEMENT,
    ASSESSMENT,
    INDICATOR,
    INSTITUTION,
    MEETING,
    NODE,
    REMOVED,
    RESOURCE,
    SEAT,
    TARGETS,
    TARGETS_ACCEPTED,
    WORKING_GROUP,
)
from tracker.queries.plans import load_tree
from tracker.services.audit import EventTag
from tracker.services.ledger import Ledger, Mismatch, Recorded, against_events
from tracker.services.report_history import action_content, evidence_content, report_content
from tracker.services.versions import institution_ref, node_content_of

_VERSIONED: dict[EventTag, str] = {
    EventTag.NODE_VERSION: NODE,
    EventTag.INSTITUTION_VERSION: INSTITUTION,
    EventTag.ASSESSMENT_RECORDED: ASSESSMENT,
    EventTag.TARGETS_RECORDED: TARGETS,
    EventTag.SEAT_VERSION: SEAT,
    EventTag.MEETING_VERSION: MEETING,
    EventTag.AGREEMENT_VERSION: AGREEMENT,
    EventTag.GROUP_VERSION: WORKING_GROUP,
    EventTag.TARGETS_ACCEPTED: TARGETS_ACCEPTED,
    EventTag.INDICATOR_RECORDED: INDICATOR,
    EventTag.RESOURCE_RECORDED: RESOURCE,
}
# Where the content of a version names the item of the plan that it is about; an empty one is about none.
_ABOUT: dict[str, str] = {
    WORKING_GROUP: "plan_uid",
    ASSESSMENT: "about_uid",
    TARGETS: "plan_uid",
    TARGETS_ACCEPTED: "plan_uid",
    INDICATOR: "plan_uid",
    RESOURCE: "commitment_uid",
}


def versions(ledger: Ledger) -> Iterator[Mismatch]:
    """Fact versions against their events, each under the plan and commitment that its item is of."""
    homes = {
        uid: (plan_id, commitment_id)
        for uid, plan_id, commitment_id in db.session.execute(
            select(PlanNode.uid, PlanNode.plan_id, PlanNode.commitment_id).where(
                PlanNode.plan_id.is_not(None)  # an item taken out of a draft is of no plan any more
            )
        )
    }

    def misplaced(row: FactVersion, event: Recorded) -> Iterable[str]:
        """A version filed elsewhere would be missed by who reads that plan."""
        kind = _VERSIONED[EventTag(event.tag)]
        if row.subject_kind != kind:
            yield "subject_kind"
        about = json.loads(row.content)[_ABOUT[kind]] if kind in _ABOUT else row.subject_uid
        home = homes.get(about) if about else (None, None)
        if kind != INSTITUTION and home not in {(row.plan_id, row.commitment_id), None}:
            yield "plan_id"

    yield from against_events(
        ledger,
        "version",
        set(_VERSIONED),
        db.session.scalars(select(FactVersion).order_by(FactVersion.id)),
        subject=lambda row: row.subject_uid,
        content=lambda row: {
            "content": row.content,
            "effective_on": row.effective_on.isoformat() if row.effective_on else None,
        },
        more=misplaced,
    )


def _last_contents(kind: str) -> dict[str, str]:
    """The content last recorded of each subject of a kind."""
    rows = db.session.execute(
        select(FactVersion.subject_uid, FactVersion.content)
        .where(FactVersion.subject_kind == kind)
        .order_by(FactVersion.recorded_seq)
    )
    return dict(rows.all())


def owners(_ledger: Ledger) -> Iterator[Mismatch]:
    """Tables of targets and indicators are found under the institution and the year that they say."""
    found = {
        one.subject_uid: (uid, one.year)
        for one, uid in db.session.execute(
            select(FactOwner, Institution.uid).join(Institution, Institution.id == FactOwner.institution_id)
        )
    }
    for kind in (TARGETS, INDICATOR):
        for uid, content in _last_contents(kind).items():
            said = json.loads(content)
            year = said["table"]["year"] if kind == TARGETS else None
            if found.get(uid) != (said["institution"]["uid"], year):
                yield Mismatch("fact-misplaced", uid)


def structure(_ledger: Ledger) -> Iterator[Mismatch]:
    """The plan's rows as they stand against the last version of each; none is missing."""
    last = _last_contents(NODE)
    for plan_id in db.session.scalars(select(PlanNode.id).where(PlanNode.kind == NodeKind.PLAN)).all():
        nodes = load_tree(plan_id)
        uids = {node.id: node.uid for node in nodes}
        for node in nodes:
            content = canonical(node_content_of(node, uids.get(node.parent_id or 0)))
            if _without_names(last.pop(node.uid, "{}")) != _without_names(content):
                yield Mismatch("structure-changed", node.uid, node.label)
    for uid in sorted(uid for uid, content in last.items() if not json.loads(content).get(REMOVED)):
        yield Mismatch("structure-missing", uid)
    yield from _levels()


def _levels() -> Iterator[Mismatch]:
    """Every item has its row in the table of its level."""
    nodes = PlanNode.__table__
    for level in (ActionPlan, Axis, Commitment, Milestone, Activity):
        own = select(level.__table__.c.id)
        alone = nodes.c.id.not_in(own) & (nodes.c.kind == level.__mapper__.polymorphic_identity)
        for uid in db.session.scalars(select(nodes.c.uid).where(alone).order_by(nodes.c.uid)):
            yield Mismatch("structure-missing", uid)


def _without_names(content: str) -> Any:
    """An item's content with its institutions by uid alone: their names are versioned apart."""
    parsed = json.loads(content)
    for part in parsed.get("roles", ()):
        part["institution"] = part["institution"]["uid"]
    return parsed


def institutions(_ledger: Ledger) -> Iterator[Mismatch]:
    """Institutions' names against the last version of each; none is missing."""
    last = _last_contents(INSTITUTION)
    for row in db.session.scalars(select(Institution).order_by(Institution.id)):
        if last.pop(row.uid, None) != canonical(institution_content(institution_ref(row))):
            yield Mismatch("institution-changed", row.uid, row.label)
    for uid in sorted(last):
        yield Mismatch("institution-missing", uid)


def reports(ledger: Ledger) -> Iterator[Mismatch]:
    """Reports against what was handed in, their status and decision against what was done with them."""
    rows = db.session.scalars(
        select(ProgressReport)
        .where(ProgressReport.recorded_seq.is_not(None))
        .options(
            joinedload(ProgressReport.node),
            joinedload(ProgressReport.institution),
            joinedload(ProgressReport.author),
            selectinload(ProgressReport.actions),
            selectinload(ProgressReport.evidence),
        )
        .order_by(ProgressReport.id)
    ).all()
    yield from against_events(
        ledger,
        "report",
        {EventTag.REPORT_SUBMITTED},
        rows,
        subject=lambda row: row.uid,
        content=report_content,
        more=_unlike_submission,
    )
    for report in rows:
        if _status_told(report) is not report.status:
            yield Mismatch("status-changed", report.uid, report.status.value)
        changed = sorted(_unlike_decision(report))
        if changed:
            yield Mismatch("decision-changed", report.uid, ", ".join(changed))


def _unlike_submission(report: ProgressReport, event: Recorded) -> Iterable[str]:
    if report.submitted_at != event.at:
        yield "submitted_at"
    if report.author is not None and report.author.uid != report.author_uid:
        yield "author_user_id"


def _status_told(report: ProgressReport) -> ReportStatus | None:
    """The status that the recorded steps lead to; None where they lead nowhere."""
    try:
        return status_after(event.action for event in report.actions)
    except DomainError:
        return None


def _unlike_decision(report: ProgressReport) -> Iterable[str]:
    """Who decided, when, and with which exception: as the last validation says."""
    last = next((e for e in reversed(report.actions) if e.action is ReportAction.VALIDATE), None)
    told = {
        "decided_by_uid": last.actor_uid if last else "",
        "decided_at": last.at if last else None,
        "exception": last.exception if last else "",
    }
    return [name for name, value in told.items() if getattr(report, name) != value]


def actions(ledger: Ledger) -> Iterator[Mismatch]:
    """Every step of every report against its event."""
    yield from against_events(
        ledger,
        "action",
        {EventTag.REPORT_ACTION},
        db.session.scalars(
            select(ReportEvent).options(joinedload(ReportEvent.report)).order_by(ReportEvent.id)
        ),
        subject=lambda row: row.report.uid,
        content=lambda row: action_content(row, row.report.uid),
        more=lambda row, event: [] if row.actor_uid == event.actor_uid else ["actor_uid"],
    )


def evidence(ledger: Ledger) -> Iterator[Mismatch]:
    """Every item handed in against its event."""
    yield from against_events(
        ledger,
        "evidence",
        {EventTag.EVIDENCE_RECORDED},
        db.session.scalars(
            select(Evidence)
            .where(Evidence.recorded_seq.is_not(None))
            .options(joinedload(Evidence.file), selectinload(Evidence.means))
            .order_by(Evidence.id)
        ),
        subject=lambda row: row.uid,
        content=evidence_content,
    )


CHECKS: tuple[Callable[[Ledger], Iterator[Mismatch]], ...] = (
    versions,
    owners,
    structure,
    institutions,
    reports,
    actions,
    evidence,
)
