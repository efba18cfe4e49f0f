"""Periods as people write them: whatever the pages show of a window is read back as that window."""

from __future__ import annotations

from datetime import date
from itertools import product

import pytest

from tests.support.wsgi import in_request
from tracker.domain.errors import DomainError
from tracker.domain.schedule import Precision, Window, period_containing
from tracker.services.written_periods import read_periods
from tracker.words.periods import window_words

DAYS = (date(2026, 1, 5), date(2026, 5, 17), date(2027, 8, 30))


def windows():
    """Windows of every precision at each end, within a year and over several, and with an open beginning."""
    for first, last, start, end in product(Precision, Precision, DAYS, DAYS):
        begins, ends = period_containing(start, first)[0], period_containing(end, last)[1]
        if begins <= ends:
            yield Window(ends, begins, last, first)
    for last in Precision:
        yield Window(period_containing(DAYS[1], last)[1], None, last)


@pytest.mark.parametrize("path", ["/", "/en/"])
def test_what_a_page_shows_is_read_back(app, path):
    with in_request(app, path):
        read = {window: (window_words(window), read_periods(window_words(window))) for window in windows()}
    assert {window: told for window, told in read.items() if told[1] != (window,)} == {}


MONTH = Precision.MONTH


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ()),
        ("   ", ()),
        ("marzo de 2027", (Window(date(2027, 3, 31), date(2027, 3, 1), MONTH, MONTH),)),
        (
            "Marzo y junio de 2027",
            (
                Window(date(2027, 3, 31), date(2027, 3, 1), MONTH, MONTH),
                Window(date(2027, 6, 30), date(2027, 6, 1), MONTH, MONTH),
            ),
        ),
        ("15/03/2027", (Window(date(2027, 3, 15), date(2027, 3, 15)),)),
        ("second quarter of 2027", (Window(date(2027, 6, 30), date(2027, 4, 1), *[Precision.QUARTER] * 2),)),
        ("March 15, 2027", (Window(date(2027, 3, 15), date(2027, 3, 15)),)),
        ("by June 2027", (Window(date(2027, 6, 30), None, MONTH),)),
    ],
)
def test_lines_that_people_write(text, expected):
    assert read_periods(text) == expected


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Permanente", "dates-not-understood"),
        ("marzo", "dates-need-year"),
        ("31/02/2027", "dates-impossible"),
        ("junio a marzo de 2027", "dates-reversed"),
        ("brumario de 2027", "dates-not-understood"),
        ("marzo de 2027 si hay fondos", "dates-not-understood"),
    ],
)
def test_what_is_in_doubt_is_asked_again(text, code):
    with pytest.raises(DomainError) as refused:
        read_periods(text)
    assert (refused.value.code, refused.value.field) == (code, "windows")
