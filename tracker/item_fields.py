"""The form of one item as it is to be: its fields by its level, each read as plain JSON."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Protocol

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    FieldList,
    Form,
    FormField,
    HiddenField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.fields.core import Field
from wtforms.validators import Length, Optional, ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from tracker.choices import choices
from tracker.domain import amendments as rules
from tracker.domain.evidence import default_access
from tracker.domain.plans import OGP_VALUES, NodeKind, Role
from tracker.report_fields import ACCESS, QuantityField
from tracker.rule_forms import LockedForm
from tracker.wording import part_word, sentence
from tracker.words.amendments import amended_word, lines_of, ogp_word

_AMOUNT = re.compile(r"\s*(?:Q\.?|GTQ)?\s*(\d[\d,]*(?:\.\d{1,2})?)\s*(?:\|(.*))?")
SPARE_ROWS = 2
_LONG = Length(max=20_000, message=_l("El texto es demasiado largo."))


class Said(Protocol):
    """An item as some page has it: its level, each of its fields, and the institutions there are."""

    @property
    def kind(self) -> NodeKind:
        """Its level."""

    @property
    def values(self) -> Mapping[str, Any]:
        """Each field in force."""

    @property
    def lock_version(self) -> int:
        """The version that is looked at."""

    @property
    def institutions(self) -> tuple[tuple[str, str, str], ...]:
        """Every institution: uid, label and name."""

    def wanted(self, field: str) -> Any:
        """A field as it is to be."""


class MeansEntry(Form):
    """One verification means; a row without words asks for nothing."""

    uid = HiddenField()
    text = TextAreaField(_l("Lo que hay que mostrar"), [Optional(), _LONG], render_kw={"rows": 2})
    access = SelectField(
        _l("Quién puede verlo"), choices=[*choices([("", _l("Lo usual para un medio así"))]), *ACCESS]
    )
    gone = BooleanField(_l("Quitarlo"))


class RoleEntry(Form):
    """One institution's part; a row without an institution asks for nothing."""

    institution = SelectField(_l("Institución"), validate_choice=False)
    role = SelectField(_l("Parte"), choices=choices((one.value, LazyString(part_word, one)) for one in Role))


class ItemForm(LockedForm):
    """What every level has."""

    title = TextAreaField(_l("Título"), [_LONG], render_kw={"rows": 2})

    def values(self, page: Said) -> dict[str, Any]:
        """Every field of the item as it is to be."""
        return {
            name: rules.plain(self[name].data or "")
            for name in rules.FIELDS[page.kind]
            if name not in rules.LISTS
        }


class PartsForm(ItemForm):
    """What levels below the axes have besides: parts of institutions, and whether it stays in the plan."""

    roles = FieldList(FormField(RoleEntry))
    withdrawn_on = BooleanField(_l("Retirar del plan"))

    def values(self, page: Said) -> dict[str, Any]:
        """Every field of the item as it is to be; of one withdrawn only whether it comes back."""
        gone = {rules.WITHDRAWN: bool(self.withdrawn_on.data)}
        if page.values.get(rules.WITHDRAWN):
            return gone
        return super().values(page) | {rules.ROLES: self._roles(page)} | gone

    def _roles(self, page: Said) -> list[dict[str, str]]:
        """Parts in their order, each with the words it was read from where it is as it was."""
        known = {uid: (label, name) for uid, label, name in page.institutions}
        said = {(one["institution"], one["role"]): one["text"] for one in page.values[rules.ROLES]}
        given = [(one.form.institution.data or "", one.form.role.data) for one in self.roles]
        return [
            {
                "institution": uid,
                "label": known[uid][0],
                "name": known[uid][1],
                "role": role,
                "text": said.get((uid, role), ""),
            }
            for uid, role in given
            if uid in known
        ]


class DeliveringForm(PartsForm):
    """A milestone or an activity: what it delivers and what shows it."""

    product = TextAreaField(_l("Producto"), [Optional(), _LONG], render_kw={"rows": 2})
    planned = QuantityField(_l("Cantidad prevista"), [Optional()])
    unit = StringField(_l("Unidad"), [Optional(), Length(max=120)])
    quantity = TextAreaField(_l("Palabras que la dan"), [Optional(), _LONG], render_kw={"rows": 2})
    means = FieldList(FormField(MeansEntry))

    def values(self, page: Said) -> dict[str, Any]:
        """Every field of the item as it is to be."""
        found = super().values(page)
        if page.values.get(rules.WITHDRAWN):
            return found
        return found | {rules.QUANTITY: self._quantity(), rules.MEANS: self._means()}

    def _quantity(self) -> dict[str, str] | None:
        planned: Decimal | None = self.planned.data
        if planned is None:
            return None
        return {
            "planned": format(planned.normalize(), "f"),
            "unit": (self.unit.data or "").strip(),
            "quote": rules.plain(self.quantity.data or ""),
        }

    def _means(self) -> list[dict[str, str]]:
        """Means in their order; one that lost its words is asked for, never dropped in silence."""
        rows = [one.form for one in self.means]
        return [
            {
                "uid": row.uid.data or "",
                "text": rules.plain(row.text.data or ""),
                "access": row.access.data or default_access(row.text.data or "").value,
            }
            for row in rows
            if not row.gone.data and (row.uid.data or (row.text.data or "").strip())
        ]


class _CommitmentForm(PartsForm):
    """A commitment: the official template, its values and its money."""

    ogp_values = SelectMultipleField(
        LazyString(amended_word, rules.OGP),
        choices=choices((one, LazyString(ogp_word, one)) for one in OGP_VALUES),
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )
    financial = TextAreaField(LazyString(amended_word, rules.FINANCIAL), [Optional(), _LONG])

    def validate_financial(self, field: Field) -> None:
        """Each line an amount, and who provides it."""
        if any(_AMOUNT.fullmatch(line) is None for line in _filled(field.data)):
            raise ValidationError(sentence("amount-not-valid", {}))

    def values(self, page: Said) -> dict[str, Any]:
        """Every field of the commitment as it is to be."""
        found = super().values(page)
        if page.values.get(rules.WITHDRAWN):
            return found
        amounts = [_AMOUNT.fullmatch(line) for line in _filled(self.financial.data)]
        ticked = set(self.ogp_values.data or [])
        return found | {
            rules.OGP: [name for name in OGP_VALUES if name in ticked],
            rules.FINANCIAL: [_centavos(one) for one in amounts if one is not None],
        }


def _filled(text: str | None) -> list[str]:
    return [line for line in (text or "").splitlines() if line.strip()]


def _centavos(line: re.Match[str]) -> list[Any]:
    amount, provider = line.groups()
    return [int(Decimal(amount.replace(",", "")) * 100), (provider or "").strip()]


TEXT_FIELDS = tuple(
    name for name in rules.FIELDS[NodeKind.COMMITMENT] if name not in rules.LISTS and name != rules.TITLE
)
CommitmentForm: type[_CommitmentForm] = type(
    "CommitmentForm",
    (_CommitmentForm,),
    {
        name: TextAreaField(LazyString(amended_word, name), [Optional(), _LONG], render_kw={"rows": 4})
        for name in TEXT_FIELDS
    },
)
_FORMS: dict[NodeKind, type[ItemForm]] = {
    NodeKind.PLAN: ItemForm,
    NodeKind.AXIS: ItemForm,
    NodeKind.COMMITMENT: CommitmentForm,
    NodeKind.MILESTONE: DeliveringForm,
    NodeKind.ACTIVITY: DeliveringForm,
}


def item_form(page: Said) -> ItemForm:
    """The form of an item as an amendment has it, with rows to spare for what is added."""
    form = _FORMS[page.kind](data=item_data(page))
    offer_institutions(form, page)
    return form


def item_data(page: Said) -> dict[str, Any]:
    """What the fields of an item show, with rows to spare for what is added."""
    data: dict[str, Any] = {name: page.wanted(name) for name in page.values}
    data["lock_version"] = page.lock_version
    if rules.ROLES in data:
        data[rules.ROLES] = [*data[rules.ROLES], *[{}] * SPARE_ROWS]
    if rules.MEANS in data:
        data[rules.MEANS] = [*data[rules.MEANS], *[{}] * SPARE_ROWS]
        data |= _quantity_data(data[rules.QUANTITY])
    if rules.FINANCIAL in data:
        data[rules.FINANCIAL] = "\n".join(lines_of(rules.FINANCIAL, data[rules.FINANCIAL]))
    return data


def offer_institutions(form: ItemForm, page: Said) -> None:
    """Every institution as a choice of each row."""
    if isinstance(form, PartsForm):
        named = ((uid, _named(label, name)) for uid, label, name in page.institutions)
        offered = choices([("", "—"), *named])
        for entry in form.roles:
            entry.form.institution.choices = offered


def _quantity_data(quantity: Mapping[str, str] | None) -> dict[str, Any]:
    if quantity is None:
        return {rules.QUANTITY: "", "planned": None, "unit": ""}
    return {
        rules.QUANTITY: quantity["quote"],
        "planned": Decimal(quantity["planned"]),
        "unit": quantity["unit"],
    }


def _named(label: str, name: str) -> str:
    return label if label == name else f"{label} · {name}"[:90]
