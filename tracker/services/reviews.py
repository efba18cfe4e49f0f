"""Deciding on reports: the one writer of validations, returns and reopenings (design sections 2, 4 and 5)."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import exists, select
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import selectinload

from tracker.db import db
from tracker.domain.errors import DomainError, NotAllowed, NotFound
from tracker.domain.evidence import check_validation
from tracker.domain.permissions import Actor, Permission, can, may_validate
from tracker.domain.workflow import (
    AWAITING_DECISION,
    ReportAction,
    ReportStatus,
    check_comment_field,
    next_state,
)
from tracker.models.evidence import Evidence
from tracker.models.progress import ProgressReport, ReportOpening
from tracker.services.accounts import check_signature
from tracker.services.decision_notices import tell_of_reports
from tracker.services.drafts import check_version, get_locked, lock_item, lock_item_of
from tracker.services.report_history import add_event
from tracker.services.totals import refresh_item
from tracker.services.webhook_outbox import announce_decisions


@dataclass(frozen=True)
class Acceptance:
    """What a validation says: the evidence accepted, why some is not, and the words that go with it."""

    accepted: frozenset[str]
    reasons: Mapping[str, str] = field(default_factory=dict)
    comment: str = ""
    exception: str = ""
    signed_name: str = ""
    contradicts_narrative: bool = False


def validate_report(
    actor: Actor,
    *,
    report_uid: str,
    accepted: Collection[str],
    reasons: Mapping[str, str] | None = None,
    comment: str = "",
    exception: str = "",
    signed_name: str = "",
    contradicts_narrative: bool = False,
    lock_version: int | None = None,
    now: datetime,
    today: date,
) -> ProgressReport:
    """Accept a report with the evidence items named; rule 3 decides whether that is enough.

    `reasons` say, by its uid, why an item was not accepted. A written exception is signed with the
    validator's own name. Raises NotAllowed for one's own institution or words, DomainError
    `means-without-evidence` or `no-accepted-evidence`, Conflict once decided.
    """
    report = _decidable(actor, report_uid, lock_version)
    said = Acceptance(
        frozenset(accepted),
        {uid: words.strip() for uid, words in (reasons or {}).items() if words.strip()},
        comment.strip(),
        exception.strip(),
        signed_name.strip(),
        contradicts_narrative,
    )
    _accept(actor, report, said, now)
    refresh_item(report.node, today)
    _tell([report], now, today)
    return report


def _tell(reports: Sequence[ProgressReport], now: datetime, today: date) -> None:
    """Tell people what was decided, and other systems what was decided just now."""
    tell_of_reports(reports, now=now, today=today)
    announce_decisions([one for one in reports if one.updated_at == now], now=now)


def _accept(actor: Actor, report: ProgressReport, said: Acceptance, now: datetime) -> None:
    transition = next_state(report.status, ReportAction.VALIDATE, comment=said.comment)
    if said.exception:
        check_signature(actor, said.signed_name)
    report.all_means_answered = _proves(report, said)
    report.exception = said.exception
    report.decided_by_uid, report.decided_at = actor.uid, now
    report.updated_at = now
    report.status = transition.to
    add_event(
        actor,
        report,
        ReportAction.VALIDATE,
        comment=said.comment,
        exception=said.exception,
        signed_name=said.signed_name,
        contradicts_narrative=said.contradicts_narrative,
        accepted=sorted(said.accepted),
        evidence_reasons={uid: why for uid, why in said.reasons.items() if uid not in said.accepted},
        now=now,
    )


def _proves(report: ProgressReport, said: Acceptance) -> bool:
    """True where every means is answered; DomainError where that is not enough to validate (rule 3)."""
    if said.accepted.union(said.reasons) - {item.uid for item in report.evidence}:
        raise DomainError("evidence-not-of-report", field="accepted")
    required = {means.uid for means in report.node.means}
    answered = answered_means(report, said.accepted)
    check_validation(
        report.percent,
        required=required,
        answered=answered,
        accepted_items=len(said.accepted),
        exception=said.exception,
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
    comment_field: str = "",
    lock_version: int | None = None,
    now: datetime,
    today: date,
) -> ProgressReport:
    """Send a report back with the words that say what is missing, and the field they are about.

    The comment is compulsory. Raises DomainError `comment-required`, `comment-field-unknown`.
    """
    report = _decidable(actor, report_uid, lock_version)
    _give_back(actor, report, comment, comment_field, now)
    refresh_item(report.node, today)
    _tell([report], now, today)
    return report


def _give_back(actor: Actor, report: ProgressReport, comment: str, about: str, now: datetime) -> None:
    transition = next_state(report.status, ReportAction.RETURN, comment=comment)
    check_comment_field(about)
    report.status = transition.to
    report.updated_at = now
    add_event(actor, report, ReportAction.RETURN, comment=comment.strip(), comment_field=about, now=now)


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
    tell_of_reports([report], now=now, today=today)
    return report


def note_opening(actor: Actor, *, report_uid: str, lock_version: int, now: datetime) -> None:
    """Remember that a reviewer had a report's page open as it then was; the same one again changes nothing.

    A batch decides only on what was opened. Nothing is remembered of a report this actor may not decide on.
    """
    report = db.session.scalar(select(ProgressReport).where(ProgressReport.uid == report_uid))
    if report is None or report.status not in AWAITING_DECISION or actor.user_id is None:
        return
    if not may_validate(actor, institution_id=report.institution_id, author_user_id=report.author_user_id):
        return
    postgresql = db.session.get_bind().dialect.name == "postgresql"
    insert = postgresql_insert if postgresql else sqlite_insert
    row = {
        "report_id": report.id,
        "user_id": actor.user_id,
        "lock_version": lock_version,
        "opened_at": now,
    }
    db.session.execute(insert(ReportOpening).values(**row).on_conflict_do_nothing())


@dataclass(frozen=True)
class BatchDecision:
    """What is decided of one report of a batch; a validation accepts all of its evidence."""

    report_uid: str
    action: ReportAction
    lock_version: int
    comment: str = ""
    comment_field: str = ""


class BatchRefused(DomainError):
    """Nothing of the batch was decided: what keeps each report back, by its uid."""

    def __init__(self, refusals: Mapping[str, DomainError]) -> None:
        """Keep what each report was refused for."""
        super().__init__("batch-refused", count=len(refusals))
        self.refusals = dict(refusals)


def decide_batch(
    actor: Actor, *, decisions: Sequence[BatchDecision], now: datetime, today: date
) -> list[ProgressReport]:
    """Validate and return several reports at once, all of them or none; each gets its own event.

    Only reports that this actor opened as they now stand, never with an exception. What the same request had
    decided before is left as it is. Raises BatchRefused with the first error of each report.
    """
    if not decisions:
        raise DomainError("batch-empty")
    _lock([one.report_uid for one in decisions])
    decided, refusals = [], {}
    for one in decisions:
        try:
            decided.append(_decide_one(actor, one, now))
        except DomainError as error:
            refusals[one.report_uid] = error
    if refusals:
        raise BatchRefused(refusals)
    for node in {one.node.commitment_id or one.node_id: one.node for one in decided}.values():
        refresh_item(node, today)
    _tell(decided, now, today)
    return decided


def _lock(report_uids: Sequence[str]) -> None:
    """Items, then their reports, each in one order: two batches wait for each other, and never for ever."""
    nodes = select(ProgressReport.node_id).where(ProgressReport.uid.in_(report_uids)).distinct()
    for node_id in sorted(db.session.scalars(nodes)):
        lock_item(node_id)
    for uid in sorted(report_uids):
        get_locked(uid)


def _decide_one(actor: Actor, asked: BatchDecision, now: datetime) -> ProgressReport:
    report = _reviewable(actor, asked.report_uid)
    if _is_repeated(actor, report, asked):
        return report
    if report.status in AWAITING_DECISION:
        check_version(report, asked.lock_version)
        _check_opened(actor, report)
    if asked.action is ReportAction.VALIDATE:
        accepted = frozenset(item.uid for item in report.evidence)
        _accept(actor, report, Acceptance(accepted, comment=asked.comment.strip()), now)
    else:
        _give_back(actor, report, asked.comment, asked.comment_field, now)
    return report


def _is_repeated(actor: Actor, report: ProgressReport, asked: BatchDecision) -> bool:
    """True where the last thing that happened to the report is this very decision by this very actor."""
    last = report.actions[-1] if report.actions else None
    return (
        last is not None
        and report.lock_version > asked.lock_version
        and (last.actor_uid, last.action) == (actor.uid, asked.action)
        and (last.comment, last.comment_field) == (asked.comment.strip(), asked.comment_field)
        and not last.exception
    )


def _check_opened(actor: Actor, report: ProgressReport) -> None:
    opened = select(
        exists().where(
            ReportOpening.report_id == report.id,
            ReportOpening.user_id == actor.user_id,
            ReportOpening.lock_version == report.lock_version,
        )
    )
    if not db.session.scalar(opened):
        raise DomainError("report-not-opened", report=report.uid)


def _decidable(actor: Actor, report_uid: str, lock_version: int | None) -> ProgressReport:
    report = _reviewable(actor, report_uid)
    if report.status in AWAITING_DECISION:
        check_version(report, lock_version)
    return report


def _reviewable(actor: Actor, report_uid: str) -> ProgressReport:
    """A submitted report that this actor may decide on: never their own institution's nor own words.

    Its item is locked first: what a validation rests on is not reopened beside it.
    """
    lock_item_of(report_uid)
    report = get_locked(report_uid)
    if report is None or report.status is ReportStatus.DRAFT:
        raise NotFound("report-not-found")
    if not can(actor, Permission.REPORT_VALIDATE, institution_id=report.institution_id):
        raise NotAllowed("not-allowed", permission=Permission.REPORT_VALIDATE.value)
    if not may_validate(actor, institution_id=report.institution_id, author_user_id=report.author_user_id):
        raise NotAllowed("own-report", report=report.uid)
    return report
