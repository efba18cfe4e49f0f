"""The public pages."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from tracker import clock
from tracker import glossary as words
from tracker.access import public
from tracker.blueprints.portal import blueprint, questions
from tracker.blueprints.portal.drawing import draw_commitments
from tracker.blueprints.portal.permanent import sharing_of
from tracker.blueprints.portal.timetable import read_asked, settled, shown
from tracker.domain.errors import NotFound
from tracker.domain.timeline import of_kind, page_of
from tracker.queries.portal import deliveries, institution_past, items, lines, schedule, side_by_side
from tracker.queries.portal import institutions as institution_queries
from tracker.queries.portal import plans as plan_queries
from tracker.queries.portal import reports as report_queries
from tracker.queries.portal.examples import get_examples
from tracker.queries.portal.groups import list_public_groups
from tracker.queries.portal.history import get_history
from tracker.queries.portal.selection import choose
from tracker.queries.portal.subjects import institution_subject, plan_subject
from tracker.words.timeline import public_kind_choices


def _today() -> date:
    return clock.today(current_app.config["TIMEZONE"])


def _page() -> int:
    return request.args.get("page", 1, type=int)


@blueprint.get("/")
@public
def plans() -> ResponseReturnValue:
    """Every published plan."""
    return render_template("portal/plans.html", plans=plan_queries.list_plans())


@blueprint.get("/planes/comparar")
@public
def compare() -> ResponseReturnValue:
    """Two or three plans side by side; a form to choose them where the address names none."""
    known = {one.header.number: one.header for one in plan_queries.list_plans()}
    asked = [request.args.get(name, type=int) for name in ("a", "b", "c")]
    chosen = sorted({one for one in asked if one in known})
    numbers: dict[str, Any] = dict(zip(("a", "b", "c"), chosen, strict=False))
    return render_template(
        "portal/compare.html",
        plans=sorted(known.values(), key=lambda one: one.number),
        page=side_by_side.compare_plans(chosen, _today()) if len(chosen) >= side_by_side.FEWEST else None,
        chosen=numbers,
        unknown=[one for one in asked if one is not None and one not in known],
        address_says=numbers,
    )


@blueprint.get("/planes/<int:number>")
@public
def plan(number: int) -> ResponseReturnValue:
    """A plan: its story, its figures, its commitments, late first."""
    found = plan_queries.get_plan(number)
    asking, asked = questions.commitments_asked(found)
    chosen = choose(found.commitments, asked, found.axes)
    spans = schedule.commitment_spans(found.header.id)
    return render_template(
        "portal/plan.html",
        plan=found,
        header=found.header,
        sharing=sharing_of(plan_subject(found.header)),
        chosen=chosen,
        asking=asking,
        address_says=asking.said,
        states=deliveries.by_state(found.deliveries),
        late_ones=deliveries.most_late(found.deliveries),
        institutions_asking=questions.institutions_asked(number),
        drawing=draw_commitments(chosen.rows, spans, number, _today()),
    )


@blueprint.get("/planes/<int:number>/actividades")
@public
def activities(number: int) -> ResponseReturnValue:
    """Everything a plan has to deliver, by what the reader asks."""
    plan = deliveries.get_choices(number)
    asking, asked = questions.deliveries_asked(plan)
    return render_template(
        "portal/deliveries.html",
        plan=plan,
        header=plan.header,
        shown=deliveries.choose_deliveries(plan, asked),
        asking=asking,
        address_says=asking.said,
    )


@blueprint.get("/planes/<int:number>/cronograma")
@public
def timetable(number: int) -> ResponseReturnValue:
    """A plan's schedule: drawn by year, quarter or month, or as a table."""
    asked = read_asked(request.args)
    found = schedule.get_schedule(number, _today(), asked.choice, page=_page() if asked.table else None)
    return render_template("portal/timetable.html", **shown(found, settled(asked, found), _today()))


@blueprint.get("/planes/<int:number>/compromisos/<int:commitment>")
@public
def commitment(number: int, commitment: int) -> ResponseReturnValue:
    """A commitment with its milestones and activities."""
    found = items.get_commitment(number, commitment, _today())
    shown = lines.choose_page(found.item, _page())
    return render_template(
        "portal/commitment.html",
        page=found,
        plan=found.plan,
        item=found.item,
        shown=shown,
        documents=report_queries.reports_about(found.plan.id, commitment, found.institutions),
        sharing=sharing_of(found.subject),
        groups=list_public_groups(found.item.uid, _today()),
    )


@blueprint.get("/planes/<int:number>/instituciones")
@public
def institutions(number: int) -> ResponseReturnValue:
    """Every institution that takes part in a plan."""
    asking = questions.institutions_asked(number)
    header, rows = plan_queries.list_institutions(number, asking["orden"])
    return render_template(
        "portal/institutions.html",
        header=header,
        institutions=rows,
        asking=asking,
        address_says=asking.said,
    )


@blueprint.get("/planes/<int:number>/instituciones/<string:slug>")
@public
def institution(number: int, slug: str) -> ResponseReturnValue:
    """What an institution has to do in a plan."""
    try:
        found = institution_queries.get_institution(number, slug, page=_page())
    except NotFound:
        return _no_more(number, slug)
    if slug != found.institution.slug:
        return redirect(url_for("portal.institution", number=number, slug=found.institution.slug), 301)
    sharing = sharing_of(institution_subject(found))
    return render_template(
        "portal/institution.html",
        page=found,
        header=found.header,
        sharing=sharing,
        forerunners=institution_past.list_forerunners(found.uid),
    )


def _no_more(number: int, slug: str) -> ResponseReturnValue:
    """An institution that ended, or an acronym borne before or since: the page leads on."""
    try:
        ended = institution_past.get_ended(number, slug)
    except NotFound:
        address = institution_past.find_renamed(slug)
        return redirect(url_for("portal.institution", number=number, slug=address), 301)
    return render_template("portal/institution_ended.html", page=ended, header=ended.header)


@blueprint.get("/actividades/<string:uid>")
@public
def activity(uid: str) -> ResponseReturnValue:
    """An activity, or a milestone that delivers itself."""
    found = items.get_activity(uid, _today())
    if found.subject is None:
        return redirect(
            url_for(
                "portal.commitment",
                number=found.plan.number,
                commitment=found.commitment_number,
                _anchor=f"hito-{uid}",
            )
        )
    kind = request.args.get("tipo", "")
    zone = current_app.config["TIMEZONE"]
    entries = get_history(found.subject, zone=zone, overdue_from=found.overdue_from)
    return render_template(
        "portal/activity.html",
        page=found,
        plan=found.plan,
        item=found.item,
        sharing=sharing_of(found.subject),
        history=page_of(of_kind(entries, kind), _page()),
        kinds=public_kind_choices(),
        kind=kind,
    )


@blueprint.get("/informes")
@public
def reports() -> ResponseReturnValue:
    """Published compiled reports."""
    return render_template("portal/reports.html", reports=report_queries.list_reports())


@blueprint.get("/metodologia")
@public
def method() -> ResponseReturnValue:
    """How every figure is computed, with examples of a published plan."""
    return render_template("portal/method.html", examples=get_examples())


@blueprint.get("/glosario")
@public
def glossary() -> ResponseReturnValue:
    """What the words of these pages mean."""
    terms = words.glossary()
    return render_template("portal/glossary.html", terms=terms, initials=words.by_letter(terms.values()))
