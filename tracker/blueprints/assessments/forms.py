"""The form of a statement about a commitment, or about the whole plan."""

from __future__ import annotations

from datetime import date

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import Field, IntegerField, SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.validators import Optional
from wtforms.widgets import CheckboxInput, HiddenInput, ListWidget

from tracker.choices import choices
from tracker.domain.assessment import Assessor, CompletionLevel
from tracker.domain.irm import CODES, SEVERAL, IrmCode, IrmField
from tracker.domain.self_assessment import Statement
from tracker.i18n import language
from tracker.queries.assessments import AssessmentPlace
from tracker.renderers.words import Words
from tracker.report_fields import DayField
from tracker.rule_forms import RuleForm
from tracker.words.assessments import code_word, irm_field_word


def _name(field: IrmField) -> str:
    """A name that no other field of the form has."""
    return f"irm_{field.value}"


class StatementForm(RuleForm):
    """Level, achievements, obstacles, with their date and where they come from."""

    based_on = IntegerField(widget=HiddenInput(), default=0)
    level = SelectField(_l("Nivel de cumplimiento"), [Optional()])
    achievements = TextAreaField(_l("Logros"), [Optional()], render_kw={"rows": 8})
    obstacles = TextAreaField(_l("Obstáculos"), [Optional()], render_kw={"rows": 4})
    source = StringField(_l("De dónde se tomó"), [Optional()])
    link = StringField(_l("Enlace al informe"), [Optional()])
    on = DayField(_l("Fecha de la valoración"), [Optional()])

    @property
    def code_fields(self) -> list[Field]:
        """The lists of the IRM, in its order."""
        return [self[_name(one)] for one in IrmField if _name(one) in self]

    @property
    def codes(self) -> tuple[IrmCode, ...]:
        """What was chosen of them."""
        found = []
        for one in IrmField:
            data = self[_name(one)].data if _name(one) in self else None
            values = data if isinstance(data, list) else [data]
            found += [IrmCode(one, value) for value in values if value]
        return tuple(found)

    def field_of(self, name: str | None) -> Field | None:
        """The field that a rule speaks of; what the IRM codes stands under names of its own."""
        return super().field_of(name) or super().field_of(f"irm_{name}")


def statement_form(found: AssessmentPlace, today: date) -> StatementForm:
    """The form with what was said last; only the fields that this assessor has."""
    said = found.place.statement
    kind = _irm_form(said) if found.place.assessor is Assessor.IRM else StatementForm
    form = kind(
        data={
            "based_on": found.sequence,
            "level": said.level.value if said and said.level else "",
            "achievements": said.achievements if said else "",
            "obstacles": said.obstacles if said else "",
            "source": said.source if said else "",
            "link": said.link if said else "",
            "on": said.on if said and found.place.assessor is Assessor.IRM else today,
        }
    )
    words = Words(language())
    levels = [(one.value, words(f"level.{one.value}")) for one in CompletionLevel]
    form.level.choices = choices([("", _("Sin valorar")), *levels])
    for name in _LEFT_OUT[found.place.assessor]:
        del form[name]
    return form


_LEFT_OUT: dict[Assessor, tuple[str, ...]] = {
    Assessor.INSTITUTION: ("source", "link"),
    Assessor.TECHNICAL_TABLE: ("link",),
    Assessor.IRM: ("obstacles",),
    Assessor.CONTACT_POINT: ("level", "source", "obstacles", "link"),
}


def _irm_form(said: Statement | None) -> type[StatementForm]:
    """The form with the IRM's lists, holding what it said last."""
    fields: dict[str, Field] = {}
    for one in IrmField:
        values = [(value, code_word(one, value)) for value in CODES[one]]
        chosen = [code.value for code in said.codes if code.field is one] if said else []
        label = irm_field_word(one)
        if one in SEVERAL:
            fields[_name(one)] = SelectMultipleField(
                label, [Optional()], choices=choices(values), default=chosen,
                option_widget=CheckboxInput(), widget=ListWidget(prefix_label=False),
            )  # fmt: skip
        else:
            options = [("", _("Sin codificar")), *values]
            default = chosen[0] if chosen else ""
            fields[_name(one)] = SelectField(label, [Optional()], choices=choices(options), default=default)
    return type("IrmStatementForm", (StatementForm,), fields)
