"""The form of an item of a plan that is being written: an amendment's, and what only a draft changes."""

from __future__ import annotations

from typing import Any

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l
from wtforms import IntegerField, SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, NumberRange, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from tracker.choices import choices
from tracker.domain import plan_drafts as drafts
from tracker.domain.plans import ContactVisibility, Continuity, NodeKind
from tracker.domain.schedule import Frequency
from tracker.domain.snapshots import window_content, window_from
from tracker.item_fields import CommitmentForm, DeliveringForm, ItemForm, Said, item_data, offer_institutions
from tracker.period_fields import PeriodsField
from tracker.queries.plan_drafts import DraftItem, Place
from tracker.report_fields import PlainDecimalField
from tracker.rule_forms import LockedForm
from tracker.words.amendments import node_word
from tracker.words.periods import frequency_words, window_words
from tracker.words.plan_life import continuity_word


class PlacedFields:
    """Its number and its weight."""

    number = IntegerField(
        _l("Número"),
        [InputRequired(_l("Escriba el número.")), NumberRange(1, 9_999, _l("Escriba un número desde 1."))],
        render_kw={"inputmode": "numeric", "min": "1"},
    )
    weight = PlainDecimalField(
        _l("Peso"),
        [InputRequired(_l("Escriba el peso; lo usual es 1."))],
        places=None,
        render_kw={"inputmode": "decimal"},
    )

    def placed(self) -> dict[str, Any]:
        """What those fields say."""
        return {drafts.NUMBER: self.number.data, drafts.WEIGHT: str(self.weight.data)}


class DatedFields(PlacedFields):
    """When it is to be done, a line for each period, and whether it falls due again and again."""

    windows = PeriodsField(_l("Plazo"), [Optional(), Length(max=5_000)], render_kw={"rows": 2})
    frequency = SelectField(
        _l("Se repite"),
        choices=[
            *choices([("", _l("No: se cumple una vez en cada período"))]),
            *choices((one.value, LazyString(frequency_words, one)) for one in Frequency),
        ],
    )

    def placed(self) -> dict[str, Any]:
        """What those fields say."""
        return super().placed() | {
            drafts.WINDOWS: {
                "windows": [window_content(one) for one in self.windows.windows],
                "frequency": self.frequency.data or None,
            }
        }


class AxisDraft(PlacedFields, ItemForm):
    """An axis."""

    def values(self, page: Said) -> dict[str, Any]:
        """Every field as it is to be."""
        return super().values(page) | self.placed()


class ActivityDraft(DatedFields, DeliveringForm):
    """An activity."""

    def values(self, page: Said) -> dict[str, Any]:
        """Every field as it is to be."""
        return super().values(page) | self.placed()


class MilestoneDraft(ActivityDraft):
    """A milestone, new or continuing from before."""

    continuity = SelectField(
        _l("Nuevo o en curso"),
        choices=[
            *choices([("", _l("No se dice"))]),
            *choices((one.value, LazyString(continuity_word, one.value)) for one in Continuity),
        ],
    )

    def values(self, page: Said) -> dict[str, Any]:
        """Every field as it is to be."""
        return super().values(page) | {drafts.CONTINUITY: self.continuity.data or ""}


class CommitmentDraft(DatedFields, CommitmentForm):  # type: ignore[misc, valid-type]  # made with its fields
    """A commitment, with whom to contact about it."""

    contact_names = StringField(_l("Persona de contacto"), [Optional(), Length(max=500)])
    contact_posts = StringField(_l("Institución y cargo"), [Optional(), Length(max=500)])
    contact_channels = StringField(_l("Correo y teléfono"), [Optional(), Length(max=500)])
    contact_visibility = SelectField(
        _l("Quién ve el contacto"),
        choices=choices(
            [
                (ContactVisibility.INTERNAL.value, _l("Solo la oficina")),
                (ContactVisibility.PUBLIC.value, _l("Todas las personas")),
            ]
        ),
    )

    def values(self, page: Said) -> dict[str, Any]:
        """Every field as it is to be."""
        contact = {name: (self[name].data or "").strip() for name in drafts.CONTACT}
        return {**super().values(page), **self.placed(), **contact}


_FORMS: dict[NodeKind, type[ItemForm]] = {
    NodeKind.AXIS: AxisDraft,
    NodeKind.COMMITMENT: CommitmentDraft,
    NodeKind.MILESTONE: MilestoneDraft,
    NodeKind.ACTIVITY: ActivityDraft,
}


def draft_form(page: DraftItem, *, sent: bool = True) -> ItemForm:
    """The form of an item with rows to spare for what is added; as it stands where another form was sent."""
    data = item_data(page)
    if drafts.WINDOWS in data:
        told = data[drafts.WINDOWS]
        data[drafts.WINDOWS] = "\n".join(window_words(window_from(one)) for one in told["windows"])
        data["frequency"] = told["frequency"] or ""
    if drafts.WEIGHT in data:
        data[drafts.WEIGHT] = drafts.check_weight(data[drafts.WEIGHT])
    form = _FORMS[page.kind](data=data) if sent else _FORMS[page.kind](formdata=None, data=data)
    offer_institutions(form, page)
    return form


class _Boxes(SelectMultipleField):
    """Several of them as check boxes."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class MoveForm(LockedForm):
    """Where the item is to stand instead."""

    into = SelectField(_l("Ponerlo en"))


class SplitForm(LockedForm):
    """How the item is divided."""

    first = TextAreaField(_l("Título del primero"), [Length(max=20_000)], render_kw={"rows": 2})
    second = TextAreaField(_l("Título del segundo"), [Length(max=20_000)], render_kw={"rows": 2})
    means = _Boxes(_l("Medios que pasan al segundo"))
    children = _Boxes(_l("Lo que pasa al segundo"))


class MergeForm(LockedForm):
    """What the item is joined with."""

    other = SelectField(_l("Unirlo con"))
    title_of_both = TextAreaField(_l("Título de los dos juntos"), [Length(max=20_000)], render_kw={"rows": 2})


def arranging_forms(page: DraftItem, sent: str = "") -> dict[str, LockedForm]:
    """The forms that move, divide and join the item; one of them as it was sent."""
    move = MoveForm(**_given(sent == "move"), prefix="m-")
    split = SplitForm(**_given(sent == "split"), prefix="d-")
    merge = MergeForm(**_given(sent == "merge"), prefix="u-")
    word = page.milestone_word
    move.into.choices = choices((one.uid, _named(one, word)) for one in page.places)
    merge.other.choices = choices((one.uid, _named(one, word)) for one in page.beside)
    split.means.choices = choices((uid, text[:120]) for uid, text in page.means)
    split.children.choices = choices((one.uid, _named(one, word)) for one in page.children)
    if sent != "split":
        split.first.data = page.title
    if sent != "merge":
        merge.title_of_both.data = page.title
    return {"move": move, "split": split, "merge": merge}


def _given(sent: bool) -> dict[str, Any]:
    """What was sent, for the form that was; the others begin anew."""
    return {} if sent else {"formdata": None}


def _named(one: Place, milestone_word: str) -> str:
    label = "" if one.kind is NodeKind.PLAN else f" {one.label}"
    above = f"{one.above} · " if one.above else ""
    return f"{above}{node_word(one.kind, milestone_word)}{label}: {one.title}"[:110]
