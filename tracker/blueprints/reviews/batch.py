"""Several reports decided together: what was chosen, the decision on all or none, and what became of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from flask import current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from tracker import clock
from tracker.access import acting, requires
from tracker.blueprints.reviews import blueprint
from tracker.blueprints.reviews.queue_filters import asked_parameters
from tracker.blueprints.reviews.views import today
from tracker.db import transaction
from tracker.domain.errors import DomainError
from tracker.domain.permissions import Permission
from tracker.domain.workflow import ReportAction
from tracker.queries.review_batch import BatchRow, list_batch
from tracker.services.reviews import BatchDecision, BatchRefused, decide_batch
from tracker.wording import sentence
from tracker.words.reviews import about_choices

ACTIONS = {"validate": ReportAction.VALIDATE, "return": ReportAction.RETURN}


@blueprint.get("/revision/lote")
@requires(Permission.REPORT_VALIDATE)
def batch() -> ResponseReturnValue:
    rows = _rows(request.args.getlist("informe"))
    if not rows:
        flash(sentence("batch-empty", {}), "warn")
        return redirect(url_for("reviews.queue", **asked_parameters()), 303)
    return _page(rows, {}, 200)


@blueprint.post("/revision/lote")
@requires(Permission.REPORT_VALIDATE)
def decide_together() -> ResponseReturnValue:
    uids = request.form.getlist("informe")
    try:
        with transaction():
            decided = decide_batch(acting(), decisions=_decisions(uids), now=clock.now(), today=today())
            done = [one.uid for one in decided]
    except BatchRefused as refused:
        flash(sentence(refused.code, refused.params), "error")
        told = {uid: sentence(one.code, one.params) for uid, one in refused.refusals.items()}
        return _page(_rows(uids), told, 422)
    except DomainError as error:
        flash(sentence(error.code, error.params), "error")
        return _page(_rows(uids), {}, 422)
    return redirect(url_for("reviews.batch_done", informe=done, **asked_parameters()), 303)


@blueprint.get("/revision/lote/hecho")
@requires(Permission.REPORT_VALIDATE)
def batch_done() -> ResponseReturnValue:
    rows = _rows(request.args.getlist("informe"))
    return render_template("reviews/batch_done.html", rows=rows, params=asked_parameters())


def _rows(uids: Sequence[str]) -> Sequence[BatchRow]:
    return list_batch(acting(), uids, today=today(), zone=current_app.config["TIMEZONE"])


def _page(rows: Sequence[BatchRow], refusals: Mapping[str, str], status: int) -> ResponseReturnValue:
    shown = render_template(
        "reviews/batch.html",
        rows=rows,
        refusals=refusals,
        typed=request.form,
        abouts=about_choices(),
        params=asked_parameters(),
        why=_why,
    )
    return shown, status


def _why(row: BatchRow) -> str:
    """Why a report cannot be decided together with others as it stands; empty where it can."""
    if row.waiting is None:
        return _("Ya no espera una decisión.")
    if not row.waiting.may_decide:
        return sentence("own-report", {})
    if not row.waiting.is_opened:
        return sentence("report-not-opened", {})
    if not row.waiting.is_ready:
        return _("Su evidencia no alcanza: devuélvalo, o decídalo por separado con una excepción firmada.")
    return ""


def _decisions(uids: Sequence[str]) -> list[BatchDecision]:
    """What is to be decided of each report chosen; those left out are not named."""
    form = request.form
    return [
        BatchDecision(
            uid,
            ACTIONS[form[f"action-{uid}"]],
            form.get(f"version-{uid}", 0, type=int),
            comment=form.get(f"comment-{uid}", "")[:5000],
            comment_field=form.get(f"about-{uid}", ""),
        )
        for uid in dict.fromkeys(uids)
        if form.get(f"action-{uid}") in ACTIONS
    ]
