"""Reporting progress: drafts, submission, withdrawal, corrections (design section 5)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime

from sqlalchemy import select

from tracker.db import db
from tracker.domain.errors import Conflict, DomainError, NotFound
from tracker.domain.permissions import Actor, Permission, require
from tracker.domain.quantities import ItemisedQuantity
from tracker.domain.workflow import ReportAction, ReportStatus, next_state
from tracker.models.accounts import Institution
from tracker.models.plans import PlanNode
from tracker.models.progress import ProgressReport
from tracker.services.audit import EventTag, record
from tracker.services.decision_notices import tell_of_reports
from tracker.services.drafts import (
    check_not_in_review,
    check_only_draft,
    check_version,
    expect_draft,
    get_locked,
    is_own_letter,
    lock_item,
    lock_item_of,
    own_report,
    reportable,
    sent_before,
)
from tracker.services.evidence import copy_of
from tracker.services.evidence_redactions import record_redactions
from tracker.services.report_checks import itemised, meaning_errors
from tracker.services.report_history import ReportContent, add_event, evidence_content, report_content
from tracker.services.report_writing import (
    completed,
    content_of,
    is_repeated,
    new_draft,
    was_handed_in,
    write_content,
)
from tracker.services.round_notices import clear_answered
from tracker.services.rounds import record_answer
from tracker.services.totals import refresh_item


class SubmissionRefused(DomainError):
    """None of the reports was handed in: what keeps each one back, by the report's uid."""

    def __init__(self, found: Mapping[str, Sequence[DomainError]]) -> None:
        """Keep the first error of each report and, for forms that show them beside their fields, all."""
        super().__init__("submission-refused", count=len(found))
        self.refusals = {uid: errors[0] for uid, errors in found.items()}
        self.all_errors = {uid: tuple(errors) for uid, errors in found.items()}


def save_draft(
    actor: Actor,
    *,
    node_uid: str,
    institution_uid: str,
    content: ReportContent,
    report_uid: str | None = None,
    lock_version: int | None = None,
    quantities: Sequence[ItemisedQuantity] | None = None,
    request_key: str = "",
    origin: str = "form",
    now: datetime,
    today: date,
) -> ProgressReport:
    """Keep what was written so far; only its shape is checked, meaning is checked at submission.

    The same `request_key` saves the same report again, and gives it back as it is once it was handed in.
    Rows of quantities replace those kept before (None leaves them); without a total they give it. Raises
    NotFound for an item the institution has no part in, Conflict where somebody else saved meanwhile or
    writes another draft of the same line.
    """
    node, institution = reportable(actor, node_uid, institution_uid, today)
    content = completed(content, quantities)
    lock_item(node.id)
    line = (node.id, institution.id, content.occurrence)
    named = None if report_uid is None else _named(actor, node, institution, report_uid)
    report = named or sent_before(*line, request_key)
    if report is None:
        check_only_draft(*line)
        check_not_in_review(*line)
        report = new_draft(actor, node, institution, origin, now)
    elif was_handed_in(report, request_key, content):
        return report
    else:
        expect_draft(report, None if is_repeated(report, request_key) else lock_version)
        check_only_draft(*line, but=report.uid)
    report.request_key, report.updated_at = request_key or None, now
    report.author_user_id, report.author_uid = actor.user_id, actor.uid
    write_content(report, content, quantities)
    return report


def _named(actor: Actor, node: PlanNode, institution: Institution, report_uid: str) -> ProgressReport:
    """The report of that uid, where it is of the item and the institution; else NotFound."""
    report = own_report(actor, report_uid)
    if report.node_id != node.id or report.institution_id != institution.id:
        raise NotFound("report-not-found")
    return report


def submit_report(
    actor: Actor,
    *,
    report_uid: str,
    lock_version: int | None = None,
    request_key: str = "",
    now: datetime,
    today: date,
) -> ProgressReport:
    """Hand a draft in: from now on its words never change. Raises DomainError beside the field at fault."""
    if lock_version is not None:
        check_version(own_report(actor, report_uid), lock_version)
    try:
        (report,) = submit_reports(
            actor, report_uids=[report_uid], request_key=request_key, now=now, today=today
        )
    except SubmissionRefused as refused:
        raise refused.refusals[report_uid] from None
    return report


def submit_reports(
    actor: Actor, *, report_uids: Collection[str], request_key: str = "", now: datetime, today: date
) -> list[ProgressReport]:
    """Hand drafts in, all of them or none, in the order given; raises SubmissionRefused.

    Those that the same `request_key` handed in before are given back as they are: a second click says
    nothing twice.
    """
    wanted = list(dict.fromkeys(report_uids))
    found: dict[str, ProgressReport] = {}
    refused: dict[str, Sequence[DomainError]] = {}
    for uid in sorted(wanted):  # in one order, so that two who hand in the same ones wait, not deadlock
        try:
            found[uid] = own_report(actor, uid)
            if errors := _submission_errors(actor, found[uid], request_key, today):
                refused[uid] = errors
        except DomainError as error:
            refused[uid] = [error]
    if refused:
        raise SubmissionRefused({uid: refused[uid] for uid in wanted if uid in refused})
    reports = [found[uid] for uid in wanted]
    fresh = [one for one in reports if one.status is ReportStatus.DRAFT]
    for report in fresh:
        report.request_key = request_key or report.request_key
    hand_in(actor, fresh, now=now, today=today)
    return reports


def _submission_errors(
    actor: Actor, report: ProgressReport, request_key: str, today: date
) -> list[DomainError]:
    """What keeps one report back; raises where the actor may not hand it in, or nobody may."""
    require(actor, Permission.REPORT_SUBMIT, institution_id=report.institution_id)
    if request_key and report.request_key == request_key and report.status is not ReportStatus.DRAFT:
        return []
    expect_draft(report, None)
    reportable(actor, report.node.uid, report.institution.uid, today)
    return meaning_errors(report, today)


def hand_in(actor: Actor, reports: Sequence[ProgressReport], *, now: datetime, today: date) -> None:
    """Record checked drafts as handed in, with the rounds they answer, the figures and the notices."""
    for report in reports:
        record_submission(actor, report, now=now)
        record_answer(report, today=today)
    _refresh_items(reports, today)
    tell_of_reports(reports, now=now, today=today)
    clear_answered(reports, now=now)


def _refresh_items(reports: Iterable[ProgressReport], today: date) -> None:
    """Once for each commitment."""
    for node in {one.node.commitment_id or one.node_id: one.node for one in reports}.values():
        refresh_item(node, today)


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
    record_redactions(actor, report, now)
    report.recorded_seq = record(
        actor, EventTag.REPORT_SUBMITTED, "report", report.uid, report_content(report), now=now
    )
    report.status = transition.to
    add_event(actor, report, ReportAction.SUBMIT, now=now)


def withdraw_report(
    actor: Actor, *, report_uid: str, comment: str = "", now: datetime, today: date
) -> ProgressReport:
    """Take a submitted report back before it is reviewed: the institution's, or the letter one recorded."""
    report = get_locked(report_uid)
    if report is None or not is_own_letter(actor, report):
        report = own_report(actor, report_uid)
        require(actor, Permission.REPORT_SUBMIT, institution_id=report.institution_id)
    transition = next_state(report.status, ReportAction.WITHDRAW, comment=comment)
    report.status = transition.to
    report.updated_at = now
    add_event(actor, report, ReportAction.WITHDRAW, comment=comment, now=now)
    refresh_item(report.node, today)
    tell_of_reports([report], now=now, today=today)
    return report


def correct_report(actor: Actor, *, report_uid: str, now: datetime, today: date) -> ProgressReport:
    """A new draft version out of a returned, withdrawn or validated report, with its evidence and quantities.

    What was validated stands until the new version is decided. An open draft of the same thread is given
    back instead of a second one; raises Conflict where another draft of the line is being written.
    """
    lock_item_of(report_uid)
    old = own_report(actor, report_uid)
    require(actor, Permission.REPORT_SUBMIT, institution_id=old.institution_id)
    if old.status not in {ReportStatus.RETURNED, ReportStatus.WITHDRAWN, ReportStatus.VALIDATED}:
        raise Conflict("correction-not-possible", status=old.status.value)
    reportable(actor, old.node.uid, old.institution.uid, today)
    newest = db.session.scalars(
        select(ProgressReport)
        .where(ProgressReport.thread_uid == old.thread_uid)
        .order_by(ProgressReport.version.desc())
        .limit(1)
    ).one()
    if newest.status is ReportStatus.DRAFT:
        return newest
    if newest.id != old.id:
        raise Conflict("newer-version-exists", version=newest.version)
    check_only_draft(old.node_id, old.institution_id, old.occurrence)
    copies = {item.uid: copy_of(item) for item in old.evidence}
    rows = [
        replace(one, evidence_uid=copies[one.evidence_uid].uid if one.evidence_uid else "")
        for one in itemised(old)
    ]
    draft = new_draft(actor, old.node, old.institution, "form", now)
    draft.thread_uid, draft.version, draft.claimed_role = old.thread_uid, old.version + 1, old.claimed_role
    draft.evidence.extend(copies.values())
    write_content(draft, replace(content_of(old), reported_on=today), rows)
    db.session.flush()
    return draft


def discard_draft(actor: Actor, *, report_uid: str) -> None:
    """Throw a draft away; nothing of it had been said yet, so nothing is kept."""
    report = own_report(actor, report_uid)
    require(actor, Permission.REPORT_SUBMIT, institution_id=report.institution_id)
    expect_draft(report, None)
    report.quantities.clear()
    db.session.flush()
    for item in list(report.evidence):
        db.session.delete(item)
    db.session.flush()
    db.session.delete(report)
    db.session.flush()
