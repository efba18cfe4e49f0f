"""Periods and lists as people write them."""

from __future__ import annotations

from datetime import date

import pytest

from tracker.blueprints.portal.words import listed_some
from tracker.domain.schedule import Precision, Window
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
