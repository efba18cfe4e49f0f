"""Reporting progress: drafts, submission, withdrawal, corrections (design section 5)."""

from __future__ import annotations

from dataclasses import fields
from datetime import date, datetime

from sqlalchemy import select

from tracker.db import db
from tracker.domain.errors import Conflict, NotFound
from tracker.domain.permissions import Actor, Permission, can, require
from tracker.domain.plans import NodeKind
from tracker.domain.workflow import ReportAction, ReportStatus, next_state
from tracker.models.accounts import Institution
from tracker.models.evidence import Evidence
from tracker.models.plans import ActionPlan, PlanNode
from tracker.models.progress import ProgressReport
from tracker.queries.reporting import reporting_institutions, withdrawn_by
from tracker.services.audit import EventTag, record
from tracker.services.report_checks import check_meaning, check_shape
from tracker.services.report_history import ReportContent, add_event, evidence_content, report_content
from tracker.services.totals import refresh_item


def save_draft(
    actor: Actor,
    *,
    node_uid: str,
    institution_uid: str,
    content: ReportContent,
    report_uid: str | None = None,
    lock_version: int | None = None,
    now: datetime,
    today: date,
) -> ProgressReport:
    """Keep what was written so far; only its shape is checked, meaning is checked at submission.

    Raises NotFound for an item the institution has no part in, Conflict where somebody else saved meanwhile.
    """
    node, institution = _reportable(actor, node_uid, institution_uid, today)
    check_shape(content)
    if report_uid is None:
        report = ProgressReport(
            node=node,
            institution=institution,
            author_user_id=actor.user_id,
            author_uid=actor.uid,
            created_at=now,
            updated_at=now,
            reported_on=content.reported_on,
        )
        db.session.add(report)
    else:
        report = _own_report(actor, report_uid)
        if report.node_id != node.id or report.institution_id != institution.id:
            raise NotFound("report-not-found")
        _expect(report, ReportStatus.DRAFT, lock_version)
    for field in fields(content):
        setattr(report, field.name, getattr(content, field.name))
    report.updated_at = now
    report.author_user_id, report.author_uid = actor.user_id, actor.uid
    db.session.flush()
    return report


def submit_report(
    actor: Actor, *, report_uid: str, lock_version: int | None = None, now: datetime, today: date
) -> ProgressReport:
    """Hand a draft in: from now on its words never change. Raises DomainError beside the field at fault."""
    report = _own_report(actor, report_uid)
    require(actor, Permission.REPORT_SUBMIT, institution_id=report.institution_id)
    _expect(report, ReportStatus.DRAFT, lock_version)
    _reportable(actor, report.node.uid, report.institution.uid, today)
    check_meaning(report, today)
    record_submission(actor, report, now=now)
    refresh_item(report.node, today)
    return report


def record_submission(actor: Actor, report: ProgressReport, *, now: datetime) -> None:
    """Write the submission and its evidence into history; imports of old reports come through here too."""
    transition = next_state(report.status, ReportAction.SUBMIT)
    report.submitted_at = report.updated_at = now
    db.session.flush()
    for item in report.evidence:
        if item.recorded_seq is None:
            item.recorded_seq = record(
                actor, EventTag.EVIDENCE_RECORDED, "evidence", item.uid, evidence_content(item), now=now
            )
    report.recorded_seq = record(
        actor, EventTag.REPORT_SUBMITTED, "report", report.uid, report_content(report), now=now
    )
    report.status = transition.to
    add_event(actor, report, ReportAction.SUBMIT, now=now)


def withdraw_report(
    actor: Actor, *, report_uid: str, comment: str = "", now: datetime, today: date
) -> ProgressReport:
    """Take a submitted report back before it is reviewed."""
    report = _own_report(actor, report_uid)
    require(actor, Permission.REPORT_SUBMIT, institution_id=report.institution_id)
    transition = next_state(report.status, ReportAction.WITHDRAW, comment=comment)
    report.status = transition.to
    report.updated_at = now
    add_event(actor, report, ReportAction.WITHDRAW, comment=comment, now=now)
    refresh_item(report.node, today)
    return report


def correct_report(actor: Actor, *, report_uid: str, now: datetime, today: date) -> ProgressReport:
    """A new draft version out of a returned, withdrawn or validated report, with its evidence.

    An open draft of the same thread is given back instead of a second one.
    """
    old = _own_report(actor, report_uid)
    require(actor, Permission.REPORT_SUBMIT, institution_id=old.institution_id)
    if old.status not in {ReportStatus.RETURNED, ReportStatus.WITHDRAWN, ReportStatus.VALIDATED}:
        raise Conflict("correction-not-possible", status=old.status.value)
    _reportable(actor, old.node.uid, old.institution.uid, today)
    newest = db.session.scalar(
        select(ProgressReport)
        .where(ProgressReport.thread_uid == old.thread_uid)
        .order_by(ProgressReport.version.desc())
        .limit(1)
    )
    if newest is not None and newest.status is ReportStatus.DRAFT:
        return newest
    if newest is not None and newest.id != old.id:
        raise Conflict("newer-version-exists", version=newest.version)
    draft = ProgressReport(
        node=old.node,
        institution=old.institution,
        thread_uid=old.thread_uid,
        version=old.version + 1,
        author_user_id=actor.user_id,
        author_uid=actor.uid,
        created_at=now,
        updated_at=now,
        claimed_role=old.claimed_role,
    )
    for field in fields(ReportContent):
        setattr(draft, field.name, getattr(old, field.name))
    draft.reported_on = today
    db.session.add(draft)
    draft.evidence.extend(_copied(item) for item in old.evidence)
    db.session.flush()
    return draft


def _copied(item: Evidence) -> Evidence:
    """The same evidence handed in again: same bytes, same date, an entry of its own."""
    return Evidence(
        kind=item.kind,
        title=item.title,
        url=item.url,
        sha256=item.sha256,
        filename=item.filename,
        description=item.description,
        effective_on=item.effective_on,
        access=item.access,
        legal_ground=item.legal_ground,
        author_uid=item.author_uid,
        created_at=item.created_at,
        means=list(item.means),
    )


def discard_draft(actor: Actor, *, report_uid: str) -> None:
    """Throw a draft away; nothing of it had been said yet, so nothing is kept."""
    report = _own_report(actor, report_uid)
    require(actor, Permission.REPORT_SUBMIT, institution_id=report.institution_id)
    _expect(report, ReportStatus.DRAFT, None)
    for item in list(report.evidence):
        db.session.delete(item)
    db.session.flush()
    db.session.delete(report)
    db.session.flush()


def _reportable(
    actor: Actor, node_uid: str, institution_uid: str, today: date
) -> tuple[PlanNode, Institution]:
    """The item and the institution for which the actor reports on it; NotFound where there is no part."""
    node = db.session.scalar(
        select(PlanNode).where(
            PlanNode.uid == node_uid, PlanNode.kind.in_([NodeKind.ACTIVITY, NodeKind.MILESTONE])
        )
    )
    institution = db.session.scalar(select(Institution).where(Institution.uid == institution_uid))
    if node is None or institution is None or institution.id not in actor.institution_ids:
        raise NotFound("item-not-found")
    require(actor, Permission.REPORT_SUBMIT, institution_id=institution.id)
    if institution.id not in reporting_institutions(node.id):
        raise NotFound("item-not-found")
    if withdrawn_by(node.id, today):
        raise Conflict("item-withdrawn")
    plan = db.session.get(ActionPlan, node.plan_id)
    if plan is None or not plan.takes_reports:
        raise Conflict("plan-closed")
    return node, institution


def _own_report(actor: Actor, report_uid: str) -> ProgressReport:
    """A report of one of the actor's institutions; NotFound for anybody else's."""
    report = get_locked(report_uid)
    if report is None or not can(actor, Permission.REPORT_READ_OWN, institution_id=report.institution_id):
        raise NotFound("report-not-found")
    return report


def get_locked(report_uid: str) -> ProgressReport | None:
    """A report as it stands once nobody else is writing it: of two at once the second sees what changed."""
    return db.session.scalar(
        select(ProgressReport)
        .where(ProgressReport.uid == report_uid)
        .with_for_update()
        .execution_options(populate_existing=True)
    )


def _expect(report: ProgressReport, status: ReportStatus, lock_version: int | None) -> None:
    if report.status is not status:
        raise Conflict("transition-not-possible", status=report.status.value, action="edit")
    check_version(report, lock_version)


def check_version(report: ProgressReport, lock_version: int | None) -> None:
    """Conflict where the form was opened on an older version than the row's."""
    if lock_version is not None and report.lock_version != lock_version:
        raise Conflict("changed-meanwhile", report=report.uid)
