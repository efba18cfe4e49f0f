"""Delegations: who may lend their rights to whom, for how long, and what acting by them allows (design 4)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

from tracker.domain.errors import DomainError
from tracker.domain.permissions import AccountRole, Actor, Permission, can

# Who manages accounts validates nothing, and who audits changes nothing: not by delegation either.
_NEVER = frozenset({AccountRole.ADMIN, AccountRole.AUDITOR})
STAND_INS = frozenset(AccountRole) - _NEVER - {AccountRole.CONTACT_POINT}
"""Who has to be named before a contact point may delegate to them."""
LONGEST = timedelta(days=366)


@dataclass(frozen=True)
class Candidate:
    """Somebody to whom rights might be lent."""

    actor: Actor
    is_active: bool
    may_stand_in: bool
    """The administrator named them as one who may stand in for a contact point."""


@dataclass(frozen=True)
class Asked:
    """A delegation as it was typed."""

    starts_on: date | None
    ends_on: date | None
    reason: str


def may_receive(delegator: Actor, candidate: Candidate) -> bool:
    """True for another account of the same institution.

    For a contact point: for another one, or for whom the administrator named for it. Whoever manages accounts
    or audits never receives any.
    """
    other = candidate.actor
    if not candidate.is_active or other.uid == delegator.uid or other.role in _NEVER:
        return False
    if delegator.role is AccountRole.CONTACT_POINT:
        return candidate.may_stand_in or other.role is AccountRole.CONTACT_POINT
    return bool(delegator.institution_ids & other.institution_ids)


def delegation_errors(asked: Asked, today: date) -> Iterator[DomainError]:
    """What is wrong with a delegation: it has its days in order, none of them past, and its reason."""
    if asked.starts_on is None:
        yield DomainError("delegation-day-required", field="starts_on")
    elif asked.starts_on < today:
        yield DomainError("delegation-in-past", field="starts_on")
    if asked.ends_on is None:
        yield DomainError("delegation-day-required", field="ends_on")
    elif asked.starts_on is not None and asked.ends_on < asked.starts_on:
        yield DomainError("delegation-days-out-of-order", field="ends_on")
    elif asked.ends_on - (asked.starts_on or today) > LONGEST:
        yield DomainError("delegation-too-long", field="ends_on")
    if not asked.reason.strip():
        yield DomainError("why-required", field="reason")


def holds(starts_on: date, ends_on: date, *, has_ended: bool, today: date) -> bool:
    """True on its days, the last one included, unless it was ended before."""
    return starts_on <= today <= ends_on and not has_ended


def acting_for(own: Actor, delegator: Actor, name: str, labels: dict[int, str]) -> Actor | None:
    """Who acts by a delegation: the other's role that day, within the institutions of both.

    A contact point's rights are of no institution, and whole. None where nothing is left to lend: the other
    changed role, or the two share no institution any more. The person, and what they wrote, stay their own.
    """
    if not can(delegator, Permission.DELEGATION_GIVE):
        return None
    is_contact = delegator.role is AccountRole.CONTACT_POINT
    shared = delegator.institution_ids if is_contact else delegator.institution_ids & own.institution_ids
    if not is_contact and not shared:
        return None
    return replace(
        own,
        role=delegator.role,
        institution_ids=shared,
        label=", ".join(labels[one] for one in sorted(shared)),
        reviewer_for=frozenset(),
        on_behalf_uid=delegator.uid,
        on_behalf_id=delegator.user_id,
        on_behalf_name=name,
        barred_ids=own.institution_ids | delegator.institution_ids,
    )
