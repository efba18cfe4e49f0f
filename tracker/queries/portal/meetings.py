"""The technical table as everybody reads it: meetings, agreements, votes, who came by sector; no names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from tracker.db import db
from tracker.domain.agreements import Agreement, AgreementStatus, Answer, Standing, by_urgency, standing
from tracker.domain.errors import NotFound
from tracker.domain.meetings import Meeting, MeetingStatus, Seat, by_sector
from tracker.domain.plans import PUBLIC_PLAN_STATUSES, Sector
from tracker.models.accounts import Institution
from tracker.models.audit import AuditEvent
from tracker.models.meetings import TableAgreement, TableFile, TableMeeting
from tracker.models.plans import ActionPlan
from tracker.queries.agreements import agreement_of
from tracker.queries.history import AGREEMENT, MEETING
from tracker.queries.meetings import all_meetings, all_seats, meeting_of


@dataclass(frozen=True)
class PublicAgreement:
    """An agreement of a meeting that was held, with its answer once that was accepted."""

    agreement: Agreement
    standing: Standing
    institution: str
    meeting: Meeting
    answer: Answer | None


@dataclass(frozen=True)
class PublicSeat:
    """A seat of today; a person's without a name."""

    seat: Seat
    institution: str


@dataclass(frozen=True)
class TablePage:
    """The whole table: its meetings, its agreements by urgency, and who sits at it today."""

    meetings: tuple[Meeting, ...]
    agreements: tuple[PublicAgreement, ...]
    seats: tuple[PublicSeat, ...]

    @property
    def overdue(self) -> int:
        """How many agreements are past due."""
        return sum(one.standing.state.value == "overdue" for one in self.agreements)


@dataclass(frozen=True)
class PublicMeeting:
    """One meeting with its agreements and who came, by sector."""

    meeting: Meeting
    agreements: tuple[PublicAgreement, ...]
    sectors: Mapping[Sector, tuple[int, int]]


def get_table(*, today: date) -> TablePage:
    """The technical table of a day, in a constant number of queries."""
    plans = _public_plans()
    meetings = tuple(_public(one, plans) for one in all_meetings())
    found = _agreements({one.uid: one for one in meetings}, today=today)
    return TablePage(meetings, tuple(found), tuple(_seats(today)))


def get_public_meeting(uid: str, *, today: date) -> PublicMeeting:
    """One meeting; NotFound where there is none."""
    row = db.session.scalar(select(TableMeeting).where(TableMeeting.uid == uid))
    if row is None:
        raise NotFound("meeting-not-found")
    meeting = _public(meeting_of(row), _public_plans())
    found = sorted(_agreements({meeting.uid: meeting}, today=today), key=lambda one: one.agreement.number)
    return PublicMeeting(meeting, tuple(found), by_sector(meeting.attendance))


def _public(meeting: Meeting, plans: frozenset[int]) -> Meeting:
    """Minutes are public once they are approved, and a plan once it is; nobody's name stands in a meeting."""
    is_approved = meeting.status is MeetingStatus.APPROVED
    plan = meeting.plan_number if meeting.plan_number in plans else None
    return replace(meeting, minutes=meeting.minutes if is_approved else None, plan_number=plan)


def _public_plans() -> frozenset[int]:
    """The numbers of plans that everybody reads."""
    return frozenset(
        db.session.scalars(select(ActionPlan.number).where(ActionPlan.status.in_(PUBLIC_PLAN_STATUSES)))
    )


def _agreements(meetings: Mapping[str, Meeting], *, today: date) -> list[PublicAgreement]:
    rows = db.session.scalars(
        select(TableAgreement)
        .join(TableMeeting, TableMeeting.id == TableAgreement.meeting_id)
        .where(TableMeeting.uid.in_(sorted(meetings)))
        .options(joinedload(TableAgreement.institution))
    ).all()
    labels = {one.uid: one.institution.label for one in rows}
    every = by_urgency([agreement_of(one) for one in rows], today)
    return [
        PublicAgreement(
            agreement=one,
            standing=standing(one, today),
            institution=labels[one.uid],
            meeting=meetings[one.meeting_uid],
            answer=one.answer if one.status is AgreementStatus.MET else None,
        )
        for one in every
    ]


def _seats(today: date) -> Sequence[PublicSeat]:
    taken = [one for one in all_seats() if one.is_taken(today)]
    uids = sorted(one.institution.uid for one in taken if one.institution)
    rows = db.session.scalars(select(Institution).where(Institution.uid.in_(uids)))
    labels = {one.uid: one.name for one in rows}
    found = [PublicSeat(one, labels[one.institution.uid] if one.institution else "") for one in taken]
    return sorted(found, key=lambda one: (one.seat.rank, one.institution or "~"))


def get_public_file(uid: str) -> TableFile:
    """A file that everybody may open: approved minutes, or one of an accepted answer that is not personal."""
    row = db.session.scalar(select(TableFile).where(TableFile.uid == uid))
    if row is None or uid not in _opened(row):
        raise NotFound("file-not-found")
    return row


def _opened(row: TableFile) -> set[str]:
    if row.meeting is not None:
        meeting = meeting_of(row.meeting)
        is_approved = meeting.status is MeetingStatus.APPROVED
        return {meeting.minutes.uid} if is_approved and meeting.minutes else set()
    agreement = agreement_of(row.agreement) if row.agreement else None
    if agreement is None or agreement.status is not AgreementStatus.MET or agreement.answer is None:
        return set()
    return {one.uid for one in agreement.answer.files if one.is_public}


def last_table_change() -> datetime:
    """When anything of meetings and agreements was last recorded."""
    found = db.session.scalar(
        select(func.max(AuditEvent.at)).where(AuditEvent.subject_kind.in_([AGREEMENT, MEETING]))
    )
    return found or datetime.fromtimestamp(0, UTC)
