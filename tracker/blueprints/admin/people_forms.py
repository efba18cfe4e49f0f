"""Forms of people: a role, an institution from a day or until one, an invitation."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import DateField, SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, Optional

from tracker.blueprints.admin.institution_forms import ToldForm
from tracker.choices import choices
from tracker.i18n import LANGUAGES


class RoleForm(ToldForm):
    """Another role, and why."""

    role = SelectField(_l("Rol"), [DataRequired(_l("Elija un rol."))])
    reason = TextAreaField(
        _l("Motivo o documento"),
        [
            DataRequired(_l("Escriba por qué cambia el rol.")),
            Length(max=1000, message=_l("Escriba 1000 letras o menos.")),
        ],
        render_kw={"rows": 2},
    )


class PartForm(ToldForm):
    """One more institution, from a day on."""

    institution = SelectField(_l("Institución"), [DataRequired(_l("Elija una institución."))])
    starts_on = DateField(_l("Desde el día"), [InputRequired(_l("Escriba una fecha."))])


class PartEndForm(ToldForm):
    """Until which day somebody stands for an institution."""

    institution = SelectField(_l("Institución"), [DataRequired(_l("Elija una institución."))])
    ends_on = DateField(_l("Hasta el día"), [InputRequired(_l("Escriba una fecha."))])


class InvitationForm(ToldForm):
    """Whom to offer an account, with which role, in which institutions."""

    email = StringField(
        _l("Correo electrónico"),
        [DataRequired(_l("Escriba el correo electrónico.")), Length(max=254)],
        render_kw={"type": "email", "autocomplete": "off", "inputmode": "email"},
    )
    name = StringField(
        _l("Nombre"),
        [Optional(), Length(max=200, message=_l("Escriba un nombre de 200 letras o menos."))],
        description=_l("La persona puede corregirlo al aceptar."),
        render_kw={"autocomplete": "off"},
    )
    role = SelectField(_l("Rol"), [DataRequired(_l("Elija un rol."))])
    institution = SelectMultipleField(
        _l("Instituciones"),
        [Optional()],
        description=_l("Un enlace y un titular necesitan al menos una. Ctrl + clic elige varias."),
        render_kw={"size": 8},
    )
    locale = SelectField(_l("Idioma de la carta"), choices=choices(LANGUAGES.items()))
