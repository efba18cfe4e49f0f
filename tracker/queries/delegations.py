"""Delegations: those a person gave or received, to whom they may give one, whom a sign-in acts for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import joinedload, selectinload

from tracker.db import db
from tracker.domain.delegations import Candidate, acting_for, holds, may_receive
from tracker.domain.errors import NotAllowed
from tracker.domain.permissions import AccountRole, Actor, Permission, can, require
from tracker.models.accounts import Membership, User, UserSession
from tracker.models.delegations import ActingSession, Delegation
from tracker.queries.accounts import actor_of, token_hash


@dataclass(frozen=True)
class DelegationRow:
    """A delegation as its people and the administrator read it."""

    uid: str
    delegator: str
    delegate: str
    role: AccountRole
    """Of who delegated."""
    starts_on: date
    ends_on: date
    reason: str
    given_at: datetime
    ended_at: datetime | None
    end_reason: str
    state: str
    """now, coming, over or ended."""
    may_act: bool
    """The reader received it and may act by it today."""


@dataclass(frozen=True)
class DelegationPage:
    """A person's delegations, those given and those received, and whom they may give one to."""

    given: tuple[DelegationRow, ...]
    received: tuple[DelegationRow, ...]
    candidates: tuple[tuple[str, str], ...]
    may_delegate: bool


def get_delegation_page(actor: Actor, today: date) -> DelegationPage:
    """The delegations of the person who is signed in, whatever rights they act by."""
    require(actor, Permission.ACCOUNT_SELF)
    rows = _rows(or_(Delegation.delegator_id == actor.user_id, Delegation.delegate_id == actor.user_id))
    may_delegate = can(actor, Permission.DELEGATION_GIVE) and not actor.on_behalf_uid
    return DelegationPage(
        given=tuple(_row(one, actor, today) for one in rows if one.delegator_id == actor.user_id),
        received=tuple(_row(one, actor, today) for one in rows if one.delegate_id == actor.user_id),
        candidates=tuple(list_candidates(actor, today)) if may_delegate else (),
        may_delegate=may_delegate,
    )


def list_received(actor: Actor, today: date) -> list[str]:
    """Who delegated to the actor, by name, where they could act by it today."""
    live = (
        Delegation.delegate_id == actor.user_id,
        Delegation.ended_at.is_(None),
        Delegation.starts_on <= today,
        Delegation.ends_on >= today,
    )
    return [
        one.delegator.name or one.delegator.email
        for one in _rows(and_(*live))
        if acting_by(one, actor, today) is not None
    ]


def list_delegations_of(actor: Actor, user_uid: str, today: date) -> Sequence[DelegationRow]:
    """Every delegation that an account gave or received, for those who manage accounts."""
    require(actor, Permission.ACCOUNT_MANAGE)
    of = select(User.id).where(User.uid == user_uid)
    rows = _rows(or_(Delegation.delegator_id.in_(of), Delegation.delegate_id.in_(of)))
    return [_row(one, actor, today) for one in rows]


def list_candidates(actor: Actor, today: date) -> list[tuple[str, str]]:
    """Whom the actor may delegate to, as (uid, words)."""
    users = db.session.scalars(
        select(User)
        .where(User.is_active)
        .options(selectinload(User.memberships).joinedload(Membership.institution))
        .order_by(User.name, User.email)
    )
    return [
        (one.uid, f"{one.name} · {one.email}" if one.name else one.email)
        for one in users
        if may_receive(actor, candidate_of(one, today))
    ]


def candidate_of(user: User, today: date) -> Candidate:
    """An account as the rule reads it."""
    return Candidate(actor_of(user, today), user.is_active, user.may_stand_in)


def find_acting(token: str, own: Actor, today: date) -> Actor | None:
    """Who a sign-in acts as by its delegation, as that stands today; None where it acts in its own right.

    A delegation that is over, was ended, or lends nothing any more leaves the person with their own rights.
    """
    row = db.session.scalar(
        select(Delegation)
        .join(ActingSession, ActingSession.delegation_id == Delegation.id)
        .join(UserSession, UserSession.id == ActingSession.session_id)
        .where(UserSession.token_hash == token_hash(token))
        .options(*_WITH_PEOPLE)
    )
    return None if row is None else acting_by(row, own, today)


def acting_by(row: Delegation, own: Actor, today: date) -> Actor | None:
    """Who the delegate is by a delegation on a day; None where it lends nothing."""
    if row.delegate_id != own.user_id or not _holds(row, today):
        return None
    delegator, delegate = row.delegator, row.delegate
    if not delegator.is_active or not may_receive(actor_of(delegator, today), candidate_of(delegate, today)):
        return None
    labels = {one.institution_id: one.institution.label for one in delegator.memberships}
    return acting_for(own, actor_of(delegator, today), delegator.name or delegator.email, labels)


def check_own_rights(actor: Actor) -> None:
    """NotAllowed for whoever acts by delegation: what was lent is lent no further."""
    if actor.on_behalf_uid:
        raise NotAllowed("delegation-not-passed-on")


_WITH_PEOPLE = (
    joinedload(Delegation.delegator).selectinload(User.memberships).joinedload(Membership.institution),
    joinedload(Delegation.delegate).selectinload(User.memberships).joinedload(Membership.institution),
)


def _rows(where: object) -> Sequence[Delegation]:
    return db.session.scalars(
        select(Delegation)
        .where(where)  # type: ignore[arg-type]  # a condition of SQLAlchemy
        .options(*_WITH_PEOPLE)
        .order_by(Delegation.starts_on.desc(), Delegation.id.desc())
    ).all()


def _holds(row: Delegation, today: date) -> bool:
    return holds(row.starts_on, row.ends_on, has_ended=row.ended_at is not None, today=today)


def _row(row: Delegation, reader: Actor, today: date) -> DelegationRow:
    own = actor_of(row.delegate, today)
    return DelegationRow(
        uid=row.uid,
        delegator=row.delegator.name or row.delegator.email,
        delegate=row.delegate.name or row.delegate.email,
        role=row.delegator.role,
        starts_on=row.starts_on,
        ends_on=row.ends_on,
        reason=row.reason,
        given_at=row.given_at,
        ended_at=row.ended_at,
        end_reason=row.end_reason,
        state=_state(row, today),
        may_act=row.delegate_id == reader.user_id and acting_by(row, own, today) is not None,
    )


def _state(row: Delegation, today: date) -> str:
    if row.ended_at is not None:
        return "ended"
    if today > row.ends_on:
        return "over"
    return "coming" if today < row.starts_on else "now"
