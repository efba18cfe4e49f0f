"""How the queue's filter stands in an address, and what a person may choose in it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from flask import request
from flask_babel import gettext as _

from tracker.queries.review_findings import Finding
from tracker.queries.reviews import Queue, QueueFilter
from tracker.words import reviews as words
from tracker.words.work import finding_word

# The name of each part of the filter in an address.
PARAMETERS = {
    "ver": "view",
    "institucion": "institution",
    "ambito": "scope",
    "revision": "review",
    "actividad": "activity",
    "hallazgo": "finding",
    "q": "text",
    "orden": "order",
}


@dataclass(frozen=True)
class View:
    """One of the quick views of the queue, with how many it leaves."""

    value: str
    label: str
    count: int


def asked_filter() -> QueueFilter:
    """The filter that the address asks for."""
    return QueueFilter(**{name: request.args.get(key, "").strip() for key, name in PARAMETERS.items()})


def asked_parameters() -> dict[str, Any]:
    """The same as parameters, to be carried along from page to page."""
    return {key: value for key in PARAMETERS if (value := request.args.get(key, "").strip())}


def views_of(queue: Queue, chosen: QueueFilter) -> list[View]:
    """The quick views that leave something, and the one chosen."""
    counts = queue.counts["view"]
    return [
        View(value, label, counts.get(value, 0))
        for value, label in words.view_words()
        if counts.get(value) or value in {"", chosen.view}
    ]


def choices_of(queue: Queue, chosen: QueueFilter) -> dict[str, list[tuple[str, str]]]:
    """What each part of the filter can be set to, with how many it would leave."""
    findings = [("", _("Con o sin hallazgos")), *((one.value, finding_word(one)) for one in Finding)]
    offered: dict[str, Iterable[tuple[str, str]]] = {
        "institution": [("", _("Todas")), *queue.institutions],
        "scope": [("", _("Todos los planes")), *((one[0], _scope(*one[1:])) for one in queue.scopes)],
        "review": words.review_words(),
        "activity": words.activity_words(),
        "finding": findings,
    }
    return {
        name: _counted(options, queue.counts[name], getattr(chosen, name))
        for name, options in offered.items()
    }


def _counted(
    options: Iterable[tuple[str, str]], counts: Mapping[str, int], chosen: str
) -> list[tuple[str, str]]:
    return [
        (value, f"{label} ({counts.get(value, 0)})" if value else label)
        for value, label in options
        if counts.get(value) or value in {"", chosen}
    ]


def _scope(plan: int, label: str, title: str) -> str:
    if not label:
        return _("Plan %(plan)s", plan=plan)
    short = title if len(title) <= 48 else f"{title[:48].rstrip()}…"
    return _("Plan %(plan)s, %(label)s. %(title)s", plan=plan, label=label, title=short)
