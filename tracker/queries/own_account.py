"""What a person sees of their own account: their name, language and open sessions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from tracker.db import db
from tracker.domain.errors import NotFound
from tracker.domain.permissions import AccountRole, Actor, Permission, require
from tracker.models.accounts import Membership, User, UserSession
from tracker.queries.accounts import token_hash


@dataclass(frozen=True)
class OwnSession:
    """One of the person's open sessions."""

    id: int
    device: str
    created_at: datetime
    last_seen_at: datetime
    is_this: bool


@dataclass(frozen=True)
class OwnAccount:
    """The signed-in person's account."""

    email: str
    name: str
    role: AccountRole
    locale: str
    institutions: tuple[str, ...]
    sessions: tuple[OwnSession, ...]


def get_own_account(actor: Actor, token: str, now: datetime) -> OwnAccount:
    """The account of the actor with its open sessions, the last seen first."""
    require(actor, Permission.ACCOUNT_SELF)
    user = db.session.scalar(
        select(User)
        .where(User.id == actor.user_id)
        .options(selectinload(User.memberships).joinedload(Membership.institution))
    )
    if user is None:
        raise NotFound("account-not-found")
    sessions = db.session.scalars(
        select(UserSession)
        .where(
            UserSession.user_id == user.id,
            UserSession.revoked_at.is_(None),
            UserSession.expires_at > now,
        )
        .order_by(UserSession.last_seen_at.desc(), UserSession.id.desc())
    )
    mine = token_hash(token)
    return OwnAccount(
        email=user.email,
        name=user.name,
        role=user.role,
        locale=user.locale,
        institutions=tuple(
            m.institution.label for m in user.memberships if m.institution_id in actor.institution_ids
        ),
        sessions=tuple(
            OwnSession(one.id, one.device, one.created_at, one.last_seen_at, one.token_hash == mine)
            for one in sessions
        ),
    )
