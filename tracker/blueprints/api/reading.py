"""Plans, commitments, activities, institutions."""

from __future__ import annotations

from typing import Any

from flask import current_app

from tracker.blueprints.api import blueprint
from tracker.blueprints.api.answering import today
from tracker.blueprints.api.asked import (
    AskedActivities,
    AskedCommitments,
    AskedInstitutions,
    AskedList,
    AskedOfDay,
)
from tracker.blueprints.api.described import N_
from tracker.blueprints.api.operations import Operation, reads
from tracker.blueprints.api.shown_items import ActivityShown, CommitmentShown, CommitmentWholeShown, PlanShown
from tracker.blueprints.api.shown_others import InstitutionShown
from tracker.blueprints.api.shown_reports import ActivityWholeShown
from tracker.domain.history import Cut
from tracker.queries.portal.listed_activities import WantedActivities, slice_activities
from tracker.queries.portal.listed_others import (
    check_day,
    get_institution_record,
    get_plan_as_of,
    slice_commitments,
    slice_institutions,
)
from tracker.queries.portal.listing import Position, Slice, slice_sorted
from tracker.queries.portal.plans import list_plans
from tracker.queries.portal.records import get_activity_record, get_commitment_record
from tracker.queries.portal.rows import get_header

PLAN = {"number": (N_("El número del plan."), 4)}
UID = (N_("El identificador, que no cambia."), "0123456789abcdef0123456789abcdef")
PLANS, ITEMS = N_("Planes"), N_("Compromisos y actividades")
INSTITUTIONS = N_("Instituciones")


def cut_of(asked: Any) -> Cut:
    """The cut that was asked for, today's without one; NotFound for a day to come."""
    day = asked.as_of or today()
    check_day(day, today=today())
    return Cut(day)


@reads(
    blueprint, Operation("plans", "/plans", N_("Los planes publicados"), PLANS, PlanShown, AskedList, True)
)
def plans(asked: AskedList, position: Position) -> Slice[PlanShown]:
    rows = (((-one.header.number,), PlanShown.of(one.header)) for one in list_plans())
    return slice_sorted(rows, position, asked.limit)


@reads(
    blueprint,
    Operation("plan", "/plans/<int:number>", N_("Un plan"), PLANS, PlanShown, AskedOfDay, place=PLAN),
)
def plan(asked: AskedOfDay, number: int) -> PlanShown:
    day, zone = cut_of(asked).as_of, current_app.config["TIMEZONE"]
    if day == today():
        return PlanShown.of(get_header(number))
    past = get_plan_as_of(number, day, today=today(), zone=zone)
    return PlanShown.of(past.header, past.title, past.totals)


@reads(
    blueprint,
    Operation(
        "plan-commitments",
        "/plans/<int:number>/commitments",
        N_("Los compromisos de un plan"),
        ITEMS,
        CommitmentShown,
        AskedCommitments,
        True,
        PLAN,
    ),
)
def plan_commitments(asked: AskedCommitments, position: Position, number: int) -> Slice[Any]:
    cut_of(asked)
    zone = current_app.config["TIMEZONE"]
    found = slice_commitments(number, position, asked.limit, today=today(), as_of=asked.as_of, zone=zone)
    return found.map(CommitmentShown.of)


@reads(
    blueprint,
    Operation(
        "commitment",
        "/commitments/<string:uid>",
        N_("Un compromiso con todo lo que tiene debajo"),
        ITEMS,
        CommitmentWholeShown,
        AskedOfDay,
        place={"uid": UID},
    ),
)
def commitment(asked: AskedOfDay, uid: str) -> CommitmentWholeShown:
    return CommitmentWholeShown.of(get_commitment_record(uid, cut_of(asked)))


@reads(
    blueprint,
    Operation(
        "activities",
        "/activities",
        N_("Las actividades, y los hitos que se entregan por sí mismos"),
        ITEMS,
        ActivityShown,
        AskedActivities,
        True,
    ),
)
def activities(asked: AskedActivities, position: Position) -> Slice[Any]:
    cut_of(asked)
    wanted = WantedActivities(
        asked.plan,
        asked.commitment or "",
        asked.institution or "",
        asked.state,
        asked.overdue,
        asked.due_before,
        asked.q or "",
    )
    found = slice_activities(wanted, position, asked.limit, today=today(), as_of=asked.as_of)
    return found.map(ActivityShown.of)


@reads(
    blueprint,
    Operation(
        "activity",
        "/activities/<string:uid>",
        N_("Una actividad con lo que responde a sus medios de verificación"),
        ITEMS,
        ActivityWholeShown,
        AskedOfDay,
        place={"uid": UID},
    ),
)
def activity(asked: AskedOfDay, uid: str) -> ActivityWholeShown:
    return ActivityWholeShown.of(get_activity_record(uid, cut_of(asked)))


@reads(
    blueprint,
    Operation(
        "institutions",
        "/institutions",
        N_("Las instituciones que participan en algún plan publicado, o que tienen metas"),
        INSTITUTIONS,
        InstitutionShown,
        AskedInstitutions,
        True,
    ),
)
def institutions(asked: AskedInstitutions, position: Position) -> Slice[Any]:
    return slice_institutions(position, asked.limit, sector=asked.sector).map(InstitutionShown.of)


@reads(
    blueprint,
    Operation(
        "institution",
        "/institutions/<string:name>",
        N_("Una institución"),
        INSTITUTIONS,
        InstitutionShown,
        place={"name": (N_("Su sigla, su identificador o la última parte de su dirección."), "minfin")},
    ),
)
def institution(_asked: Any, name: str) -> InstitutionShown:
    return InstitutionShown.of(get_institution_record(name))
