"""Since the last meeting: which days, which plans, and the same figures as the monthly report."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from tests.support.factories.meetings import make_table
from tests.support.factories.plans import NOW, TODAY
from tests.support.factories.reports import make_scene
from tracker.domain.compilation import CompilationKind
from tracker.domain.errors import NotAllowed
from tracker.queries import meetings as queries
from tracker.queries.meeting_period import list_since_last
from tracker.services.compilations import Order, compile_document

ZONE = "America/Guatemala"


@pytest.fixture
def table(app_context):
    return make_table()


def since(table, uid):
    page = queries.get_meeting(table.member, uid, today=TODAY)
    return list_since_last(table.member, page.meeting, page.previous, today=TODAY, zone=ZONE)


def test_it_gives_the_figures_of_the_monthly_report_where_the_last_meeting_closed_the_month(table):
    scene = make_scene(activities_per_milestone=2)
    scene.validate(scene.submitted(scene.made.activities[0], 60))
    scene.give_back(scene.submitted(scene.made.activities[1], 40))
    table.held(1, on=date(2026, 5, 31))
    uid = table.called(2, on=TODAY)
    (found,) = since(table, uid)
    monthly = compile_document(Order(scene.made.number, CompilationKind.MONTHLY, TODAY), zone=ZONE)
    period = monthly.period
    assert (found.period.handed_in, found.period.validated, found.period.returned) == (
        period.handed_in,
        period.validated,
        period.returned,
    )
    assert found.period.movements == period.movements
    assert found.period.newly_late == period.newly_late
    assert found.period.institutions == period.institutions
    assert [one.percent for one in found.validated] == [60]
    assert [one.uid for one in found.returned] == [scene.made.activities[1].uid]
    assert (found.since, found.until) == (date(2026, 6, 1), TODAY)


def test_the_first_meeting_is_told_from_the_beginning_and_a_later_plan_not_at_all(table):
    scene = make_scene()
    first = table.called(1, on=TODAY + timedelta(days=30), plan_number=scene.made.number)
    (found,) = since(table, first)
    assert (found.since, found.until) == (date(2026, 1, 1), TODAY)
    assert [one.institution for one in found.silent] == [scene.made.lead.acronym]
    page = queries.get_meeting(table.member, first, today=TODAY)
    with pytest.raises(NotAllowed):
        list_since_last(table.liaison, page.meeting, None, today=TODAY, zone=ZONE)
    assert NOW.date() == TODAY
