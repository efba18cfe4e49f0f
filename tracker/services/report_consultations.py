"""Consultation on a finished report: opened, commented on, answered, closed; what is said stays."""

from __future__ import annotations

import json
from datetime import date, datetime, time, timedelta
from typing import cast
from zoneinfo import ZoneInfo

from sqlalchemy import select

from tracker.db import db
from tracker.domain import consultations as rules
from tracker.domain.compilation import CompilationStatus
from tracker.domain.errors import Conflict, NotAllowed, NotFound
from tracker.domain.permissions import AccountRole, Actor, Permission, require
from tracker.domain.report_comparison import Place, document_places, place_number
from tracker.domain.reports import document_from
from tracker.models.consultations import ReportComment, ReportCommentAnswer, ReportConsultation
from tracker.models.reports import CompiledReport
from tracker.models.types import new_uid
from tracker.queries import report_consultations as queries
from tracker.queries.reports import visible_to
from tracker.services.audit import EventTag, record
from tracker.services.consultation_notices import clear_consultation, tell_of_consultation

SUBJECT = "compilation"


def open_consultation(
    actor: Actor, uid: str, closes_on: date | None, *, today: date, now: datetime, zone: str
) -> str:
    """Open a consultation on a finished report through a day, and give its uid; the contact point does.

    Raises Conflict `consultation-not-possible` or `consultation-already-open`, DomainError on its day.
    """
    require(actor, Permission.COMPILATION_PUBLISH)
    report = _locked(actor, uid)
    has_open = queries.open_consultation(report.id, now) is not None
    last = rules.check_opening(report.status, closes_on, today, has_open=has_open)
    own_uid = new_uid()
    content = {"consultation": own_uid, "closes_on": last.isoformat(), "sha256": report.sha256}
    seq = record(actor, EventTag.CONSULTATION_OPENED, SUBJECT, uid, content, now=now)
    consultation = ReportConsultation(
        uid=own_uid,
        report_id=report.id,
        opened_at=now,
        opened_by_uid=actor.uid,
        closes_on=last,
        closes_at=datetime.combine(last + timedelta(days=1), time(), ZoneInfo(zone)),
        recorded_seq=seq,
    )
    db.session.add(consultation)
    db.session.flush()
    tell_of_consultation(consultation, report, now=now, today=today)
    return own_uid


def close_consultation(actor: Actor, uid: str, reason: str, *, now: datetime) -> None:
    """Close an open consultation before its day, with a reason that stays beside it."""
    require(actor, Permission.COMPILATION_PUBLISH)
    consultation = _open(_locked(actor, uid), now)
    words = rules.check_text(reason, "reason", "reason-required")
    consultation.closed_at, consultation.closed_by_uid, consultation.close_reason = now, actor.uid, words
    db.session.flush()
    clear_consultation(consultation, now=now)
    content = {"consultation": consultation.uid, "reason": words}
    record(actor, EventTag.CONSULTATION_CLOSED, SUBJECT, uid, content, now=now)


def add_comment(actor: Actor, uid: str, text: str, item_uid: str = "", *, now: datetime) -> str:
    """Comment on a report under consultation, or on one of its items, and give the comment's uid.

    The same words of the same person on the same item are kept once. Raises NotAllowed `not-consulted`,
    Conflict `consultation-not-open`, DomainError on the text or the item.
    """
    report = _locked(actor, uid)
    if not rules.may_comment(actor, queries.list_participants(report)):
        raise NotAllowed("not-consulted")
    consultation = _open(report, now)
    words = rules.check_text(text, "text", "opinion-required")
    places = _places(report)
    rules.check_item(item_uid, places)
    said = _said_already(actor, consultation, words, item_uid)
    return said or _keep(actor, consultation, words, places.get(item_uid), now)


def _keep(
    actor: Actor, consultation: ReportConsultation, words: str, place: Place | None, now: datetime
) -> str:
    own_uid = new_uid()
    item, label = (place.uid, f"{place_number(place)} {place.title}") if place else ("", "")
    role = cast(AccountRole, actor.role)  # only people with a role comment
    content = {
        "consultation": consultation.uid,
        "report_comment": own_uid,
        "item": item,
        "item_label": label,
        "text": words,
        "actor_label": actor.label,
        "actor_role": role.value,
    }
    subject = consultation.report.uid
    seq = record(actor, EventTag.CONSULTATION_COMMENTED, SUBJECT, subject, content, now=now)
    db.session.add(
        ReportComment(
            uid=own_uid,
            consultation_id=consultation.id,
            item_uid=item,
            item_label=label,
            text=words,
            author_user_id=actor.user_id,
            actor_uid=actor.uid,
            actor_role=role,
            actor_label=actor.label,
            at=now,
            recorded_seq=seq,
        )
    )
    db.session.flush()
    return own_uid


def answer_comment(
    actor: Actor, uid: str, comment_uid: str, outcome: rules.Outcome, reason: str, *, now: datetime
) -> None:
    """Answer a comment on a report that is not approved yet, once and with a reason.

    Raises NotFound `comment-not-found`, Conflict `comment-answered` or `consultation-not-possible`.
    """
    require(actor, Permission.COMPILATION_PUBLISH)
    report = _locked(actor, uid)
    comment = db.session.scalar(
        select(ReportComment)
        .join(ReportConsultation, ReportConsultation.id == ReportComment.consultation_id)
        .where(ReportComment.uid == comment_uid, ReportConsultation.report_id == report.id)
    )
    if comment is None:
        raise NotFound("comment-not-found")
    if report.status is not CompilationStatus.READY:
        raise Conflict("consultation-not-possible", status=report.status.value)
    if comment.answer is not None:
        raise Conflict("comment-answered")
    words = rules.check_text(reason, "reason", "answer-reason-required")
    content = {"report_comment": comment.uid, "outcome": outcome.value, "reason": words}
    seq = record(actor, EventTag.CONSULTATION_ANSWERED, SUBJECT, uid, content, now=now)
    db.session.add(
        ReportCommentAnswer(
            comment_id=comment.id,
            outcome=outcome,
            reason=words,
            actor_uid=actor.uid,
            at=now,
            recorded_seq=seq,
        )
    )
    db.session.flush()


def check_consulted(report: CompiledReport, now: datetime) -> None:
    """Refuse the approval of a report while it is consulted on, or while a comment waits for its answer."""
    current = queries.open_consultation(report.id, now)
    rules.check_approval(current.closes_on if current else None, queries.count_unanswered(report.id))


def _locked(actor: Actor, uid: str) -> CompiledReport:
    """The report, held until the end of this unit; NotFound where the actor may not know of it."""
    report = db.session.scalar(
        select(CompiledReport).where(CompiledReport.uid == uid, visible_to(actor)).with_for_update()
    )
    if report is None:
        raise NotFound("compilation-not-found")
    return report


def _open(report: CompiledReport, now: datetime) -> ReportConsultation:
    consultation = queries.open_consultation(report.id, now)
    if consultation is None:
        raise Conflict("consultation-not-open")
    return consultation


def _places(report: CompiledReport) -> dict[str, Place]:
    return {place.uid: place for place in document_places(document_from(json.loads(report.document)))}


def _said_already(actor: Actor, consultation: ReportConsultation, words: str, item_uid: str) -> str | None:
    return db.session.scalar(
        select(ReportComment.uid).where(
            ReportComment.consultation_id == consultation.id,
            ReportComment.actor_uid == actor.uid,
            ReportComment.item_uid == item_uid,
            ReportComment.text == words,
        )
    )
