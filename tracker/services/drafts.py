"""Who may write a report, on which line, and that two never write the same one at once (design section 5).

A line is what an institution reports on: an item, or one occurrence of it.
"""

from __future__ import annotations

from datetime import date

from sqlalchemy import ColumnElement, select

from tracker.db import db
from tracker.domain.errors import Conflict, NotFound
from tracker.domain.permissions import Actor, Permission, can, is_of, require
from tracker.domain.plans import NodeKind
from tracker.domain.workflow import AWAITING_DECISION, ReportStatus
from tracker.models.accounts import Institution
from tracker.models.plans import ActionPlan, PlanNode
from tracker.models.progress import ProgressReport
from tracker.queries.reporting import reporting_institutions, withdrawn_by


def reportable(
    actor: Actor, node_uid: str, institution_uid: str, today: date
) -> tuple[PlanNode, Institution]:
    """The item and the actor's own institution that reports on it; NotFound where there is no part.

    Raises Conflict where the item was taken out or the plan takes no reports.
    """
    node, institution = _item(node_uid), _institution(institution_uid)
    if institution.id not in actor.institution_ids:
        raise NotFound("item-not-found")
    require(actor, Permission.REPORT_SUBMIT, institution_id=institution.id)
    check_reportable(node, institution, today)
    return node, institution


def reportable_on_behalf(
    actor: Actor, node_uid: str, institution_uid: str, today: date
) -> tuple[PlanNode, Institution]:
    """The item and the institution whose official letter is recorded; NotAllowed for the actor's own one.

    Raises NotFound where that institution has no part, Conflict as for its own report.
    """
    require(actor, Permission.REPORT_ON_BEHALF)
    node, institution = _item(node_uid), _institution(institution_uid)
    if is_of(actor, institution.id):
        raise Conflict("letter-of-own-institution")
    check_reportable(node, institution, today)
    return node, institution


def check_reportable(node: PlanNode, institution: Institution, today: date) -> None:
    """NotFound where the institution has no part in the item, Conflict where it takes no reports."""
    if institution.id not in reporting_institutions(node.id):
        raise NotFound("item-not-found")
    if withdrawn_by(node.id, today):
        raise Conflict("item-withdrawn")
    plan = db.session.get(ActionPlan, node.plan_id)
    if plan is None or not plan.takes_reports:
        raise Conflict("plan-closed")


def _item(uid: str) -> PlanNode:
    node = db.session.scalar(
        select(PlanNode).where(
            PlanNode.uid == uid, PlanNode.kind.in_([NodeKind.ACTIVITY, NodeKind.MILESTONE])
        )
    )
    if node is None:
        raise NotFound("item-not-found")
    return node


def _institution(uid: str) -> Institution:
    institution = db.session.scalar(select(Institution).where(Institution.uid == uid))
    if institution is None:
        raise NotFound("item-not-found")
    return institution


def lock_item(node_id: int) -> None:
    """Wait until nobody else starts a report on the item: of two at once the second finds the first one's."""
    db.session.execute(select(PlanNode.id).where(PlanNode.id == node_id).with_for_update(key_share=True))


def lock_item_of(report_uid: str) -> None:
    """The same for the item of a report: items are locked before their reports, so that nobody deadlocks."""
    node_id = db.session.scalar(select(ProgressReport.node_id).where(ProgressReport.uid == report_uid))
    if node_id is not None:
        lock_item(node_id)


def get_locked(report_uid: str) -> ProgressReport | None:
    """A report as it stands once nobody else is writing it: of two at once the second sees what changed."""
    return db.session.scalar(
        select(ProgressReport)
        .where(ProgressReport.uid == report_uid)
        .with_for_update()
        .execution_options(populate_existing=True)
    )


def own_report(actor: Actor, report_uid: str) -> ProgressReport:
    """A report of one of the actor's institutions, locked; NotFound for anybody else's."""
    report = get_locked(report_uid)
    if report is None or not can(actor, Permission.REPORT_READ_OWN, institution_id=report.institution_id):
        raise NotFound("report-not-found")
    return report


def is_own_letter(actor: Actor, report: ProgressReport) -> bool:
    """True for an official letter that the actor recorded on somebody's behalf."""
    return (
        report.origin == "letter"
        and report.author_uid == actor.uid
        and can(actor, Permission.REPORT_ON_BEHALF)
    )


def writable_draft(actor: Actor, report_uid: str) -> ProgressReport:
    """A draft on which the actor writes, locked: of one's own institution, or the letter one is recording.

    Raises NotFound for anybody else's, Conflict for one that was handed in.
    """
    report = get_locked(report_uid)
    if report is not None and is_own_letter(actor, report):
        expect_draft(report, None)
        return report
    if report is None or not can(actor, Permission.REPORT_READ_OWN, institution_id=report.institution_id):
        raise NotFound("report-not-found")
    require(actor, Permission.REPORT_SUBMIT, institution_id=report.institution_id)
    expect_draft(report, None)
    return report


def check_version(report: ProgressReport, lock_version: int | None) -> None:
    """Conflict where the form was opened on an older version than the row's."""
    if lock_version is not None and report.lock_version != lock_version:
        raise Conflict("changed-meanwhile", report=report.uid)


def expect_draft(report: ProgressReport, lock_version: int | None) -> None:
    """Conflict where the report is no draft any more, or was saved since the form was opened."""
    if report.status is not ReportStatus.DRAFT:
        raise Conflict("transition-not-possible", status=report.status.value, action="edit")
    check_version(report, lock_version)


def same_line(node_id: int, institution_id: int, occurrence: str | None) -> ColumnElement[bool]:
    """The reports of one line."""
    return (
        (ProgressReport.node_id == node_id)
        & (ProgressReport.institution_id == institution_id)
        & (ProgressReport.occurrence.is_(None) if not occurrence else ProgressReport.occurrence == occurrence)
    )


def check_only_draft(
    node_id: int, institution_id: int, occurrence: str | None, *, but: str | None = None
) -> None:
    """Conflict `draft-elsewhere`, with that report, where another draft of the line is being written."""
    found = db.session.scalar(
        select(ProgressReport.uid).where(
            same_line(node_id, institution_id, occurrence),
            ProgressReport.status == ReportStatus.DRAFT,
            ProgressReport.uid != (but or ""),
        )
    )
    if found is not None:
        raise Conflict("draft-elsewhere", report=found)


def check_not_in_review(node_id: int, institution_id: int, occurrence: str | None) -> None:
    """Conflict `line-in-review`, with that report, while one of the line waits for its decision."""
    found = db.session.scalar(
        select(ProgressReport.uid)
        .where(same_line(node_id, institution_id, occurrence), ProgressReport.status.in_(AWAITING_DECISION))
        .limit(1)
    )
    if found is not None:
        raise Conflict("line-in-review", report=found)


def sent_before(
    node_id: int, institution_id: int, occurrence: str | None, request_key: str
) -> ProgressReport | None:
    """The report of the line that the same form wrote before, locked: what is sent twice is one report."""
    if not request_key:
        return None
    found = db.session.scalar(
        select(ProgressReport.uid)
        .where(same_line(node_id, institution_id, occurrence), ProgressReport.request_key == request_key)
        .order_by(ProgressReport.id.desc())
        .limit(1)
    )
    return get_locked(found) if found else None
