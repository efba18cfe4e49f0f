"""Reporting rounds: what they ask for, opened once, answered by the reports handed in."""

from __future__ import annotations

import json
from datetime import date, timedelta

import pytest
from sqlalchemy import func, select

from tests.support.factories.accounts import actor_of, make_user
from tests.support.factories.plans import NOW, make_plan, window
from tests.support.factories.reports import make_scene
from tracker.db import db, transaction
from tracker.domain.errors import DomainError, NotAllowed, NotFound
from tracker.domain.permissions import SYSTEM
from tracker.domain.plans import PlanStatus
from tracker.domain.rounds import AskedLine, Calendar
from tracker.domain.schedule import Frequency, Precision
from tracker.models.audit import AuditEvent, AuditPayload
from tracker.models.plans import PlanNode
from tracker.models.rounds import ReportingCalendar, ReportingRound, RoundAnswer, RoundItem
from tracker.queries.rounds import list_rounds
from tracker.services import plans
from tracker.services.rounds import RoundCounts, open_rounds, round_content, set_calendar

JUNE_1, JUNE_15 = date(2026, 6, 1), date(2026, 6, 15)
MONTHS = {"windows": (window(date(2026, 1, 1), date(2026, 12, 31), Precision.MONTH),)}


@pytest.fixture
def scene(app_context):
    return make_scene(activities_per_milestone=2)


def open_now(day=JUNE_1):
    with transaction():
        return open_rounds(SYSTEM, today=day, now=NOW)


def rounds():
    db.session.rollback()
    return db.session.scalars(select(ReportingRound).order_by(ReportingRound.opens_on)).all()


def asked(plan):
    """What was asked: label, institution, occurrence."""
    db.session.rollback()
    rows = db.session.scalars(select(RoundItem).order_by(RoundItem.id))
    return [(one.node.label, one.institution.acronym, one.occurrence) for one in rows]


def answered(day=JUNE_15):
    """Asked, answered and late of the last round."""
    db.session.rollback()
    one = list_rounds(SYSTEM, today=day)[0]
    return one.asked, one.answered, one.late


def test_a_round_asks_each_institution_with_a_part_for_every_item(scene):
    assert open_now() == RoundCounts(opened=1, items=4)
    assert asked(scene.made) == [
        ("1.1", "INFOM", ""),
        ("1.1", "INAP", ""),
        ("1.2", "INFOM", ""),
        ("1.2", "INAP", ""),
    ]
    one = rounds()[0]
    assert (one.period_start, one.period_end, one.opens_on, one.due_on) == (
        JUNE_1,
        date(2026, 6, 30),
        JUNE_1,
        date(2026, 6, 30),
    )


def test_twice_opens_once(scene):
    open_now()
    assert open_now() == RoundCounts()
    assert open_now(JUNE_15) == RoundCounts()
    assert len(rounds()) == 1


def test_its_opening_stands_in_the_audit_log_with_its_days_and_a_digest_of_what_it_asks(scene):
    open_now()
    one = rounds()[0]
    event = db.session.get(AuditEvent, one.recorded_seq)
    content = json.loads(db.session.get(AuditPayload, one.recorded_seq).content)
    lines = [AskedLine(row.node.uid, row.institution.uid, row.occurrence) for row in one.items]
    assert (event.tag, event.subject_uid) == ("round:opened", one.uid)
    assert content == round_content(one, reversed(lines))
    assert content["items"] == 4


@pytest.mark.parametrize("status", [PlanStatus.DRAFT, PlanStatus.CONSULTATION, PlanStatus.CLOSED])
def test_a_plan_that_takes_no_reports_opens_none(app_context, status):
    make_plan(status=status)
    assert open_now() == RoundCounts()


def test_a_plan_over_for_more_than_a_quarter_opens_none(app_context):
    make_plan(starts_on=date(2024, 1, 1), ends_on=date(2026, 1, 31))
    assert open_now(date(2026, 4, 30)).opened == 1
    assert open_now(date(2026, 5, 31)).opened == 0


def test_what_begins_after_the_period_is_not_asked_and_what_begins_within_it_is(app_context):
    make_plan(windows=(window(date(2026, 6, 20), date(2026, 9, 30)),))
    assert open_now(date(2026, 5, 1)) == RoundCounts()
    assert open_now(JUNE_1).items == 4


def test_an_item_is_no_longer_asked_once_it_is_validated_in_full(scene):
    scene.validated(percent=100)
    open_now(date(2026, 7, 1))
    assert asked(scene.made) == [("1.2", "INFOM", ""), ("1.2", "INAP", "")]


def test_an_institution_whose_own_part_was_validated_in_full_is_asked_no_more(scene):
    scene.validated(percent=100, actor=scene.helper)
    open_now(date(2026, 7, 1))
    assert asked(scene.made)[:2] == [("1.1", "INFOM", ""), ("1.2", "INFOM", "")]


def test_a_recurring_duty_is_asked_for_each_period_begun_and_not_met(app_context):
    scene = make_scene(
        frequency=Frequency.MONTHLY,
        windows=(window(date(2026, 4, 1), date(2026, 12, 31)),),
        activities_per_milestone=1,
    )
    scene.validated(percent=100, occurrence="2026-05", today=date(2026, 5, 30))
    open_now()
    assert asked(scene.made) == [
        ("1.1", "INFOM", "2026-04"),
        ("1.1", "INFOM", "2026-06"),
        ("1.1", "INAP", "2026-04"),
        ("1.1", "INAP", "2026-06"),
    ]


def test_what_was_withdrawn_is_not_asked_and_falls_away_where_it_was(scene):
    with transaction():
        node = db.session.get(PlanNode, scene.made.activities[0].id)
        plans.withdraw_node(SYSTEM, node, on=date(2026, 6, 10), reason="Ya no procede.", now=NOW)
    open_now(date(2026, 7, 1))
    assert {one[0] for one in asked(scene.made)} == {"1.2"}


def test_a_line_withdrawn_while_the_round_is_open_is_counted_no_more_unless_it_was_answered(scene):
    open_now()
    scene.submitted(percent=40)
    with transaction():
        node = db.session.get(PlanNode, scene.made.activities[0].id)
        plans.withdraw_node(SYSTEM, node, on=date(2026, 6, 20), reason="Ya no procede.", now=NOW)
    assert answered(date(2026, 6, 25)) == (3, 1, 0)


def test_a_report_answers_the_last_round_that_asks_for_it(scene):
    open_now(date(2026, 5, 1))
    open_now()
    scene.submitted(percent=40)
    assert answered() == (4, 1, 0)
    assert db.session.scalar(select(RoundAnswer.round_id)) == rounds()[1].id


@pytest.mark.parametrize(("day", "late"), [(date(2026, 6, 30), 0), (date(2026, 7, 1), 1)])
def test_an_answer_is_late_from_the_day_after_the_round_was_due(scene, day, late):
    open_now()
    scene.submitted(percent=40, today=day)
    assert answered(day) == (4, 1, late)


def test_what_is_returned_or_withdrawn_is_an_answer_no_longer(scene):
    open_now()
    scene.give_back(scene.submitted(percent=40))
    scene.withdraw(scene.submitted(scene.made.activities[1], percent=10))
    assert answered() == (4, 0, 0)


def test_a_report_that_still_waits_from_before_counts_for_the_line_until_it_is_decided(scene):
    report = scene.submitted(percent=40)
    open_now(date(2026, 7, 1))
    assert answered(date(2026, 7, 2)) == (4, 1, 0)
    scene.validate(report, today=date(2026, 7, 3))
    assert answered(date(2026, 7, 3)) == (4, 0, 0)


def test_what_was_said_before_a_late_opening_answers_the_round(scene):
    scene.validated(percent=40, today=date(2026, 6, 15))
    open_now(date(2026, 6, 20))
    assert answered(date(2026, 6, 20)) == (4, 1, 0)


def test_a_report_on_the_whole_answers_each_of_its_occurrences(app_context):
    scene = make_scene(
        frequency=Frequency.MONTHLY,
        windows=(window(date(2026, 5, 1), date(2026, 12, 31)),),
        activities_per_milestone=1,
    )
    open_now()
    scene.submitted(percent=20)
    assert answered() == (4, 2, 0)


def test_an_occurrence_answers_its_own_line_only(app_context):
    scene = make_scene(
        frequency=Frequency.MONTHLY,
        windows=(window(date(2026, 5, 1), date(2026, 12, 31)),),
        activities_per_milestone=1,
    )
    open_now()
    scene.submitted(percent=100, occurrence="2026-05")
    assert answered() == (4, 1, 0)


def contact_point():
    return actor_of(make_user("contact_point"))


def change(actor, calendar, number=4):
    with transaction():
        set_calendar(actor, plan_number=number, calendar=calendar, now=NOW)


def test_a_plan_follows_its_own_calendar(scene):
    change(contact_point(), Calendar(every_months=3, opens_after_days=10, due_after_days=5, review_days=7))
    open_now(date(2026, 4, 12))
    one = rounds()[0]
    assert (one.period_start, one.period_end) == (date(2026, 4, 1), date(2026, 6, 30))
    assert (one.opens_on, one.due_on) == (date(2026, 4, 11), date(2026, 7, 5))


def test_a_change_of_calendar_is_recorded_once_and_said_again_changes_nothing(scene):
    calendar, person = Calendar(every_months=2), contact_point()
    change(person, calendar)
    change(person, calendar)
    tags = select(func.count()).where(AuditEvent.tag == "calendar:changed")
    assert db.session.scalar(tags) == 1
    row = db.session.scalars(select(ReportingCalendar)).one()
    assert json.loads(db.session.get(AuditPayload, row.recorded_seq).content)["every_months"] == 2


def test_a_period_that_another_round_has_in_part_is_not_opened_again(scene):
    open_now(date(2026, 5, 1))
    change(contact_point(), Calendar(every_months=3))
    assert open_now(date(2026, 6, 2)) == RoundCounts()
    assert open_now(date(2026, 7, 1)).opened == 1


def test_a_calendar_that_does_not_hold_together_is_refused_beside_its_field(scene):
    with pytest.raises(DomainError) as refused:
        change(contact_point(), Calendar(due_after_days=3))
    assert refused.value.field == "due_after_days"


def test_only_who_manages_plans_opens_rounds_and_sets_calendars(scene):
    with pytest.raises(NotAllowed), transaction():
        open_rounds(scene.liaison, today=JUNE_1, now=NOW)
    with pytest.raises(NotAllowed):
        change(scene.liaison, Calendar())
    with pytest.raises(NotFound):
        change(contact_point(), Calendar(), number=99)


def test_a_day_of_the_past_is_opened_for_itself_and_does_not_become_the_current_round(scene):
    open_now()
    open_now(JUNE_1 - timedelta(days=40))
    newest = list_rounds(SYSTEM, today=JUNE_15)
    assert [(one.period_start.month, one.is_current) for one in newest] == [(6, True), (4, False)]
