"""The form of how a person wants to be told; whether its hours hold together is checked by the rule."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import RadioField, SelectField

from tracker.choices import choices
from tracker.domain.errors import DomainError
from tracker.domain.preferences import Digest, Preferences
from tracker.wording import sentence
from tracker.words.preferences import digest_choices, hour_choices, weekday_choices


def _hour_or_none(value: Any) -> int | None:
    return None if value in (None, "", "None") else int(value)


class PreferencesForm(FlaskForm):
    """When the letter comes, and the hours in which nothing urgent leaves."""

    digest = RadioField(_l("Cuándo recibir el resumen por correo"), coerce=Digest)
    hour = SelectField(_l("A qué hora"), coerce=int)
    weekday = SelectField(_l("Qué día, si es semanal"), coerce=int)
    quiet_from = SelectField(_l("Sin correos desde"), coerce=_hour_or_none)
    quiet_until = SelectField(_l("Sin correos hasta"), coerce=_hour_or_none)

    def chosen(self) -> Preferences:
        """What was chosen."""
        return Preferences(
            self.digest.data, self.hour.data, self.weekday.data, self.quiet_from.data, self.quiet_until.data
        )

    def refuse(self, error: DomainError) -> None:
        """Say what is wrong beside its field."""
        field = self._fields[error.field or "digest"]
        field.errors = [*field.errors, sentence(error.code, error.params)]


def preferences_form(chosen: Preferences, sent: Any = None) -> PreferencesForm:
    """The form with what a person chose, or with what was sent."""
    form = PreferencesForm(sent, obj=chosen)
    form.digest.choices = choices(digest_choices())
    form.hour.choices = choices(hour_choices())
    form.weekday.choices = choices(weekday_choices())
    form.quiet_from.choices = form.quiet_until.choices = choices(hour_choices(none=True))
    return form
