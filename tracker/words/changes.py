"""Words of what changed: the names of an item's fields, and their values before and after."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from typing import Any

from flask_babel import gettext as _

from tracker import i18n
from tracker.domain.changes import FieldChange
from tracker.domain.facts import MeansFact, ProductFact, RoleFact, VariantFact
from tracker.domain.obstacles import ObstacleKind
from tracker.domain.plans import Role
from tracker.domain.schedule import Frequency, Window
from tracker.renderers.words import Words
from tracker.wording import part_word
from tracker.words import imports, work
from tracker.words.periods import frequency_words, window_words


def sentences() -> dict[str, str]:
    """No rule speaks of these."""
    return {}


def changed_field(name: str) -> str:
    """The name of a field of the plan or of a report."""
    return _plan_fields().get(name) or _template_word(name) or work.field_word(name)


def _plan_fields() -> Mapping[str, str]:
    return {
        "label": _("Número"),
        "title": _("Título"),
        "parent_uid": _("Dónde está en el plan"),
        "weight": _("Peso"),
        "position": _("Orden"),
        "withdrawn_on": _("Fuera del plan desde"),
        "frequency": _("Frecuencia"),
        "windows": _("Plazo"),
        "baseline": _("Línea base"),
        "roles": _("Instituciones"),
        "products": _("Producto"),
        "product": _("Producto"),
        "means": _("Medios de verificación"),
        "variants": _("Lo que dice otra fuente"),
        "continuity": _("Nuevo o en curso"),
        "continues": _("Continúa de (plan:compromiso/número)"),
        "status": _("Estado del plan"),
        "starts_on": _("Inicio"),
        "ends_on": _("Fin"),
        "approved_on": _("Fecha de aprobación"),
        "obstacle_kind": _("Tipo de obstáculo"),
        "substantial_from": _("Sustancial desde"),
        "due_soon_days": _("Días en que vence pronto"),
        "grace_days": _("Días de gracia"),
        "milestone_word": _("Cómo llama a sus hitos"),
        "marks": _("Marcas del plan"),
    }


def _template_word(name: str) -> str:
    """A field of the official template as reports call it."""
    words = Words(i18n.language())
    return words(f"sheet.{name}") if words.has(f"sheet.{name}") else ""


def obstacle_word(kind: ObstacleKind | str) -> str:
    """The kind of what stands in the way."""
    return {
        ObstacleKind.FUNDS: _("Fondos"),
        ObstacleKind.LEGAL: _("Legal"),
        ObstacleKind.STAFF: _("Personal"),
        ObstacleKind.THIRD_PARTY: _("Un tercero"),
        ObstacleKind.OTHER: _("Otro"),
    }[ObstacleKind(kind)]


def change_value(value: object, field: str) -> str:
    """A value before or after, as a person reads it; nothing is a dash."""
    if isinstance(value, tuple | list):
        return "\n".join(change_value(one, field) for one in value) or "—"
    if isinstance(value, Fraction):
        return i18n.number(value.numerator) if value.denominator == 1 else str(value)
    if isinstance(value, Frequency):
        return frequency_words(value)
    if isinstance(value, ObstacleKind):
        return obstacle_word(value)
    if isinstance(value, Mapping):
        return _mapping(value)
    if isinstance(value, str) and field.endswith("_on") and value:
        return i18n.day(date.fromisoformat(value))
    return _fact(value) or work.value_word(value, field)


def _fact(value: object) -> str:
    if isinstance(value, Window):
        return window_words(value)
    if isinstance(value, RoleFact):
        return f"{value.institution.label}: {part_word(value.role)}"
    if isinstance(value, MeansFact | ProductFact):
        return value.text
    if isinstance(value, VariantFact):
        return f"{imports.source_word(value.source)}, {imports.field_word(value.field)}: {value.value}"
    return ""


def _mapping(value: Mapping[str, Any]) -> str:
    """A part as amendments keep it; anything else by its values."""
    role = str(value.get("role", ""))
    name = value.get("acronym") or value.get("name") or value.get("institution")
    if role in set(Role) and name:
        label = name.get("acronym") or name.get("name") if isinstance(name, Mapping) else name
        return f"{label}: {part_word(role)}"
    return ", ".join(str(one) for one in value.values() if one)


def change_rows(changes: tuple[FieldChange, ...]) -> list[dict[str, str]]:
    """Changes as a list shows them: label, before, after."""
    return [
        {
            "label": changed_field(one.field),
            "before": change_value(one.before, one.field),
            "after": change_value(one.after, one.field),
        }
        for one in changes
    ]
