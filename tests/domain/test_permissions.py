"""Section 4: what each role may do, as a table; nobody validates their own institution's report."""

from __future__ import annotations

import itertools

import pytest

from tracker.domain.errors import Conflict, DomainError, NotAllowed, NotFound
from tracker.domain.permissions import (
    GRANTS,
    SYSTEM,
    SYSTEM_UID,
    AccountRole,
    Actor,
    Permission,
    can,
    may_validate,
    require,
)

# Columns: admin, contact point, liaison, institution head, table member, auditor.
TABLE = """
account:manage          x . . . . .
account:self            x x x x x x
agreement:answer        . x x . . .
agreement:read          . x x x x x
assessment:write        . x x x x .
audit:read              . . . . . x
calendar:self           . x x x x x
compilation:publish     . x . . . .
compilation:read        . x x x x x
compilation:request     . x x x . .
consultation:comment    . . x x x .
delegation:give         . x x x . .
doubt:resolve           . x . . . .
evidence:read-reserved  . x . . . x
institution:manage      x x . . . .
job:read                x x . . . x
job:run                 x . . . . .
meeting:read            . x . . x x
meeting:write           . x . . . .
observation:moderate    . x . . . .
observation:read        . x x x x x
observation:reply       . . x . . .
panel:read              x x x x x x
plan:configure          x x . . . .
plan:import             . x . . . .
plan:manage             . x . . . .
report:on-behalf        . x . . . .
report:read-all         . x . . x x
report:read-own         . . x x . .
report:submit           . . x . . .
report:validate         . x . . . .
rescheduling:decide     . x . . . .
rescheduling:request    . . x . . .
resource:write          . x x . . .
table:manage            . x . . . .
webhook:manage          x x . . . .
targets:write           . x x . . .
token:self              . x x . . .
"""
ROWS = {line.split()[0]: line.split()[1:] for line in TABLE.strip().splitlines()}
COLUMNS = [
    AccountRole.ADMIN,
    AccountRole.CONTACT_POINT,
    AccountRole.LIAISON,
    AccountRole.INSTITUTION_HEAD,
    AccountRole.TABLE_MEMBER,
    AccountRole.AUDITOR,
]
OWN, OTHER = 1, 2
WRITES = {
    one
    for one in Permission
    if one.value.split(":")[1] not in {"read", "read-all", "read-own", "read-reserved", "self"}
}


def actor(role: AccountRole | None, **given: frozenset[int]) -> Actor:
    return Actor("u1", role, user_id=7, **{"institution_ids": frozenset({OWN})} | given)  # type: ignore[arg-type]  # as the test gives them


def test_the_table_names_every_permission_and_every_role():
    assert set(ROWS) == {one.value for one in Permission}
    assert set(COLUMNS) == set(AccountRole) == set(GRANTS)
    assert all(len(row) == len(COLUMNS) for row in ROWS.values())


@pytest.mark.parametrize(("permission", "role"), list(itertools.product(Permission, AccountRole)))
def test_each_role_may_do_what_the_table_says(permission, role):
    granted = ROWS[permission.value][COLUMNS.index(role)] == "x"
    assert can(actor(role), permission) is granted


@pytest.mark.parametrize("permission", Permission)
def test_the_public_may_do_nothing_that_needs_a_permission(permission):
    assert not can(None, permission)
    assert not can(actor(None), permission)
    with pytest.raises(NotAllowed) as refused:
        require(None, permission)
    assert refused.value.params == {"permission": permission.value}


def test_the_auditor_changes_nothing():
    assert not GRANTS[AccountRole.AUDITOR] & WRITES


def test_the_administrator_does_not_validate_even_when_named_a_reviewer():
    named = actor(AccountRole.ADMIN, institution_ids=frozenset(), reviewer_for=frozenset({OTHER}))
    assert not can(named, Permission.REPORT_VALIDATE, institution_id=OTHER)
    assert not may_validate(named, institution_id=OTHER, author_user_id=None)


@pytest.mark.parametrize(
    "permission", [Permission.REPORT_SUBMIT, Permission.REPORT_READ_OWN, Permission.RESCHEDULING_REQUEST]
)
def test_a_liaison_acts_for_its_own_institutions_only(permission):
    liaison = actor(AccountRole.LIAISON, institution_ids=frozenset({OWN, 3}))
    assert can(liaison, permission, institution_id=OWN)
    assert can(liaison, permission, institution_id=3)
    assert not can(liaison, permission, institution_id=OTHER)


def test_what_is_not_bound_to_an_institution_is_not_narrowed_by_one():
    assert can(actor(AccountRole.CONTACT_POINT), Permission.REPORT_READ_ALL, institution_id=OTHER)


@pytest.mark.parametrize("permission", Permission)
def test_the_system_neither_submits_validates_nor_assesses(permission):
    refused = {
        Permission.AGREEMENT_ANSWER,
        Permission.ASSESSMENT_WRITE,
        Permission.OBSERVATION_MODERATE,
        Permission.OBSERVATION_REPLY,
        Permission.REPORT_SUBMIT,
        Permission.REPORT_VALIDATE,
    }
    assert can(SYSTEM, permission) is (permission not in refused)


def test_only_the_system_itself_is_the_system():
    assert SYSTEM.is_system
    assert not Actor(SYSTEM_UID, AccountRole.ADMIN).is_system
    assert not Actor("somebody", None).is_system


def test_require_gives_the_actor_that_may():
    liaison = actor(AccountRole.LIAISON)
    assert require(liaison, Permission.REPORT_SUBMIT, institution_id=OWN) is liaison
    with pytest.raises(NotAllowed):
        require(liaison, Permission.REPORT_SUBMIT, institution_id=OTHER)


# Nobody validates what their own institution reported, nor what they wrote


def validates(
    role: AccountRole | None, institution: int = OTHER, author: int | None = 99, **given: frozenset[int]
):
    return may_validate(actor(role, **given), institution_id=institution, author_user_id=author)


@pytest.mark.parametrize("role", AccountRole)
def test_of_all_roles_the_contact_point_validates(role):
    assert validates(role) is (role is AccountRole.CONTACT_POINT)


@pytest.mark.parametrize("role", AccountRole)
def test_nobody_validates_what_their_own_institution_reported(role):
    assert not validates(role, institution=OWN)
    assert not validates(role, institution=OWN, reviewer_for=frozenset({OWN}))


@pytest.mark.parametrize("role", AccountRole)
def test_nobody_validates_what_they_wrote(role):
    assert not validates(role, author=7)
    assert not validates(role, author=7, reviewer_for=frozenset({OTHER}))


def test_a_report_without_a_personal_author_can_be_validated():
    assert validates(AccountRole.CONTACT_POINT, author=None)
    nobody = Actor("u2", AccountRole.CONTACT_POINT)
    assert may_validate(nobody, institution_id=OTHER, author_user_id=None)


def test_a_table_member_validates_only_for_the_institution_it_was_named_for():
    assert validates(AccountRole.TABLE_MEMBER, institution=3, reviewer_for=frozenset({3}))
    assert not validates(AccountRole.TABLE_MEMBER, institution=OTHER, reviewer_for=frozenset({3}))
    assert not validates(AccountRole.TABLE_MEMBER, institution=3)


def test_the_review_pages_are_open_to_a_reviewer_named_for_any_institution():
    named = actor(AccountRole.TABLE_MEMBER, reviewer_for=frozenset({3}))
    assert can(named, Permission.REPORT_VALIDATE)
    assert not can(actor(AccountRole.TABLE_MEMBER), Permission.REPORT_VALIDATE)


def test_the_system_validates_nothing():
    assert not may_validate(SYSTEM, institution_id=OTHER, author_user_id=99)


# Errors


@pytest.mark.parametrize(
    ("error", "status"), [(DomainError, 422), (NotAllowed, 403), (NotFound, 404), (Conflict, 409)]
)
def test_an_error_is_a_code_with_its_parameters_and_its_answer(error, status):
    raised = error("some-code", field="percent", limit=3)
    assert (raised.code, raised.field, raised.params, raised.status) == (
        "some-code",
        "percent",
        {"limit": 3},
        status,
    )
    assert str(raised) == "some-code"
