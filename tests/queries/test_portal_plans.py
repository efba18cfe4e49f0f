"""The plan's page and the lists, read from stored figures: published rows only."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from datetime import date
from decimal import Decimal
from functools import partial

import pytest

from tests.support.factories.plans import NOW, TODAY, make_plan, window
from tests.support.factories.reports import make_scene
from tracker.db import db, transaction
from tracker.domain.errors import NotFound
from tracker.domain.permissions import SYSTEM
from tracker.domain.plans import PlanStatus
from tracker.domain.states import State
from tracker.models.plans import PlanNode
from tracker.queries.portal import institutions, plans, schedule
from tracker.queries.portal.selection import Selection, choose
from tracker.services.totals import refresh_plan
from tracker.services.versions import record_nodes

PAST = window(date(2026, 1, 1), date(2026, 3, 31))
FUTURE = window(date(2026, 9, 1), date(2026, 12, 31))


@pytest.fixture
def scene(app_context):
    return make_scene(commitments=2, milestones=1, activities_per_milestone=2, axes=2)


def withdraw(node, today=TODAY):
    with transaction():
        row = db.session.get(PlanNode, node.id)
        row.withdrawn_on = today
        record_nodes(SYSTEM, [row], effective_on=today, now=NOW)
        refresh_plan(row.plan_id, today)


def values_in(value):
    """Every plain value inside a dataclass, however deep."""
    if is_dataclass(value):
        for one in fields(value):
            yield from values_in(getattr(value, one.name))
    elif isinstance(value, dict):
        for each in value.values():
            yield from values_in(each)
    elif isinstance(value, tuple | list | set | frozenset):
        for each in value:
            yield from values_in(each)
    else:
        yield value


class TestWhatIsPublished:
    def test_a_plan_is_public_from_its_consultation_on(self, app_context):
        for number, status in enumerate(PlanStatus, start=1):
            make_plan(number, status=status)
        shown = {line.header.status for line in plans.list_plans()}
        assert shown == set(PlanStatus) - {PlanStatus.DRAFT}

    def test_a_draft_plan_is_not_found(self, app_context):
        make_plan(7, status=PlanStatus.DRAFT)
        for read in (plans.get_plan, plans.list_institutions, partial(schedule.get_schedule, today=TODAY)):
            with pytest.raises(NotFound):
                read(7)

    def test_no_row_of_a_table_leaves_the_queries(self, scene):
        scene.validated(percent=40)
        pages = (
            plans.list_plans(),
            plans.get_plan(4),
            schedule.get_schedule(4, TODAY),
            institutions.get_institution(4, "infom"),
        )
        leaked = [value for page in pages for value in values_in(page) if isinstance(value, db.Model)]
        assert leaked == []


class TestThePlanPage:
    def test_counts_what_each_commitment_has(self, scene):
        page = plans.get_plan(4)
        assert [(c.number, c.milestones, c.activities) for c in page.commitments] == [(1, 1, 2), (2, 1, 2)]
        assert [c.coordinators for c in page.commitments] == [("INFOM",), ("INFOM",)]

    def test_gives_both_figures_and_what_is_only_claimed(self, scene):
        scene.validated(scene.made.activities[0], 100)
        scene.submitted(scene.made.activities[1], 60)
        totals = plans.get_plan(4).header.totals
        assert (totals.validated, totals.reported) == (Decimal("25.00"), Decimal("40.00"))
        assert (totals.only_claimed, totals.reported_informed, totals.total) == (Decimal("15.00"), 2, 4)
        assert totals.is_floor

    def test_nobody_having_informed_is_not_zero(self, scene):
        totals = plans.get_plan(4).header.totals
        assert (totals.validated, totals.reported, totals.missing) == (None, None, 4)

    def test_says_how_many_are_late_and_the_most_days(self, app_context):
        make_scene(windows=[PAST], activities_per_milestone=3)
        page = plans.get_plan(4)
        assert (page.tally.overdue, page.tally.most_days_late) == (3, (TODAY - PAST.end).days)

    def test_names_who_owes_information(self, scene):
        assert [one.label for one in plans.get_plan(4).silent] == ["INFOM"]

    def test_an_item_that_has_not_begun_owes_nothing(self, app_context):
        make_scene(windows=[FUTURE])
        page = plans.get_plan(4)
        assert (page.silent, page.tally.silent) == ((), 0)

    def test_who_contributes_is_not_blamed_for_what_is_late(self, app_context):
        make_scene(windows=[PAST])
        rows = {one.label: one for one in plans.get_plan(4).institutions}
        assert (rows["INFOM"].leads, rows["INFOM"].overdue) == (2, 2)
        assert (rows["INAP"].leads, rows["INAP"].contributes, rows["INAP"].overdue) == (0, 2, 0)

    def test_lists_what_was_withdrawn_and_leaves_it_out(self, scene):
        withdraw(scene.made.activities[0])
        page = plans.get_plan(4)
        assert [one.uid for one in page.withdrawn] == [scene.made.activities[0].uid]
        assert (page.header.totals.total, page.commitments[0].activities) == (3, 1)


class TestTheChoiceOfCommitments:
    @pytest.fixture
    def rows(self, app_context):
        scene = make_scene(windows=[PAST], commitments=3, activities_per_milestone=1)
        scene.validated(scene.made.activities[0], 100, completed_on=PAST.end)
        scene.submitted(scene.made.activities[1], 100)
        return plans.get_plan(4).commitments

    def numbers(self, rows, **asked):
        return [row.number for row in choose(rows, Selection(**asked), ()).rows]

    def test_late_things_come_first(self, rows):
        assert self.numbers(rows) == [3, 1, 2]

    def test_other_orders_may_be_asked_for(self, rows):
        assert self.numbers(rows, order="numero") == [1, 2, 3]
        assert self.numbers(rows, order="avance") == [1, 2, 3]

    @pytest.mark.parametrize(
        ("state", "expected"),
        [
            ("atrasados", [3]),
            ("sin-informacion", [3]),
            ("por-comprobar", [2]),
            ("sin-evidencia", [2]),
            ("completos", [1]),
            ("no-existe", [3, 1, 2]),
        ],
    )
    def test_a_state_narrows_them(self, rows, state, expected):
        assert self.numbers(rows, state=state) == expected

    def test_an_institution_narrows_them(self, rows):
        assert len(self.numbers(rows, institution="inap")) == 3
        assert self.numbers(rows, institution="nadie") == []

    def test_an_axis_narrows_them(self, app_context):
        make_plan(5, commitments=3, axes=2)
        page = plans.get_plan(5)
        chosen = choose(page.commitments, Selection(axis=page.axes[1].label), page.axes)
        assert [row.number for row in chosen.rows] == [2]

    def test_a_page_beyond_the_last_is_the_last(self, rows):
        assert choose(rows, Selection(page=99), ()).page == 1


class TestAnInstitution:
    def test_has_its_items_late_first_with_its_own_word(self, app_context):
        scene = make_scene(windows=[PAST], activities_per_milestone=2)
        scene.submitted(scene.made.activities[0], 100)
        scene.submitted(scene.made.activities[1], 30, actor=scene.helper)
        page = institutions.get_institution(4, "inap")
        assert [one.state for one in page.items] == [State.OVERDUE, State.AWAITING_VALIDATION]
        assert [(one.reported, one.own and one.own.percent) for one in page.items] == [
            (None, Decimal("30.00")),
            (Decimal("100.00"), None),
        ]
        assert (page.tally.items, page.tally.leads, page.tally.overdue, page.tally.claims) == (2, 0, 1, 0)

    def test_that_takes_no_part_is_not_found(self, scene):
        make_plan(9, lead="OTRA", helper="MAS")
        for slug in ("otra", "no-existe"):
            with pytest.raises(NotFound):
                institutions.get_institution(4, slug)

    def test_has_fifty_items_a_page(self, app_context, monkeypatch):
        assert institutions.PAGE_SIZE == 50
        monkeypatch.setattr(institutions, "PAGE_SIZE", 3)
        make_plan(4, activities_per_milestone=5)
        first, second = (institutions.get_institution(4, "infom", page=n) for n in (1, 2))
        assert (len(first.items), len(second.items), first.pages) == (3, 2, 2)
        assert not {one.uid for one in first.items} & {one.uid for one in second.items}
        with pytest.raises(NotFound):
            institutions.get_institution(4, "infom", page=3)


class TestTheSchedule:
    def test_knows_from_when_to_when_a_commitment_is_planned(self, scene):
        spans = schedule.commitment_spans(scene.made.id)
        assert spans[scene.made.commitments[0].id] == (date(2026, 1, 1), date(2026, 12, 31))
