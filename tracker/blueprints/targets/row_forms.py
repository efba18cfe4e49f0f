"""The form of one row of targets: figures as people write them, modifications a line each."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import IntegerField, SelectField, StringField, TextAreaField
from wtforms.validators import Optional, ValidationError
from wtforms.widgets import HiddenInput

from tracker.blueprints.targets.forms import SHORT, AlignmentForm, AmountField, alignment_data, scaled
from tracker.choices import choices
from tracker.domain.target_years import executions
from tracker.domain.targets import (
    SCALES,
    Measure,
    Modification,
    Side,
    Target,
    TargetLevel,
    TargetSource,
    TargetTable,
    natural,
)
from tracker.importers.target_amounts import read_amount
from tracker.queries.targets import ItemLink, TargetTableView
from tracker.report_fields import DayField, Decimals
from tracker.wording import sentence

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_FIGURES = ("initial", "modifications", "executed_1", "executed_2", "executed_3")
_EXACT = {Side.PHYSICAL: 4, Side.FINANCIAL: 2}


def read_modifications(text: str, scale: int) -> tuple[Modification, ...]:
    """ "- 804,807.00; 2023-05-31; Acuerdo 12" a line each; ValidationError names the line that is not so."""
    found = []
    for number, line in enumerate((text or "").splitlines(), start=1):
        if not line.strip():
            continue
        amount, _sep, rest = line.partition(";")
        day, _sep, reference = (part.strip() for part in rest.partition(";"))
        read = read_amount(amount, scale)
        on = _day(day)
        if read.value is None or read.is_rounded or (day and on is None):
            raise ValidationError(sentence("target-modification-not-read", {"line": number}))
        found.append(Modification(read.value, on, reference[:300]))
    return tuple(found)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if _DAY.fullmatch(text) else None
    except ValueError:
        return None


def write_modifications(modifications: Sequence[Modification], side: Side) -> str:
    """The same, as it is typed."""
    return "\n".join(
        "; ".join(
            [f"{natural(side, one.amount):,.2f}", one.on.isoformat() if one.on else "", one.reference]
        ).rstrip("; ")
        for one in modifications
    )


class ModificationsField(TextAreaField):
    """Modifications, a line each."""

    def __init__(self, label: Any, side: Side, **given: Any) -> None:
        def check(_form: object, field: Any) -> None:
            read_modifications(field.data or "", SCALES[side])

        super().__init__(label, [Optional(), check], render_kw={"rows": 3}, **given)


def _amount(label: Any, side: Side) -> AmountField:
    return AmountField(label, [Optional(), Decimals(_EXACT[side], _l("Tiene demasiados decimales."))])


class RowForm(AlignmentForm):
    """One row: what it is, its two sides, what it serves, where it was taken from."""

    based_on = IntegerField(widget=HiddenInput(), default=0)
    name = StringField(_l("Producto o subproducto"))
    parent = SelectField(_l("Es subproducto de"), coerce=int)
    snip = StringField(_l("Código SNIP"), [Optional(), SHORT])
    executing_unit = StringField(_l("Unidad ejecutora"), [Optional(), SHORT])
    unit = StringField(_l("Unidad de medida"), [Optional(), SHORT])
    physical_initial = _amount(_l("Meta física inicial"), Side.PHYSICAL)
    physical_modifications = ModificationsField(_l("Modificaciones de la meta física"), Side.PHYSICAL)
    physical_executed_1 = _amount(_l("Ejecutado al primer cuatrimestre"), Side.PHYSICAL)
    physical_executed_2 = _amount(_l("Ejecutado al segundo cuatrimestre"), Side.PHYSICAL)
    physical_executed_3 = _amount(_l("Ejecutado al tercer cuatrimestre"), Side.PHYSICAL)
    financial_initial = _amount(_l("Meta financiera inicial (Q)"), Side.FINANCIAL)
    financial_modifications = ModificationsField(_l("Modificaciones de la meta financiera"), Side.FINANCIAL)
    financial_executed_1 = _amount(_l("Ejecutado al primer cuatrimestre (Q)"), Side.FINANCIAL)
    financial_executed_2 = _amount(_l("Ejecutado al segundo cuatrimestre (Q)"), Side.FINANCIAL)
    financial_executed_3 = _amount(_l("Ejecutado al tercer cuatrimestre (Q)"), Side.FINANCIAL)
    item_uid = SelectField(_l("Elemento de un plan de acción"), [Optional()])
    report = StringField(_l("Número del reporte oficial"), [SHORT])
    report_on = DayField(_l("Fecha del reporte"), [Optional()])
    reason = StringField(_l("Por qué se corrige"), [Optional(), SHORT])

    @property
    def physical_fields(self) -> list[Any]:
        """The fields of quantities, in order."""
        return self._fields_of(Side.PHYSICAL)

    @property
    def financial_fields(self) -> list[Any]:
        """The fields of money, in order."""
        return self._fields_of(Side.FINANCIAL)

    def _fields_of(self, side: Side) -> list[Any]:
        names = (f"{side.value}_{name}" for name in _FIGURES)
        return [self[name] for name in names if name in self]

    @property
    def reason_text(self) -> str:
        """Why; empty for a new row, which has no such field."""
        return (self.reason.data or "").strip() if "reason" in self else ""

    def target(self, table: TargetTable, before: Target | None) -> Target:
        """The row as it was typed; what has no field stays as it was."""
        row = before or Target(0, "", TargetLevel.PRODUCT)
        parent = self.parent.data or None
        moved = before is None or parent != before.parent
        source: TargetSource | None = TargetSource((self.report.data or "").strip(), self.report_on.data)
        if source == table.source and row.source is None and before is not None:
            source = None
        return replace(
            row,
            name=(self.name.data or "").strip(),
            level=TargetLevel.SUBPRODUCT if parent else TargetLevel.PRODUCT,
            unit=(self.unit.data or "").strip(),
            snip=(self.snip.data or "").strip(),
            executing_unit=(self.executing_unit.data or "").strip(),
            parent=parent,
            continues=None if moved else row.continues,
            physical=self._measure(Side.PHYSICAL, row, table.period),
            financial=self._measure(Side.FINANCIAL, row, table.period),
            is_guessed=False,
            alignment=self.alignment,
            item_uid=self.item_uid.data or "",
            source=source,
        )

    def _measure(self, side: Side, row: Target, until: int) -> Measure:
        """Figures as they were typed; what the table printed goes where they are others."""
        scale, before = SCALES[side], row.side(side)
        made = replace(
            before,
            initial=scaled(self[f"{side.value}_initial"].data, scale),
            modifications=read_modifications(self[f"{side.value}_modifications"].data or "", scale),
            executed=executions(
                (period, scaled(self[f"{side.value}_executed_{period}"].data, scale))
                for period in range(1, until + 1)
            ),
        )
        return made if made == before else replace(made, printed_current=None, printed_percent=None)


def row_form(found: TargetTableView, target: Target | None, items: Sequence[ItemLink]) -> RowForm:
    """The form of a row as it stands, or of a new one."""
    table = found.recorded.table
    form = RowForm(data=_data(found, target))
    products = [
        (one.position, f"{one.position}. {one.name}")
        for one in table.rows
        if one.parent is None and one.continues is None and (target is None or one.position < target.position)
    ]
    form.parent.choices = [(0, _("De ninguno: es un producto")), *products]
    linked = list(items)
    if target is not None and target.item_uid and all(one.uid != target.item_uid for one in items):
        linked += [one for one in found.items.values() if one.uid == target.item_uid]
    form.item_uid.choices = choices(
        [("", _("De ninguno en particular")), *((one.uid, one.words[:140]) for one in linked)]
    )
    for period in range(table.period + 1, 4):
        for side in Side:
            del form[f"{side.value}_executed_{period}"]
    if target is None:
        del form.reason
    return form


def _data(found: TargetTableView, target: Target | None) -> dict[str, Any]:
    source = (target.source if target else None) or found.recorded.table.source
    data: dict[str, Any] = {
        "based_on": found.said.sequence,
        "report": source.report,
        "report_on": source.on,
        "parent": 0,
        "goals": [],
    }
    if target is None:
        return data
    for side in Side:
        data |= _side_data(side, target.side(side))
    return data | {
        "name": target.name,
        "parent": target.parent or 0,
        "snip": target.snip,
        "executing_unit": target.executing_unit,
        "unit": target.unit,
        **alignment_data(target.alignment),
        "item_uid": target.item_uid,
    }


def _side_data(side: Side, measure: Measure) -> dict[str, Any]:
    def shown(amount: int | None) -> Decimal | None:
        return None if amount is None else natural(side, amount)

    return {
        f"{side.value}_initial": shown(measure.initial),
        f"{side.value}_modifications": write_modifications(measure.modifications, side),
        **{f"{side.value}_executed_{one.period}": shown(one.amount) for one in measure.executed},
    }
