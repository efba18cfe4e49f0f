"""The fields of a report as every reporting form has them: shape only; a service checks what they mean."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    DateField,
    DecimalField,
    Form,
    SelectField,
    SelectMultipleField,
    TextAreaField,
)
from wtforms.validators import Length, NumberRange, Optional, ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from tracker.choices import choices
from tracker.domain.evidence import Access
from tracker.domain.obstacles import ObstacleKind
from tracker.domain.quantities import completion_is_said
from tracker.queries.progress_reports import ReportVersion
from tracker.services.report_history import ReportContent
from tracker.wording import sentence

_GROUPED = re.compile(r"\d{1,3}(,\d{3})+(\.\d+)?")
LONG = Length(max=20_000, message=_l("El texto es demasiado largo."))
ACCESS = choices(
    [
        (Access.PUBLIC.value, _l("Pública")),
        (Access.CONFIDENTIAL.value, _l("Confidencial: contiene datos personales")),
        (Access.RESERVED.value, _l("Reservada: hay una resolución que la reserva")),
    ]
)
OBSTACLES = choices(
    [
        ("", _l("Elija uno")),
        (ObstacleKind.FUNDS.value, _l("Fondos")),
        (ObstacleKind.LEGAL.value, _l("Legal")),
        (ObstacleKind.STAFF.value, _l("Personal")),
        (ObstacleKind.THIRD_PARTY.value, _l("Un tercero")),
        (ObstacleKind.OTHER.value, _l("Otro")),
    ]
)


class PlainDecimalField(DecimalField):
    """A number shown as short as it is: 80, not 80.00."""

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return "" if self.data is None else format(self.data.normalize(), "f")


class PercentField(PlainDecimalField):
    """A percent with a comma or a point, with or without its sign."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        """As people write it: 62,5 % is 62.5."""
        if valuelist and str(valuelist[0]).strip():
            valuelist = [str(valuelist[0]).replace("%", "").strip().replace(",", ".")]
        super().process_formdata(valuelist)  # type: ignore[no-untyped-call]  # WTForms has no types here


class QuantityField(PlainDecimalField):
    """A quantity with its thousands separated or not: 1,250 is 1250 and 2,5 is 2.5."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        """As people write it in Guatemala."""
        if valuelist and (text := str(valuelist[0]).strip()):
            plain = text.replace(",", "") if _GROUPED.fullmatch(text) else text.replace(",", ".")
            valuelist = [plain]
        super().process_formdata(valuelist)  # type: ignore[no-untyped-call]  # WTForms has no types here


class Decimals:
    """At most so many decimals."""

    def __init__(self, most: int, message: object) -> None:
        self.most, self.message = most, message

    def __call__(self, _form: object, field: Any) -> None:
        """Refuse what cannot be kept exactly."""
        if field.data is None:
            return
        exponent = field.data.as_tuple().exponent
        if not isinstance(exponent, int) or -exponent > self.most:
            raise ValidationError(str(self.message))


class DayField(DateField):
    """A date with its own error sentence."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Empty is no date; what is no date is said in words."""
        try:
            super().process_formdata([str(one).strip() for one in valuelist])  # type: ignore[no-untyped-call]  # WTForms has no types here
        except ValueError as error:
            raise ValueError(_l("Escriba una fecha que exista, como 2026-08-31.")) from error


class CheckboxesField(SelectMultipleField):
    """Several choices as check boxes."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


def _obstacle(text: str | None) -> ObstacleKind | None:
    return ObstacleKind(text) if text in list(ObstacleKind) else None


class SaidForm(Form):
    """What a person says of one line: an activity, or one of its deliveries."""

    no_progress = BooleanField(_l("No hubo avance en este período"))
    delivered = QuantityField(
        _l("Cantidad entregada hasta hoy"),
        [
            Optional(),
            NumberRange(0, 10**12, _l("Escriba una cantidad desde 0.")),
            Decimals(4, _l("La cantidad admite como máximo cuatro decimales.")),
        ],
        places=None,
        render_kw={"inputmode": "decimal", "autocomplete": "off"},
    )
    percent = PercentField(
        _l("Avance acumulado"),
        [
            Optional(),
            NumberRange(0, 100, _l("El avance va de 0 a 100.")),
            Decimals(2, _l("El avance admite como máximo dos decimales.")),
        ],
        places=None,
        render_kw={"inputmode": "decimal", "autocomplete": "off"},
    )
    departure_reason = TextAreaField(
        _l("¿Por qué el avance no es el de la cantidad entregada?"), [Optional(), LONG], render_kw={"rows": 2}
    )
    completed_on = DayField(_l("¿Cuándo se cumplió?"), [Optional()])
    completed_unknown = BooleanField(_l("No conozco la fecha de cumplimiento"))
    narrative = TextAreaField(_l("Qué se hizo"), [Optional(), LONG], render_kw={"rows": 7})
    reported_on = DayField(_l("Fecha del informe"), [Optional()])
    obstacle_kind = SelectField(_l("¿Qué clase de obstáculo?"), choices=OBSTACLES, default="")
    obstacle = TextAreaField(_l("¿Qué lo impidió?"), [Optional(), LONG], render_kw={"rows": 3})
    needed = TextAreaField(_l("¿Qué se necesita para avanzar?"), [Optional(), LONG], render_kw={"rows": 2})
    new_expected_on = DayField(_l("Nueva fecha esperada"), [Optional()])

    def content(
        self, kept: ReportVersion | None, today: date, occurrence: str | None = None
    ) -> ReportContent:
        """What can be kept of what was typed; a field that cannot be read keeps what was there before."""

        def value(name: str, default: Any = None) -> Any:
            field = self[name]
            return getattr(kept, name, default) if field.errors else field.data

        percent: Decimal | None = value("percent")
        return ReportContent(
            percent=percent,
            narrative=(value("narrative") or "").strip(),
            reported_on=value("reported_on") or today,
            completed_on=value("completed_on") if percent == 100 else None,
            occurrence=occurrence or None,
            delivered=value("delivered"),
            departure_reason=(value("departure_reason") or "").strip(),
            no_progress=bool(value("no_progress")),
            obstacle=(value("obstacle") or "").strip(),
            needed=(value("needed") or "").strip(),
            new_expected_on=value("new_expected_on"),
            obstacle_kind=_obstacle(value("obstacle_kind")),
        )

    def ask_completion(self) -> bool:
        """At 100 % the date is asked for: it may be unknown, but somebody must say so."""
        if completion_is_said(
            self.percent.data, self.completed_on.data, is_unknown=bool(self.completed_unknown.data)
        ):
            return True
        self.completed_on.errors = [
            *self.completed_on.errors,
            _l("Indique cuándo se cumplió, o marque que no conoce la fecha."),
        ]
        return False

    def show_return(self, name: str, comment: str) -> None:
        """Put the words with which a report came back beside the field they are about."""
        if comment and name in self:
            self[name].came_back = comment  # type: ignore[attr-defined]  # the macro shows it beside the field

    def add_error(self, name: str | None, code: str, params: dict[str, object]) -> None:
        """Put a rule's sentence beside the field it belongs to, or above the form."""
        words = sentence(code, params)
        if name is None or name not in self:
            self.form_errors.append(words)
        else:
            self[name].errors = [*self[name].errors, words]


SAID = (
    "percent",
    "narrative",
    "completed_on",
    "delivered",
    "departure_reason",
    "no_progress",
    "obstacle_kind",
    "obstacle",
    "needed",
    "new_expected_on",
)


def said_values(kept: ReportVersion | None, today: date) -> dict[str, Any]:
    """What the fields show of what was kept; a further version starts with today as its date."""
    if kept is None:
        return {"reported_on": today}
    values: dict[str, Any] = {name: getattr(kept, name) for name in SAID}
    values["obstacle_kind"] = kept.obstacle_kind.value if kept.obstacle_kind else ""
    values["completed_unknown"] = kept.percent == 100 and kept.completed_on is None
    values["reported_on"] = kept.reported_on if kept.status.value == "draft" else today
    return values
