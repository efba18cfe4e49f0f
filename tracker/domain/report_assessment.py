"""The self-assessment of a compiled report: every commitment with what each assessor says of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from tracker.domain.assessment import Assessor, CompletionLevel
from tracker.domain.plans import Role
from tracker.domain.report_values import RowRef
from tracker.domain.self_assessment import CodeLine, Phase, Statement, is_above, phase_at, responsible
from tracker.domain.tree import NodeStatus

_BESIDE = (Assessor.INSTITUTION, Assessor.TECHNICAL_TABLE, Assessor.IRM)


@dataclass(frozen=True)
class LevelLine:
    """One assessor's level on the five-value scale; None where it gives none."""

    assessor: Assessor
    institution: str
    level: CompletionLevel | None
    on: date | None
    source: str


@dataclass(frozen=True)
class StatementLine:
    """What was achieved and what stood in the way, in its author's words."""

    assessor: Assessor
    institution: str
    achievements: str
    obstacles: str
    on: date
    by: str
    source: str = ""
    """The document it was taken from, where somebody else wrote it down."""


@dataclass(frozen=True)
class CommitmentAssessment:
    """A commitment with its leads, the level computed and the others beside it, and the statements."""

    row: RowRef
    title: str
    leads: tuple[str, ...]
    computed: CompletionLevel
    levels: tuple[LevelLine, ...]
    statements: tuple[StatementLine, ...]
    codes: tuple[CodeLine, ...] = ()
    """What the IRM codes of it, field by field."""


@dataclass(frozen=True)
class SelfAssessment:
    """The plan's midterm or final self-assessment."""

    phase: Phase
    general: tuple[StatementLine, ...]
    commitments: tuple[CommitmentAssessment, ...]


def self_assess(
    commitments: Iterable[NodeStatus],
    statements: Sequence[Statement],
    *,
    plan_uid: str,
    as_of: date,
    ends_on: date | None,
    codes: Mapping[str, tuple[CodeLine, ...]] | None = None,
) -> SelfAssessment:
    """The four assessments of each commitment side by side, never averaged, with the statements about it."""
    return SelfAssessment(
        phase=phase_at(as_of, ends_on),
        general=_told(one for one in statements if one.about_uid == plan_uid),
        commitments=tuple(
            replace(
                _commitment(one, [said for said in statements if said.about_uid == one.facts.uid]),
                codes=(codes or {}).get(one.facts.uid, ()),
            )
            for one in sorted(commitments, key=lambda one: (one.facts.number, one.facts.label))
        ),
    )


def _commitment(status: NodeStatus, statements: Sequence[Statement]) -> CommitmentAssessment:
    node = status.facts
    return CommitmentAssessment(
        row=RowRef(node.number, node.label, node.uid),
        title=node.title,
        leads=_leads(status),
        computed=status.level,
        levels=tuple(_levels(statements)),
        statements=_told(statements),
    )


def _leads(status: NodeStatus) -> tuple[str, ...]:
    own, *below = ([one for one in item.roles if one.role is Role.LEAD] for item in status.walk())
    return responsible(
        (one.institution.label for one in own), (one.institution.label for part in below for one in part)
    )


def _levels(statements: Sequence[Statement]) -> Iterator[LevelLine]:
    for assessor in _BESIDE:
        said = [one for one in statements if one.assessor is assessor and one.level is not None]
        for one in sorted(said, key=_name):
            yield LevelLine(assessor, _name(one), one.level, one.on, one.source)
        if not said:
            yield LevelLine(assessor, "", None, None, "")


def _told(statements: Iterable[Statement]) -> tuple[StatementLine, ...]:
    told = [one for one in statements if one.achievements or one.obstacles]
    order = list(Assessor)
    return tuple(
        StatementLine(one.assessor, _name(one), one.achievements, one.obstacles, one.on, one.by, one.source)
        for one in sorted(told, key=lambda one: (order.index(one.assessor), _name(one)))
    )


def _name(statement: Statement) -> str:
    return statement.institution.label if statement.institution else ""


def levels_above_computed(made: SelfAssessment) -> Iterator[tuple[CommitmentAssessment, LevelLine]]:
    """Where an institution places itself higher than its accepted evidence does."""
    for one in made.commitments:
        for line in one.levels:
            if line.assessor is Assessor.INSTITUTION and is_above(line.level, one.computed):
                yield one, line
