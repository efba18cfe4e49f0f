"""The form of a plan's settings: thresholds, days, and a weight for each item of its tree."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal, InvalidOperation

from flask import request
from flask_babel import lazy_gettext as _l
from wtforms import DateField, IntegerField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional

from tracker.blueprints.admin.institution_forms import ToldForm
from tracker.domain.errors import DomainError
from tracker.domain.plan_settings import MOST_DAYS, PlanSettings, check_settings, check_weight
from tracker.queries.plan_settings import WeighedItem
from tracker.wording import sentence

_DAYS = NumberRange(0, MOST_DAYS, _l("Escriba un número de días entre 0 y 365."))


class SettingsForm(ToldForm):
    """What holds for the plan as a whole, why, and from when."""

    substantial_from = StringField(
        _l("Sustancial desde (porcentaje)"),
        [InputRequired(_l("Escriba el umbral."))],
        render_kw={"inputmode": "decimal", "autocomplete": "off"},
    )
    due_soon_days = IntegerField(
        _l("Días antes en que algo «vence pronto»"), [InputRequired(_l("Escriba los días.")), _DAYS]
    )
    grace_days = IntegerField(_l("Días de gracia antes de avisar al titular"), [Optional(), _DAYS])
    on = DateField(_l("Rige desde"), [Optional()])
    reason = TextAreaField(
        _l("Motivo"),
        [
            DataRequired(_l("Escriba por qué cambian los ajustes.")),
            Length(max=1000, message=_l("Escriba 1000 letras o menos.")),
        ],
        render_kw={"rows": 3},
    )

    def settings(self) -> PlanSettings | None:
        """The settings as they were typed; what is wrong with them stands beside its field."""
        number = decimal_of(self.substantial_from.data or "")
        if number is None:
            self.substantial_from.errors = [
                *self.substantial_from.errors,
                sentence("weight-not-a-number", {}),
            ]
            return None
        found = PlanSettings(number, self.due_soon_days.data or 0, self.grace_days.data)
        try:
            check_settings(found)
        except DomainError as error:
            self.add_error(error)
            return None
        return found


def decimal_of(text: str) -> Decimal | None:
    """A number as people write it, with a point or a comma; None for what is none."""
    bare = text.strip().replace(",", ".")
    try:
        number = Decimal(bare)
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


class Weights:
    """The weights as they stand or were typed, each with what is wrong with it."""

    def __init__(self, items: Iterable[WeighedItem], *, sent: bool) -> None:
        """Read what was sent, item by item; one that was not sent stays as it is."""
        self.typed: dict[str, str] = {}
        self.errors: dict[str, str] = {}
        self.values: dict[str, Decimal] = {}
        for one in items:
            shown = f"{one.weight.normalize():f}"
            self.typed[one.uid] = text = request.form.get(f"weight-{one.uid}", shown) if sent else shown
            number = decimal_of(text)
            if number is None:
                self.errors[one.uid] = sentence("weight-not-a-number", {})
                continue
            try:
                check_weight(number, one.uid)
            except DomainError as error:
                self.errors[one.uid] = sentence(error.code, error.params)
                continue
            if number != one.weight:
                self.values[one.uid] = number
