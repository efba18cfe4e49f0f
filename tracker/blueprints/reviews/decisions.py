"""What a reviewer decides: validate, return, reopen; doubts, variants and requested dates."""

from __future__ import annotations

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from tracker import clock
from tracker.access import acting, requires
from tracker.blueprints.reviews import blueprint
from tracker.blueprints.reviews.forms import DecisionForm, decision_form
from tracker.blueprints.reviews.queue import place_of, render_review
from tracker.blueprints.reviews.queue_filters import asked_parameters
from tracker.blueprints.reviews.views import today
from tracker.db import transaction
from tracker.domain.errors import Conflict, DomainError, NotAllowed, NotFound
from tracker.domain.permissions import Permission
from tracker.queries.review_page import ReviewPage, get_review
from tracker.queries.review_standing import list_resting_on
from tracker.queries.reviews import Place
from tracker.services import doubts as doubt_services
from tracker.services import reviews as services
from tracker.wording import sentence


@blueprint.post("/revision/<string:uid>")
@requires(Permission.REPORT_VALIDATE)
def decide(uid: str) -> ResponseReturnValue:
    page, place = get_review(acting(), uid, today()), place_of(uid)
    form = decision_form(page)
    if form.check():
        try:
            with transaction():
                _return(uid, form) if form.action == "return" else _validate(uid, form)
        except Conflict as conflict:
            return _decided_meanwhile(uid, form, conflict)
        except (NotAllowed, NotFound):
            raise
        except DomainError as error:
            form.add_error(error)
        else:
            return _done(page, place, form.action == "return")
    return render_review(page, form, place), 422


def _validate(uid: str, form: DecisionForm) -> None:
    services.validate_report(acting(), report_uid=uid, now=clock.now(), today=today(), **form.decision())


def _return(uid: str, form: DecisionForm) -> None:
    services.return_report(
        acting(),
        report_uid=uid,
        comment=form.comment.data or "",
        comment_field=form.comment_field.data or "",
        lock_version=form.version(),
        now=clock.now(),
        today=today(),
    )


def _done(page: ReviewPage, place: Place, returned: bool) -> ResponseReturnValue:
    """On to the next of the same queue; back to the queue after its last."""
    label, office = page.activity.label, page.report.institution
    if returned:
        words = _("%(label)s devuelta a %(office)s con su comentario.", label=label, office=office)
    else:
        words = _("%(label)s comprobada. La página pública ya lo muestra.", label=label)
    flash(words, "ok")
    params = asked_parameters()
    if place.following:
        return redirect(url_for("reviews.show", uid=place.following, **params), 303)
    return redirect(url_for("reviews.queue", **params), 303)


def _decided_meanwhile(uid: str, form: DecisionForm, conflict: Conflict) -> ResponseReturnValue:
    """Somebody decided or withdrew it first: the page as it is now, with what was typed."""
    page = get_review(acting(), uid, today())
    form.form_errors.append(sentence(conflict.code, conflict.params))
    form.lock_version.data = str(page.report.lock_version)
    return render_review(page, form, place_of(uid)), 409


@blueprint.post("/revision/<string:uid>/reabrir")
@requires(Permission.REPORT_VALIDATE)
def reopen(uid: str) -> ResponseReturnValue:
    comment = request.form.get("comment", "")
    try:
        with transaction():
            services.reopen_report(acting(), report_uid=uid, comment=comment, now=clock.now(), today=today())
    except (Conflict, NotAllowed, NotFound):
        raise
    except DomainError as error:
        flash(sentence(error.code, error.params), "error")
    else:
        _tell_reopened(len(list_resting_on(acting(), uid)))
    return redirect(url_for("reviews.show", uid=uid), 303)


def _tell_reopened(resting: int) -> None:
    flash(_("Reabierto: el informe vuelve a esperar una decisión."), "ok")
    if resting:
        words = ngettext(
            "%(num)s informe comprobado al 100 %% descansaba en su evidencia: véalo en esta página.",
            "%(num)s informes comprobados al 100 %% descansaban en su evidencia: véalos en esta página.",
            resting,
        )
        flash(words, "warn")


@blueprint.post("/revision/dudas/<string:uid>")
@requires(Permission.DOUBT_RESOLVE)
def resolve_doubt(uid: str) -> ResponseReturnValue:
    resolution = request.form.get("resolution", "")
    try:
        with transaction():
            doubt_services.resolve_doubt(acting(), doubt_uid=uid, resolution=resolution, now=clock.now())
    except (Conflict, NotFound):
        raise
    except DomainError as error:
        flash(sentence(error.code, error.params), "error")
    else:
        flash(_("Duda resuelta. La nota queda con ella."), "ok")
    return redirect(url_for("reviews.doubts"), 303)


@blueprint.post("/revision/variantes/<string:uid>")
@requires(Permission.DOUBT_RESOLVE)
def settle_variant(uid: str) -> ResponseReturnValue:
    choose = request.form.get("action") == "choose"
    with transaction():
        doubt_services.settle_variant(
            acting(), variant_uid=uid, choose=choose, now=clock.now(), today=today()
        )
    flash(_("Vale ahora lo que dice la otra fuente.") if choose else _("Queda lo que estaba vigente."), "ok")
    return redirect(url_for("reviews.doubts"), 303)
