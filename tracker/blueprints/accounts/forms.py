"""Forms of signing in and of one's own account."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import HiddenField, PasswordField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, EqualTo, InputRequired, Length, Optional

from tracker.choices import choices
from tracker.i18n import LANGUAGES
from tracker.report_fields import CheckboxesField, DayField
from tracker.rule_forms import RuleForm


class SignInForm(FlaskForm):
    """Address and password."""

    email = StringField(
        _l("Correo electrónico"),
        [DataRequired(_l("Escriba su correo electrónico.")), Length(max=254)],
        render_kw={"type": "email", "autocomplete": "username", "inputmode": "email"},
    )
    password = PasswordField(
        _l("Contraseña"),
        [InputRequired(_l("Escriba su contraseña.")), Length(max=1000)],
        render_kw={"autocomplete": "current-password"},
    )
    next = HiddenField()


class ProfileForm(FlaskForm):
    """One's own name and language."""

    name = StringField(
        _l("Nombre"),
        [
            DataRequired(_l("Escriba su nombre.")),
            Length(max=200, message=_l("Escriba un nombre de 200 letras o menos.")),
        ],
        render_kw={"autocomplete": "name"},
    )
    locale = RadioField(_l("Idioma al entrar"), choices=choices(LANGUAGES.items()))


class EmailForm(FlaskForm):
    """Another address, knowing the password."""

    email = StringField(
        _l("Correo electrónico"),
        [DataRequired(_l("Escriba su correo electrónico.")), Length(max=254)],
        render_kw={"type": "email", "autocomplete": "email", "inputmode": "email"},
    )
    current = PasswordField(
        _l("Contraseña actual"),
        [InputRequired(_l("Escriba su contraseña actual.")), Length(max=1000)],
        render_kw={"autocomplete": "current-password"},
    )


class PasswordForm(FlaskForm):
    """A new password, knowing the old one."""

    current = PasswordField(
        _l("Contraseña actual"),
        [InputRequired(_l("Escriba su contraseña actual.")), Length(max=1000)],
        render_kw={"autocomplete": "current-password"},
    )
    password = PasswordField(
        _l("Contraseña nueva"),
        [InputRequired(_l("Escriba la contraseña nueva.")), Length(max=1000)],
        description=_l("Doce caracteres o más; una frase es más fácil de recordar."),
        render_kw={"autocomplete": "new-password"},
    )
    repeated = PasswordField(
        _l("Repita la contraseña nueva"),
        [EqualTo("password", _l("No es igual a la contraseña nueva."))],
        render_kw={"autocomplete": "new-password"},
    )


class DelegationForm(RuleForm):
    """To whom, from which day to which, and why."""

    delegate = SelectField(_l("A quién"), [Optional()], validate_choice=False)
    starts_on = DayField(_l("Desde el día"), [Optional()])
    ends_on = DayField(_l("Hasta el día"), [Optional()])
    reason = TextAreaField(
        _l("Motivo"),
        [Optional(), Length(max=1000, message=_l("Escriba 1000 letras o menos."))],
        render_kw={"rows": 2},
    )


class TokenForm(RuleForm):
    """What a token for another system is for, and until when."""

    name = StringField(_l("Para qué es"), [Optional()], render_kw={"maxlength": "80"})
    institution = SelectField(_l("Institución"), [Optional()], validate_choice=False)
    scopes = CheckboxesField(_l("Qué podrá hacer"), choices=(), validate_choice=False)
    expires_on = DayField(_l("Vence el"), [Optional()])


class InvitedForm(FlaskForm):
    """One's name and a first password; the link of the letter vouches for it, no session does."""

    class Meta:
        """The session's token is not for pages without a session."""

        csrf = False

    name = StringField(
        _l("Nombre"),
        [
            DataRequired(_l("Escriba su nombre.")),
            Length(max=200, message=_l("Escriba un nombre de 200 letras o menos.")),
        ],
        render_kw={"autocomplete": "name"},
    )
    password = PasswordField(
        _l("Contraseña"),
        [InputRequired(_l("Escriba una contraseña.")), Length(max=1000)],
        description=_l("Doce caracteres o más; una frase es más fácil de recordar."),
        render_kw={"autocomplete": "new-password"},
    )
    repeated = PasswordField(
        _l("Repita la contraseña"),
        [EqualTo("password", _l("No es igual a la contraseña."))],
        render_kw={"autocomplete": "new-password"},
    )
