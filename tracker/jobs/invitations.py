"""Letters that offer an account: what for, by whom, until when, and the link."""

from __future__ import annotations

from datetime import timedelta

from flask_babel import force_locale
from flask_babel import gettext as _

from tracker import clock
from tracker.db import transaction
from tracker.i18n import day
from tracker.jobs.citizen_letters import Letter, base_of, rendered
from tracker.jobs.run import Run
from tracker.queries.invitations import InvitationToWrite, list_unwritten_invitations
from tracker.services.invitations import VALID, queue_letter, token_of
from tracker.wording import role_word
from tracker.words.letter_parts import LOCALES


def write_invitations(run: Run) -> int:
    """Queue the letters that nobody has worded yet, each in a transaction of its own; how many."""
    queued = 0
    for one in list_unwritten_invitations():
        language = one.locale if one.locale in LOCALES else "es"
        token = token_of(str(run.settings["SECRET_KEY"]), one.uid, one.serial, one.asked_at)
        url = f"{base_of(str(run.settings['BASE_URL']), language)}/invitacion/{token}"
        with force_locale(LOCALES[language]):
            words = rendered(_letter(one, url), language)
        with transaction():
            queued += queue_letter(one.id, one.serial, words, now=clock.now())
    return queued


def _letter(one: InvitationToWrite, url: str) -> Letter:
    told = [_("Le ofrecemos una cuenta en Cumple, con el rol: %(role)s.", role=role_word(one.role))]
    if one.institutions:
        told.append(_("Institución: %(names)s.", names="; ".join(one.institutions)))
    told.append(_("Al abrir el enlace elige su contraseña y la cuenta queda lista."))
    until = day((one.asked_at + VALID - timedelta(days=1)).date())
    return Letter(
        subject=_("Invitación a Cumple"),
        paragraphs=told,
        action=(_("Abrir mi cuenta"), url),
        after=[
            _("El enlace sirve una sola vez y hasta el %(day)s. No lo reenvíe.", day=until),
            _("Si no esperaba esta carta, no haga nada: sin abrir el enlace no hay cuenta."),
        ],
    )
