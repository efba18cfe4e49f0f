"""Each person's one letter: all that is open for them, in their language, with links from outside."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from textwrap import shorten

from babel.dates import format_date
from flask import render_template
from flask_babel import force_locale, ngettext
from flask_babel import gettext as _

from tracker import clock
from tracker.db import transaction
from tracker.domain.permissions import AccountRole
from tracker.domain.text import squeeze
from tracker.jobs.matrix import by_mail
from tracker.jobs.run import Run
from tracker.queries.notices import PendingLetter, PendingNotice, list_pending_letters
from tracker.services.mail import LetterText, cancel_needless_mail, queue_letter

# Mail is written outside any request: its language is the person's, not an address's.
LOCALES = {"es": "es_GT", "en": "en"}


@dataclass(frozen=True)
class LetterItem:
    """One activity in a letter."""

    label: str
    title: str
    where: str
    when: str
    url: str
    institution: str


@dataclass(frozen=True)
class Section:
    """Activities under one heading."""

    heading: str
    items: tuple[LetterItem, ...]


def write_letters(run: Run) -> dict[str, int]:
    """Queue or rewrite each person's letter; cancel those that have nothing left to tell."""
    with transaction():
        cancelled = cancel_needless_mail()
    queued = 0
    for letter in list_pending_letters(by_mail()):
        words = letter_text(letter, run.on, str(run.settings["BASE_URL"]))
        with transaction():
            queued += queue_letter(letter, words, now=clock.now())
    return {"mails": queued, "mails_cancelled": cancelled}


def letter_text(letter: PendingLetter, on: date, base_url: str) -> LetterText:
    """The words of a letter as they read on a day."""
    language = letter.locale if letter.locale in LOCALES else "es"
    base = base_url.rstrip("/") + ("" if language == "es" else f"/{language}")
    with force_locale(LOCALES[language]):
        notices = sorted(_latest(letter.notices), key=lambda one: (one.params["due_on"], one.id))
        overdue = [one for one in notices if _due(one) < on]
        soon = [one for one in notices if _due(one) >= on]
        sections = [
            Section(heading, tuple(_item(one, on, base, language) for one in part))
            for heading, part in ((_("Vencidas"), overdue), (_("Por vencer"), soon))
            if part
        ]
        values = {
            "name": letter.name,
            "opening": _opening(letter, len(overdue), len(soon)),
            "sections": sections,
            "panel": f"{base}/panel",
            "reports": letter.role is AccountRole.LIAISON,
            "language": language,
        }
        return LetterText(
            subject=shorten(_subject(notices, overdue, on, language), 150, placeholder=" …"),
            text=render_template("email/reminders.txt", **values),
            html=render_template("email/reminders.html", **values),
        )


def _latest(notices: Iterable[PendingNotice]) -> list[PendingNotice]:
    """One line for an item and a due date, though several notices of it may be open."""
    found = {(one.subject_uid, one.params["due_on"]): one for one in notices}
    return list(found.values())


def _due(notice: PendingNotice) -> date:
    return date.fromisoformat(notice.params["due_on"])


def _opening(letter: PendingLetter, overdue: int, soon: int) -> str:
    """The first sentence says why this letter comes; who does not report is told what is late."""
    if overdue and letter.role is not AccountRole.LIAISON:
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


def _subject(notices: list[PendingNotice], overdue: list[PendingNotice], on: date, language: str) -> str:
    """What it is about, in the line that is read first."""
    if len(notices) == 1:
        one = notices[0]
        return f"{one.params['label']} {when(_due(one), on, language)}: {one.params['title']}"
    late, soon = len(overdue), len(notices) - len(overdue)
    parts = [
        ngettext("una actividad vencida", "%(num)d actividades vencidas", late) if late else "",
        ngettext("una por vencer", "%(num)d por vencer", soon) if soon else "",
    ]
    sentence = _(" y ").join(part for part in parts if part)
    return sentence[:1].upper() + sentence[1:]


def when(due_on: date, on: date, language: str) -> str:
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


def _item(notice: PendingNotice, on: date, base: str, language: str) -> LetterItem:
    params = notice.params
    where = _("Compromiso %(number)s, plan %(plan)s", number=params["commitment"], plan=params["plan"])
    return LetterItem(
        label=params["label"],
        title=shorten(squeeze(params["title"]), 180, placeholder=" …"),
        where=where,
        when=when(_due(notice), on, language),
        url=f"{base}/actividades/{notice.subject_uid}",
        institution=params["institution"],
    )
