"""Early warning: what is about to go wrong and why it stalls, before it is late."""

from __future__ import annotations

from typing import Any

from flask import current_app, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from tracker import clock
from tracker.access import acting, requires
from tracker.blueprints.reviews import blueprint
from tracker.domain.obstacles import ObstacleKind
from tracker.domain.permissions import Permission
from tracker.downloads import csv_answer
from tracker.paths import number
from tracker.queries.alert_rows import Alert, AlertFilter, AlertKind
from tracker.queries.alerts import Warnings, get_warnings
from tracker.queries.progress import Choices, list_choices
from tracker.words import alerts as words
from tracker.words.changes import obstacle_word

# How many of each kind the page shows before one is chosen; how many on a page of one.
FIRST = 5
PAGE = 50

blueprint.add_app_template_filter(words.says, "alert_says")
blueprint.add_app_template_filter(words.silence_word, "silence_word")
blueprint.add_app_template_filter(obstacle_word, "obstacle_word")


def _asked() -> AlertFilter:
    asked = request.args
    return AlertFilter(
        kind=asked.get("tipo", ""),
        plan=asked.get("plan", type=number),
        commitment=asked.get("compromiso", ""),
        institution=asked.get("institucion", ""),
        obstacle=asked.get("obstaculo", ""),
    )


def _found(chosen: AlertFilter) -> Warnings:
    return get_warnings(acting(), chosen, clock.today(current_app.config["TIMEZONE"]))


@blueprint.get("/revision/alertas")
@requires(Permission.REPORT_READ_ALL)
def alerts() -> ResponseReturnValue:
    chosen = _asked()
    found = _found(chosen)
    return render_template(
        "reviews/alerts.html",
        found=found,
        chosen=chosen,
        groups=_groups(found, chosen, request.args.get("page", 1, type=int)),
        kinds=words.kind_words(),
        obstacle_kinds=list(ObstacleKind),
        params={key: value for key, value in request.args.items() if key != "page" and value},
        choices=_choices(list_choices(acting())),
    )


@blueprint.get("/revision/alertas.csv")
@requires(Permission.REPORT_READ_ALL)
def alerts_csv() -> ResponseReturnValue:
    """The same warnings, all of them, as a table."""
    chosen = _asked()
    return csv_answer("alertas.csv", words.table_header(), words.table_rows(_found(chosen), chosen.kind))


def _groups(found: Warnings, chosen: AlertFilter, page: int) -> list[dict[str, Any]]:
    """The kinds that have warnings: the first few of each, or a page of the one that was chosen."""
    names, hints = words.kind_words(), words.kind_hints()
    wanted = [kind for kind in AlertKind if chosen.kind in {"", kind} and found.alerts[kind]]
    groups = []
    for kind in wanted:
        every = found.alerts[kind]
        rows, pages, here = _part(every, page, whole=bool(chosen.kind))
        groups.append(
            {
                "kind": kind.value,
                "title": names[kind],
                "hint": hints[kind],
                "rows": rows,
                "total": len(every),
                "page": here,
                "pages": pages,
            }
        )
    return groups


def _part(every: tuple[Alert, ...], page: int, *, whole: bool) -> tuple[tuple[Alert, ...], int, int]:
    if not whole:
        return every[:FIRST], 1, 1
    pages = max(1, -(-len(every) // PAGE))
    here = min(max(1, page), pages)
    return every[(here - 1) * PAGE : here * PAGE], pages, here


def _choices(found: Choices) -> dict[str, list[tuple[str, str]]]:
    """What the page can be narrowed to, in words."""
    numbers = sorted({plan for _uid, plan, _label, _title in found.commitments}, reverse=True)
    return {
        "kind": words.kind_choices(),
        "obstacle": words.obstacle_choices(),
        "plan": [("", _("Todos los planes")), *((str(n), _("Plan %(number)s", number=n)) for n in numbers)],
        "commitment": [
            ("", _("Todos los compromisos")),
            *((uid, f"{plan}, {label}. {_cut(title)}") for uid, plan, label, title in found.commitments),
        ],
        "institution": [
            ("", _("Todas las instituciones")),
            *((uid, _cut(label)) for uid, label in found.institutions),
        ],
    }


def _cut(text: str, most: int = 60) -> str:
    return text if len(text) <= most else f"{text[:most].rstrip()}…"
