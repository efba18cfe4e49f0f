"""Observations and corrections of people without an account: received, confirmed, moderated, replied to."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select

from tracker.db import db
from tracker.domain import observations as rules
from tracker.domain.consultations import Outcome
from tracker.domain.errors import Conflict, DomainError, NotFound
from tracker.domain.observations import ObservationKind, ObservationStatus, Rejection, SubjectRef
from tracker.domain.permissions import PUBLIC, SYSTEM, Actor, Permission, require
from tracker.models.accounts import Institution
from tracker.models.citizens import CitizenLetter, LetterKind, Observation
from tracker.models.types import new_uid
from tracker.queries.observations import list_newly_overdue, visible_to
from tracker.queries.portal.topics import get_subject, list_parts
from tracker.services.accounts import checked_email
from tracker.services.audit import EventTag, hold_chain, record
from tracker.services.observation_notices import clear_observation, tell_of_asking, tell_of_overdue
from tracker.services.public_tokens import CONFIRMING, Purpose, read

SUBJECT = "observation"
ASKED_AGAIN = timedelta(hours=1)
OFFICE = "contact_point"


def send_observation(
    ref: SubjectRef,
    *,
    kind: ObservationKind,
    text: str,
    email: str,
    name: str = "",
    language: str = "es",
    now: datetime,
) -> str:
    """Keep what somebody says of a published thing, and ask them by mail to confirm it; gives its uid.

    The same words of the same person are kept once, and asked about at most once an hour. Raises NotFound for
    what is not published, DomainError on text, name or e-mail.
    """
    get_subject(ref)
    address = checked_email(email)
    words, called = rules.check_text(text), rules.check_name(name)
    hold_chain()  # two clicks at once are one observation
    again = _said_already(ref, address, words)
    if again is not None:
        _ask_again(again, now)
        return again.uid
    row = Observation(
        uid=new_uid(),
        subject_kind=ref.kind,
        subject_uid=ref.uid,
        kind=kind,
        name=called,
        email=address,
        text=words,
        language=language,
        created_at=now,
        asked_at=now,
    )
    row.recorded_seq = record(PUBLIC, EventTag.OBSERVATION_RECEIVED, SUBJECT, row.uid, said(row), now=now)
    db.session.add(row)
    db.session.flush()
    _write(row, LetterKind.CONFIRM_OBSERVATION, now)
    return row.uid


def _ask_again(row: Observation, now: datetime) -> None:
    if row.status is ObservationStatus.UNCONFIRMED and now - row.asked_at >= ASKED_AGAIN:
        row.asked_at = now
        _write(row, LetterKind.CONFIRM_OBSERVATION, now)


def said(row: Observation) -> dict[str, Any]:
    """What the chain keeps of an observation: never the e-mail."""
    return {
        "about": SubjectRef(row.subject_kind, row.subject_uid).address,
        "kind": row.kind.value,
        "language": row.language,
        "name": row.name,
        "text": row.text,
    }


def _said_already(ref: SubjectRef, email: str, words: str) -> Observation | None:
    return db.session.scalar(
        select(Observation)
        .where(
            Observation.email == email,
            Observation.subject_kind == ref.kind,
            Observation.subject_uid == ref.uid,
            Observation.text == words,
        )
        .limit(1)
    )


def _write(row: Observation, kind: LetterKind, now: datetime) -> None:
    """Have its author written to, where the address was not erased."""
    if row.email:
        db.session.add(CitizenLetter(kind=kind, observation_id=row.id, created_at=now))
    db.session.flush()


def observation_of(secret: str, token: str, *, now: datetime) -> str:
    """The uid that a link of confirmation is for; BadToken where it is not valid any more."""
    return read(secret, Purpose.CONFIRM_OBSERVATION, token, now=now, most_age=CONFIRMING).value


def confirm_observation(secret: str, token: str, *, days: int, today: date, now: datetime) -> bool:
    """Confirm what one wrote, by the link in the mail; False where that was done before."""
    row = _locked(observation_of(secret, token, now=now))
    if row.status is not ObservationStatus.UNCONFIRMED:
        return False
    row.status, row.confirmed_at = ObservationStatus.WAITING, now
    row.due_on = rules.reply_due(today, days)
    db.session.flush()
    content = {"due_on": row.due_on.isoformat()}
    record(PUBLIC, EventTag.OBSERVATION_CONFIRMED, SUBJECT, row.uid, content, now=now)
    return True


def _locked(uid: str) -> Observation:
    row = db.session.scalar(select(Observation).where(Observation.uid == uid).with_for_update())
    if row is None:
        raise NotFound("observation-not-found")
    return row


def publish_observation(actor: Actor, uid: str, *, now: datetime) -> None:
    """Put a confirmed observation on its page; the contact point does, once."""
    _moderate(actor, uid, ObservationStatus.PUBLISHED, None, now)


def reject_observation(actor: Actor, uid: str, why: Rejection, *, now: datetime) -> None:
    """Keep a confirmed observation off its page, for one of few reasons, counted in public."""
    _moderate(actor, uid, ObservationStatus.REJECTED, why, now)


def _moderate(
    actor: Actor, uid: str, status: ObservationStatus, why: Rejection | None, now: datetime
) -> None:
    require(actor, Permission.OBSERVATION_MODERATE)
    row = _seen(actor, uid)
    rules.check_moderation(row.status)
    row.status, row.rejection, row.decided_at, row.decided_by_uid = status, why, now, actor.uid
    is_public = status is ObservationStatus.PUBLISHED
    _write(row, LetterKind.OBSERVATION_PUBLISHED if is_public else LetterKind.OBSERVATION_REJECTED, now)
    if not is_public:
        clear_observation(row, now=now)
    content = {"status": status.value, "reason": why.value if why else ""}
    record(actor, EventTag.OBSERVATION_MODERATED, SUBJECT, uid, content, now=now)


def _seen(actor: Actor, uid: str) -> Observation:
    """The observation, held until the end of this unit; NotFound where the actor may not know of it."""
    row = db.session.scalar(
        select(Observation).where(Observation.uid == uid, visible_to(actor)).with_for_update()
    )
    if row is None:
        raise NotFound("observation-not-found")
    return row


def ask_institution(actor: Actor, uid: str, institution_uid: str, *, today: date, now: datetime) -> None:
    """Ask an institution with a part in the subject what to reply; its liaisons are told and may propose."""
    require(actor, Permission.OBSERVATION_MODERATE)
    row = _seen(actor, uid)
    rules.check_replying(row.status, is_replied=row.replied_at is not None)
    offered = {one.uid for one in list_parts(SubjectRef(row.subject_kind, row.subject_uid))}
    institution = db.session.scalar(select(Institution).where(Institution.uid == institution_uid))
    if institution is None or institution_uid not in offered:
        raise DomainError("institution-unknown", field="institution")
    if institution.id == row.institution_id:
        raise Conflict("observation-already-asked", institution=institution.label)
    clear_observation(row, now=now)
    row.institution_id = institution.id
    row.draft, row.drafted_at, row.drafted_by_uid = "", None, ""
    db.session.flush()
    tell_of_asking(row, institution, today=today, now=now)
    content = {"institution": institution.uid}
    record(actor, EventTag.OBSERVATION_ASKED, SUBJECT, uid, content, now=now)


def draft_reply(actor: Actor, uid: str, text: str, *, now: datetime) -> None:
    """Propose the reply to an observation on which one's institution was asked; it is not public yet."""
    row = _seen(actor, uid)
    require(actor, Permission.OBSERVATION_REPLY, institution_id=row.institution_id or 0)
    rules.check_replying(row.status, is_replied=row.replied_at is not None)
    row.draft = rules.check_reply(text, "draft")
    row.drafted_at, row.drafted_by_uid = now, actor.uid
    db.session.flush()
    record(actor, EventTag.OBSERVATION_DRAFTED, SUBJECT, uid, {"text": row.draft}, now=now)


def reply_observation(
    actor: Actor, uid: str, outcome: Outcome, text: str, *, for_institution: bool = False, now: datetime
) -> None:
    """Reply to a published observation, once and with reasons; its author is told.

    It stands there in the contact point's name, or, with `for_institution`, in that of the institution that
    was asked and proposed it.
    """
    require(actor, Permission.OBSERVATION_MODERATE)
    row = _seen(actor, uid)
    rules.check_replying(row.status, is_replied=row.replied_at is not None)
    words = rules.check_reply(text)
    institution = row.institution if for_institution and row.draft else None
    row.reply, row.outcome, row.replied_at, row.replied_by_uid = words, outcome, now, actor.uid
    row.replied_label = institution.label if institution else OFFICE
    _write(row, LetterKind.OBSERVATION_REPLIED, now)
    clear_observation(row, now=now)
    content = {"outcome": outcome.value, "text": words, "by": row.replied_label}
    row.replied_seq = record(actor, EventTag.OBSERVATION_REPLIED, SUBJECT, uid, content, now=now)
    db.session.flush()


def flag_overdue_observations(*, on: date, today: date, now: datetime) -> int:
    """Mark, once, what was not replied to by its last day, and tell the contact point; how many."""
    rows = list_newly_overdue(on)
    for row in rows:
        row.overdue_on = on
        db.session.flush()
        tell_of_overdue(row, today=today, now=now)
    for row in rows:
        content = {"due_on": row.due_on.isoformat() if row.due_on else ""}
        record(SYSTEM, EventTag.OBSERVATION_OVERDUE, SUBJECT, row.uid, content, now=now)
    return len(rows)
