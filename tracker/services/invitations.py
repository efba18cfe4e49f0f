"""Invitations: an account offered by mail, by a signed link that is good once and for a week.

One is asked for here, worded and sent by `deliver-mail`. Its link names the letter that it stands in: a
newer letter makes it good for nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from tracker.db import db
from tracker.domain.errors import Conflict, DomainError, NotFound
from tracker.domain.permissions import SYSTEM, AccountRole, Actor, Permission, require
from tracker.domain.text import squeeze
from tracker.models.accounts import Invitation, User
from tracker.models.notices import MailStatus, OutboxMail
from tracker.queries import accounts
from tracker.services.accounts import checked_email, create_user, institutions_for
from tracker.services.audit import EventTag, record
from tracker.services.mail import LetterText
from tracker.services.public_tokens import BadToken, Purpose, read, sign

SUBJECT = "invitation"
VALID = timedelta(days=7)
LONGEST_NAME = 200


def invite(
    actor: Actor,
    *,
    email: str,
    name: str,
    role: AccountRole,
    institution_uids: Sequence[str] = (),
    locale: str = "es",
    now: datetime,
) -> Invitation:
    """Offer an account by mail, with its role and institutions.

    Raises NotAllowed, DomainError `email-not-valid`, `email-taken`, `institution-required`, Conflict
    `already-invited`.
    """
    require(actor, Permission.ACCOUNT_MANAGE)
    address = checked_email(email)
    _refuse_taken(address)
    institutions = institutions_for(role, institution_uids)
    live = (Invitation.accepted_at.is_(None), Invitation.revoked_at.is_(None))
    if db.session.scalar(select(Invitation.id).where(Invitation.email == address, *live)) is not None:
        raise _already_invited(address)
    row = Invitation(
        email=address,
        name=squeeze(name)[:LONGEST_NAME],
        role=role,
        institution_uids=sorted(one.uid for one in institutions),
        locale=locale,
        asked_at=now,
        created_at=now,
        invited_by_uid=actor.uid,
    )
    try:
        with db.session.begin_nested():
            db.session.add(row)
    except IntegrityError:  # somebody else did at this very moment
        raise _already_invited(address) from None
    _record_letter(actor, row, now)
    return row


def _already_invited(address: str) -> Conflict:
    return Conflict("already-invited", field="email", email=address)


def _refuse_taken(address: str) -> None:
    if accounts.get_user_by_email(address) is not None:
        raise DomainError("email-taken", field="email", email=address)


def _record_letter(actor: Actor, row: Invitation, now: datetime) -> None:
    """Each letter has its place in history; the address is the person's, and no part of it."""
    content = {"role": row.role.value, "institutions": row.institution_uids, "letter": row.serial}
    record(actor, EventTag.INVITATION_SENT, SUBJECT, row.uid, content, now=now)


def resend(actor: Actor, *, uid: str, now: datetime) -> Invitation:
    """Send it once more, good for another week; the links sent before are good for nothing."""
    row = _live(actor, uid)
    _refuse_taken(row.email)
    _cancel_mail(row)
    row.serial, row.asked_at, row.mail_id = row.serial + 1, now, None
    db.session.flush()
    _record_letter(actor, row, now)
    return row


def revoke(actor: Actor, *, uid: str, now: datetime) -> Invitation:
    """Take the offer back: its link is good for nothing, and a letter that waits does not leave."""
    row = _live(actor, uid)
    _cancel_mail(row)
    row.revoked_at = now
    db.session.flush()
    record(actor, EventTag.INVITATION_REVOKED, SUBJECT, row.uid, {}, now=now)
    return row


def _live(actor: Actor, uid: str) -> Invitation:
    require(actor, Permission.ACCOUNT_MANAGE)
    row = _locked(uid)
    if row is None:
        raise NotFound("invitation-not-found")
    if not row.is_live:
        raise Conflict("invitation-ended")
    return row


def _locked(uid: str) -> Invitation | None:
    return db.session.scalar(
        select(Invitation)
        .where(Invitation.uid == uid)
        .with_for_update()
        .execution_options(populate_existing=True)
    )


def _cancel_mail(row: Invitation) -> None:
    mail = db.session.get(OutboxMail, row.mail_id) if row.mail_id is not None else None
    if mail is not None and mail.status is MailStatus.QUEUED:
        mail.status = MailStatus.CANCELLED


def token_of(secret: str, uid: str, serial: int, asked_at: datetime) -> str:
    """What the link of an invitation's letter says; it counts from when that was asked for."""
    return sign(secret, Purpose.INVITATION, f"{uid}.{serial}", now=asked_at)


def opened(secret: str, token: str, *, now: datetime) -> Invitation:
    """The invitation of a link, while it is good.

    Raises BadToken `signed-link-not-valid`, `invitation-expired`, `invitation-superseded`,
    `invitation-revoked` or `invitation-used`.
    """
    try:
        value = read(secret, Purpose.INVITATION, token, now=now, most_age=VALID).value
    except BadToken as error:
        code = "invitation-expired" if error.code == "signed-link-expired" else error.code
        raise BadToken(code) from error
    uid, _, serial = value.partition(".")
    row = _locked(uid)
    if row is None:
        raise BadToken("signed-link-not-valid")
    if row.accepted_at is not None:
        raise BadToken("invitation-used")
    if row.revoked_at is not None:
        raise BadToken("invitation-revoked")
    if serial != str(row.serial):
        raise BadToken("invitation-superseded")
    return row


def accept(secret: str, token: str, *, name: str, password: str, now: datetime, today: date) -> User:
    """Take the offer: the account opens with the role and institutions offered, the name and password chosen.

    Raises what `opened` and `create_user` raise, DomainError `name-required`.
    """
    row = opened(secret, token, now=now)
    given = squeeze(name)[:LONGEST_NAME]
    if not given:
        raise DomainError("name-required", field="name")
    user = create_user(
        SYSTEM,
        email=row.email,
        role=row.role,
        password=password,
        name=given,
        institution_uids=row.institution_uids,
        locale=row.locale,
        now=now,
        today=today,
    )
    row.accepted_at, row.user_id = now, user.id
    db.session.flush()
    person = Actor(uid=user.uid, role=user.role, user_id=user.id)
    record(person, EventTag.INVITATION_ACCEPTED, SUBJECT, row.uid, {"user": user.uid}, now=now)
    return user


def queue_letter(invitation_id: int, serial: int, words: LetterText, *, now: datetime) -> bool:
    """Put an invitation's letter into the outbox; False where it stands there, or another one is due."""
    row = db.session.scalar(select(Invitation).where(Invitation.id == invitation_id).with_for_update())
    if row is None or not row.is_live or row.mail_id is not None or row.serial != serial:
        return False
    mail = OutboxMail(
        recipient=row.email,
        subject=words.subject,
        body=words.text,
        html=words.html,
        headers=dict(words.headers),
        dedup_key=f"invitation/{row.uid}/{serial}",
        next_attempt_at=now,
        created_at=now,
    )
    db.session.add(mail)
    db.session.flush()
    row.mail_id = mail.id
    db.session.flush()
    return True
