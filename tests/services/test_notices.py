"""Notices: one for a person and a cause, for those whose institution is asked, cleared with the cause."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from tests.support.factories.accounts import make_user
from tests.support.factories.plans import NOW, window
from tests.support.factories.reports import make_scene
from tracker.db import db, transaction
from tracker.domain.history import Cut
from tracker.domain.notifications import Event
from tracker.domain.permissions import AccountRole
from tracker.domain.plans import PlanStatus
from tracker.domain.tree import assess
from tracker.models.accounts import Membership, User
from tracker.models.notices import Notice, NoticeStatus
from tracker.queries.history import plan_facts
from tracker.queries.overdue import list_followed_plan_ids, list_reported_plan_ids
from tracker.services import notices, reschedulings
from tracker.services.matrix import notification

DUE = date(2026, 8, 31)
DAY = timedelta(days=1)
PLAN = {"windows": (window(date(2026, 1, 1), DUE),), "activities_per_milestone": 1}


@pytest.fixture
def scene(app_context):
    return make_scene(**PLAN)


def clear_settled(scene, *, on, now):
    return notices.clear_settled(assess(plan_facts(scene.made.id, Cut(as_of=on)), on), on=on, now=now)


def remind(scene, on, *, since=None, today=None):
    with transaction():
        return notices.remind_of_due(
            scene.made.id,
            notification(Event.DUE),
            since=since or on,
            on=on,
            today=today or on,
            now=NOW,
        )


def press(scene, on, *, grace=15):
    with transaction():
        return notices.remind_of_overdue(
            scene.made.id, notification(Event.OVERDUE), grace_days=grace, on=on, today=on, now=NOW
        )


def rows(kind=None):
    db.session.rollback()
    found = db.session.scalars(select(Notice).order_by(Notice.id))
    return [one for one in found if kind is None or one.kind == kind]


def told(kind=None):
    return sorted({(one.user.role.value, one.cause) for one in rows(kind)})


def test_liaisons_of_the_lead_and_the_co_responsible_are_told_on_the_days_named(scene):
    assert [remind(scene, DUE - n * DAY).opened for n in (31, 30, 29, 8, 7, 2, 1, 0)] == [
        0, 2, 0, 0, 2, 0, 2, 2,
    ]  # fmt: skip
    users = {one.user_id for one in rows()}
    assert users == {scene.liaison.user_id, scene.helper.user_id}
    assert [one.cause for one in rows()][::2] == [f"2026-08-31/{n}" for n in (30, 7, 1, 0)]


def test_running_twice_for_a_day_adds_no_notice(scene):
    remind(scene, DUE - 7 * DAY)
    assert remind(scene, DUE - 7 * DAY).opened == 0
    assert len(rows()) == 2


def test_a_notice_names_the_item_its_commitment_and_plan(scene):
    remind(scene, DUE - 7 * DAY)
    notice = rows()[0]
    assert notice.params == {
        "due_on": "2026-08-31",
        "label": scene.activity.label,
        "title": scene.activity.title,
        "commitment": "1",
        "plan": "4",
        "institution": "INFOM",
        "told_on": "2026-08-24",
    }
    assert notice.subject_uid == scene.activity.uid


def test_what_was_due_while_nothing_ran_is_told_once_and_as_one(scene):
    assert remind(scene, DUE - 3 * DAY, since=DUE - 31 * DAY).opened == 2
    assert remind(scene, DUE - 3 * DAY, since=DUE - 31 * DAY).opened == 0
    assert {one.cause for one in rows()} == {"2026-08-31/7"}


def test_an_institution_that_reported_its_own_100_percent_is_not_asked(scene):
    scene.submitted(percent=100, actor=scene.helper, answers=())
    remind(scene, DUE - 7 * DAY)
    assert [one.user_id for one in rows()] == [scene.liaison.user_id]


def test_what_waits_for_review_is_not_asked_for_and_a_return_asks_again(scene):
    report = scene.submitted(percent=100)
    assert remind(scene, DUE - 7 * DAY).opened == 0
    scene.give_back(report)
    assert remind(scene, DUE - 7 * DAY).opened == 2


def test_a_person_who_left_the_institution_or_whose_account_is_closed_is_not_told(scene):
    with transaction():
        part = db.session.scalars(select(Membership).where(Membership.user_id == scene.liaison.user_id)).one()
        part.ends_on = DUE - 8 * DAY
        db.session.get(User, scene.helper.user_id).is_active = False
    counts = remind(scene, DUE - 7 * DAY)
    assert (counts.opened, counts.unheard) == (0, 1)


def test_for_a_past_day_those_are_told_who_are_there_today(scene):
    with transaction():
        part = db.session.scalars(select(Membership).where(Membership.user_id == scene.liaison.user_id)).one()
        part.starts_on = DUE + 100 * DAY
    assert remind(scene, DUE - 7 * DAY, today=DUE + 100 * DAY).opened == 2


def test_a_reviewer_named_for_an_institution_is_not_its_liaison(scene):
    make_user(AccountRole.TABLE_MEMBER, reviews="INFOM")
    remind(scene, DUE - 7 * DAY)
    assert {one.user.role for one in rows()} == {AccountRole.LIAISON}


def test_overdue_is_told_once_a_week_to_the_lead_alone(scene):
    monday = date(2026, 9, 7)
    assert [press(scene, monday + n * DAY).opened for n in (0, 0, 3, 6, 7)] == [1, 0, 0, 0, 1]
    assert {one.user_id for one in rows()} == {scene.liaison.user_id}
    assert [one.cause for one in rows()] == ["2026-08-31/2026-W37", "2026-08-31/2026-W38"]


def test_overdue_escalates_to_the_head_and_then_to_the_contact_point(scene):
    make_user(AccountRole.INSTITUTION_HEAD, institution="INFOM")
    make_user(AccountRole.INSTITUTION_HEAD, institution="INAP")
    reached = []
    for days in (1, 15, 16, 30, 31):
        before = len(rows())
        press(scene, DUE + days * DAY)
        reached.append(sorted(one.user.role.value for one in rows()[before:]))
    assert reached == [
        ["liaison"],
        ["liaison"],
        ["institution_head"],  # the liaison was told that week already
        ["institution_head", "liaison"],
        ["contact_point"],
    ]


def test_days_of_grace_are_a_setting(scene):
    make_user(AccountRole.INSTITUTION_HEAD, institution="INFOM")
    press(scene, DUE + 4 * DAY, grace=3)
    assert [role for role, _ in told()] == ["institution_head", "liaison"]


def test_nothing_is_overdue_on_its_due_date(scene):
    assert press(scene, DUE).opened == 0
    assert press(scene, DUE + DAY).opened == 1


@pytest.mark.parametrize("way", ["reported", "validated", "rescheduled"])
def test_a_notice_is_cleared_when_its_cause_is_gone(scene, way):
    remind(scene, DUE - 7 * DAY)
    on = DUE - 5 * DAY
    if way == "reported":
        scene.submitted(percent=100, today=on)
    elif way == "validated":
        scene.validated(percent=100, today=on)
    else:
        move(scene, on)
    with transaction():
        assert clear_settled(scene, on=on, now=NOW) == 2
    assert {one.status for one in rows(Event.DUE.value)} == {NoticeStatus.CLEARED}
    assert all(one.cleared_at == NOW for one in rows(Event.DUE.value))


def move(scene, on):
    with transaction():
        uid = reschedulings.request_rescheduling(
            scene.liaison,
            node_uid=scene.activity.uid,
            institution_uid=scene.made.lead.uid,
            windows=[window(date(2026, 1, 1), date(2026, 12, 15))],
            reason="Faltó el convenio.",
            now=scene.clock.next(on),
            today=on,
        ).uid
    with transaction():
        reschedulings.decide_rescheduling(
            scene.contact,
            rescheduling_uid=uid,
            approve=True,
            resolution="Se aprueba.",
            now=scene.clock.next(),
            today=on,
        )


def test_a_partial_report_clears_nothing(scene):
    remind(scene, DUE - 7 * DAY)
    scene.submitted(percent=80, today=DUE - 5 * DAY)
    with transaction():
        assert clear_settled(scene, on=DUE - 5 * DAY, now=NOW) == 0


def test_a_run_for_an_earlier_day_clears_nothing_told_later(scene):
    move(scene, DUE - 100 * DAY)
    with transaction():
        notices.remind_of_due(
            scene.made.id, notification(Event.DUE), since=date(2026, 12, 8), on=date(2026, 12, 8),
            today=date(2026, 12, 8), now=NOW,
        )  # fmt: skip
    with transaction():
        assert clear_settled(scene, on=DUE - 120 * DAY, now=NOW) == 0


def test_long_after_the_plan_nobody_is_reminded(app_context):
    scene = make_scene(**PLAN, ends_on=DUE)
    assert press(scene, DUE + 92 * DAY).opened == 2
    assert press(scene, DUE + 93 * DAY + 7 * DAY).opened == 0


@pytest.mark.parametrize(
    ("status", "followed", "reported"),
    [
        (PlanStatus.DRAFT, False, False),
        (PlanStatus.CONSULTATION, True, False),
        (PlanStatus.APPROVED, True, True),
        (PlanStatus.IN_COURSE, True, True),
        (PlanStatus.CLOSED, True, False),
        (PlanStatus.ARCHIVED, False, False),
    ],
)
def test_which_plans_are_followed_and_reminded_of(app_context, status, followed, reported):
    made = make_scene(**PLAN, status=status).made
    assert (made.id in list_followed_plan_ids(), made.id in list_reported_plan_ids()) == (followed, reported)
