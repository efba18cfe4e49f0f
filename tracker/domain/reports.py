"""Compiling a report: the frozen document out of a plan's facts at a cut (design section 7)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, tzinfo
from typing import Any

from tracker.domain.canonical import decode, encode
from tracker.domain.compilation import CompilationKind
from tracker.domain.errors import DomainError
from tracker.domain.evidence import Coverage, union
from tracker.domain.facts import InstitutionRef, PlanFacts
from tracker.domain.history import Cut
from tracker.domain.outline import aggregate, commitment_lines, coverage_count, is_kept, takes_part
from tracker.domain.plans import NodeKind, Role
from tracker.domain.progress import as_percent
from tracker.domain.report_document import (
    ClaimCounts,
    CommitmentLine,
    FindingCode,
    InstitutionLine,
    PartCount,
    PlanLine,
    ReportDocument,
    RowRef,
    Sections,
    StateCount,
    Summary,
)
from tracker.domain.report_findings import Row, find_all, is_full, is_silent, missing_evidence, rows
from tracker.domain.report_rows import Moment, institution_reports
from tracker.domain.states import COMPLETE, State
from tracker.domain.tree import InstitutionReport, NodeStatus
from tracker.domain.workflow import ReportStatus

AVAILABLE = frozenset({CompilationKind.INSTITUTIONAL, CompilationKind.PLAN})
AT_RISK = frozenset({State.BEHIND, State.DUE_SOON})


def check_kind(kind: CompilationKind, *, has_institution: bool, has_commitment: bool = False) -> None:
    """An institutional report names its institution, one on the plan names none; DomainError otherwise."""
    if kind not in AVAILABLE:
        raise DomainError("kind-not-available", field="kind", kind=kind.value)
    if kind is CompilationKind.INSTITUTIONAL and not has_institution:
        raise DomainError("kind-needs-institution", field="institution")
    if kind is CompilationKind.PLAN and has_institution:
        raise DomainError("institution-not-for-kind", field="institution")
    if has_commitment:
        raise DomainError("commitment-not-for-kind", field="commitment")


def compile_report(
    status: NodeStatus,
    facts: PlanFacts,
    cut: Cut,
    kind: CompilationKind,
    institution: InstitutionRef | None = None,
    *,
    zone: tzinfo = UTC,
) -> ReportDocument:
    """The document of a plan's tree assessed at a cut: nothing enters that may differ a second time."""
    check_kind(kind, has_institution=institution is not None)
    moment = Moment(cut.as_of, zone)
    lines = commitment_lines(status, moment, institution)
    every = tuple(rows(status))
    kept = tuple(row for row in every if is_kept(row.status, institution))
    concerned = tuple(row for row in kept if institution is None or takes_part(row.status, institution))
    return ReportDocument(
        kind=kind,
        plan=_plan(facts),
        institution=InstitutionLine(institution.name, institution.acronym) if institution else None,
        cutoff=cut.as_of,
        known_at=cut.known_at or 0,
        summary=_summary(status, lines, concerned, moment, institution),
        findings=find_all(concerned, facts, moment, institution),
        commitments=lines,
    )


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
