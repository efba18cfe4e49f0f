"""The rows of an itemised quantity in the reporting form: one for each municipality, say."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import Form, SelectField, StringField
from wtforms.validators import Length, NumberRange, Optional

from tracker.choices import choices
from tracker.domain.quantities import MOST_ROWS, ItemisedQuantity
from tracker.queries.progress_reports import ReportVersion
from tracker.report_fields import DayField, Decimals, QuantityField

BLANK_ROWS = 3
MORE_ROWS = 10


class QuantityEntry(Form):
    """One row; without anything in it, it says nothing."""

    label = StringField(
        _l("Municipio o lugar"), [Optional(), Length(max=300, message=_l("Hasta 300 letras."))]
    )
    quantity = QuantityField(
        _l("Cantidad"),
        [
            Optional(),
            NumberRange(0, 10**12, _l("Escriba una cantidad desde 0.")),
            Decimals(4, _l("La cantidad admite como máximo cuatro decimales.")),
        ],
        places=None,
        render_kw={"inputmode": "decimal", "autocomplete": "off"},
    )
    delivered_on = DayField(_l("Fecha"), [Optional()])
    evidence = SelectField(_l("Evidencia"), choices=(), validate_choice=False)

    @property
    def is_blank(self) -> bool:
        """True where nothing was typed."""
        typed = (self.label.data or "").strip() or self.delivered_on.data or self.evidence.data
        return not typed and self.quantity.data is None and not self.quantity.errors

    def validate(self, *args: Any, **kwargs: Any) -> bool:
        """A row has a name and a quantity, or nothing."""
        good: bool = super().validate(*args, **kwargs)  # type: ignore[no-untyped-call]  # WTForms has no types here
        if self.is_blank:
            return good
        if not (self.label.data or "").strip():
            self.label.errors = [*self.label.errors, _("Escriba de qué lugar es.")]
        if self.quantity.data is None and not self.quantity.errors:
            self.quantity.errors = [*self.quantity.errors, _("Escriba la cantidad.")]
        return good and not (self.label.errors or self.quantity.errors)

    def row(self) -> ItemisedQuantity | None:
        """What the row says; None for one without anything, or that cannot be read."""
        if self.is_blank or self.quantity.data is None or self.errors:
            return None
        label = (self.label.data or "").strip()
        return ItemisedQuantity(label, self.quantity.data, self.delivered_on.data, self.evidence.data or "")


def kept_rows(kept: ReportVersion | None) -> list[ItemisedQuantity]:
    """The rows that are kept."""
    found = kept.quantities if kept else ()
    return [ItemisedQuantity(one.label, one.quantity, one.delivered_on, one.evidence_uid) for one in found]


def row_values(kept: ReportVersion | None, blank: int = BLANK_ROWS) -> list[dict[str, Any]]:
    """The rows that are kept, and some to fill in, as the form takes them."""
    rows = [_values(one) for one in kept_rows(kept)]
    return [*rows, *({} for _place in range(min(blank, MOST_ROWS - len(rows))))]


def _values(row: ItemisedQuantity) -> dict[str, Any]:
    return {
        "label": row.label,
        "quantity": row.quantity,
        "delivered_on": row.delivered_on,
        "evidence": row.evidence_uid,
    }


def put_rows(entries: Any, rows: Iterable[ItemisedQuantity], blank: int = 0) -> None:
    """Let a form show those rows instead of what was typed, and some to fill in."""
    while entries.entries:
        entries.pop_entry()
    for row in rows:
        entries.append_entry(_values(row))
    for _place in range(min(blank, MOST_ROWS - len(entries))):
        entries.append_entry({})


def offer_evidence(entries: Iterable[QuantityEntry], kept: ReportVersion | None) -> None:
    """Let each row name an evidence of the draft."""
    found = [(one.uid, one.title) for one in kept.evidence] if kept else []
    for entry in entries:
        entry.evidence.choices = choices([("", _l("Sin indicar")), *found])
