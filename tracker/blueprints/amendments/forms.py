"""The forms of an amendment: what it says of itself, and its approval; a service checks what they mean."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import DateField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, Length, Optional

from tracker.choices import choices
from tracker.queries.amendments import AmendmentList, AmendmentPage
from tracker.rule_forms import LockedForm


class NewForm(LockedForm):
    """Which plan is to be amended, and what the draft is called."""

    plan = SelectField(_l("Plan"), coerce=int)
    title = StringField(
        _l("De qué trata"), [DataRequired(_l("Escriba de qué trata la enmienda.")), Length(max=300)]
    )


class HeadingForm(LockedForm):
    """What an amendment says of itself, and the signature of who approves it."""

    title = StringField(
        _l("De qué trata"), [DataRequired(_l("Escriba de qué trata la enmienda.")), Length(max=300)]
    )
    reason = TextAreaField(_l("Por qué se enmienda"), [Optional(), Length(max=20_000)], render_kw={"rows": 4})
    resolution = TextAreaField(_l("Resolución"), [Optional(), Length(max=2_000)], render_kw={"rows": 2})
    effective_on = DateField(_l("Rige desde"), [Optional()])
    signed_name = StringField(
        _l("Firma: su nombre y apellido"), [Optional(), Length(max=200)], render_kw={"autocomplete": "name"}
    )

    def heading(self) -> dict[str, Any]:
        """What the service is told."""
        day: date | None = self.effective_on.data
        return {
            "title": self.title.data or "",
            "reason": self.reason.data or "",
            "resolution": self.resolution.data or "",
            "effective_on": day,
        }


def new_form(found: AmendmentList) -> NewForm:
    """The form of a new draft, over the plans that can be amended."""
    form = NewForm()
    form.plan.choices = choices((str(number), f"{number}. {title}") for number, title in found.plans)
    return form


def heading_form(page: AmendmentPage) -> HeadingForm:
    """The form of a draft, as it was last kept."""
    names = ("title", "reason", "resolution", "effective_on", "lock_version")
    return HeadingForm(data={name: getattr(page, name) for name in names})
