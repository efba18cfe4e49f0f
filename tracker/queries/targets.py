"""Targets of an institution and a fiscal year: tables with who said and who accepted them, indicators."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from tracker.db import db
from tracker.domain.canonical import decode, derived_uid
from tracker.domain.errors import NotFound
from tracker.domain.history import Cut, latest
from tracker.domain.indicators import OutcomeIndicator
from tracker.domain.permissions import Actor, may_validate
from tracker.domain.target_years import (
    Acceptance,
    TargetChange,
    changes,
    key_of,
    may_write_targets,
    over_year,
)
from tracker.domain.targets import RecordedTargets, TargetFinding, findings
from tracker.models.accounts import Institution
from tracker.models.audit import AuditEvent
from tracker.models.plans import FactVersion, NodeRole, PlanNode
from tracker.models.targets import FactOwner
from tracker.queries.history import INDICATOR, TARGETS, TARGETS_ACCEPTED


@dataclass(frozen=True)
class TargetOwner:
    """An institution with the fiscal years that it has targets of, the newest first."""

    uid: str
    label: str
    name: str
    slug: str
    years: tuple[int, ...] = ()
    may_write: bool = False


@dataclass(frozen=True)
class ItemLink:
    """An item of a plan that a target is linked to, or may be."""

    uid: str
    plan_number: int
    label: str
    title: str
    kind: str


@dataclass(frozen=True)
class Said:
    """Who wrote a version and who accepted it; no date of acceptance where nobody has yet."""

    sequence: int
    at: datetime
    by: str
    actor_uid: str
    accepted_by: str = ""
    accepted_at: datetime | None = None


@dataclass(frozen=True)
class TargetTableView:
    """A table as it stands, with what the earlier periods of the year had executed."""

    uid: str
    recorded: RecordedTargets
    said: Said
    findings: tuple[TargetFinding, ...]
    items: Mapping[str, ItemLink]
    """By uid, the items of plans that its rows are linked to."""
    may_accept: bool = False


@dataclass(frozen=True)
class IndicatorView:
    """An indicator as it stands, with who wrote it."""

    said: Said
    indicator: OutcomeIndicator


@dataclass(frozen=True)
class TargetBoard:
    """Everything that an institution's year of targets shows."""

    owner: TargetOwner
    year: int
    tables: tuple[TargetTableView, ...]
    indicators: tuple[IndicatorView, ...]


@dataclass(frozen=True)
class TargetVersion:
    """One version of a table, with what it says otherwise than the one before it."""

    said: Said
    reason: str
    report: str
    changes: tuple[TargetChange, ...]
    is_first: bool


def list_owners(actor: Actor | None = None) -> tuple[TargetOwner, ...]:
    """Institutions that have targets, and with an actor those for which it may write."""
    years: dict[int, set[int]] = defaultdict(set)
    query = select(FactOwner.institution_id, FactOwner.year).where(FactOwner.subject_kind == TARGETS)
    for institution_id, year in db.session.execute(query.distinct()):
        years[institution_id].add(year)
    writes = actor is not None
    rows = db.session.scalars(select(Institution).order_by(func.lower(Institution.name))).all()
    return tuple(
        _owner(row, years.get(row.id, set()), actor)
        for row in rows
        if row.id in years or (writes and actor is not None and may_write_targets(actor, row.id))
    )


def _owner(row: Institution, years: Iterable[int], actor: Actor | None) -> TargetOwner:
    may_write = actor is not None and may_write_targets(actor, row.id)
    ordered = tuple(sorted(years, reverse=True))
    return TargetOwner(row.uid, row.label, row.name, row.slug, ordered, may_write)


def get_board(row: Institution, year: int, cut: Cut, actor: Actor | None = None) -> TargetBoard:
    """An institution's tables and indicators of a fiscal year at a cut, in a constant number of queries."""
    versions = _versions(row.id, year)
    by_kind = {kind: _chosen(versions, kind, cut) for kind in (TARGETS, TARGETS_ACCEPTED, INDICATOR)}
    accepted = {}
    for version in by_kind[TARGETS_ACCEPTED]:
        one = decode(Acceptance, json.loads(version.content))
        accepted[one.table_uid] = (one, version)
    tables = [(one, decode(RecordedTargets, json.loads(one.content))) for one in by_kind[TARGETS]]
    last = _last_periods(tables)
    merged = over_year([said for _, said in tables])
    items = items_of({row.item_uid for said in merged for row in said.table.rows if row.item_uid})
    owner_years = sorted({one.year for one in versions if one.year is not None}, reverse=True)
    return TargetBoard(
        owner=_owner(row, owner_years, actor),
        year=year,
        tables=tuple(
            sorted(
                (
                    _view(
                        one, last[key_of(one)], accepted.get(last[key_of(one)].subject_uid), items, row, actor
                    )
                    for one in merged
                ),
                key=lambda one: (one.recorded.table.programme, one.recorded.table.title),
            )
        ),
        indicators=tuple(
            IndicatorView(_said(version), said)
            for version in by_kind[INDICATOR]
            if not (said := decode(OutcomeIndicator, json.loads(version.content))).is_withdrawn
        ),
    )


def _last_periods(tables: Sequence[tuple[Any, RecordedTargets]]) -> dict[tuple[str, int, str, str], Any]:
    """The version of each table's last period."""
    ordered = sorted(tables, key=lambda pair: pair[1].table.period)
    return {key_of(said): version for version, said in ordered}


def _view(
    said: RecordedTargets,
    version: Any,
    accepted: tuple[Acceptance, Any] | None,
    items: Mapping[str, ItemLink],
    row: Institution,
    actor: Actor | None,
) -> TargetTableView:
    own = replace(_said(version), by=said.by)
    if accepted is not None and accepted[0].sequence == version.recorded_seq:
        own = replace(own, accepted_by=accepted[0].by, accepted_at=accepted[1].at)
    linked = {one.item_uid for one in said.table.rows}
    return TargetTableView(
        uid=version.subject_uid,
        recorded=replace(said, institution=replace(said.institution, name=row.name, acronym=row.acronym)),
        said=own,
        findings=findings(said.table),
        items={uid: one for uid, one in items.items() if uid in linked},
        may_accept=actor is not None
        and own.accepted_at is None
        and own.actor_uid != actor.uid
        and may_validate(actor, institution_id=row.id, author_user_id=None),
    )


def _said(version: Any) -> Said:
    by = json.loads(version.content).get("by", "")
    return Said(version.recorded_seq, version.at, by, version.actor_uid)


def _versions(institution_id: int, year: int) -> Sequence[Any]:
    return db.session.execute(
        select(
            FactVersion.subject_uid,
            FactVersion.subject_kind,
            FactVersion.effective_on,
            FactVersion.recorded_seq,
            FactVersion.content,
            FactOwner.year,
            AuditEvent.at,
            AuditEvent.actor_uid,
        )
        .join(FactOwner, FactOwner.subject_uid == FactVersion.subject_uid)
        .join(AuditEvent, AuditEvent.seq == FactVersion.recorded_seq)
        .where(
            FactOwner.institution_id == institution_id,
            FactOwner.year.is_(None) | (FactOwner.year == year),
        )
        .order_by(FactVersion.recorded_seq)
    ).all()


def _chosen(versions: Sequence[Any], kind: str, cut: Cut) -> list[Any]:
    """The version in force of each subject of a kind."""
    by_subject: dict[str, list[Any]] = defaultdict(list)
    for one in versions:
        if one.subject_kind == kind and cut.knows(one.recorded_seq):
            by_subject[one.subject_uid].append(one)
    found = (
        latest(each, cut, effective=lambda v: v.effective_on, sequence=lambda v: v.recorded_seq)
        for each in by_subject.values()
    )
    return [one for one in found if one is not None]


def items_of(uids: Iterable[str]) -> dict[str, ItemLink]:
    """Items of plans by uid, with the number of their plan; one query."""
    wanted = sorted(set(uids))
    if not wanted:
        return {}
    return {one.uid: one for one in _items(PlanNode.uid.in_(wanted))}


def linkable_items(institution_id: int) -> list[ItemLink]:
    """The items in which an institution takes part, which its targets may be linked to."""
    taking = select(NodeRole.node_id).where(NodeRole.institution_id == institution_id)
    return _items(PlanNode.id.in_(taking) & PlanNode.withdrawn_on.is_(None))


def _items(where: Any) -> list[ItemLink]:
    nodes, plan = PlanNode.__table__, PlanNode.__table__.alias("plan")
    rows = db.session.execute(
        select(nodes.c.uid, plan.c.number, nodes.c.label, nodes.c.title, nodes.c.kind)
        .join(plan, plan.c.id == nodes.c.plan_id)
        .where(where)
        .order_by(plan.c.number.desc(), nodes.c.commitment_id, nodes.c.id)
    )
    return [ItemLink(*row) for row in rows]


def last_version(table_uid: str) -> tuple[int, RecordedTargets] | None:
    """The sequence and the content of a table's last version; None where there is none."""
    row = db.session.execute(
        select(FactVersion.recorded_seq, FactVersion.content)
        .where(FactVersion.subject_kind == TARGETS, FactVersion.subject_uid == table_uid)
        .order_by(FactVersion.recorded_seq.desc())
        .limit(1)
    ).first()
    return None if row is None else (row.recorded_seq, decode(RecordedTargets, json.loads(row.content)))


def get_indicator(uid: str) -> tuple[int, OutcomeIndicator] | None:
    """The sequence and the content of an indicator's last version; None where there is none."""
    row = db.session.execute(
        select(FactVersion.recorded_seq, FactVersion.content)
        .where(FactVersion.subject_kind == INDICATOR, FactVersion.subject_uid == uid)
        .order_by(FactVersion.recorded_seq.desc())
        .limit(1)
    ).first()
    return None if row is None else (row.recorded_seq, decode(OutcomeIndicator, json.loads(row.content)))


def find_institution(*, uid: str = "", slug: str = "") -> Institution:
    """The institution of a uid or of the last part of an address; NotFound where there is none."""
    where = Institution.uid == uid if uid else Institution.slug == slug.lower()
    found = db.session.scalar(select(Institution).where(where))
    if found is None:
        raise NotFound("named-institution-unknown", institution=uid or slug)
    return found


def get_table(table_uid: str, cut: Cut, actor: Actor) -> tuple[TargetBoard, TargetTableView]:
    """A table on the board of its institution and year; NotFound where it is not the last of its period."""
    found = last_version(table_uid)
    if found is None:
        raise NotFound("target-table-not-found")
    board = get_board(find_institution(uid=found[1].institution.uid), found[1].table.year, cut, actor)
    for one in board.tables:
        if one.uid == table_uid:
            return board, one
    raise NotFound("target-table-not-found")


def list_versions(table_uid: str) -> list[TargetVersion]:
    """Every version of a table with who accepted it, the last one first, and what each changed."""
    rows = db.session.execute(
        select(
            FactVersion.subject_kind,
            FactVersion.recorded_seq,
            FactVersion.content,
            AuditEvent.at,
            AuditEvent.actor_uid,
        )
        .join(AuditEvent, AuditEvent.seq == FactVersion.recorded_seq)
        .where(FactVersion.subject_uid.in_([table_uid, derived_uid(table_uid, TARGETS_ACCEPTED)]))
        .order_by(FactVersion.recorded_seq)
    ).all()
    taken = {}
    for row in rows:
        if row.subject_kind == TARGETS_ACCEPTED:
            one = decode(Acceptance, json.loads(row.content))
            taken[one.sequence] = (one.by, row.at)
    found: list[TargetVersion] = []
    before: RecordedTargets | None = None
    for row in rows:
        if row.subject_kind != TARGETS:
            continue
        now = decode(RecordedTargets, json.loads(row.content))
        by, at = taken.get(row.recorded_seq, ("", None))
        said = replace(_said(row), accepted_by=by, accepted_at=at)
        told = changes(before.table, now.table) if before else ()
        found.append(TargetVersion(said, now.reason, now.table.source.report, told, before is None))
        before = now
    return found[::-1]
