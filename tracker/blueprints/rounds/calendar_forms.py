"""The form of a plan's reporting calendar; whether its days hold together is checked by the rule."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import IntegerField, SelectField
from wtforms.validators import InputRequired

from tracker.choices import choices
from tracker.domain.errors import DomainError
from tracker.domain.rounds import Calendar, check_calendar
from tracker.wording import sentence
from tracker.words.rounds import rhythm_choices


class DaysField(IntegerField):
    """A whole number of days, below zero too; typed on a phone's full keyboard, which has the sign."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        """As WTForms does, with a sentence of ours where it is no number."""
        try:
            super().process_formdata(valuelist)
        except ValueError:
            raise ValueError(_l("Escriba un número entero de días.")) from None


class CalendarForm(FlaskForm):
    """How often the plan asks, on which days its rounds open and are due, how long a review may take."""

    every_months = SelectField(_l("Cada cuánto se informa"), coerce=int)
    opens_after_days = DaysField(
        _l("Se abre tantos días después de empezar el período"), [InputRequired(_l("Escriba los días."))]
    )
    due_after_days = DaysField(
        _l("Vence tantos días después de terminar el período"), [InputRequired(_l("Escriba los días."))]
    )
    review_days = DaysField(
        _l("Días para decidir sobre cada informe"), [InputRequired(_l("Escriba los días."))]
    )

    def calendar(self) -> Calendar:
        """The calendar as it was typed."""
        return Calendar(
            every_months=self.every_months.data,
            opens_after_days=self.opens_after_days.data or 0,
            due_after_days=self.due_after_days.data or 0,
            review_days=self.review_days.data or 0,
        )

    def holds_together(self) -> bool:
        """True where the days are numbers and hold together; what is wrong stands beside its field."""
        if not self.validate():
            return False
        try:
            check_calendar(self.calendar())
        except DomainError as error:
            field = self._fields[error.field or "every_months"]
            field.errors = [*field.errors, sentence(error.code, error.params)]
            return False
        return True


def calendar_form(calendar: Calendar, sent: Any = None) -> CalendarForm:
    """The form with a plan's calendar in it, or with what was sent."""
    form = CalendarForm(sent, obj=calendar)
    form.every_months.choices = choices(rhythm_choices())
    return form
