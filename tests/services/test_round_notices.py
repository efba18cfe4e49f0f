"""Notices of rounds: told once to those who are asked, reminded before the day, cleared with the answers."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from tests.support.factories.accounts import make_user
from tests.support.factories.plans import NOW
from tests.support.factories.reports import make_scene
from tracker.db import db, transaction
from tracker.domain.notifications import Event
from tracker.domain.permissions import SYSTEM
from tracker.models.accounts import Membership
from tracker.models.notices import Notice, NoticeStatus
from tracker.services.matrix import notification
from tracker.services.round_notices import remind_of_rounds, tell_of_rounds
from tracker.services.rounds import open_rounds

JUNE_1, DUE = date(2026, 6, 1), date(2026, 6, 30)
DAY = timedelta(days=1)


@pytest.fixture
def scene(app_context):
    scene = make_scene(activities_per_milestone=2)
    with transaction():
        open_rounds(SYSTEM, today=JUNE_1, now=NOW)
    return scene


def tell(scene, on=JUNE_1):
    with transaction():
        return tell_of_rounds(scene.made.id, today=on, now=NOW)


def remind(scene, on, since=None):
    with transaction():
        told = notification(Event.ROUND_DUE)
        return remind_of_rounds(scene.made.id, told, since=since or on, on=on, today=on, now=NOW)


def rows():
    db.session.rollback()
    return list(db.session.scalars(select(Notice).order_by(Notice.id)))


def live():
    return [(one.user_id, one.kind) for one in rows() if one.status is not NoticeStatus.CLEARED]


def answer_all(scene, today=date(2026, 6, 15)):
    return [scene.submitted(one, percent=10, today=today) for one in scene.made.activities]


def test_each_liaison_asked_is_told_once_what_is_asked_until_when(scene):
    make_user("institution_head", institution="INFOM")
    assert tell(scene).opened == 2
    assert tell(scene, JUNE_1 + DAY).opened == 0
    assert live() == [(scene.liaison.user_id, "round-opened"), (scene.helper.user_id, "round-opened")]
    assert rows()[0].params == {
        "plan": "4",
        "period_start": "2026-06-01",
        "period_end": "2026-06-30",
        "due_on": "2026-06-30",
        "institution": "INFOM",
        "institution_uid": scene.made.lead.uid,
        "told_on": "2026-06-01",
    }


def test_a_round_that_is_over_is_told_to_nobody(scene):
    assert tell(scene, DUE + DAY).opened == 0


def test_who_has_not_answered_is_reminded_three_days_before_and_on_the_day(scene):
    days = [DUE - n * DAY for n in (4, 3, 2, 1, 0)] + [DUE + DAY]
    assert [remind(scene, day).opened for day in days] == [0, 2, 0, 0, 2, 0]
    assert {one.cause.split("/")[1] for one in rows()} == {"3", "0"}


def test_what_was_due_while_nothing_ran_is_told_once(scene):
    assert remind(scene, DUE - DAY, since=JUNE_1).opened == 2
    assert remind(scene, DUE - DAY, since=JUNE_1).opened == 0


def test_who_answered_everything_is_not_reminded_and_what_was_told_is_cleared_at_once(scene):
    tell(scene)
    first, second = scene.made.activities
    scene.submitted(first, percent=10)
    assert len(live()) == 2
    scene.submitted(second, percent=10)
    assert live() == [(scene.helper.user_id, "round-opened")]
    assert remind(scene, DUE - 3 * DAY).opened == 1


def test_what_is_returned_is_asked_for_again_by_the_next_reminder(scene):
    first, _second = answer_all(scene)
    scene.give_back(first)
    assert remind(scene, DUE).opened == 2


def test_the_next_round_clears_what_was_told_of_the_last(scene):
    tell(scene)
    with transaction():
        open_rounds(SYSTEM, today=date(2026, 7, 1), now=NOW)
    told = tell(scene, date(2026, 7, 1))
    assert (told.opened, told.cleared) == (2, 2)


def test_those_who_left_hear_nothing_and_an_institution_without_anybody_is_counted(scene):
    with transaction():
        part = db.session.scalars(select(Membership).where(Membership.user_id == scene.liaison.user_id)).one()
        part.ends_on = JUNE_1 - DAY
    told = tell(scene)
    assert (told.opened, told.unheard) == (1, 1)
    assert live() == [(scene.helper.user_id, "round-opened")]
