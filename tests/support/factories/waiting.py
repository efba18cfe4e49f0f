"""Many reports waiting for a decision, straight into history: a contact point after a round.

    made = make_waiting(400, today=TODAY)
    made.uids[0]

Four institutions report on each activity, in turn, an hour apart. Every third report brings evidence for
every means, every third for one, every third none; four percents in turn.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from sqlalchemy import select

from tests.support.factories.accounts import Person, make_user
from tests.support.factories.plans import MadePlan, NodeRef, make_institution, make_plan
from tests.support.snapshots import remembered
from tracker.db import db, transaction
from tracker.domain.evidence import EvidenceKind
from tracker.domain.permissions import SYSTEM, AccountRole
from tracker.domain.workflow import ReportAction, ReportStatus
from tracker.models.evidence import Evidence
from tracker.models.plans import VerificationMeans
from tracker.models.progress import ProgressReport, ReportEvent
from tracker.services.audit import EventTag, Happened, record_many
from tracker.services.totals import refresh_plan

PERCENTS = (Decimal(100), Decimal(40), Decimal(75), Decimal(0))


@dataclass(frozen=True)
class Waiting:
    """A plan whose every activity has a report that waits, oldest first."""

    made: MadePlan
    contact: Person
    uids: tuple[str, ...]


@remembered
def make_waiting(count: int, *, number: int = 4, today: date) -> Waiting:
    """A plan on which that many reports wait, the first since thirty days; in transactions of its own."""
    made = make_plan(
        number,
        commitments=2,
        activities_per_milestone=-(-count // 8),
        starts_on=today - timedelta(days=200),
        ends_on=today + timedelta(days=200),
        today=today,
    )
    institutions = [make_institution(acronym).id for acronym in ("INFOM", "INAP", "SCEP", "CGC")]
    since = datetime(today.year, today.month, today.day, 12, tzinfo=UTC) - timedelta(days=30)
    with transaction():
        means = {one.uid: one for one in db.session.scalars(select(VerificationMeans))}
        reports = [
            _report(place, made.activities[place // 4], institutions[place % 4], means, since)
            for place in range(count)
        ]
        db.session.add_all(reports)
        db.session.flush()
        _record(reports, since)
        refresh_plan(made.id, today)
        uids = tuple(one.uid for one in reports)
    return Waiting(made, make_user(AccountRole.CONTACT_POINT, name="Punto Uno"), uids)


def _report(
    place: int, node: NodeRef, institution_id: int, means: dict[str, VerificationMeans], since: datetime
) -> ProgressReport:
    percent, at = PERCENTS[place % len(PERCENTS)], since + timedelta(hours=place)
    return ProgressReport(
        node_id=node.id,
        institution_id=institution_id,
        status=ReportStatus.SUBMITTED,
        percent=percent,
        completed_on=at.date() if percent == 100 else None,
        narrative=f"Se trabajó en la actividad {node.label} con los equipos de la institución.",
        reported_on=at.date(),
        author_uid=SYSTEM.uid,
        created_at=at,
        updated_at=at,
        submitted_at=at,
        recorded_seq=0,
        evidence=[
            Evidence(
                kind=EvidenceKind.LINK,
                title=f"Evidencia de la actividad {node.label}",
                url=f"https://portal.example.gt/{node.label}/{place}/{uid}",
                effective_on=at.date(),
                author_uid=SYSTEM.uid,
                created_at=at,
                means=[means[uid]],
            )
            for uid in node.means[: (2, 1, 0)[place % 3]]
        ],
    )


def _record(reports: list[ProgressReport], now: datetime) -> None:
    """One event a report, for both its submission and its first action."""
    sequences = record_many(
        SYSTEM, [Happened(EventTag.REPORT_SUBMITTED, "report", one.uid, {}) for one in reports], now=now
    )
    for report, sequence in zip(reports, sequences, strict=True):
        report.recorded_seq = sequence
        report.actions.append(
            ReportEvent(
                action=ReportAction.SUBMIT,
                recorded_seq=sequence,
                at=report.created_at,
                actor_uid=SYSTEM.uid,
                actor_label="Cumple",
            )
        )
    db.session.flush()
