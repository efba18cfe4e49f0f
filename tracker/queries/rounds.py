"""Reporting rounds as they are read: what a round asks of an institution, and who has answered (design 5)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from tracker.domain.errors import NotFound
from tracker.domain.evidence import Access
from tracker.domain.permissions import Actor, Permission, can, require
from tracker.domain.plans import NodeKind, Role
from tracker.domain.states import State
from tracker.domain.workflow import ReportStatus
from tracker.models.accounts import Institution
from tracker.models.plans import ActionPlan
from tracker.queries.progress_reports import ReportVersion
from tracker.queries.round_counts import (
    Count,
    FoundRound,
    OpenLine,
    count_answers,
    current_of_open_plans,
    find_round,
    get_institutions,
    list_lines,
    opened_rounds,
    totals,
    with_liaison,
)
from tracker.queries.round_items import ItemOfSheet, SheetLine, list_sheet_lines, read_items, standing_of
from tracker.queries.round_reports import InstitutionReports, LineReports


@dataclass(frozen=True)
class RoundRow:
    """One round of a plan, with how many of what it asks were answered."""

    uid: str
    plan_number: int
    period_start: date
    period_end: date
    opens_on: date
    due_on: date
    is_current: bool
    asked: int
    answered: int
    late: int
    """Answered after the round was due."""


@dataclass(frozen=True)
class OpenRound:
    """A plan's current round as one institution has it before it; the counts are its own."""

    round: RoundRow
    institution_uid: str
    institution: str
    asked_nodes: frozenset[int]
    """Ids of the items asked for."""
    open_nodes: frozenset[int]
    """Ids of those with something unanswered."""


@dataclass(frozen=True)
class InstitutionProgress:
    """What a round asked of one institution, and what came."""

    institution_uid: str
    institution: str
    asked: int
    answered: int
    late: int
    has_liaison: bool
    """Somebody with an active account is there to answer."""

    @property
    def unanswered(self) -> int:
        """How many lines nobody has answered."""
        return self.asked - self.answered


@dataclass(frozen=True)
class RoundProgress:
    """A round with every institution that it asks, those that owe most answers first."""

    round: RoundRow
    institutions: tuple[InstitutionProgress, ...]

    @property
    def unanswered(self) -> tuple[InstitutionProgress, ...]:
        """Who owes an answer."""
        return tuple(one for one in self.institutions if one.unanswered)


@dataclass(frozen=True)
class SheetMeans:
    """One verification means of an item."""

    uid: str
    text: str
    access: Access
    is_proven: bool
    """Answered by evidence accepted before."""


@dataclass(frozen=True)
class SheetItem:
    """One line of an institution's sheet: an item, or one occurrence of it, with what was said of it."""

    key: str
    """Names the line in forms and workbooks: the item's uid, with ":" and its occurrence where it has one."""
    node_uid: str
    kind: NodeKind
    label: str
    title: str
    commitment: str
    """Label of its commitment."""
    commitment_title: str
    milestone: str
    """Label and title of its milestone; empty without one."""
    product: str
    role: Role | None
    occurrence: str
    """Empty: the whole item."""
    occurrence_due_on: date | None
    state: State
    days_late: int | None
    due_on: date | None
    validated: Decimal | None
    """Of the institution's own last validated report of this line."""
    last_percent: Decimal | None
    """What the institution last said that stands."""
    last_reported_on: date | None
    planned: Decimal | None
    """The planned quantity that drives the percent, with its unit."""
    unit: str
    means: tuple[SheetMeans, ...]
    draft: ReportVersion | None
    """What is being written: a draft, else the returned or withdrawn version to start from."""
    answer: ReportVersion | None
    """The report handed in that answers the round."""
    status: ReportStatus | None
    """Of the institution's newest version of this line."""
    return_comment: str
    return_field: str = ""
    """The field that the comment is about; empty: the whole."""

    @property
    def is_answered(self) -> bool:
        """True once a report that stands answers the round."""
        return self.answer is not None

    @property
    def is_blocked(self) -> bool:
        """True while a report of this line waits for its decision: none other can be written."""
        return self.status in {ReportStatus.SUBMITTED, ReportStatus.REOPENED}


@dataclass(frozen=True)
class RoundSheet:
    """All that one round asks of one institution."""

    round: RoundRow
    plan_number: int
    institution_uid: str
    institution: str
    items: tuple[SheetItem, ...]
    read_at: datetime

    def find(self, key: str) -> SheetItem | None:
        """The line of that key."""
        return next((one for one in self.items if one.key == key), None)


def list_rounds(actor: Actor, plan_number: int | None = None, *, today: date) -> tuple[RoundRow, ...]:
    """The rounds opened by a day, the last first, each with what the actor may see of its answers.

    Who reads everything sees all institutions counted; an institution's people their own, and only rounds
    that ask them. Raises NotAllowed for a role that reads no reports.
    """
    own = None
    if not can(actor, Permission.REPORT_READ_ALL):
        own = require(actor, Permission.REPORT_READ_OWN).institution_ids
    rounds = opened_rounds(today, *([] if plan_number is None else [ActionPlan.number == plan_number]))
    counts = totals(count_answers([one.id for one in rounds], own))
    return tuple(_row(one, counts.get(one.id, Count())) for one in rounds if own is None or one.id in counts)


def current_rounds(actor: Actor, today: date) -> tuple[OpenRound, ...]:
    """The current round of each plan that takes reports, for each of the actor's institutions asked."""
    require(actor, Permission.REPORT_READ_OWN)
    rounds = {one.id: one for one in current_of_open_plans(today)}
    by_institution: dict[tuple[int, int], list[OpenLine]] = {}
    for line in list_lines(list(rounds), actor.institution_ids):
        by_institution.setdefault((line.round_id, line.institution_id), []).append(line)
    names = get_institutions({of for _, of in by_institution})
    order = {one: place for place, one in enumerate(rounds)}
    return tuple(
        _open_round(rounds[round_id], names[of], by_institution[round_id, of])
        for round_id, of in sorted(by_institution, key=lambda one: (order[one[0]], names[one[1]].label))
    )


def _open_round(one: FoundRound, institution: Institution, asked: Sequence[OpenLine]) -> OpenRound:
    answered, late = sum(line.is_answered for line in asked), sum(line.is_late for line in asked)
    return OpenRound(
        _row(one, Count(len(asked), answered, late)),
        institution.uid,
        institution.label,
        frozenset(line.node_id for line in asked),
        frozenset(line.node_id for line in asked if not line.is_answered),
    )


def get_progress_of_round(actor: Actor, round_uid: str, *, today: date) -> RoundProgress:
    """A round with what each institution has answered; NotFound; NotAllowed for who reads only their own."""
    require(actor, Permission.REPORT_READ_ALL)
    return _progress([find_round(round_uid, today)], today)[0]


def current_progress(actor: Actor, today: date) -> tuple[RoundProgress, ...]:
    """The same of the current round of each plan that takes reports, in four queries."""
    require(actor, Permission.REPORT_READ_ALL)
    return _progress(current_of_open_plans(today), today)


def _progress(rounds: Sequence[FoundRound], today: date) -> tuple[RoundProgress, ...]:
    """Rounds with every institution that they ask, those that owe most answers first."""
    counts = count_answers([one.id for one in rounds])
    names, served, sums = get_institutions({of for _, of in counts}), with_liaison(today), totals(counts)
    rows: dict[int, list[InstitutionProgress]] = {one.id: [] for one in rounds}
    for (round_id, of), one in counts.items():
        rows[round_id].append(
            InstitutionProgress(
                names[of].uid, names[of].label, one.asked, one.answered, one.late, of in served
            )
        )
    return tuple(
        RoundProgress(
            _row(one, sums.get(one.id, Count())),
            tuple(sorted(rows[one.id], key=lambda row: (-row.unanswered, row.institution))),
        )
        for one in rounds
    )


def get_sheet(
    actor: Actor, round_uid: str, institution_uid: str, *, today: date, now: datetime
) -> RoundSheet:
    """All that a round asks of an institution, in the plan's order, in a constant number of queries.

    NotFound where it asks nothing of it, and for another institution's unless the actor reads everything.
    """
    one = find_round(round_uid, today)
    institution = next(iter(get_institutions(uids=[institution_uid]).values()), None)
    if institution is None or not _may_read(actor, institution.id):
        raise NotFound("round-not-found")
    rows = list_sheet_lines(one.id, institution.id)
    if not rows:
        raise NotFound("round-not-found")
    late = sum(bool(row.late) for row in rows)
    count = Count(len(rows), sum(row.answer_id is not None for row in rows), late)
    return RoundSheet(
        round=_row(one, count),
        plan_number=one.plan_number,
        institution_uid=institution.uid,
        institution=institution.label,
        items=_items(actor, institution.id, rows, today),
        read_at=now,
    )


def _may_read(actor: Actor, institution_id: int) -> bool:
    return can(actor, Permission.REPORT_READ_ALL) or can(
        actor, Permission.REPORT_READ_OWN, institution_id=institution_id
    )


def _row(one: FoundRound, count: Count) -> RoundRow:
    return RoundRow(
        uid=one.uid,
        plan_number=one.plan_number,
        period_start=one.period_start,
        period_end=one.period_end,
        opens_on=one.opens_on,
        due_on=one.due_on,
        is_current=one.is_current,
        asked=count.asked,
        answered=count.answered,
        late=count.late,
    )


def _items(
    actor: Actor, institution_id: int, rows: Sequence[SheetLine], today: date
) -> tuple[SheetItem, ...]:
    nodes = {row.node_id: row.frequency for row in rows}
    reports = InstitutionReports(
        actor, institution_id, nodes, [row.answer_id for row in rows if row.answer_id is not None]
    )
    items = read_items(nodes, today)
    return tuple(
        _item(row, items[row.node_id], reports.of(row.node_id, row.occurrence, row.answer_id), today)
        for row in rows
    )


def _item(row: SheetLine, of: ItemOfSheet, said: LineReports, today: date) -> SheetItem:
    slot = of.slot(row.occurrence)
    state, days_late = standing_of(row, of, said, today)
    newest = said.newest
    returned = newest.came_back if newest else None
    return SheetItem(
        key=f"{row.uid}:{row.occurrence}" if row.occurrence else row.uid,
        node_uid=row.uid,
        kind=row.kind,
        label=row.label,
        title=row.title,
        commitment=row.commitment,
        commitment_title=row.commitment_title,
        milestone=row.milestone,
        product=of.product.text,
        role=row.role,
        occurrence=row.occurrence,
        occurrence_due_on=slot.due_on if slot else None,
        state=state,
        days_late=days_late,
        due_on=slot.due_on if slot else row.due_on,
        validated=said.validated,
        last_percent=said.last_percent,
        last_reported_on=said.last_on,
        planned=of.product.planned,
        unit=of.product.unit,
        means=tuple(SheetMeans(one.uid, one.text, one.access, one.is_proven) for one in of.means),
        draft=said.draft,
        answer=said.answer,
        status=newest.status if newest else None,
        return_comment=returned.comment if returned else "",
        return_field=returned.comment_field if returned else "",
    )
