"""Assessments brought in by file, with their author, date and document (design sections 2.6 and 8)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from sqlalchemy import select

from tracker.db import db
from tracker.domain.assessment import Assessor, CompletionLevel
from tracker.domain.errors import Conflict, DomainError, NotAllowed
from tracker.domain.permissions import Actor, Permission, can
from tracker.domain.plans import NodeKind
from tracker.domain.self_assessment import Statement, statement_errors
from tracker.domain.text import squeeze
from tracker.importers.assessments import AssessmentProposal, AssessmentsProposal
from tracker.importers.proposals import Finding, Level
from tracker.models.accounts import Institution
from tracker.models.plans import PlanNode
from tracker.queries.assessment_history import last_change, last_statement, subject_of
from tracker.queries.assessments import SAID_OF, list_institution_uids, may_import
from tracker.queries.plans import get_plan, list_institutions
from tracker.services.imports import ImportPreview, Outcome, Tally
from tracker.services.versions import institution_ref, record_statement

ENTITY = "assessments"


@dataclass(frozen=True)
class ImportedLine:
    """One assessment of a file: what it says of which commitment, and what becomes of it."""

    label: str
    title: str
    statement: Statement
    before: CompletionLevel | None
    outcome: Outcome


@dataclass(frozen=True)
class AssessmentsPreview(ImportPreview):
    """What an import of assessments does, line by line."""

    lines: tuple[ImportedLine, ...] = ()


def accept_assessments_import(
    actor: Actor,
    proposal: AssessmentsProposal,
    plan_number: int,
    *,
    source: str = "",
    based_on: int | None = None,
    now: datetime,
    today: date,
) -> AssessmentsPreview:
    """Record every assessment of a file that differs from the last one of its date; with an error nothing.

    Who imports plans transcribes for others, an institution's words out of the document that `source` names;
    anybody else brings in what they may write on the page. Within `rehearsal()` this is the preview.
    `based_on` is the last change that a preview knew; Conflict where somebody wrote since. Raises NotAllowed,
    NotFound for a plan that is not there, DomainError `plan-not-assessed`.
    """
    plan = get_plan(plan_number)
    if plan.status not in SAID_OF:
        raise DomainError("plan-not-assessed")
    taking = _Taking(actor, proposal.assessor, squeeze(source), today)
    taking.check()
    taking.load(plan.id)
    if based_on is not None and last_change(plan.id) != based_on:
        raise Conflict("assessment-changed-meanwhile")
    placed = [(row, *taking.place(row)) for row in proposal.rows]
    findings = [*proposal.findings, *(finding for *_, found in placed for finding in found)]
    if any(one.level is Level.ERROR for one in findings):
        return _preview(findings, ())
    # Oldest first, as they were said: the order of recording then is that of the dates.
    ready = sorted((one for _, one, _ in placed if one is not None), key=lambda one: one[0].on)
    lines = [_record(actor, statement, node, now) for statement, node in ready]
    return _preview(findings, lines)


def _preview(findings: Sequence[Finding], lines: Sequence[ImportedLine]) -> AssessmentsPreview:
    tally = Tally()
    for one in lines:
        tally.count(ENTITY, (subject_of(one.statement), one.statement.on), one.outcome)
    counted = tally.preview(findings)
    return AssessmentsPreview(
        counted.created, counted.changed, counted.unchanged, counted.issues, lines=tuple(lines)
    )


_Ready = tuple[Statement, PlanNode]


def _record(actor: Actor, statement: Statement, node: PlanNode, now: datetime) -> ImportedLine:
    """The same said again, by whomever, is no new version."""
    before = last_statement(subject_of(statement), statement.on)
    outcome = Outcome.CREATED if before is None else Outcome.CHANGED
    if before is not None and replace(before, by=statement.by) == statement:
        outcome = Outcome.UNCHANGED
    else:
        record_statement(actor, statement, node, now=now)
    return ImportedLine(node.label, node.title, statement, before.level if before else None, outcome)


@dataclass
class _Taking:
    """Turns the rows of one file into statements, or into what is wrong with them."""

    actor: Actor
    assessor: Assessor
    source: str
    today: date
    _nodes: dict[str, PlanNode] = field(default_factory=dict)
    _institutions: dict[str, Institution] = field(default_factory=dict)
    _parts: dict[str, frozenset[str]] = field(default_factory=dict)

    def load(self, plan_id: int) -> None:
        """The plan's commitments, held until the end, and the institutions there are."""
        commitments = db.session.scalars(
            select(PlanNode)
            .where(PlanNode.plan_id == plan_id, PlanNode.kind == NodeKind.COMMITMENT)
            .order_by(PlanNode.id)
            .with_for_update(of=PlanNode)
        )
        self._nodes = {one.label: one for one in commitments}
        for one in list_institutions():
            self._institutions.setdefault(one.name, one)
            self._institutions[one.acronym or one.name] = one

    @property
    def transcribes(self) -> bool:
        """Whoever imports plans writes down what others said elsewhere."""
        return can(self.actor, Permission.PLAN_IMPORT)

    def check(self) -> None:
        """NotAllowed for whoever has nothing to bring in; an institution's words need their document."""
        if not may_import(self.actor, self.assessor):
            raise NotAllowed("not-allowed", permission=Permission.ASSESSMENT_WRITE.value)
        if self.transcribes and self.assessor is Assessor.INSTITUTION and not self.source:
            raise DomainError("assessment-document-missing", field="source")

    def place(self, row: AssessmentProposal) -> tuple[_Ready | None, list[Finding]]:
        """The statement of a row with its commitment; else what is wrong, told of its cells."""
        node = self._nodes.get(row.label)
        mention = row.institution
        institution = self._institutions.get(mention.acronym or mention.name) if mention else None
        statement = self._statement(row, node.uid if node else "", institution)
        errors = [_from_error(row, one) for one in statement_errors(statement, self.today)]
        if node is None:
            return None, [_finding(row, "commitment", "item-not-in-plan", row.label, item=row.label), *errors]
        found = [
            *self._author_findings(row, node, institution),
            *errors,
        ]
        return (None if found else (statement, node)), found

    def _statement(
        self, row: AssessmentProposal, about_uid: str, institution: Institution | None
    ) -> Statement:
        return Statement(
            about_uid=about_uid,
            assessor=self.assessor,
            on=row.on,
            by=self.actor.role.value if self.actor.role else self.actor.label,
            institution=institution_ref(institution) if institution else None,
            level=row.level,
            achievements=row.achievements,
            obstacles=row.obstacles,
            source=squeeze(row.source) or self.source,
            link=row.link,
            codes=row.codes,
        )

    def _author_findings(
        self, row: AssessmentProposal, node: PlanNode, institution: Institution | None
    ) -> Iterator[Finding]:
        if self.assessor is not Assessor.INSTITUTION:
            return
        name = row.institution.text if row.institution else ""
        if node.uid not in self._parts:
            self._parts[node.uid] = list_institution_uids(node.id)
        if institution is None or institution.uid not in self._parts[node.uid]:
            yield _finding(row, "institution", "author-without-part", name, commitment=row.label)
        elif not self.transcribes and institution.id not in self.actor.institution_ids:
            yield _finding(row, "institution", "author-not-yours", name)


def _from_error(row: AssessmentProposal, error: DomainError) -> Finding:
    """A rule's refusal, told of the cell that it speaks of."""
    params = {key: str(value) for key, value in error.params.items()}
    name = error.field or "commitment"
    return _finding(row, name, error.code, "", **params)


def _finding(row: AssessmentProposal, name: str, code: str, text: str, **params: str) -> Finding:
    cell = row.cells.get(name, row.cells["commitment"])
    return Finding(Level.ERROR, code, row.sheet, cell, text, params, row.label)
