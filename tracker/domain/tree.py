"""A plan's tree with both figures, coverage, state and days late at every level."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from tracker.domain.assessment import CompletionLevel, completion_level
from tracker.domain.evidence import Coverage, union
from tracker.domain.facts import InstitutionRef, NodeFacts, PlanFacts, ReportFact, RoleFact
from tracker.domain.plans import NodeKind, Role
from tracker.domain.progress import (
    VALIDATED_ONLY,
    Figure,
    Share,
    Weighted,
    figure,
    leaf_share,
    report_order,
    roll_up,
)
from tracker.domain.schedule import has_opened, occurrences
from tracker.domain.states import Standing, State, Timeliness, standing, timeliness, worst
from tracker.domain.workflow import STANDING, ReportStatus


@dataclass(frozen=True)
class InstitutionReport:
    """An institution's own last standing report on an item, with its part and what its completion is worth."""

    institution: InstitutionRef
    role: Role | None
    report: ReportFact
    governs: bool
    timeliness: Timeliness | None
    outside_period: bool = False


@dataclass(frozen=True)
class Delivery:
    """What an item delivers itself: an activity, or a milestone with its own product, means or reports."""

    validated: Figure | None
    reported: Figure | None
    coverage: Coverage
    standing: Standing
    institution_reports: tuple[InstitutionReport, ...]
    reports: tuple[ReportFact, ...]


@dataclass(frozen=True)
class NodeStatus:
    """One item with all that is known of it at the cut."""

    facts: NodeFacts
    roles: tuple[RoleFact, ...]
    roles_inherited: bool
    own: Delivery | None
    validated: Share
    reported: Share
    validated_with_withdrawn: Share
    reported_with_withdrawn: Share
    coverage: Coverage
    state: State
    days_late: int | None
    due_on: date | None
    baseline_due_on: date | None
    expected: Fraction | None
    level: CompletionLevel
    children: tuple[NodeStatus, ...] = ()
    narratives: tuple[ReportFact, ...] = ()

    @property
    def is_withdrawn(self) -> bool:
        """True for an item taken out of the plan by an amendment."""
        return self.state is State.WITHDRAWN

    def walk(self) -> Iterator[NodeStatus]:
        """This item and everything below it, in order."""
        yield self
        for child in self.children:
            yield from child.walk()


def assess(facts: PlanFacts, as_of: date) -> NodeStatus:
    """The whole tree of a plan at a date, from the facts that count there."""
    children: dict[str, list[NodeFacts]] = {}
    for node in sorted(facts.nodes, key=lambda n: (n.position, n.number, n.label)):
        if node.parent_uid is not None:
            children.setdefault(node.parent_uid, []).append(node)
    reports: dict[str, list[ReportFact]] = {}
    for report in facts.reports:
        if report.status is not ReportStatus.DRAFT:
            reports.setdefault(report.node_uid, []).append(report)
    return _Assessor(facts, as_of, children, reports).node(facts.root, (), withdrawn=False)


@dataclass(frozen=True)
class _Assessor:
    facts: PlanFacts
    as_of: date
    children: dict[str, list[NodeFacts]]
    reports: dict[str, list[ReportFact]]

    def node(self, node: NodeFacts, inherited: tuple[RoleFact, ...], *, withdrawn: bool) -> NodeStatus:
        """One item, its children first; activities inherit the roles of what stands above them (rule 10)."""
        roles = node.roles or inherited
        gone = withdrawn or (node.withdrawn_on is not None and node.withdrawn_on <= self.as_of)
        below = tuple(self.node(child, roles, withdrawn=gone) for child in self.children.get(node.uid, []))
        reports = tuple(sorted(self.reports.get(node.uid, []), key=report_order))
        claims = any(r.percent is not None and r.status in STANDING for r in reports)
        delivers = node.kind is NodeKind.ACTIVITY or node.delivers or claims
        own = self.delivery(node, roles, reports, withdrawn=gone) if delivers else None
        return self.combine(node, roles, not node.roles, own, below, reports, gone)

    def delivery(
        self,
        node: NodeFacts,
        roles: tuple[RoleFact, ...],
        reports: tuple[ReportFact, ...],
        *,
        withdrawn: bool,
    ) -> Delivery:
        """Both figures of an item itself, from the reports inside the plan's period."""
        keys = [one.key for one in occurrences(node.schedule.current, node.schedule.frequency)]
        recurring = node.schedule.frequency is not None
        inside = [r for r in reports if not self.facts.outside_period(r)]
        validated = figure(inside, roles, keys, recurring=recurring, statuses=VALIDATED_ONLY)
        reported = figure(inside, roles, keys, recurring=recurring)
        return Delivery(
            validated=validated,
            reported=reported,
            coverage=_coverage(node, reports),
            standing=standing(
                node.schedule,
                validated,
                reported,
                self.as_of,
                withdrawn=withdrawn,
                due_soon_days=self.facts.due_soon_days,
            ),
            institution_reports=self.institution_reports(node, roles, reports),
            reports=reports,
        )

    def institution_reports(
        self, node: NodeFacts, roles: Sequence[RoleFact], reports: Sequence[ReportFact]
    ) -> tuple[InstitutionReport, ...]:
        """Every institution's own last standing report, whatever its part (rule 2: contributions stay apart)."""
        parts = {one.institution: one.role for one in reversed(roles)}
        leading = {Role.LEAD} if Role.LEAD in parts.values() else {Role.COORDINATOR}
        last: dict[InstitutionRef, ReportFact] = {}
        for report in reports:
            if report.status in STANDING:
                last[report.institution] = report
        return tuple(
            InstitutionReport(
                institution,
                parts.get(institution),
                report,
                governs=parts.get(institution) in leading,
                timeliness=_claimed_timeliness(node, report),
                outside_period=self.facts.outside_period(report),
            )
            for institution, report in last.items()
        )

    def combine(
        self,
        node: NodeFacts,
        roles: tuple[RoleFact, ...],
        inherited: bool,
        own: Delivery | None,
        below: tuple[NodeStatus, ...],
        reports: tuple[ReportFact, ...],
        withdrawn: bool,
    ) -> NodeStatus:
        """The item's shares, coverage and state out of its own delivery and its children's."""
        opened = not node.schedule.current or has_opened(node.schedule.current, self.as_of)
        counted = [child for child in below if withdrawn or not child.is_withdrawn]
        shares = {
            name: (_roll(name, node, own, opened, counted), _roll(name, node, own, opened, below))
            for name in ("validated", "reported")
        }
        states = [child.state for child in counted] + ([own.standing.state] if own else [])
        days = [child.days_late for child in counted] + ([own.standing.days_late] if own else [])
        schedule = standing(node.schedule, None, None, self.as_of)
        return NodeStatus(
            facts=node,
            roles=roles,
            roles_inherited=inherited,
            own=own,
            validated=shares["validated"][0],
            reported=shares["reported"][0],
            validated_with_withdrawn=shares["validated"][1],
            reported_with_withdrawn=shares["reported"][1],
            coverage=union([child.coverage for child in counted] + ([own.coverage] if own else [])),
            state=State.WITHDRAWN if withdrawn else worst(states),
            days_late=_most(days),
            due_on=own.standing.due_on if own and not below else _last_due(schedule, counted),
            baseline_due_on=own.standing.baseline_due_on if own and not below else schedule.baseline_due_on,
            expected=schedule.expected if node.schedule.current else _mean_expected(counted),
            level=completion_level(
                shares["validated"][0].percent,
                opened=any(child_open for child_open in _opened(node, below, self.as_of)),
                thresholds=self.facts.thresholds,
            ),
            children=below,
            narratives=() if own else reports,
        )


def _roll(
    name: str, node: NodeFacts, own: Delivery | None, opened: bool, children: Sequence[NodeStatus]
) -> Share:
    """A milestone that delivers itself enters as one further child, with weight 1 (rule 5)."""
    mine = getattr(own, name) if own else None
    leaf = leaf_share(mine.percent if mine else None, opened=opened)
    if node.kind is NodeKind.ACTIVITY:
        return leaf
    parts = [Weighted(getattr(child, name), child.facts.weight) for child in children]
    if own is not None:
        parts.append(Weighted(leaf))
    return roll_up(parts)


def _coverage(node: NodeFacts, reports: Sequence[ReportFact]) -> Coverage:
    """A means is answered by evidence of a validated report; restricted evidence counts."""
    required = frozenset(means.uid for means in node.means)
    answered = {
        uid
        for r in reports
        if r.status is ReportStatus.VALIDATED
        for item in r.evidence
        if item.accepted
        for uid in item.means
    }
    return Coverage(frozenset(answered & required), required)


def _claimed_timeliness(node: NodeFacts, report: ReportFact) -> Timeliness | None:
    """What a claim of 100 % says of its own completion; None below 100 %."""
    if report.percent is None or report.percent < 100:
        return None
    slots = occurrences(node.schedule.current, node.schedule.frequency)
    keys = [slot.key for slot in slots] if report.occurrence is None else [report.occurrence]
    return timeliness(node.schedule, dict.fromkeys(keys, report.completed_on))


def _most(days: Sequence[int | None]) -> int | None:
    """The maximum of the days that can be told; None where none can."""
    known = [one for one in days if one is not None]
    return max(known) if known else (None if days else 0)


def _last_due(schedule: Standing, children: Sequence[NodeStatus]) -> date | None:
    if schedule.due_on is not None:
        return schedule.due_on
    return max((child.due_on for child in children if child.due_on is not None), default=None)


def _mean_expected(children: Sequence[NodeStatus]) -> Fraction | None:
    known = [(child.expected, child.facts.weight) for child in children if child.expected is not None]
    total = sum((weight for _, weight in known), Fraction(0))
    return sum((value * weight for value, weight in known), Fraction(0)) / total if total else None


def _opened(node: NodeFacts, children: Sequence[NodeStatus], today: date) -> Iterator[bool]:
    yield not children or has_opened(node.schedule.current, today)
    for child in children:
        yield not child.facts.schedule.current or has_opened(child.facts.schedule.current, today)
