"""Tokens of other systems: made, opened at each call with the owner's rights of that moment, ended."""

from __future__ import annotations

import secrets
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import joinedload

from tracker.db import db
from tracker.domain.api_tokens import (
    AskedToken,
    Caller,
    Scope,
    holds_scope,
    may_make,
    narrowed,
    needs_institution,
    token_errors,
)
from tracker.domain.errors import DomainError, NotAllowed, NotFound, SeveralErrors
from tracker.domain.permissions import Actor, Permission, can, require
from tracker.models.accounts import Institution, InstitutionEnding, User
from tracker.models.api import ApiToken
from tracker.queries.accounts import actor_of, merged_with, token_hash
from tracker.services.audit import EventTag, Happened, record, record_many

TOKEN_START = "cumple_"  # noqa: S105 - the beginning that every token shares, so that a leaked one is found
TOKEN_BYTES = 32
SHOWN = len(TOKEN_START) + 6
# A system may call every minute: the last use is written down once in a while.
USED_EVERY = timedelta(minutes=15)
BY_OWNER, BY_ADMINISTRATOR = "owner", "administrator"
ACCOUNT_CLOSED, ROLE_CHANGED, PASSWORD_RESET = "account-closed", "role-changed", "password-reset"
HANDED_OVER, PART_ENDED, INSTITUTION_ENDED = "handed-over", "part-ended", "institution-ended"


class TokenRefused(DomainError):
    """A token that is none, ended, or whose owner may no longer do what it is for (401)."""

    status = 401


def make_token(actor: Actor, asked: AskedToken, *, now: datetime, today: date) -> str:
    """A new token, told this once. Raises NotAllowed, and SeveralErrors beside the fields at fault."""
    require(actor, Permission.TOKEN_SELF)
    if not may_make(actor):
        raise NotAllowed("token-not-by-delegation")
    errors = list(token_errors(actor, asked, today))
    institution = _institution(actor, asked.institution_uid)
    if asked.institution_uid and institution is None:
        errors.append(DomainError("institution-unknown", field="institution"))
    if errors:
        raise SeveralErrors(errors)
    secret = TOKEN_START + secrets.token_urlsafe(TOKEN_BYTES)
    row = ApiToken(
        user_id=actor.user_id,
        institution=institution,
        name=asked.name.strip(),
        scopes=sorted(asked.scopes),
        prefix=secret[:SHOWN],
        token_hash=token_hash(secret),
        created_at=now,
        expires_on=asked.expires_on,
    )
    db.session.add(row)
    db.session.flush()
    content = {
        "token": row.uid,
        "prefix": row.prefix,
        "scopes": row.scopes,
        "institution": institution.uid if institution else "",
        "on": row.expires_on.isoformat(),
    }
    record(actor, EventTag.ACCOUNT_TOKEN_MADE, "user", actor.uid, content, now=now)
    return secret


def _institution(actor: Actor, uid: str) -> Institution | None:
    """The institution of that uid, where it still is and the actor may make a token for it."""
    row = db.session.scalar(select(Institution).where(Institution.uid == uid)) if uid else None
    if row is None or db.session.get(InstitutionEnding, row.id) is not None:
        return None
    return row if row.id in actor.institution_ids or not needs_institution(actor) else None


def revoke_token(actor: Actor, *, token_uid: str, now: datetime) -> None:
    """End one's own token, or anybody's for those who manage accounts; NotFound otherwise, or twice."""
    row = db.session.scalar(select(ApiToken).where(ApiToken.uid == token_uid).with_for_update())
    is_own = row is not None and row.user_id == actor.user_id
    if row is None or row.revoked_at is not None or not (is_own or can(actor, Permission.ACCOUNT_MANAGE)):
        raise NotFound("token-not-found")
    _end(actor, [row], BY_OWNER if is_own else BY_ADMINISTRATOR, now)


def end_tokens_of(
    actor: Actor, user: User, reason: str, *, now: datetime, institution_id: int | None = None
) -> int:
    """End every token of an account, or those for one of its institutions; gives how many."""
    where = [ApiToken.user_id == user.id]
    if institution_id is not None:
        where.append(ApiToken.institution_id == institution_id)
    return _end(actor, _live(*where), reason, now)


def end_tokens_for(actor: Actor, institution_id: int, *, now: datetime) -> int:
    """End everybody's tokens for an institution that is no more; gives how many."""
    return _end(actor, _live(ApiToken.institution_id == institution_id), INSTITUTION_ENDED, now)


def shorten_tokens(user: User, institution_id: int, last_day: date) -> None:
    """Let no token for an institution outlive its owner's part there, also where that begins again later."""
    for row in _live(ApiToken.user_id == user.id, ApiToken.institution_id == institution_id):
        row.expires_on = min(row.expires_on, last_day)
    db.session.flush()


def _live(*where: ColumnElement[bool]) -> list[ApiToken]:
    statement = select(ApiToken).where(ApiToken.revoked_at.is_(None), *where).order_by(ApiToken.id)
    return list(db.session.scalars(statement.options(joinedload(ApiToken.user)).with_for_update(of=ApiToken)))


def _end(actor: Actor, rows: list[ApiToken], reason: str, now: datetime) -> int:
    for row in rows:
        row.revoked_at, row.revoked_because = now, reason
    db.session.flush()
    ended = [
        Happened(
            EventTag.ACCOUNT_TOKEN_ENDED,
            "user",
            row.user.uid,
            {"token": row.uid, "prefix": row.prefix, "reason": reason},
        )
        for row in rows
    ]
    record_many(actor, ended, now=now)
    return len(rows)


def open_token(secret: str, *, today: date) -> Caller:
    """Who calls with a secret, with their rights of this day; TokenRefused where it opens nothing.

    It opens nothing once it ran out or was ended, its owner's account, part or role went, or the institution
    is no more.
    """
    row = db.session.scalar(
        select(ApiToken)
        .where(ApiToken.token_hash == token_hash(secret))
        .options(joinedload(ApiToken.user), joinedload(ApiToken.institution))
    )
    if row is None or row.revoked_at is not None or row.expires_on < today or not row.user.is_active:
        raise TokenRefused("token-not-valid")
    actor = actor_of(row.user, today)
    ids = None if row.institution_id is None else merged_with(row.institution_id)
    scopes = frozenset(Scope(one) for one in row.scopes if holds_scope(actor, Scope(one)))
    if not scopes or not can(actor, Permission.TOKEN_SELF) or not _still_stands(actor, row):
        raise TokenRefused("token-not-valid")
    uid = row.institution.uid if row.institution else ""
    return Caller(narrowed(actor, ids), row.id, row.uid, scopes, uid)


def _still_stands(actor: Actor, row: ApiToken) -> bool:
    """True while its owner stands for its institution, and that one still is."""
    if row.institution_id is None:
        return not needs_institution(actor)
    if db.session.get(InstitutionEnding, row.institution_id) is not None:
        return False
    return row.institution_id in actor.institution_ids or not needs_institution(actor)


def use_is_stale(token_id: int, now: datetime) -> bool:
    """True where the last use should be written down again."""
    last = db.session.scalar(select(ApiToken.last_used_at).where(ApiToken.id == token_id))
    return last is None or now - last >= USED_EVERY


def touch_token(token_id: int, now: datetime) -> None:
    """Write down that a token was used."""
    db.session.get_one(ApiToken, token_id).last_used_at = now
    db.session.flush()
