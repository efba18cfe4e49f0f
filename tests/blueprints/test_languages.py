"""Languages in addresses, and dates, numbers and percents as each language writes them."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from flask import request

from tests.support.wsgi import in_request
from tracker import clock, i18n
from tracker.domain.slots import civil_day

SPACE = "\N{NO-BREAK SPACE}"


@pytest.fixture(params=["/planes", "/en/planes"])
def language(app, request):
    """Within a request of either language."""
    with in_request(app, request.param):
        yield i18n.language()


@pytest.fixture
def spanish(app):
    with in_request(app, "/planes"):
        yield


@pytest.mark.parametrize(
    ("path", "language", "rest"),
    [
        ("/", "es", "/"),
        ("/planes/4", "es", "/planes/4"),
        ("/en", "en", "/"),
        ("/en/", "en", "/"),
        ("/en/planes/4", "en", "/planes/4"),
        ("/entrar", "es", "/entrar"),
        ("/ensayo/en", "es", "/ensayo/en"),
    ],
)
def test_the_language_stands_in_the_address(app, path, language, rest):
    with in_request(app, path):
        assert (i18n.language(), request.path) == (language, rest)


def test_outside_a_request_it_is_spanish(app_context):
    assert (i18n.language(), i18n.locale()) == ("es", "es_GT")


@pytest.mark.parametrize(
    ("value", "decimals", "shown"),
    [
        (Decimal("99.6"), 0, "99"),
        (Decimal("99.99"), 0, "99"),
        (Decimal("99.999"), 2, "99.99"),
        (Decimal(100), 0, "100"),
        (Decimal("0.4"), 0, "0"),
        (0, 0, "0"),
        (Decimal("33.33"), 2, "33.33"),
        (50.0, 0, "50"),
    ],
)
def test_a_percent_is_cut_and_never_rounded_up_to_the_whole(language, value, decimals, shown):
    assert i18n.percent(value, decimals) == f"{shown}{SPACE}%"


def test_what_is_not_known_is_written_as_nothing(language):
    assert [i18n.percent(None), i18n.day(None), i18n.instant(None), i18n.number(None)] == [""] * 4


def test_a_date_is_written_as_people_do(language):
    day = {"es": "28 de agosto de 2020", "en": "August 28, 2020"}
    month = {"es": "agosto de 2020", "en": "August 2020"}
    assert (i18n.day(date(2020, 8, 28)), i18n.month(date(2020, 8, 28))) == (day[language], month[language])


def test_an_instant_is_told_in_the_governments_time(app, spanish, monkeypatch):
    instant = datetime(2020, 8, 29, 0, 30, tzinfo=UTC)
    assert i18n.instant(instant) == "28 ago 2020, 18:30"
    assert i18n.instant(instant, "UTC") == "29 ago 2020, 00:30"
    monkeypatch.setitem(app.config, "TIMEZONE", "Europe/Madrid")
    assert i18n.instant(instant) == "29 ago 2020, 02:30"


def test_a_number_has_its_thousands_apart(spanish):
    assert (i18n.number(1234567), i18n.number(Decimal("1234.5"))) == ("1,234,567", "1,234.5")


@pytest.mark.parametrize(
    ("instant", "day"),
    [
        (datetime(2026, 6, 1, 5, 59, 59, tzinfo=UTC), date(2026, 5, 31)),
        (datetime(2026, 6, 1, 6, 0, tzinfo=UTC), date(2026, 6, 1)),
    ],
)
def test_the_civil_day_begins_at_midnight_in_guatemala(instant, day):
    assert civil_day(instant, clock.DEFAULT_ZONE) == day
    assert civil_day(instant, "UTC") == date(2026, 6, 1)


def test_the_clock_knows_its_zone():
    assert clock.now().tzinfo is UTC
    before = civil_day(clock.now(), clock.DEFAULT_ZONE)
    assert before <= clock.today() <= civil_day(clock.now(), clock.DEFAULT_ZONE)
