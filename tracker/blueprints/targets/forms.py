"""The forms of targets: shape only; the service checks what they mean."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import IntegerField, SelectField, StringField
from wtforms.validators import Length, NumberRange, Optional
from wtforms.widgets import HiddenInput

from tracker.choices import choices
from tracker.domain.sdg import GOALS
from tracker.domain.targets import PERIODS, Alignment, TargetSource, TargetTable
from tracker.i18n import language
from tracker.renderers.words import Words
from tracker.report_fields import CheckboxesField, DayField, QuantityField
from tracker.rule_forms import RuleForm
from tracker.words.targets import period_word

ALIGNMENT_TEXTS = ("priority", "strategic_goal", "policy", "result")
SHORT = Length(max=300, message=_l("El texto es demasiado largo."))


class AmountField(QuantityField):
    """An amount as official tables print it: thousands separated, a sign apart, "Q" before it."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read "- 804,807.00" and "Q 1,500" too."""
        if valuelist and (text := str(valuelist[0]).strip()):
            plain = text.upper().removeprefix("Q").replace(" ", "").replace("−", "-")
            sign, bare = ("-", plain[1:]) if plain.startswith("-") else ("", plain)
            super().process_formdata([bare])
            if sign and self.data is not None:
                self.data = -self.data
            return
        super().process_formdata(valuelist)


def placing_of(said: Mapping[str, str]) -> dict[int, int]:
    """From fields "parent-3" to row and product; what is no number names none."""
    return {
        int(name.removeprefix("parent-")): int(value) if value.isdecimal() else 0
        for name, value in said.items()
        if name.startswith("parent-") and name.removeprefix("parent-").isdecimal()
    }


def scaled(value: Decimal | None, scale: int) -> int | None:
    """A number as it was typed in whole parts of its scale."""
    return None if value is None else int((value * scale).to_integral_value())


class AlignmentForm(RuleForm):
    """What a target or an indicator serves."""

    priority = StringField(_l("Prioridad nacional de desarrollo"), [Optional(), SHORT])
    strategic_goal = StringField(_l("Meta estratégica de desarrollo"), [Optional(), SHORT])
    policy = StringField(_l("Meta de la política general de gobierno"), [Optional(), SHORT])
    result = StringField(_l("Resultado esperado"), [Optional(), SHORT])
    goals = CheckboxesField(_l("Objetivos de Desarrollo Sostenible"), coerce=int)

    def __init__(self, *args: Any, **given: Any) -> None:
        super().__init__(*args, **given)
        words = Words(language())
        self.goals.choices = [(one, f"{one}. {words(f'sdg.{one}')}") for one in GOALS]

    @property
    def alignment(self) -> Alignment:
        """What it serves, as it was typed."""
        priority, strategic_goal, policy, result = (
            (self[name].data or "").strip() for name in ALIGNMENT_TEXTS
        )
        return Alignment(priority, strategic_goal, policy, result, tuple(sorted(self.goals.data or ())))


def alignment_data(said: Alignment) -> dict[str, Any]:
    """The same, for the form to show."""
    return {"goals": list(said.goals), **{name: getattr(said, name) for name in ALIGNMENT_TEXTS}}


class PeriodForm(RuleForm):
    """The report from which the next four months are taken."""

    based_on = IntegerField(widget=HiddenInput(), default=0)
    report = StringField(_l("Número del reporte oficial"), [SHORT])
    report_on = DayField(_l("Fecha del reporte"), [Optional()])


class TableForm(RuleForm):
    """A table begun by hand: which programme, up to when, from which report."""

    programme = StringField(_l("Código del programa"), [Optional(), Length(max=10)])
    programme_name = StringField(_l("Nombre del programa"), [Optional(), SHORT])
    title = StringField(_l("Título de la tabla"), [SHORT])
    period = SelectField(_l("Hasta qué cuatrimestre"), coerce=int)
    report = StringField(_l("Número del reporte oficial"), [SHORT])
    report_on = DayField(_l("Fecha del reporte"), [Optional()])

    def __init__(self, *args: Any, **given: Any) -> None:
        super().__init__(*args, **given)
        self.period.choices = period_choices()

    def table(self, year: int) -> TargetTable:
        """The table as it was typed, still without rows."""
        return TargetTable(
            year=year,
            period=self.period.data,
            programme=(self.programme.data or "").strip(),
            programme_name=(self.programme_name.data or "").strip(),
            title=(self.title.data or "").strip(),
            source=TargetSource((self.report.data or "").strip(), self.report_on.data),
            rows=(),
        )


class UploadForm(RuleForm):
    """What is said of a file: what it says itself must agree."""

    year = IntegerField(
        _l("Ejercicio fiscal"), [NumberRange(2000, 2100, message=_l("Escriba un año, como 2026."))]
    )
    plan = SelectField(_l("Plan de acción"), [Optional()])
    programme = StringField(_l("Código del programa"), [Optional(), Length(max=10)])
    period = SelectField(_l("Hasta qué cuatrimestre"), [Optional()])
    report = StringField(_l("Número del reporte oficial"), [Optional(), SHORT])
    report_on = DayField(_l("Fecha del reporte"), [Optional()])

    def with_choices(self, plans: list[tuple[int, str]]) -> UploadForm:
        """The form with the plans there are."""
        named = [(str(number), title) for number, title in plans]
        self.plan.choices = choices([("", _("De ninguno en particular")), *named])
        periods = [(str(number), words) for number, words in period_choices()]
        self.period.choices = choices([("", _("El que diga el archivo")), *periods])
        return self


def period_choices() -> list[tuple[int, str]]:
    """The four-month periods in words."""
    return [(one, period_word(one)) for one in PERIODS]
