"""Words of periods and lists: windows as people write them, how often a duty falls due, A, B y C."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from babel.dates import format_date
from flask_babel import gettext as _

from tracker import i18n
from tracker.domain.schedule import Frequency, Precision, Window


def sentences() -> dict[str, str]:
    """No rule speaks of these."""
    return {}


def _quarter(day: date) -> str:
    words = [
        _("primer trimestre de %(year)s", year=day.year),
        _("segundo trimestre de %(year)s", year=day.year),
        _("tercer trimestre de %(year)s", year=day.year),
        _("cuarto trimestre de %(year)s", year=day.year),
    ]
    return words[(day.month - 1) // 3]


def _four_month(day: date) -> str:
    words = [
        _("primer cuatrimestre de %(year)s", year=day.year),
        _("segundo cuatrimestre de %(year)s", year=day.year),
        _("tercer cuatrimestre de %(year)s", year=day.year),
    ]
    return words[(day.month - 1) // 4]


def _half_year(day: date) -> str:
    first, second = (
        _("primer semestre de %(year)s", year=day.year),
        _("segundo semestre de %(year)s", year=day.year),
    )
    return first if day.month <= 6 else second


def point_words(day: date, precision: Precision) -> str:
    """One end of a window, as exactly as it is known."""
    if precision is Precision.QUARTER:
        return _quarter(day)
    if precision is Precision.FOUR_MONTH:
        return _four_month(day)
    if precision is Precision.HALF_YEAR:
        return _half_year(day)
    if precision is Precision.YEAR:
        return str(day.year)
    return i18n.day(day) if precision is Precision.DAY else i18n.month(day)


def window_words(window: Window) -> str:
    """A window as its source says it: "noviembre de 2018 a agosto de 2020"."""
    end = point_words(window.end, window.end_precision)
    if window.start is None:
        if window.end_precision is Precision.DAY:
            return _("a más tardar el %(end)s", end=end)
        return _("a más tardar en %(end)s", end=end)
    start = point_words(window.start, window.start_precision)
    if start == end:
        return end
    if window.start_precision is window.end_precision is Precision.DAY:
        return _("del %(start)s al %(end)s", start=start, end=end)
    same_year = window.start.year == window.end.year
    if same_year and window.start_precision is window.end_precision is Precision.MONTH:
        start = format_date(window.start, "MMMM", locale=i18n.locale())
    return _("%(start)s a %(end)s", start=start, end=end)


def windows_words(windows: Sequence[Window]) -> str:
    """Every window of an item, in words."""
    return listed(window_words(one) for one in windows)


def listed(parts: Iterable[str]) -> str:
    """A, B y C."""
    words = list(parts)
    if len(words) < 2:
        return "".join(words)
    return _("%(first)s y %(last)s", first=", ".join(words[:-1]), last=words[-1])


def frequency_words(frequency: Frequency) -> str:
    """How often a duty falls due."""
    return {
        Frequency.MONTHLY: _("cada mes"),
        Frequency.BIMONTHLY: _("cada dos meses"),
        Frequency.QUARTERLY: _("cada tres meses"),
        Frequency.FOUR_MONTHLY: _("cada cuatro meses"),
        Frequency.HALF_YEARLY: _("cada seis meses"),
        Frequency.YEARLY: _("cada año"),
    }[frequency]
