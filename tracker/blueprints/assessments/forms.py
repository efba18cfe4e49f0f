"""The form of a statement about a commitment, or about the whole plan."""

from __future__ import annotations

from datetime import date

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import IntegerField, SelectField, StringField, TextAreaField
from wtforms.validators import Optional
from wtforms.widgets import HiddenInput

from tracker.choices import choices
from tracker.domain.assessment import Assessor, CompletionLevel
from tracker.domain.errors import DomainError, SeveralErrors
from tracker.i18n import language
from tracker.queries.assessments import AssessmentPlace
from tracker.renderers.words import Words
from tracker.report_fields import DayField
from tracker.wording import sentence


class StatementForm(FlaskForm):
    """Level, achievements, obstacles, with their date and where they come from."""

    based_on = IntegerField(widget=HiddenInput(), default=0)
    level = SelectField(_l("Nivel de cumplimiento"), [Optional()])
    achievements = TextAreaField(_l("Logros"), [Optional()], render_kw={"rows": 8})
    obstacles = TextAreaField(_l("Obstáculos"), [Optional()], render_kw={"rows": 4})
    source = StringField(_l("De dónde se tomó"), [Optional()])
    on = DayField(_l("Fecha de la valoración"), [Optional()])

    def blame(self, error: DomainError) -> None:
        """Each rule's sentence beside its field, or above the form."""
        for one in error.errors if isinstance(error, SeveralErrors) else (error,):
            words = sentence(one.code, one.params)
            if one.field in self:
                self[one.field].errors = [*self[one.field].errors, words]
            else:
                self.form_errors.append(words)


def statement_form(found: AssessmentPlace, today: date) -> StatementForm:
    """The form with what was said last; only the fields that this assessor has."""
    said = found.place.statement
    form = StatementForm(
        data={
            "based_on": found.sequence,
            "level": said.level.value if said and said.level else "",
            "achievements": said.achievements if said else "",
            "obstacles": said.obstacles if said else "",
            "source": said.source if said else "",
            "on": today,
        }
    )
    words = Words(language())
    levels = [(one.value, words(f"level.{one.value}")) for one in CompletionLevel]
    form.level.choices = choices([("", _("Sin valorar")), *levels])
    for name in _LEFT_OUT[found.place.assessor]:
        del form[name]
    return form


_LEFT_OUT: dict[Assessor, tuple[str, ...]] = {
    Assessor.INSTITUTION: ("source",),
    Assessor.TECHNICAL_TABLE: (),
    Assessor.IRM: ("obstacles",),
    Assessor.CONTACT_POINT: ("level", "source", "obstacles"),
}
