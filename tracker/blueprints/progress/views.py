"""The panel of each role, the list of activities, one activity, two versions of a report."""

from __future__ import annotations

from datetime import date

from flask import current_app, render_template, request
from flask.typing import ResponseReturnValue

from tracker import clock
from tracker.access import acting, requires
from tracker.blueprints.progress import blueprint
from tracker.blueprints.progress.choices import choices_for
from tracker.domain.permissions import Actor, Permission, can
from tracker.domain.states import State
from tracker.domain.timeline import Entry, of_kind, page_of
from tracker.downloads import csv_answer
from tracker.paths import number
from tracker.queries.panel import get_institution_panel
from tracker.queries.panel_plan import get_overview, get_review_panel, get_system_panel
from tracker.queries.progress import ListFilter, list_activities, list_choices
from tracker.queries.progress_activity import ActivityPage, get_activity
from tracker.queries.progress_reports import evidence_differences
from tracker.queries.timeline import get_timeline
from tracker.words.comparison import compared_evidence, compared_fields, version_choices
from tracker.words.timeline import kind_choices, table_header, table_rows


def _today() -> date:
    return clock.today(current_app.config["TIMEZONE"])


@blueprint.get("/panel")
@requires(Permission.PANEL_READ)
def panel() -> ResponseReturnValue:
    actor = acting()
    if can(actor, Permission.REPORT_VALIDATE):
        found = get_review_panel(actor, _today(), current_app.config["TIMEZONE"])
        plans = can(actor, Permission.RESCHEDULING_DECIDE)
        return render_template("progress/panel_review.html", panel=found, may_plan=plans)
    if can(actor, Permission.REPORT_READ_OWN):
        own = get_institution_panel(actor, _today())
        return render_template("progress/panel_institution.html", panel=own, may_report=_reports(actor))
    if can(actor, Permission.REPORT_READ_ALL):
        return render_template("progress/panel_overview.html", panel=get_overview(actor, _today()))
    return render_template("progress/panel_system.html", panel=get_system_panel(actor, clock.now()))


def _reports(actor: Actor) -> bool:
    return can(actor, Permission.REPORT_SUBMIT)


@blueprint.get("/avances")
@requires(Permission.PANEL_READ)
def activities() -> ResponseReturnValue:
    asked = request.args
    chosen = ListFilter(
        state=asked.get("estado", ""),
        commitment=asked.get("compromiso", ""),
        institution=asked.get("institucion", ""),
        report=asked.get("informe", ""),
        plan=asked.get("plan", type=number),
    )
    page = list_activities(acting(), chosen, page=asked.get("page", 1, type=int), today=_today())
    return render_template(
        "progress/activities.html",
        page=page,
        chosen=chosen,
        choices=choices_for(list_choices(acting())),
        params={key: value for key, value in asked.items() if key != "page" and value},
        may_report=_reports(acting()),
    )


@blueprint.get("/avances/<string:uid>")
@requires(Permission.PANEL_READ)
def activity(uid: str) -> ResponseReturnValue:
    page = get_activity(acting(), uid, _today())
    kind = request.args.get("tipo", "")
    return render_template(
        "progress/activity.html",
        page=page,
        may_decide=_decides(acting()),
        history=page_of(of_kind(_history(uid, page), kind), request.args.get("page", 1, type=int)),
        kinds=kind_choices(),
        kind=kind,
        may_audit=can(acting(), Permission.AUDIT_READ),
    )


def _history(uid: str, page: ActivityPage) -> tuple[Entry, ...]:
    late = page.status.state in {State.OVERDUE, State.COMPLETE_LATE}
    zone = current_app.config["TIMEZONE"]
    since = page.status.due_on if late else None
    return get_timeline(acting(), uid, today=_today(), zone=zone, overdue_from=since)


@blueprint.get("/avances/<string:uid>/historia.csv")
@requires(Permission.PANEL_READ)
def timeline_csv(uid: str) -> ResponseReturnValue:
    """The whole timeline as a table, as the person may read it."""
    page = get_activity(acting(), uid, _today())
    entries = of_kind(_history(uid, page), request.args.get("tipo", ""))
    return csv_answer(f"historia-{page.label}.csv", table_header(), table_rows(entries))


def _decides(actor: Actor) -> bool:
    return can(actor, Permission.REPORT_VALIDATE)


@blueprint.get("/avances/<string:uid>/comparar")
@requires(Permission.PANEL_READ)
def compare(uid: str) -> ResponseReturnValue:
    page = get_activity(acting(), uid, _today())
    before = page.version(request.args.get("antes", ""))
    after = page.version(request.args.get("despues", ""))
    added, removed = evidence_differences(before.evidence, after.evidence)
    return render_template(
        "progress/compare.html",
        page=page,
        before=before,
        after=after,
        changes=compared_fields(before, after),
        altered=compared_evidence(before.evidence, after.evidence),
        versions=version_choices(page.reports),
        added=added,
        removed=removed,
    )
