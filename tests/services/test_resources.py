"""Writing the resources of a commitment: versions with day, source and author, by those who answer for it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from tests.support.factories.accounts import actor_of, make_user
from tests.support.factories.plans import NOW, TODAY, MadePlan, make_plan
from tracker.db import transaction
from tracker.domain.errors import Conflict, NotAllowed, NotFound, SeveralErrors
from tracker.domain.history import Cut
from tracker.domain.permissions import AccountRole, Actor
from tracker.domain.plans import PlanStatus
from tracker.domain.resources import ResourceEntry, ResourceKind, ResourceSide
from tracker.queries import resources as queries
from tracker.services.resources import write_resource
from tracker.services.targets import Moment
from tracker.services.verification import verify

pytestmark = pytest.mark.usefixtures("app_context")


@pytest.fixture
def plan(app_context: object) -> MadePlan:
    return make_plan()


def entry(plan: MadePlan, **given: object) -> ResourceEntry:
    made = ResourceEntry(
        "recurso",
        plan.commitments[0].uid,
        ResourceKind.FINANCIAL,
        ResourceSide.SPENT,
        "",
        "INFOM",
        150_000,
        date(2026, 5, 2),
        "CUR 15",
    )
    return replace(made, **given)  # type: ignore[arg-type]  # as the test gives them


def write(actor: Actor, said: ResourceEntry, based_on: int = 0) -> bool:
    with transaction():
        return write_resource(actor, said, Moment(NOW, TODAY, based_on))


def test_who_leads_writes_corrects_with_a_reason_and_withdraws(plan, query_counter):
    lead = actor_of(make_user(AccountRole.LIAISON, plan.lead.acronym))
    assert write(lead, entry(plan))
    place = queries.get_place(lead, plan.commitments[0].uid)
    found = queries.resources_of(place.id, Cut(TODAY))
    assert [(one.provider, one.planned, one.spent) for one in found.money] == [("INFOM", None, 150_000)]
    (line,) = found.of("financial")
    assert (line.entry.by, line.at) == (plan.lead.acronym, NOW)
    assert queries.resources_of(place.id, Cut(date(2026, 5, 1))).lines == ()
    with pytest.raises(Conflict):
        write(lead, entry(plan, centavos=1))
    with pytest.raises(SeveralErrors) as caught:
        write(lead, entry(plan, centavos=1, source=""), line.sequence)
    assert {one.field for one in caught.value.errors} == {"source", "reason"}
    assert not write(lead, entry(plan, reason="Nada"), line.sequence)
    assert write(lead, entry(plan, centavos=1, reason="Error de dedo"), line.sequence)
    last, first = queries.resource_history("recurso")
    assert (last.entry.centavos, first.entry.centavos) == (1, 150_000)
    assert write(lead, entry(plan, centavos=1, is_withdrawn=True, reason="Repetido"), last.sequence)
    assert queries.resources_of(place.id, Cut(TODAY)).lines == ()
    with query_counter() as queried:
        queries.resources_of(place.id, Cut(TODAY))
    assert len(queried) == 2
    assert verify(evidence_url="file:///nowhere", reports_folder="/nowhere") == []


def test_others_neither_see_nor_write_it_and_the_contact_point_does(plan):
    other = actor_of(make_user(AccountRole.LIAISON, plan.helper.acronym))
    assert queries.list_places(other) == []
    with pytest.raises(NotFound):
        write(other, entry(plan))
    with pytest.raises(NotAllowed):
        write(actor_of(make_user(AccountRole.AUDITOR)), entry(plan))
    contact = actor_of(make_user(AccountRole.CONTACT_POINT))
    assert [one.uid for one in queries.list_places(contact)] == [one.uid for one in plan.commitments]
    assert write(contact, entry(plan))
    with pytest.raises(NotFound):
        write(contact, entry(plan, commitment_uid="otro"))


def test_a_draft_plan_is_for_the_office_alone(app_context):
    draft = make_plan(status=PlanStatus.DRAFT)
    lead = actor_of(make_user(AccountRole.LIAISON, draft.lead.acronym))
    assert queries.list_places(lead) == []
    with pytest.raises(NotFound):
        write(lead, entry(draft))
    contact = actor_of(make_user(AccountRole.CONTACT_POINT))
    assert [one.uid for one in queries.list_places(contact)] == [one.uid for one in draft.commitments]
