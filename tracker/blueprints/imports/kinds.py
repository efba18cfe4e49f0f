"""The files that write a plan: how each is read, and what takes it in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask import abort
from flask_babel import gettext as _

from tracker.domain.permissions import Actor
from tracker.importers.plan_book import read_plan_book
from tracker.importers.progress import read_progress
from tracker.importers.template import read_template
from tracker.importers.workplan import read_workplan
from tracker.services.imports import ImportPreview, known_institutions
from tracker.services.plan_book_imports import BookRefused, accept_plan_book
from tracker.services.plan_imports import accept_plan_import
from tracker.services.progress_imports import accept_progress_import

Accept = Callable[[Actor, Any, int, datetime, date], ImportPreview]


@dataclass(frozen=True)
class Kind:
    """One kind of file."""

    slug: str
    endings: str
    read: Callable[..., Any]
    accept: Accept
    asks_plan: bool = True
    makes_plan: bool = True
    has_form: bool = True

    def proposal(self, data: bytes) -> Any:
        """What the file says, matched with the institutions there are."""
        return self.read(data, known_institutions())

    def plan_of(self, proposal: Any, number: int | None) -> int | None:
        """The plan that is written: the one asked for, or the one the file is of."""
        return number if self.asks_plan else proposal.number


def _plan(actor: Actor, proposal: Any, number: int, now: datetime, today: date) -> ImportPreview:
    title = _("Plan de acción %(number)s", number=number)
    return accept_plan_import(actor, proposal, number, default_title=title, now=now, today=today)


def _progress(actor: Actor, proposal: Any, number: int, now: datetime, today: date) -> ImportPreview:
    return accept_progress_import(actor, proposal, number, now=now, today=today)


def _book(actor: Actor, proposal: Any, _number: int, now: datetime, today: date) -> ImportPreview:
    return accept_plan_book(actor, proposal, now=now, today=today)


KINDS = {
    one.slug: one
    for one in (
        Kind("plan-de-trabajo", ".xlsx", read_workplan, _plan),
        Kind("plantilla", ".docx", read_template, _plan, has_form=False),
        Kind("avances", ".csv,.txt", read_progress, _progress, makes_plan=False),
        Kind("libro", ".xlsx", read_plan_book, _book, asks_plan=False, has_form=False),
    )
}


def kind_of(slug: str) -> Kind:
    """The kind of that address; 404 for any other."""
    return KINDS.get(slug) or abort(404)


def title_of(kind: Kind) -> str:
    """What the page is called."""
    return {
        "plan-de-trabajo": _("Importar un plan de trabajo"),
        "plantilla": _("Importar la plantilla de un compromiso"),
        "avances": _("Importar avances"),
        "libro": _("Importar el libro de un plan"),
    }[kind.slug]


def hint_of(kind: Kind) -> str:
    """Which file it is."""
    return {
        "plan-de-trabajo": _(
            "El plan de trabajo y cronograma en Excel (.xlsx), con uno o varios compromisos."
        ),
        "plantilla": _("La plantilla oficial de un compromiso en Word (.docx)."),
        "avances": _("Un archivo de texto (.csv): en Excel, «Guardar como», «CSV UTF-8»."),
        "libro": _("El libro en Excel (.xlsx) que este sistema exporta de un plan entero."),
    }[kind.slug]


__all__ = ["KINDS", "BookRefused", "Kind", "hint_of", "kind_of", "title_of"]
