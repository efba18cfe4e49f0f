"""What the address of the schedule asks for, and the addresses of its other views."""

from __future__ import annotations

import calendar
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from typing import Any

from flask import url_for
from flask_babel import gettext as _

from tracker import i18n
from tracker.blueprints.portal import blueprint
from tracker.blueprints.portal.axis import Period, Zoom
from tracker.blueprints.portal.drawing import Drawing, Line, draw, item_url
from tracker.queries.portal.schedule import SchedulePage
from tracker.queries.portal.schedule_choice import STATES, ScheduleChoice

TABLE = "tabla"
# A table with more rows than this has a page of its own, not a second place on the drawing's.
MOST_TWINS = 100
_MONTH = re.compile(r"(\d{4})-(\d{2})")


@dataclass(frozen=True)
class Asked:
    """What the address asks for; words that are not known are set aside and told."""

    choice: ScheduleChoice
    zoom: Zoom | None = None
    period: Period | None = None
    table: bool = False
    unknown: tuple[str, ...] = ()

    @property
    def params(self) -> dict[str, str]:
        """The parameters of its address, so that another view keeps what this one has chosen."""
        given = {
            "compromiso": str(self.choice.commitment or ""),
            "institucion": self.choice.institution,
            "estado": self.choice.state,
            "tarde": "1" if self.choice.late else "",
            "zoom": self.zoom.value if self.zoom else "",
            "vista": TABLE if self.table else "",
            **(period_params(self.period) if self.period else {}),
        }
        return {name: value for name, value in given.items() if value}

    @property
    def is_narrowed(self) -> bool:
        """True where something may be left out."""
        return self.choice.is_narrowed or self.choice.commitment is not None or self.period is not None


@dataclass(frozen=True)
class PeriodLink:
    """A part of the plan's time to look at."""

    label: str
    period: Period | None
    current: bool
    rel: str = ""


def read_asked(args: Mapping[str, str]) -> Asked:
    """What an address asks for; what it cannot be understood to ask for is set aside."""
    given = {name: args.get(name, "").strip() for name in ("compromiso", "estado", "zoom", "vista", "tarde")}
    zooms = {one.value: one for one in Zoom}
    commitment = int(given["compromiso"]) if re.fullmatch(r"[0-9]{1,6}", given["compromiso"]) else None
    period = _period(args.get("desde", ""), args.get("hasta", ""))
    unknown = [
        *([given["compromiso"]] if given["compromiso"] and commitment is None else []),
        *([given["estado"]] if given["estado"] not in ("", *STATES) else []),
        *([given["zoom"]] if given["zoom"] not in ("", *zooms) else []),
        *([given["vista"]] if given["vista"] not in ("", TABLE) else []),
        *([given["tarde"]] if given["tarde"] not in ("", "1") else []),
        *([value for name in ("desde", "hasta") if (value := args.get(name, ""))] if not period else []),
    ]
    return Asked(
        ScheduleChoice(
            commitment=commitment,
            institution=args.get("institucion", "").strip().casefold(),
            state=given["estado"] if given["estado"] in STATES else "",
            late=given["tarde"] == "1",
        ),
        zoom=zooms.get(given["zoom"]),
        period=period,
        table=given["vista"] == TABLE,
        unknown=tuple(unknown),
    )


def settled(asked: Asked, page: SchedulePage) -> Asked:
    """The same without the commitment or institution that the plan turned out not to have."""
    missing = [
        str(wanted)
        for wanted, found in (
            (asked.choice.commitment, page.choice.commitment),
            (asked.choice.institution, page.choice.institution),
        )
        if wanted and not found
    ]
    return replace(asked, choice=page.choice, unknown=(*asked.unknown, *missing))


def _period(first: str, last: str) -> Period | None:
    """From one month to another, as in 2019-01; None where either is no month, or they are reversed."""
    start, end = _month(first), _month(last)
    if start is None or end is None or start > end:
        return None
    return Period(start, end.replace(day=calendar.monthrange(end.year, end.month)[1]))


def _month(text: str) -> date | None:
    match = _MONTH.fullmatch(text.strip())
    try:
        return date(int(match[1]), int(match[2]), 1) if match and 1900 <= int(match[1]) <= 2200 else None
    except ValueError:
        return None


@blueprint.app_template_filter("period_params")
def period_params(period: Period | None) -> dict[str, str | None]:
    """A period as parameters of an address; none of them for the whole plan."""
    if period is None:
        return {"desde": None, "hasta": None}
    return {"desde": f"{period.first:%Y-%m}", "hasta": f"{period.last:%Y-%m}"}


def period_links(drawing: Drawing, chosen: Period | None) -> list[PeriodLink]:
    """The whole plan, each of its years, and what comes before and after the part chosen."""
    years = [
        Period(date(year, 1, 1), date(year, 12, 31))
        for year in range(drawing.whole.first.year, drawing.whole.last.year + 1)
    ]
    links = [PeriodLink(_("Todo el plan"), None, chosen is None)]
    links += [PeriodLink(str(one.first.year), one, one == chosen) for one in years]
    if chosen is not None and chosen not in years:
        links.append(PeriodLink(_period_words(chosen), chosen, current=True))
    if chosen is None:
        return links if len(years) > 1 else []
    for words, rel, months in (
        (_("Período anterior"), "prev", -chosen.months),
        (_("Período siguiente"), "next", chosen.months),
    ):
        other = chosen.shifted(months)
        if other.meets(drawing.whole):
            links.append(PeriodLink(words, other, current=False, rel=rel))
    return links


def shown(page: SchedulePage, asked: Asked, today: date) -> dict[str, Any]:
    """What the page of the schedule shows: the picture or the table, and where else to go from it."""
    number = page.header.number
    drawing = None
    if not asked.table:
        drawing = draw(page.rows, number, today, zoom=asked.zoom, period=asked.period)
    return {
        "page": page,
        "header": page.header,
        "asked": asked,
        "drawing": drawing,
        "periods": period_links(drawing, asked.period) if drawing else [],
        "scope": scope_words(page, asked),
        "schedule_states": state_options(),
        "twin": len(page.rows) <= MOST_TWINS and asked.period is None,
        "item_url": partial(item_url, plan_number=number),
        "open_url": partial(_open_url, asked, number),
    }


def _open_url(asked: Asked, number: int, line: Line) -> str:
    """Where what stands below a folded line is drawn: the schedule of its commitment, at its place."""
    params: dict[str, Any] = {**asked.params, "number": number, "compromiso": line.commitment}
    return url_for("portal.timetable", **params, _anchor=f"cronograma-{line.uid}")


def _period_words(period: Period) -> str:
    return _("de %(first)s a %(last)s", first=i18n.month(period.first), last=i18n.month(period.last))


def scope_words(page: SchedulePage, asked: Asked) -> list[str]:
    """What the picture is limited to, so that a printed part is not taken for the whole."""
    choice = asked.choice
    names = {one.slug: one.label for one in page.institutions}
    words = [
        _("compromiso %(number)s", number=choice.commitment) if choice.commitment else "",
        names.get(choice.institution, ""),
        dict(state_options()).get(choice.state, "").lower(),
        _("lo que va o llegó tarde") if choice.late else "",
        _period_words(asked.period) if asked.period and not asked.table else "",
    ]
    return [one for one in words if one]


def state_options() -> list[tuple[str, str]]:
    """States to choose from, in the words of the address."""
    words = {
        "atrasadas": _("Atrasadas"),
        "en-riesgo": _("Vencen pronto o van por debajo"),
        "en-curso": _("En curso"),
        "por-comprobar": _("Por comprobar"),
        "completas": _("Completas"),
        "sin-empezar": _("Aún no empiezan"),
        "sin-fecha": _("Sin fecha"),
        "fuera-del-plan": _("Fuera del plan"),
    }
    return [(name, words[name]) for name in STATES]
