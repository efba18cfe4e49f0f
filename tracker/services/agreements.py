"""Agreements of the technical table: written down, answered by one person, accepted by another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import select

from tracker.db import db
from tracker.domain import agreements as rules
from tracker.domain.agreements import Agreement, Answer, Ruling
from tracker.domain.canonical import encode
from tracker.domain.errors import DomainError, NotAllowed, NotFound
from tracker.domain.meetings import MAX_TEXT, KeptFile, check_held, check_words
from tracker.domain.permissions import Actor, Permission, can, may_validate, require
from tracker.domain.snapshots import canonical
from tracker.models.accounts import User
from tracker.models.meetings import TableAgreement
from tracker.models.types import new_uid
from tracker.queries.agreements import agreement_of, last_number, visible_to
from tracker.queries.history import AGREEMENT
from tracker.services import agreement_notices as notices
from tracker.services.audit import EventTag
from tracker.services.evidence import Upload, checked_url
from tracker.services.meetings import held_row, institution_of, keep_file, office_of
from tracker.services.versions import institution_ref, record_fact

MOST_FILES = 5


@dataclass(frozen=True)
class AgreementSaid:
    """An agreement as it was typed."""

    text: str
    institution_uid: str
    due_on: date
    point_uid: str = ""


@dataclass(frozen=True)
class AnswerSaid:
    """An answer as it was typed, with files received before."""

    text: str
    met_on: date
    url: str = ""
    files: Sequence[Upload] = ()
    is_personal: bool = False
    """True where the files hold personal data: they are not published."""


def record_agreement(
    actor: Actor, meeting_uid: str, said: AgreementSaid, *, today: date, now: datetime
) -> str:
    """Write down what a meeting that was held agreed on; the institution's people are told. Its uid."""
    row, meeting = held_row(actor, meeting_uid)
    check_held(meeting)
    institution = institution_of(said.institution_uid)
    if said.point_uid and meeting.point_number(said.point_uid) is None:
        raise DomainError("agenda-point-unknown", field="point")
    made = TableAgreement(uid=new_uid(), meeting_id=row.id)
    agreement = Agreement(
        uid=made.uid,
        meeting_uid=meeting.uid,
        number=last_number(row.id) + 1,
        text=said.text.strip(),
        institution=institution_ref(institution),
        agreed_on=meeting.on,
        due_on=said.due_on,
        point_uid=said.point_uid,
    )
    rules.check_agreement(agreement)
    made.institution_id = institution.id
    _save(actor, made, agreement, effective_on=meeting.on, now=now)
    notices.tell_of_agreement(made, agreement, today=today, now=now)
    return made.uid


def _save(
    actor: Actor, row: TableAgreement, agreement: Agreement, *, effective_on: date, now: datetime
) -> None:
    row.number, row.status, row.due_on = agreement.number, agreement.status, agreement.due_on
    row.content = canonical(encode(agreement))
    db.session.add(row)
    db.session.flush()
    tag = EventTag.AGREEMENT_VERSION
    record_fact(actor, AGREEMENT, tag, row.uid, agreement, effective_on=effective_on, now=now)


def _seen(actor: Actor, uid: str) -> tuple[TableAgreement, Agreement]:
    """The agreement, held until the end of this unit; NotFound where the actor may not know of it."""
    row = db.session.scalar(
        select(TableAgreement)
        .where(TableAgreement.uid == uid, visible_to(actor))
        .with_for_update(of=TableAgreement)
    )
    if row is None:
        raise NotFound("agreement-not-found")
    return row, agreement_of(row)


def correct_agreement(actor: Actor, uid: str, said: AgreementSaid, *, today: date, now: datetime) -> None:
    """Write an agreement otherwise while its minutes are not approved and nothing followed from it."""
    row, agreement = _seen(actor, uid)
    _, meeting = held_row(actor, agreement.meeting_uid)
    check_held(meeting)
    institution = institution_of(said.institution_uid)
    changed = rules.corrected(agreement, said.text, institution_ref(institution), said.due_on)
    is_moved = institution.id != row.institution_id
    row.institution_id = institution.id
    _save(actor, row, changed, effective_on=agreement.agreed_on, now=now)
    db.session.expire(row, ["institution"])
    if is_moved or changed.due_on != agreement.due_on:
        notices.clear_agreement(row, now=now)
        notices.tell_of_agreement(row, changed, today=today, now=now)


def answer_agreement(actor: Actor, uid: str, said: AnswerSaid, *, today: date, now: datetime) -> None:
    """Say that an agreement was met, with an explanation and what shows it; it waits for its acceptance.

    The institution's liaisons do, or the contact point in their place.
    """
    require(actor, Permission.AGREEMENT_ANSWER)
    row, agreement = _seen(actor, uid)
    writes = can(actor, Permission.MEETING_WRITE)
    if not writes and row.institution_id not in actor.institution_ids:
        raise NotAllowed("not-allowed", permission=Permission.AGREEMENT_ANSWER.value)
    if len(said.files) > MOST_FILES:
        raise DomainError("evidence-too-many", field="files", limit=MOST_FILES)
    own = row.institution_id in actor.institution_ids
    answer = Answer(
        text=said.text.strip(),
        met_on=said.met_on,
        answered_on=today,
        by=row.institution.label if own else office_of(actor),
        by_uid=actor.uid,
        url=_url(said.url),
    )
    rules.answered(agreement, answer)  # before any file gets its row
    once = {one.sha256: one for one in said.files}.values()
    files = tuple(_kept(actor, row, one, said, now) for one in once)
    whole = rules.answered(agreement, replace(answer, files=files))
    _save(actor, row, whole, effective_on=today, now=now)
    notices.tell_of_answer(row, whole, today=today, now=now)


def _url(url: str) -> str:
    if not url.strip():
        return ""
    try:
        return checked_url(url)
    except DomainError as error:
        raise DomainError(error.code, field="url", **error.params) from error


def _kept(actor: Actor, row: TableAgreement, upload: Upload, said: AnswerSaid, now: datetime) -> KeptFile:
    return keep_file(actor, upload, agreement=row, is_public=not said.is_personal, now=now)


def rule_on_answer(
    actor: Actor, uid: str, *, is_accepted: bool, comment: str, today: date, now: datetime
) -> None:
    """Accept an answer, or send it back with what is missing; one accepted by mistake is sent back too.

    Nobody rules on what they wrote, nor on their own institution's: NotAllowed.
    """
    row, agreement = _seen(actor, uid)
    author = agreement.answer.by_uid if agreement.answer else ""
    author_id = db.session.scalar(select(User.id).where(User.uid == author))
    require(actor, Permission.REPORT_VALIDATE, institution_id=row.institution_id)
    if not may_validate(actor, institution_id=row.institution_id, author_user_id=author_id):
        raise NotAllowed("own-answer")
    words = check_words(comment, "comment", most=MAX_TEXT) if comment.strip() else ""
    ruling = Ruling(is_accepted, today, office_of(actor), actor.uid, words)
    step = rules.accepted if is_accepted else rules.sent_back
    ruled = step(agreement, ruling)
    _save(actor, row, ruled, effective_on=rules.counts_from(agreement, today), now=now)
    notices.tell_of_ruling(row, ruled, is_accepted=is_accepted, today=today, now=now)


def postpone_agreement(
    actor: Actor, uid: str, due_on: date, reason: str, *, today: date, now: datetime
) -> None:
    """Give an agreement a later due date, with the reason; the earlier one stays written."""
    require(actor, Permission.MEETING_WRITE)
    row, agreement = _seen(actor, uid)
    changed = rules.postponed(agreement, due_on, reason=reason, on=today)
    _save(actor, row, changed, effective_on=today, now=now)
    notices.clear_agreement(row, now=now)
    notices.tell_of_agreement(row, changed, today=today, now=now)


def drop_agreement(actor: Actor, uid: str, reason: str, *, today: date, now: datetime) -> None:
    """Leave an agreement without effect, as the table decided later; it stays listed with its reason."""
    require(actor, Permission.MEETING_WRITE)
    row, agreement = _seen(actor, uid)
    changed = rules.dropped(agreement, reason=reason, on=today)
    _save(actor, row, changed, effective_on=today, now=now)
    notices.clear_agreement(row, now=now)
