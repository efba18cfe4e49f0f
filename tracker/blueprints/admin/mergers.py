"""Institutions that become one: said, looked through, confirmed."""

from __future__ import annotations

import hashlib

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from tracker import clock
from tracker.access import acting, requires
from tracker.blueprints.admin import blueprint
from tracker.blueprints.admin.accounts import today
from tracker.blueprints.admin.institution_forms import MergerForm
from tracker.blueprints.admin.sections import sections
from tracker.choices import choices
from tracker.db import rehearsal, transaction
from tracker.domain.errors import Conflict, DomainError
from tracker.domain.permissions import Permission
from tracker.queries.institutions import list_parents
from tracker.queries.merger_effects import MergerEffects, merger_effects
from tracker.services.mergers import Merger, merge
from tracker.wording import part_word, role_word


@blueprint.get("/instituciones/fusion")
@requires(Permission.INSTITUTION_MANAGE)
def merger() -> ResponseReturnValue:
    given = [one for one in request.args.getlist("de") if one]
    return _page(_form(MergerForm(formdata=None, ending=given, on=today())))


def _form(form: MergerForm) -> MergerForm:
    every = list(list_parents(acting()))
    form.ending.choices = choices(every)
    form.successor.choices = choices([("", _("Elija la que sigue")), *every])
    return form


def _page(form: MergerForm, effects: MergerEffects | None = None, status: int = 200) -> ResponseReturnValue:
    shown = render_template(
        "admin/merger.html",
        sections=sections(),
        form=form,
        effects=effects,
        seen=_fingerprint(effects) if effects else "",
        part_word=part_word,
        role_word=role_word,
    )
    return shown, status


def _fingerprint(effects: MergerEffects) -> str:
    """What was looked through: another one is looked through anew before it is confirmed."""
    return hashlib.sha256(repr(effects).encode()).hexdigest()


@blueprint.post("/instituciones/fusion")
@requires(Permission.INSTITUTION_MANAGE)
def merge_institutions() -> ResponseReturnValue:
    """Show what it would do, or do it."""
    form = _form(MergerForm())
    if not form.validate():
        return _page(form, status=422)
    asked = _asked(form)
    try:
        if request.form.get("action") != "confirm":
            return _page(form, _rehearsed(asked))
        _confirm(asked)
    except DomainError as error:
        return _refused(form, asked, error)
    flash(_("Fusión registrada. Las páginas anteriores llevan a la institución que sigue."), "ok")
    return redirect(url_for("admin.institution", uid=asked.successor_uid), 303)


def _refused(form: MergerForm, asked: Merger, error: DomainError) -> ResponseReturnValue:
    """Why it was not done; where something changed meanwhile, with what it would do now."""
    if error.code == "merger-preview-old":
        try:
            effects = _rehearsed(asked)
        except DomainError as other:
            error = other
        else:
            form.add_error(error)
            return _page(form, effects, 409)
    form.add_error(error)
    return _page(form, status=422)


def _asked(form: MergerForm) -> Merger:
    return Merger(
        ending_uids=tuple(form.ending.data or ()),
        successor_uid=form.successor.data or "",
        on=form.on.data,
        reason=form.reason.data or "",
        legal_reference=form.legal_reference.data or "",
    )


def _effects(asked: Merger) -> MergerEffects:
    return merger_effects(acting(), asked.ending_uids, asked.successor_uid, asked.on or today())


def _rehearsed(asked: Merger) -> MergerEffects:
    """What it would do, once it is sure that nothing stands in its way."""
    with rehearsal():
        merge(acting(), asked, now=clock.now(), today=today())
    return _effects(asked)


def _confirm(asked: Merger) -> None:
    with transaction():
        effects = _effects(asked) if asked.ending_uids and asked.successor_uid else None
        if effects is None or request.form.get("seen", "") != _fingerprint(effects):
            raise Conflict("merger-preview-old")
        merge(acting(), asked, now=clock.now(), today=today())
