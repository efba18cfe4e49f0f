"""Assessments as the public reads them: the four of each commitment side by side, with their history."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import select

from tracker.db import db
from tracker.domain.assessment import Assessor, CompletionLevel
from tracker.domain.history import Cut
from tracker.domain.plans import NodeKind
from tracker.domain.self_assessment import CodeLine, Statement, differ, is_above
from tracker.domain.tree import assess
from tracker.models.current import NodeTotals
from tracker.models.plans import PlanNode
from tracker.queries.assessment_history import StatementVersion, irm_codes, standing, statement_versions
from tracker.queries.history import plan_facts
from tracker.queries.portal.past import PastView
from tracker.queries.portal.rows import PlanHeader, get_header

_ORDER = (Assessor.INSTITUTION, Assessor.TECHNICAL_TABLE, Assessor.IRM, Assessor.CONTACT_POINT)


@dataclass(frozen=True)
class AssessmentLine:
    """What one assessor says, and every version of it, newest first."""

    statement: Statement
    recorded_at: datetime
    is_above: bool
    """An institution's own level that stands above the one computed."""
    versions: tuple[StatementVersion, ...]

    @property
    def name(self) -> str:
        """The institution, where it is one's own; else nothing."""
        return self.statement.institution.label if self.statement.institution else ""


@dataclass(frozen=True)
class AssessedRow:
    """A commitment with the level computed and what every assessor says."""

    number: int
    label: str
    title: str
    uid: str
    computed: CompletionLevel
    computed_on: date | None
    lines: tuple[AssessmentLine, ...]
    codes: tuple[CodeLine, ...]

    def of(self, assessor: Assessor) -> tuple[AssessmentLine, ...]:
        """What those of one kind say."""
        return tuple(one for one in self.lines if one.statement.assessor is assessor)

    @property
    def is_above(self) -> bool:
        """True where an institution places itself above the level computed."""
        return any(one.is_above for one in self.lines)

    @property
    def differs(self) -> bool:
        """True where those who gave a level, the computed one among them, do not agree."""
        return differ((self.computed, *(one.statement.level for one in self.lines)))

    @property
    def names(self) -> frozenset[str]:
        """The institutions that say something of it."""
        return frozenset(one.name for one in self.lines if one.name)


@dataclass(frozen=True)
class AssessmentMatrix:
    """A plan's commitments against the four sources."""

    header: PlanHeader
    rows: tuple[AssessedRow, ...]
    general: tuple[AssessmentLine, ...]
    past: PastView | None = None

    @property
    def names(self) -> tuple[str, ...]:
        """Every institution that says something."""
        return tuple(sorted({name for row in self.rows for name in row.names}))


def get_matrix(number: int, today: date, past: PastView | None = None) -> AssessmentMatrix:
    """The four assessments of each commitment of a published plan, now or as of a day, known at an instant.

    They stand side by side and are never averaged. NotFound for a plan that is not published.
    """
    header = get_header(number)
    cut = past.cut if past else Cut(today)
    versions = statement_versions(header.id, cut)
    rows = _past_rows(header.id, past) if past else _rows(header.id)
    codes = irm_codes(versions)
    by_subject = _lines(versions)
    return AssessmentMatrix(
        header=header,
        rows=tuple(_told(row, by_subject[row.uid], codes.get(row.uid, ())) for row in rows),
        general=tuple(_sorted(by_subject[header.uid])),
        past=past,
    )


def get_assessed(plan_id: int, commitment_id: int, bare: AssessedRow, cut: Cut) -> AssessedRow:
    """One commitment's row, its computed level given."""
    versions = statement_versions(plan_id, cut, commitment_id=commitment_id)
    return _told(bare, _lines(versions)[bare.uid], irm_codes(versions).get(bare.uid, ()))


def _rows(plan_id: int) -> Iterator[AssessedRow]:
    """The commitments as they stand, with the level that is stored for today."""
    rows = db.session.execute(
        select(
            PlanNode.number, PlanNode.label, PlanNode.title, PlanNode.uid, NodeTotals.level,
            NodeTotals.computed_on,
        )
        .outerjoin(NodeTotals, NodeTotals.node_id == PlanNode.id)
        .where(
            PlanNode.plan_id == plan_id,
            PlanNode.kind == NodeKind.COMMITMENT,
            PlanNode.withdrawn_on.is_(None),
        )
        .order_by(PlanNode.number, PlanNode.label)
    )  # fmt: skip
    for number, label, title, uid, level, on in rows:
        yield bare_row(number, label, title, uid, level or CompletionLevel.NO_EVIDENCE, on)


def _past_rows(plan_id: int, past: PastView) -> Iterator[AssessedRow]:
    """The commitments as they stood, computed from the history of that day."""
    tree = assess(plan_facts(plan_id, past.cut), past.day)
    found = [one for one in tree.walk() if one.facts.kind is NodeKind.COMMITMENT and not one.is_withdrawn]
    for one in sorted(found, key=lambda one: (one.facts.number, one.facts.label)):
        node = one.facts
        yield bare_row(node.number, node.label, node.title, node.uid, one.level, past.day)


def bare_row(
    number: int, label: str, title: str, uid: str, level: CompletionLevel, on: date | None
) -> AssessedRow:
    """A commitment of which nobody has said anything yet."""
    return AssessedRow(number, label, title, uid, level, on, (), ())


def _lines(versions: Sequence[StatementVersion]) -> dict[str, list[AssessmentLine]]:
    """By what it is about, each statement in force with its history."""
    history: dict[str, list[StatementVersion]] = defaultdict(list)
    for one in versions:
        history[one.uid].insert(0, one)
    found: dict[str, list[AssessmentLine]] = defaultdict(list)
    for one in standing(versions):
        line = AssessmentLine(one.statement, one.recorded_at, False, tuple(history[one.uid]))
        found[one.statement.about_uid].append(line)
    return found


def _told(row: AssessedRow, lines: Iterable[AssessmentLine], codes: tuple[CodeLine, ...]) -> AssessedRow:
    own = Assessor.INSTITUTION
    marked = (
        replace(
            one,
            is_above=one.statement.assessor is own and is_above(one.statement.level, row.computed),
        )
        for one in lines
    )
    return replace(row, lines=tuple(_sorted(marked)), codes=codes)


def _sorted(lines: Iterable[AssessmentLine]) -> list[AssessmentLine]:
    return sorted(lines, key=lambda one: (_ORDER.index(one.statement.assessor), one.name))
