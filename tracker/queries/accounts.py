"""People, their sessions and parts."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload, selectinload

from tracker.db import db
from tracker.domain.permissions import AccountRole, Actor, Permission, require
from tracker.models.accounts import Institution, Membership, SignInAttempt, User, UserSession


@dataclass(frozen=True)
class Session:
    """A sign-in that still holds."""

    actor: Actor
    name: str
    locale: str
    last_seen_at: datetime


@dataclass(frozen=True)
class AccountRow:
    """An account as the administrator's list shows it."""

    uid: str
    email: str
    name: str
    role: AccountRole
    institutions: tuple[str, ...]
    is_active: bool
    is_demo: bool
    created_at: datetime


def token_hash(token: str) -> str:
    """What the database keeps of a session token."""
    return hashlib.sha256(token.encode()).hexdigest()


def get_session(token: str, now: datetime, today: date) -> Session | None:
    """The sign-in of a token, unless it ended, was revoked or the account was closed."""
    row = db.session.scalar(
        select(UserSession)
        .where(UserSession.token_hash == token_hash(token))
        .options(
            joinedload(UserSession.user).selectinload(User.memberships).joinedload(Membership.institution)
        )
    )
    if row is None or row.revoked_at is not None or row.expires_at <= now or not row.user.is_active:
        return None
    return Session(actor_of(row.user, today), row.user.name, row.user.locale, row.last_seen_at)


def actor_of(user: User, today: date) -> Actor:
    """The actor that an account is on a day: its role, and the institutions it belongs to that day."""
    parts = [
        m for m in user.memberships if m.starts_on <= today and (m.ends_on is None or m.ends_on >= today)
    ]
    own = [m for m in parts if not m.reviews]
    return Actor(
        uid=user.uid,
        role=user.role,
        institution_ids=frozenset(m.institution_id for m in own),
        user_id=user.id,
        label=", ".join(m.institution.label for m in own),
        reviewer_for=frozenset(m.institution_id for m in parts if m.reviews),
    )


def get_user_by_email(email: str) -> User | None:
    """The account of an e-mail address, however its case is written."""
    return db.session.scalar(
        select(User)
        .where(func.lower(User.email) == email.strip().lower())
        .options(selectinload(User.memberships).joinedload(Membership.institution))
    )


def count_failures(*, email: str, address: str, since: datetime) -> tuple[int, int]:
    """Failed sign-ins since an instant: for the account, and from the address."""
    counts = [
        db.session.scalar(
            select(func.count()).select_from(SignInAttempt).where(column == value, SignInAttempt.at >= since)
        )
        for column, value in ((SignInAttempt.email, email.lower()), (SignInAttempt.address, address))
    ]
    return counts[0] or 0, counts[1] or 0


def list_accounts(actor: Actor) -> Sequence[AccountRow]:
    """All accounts, for those who manage them."""
    require(actor, Permission.ACCOUNT_MANAGE)
    users = db.session.scalars(
        select(User)
        .options(selectinload(User.memberships).joinedload(Membership.institution))
        .order_by(User.email)
    )
    return [
        AccountRow(
            u.uid,
            u.email,
            u.name,
            u.role,
            tuple(m.institution.label for m in u.memberships if m.ends_on is None),
            u.is_active,
            u.is_demo,
            u.created_at,
        )
        for u in users
    ]


def list_institution_choices() -> Sequence[tuple[str, str]]:
    """Every institution as (uid, label), for choosing one."""
    rows = db.session.execute(
        select(Institution).order_by(Institution.acronym == "", Institution.acronym, Institution.name)
    )
    return [(one.uid, f"{one.acronym} · {one.name}" if one.acronym else one.name) for one in rows.scalars()]
