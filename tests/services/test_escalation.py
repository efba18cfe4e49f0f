"""Sixty days of an overdue item: liaison, then head, then contact point, over month ends and a leap day."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from tests.support.factories.accounts import make_user
from tests.support.factories.plans import window
from tests.support.factories.reports import make_scene
from tracker.db import db, transaction
from tracker.domain.notifications import Event
from tracker.domain.permissions import AccountRole
from tracker.models.accounts import User
from tracker.models.notices import Notice
from tracker.services.matrix import notification
from tracker.services.notices import remind_of_overdue
from tracker.words.letter_parts import Reading
from tracker.words.notices import parts_of

DAY = timedelta(days=1)
# 2028 is a leap year; 2026 is not.
DUES = [date(2028, 1, 31), date(2026, 1, 31), date(2027, 12, 31)]


def scene_due(due, **plan):
    windows = (window(due - 20 * DAY, due),)
    return make_scene(
        windows=windows, starts_on=due - 60 * DAY, ends_on=due + 90 * DAY, activities_per_milestone=1, **plan
    )


def sixty_days(scene, due, *, grace=15):
    """The job on each of its Mondays, and who was told on which, by the days since the due date."""
    told = []
    for days in range(1, 61):
        on = due + days * DAY
        if on.weekday() != 0:
            continue
        before = set(db.session.scalars(select(Notice.id)))
        with transaction():
            remind_of_overdue(
                scene.made.id,
                notification(Event.OVERDUE),
                grace_days=grace,
                on=on,
                today=on,
                now=datetime(on.year, on.month, on.day, 7, tzinfo=UTC),
            )
        fresh = db.session.scalars(select(Notice).where(Notice.id.not_in(before)))
        told.append((days, sorted(one.user.role.value for one in fresh)))
    return told


def expected(days):
    roles = ["liaison"]
    if days > 15:
        roles.append("institution_head")
    if days > 30:
        roles.append("contact_point")
    return sorted(roles)


@pytest.mark.usefixtures("app_context")
@pytest.mark.parametrize("due", DUES)
def test_each_monday_of_sixty_days_reaches_whom_it_should_and_each_once(due):
    scene = scene_due(due)
    make_user(AccountRole.INSTITUTION_HEAD, institution="INFOM")
    told = sixty_days(scene, due)
    assert len(told) in {8, 9}
    assert told == [(days, expected(days)) for days, _ in told]
    assert sixty_days(scene, due) == [(days, []) for days, _ in told]


@pytest.mark.usefixtures("app_context")
@pytest.mark.parametrize("due", DUES)
def test_without_a_head_who_has_an_account_the_contact_point_hears_of_it_in_their_place(due):
    scene = scene_due(due)
    told = sixty_days(scene, due)
    assert told == [(days, ["contact_point", "liaison"] if days > 15 else ["liaison"]) for days, _ in told]


@pytest.mark.usefixtures("app_context")
def test_a_head_whose_account_was_closed_is_none():
    scene = scene_due(DUES[0])
    head = make_user(AccountRole.INSTITUTION_HEAD, institution="INFOM")
    with transaction():
        db.session.get(User, head.id).is_active = False
    assert ["contact_point", "liaison"] in [roles for _, roles in sixty_days(scene, DUES[0])]


@pytest.mark.usefixtures("app_context")
def test_it_says_so_in_words_until_the_contact_points_own_turn_comes():
    scene = scene_due(DUES[0])
    sixty_days(scene, DUES[0])
    own = [
        one
        for one in db.session.scalars(select(Notice).order_by(Notice.id))
        if one.user.role is AccountRole.CONTACT_POINT
    ]
    assert [one.params.get("in_place_of") for one in own][:3] == ["institution_head"] * 2 + [None]
    on = date(2028, 2, 29)
    (part,) = parts_of([own[0]], on)
    words = part.item(own[0], Reading(on, "", "es")).when
    assert "se lo decimos a usted porque INFOM no tiene titular con cuenta" in words
    assert "venció hace 29 días, el 31 de enero de 2028" in words


@pytest.mark.usefixtures("app_context")
def test_who_reports_at_last_stops_it():
    scene = scene_due(DUES[0])
    sixty_days(scene, DUES[0])
    scene.submitted(percent=100, today=DUES[0] + 61 * DAY)
    with transaction():
        counts = remind_of_overdue(
            scene.made.id,
            notification(Event.OVERDUE),
            grace_days=15,
            on=DUES[0] + 63 * DAY,
            today=DUES[0] + 63 * DAY,
            now=datetime(2028, 4, 3, 7, tzinfo=UTC),
        )
    assert counts.opened == 0
    assert {
        one.status.value for one in db.session.scalars(select(Notice)) if one.kind == "overdue-reminder"
    } == {"cleared"}
