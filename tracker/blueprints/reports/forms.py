"""Forms of compiled reports: what to ask for, who approves."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import DateField, IntegerField, SelectField, StringField
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional

from tracker.paths import LARGEST
from tracker.rule_forms import RefusableForm


class RequestForm(RefusableForm):
    """Which report, at which date."""

    kind = SelectField(_l("Informe"), [DataRequired(_l("Elija un informe."))])
    plan = SelectField(_l("Plan"), [DataRequired(_l("Elija un plan."))], coerce=int)
    institution = SelectField(
        _l("Institución"),
        [Optional()],
        description=_l("Para el informe institucional; en la rendición de cuentas, si es de una sola."),
    )
    commitment = IntegerField(
        _l("Compromiso"),
        [Optional(), NumberRange(min=1, max=LARGEST, message=_l("Escriba el número del compromiso."))],
        description=_l("Su número, solo para la ficha de compromiso."),
    )
    cutoff = DateField(
        _l("Fecha de corte"),
        [InputRequired(_l("Escriba una fecha."))],
        description=_l("Cuenta lo ocurrido hasta ese día y registrado hasta ahora."),
    )


class ApprovalForm(RefusableForm):
    """Who approves, by name."""

    signed_name = StringField(
        _l("Nombre y cargo de quien aprueba"),
        [
            DataRequired(_l("Escriba el nombre de quien lo aprueba.")),
            Length(max=200, message=_l("Escriba un nombre de 200 letras o menos.")),
        ],
        description=_l("Queda escrito en la ficha del informe."),
        render_kw={"autocomplete": "name"},
    )
