"""Mergers: parts, people and drafts move from a day on, figures stay, history keeps its names."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from tests.support.factories.accounts import make_user
from tests.support.factories.plans import NOW, TODAY, make_institution
from tests.support.factories.proposals import activity as row
from tests.support.factories.proposals import commitment, milestone, part, workplan
from tests.support.factories.reports import make_scene, nothing_written, report_row
from tracker.db import db, transaction
from tracker.domain.errors import Conflict, DomainError, NotAllowed
from tracker.domain.history import Cut
from tracker.domain.permissions import SYSTEM
from tracker.domain.plans import NodeKind, Role
from tracker.domain.tree import assess
from tracker.models.accounts import Institution, InstitutionEnding, Membership, User
from tracker.models.plans import Doubt, NodeRole, PlanNode
from tracker.queries.accounts import actor_of
from tracker.queries.history import plan_facts
from tracker.queries.institutions import get_detail
from tracker.queries.merger_effects import merger_effects
from tracker.queries.plans import get_plan, load_tree
from tracker.queries.portal.institution_past import list_forerunners
from tracker.services import institutions as services
from tracker.services.mergers import Merger, close_institution, merge
from tracker.services.plan_imports import accept_plan_import
from tracker.services.verification import verify
from tracker.services.versions import record_nodes

ONE_DAY = timedelta(days=1)
YESTERDAY = TODAY - ONE_DAY


@pytest.fixture
def scene(app_context):
    return make_scene(activities_per_milestone=3)


@pytest.fixture
def both(scene):
    """The plan's two institutions, and a third one that they can become."""
    return scene.made.lead, scene.made.helper, make_institution("NUEVA", "Secretaría Nueva")


def become(merged, successor, actor=SYSTEM, **more):
    given = {
        "ending_uids": [one.uid for one in merged],
        "successor_uid": successor.uid,
        "on": TODAY,
        "reason": "Reforma del Organismo Ejecutivo",
        "legal_reference": "Acuerdo Gubernativo 99-2026",
    }
    with transaction():
        return merge(actor, Merger(**{**given, **more}), now=NOW + ONE_DAY, today=TODAY)


def tree(made, day=TODAY):
    db.session.rollback()
    return assess(plan_facts(made.id, Cut(day)), day)


def activity(made, place=0, day=TODAY):
    uid = made.activities[place].uid
    return next(one for one in tree(made, day).walk() if one.facts.uid == uid)


def roles(made, day=TODAY):
    return {(one.institution.acronym, one.role) for one in activity(made, day=day).roles}


def is_proven(app):
    config = app.config
    return verify(
        evidence_url=config["EVIDENCE_URL"], reports_folder=str(Path(config["INSTANCE_PATH"], "reports"))
    )


def test_two_become_one_and_nothing_of_the_past_changes(app, scene, both):
    lead, helper, new = both
    validated = scene.validated(scene.activity, percent=60)
    scene.submitted(scene.made.activities[1], percent=30)
    draft = scene.draft(scene.made.activities[2], percent=10)
    before, seen = tree(scene.made), merger_effects(SYSTEM, [lead.uid, helper.uid], new.uid, TODAY)
    assert {(one.institution, one.role) for one in seen.parts} >= {("INFOM", Role.LEAD)}
    assert (seen.drafts, seen.waiting, seen.reported) == (1, 1, 2)
    assert len(seen.people) == 2

    moved = become((lead, helper), new)

    assert (moved.people, moved.drafts) == (2, 1)
    after = tree(scene.made)
    assert (after.validated, after.reported) == (before.validated, before.reported)
    assert roles(scene.made) == {("NUEVA", Role.LEAD)}
    assert roles(scene.made, YESTERDAY) == {("INFOM", Role.LEAD), ("INAP", Role.CO_RESPONSIBLE)}
    own = activity(scene.made).own
    assert own.validated.by == ("INFOM",)
    assert [(one.institution.acronym, one.role, one.governs) for one in own.institution_reports] == [
        ("INFOM", Role.LEAD, True)
    ]
    assert report_row(validated).institution.acronym == "INFOM"
    assert report_row(draft).institution.acronym == "NUEVA"
    assert is_proven(app) == []


def test_what_the_new_one_reports_counts_from_then_on(scene, both):
    lead, helper, new = both
    scene.submitted(scene.activity, percent=60)
    become((lead, helper), new)
    person = replace(scene.liaison, institution_ids=frozenset({new.id, lead.id, helper.id}))
    scene.submitted(scene.activity, percent=80, actor=person, institution_uid=new.uid)
    own = activity(scene.made).own
    assert own.reported.percent == 80
    assert own.reported.by == ("NUEVA",)
    assert own.reported.missing == ()


def test_an_absorbing_institution_is_not_heard_for_what_it_only_helped_in(scene, both):
    lead, helper, _new = both
    scene.submitted(scene.activity, percent=60)
    scene.submitted(scene.activity, percent=20, actor=scene.helper, reported_on=YESTERDAY)
    become((lead,), helper)
    own = activity(scene.made).own
    assert (own.reported.percent, own.reported.by) == (60, ("INFOM",))
    with db.session.no_autoflush:
        rows = db.session.scalars(select(NodeRole).join(Institution).where(Institution.uid == lead.uid)).all()
    assert rows == []


def test_of_two_that_led_together_the_lowest_still_counts_until_the_new_one_reports(scene, both):
    lead, helper, new = both
    with transaction():
        of_helper = select(NodeRole).where(NodeRole.institution_id == helper.id)
        parts = db.session.scalars(of_helper).all()
        for part in parts:
            part.role = Role.LEAD
        holders = [db.session.get_one(PlanNode, part.node_id) for part in parts]
        record_nodes(SYSTEM, holders, effective_on=None, now=NOW)
    scene.submitted(scene.activity, percent=40)
    scene.submitted(scene.activity, percent=90, actor=scene.helper)
    become((lead, helper), new)
    assert activity(scene.made).own.reported.percent == 40
    person = replace(scene.liaison, institution_ids=frozenset({new.id}))
    scene.submitted(scene.activity, percent=70, actor=person, institution_uid=new.uid)
    assert activity(scene.made).own.reported.percent == 70


def test_people_stand_for_the_new_one_and_answer_for_the_old_ones_past(scene, both):
    lead, helper, new = both
    become((lead, helper), new)
    db.session.rollback()
    user = db.session.scalars(select(User).where(User.uid == scene.liaison.uid)).one()
    person = actor_of(user, TODAY)
    assert person.institution_ids == {lead.id, helper.id, new.id}
    assert person.label == "NUEVA"
    parts = db.session.scalars(select(Membership).where(Membership.user_id == person.user_id)).all()
    assert [(one.institution_id, one.ends_on) for one in parts] == [(lead.id, YESTERDAY), (new.id, None)]
    detail = get_detail(SYSTEM, lead.uid, TODAY)
    assert (detail.row.ended_on, detail.row.successor) == (TODAY, "NUEVA")
    assert {one.acronym for one in get_detail(SYSTEM, new.uid, TODAY).forerunners} == {"INFOM", "INAP"}


def test_a_merger_of_a_merged_one_goes_on(app, scene, both):
    lead, helper, new = both
    last = make_institution("ÚLTIMA", "Ministerio Último")
    scene.validated(scene.activity, percent=50)
    become((lead, helper), new, on=YESTERDAY)
    become((new,), last)
    own = activity(scene.made).own
    assert (own.validated.percent, own.validated.by) == (50, ("INFOM",))
    assert roles(scene.made) == {("ÚLTIMA", Role.LEAD)}
    assert roles(scene.made, YESTERDAY) == {("NUEVA", Role.LEAD)}
    assert is_proven(app) == []


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"ending_uids": []}, "merger-nobody"),
        ({"successor_uid": ""}, "merger-successor-required"),
        ({"reason": " "}, "ending-reason-required"),
        ({"legal_reference": ""}, "legal-reference-required"),
        ({"on": None}, "day-required"),
        ({"on": TODAY + ONE_DAY}, "date-in-future"),
    ],
)
def test_what_is_missing_is_told_and_nothing_is_written(scene, both, more, code):
    lead, helper, _new = both
    with nothing_written(), pytest.raises(DomainError) as raised:
        become((lead,), helper, **more)
    assert raised.value.code == code


def test_it_cannot_be_done_twice_nor_into_itself_nor_by_a_liaison(scene, both):
    lead, helper, new = both
    with pytest.raises(DomainError, match="merger-into-itself"):
        become((lead, new), new)
    with pytest.raises(NotAllowed):
        become((lead,), new, actor=scene.liaison)
    become((lead,), new)
    for merged, successor in (((lead,), helper), ((helper,), lead)):
        with pytest.raises(Conflict, match="institution-ended"):
            become(merged, successor)
    with pytest.raises(DomainError, match="merger-before-last-change"):
        become((helper,), new, on=YESTERDAY)
    assert len(db.session.scalars(select(InstitutionEnding)).all()) == 1


def test_closing_is_for_who_has_nothing_left(app, scene, both):
    lead, _helper, new = both
    close = {"on": TODAY, "reason": "Fue suprimida", "legal_reference": "", "now": NOW, "today": TODAY}
    with pytest.raises(Conflict, match="institution-has-parts"), transaction():
        close_institution(SYSTEM, uid=lead.uid, **close)
    person = make_user("liaison", institution="NUEVA")
    with pytest.raises(Conflict, match="institution-has-people"), transaction():
        close_institution(SYSTEM, uid=new.uid, **close)
    with transaction():
        part = db.session.scalars(select(Membership).where(Membership.user_id == person.id)).one()
        part.ends_on = YESTERDAY
        unit = services.add_institution(
            SYSTEM, acronym="", name="Unidad", description=services.Description(parent_uid=new.uid), now=NOW
        ).uid
    with pytest.raises(Conflict, match="institution-has-units"), transaction():
        close_institution(SYSTEM, uid=new.uid, **close)
    with transaction():
        close_institution(SYSTEM, uid=unit, **close)
        close_institution(SYSTEM, uid=new.uid, **close)
    with pytest.raises(Conflict, match="institution-ended"), transaction():
        close_institution(SYSTEM, uid=new.uid, **close)
    assert is_proven(app) == []


@pytest.mark.parametrize("earlier", [0, 1])
def test_the_public_reads_every_forerunner_of_several_mergers_whatever_their_days(scene, earlier):
    first, second = make_institution("AAA", "Agencia Antigua"), make_institution("BBB", "Bureau Siguiente")
    last = make_institution("NUEVA", "Secretaría Nueva")
    become([first], second, on=TODAY)
    become([second], last, on=TODAY - earlier * ONE_DAY)
    found = [(one.institution.label, one.until) for one in list_forerunners(last.uid)]
    assert found == [("AAA", TODAY), ("BBB", TODAY - earlier * ONE_DAY)]
    assert [one.institution.label for one in list_forerunners(second.uid)] == ["AAA"]


def brought(proposal):
    with transaction():
        return accept_plan_import(SYSTEM, proposal, 5, now=NOW + ONE_DAY, today=TODAY)


def told(result):
    return {(o.params["institution"], o.params["successor"]) for o in result.issues if "merged" in o.code}


def parts_of(label):
    db.session.rollback()
    nodes = load_tree(get_plan(5).id)
    found = next(one for one in nodes if one.label == label and one.kind is NodeKind.ACTIVITY)
    return [(one.institution.acronym, one.role, bool(one.follows)) for one in found.roles]


def test_an_old_work_plan_does_not_undo_a_merger(app, both):
    lead, helper, new = both
    own, apart = part("INFOM"), part("INAP", Role.COLLABORATOR)
    old = workplan(commitment(1, milestone(1, row(1, roles=(own, apart)), row(2, roles=(apart,)))))
    brought(old)
    become((lead, helper), new, on=TODAY)
    again = brought(old)
    assert told(again) == {("INFOM", "NUEVA"), ("INAP", "NUEVA")}
    assert again.writes_nothing, "the parts are those of the merger, which still follow"
    assert parts_of("1.1") == [("NUEVA", Role.LEAD, True)]
    assert parts_of("1.2") == [("NUEVA", Role.COLLABORATOR, True)]
    known = db.session.scalars(select(Doubt).where(Doubt.code == "institution-merged-in-file")).all()
    brought(old)
    assert len(db.session.scalars(select(Doubt).where(Doubt.code == known[0].code)).all()) == 2
    assert is_proven(app) == []


def test_a_past_plan_that_a_merger_did_not_touch_names_who_was(both):
    lead, _helper, new = both
    become((lead,), new, on=TODAY)
    past = commitment(1, milestone(1, row(1, roles=(part("INFOM"),))), plan_years=(2018, 2020))
    done = brought(workplan(past))
    assert told(done) == set()
    assert parts_of("1.1") == [("INFOM", Role.LEAD, False)]
