"""The form of an outcome indicator: baseline, goal, what was measured each year, and its source."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import IntegerField, StringField, TextAreaField
from wtforms.validators import InputRequired, NumberRange, Optional, ValidationError
from wtforms.widgets import HiddenInput

from tracker.blueprints.targets.forms import SHORT, AlignmentForm, AmountField, alignment_data
from tracker.domain.canonical import derived_uid
from tracker.domain.facts import InstitutionRef
from tracker.domain.indicators import Measurement, OutcomeIndicator
from tracker.domain.targets import TargetSource
from tracker.domain.text import normalise
from tracker.importers.target_amounts import to_number
from tracker.queries.targets import Indicator, TargetOwner
from tracker.report_fields import DayField
from tracker.wording import sentence

_LINE = re.compile(r"(\d{4}) *[;:] *(.+)")


def read_measurements(text: str) -> tuple[Measurement, ...]:
    """ "2024; 31.5" a line each; ValidationError names the line that is not so."""
    found = []
    for number, line in enumerate((text or "").splitlines(), start=1):
        if not line.strip():
            continue
        match = _LINE.fullmatch(line.strip())
        value = to_number(match.group(2)) if match else None
        if match is None or value is None:
            raise ValidationError(sentence("indicator-measured-not-read", {"line": number}))
        found.append(Measurement(int(match.group(1)), value))
    return tuple(sorted(found, key=lambda one: one.year))


def _check_measured(_form: object, field: Any) -> None:
    read_measurements(field.data or "")


def _year(label: Any) -> IntegerField:
    words = _l("Escriba un año, como 2026.")
    return IntegerField(label, [InputRequired(message=words), NumberRange(1990, 2100, message=words)])


def _value(label: Any) -> AmountField:
    return AmountField(label, [InputRequired(message=_l("Escriba un número."))])


class IndicatorForm(AlignmentForm):
    """An outcome indicator."""

    based_on = IntegerField(widget=HiddenInput(), default=0)
    name = StringField(_l("Indicador"))
    unit = StringField(_l("En qué se mide"), [SHORT])
    baseline_year = _year(_l("Año de la línea base"))
    baseline_value = _value(_l("Línea base"))
    goal_year = _year(_l("Año de la meta"))
    goal_value = _value(_l("Meta"))
    measured = TextAreaField(_l("Lo medido cada año"), [Optional(), _check_measured], render_kw={"rows": 4})
    report = StringField(_l("De dónde se tomó"), [SHORT])
    report_on = DayField(_l("Fecha de la fuente"), [Optional()])
    reason = StringField(_l("Por qué se corrige"), [Optional(), SHORT])

    def indicator(
        self, owner: TargetOwner, before: OutcomeIndicator | None, *, is_withdrawn: bool
    ) -> OutcomeIndicator:
        """The indicator as it was typed; a new one is known by its name, so that it is sent once."""
        return OutcomeIndicator(
            uid=before.uid if before else derived_uid(owner.uid, normalise(self.name.data or "")),
            institution=InstitutionRef(owner.uid, owner.name),
            name=(self.name.data or "").strip(),
            unit=(self.unit.data or "").strip(),
            baseline=Measurement(self.baseline_year.data or 0, self.baseline_value.data or Decimal(0)),
            goal=Measurement(self.goal_year.data or 0, self.goal_value.data or Decimal(0)),
            source=TargetSource((self.report.data or "").strip(), self.report_on.data),
            measured=read_measurements(self.measured.data or ""),
            alignment=self.alignment,
            reason=(self.reason.data or "").strip() if "reason" in self else "",
            is_withdrawn=is_withdrawn and before is not None,
        )


def indicator_form(found: Indicator | None) -> IndicatorForm:
    """The form of an indicator as it stands, or of a new one."""
    form = IndicatorForm(data=_data(found) if found else {"goals": []})
    if found is None:
        del form.reason
    return form


def _data(found: Indicator) -> dict[str, Any]:
    sequence, said = found
    return {
        "based_on": sequence,
        "name": said.name,
        "unit": said.unit,
        "baseline_year": said.baseline.year,
        "baseline_value": said.baseline.value,
        "goal_year": said.goal.year,
        "goal_value": said.goal.value,
        "measured": "\n".join(f"{one.year}; {one.value:f}" for one in said.measured),
        "report": said.source.report,
        "report_on": said.source.on,
        **alignment_data(said.alignment),
    }
