"""Lists, the form to ask for a report, its page and its files."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from flask import Response, current_app, flash, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from tracker import clock
from tracker.access import acting, requires
from tracker.blueprints.reports import blueprint
from tracker.blueprints.reports.consultation_forms import PageForms
from tracker.blueprints.reports.forms import RequestForm
from tracker.db import transaction
from tracker.domain.compilation import CompilationKind
from tracker.domain.consultations import Outcome
from tracker.domain.errors import DomainError
from tracker.domain.permissions import AccountRole, Permission, can
from tracker.domain.reports import OF_AN_INSTITUTION
from tracker.i18n import language
from tracker.queries import reports as queries
from tracker.queries.plans import list_plan_titles
from tracker.renderers import FORMATS
from tracker.renderers.present import present
from tracker.renderers.presentation import Column, Fact
from tracker.renderers.words import Words
from tracker.services import reports as services
from tracker.services.compilations import Order
from tracker.wording import role_word, sentence
from tracker.words.consultations import outcome_word


def reports_folder() -> Path:
    """Where compiled files are kept."""
    return Path(current_app.instance_path) / "reports"


@blueprint.get("")
@requires(Permission.COMPILATION_READ)
def requests() -> ResponseReturnValue:
    actor, page = acting(), request.args.get("page", 1, type=int)
    found = queries.list_compilations(actor, page)
    may_ask = can(actor, Permission.COMPILATION_REQUEST)
    return render_template("reports/requests.html", found=found, may_ask=may_ask)


@blueprint.get("/pedir")
@requires(Permission.COMPILATION_REQUEST)
def ask() -> ResponseReturnValue:
    form = _form()
    form.cutoff.data = clock.today(current_app.config["TIMEZONE"])
    return render_template("reports/ask.html", form=form)


@blueprint.post("/pedir")
@requires(Permission.COMPILATION_REQUEST)
def request_report() -> ResponseReturnValue:
    form = _form()
    if not form.validate_on_submit():
        return render_template("reports/ask.html", form=form), 422
    kind, today = CompilationKind(form.kind.data), clock.today(current_app.config["TIMEZONE"])
    cutoff = form.cutoff.data or today
    institution, commitment = form.institution.data or "", form.commitment.data
    order = Order(form.plan.data, kind, cutoff, institution_uid=institution, commitment_number=commitment)
    try:
        with transaction():
            uid = services.request_compilation(acting(), order, today=today, now=clock.now())
    except DomainError as error:
        form.add_error(error)
        return render_template("reports/ask.html", form=form), 422
    flash(_("Informe pedido."), "ok")
    return redirect(url_for("reports.show", uid=uid), 303)


def _form() -> RequestForm:
    """The form with what this person may ask for."""
    actor = acting()
    whole_plan = can(actor, Permission.COMPILATION_PUBLISH)
    kinds = [kind for kind in CompilationKind if whole_plan or kind in OF_AN_INSTITUTION]
    institutions = list(queries.list_own_institutions(actor))
    form = RequestForm()
    form.kind.choices = [(kind.value, Words(language())(f"kind.{kind.value}")) for kind in kinds]
    form.plan.choices = [(number, f"{number} · {title}") for number, title in list_plan_titles(actor)]
    form.institution.choices = [("", _("Ninguna")), *institutions] if whole_plan else institutions
    return form


@blueprint.app_template_filter("preview_facts")
def preview_facts(facts: Sequence[Fact]) -> list[dict[str, str]]:
    """The large figures of a report for the component that shows them."""
    kinds = {"late": "late", "ok": "ok", "warn": "warn", "claimed": "warn"}
    return [{"value": one.value, "label": one.label, "kind": kinds.get(one.tone, "")} for one in facts]


@blueprint.app_template_filter("board_heads")
def board_heads(columns: Sequence[Column]) -> list[dict[str, str | bool]]:
    """The headings of a report's own table for the component that shows it."""
    return [{"label": one.label, "numeric": one.is_figure} for one in columns]


@blueprint.get("/<string:uid>")
@requires(Permission.COMPILATION_READ)
def show(uid: str) -> ResponseReturnValue:
    return report_page(uid)


def report_page(uid: str, forms: PageForms | None = None) -> str:
    """A report's page: where it stands, its preview, what is said of it, and what can be done with it."""
    page = queries.get_compilation(acting(), uid, clock.now())
    preview = present(page.document, language()) if page.document else None
    failure = sentence(page.row.failure, {}) if page.row.failure else ""
    shown = (forms or PageForms()).shown(page)
    return render_template("reports/show.html", page=page, preview=preview, failure=failure, **shown)


@blueprint.app_template_filter("outcome_word")
def outcome_filter(outcome: Outcome) -> str:
    """What was answered to a comment."""
    return outcome_word(outcome)


@blueprint.app_template_filter("account_role_word")
def account_role_filter(role: AccountRole) -> str:
    """The word for an account's role."""
    return role_word(role)


@blueprint.get("/<string:uid>/archivos/<string:format_name>")
@requires(Permission.COMPILATION_READ)
def download(uid: str, format_name: str) -> ResponseReturnValue:
    """A file of a report, always as a download: no browser opens it inside these pages."""
    found = queries.get_file(acting(), uid, format_name, reports_folder())
    response: Response = send_file(
        found.path,
        mimetype=FORMATS[found.format].media_type,
        as_attachment=True,
        download_name=found.filename,
        etag=found.path.name,
    )
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response
