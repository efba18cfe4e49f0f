"""Accepting what a progress file claims: submitted reports, never validated (design sections 2 and 8)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from tracker.db import db
from tracker.domain.evidence import EvidenceKind
from tracker.domain.permissions import Actor, Permission, require
from tracker.domain.plans import NodeKind, Role
from tracker.domain.workflow import ReportAction, ReportStatus, next_state
from tracker.importers.proposals import ClaimProposal, Finding, Level, ProgressProposal
from tracker.models.accounts import Institution
from tracker.models.evidence import Evidence
from tracker.models.plans import PlanNode, SourceVariant
from tracker.models.progress import ProgressReport
from tracker.queries import plans as queries
from tracker.queries.source_fields import ROLES
from tracker.services.imports import ImportPreview, InstitutionBook, Outcome, Tally, write_doubts
from tracker.services.progress import record_submission
from tracker.services.report_history import add_event
from tracker.services.totals import refresh_plan

SOURCE = "progress"
ORIGIN = "import"
FULL = Decimal(100)


def accept_progress_import(
    actor: Actor, proposal: ProgressProposal, plan_number: int, *, now: datetime, today: date
) -> ImportPreview:
    """Hand in every claim of a file as its institution's report; with an error nothing is written.

    A claim made before is left as it is; one whose words changed is handed in as a further version.
    Within `tracker.db.rehearsal()` this is the preview: the same work, undone. NotFound without the plan.
    """
    require(actor, Permission.PLAN_IMPORT)
    plan_id = queries.get_plan(plan_number).id
    tree = _Tree(queries.load_tree(plan_id))
    tally = Tally()
    placed = [(claim, tree.find(claim)) for claim in proposal.claims]
    findings = [*proposal.findings, *_refusals(placed, today)]
    if any(one.level is Level.ERROR for one in findings):
        return tally.preview(findings)
    hand_in = _HandIn(actor, plan_id, tree, tally, now)
    for claim, node in [(claim, node) for claim, node in placed if node is not None]:
        hand_in.claim(claim, node)
    findings.extend(hand_in.doubts)
    new_doubts = write_doubts(plan_id, findings, tree.by_key, source=SOURCE, now=now)
    if hand_in.written or new_doubts:
        refresh_plan(plan_id, today)
    return tally.preview(findings)


def _refusals(placed: Iterable[tuple[ClaimProposal, PlanNode | None]], today: date) -> list[Finding]:
    """A claim on an item that does not exist, or of a day to come, is an error."""
    found = []
    for claim, node in placed:
        if node is None:
            found.append(_finding(Level.ERROR, "item-not-in-plan", claim, item=item_label(claim)))
        if claim.reported_on > today:
            found.append(_finding(Level.ERROR, "report-in-future", claim, day=claim.reported_on.isoformat()))
    return found


def item_label(claim: ClaimProposal) -> str:
    """The item a claim is on, as importers name items: "10/2.2", "10/6", "19/6", "10"."""
    below = ".".join(part for part in (claim.milestone, claim.activity) if part)
    return f"{claim.commitment}/{below}" if below else str(claim.commitment)


def _finding(level: Level, code: str, claim: ClaimProposal, **params: str) -> Finding:
    text = claim.role_text or claim.institution.text
    return Finding(level, code, claim.sheet, f"A{claim.row}", text, params, item_label(claim))


@dataclass
class _Tree:
    """A plan's items by their numbers, with the parts that hold for each."""

    nodes: Sequence[PlanNode]
    by_key: dict[str, PlanNode] = field(default_factory=dict)
    _by_id: dict[int, PlanNode] = field(default_factory=dict)
    _within: dict[tuple[NodeKind, int | None, str], PlanNode] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for node in self.nodes:
            above = None if node.kind is NodeKind.COMMITMENT else node.parent_id
            self._by_id[node.id] = node
            self._within[node.kind, above, node.label] = node

    def find(self, claim: ClaimProposal) -> PlanNode | None:
        """The item that a claim names, or None."""
        node = self._within.get((NodeKind.COMMITMENT, None, str(claim.commitment)))
        if node is not None and claim.milestone:
            node = self._within.get((NodeKind.MILESTONE, node.id, claim.milestone))
        if node is not None and claim.activity:
            node = self._activity(node, claim)
        if node is not None:
            self.by_key.setdefault(item_label(claim), node)
        return node

    def _activity(self, above: PlanNode, claim: ClaimProposal) -> PlanNode | None:
        whole = f"{claim.milestone}.{claim.activity}" if claim.milestone else claim.activity
        return self._within.get((NodeKind.ACTIVITY, above.id, whole)) or self._within.get(
            (NodeKind.ACTIVITY, above.id, claim.activity)
        )

    def line(self, node: PlanNode) -> list[PlanNode]:
        """An item and what stands above it, nearest first."""
        found = [node]
        while found[-1].parent_id is not None:
            found.append(self._by_id[found[-1].parent_id])
        return found

    def parts(self, node: PlanNode) -> dict[int, Role]:
        """Institutions with their part in an item: its own, else those of what stands next above it."""
        giving = next((one for one in self.line(node) if one.roles), None)
        return {one.institution_id: one.role for one in giving.roles} if giving else {}

    def variant_for(self, node: PlanNode, institution: Institution) -> SourceVariant | None:
        """Another source, still undecided, that gives the institution a part in the item or above it."""
        return next(
            (
                one
                for each in self.line(node)
                for one in each.variants
                if one.field == ROLES and one.settled_at is None and institution.label in one.institutions
            ),
            None,
        )

    def takes_part(self, institution: Institution) -> bool:
        """True where the plan gives the institution a part anywhere."""
        return any(one.institution_id == institution.id for node in self.nodes for one in node.roles)


@dataclass
class _HandIn:
    """The claims of one file on their way into one plan."""

    actor: Actor
    plan_id: int
    tree: _Tree
    tally: Tally
    now: datetime
    doubts: list[Finding] = field(default_factory=list)
    written: int = 0

    def __post_init__(self) -> None:
        self.book = InstitutionBook(self.actor, self.tally, self.now)
        self.earlier: dict[tuple[int, int, date], list[ProgressReport]] = {}
        for one in db.session.scalars(
            select(ProgressReport)
            .where(
                ProgressReport.origin == ORIGIN, ProgressReport.node_id.in_([n.id for n in self.tree.nodes])
            )
            .options(selectinload(ProgressReport.evidence))
            .order_by(ProgressReport.version)
        ):
            self.earlier.setdefault((one.node_id, one.institution_id, one.reported_on), []).append(one)

    def claim(self, claim: ClaimProposal, node: PlanNode) -> None:
        """One claim: handed in, handed in again with other words, or there already."""
        institution = self.book.row(claim.institution)
        self._doubt_part(claim, node, institution)
        earlier = self.earlier.get((node.id, institution.id, claim.reported_on), [])
        wanted = _content_of_claim(claim)
        if any(_content_of_report(one) == wanted for one in earlier):
            self.tally.count("progress_reports", claim.row, Outcome.UNCHANGED)
            return
        report = self._report(claim, node, institution)
        if earlier:
            self._replace(earlier[-1], report)
        db.session.add(report)
        record_submission(self.actor, report, now=self.now)
        self.written += 1
        outcome = Outcome.CHANGED if earlier else Outcome.CREATED
        self.tally.count("progress_reports", claim.row, outcome)

    def _report(self, claim: ClaimProposal, node: PlanNode, institution: Institution) -> ProgressReport:
        report = ProgressReport(
            node=node,
            institution=institution,
            status=ReportStatus.DRAFT,
            percent=claim.percent,
            narrative=claim.narrative,
            reported_on=claim.reported_on,
            completed_on=_completed_on(claim),
            claimed_role=claim.role,
            origin=ORIGIN,
            author_user_id=self.actor.user_id,
            author_uid=self.actor.uid,
            created_at=self.now,
            updated_at=self.now,
        )
        report.evidence = [
            Evidence(
                kind=EvidenceKind.LINK,
                title=link,
                url=link,
                effective_on=claim.reported_on,
                author_uid=self.actor.uid,
                created_at=self.now,
                means=[],
            )
            for link in claim.links
        ]
        return report

    def _replace(self, old: ProgressReport, report: ProgressReport) -> None:
        """The report becomes a further version; the one before it is taken back where nobody decided yet."""
        report.thread_uid, report.version = old.thread_uid, old.version + 1
        if old.status is ReportStatus.SUBMITTED:
            old.status = next_state(old.status, ReportAction.WITHDRAW).to
            old.updated_at = self.now
            add_event(self.actor, old, ReportAction.WITHDRAW, now=self.now)

    def _doubt_part(self, claim: ClaimProposal, node: PlanNode, institution: Institution) -> None:
        """A claim in a part that the plan does not give is a doubt; a narrative claims no part."""
        if claim.role is None and claim.percent is None:
            return
        part = self.tree.parts(node).get(institution.id)
        told = {"item": node.label, "institution": institution.label}
        if part is None:
            self.doubts.append(self._without_part(claim, node, institution, told))
        elif claim.role is not None and claim.role is not part:
            roles = {"claimed": claim.role.value, "planned": part.value}
            self.doubts.append(_finding(Level.DOUBT, "role-differs", claim, **told, **roles))

    def _without_part(
        self, claim: ClaimProposal, node: PlanNode, institution: Institution, told: dict[str, str]
    ) -> Finding:
        variant = self.tree.variant_for(node, institution)
        if variant is not None:
            code = "role-in-draft-variant" if variant.is_draft else "role-in-variant"
            source = {"source": variant.source, "version": variant.source_version}
            return _finding(Level.DOUBT, code, claim, **told, **source)
        if self.tree.takes_part(institution):
            return _finding(Level.DOUBT, "role-not-in-plan", claim, **told)
        return _finding(Level.DOUBT, "institution-not-in-plan", claim, **told)


def _completed_on(claim: ClaimProposal) -> date | None:
    """A completion date holds for what is complete; beside less than 100 % it stays in its doubt."""
    return claim.completed_on if claim.percent == FULL else None


def _content_of_claim(claim: ClaimProposal) -> tuple[object, ...]:
    return (claim.percent, claim.narrative, _completed_on(claim), claim.role, tuple(sorted(claim.links)))


def _content_of_report(report: ProgressReport) -> tuple[object, ...]:
    links = tuple(sorted(one.url for one in report.evidence))
    return (report.percent, report.narrative, report.completed_on, report.claimed_role, links)
