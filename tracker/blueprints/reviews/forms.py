"""The form in which a reviewer decides; whether the decision is possible is checked by its service."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, HiddenField, SelectMultipleField, StringField, TextAreaField
from wtforms.validators import Length, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from tracker.choices import choices
from tracker.domain.errors import DomainError
from tracker.queries.review_page import ReviewPage
from tracker.wording import sentence

LONG = Length(max=5000, message=_l("El texto es demasiado largo."))


class DecisionForm(FlaskForm):
    """Which evidence is accepted, the comment, and what is signed."""

    lock_version = HiddenField()
    accepted = SelectMultipleField(
        _l("Evidencia que acepta"),
        choices=(),
        validate_choice=False,
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )
    contradicts_narrative = BooleanField(_l("El relato contradice el porcentaje"))
    exception = TextAreaField(
        _l("Por qué se comprueba sin toda la evidencia"), [Optional(), LONG], render_kw={"rows": 3}
    )
    signed_name = StringField(
        _l("Firma: su nombre y apellido"),
        [Optional(), Length(max=200)],
        render_kw={"autocomplete": "name"},
    )
    comment = TextAreaField(_l("Comentario para la institución"), [Optional(), LONG], render_kw={"rows": 3})

    def decision(self) -> dict[str, Any]:
        """What the service is told of a validation."""
        return {
            "accepted": self.accepted.data or [],
            "comment": self.comment.data or "",
            "exception": self.exception.data or "",
            "signed_name": self.signed_name.data or "",
            "contradicts_narrative": bool(self.contradicts_narrative.data),
            "lock_version": self.version(),
        }

    def version(self) -> int | None:
        """The version of the report that the reviewer was looking at."""
        text = str(self.lock_version.data or "")
        return int(text) if text.isdecimal() else None

    def add_error(self, error: DomainError) -> None:
        """Put a rule's sentence beside the field it belongs to, or above the form."""
        words = sentence(error.code, error.params)
        if error.field in self:
            self[error.field].errors = [*self[error.field].errors, words]
        else:
            self.form_errors.append(words)


def decision_form(page: ReviewPage) -> DecisionForm:
    """The form for a report, everything accepted to begin with."""
    form = DecisionForm(
        data={
            "lock_version": page.report.lock_version,
            "accepted": [one.uid for one in page.report.evidence],
        }
    )
    form.accepted.choices = choices((one.uid, one.title) for one in page.report.evidence)
    return form
