"""Plans, commitments, institutions and targets as everybody may read them, a part of the list at a time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from tracker.db import db
from tracker.domain.errors import NotFound
from tracker.domain.history import Cut
from tracker.domain.plans import NodeKind, Sector
from tracker.domain.report_targets import TargetLine
from tracker.models.accounts import Institution, InstitutionEnding
from tracker.models.plans import NodeRole
from tracker.queries.portal.lines import ItemLine, walk
from tracker.queries.portal.listing import (
    Position,
    Slice,
    find_public_institution,
    is_public_institution,
    slice_of,
    slice_sorted,
)
from tracker.queries.portal.parts import NODES
from tracker.queries.portal.past import get_past_plan, past_view
from tracker.queries.portal.plans import list_axes_and_commitments
from tracker.queries.portal.published import Part
from tracker.queries.portal.records import CommitmentRecord, ItemRef
from tracker.queries.portal.rows import InstitutionLink, PlanHeader, Totals, get_header
from tracker.queries.portal.targets import list_target_owners
from tracker.queries.targets import TargetTableView, find_institution, get_board


@dataclass(frozen=True)
class PlanAsOf:
    """A plan's roll-up on a day."""

    header: PlanHeader
    title: str
    totals: Totals


@dataclass(frozen=True)
class InstitutionRecord:
    """An institution with a part in a published plan, or with targets."""

    uid: str
    slug: str
    acronym: str
    name: str
    sector: Sector
    is_group: bool
    parent: str
    """The last part of the address of what it is a unit of; empty where that is not public."""
    ended_on: date | None
    successor: str


@dataclass(frozen=True)
class TargetRecord:
    """One row of an institution's table of targets, with the table it stands in."""

    institution: str
    slug: str
    view: TargetTableView
    line: TargetLine


def get_plan_as_of(number: int, as_of: date, *, today: date, zone: str) -> PlanAsOf:
    """A published plan as it stood on a day; else NotFound."""
    past = get_past_plan(number, past_view(as_of, None, today=today), zone=zone)
    return PlanAsOf(past.header, past.title, past.item.totals)


def slice_commitments(
    number: int, position: Position, limit: int, *, today: date, as_of: date | None, zone: str
) -> Slice[CommitmentRecord]:
    """The commitments of a published plan in the order of their numbers, today or as of a day."""
    if as_of is not None and as_of != today:
        past = get_past_plan(number, past_view(as_of, None, today=today), zone=zone)
        rows = [_past_commitment(number, one, axis) for axis, one in _with_axes(past.item)]
        return slice_sorted((((one.item.number, one.item.uid), one) for one in rows), position, limit)
    header = get_header(number)
    axes, commitments = list_axes_and_commitments(header.id)
    titles = {one.id: one.title for one in axes}
    uids = _uids(header.id)
    parts = _parts([one.id for one in commitments])
    found = [
        CommitmentRecord(
            plan=number,
            item=ItemRef(uids[one.id], one.label, one.title, one.number),
            axis=titles.get(one.parent_id, ""),
            totals=one.totals,
            parts=parts.get(one.id, ()),
            withdrawn_on=one.withdrawn_on,
        )
        for one in commitments
    ]
    return slice_sorted((((one.item.number, one.item.uid), one) for one in found), position, limit)


def _with_axes(plan: ItemLine) -> Iterator[tuple[str, ItemLine]]:
    for child in plan.children:
        axis = child.title if child.kind is NodeKind.AXIS else ""
        yield from ((axis, one) for one in walk(child) if one.kind is NodeKind.COMMITMENT)


def _past_commitment(number: int, one: ItemLine, axis: str) -> CommitmentRecord:
    item = ItemRef(one.uid, one.label, one.title, one.number)
    return CommitmentRecord(number, item, axis, one.totals, one.parts, one.withdrawn_on)


def _uids(plan_id: int) -> dict[int, str]:
    rows = select(NODES.c.id, NODES.c.uid).where(
        NODES.c.plan_id == plan_id, NODES.c.kind == NodeKind.COMMITMENT
    )
    return {row[0]: row[1] for row in db.session.execute(rows)}


def _parts(node_ids: list[int]) -> dict[int, tuple[Part, ...]]:
    """Who takes part in the commitments themselves."""
    found: dict[int, tuple[Part, ...]] = {}
    rows = db.session.execute(
        select(NodeRole.node_id, NodeRole.role, Institution)
        .join(Institution, Institution.id == NodeRole.institution_id)
        .where(NodeRole.node_id.in_(node_ids))
        .order_by(NodeRole.position, NodeRole.id)
    )
    for node_id, role, one in rows:
        part = Part(InstitutionLink(one.label, one.name, one.slug), role)
        found[node_id] = (*found.get(node_id, ()), part)
    return found


def slice_institutions(
    position: Position, limit: int, *, sector: Sector | None = None
) -> Slice[InstitutionRecord]:
    """Institutions in the order of the last part of their address."""
    where = [is_public_institution()]
    if sector is not None:
        where.append(Institution.sector == sector)
    if position:
        where.append(Institution.slug > position[0])
    rows = db.session.scalars(
        select(Institution).where(*where).order_by(Institution.slug).limit(limit + 1)
    ).all()
    return slice_of((((one.slug,), record) for one, record in zip(rows, _records(rows), strict=True)), limit)


def get_institution_record(named: str) -> InstitutionRecord:
    """One institution by its uid, its acronym or the last part of its address; else NotFound."""
    return next(_records([find_public_institution(named)]))


def _records(rows: object) -> Iterator[InstitutionRecord]:
    found: list[Institution] = list(rows)  # type: ignore[call-overload]  # a sequence of rows, however read
    endings = {
        one.institution_id: one
        for one in db.session.scalars(
            select(InstitutionEnding).where(InstitutionEnding.institution_id.in_([one.id for one in found]))
        )
    }
    wanted = {one.parent_id for one in found} | {one.successor_id for one in endings.values()}
    slugs: dict[int | None, str] = {
        row[0]: row[1]
        for row in db.session.execute(
            select(Institution.id, Institution.slug).where(
                Institution.id.in_(wanted), is_public_institution()
            )
        )
    }
    for one in found:
        ending = endings.get(one.id)
        yield InstitutionRecord(
            uid=one.uid,
            slug=one.slug,
            acronym=one.acronym,
            name=one.name,
            sector=one.sector,
            is_group=one.is_group,
            parent=slugs.get(one.parent_id, ""),
            ended_on=ending.ended_on if ending else None,
            successor=slugs.get(ending.successor_id, "") if ending else "",
        )


def slice_targets(
    position: Position, limit: int, *, institution: str = "", year: int | None = None, as_of: date
) -> Slice[TargetRecord]:
    """Rows of tables of targets: by institution, the newest year first; read one year at a time."""
    only = find_public_institution(institution).slug if institution else ""
    return slice_of(_targets(tuple(position), only, year, Cut(as_of)), limit)


def _targets(
    position: Position, only: str, year: int | None, cut: Cut
) -> Iterator[tuple[Position, TargetRecord]]:
    for owner in sorted(list_target_owners(), key=lambda one: one.slug):
        if (only and owner.slug != only) or (position and owner.slug < position[0]):
            continue
        for each in owner.years:
            if year not in {None, each} or (position and (owner.slug, -each) < tuple(position[:2])):
                continue
            for view in sorted(get_board(find_institution(slug=owner.slug), each, cut).tables, key=_of_table):
                for line in view.shown.rows:
                    place = (owner.slug, -each, view.uid, line.position)
                    if not position or place > position:
                        yield place, TargetRecord(owner.label, owner.slug, view, line)


def _of_table(view: TargetTableView) -> str:
    return view.uid


def check_day(as_of: date, *, today: date) -> None:
    """NotFound for a day that has not been."""
    if as_of > today:
        raise NotFound("day-to-come")
