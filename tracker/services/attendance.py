"""Who came to a meeting: a list read for a preview, then written down, names apart from what is versioned."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import select

from tracker.db import db
from tracker.domain import meetings as rules
from tracker.domain.errors import DomainError
from tracker.domain.meetings import Presence
from tracker.domain.permissions import Actor
from tracker.domain.plans import Sector
from tracker.domain.text import normalise
from tracker.importers.attendance import AttendanceProposal, read_attendance, text_of
from tracker.importers.office_files import MAX_FILE_BYTES, RefusedFileError
from tracker.models.accounts import Institution
from tracker.models.meetings import Attendee
from tracker.queries.history import MEETING
from tracker.services.audit import EventTag, record
from tracker.services.imports import known_institutions
from tracker.services.meetings import held_row, save_meeting


@dataclass(frozen=True)
class _Came:
    """A line of the list, with its institution where it is one of ours."""

    person: str
    organisation: str
    sector: Sector
    people: int
    institution: Institution | None


def table_text(data: bytes) -> str:
    """A file's lines as text, to be shown, corrected and saved; DomainError where it cannot be read."""
    if len(data) > MAX_FILE_BYTES:
        raise DomainError("input-too-large", field="file", limit=str(MAX_FILE_BYTES), value=str(len(data)))
    try:
        return text_of(data)
    except RefusedFileError as refused:
        raise DomainError(refused.code, field="file", **refused.params) from refused


def preview_attendance(text: str) -> AttendanceProposal:
    """What a list says, and what is wrong with it; nothing is written."""
    return read_attendance(text, known_institutions())


def record_attendance(actor: Actor, uid: str, text: str, *, based_on: str, now: datetime) -> int:
    """Write down who came, whole or not at all; how many people they are.

    A list written before is replaced. Public are organisations, sectors and how many; names stand in rows and
    in an event of their own, which can be erased.
    """
    row, meeting = held_row(actor, uid, based_on)
    rules.check_held(meeting)
    proposal = preview_attendance(text)
    if proposal.has_errors:
        raise DomainError("attendance-has-errors", field="text")
    came = _known(proposal)
    save_meeting(actor, row, replace(meeting, attendance=_presences(came)), now=now)
    named = [one for one in came if one.person]
    content = {"people": [[one.person, one.organisation, one.sector.value] for one in named]}
    sequence = record(actor, EventTag.ATTENDANCE_RECORDED, MEETING, uid, content, now=now)
    before = db.session.scalars(
        select(Attendee).where(Attendee.meeting_id == row.id, Attendee.replaced_seq.is_(None))
    )
    for one in before:
        one.replaced_seq = sequence
    db.session.add_all(
        Attendee(
            meeting_id=row.id,
            person=one.person,
            organisation=one.organisation,
            institution_id=one.institution.id if one.institution else None,
            sector=one.sector,
            recorded_seq=sequence,
        )
        for one in named
    )
    db.session.flush()
    return sum(one.people for one in came)


def _known(proposal: AttendanceProposal) -> list[_Came]:
    rows = db.session.scalars(select(Institution)).all()
    by_acronym = {normalise(one.acronym): one for one in rows if one.acronym}
    by_name = {normalise(one.name): one for one in rows}
    found = []
    for one in proposal.rows:
        mention = one.mention
        institution = None
        if mention is not None:
            institution = by_acronym.get(normalise(mention.acronym)) if mention.acronym else None
            institution = institution or by_name.get(normalise(mention.name))
        name = institution.label if institution else one.organisation
        found.append(_Came(one.person, name, one.sector, one.people, institution))
    return found


def _presences(came: list[_Came]) -> tuple[Presence, ...]:
    """One for each organisation and sector, by name."""
    people: dict[tuple[str, str, Sector], int] = defaultdict(int)
    names: dict[tuple[str, str, Sector], str] = {}
    for one in came:
        uid = one.institution.uid if one.institution else ""
        key = (uid, "" if uid else normalise(one.organisation), one.sector)
        people[key] += one.people
        names.setdefault(key, one.organisation)
    found = [Presence(names[key], key[2], number, key[0]) for key, number in people.items()]
    return tuple(sorted(found, key=lambda one: (one.name.casefold(), one.sector)))
