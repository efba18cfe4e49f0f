"""The forms of a plan: its head, its next step, a new item; a service checks what they mean."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, IntegerField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional

from tracker.report_fields import DayField
from tracker.rule_forms import LockedForm

_TITLE = DataRequired(_l("Escriba el título."))


class HeadForm(LockedForm):
    """What a plan says of itself."""

    title = StringField(_l("Título"), [_TITLE, Length(max=500)])
    starts_on = DayField(_l("Empieza"), [Optional()])
    ends_on = DayField(_l("Termina"), [Optional()])
    milestone_word = StringField(_l("Cómo llama a sus hitos"), [Optional(), Length(max=40)])
    ogp_identifier = StringField(_l("Identificador de OGP"), [Optional(), Length(max=40)])

    def head(self) -> dict[str, Any]:
        """What the service is told."""
        return {
            "title": self.title.data or "",
            "starts_on": self.starts_on.data,
            "ends_on": self.ends_on.data,
            "milestone_word": self.milestone_word.data or "",
            "ogp_identifier": (self.ogp_identifier.data or "").strip(),
        }


class NewPlanForm(HeadForm):
    """A plan that begins, with the number it will always have."""

    number = IntegerField(
        _l("Número"),
        [
            InputRequired(_l("Escriba el número del plan.")),
            NumberRange(1, 999, _l("Escriba un número desde 1.")),
        ],
        render_kw={"inputmode": "numeric", "min": "1"},
    )


class StepForm(LockedForm):
    """The signature under the next step of a plan."""

    on = DayField(_l("Desde qué día"), [Optional()])
    note = TextAreaField(_l("Resolución o nota"), [Optional(), Length(max=5_000)], render_kw={"rows": 2})
    knowing = BooleanField(_l("Sigo adelante sabiendo lo que falta"))
    signed_name = StringField(
        _l("Firma: su nombre y apellido"), [Optional(), Length(max=200)], render_kw={"autocomplete": "name"}
    )


class NewItemForm(LockedForm):
    """A new item: its title; the rest is written on its own page."""

    title = TextAreaField(_l("Título"), [_TITLE, Length(max=20_000)], render_kw={"rows": 3})
