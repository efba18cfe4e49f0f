"""Deciding on reports: the one writer of validations, returns and reopenings (design sections 2, 4 and 5)."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from tracker.db import db
from tracker.domain.errors import DomainError, NotAllowed, NotFound
from tracker.domain.evidence import check_validation
from tracker.domain.permissions import Actor, Permission, can, may_validate
from tracker.domain.workflow import AWAITING_DECISION, ReportAction, ReportStatus, next_state
from tracker.models.evidence import Evidence
from tracker.models.progress import ProgressReport
from tracker.services.accounts import check_signature
from tracker.services.progress import check_version, get_locked
from tracker.services.report_history import add_event
from tracker.services.totals import refresh_item


def validate_report(
    actor: Actor,
    *,
    report_uid: str,
    accepted: Collection[str],
    comment: str = "",
    exception: str = "",
    signed_name: str = "",
    contradicts_narrative: bool = False,
    lock_version: int | None = None,
    now: datetime,
    today: date,
) -> ProgressReport:
    """Accept a report with the evidence items named; rule 3 decides whether that is enough.

    A written exception is signed with the validator's own name. Raises NotAllowed for one's own institution
    or words, DomainError `means-without-evidence` or `no-accepted-evidence`, Conflict once decided.
    """
    report = _decidable(actor, report_uid, lock_version)
    transition = next_state(report.status, ReportAction.VALIDATE, comment=comment)
    if exception.strip():
        check_signature(actor, signed_name)
    report.all_means_answered = _proves(report, set(accepted), exception)
    report.exception = exception.strip()
    report.decided_by_uid, report.decided_at = actor.uid, now
    report.updated_at = now
    report.status = transition.to
    add_event(
        actor,
        report,
        ReportAction.VALIDATE,
        comment=comment.strip(),
        exception=exception.strip(),
        signed_name=signed_name.strip(),
        contradicts_narrative=contradicts_narrative,
        accepted=sorted(set(accepted)),
        now=now,
    )
    refresh_item(report.node, today)
    return report


def _proves(report: ProgressReport, accepted: set[str], exception: str) -> bool:
    """True where every means is answered; DomainError where that is not enough to validate (rule 3)."""
    if accepted - {item.uid for item in report.evidence}:
        raise DomainError("evidence-not-of-report", field="accepted")
    required = {means.uid for means in report.node.means}
    answered = answered_means(report, accepted)
    check_validation(
        report.percent,
        required=required,
        answered=answered,
        accepted_items=len(accepted),
        exception=exception,
    )
    return required <= answered


def answered_means(report: ProgressReport, accepted: Collection[str]) -> set[str]:
    """Means answered by the accepted items of this report, and by earlier validated ones on the same item."""
    answered = {means.uid for item in report.evidence if item.uid in accepted for means in item.means}
    earlier = db.session.scalars(
        select(ProgressReport)
        .where(
            ProgressReport.node_id == report.node_id,
            ProgressReport.status == ReportStatus.VALIDATED,
            ProgressReport.id != report.id,
        )
        .options(
            selectinload(ProgressReport.actions),
            selectinload(ProgressReport.evidence).selectinload(Evidence.means),
        )
    )
    for other in earlier:
        decision = next(one for one in reversed(other.actions) if one.action is ReportAction.VALIDATE)
        answered |= {
            means.uid
            for item in other.evidence
            if item.uid in decision.accepted_evidence
            for means in item.means
        }
    return answered


def return_report(
    actor: Actor,
    *,
    report_uid: str,
    comment: str,
    lock_version: int | None = None,
    now: datetime,
    today: date,
) -> ProgressReport:
    """Send a report back with the words that say what is missing; the comment is compulsory."""
    report = _decidable(actor, report_uid, lock_version)
    transition = next_state(report.status, ReportAction.RETURN, comment=comment)
    report.status = transition.to
    report.updated_at = now
    add_event(actor, report, ReportAction.RETURN, comment=comment.strip(), now=now)
    refresh_item(report.node, today)
    return report


def reopen_report(
    actor: Actor, *, report_uid: str, comment: str, now: datetime, today: date
) -> ProgressReport:
    """Take a validation back, with its reason; the report stands for decision again."""
    report = _reviewable(actor, report_uid)
    transition = next_state(report.status, ReportAction.REOPEN, comment=comment)
    report.status = transition.to
    report.updated_at = now
    add_event(actor, report, ReportAction.REOPEN, comment=comment.strip(), now=now)
    refresh_item(report.node, today)
    return report


def _decidable(actor: Actor, report_uid: str, lock_version: int | None) -> ProgressReport:
    report = _reviewable(actor, report_uid)
    if report.status in AWAITING_DECISION:
        check_version(report, lock_version)
    return report


def _reviewable(actor: Actor, report_uid: str) -> ProgressReport:
    """A submitted report that this actor may decide on: never their own institution's nor own words."""
    report = get_locked(report_uid)
    if report is None or report.status is ReportStatus.DRAFT:
        raise NotFound("report-not-found")
    if not can(actor, Permission.REPORT_VALIDATE, institution_id=report.institution_id):
        raise NotAllowed("not-allowed", permission=Permission.REPORT_VALIDATE.value)
    if not may_validate(actor, institution_id=report.institution_id, author_user_id=report.author_user_id):
        raise NotAllowed("own-report", report=report.uid)
    return report
