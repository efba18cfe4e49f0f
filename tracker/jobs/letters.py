"""Each person's one letter: all that is open for them, in their language, with links from outside."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from textwrap import shorten

from flask import current_app, render_template
from flask_babel import force_locale, ngettext
from flask_babel import gettext as _

from tracker import clock
from tracker.db import transaction
from tracker.domain.notifications import Event
from tracker.domain.permissions import AccountRole
from tracker.domain.preferences import Digest, Preferences
from tracker.jobs.run import Run
from tracker.queries.batches import in_batches
from tracker.queries.notices import (
    PendingLetter,
    list_pending_letters,
    list_people_to_tell,
    list_written_to_since,
)
from tracker.queries.preferences import preferences_of
from tracker.services.mail import LetterText, queue_letter
from tracker.services.mail_messages import list_headers, one_click, thread_headers
from tracker.services.matrix import by_mail
from tracker.services.public_tokens import Purpose, sign
from tracker.words.letter_parts import LOCALES, Part, Reading
from tracker.words.notices import parts_of

# What leaves soon is gathered: after one such letter, the next waits so long.
GATHERING = timedelta(minutes=30)
# What so many people have open is read at once, and no more.
AT_ONCE = 20
_ROUND_KINDS = frozenset({Event.ROUND_OPENED.value, Event.ROUND_DUE.value})


def letters_to(user_ids: Collection[int]) -> list[PendingLetter]:
    """What a few people are still to be told by mail, less what they do not want to be."""
    found = list_pending_letters(by_mail(), user_ids)
    chosen = preferences_of([one.user_id for one in found])
    wanted = (_wanted(one, chosen.get(one.user_id, Preferences())) for one in found)
    return [one for one in wanted if one.notices]


def _wanted(letter: PendingLetter, chosen: Preferences) -> PendingLetter:
    """Who wants no letter is told what leaves soon and what may not be silenced."""
    if chosen.digest is not Digest.NEVER:
        return letter
    told = by_mail(soon=True) | by_mail(always=True)
    return replace(letter, notices=tuple(one for one in letter.notices if (one.kind, letter.role) in told))


def write_letter(letter: PendingLetter, run: Run) -> bool:
    """Queue or rewrite a person's letter; True for a new one. Within a transaction."""
    return queue_letter(letter, letter_text(letter, run.on, str(run.settings["BASE_URL"])), now=clock.now())


def write_urgent_letters(run: Run) -> int:
    """Queue the letters that do not wait for the person's hour, with all that is open for them."""
    queued = 0
    for people in in_batches(_urgent(clock.now()), AT_ONCE):
        for letter in letters_to(people):
            with transaction():
                queued += write_letter(letter, run)
    return queued


def urgent_letters_wait(now: datetime) -> bool:
    """True where something that leaves soon has not been told by mail yet."""
    return bool(_urgent(now))


def _urgent(now: datetime) -> list[int]:
    """Who has something to be told soon, got no letter within the half hour before, and is not asleep."""
    soon = set(list_people_to_tell(by_mail(soon=True), queued=False))
    if not soon:
        return []
    zone, chosen = current_app.config["TIMEZONE"], preferences_of(soon)
    quiet = {user_id for user_id, one in chosen.items() if one.is_quiet(now, zone)}
    return sorted(soon - quiet - list_written_to_since(now - GATHERING))


def letter_text(letter: PendingLetter, on: date, base_url: str) -> LetterText:
    """The words of a letter as they read on a day."""
    language = letter.locale if letter.locale in LOCALES else "es"
    base = base_url.rstrip("/") + ("" if language == "es" else f"/{language}")
    reading = Reading(on, base, language)
    with force_locale(LOCALES[language]):
        parts = parts_of(letter.notices, on)
        names = {part.name for part in parts}
        subject = shorten(_subject(parts, reading), 150, placeholder=" …")
        values = {
            "heading": subject,
            "name": letter.name,
            "opening": _opening(letter, parts),
            "sections": [part.section(reading) for part in parts],
            "panel": f"{base}/panel",
            "reports": letter.role is AccountRole.LIAISON,
            "explains_due": letter.role is AccountRole.LIAISON and bool(names & {"overdue", "soon"}),
            "language": language,
        }
        stop = f"{base}/avisos/baja/{_stopping(letter)}"
        values["stop"] = stop
        return LetterText(
            subject=subject,
            text=render_template("email/reminders.txt", **values),
            html=render_template("email/reminders.html", **values),
            headers=_headers(letter, base_url) | one_click(stop),
        )


def _stopping(letter: PendingLetter) -> str:
    """The token by which this person's letters are stopped from a mail, without signing in."""
    return sign(current_app.config["SECRET_KEY"], Purpose.END_LETTERS, letter.user_uid, now=clock.now())


def _headers(letter: PendingLetter, base_url: str) -> dict[str, str]:
    """A person's letters about one round stand together; so do those about one thing alone."""
    rounds = {one.subject_uid for one in letter.notices if one.kind in _ROUND_KINDS}
    about = rounds or {one.subject_uid for one in letter.notices}
    thread = thread_headers(base_url, "avisos", *about, letter.user_uid) if len(about) == 1 else {}
    return list_headers(base_url, "avisos") | thread


def _opening(letter: PendingLetter, parts: Sequence[Part]) -> str:
    """The first sentence says why this letter comes: for what asks most."""
    counts = {part.name: len(part.notices) for part in parts}
    first = parts[0].name
    if first in {"overdue", "soon"}:
        return _due_opening(letter.role, counts.get("overdue", 0), counts.get("soon", 0))
    return _openings(counts[first])[first]


def _openings(count: int) -> dict[str, str]:
    """Why a letter comes that asks for so many of one kind."""
    return {
        "returned": ngettext(
            "Un informe de avance volvió con observaciones: corríjalo y envíelo de nuevo.",
            "%(num)d informes de avance volvieron con observaciones: corríjalos y envíelos de nuevo.",
            count,
        ),
        "round": _("Hay una ronda de informes abierta y faltan respuestas de su institución."),
        "waiting": ngettext(
            "Un informe espera decisión más días de los previstos.",
            "%(num)d informes esperan decisión más días de los previstos.",
            count,
        ),
        "damaged": _(
            "Hay archivos de evidencia que no están o cambiaron: restáurelos de la copia de seguridad."
        ),
        "links": _("Hay enlaces de evidencia que no responden."),
        "webhooks": _("Se detuvo un aviso a otro sistema que usted registró."),
        "clock": _("Se acerca o pasó un plazo de la Alianza para el Gobierno Abierto."),
        "agreed": _("Hay acuerdos de la mesa técnica por cumplir."),
        "ruled": _("Hay respuestas a acuerdos de la mesa técnica por aceptar."),
        "unanswered": _("Venció el plazo para responder a la ciudadanía."),
        "asked": _("Le piden una respuesta para la ciudadanía."),
        "consulted": _("Hay informes que esperan sus comentarios."),
        "validated": _("Se revisó lo que su institución informó."),
        "decided": _("Se resolvió lo que su institución pidió sobre sus fechas."),
    }


def _due_opening(role: AccountRole, overdue: int, soon: int) -> str:
    """Who does not report is told what is late."""
    if overdue and role is not AccountRole.LIAISON:
        return ngettext(
            "Una actividad sigue vencida pese a los recordatorios a quien la reporta.",
            "%(num)d actividades siguen vencidas pese a los recordatorios a quienes las reportan.",
            overdue,
        )
    if overdue and soon:
        return _("Hay actividades vencidas y otras por vencer sin que se haya reportado que terminaron.")
    if overdue:
        return ngettext(
            "Una actividad venció sin que se haya reportado que terminó.",
            "%(num)d actividades vencieron sin que se haya reportado que terminaron.",
            overdue,
        )
    return ngettext(
        "Una actividad está por vencer y falta reportar que terminó.",
        "%(num)d actividades están por vencer y falta reportar que terminaron.",
        soon,
    )


def _subject(parts: Sequence[Part], reading: Reading) -> str:
    """What it is about, in the line that is read first; one matter alone is named."""
    if len(parts) == 1 and len(parts[0].notices) == 1:
        only = parts[0].item(parts[0].notices[0], reading)
        if parts[0].name in {"overdue", "soon"}:
            return f"{only.label} {only.when}: {only.title}"
        if parts[0].name == "round":
            return f"{only.label}: {only.when}"
        return f"{_first_up(parts[0].counted)}: {only.label} {only.title}"
    words = [part.counted for part in parts]
    sentence = _(" y ").join(word for word in (", ".join(words[:-1]), words[-1]) if word)
    return _first_up(sentence)


def _first_up(sentence: str) -> str:
    return sentence[:1].upper() + sentence[1:]
