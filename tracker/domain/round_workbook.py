"""A round's workbook: what its rows carry, and what counts as written, untouched or the same."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass, field, fields
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from tracker.domain.evidence import Access
from tracker.domain.obstacles import ObstacleKind
from tracker.domain.plans import Role

# What a workbook says of itself in its hidden sheet; another form gets another number.
FORMAT = "cumple-round-workbook/1"
# A spreadsheet's cell holds 32,767 characters; a report's text in the form holds fewer.
LONGEST_TEXT = 20_000
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


class Fixed(StrEnum):
    """Columns that the workbook brings and nobody edits, in order; the values stand in its hidden row."""

    KEY = "key"
    COMMITMENT = "commitment"
    LABEL = "label"
    TITLE = "title"
    PART = "part"
    DUE_ON = "due_on"
    SITUATION = "situation"
    LAST_PERCENT = "last_percent"
    LAST_ON = "last_on"
    VALIDATED = "validated"
    PLANNED = "planned"
    MEANS = "means"


class Input(StrEnum):
    """Columns in which an institution writes, in order: the names of a report's fields."""

    PERCENT = "percent"
    DELIVERED = "delivered"
    DEPARTURE_REASON = "departure_reason"
    NARRATIVE = "narrative"
    COMPLETED_ON = "completed_on"
    REPORTED_ON = "reported_on"
    NO_PROGRESS = "no_progress"
    OBSTACLE_KIND = "obstacle_kind"
    OBSTACLE = "obstacle"
    NEEDED = "needed"
    NEW_EXPECTED_ON = "new_expected_on"


class LinkColumn(StrEnum):
    """Columns of the sheet of evidence, in order."""

    TARGET = "target"
    URL = "url"
    TITLE = "link_title"
    EFFECTIVE_ON = "effective_on"
    ACCESS = "access"


class Situation(StrEnum):
    """Where an institution stands with a line of the round."""

    PENDING = "pending"
    DRAFT = "draft"
    RETURNED = "returned"
    IN_REVIEW = "in_review"
    ANSWERED = "answered"
    ON_PAGE = "on_page"
    """Its texts are longer than cells take: it is written on the page alone."""


LOCKED = frozenset({Situation.IN_REVIEW, Situation.ON_PAGE})


@dataclass(frozen=True)
class SheetLink:
    """A link handed in as evidence through the workbook, with the means it answers."""

    url: str
    title: str = ""
    effective_on: date | None = None
    """None: the day of the report."""
    access: Access | None = None
    """None: what its means ask for (attendance lists are confidential)."""
    means: frozenset[str] = frozenset()


@dataclass(frozen=True)
class LineInputs:
    """What stands in the cells of a line that an institution may write in."""

    percent: Decimal | None = None
    delivered: Decimal | None = None
    departure_reason: str = ""
    narrative: str = ""
    completed_on: date | None = None
    reported_on: date | None = None
    """None: the day on which the workbook is brought in, or the day the draft has."""
    no_progress: bool = False
    obstacle_kind: ObstacleKind | None = None
    obstacle: str = ""
    needed: str = ""
    new_expected_on: date | None = None
    links: frozenset[SheetLink] = frozenset()


def plain_text(text: str) -> str:
    """A text as both a form and a cell can hold it: one kind of line break, no control characters."""
    return _CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n")).strip()


def changed_fields(before: LineInputs, after: LineInputs) -> tuple[str, ...]:
    """The fields in which what somebody wrote differs from what stood; an empty day asks for no other."""
    return tuple(
        one.name
        for one in fields(LineInputs)
        if not _same(one.name, getattr(before, one.name), getattr(after, one.name))
    )


def _same(name: str, before: object, after: object) -> bool:
    if name == Input.REPORTED_ON and after is None:
        return True
    if name == "links" and isinstance(before, frozenset) and isinstance(after, frozenset):
        return not added_links(before, after) and not removed_links(before, after)
    return before == after


def added_links(before: frozenset[SheetLink], after: frozenset[SheetLink]) -> tuple[SheetLink, ...]:
    """The links written that did not stand there, in order of their address."""
    return _sorted(one for one in after if not any(_is_same_link(old, one) for old in before))


def removed_links(before: frozenset[SheetLink], after: frozenset[SheetLink]) -> tuple[SheetLink, ...]:
    """The links that stood there and are not written any more, in order of their address."""
    return _sorted(one for one in before if not any(_is_same_link(one, new) for new in after))


def _sorted(links: Iterable[SheetLink]) -> tuple[SheetLink, ...]:
    return tuple(sorted(links, key=lambda one: (one.url, sorted(one.means))))


def _is_same_link(old: SheetLink, new: SheetLink) -> bool:
    """What is left empty of a link (title, day, access) asks for no other than what stood there."""
    return (
        (old.url, old.means) == (new.url, new.means)
        and new.title in {"", old.title}
        and new.effective_on in {None, old.effective_on}
        and new.access in {None, old.access}
    )


def fingerprint(inputs: LineInputs) -> str:
    """One short text for what stands in a line: equal texts, equal content."""
    parts = [_written(getattr(inputs, one.name)) for one in fields(inputs)]
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:32]


def _written(value: object) -> str:
    if isinstance(value, Decimal):
        return format(value.normalize(), "f")
    if isinstance(value, frozenset):
        return "\x1e".join(sorted(_written(one) for one in value))
    if isinstance(value, SheetLink):
        return "\x1d".join(_written(getattr(value, one.name)) for one in fields(value))
    return "" if value is None or value is False else str(value)


@dataclass(frozen=True)
class BookMeans:
    """One verification means of a line."""

    uid: str
    text: str


@dataclass(frozen=True)
class BookLine:
    """One row of the workbook: what it shows, and what stands in the cells to be written in."""

    key: str
    commitment: str
    label: str
    title: str
    role: Role | None
    occurrence_due_on: date | None
    due_on: date | None
    situation: Situation
    last_percent: Decimal | None
    last_reported_on: date | None
    validated: Decimal | None
    planned: Decimal | None
    unit: str
    means: tuple[BookMeans, ...]
    inputs: LineInputs = field(default_factory=LineInputs)

    @property
    def is_locked(self) -> bool:
        """True where nothing can be written here: its report waits for a decision, or is too long."""
        return self.situation in LOCKED


@dataclass(frozen=True)
class RoundBook:
    """A round's workbook for one institution, ready to be drawn."""

    round_uid: str
    institution_uid: str
    institution: str
    plan_number: int
    period_start: date
    period_end: date
    due_on: date
    made_at: datetime
    lines: tuple[BookLine, ...]
