"""Rounds as they are read: who has answered, the sheet of an institution, and at what cost."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select

from tests.support.factories.accounts import actor_of, make_user
from tests.support.factories.plans import NOW, TODAY, make_plan, window
from tests.support.factories.reports import make_scene
from tracker.db import db, transaction
from tracker.domain.errors import NotAllowed, NotFound
from tracker.domain.permissions import SYSTEM
from tracker.domain.plans import Role
from tracker.domain.schedule import Frequency
from tracker.domain.states import State
from tracker.domain.workflow import ReportStatus
from tracker.models.accounts import Membership
from tracker.queries.rounds import current_rounds, get_progress_of_round, get_sheet, list_rounds
from tracker.services.rounds import open_rounds

JUNE_1 = date(2026, 6, 1)


@pytest.fixture
def scene(app_context):
    return make_scene(activities_per_milestone=2)


def open_now(day=JUNE_1):
    with transaction():
        open_rounds(SYSTEM, today=day, now=NOW)
    return list_rounds(SYSTEM, today=day)[0].uid


def sheet(scene, uid, actor=None, institution=None, today=TODAY):
    db.session.rollback()
    return get_sheet(actor or scene.liaison, uid, (institution or scene.made.lead).uid, today=today, now=NOW)


def test_a_sheet_has_a_line_for_each_item_asked_in_the_order_of_the_plan(scene):
    found = sheet(scene, open_now())
    assert [(one.label, one.key, one.role) for one in found.items] == [
        (one.label, one.uid, Role.LEAD) for one in scene.made.activities
    ]
    first = found.items[0]
    assert (first.commitment, first.commitment_title) == ("1", "Compromiso 1")
    assert first.milestone == "1 Hito 1"
    assert first.product == "Producto entregado"
    assert [(one.uid, one.text, one.is_proven) for one in first.means] == [
        (scene.activity.means[0], "Informe", False),
        (scene.activity.means[1], "Fotografías", False),
    ]
    assert (found.round.asked, found.round.answered, found.institution) == (2, 0, "INFOM")


def test_a_line_shows_what_was_said_what_is_written_and_what_came_back(scene):
    old = scene.validated(percent=20, today=date(2026, 5, 20))
    uid = open_now()
    draft = scene.draft(percent=60)
    line = sheet(scene, uid).items[0]
    assert (line.validated, line.last_percent, line.last_reported_on) == (
        Decimal(20),
        Decimal(20),
        date(2026, 5, 20),
    )
    assert (line.draft.uid, line.status, line.answer) == (draft, ReportStatus.DRAFT, None)
    assert [one.is_proven for one in line.means] == [True, True]
    scene.submit(draft)
    line = sheet(scene, uid).items[0]
    assert (line.answer.uid, line.is_answered, line.is_blocked, line.draft) == (draft, True, True, None)
    assert (line.validated, line.last_percent) == (Decimal(20), Decimal(60))
    scene.give_back(draft, "Falta el acta.")
    line = sheet(scene, uid).items[0]
    assert (line.draft.uid, line.return_comment, line.is_answered) == (draft, "Falta el acta.", False)
    assert old != draft


def test_lines_of_occurrences_stand_for_themselves(app_context):
    scene = make_scene(
        frequency=Frequency.MONTHLY,
        windows=(window(date(2026, 4, 1), date(2026, 12, 31)),),
        activities_per_milestone=1,
    )
    uid = open_now()
    scene.submitted(percent=100, occurrence="2026-05")
    found = sheet(scene, uid)
    node = scene.activity.uid
    assert [(one.key, one.occurrence_due_on, one.state, one.days_late) for one in found.items] == [
        (f"{node}:2026-04", date(2026, 4, 30), State.OVERDUE, 46),
        (f"{node}:2026-05", date(2026, 5, 31), State.AWAITING_VALIDATION, 0),
        (f"{node}:2026-06", date(2026, 6, 30), State.DUE_SOON, 0),
    ]
    assert [one.is_blocked for one in found.items] == [False, True, False]
    assert found.find(f"{node}:2026-06").due_on == date(2026, 6, 30)


def test_a_milestone_that_delivers_comes_before_what_it_holds(app_context):
    make_plan(milestones=2, activities_per_milestone=0, activities_per_commitment=1)
    person = actor_of(make_user("liaison", institution="INFOM"))
    uid = open_now()
    own = current_rounds(person, TODAY)[0].institution_uid
    found = get_sheet(person, uid, own, today=TODAY, now=NOW)
    assert [(one.kind.value, one.label, one.milestone) for one in found.items] == [
        ("milestone", "1", ""),
        ("activity", "1", ""),
        ("milestone", "2", ""),
    ]


def test_an_institution_reads_its_own_sheet_alone_and_others_of_all(scene):
    uid = open_now()
    with pytest.raises(NotFound):
        sheet(scene, uid, actor=scene.helper)
    with pytest.raises(NotFound):
        sheet(scene, "nothing")
    for role in ("contact_point", "table_member", "auditor"):
        assert len(sheet(scene, uid, actor=actor_of(make_user(role))).items) == 2
    with pytest.raises(NotFound):
        sheet(scene, uid, actor=actor_of(make_user("admin")))


def test_nobody_else_sees_a_draft(scene):
    uid = open_now()
    scene.draft(percent=60)
    line = sheet(scene, uid, actor=scene.contact).items[0]
    assert (line.draft, line.status) == (None, None)


def test_the_current_round_is_counted_for_the_actors_institution_alone(scene):
    open_now(date(2026, 5, 1))
    uid = open_now()
    scene.submitted(percent=40)
    (mine,) = current_rounds(scene.liaison, TODAY)
    assert (mine.round.uid, mine.institution, mine.institution_uid) == (uid, "INFOM", scene.made.lead.uid)
    assert (mine.round.asked, mine.round.answered, mine.round.is_current) == (2, 1, True)
    (other,) = current_rounds(scene.helper, TODAY)
    assert (other.round.asked, other.round.answered) == (2, 0)
    assert current_rounds(actor_of(make_user("liaison", institution="CGC")), TODAY) == ()
    assert current_rounds(scene.liaison, date(2026, 4, 30)) == ()


def test_rounds_are_listed_with_what_the_actor_may_see_of_them(scene):
    open_now(date(2026, 5, 1))
    open_now()
    scene.submitted(percent=40)
    assert [(one.asked, one.answered) for one in list_rounds(scene.contact, 4, today=TODAY)] == [
        (4, 1),
        (4, 0),
    ]
    assert [(one.asked, one.answered) for one in list_rounds(scene.helper, today=TODAY)] == [(2, 0), (2, 0)]
    assert list_rounds(scene.contact, 9, today=TODAY) == ()
    with pytest.raises(NotAllowed):
        list_rounds(actor_of(make_user("admin")), today=TODAY)


def test_progress_of_a_round_names_who_owes_most_first_and_who_has_nobody_to_answer(scene):
    uid = open_now()
    scene.submitted(percent=40, today=date(2026, 7, 2))
    with transaction():
        helper = db.session.scalars(
            select(Membership).where(Membership.institution_id == scene.made.helper.id)
        ).one()
        helper.ends_on = TODAY - timedelta(days=1)
    found = get_progress_of_round(scene.contact, uid, today=date(2026, 7, 2))
    assert [
        (one.institution, one.asked, one.answered, one.late, one.unanswered, one.has_liaison)
        for one in found.institutions
    ] == [("INAP", 2, 0, 0, 2, False), ("INFOM", 2, 1, 1, 1, True)]
    assert (found.round.asked, found.round.answered, found.round.late) == (4, 1, 1)
    with pytest.raises(NotAllowed):
        get_progress_of_round(scene.liaison, uid, today=TODAY)
    with pytest.raises(NotFound):
        get_progress_of_round(scene.contact, "nothing", today=TODAY)


@pytest.mark.usefixtures("app_context")
def test_reading_takes_the_same_queries_for_5_and_50_items(query_counter):
    counts = {}
    for number, items in ((4, 5), (5, 50)):
        scene = make_scene(
            number=number,
            milestones=1,
            activities_per_milestone=items,
            lead=f"L{number}",
            helper=f"H{number}",
        )
        scene.validated(percent=20, today=date(2026, 5, 20))
        open_now()
        uid = list_rounds(scene.contact, number, today=TODAY)[0].uid
        scene.submitted(scene.made.activities[1], percent=30)
        scene.draft(scene.made.activities[2], percent=30)
        reads = {
            "sheet": lambda uid=uid, scene=scene: sheet(scene, uid),
            "current": lambda scene=scene: current_rounds(scene.liaison, TODAY),
            "list": lambda scene=scene: list_rounds(scene.contact, today=TODAY),
            "progress": lambda uid=uid, scene=scene: get_progress_of_round(scene.contact, uid, today=TODAY),
        }
        for name, read in reads.items():
            with query_counter() as queries:
                read()
            counts.setdefault(name, []).append(len(queries))
    assert all(few == many for few, many in counts.values()), counts
    assert max(counts["sheet"]) <= 18
    assert max(counts["current"]) <= 4
