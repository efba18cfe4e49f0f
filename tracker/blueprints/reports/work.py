"""What is done with a report that was asked for: compile, approve, publish."""

from __future__ import annotations

from flask import current_app, flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from tracker import clock
from tracker.access import acting, requires
from tracker.blueprints.reports import blueprint
from tracker.blueprints.reports.consultation_forms import PageForms
from tracker.blueprints.reports.forms import ApprovalForm
from tracker.blueprints.reports.views import report_page, reports_folder
from tracker.db import transaction
from tracker.domain.errors import DomainError
from tracker.domain.permissions import Permission
from tracker.queries import reports as queries
from tracker.services import reports as services
from tracker.services.evidence_packages import MEGABYTE


def _back(uid: str) -> ResponseReturnValue:
    return redirect(url_for("reports.show", uid=uid), 303)


@blueprint.post("/<string:uid>/compilar")
@requires(Permission.COMPILATION_REQUEST)
def compile_now(uid: str) -> ResponseReturnValue:
    """Right away for a plan of ordinary size; a larger one waits for the scheduler."""
    page = queries.get_compilation(acting(), uid, clock.now())
    if not (page.may_compile and page.is_small):
        return _back(uid)
    settings = current_app.config
    press = services.Press(
        reports_folder(),
        settings["TIMEZONE"],
        settings["GOVERNMENT_NAME"],
        evidence_url=settings["EVIDENCE_URL"],
        package_bytes=settings["PACKAGE_MAX_MB"] * MEGABYTE,
    )
    if services.compile_requested(uid, press=press, unit=transaction, clock=clock.now):
        flash(_("El informe está listo."), "ok")
    else:
        flash(_("No se pudo compilar el informe."), "error")
    return _back(uid)


@blueprint.post("/<string:uid>/aprobar")
@requires(Permission.COMPILATION_REQUEST)
def approve(uid: str) -> ResponseReturnValue:
    form = ApprovalForm()
    queries.get_compilation(acting(), uid, clock.now())
    if not form.validate_on_submit():
        return report_page(uid, PageForms(approval=form)), 422
    try:
        with transaction():
            services.approve(acting(), uid, form.signed_name.data or "", now=clock.now())
    except DomainError as error:
        form.add_error(error)
        return report_page(uid, PageForms(approval=form)), 422
    flash(_("Informe aprobado."), "ok")
    return _back(uid)


@blueprint.post("/<string:uid>/publicar")
@requires(Permission.COMPILATION_PUBLISH)
def publish(uid: str) -> ResponseReturnValue:
    queries.get_compilation(acting(), uid, clock.now())
    with transaction():
        services.publish(acting(), uid, now=clock.now())
    flash(_("Informe publicado. Desde ahora no cambia."), "ok")
    return _back(uid)
