"""The form of one resource of a commitment."""

from __future__ import annotations

import secrets
from decimal import Decimal
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, IntegerField, SelectField, StringField
from wtforms.validators import Length, Optional, Regexp
from wtforms.widgets import HiddenInput

from tracker.choices import choices
from tracker.domain.canonical import derived_uid
from tracker.domain.resources import ResourceEntry, ResourceKind, ResourceSide
from tracker.report_fields import DayField, Decimals, QuantityField
from tracker.rule_forms import RuleForm

SHORT = Length(max=300, message=_l("El texto es demasiado largo."))


class ResourceForm(RuleForm):
    """What it is, who provides it, how much, when, and where that is written."""

    based_on = IntegerField(widget=HiddenInput(), default=0)
    key = HiddenField(validators=[Optional(), Regexp(r"[0-9a-f]{16}")])
    kind = SelectField(_l("Clase de recurso"))
    side = SelectField(_l("Previsto o gastado"))
    provider = StringField(_l("Quién lo aporta"), [SHORT])
    what = StringField(_l("Qué es"), [Optional(), SHORT])
    amount = QuantityField(
        _l("Monto en quetzales"), [Optional(), Decimals(2, _l("Escriba como máximo dos decimales."))]
    )
    on = DayField(_l("Fecha"), [Optional()])
    source = StringField(_l("De dónde se tomó"), [SHORT])
    reason = StringField(_l("Por qué se corrige"), [Optional(), SHORT])

    def entry(
        self, commitment_uid: str, before: ResourceEntry | None, *, is_withdrawn: bool
    ) -> ResourceEntry:
        """The resource as it was typed; a new one keeps the key of its form, so that it is sent once."""
        amount = self.amount.data
        return ResourceEntry(
            uid=before.uid if before else derived_uid(commitment_uid, self.key.data or ""),
            commitment_uid=commitment_uid,
            kind=ResourceKind(self.kind.data),
            side=ResourceSide(self.side.data),
            what=self.what.data or "",
            provider=self.provider.data or "",
            centavos=None if amount is None else int((amount * 100).to_integral_value()),
            on=self.on.data,
            source=self.source.data or "",
            reason=(self.reason.data or "") if "reason" in self else "",
            is_withdrawn=is_withdrawn and before is not None,
        )


def resource_form(found: tuple[int, ResourceEntry] | None) -> ResourceForm:
    """The form of a resource as it stands, or of a new one."""
    form = ResourceForm(data=_data(*found) if found else {"key": secrets.token_hex(8)})
    form.kind.choices = choices(
        [
            (ResourceKind.FINANCIAL.value, _l("Dinero")),
            (ResourceKind.HUMAN.value, _l("Personas")),
            (ResourceKind.TECHNICAL.value, _l("Medios técnicos")),
        ]
    )
    form.side.choices = choices(
        [(ResourceSide.PLANNED.value, _l("Previsto")), (ResourceSide.SPENT.value, _l("Gastado o usado"))]
    )
    if found is None:
        del form.reason
    return form


def _data(sequence: int, said: ResourceEntry) -> dict[str, Any]:
    return {
        "based_on": sequence,
        "kind": said.kind.value,
        "side": said.side.value,
        "provider": said.provider,
        "what": said.what,
        "amount": None if said.centavos is None else Decimal(said.centavos) / 100,
        "on": said.on,
        "source": said.source,
    }
