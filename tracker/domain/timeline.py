"""The timeline of an item: one list of everything that happened to it, in the order of recording (rule 8)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import Decimal
from enum import StrEnum
from zoneinfo import ZoneInfo

from tracker.domain.changes import FieldChange
from tracker.domain.evidence import Access
from tracker.domain.obstacles import ObstacleKind
from tracker.domain.workflow import ReportStatus


class EntryKind(StrEnum):
    """What a timeline can be narrowed to."""

    REPORT = "report"
    DECISION = "decision"
    EVIDENCE = "evidence"
    DATES = "dates"
    PLAN = "plan"
    OVERDUE = "overdue"
    ROUND = "round"


@dataclass(frozen=True)
class Quote:
    """Somebody's own words, under what they are: narrative, comment, reason, ..."""

    code: str
    text: str
    about: str = ""
    """The field of the report that a comment is about."""


@dataclass(frozen=True)
class HandedIn:
    """An item of evidence as an entry names it; a restricted one by the means it answers, without a title."""

    title: str
    means: tuple[str, ...]
    access: Access
    sha256: str = ""
    url: str = ""
    uid: str = ""
    """Where the reader may open it."""
    set_aside: bool = False
    """Not accepted in the decision that the entry tells of."""


@dataclass(frozen=True)
class Entry:
    """One thing that happened; what the reader may not know is empty."""

    key: str
    """Names the entry for good, so that it can be linked."""
    kind: EntryKind
    what: str
    """A code: submitted, validated, returned, dates-approved, overdue-opened, ..."""
    on: date
    """The day it speaks of."""
    at: datetime | None
    """When it was recorded; None for what only follows from the dates."""
    seq: int | None = None
    """Its place in the order of recording."""
    office: str = ""
    """Who, as the public may read it: an institution or a role."""
    actor_uid: str = ""
    person: str = ""
    on_behalf: str = ""
    """By whose delegation, where by one; known to whom the person is."""
    """Who, by name."""
    percent: Decimal | None = None
    occurrence: str = ""
    version: int = 1
    status: ReportStatus | None = None
    """What became of the report since."""
    origin: str = ""
    obstacle_kind: ObstacleKind | None = None
    days: int | None = None
    due_on: date | None = None
    number: str = ""
    """Of a letter, a resolution, an amendment."""
    numbered_on: date | None = None
    institutions: tuple[str, ...] = ()
    report_uid: str = ""
    compare_uid: str = ""
    """The version before, where the reader may compare."""
    changes: tuple[FieldChange, ...] = ()
    quotes: tuple[Quote, ...] = ()
    evidence: tuple[HandedIn, ...] = ()
    contradicts_narrative: bool = False
    signed_name: str = ""

    def is_later(self, zone: str) -> bool:
        """True where it was recorded on a later day than the one it speaks of ("con posterioridad").

        A decision always follows its report, and takes its date: it is never called late.
        """
        if self.at is None or self.kind is EntryKind.DECISION:
            return False
        return self.at.astimezone(ZoneInfo(zone)).date() > self.on


def newest_first(entries: Iterable[Entry]) -> tuple[Entry, ...]:
    """Entries in the order of recording, the last one first; what was recorded at one instant by its day."""
    return tuple(sorted(entries, key=_place, reverse=True))


def _place(entry: Entry) -> tuple[datetime, date, int]:
    at = entry.at or datetime.combine(entry.on, time.min, UTC)
    return at, entry.on, entry.seq or 0


def of_kind(entries: Sequence[Entry], kind: str) -> tuple[Entry, ...]:
    """The entries of one kind; all of them where none is asked for."""
    return tuple(one for one in entries if not kind or one.kind == kind)


@dataclass(frozen=True)
class EntryPage:
    """Some of a long timeline's entries."""

    entries: tuple[Entry, ...]
    total: int
    page: int
    pages: int


def page_of(entries: Sequence[Entry], page: int, size: int = 60) -> EntryPage:
    """One page of a timeline; a page that does not exist is the nearest one."""
    pages = max(1, -(-len(entries) // size))
    page = min(max(1, page), pages)
    return EntryPage(tuple(entries[(page - 1) * size : page * size]), len(entries), page, pages)
