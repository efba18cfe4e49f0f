"""Words of the versions of a plan, and of what tells two of them apart."""

from __future__ import annotations

from flask_babel import gettext as _

from tracker import i18n
from tracker.domain.changes import FieldChange
from tracker.domain.differences import Piece, line_differences, word_differences
from tracker.domain.plan_versions import ORDER, What
from tracker.queries.plan_versions import PlanVersion, VersionKind
from tracker.words.amendments import ogp_word
from tracker.words.changes import change_value, changed_field


def sentences() -> dict[str, str]:
    """Code to sentence, in the language of the request."""
    return {"plan-version-unknown": _("El plan no tiene esa versión.")}


def version_words(one: PlanVersion) -> str:
    """A version by its name and its day."""
    day = i18n.day(one.on, "d MMM y")
    return {
        VersionKind.CONSULTED: _("Como se puso en consulta (%(day)s)", day=day),
        VersionKind.APPROVED: _("Como se aprobó: línea base (%(day)s)", day=day),
        VersionKind.AMENDED: _("Con la enmienda %(number)s (%(day)s)", number=one.number, day=day),
        VersionKind.TODAY: _("Hoy (%(day)s)", day=day),
        VersionKind.DAY: _("Como estaba el %(day)s", day=day),
    }[one.kind]


def what_words(what: What) -> str:
    """What became of an item."""
    return {
        What.ADDED: _("Nuevo"),
        What.REMOVED: _("Ya no está"),
        What.WITHDRAWN: _("Retirado"),
        What.CHANGED: _("Cambió"),
    }[what]


def version_field(name: str) -> str:
    """The name of a field that differs."""
    return _("Orden de lo que tiene debajo") if name == ORDER else changed_field(name)


def version_pieces(change: FieldChange) -> tuple[Piece, ...]:
    """What tells two values apart: texts word by word, lists line by line."""
    before, after = _lines(change, change.before), _lines(change, change.after)
    if is_list(change):
        return line_differences(before, after)
    return word_differences("\n".join(before), "\n".join(after))


def is_list(change: FieldChange) -> bool:
    """True for a field whose value is told line by line."""
    return isinstance(change.before, tuple | list) or change.field in {"ogp_values", "financial"}


def _lines(change: FieldChange, value: object) -> list[str]:
    if change.field == "ogp_values":
        return [ogp_word(one) for one in str(value).split(",") if one]
    if change.field == "financial":
        return [_amount(one) for one in str(value).splitlines()]
    if isinstance(value, tuple | list):
        return [change_value(one, change.field) for one in value]
    return [] if value in (None, "") else [change_value(value, change.field)]


def _amount(line: str) -> str:
    centavos, _bar, provider = line.partition("|")
    amount = f"Q{int(centavos) / 100:,.2f}"
    return f"{amount} · {provider}" if provider else amount


def origin_words(how: str, labels: str) -> str:
    """How an item came to be."""
    if how == "split":
        return _("Viene de dividir %(labels)s, donde queda lo que ya se informó.", labels=labels)
    return _("Reúne a %(labels)s, donde queda lo que ya se informó.", labels=labels)
