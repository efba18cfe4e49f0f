"""Who may lend their rights to whom, and what acting by delegation allows."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from tracker.domain.delegations import (
    LONGEST,
    Asked,
    Candidate,
    acting_for,
    delegation_errors,
    holds,
    may_receive,
)
from tracker.domain.permissions import AccountRole, Actor, Permission, can, is_of, may_validate, wrote

TODAY = date(2026, 6, 15)
DAY = timedelta(days=1)
LIAISON = Actor("liaison", AccountRole.LIAISON, frozenset({1, 2}), 10)
HEAD = Actor("head", AccountRole.INSTITUTION_HEAD, frozenset({2, 3}), 11, "CGC, SAT")
CONTACT = Actor("contact", AccountRole.CONTACT_POINT, frozenset({9}), 12)
TABLE = Actor("table", AccountRole.TABLE_MEMBER, frozenset({5}), 13, reviewer_for=frozenset({9}))
LABELS = {1: "INFOM", 2: "CGC", 9: "GPAT"}


def candidate(actor: Actor, *, is_active: bool = True, may_stand_in: bool = False) -> Candidate:
    return Candidate(actor, is_active, may_stand_in)


def with_role(actor: Actor, role: AccountRole) -> Candidate:
    return candidate(replace(actor, role=role))


def test_a_liaison_or_a_head_delegates_within_their_institution():
    assert may_receive(LIAISON, candidate(HEAD))
    assert may_receive(HEAD, candidate(LIAISON))
    assert not may_receive(LIAISON, candidate(TABLE))
    assert not may_receive(LIAISON, candidate(HEAD, is_active=False))
    assert not may_receive(LIAISON, candidate(LIAISON))


@pytest.mark.parametrize("role", [AccountRole.ADMIN, AccountRole.AUDITOR])
def test_who_manages_accounts_or_audits_never_receives_any(role):
    assert not may_receive(LIAISON, with_role(HEAD, role))
    assert not may_receive(CONTACT, candidate(replace(HEAD, role=role), may_stand_in=True))


def test_a_contact_point_delegates_to_whom_the_administrator_named_or_to_another_contact_point():
    assert not may_receive(CONTACT, candidate(TABLE))
    assert may_receive(CONTACT, candidate(TABLE, may_stand_in=True))
    assert may_receive(CONTACT, candidate(replace(CONTACT, uid="other")))


def test_a_delegation_has_days_to_come_in_their_order_and_a_reason():
    fine = Asked(TODAY, TODAY, "Vacaciones")
    assert list(delegation_errors(fine, TODAY)) == []
    wrong = [
        (replace(fine, starts_on=None), "delegation-day-required", "starts_on"),
        (replace(fine, starts_on=TODAY - DAY), "delegation-in-past", "starts_on"),
        (replace(fine, ends_on=None), "delegation-day-required", "ends_on"),
        (replace(fine, ends_on=TODAY - DAY), "delegation-days-out-of-order", "ends_on"),
        (replace(fine, ends_on=TODAY + LONGEST + DAY), "delegation-too-long", "ends_on"),
        (replace(fine, reason="  "), "why-required", "reason"),
    ]
    for asked, code, field in wrong:
        assert [(one.code, one.field) for one in delegation_errors(asked, TODAY)] == [(code, field)]


@pytest.mark.parametrize(("days", "so"), [(-1, False), (0, True), (3, True), (4, False)])
def test_it_holds_on_its_days_and_ends_by_itself(days, so):
    assert holds(TODAY, TODAY + 3 * DAY, has_ended=False, today=TODAY + days * DAY) is so
    assert not holds(TODAY, TODAY + 3 * DAY, has_ended=True, today=TODAY)


def test_by_delegation_one_has_the_others_role_within_the_institutions_of_both_and_keeps_ones_own_name():
    acting = acting_for(HEAD, LIAISON, "Ana", LABELS)
    assert (acting.uid, acting.user_id, acting.role, acting.institution_ids, acting.label) == (
        "head",
        11,
        AccountRole.LIAISON,
        {2},
        "CGC",
    )
    assert (acting.on_behalf_uid, acting.on_behalf_name) == ("liaison", "Ana")
    assert can(acting, Permission.REPORT_SUBMIT, institution_id=2)
    assert not can(HEAD, Permission.REPORT_SUBMIT, institution_id=2)
    assert not any(can(acting, Permission.REPORT_SUBMIT, institution_id=one) for one in (1, 3))


def test_nothing_is_lent_by_who_has_nothing_to_lend_or_shares_no_institution():
    assert acting_for(HEAD, TABLE, "Mesa", LABELS) is None
    assert acting_for(HEAD, replace(LIAISON, institution_ids=frozenset({1})), "Ana", LABELS) is None


def test_nobody_decides_by_delegation_on_what_either_of_both_is_of_or_wrote():
    acting = acting_for(TABLE, CONTACT, "Punto", LABELS)
    assert may_validate(acting, institution_id=1, author_user_id=99)
    assert not may_validate(acting, institution_id=5, author_user_id=99)  # the delegate's own
    assert not may_validate(acting, institution_id=9, author_user_id=99)  # the contact point's own
    assert not may_validate(acting, institution_id=1, author_user_id=13)  # the delegate wrote it
    assert not may_validate(acting, institution_id=1, author_user_id=12)  # the contact point wrote it
    assert is_of(acting, 5)
    assert is_of(acting, 9)
    assert not is_of(acting, 1)
    assert wrote(acting, "table")
    assert wrote(acting, "contact")
    assert not wrote(acting, "liaison")
    assert not wrote(acting, "")
    # What they review in their own right is not mixed in.
    assert acting.reviewer_for == frozenset()
