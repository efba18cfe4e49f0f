"""Writing down the technical table: seats, meetings with their agenda and minutes, what was decided."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from tracker.db import db
from tracker.domain import meetings as rules
from tracker.domain.agreements import Agreement
from tracker.domain.canonical import encode
from tracker.domain.errors import Conflict, DomainError, NotFound
from tracker.domain.meetings import (
    Capacity,
    Decision,
    KeptFile,
    Meeting,
    MeetingKind,
    Seat,
)
from tracker.domain.permissions import Actor, Permission, require
from tracker.domain.plans import NodeKind, Sector
from tracker.domain.snapshots import canonical
from tracker.domain.text import squeeze
from tracker.models.accounts import Institution
from tracker.models.meetings import TableAgreement, TableFile, TableMeeting, TableSeat
from tracker.models.plans import PlanNode
from tracker.models.types import new_uid
from tracker.queries import meetings as queries
from tracker.queries.agreements import agreement_of
from tracker.queries.history import MEETING, SEAT
from tracker.services.audit import EventTag, record
from tracker.services.evidence import Upload, store_once
from tracker.services.versions import institution_ref, record_fact


@dataclass(frozen=True)
class SeatSaid:
    """A seat as it was typed; an institution by its uid, else a person by name."""

    institution_uid: str
    person: str
    sector: Sector
    capacity: Capacity
    starts_on: date
    ends_on: date | None = None


@dataclass(frozen=True)
class MeetingSaid:
    """A meeting as it was typed."""

    number: int
    kind: MeetingKind
    on: date
    at: str
    place: str
    plan_number: int | None = None


@dataclass(frozen=True)
class DecisionSaid:
    """A decision as it was typed: votes, or a note of consensus without any."""

    text: str
    in_favour: int | None = None
    against: int | None = None
    abstained: int | None = None
    note: str = ""
    point_uid: str = ""
    agreement_uid: str = ""


def save_seat(actor: Actor, said: SeatSaid, *, uid: str = "", now: datetime) -> str:
    """Write a seat down, or otherwise than it was; the person's name stays out of what is versioned.

    The institution's row is held meanwhile: of two seats of one at once, the second meets the first.
    """
    require(actor, Permission.MEETING_WRITE)
    institution = institution_of(said.institution_uid) if said.institution_uid else None
    if institution is not None:
        db.session.refresh(institution, with_for_update=True)
    person = "" if institution else rules.check_words(said.person, "person", code="seat-empty")
    row = _seat(uid) if uid else TableSeat(uid=new_uid())
    seat = Seat(
        uid=row.uid,
        institution=institution_ref(institution) if institution else None,
        sector=institution.sector if institution else said.sector,
        capacity=said.capacity,
        starts_on=said.starts_on,
        ends_on=said.ends_on,
    )
    rules.check_seat(seat, queries.all_seats())
    is_renamed = person != (row.person or "")
    row.institution_id, row.person = institution.id if institution else None, person
    row.content = canonical(encode(seat))
    db.session.add(row)
    db.session.flush()
    record_fact(actor, SEAT, EventTag.SEAT_VERSION, row.uid, seat, effective_on=None, now=now)
    if is_renamed:
        record(actor, EventTag.SEAT_NAMED, SEAT, row.uid, {"person": person}, now=now)
    return row.uid


def _seat(uid: str) -> TableSeat:
    row = db.session.scalar(select(TableSeat).where(TableSeat.uid == uid).with_for_update())
    if row is None:
        raise NotFound("seat-not-found")
    return row


def institution_of(uid: str) -> Institution:
    """An institution that a form named; DomainError beside its field where there is none."""
    found = queries.institutions_by_uid([uid]).get(uid)
    if found is None:
        raise DomainError("institution-unknown", field="institution")
    return found


def create_meeting(actor: Actor, said: MeetingSaid, *, now: datetime) -> str:
    """Call a meeting; its uid."""
    require(actor, Permission.MEETING_WRITE)
    row = TableMeeting(uid=new_uid())
    meeting = Meeting(row.uid, said.number, said.kind, said.on, said.at.strip(), squeeze(said.place))
    save_meeting(actor, row, _about(meeting, said), now=now)
    return row.uid


def change_meeting(
    actor: Actor, uid: str, said: MeetingSaid, *, based_on: str, today: date, now: datetime
) -> None:
    """Say otherwise what a meeting is; its day stays once agreements count from it."""
    row, meeting = held_row(actor, uid, based_on)
    rules.check_changeable(meeting)
    changed = _about(meeting, said)
    if changed.on != meeting.on and _has_agreements(row):
        raise DomainError("meeting-has-agreements", field="on")
    rules.check_day(changed, today)
    save_meeting(actor, row, changed, now=now)


def _about(meeting: Meeting, said: MeetingSaid) -> Meeting:
    others = queries.meeting_numbers(but=meeting.uid)
    changed = replace(
        meeting,
        number=said.number,
        kind=said.kind,
        on=said.on,
        at=said.at.strip(),
        place=squeeze(said.place),
        plan_number=said.plan_number,
    )
    rules.check_meeting(changed, others)
    return changed


def _has_agreements(row: TableMeeting) -> bool:
    found = select(TableAgreement.id).where(TableAgreement.meeting_id == row.id).limit(1)
    return db.session.scalar(found) is not None


def held_row(actor: Actor, uid: str, based_on: str = "") -> tuple[TableMeeting, Meeting]:
    """A meeting's row, held until the end of this unit; Conflict where somebody wrote after `based_on`."""
    require(actor, Permission.MEETING_WRITE)
    row = db.session.scalar(select(TableMeeting).where(TableMeeting.uid == uid).with_for_update())
    if row is None:
        raise NotFound("meeting-not-found")
    if based_on and queries.version_of(row.content) != based_on:
        raise Conflict("meeting-changed-meanwhile")
    return row, queries.meeting_of(row)


def save_meeting(actor: Actor, row: TableMeeting, meeting: Meeting, *, now: datetime) -> None:
    """Write a meeting into its row, and a version of it where it says something else.

    DomainError `meeting-number-taken` where somebody took the number at this very moment.
    """
    plan_id = _plan_id(meeting.plan_number)
    try:
        with db.session.begin_nested():
            row.number, row.status, row.held_on = meeting.number, meeting.status, meeting.on
            row.plan_id, row.content = plan_id, canonical(encode(meeting))
            db.session.add(row)
    except IntegrityError:
        raise DomainError("meeting-number-taken", field="number", number=meeting.number) from None
    record_fact(actor, MEETING, EventTag.MEETING_VERSION, row.uid, meeting, effective_on=None, now=now)


def _plan_id(number: int | None) -> int | None:
    if number is None:
        return None
    found = db.session.scalar(
        select(PlanNode.id).where(PlanNode.kind == NodeKind.PLAN, PlanNode.number == number)
    )
    if found is None:
        raise DomainError("plan-not-found", field="plan", number=number)
    return found


def set_agenda(actor: Actor, uid: str, text: str, *, based_on: str, now: datetime) -> None:
    """The agenda out of its lines; points on which something was decided stay."""
    row, meeting = held_row(actor, uid, based_on)
    rules.check_changeable(meeting)
    of_agreements = {one.point_uid for one in _agreements(row)}
    kept = {one.point_uid for one in meeting.decisions} | of_agreements
    agenda = rules.read_agenda(text, meeting.agenda, kept - {""}, _new_uids())
    save_meeting(actor, row, replace(meeting, agenda=agenda), now=now)


def _new_uids() -> Iterator[str]:
    while True:
        yield new_uid()


def _agreements(row: TableMeeting) -> list[Agreement]:
    rows = db.session.scalars(select(TableAgreement).where(TableAgreement.meeting_id == row.id))
    return [agreement_of(one) for one in rows]


def hold_meeting(actor: Actor, uid: str, *, today: date, now: datetime) -> None:
    """Say that a planned meeting was held."""
    row, meeting = held_row(actor, uid)
    save_meeting(actor, row, rules.hold(meeting, today), now=now)


def cancel_meeting(actor: Actor, uid: str, reason: str, *, now: datetime) -> None:
    """Cancel a planned meeting, with the reason that everybody reads."""
    row, meeting = held_row(actor, uid)
    save_meeting(actor, row, rules.cancel(meeting, reason), now=now)


def add_minutes(actor: Actor, uid: str, upload: Upload, *, now: datetime) -> None:
    """The minutes' file, received before; another one replaces it while they are not approved."""
    row, meeting = held_row(actor, uid)
    rules.check_held(meeting)
    minutes = keep_file(actor, upload, meeting=row, now=now)
    save_meeting(actor, row, replace(meeting, minutes=minutes), now=now)


def keep_file(
    actor: Actor,
    upload: Upload,
    *,
    meeting: TableMeeting | None = None,
    agreement: TableAgreement | None = None,
    is_public: bool = True,
    now: datetime,
) -> KeptFile:
    """The row of a file that a meeting or an agreement stands on, so that its bytes are kept."""
    store_once(upload, now)
    row = TableFile(
        uid=new_uid(),
        meeting_id=meeting.id if meeting else None,
        agreement_id=agreement.id if agreement else None,
        sha256=upload.sha256,
        filename=upload.filename,
        author_uid=actor.uid,
        created_at=now,
    )
    db.session.add(row)
    db.session.flush()
    return KeptFile(row.uid, upload.sha256, upload.filename, upload.media_type, upload.size, is_public)


def approve_minutes(actor: Actor, uid: str, *, today: date, now: datetime) -> None:
    """The minutes are approved, in the name of the office of who says so; nothing changes afterwards."""
    row, meeting = held_row(actor, uid)
    save_meeting(actor, row, rules.approve(meeting, by=office_of(actor), on=today), now=now)


def office_of(actor: Actor) -> str:
    """What everybody reads as author: a role, never a person."""
    return actor.role.value if actor.role else ""


def reopen_minutes(actor: Actor, uid: str, reason: str, *, now: datetime) -> None:
    """Open approved minutes again, with the reason that everybody reads."""
    row, meeting = held_row(actor, uid)
    save_meeting(actor, row, rules.reopen(meeting, reason), now=now)


def record_decision(actor: Actor, uid: str, said: DecisionSaid, *, now: datetime) -> None:
    """What was decided by the members, on a point of the agenda or an agreement of the meeting."""
    row, meeting = held_row(actor, uid)
    rules.check_held(meeting)
    decision = Decision(
        uid=new_uid(),
        text=said.text.strip(),
        in_favour=said.in_favour,
        against=said.against,
        abstained=said.abstained,
        note=said.note.strip(),
        point_uid=said.point_uid,
        agreement_uid=said.agreement_uid,
    )
    own = {one.uid for one in _agreements(row)}
    rules.check_decision(decision, meeting, own, rules.voters(queries.all_seats(), meeting))
    save_meeting(actor, row, replace(meeting, decisions=(*meeting.decisions, decision)), now=now)


def remove_decision(actor: Actor, uid: str, decision_uid: str, *, now: datetime) -> None:
    """Take out a decision written down by mistake, while the minutes are not approved; history keeps it."""
    row, meeting = held_row(actor, uid)
    rules.check_held(meeting)
    left = tuple(one for one in meeting.decisions if one.uid != decision_uid)
    if len(left) == len(meeting.decisions):
        raise NotFound("decision-not-found")
    save_meeting(actor, row, replace(meeting, decisions=left), now=now)
