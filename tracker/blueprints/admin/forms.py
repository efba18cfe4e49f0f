"""Forms of the administration: running a job, opening an account, naming a reviewer."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, DateField, SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from tracker.choices import choices
from tracker.domain.errors import DomainError
from tracker.i18n import LANGUAGES
from tracker.wording import sentence


class RunForm(FlaskForm):
    """Which job, for which day."""

    job = SelectField(_l("Trabajo"), [DataRequired(_l("Elija un trabajo."))])
    on = DateField(_l("Para la fecha"), [InputRequired(_l("Escriba una fecha."))])


class CheckboxesField(SelectMultipleField):
    """Several choices as check boxes."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class TurnoverForm(FlaskForm):
    """Who takes over from an account, in which institutions, from which day, and why."""

    institutions = CheckboxesField(_l("Instituciones que se entregan"), choices=(), validate_choice=False)
    successor = SelectField(_l("Quién sigue"), [Optional()])
    name = StringField(
        _l("Nombre de la cuenta nueva"), [Optional(), Length(max=200)], render_kw={"autocomplete": "off"}
    )
    email = StringField(
        _l("Correo de la cuenta nueva"),
        [Optional(), Length(max=254)],
        render_kw={"type": "email", "autocomplete": "off", "inputmode": "email"},
    )
    on = DateField(_l("Desde el día"), [InputRequired(_l("Escriba una fecha."))])
    note = TextAreaField(
        _l("Motivo o documento"),
        [
            DataRequired(_l("Escriba el motivo o el oficio que lo ordena.")),
            Length(max=1000, message=_l("Escriba 1000 letras o menos.")),
        ],
        render_kw={"rows": 3},
    )
    close = BooleanField(_l("Cerrar la cuenta de quien se va"))


class AccountForm(FlaskForm):
    """Whose account, with which role, in which institutions."""

    email = StringField(
        _l("Correo electrónico"),
        [DataRequired(_l("Escriba su correo electrónico.")), Length(max=254)],
        render_kw={"type": "email", "autocomplete": "off", "inputmode": "email"},
    )
    name = StringField(
        _l("Nombre"),
        [
            DataRequired(_l("Escriba el nombre de la persona.")),
            Length(max=200, message=_l("Escriba un nombre de 200 letras o menos.")),
        ],
        render_kw={"autocomplete": "off"},
    )
    role = SelectField(_l("Rol"), [DataRequired(_l("Elija un rol."))])
    institutions = SelectMultipleField(
        _l("Instituciones"),
        [Optional()],
        description=_l("Un enlace y un titular necesitan al menos una. Ctrl + clic elige varias."),
        render_kw={"size": 8},
    )
    locale = SelectField(_l("Idioma"), choices=choices(LANGUAGES.items()))


class DiscardForm(FlaskForm):
    """Why a mail is not sent."""

    reason = TextAreaField(
        _l("Motivo"),
        [
            DataRequired(_l("Escriba por qué no debe enviarse.")),
            Length(max=1000, message=_l("Escriba 1000 letras o menos.")),
        ],
        render_kw={"rows": 3},
    )


class ReviewerForm(FlaskForm):
    """Who decides on the reports of which institution."""

    user = SelectField(_l("Persona de la mesa técnica"), [DataRequired(_l("Elija a una persona."))])
    institution = SelectField(_l("Institución"), [DataRequired(_l("Elija una institución."))])

    def add_error(self, error: DomainError) -> None:
        """Put a rule's sentence beside its field."""
        field = self.institution if error.field == "institution" else self.user
        field.errors = [*field.errors, sentence(error.code, error.params)]
