"""Adding, moving, dividing and joining items of an approved plan, as changes of a draft amendment."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import RadioField, SelectField, SelectMultipleField, TextAreaField
from wtforms.validators import Length
from wtforms.widgets import CheckboxInput, ListWidget

from tracker.access import acting, requires
from tracker.blueprints.amendments import blueprint
from tracker.blueprints.amendments.views import today
from tracker.choices import choices
from tracker.db import transaction
from tracker.domain import amendments as rules
from tracker.domain.errors import DomainError, NotAllowed, NotFound
from tracker.domain.permissions import Permission
from tracker.domain.plan_drafts import Way
from tracker.domain.plans import NodeKind
from tracker.period_fields import PeriodsField
from tracker.queries.amendment_structure import Beside, StructurePage, get_structure
from tracker.rule_forms import LockedForm
from tracker.services.amendment_structure import NewItem
from tracker.services.amendments import rearrange_item
from tracker.words.amendments import node_word


class MoveForm(LockedForm):
    """Where the item is to stand instead."""

    into = SelectField(_l("Ponerlo en"))


class SplitForm(LockedForm):
    """The parts that an item is divided into, and who goes on with its history."""

    continues = RadioField(
        _l("Qué pasa con el original"),
        choices=choices(
            [
                ("yes", _l("Continúa como una de las partes, con sus informes y su evidencia")),
                ("no", _l("Se retira; sus informes y su evidencia quedan en él, a la vista")),
            ]
        ),
        default="yes",
    )
    second = TextAreaField(_l("Título de la parte nueva"), [Length(max=20_000)], render_kw={"rows": 2})
    third = TextAreaField(_l("Título de otra parte nueva"), [Length(max=20_000)], render_kw={"rows": 2})
    means = SelectMultipleField(
        _l("Medios que se piden a las partes nuevas"),
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )


class JoinForm(LockedForm):
    """What is joined into the item."""

    other = SelectField(_l("Unirle"))


class AddForm(LockedForm):
    """A new item under this one: what an activity needs from its first day."""

    kind = SelectField(_l("Qué se agrega"))
    title = TextAreaField(_l("Título"), [Length(max=20_000)], render_kw={"rows": 2})
    windows = PeriodsField(_l("Plazo"), [Length(max=2_000)], render_kw={"rows": 2})
    institution = SelectField(_l("Institución responsable"))
    product = TextAreaField(_l("Producto"), [Length(max=20_000)], render_kw={"rows": 2})
    means = TextAreaField(_l("Medios de verificación"), [Length(max=20_000)], render_kw={"rows": 3})


def _forms(page: StructurePage, sent: str = "") -> dict[str, LockedForm]:
    """The forms of the page; one of them as it was sent."""
    made: dict[str, LockedForm] = {}
    for name, kind, prefix in (
        (rules.PLACE, MoveForm, "m-"),
        (rules.SPLIT_INTO, SplitForm, "d-"),
        (rules.JOINED, JoinForm, "u-"),
        (rules.ADDED, AddForm, "a-"),
    ):
        more: dict[str, Any] = {} if name == sent else {"formdata": None}
        made[name] = kind(prefix=prefix, data={"lock_version": page.lock_version}, **more)
    _offer(made[rules.PLACE]["into"], page, page.places)
    _offer(made[rules.JOINED]["other"], page, page.beside)
    made[rules.SPLIT_INTO]["means"].choices = choices((one, one[:120]) for one in page.means)
    added = made[rules.ADDED]
    added["kind"].choices = choices((one.value, node_word(one, page.milestone_word)) for one in page.may_hold)
    added["institution"].choices = choices([("", _("Ninguna todavía")), *page.institutions])
    return made


def _offer(field: Any, page: StructurePage, items: tuple[Beside, ...]) -> None:
    word = page.milestone_word
    field.choices = choices(
        (one.uid, f"{node_word(one.kind, word)} {one.label}: {one.title}"[:110]) for one in items
    )


@blueprint.get("/revision/enmiendas/<string:uid>/elementos/<string:node_uid>/lugar")
@requires(Permission.PLAN_MANAGE)
def structure(uid: str, node_uid: str) -> ResponseReturnValue:
    page = get_structure(acting(), uid, node_uid, today())
    return render_template("amendments/structure.html", page=page, forms=_forms(page))


@blueprint.post("/revision/enmiendas/<string:uid>/elementos/<string:node_uid>/lugar/<string:field>")
@requires(Permission.PLAN_MANAGE)
def restructure(uid: str, node_uid: str, field: str) -> ResponseReturnValue:
    page = get_structure(acting(), uid, node_uid, today())
    forms = _forms(page, field)
    if field != rules.ORDER and field not in forms:
        raise NotFound("change-not-found")
    form = forms.get(field) or LockedForm()
    status = 422
    if form.validate():
        try:
            _prepare(page, field, form)
        except (NotAllowed, NotFound):
            raise
        except DomainError as error:
            form.add_error(error)
            form.lock_version.data = str(page.lock_version)
            status = error.status
        else:
            return _prepared(page, field)
    return render_template("amendments/structure.html", page=page, forms=forms), status


def _prepared(page: StructurePage, field: str) -> ResponseReturnValue:
    """An order is often changed again; anything else is looked at with the amendment."""
    if field == rules.ORDER:
        return redirect(
            url_for("amendments.structure", uid=page.amendment_uid, node_uid=page.uid, _anchor="orden"), 303
        )
    flash(_("Guardado."), "ok")
    return redirect(url_for("amendments.show", uid=page.amendment_uid, _anchor="cambios"), 303)


def _prepare(page: StructurePage, field: str, form: LockedForm) -> None:
    with transaction():
        rearrange_item(
            acting(),
            amendment_uid=page.amendment_uid,
            node_uid=page.uid,
            field=field,
            told=_told(form),
            lock_version=form.version(),
        )


def _new(form: AddForm) -> NewItem:
    return NewItem(
        kind=NodeKind(form.kind.data),
        title=form.title.data or "",
        windows=form.windows.windows,
        institution_uid=form.institution.data or "",
        product=form.product.data or "",
        means=tuple((form.means.data or "").splitlines()),
    )


def _told(form: LockedForm) -> dict[str, Any]:
    """What the service is told, by the kind of change."""
    if isinstance(form, MoveForm):
        return {"other": form.into.data}
    if isinstance(form, JoinForm):
        return {"other": form.other.data}
    if isinstance(form, AddForm):
        return {"new": _new(form)}
    if isinstance(form, SplitForm):
        return {
            "titles": [form.second.data or "", form.third.data or ""],
            "means": form.means.data or [],
            "continues": form.continues.data != "no",
        }
    way, _colon, item = request.form.get("action", "").partition(":")
    if way not in set(Way):
        raise NotFound("node-not-found")
    return {"item": item, "way": way}
