"""Runs of the jobs: what ran, what failed, asking for a run."""

from __future__ import annotations

from flask import current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from tracker import clock
from tracker.access import acting, requires
from tracker.blueprints.admin import blueprint
from tracker.blueprints.admin.forms import RunForm
from tracker.blueprints.admin.job_rows import job_choices, job_rows, run_state
from tracker.blueprints.admin.sections import sections
from tracker.choices import choices
from tracker.db import transaction
from tracker.domain.errors import DomainError
from tracker.domain.permissions import Permission, can
from tracker.paths import number
from tracker.queries.jobs import list_runs
from tracker.services.jobs import request_run
from tracker.wording import sentence
from tracker.words.audit import actor_word

PAGE = 50


@blueprint.get("/trabajos")
@requires(Permission.JOB_READ)
def jobs() -> ResponseReturnValue:
    return _page(_run_form(None))


@blueprint.post("/trabajos")
@requires(Permission.JOB_RUN)
def run_job() -> ResponseReturnValue:
    form = _run_form(request.form)
    if not form.validate_on_submit():
        return _page(form), 422
    now, today = clock.now(), clock.today(current_app.config["TIMEZONE"])
    try:
        with transaction():
            request_run(acting(), form.job.data, for_date=form.on.data or today, today=today, now=now)
    except DomainError as error:
        form.on.errors = [*form.on.errors, sentence(error.code, error.params)]
        return _page(form), 422
    flash(_("Solicitado: %(job)s. El planificador lo toma en menos de un minuto.", job=form.job.data), "ok")
    return redirect(url_for("admin.jobs"), 303)


def _run_form(sent: object) -> RunForm:
    form = RunForm(sent, on=clock.today(current_app.config["TIMEZONE"]))
    form.job.choices = choices(job_choices())
    return form


def _page(form: RunForm) -> str:
    now, job = clock.now(), request.args.get("job", "")
    only_failed = request.args.get("failed", "") == "1"
    before = request.args.get("before", 0, type=number)
    runs = list_runs(acting(), now=now, job=job, only_failed=only_failed, before_id=before, limit=PAGE + 1)
    older = (
        url_for("admin.jobs", job=job or None, failed=only_failed or None, before=runs[PAGE - 1].id)
        if len(runs) > PAGE
        else ""
    )
    return render_template(
        "admin/jobs.html",
        sections=sections(),
        jobs=job_rows(now),
        runs=runs[:PAGE],
        older=older,
        choices=[("", _("Todos")), *job_choices()],
        chosen=job,
        only_failed=only_failed,
        form=form if can(acting(), Permission.JOB_RUN) else None,
        run_state=run_state,
        actor_word=actor_word,
        timezone=current_app.config["TIMEZONE"],
    )
