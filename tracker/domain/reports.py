"""Compiling a report: the frozen document out of a plan's facts at a cut (design section 7)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, tzinfo
from typing import Any

from tracker.domain.canonical import decode, encode
from tracker.domain.compilation import CompilationKind
from tracker.domain.errors import DomainError
from tracker.domain.evidence import Coverage, union
from tracker.domain.facts import InstitutionRef, PlanFacts
from tracker.domain.history import Cut
from tracker.domain.outline import aggregate, commitment_lines, coverage_count, takes_part
from tracker.domain.plans import TEMPLATE_FIELDS, NodeKind, Role
from tracker.domain.progress import as_percent
from tracker.domain.report_assessment import SelfAssessment, levels_above_computed, self_assess
from tracker.domain.report_document import (
    ClaimCounts,
    CommitmentLine,
    Finding,
    FindingCode,
    InstitutionLine,
    PartCount,
    PlanLine,
    ReportDocument,
    Sections,
    StateCount,
    Summary,
)
from tracker.domain.report_findings import Row, find_all, is_full, is_silent, missing_evidence, rows
from tracker.domain.report_period import compare_month
from tracker.domain.report_rows import Moment, institution_reports
from tracker.domain.report_silence import Asked, RoundFact, Silence, silences
from tracker.domain.report_targets import Accountability, TargetsBeside, account
from tracker.domain.report_values import RowRef, SheetField
from tracker.domain.resources import ResourceEntry, amounts_of_plan, entry_lines, money_lines
from tracker.domain.self_assessment import CodeLine, Statement
from tracker.domain.states import COMPLETE, State
from tracker.domain.targets import RecordedTargets
from tracker.domain.tree import InstitutionReport, NodeStatus
from tracker.domain.workflow import ReportStatus

OF_AN_INSTITUTION = frozenset({CompilationKind.INSTITUTIONAL, CompilationKind.ACCOUNTABILITY})
AT_RISK = frozenset({State.BEHIND, State.DUE_SOON})


def check_kind(kind: CompilationKind, *, has_institution: bool, has_commitment: bool = False) -> None:
    """A report names an institution or a commitment where it is about one, and only there; DomainError.

    An accountability is of one institution, or of all that have targets.
    """
    if kind is CompilationKind.INSTITUTIONAL and not has_institution:
        raise DomainError("kind-needs-institution", field="institution")
    if kind not in OF_AN_INSTITUTION and has_institution:
        raise DomainError("institution-not-for-kind", field="institution")
    if kind is CompilationKind.COMMITMENT and not has_commitment:
        raise DomainError("kind-needs-commitment", field="commitment")
    if kind is not CompilationKind.COMMITMENT and has_commitment:
        raise DomainError("commitment-not-for-kind", field="commitment")


@dataclass(frozen=True)
class Scope:
    """Which report: of a whole plan, of an institution in it, or of one commitment by its number."""

    kind: CompilationKind
    institution: InstitutionRef | None = None
    commitment: int | None = None

    def check(self) -> None:
        """Refuse what no report can be made of; DomainError."""
        check_kind(
            self.kind,
            has_institution=self.institution is not None,
            has_commitment=self.commitment is not None,
        )

    def shows(self, line: CommitmentLine) -> bool:
        """True for a commitment of which the report gives the tree."""
        return self.commitment in {None, line.number}

    def concerns(self, row: Row) -> bool:
        """True for an item that the report is about."""
        if self.commitment is not None and row.ref.commitment != self.commitment:
            return False
        return self.institution is None or takes_part(row.status, self.institution)


@dataclass(frozen=True)
class Beside:
    """What a report reads beside the plan's facts at its cut."""

    rounds: Sequence[RoundFact] = ()
    """Rounds that fell due: what was asked and what was answered."""
    eve: NodeStatus | None = None
    """The same tree the day before the month, for a monthly report."""
    statements: Sequence[Statement] | None = None
    """What assessors say, for a self-assessment."""
    codes: Mapping[str, tuple[CodeLine, ...]] = field(default_factory=dict)
    """By commitment, what the IRM codes of it."""
    resources: Sequence[ResourceEntry] = ()
    """What was written of resources beside the plan, for the sheet of a commitment."""
    targets: Sequence[RecordedTargets] | None = None
    """Every table of targets, for an accountability."""
    targets_beside: TargetsBeside | None = None


def compile_report(
    status: NodeStatus,
    facts: PlanFacts,
    cut: Cut,
    scope: Scope,
    beside: Beside | None = None,
    *,
    zone: tzinfo = UTC,
) -> ReportDocument:
    """The document of a plan's tree assessed at a cut: nothing enters that may differ a second time.

    Raises DomainError for a commitment that the plan did not have at the cut.
    """
    scope.check()
    beside = beside or Beside()
    institution, moment = scope.institution, Moment(cut.as_of, zone)
    top = status if scope.commitment is None else _commitment(status, scope.commitment)
    lines = tuple(one for one in commitment_lines(status, moment, institution) if scope.shows(one))
    concerned = tuple(row for row in rows(status) if scope.concerns(row))
    assessment = _assessment(top, facts, cut, beside)
    named = InstitutionLine(institution.name, institution.acronym) if institution else None
    return ReportDocument(
        kind=scope.kind,
        plan=_plan(facts),
        institution=named,
        cutoff=cut.as_of,
        known_at=cut.known_at or 0,
        summary=_summary(top, lines, concerned, moment, institution),
        findings=_by_gravity(
            find_all(concerned, facts, moment, institution),
            _unanswered(concerned, silences(beside.rounds), institution),
            _above_computed(assessment),
        ),
        commitments=lines,
        sheet=_sheet(top, beside.resources) if scope.commitment is not None else (),
        period=compare_month(beside.eve, status, moment) if beside.eve is not None else None,
        assessment=assessment,
        targets=_targets(beside, facts, cut, institution),
    )


def _targets(
    beside: Beside, facts: PlanFacts, cut: Cut, institution: InstitutionRef | None
) -> Accountability | None:
    if beside.targets is None:
        return None
    uid, more = institution.uid if institution else "", beside.targets_beside
    return account(beside.targets, cut.as_of, plan_uid=facts.root.uid, institution_uid=uid, beside=more)


def _commitment(status: NodeStatus, number: int) -> NodeStatus:
    for one in status.walk():
        if one.facts.kind is NodeKind.COMMITMENT and one.facts.number == number:
            return one
    raise DomainError("commitment-not-in-plan", field="commitment", number=number)


def _assessment(status: NodeStatus, facts: PlanFacts, cut: Cut, beside: Beside) -> SelfAssessment | None:
    if beside.statements is None:
        return None
    return self_assess(
        [one for one in status.walk() if one.facts.kind is NodeKind.COMMITMENT and not one.is_withdrawn],
        beside.statements,
        plan_uid=facts.root.uid,
        as_of=cut.as_of,
        ends_on=facts.ends_on,
        codes=beside.codes,
    )


def _above_computed(assessment: SelfAssessment | None) -> Iterator[Finding]:
    """The levels that institutions give themselves above what is proven."""
    if assessment is None:
        return
    for one, line in levels_above_computed(assessment):
        levels = {"own": line.level.value if line.level else "", "computed": one.computed.value}
        yield Finding(FindingCode.LEVEL_ABOVE_COMPUTED, one.row, line.institution, levels)


def _unanswered(
    concerned: Sequence[Row], found: Mapping[Asked, Silence], institution: InstitutionRef | None
) -> Iterator[Finding]:
    """Rounds in a row that asked an item of an institution and had no answer, unless it is complete."""
    for row in concerned:
        if row.status.is_withdrawn or _state(row) in COMPLETE:
            continue
        for one in row.status.roles:
            silence = found.get((row.ref.uid, one.institution.uid))
            if silence and institution in {None, one.institution}:
                told = {"rounds": str(silence.rounds), "since": silence.since.isoformat()}
                yield Finding(FindingCode.ROUNDS_UNANSWERED, row.ref, one.institution.label, told)


def _by_gravity(*found: Iterable[Finding]) -> tuple[Finding, ...]:
    """All findings, gravest first."""
    order = list(FindingCode)
    return tuple(sorted((one for part in found for one in part), key=lambda one: order.index(one.code)))


def _sheet(commitment: NodeStatus, resources: Sequence[ResourceEntry]) -> tuple[SheetField, ...]:
    """The template's texts in its own order, with what else the plan says of the commitment."""
    texts = commitment.facts.texts
    named = ("short_title", *TEMPLATE_FIELDS, "ogp_values", "financial")
    own = [one for one in resources if one.commitment_uid == commitment.facts.uid]
    beside = (
        ("resources_money", money_lines(amounts_of_plan(texts.get("financial", "")), own)),
        ("resources_entries", entry_lines(own)),
    )
    fields = (SheetField(name, texts[name]) for name in named if texts.get(name))
    return (*fields, *(SheetField(name, text) for name, text in beside if own))


def _plan(facts: PlanFacts) -> PlanLine:
    return PlanLine(
        number=facts.root.number,
        title=facts.root.title,
        starts_on=facts.starts_on,
        ends_on=facts.ends_on,
        milestone_word=facts.root.texts.get("milestone_word", "hito"),
        substantial_from=as_percent(facts.thresholds.substantial),
        due_soon_days=facts.due_soon_days,
    )


def _summary(
    status: NodeStatus,
    lines: Sequence[CommitmentLine],
    concerned: Sequence[Row],
    moment: Moment,
    institution: InstitutionRef | None,
) -> Summary:
    """The figures of the items concerned; of the whole plan also both its figures."""
    items = [row for row in concerned if row.status.own is not None]
    counted = Counter(_state(row) for row in items)
    kinds = Counter(row.status.facts.kind for row in concerned)
    return Summary(
        commitments=len(lines),
        milestones=sum(len(line.milestones) for line in lines),
        activities=kinds[NodeKind.ACTIVITY],
        items=len(items),
        states=tuple(StateCount(state, counted[state]) for state in State),
        parts=_parts([row for row in items if row.status.facts.kind is NodeKind.ACTIVITY], institution),
        claims=_claims(concerned, institution),
        coverage=coverage_count(_coverage(concerned)),
        validated=aggregate(status, "validated") if institution is None else None,
        reported=aggregate(status, "reported") if institution is None else None,
        sections=_sections(items, moment),
    )


def _coverage(concerned: Sequence[Row]) -> Coverage:
    """The means of the items that count, a shared one once."""
    return union(
        row.status.own.coverage for row in concerned if row.status.own and not row.status.is_withdrawn
    )


def _state(row: Row) -> State:
    """The state of what an item delivers itself, apart from what stands below it."""
    return row.status.own.standing.state if row.status.own else row.status.state


def _parts(items: Sequence[Row], institution: InstitutionRef | None) -> tuple[PartCount, ...]:
    """In how many activities an institution has each part."""
    if institution is None:
        return ()
    counted: Counter[Role | None] = Counter()
    for row in items:
        own = (one.role for one in row.status.roles if one.institution.uid == institution.uid)
        counted[next(own, None)] += 1
    return tuple(PartCount(role, counted[role]) for role in (*Role, None))


def _claims(concerned: Sequence[Row], institution: InstitutionRef | None) -> ClaimCounts:
    """What was claimed, and how much of it stands on evidence."""
    every: list[tuple[Row, InstitutionReport]] = [
        (row, one)
        for row in concerned
        for one in institution_reports(row.status)
        if institution is None or one.institution.uid == institution.uid
    ]
    told = [(row, one) for row, one in every if one.percent is not None]
    full = [(row, one) for row, one in told if is_full(one)]
    lacking = Counter(missing_evidence(row.status, one) for row, one in full)
    return ClaimCounts(
        reports=len(told),
        full=len(full),
        own=sum(one.governs for _, one in told),
        contributions=sum(not one.governs for _, one in told),
        validated=sum(one.report.status is ReportStatus.VALIDATED for _, one in told),
        full_validated=sum(one.report.status is ReportStatus.VALIDATED for _, one in full),
        full_without_evidence=lacking[FindingCode.FULL_CLAIM_WITHOUT_EVIDENCE],
        full_with_partial_evidence=lacking[FindingCode.FULL_CLAIM_WITH_PARTIAL_EVIDENCE],
        full_undated=sum(one.completed_on is None for _, one in full),
        full_late=sum(bool(one.timeliness and one.timeliness.days_late) for _, one in full),
        narratives=len(every) - len(told),
    )


def _sections(items: Sequence[Row], moment: Moment) -> Sections:
    def those(states: frozenset[State]) -> tuple[RowRef, ...]:
        return tuple(row.ref for row in items if _state(row) in states)

    return Sections(
        complete=those(COMPLETE),
        awaiting_validation=those(frozenset({State.AWAITING_VALIDATION})),
        late=those(frozenset({State.OVERDUE})),
        at_risk=those(AT_RISK),
        without_information=tuple(row.ref for row in items if is_silent(row.status, moment.as_of)),
    )


def content(document: ReportDocument) -> dict[str, Any]:
    """What the hash covers: the document as JSON, decimals as strings, without its imprint."""
    encoded: dict[str, Any] = encode(document, number=lambda value: f"{value:f}")
    return encoded


def document_from(frozen: dict[str, Any]) -> ReportDocument:
    """The document out of its frozen JSON."""
    return decode(ReportDocument, frozen)
