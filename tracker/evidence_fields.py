"""What a person says of a file or link: the same fields wherever evidence is handed in or changed."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import Form, SelectField, StringField, TextAreaField
from wtforms.validators import Length, Optional

from tracker import clock
from tracker.domain.evidence import Access, Reserve
from tracker.report_fields import ACCESS, LONG, DayField
from tracker.services.evidence import About
from tracker.wording import sentence


class AboutFields(Form):
    """Title, date, who may see it, and the resolution where it is reserved."""

    title = StringField(_l("Título"), [Optional(), Length(max=300)])
    effective_on = DayField(_l("Fecha de la evidencia"), [Optional()])
    access = SelectField(_l("Quién puede verla"), choices=ACCESS)
    resolution_number = StringField(_l("Número de la resolución"), [Optional(), Length(max=120)])
    resolution_authority = StringField(_l("Autoridad que la firmó"), [Optional(), Length(max=300)])
    resolution_on = DayField(_l("Fecha de la resolución"), [Optional()])
    legal_ground = StringField(_l("Fundamento legal"), [Optional(), Length(max=1000)])
    reserved_until = DayField(_l("La reserva vence el"), [Optional()])
    description = TextAreaField(_l("Descripción"), [Optional(), LONG], render_kw={"rows": 2})

    @property
    def is_reserved(self) -> bool:
        """True where the person chose to reserve it."""
        return bool(self.access.data == Access.RESERVED.value)

    def check_reserve(self) -> bool:
        """Put what a reserve lacks beside its fields, all at once."""
        if not self.is_reserved:
            return True
        reserve = Reserve(
            number=(self.resolution_number.data or "").strip(),
            authority=(self.resolution_authority.data or "").strip(),
            on=self.resolution_on.data,
            ground=(self.legal_ground.data or "").strip(),
            until=self.reserved_until.data,
        )
        problems = [one for one in reserve.problems(clock.now().date()) if not self[str(one.field)].errors]
        for one in problems:
            self[str(one.field)].errors = [sentence(one.code, one.params)]
        return not problems

    def about(self, today: date) -> About:
        """What was said, as the service takes it."""
        return {
            "title": self.title.data or "",
            "effective_on": self.effective_on.data or today,
            "access": Access(self.access.data) if self.access.data in list(Access) else None,
            "description": self.description.data or "",
            "legal_ground": self.legal_ground.data or "",
            "resolution_number": self.resolution_number.data or "",
            "resolution_authority": self.resolution_authority.data or "",
            "resolution_on": self.resolution_on.data,
            "reserved_until": self.reserved_until.data,
        }


def about_values(item: Any) -> dict[str, Any]:
    """What is kept of an item, as the fields take it."""
    names = (
        "title",
        "effective_on",
        "resolution_number",
        "resolution_authority",
        "resolution_on",
        "legal_ground",
        "reserved_until",
        "description",
    )
    return {name: getattr(item, name) for name in names} | {"access": item.access.value}
