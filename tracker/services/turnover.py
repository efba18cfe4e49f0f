"""Turnover: one person takes an institution over from another; what is open goes along, history stays."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select

from tracker.db import db
from tracker.domain.errors import Conflict, DomainError, NotFound
from tracker.domain.permissions import AccountRole, Actor, Permission, require
from tracker.models.accounts import Institution, Membership, User
from tracker.models.notices import MailStatus, Notice, NoticeStatus, OutboxMail
from tracker.services import api_tokens
from tracker.services.accounts import end_all_sessions
from tracker.services.audit import EventTag, record

OF_INSTITUTIONS = frozenset({AccountRole.LIAISON, AccountRole.INSTITUTION_HEAD})
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class HandedOver:
    """What a turnover did."""

    institutions: tuple[str, ...]
    """Labels of those handed over."""
    sessions_ended: int
    notices: int
    """How many the successor now has of what the other one had open."""
    mails_cancelled: int
    closed: bool


def hand_over(
    actor: Actor,
    *,
    user_uid: str,
    successor_uid: str,
    institution_uids: Collection[str],
    on: date,
    note: str,
    close: bool = False,
    now: datetime,
    today: date,
) -> HandedOver:
    """From a day on, the successor stands for the institutions instead of the account; both keep their past.

    What was open is told to the successor, mail that waits for the other one does not leave, and without an
    institution left its sessions end. Raises DomainError beside the field at fault.
    """
    require(actor, Permission.ACCOUNT_MANAGE)
    old, successor = _people(actor, user_uid, successor_uid)
    parts = _parts(old, institution_uids, today)
    _check(parts, on, note, today)
    _change_parts(parts, successor, on, today)
    is_left = not _own_parts(old, today)
    if close and not is_left:
        raise DomainError("close-with-institutions", field="close")
    names = tuple(sorted(part.institution.label for part in parts))
    notices, mails = _hand_notices_over(old, successor, None if is_left else names, now)
    sessions = end_all_sessions(old, now) if is_left else 0
    old.is_active = old.is_active and not close
    done = HandedOver(names, sessions, notices, mails, close)
    for part in parts:
        api_tokens.end_tokens_of(
            actor, old, api_tokens.HANDED_OVER, now=now, institution_id=part.institution_id
        )
    told = _told(old, successor, parts, on, note, done)
    record(actor, EventTag.ACCOUNT_HANDED_OVER, "user", old.uid, told, now=now)
    return done


def _told(
    old: User, successor: User, parts: Sequence[Membership], on: date, note: str, done: HandedOver
) -> dict[str, object]:
    """A turnover as history keeps it."""
    return {
        "from": old.uid,
        "to": successor.uid,
        "institutions": sorted(part.institution.uid for part in parts),
        "on": on.isoformat(),
        "note": note.strip(),
        "closed": done.closed,
        "sessions_ended": done.sessions_ended,
        "notices": done.notices,
    }


def _people(actor: Actor, user_uid: str, successor_uid: str) -> tuple[User, User]:
    """Both accounts, locked in one order; the successor's is open and of the same role."""
    rows = db.session.scalars(
        select(User).where(User.uid.in_([user_uid, successor_uid])).order_by(User.id).with_for_update()
    )
    found = {one.uid: one for one in rows}
    old, successor = found.get(user_uid), found.get(successor_uid)
    if old is None:
        raise NotFound("account-not-found")
    if old.role not in OF_INSTITUTIONS:
        raise Conflict("handover-not-possible")
    if successor is None or successor is old:
        raise DomainError("successor-required", field="successor")
    if not successor.is_active or successor.role is not old.role:
        raise DomainError("successor-not-fit", field="successor")
    return old, successor


def _own_parts(user: User, today: date) -> list[Membership]:
    """The institutions an account stands for on a day or later."""
    return [
        one for one in user.memberships if not one.reviews and (one.ends_on is None or one.ends_on >= today)
    ]


def _parts(user: User, institution_uids: Collection[str], today: date) -> list[Membership]:
    """The parts to hand over, one or more of the account's own."""
    wanted = set(institution_uids)
    parts = [one for one in _own_parts(user, today) if one.institution.uid in wanted]
    if not parts or {one.institution.uid for one in parts} != wanted:
        raise DomainError("handover-institution-required", field="institutions")
    return parts


def _check(parts: Sequence[Membership], on: date, note: str, today: date) -> None:
    """With its reason, after the other one began, and not ahead of time: what is open goes along at once."""
    if not note.strip():
        raise DomainError("reason-required", field="note")
    if on > today:
        raise DomainError("date-in-future", field="on")
    latest = max(one.starts_on for one in parts)
    if on <= latest:
        raise DomainError("handover-too-early", field="on", start=latest.strftime("%d/%m/%Y"))


def _change_parts(parts: Sequence[Membership], successor: User, on: date, today: date) -> None:
    """End the one's parts the day before, and begin the other's."""
    for part in parts:
        part.ends_on = on - ONE_DAY
        _begin(successor, part.institution_id, on, today)
    db.session.flush()


def _begin(successor: User, institution_id: int, on: date, today: date) -> None:
    """The successor's part from that day, unless it has one already."""
    own = [one for one in _own_parts(successor, today) if one.institution_id == institution_id]
    if not own:
        institution = db.session.get_one(Institution, institution_id)
        successor.memberships.append(Membership(institution=institution, starts_on=on))
    elif min(one.starts_on for one in own) > on:
        own[0].starts_on = on


def _hand_notices_over(
    old: User, successor: User, labels: Sequence[str] | None, now: datetime
) -> tuple[int, int]:
    """Clear what the old one has open (of those institutions; None: all of it) and tell the successor."""
    live = db.session.scalars(
        select(Notice)
        .where(Notice.user_id == old.id, Notice.status != NoticeStatus.CLEARED)
        .order_by(Notice.id)
    ).all()
    gone = [one for one in live if labels is None or _is_of(one, labels)]
    had = {_key(one): one for one in db.session.scalars(select(Notice).where(Notice.user_id == successor.id))}
    told = sum(_tell(successor, one, had.get(_key(one)), now) for one in gone)
    for one in gone:
        one.status, one.cleared_at = NoticeStatus.CLEARED, now
    db.session.flush()
    return told, _cancel_mail(old, gone)


def _is_of(notice: Notice, labels: Sequence[str]) -> bool:
    return not set(notice.params.get("institution", "").split(", ")).isdisjoint(labels)


def _key(notice: Notice) -> tuple[str, str, str]:
    return notice.kind, notice.subject_uid, notice.cause


def _tell(successor: User, notice: Notice, had: Notice | None, now: datetime) -> bool:
    """The same cause for the successor, once."""
    if had is not None and had.status is not NoticeStatus.CLEARED:
        return False
    if had is None:
        had = Notice(
            user_id=successor.id,
            kind=notice.kind,
            subject_uid=notice.subject_uid,
            cause=notice.cause,
            params=dict(notice.params),
            created_at=now,
        )
        db.session.add(had)
    had.status, had.cleared_at, had.sent_at, had.mail_id = NoticeStatus.OPEN, None, None, None
    return True


def _cancel_mail(old: User, gone: Sequence[Notice]) -> int:
    """Mail that waits and tells any of it does not leave; what else it told goes into the next one."""
    ids = {one.mail_id for one in gone if one.mail_id is not None}
    mails = db.session.scalars(
        select(OutboxMail).where(
            OutboxMail.id.in_(ids), OutboxMail.user_id == old.id, OutboxMail.status == MailStatus.QUEUED
        )
    ).all()
    for mail in mails:
        mail.status = MailStatus.CANCELLED
    kept = db.session.scalars(
        select(Notice).where(
            Notice.mail_id.in_([one.id for one in mails]), Notice.status == NoticeStatus.OPEN
        )
    )
    for notice in kept:
        notice.mail_id = None
    db.session.flush()
    return len(mails)
