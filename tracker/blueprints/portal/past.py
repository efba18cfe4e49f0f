"""Amendments, and the plan as it stood on a day: pages of the past that lead to pages of the same past."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask import current_app, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from tracker import clock
from tracker.access import public
from tracker.blueprints.portal import blueprint
from tracker.domain.errors import NotFound
from tracker.domain.slots import civil_day
from tracker.queries.portal import changes, items, lines
from tracker.queries.portal import past as past_queries

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
# Pages of a plan that can be read as of a day: today's, and that of the day.
_PAGES = {
    "": ("portal.plan", "portal.past_plan"),
    "evaluaciones": ("portal.assessments", "portal.past_assessments"),
}


def _day(text: str) -> date:
    """An ISO date; NotFound with its sentence for anything else."""
    try:
        if _DAY.fullmatch(text):
            return date.fromisoformat(text)
    except ValueError:
        pass
    raise NotFound("day-not-valid", day=text)


def _instant(text: str) -> datetime | None:
    """An ISO instant, in civil time where it names no zone; nothing for an empty text."""
    if not text:
        return None
    for written in (text, text.replace(" ", "+")):  # a plus sign in an address is read as a space
        try:
            found = datetime.fromisoformat(written)
        except ValueError:
            continue
        return found if found.tzinfo else found.replace(tzinfo=ZoneInfo(_zone()))
    raise NotFound("instant-not-valid", instant=text)


def _zone() -> str:
    zone: str = current_app.config["TIMEZONE"]
    return zone


def view_of(day: str) -> past_queries.PastView:
    """The day that an address names, known at the instant that it may ask for."""
    known_at = _instant(request.args.get("conocido", ""))
    return past_queries.past_view(_day(day), known_at, today=clock.today(_zone()))


def _view(day: str) -> past_queries.PastView:
    """What the address asks to see; the links of its page lead to the same day."""
    g.past = view_of(day)
    return g.past  # type: ignore[no-any-return]  # set on the line above


def _same_past() -> dict[str, Any]:
    """The day, and the instant where one was asked for, as addresses have them; empty on pages of today."""
    if "past" not in g:
        return {}
    known = request.args.get("conocido", "")
    return {"day": g.past.day.isoformat()} | ({"conocido": known} if known else {})


@blueprint.app_template_global("item_url")
def item_url(uid: str) -> str:
    """An activity's page; on a page of the past, the one of the same day."""
    past = _same_past()
    return url_for("portal.past_activity" if past else "portal.activity", uid=uid, **past)


@blueprint.app_template_global("commitment_url")
def commitment_url(number: int, commitment: int, anchor: str | None = None) -> str:
    """A commitment's page; on a page of the past, the one of the same day."""
    past = _same_past()
    endpoint = "portal.past_commitment" if past else "portal.commitment"
    return url_for(endpoint, number=number, commitment=commitment, _anchor=anchor, **past)


@blueprint.app_template_global("assessments_url")
def assessments_url(number: int) -> str:
    """A plan's assessments; on a page of the past, those of the same day."""
    past = _same_past()
    return url_for("portal.past_assessments" if past else "portal.assessments", number=number, **past)


@blueprint.app_template_global("plan_url")
def plan_url(number: int) -> str:
    """A plan's page; on a page of the past, the one of the same day."""
    past = _same_past()
    return url_for("portal.past_plan" if past else "portal.plan", number=number, **past)


@blueprint.app_template_filter("day_before")
def day_before(day: date) -> date:
    """The day before."""
    return day - timedelta(days=1)


@blueprint.get("/planes/<int:number>/enmiendas")
@public
def amendments(number: int) -> ResponseReturnValue:
    """The amendments of a plan, each with what it said before and says since."""
    header, found = changes.list_amendments(number)
    return render_template("portal/amendments.html", header=header, amendments=found, zone=_zone())


@blueprint.get("/planes/<int:number>/al")
@public
def choose_day(number: int) -> ResponseReturnValue:
    """From the day chosen in a form to the page of that day; without one, to the page of today.

    `de=evaluaciones` leads to the assessments of that day, any other word to the plan.
    """
    day = request.args.get("dia", "").strip()
    today, past = _PAGES.get(request.args.get("de", ""), _PAGES[""])
    if not day:
        return redirect(url_for(today, number=number), 303)
    return redirect(url_for(past, number=number, day=_day(day).isoformat()), 303)


@blueprint.get("/planes/<int:number>/al/<string:day>")
@public
def past_plan(number: int, day: str) -> ResponseReturnValue:
    """A plan as it stood on a day."""
    found = past_queries.get_past_plan(number, _view(day), zone=_zone())
    return render_template("portal/past_plan.html", page=found, header=found.header)


@blueprint.get("/planes/<int:number>/compromisos/<int:commitment>/al/<string:day>")
@public
def past_commitment(number: int, commitment: int, day: str) -> ResponseReturnValue:
    """A commitment as it stood on a day."""
    view = _view(day)
    found = items.get_commitment(number, commitment, view.day, past=view, zone=_zone())
    shown = lines.choose_page(found.item, request.args.get("page", 1, type=int))
    return render_template(
        "portal/past_commitment.html", page=found, plan=found.plan, item=found.item, shown=shown
    )


@blueprint.get("/actividades/<string:uid>/al/<string:day>")
@public
def past_activity(uid: str, day: str) -> ResponseReturnValue:
    """An activity as it stood on a day."""
    view = _view(day)
    found = items.get_activity(uid, view.day, past=view, zone=_zone())
    return render_template("portal/past_activity.html", page=found, plan=found.plan, item=found.item)


blueprint.add_app_template_filter(civil_day)
