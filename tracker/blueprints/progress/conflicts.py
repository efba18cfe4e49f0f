"""Two people on one report: what each wrote side by side, and the choice field by field."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import request

from tracker.blueprints.progress.forms import ReportForm
from tracker.blueprints.progress.lines import Opened
from tracker.blueprints.progress.rows import kept_rows, put_rows
from tracker.domain.quantities import ItemisedQuantity
from tracker.queries.progress_lines import OwnLine
from tracker.queries.progress_reports import Difference, QuantityRow, ReportVersion, differences

THEIRS, MINE = "theirs", "mine"
ROWS = "rows"
_NOT_TYPED = {"csrf_token", "report_uid", "lock_version", "request_key", "action"}


@dataclass(frozen=True)
class Rows:
    """Rows of quantities of both, where they differ."""

    before: tuple[QuantityRow, ...]
    after: tuple[ItemisedQuantity, ...]


def compared(form: ReportForm, found: Opened, theirs: ReportVersion, today: date) -> dict[str, Any]:
    """What the page of a conflict shows: the fields that differ, the rows, and everything that was typed."""
    typed = tuple(form.itemised() or ())
    kept = tuple(kept_rows(theirs))
    return {
        "theirs": theirs,
        "changes": _choosable(differences(theirs, form.said(found, theirs, today))),
        "rows": Rows(theirs.quantities, typed) if found.page.product and typed != kept else None,
        "typed": _typed_values(form),
        "address": found.args,
    }


def _choosable(changes: tuple[Difference, ...]) -> tuple[Difference, ...]:
    """The line is chosen by the address, never by the form."""
    return tuple(one for one in changes if one.field != "occurrence")


def _typed_values(form: ReportForm) -> list[tuple[str, str]]:
    """Everything that was typed, to be carried through the page; links already kept are not."""
    kept = {
        field.name
        for entry in form.evidence
        for field in (entry.form.url, entry.form.title)
        if not field.data
    }
    return [
        (name, value)
        for name, value in request.form.items(multi=True)
        if name not in _NOT_TYPED and name not in kept and not name.startswith("choice-")
    ]


def choose(form: ReportForm, line: OwnLine) -> None:
    """Put back what stands, for each field of which the page of a conflict was answered with it."""
    theirs = line.draft
    if theirs is None:
        return
    for name, chosen in request.form.items():
        field = name.removeprefix("choice-")
        if field == name or chosen != THEIRS:
            continue
        if field == ROWS:
            _put_rows(form, theirs)
        elif field in form:
            value = getattr(theirs, field)
            form[field].data = value.value if field == "obstacle_kind" and value else value
            form[field].errors = []
            if field == "completed_on":
                form.completed_unknown.data = theirs.percent == 100 and value is None


def _put_rows(form: ReportForm, theirs: ReportVersion) -> None:
    put_rows(form.rows, kept_rows(theirs))
    form.paste.data, form.paste.errors = "", []
