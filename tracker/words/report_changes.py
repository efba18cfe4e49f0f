"""Words of what changed between two compiled reports: each change in a sentence."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext

from tracker import i18n
from tracker.domain.changes import FieldChange
from tracker.domain.differences import Piece
from tracker.domain.report_comparison import (
    Became,
    Edition,
    EvidenceChange,
    Figure,
    FigureChange,
    FindingChange,
    ItemChange,
    Place,
    ReportChange,
    ReportComparison,
    place_number,
)
from tracker.domain.report_document import CoverageCount
from tracker.domain.report_values import Aggregate
from tracker.domain.states import State
from tracker.domain.workflow import ReportStatus
from tracker.queries.reports import CompilationRow
from tracker.renderers.present_findings import sentence as finding_sentence
from tracker.renderers.present_lines import role_word
from tracker.renderers.words import Words
from tracker.words.changes import changed_field

BLANK = "—"
_DAYS = frozenset({"on", "completed_on", "validated_on", "starts_on", "ends_on"})
_WINDOWS = frozenset({"windows", "baseline_windows"})


@dataclass(frozen=True)
class ToldChange:
    """One thing before and after."""

    label: str
    before: str
    after: str
    note: str = ""


@dataclass(frozen=True)
class ToldEvent:
    """Something that came, went or was changed, with what changed of it."""

    text: str
    became: str
    changes: tuple[ToldChange, ...] = ()
    pieces: tuple[Piece, ...] = ()
    quote: str = ""


@dataclass(frozen=True)
class ToldItem:
    """One item with all that changed of it."""

    heading: str
    changes: tuple[ToldChange, ...]
    events: tuple[ToldEvent, ...]


@dataclass(frozen=True)
class ToldComparison:
    """A comparison in words."""

    lead: str
    before: str
    after: str
    summary: tuple[ToldChange, ...]
    added: tuple[str, ...]
    removed: tuple[str, ...]
    items: tuple[ToldItem, ...]
    appeared: tuple[ToldEvent, ...]
    gone: tuple[ToldEvent, ...]
    changed: tuple[ToldEvent, ...]
    unlisted: tuple[str, ...]


# What only one kind of report has, by the words of its chapter.
_PARTS = {
    "period": "chapter.month",
    "sheet": "chapter.sheet",
    "assessment": "kind.self-assessment",
    "targets": "chapter.targets",
}


def sentences() -> dict[str, str]:
    """Code to sentence, in the language of the request."""
    return {"reports-not-comparable": _("Solo se comparan informes de la misma clase y del mismo plan.")}


def edition_choices(rows: Sequence[CompilationRow]) -> list[tuple[str, str]]:
    """The reports that one may be compared with."""
    return [
        (row.uid, _("%(day)s, v. %(n)s", day=i18n.day(row.cutoff_on, "d MMM y"), n=row.version))
        for row in rows
    ]


def edition_word(cutoff: date, version: int | None) -> str:
    """A report by its cut-off and version."""
    return _("Corte %(day)s, versión %(n)s", day=i18n.day(cutoff, "d MMM y"), n=version or 1)


def _edition(edition: Edition) -> str:
    head = edition_word(edition.cutoff, edition.version)
    return _("%(head)s, con lo registrado hasta el n.º %(n)s", head=head, n=edition.known_at)


def told_comparison(found: ReportComparison, places: Mapping[str, Place]) -> ToldComparison:
    """A comparison in the language of the request; `places` are the items of its findings."""
    words = Words(i18n.language())
    return ToldComparison(
        lead=_lead(found),
        before=_edition(found.before),
        after=_edition(found.after),
        summary=(
            *(_figure(words, one) for one in found.figures),
            *(_field(words, one) for one in (*found.plan, *found.summary)),
        ),
        added=tuple(_heading(one) for one in found.added),
        removed=tuple(_heading(one) for one in found.removed),
        items=tuple(_item(words, one) for one in found.items),
        appeared=tuple(_findings(words, found.findings, Became.NEW, places)),
        gone=tuple(_findings(words, found.findings, Became.GONE, places)),
        changed=tuple(_findings(words, found.findings, Became.CHANGED, places)),
        unlisted=tuple(words(_PARTS[one]) if one in _PARTS else one for one in found.unlisted),
    )


def _lead(found: ReportComparison) -> str:
    """How much changed, and how much did not."""
    if found.is_empty:
        return _("Los dos informes dicen lo mismo.")
    changed = len(found.items) + len(found.added) + len(found.removed)
    parts = [
        ngettext("Cambió %(num)s renglón", "Cambiaron %(num)s renglones", changed),
        ngettext("%(num)s sigue igual", "%(num)s siguen igual", found.items_same),
    ]
    return _("%(changed)s; %(same)s.", changed=parts[0], same=parts[1])


def _heading(place: Place) -> str:
    return f"{place_number(place)} {place.title}"


def _item(words: Words, item: ItemChange) -> ToldItem:
    return ToldItem(
        heading=_heading(item.place),
        changes=(
            *(_figure(words, one) for one in item.figures),
            *(_field(words, one) for one in item.fields),
        ),
        events=(
            *(_report(words, one) for one in item.reports),
            *(_evidence(words, one) for one in item.evidence),
        ),
    )


def _figure(words: Words, change: FigureChange) -> ToldChange:
    return ToldChange(
        label=words(f"figure.{change.name}"),
        before=_figure_text(words, change.before),
        after=_figure_text(words, change.after),
    )


def _figure_text(words: Words, figure: Figure) -> str:
    """40 % (SCEP, 3 mar 2026); above activities with how many informed."""
    if figure is None or figure.percent is None:
        return words("unknown")
    percent = words.percent(figure.percent)
    if isinstance(figure, Aggregate):
        return _(
            "%(percent)s (%(informed)s de %(total)s con información)",
            percent=percent,
            informed=figure.informed,
            total=figure.total,
        )
    by = words.office(figure.by)
    text = _("%(percent)s (%(by)s, %(day)s)", percent=percent, by=by, day=i18n.day(figure.on, "d MMM y"))
    if figure.completed_on:
        text = _("%(text)s, cumplido el %(day)s", text=text, day=i18n.day(figure.completed_on, "d MMM y"))
    if figure.missing:
        text = _("%(text)s; falta %(names)s", text=text, names=words.listed(figure.missing))
    return text


def _field(words: Words, change: FieldChange) -> ToldChange:
    return ToldChange(
        label=field_label(words, change.field),
        before=_value(words, change.field, change.before),
        after=_value(words, change.field, change.after),
        note=_moved_by(change),
    )


def _moved_by(change: FieldChange) -> str:
    """By how many days a due date was moved."""
    before, after = change.before, change.after
    if not (isinstance(before, date) and isinstance(after, date)):
        return ""
    days = (after - before).days
    if days < 0:
        return ngettext("%(num)s día antes", "%(num)s días antes", -days)
    return ngettext("%(num)s día después", "%(num)s días después", days)


def field_label(words: Words, name: str) -> str:
    """The name of a thing that changed."""
    kind, _dot, key = name.partition(".")
    if kind == "state" and key:
        return _("En estado «%(state)s»", state=words(f"state.{key}"))
    if kind == "claims":
        return _claims(words).get(key, key)
    return _own_labels().get(name) or changed_field(name)


def _own_labels() -> dict[str, str]:
    return {
        "place": _("Número"),
        "axis": _("Eje"),
        "level": _("Nivel de cumplimiento"),
        "state": _("Estado"),
        "coverage": _("Medios con evidencia aceptada"),
        "due_on": _("Vence"),
        "next_due_on": _("Siguiente vencimiento"),
        "baseline_due_on": _("Vencimiento de línea base"),
        "baseline_windows": _("Plazo de línea base"),
        "milestone_word": _("Palabra para el nivel intermedio"),
        "substantial_from": _("Sustancial desde"),
        "due_soon_days": _("Días de «vence pronto»"),
        "commitments": _("Compromisos"),
        "milestones": _("Hitos"),
        "activities": _("Actividades"),
        "items": _("Entregas"),
        "on": _("Fecha"),
        "status": _("Estado"),
        "exception": _("Excepción escrita"),
        "validated_by": _("Comprobado por"),
        "validated_on": _("Fecha de la decisión"),
        "claimed_role": _("Parte que dijo tener"),
        "links": _("Enlaces"),
        "accepted": _("Decisión"),
        "access": _("Acceso"),
        "url": _("Dirección"),
        "sha256": _("Huella SHA-256"),
    }


def _claims(words: Words) -> dict[str, str]:
    full = words.percent(Decimal(100))
    return {
        "reports": _("Avances declarados"),
        "full": _("Declarados al %(full)s", full=full),
        "own": _("De quien responde"),
        "contributions": _("Contribuciones"),
        "validated": _("Avances comprobados"),
        "full_validated": _("Comprobados al %(full)s", full=full),
        "full_without_evidence": _("Al %(full)s sin ninguna evidencia", full=full),
        "full_with_partial_evidence": _("Al %(full)s con evidencia incompleta", full=full),
        "full_undated": _("Al %(full)s sin fecha de cumplimiento", full=full),
        "full_late": _("Cumplidos después del plazo"),
        "narratives": _("Informes sin porcentaje"),
    }


def _value(words: Words, name: str, value: Any) -> str:
    """A value as a person reads it."""
    if name == "accepted":
        return _accepted(value)
    if isinstance(value, bool):
        return words("yes") if value else words("no")
    if value is None or value == "" or value == ():
        return BLANK
    if name in _WINDOWS:
        return words.windows(value)
    if isinstance(value, tuple):
        return "; ".join(_listed(words, one) for one in value)
    if name in {"percent", "substantial_from"}:
        return words.percent(value)
    return _single(words, name, value)


def _single(words: Words, name: str, value: Any) -> str:
    if isinstance(value, date):
        return i18n.day(value, "d MMM y")
    if isinstance(value, CoverageCount):
        return _("%(answered)s de %(required)s", answered=value.answered, required=value.required)
    if isinstance(value, Place):
        return place_number(value)
    if isinstance(value, ReportStatus):
        return _status(value)
    if isinstance(value, State | Decimal | int):
        return words(f"state.{value.value}") if isinstance(value, State) else words.number(value)
    named = {"level": "level", "claimed_role": "role", "access": "evidence"}.get(name)
    if named:
        return words(f"{named}.{value.value}")
    return words.office(str(value)) if name == "validated_by" else str(value)


def _listed(words: Words, one: Any) -> str:
    """One of a list: an institution with its part, a product with its quantity, or a text."""
    if hasattr(one, "institution"):
        return f"{one.institution} ({role_word(words, one.role)})"
    if hasattr(one, "planned"):
        quantity = "" if one.planned is None else f" ({words.number(one.planned)} {one.unit})"
        return f"{one.text}{quantity}"
    return str(one)


def _accepted(value: bool | None) -> str:
    if value is None:
        return _("Sin revisar")
    return _("Aceptada") if value else _("No aceptada")


def _status(status: ReportStatus) -> str:
    return {
        ReportStatus.SUBMITTED: _("En revisión"),
        ReportStatus.VALIDATED: _("Comprobado"),
        ReportStatus.RETURNED: _("Devuelto"),
        ReportStatus.WITHDRAWN: _("Retirado por su autor"),
        ReportStatus.REOPENED: _("Reabierto"),
        ReportStatus.DRAFT: _("Borrador"),
    }[status]


def _report(words: Words, change: ReportChange) -> ToldEvent:
    report = change.report
    percent = _("sin porcentaje") if report.percent is None else words.percent(report.percent)
    said = {"who": change.institution, "day": i18n.day(report.on, "d MMM y"), "percent": percent}
    text = {
        Became.NEW: _("Informe nuevo de %(who)s al %(day)s: %(percent)s", **said),
        Became.GONE: _("Ya no cuenta el informe de %(who)s al %(day)s: %(percent)s", **said),
        Became.CHANGED: _("Cambió el informe de %(who)s al %(day)s", **said),
    }[change.became]
    return ToldEvent(
        text,
        change.became.value,
        tuple(_field(words, one) for one in change.fields),
        change.narrative,
        report.narrative if change.became is Became.NEW else "",
    )


def _evidence(words: Words, change: EvidenceChange) -> ToldEvent:
    said = {
        "who": change.institution,
        "title": change.evidence.title or words("evidence.restricted"),
        "day": i18n.day(change.evidence.on, "d MMM y"),
    }
    text = {
        Became.NEW: _("Evidencia nueva de %(who)s: «%(title)s», del %(day)s", **said),
        Became.GONE: _("Ya no figura la evidencia de %(who)s «%(title)s», del %(day)s", **said),
        Became.CHANGED: _("Cambió la evidencia de %(who)s «%(title)s», del %(day)s", **said),
    }[change.became]
    return ToldEvent(text, change.became.value, tuple(_field(words, one) for one in change.fields))


def _findings(
    words: Words, changes: Sequence[FindingChange], became: Became, places: Mapping[str, Place]
) -> Iterator[ToldEvent]:
    for change in changes:
        finding = change.after or change.before
        if change.became is not became or finding is None:
            continue
        parts = (_heading(places[finding.row.uid]), finding.institution)
        about = " · ".join(one for one in parts if one)
        heading = f"{about}: {words(f'finding.{finding.code.value}')}"
        if change.before and change.after:
            before, after = finding_sentence(words, change.before), finding_sentence(words, change.after)
            yield ToldEvent(heading, became.value, (ToldChange(_("Qué se encontró"), before, after),))
        else:
            yield ToldEvent(heading, became.value, quote=finding_sentence(words, finding))
