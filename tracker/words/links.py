"""Words of links of evidence: how one answered when it was last looked at."""

from __future__ import annotations

from flask_babel import gettext as _

from tracker.domain.links import LinkOutcome
from tracker.queries.links import LinkState


def sentences() -> dict[str, str]:
    """No rule speaks of these."""
    return {}


def answer_word(link: LinkState) -> str:
    """What was found at the end of a link."""
    word = {
        LinkOutcome.ANSWERS: _("responde"),
        LinkOutcome.CLOSED: _("el sitio está, pero no deja pasar a un programa: ábralo usted"),
        LinkOutcome.NOT_FOUND: _("la página ya no está"),
        LinkOutcome.BROKEN: _("el sitio responde con un error"),
        LinkOutcome.NO_HOST: _("el sitio no existe o no se encuentra"),
        LinkOutcome.NO_ANSWER: _("no se pudo conectar"),
        LinkOutcome.TOO_SLOW: _("no contestó a tiempo"),
        LinkOutcome.BAD_CERTIFICATE: _("el certificado del sitio no es válido"),
        LinkOutcome.TOO_MANY_REDIRECTS: _("da vueltas sin llegar a ninguna página"),
        LinkOutcome.NOT_PUBLIC: _("lleva a una dirección que el público no puede abrir"),
    }[link.outcome]
    shows = link.http_status >= 400 and link.outcome.is_failure
    return _("%(word)s (código %(code)s)", word=word, code=link.http_status) if shows else word
