"""Consultations on compiled reports against the chain: periods, comments and answers as recorded."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from tracker.db import db
from tracker.models.consultations import ReportComment, ReportCommentAnswer, ReportConsultation
from tracker.services.audit import EventTag
from tracker.services.ledger import Ledger, Mismatch, Recorded, against_events


def periods(ledger: Ledger) -> Iterator[Mismatch]:
    """Each consultation: its opening, its last day, and its closing before it."""
    rows = db.session.scalars(
        select(ReportConsultation)
        .options(joinedload(ReportConsultation.report))
        .order_by(ReportConsultation.id)
    ).all()
    yield from against_events(
        ledger,
        "consultation",
        {EventTag.CONSULTATION_OPENED},
        rows,
        subject=lambda row: row.report.uid,
        content=lambda row: {
            "consultation": row.uid,
            "closes_on": row.closes_on.isoformat(),
            "sha256": row.report.sha256,
        },
        more=_unlike_opening,
    )
    closings = [one for one in ledger.of({EventTag.CONSULTATION_CLOSED}).values() if one.payload is not None]
    told = {one.payload["consultation"]: one for one in closings if one.payload}
    for row in rows:
        if _closing_of(row) != _told_closing(told.get(row.uid)):
            yield Mismatch("consultation-changed", row.report.uid, "closed_at")


def _unlike_opening(row: ReportConsultation, event: Recorded) -> Iterable[str]:
    if row.opened_at != event.at:
        yield "opened_at"
    if row.opened_by_uid != event.actor_uid:
        yield "opened_by_uid"


def _closing_of(row: ReportConsultation) -> tuple[Any, ...] | None:
    return None if row.closed_at is None else (row.closed_at, row.closed_by_uid, row.close_reason)


def _told_closing(event: Recorded | None) -> tuple[Any, ...] | None:
    if event is None or event.payload is None:
        return None
    return event.at, event.actor_uid, event.payload["reason"]


def comments(ledger: Ledger) -> Iterator[Mismatch]:
    """Each comment: who said what, of which item."""
    consultation = joinedload(ReportComment.consultation)
    yield from against_events(
        ledger,
        "comment",
        {EventTag.CONSULTATION_COMMENTED},
        db.session.scalars(
            select(ReportComment)
            .options(consultation.joinedload(ReportConsultation.report))
            .order_by(ReportComment.id)
        ),
        subject=lambda row: row.consultation.report.uid,
        content=lambda row: {
            "consultation": row.consultation.uid,
            "report_comment": row.uid,
            "item": row.item_uid,
            "item_label": row.item_label,
            "text": row.text,
            "actor_label": row.actor_label,
            "actor_role": row.actor_role.value,
        },
        more=_unlike_author,
    )


def answers(ledger: Ledger) -> Iterator[Mismatch]:
    """Each answer: what was decided of a comment, and why."""
    comment = joinedload(ReportCommentAnswer.comment)
    yield from against_events(
        ledger,
        "comment-answer",
        {EventTag.CONSULTATION_ANSWERED},
        db.session.scalars(
            select(ReportCommentAnswer)
            .options(comment.joinedload(ReportComment.consultation).joinedload(ReportConsultation.report))
            .order_by(ReportCommentAnswer.id)
        ),
        subject=lambda row: row.comment.consultation.report.uid,
        content=lambda row: {
            "report_comment": row.comment.uid,
            "outcome": row.outcome.value,
            "reason": row.reason,
        },
        more=_unlike_author,
    )


def _unlike_author(row: ReportComment | ReportCommentAnswer, event: Recorded) -> Iterable[str]:
    if row.at != event.at:
        yield "at"
    if row.actor_uid != event.actor_uid:
        yield "actor_uid"


CHECKS = (periods, comments, answers)
