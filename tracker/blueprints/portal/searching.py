"""The search over everything public: its page, and the words of what it is narrowed by."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from tracker.access import public
from tracker.blueprints.portal import blueprint
from tracker.domain.search_text import LONGEST_QUERY
from tracker.queries.portal import search as queries
from tracker.queries.portal.search_choices import Choice, Narrowing

_LONGEST_LABEL = 60


@blueprint.get("/buscar")
@public
def search() -> ResponseReturnValue:
    """Everything public with the words asked for."""
    asked = {name: request.args.get(name, "")[:LONGEST_QUERY].replace("\0", "") for name in _names()}
    exactly = request.args.get("exacto") == "1"
    by = Narrowing(asked["tipo"], asked["plan"], asked["institucion"], asked["estado"], asked["anio"])
    found = queries.find(asked["q"], by, page=request.args.get("page", 1, type=int), exactly=exactly)
    params = {name: value for name, value in asked.items() if value} | ({"exacto": 1} if exactly else {})
    return render_template("portal/search.html", found=found, by=by, q=asked["q"].strip(), params=params)


def _names() -> tuple[str, ...]:
    """The words of the address."""
    return ("q", "tipo", "plan", "institucion", "estado", "anio")


@blueprint.app_template_filter("search_kind")
def search_kind(value: str) -> str:
    """What is found, in the plural."""
    return {
        "plan": _("Planes"),
        "institucion": _("Instituciones"),
        "eje": _("Ejes"),
        "compromiso": _("Compromisos"),
        "hito": _("Hitos"),
        "actividad": _("Actividades"),
        "avance": _("Informes de avance"),
        "evidencia": _("Evidencias"),
        "informe": _("Informes publicados"),
        "enmienda": _("Enmiendas"),
    }.get(value, value)


def search_state(value: str) -> str:
    """How things stand, as a choice."""
    return {
        "atrasado": _("Con atraso"),
        "en-curso": _("En curso"),
        "por-comprobar": _("Por comprobar"),
        "completo": _("Completo"),
        "sin-empezar": _("Aún no empieza"),
        "sin-fecha": _("Sin fecha"),
        "fuera-del-plan": _("Fuera del plan"),
    }.get(value, value)


@blueprint.app_template_filter("search_options")
def search_options(choices: Iterable[Choice], chosen: str, everything: str) -> list[tuple[str, str]]:
    """Values to choose from, each with how many results it leaves; what is chosen stays, with none."""
    rows = list(choices)
    found = [(one.value, f"{_short(one.label)} ({one.count})") for one in rows]
    kept = [(chosen, f"{chosen} (0)")] if chosen and chosen not in {one.value for one in rows} else []
    return [("", everything), *found, *kept]


@blueprint.app_template_filter("search_states")
def search_states(choices: Iterable[Choice]) -> list[Choice]:
    """The choices of state, in words."""
    return [replace(one, label=search_state(one.value)) for one in choices]


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST_LABEL else text[:_LONGEST_LABEL].rsplit(" ", 1)[0] + "…"
