"""Agreements of the technical table: those that somebody may see, how they stand, and how they stood."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, Select, func, select, true
from sqlalchemy.orm import contains_eager, joinedload

from tracker.db import db
from tracker.domain.agreements import (
    Agreement,
    AgreementState,
    AgreementStatus,
    Standing,
    by_urgency,
    standing,
)
from tracker.domain.canonical import decode
from tracker.domain.errors import NotFound
from tracker.domain.history import Cut
from tracker.domain.permissions import Actor, Permission, can, may_validate, require
from tracker.models.accounts import User
from tracker.models.meetings import AgreementFlag, TableAgreement
from tracker.queries.history import AGREEMENT, contents_at

MOST_IN_PANEL = 5


@dataclass(frozen=True)
class AgreementRow:
    """An agreement as the work area shows it: how it stands today, and what the actor may do with it."""

    agreement: Agreement
    standing: Standing
    institution: str
    meeting_number: int
    meeting_uid: str
    may_answer: bool
    may_rule: bool
    may_undo: bool
    may_change: bool


@dataclass(frozen=True)
class AgreementCounts:
    """What somebody has to see to: the open ones by urgency, how many are overdue, how many wait for them."""

    rows: tuple[AgreementRow, ...]
    open: int
    overdue: int
    to_rule: int


def agreement_of(row: TableAgreement) -> Agreement:
    """An agreement out of its row."""
    return decode(Agreement, json.loads(row.content))


def of_meeting(meeting_id: int) -> ColumnElement[bool]:
    """Those of a meeting."""
    return TableAgreement.meeting_id == meeting_id


def visible_to(actor: Actor) -> ColumnElement[bool]:
    """Every one for those who read the table's meetings; for institutions those that they answer for."""
    require(actor, Permission.AGREEMENT_READ)
    if can(actor, Permission.MEETING_READ):
        return true()
    return TableAgreement.institution_id.in_(sorted(actor.institution_ids))


def _rows(actor: Actor) -> Select[TableAgreement]:
    return (
        select(TableAgreement)
        .where(visible_to(actor))
        .options(joinedload(TableAgreement.meeting), joinedload(TableAgreement.institution))
    )


def agreement_rows(actor: Actor, which: ColumnElement[bool], *, today: date) -> Iterator[AgreementRow]:
    """Those that the actor may see, in the order of their numbers; in two queries."""
    rows = db.session.scalars(_rows(actor).where(which).order_by(TableAgreement.number)).all()
    authors = _authors(rows)
    return (_row(actor, one, authors, today) for one in rows)


def list_agreements(actor: Actor, *, today: date) -> tuple[AgreementRow, ...]:
    """All that the actor may see, what is overdue first."""
    found = {one.agreement.uid: one for one in agreement_rows(actor, true(), today=today)}
    return tuple(found[one.uid] for one in by_urgency([each.agreement for each in found.values()], today))


def get_agreement(actor: Actor, uid: str, *, today: date) -> AgreementRow:
    """One agreement; NotFound where the actor may not know of it."""
    found = next(agreement_rows(actor, TableAgreement.uid == uid, today=today), None)
    if found is None:
        raise NotFound("agreement-not-found")
    return found


def _authors(rows: Sequence[TableAgreement]) -> dict[str, int]:
    """The accounts of those who answered, by their opaque id."""
    uids = {each.by_uid for one in rows for each in agreement_of(one).answers}
    found = db.session.execute(select(User.uid, User.id).where(User.uid.in_(sorted(uids))))
    return dict(found.all())


def _row(actor: Actor, row: TableAgreement, authors: dict[str, int], today: date) -> AgreementRow:
    one = agreement_of(row)
    writes = can(actor, Permission.MEETING_WRITE)
    own = row.institution_id in actor.institution_ids
    pending = row.status is AgreementStatus.PENDING
    author = authors.get(one.answer.by_uid) if one.answer else None
    rules = may_validate(actor, institution_id=row.institution_id, author_user_id=author)
    return AgreementRow(
        agreement=one,
        standing=standing(one, today),
        institution=row.institution.label,
        meeting_number=row.meeting.number,
        meeting_uid=row.meeting.uid,
        may_answer=pending and can(actor, Permission.AGREEMENT_ANSWER) and (writes or own),
        may_rule=row.status is AgreementStatus.ANSWERED and rules,
        may_undo=row.status is AgreementStatus.MET and rules,
        may_change=pending and writes,
    )


def count_agreements(actor: Actor, *, today: date) -> AgreementCounts:
    """What the actor's panel tells, in constantly many queries."""
    unsettled = TableAgreement.status.in_([AgreementStatus.PENDING, AgreementStatus.ANSWERED])
    found = list(agreement_rows(actor, unsettled, today=today))
    pending = {one.agreement.uid: one for one in found if one.agreement.status is AgreementStatus.PENDING}
    first = by_urgency([one.agreement for one in pending.values()], today)[:MOST_IN_PANEL]
    return AgreementCounts(
        rows=tuple(pending[one.uid] for one in first),
        open=len(pending),
        overdue=sum(one.standing.state is AgreementState.OVERDUE for one in pending.values()),
        to_rule=sum(one.may_rule for one in found),
    )


def agreements_at(cut: Cut) -> tuple[Agreement, ...]:
    """Every agreement as it counts at a cut: as of a day, and as known at a place in the order."""
    return tuple(decode(Agreement, content) for content in contents_at(AGREEMENT, cut))


def list_own_agreements(actor: Actor) -> tuple[Agreement, ...]:
    """Those of the actor's institutions, for their calendar; of all, for who reads all."""
    if not can(actor, Permission.AGREEMENT_READ):
        return ()
    rows = db.session.scalars(
        select(TableAgreement).where(visible_to(actor)).order_by(TableAgreement.due_on, TableAgreement.id)
    )
    return tuple(agreement_of(one) for one in rows)


def list_unsettled() -> Sequence[TableAgreement]:
    """Those that are due, held until the end of this unit."""
    return db.session.scalars(
        select(TableAgreement)
        .where(TableAgreement.status == AgreementStatus.PENDING)
        .options(joinedload(TableAgreement.institution), joinedload(TableAgreement.meeting))
        .order_by(TableAgreement.id)
        .with_for_update(of=TableAgreement)
    ).all()


def list_flags() -> Sequence[AgreementFlag]:
    """Flags that a day may still change, the agreement with each: open ones, and those of what is due."""
    return db.session.scalars(
        select(AgreementFlag)
        .join(AgreementFlag.agreement)
        .where(AgreementFlag.closed_on.is_(None) | (TableAgreement.status == AgreementStatus.PENDING))
        .options(contains_eager(AgreementFlag.agreement))
        .order_by(AgreementFlag.id)
    ).all()


def last_number(meeting_id: int) -> int:
    """The number of the last agreement of a meeting; 0 before the first."""
    found = db.session.scalar(
        select(func.max(TableAgreement.number)).where(TableAgreement.meeting_id == meeting_id)
    )
    return found or 0
