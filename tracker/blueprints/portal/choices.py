"""What the templates of the public pages list: choices of a filter, entries of a history, values in words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from flask_babel import gettext as _
from flask_babel import ngettext

from tracker import i18n
from tracker.blueprints.portal import blueprint
from tracker.domain.assessment import CompletionLevel
from tracker.domain.compilation import CompilationKind
from tracker.queries.portal.parts import InstitutionRow
from tracker.queries.portal.plans import AxisRow
from tracker.queries.portal.published import Step
from tracker.wording import office_word

_LONGEST = 60
_CENTAVOS = 100


@dataclass(frozen=True)
class Entry:
    """One entry of a history, in words."""

    what: str
    who: str
    when: str
    when_iso: str
    kind: str = "plain"


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else text[:_LONGEST].rsplit(" ", 1)[0] + "…"


@blueprint.app_template_filter("axis_options")
def axis_options(axes: Iterable[AxisRow]) -> list[tuple[str, str]]:
    """Axes to choose from."""
    return [(one.label, _short(one.title)) for one in axes]


@blueprint.app_template_filter("institution_options")
def institution_options(institutions: Iterable[InstitutionRow]) -> list[tuple[str, str]]:
    """Institutions to choose from, by name."""
    return sorted(((one.slug, _short(one.label)) for one in institutions), key=lambda one: one[1].casefold())


@blueprint.app_template_filter("commitment_options")
def commitment_options(commitments: Iterable[tuple[int, str]]) -> list[tuple[str, str]]:
    """Commitments to choose from."""
    return [(str(number), _short(f"{number}. {title}")) for number, title in commitments]


@blueprint.app_template_filter("weight")
def weight(value: Decimal | Fraction | None) -> str:
    """A weight as people write it."""
    if value is None:
        return "1"
    return i18n.number(
        Decimal(value.numerator) / Decimal(value.denominator) if isinstance(value, Fraction) else value
    )


@blueprint.app_template_filter("quetzales")
def quetzales(centavos: str) -> str:
    """An amount in quetzales, from centavos."""
    amount = Decimal(centavos) / _CENTAVOS if centavos.lstrip("-").isdigit() else None
    return "—" if amount is None else f"Q\N{NO-BREAK SPACE}{i18n.number(amount)}"


@blueprint.app_template_filter("ogp_values")
def ogp_values(names: str) -> str:
    """The values of open government that a commitment serves."""
    words = {
        "transparency": _("transparencia y acceso a la información"),
        "participation": _("participación ciudadana"),
        "accountability": _("rendición de cuentas"),
        "innovation": _("tecnología e innovación"),
    }
    return ", ".join(words.get(name, name) for name in names.split(",") if name)


@blueprint.app_template_filter("level_word")
def level_word(level: CompletionLevel) -> str:
    """A value of the completion scale."""
    return {
        CompletionLevel.NO_EVIDENCE: _("Sin evidencia disponible"),
        CompletionLevel.NOT_STARTED: _("No iniciado"),
        CompletionLevel.LIMITED: _("Limitado"),
        CompletionLevel.SUBSTANTIAL: _("Sustancial"),
        CompletionLevel.COMPLETE: _("Completo"),
    }[level]


@blueprint.app_template_filter("report_kind")
def report_kind(kind: CompilationKind) -> str:
    """What a compiled report is called."""
    return {
        CompilationKind.INSTITUTIONAL: _("Informe de cumplimiento institucional"),
        CompilationKind.PLAN: _("Informe de cumplimiento del plan"),
        CompilationKind.SELF_ASSESSMENT: _("Autoevaluación"),
        CompilationKind.MONTHLY: _("Avance mensual"),
        CompilationKind.ACCOUNTABILITY: _("Rendición de cuentas cuatrimestral"),
        CompilationKind.COMMITMENT: _("Ficha de compromiso"),
    }[kind]


@blueprint.app_template_filter("format_word")
def format_word(name: str) -> str:
    """The name of a file format."""
    return {
        "bag": _("Paquete de evidencia (BagIt)"),
        "csv": "CSV (zip)",
        "docx": "Word",
        "xlsx": "Excel",
    }.get(name, name.upper())


@blueprint.app_template_filter("entries")
def entries(steps: Sequence[Step]) -> list[Entry]:
    """The history of an item in words; nobody's comment is part of it."""
    return [_entry(step) for step in steps]


def _entry(step: Step) -> Entry:
    what, kind = _what(step)
    when = (
        i18n.instant(step.recorded_at) if step.recorded_at and step.kind in _DECISIONS else i18n.day(step.on)
    )
    return Entry(what, office_word(step.who) if step.who else _("Plan"), when, step.on.isoformat(), kind)


_DECISIONS = {"validated", "returned"}
# Days after which it is worth saying that a report was recorded later than the day it speaks of.
_SOON = 7


def _what(step: Step) -> tuple[str, str]:
    percent = i18n.percent(step.percent, 1) if step.percent is not None else _("sin porcentaje")
    if step.delivery:
        percent = _("%(percent)s de %(delivery)s", percent=percent, delivery=_delivery(step.delivery))
    due_on = i18n.day(step.due_on)
    return {
        "submitted": (_("Informó: %(percent)s", percent=percent), "plain"),
        "validated": (_("Comprobado: %(percent)s", percent=percent), "ok"),
        "returned": (_("Devuelto a la institución para corregir"), "warn"),
        "withdrawn": (_("La institución retiró su informe"), "plain"),
        "reopened": (_("Se reabrió la revisión"), "warn"),
        "rescheduled": (_rescheduled(due_on, step.days), "warn"),
        "overdue": (_("Venció el plazo sin estar cumplida"), "late"),
    }[step.kind]


def _delivery(key: str) -> str:
    """A period of a recurring duty by its first month, a window by its place."""
    year, dash, month = key.partition("-")
    if dash:
        return _("la entrega de %(month)s", month=i18n.month(date(int(year), int(month), 1)))
    return _("la entrega %(place)s", place=key)


def _rescheduled(due_on: str, days: int) -> str:
    if days <= 0:
        return _("Reprogramada: ahora vence el %(day)s", day=due_on)
    return ngettext(
        "Reprogramada: ahora vence el %(day)s, %(num)s día después",
        "Reprogramada: ahora vence el %(day)s, %(num)s días después",
        days,
        day=due_on,
    )
