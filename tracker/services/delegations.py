"""Giving, ending and taking up delegations: always by name, for a time, with a reason (design section 4)."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import delete, select

from tracker.db import db
from tracker.domain.delegations import STAND_INS, Asked, delegation_errors, may_receive
from tracker.domain.errors import Conflict, DomainError, NotFound, SeveralErrors
from tracker.domain.permissions import Actor, Permission, can, require
from tracker.domain.text import squeeze
from tracker.models.accounts import User, UserSession
from tracker.models.delegations import ActingSession, Delegation
from tracker.models.types import new_uid
from tracker.queries.accounts import actor_of, token_hash
from tracker.queries.delegations import acting_by, candidate_of, check_own_rights
from tracker.services.audit import EventTag, record


def delegate(actor: Actor, *, delegate_uid: str, asked: Asked, now: datetime, today: date) -> Delegation:
    """Lend one's rights to another account, from a day to a day; one person at a time.

    The one who lends keeps theirs. Raises NotAllowed for whoever has nothing to lend or acts by delegation,
    SeveralErrors with all that is wrong, Conflict where another one holds on any of those days.
    """
    require(actor, Permission.DELEGATION_GIVE)
    check_own_rights(actor)
    users = _locked_users(actor, delegate_uid)
    other = users.get(delegate_uid)
    errors = list(delegation_errors(asked, today))
    if other is None or not may_receive(actor, candidate_of(other, today)):
        errors.append(DomainError("delegate-not-fit", field="delegate"))
    if errors or other is None or asked.starts_on is None or asked.ends_on is None:
        raise SeveralErrors(errors)
    _check_free(actor, asked.starts_on, asked.ends_on)
    row = Delegation(
        uid=new_uid(),
        delegator=users[actor.uid],
        delegate=other,
        starts_on=asked.starts_on,
        ends_on=asked.ends_on,
        reason=squeeze(asked.reason),
        given_at=now,
    )
    with db.session.no_autoflush:
        content = delegation_content(row)
        row.recorded_seq = record(actor, EventTag.DELEGATION_GIVEN, "delegation", row.uid, content, now=now)
    db.session.add(row)
    db.session.flush()
    return row


def delegation_content(row: Delegation) -> dict[str, Any]:
    """A delegation as the log keeps it."""
    return {
        "from": row.delegator.uid,
        "to": row.delegate.uid,
        "starts_on": row.starts_on.isoformat(),
        "ends_on": row.ends_on.isoformat(),
        "reason": row.reason,
    }


def end_delegation(actor: Actor, *, uid: str, reason: str, now: datetime, today: date) -> Delegation:
    """End a delegation at once, before its last day: by either of both, or whoever manages accounts.

    Sign-ins that act by it have their own rights again. Raises NotFound for anybody else.
    """
    row = db.session.scalar(select(Delegation).where(Delegation.uid == uid).with_for_update())
    is_party = row is not None and actor.user_id in {row.delegator_id, row.delegate_id}
    if row is None or not (is_party or can(actor, Permission.ACCOUNT_MANAGE)):
        raise NotFound("delegation-not-found")
    if row.ended_at is not None or today > row.ends_on:
        raise Conflict("delegation-is-over")
    if not reason.strip():
        raise DomainError("why-required", field="reason")
    row.ended_at, row.ended_by_uid, row.end_reason = now, actor.uid, squeeze(reason)
    db.session.execute(delete(ActingSession).where(ActingSession.delegation_id == row.id))
    db.session.flush()
    record(actor, EventTag.DELEGATION_ENDED, "delegation", row.uid, {"reason": row.end_reason}, now=now)
    return row


def start_acting(actor: Actor, *, token: str, uid: str, now: datetime, today: date) -> Delegation:
    """From now on a sign-in acts by a delegation that the person received and that holds today."""
    user, session = _own(actor, token)
    row = db.session.scalar(
        select(Delegation).where(Delegation.uid == uid, Delegation.delegate_id == user.id)
    )
    if row is None:
        raise NotFound("delegation-not-found")
    if acting_by(row, actor_of(user, today), today) is None:
        raise Conflict("delegation-lends-nothing")
    db.session.execute(delete(ActingSession).where(ActingSession.session_id == session.id))
    db.session.add(ActingSession(session_id=session.id, delegation_id=row.id))
    db.session.flush()
    record(actor, EventTag.DELEGATION_TAKEN_UP, "delegation", row.uid, {"by": user.uid}, now=now)
    return row


def stop_acting(actor: Actor, *, token: str) -> None:
    """The sign-in acts in the person's own right again."""
    _, session = _own(actor, token)
    db.session.execute(delete(ActingSession).where(ActingSession.session_id == session.id))


def name_stand_in(actor: Actor, *, user_uid: str, may_stand_in: bool, now: datetime) -> User:
    """Say whether a contact point may delegate to an account; NotFound where there is none.

    Raises DomainError `stand-in-not-fit` for one that manages accounts, audits, or is a contact point.
    """
    require(actor, Permission.ACCOUNT_MANAGE)
    user = db.session.scalar(select(User).where(User.uid == user_uid).with_for_update())
    if user is None:
        raise NotFound("account-not-found")
    if may_stand_in and user.role not in STAND_INS:
        raise DomainError("stand-in-not-fit")
    if user.may_stand_in != may_stand_in:
        user.may_stand_in = may_stand_in
        record(actor, EventTag.ACCOUNT_CHANGED, "user", user.uid, {"may_stand_in": may_stand_in}, now=now)
    return user


def _locked_users(actor: Actor, delegate_uid: str) -> dict[str, User]:
    """Both accounts, locked in one order: of two delegations at once, one comes second."""
    rows = db.session.scalars(
        select(User).where(User.uid.in_([actor.uid, delegate_uid])).order_by(User.id).with_for_update()
    )
    return {one.uid: one for one in rows}


def _check_free(actor: Actor, starts_on: date, ends_on: date) -> None:
    taken = db.session.scalar(
        select(Delegation.id).where(
            Delegation.delegator_id == actor.user_id,
            Delegation.ended_at.is_(None),
            Delegation.starts_on <= ends_on,
            Delegation.ends_on >= starts_on,
        )
    )
    if taken is not None:
        raise Conflict("delegation-overlaps", field="starts_on")


def _own(actor: Actor, token: str) -> tuple[User, UserSession]:
    require(actor, Permission.ACCOUNT_SELF)
    session = db.session.scalar(
        select(UserSession).where(
            UserSession.token_hash == token_hash(token), UserSession.user_id == actor.user_id
        )
    )
    if session is None:
        raise NotFound("session-not-found")
    return session.user, session
