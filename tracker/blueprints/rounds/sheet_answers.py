"""What the screen is told after one of its lines was saved or refused, for its scripts."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from flask import get_template_attribute

from tracker.blueprints.rounds.sheet_forms import TYPED, Line
from tracker.blueprints.rounds.sheet_keeping import Screen
from tracker.domain.obstacles import ObstacleKind
from tracker.queries.progress_reports import ReportVersion
from tracker.words.changes import changed_field


def line_answer(screen: Screen, line: Line) -> dict[str, Any]:
    """A line as it is kept: what is wrong or missing, its evidence; or somebody else's words on it."""
    told: dict[str, Any] = {
        "key": line.key,
        "status": line.status,
        "errors": {control: words for control, _label, words in line.errors},
        "evidence": {f"evidencia-{line.key}-{one.name}": _kept_html(line, one) for one in line.parts},
        "counts": {f"cuenta-{line.key}": str(_macro("_sheet_line.html", "evidence_count")(line))},
        "status_html": {f"estado-{line.key}": str(_macro("_sheet_line.html", "status_mark")(line))},
    }
    if line.form is not None:
        names = ("report_uid", "lock_version", "seen")
        told["values"] = {line.form[name].name: str(line.form[name].data or "") for name in names}
        told["clear"] = [one.form.url.name for one in line.parts if one.is_linked]
        told["missing"] = line.missing_words
    if line.theirs is not None:
        told["conflict"] = str(_macro("_sheet_conflict.html", "conflict")(line, changes(line), True))
        told["theirs"] = _theirs(line)
        told["gone"] = line.form is None
    return told


def summary_html(lines: list[Line], problem: str = "") -> str:
    """The list of what is wrong, each entry leading to its field."""
    return str(_macro("_sheet_summary.html", "problems")(lines, problem))


def _kept_html(line: Line, part: Any) -> str:
    return str(_macro("_sheet_evidence.html", "kept_items")(line, part))


def _macro(template: str, name: str) -> Any:
    return get_template_attribute(f"rounds/{template}", name)


def changes(line: Line) -> list[dict[str, Any]]:
    """Field by field what somebody else saved and what was typed, where they differ."""
    if line.theirs is None or line.typed is None:
        return []
    pairs = ((name, getattr(line.theirs, name), getattr(line.typed, name)) for name in TYPED)
    return [
        {"name": name, "label": changed_field(name), "theirs": theirs, "mine": mine}
        for name, theirs, mine in pairs
        if _text(theirs) != _text(mine)
    ]


def _theirs(line: Line) -> dict[str, str | bool]:
    """Somebody else's values as the controls hold them, by the control's name."""
    return {f"{line.key}.{name}": _control(line.theirs, name) for name in TYPED if line.theirs}


def _control(version: ReportVersion, name: str) -> str | bool:
    value = getattr(version, name)
    return value if isinstance(value, bool) else _text(value)


def _text(value: object) -> str:
    if isinstance(value, Decimal):
        return format(value.normalize(), "f")
    if isinstance(value, ObstacleKind):
        return value.value
    return "" if value in (None, False) else str(value).replace("\r\n", "\n")
