"""The technical table in the work area: who sits at it, its meetings, one of them with all that is its."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from tracker.db import db
from tracker.domain.canonical import decode
from tracker.domain.errors import NotFound
from tracker.domain.meetings import Meeting, Seat, previous, voters
from tracker.domain.permissions import Actor, Permission, can, require
from tracker.domain.plans import NodeKind, Sector
from tracker.models.accounts import Institution, InstitutionEnding
from tracker.models.meetings import Attendee, TableFile, TableMeeting, TableSeat
from tracker.models.plans import PlanNode
from tracker.queries.agreements import AgreementRow, agreement_rows, of_meeting


@dataclass(frozen=True)
class SeatRow:
    """A seat with its name: the institution's, or for the work area the person's."""

    seat: Seat
    label: str
    person: str
    is_taken: bool


@dataclass(frozen=True)
class AttendeeRow:
    """Somebody who came, for the work area alone."""

    person: str
    organisation: str
    sector: Sector


@dataclass(frozen=True)
class MeetingPage:
    """A meeting with its agreements, who came by name, how many may vote, and the one before it."""

    meeting: Meeting
    version: str
    agreements: tuple[AgreementRow, ...]
    attendees: tuple[AttendeeRow, ...]
    voters: int
    previous: Meeting | None
    may_write: bool


def meeting_of(row: TableMeeting) -> Meeting:
    """A meeting out of its row."""
    return decode(Meeting, json.loads(row.content))


def seat_of(row: TableSeat) -> Seat:
    """A seat out of its row."""
    return decode(Seat, json.loads(row.content))


def version_of(content: str) -> str:
    """Names a version for a form, so that what somebody else wrote meanwhile is not written over."""
    return hashlib.sha256(content.encode()).hexdigest()[:16]


def list_meetings(actor: Actor) -> tuple[Meeting, ...]:
    """Every meeting, the newest first."""
    require(actor, Permission.MEETING_READ)
    return all_meetings()


def all_meetings() -> tuple[Meeting, ...]:
    """The same, for whoever asked before if it may be read."""
    rows = db.session.scalars(
        select(TableMeeting).order_by(TableMeeting.held_on.desc(), TableMeeting.number.desc())
    )
    return tuple(meeting_of(one) for one in rows)


def all_seats() -> tuple[Seat, ...]:
    """Every seat there ever was."""
    return tuple(seat_of(one) for one in db.session.scalars(select(TableSeat).order_by(TableSeat.id)))


def list_seats(actor: Actor, *, today: date) -> tuple[SeatRow, ...]:
    """Who sits at the table, and who did; those of today first, by capacity and name."""
    require(actor, Permission.MEETING_READ)
    rows = db.session.scalars(select(TableSeat).options(joinedload(TableSeat.institution))).all()
    found = [_seat_row(one, today) for one in rows]
    return tuple(sorted(found, key=lambda one: (not one.is_taken, one.seat.rank, one.label)))


def _seat_row(row: TableSeat, today: date) -> SeatRow:
    seat = seat_of(row)
    label = row.institution.label if row.institution else row.person
    return SeatRow(seat, label, row.person, seat.is_taken(today))


def get_seat(actor: Actor, uid: str, *, today: date) -> SeatRow:
    """One seat; NotFound where there is none."""
    require(actor, Permission.MEETING_READ)
    row = db.session.scalar(select(TableSeat).where(TableSeat.uid == uid))
    if row is None:
        raise NotFound("seat-not-found")
    return _seat_row(row, today)


def get_meeting(actor: Actor, uid: str, *, today: date) -> MeetingPage:
    """One meeting with all that is its, in a constant number of queries; NotFound where there is none."""
    require(actor, Permission.MEETING_READ)
    rows = db.session.scalars(select(TableMeeting)).all()
    row = next((one for one in rows if one.uid == uid), None)
    if row is None:
        raise NotFound("meeting-not-found")
    meeting = meeting_of(row)
    return MeetingPage(
        meeting=meeting,
        version=version_of(row.content),
        agreements=tuple(agreement_rows(actor, of_meeting(row.id), today=today)),
        attendees=_attendees(row.id),
        voters=voters(all_seats(), meeting),
        previous=previous((meeting_of(one) for one in rows), meeting),
        may_write=can(actor, Permission.MEETING_WRITE),
    )


def _attendees(meeting_id: int) -> tuple[AttendeeRow, ...]:
    rows = db.session.scalars(
        select(Attendee)
        .where(Attendee.meeting_id == meeting_id, Attendee.replaced_seq.is_(None))
        .order_by(Attendee.organisation, Attendee.person)
    )
    return tuple(AttendeeRow(one.person, one.organisation, one.sector) for one in rows)


def next_number() -> int:
    """The number after the last meeting's."""
    return max(meeting_numbers(), default=0) + 1


def meeting_numbers(*, but: str = "") -> frozenset[int]:
    """The numbers that meetings have, one left out."""
    return frozenset(db.session.scalars(select(TableMeeting.number).where(TableMeeting.uid != but)))


def list_institution_choices(*, of: str = "") -> Sequence[tuple[str, str]]:
    """Institutions that a seat or an agreement may be of, by name: those that still are, and whose it is."""
    ended = select(InstitutionEnding.institution_id)
    rows = db.session.scalars(
        select(Institution).where(
            ~Institution.is_group, Institution.id.not_in(ended) | (Institution.uid == of)
        )
    )
    found = [(one.uid, f"{one.acronym} · {one.name}" if one.acronym else one.name) for one in rows]
    return sorted(found, key=lambda pair: pair[1].casefold())


def list_plan_choices() -> Sequence[tuple[str, str]]:
    """Plans that a meeting may be bound to, the newest first."""
    rows = db.session.execute(
        select(PlanNode.number, PlanNode.title)
        .where(PlanNode.kind == NodeKind.PLAN)
        .order_by(PlanNode.number.desc())
    )
    return [(str(number), f"{number} · {title}") for number, title in rows]


def institutions_by_uid(uids: Collection[str]) -> Mapping[str, Institution]:
    """Institutions of those ids."""
    rows = db.session.scalars(select(Institution).where(Institution.uid.in_(sorted(uids))))
    return {one.uid: one for one in rows}


def uids_by_acronym() -> Mapping[str, str]:
    """The institutions that have an acronym."""
    rows = db.session.execute(select(Institution.acronym, Institution.uid).where(Institution.acronym != ""))
    return dict(rows.all())


def get_table_file(actor: Actor, uid: str) -> TableFile:
    """A file of a meeting, or of an agreement that the actor may read; NotFound otherwise."""
    require(actor, Permission.AGREEMENT_READ)
    row = db.session.scalar(select(TableFile).where(TableFile.uid == uid))
    reads_all = can(actor, Permission.MEETING_READ)
    own = row and row.agreement and row.agreement.institution_id in actor.institution_ids
    if row is None or not (reads_all or own):
        raise NotFound("file-not-found")
    return row
