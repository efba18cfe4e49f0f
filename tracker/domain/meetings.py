"""The technical table: who sits at it, its meetings from the call to the approved minutes, and its votes."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from tracker.domain.errors import Conflict, DomainError, check_all
from tracker.domain.facts import InstitutionRef
from tracker.domain.observations import readable
from tracker.domain.plans import Sector

MAX_LINE = 300
MAX_TEXT = 3_000
MAX_POINTS = 40
MAX_PEOPLE = 500
_HOUR = re.compile(r"([01]\d|2[0-3]):[0-5]\d")


class Capacity(StrEnum):
    """In what capacity somebody sits at the table; only members decide."""

    MEMBER = "member"
    OBSERVER = "observer"
    COOPERATING = "cooperating"


class MeetingKind(StrEnum):
    """Called by the calendar, or because something could not wait."""

    ORDINARY = "ordinary"
    EXTRAORDINARY = "extraordinary"


class MeetingStatus(StrEnum):
    """Planned, then held, then with its minutes approved; or cancelled, with the reason."""

    PLANNED = "planned"
    HELD = "held"
    APPROVED = "approved"
    CANCELLED = "cancelled"


TOOK_PLACE = frozenset({MeetingStatus.HELD, MeetingStatus.APPROVED})


@dataclass(frozen=True)
class Seat:
    """A seat at the table: an institution's, or a person's, whose name is never public and no part of it."""

    uid: str
    institution: InstitutionRef | None
    sector: Sector
    capacity: Capacity
    starts_on: date
    ends_on: date | None = None

    @property
    def rank(self) -> int:
        """Its place among capacities: members first."""
        return list(Capacity).index(self.capacity)

    def is_taken(self, on: date) -> bool:
        """True on the days of the seat, the first and the last included."""
        return self.starts_on <= on and (self.ends_on is None or on <= self.ends_on)


@dataclass(frozen=True)
class AgendaPoint:
    """A point of the agenda; its number is its place."""

    uid: str
    text: str


@dataclass(frozen=True)
class Presence:
    """How many people came for an organisation; never who they were."""

    name: str
    sector: Sector
    people: int
    institution_uid: str = ""


@dataclass(frozen=True)
class Decision:
    """What the table decided: by votes counted, or by consensus with a note."""

    uid: str
    text: str
    in_favour: int | None = None
    against: int | None = None
    abstained: int | None = None
    note: str = ""
    point_uid: str = ""
    agreement_uid: str = ""

    @property
    def is_vote(self) -> bool:
        """True where votes were counted."""
        return self.in_favour is not None

    @property
    def is_adopted(self) -> bool:
        """By consensus, or with more votes in favour than against: a tie adopts nothing."""
        return not self.is_vote or (self.in_favour or 0) > (self.against or 0)


@dataclass(frozen=True)
class KeptFile:
    """A stored file that a meeting or an agreement stands on."""

    uid: str
    sha256: str
    filename: str
    media_type: str
    size: int
    is_public: bool = True
    """False for what holds personal data: everybody reads that it exists, and its hash."""


@dataclass(frozen=True)
class Meeting:
    """One meeting, whole: every change of it is a version."""

    uid: str
    number: int
    kind: MeetingKind
    on: date
    at: str
    place: str
    plan_number: int | None = None
    status: MeetingStatus = MeetingStatus.PLANNED
    agenda: tuple[AgendaPoint, ...] = ()
    attendance: tuple[Presence, ...] = ()
    decisions: tuple[Decision, ...] = ()
    minutes: KeptFile | None = None
    cancel_reason: str = ""
    approved_on: date | None = None
    approved_by: str = ""
    reopened_because: str = ""

    @property
    def took_place(self) -> bool:
        """True once it was held."""
        return self.status in TOOK_PLACE

    @property
    def people(self) -> int:
        """How many people came."""
        return sum(one.people for one in self.attendance)

    def point_number(self, uid: str) -> int | None:
        """The place of a point of the agenda, from 1; None where there is none of that id."""
        places = {one.uid: place for place, one in enumerate(self.agenda, start=1)}
        return places.get(uid)


def check_words(text: str, field: str, *, most: int = MAX_LINE, code: str = "words-missing") -> str:
    """Words that a form asks for: some, not too many, nothing that is no text."""
    found = text.replace("\r\n", "\n").strip()
    if found != readable(found, keep_lines=most > MAX_LINE):
        raise DomainError("text-not-readable", field=field)
    if not found:
        raise DomainError(code, field=field)
    if len(found) > most:
        raise DomainError("words-too-many", field=field, most=most)
    return found


def check_seat(seat: Seat, others: Iterable[Seat]) -> None:
    """Its last day is not before its first; an institution sits once at a time."""
    if seat.ends_on is not None and seat.ends_on < seat.starts_on:
        raise DomainError("seat-ends-before-it-starts", field="ends_on")
    own = seat.institution
    for one in others:
        is_same = own is not None and one.institution is not None and one.institution.uid == own.uid
        if own is not None and is_same and one.uid != seat.uid and _overlap(seat, one):
            raise DomainError("seat-taken-already", field="institution", institution=own.label)


def _overlap(one: Seat, other: Seat) -> bool:
    return (one.ends_on is None or other.starts_on <= one.ends_on) and (
        other.ends_on is None or one.starts_on <= other.ends_on
    )


def check_meeting(meeting: Meeting, numbers: Collection[int]) -> None:
    """A number that no other meeting has, an hour and a place; all that is wrong is told at once."""
    check_all(
        lambda: _check_number(meeting.number, numbers),
        lambda: _check_hour(meeting.at),
        lambda: check_words(meeting.place, "place", code="place-missing"),
    )


def _check_number(number: int, numbers: Collection[int]) -> None:
    if number < 1 or number > 9_999:
        raise DomainError("meeting-number-not-valid", field="number")
    if number in numbers:
        raise DomainError("meeting-number-taken", field="number", number=number)


def _check_hour(hour: str) -> None:
    if not _HOUR.fullmatch(hour):
        raise DomainError("meeting-hour-not-valid", field="at")


def check_changeable(meeting: Meeting) -> None:
    """What has its minutes approved, or was cancelled, stays as it is."""
    if meeting.status not in {MeetingStatus.PLANNED, MeetingStatus.HELD}:
        raise Conflict("meeting-closed")


def check_held(meeting: Meeting) -> None:
    """Attendance, decisions, agreements and minutes are of a meeting that was held."""
    check_changeable(meeting)
    if meeting.status is not MeetingStatus.HELD:
        raise Conflict("meeting-not-held")


def check_day(meeting: Meeting, today: date) -> None:
    """A meeting that was held was held on a day that has come."""
    if meeting.took_place and meeting.on > today:
        raise DomainError("meeting-still-to-come", field="on")


def hold(meeting: Meeting, today: date) -> Meeting:
    """The meeting once it was held: from its day on."""
    if meeting.status is not MeetingStatus.PLANNED:
        raise Conflict("meeting-not-planned")
    held = replace(meeting, status=MeetingStatus.HELD)
    check_day(held, today)
    return held


def cancel(meeting: Meeting, reason: str) -> Meeting:
    """A planned meeting that will not be held, and why."""
    if meeting.status is not MeetingStatus.PLANNED:
        raise Conflict("meeting-not-planned")
    why = check_words(reason, "reason", most=MAX_TEXT, code="reason-required")
    return replace(meeting, status=MeetingStatus.CANCELLED, cancel_reason=why)


def approve(meeting: Meeting, *, by: str, on: date) -> Meeting:
    """The minutes approved, by name and day; there have to be some."""
    if meeting.status is not MeetingStatus.HELD:
        raise Conflict("meeting-not-held")
    if meeting.minutes is None:
        raise Conflict("minutes-missing")
    return replace(meeting, status=MeetingStatus.APPROVED, approved_by=by, approved_on=on)


def reopen(meeting: Meeting, reason: str) -> Meeting:
    """Minutes approved by mistake, open again for a reason that everybody reads."""
    if meeting.status is not MeetingStatus.APPROVED:
        raise Conflict("minutes-not-approved")
    why = check_words(reason, "reason", most=MAX_TEXT, code="reason-required")
    return replace(meeting, status=MeetingStatus.HELD, approved_by="", approved_on=None, reopened_because=why)


def read_agenda(
    text: str, old: Sequence[AgendaPoint], kept: Collection[str], uids: Iterator[str]
) -> tuple[AgendaPoint, ...]:
    """The agenda out of its lines, one a point.

    A line that stood there stays the same point wherever it stands now; one that was reworded in its place
    too. `kept` are points that something was decided on: they do not go away. New points take the next uids.
    """
    lines = [check_words(line, "agenda") for line in text.splitlines() if line.strip()]
    if len(lines) > MAX_POINTS:
        raise DomainError("agenda-too-long", field="agenda", most=MAX_POINTS)
    free = {one.text: one.uid for one in reversed(old)}
    found = {place: free.pop(line) for place, line in enumerate(lines) if line in free}
    for place in range(len(lines)):
        if place not in found and place < len(old) and old[place].uid not in found.values():
            found[place] = old[place].uid
    points = tuple(AgendaPoint(found.get(place) or next(uids), line) for place, line in enumerate(lines))
    lost = [one.text for one in old if one.uid in kept and one.uid not in {each.uid for each in points}]
    if lost:
        raise DomainError("agenda-point-decided", field="agenda", point=lost[0])
    return points


def voters(seats: Iterable[Seat], meeting: Meeting) -> int:
    """How many may vote in a meeting: members on its day, of the institutions those that came.

    Until the attendance is written down every member counts; a person's seat always does, for nobody's name
    stands in the attendance.
    """
    came = {one.institution_uid for one in meeting.attendance if one.institution_uid}
    members = [one for one in seats if one.capacity is Capacity.MEMBER and one.is_taken(meeting.on)]
    return sum(not came or one.institution is None or one.institution.uid in came for one in members)


def check_decision(decision: Decision, meeting: Meeting, agreements: Collection[str], most: int) -> None:
    """Votes are those of members, each one; a consensus says what it was; both of something on the table."""
    check_words(decision.text, "text", most=MAX_TEXT)
    if decision.point_uid and meeting.point_number(decision.point_uid) is None:
        raise DomainError("agenda-point-unknown", field="about")
    if decision.agreement_uid and decision.agreement_uid not in agreements:
        raise DomainError("agreement-unknown", field="about")
    counts = (decision.in_favour, decision.against, decision.abstained)
    if all(one is None for one in counts):
        check_words(decision.note, "note", most=MAX_TEXT, code="consensus-note-missing")
        return
    _check_votes(counts, most)


def _check_votes(counts: Sequence[int | None], most: int) -> None:
    fields = ("in_favour", "against", "abstained")
    for field, count in zip(fields, counts, strict=True):
        if count is None or count < 0:
            raise DomainError("votes-not-whole", field=field)
    total = sum(one or 0 for one in counts)
    if total == 0:
        raise DomainError("votes-none", field="in_favour")
    if total > most:
        raise DomainError("votes-too-many", field="in_favour", total=total, most=most)


def by_sector(attendance: Iterable[Presence]) -> Mapping[Sector, tuple[int, int]]:
    """For each sector that came: how many organisations and how many people."""
    found: dict[Sector, tuple[int, int]] = {}
    rows = list(attendance)
    for sector in Sector:
        people = [one.people for one in rows if one.sector is sector]
        if people:
            found[sector] = len(people), sum(people)
    return found


def previous(meetings: Iterable[Meeting], meeting: Meeting) -> Meeting | None:
    """The last meeting held before a meeting, of the same plan where it has one."""
    before = [
        one
        for one in meetings
        if one.took_place
        and (one.on, one.number) < (meeting.on, meeting.number)
        and (meeting.plan_number is None or one.plan_number in {None, meeting.plan_number})
    ]
    return max(before, key=lambda one: (one.on, one.number), default=None)
