"""Letters to people without an account: confirm, published or not, replied to; in their language."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from textwrap import shorten

from flask import render_template
from flask_babel import force_locale
from flask_babel import gettext as _

from tracker import clock
from tracker.db import transaction
from tracker.jobs.run import Run
from tracker.queries.citizen_letters import CitizenLetterToWrite, list_unwritten_letters
from tracker.services.citizen_letters import queue_citizen_letter
from tracker.services.mail import LetterText
from tracker.services.mail_messages import one_click, thread_headers
from tracker.services.public_tokens import Purpose, sign
from tracker.wording import office_word
from tracker.words.consultations import outcome_word
from tracker.words.letter_parts import LOCALES, Section
from tracker.words.observations import rejection_word, subject_word

SUBJECT_LENGTH = 150
OF_FOLLOWERS = frozenset({"confirm_subscription", "already_followed"})


@dataclass(frozen=True)
class Letter:
    """What a letter says, in words."""

    subject: str
    paragraphs: Sequence[str]
    quote: str = ""
    after: Sequence[str] = ()
    action: tuple[str, str] | None = None
    """What to press, and where it leads."""
    sections: Sequence[Section] = ()
    endings: Sequence[tuple[str, str]] = ()
    headers: Mapping[str, str] = field(default_factory=dict)


def base_of(base_url: str, language: str) -> str:
    """Where addresses of a language begin."""
    return base_url.rstrip("/") + ("" if language == "es" else f"/{language}")


def rendered(letter: Letter, language: str) -> LetterText:
    """The letter as text and as HTML; what people wrote is escaped there."""
    subject = shorten(letter.subject, SUBJECT_LENGTH, placeholder=" …")
    values = {"letter": letter, "language": language, "heading": subject}
    return LetterText(
        subject=subject,
        text=render_template("email/citizen.txt", **values),
        html=render_template("email/citizen.html", **values),
        headers=letter.headers,
    )


def write_citizen_letters(run: Run) -> int:
    """Queue what nobody has worded yet, each in a transaction of its own; how many."""
    queued = 0
    for one in list_unwritten_letters():
        language = one.language if one.language in LOCALES else "es"
        with force_locale(LOCALES[language]):
            letter = _WORDS[one.kind](one, _Links(run, base_of(str(run.settings["BASE_URL"]), language), one))
            words = rendered(replace(letter, headers={**letter.headers, **_thread(one, run)}), language)
        with transaction():
            queued += queue_citizen_letter(one.id, one.email, words, now=clock.now())
    return queued


def _thread(one: CitizenLetterToWrite, run: Run) -> dict[str, str]:
    """All letters about one observation stand together, and all about one thing that is followed."""
    about = "seguir" if one.kind in OF_FOLLOWERS else "observacion"
    return thread_headers(str(run.settings["BASE_URL"]), about, one.uid)


@dataclass(frozen=True)
class _Links:
    run: Run
    base: str
    letter: CitizenLetterToWrite

    @property
    def page(self) -> str:
        """Where the observations on the same thing stand."""
        about = f"?sobre={self.letter.subject.ref.address}" if self.letter.subject else ""
        return f"{self.base}/observaciones{about}#o-{self.letter.uid}"

    def signed(self, path: str, purpose: Purpose) -> str:
        """A signed address; it counts from when the letter was asked for."""
        secret = str(self.run.settings["SECRET_KEY"])
        return f"{self.base}{path}/{sign(secret, purpose, self.letter.uid, now=self.letter.created_at)}"


def _confirm_observation(one: CitizenLetterToWrite, links: _Links) -> Letter:
    return Letter(
        subject=_("Confirme su observación"),
        paragraphs=[
            _("Recibimos esto sobre «%(what)s»:", what=subject_word(one.subject)),
        ],
        quote=one.text,
        after=[
            _("Confírmelo para que lo lea el punto de contacto. El enlace vale 48 horas."),
            _("Si no lo escribió usted, no haga nada: sin confirmar no se publica."),
        ],
        action=(
            _("Confirmar mi observación"),
            links.signed("/observaciones/confirmar", Purpose.CONFIRM_OBSERVATION),
        ),
    )


def _observation_published(one: CitizenLetterToWrite, links: _Links) -> Letter:
    return Letter(
        subject=_("Su observación está publicada"),
        paragraphs=[
            _("Lo que escribió sobre «%(what)s» ya se lee en la página.", what=subject_word(one.subject)),
            _("Le avisaremos por correo cuando tenga respuesta."),
        ],
        quote=one.text,
        action=(_("Ver mi observación"), links.page),
    )


def _observation_rejected(one: CitizenLetterToWrite, links: _Links) -> Letter:
    why = rejection_word(one.rejection) if one.rejection else ""
    return Letter(
        subject=_("Su observación no se publicó"),
        paragraphs=[
            _("Lo que escribió sobre «%(what)s» no se publicó.", what=subject_word(one.subject)),
            _("Motivo: %(why)s.", why=why),
            _("Puede escribir otra observación desde la misma página."),
        ],
        quote=one.text,
    )


def _observation_replied(one: CitizenLetterToWrite, links: _Links) -> Letter:
    outcome = outcome_word(one.outcome) if one.outcome else ""
    return Letter(
        subject=_("Respondieron su observación"),
        paragraphs=[
            _(
                "%(who)s respondió a lo que escribió sobre «%(what)s». %(outcome)s:",
                who=office_word(one.replied_label),
                what=subject_word(one.subject),
                outcome=outcome,
            ),
        ],
        quote=one.reply,
        action=(_("Ver la respuesta"), links.page),
    )


def _confirm_subscription(one: CitizenLetterToWrite, links: _Links) -> Letter:
    return Letter(
        subject=_("Confirme que quiere seguir este tema"),
        paragraphs=[
            _(
                "Alguien pidió que le avisemos por correo de lo que pase con «%(what)s».",
                what=subject_word(one.subject),
            ),
            _("Si fue usted, confírmelo: el enlace vale 48 horas."),
            _("Si no, no haga nada; no le escribiremos más."),
        ],
        action=(
            _("Sí, quiero seguirlo"),
            links.signed("/seguir/confirmar", Purpose.CONFIRM_SUBSCRIPTION),
        ),
    )  # fmt: skip


def _already_followed(one: CitizenLetterToWrite, links: _Links) -> Letter:
    end = links.signed("/seguir/baja", Purpose.END_SUBSCRIPTION)
    return Letter(
        subject=_("Ya sigue este tema"),
        paragraphs=[
            _("Ya le avisamos por correo de lo que pase con «%(what)s». No hace falta pedirlo otra vez.",
              what=subject_word(one.subject)),
        ],
        endings=[(_("Dejar de seguirlo"), end)],
        headers=one_click(end),
    )  # fmt: skip


_WORDS: dict[str, Callable[[CitizenLetterToWrite, _Links], Letter]] = {
    "confirm_observation": _confirm_observation,
    "observation_published": _observation_published,
    "observation_rejected": _observation_rejected,
    "observation_replied": _observation_replied,
    "confirm_subscription": _confirm_subscription,
    "already_followed": _already_followed,
}
