"""Notices of consultations: those who may comment on a report are told once that they are asked to."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

from sqlalchemy import select

from tracker.db import db
from tracker.domain.notifications import Event, Whose
from tracker.models.accounts import Institution
from tracker.models.consultations import ReportConsultation
from tracker.models.reports import CompiledReport
from tracker.queries import notices as queries
from tracker.queries.report_consultations import list_participants
from tracker.services.matrix import notification
from tracker.services.told import Told


def tell_of_consultation(
    consultation: ReportConsultation, report: CompiledReport, *, now: datetime, today: date
) -> int:
    """Tell the participants that a consultation opened; how many they were."""
    params = {
        "report": report.uid,
        "kind": report.kind.value,
        "plan": str(report.plan.number),
        "title": report.plan.title,
        "institution": report.institution.label if report.institution else "",
        "cutoff_on": report.cutoff_on.isoformat(),
        "due_on": consultation.closes_on.isoformat(),
        "told_on": today.isoformat(),
    }
    told = Told({consultation.uid}, now=now)
    return told.tell(Event.CONSULTATION_OPENED, consultation.uid, "", _people(report, today), params)


def _people(report: CompiledReport, today: date) -> Iterator[int]:
    """Ids of those whom the matrix names: of the institutions consulted, or all of a role."""
    recipients = queries.list_recipients(today)
    ids = sorted(list_participants(report))
    uids = db.session.scalars(select(Institution.uid).where(Institution.id.in_(ids))).all()
    for telling in notification(Event.CONSULTATION_OPENED).to:
        if telling.whose is Whose.INSTITUTION:
            for uid in uids:
                found = recipients.by_institution.get((telling.role, uid), ())
                yield from (one.user_id for one in found)
        else:
            yield from (one.user_id for one in recipients.by_role.get(telling.role, ()))


def clear_consultation(consultation: ReportConsultation, *, now: datetime) -> int:
    """Clear what was told of a consultation that is closed."""
    return Told({consultation.uid}, now=now).clear([Event.CONSULTATION_OPENED])
