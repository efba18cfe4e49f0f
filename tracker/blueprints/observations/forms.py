"""Forms of the work on an observation; each has its prefix, since several stand on one page."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, RadioField, SelectField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length

from tracker.domain.consultations import Outcome
from tracker.domain.observations import MAX_REPLY, Rejection
from tracker.queries.portal.topics import InstitutionPart
from tracker.rule_forms import PrefixedForm
from tracker.words.consultations import outcome_choices
from tracker.words.observations import rejection_choices

_TOO_LONG = Length(max=MAX_REPLY, message=_l("Escriba 5000 letras o menos."))


class RejectionForm(PrefixedForm):
    """Why it is not published."""

    name = "rejection-"
    reason = RadioField(
        _l("Por qué no se publica"),
        [InputRequired(_l("Elija un motivo."))],
        description=_l("El público lee cuántas no se publicaron y por qué, nunca su texto."),
    )

    def __init__(self, **given: Any) -> None:
        """Offer every reason."""
        super().__init__(**given)
        self.reason.choices = rejection_choices()

    def chosen(self) -> Rejection:
        """The reason that was chosen."""
        return Rejection(self.reason.data)


class AskForm(PrefixedForm):
    """Which institution is asked what to reply."""

    name = "ask-"
    institution = SelectField(_l("Institución"), [DataRequired(_l("Elija una institución."))])

    def offer(self, institutions: Iterable[InstitutionPart]) -> None:
        """Offer the institutions of the plan."""
        self.institution.choices = [("", _("Elija una")), *((one.uid, one.label) for one in institutions)]


class DraftForm(PrefixedForm):
    """What the institution proposes to reply."""

    name = "draft-"
    draft = TextAreaField(
        _l("Respuesta que propone"),
        [DataRequired(_l("Escriba la respuesta.")), _TOO_LONG],
        description=_l("El punto de contacto la lee y la publica."),
        render_kw={"rows": 6},
    )


class ReplyForm(PrefixedForm):
    """The reply, with its reasons."""

    name = "reply-"
    outcome = RadioField(_l("Resultado"), [InputRequired(_l("Elija un resultado."))])
    reply = TextAreaField(
        _l("Respuesta"),
        [DataRequired(_l("Escriba la respuesta: qué se cambió, o por qué no.")), _TOO_LONG],
        description=_l("Se publica y se envía por correo a quien escribió. No puede cambiarse después."),
        render_kw={"rows": 7},
    )
    for_institution = BooleanField(_l("Publicarla en nombre de la institución que la propuso"))

    def __init__(self, **given: Any) -> None:
        """Offer every outcome."""
        super().__init__(**given)
        self.outcome.choices = outcome_choices()

    def chosen(self) -> Outcome:
        """The outcome that was chosen."""
        return Outcome(self.outcome.data)
