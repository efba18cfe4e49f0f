"""Words of the public pages: periods as people write them, kinds, sources, values of a list."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from babel.dates import format_date
from flask_babel import gettext as _
from flask_babel import ngettext

from tracker import i18n
from tracker.blueprints.portal import blueprint
from tracker.domain.schedule import Frequency, Precision, Window
from tracker.wording import office_word, part_word


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


@blueprint.app_template_filter("window")
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


@blueprint.app_template_filter("windows")
def windows_words(windows: Sequence[Window]) -> str:
    """Every window of an item, in words."""
    return listed(window_words(one) for one in windows)


@blueprint.app_template_filter("listed")
def listed(parts: Iterable[str]) -> str:
    """A, B y C."""
    words = list(parts)
    if len(words) < 2:
        return "".join(words)
    return _("%(first)s y %(last)s", first=", ".join(words[:-1]), last=words[-1])


@blueprint.app_template_filter("listed_some")
def listed_some(parts: Iterable[str], most: int = 3) -> str:
    """A, B y 4 más: the first few, and how many others."""
    words = list(parts)
    if len(words) <= most + 1:
        return listed(words)
    return listed([*words[:most], _("%(count)s más", count=len(words) - most)])


@blueprint.app_template_filter("offices")
def offices(labels: Iterable[str]) -> str:
    """Who decided, as an office."""
    return listed(office_word(one) for one in labels)


@blueprint.app_template_filter("frequency")
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


@blueprint.app_template_filter("milestone_word")
def milestone_word(word: str, count: int = 1) -> str:
    """A plan's own word for its milestones, in the language of the page."""
    if word == "hito":
        return ngettext("hito", "hitos", count)
    if word == "meta":
        return ngettext("meta", "metas", count)
    return word


@blueprint.app_template_filter("file_size")
def file_size(size: int) -> str:
    """A size that a person can judge."""
    if size < 1024 * 1024:
        return f"{max(1, round(size / 1024))} kB"
    return f"{i18n.number(round(size / (1024 * 1024)))} MB"


blueprint.add_app_template_filter(part_word, "part_word")
