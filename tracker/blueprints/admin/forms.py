"""Forms of the administration: running a job, opening an account."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import DateField, SelectField, SelectMultipleField, StringField
from wtforms.validators import DataRequired, InputRequired, Length, Optional

from tracker.choices import choices
from tracker.i18n import LANGUAGES


class RunForm(FlaskForm):
    """Which job, for which day."""

    job = SelectField(_l("Trabajo"), [DataRequired(_l("Elija un trabajo."))])
    on = DateField(_l("Para la fecha"), [InputRequired(_l("Escriba una fecha."))])


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
