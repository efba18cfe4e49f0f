"""What a draft amendment would do: the figures with it and without it, parts passed on, work left in hand."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import and_, case, func, or_, select

from tracker.db import db
from tracker.domain import amendments as rules
from tracker.domain.evidence import Coverage
from tracker.domain.facts import InstitutionRef, NodeFacts, PlanFacts
from tracker.domain.plans import NodeKind
from tracker.domain.progress import Share, as_percent
from tracker.domain.tree import NodeStatus, assess
from tracker.domain.workflow import AWAITING_DECISION, ReportStatus
from tracker.models.accounts import Institution
from tracker.models.plans import PlanNode, Rescheduling, ReschedulingStatus
from tracker.models.progress import ProgressReport


@dataclass(frozen=True)
class Figures:
    """What stands of an item: both floors, and its coverage."""

    validated: Decimal | None
    reported: Decimal | None
    answered: int
    required: int


@dataclass(frozen=True)
class FigureChange:
    """The plan or a commitment as it stands, and as it would."""

    kind: NodeKind
    label: str
    title: str
    before: Figures
    after: Figures
    with_withdrawn: Figures
    """As it would with what is withdrawn counted all the same."""

    @property
    def moves(self) -> bool:
        """True where any of its figures would be another."""
        return self.before != self.after


@dataclass(frozen=True)
class LostPart:
    """An institution that would no longer have a part in an item, and what it has in hand there."""

    institution: str
    label: str
    title: str
    drafts: int
    waiting: int
    requests: int


@dataclass(frozen=True)
class Effects:
    """All that a draft would do beyond its own words."""

    figures: tuple[FigureChange, ...]
    inheriting: tuple[str, ...]
    """Labels of the items that name no parts of their own and take the new ones."""
    lost: tuple[LostPart, ...]
    unproven: tuple[str, ...]
    """Labels of the items proven whole that would lack evidence for a new means."""
    shared: tuple[str, ...]
    """Labels of the items that change because they share a product or a means."""


def effects_of(
    facts: PlanFacts, before: NodeStatus, changes: Sequence[rules.Change], on: date, today: date
) -> Effects:
    """The plan as it stands against the plan as it would; two queries of its own."""
    with_it = rules.amended(facts, changes, on)
    after = assess(with_it, today)
    old = {one.facts.uid: one for one in before.walk()}
    new = {one.facts.uid: one for one in after.walk()}
    touched = {one.node_uid for one in changes}
    was = {node.uid: node for node in facts.nodes}
    return Effects(
        figures=tuple(_figures(before, after, touched)),
        inheriting=tuple(
            one.facts.label
            for one in new.values()
            if one.facts.uid in old
            and one.roles_inherited
            and one.own
            and one.roles != old[one.facts.uid].roles
        ),
        lost=_lost(old, new),
        unproven=tuple(
            one.facts.label
            for one in new.values()
            if one.facts.uid in old
            and _is_whole(one)
            and len(one.coverage.missing) > len(old[one.facts.uid].coverage.missing)
        ),
        shared=tuple(
            node.label
            for node in with_it.nodes
            if node.uid not in touched and node.uid in was and _delivers(node) != _delivers(was[node.uid])
        ),
    )


def _delivers(node: NodeFacts) -> object:
    """What items share with each other."""
    return node.products, node.means


def _is_whole(one: NodeStatus) -> bool:
    return bool(one.own and one.own.validated and one.own.validated.is_complete)


def _figures(before: NodeStatus, after: NodeStatus, touched: set[str]) -> Iterator[FigureChange]:
    """The plan, and each commitment in which something changes."""
    shown = {NodeKind.PLAN, NodeKind.COMMITMENT}
    later = {one.facts.uid: one for one in after.walk()}
    for old in before.walk():
        new = later[old.facts.uid]
        below = {one.facts.uid for one in old.walk()}
        if old.facts.kind in shown and below & touched:
            yield FigureChange(
                kind=old.facts.kind,
                label=old.facts.label,
                title=old.facts.title,
                before=_of(old.validated, old.reported, old.coverage),
                after=_of(new.validated, new.reported, new.coverage),
                with_withdrawn=_of(new.validated_with_withdrawn, new.reported_with_withdrawn, new.coverage),
            )


def _of(validated: Share, reported: Share, coverage: Coverage) -> Figures:
    return Figures(_percent(validated), _percent(reported), len(coverage.answered), len(coverage.required))


def _percent(share: Share) -> Decimal | None:
    return None if share.percent is None else as_percent(share.percent)


def _lost(old: dict[str, NodeStatus], new: dict[str, NodeStatus]) -> tuple[LostPart, ...]:
    """Who loses a part in what delivers, by its roles or because the item goes."""
    pairs = [
        (before, role.institution)
        for uid, before in old.items()
        if before.own is not None and not before.is_withdrawn
        for role in before.roles
        if new[uid].is_withdrawn or role.institution not in {one.institution for one in new[uid].roles}
    ]
    work = _work_in_hand(before.facts.uid for before, _ in pairs)
    return tuple(_lost_part(before, who, work) for before, who in pairs)


def _lost_part(
    item: NodeStatus, who: InstitutionRef, work: dict[tuple[str, str], tuple[int, int, int]]
) -> LostPart:
    drafts, waiting, requests = work.get((item.facts.uid, who.uid), (0, 0, 0))
    return LostPart(who.label, item.facts.label, item.facts.title, drafts, waiting, requests)


def _work_in_hand(uids: Iterable[str]) -> dict[tuple[str, str], tuple[int, int, int]]:
    """Drafts, reports that wait and requests for dates of each institution on each of some items."""
    items = sorted(set(uids))
    found: dict[tuple[str, str], tuple[int, int, int]] = {}
    drafts = ProgressReport.status == ReportStatus.DRAFT
    waits = ProgressReport.status.in_(sorted(AWAITING_DECISION))
    for item, institution, draft, wait in db.session.execute(
        select(
            PlanNode.uid,
            Institution.uid,
            func.sum(case((drafts, 1), else_=0)),
            func.sum(case((waits, 1), else_=0)),
        )
        .join(ProgressReport, ProgressReport.node_id == PlanNode.id)
        .join(Institution, Institution.id == ProgressReport.institution_id)
        .where(PlanNode.uid.in_(items), or_(drafts, waits))
        .group_by(PlanNode.uid, Institution.uid)
    ):
        found[item, institution] = (int(draft), int(wait), 0)
    for item, institution, count in db.session.execute(
        select(PlanNode.uid, Institution.uid, func.count())
        .join(
            Rescheduling,
            and_(
                Rescheduling.node_id == PlanNode.id,
                Rescheduling.status == ReschedulingStatus.REQUESTED,
            ),
        )
        .join(Institution, Institution.id == Rescheduling.institution_id)
        .where(PlanNode.uid.in_(items))
        .group_by(PlanNode.uid, Institution.uid)
    ):
        draft, wait, _none = found.get((item, institution), (0, 0, 0))
        found[item, institution] = (draft, wait, int(count))
    return found
