"""Self-assessments: what is said of a commitment beside its figures, by whom, when (design 2.6 and 7)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from urllib.parse import urlsplit

from tracker.domain.assessment import RANK, Assessor, CompletionLevel
from tracker.domain.canonical import derived_uid
from tracker.domain.errors import DomainError
from tracker.domain.facts import InstitutionRef
from tracker.domain.irm import IrmCode, IrmField, code_errors
from tracker.domain.permissions import AccountRole, Actor, Permission, can

_LONGEST = {"achievements": 20_000, "obstacles": 20_000, "source": 300, "link": 500}
_OWN = frozenset({AccountRole.LIAISON, AccountRole.INSTITUTION_HEAD})
_CONTACT = frozenset({AccountRole.CONTACT_POINT})
_WRITERS: dict[Assessor, frozenset[AccountRole]] = {
    Assessor.COMPUTED: frozenset(),
    Assessor.INSTITUTION: _OWN,
    Assessor.TECHNICAL_TABLE: _CONTACT | {AccountRole.TABLE_MEMBER},
    Assessor.IRM: _CONTACT,
    Assessor.CONTACT_POINT: _CONTACT,
}


class Phase(StrEnum):
    """Which of a plan's two self-assessments a report is."""

    MIDTERM = "midterm"
    FINAL = "final"


def phase_at(cutoff: date, ends_on: date | None) -> Phase:
    """Final from the plan's last day on, midterm before it and where the plan has no end."""
    return Phase.FINAL if ends_on is not None and cutoff >= ends_on else Phase.MIDTERM


@dataclass(frozen=True)
class Statement:
    """What an assessor says of a commitment, or the contact point of the whole plan, on a date."""

    about_uid: str
    """The commitment, or the plan for the general achievements."""
    assessor: Assessor
    on: date
    by: str
    """The office that wrote it down, never a person's name."""
    institution: InstitutionRef | None = None
    level: CompletionLevel | None = None
    achievements: str = ""
    obstacles: str = ""
    source: str = ""
    """Where it was taken from: the IRM's report, the minutes of the technical table."""
    link: str = ""
    """Where that can be read."""
    codes: tuple[IrmCode, ...] = ()
    """What the IRM codes beside the level."""


@dataclass(frozen=True)
class CodeLine:
    """A field that the IRM codes, with its values and the report that gives them."""

    field: IrmField
    values: tuple[str, ...]
    source: str
    link: str
    on: date


def codes_in_force(statements: Iterable[Statement]) -> tuple[CodeLine, ...]:
    """Each field as the newest of the IRM's reports that codes it: one tells the design, a later one results.

    `statements` are the IRM's on one commitment, one for each of its reports.
    """
    newest: dict[IrmField, CodeLine] = {}
    for one in sorted(statements, key=lambda one: one.on):
        for field in dict.fromkeys(code.field for code in one.codes):
            values = tuple(code.value for code in one.codes if code.field is field)
            newest[field] = CodeLine(field, values, one.source, one.link, one.on)
    return tuple(newest[field] for field in IrmField if field in newest)


def is_above(own: CompletionLevel | None, computed: CompletionLevel) -> bool:
    """True where a level stands higher on the scale than the accepted evidence does."""
    return own is not None and RANK[own] > RANK[computed]


def differ(levels: Iterable[CompletionLevel | None]) -> bool:
    """True where two of those who gave a level do not agree."""
    return len({one for one in levels if one is not None}) > 1


def responsible(own: Iterable[str], below: Iterable[str]) -> tuple[str, ...]:
    """Who answers for a commitment: its own leads; where the plan names none, those of what is in it."""
    return tuple(sorted(set(own))) or tuple(sorted(set(below)))


def subject_uid(about_uid: str, assessor: Assessor, institution_uid: str = "") -> str:
    """Under which uid the versions of one assessor's statement on one thing are kept."""
    return derived_uid(about_uid, assessor.value, institution_uid)


def may_assess(actor: Actor, assessor: Assessor, *, institution_id: int | None = None) -> bool:
    """Who writes for whom: an institution's own people, the technical table's members, the contact point."""
    if not can(actor, Permission.ASSESSMENT_WRITE) or actor.role not in _WRITERS[assessor]:
        return False
    if assessor is Assessor.INSTITUTION:
        return institution_id is not None and institution_id in actor.institution_ids
    return institution_id is None


def statement_errors(statement: Statement, today: date) -> Iterator[DomainError]:
    """Everything that keeps a statement from being recorded, each beside its field."""
    is_general = statement.assessor is Assessor.CONTACT_POINT
    if statement.on > today:
        yield DomainError("assessment-in-future", field="on")
    said = statement.achievements.strip() or statement.obstacles.strip() or statement.codes
    may_lack = is_general or statement.assessor is Assessor.INSTITUTION
    # The IRM's review of a design has codes, and no level yet.
    if statement.level is None and not may_lack and not statement.codes:
        yield DomainError("assessment-needs-level", field="level")
    if not (statement.level or said):
        yield DomainError("assessment-empty", field="achievements")
    if statement.assessor is Assessor.IRM and not statement.source.strip():
        yield DomainError("assessment-needs-source", field="source")
    if statement.link and not is_web_address(statement.link):
        yield DomainError("assessment-link-not-an-address", field="link")
    yield from code_errors(statement.codes)
    for name, most in _LONGEST.items():
        text = getattr(statement, name)
        if len(text) > most or "\0" in text:
            yield DomainError("assessment-too-long", field=name, most=most)


def is_web_address(text: str) -> bool:
    """True for a whole http or https address; nothing else may become a link."""
    try:
        parts = urlsplit(text)
        host = parts.hostname or ""
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and "." in host and not re.search(r"\s", text)
