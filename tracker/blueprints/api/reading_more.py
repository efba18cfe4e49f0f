"""Progress, evidence, targets, published reports, the technical table."""

from __future__ import annotations

from typing import Any

from tracker.blueprints.api import blueprint
from tracker.blueprints.api.answering import today
from tracker.blueprints.api.asked import (
    AskedCompilations,
    AskedList,
    AskedProgress,
    AskedReports,
    AskedTargets,
)
from tracker.blueprints.api.described import N_
from tracker.blueprints.api.operations import Operation, reads
from tracker.blueprints.api.reading import UID, cut_of
from tracker.blueprints.api.shown_others import AgreementShown, MeetingShown, ReportShown, TargetShown
from tracker.blueprints.api.shown_reports import EvidenceShown, ProgressShown
from tracker.queries.portal import listed_reports as queries
from tracker.queries.portal.listed_others import slice_targets
from tracker.queries.portal.listing import Position, Slice, slice_sorted
from tracker.queries.portal.meetings import get_public_meeting, get_table
from tracker.queries.portal.reports import slice_reports

PROGRESS, TARGETS, REPORTS = N_("Avances y evidencia"), N_("Metas"), N_("Informes")
TABLE = N_("Mesa técnica")


def _wanted(asked: AskedReports) -> queries.WantedReports:
    cut_of(asked)
    return queries.WantedReports(
        asked.plan,
        asked.commitment or "",
        asked.activity or "",
        asked.institution or "",
        getattr(asked, "reviewed", None),
        asked.as_of,
    )


@reads(
    blueprint,
    Operation(
        "progress-list",
        "/progress",
        N_("Los informes de avance en pie, lo último primero"),
        PROGRESS,
        ProgressShown,
        AskedProgress,
        True,
        description=N_(
            "De un informe sin revisar se publican el porcentaje, la fecha y la institución; "
            "lo que cuenta y su evidencia, cuando se acepta."
        ),
    ),
)
def progress_list(asked: AskedProgress, position: Position) -> Slice[Any]:
    return queries.slice_reports(_wanted(asked), position, asked.limit).map(ProgressShown.of)


@reads(
    blueprint,
    Operation(
        "progress-one",
        "/progress/<string:uid>",
        N_("Un informe de avance"),
        PROGRESS,
        ProgressShown,
        place={"uid": UID},
    ),
)
def progress_one(_asked: Any, uid: str) -> ProgressShown:
    return ProgressShown.of(queries.get_report(uid))


@reads(
    blueprint,
    Operation(
        "evidence-list",
        "/evidence",
        N_("La evidencia aceptada, la última primero"),
        PROGRESS,
        EvidenceShown,
        AskedReports,
        True,
        description=N_("De la confidencial y de la reservada se sabe que existen, su fecha y su huella."),
    ),
)
def evidence_list(asked: AskedReports, position: Position) -> Slice[Any]:
    return queries.slice_evidence(_wanted(asked), position, asked.limit).map(EvidenceShown.of)


@reads(
    blueprint,
    Operation(
        "evidence-one",
        "/evidence/<string:uid>",
        N_("Una evidencia aceptada"),
        PROGRESS,
        EvidenceShown,
        place={"uid": UID},
    ),
)
def evidence_one(_asked: Any, uid: str) -> EvidenceShown:
    return EvidenceShown.of(queries.get_evidence(uid))


@reads(
    blueprint,
    Operation(
        "targets",
        "/targets",
        N_("Las metas físicas y financieras, fila por fila de sus tablas"),
        TARGETS,
        TargetShown,
        AskedTargets,
        True,
    ),
)
def targets(asked: AskedTargets, position: Position) -> Slice[Any]:
    day, name = cut_of(asked).as_of, asked.institution or ""
    return slice_targets(position, asked.limit, institution=name, year=asked.year, as_of=day).map(
        TargetShown.of
    )


@reads(
    blueprint,
    Operation(
        "reports",
        "/reports",
        N_("Los informes compilados que se publicaron"),
        REPORTS,
        ReportShown,
        AskedCompilations,
        True,
    ),
)
def reports(asked: AskedCompilations, position: Position) -> Slice[Any]:
    return slice_reports(position, asked.limit, plan=asked.plan, kind=asked.kind).map(ReportShown.of)


@reads(
    blueprint,
    Operation(
        "meetings",
        "/meetings",
        N_("Las reuniones de la mesa técnica"),
        TABLE,
        MeetingShown,
        AskedList,
        True,
    ),
)
def meetings(asked: AskedList, position: Position) -> Slice[Any]:
    rows = (((-one.on.toordinal(), one.uid), one) for one in get_table(today=today()).meetings)
    return slice_sorted(rows, position, asked.limit).map(MeetingShown.of)


@reads(
    blueprint,
    Operation(
        "meeting", "/meetings/<string:uid>", N_("Una reunión"), TABLE, MeetingShown, place={"uid": UID}
    ),
)
def meeting(_asked: Any, uid: str) -> MeetingShown:
    return MeetingShown.of(get_public_meeting(uid, today=today()).meeting)


@reads(
    blueprint,
    Operation(
        "agreements",
        "/agreements",
        N_("Los acuerdos de la mesa técnica"),
        TABLE,
        AgreementShown,
        AskedList,
        True,
    ),
)
def agreements(asked: AskedList, position: Position) -> Slice[Any]:
    found = (one for one in get_table(today=today()).agreements if one.meeting.took_place)
    rows = (((one.agreement.due_on.isoformat(), one.agreement.uid), one) for one in found)
    return slice_sorted(rows, position, asked.limit).map(AgreementShown.of)
