"""The tokens of a person, as they and the administrators see them: never the secret."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from tracker.db import db
from tracker.domain.api_tokens import Scope, grantable, may_make, needs_institution
from tracker.domain.permissions import Actor, Permission, require
from tracker.models.accounts import Institution, InstitutionEnding, User
from tracker.models.api import ApiToken


@dataclass(frozen=True)
class TokenRow:
    """One token, by the beginning of its secret."""

    uid: str
    name: str
    prefix: str
    scopes: tuple[Scope, ...]
    institution: str
    created_at: datetime
    expires_on: date
    last_used_at: datetime | None
    revoked_at: datetime | None
    revoked_because: str
    state: str
    """live, expired or ended."""


@dataclass(frozen=True)
class TokenPage:
    """A person's tokens, and what they may ask of a new one."""

    tokens: tuple[TokenRow, ...]
    may_make: bool
    scopes: tuple[Scope, ...]
    institutions: tuple[tuple[str, str], ...]
    """Uid and label of those a token may be for."""
    needs_institution: bool


def get_own_tokens(actor: Actor, today: date) -> TokenPage:
    """The actor's own tokens, the newest first."""
    require(actor, Permission.TOKEN_SELF)
    return TokenPage(
        _rows(actor.uid, today),
        may_make(actor),
        grantable(actor),
        _institutions(actor),
        needs_institution(actor),
    )


def list_tokens_of(actor: Actor, user_uid: str, today: date) -> tuple[TokenRow, ...]:
    """Somebody's tokens, for those who manage accounts."""
    require(actor, Permission.ACCOUNT_MANAGE)
    return _rows(user_uid, today)


def _rows(user_uid: str, today: date) -> tuple[TokenRow, ...]:
    rows = db.session.scalars(
        select(ApiToken)
        .join(User, User.id == ApiToken.user_id)
        .where(User.uid == user_uid)
        .options(joinedload(ApiToken.institution))
        .order_by(ApiToken.id.desc())
    )
    return tuple(
        TokenRow(
            uid=one.uid,
            name=one.name,
            prefix=one.prefix,
            scopes=tuple(Scope(scope) for scope in one.scopes),
            institution=one.institution.label if one.institution else "",
            created_at=one.created_at,
            expires_on=one.expires_on,
            last_used_at=one.last_used_at,
            revoked_at=one.revoked_at,
            revoked_because=one.revoked_because,
            state="ended" if one.revoked_at else "expired" if one.expires_on < today else "live",
        )
        for one in rows
    )


def _institutions(actor: Actor) -> tuple[tuple[str, str], ...]:
    where = [Institution.id.not_in(select(InstitutionEnding.institution_id)), ~Institution.is_group]
    if needs_institution(actor):
        where.append(Institution.id.in_(actor.institution_ids))
    rows = db.session.scalars(select(Institution).where(*where).order_by(Institution.name))
    return tuple((one.uid, f"{one.acronym} · {one.name}" if one.acronym else one.name) for one in rows)
