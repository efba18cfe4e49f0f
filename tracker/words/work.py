"""Words of the work area: fields, findings and what became of a report."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal

from flask_babel import gettext as _

from tracker.domain.schedule import Occurrence, Precision
from tracker.domain.workflow import ReportAction
from tracker.i18n import day, month, number, percent

_PERIOD = re.compile(r"(…|\d{4}-\d{2}-\d{2})/\d{4}-\d{2}-\d{2}")


def sentences() -> dict[str, str]:
    """Code to sentence, in the language of the request."""
    return {
        "account-not-found": _("No encontramos su cuenta."),
        "password-wrong": _("La contraseña actual no es esa."),
        "session-not-found": _("Esa sesión ya estaba cerrada."),
        "language-unknown": _("Elija uno de los idiomas disponibles."),
        "draft-elsewhere": _("Alguien de su institución empezó un borrador mientras usted escribía."),
    }


def field_word(name: str) -> str:
    """The name of a report's field, as the form has it."""
    return {
        "percent": _("Avance"),
        "narrative": _("Qué se hizo"),
        "reported_on": _("Fecha del informe"),
        "completed_on": _("Fecha de cumplimiento"),
        "occurrence": _("Entrega"),
        "delivered": _("Cantidad entregada"),
        "quantities": _("Filas por municipio o lugar"),
        "departure_reason": _("Por qué el avance no es el de la cantidad"),
        "no_progress": _("Sin avance"),
        "obstacle_kind": _("Tipo de obstáculo"),
        "obstacle": _("Qué lo impidió"),
        "needed": _("Qué se necesita"),
        "new_expected_on": _("Nueva fecha esperada"),
    }.get(name, name)


def finding_word(code: str) -> str:
    """A finding of the review queue, in words."""
    return {
        "full_without_evidence": _("100 %% sin evidencia") % (),
        "means_missing": _("Faltan medios de verificación"),
        "no_evidence": _("Avance sin evidencia"),
        "above_quantity": _("Más avance que lo entregado"),
        "below_validated": _("Menos que lo ya comprobado"),
        "completed_late": _("Cumplido después del plazo"),
        "evidence_after_report": _("Evidencia posterior al informe"),
        "no_progress": _("Informa que no hubo avance"),
        "others_rest_on_it": _("Otro 100 %% comprobado descansa en su evidencia") % (),
    }.get(code, code)


def periods_word(text: str) -> str:
    """Periods as a source's value keeps them (2019-02-01/2019-08-31; …/2020-01-31), as people write them."""
    return "; ".join(
        _period(*one.split("/", 1)) if _PERIOD.fullmatch(one) else one for one in text.split("; ")
    )


def _period(start: str, end: str) -> str:
    last = day(date.fromisoformat(end))
    if start == "…":
        return _("a más tardar el %(end)s", end=last)
    return _("del %(start)s al %(end)s", start=day(date.fromisoformat(start)), end=last)


def action_word(action: ReportAction) -> str:
    """What was done to a report."""
    return {
        ReportAction.SUBMIT: _("Enviado a revisión"),
        ReportAction.VALIDATE: _("Comprobado"),
        ReportAction.RETURN: _("Devuelto"),
        ReportAction.WITHDRAW: _("Retirado por la institución"),
        ReportAction.REOPEN: _("Reabierto"),
    }[action]


def occurrence_word(occurrence: Occurrence) -> str:
    """One of several due dates: its month, or the day it is due."""
    if occurrence.precision is Precision.DAY:
        return _("la que vence el %(day)s", day=day(occurrence.due_on))
    return _("la que vence en %(month)s", month=month(occurrence.due_on))


def slot_word(occurrence: Occurrence) -> str:
    """One of several deliveries, by itself: its month, or the day it is due."""
    if occurrence.precision is Precision.DAY:
        return _("La del %(day)s", day=day(occurrence.due_on))
    words = month(occurrence.due_on)
    return words[:1].upper() + words[1:]


def value_word(value: object, field: str = "") -> str:
    """A field's value as a person reads it; nothing is a dash."""
    if value is None or value == "":
        return "—"
    if isinstance(value, bool):
        return _("Sí") if value else _("No")
    if isinstance(value, date):
        return day(value)
    if isinstance(value, Decimal):
        whole = value == value.to_integral_value()
        return percent(value, 0 if whole else 2) if field == "percent" else number(value)
    return str(value)


def device_word(agent: str) -> str:
    """The browser and system of a session, out of what the browser says of itself."""
    browsers = (
        ("Edg/", "Edge"),
        ("OPR/", "Opera"),
        ("Firefox/", "Firefox"),
        ("Chrome/", "Chrome"),
        ("Safari/", "Safari"),
    )
    systems = (
        ("Android", "Android"),
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Windows", "Windows"),
        ("Mac OS", "macOS"),
        ("Linux", "Linux"),
    )
    browser = next((word for mark, word in browsers if mark in agent), "")
    system = next((word for mark, word in systems if mark in agent), "")
    if browser and system:
        return _("%(browser)s en %(system)s", browser=browser, system=system)
    return browser or system or agent[:60] or _("Sin nombre")
