"""Invitations: those that wait, those that ended, and those whose letter nobody has worded yet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Select, select

from tracker.db import db
from tracker.domain.permissions import AccountRole, Actor, Permission, require
from tracker.models.accounts import Institution, Invitation
from tracker.models.notices import MailStatus, OutboxMail

SHOWN_ENDED = 50


@dataclass(frozen=True)
class InvitationRow:
    """An invitation as its list shows it."""

    uid: str
    email: str
    name: str
    role: AccountRole
    institutions: tuple[str, ...]
    asked_at: datetime
    letters: int
    mail: MailStatus | None
    """Where its newest letter stands; None while it waits to be worded."""
    bounced: bool
    accepted_at: datetime | None
    revoked_at: datetime | None

    @property
    def is_live(self) -> bool:
        """True while it was neither taken nor revoked."""
        return self.accepted_at is None and self.revoked_at is None

    def is_expired(self, now: datetime, valid: timedelta) -> bool:
        """True where its link is too old to be taken."""
        return self.is_live and now - self.asked_at > valid


def list_invitations(actor: Actor) -> Sequence[InvitationRow]:
    """Those that wait, the newest first, then the last ones that ended; two queries."""
    require(actor, Permission.ACCOUNT_MANAGE)
    waits = Invitation.accepted_at.is_(None) & Invitation.revoked_at.is_(None)
    rows = db.session.execute(
        select(Invitation, OutboxMail.status, OutboxMail.bounced_at)
        .outerjoin(OutboxMail, OutboxMail.id == Invitation.mail_id)
        .order_by(waits.desc(), Invitation.asked_at.desc(), Invitation.id.desc())
        .limit(500)
    ).all()
    labels = {one.uid: one.label for one in db.session.scalars(select(Institution))}
    found = [
        InvitationRow(
            uid=one.uid,
            email=one.email,
            name=one.name,
            role=one.role,
            institutions=tuple(labels.get(uid, uid) for uid in one.institution_uids),
            asked_at=one.asked_at,
            letters=one.serial,
            mail=status,
            bounced=bounced_at is not None,
            accepted_at=one.accepted_at,
            revoked_at=one.revoked_at,
        )
        for one, status, bounced_at in rows
    ]
    live = [one for one in found if one.is_live]
    return [*live, *[one for one in found if not one.is_live][:SHOWN_ENDED]]


@dataclass(frozen=True)
class InvitationToWrite:
    """An invitation whose newest letter nobody has worded yet."""

    id: int
    uid: str
    serial: int
    email: str
    locale: str
    role: AccountRole
    institutions: tuple[str, ...]
    asked_at: datetime


def _unwritten() -> Select[Invitation]:
    return (
        select(Invitation)
        .where(
            Invitation.accepted_at.is_(None), Invitation.revoked_at.is_(None), Invitation.mail_id.is_(None)
        )
        .order_by(Invitation.id)
    )


def has_unwritten_invitations() -> bool:
    """True where somebody waits to be invited."""
    return db.session.scalar(_unwritten().limit(1)) is not None


def list_unwritten_invitations() -> Sequence[InvitationToWrite]:
    """Those whose newest letter was not worded, each with the names of its institutions; two queries."""
    rows = db.session.scalars(_unwritten()).all()
    if not rows:
        return []
    names = {one.uid: one.name for one in db.session.scalars(select(Institution))}
    return [
        InvitationToWrite(
            id=one.id,
            uid=one.uid,
            serial=one.serial,
            email=one.email,
            locale=one.locale,
            role=one.role,
            institutions=tuple(names.get(uid, uid) for uid in one.institution_uids),
            asked_at=one.asked_at,
        )
        for one in rows
    ]


@dataclass(frozen=True)
class Offer:
    """What an invitation offers, as the person invited sees it."""

    email: str
    name: str
    role: AccountRole
    institutions: tuple[str, ...]


def get_offer(uid: str) -> Offer:
    """What an invitation offers, with the names of its institutions; whoever calls has read its link."""
    row = db.session.scalars(select(Invitation).where(Invitation.uid == uid)).one()
    names = db.session.scalars(
        select(Institution.name).where(Institution.uid.in_(row.institution_uids)).order_by(Institution.name)
    )
    return Offer(row.email, row.name, row.role, tuple(names))
