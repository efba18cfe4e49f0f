"""Forms of institutions: what one is, how it is called, what it becomes."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    DateField,
    Field,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import DataRequired, InputRequired, Length, Optional

from tracker.choices import choices
from tracker.domain.institutions import LONGEST_ACRONYM, LONGEST_NAME
from tracker.domain.plans import Sector
from tracker.rule_forms import RuleForm
from tracker.words.institutions import sector_word

_LONG = Length(max=1000, message=_l("Escriba 1000 letras o menos."))


class ToldForm(RuleForm):
    """A form that tells a rule's sentence beside its field, or above all of them."""

    def field_of(self, name: str | None) -> Field | None:
        """The field that a rule speaks of; days since when something holds stand in `on`."""
        return super().field_of("on" if name == "effective_on" else name)


class NamesForm(ToldForm):
    """How an institution is called."""

    acronym = StringField(
        _l("Siglas"),
        [Optional(), Length(max=LONGEST_ACRONYM, message=_l("Escriba 32 letras o menos."))],
        render_kw={"autocomplete": "off"},
    )
    name = StringField(
        _l("Nombre completo"),
        [
            DataRequired(_l("Escriba el nombre de la institución.")),
            Length(max=LONGEST_NAME, message=_l("Escriba 300 letras o menos.")),
        ],
        render_kw={"autocomplete": "off"},
    )


class DescriptionForm(ToldForm):
    """What an institution is besides its names."""

    sector = SelectField(_l("Sector"), [DataRequired(_l("Elija un sector."))])
    parent = SelectField(_l("Es una unidad de"), [Optional()])
    is_group = BooleanField(_l("Es un grupo sin integrantes nombrados, como «gobiernos locales priorizados»"))

    def offer(self, parents: list[tuple[str, str]], none: str) -> None:
        """Give the sectors and what it may stand under."""
        self.sector.choices = choices([(one.value, sector_word(one)) for one in Sector])
        self.parent.choices = choices([("", none), *parents])


class NewInstitutionForm(NamesForm, DescriptionForm):
    """An institution to be written down."""


class RenameForm(NamesForm):
    """Other names, from a day on or as they should have been from the beginning."""

    what = RadioField(_l("Qué pasó"), [InputRequired(_l("Elija qué pasó."))])
    on = DateField(_l("Rige desde"), [Optional()])
    reason = TextAreaField(
        _l("Motivo o documento"),
        [DataRequired(_l("Escriba el motivo o el acuerdo que lo ordena.")), _LONG],
        render_kw={"rows": 3},
    )


class EndingForm(ToldForm):
    """Why, from when and by which act an institution is no more."""

    on = DateField(_l("Desde el día"), [InputRequired(_l("Escriba una fecha."))])
    reason = TextAreaField(
        _l("Motivo"), [DataRequired(_l("Escriba el motivo.")), _LONG], render_kw={"rows": 3}
    )
    legal_reference = StringField(
        _l("Ley o acuerdo"), [Optional(), Length(max=300, message=_l("Escriba 300 letras o menos."))]
    )


class MergerForm(EndingForm):
    """Which institutions become which one."""

    ending = SelectMultipleField(
        _l("Dejan de existir"),
        choices=(),
        validate_choice=False,
        description=_l("Ctrl + clic elige varias."),
        render_kw={"size": 8},
    )
    successor = SelectField(_l("La que sigue"), [Optional()])
