"""Periods as people write them, and where the drawing of the schedule puts them."""

from __future__ import annotations

from datetime import date

import pytest

from tracker.blueprints.portal.drawing import draw
from tracker.blueprints.portal.words import listed_some
from tracker.domain.plans import NodeKind
from tracker.domain.schedule import Precision, Window
from tracker.domain.states import State
from tracker.queries.portal.schedule import ScheduleRow
from tracker.words.periods import listed, windows_words

DAY, MONTH, QUARTER = Precision.DAY, Precision.MONTH, Precision.QUARTER


@pytest.fixture
def spanish(app):
    with app.test_request_context("/"):
        yield


def window(start, end, first=MONTH, last=None):
    return Window(date.fromisoformat(end), date.fromisoformat(start) if start else None, last or first, first)


@pytest.mark.usefixtures("spanish")
@pytest.mark.parametrize(
    ("windows", "words"),
    [
        ([window("2018-11-01", "2020-08-31")], "noviembre de 2018 a agosto de 2020"),
        ([window("2019-01-01", "2019-03-31")], "enero a marzo de 2019"),
        ([window("2019-03-01", "2019-03-31")], "marzo de 2019"),
        ([window("2019-03-05", "2019-04-02", DAY)], "del 5 de marzo de 2019 al 2 de abril de 2019"),
        ([window("2018-11-01", "2020-08-30", MONTH, DAY)], "noviembre de 2018 a 30 de agosto de 2020"),
        ([window("2019-01-01", "2019-03-31", QUARTER)], "primer trimestre de 2019"),
        ([window("2019-05-01", "2019-08-31", Precision.FOUR_MONTH)], "segundo cuatrimestre de 2019"),
        ([window("2020-01-01", "2020-06-30", Precision.HALF_YEAR)], "primer semestre de 2020"),
        ([window("2020-07-01", "2020-12-31", Precision.HALF_YEAR)], "segundo semestre de 2020"),
        ([window("2020-01-01", "2020-12-31", Precision.YEAR)], "2020"),
        ([window(None, "2020-06-30")], "a más tardar en junio de 2020"),
        ([window(None, "2020-06-15", DAY)], "a más tardar el 15 de junio de 2020"),
        (
            [window("2019-01-01", "2019-03-31"), window("2020-01-01", "2020-03-31")],
            "enero a marzo de 2019 y enero a marzo de 2020",
        ),
        ([], ""),
    ],
)
def test_a_period_reads_as_exactly_as_it_is_known(windows, words):
    assert windows_words(windows) == words


@pytest.mark.usefixtures("spanish")
@pytest.mark.parametrize(
    ("names", "all_of_them", "some"),
    [
        ([], "", ""),
        (["A"], "A", "A"),
        (["A", "B", "C", "D"], "A, B, C y D", "A, B, C y D"),
        (["A", "B", "C", "D", "E"], "A, B, C, D y E", "A, B, C y 2 más"),
    ],
)
def test_names_are_listed_as_in_a_sentence(names, all_of_them, some):
    assert (listed(names), listed_some(names)) == (all_of_them, some)


def row(windows, state=State.IN_PROGRESS, **more):
    given = {
        "kind": NodeKind.ACTIVITY,
        "days_late": None,
        "due_on": None,
        "baseline_due_on": None,
        "validated": None,
        "reported": None,
    }
    return ScheduleRow(
        id=1,
        uid="u",
        label="1.1",
        title="Actividad",
        commitment_id=1,
        commitment=1,
        windows=tuple(windows),
        state=state,
        **{**given, **more},
    )


@pytest.mark.usefixtures("spanish")
class TestTheDrawing:
    def test_counts_months_from_the_first_one(self):
        drawing = draw([row([window("2019-02-01", "2019-03-31")])], 4, date(2019, 3, 31))
        assert [(bar.start, bar.end) for bar in drawing.rows[0].bars] == [(0.0, 2.0)]
        assert [(month.label, month.year) for month in drawing.months] == [("feb", 2019), ("mar", 2019)]
        assert drawing.today == 2.0

    def test_leaves_today_out_where_it_lies_outside(self):
        assert draw([row([window("2019-02-01", "2019-03-31")])], 4, date(2026, 1, 1)).today is None

    def test_draws_what_is_late_up_to_today_or_to_its_edge(self):
        late = row([window("2019-02-01", "2019-02-28")], State.OVERDUE, due_on=date(2019, 2, 28))
        other = row([window("2019-02-01", "2019-06-30")])
        for today, end in ((date(2019, 4, 30), 3.0), (date(2026, 1, 1), 5.0)):
            delay = draw([late, other], 4, today).rows[0].delay
            assert (delay.start, delay.end) == (1.0, end)

    @pytest.mark.parametrize(
        ("state", "reported", "kind"),
        [
            (State.COMPLETE_LATE, 100, "proven"),
            (State.OVERDUE, 40, "claimed"),
            (State.OVERDUE, None, "missed"),
            (State.NOT_DUE, None, "planned"),
        ],
    )
    def test_fills_a_bar_with_no_more_than_is_said(self, state, reported, kind):
        drawn = draw(
            [row([window("2019-02-01", "2019-02-28")], state, reported=reported)], 4, date(2019, 3, 9)
        )
        assert [bar.kind for bar in drawn.rows[0].bars] == [kind]

    def test_of_nothing_dated_is_nothing(self):
        assert draw([row([])], 4, date(2019, 1, 1)) is None
