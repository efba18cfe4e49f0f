"""The items that published plans have to deliver, a part of the list at a time, today or as of a day."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import case, select

from tracker.db import db
from tracker.domain.errors import NotFound
from tracker.domain.history import Cut
from tracker.domain.plans import NodeKind
from tracker.domain.states import State
from tracker.domain.text import normalise
from tracker.domain.tree import NodeStatus
from tracker.queries.portal.lines import links_of
from tracker.queries.portal.listing import (
    PUBLIC_PLANS,
    Position,
    Slice,
    batches,
    find_public_institution,
    slice_of,
)
from tracker.queries.portal.parts import CURRENT, INSTITUTIONS, NODES, taking_part
from tracker.queries.portal.records import ActivityRecord, activity_record, load_commitments


@dataclass(frozen=True)
class WantedActivities:
    """Which items are asked for; what is empty asks for all."""

    plan: int | None = None
    commitment: str = ""
    """Its number, or its uid."""
    institution: str = ""
    state: State | None = None
    overdue: bool | None = None
    due_before: date | None = None
    q: str = ""

    @property
    def words(self) -> list[str]:
        """The words that a number or a title must have."""
        return normalise(self.q.replace("\0", " ")).split()


_ITEM, _ABOVE, _PARENT = NODES.alias("item"), NODES.alias("above"), NODES.alias("parent")
_MILESTONE = case(
    (_ITEM.c.kind == NodeKind.MILESTONE, _ITEM.c.number),
    (_PARENT.c.kind == NodeKind.MILESTONE, _PARENT.c.number),
    else_=0,
)
_ACTIVITY = case((_ITEM.c.kind == NodeKind.ACTIVITY, _ITEM.c.number), else_=0)
ORDER = (PUBLIC_PLANS.c.number, _ABOVE.c.number, _MILESTONE, _ACTIVITY, _ITEM.c.uid)


def slice_activities(
    wanted: WantedActivities, position: Position, limit: int, *, today: date, as_of: date | None = None
) -> Slice[ActivityRecord]:
    """Those asked for in the order of their numbers; NotFound for a plan or institution not there."""
    _check_plan(wanted.plan)
    if as_of is not None and as_of != today:
        return slice_of(_in_past(wanted, position, Cut(as_of)), limit)
    found = slice_of(_light_rows(wanted, position), limit)
    return Slice(_filled(found.rows, Cut(today)), found.following)


def _check_plan(number: int | None) -> None:
    if number is not None and not _plans(number, ()):
        raise NotFound("plan-not-found", number=number)


def _plans(number: int | None, position: Position) -> list[tuple[int, int]]:
    """The published plans asked for from a position on: id and number."""
    where: list[Any] = []
    if number is not None:
        where.append(PUBLIC_PLANS.c.number == number)
    if position:
        where.append(PUBLIC_PLANS.c.number >= position[0])
    rows = select(PUBLIC_PLANS.c.id, PUBLIC_PLANS.c.number).where(*where).order_by(PUBLIC_PLANS.c.number)
    return [(row[0], row[1]) for row in db.session.execute(rows)]


def _light_rows(wanted: WantedActivities, position: Position) -> Iterator[tuple[Position, Any]]:
    """Which items they are, read some at a time; words are compared as every search of ours does."""
    words = wanted.words
    for row in batches(_statement(wanted), ORDER, position):
        text = normalise(f"{row.label} {row.title}")
        if all(word in text for word in words):
            yield tuple(row[: len(ORDER)]), row


def _statement(wanted: WantedActivities) -> Any:
    more = [_ITEM.c[name] for name in ("plan_id", "commitment_id", "label", "title")]
    statement = (
        select(*ORDER, *more)
        .select_from(
            CURRENT.join(_ITEM, _ITEM.c.id == CURRENT.c.node_id)
            .join(_ABOVE, _ABOVE.c.id == _ITEM.c.commitment_id)
            .join(_PARENT, _PARENT.c.id == _ITEM.c.parent_id)
        )
        .join(PUBLIC_PLANS, PUBLIC_PLANS.c.id == _ITEM.c.plan_id)
    )
    if wanted.plan is not None:
        statement = statement.where(PUBLIC_PLANS.c.number == wanted.plan)
    if wanted.commitment:
        is_number = wanted.commitment.isdecimal() and len(wanted.commitment) < 10
        named = _ABOVE.c.number == int(wanted.commitment) if is_number else _ABOVE.c.uid == wanted.commitment
        statement = statement.where(named)
    if wanted.institution:
        own = find_public_institution(wanted.institution).id
        statement = statement.where(_ITEM.c.id.in_(taking_part(NODES.c.id).where(INSTITUTIONS.c.id == own)))
    return _of_standing(statement, wanted)


def _of_standing(statement: Any, wanted: WantedActivities) -> Any:
    if wanted.state is not None:
        statement = statement.where(CURRENT.c.state == wanted.state)
    if wanted.overdue is not None:
        is_overdue = CURRENT.c.state == State.OVERDUE
        statement = statement.where(is_overdue if wanted.overdue else ~is_overdue)
    if wanted.due_before is not None:
        statement = statement.where(CURRENT.c.due_on < wanted.due_before)
    return statement


def _filled(rows: Collection[Any], cut: Cut) -> tuple[ActivityRecord, ...]:
    """The items of those rows whole: from history, once for each plan."""
    commitments: dict[int, set[int]] = defaultdict(set)
    for row in rows:
        commitments[row.plan_id].add(row.commitment_id)
    found: dict[str, ActivityRecord] = {}
    wanted = {row.uid: row.number for row in rows}
    for plan_id, ids in commitments.items():
        loaded = load_commitments(plan_id, cut, ids)
        links = links_of(*loaded)
        for commitment in loaded:
            for status in commitment.walk():
                if status.facts.uid in wanted:
                    number = wanted[status.facts.uid]
                    found[status.facts.uid] = activity_record(number, commitment, status, links)
    return tuple(found[row.uid] for row in rows if row.uid in found)


def _in_past(
    wanted: WantedActivities, position: Position, cut: Cut
) -> Iterator[tuple[Position, ActivityRecord]]:
    """The same from history alone, one plan after the other."""
    own = find_public_institution(wanted.institution).uid if wanted.institution else ""
    for plan_id, number in _plans(wanted.plan, position):
        try:
            commitments = load_commitments(plan_id, cut)
        except NotFound:  # the plan was not recorded yet
            continue
        rows = [
            (_place(number, commitment, status), commitment, status)
            for commitment in commitments
            for status in _delivering(commitment)
            if _meets(wanted, own, commitment, status)
        ]
        rows.sort(key=lambda one: one[0])
        links = links_of(*(status for _, _, status in rows))
        for place, commitment, status in rows:
            if not position or place > tuple(position):
                yield place, activity_record(number, commitment, status, links)


def _delivering(commitment: NodeStatus) -> Iterable[NodeStatus]:
    kinds = {NodeKind.ACTIVITY, NodeKind.MILESTONE}
    return (one for one in commitment.walk() if one.own is not None and one.facts.kind in kinds)


def _place(plan: int, commitment: NodeStatus, status: NodeStatus) -> Position:
    facts = status.facts
    if facts.kind is NodeKind.MILESTONE:
        return (plan, commitment.facts.number, facts.number, 0, facts.uid)
    above = next((one for one in commitment.children if one.facts.uid == facts.parent_uid), None)
    is_below = above is not None and above.facts.kind is NodeKind.MILESTONE
    milestone = above.facts.number if above is not None and is_below else 0
    return (plan, commitment.facts.number, milestone, facts.number, facts.uid)


def _meets(wanted: WantedActivities, institution: str, commitment: NodeStatus, status: NodeStatus) -> bool:
    """True where an item of another day is as it was asked for."""
    state = status.own.standing.state if status.own else status.state
    text = normalise(f"{status.facts.label} {status.facts.title}")
    return (
        wanted.commitment in {"", str(commitment.facts.number), commitment.facts.uid}
        and (not institution or any(one.institution.uid == institution for one in status.roles))
        and wanted.state in {None, state}
        and wanted.overdue in {None, state is State.OVERDUE}
        and (wanted.due_before is None or (status.due_on is not None and status.due_on < wanted.due_before))
        and all(word in text for word in wanted.words)
    )
