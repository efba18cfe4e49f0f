"""Consultations on compiled reports: what was said and answered, and what the actor may do about it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, and_, exists, func, select
from sqlalchemy.orm import joinedload, selectinload

from tracker.db import db
from tracker.domain.compilation import CompilationStatus
from tracker.domain.consultations import Outcome, is_open, may_comment
from tracker.domain.permissions import AccountRole, Actor, Permission, can
from tracker.models.consultations import ReportComment, ReportCommentAnswer, ReportConsultation
from tracker.models.plans import NodeRole, PlanNode
from tracker.models.reports import CompiledReport


@dataclass(frozen=True)
class AnswerRow:
    """The answer to a comment."""

    outcome: Outcome
    reason: str
    at: datetime


@dataclass(frozen=True)
class CommentRow:
    """A comment with who made it: a person for those who are signed in."""

    uid: str
    item: str
    text: str
    person: str
    role: AccountRole
    institutions: str
    at: datetime
    seq: int
    answer: AnswerRow | None


@dataclass(frozen=True)
class ConsultationRow:
    """A period of consultation with what was said in it."""

    uid: str
    opened_at: datetime
    closes_on: date
    closed_at: datetime | None
    close_reason: str
    is_open: bool
    comments: tuple[CommentRow, ...]


@dataclass(frozen=True)
class ConsultationPage:
    """A report's consultations, the latest first, and what the actor may do."""

    consultations: tuple[ConsultationRow, ...]
    may_open: bool
    may_close: bool
    may_comment: bool
    may_answer: bool

    @property
    def open(self) -> ConsultationRow | None:
        """The consultation that is open now."""
        return next((one for one in self.consultations if one.is_open), None)

    @property
    def unanswered(self) -> int:
        """How many comments wait for their answer."""
        return sum(comment.answer is None for one in self.consultations for comment in one.comments)

    @property
    def comment_uids(self) -> tuple[str, ...]:
        """Every comment on the report."""
        return tuple(comment.uid for one in self.consultations for comment in one.comments)

    @property
    def holds_approval(self) -> bool:
        """True while the report cannot be approved."""
        return self.open is not None or self.unanswered > 0


def participates(actor: Actor) -> ColumnElement[bool]:
    """Reports on a plan, once consulted on, in which an institution of the actor has a part."""
    consulted = exists().where(ReportConsultation.report_id == CompiledReport.id)
    has_part = exists().where(
        PlanNode.plan_id == CompiledReport.plan_id,
        PlanNode.withdrawn_on.is_(None),
        NodeRole.node_id == PlanNode.id,
        NodeRole.institution_id.in_(sorted(actor.institution_ids)),
    )
    return and_(CompiledReport.institution_id.is_(None), consulted, has_part)


def list_participants(report: CompiledReport) -> Collection[int]:
    """Ids of the institutions consulted: the one a report is of, else those with a part in its plan."""
    if report.institution_id is not None:
        return {report.institution_id}
    statement = (
        select(NodeRole.institution_id)
        .join(PlanNode, PlanNode.id == NodeRole.node_id)
        .where(PlanNode.plan_id == report.plan_id, PlanNode.withdrawn_on.is_(None))
        .distinct()
    )
    return set(db.session.scalars(statement))


def list_consultations(report_id: int) -> Sequence[ReportConsultation]:
    """A report's consultations with comments and answers, the latest first, in constantly many queries."""
    comments = selectinload(ReportConsultation.comments)
    return db.session.scalars(
        select(ReportConsultation)
        .where(ReportConsultation.report_id == report_id)
        .options(comments.joinedload(ReportComment.author), comments.joinedload(ReportComment.answer))
        .order_by(ReportConsultation.id.desc())
    ).all()


def count_unanswered(report_id: int) -> int:
    """How many comments on a report wait for their answer."""
    statement = (
        select(func.count(ReportComment.id))
        .join(ReportConsultation, ReportConsultation.id == ReportComment.consultation_id)
        .outerjoin(ReportCommentAnswer, ReportCommentAnswer.comment_id == ReportComment.id)
        .where(ReportConsultation.report_id == report_id, ReportCommentAnswer.id.is_(None))
    )
    return db.session.scalar(statement) or 0


def open_consultation(report_id: int, now: datetime) -> ReportConsultation | None:
    """The consultation on a report that is open now."""
    rows = db.session.scalars(
        select(ReportConsultation)
        .where(ReportConsultation.report_id == report_id, ReportConsultation.closed_at.is_(None))
        .options(joinedload(ReportConsultation.report))
        .order_by(ReportConsultation.id.desc())
    )
    return next((one for one in rows if is_open(one.closes_at, one.closed_at, now)), None)


def get_consultations(actor: Actor, report: CompiledReport, now: datetime) -> ConsultationPage:
    """A report's consultations for somebody who may see the report."""
    rows = tuple(_consultation(one, now) for one in list_consultations(report.id))
    is_ready = report.status is CompilationStatus.READY
    conducts = can(actor, Permission.COMPILATION_PUBLISH)
    current = any(one.is_open for one in rows)
    return ConsultationPage(
        consultations=rows,
        may_open=is_ready and conducts and not current,
        may_close=conducts and current,
        may_comment=current and may_comment(actor, list_participants(report)),
        may_answer=is_ready and conducts,
    )


def _consultation(row: ReportConsultation, now: datetime) -> ConsultationRow:
    return ConsultationRow(
        uid=row.uid,
        opened_at=row.opened_at,
        closes_on=row.closes_on,
        closed_at=row.closed_at,
        close_reason=row.close_reason,
        is_open=is_open(row.closes_at, row.closed_at, now),
        comments=tuple(_comment(one) for one in row.comments),
    )


def _comment(row: ReportComment) -> CommentRow:
    answer = row.answer
    return CommentRow(
        uid=row.uid,
        item=row.item_label,
        text=row.text,
        person=row.author.name,
        role=row.actor_role,
        institutions=row.actor_label,
        at=row.at,
        seq=row.recorded_seq,
        answer=AnswerRow(answer.outcome, answer.reason, answer.at) if answer else None,
    )
