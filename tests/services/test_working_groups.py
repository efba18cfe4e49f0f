"""Working groups: each change a version, one writer at a time, institutions in public and never people."""

from __future__ import annotations

from datetime import date

import pytest

from tests.support.factories.accounts import actor_of, make_user
from tests.support.factories.plans import NOW, TODAY
from tests.support.factories.reports import make_scene
from tracker.db import db, transaction
from tracker.domain.errors import Conflict, DomainError, NotAllowed, NotFound, SeveralErrors
from tracker.domain.permissions import AccountRole
from tracker.queries.portal.groups import list_public_groups
from tracker.queries.working_groups import get_group, list_commitment_choices, list_groups
from tracker.services import working_groups as services
from tracker.services.verification import verify
from tracker.services.working_groups import GroupText, NewMember

MAY = date(2026, 5, 4)


@pytest.fixture
def scene(app_context):
    return make_scene(activities_per_milestone=1)


@pytest.fixture
def commitment(scene):
    return list_commitment_choices(scene.made.number)[0]


def text_of(commitment, name="Datos abiertos"):
    return GroupText(name, "Seguir la publicación de datos", [commitment.uid])


def found(scene, commitment):
    with transaction():
        return services.found_group(
            scene.contact, plan_number=scene.made.number, said=text_of(commitment), now=NOW, today=TODAY
        )


def change(service, scene, uid, *, actor=None, based_on=None, **said):
    if based_on is None:
        db.session.rollback()
        based_on = get_group(scene.contact, uid, TODAY).sequence
    with transaction():
        return service(actor or scene.contact, uid=uid, based_on=based_on, now=NOW, today=TODAY, **said)


def member(institution="", person="", *, coordinates=False, starts_on=MAY):
    return NewMember(institution, person, coordinates, starts_on)


def test_a_group_keeps_its_whole_history_and_the_public_reads_institutions_only(scene, commitment):
    uid = found(scene, commitment)
    person = make_user(AccountRole.TABLE_MEMBER, name="Una Persona")
    lead = scene.made.lead
    change(services.add_member, scene, uid, member=member(lead.uid, coordinates=True))
    change(services.add_member, scene, uid, member=member(scene.made.helper.uid))
    change(services.add_member, scene, uid, member=member(person=person.uid))
    page = get_group(scene.contact, uid, TODAY)
    assert [(one.name, one.coordinates, one.is_person) for one in page.group.inside] == [
        (lead.acronym, True, False),
        (scene.made.helper.acronym, False, False),
        ("Una Persona", False, True),
    ]
    (public,) = list_public_groups(commitment.uid, TODAY)
    assert (public.coordinating, public.institutions) == ((lead.acronym,), (scene.made.helper.acronym,))
    assert "Persona" not in repr(public)
    helper = next(one for one in page.group.members if one.name == scene.made.helper.acronym)
    change(services.end_member, scene, uid, member_uid=helper.uid, ends_on=date(2026, 6, 1))
    assert list_public_groups(commitment.uid, TODAY)[0].institutions == ()
    change(services.close_group, scene, uid, on=TODAY, reason="Se cumplió el compromiso")
    (public,) = list_public_groups(commitment.uid, TODAY)
    assert (public.closed_on, public.coordinating, public.institutions) == (TODAY, (lead.acronym,), ())
    history = get_group(scene.contact, uid, TODAY).versions
    assert [one.changed for one in reversed(history)] == [
        (),
        *[("members",)] * 4,
        ("close_reason", "closed_on", "members"),
    ]
    assert verify(evidence_url=scene.evidence_url, reports_folder="/nonexistent") == []


def test_of_two_who_change_it_at_once_the_second_is_told_and_nothing_changes_a_closed_one(scene, commitment):
    uid = found(scene, commitment)
    seen = get_group(scene.contact, uid, TODAY).sequence
    assert change(services.change_group, scene, uid, said=text_of(commitment, "Datos"), based_on=seen)
    with pytest.raises(Conflict, match="group-changed-meanwhile"):
        change(services.change_group, scene, uid, said=text_of(commitment, "Otro"), based_on=seen)
    assert not change(services.change_group, scene, uid, said=text_of(commitment, "Datos"))
    change(services.close_group, scene, uid, on=TODAY, reason="Ya no hace falta")
    with pytest.raises(Conflict, match="group-closed"):
        change(services.change_group, scene, uid, said=text_of(commitment, "Otro"))


def test_what_is_wrong_is_told_beside_its_field(scene, commitment):
    with pytest.raises(SeveralErrors) as caught, transaction():
        services.found_group(
            scene.contact,
            plan_number=scene.made.number,
            said=GroupText(" ", "", ["no-such"]),
            now=NOW,
            today=TODAY,
        )
    assert [one.field for one in caught.value.errors] == ["name", "purpose", "commitments"]
    uid = found(scene, commitment)
    for wrong, field in [
        (member(), "member"),
        (member("no-such"), "member"),
        (member(scene.made.lead.uid, starts_on=None), "starts_on"),
        (member(scene.made.lead.uid, starts_on=date(2026, 6, 16)), "starts_on"),
    ]:
        with pytest.raises(DomainError) as one:
            change(services.add_member, scene, uid, member=wrong)
        assert one.value.field == field


def test_only_the_contact_point_changes_groups_and_who_reads_reports_reads_them(scene, commitment):
    uid = found(scene, commitment)
    with pytest.raises(NotAllowed):
        change(services.add_member, scene, uid, actor=scene.liaison, member=member(scene.made.lead.uid))
    assert [one.name for one in list_groups(scene.liaison, TODAY)] == ["Datos abiertos"]
    assert get_group(scene.liaison, uid, TODAY).may_change is False
    with pytest.raises(NotAllowed):
        list_groups(actor_of(make_user(AccountRole.ADMIN)), TODAY)
    with pytest.raises(NotFound):
        get_group(scene.contact, "no-such", TODAY)
