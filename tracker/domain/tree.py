"""A plan's tree with both figures, coverage, state and days late at every level."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from tracker.domain.assessment import CompletionLevel, completion_level
from tracker.domain.evidence import Coverage, union
from tracker.domain.facts import InstitutionRef, NodeFacts, PlanFacts, ReportFact, RoleFact
from tracker.domain.plans import NodeKind, Role
from tracker.domain.progress import (
    FULL,
    VALIDATED_ONLY,
    Claim,
    Figure,
    Share,
    Weighted,
    figure,
    governing_parts,
    institution_claim,
    leaf_share,
    part_of,
    report_order,
    roll_up,
    weighted_mean,
)
from tracker.domain.schedule import due_dates, has_opened, occurrences
from tracker.domain.states import Standing, State, Timeliness, expected_progress, standing, timeliness, worst
from tracker.domain.workflow import STANDING, ReportStatus

# The shares of every item: both figures, each also as it would be with the withdrawn items.
FIGURES = ("validated", "reported")
WITH_WITHDRAWN = "_with_withdrawn"


@dataclass(frozen=True)
class InstitutionReport:
    """An institution's own last standing report on an item, with its part in the item.

    `percent` and `completed_on` are what its reports add up to: met over planned for a recurring duty.
    """

    institution: InstitutionRef
    role: Role | None
    report: ReportFact
    governs: bool
    timeliness: Timeliness | None
    outside_period: bool = False
    percent: Decimal | None = None
    completed_on: date | None = None


@dataclass(frozen=True)
class Delivery:
    """What an item delivers itself.

    An activity, a milestone without any, or one with its own product, means or reports.
    """

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
        childless = node.kind is NodeKind.MILESTONE and not below
        delivers = node.kind is NodeKind.ACTIVITY or childless or node.delivers or claims
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
            coverage=_coverage(node, inside, self.as_of),
            standing=standing(
                node.schedule,
                validated,
                reported,
                self.as_of,
                withdrawn=withdrawn,
                due_soon_days=self.facts.due_soon_days,
                quantified=any(product.planned is not None for product in node.products),
            ),
            institution_reports=self.institution_reports(node, roles, reports),
            reports=reports,
        )

    def institution_reports(
        self, node: NodeFacts, roles: Sequence[RoleFact], reports: Sequence[ReportFact]
    ) -> tuple[InstitutionReport, ...]:
        """Every institution's own last standing report, whatever its part: contributions stay apart (rule 2).

        The last that carries a percent, or the last narrative where none does.
        """
        standing_reports: dict[InstitutionRef, list[ReportFact]] = {}
        for report in reports:
            if report.status in STANDING:
                standing_reports.setdefault(report.institution, []).append(report)
        return tuple(
            self.institution_report(node, roles, institution, own)
            for institution, own in standing_reports.items()
        )

    def institution_report(
        self,
        node: NodeFacts,
        roles: Sequence[RoleFact],
        institution: InstitutionRef,
        reports: Sequence[ReportFact],
    ) -> InstitutionReport:
        """One institution's report on an item, out of its standing reports in order."""
        keys = [one.key for one in occurrences(node.schedule.current, node.schedule.frequency)]
        claim = institution_claim(reports, keys, recurring=node.schedule.frequency is not None)
        report = claim.report if claim else reports[-1]
        part = part_of(roles, institution)
        return InstitutionReport(
            institution,
            part.role if part else None,
            report,
            governs=part is not None and part in governing_parts(roles),
            timeliness=_claimed_timeliness(node, claim) if claim else None,
            outside_period=self.facts.outside_period(report),
            percent=claim.percent if claim else None,
            completed_on=claim.completed_on if claim else None,
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
        shares = _shares(node, own, opened, below, counted)
        states = [child.state for child in below] + ([own.standing.state] if own else [])
        days = [child.days_late for child in counted] + ([own.standing.days_late] if own else [])
        due_on, baseline_due_on = _dues(node, own, counted)
        return NodeStatus(
            facts=node,
            roles=roles,
            roles_inherited=inherited,
            own=own,
            **shares,
            coverage=union([child.coverage for child in counted] + ([own.coverage] if own else [])),
            state=State.WITHDRAWN if withdrawn else worst(states),
            days_late=most_days(days),
            due_on=due_on,
            baseline_due_on=baseline_due_on,
            expected=_expected(node, own, counted, self.as_of),
            level=self.level(shares["validated"], shares["reported"]),
            children=below,
            narratives=() if own else reports,
        )

    def level(self, validated: Share, reported: Share) -> CompletionLevel:
        """The completion level computed from the validated share; what is reported on has started."""
        return completion_level(
            validated.percent, opened=not reported.nothing_opened, thresholds=self.facts.thresholds
        )


def _shares(
    node: NodeFacts,
    own: Delivery | None,
    opened: bool,
    below: Sequence[NodeStatus],
    counted: Sequence[NodeStatus],
) -> dict[str, Share]:
    """Each figure's share; with the items withdrawn another only where one below was taken out."""
    shares = {name: _roll(name, node, own, opened, counted) for name in FIGURES}
    alike = len(counted) == len(below) and all(
        getattr(child, name) is getattr(child, name + WITH_WITHDRAWN) for child in below for name in FIGURES
    )
    return shares | {
        name + WITH_WITHDRAWN: shares[name]
        if alike
        else _roll(name + WITH_WITHDRAWN, node, own, opened, below)
        for name in FIGURES
    }


def _roll(
    name: str, node: NodeFacts, own: Delivery | None, opened: bool, children: Sequence[NodeStatus]
) -> Share:
    """A milestone that delivers itself enters as one further child, with weight 1 (rule 5)."""
    mine = getattr(own, name.removesuffix(WITH_WITHDRAWN)) if own else None
    leaf = leaf_share(mine.percent if mine else None, opened=opened)
    if node.kind is NodeKind.ACTIVITY:
        return leaf
    parts = [Weighted(getattr(child, name), child.facts.weight) for child in children]
    if own is not None:
        parts.append(Weighted(leaf))
    return roll_up(parts)


def _coverage(node: NodeFacts, reports: Sequence[ReportFact], as_of: date) -> Coverage:
    """A means is answered by evidence of a validated report, dated by then; restricted evidence counts."""
    required = frozenset(means.uid for means in node.means)
    answered = {
        uid
        for r in reports
        if r.status is ReportStatus.VALIDATED
        for item in r.evidence
        if item.accepted and item.effective_on <= as_of
        for uid in item.means
    }
    return Coverage(frozenset(answered & required), required)


def _claimed_timeliness(node: NodeFacts, claim: Claim) -> Timeliness | None:
    """What a claim of 100 % says of its own completion; None below 100 %.

    A claim on one occurrence is judged by that occurrence alone.
    """
    report = claim.report
    if report.percent is None or report.percent < FULL:
        return None
    only = None if report.occurrence is None else {report.occurrence}
    return timeliness(node.schedule, claim.met, only=only)


def most_days(days: Sequence[int | None]) -> int | None:
    """The maximum of the days that can be told; None where none can."""
    known = [one for one in days if one is not None]
    return max(known) if known else (None if days else 0)


def _dues(
    node: NodeFacts, own: Delivery | None, children: Sequence[NodeStatus]
) -> tuple[date | None, date | None]:
    """Due date and baseline: its own delivery's, else its last window's end, else its children's last."""
    if own is not None and own.standing.due_on is not None:
        return own.standing.due_on, own.standing.baseline_due_on
    slots = occurrences(node.schedule.current, node.schedule.frequency)
    if slots:
        return slots[-1].due_on, due_dates(node.schedule)[slots[-1].key][0][1]
    dues = [child.due_on for child in children if child.due_on is not None]
    baselines = [child.baseline_due_on for child in children if child.baseline_due_on is not None]
    return max(dues, default=None), max(baselines, default=None)


def _expected(
    node: NodeFacts, own: Delivery | None, children: Sequence[NodeStatus], today: date
) -> Fraction | None:
    """Expected percent: by the item's own windows, else the weighted mean of its children's."""
    if own is not None and own.standing.expected is not None:
        return own.standing.expected
    if node.schedule.current:
        return expected_progress(node.schedule, today)
    return weighted_mean(
        (child.expected, child.facts.weight) for child in children if child.expected is not None
    )
