"""Tokens of other systems: at most what their owner may do, in one institution, for a year at the most."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum

from tracker.domain.errors import DomainError
from tracker.domain.permissions import AccountRole, Actor, Permission, can

LONGEST = timedelta(days=365)
NAME_LENGTH = 80


class Scope(StrEnum):
    """What a token is good for."""

    PROGRESS_READ = "progress:read"
    PROGRESS_WRITE = "progress:write"


_ANY_OF: dict[Scope, tuple[Permission, ...]] = {
    Scope.PROGRESS_READ: (Permission.REPORT_READ_OWN, Permission.REPORT_READ_ALL),
    Scope.PROGRESS_WRITE: (Permission.REPORT_SUBMIT,),
}


@dataclass(frozen=True)
class AskedToken:
    """A token as it was asked for; without an institution it is for all that its owner reads."""

    name: str
    scopes: frozenset[Scope]
    institution_uid: str
    expires_on: date | None


@dataclass(frozen=True)
class Caller:
    """Who calls through a token: its owner's rights of this moment, narrowed to what the token is for."""

    actor: Actor
    token_id: int
    token_uid: str
    scopes: frozenset[Scope]
    institution_uid: str
    """Empty: no institution in particular."""


def may_make(actor: Actor) -> bool:
    """True for whoever makes tokens in their own right: a delegation lends nobody the making of them."""
    return can(actor, Permission.TOKEN_SELF) and not actor.on_behalf_uid


def grantable(actor: Actor) -> tuple[Scope, ...]:
    """The scopes that the actor's role has something to give for."""
    return tuple(one for one in Scope if holds_scope(actor, one))


def holds_scope(actor: Actor, scope: Scope) -> bool:
    """True while the actor's role still grants what the scope is for."""
    return any(can(actor, one) for one in _ANY_OF[scope])


def needs_institution(actor: Actor) -> bool:
    """True for whoever stands for institutions: each of their tokens is of one of them."""
    return actor.role is not AccountRole.CONTACT_POINT


def token_errors(actor: Actor, asked: AskedToken, today: date) -> Iterator[DomainError]:
    """What is wrong with a token as it was asked for, each beside its field."""
    name = asked.name.strip()
    if not name or len(name) > NAME_LENGTH or "\0" in name:
        yield DomainError("token-name-required", field="name", most=NAME_LENGTH)
    if not asked.scopes or not asked.scopes <= set(grantable(actor)):
        yield DomainError("token-scope-required", field="scopes")
    if asked.expires_on is None or not today <= asked.expires_on <= today + LONGEST:
        yield DomainError("token-expiry-out-of-range", field="expires_on")
    if needs_institution(actor) and not asked.institution_uid:
        yield DomainError("institution-required", field="institution")


def narrowed(actor: Actor, institution_ids: Collection[int] | None) -> Actor:
    """The actor with no more institutions than the token is for; None leaves them as they are."""
    own = actor.institution_ids
    kept = own if institution_ids is None else own & frozenset(institution_ids)
    return replace(actor, institution_ids=kept, reviewer_for=frozenset())
