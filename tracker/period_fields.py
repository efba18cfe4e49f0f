"""Periods as people write them, as a field of a form: read by a service, its refusal beside the line."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Self

from flask import request
from flask_babel import lazy_gettext as _l
from wtforms import Field, FieldList, StringField, TextAreaField
from wtforms.validators import DataRequired, Length, StopValidation

from tracker.domain.errors import DomainError
from tracker.domain.schedule import Window
from tracker.rule_forms import RuleForm
from tracker.services.written_periods import read_periods
from tracker.wording import sentence
from tracker.words.periods import window_words

MOST_PERIODS = 24


class PeriodField(StringField):
    """One line that speaks of one window or of several; an empty one speaks of none."""

    windows: tuple[Window, ...] = ()

    def pre_validate(self, form: Any) -> None:
        """Read the line; what is in doubt is asked again beside it."""
        self.read()

    def read(self) -> None:
        """The windows that the line speaks of; StopValidation with the sentence that says what is wrong."""
        try:
            self.windows = read_periods(str(self.data or ""))
        except DomainError as error:
            raise StopValidation(sentence(error.code, error.params)) from error


class PeriodsField(TextAreaField):
    """Periods as people write them, one or several to a line; an empty field speaks of none."""

    windows: tuple[Window, ...] = ()

    def pre_validate(self, form: Any) -> None:
        """Read each line; what is in doubt is asked again, with the line that it stands in."""
        found: list[Window] = []
        for line in str(self.data or "").splitlines():
            try:
                found += read_periods(line)
            except DomainError as error:
                raise StopValidation(f"«{line.strip()}»: {sentence(error.code, error.params)}") from error
        self.windows = tuple(dict.fromkeys(found))


class DatesForm(RuleForm):
    """New dates, a line for each period, and why."""

    windows = FieldList(
        PeriodField(_l("Período"), [Length(max=300)]), min_entries=1, max_entries=MOST_PERIODS
    )
    reason = TextAreaField(
        _l("¿Por qué se necesitan otras fechas?"),
        [DataRequired(_l("Explique por qué hacen falta otras fechas.")), Length(max=5000)],
        render_kw={"rows": 4},
    )

    @classmethod
    def beginning_with(cls, current: Sequence[Window]) -> Self:
        """The form with the windows in force, each as pages write it, and a line for another."""
        form = cls(data={"windows": [*(window_words(one) for one in current), ""]})
        if form.asks_for_more and len(form.windows) < MOST_PERIODS:
            form.windows.append_entry("")
        return form

    @property
    def asks_for_more(self) -> bool:
        """True where its button asks for one more line, not for anything to be sent."""
        return request.form.get("action") == "add"

    def understand(self) -> None:
        """Read the lines, so that a page can say how each was understood, before anything is sent."""
        for entry in self.windows:
            try:
                entry.read()
            except StopValidation as problem:
                entry.errors = [str(problem)]

    def asked(self) -> list[Window]:
        """The windows asked for, in the order of their lines."""
        return [window for entry in self.windows for window in entry.windows]

    def field_of(self, name: str | None) -> Field | None:
        """The field that a rule speaks of; of the periods the first line."""
        return self.windows[0] if name == "windows" else super().field_of(name)
