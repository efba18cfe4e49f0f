"""What each kind of notice says, in letters and on the page of a person's notices, under which heading."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from textwrap import shorten

from babel.dates import format_date
from flask_babel import gettext as _
from flask_babel import ngettext

from tracker.domain.notifications import Event
from tracker.domain.ogp_clock import Duty
from tracker.domain.text import squeeze
from tracker.queries.notices import PendingNotice
from tracker.renderers.words import Words
from tracker.words.letter_parts import LOCALES, LetterItem, Part, Reading
from tracker.words.ogp_clock import duty_word
from tracker.words.system_notices import damaged_files, webhooks_given_up

LONGEST_COMMENT = 600


def sentences() -> dict[str, str]:
    """Code to sentence, in the language of the request."""
    return {
        "notice-not-found": _("Ese aviso no existe."),
        "notice-still-asks": _("Ese aviso pide algo: se resuelve solo cuando esté hecho."),
    }


def parts_of(notices: Sequence[PendingNotice], on: date) -> list[Part]:
    """The notices of a letter, each kind in its part, what asks for most first."""
    of = _by_kind(notices)
    dues = _latest(of(Event.DUE, Event.OVERDUE), lambda one: (one.subject_uid, one.params["due_on"]))
    dues.sort(key=lambda one: (one.params["due_on"], one.id))
    overdue, soon = [one for one in dues if _due(one) < on], [one for one in dues if _due(one) >= on]
    rounds = _latest(of(Event.ROUND_OPENED, Event.ROUND_DUE, Event.ROUND_REMINDED), _round_key)
    returned, validated, links = of(Event.RETURNED), of(Event.VALIDATED), of(Event.LINK_DOWN)
    waiting = _latest(of(Event.REVIEW_LATE), lambda one: one.subject_uid)
    decided, consulted = of(Event.RESCHEDULING_DECIDED), of(Event.CONSULTATION_OPENED)
    asked, unanswered = of(Event.OBSERVATION_ASKED), of(Event.OBSERVATION_OVERDUE)
    clock = _latest(of(Event.CLOCK_DUE, Event.CLOCK_MISSED), lambda one: one.subject_uid)
    found = [
        damaged_files(of(Event.EVIDENCE_DAMAGED)),
        Part(
            "returned", tuple(returned), _("Devueltos con observaciones"), _returned, _many_returned(returned)
        ),
        Part("overdue", tuple(overdue), _("Vencidas"), _due_item, _many_overdue(overdue)),
        Part("clock", tuple(clock), _("Reloj de la Alianza"), _clock, _many_clock(clock)),
        Part("soon", tuple(soon), _("Por vencer"), _due_item, _many_soon(soon)),
        Part("round", tuple(rounds), _("Rondas de informes"), _round, _many_rounds(rounds)),
        Part(
            "unanswered",
            tuple(unanswered),
            _("Observaciones sin respuesta"),
            _observed,
            _many_observed(unanswered),
        ),
        Part("asked", tuple(asked), _("Observaciones de la ciudadanía"), _observed, _many_observed(asked)),
        *_of_the_table(of),
        Part("waiting", tuple(waiting), _("Esperan decisión"), _waiting, _many_waiting(waiting)),
        Part(
            "consulted", tuple(consulted), _("Informes en consulta"), _consulted, _many_consulted(consulted)
        ),
        Part("validated", tuple(validated), _("Aceptados"), _validated, _many_validated(validated)),
        Part("links", tuple(links), _("Enlaces que no responden"), _link_down, _many_links(links)),
        webhooks_given_up(of(Event.WEBHOOK_DISABLED)),
        Part("decided", tuple(decided), _("Cambios de fecha resueltos"), _decided, _many_decided(decided)),
    ]
    return [part for part in found if part.notices]


def _of_the_table(of: Callable[..., list[PendingNotice]]) -> tuple[Part, Part]:
    """Agreements: those that are owed, each once, and answers that wait to be accepted."""
    owed = of(Event.AGREEMENT_MADE, Event.AGREEMENT_DUE, Event.AGREEMENT_OVERDUE, Event.AGREEMENT_RETURNED)
    agreed = _latest(owed, lambda one: one.subject_uid)
    ruled = of(Event.AGREEMENT_ANSWERED)
    return (
        Part("agreed", tuple(agreed), _("Acuerdos de la mesa técnica"), _agreed, _many_agreed(agreed)),
        Part("ruled", tuple(ruled), _("Acuerdos por aceptar"), _agreed, _many_ruled(ruled)),
    )


def _by_kind(notices: Sequence[PendingNotice]) -> Callable[..., list[PendingNotice]]:
    def of(*events: Event) -> list[PendingNotice]:
        return [one for one in notices if one.kind in {event.value for event in events}]

    return of


def _latest(notices: Sequence[PendingNotice], key: Callable[[PendingNotice], object]) -> list[PendingNotice]:
    """One line for what several open notices speak of."""
    return list({key(one): one for one in notices}.values())


def _round_key(notice: PendingNotice) -> tuple[str, str]:
    return notice.subject_uid, notice.params["institution_uid"]


def _due(notice: PendingNotice) -> date:
    return date.fromisoformat(notice.params["due_on"])


def _many_returned(notices: Sequence[PendingNotice]) -> str:
    return ngettext("un informe devuelto", "%(num)d informes devueltos", len(notices))


def _many_overdue(notices: Sequence[PendingNotice]) -> str:
    return ngettext("una actividad vencida", "%(num)d actividades vencidas", len(notices))


def _many_soon(notices: Sequence[PendingNotice]) -> str:
    return ngettext("una por vencer", "%(num)d por vencer", len(notices))


def _many_rounds(notices: Sequence[PendingNotice]) -> str:
    return ngettext("una ronda por responder", "%(num)d rondas por responder", len(notices))


def _many_waiting(notices: Sequence[PendingNotice]) -> str:
    return ngettext("un informe espera decisión", "%(num)d informes esperan decisión", len(notices))


def _many_validated(notices: Sequence[PendingNotice]) -> str:
    return ngettext("un informe aceptado", "%(num)d informes aceptados", len(notices))


def _many_decided(notices: Sequence[PendingNotice]) -> str:
    return ngettext("un cambio de fecha resuelto", "%(num)d cambios de fecha resueltos", len(notices))


def _many_consulted(notices: Sequence[PendingNotice]) -> str:
    return ngettext("un informe en consulta", "%(num)d informes en consulta", len(notices))


def _many_observed(notices: Sequence[PendingNotice]) -> str:
    return ngettext("una observación por responder", "%(num)d observaciones por responder", len(notices))


def _many_agreed(notices: Sequence[PendingNotice]) -> str:
    return ngettext("un acuerdo de la mesa técnica", "%(num)d acuerdos de la mesa técnica", len(notices))


def _many_ruled(notices: Sequence[PendingNotice]) -> str:
    return ngettext("un acuerdo por aceptar", "%(num)d acuerdos por aceptar", len(notices))


def _many_links(notices: Sequence[PendingNotice]) -> str:
    return ngettext("un enlace que no responde", "%(num)d enlaces que no responden", len(notices))


def _many_clock(notices: Sequence[PendingNotice]) -> str:
    return ngettext("un plazo de la Alianza", "%(num)d plazos de la Alianza", len(notices))


def _clock(notice: PendingNotice, reading: Reading) -> LetterItem:
    last_on = notice.params["last_on"]
    day = reading.day(date.fromisoformat(last_on)) if last_on else ""
    return LetterItem(
        label=_("Reloj de la Alianza"),
        title=duty_word(Duty(notice.params["duty"])),
        where=_("La última vez fue el %(day)s", day=day) if day else _("No consta ninguna vez"),
        when=when_due(_due(notice), reading.on, reading.language),
        url=f"{reading.base}/mesa/reloj",
        institution="",
    )


def _link_down(notice: PendingNotice, reading: Reading) -> LetterItem:
    since = reading.day(date.fromisoformat(notice.params["since"]))
    url = f"{reading.base}/avances/evidencia/{notice.params['evidence']}"
    return _item(notice, url, _("El enlace no responde desde el %(day)s", day=since), notice.params["link"])


def _agreed(notice: PendingNotice, reading: Reading) -> LetterItem:
    params = notice.params
    is_answered = notice.kind == Event.AGREEMENT_ANSWERED.value
    is_returned = notice.kind == Event.AGREEMENT_RETURNED.value
    when = when_due(_due(notice), reading.on, reading.language)
    if is_returned:
        when = _("La respuesta volvió con un comentario; %(when)s", when=when)
    return LetterItem(
        label=_("Acuerdo"),
        title=shorten(squeeze(params["text"]), 180, placeholder=" …"),
        where=_("Reunión %(number)s de la mesa técnica", number=params["meeting"]),
        when=_("Una respuesta espera que la acepten") if is_answered else when,
        url=f"{reading.base}/mesa/acuerdos/{notice.subject_uid}",
        institution=params["institution"],
        quote=shorten(squeeze(params["comment"]), LONGEST_COMMENT, placeholder=" …"),
    )


def _observed(notice: PendingNotice, reading: Reading) -> LetterItem:
    is_correction = notice.params["kind"] == "correction"
    return LetterItem(
        label=_("Corrección") if is_correction else _("Observación"),
        title=shorten(squeeze(notice.params["text"]), 120, placeholder=" …"),
        where=_("De una persona, sobre lo publicado"),
        when=_("Debe responderse a más tardar el %(day)s", day=reading.day(_due(notice))),
        url=f"{reading.base}/observaciones/bandeja/{notice.subject_uid}",
        institution=notice.params["institution"],
    )


def _consulted(notice: PendingNotice, reading: Reading) -> LetterItem:
    params = notice.params
    return LetterItem(
        label=Words(reading.language)(f"kind.{params['kind']}"),
        title=_("al %(day)s", day=reading.day(date.fromisoformat(params["cutoff_on"]))),
        where=_("Plan %(plan)s", plan=params["plan"]),
        when=_("Recibe comentarios hasta el %(day)s", day=reading.day(_due(notice))),
        url=f"{reading.base}/compilaciones/{params['report']}#consulta",
        institution=params["institution"],
    )


def _item(notice: PendingNotice, url: str, when: str, quote: str = "") -> LetterItem:
    params = notice.params
    return LetterItem(
        label=params["label"],
        title=shorten(squeeze(params["title"]), 180, placeholder=" …"),
        where=_("Compromiso %(number)s, plan %(plan)s", number=params["commitment"], plan=params["plan"]),
        when=when,
        url=url,
        institution=params["institution"],
        quote=shorten(squeeze(quote), LONGEST_COMMENT, placeholder=" …") if quote else "",
    )


def _due_item(notice: PendingNotice, reading: Reading) -> LetterItem:
    url = f"{reading.base}/actividades/{notice.subject_uid}"
    when = when_due(_due(notice), reading.on, reading.language)
    if notice.params.get("in_place_of"):
        without = _("%(institution)s no tiene titular con cuenta", institution=notice.params["institution"])
        when = _("%(when)s; se lo decimos a usted porque %(without)s", when=when, without=without)
    return _item(notice, url, when)


def when_due(due_on: date, on: date, language: str) -> str:
    """How far away a due date is, with the date itself."""
    days = (due_on - on).days
    day = format_date(due_on, format="long", locale=LOCALES[language])
    if days == 0:
        return _("vence hoy, %(day)s", day=day)
    if days == 1:
        return _("vence mañana, %(day)s", day=day)
    if days > 1:
        return _("vence en %(days)d días, el %(day)s", days=days, day=day)
    return ngettext("venció ayer, el %(day)s", "venció hace %(num)d días, el %(day)s", -days, day=day)


def _returned(notice: PendingNotice, reading: Reading) -> LetterItem:
    field = comment_field_words().get(notice.params["comment_field"], "")
    about = _("sobre %(field)s", field=field) if field else ""
    when = _("Volvió con esta observación %(about)s", about=about).strip() + ":"
    return _item(notice, _work(notice, reading), when, notice.params["comment"])


def comment_field_words() -> Mapping[str, str]:
    """The fields that a reviewer's comment may be about."""
    return {
        "percent": _("el porcentaje"),
        "narrative": _("lo que se hizo"),
        "reported_on": _("la fecha del informe"),
        "completed_on": _("la fecha en que se cumplió"),
        "occurrence": _("el período"),
        "delivered": _("la cantidad entregada"),
        "evidence": _("la evidencia"),
        "obstacle": _("el obstáculo"),
        "needed": _("lo que hace falta"),
        "new_expected_on": _("la nueva fecha esperada"),
    }


def _validated(notice: PendingNotice, reading: Reading) -> LetterItem:
    percent = notice.params["percent"]
    when = _("Comprobado: %(percent)s %%", percent=percent) if percent else _("Aceptado, sin porcentaje")
    return _item(notice, _work(notice, reading), when, notice.params["comment"])


def _decided(notice: PendingNotice, reading: Reading) -> LetterItem:
    approved = notice.params["outcome"] == "approved"
    when = _("Se aprobaron las fechas nuevas") if approved else _("No se aprobaron las fechas nuevas")
    return _item(notice, _work(notice, reading), when, notice.params["resolution"])


def _work(notice: PendingNotice, reading: Reading) -> str:
    return f"{reading.base}/avances/{notice.params['node']}"


def _waiting(notice: PendingNotice, reading: Reading) -> LetterItem:
    when = _("Debía decidirse a más tardar el %(day)s", day=reading.day(_due(notice)))
    return _item(notice, f"{reading.base}/revision/{notice.subject_uid}", when)


def _round(notice: PendingNotice, reading: Reading) -> LetterItem:
    params = notice.params
    return LetterItem(
        label=_("Ronda de %(period)s", period=_period(notice, reading)),
        title=_("informes de avance que faltan"),
        where=_("Plan %(plan)s", plan=params["plan"]),
        when=when_closing(_due(notice), reading.on, reading.language),
        url=f"{reading.base}/avances/rondas/{notice.subject_uid}?institucion={params['institution_uid']}",
        institution=params["institution"],
    )


def _period(notice: PendingNotice, reading: Reading) -> str:
    """ "junio de 2026", "abril a junio de 2026"."""
    start, end = (date.fromisoformat(notice.params[f"period_{one}"]) for one in ("start", "end"))
    locale, spanish = LOCALES[reading.language], reading.language == "es"
    last = format_date(end, "MMMM 'de' y" if spanish else "MMMM y", locale=locale)
    if (start.year, start.month) == (end.year, end.month):
        return last
    return _("%(start)s a %(end)s", start=format_date(start, "MMMM", locale=locale), end=last)


def when_closing(due_on: date, on: date, language: str) -> str:
    """How far away the end of a round is, with its day."""
    days = (due_on - on).days
    day = format_date(due_on, format="long", locale=LOCALES[language])
    if days == 0:
        return _("cierra hoy, %(day)s", day=day)
    if days == 1:
        return _("cierra mañana, %(day)s", day=day)
    return _("cierra el %(day)s", day=day) if days > 1 else _("cerró el %(day)s", day=day)
