"""What an event of the audit log recorded, in words: the fields that people know, under their names."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext

from tracker import i18n
from tracker.domain.permissions import AccountRole
from tracker.domain.workflow import ReportAction
from tracker.queries.audit import AuditRow
from tracker.wording import office_word, part_word, role_word
from tracker.words.changes import change_rows, obstacle_word
from tracker.words.work import action_word, field_word

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_LONGEST = 280


def sentences() -> dict[str, str]:
    """No rule speaks of these."""
    return {}


def detail_rows(row: AuditRow) -> list[dict[str, str]]:
    """What was recorded as a list of label, before and after; before is empty where there is none."""
    if row.changes:
        return change_rows(row.changes)
    if row.is_first:
        return [_line(_("Primera versión"), row.names.get(row.subject_uid, row.subject_uid))]
    return [_line(label, value) for label, value in _known(row) if value]


def subject_label(row: AuditRow) -> str:
    """What the event is about, by its name where it has one."""
    return row.names.get(row.subject_uid, "")


def _line(label: str, value: str) -> dict[str, str]:
    short = value if len(value) <= _LONGEST else f"{value[:_LONGEST].rstrip()}…"
    return {"label": label, "before": "", "after": short}


def _known(row: AuditRow) -> Iterator[tuple[str, str]]:
    """The fields of a payload that have a name for people, in the order of that list."""
    content = row.content or {}
    for key, label in {**_labels(), **_more_labels()}.items():
        if key in content:
            yield label, _value(key, content[key], row.names)


def _value(key: str, value: Any, names: Mapping[str, str]) -> str:
    if value is None or value is False or value in ("", [], {}):
        return ""
    if value is True:
        return _("Sí")
    if isinstance(value, list):
        return _listed(key, value, names)
    if isinstance(value, Mapping):
        return ", ".join(part for one in value.values() if (part := _value("", one, names)))
    text = str(value)
    if _DAY.fullmatch(text):
        return i18n.day(date.fromisoformat(text), "d MMM y")
    return _coded(key, text) or names.get(text, text)


def _listed(key: str, value: list[Any], names: Mapping[str, str]) -> str:
    if key in {"evidence", "accepted_evidence"}:
        return ngettext("%(num)s evidencia", "%(num)s evidencias", len(value))
    return "; ".join(part for one in value if (part := _value("", one, names)))


def _coded(key: str, text: str) -> str:
    """Codes in words; empty for what is no code."""
    if key == "action" and text in set(ReportAction):
        return action_word(ReportAction(text))
    if key == "role" and text in set(AccountRole):
        return role_word(AccountRole(text))
    if key == "claimed_role":
        return part_word(text)
    if key == "actor_label":
        return office_word(text)
    if key == "percent":
        return f"{text}\N{NO-BREAK SPACE}%"
    if key == "obstacle_kind":
        return obstacle_word(text)
    if key == "comment_field":
        return field_word(text)
    return _codes().get((key, text), "")


def _codes() -> Mapping[tuple[str, str], str]:
    return {
        ("origin", "form"): _("formulario"),
        ("origin", "sheet"): _("hoja de la ronda"),
        ("origin", "letter"): _("oficio"),
        ("origin", "api"): _("otro sistema, por la API"),
        ("origin", "import"): _("documento importado"),
        ("access", "public"): _("pública"),
        ("access", "confidential"): _("confidencial"),
        ("access", "reserved"): _("reservada"),
        ("status", "requested"): _("en espera"),
        ("status", "approved"): _("aprobada"),
        ("status", "rejected"): _("negada"),
        ("outcome", "accepted"): _("aceptado"),
        ("outcome", "not_accepted"): _("no aceptado"),
        ("outcome", "noted"): _("tomado en cuenta"),
        ("kind", "file"): _("archivo"),
        ("kind", "link"): _("enlace"),
    }


def _labels() -> Mapping[str, str]:
    return {
        "action": _("Qué se hizo"),
        "node": _("Actividad"),
        "institution": _("Institución"),
        "institutions": _("Instituciones"),
        "report": _("Informe"),
        "plan": _("Plan"),
        "percent": _("Avance"),
        "reported_on": _("Fecha del informe"),
        "completed_on": _("Fecha de cumplimiento"),
        "occurrence": _("Entrega"),
        "narrative": _("Relato"),
        "no_progress": _("Sin avance"),
        "obstacle_kind": _("Tipo de obstáculo"),
        "obstacle": _("Qué lo impidió"),
        "needed": _("Qué se necesita"),
        "new_expected_on": _("Nueva fecha esperada"),
        "comment": _("Comentario"),
        "comment_field": _("Sobre el campo"),
        "exception": _("Excepción escrita"),
        "signed_name": _("Firmó"),
        "signed": _("Firmó"),
        "accepted_evidence": _("Evidencia aceptada"),
        "evidence": _("Evidencia"),
        "letter": _("Oficio"),
        "origin": _("Llegó por"),
        "version": _("Versión"),
        "kind": _("Tipo"),
    }


def _more_labels() -> Mapping[str, str]:
    return {
        "title": _("Título"),
        "filename": _("Archivo"),
        "url": _("Enlace"),
        "access": _("Acceso"),
        "legal_ground": _("Fundamento legal"),
        "effective_on": _("Con fecha"),
        "sha256": _("SHA-256"),
        "status": _("Estado"),
        "reason": _("Motivo"),
        "resolution": _("Resolución"),
        "decided_on": _("Resuelta el"),
        "role": _("Rol"),
        "is_active": _("Cuenta abierta"),
        "fields": _("Campos"),
        "due_on": _("Vencía"),
        "on": _("Día"),
        "days_late": _("Días de atraso"),
        "period_start": _("Período desde"),
        "period_end": _("Período hasta"),
        "opens_on": _("Abre"),
        "items": _("Renglones que pide"),
        "every_months": _("Cada cuántos meses"),
        "review_days": _("Días de revisión"),
        "field": _("Campo"),
        "source": _("Fuente"),
        "chosen": _("Se eligió"),
        "value": _("Valor"),
        "text": _("Texto"),
        "number": _("Número"),
        "item": _("Renglón"),
        "outcome": _("Respuesta"),
        "closes_on": _("Cierra"),
        "series": _("Serie"),
    }
