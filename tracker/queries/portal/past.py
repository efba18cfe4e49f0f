"""A published plan as it stood on a day, from history alone (design section 2, rule 8)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import func, select

from tracker.db import db
from tracker.domain.errors import NotFound
from tracker.domain.facts import PlanFacts
from tracker.domain.history import Cut, recorded_after
from tracker.domain.plans import NodeKind
from tracker.domain.snapshots import parse_day
from tracker.domain.states import State
from tracker.domain.tree import assess
from tracker.models.audit import AuditEvent
from tracker.models.plans import FactVersion
from tracker.queries.history import NODE, plan_facts, sequence_at
from tracker.queries.portal.changes import AmendmentMark, amendments_in_force, marks_of
from tracker.queries.portal.lines import ItemLine, line, links_of, marked, walk
from tracker.queries.portal.rows import PlanHeader, get_header

# Above so many items only the commitments are listed: each has a page of its own for the same day.
MOST_ITEMS = 500
# What may have been recorded after the day it speaks of.
PLAN, REPORT, DECISION = "plan", "report", "decision"


@dataclass(frozen=True)
class PastView:
    """Which day is looked at, and with what knowledge; `known_at` None is all that is recorded."""

    day: date
    known_at: datetime | None = None
    cut: Cut = field(default_factory=lambda: Cut(date.min))
    later: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """Of each item, which of its facts were recorded after the day they speak of."""
    loaded_on: date | None = None
    """When the plan's documents were read in, where that was after the day."""


@dataclass(frozen=True)
class PastPlan:
    """Everything the page of a plan at a day shows."""

    header: PlanHeader
    past: PastView
    title: str
    approved_on: date | None
    item: ItemLine
    amendments: tuple[AmendmentMark, ...]
    folded: bool

    @property
    def commitments(self) -> tuple[ItemLine, ...]:
        """The commitments in the plan's order."""
        return tuple(one for one in walk(self.item) if one.kind is NodeKind.COMMITMENT)

    @property
    def most_days_late(self) -> int:
        """The days of what was overdue longest."""
        return max((one.days_late or 0 for one in walk(self.item) if one.state is State.OVERDUE), default=0)


def past_view(day: date, known_at: datetime | None, *, today: date) -> PastView:
    """The cut of a day, known at an instant; NotFound `day-to-come` for one that has not been."""
    if day > today:
        raise NotFound("day-to-come")
    sequence = None if known_at is None else sequence_at(known_at)
    return PastView(day, known_at, Cut(as_of=day, known_at=sequence))


def get_past_plan(number: int, past: PastView, *, zone: str) -> PastPlan:
    """A published plan as it stood at a cut, in a constant number of queries; else NotFound."""
    header = get_header(number)
    facts = plan_facts(header.id, past.cut)
    tree = assess(facts, past.day)
    marks = marks_of(header.id, [node.uid for node in facts.nodes], past.cut)
    past = told_later(past, header.id, facts, zone=zone)
    items = marked(line(tree, links_of(tree), past.day), marks, past.later)
    return PastPlan(
        header=header,
        past=past,
        title=facts.root.title,
        approved_on=parse_day(facts.root.texts.get("approved_on") or None),
        item=items,
        amendments=amendments_in_force(header.id, past.cut),
        folded=len(facts.nodes) > MOST_ITEMS,
    )


def told_later(past: PastView, plan_id: int, facts: PlanFacts, *, zone: str) -> PastView:
    """The view with what was recorded after its day ("registrado con posterioridad"); two queries."""
    civil = ZoneInfo(zone)
    ends_at = datetime.combine(past.day + timedelta(days=1), datetime.min.time(), civil).astimezone(UTC)
    later: dict[str, set[str]] = {}
    for uid in _versions_later(plan_id, past.cut, ends_at):
        later.setdefault(uid, set()).add(PLAN)
    for report in facts.reports:
        told = later.setdefault(report.node_uid, set())
        if recorded_after(report.recorded_at.astimezone(civil).date(), past.day):
            told.add(REPORT)
        decided = report.decision.decided_at if report.decision else None
        if decided is not None and recorded_after(decided.astimezone(civil).date(), past.day):
            told.add(DECISION)
    loaded_at = db.session.scalar(
        select(func.min(AuditEvent.at))
        .join(FactVersion, FactVersion.recorded_seq == AuditEvent.seq)
        .where(FactVersion.plan_id == plan_id)
    )
    loaded = None if loaded_at is None else loaded_at.astimezone(civil).date()
    return PastView(
        day=past.day,
        known_at=past.known_at,
        cut=past.cut,
        later={uid: _ordered(told) for uid, told in later.items() if told},
        loaded_on=loaded if loaded is not None and loaded > past.day else None,
    )


def _ordered(told: Iterable[str]) -> tuple[str, ...]:
    return tuple(one for one in (PLAN, REPORT, DECISION) if one in set(told))


def _versions_later(plan_id: int, cut: Cut, ends_at: datetime) -> list[str]:
    """Items with a version that holds from a day of the view and was recorded after it."""
    where = [
        FactVersion.plan_id == plan_id,
        FactVersion.subject_kind == NODE,
        FactVersion.effective_on <= cut.as_of,
        AuditEvent.at >= ends_at,
    ]
    if cut.known_at is not None:
        where.append(FactVersion.recorded_seq <= cut.known_at)
    return list(
        db.session.scalars(
            select(FactVersion.subject_uid)
            .join(AuditEvent, AuditEvent.seq == FactVersion.recorded_seq)
            .where(*where)
            .distinct()
        )
    )
