"""The forms of the clock: recording, correcting and withdrawing what counts."""

from __future__ import annotations

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import SelectField, StringField, TextAreaField
from wtforms.validators import Length, Optional

from tracker.choices import choices
from tracker.domain.ogp_clock import Duty
from tracker.report_fields import DayField
from tracker.rule_forms import RuleForm
from tracker.services.ogp_clock import Happening
from tracker.words.ogp_clock import kind_word

SHORT = Length(max=1000, message=_l("Escriba 1000 letras o menos."))


class HappeningForm(RuleForm):
    """What was done, when, and what shows it."""

    kind = SelectField(_l("Qué se hizo"), [Optional()])
    held_on = DayField(_l("Qué día"), [Optional()])
    note = TextAreaField(_l("En pocas palabras"), [Optional(), SHORT], render_kw={"rows": 2})
    link = StringField(_l("Enlace que lo muestra"), [Optional(), SHORT], render_kw={"inputmode": "url"})

    def happening(self) -> Happening:
        """What was typed."""
        chosen = self.kind.data
        return Happening(
            Duty(chosen) if chosen else None, self.held_on.data, self.note.data or "", self.link.data or ""
        )


class CorrectionForm(HappeningForm):
    """The same, with why it was wrong."""

    reason = TextAreaField(_l("Por qué se corrige"), [Optional(), SHORT], render_kw={"rows": 2})


class WithdrawalForm(RuleForm):
    """Why it does not count."""

    reason = TextAreaField(_l("Por qué no cuenta"), [Optional(), SHORT], render_kw={"rows": 2})


def with_kinds(form: HappeningForm) -> HappeningForm:
    """The form with its kinds in words."""
    kinds = [(one.value, kind_word(one)) for one in Duty]
    form.kind.choices = choices([("", _("Elija uno")), *kinds])
    return form
