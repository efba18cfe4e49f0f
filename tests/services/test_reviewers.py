"""Naming who decides on the reports of the contact point's own institution."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.support.factories.accounts import actor_of, make_user
from tests.support.factories.plans import NOW, TODAY, make_institution
from tests.support.factories.reports import make_scene, status_of
from tracker.db import transaction
from tracker.domain.errors import Conflict, DomainError, NotAllowed, NotFound
from tracker.domain.permissions import AccountRole
from tracker.domain.workflow import ReportStatus
from tracker.queries.reviewers import list_reviewed, list_table_members, load_deciders
from tracker.services.reviewers import end_reviewer, name_reviewer

pytestmark = pytest.mark.usefixtures("app_context")


@pytest.fixture
def admin(app_context):
    return actor_of(make_user(AccountRole.ADMIN))


def name(admin, person, institution, today=TODAY):
    with transaction():
        name_reviewer(admin, user_uid=person.uid, institution_uid=institution.uid, now=NOW, today=today)


def end(admin, person, institution, today=TODAY):
    with transaction():
        named = end_reviewer(
            admin, user_uid=person.uid, institution_uid=institution.uid, now=NOW, today=today
        )
        return named.ends_on


def test_who_was_named_decides_from_that_day_on(admin):
    scene = make_scene(activities_per_milestone=1)
    person = make_user(AccountRole.TABLE_MEMBER)
    report = scene.submitted()
    with pytest.raises(NotAllowed):
        scene.validate(report, actor=actor_of(person))
    name(admin, person, scene.made.lead)
    scene.validate(report, actor=actor_of(person))
    assert status_of(report) is ReportStatus.VALIDATED


def test_an_ended_naming_holds_no_longer(admin):
    institution, person = make_institution(), make_user(AccountRole.TABLE_MEMBER)
    name(admin, person, institution, TODAY - timedelta(days=3))
    assert end(admin, person, institution) == TODAY - timedelta(days=1)
    assert actor_of(person, TODAY).reviewer_for == frozenset()
    with pytest.raises(NotFound):
        end(admin, person, institution)


def test_one_that_began_today_lasts_until_the_day_is_over(admin):
    institution, person = make_institution(), make_user(AccountRole.TABLE_MEMBER)
    name(admin, person, institution)
    assert end(admin, person, institution) == TODAY
    assert actor_of(person, TODAY).reviewer_for == {institution.id}
    assert actor_of(person, TODAY + timedelta(days=1)).reviewer_for == frozenset()


@pytest.mark.parametrize("role", [AccountRole.CONTACT_POINT, AccountRole.AUDITOR, AccountRole.ADMIN])
def test_only_the_technical_table_is_named(admin, role):
    with pytest.raises(DomainError, match="reviewer-not-of-table"):
        name(admin, make_user(role), make_institution())


def test_nobody_of_the_institution_itself_is_named(admin):
    person = make_user(AccountRole.TABLE_MEMBER, institution="INFOM")
    with pytest.raises(DomainError, match="reviewer-of-own-institution"):
        name(admin, person, make_institution())


def test_nobody_is_named_twice(admin):
    institution, person = make_institution(), make_user(AccountRole.TABLE_MEMBER)
    name(admin, person, institution)
    with pytest.raises(Conflict, match="reviewer-already-named"):
        name(admin, person, institution)


def test_only_the_administration_names(admin):
    institution, person = make_institution(), make_user(AccountRole.TABLE_MEMBER)
    for role in (AccountRole.CONTACT_POINT, AccountRole.AUDITOR, AccountRole.TABLE_MEMBER):
        with pytest.raises(NotAllowed):
            name(actor_of(make_user(role)), person, institution)


def test_institutions_without_anybody_come_first(admin):
    make_user(AccountRole.CONTACT_POINT, institution="SCEP", name="Punto")
    rows = list_reviewed(admin, TODAY)
    assert [(one.institution, one.is_uncovered) for one in rows] == [("SCEP", True)]
    person = make_user(AccountRole.TABLE_MEMBER, name="Mesa")
    assert [words for _uid, words in list_table_members(admin)] == [f"Mesa · {person.email}"]
    name(admin, person, make_institution("SCEP"))
    row = list_reviewed(admin, TODAY)[0]
    assert ([one.name for one in row.named], row.is_uncovered) == (["Mesa"], False)


def test_another_contact_point_decides_as_well():
    institution = make_institution("SCEP")
    own = make_user(AccountRole.CONTACT_POINT, institution="SCEP", name="Propio")
    make_user(AccountRole.CONTACT_POINT, name="Otro")
    assert load_deciders(TODAY).names(institution.id) == ("Otro",)
    assert load_deciders(TODAY).names(make_institution("CGC").id, own.id) == ("Otro",)
