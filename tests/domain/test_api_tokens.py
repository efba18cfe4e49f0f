"""Tokens of other systems: what may be asked for, and that none is more than its owner."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from tracker.domain.api_tokens import (
    LONGEST,
    AskedToken,
    Scope,
    grantable,
    holds_scope,
    may_make,
    narrowed,
    needs_institution,
    token_errors,
)
from tracker.domain.permissions import AccountRole, Actor

TODAY = date(2026, 6, 30)


def actor(role: AccountRole, **more) -> Actor:
    return Actor("a" * 32, role, **{"institution_ids": frozenset({1, 2}), "user_id": 7, **more})


def asked(**more) -> AskedToken:
    usual = {
        "name": "Tablero",
        "scopes": frozenset({Scope.PROGRESS_WRITE}),
        "institution_uid": "i" * 32,
        "expires_on": TODAY + timedelta(days=30),
    }
    return AskedToken(**{**usual, **more})


def errors(asked_for: AskedToken, role: AccountRole = AccountRole.LIAISON) -> list[tuple[str, str | None]]:
    return [(one.code, one.field) for one in token_errors(actor(role), asked_for, TODAY)]


def test_a_liaison_sends_and_reads_a_contact_point_only_reads_nobody_else_has_tokens():
    assert grantable(actor(AccountRole.LIAISON)) == (Scope.PROGRESS_READ, Scope.PROGRESS_WRITE)
    assert grantable(actor(AccountRole.CONTACT_POINT)) == (Scope.PROGRESS_READ,)
    makers = [role for role in AccountRole if may_make(actor(role))]
    assert makers == [AccountRole.CONTACT_POINT, AccountRole.LIAISON]
    assert not holds_scope(actor(AccountRole.ADMIN), Scope.PROGRESS_READ)


def test_who_acts_by_delegation_makes_none():
    assert not may_make(actor(AccountRole.LIAISON, on_behalf_uid="b" * 32))


def test_a_good_one_has_nothing_wrong():
    assert errors(asked()) == []
    everything = asked(institution_uid="", scopes=frozenset({Scope.PROGRESS_READ}))
    assert errors(everything, AccountRole.CONTACT_POINT) == []


@pytest.mark.parametrize(
    ("what", "code", "field"),
    [
        ({"name": "  "}, "token-name-required", "name"),
        ({"name": "x" * 81}, "token-name-required", "name"),
        ({"name": "a\0b"}, "token-name-required", "name"),
        ({"scopes": frozenset()}, "token-scope-required", "scopes"),
        ({"expires_on": None}, "token-expiry-out-of-range", "expires_on"),
        ({"expires_on": TODAY - timedelta(days=1)}, "token-expiry-out-of-range", "expires_on"),
        ({"expires_on": TODAY + LONGEST + timedelta(days=1)}, "token-expiry-out-of-range", "expires_on"),
        ({"institution_uid": ""}, "institution-required", "institution"),
    ],
)
def test_what_is_wrong_is_told_beside_its_field(what, code, field):
    assert errors(asked(**what)) == [(code, field)]


def test_its_last_day_may_be_today_or_a_year_from_now():
    assert errors(asked(expires_on=TODAY)) == errors(asked(expires_on=TODAY + LONGEST)) == []


def test_a_scope_that_the_role_has_nothing_for_is_refused():
    found = errors(asked(scopes=frozenset({Scope.PROGRESS_WRITE})), AccountRole.CONTACT_POINT)
    assert found == [("token-scope-required", "scopes")]
    assert not needs_institution(actor(AccountRole.CONTACT_POINT))


def test_it_reaches_no_further_than_its_owner_nor_than_its_institution():
    owner = actor(AccountRole.LIAISON, reviewer_for=frozenset({5}))
    assert narrowed(owner, {2, 3}).institution_ids == {2}
    assert narrowed(owner, None).institution_ids == {1, 2}
    assert narrowed(owner, {2}).reviewer_for == frozenset()
