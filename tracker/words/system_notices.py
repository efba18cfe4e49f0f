"""What the system found by itself: damaged files, addresses of other systems that take no messages."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from flask_babel import gettext as _
from flask_babel import ngettext

from tracker.queries.notices import PendingNotice
from tracker.words.letter_parts import LetterItem, Part, Reading


def sentences() -> dict[str, str]:
    """No codes of its own."""
    return {}


def damaged_files(notices: Sequence[PendingNotice]) -> Part:
    """Stored files that are missing or not what was handed in."""
    return Part("damaged", tuple(notices), _("Evidencia dañada"), _damaged, _many_damaged(notices))


def webhooks_given_up(notices: Sequence[PendingNotice]) -> Part:
    """Addresses of other systems that are told nothing any more."""
    counted = ngettext("un aviso a sistemas detenido", "%(num)d avisos a sistemas detenidos", len(notices))
    return Part("webhooks", tuple(notices), _("Avisos a sistemas detenidos"), _webhook, counted)


def _webhook(notice: PendingNotice, reading: Reading) -> LetterItem:
    is_gone = notice.params["why"] == "gone"
    day = reading.day(date.fromisoformat(notice.params["since"]))
    return LetterItem(
        label=_("Detenido"),
        title=notice.params["name"],
        where=notice.params["host"],
        when=_("La dirección dice que ya no existe (410)")
        if is_gone
        else _("Falla desde el %(day)s", day=day),
        url=f"{reading.base}/administracion/webhooks/{notice.subject_uid}",
        institution="",
    )


def _damaged(notice: PendingNotice, reading: Reading) -> LetterItem:
    is_missing = notice.params["damage"] == "missing"
    return LetterItem(
        label=_("Falta un archivo") if is_missing else _("Un archivo cambió"),
        title=notice.params["name"] or _("archivo de acceso restringido"),
        where=f"SHA-256 {notice.params['sha256']}",
        when=_("Se vio el %(day)s", day=reading.day(date.fromisoformat(notice.params["told_on"]))),
        url=f"{reading.base}/administracion",
        institution="",
    )


def _many_damaged(notices: Sequence[PendingNotice]) -> str:
    return ngettext("un archivo dañado", "%(num)d archivos dañados", len(notices))
