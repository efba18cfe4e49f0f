"""Self-assessments: what is said of a commitment beside its figures, by whom, when (design 2.6 and 7)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from tracker.domain.assessment import Assessor, CompletionLevel
from tracker.domain.canonical import derived_uid
from tracker.domain.errors import DomainError
from tracker.domain.facts import InstitutionRef
from tracker.domain.permissions import AccountRole, Actor, Permission, can

_LONGEST = {"achievements": 20_000, "obstacles": 20_000, "source": 300}
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
    if statement.level is None and not is_general and statement.assessor is not Assessor.INSTITUTION:
        yield DomainError("assessment-needs-level", field="level")
    if not (statement.level or statement.achievements.strip() or statement.obstacles.strip()):
        yield DomainError("assessment-empty", field="achievements")
    if statement.assessor is Assessor.IRM and not statement.source.strip():
        yield DomainError("assessment-needs-source", field="source")
    for name, most in _LONGEST.items():
        text = getattr(statement, name)
        if len(text) > most or "\0" in text:
            yield DomainError("assessment-too-long", field=name, most=most)
