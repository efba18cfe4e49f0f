"""One item of evidence: its page, what is said of it, another version of it, its public version."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from werkzeug.datastructures import FileStorage
from wtforms import FileField, StringField
from wtforms.validators import Length, Optional

from tracker import clock, evidence_files, uploads
from tracker.access import acting, requires
from tracker.blueprints.progress import blueprint
from tracker.choices import choices
from tracker.db import transaction
from tracker.domain.errors import DomainError, NotAllowed
from tracker.domain.permissions import Permission
from tracker.evidence_fields import AboutFields, about_values
from tracker.paths import number
from tracker.queries.evidence import EvidencePage, get_evidence
from tracker.report_fields import CheckboxesField
from tracker.services import evidence as services
from tracker.services import evidence_redactions as redactions
from tracker.services.evidence_access import Source
from tracker.services.filetypes import SUFFIXES
from tracker.wording import sentence
from tracker.words.links import answer_word

blueprint.add_app_template_filter(answer_word, "link_answer")


class AboutForm(AboutFields, FlaskForm):
    """What is said of an item that waits in a draft."""

    means = CheckboxesField(_l("Responde a"), choices=(), validate_choice=False)


class ReplaceForm(FlaskForm):
    """Another file or link in its place."""

    file = FileField(_l("Archivo nuevo"))
    url = StringField(
        _l("Enlace nuevo"), [Optional(), Length(max=2000)], render_kw={"type": "url", "inputmode": "url"}
    )


class PublicVersionForm(FlaskForm):
    """A file without what may not be read."""

    public_file = FileField(_l("Archivo sin los datos que no se pueden ver"))


def _today() -> date:
    return clock.today(current_app.config["TIMEZONE"])


def _page(uid: str) -> EvidencePage:
    """The item; its first page is drawn before it is shown."""
    page = get_evidence(acting(), uid)
    wanted = [(page.item.sha256, page.media_type)] if page.item.may_open and not page.pages else []
    if page.item.public_version and not page.public_pages:
        wanted.append((page.item.public_version.sha256, page.item.public_version.media_type))
    for sha256, media_type in wanted:
        evidence_files.ensure_preview(Source(sha256, media_type, ""))
    return get_evidence(acting(), uid) if wanted else page


def _about_form(page: EvidencePage) -> AboutForm:
    form = AboutForm(data=about_values(page.item) | {"means": list(page.item.means_uids)})
    form.means.choices = choices((one.uid, one.text) for one in page.means)
    return form


def _render(page: EvidencePage, status: int = 200, **forms: Any) -> ResponseReturnValue:
    shown = request.args.get("pagina", 1, type=number)
    return (
        render_template(
            "progress/evidence.html",
            page=page,
            shown=min(max(shown, 1), page.pages or page.public_pages or 1),
            today=_today(),
            allowed=", ".join(SUFFIXES),
            **{
                "about": _about_form(page) if page.may_edit else None,
                "replacing": ReplaceForm() if page.may_edit else None,
                "redacting": PublicVersionForm() if page.may_redact else None,
                **forms,
            },
        ),
        status,
    )


def _to_page(uid: str) -> ResponseReturnValue:
    return redirect(url_for("progress.evidence", uid=uid), 303)


def _sent(field: FileField) -> FileStorage:
    """The file of a field; DomainError where none came."""
    if not isinstance(field.data, FileStorage) or not field.data.filename:
        raise DomainError("file-required", field=field.short_name)
    return field.data


def _blame(form: FlaskForm, error: DomainError, otherwise: str) -> None:
    """The sentence beside the field it belongs to, or the one by which the file came; a refusal goes on."""
    if error.status != DomainError.status:
        raise error
    name = {"links": "url"}.get(error.field or "", error.field or "")
    field = form[name if name in form else otherwise]
    field.errors = [*field.errors, sentence(error.code, error.params)]


@blueprint.get("/avances/evidencia/<string:uid>")
@requires(Permission.PANEL_READ)
def evidence(uid: str) -> ResponseReturnValue:
    return _render(_page(uid))


@blueprint.post("/avances/evidencia/<string:uid>")
@requires(Permission.REPORT_SUBMIT)
def edit_evidence(uid: str) -> ResponseReturnValue:
    page = get_evidence(acting(), uid)
    form = _about_form(page)
    if not (form.validate() and form.check_reserve()):
        return _render(page, 422, about=form)
    with transaction():
        services.edit_item(
            acting(),
            evidence_uid=uid,
            means_uids=form.means.data or (),
            now=clock.now(),
            **form.about(page.item.effective_on),
        )
    flash(_("Guardado."), "ok")
    return redirect(
        url_for("progress.report", uid=page.node_uid, institucion=page.institution_uid, _anchor="evidencia"),
        303,
    )


@blueprint.post("/avances/evidencia/<string:uid>/reemplazar")
@requires(Permission.REPORT_SUBMIT)
def replace_evidence(uid: str) -> ResponseReturnValue:
    page = get_evidence(acting(), uid)
    form = ReplaceForm()
    try:
        new = _replaced(page, form)
    except DomainError as error:
        _blame(form, error, "url" if page.item.kind == "link" else "file")
        return _render(page, 422, replacing=form)
    flash(_("Reemplazado. Revise que lo que se dice de él siga siendo cierto."), "ok")
    return _to_page(new)


def _replaced(page: EvidencePage, form: ReplaceForm) -> str:
    """Hand the new file or link in with all that was said of the old one; gives its uid."""
    about = {**AboutFields(data=about_values(page.item)).about(page.item.effective_on)}
    if page.item.title in {page.item.filename, page.item.url}:
        about["title"] = ""
    given: dict[str, Any] = {
        "report_uid": page.report_uid,
        "means_uids": page.item.means_uids,
        "replaces": page.item.uid,
        "limits": uploads.limits(),
        "now": clock.now(),
        **about,
    }
    if page.item.kind == "link":
        with transaction():
            return services.add_link(acting(), url=form.url.data or "", **given).uid
    return uploads.hand_in(
        _sent(form.file), lambda upload: services.add_file(acting(), upload=upload, **given).uid
    )


@blueprint.post("/avances/evidencia/<string:uid>/quitar")
@requires(Permission.REPORT_SUBMIT)
def remove_evidence(uid: str) -> ResponseReturnValue:
    page = get_evidence(acting(), uid)
    with transaction():
        services.remove_item(acting(), evidence_uid=uid, now=clock.now())
    flash(_("Quitada del borrador."), "ok")
    return redirect(
        url_for("progress.report", uid=page.node_uid, institucion=page.institution_uid, _anchor="evidencia"),
        303,
    )


@blueprint.post("/avances/evidencia/<string:uid>/version-publica")
@requires(Permission.PANEL_READ)
def add_public_version(uid: str) -> ResponseReturnValue:
    page = get_evidence(acting(), uid)
    if not page.may_redact:
        raise NotAllowed("not-allowed")
    form = PublicVersionForm()
    try:
        uploads.hand_in(
            _sent(form.public_file),
            lambda upload: redactions.add_redaction(
                acting(), evidence_uid=uid, upload=upload, limits=uploads.limits(), now=clock.now()
            ),
        )
    except DomainError as error:
        _blame(form, error, "public_file")
        return _render(page, 422, redacting=form)
    flash(_("Versión pública guardada. El original sigue restringido."), "ok")
    return _to_page(uid)


@blueprint.post("/avances/evidencia/<string:uid>/version-publica/quitar")
@requires(Permission.REPORT_SUBMIT)
def remove_public_version(uid: str) -> ResponseReturnValue:
    with transaction():
        redactions.remove_redaction(acting(), evidence_uid=uid)
    flash(_("Versión pública quitada del borrador."), "ok")
    return _to_page(uid)
