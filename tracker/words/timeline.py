"""Words of a timeline: what happened, who did it, when it was recorded and what day it speaks of."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from flask import current_app
from flask_babel import gettext as _
from flask_babel import ngettext

from tracker import i18n
from tracker.domain.permissions import SYSTEM_UID
from tracker.domain.timeline import Entry, EntryKind, HandedIn
from tracker.domain.workflow import ReportStatus
from tracker.wording import office_word
from tracker.words.changes import change_rows, obstacle_word
from tracker.words.periods import listed
from tracker.words.work import field_word

_TONES = {
    "validated": "ok",
    "returned": "warn",
    "reopened": "warn",
    "withdrawn": "warn",
    "no-progress": "warn",
    "dates-approved": "warn",
    "overdue-opened": "late",
    "overdue-closed": "ok",
    "round-missed": "late",
}


@dataclass(frozen=True)
class Told:
    """One entry in words."""

    anchor: str
    what: str
    who: str
    when: str
    when_iso: str
    speaks_of: str
    """The day it speaks of, where that is not the day of its recording."""
    is_later: bool
    kind: str
    tags: tuple[tuple[str, str], ...]
    """Pills: text and tone."""
    changes: tuple[Mapping[str, str], ...]
    quotes: tuple[tuple[str, str], ...]
    proofs: tuple[str, ...]
    """What a decision accepted, and what it set aside."""
    hashes: tuple[str, ...]
    seq: int | None
    report_uid: str
    compare_uid: str


def sentences() -> dict[str, str]:
    """No rule speaks of these."""
    return {}


def kind_choices() -> list[tuple[str, str]]:
    """What a timeline can be narrowed to inside."""
    return [
        ("", _("Todo")),
        ("report", _("Informes")),
        ("decision", _("Decisiones")),
        ("evidence", _("Evidencia")),
        ("dates", _("Fechas")),
        ("plan", _("Texto, partes y enmiendas")),
        ("overdue", _("Atrasos")),
        ("round", _("Rondas")),
    ]


def public_kind_choices() -> list[tuple[str, str]]:
    """What it can be narrowed to on the public page: rounds belong to the work area."""
    return [one for one in kind_choices() if one[0] != EntryKind.ROUND]


def told(entries: Iterable[Entry]) -> list[Told]:
    """A timeline in words, in its order."""
    zone = str(current_app.config["TIMEZONE"])
    return [_told(one, zone) for one in entries]


def _told(entry: Entry, zone: str) -> Told:
    when = i18n.instant(entry.at, zone) if entry.at else i18n.day(entry.on)
    later = entry.is_later(zone)
    return Told(
        anchor=entry.key,
        what=what_word(entry),
        who=who_word(entry),
        when=when,
        when_iso=(entry.at or entry.on).isoformat(),
        speaks_of=_speaks_of(entry, later),
        is_later=later,
        kind=_TONES.get(entry.what, "plain"),
        tags=tuple(_tags(entry)),
        changes=tuple(change_rows(entry.changes)),
        quotes=tuple((quote_word(one.code, one.about), one.text) for one in entry.quotes),
        proofs=tuple(_proof(one) for one in entry.evidence) if entry.kind is EntryKind.DECISION else (),
        hashes=tuple(one.sha256 for one in entry.evidence if one.sha256)
        if entry.kind is EntryKind.EVIDENCE
        else (),
        seq=entry.seq,
        report_uid=entry.report_uid,
        compare_uid=entry.compare_uid,
    )


def _speaks_of(entry: Entry, later: bool) -> str:
    day = i18n.day(entry.on, "d MMM y")
    if entry.kind is EntryKind.DECISION:
        return _("sobre el informe al %(day)s", day=day)
    if entry.kind is EntryKind.REPORT:
        return _("informe al %(day)s", day=day)
    if entry.kind is EntryKind.EVIDENCE and entry.what != "redacted":
        return _("con fecha %(day)s", day=day)
    return _("rige desde el %(day)s", day=day) if later else ""


def who_word(entry: Entry) -> str:
    """Who did it: the office, and inside the person by name."""
    office = office_word(entry.office) if entry.office else ""
    person = _("el sistema") if entry.person == SYSTEM_UID else entry.person
    if entry.kind is EntryKind.OVERDUE:
        return _("Por el calendario")
    if entry.kind is EntryKind.ROUND:
        return listed(entry.institutions)
    on_behalf = _("por delegación de %(name)s", name=entry.on_behalf) if entry.on_behalf else ""
    return " · ".join(one for one in (office, person, on_behalf) if one) or _("Plan")


def what_word(entry: Entry) -> str:
    """What happened, in one line."""
    if entry.kind is EntryKind.REPORT or entry.kind is EntryKind.DECISION:
        return _of_report(entry)
    if entry.kind is EntryKind.EVIDENCE:
        return _of_evidence(entry)
    if entry.kind is EntryKind.DATES:
        return _of_dates(entry)
    return _of_plan(entry)


def percent_word(entry: Entry) -> str:
    """The percent of a report and the delivery it speaks of."""
    percent = i18n.percent(entry.percent, 1) if entry.percent is not None else _("sin porcentaje")
    if not entry.occurrence:
        return percent
    return _("%(percent)s de %(delivery)s", percent=percent, delivery=delivery_word(entry.occurrence))


def delivery_word(key: str) -> str:
    """A period of a recurring duty by its first month, a window by its place."""
    year, dash, month = key.partition("-")
    if dash:
        return _("la entrega de %(month)s", month=i18n.month(date(int(year), int(month), 1)))
    return _("la entrega %(place)s", place=key)


def _of_report(entry: Entry) -> str:
    percent = percent_word(entry)
    return {
        "submitted": _("Informó: %(percent)s", percent=percent),
        "no-progress": _("Informó que no hubo avance: %(percent)s", percent=percent),
        "validated": _("Comprobado: %(percent)s", percent=percent),
        "returned": _("Devuelto a la institución para corregir"),
        "withdrawn": _("La institución retiró su informe"),
        "reopened": _("Se reabrió la revisión"),
    }[entry.what]


def _of_evidence(entry: Entry) -> str:
    one = entry.evidence[0]
    name = one.title or _("para «%(means)s»", means=listed(one.means) or _("ningún medio"))
    if entry.what == "redacted":
        return _("Versión pública de una evidencia restringida, %(name)s", name=name)
    if entry.what == "evidence-replaced":
        return _("Versión %(n)s de una evidencia: %(name)s", n=entry.version, name=name)
    return _("Evidencia entregada: %(name)s", name=name)


def _of_dates(entry: Entry) -> str:
    if entry.what == "dates-requested":
        return _("Pidió otras fechas")
    if entry.what == "dates-withdrawn":
        return _("Retiró su solicitud de otras fechas")
    if entry.what == "dates-rejected":
        return _("Se negaron las fechas que pidió %(who)s", who=listed(entry.institutions))
    due_on = i18n.day(entry.due_on)
    if not entry.days or entry.days < 0:
        return _("Reprogramada: ahora vence el %(day)s", day=due_on)
    return ngettext(
        "Reprogramada: ahora vence el %(day)s, %(num)s día después",
        "Reprogramada: ahora vence el %(day)s, %(num)s días después",
        entry.days,
        day=due_on,
    )


def _of_plan(entry: Entry) -> str:
    due_on = i18n.day(entry.due_on)
    if entry.what == "overdue-closed":
        return ngettext(
            "Dejó de estar atrasada, tras %(num)s día",
            "Dejó de estar atrasada, tras %(num)s días",
            entry.days or 0,
        )
    return {
        "planned": _("Entró al plan"),
        "changed": _("Cambió lo que dice el plan"),
        "amended": _("Enmienda N.º %(number)s", number=entry.number),
        "doubt-resolved": _("Se resolvió una duda del documento"),
        "overdue-opened": _("Venció el plazo (%(day)s) sin estar cumplida", day=due_on),
        "round-asked": _("Se pidió informe en la ronda que vence el %(day)s", day=due_on),
        "round-missed": _("Venció la ronda del %(day)s sin su informe", day=due_on),
    }[entry.what]


def quote_word(code: str, about: str = "") -> str:
    """Under what name somebody's words stand."""
    if code == "comment" and about:
        return _("Comentario sobre «%(field)s»", field=field_word(about))
    return {
        "narrative": _("Qué se hizo"),
        "obstacle": _("Qué lo impidió"),
        "needed": _("Qué se necesita"),
        "departure_reason": _("Por qué el avance no es el de la cantidad"),
        "comment": _("Comentario"),
        "exception": _("Excepción escrita"),
        "reason": _("Motivo"),
        "resolution": _("Resolución"),
        "title": _("Qué cambia"),
        "doubt": _("Decía el documento"),
    }.get(code, code)


def _tags(entry: Entry) -> Iterable[tuple[str, str]]:
    if entry.version > 1 and entry.kind is EntryKind.REPORT:
        yield _("versión %(n)s", n=entry.version), "mute"
    yield from _letter(entry)
    if entry.kind is EntryKind.REPORT and entry.status is not None:
        yield from _since(entry.status)
    if entry.obstacle_kind is not None:
        yield _("Obstáculo: %(kind)s", kind=obstacle_word(entry.obstacle_kind).lower()), "warn"
    if entry.contradicts_narrative:
        yield _("El relato contradice el porcentaje"), "warn"
    if entry.signed_name:
        yield _("Excepción firmada por %(name)s", name=entry.signed_name), "warn"
    if entry.what == "dates-approved" and entry.number:
        yield _("Resolución %(number)s", number=entry.number), "info"


def letter_word(number: str, on: date | None) -> str:
    """An official letter by its number and date."""
    return _("Oficio %(number)s del %(day)s", number=number, day=i18n.day(on, "d MMM y"))


def _letter(entry: Entry) -> Iterable[tuple[str, str]]:
    if entry.origin == "letter":
        named = letter_word(entry.number, entry.numbered_on) if entry.number else ""
        yield named or _("Recibido por oficio"), "info"
    elif entry.origin == "import":
        yield _("De un documento importado"), "mute"
    elif entry.origin == "sheet":
        yield _("De la hoja de la ronda"), "mute"


def _proof(one: HandedIn) -> str:
    name = one.title or _("para «%(means)s»", means=listed(one.means) or _("ningún medio"))
    restricted = {"confidential": _("confidencial"), "reserved": _("reservada")}.get(one.access.value)
    name = f"{name} ({restricted})" if restricted else name
    if one.set_aside:
        return _("Evidencia no aceptada: %(name)s", name=name)
    return _("Evidencia aceptada: %(name)s", name=name)


def _since(status: ReportStatus) -> Iterable[tuple[str, str]]:
    """What became of a report since it was handed in; percent returned or taken back counts no more."""
    words = {
        ReportStatus.SUBMITTED: (_("Sin revisar"), "warn"),
        ReportStatus.REOPENED: (_("Otra vez en revisión"), "warn"),
        ReportStatus.VALIDATED: (_("Comprobado"), "ok"),
        ReportStatus.RETURNED: (_("Devuelto: no cuenta"), "mute"),
        ReportStatus.WITHDRAWN: (_("Retirado: no cuenta"), "mute"),
    }
    if status in words:
        yield words[status]


def table_header() -> list[str]:
    """The columns of a timeline as a table."""
    return [
        _("Asiento"),
        _("Registrado"),
        _("Fecha a la que se refiere"),
        _("Registrado con posterioridad"),
        _("Tipo"),
        _("Quién"),
        _("Qué pasó"),
        _("Antes y después"),
        _("Palabras"),
        _("Evidencia"),
        _("SHA-256"),
    ]


def table_rows(entries: Sequence[Entry]) -> Iterable[list[str]]:
    """A timeline as a table, one row an entry."""
    kinds, zone = dict(kind_choices()), ZoneInfo(str(current_app.config["TIMEZONE"]))
    for entry, row in zip(entries, told(entries), strict=True):
        changes = (f"{one['label']}: {one['before']} → {one['after']}" for one in row.changes)
        words = [*(f"{label}: {text}" for label, text in row.quotes), *(text for text, _tone in row.tags)]
        yield [
            "" if entry.seq is None else str(entry.seq),
            "" if entry.at is None else entry.at.astimezone(zone).isoformat(timespec="seconds"),
            entry.on.isoformat(),
            _("sí") if row.is_later else "",
            kinds[entry.kind.value],
            row.who,
            row.what,
            "\n".join(changes),
            "\n".join(words),
            "\n".join(row.proofs or tuple(one.title or listed(one.means) for one in entry.evidence)),
            "\n".join(one.sha256 for one in entry.evidence if one.sha256),
        ]
