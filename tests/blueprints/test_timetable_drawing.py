"""Where the drawing of the schedule puts things: days, quarters and years, and what is filled how."""

from __future__ import annotations

from datetime import date

import pytest

from tracker.blueprints.portal.axis import Period, Scale, Zoom, aligned, axis_of, zoom_for
from tracker.blueprints.portal.drawing import draw
from tracker.domain.plans import NodeKind
from tracker.domain.schedule import Frequency, Precision, Schedule, ScheduleRevision, Window
from tracker.domain.states import State
from tracker.queries.portal.lines import Occasion, occasions
from tracker.queries.portal.schedule_choice import ScheduleRow

FOUR_MONTHS = Period(date(2019, 1, 1), date(2019, 4, 30))


@pytest.fixture(autouse=True)
def spanish(app):
    with app.test_request_context("/"):
        yield


def window(first, last):
    return Window(date.fromisoformat(last), date.fromisoformat(first), Precision.MONTH, Precision.MONTH)


JANUARY, FEBRUARY = window("2019-01-01", "2019-01-31"), window("2019-02-01", "2019-02-28")
UNTIL_APRIL = window("2019-01-01", "2019-04-30")


def row(windows, state=State.IN_PROGRESS, **more):
    given = {
        "id": 1,
        "uid": "u",
        "kind": NodeKind.ACTIVITY,
        "label": "1.1",
        "title": "Actividad",
        "parent_id": None,
        "days_late": None,
        "due_on": None,
        "baseline_due_on": None,
        "reported": None,
        "delivers": True,
    }
    return ScheduleRow(
        commitment_id=1, commitment=1, windows=tuple(windows), state=state, **{**given, **more}
    )


def drawn(one, today="2019-02-10", others=(), **more):
    return draw([one, *others], 4, date.fromisoformat(today), **more)


def late(**more):
    return row([JANUARY], State.OVERDUE, due_on=date(2019, 1, 31), days_late=28, **more)


class TestTheScale:
    def test_gives_each_month_the_same_width_and_each_day_its_share_of_it(self):
        scale = Scale(FOUR_MONTHS)
        assert [scale.start(date(2019, month, 1)) for month in (1, 2, 3, 4)] == [0, 25, 50, 75]
        assert scale.end(date(2019, 2, 14)) == 37.5
        assert scale.end(date(2019, 4, 30)) == 100

    def test_cuts_what_begins_before_or_ends_after_and_leaves_out_what_lies_outside(self):
        scale = Scale(FOUR_MONTHS)
        span = scale.span(date(2018, 5, 1), date(2019, 1, 31))
        assert (span.x, span.width) == (0, 25)
        assert scale.span(date(2018, 5, 1), date(2018, 12, 31)) is None
        assert scale.span(date(2019, 5, 1), date(2019, 6, 30)) is None

    def test_of_a_leap_february_ends_with_its_29th(self):
        assert Scale(Period(date(2020, 2, 1), date(2020, 2, 29))).end(date(2020, 2, 29)) == 100


class TestTheAxis:
    def test_has_years_over_months(self):
        axis = axis_of(Period(date(2018, 11, 1), date(2019, 2, 28)), Zoom.MONTH)
        assert [one.label for one in axis.upper] == ["2018", "2019"]
        assert [one.label for one in axis.lower] == ["nov", "dic", "ene", "feb"]
        assert axis.wide is None

    def test_has_years_over_whole_quarters(self):
        period = aligned(Period(date(2018, 11, 1), date(2019, 5, 31)), Zoom.QUARTER)
        assert (period.first, period.last) == (date(2018, 10, 1), date(2019, 6, 30))
        axis = axis_of(period, Zoom.QUARTER)
        assert [one.label for one in axis.lower] == ["4.º trim.", "1.er trim.", "2.º trim."]
        assert [one.label for one in axis_of(period, Zoom.YEAR).lower] == ["T4", "T1", "T2"]

    def test_scrolls_by_month_where_the_plan_is_long_and_never_by_year(self):
        long = Period(date(2019, 1, 1), date(2024, 12, 31))
        assert axis_of(long, Zoom.MONTH).wide > 100
        assert axis_of(long, Zoom.QUARTER).wide > 60
        assert axis_of(long, Zoom.YEAR).wide is None

    def test_leaves_out_names_that_would_not_fit(self):
        century = Period(date(1950, 1, 1), date(2049, 12, 31))
        assert {one.label for one in axis_of(century, Zoom.YEAR).lower} == {""}

    @pytest.mark.parametrize(
        ("last", "zoom"),
        [("2020-12-31", Zoom.MONTH), ("2021-12-31", Zoom.QUARTER), ("2022-01-31", Zoom.YEAR)],
    )
    def test_is_as_close_as_the_plan_allows(self, last, zoom):
        assert zoom_for(Period(date(2019, 1, 1), date.fromisoformat(last))) is zoom


class TestBars:
    @pytest.mark.parametrize(
        ("state", "more", "kind"),
        [
            (State.COMPLETE_LATE, {"reported": 100}, "proven"),
            (State.OVERDUE, {"reported": 40}, "claimed"),
            (State.OVERDUE, {}, "missed"),
            (State.NOT_DUE, {}, "planned"),
            (State.OVERDUE, {"delivers": False, "kind": NodeKind.MILESTONE}, "summary"),
        ],
    )
    def test_are_filled_with_no_more_than_is_said(self, state, more, kind):
        assert [bar.kind for bar in drawn(row([JANUARY], state, **more)).rows[0].bars] == [kind]

    def test_show_the_window_approved_beside_the_one_in_force_only_where_they_differ(self):
        moved = drawn(row([FEBRUARY], baseline=(JANUARY,))).rows[0]
        assert [(one.x, one.width) for one in moved.baseline] == [(0, 50)]
        assert [(one.x, one.width) for one in moved.bars] == [(50, 50)]
        assert "En el plan aprobado: enero de 2019" in moved.text
        assert drawn(row([JANUARY], baseline=(JANUARY,))).rows[0].baseline == ()

    def test_stand_for_each_of_several_windows_with_what_is_said_of_it(self):
        april = window("2019-04-01", "2019-04-30")
        own = (
            Occasion(JANUARY.start, JANUARY.end, Precision.MONTH, True, True, date(2019, 1, 20), False),
            Occasion(april.start, april.end, Precision.MONTH, False, False, None, True),
        )
        line = drawn(row([JANUARY, april], State.OVERDUE, occasions=own), "2019-05-03").rows[0]
        assert [bar.kind for bar in line.bars] == ["proven", "missed"]
        assert [mark.kind for mark in line.marks] == ["proven", "missed"]
        assert "1 de 2 comprobadas, 1 declaradas; faltan: abril de 2019" in line.text

    def test_of_nothing_dated_are_no_drawing(self):
        assert drawn(row([])) is None


class TestMarks:
    def test_stand_on_the_day_of_completion(self):
        done = {"completed_on": date(2019, 2, 14), "reported": 100}
        for state, kind in ((State.COMPLETE_ON_TIME, "proven"), (State.AWAITING_VALIDATION, "claimed")):
            marks = drawn(row([UNTIL_APRIL], state, **done)).rows[0].marks
            assert [(mark.x, mark.kind) for mark in marks] == [(37.5, kind)]

    def test_of_a_monthly_duty_stand_on_each_due_date(self):
        sixteen = Window(date(2020, 8, 31), date(2019, 5, 1), Precision.MONTH, Precision.MONTH)
        schedule = Schedule((ScheduleRevision((sixteen,)),), Frequency.MONTHLY)
        own = occasions(schedule, None, None, date(2020, 1, 15))
        line = drawn(row([sixteen], State.OVERDUE, occasions=own), "2020-01-15").rows[0]
        assert [mark.kind for mark in line.marks] == ["missed"] * 8 + ["planned"] * 8
        assert [mark.x for mark in line.marks] == [round(n / 16 * 100, 2) for n in range(1, 17)]
        assert [bar.kind for bar in line.bars] == ["planned"]


class TestDelays:
    def test_run_from_the_due_date_to_today_with_the_days_at_their_end(self):
        delay = drawn(late(), "2019-02-28", others=[row([UNTIL_APRIL])]).rows[0].delay
        assert (delay.x, delay.width, delay.words) == (25, 25, "28 días")
        assert not delay.before
        assert not delay.goes_on

    def test_go_on_past_the_edge_where_today_lies_outside(self):
        drawing = drawn(late(), "2026-01-01", others=[row([UNTIL_APRIL])])
        delay = drawing.rows[0].delay
        assert (delay.x + delay.width, delay.before, delay.goes_on) == (100, True, True)
        assert drawing.today is None
        assert "on" in drawing.signs

    def test_that_begin_at_the_edge_still_tell_their_days(self):
        delay = drawn(late(), "2026-01-01").rows[0].delay
        assert (delay.x, delay.width, delay.words) == (100, 0, "28 días")

    def test_of_what_was_met_late_end_with_its_completion(self):
        done = row(
            [JANUARY],
            State.COMPLETE_LATE,
            due_on=date(2019, 1, 31),
            days_late=14,
            completed_on=date(2019, 2, 14),
        )
        delay = drawn(done, "2019-04-30", others=[row([UNTIL_APRIL])]).rows[0].delay
        assert (delay.x, delay.width, delay.goes_on) == (25, 12.5, False)

    def test_keep_their_words_clear_of_a_later_window(self):
        one = row([JANUARY, UNTIL_APRIL], State.OVERDUE, due_on=date(2019, 1, 31), days_late=10)
        assert drawn(one).rows[0].delay.before

    def test_are_drawn_of_nothing_that_is_not_late(self):
        for one in (
            row([JANUARY], State.IN_PROGRESS, due_on=date(2019, 1, 31)),
            row([JANUARY], State.OVERDUE, due_on=date(2019, 1, 31), days_late=9, delivers=False),
            row([JANUARY], State.WITHDRAWN, due_on=date(2019, 1, 31), days_late=9),
        ):
            assert drawn(one).rows[0].delay is None


class TestAPeriod:
    def test_leaves_out_what_has_nothing_in_it_and_the_headings_above_that(self):
        heads = [row([UNTIL_APRIL], id=n, kind=NodeKind.MILESTONE, delivers=False) for n in (1, 2)]
        rows = [heads[0], row([JANUARY], label="1.1"), heads[1], row([FEBRUARY], label="2.1")]
        period = Period(date(2019, 2, 1), date(2019, 2, 28))
        drawing = draw(rows, 4, date(2019, 2, 10), period=period)
        assert [(line.kind, line.label) for line in drawing.rows] == [
            (NodeKind.MILESTONE, "1.1"),
            (NodeKind.ACTIVITY, "2.1"),
        ]
        assert drawing.left_out == 1
        assert drawing.whole.months == 4
