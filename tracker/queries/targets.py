"""Targets of an institution and a fiscal year: tables with who said and who accepted them, indicators."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, tzinfo
from typing import Any

from sqlalchemy import ColumnElement, func, select

from tracker.db import db
from tracker.domain.canonical import decode, derived_uid
from tracker.domain.errors import NotFound
from tracker.domain.history import Cut, latest
from tracker.domain.indicators import OutcomeIndicator
from tracker.domain.permissions import Actor, may_validate
from tracker.domain.plans import PUBLIC_PLAN_STATUSES
from tracker.domain.report_targets import AccountedBy, AccountedTable, TargetsBeside, accounted
from tracker.domain.target_years import (
    Acceptance,
    TargetChange,
    changes,
    key_of,
    may_write_targets,
    over_year,
)
from tracker.domain.targets import RecordedTargets
from tracker.models.accounts import Institution
from tracker.models.audit import AuditEvent
from tracker.models.plans import ActionPlan, FactVersion, NodeRole, PlanNode
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

    @property
    def words(self) -> str:
        """As people write it, in either language."""
        return f"{self.label} {self.title} (plan {self.plan_number})"


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
    shown: AccountedTable
    """Its figures, sums and findings."""
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


Indicator = tuple[int, OutcomeIndicator]
_Accepted = dict[tuple[str, int], tuple[Acceptance, Any]]


def list_owners(actor: Actor | None = None) -> tuple[TargetOwner, ...]:
    """Institutions that have targets, and with an actor those for which it may write."""
    years: dict[int, set[int]] = defaultdict(set)
    query = select(FactOwner.institution_id, FactOwner.year).where(FactOwner.subject_kind == TARGETS)
    for institution_id, year in db.session.execute(query.distinct()):
        years[institution_id].add(year or 0)
    rows = select(Institution).order_by(func.lower(Institution.name))
    if actor is None:
        rows = rows.where(Institution.id.in_(sorted(years)))
    return tuple(
        _owner(row, years.get(row.id, set()), actor)
        for row in db.session.scalars(rows)
        if row.id in years or (actor is not None and may_write_targets(actor, row.id))
    )


def _owner(row: Institution, years: Iterable[int], actor: Actor | None) -> TargetOwner:
    may_write = actor is not None and may_write_targets(actor, row.id)
    ordered = tuple(sorted(years, reverse=True))
    return TargetOwner(row.uid, row.label, row.name, row.slug, ordered, may_write)


def get_board(row: Institution, year: int, cut: Cut, actor: Actor | None = None) -> TargetBoard:
    """An institution's tables and indicators of a fiscal year at a cut, in a constant number of queries."""
    versions = _versions(
        FactOwner.institution_id == row.id, FactOwner.year.is_(None) | (FactOwner.year == year)
    )
    accepted = _accepted(versions, cut)
    tables = _recorded(versions, cut)
    last = _last_periods(tables)
    merged = over_year([said for _, said in tables])
    items = items_of({one.item_uid for said in merged for one in said.table.rows if one.item_uid})
    views = (_view(one, last[key_of(one)], accepted, items, row, actor) for one in merged)
    return TargetBoard(
        owner=_owner(row, target_years(row.id), actor),
        year=year,
        tables=tuple(sorted(views, key=lambda one: (one.recorded.table.programme, one.recorded.table.title))),
        indicators=tuple(IndicatorView(_said(version), one) for version, one in _indicators(versions, cut)),
    )


def target_years(institution_id: int) -> tuple[int, ...]:
    """The fiscal years of which an institution has targets, the newest first."""
    query = select(FactOwner.year).where(
        FactOwner.institution_id == institution_id, FactOwner.subject_kind == TARGETS
    )
    years = (one for one in db.session.scalars(query.distinct()) if one is not None)
    return tuple(sorted(years, reverse=True))


def targets_beside_at(cut: Cut, zone: tzinfo) -> TargetsBeside:
    """What a report shows beside its tables of targets at a cut: indicators, who said and who accepted."""
    versions = _versions()
    accepted = _accepted(versions, cut)
    said, linked = {}, set()
    for version, recorded in _recorded(versions, cut):
        taken = accepted.get((version.subject_uid, version.recorded_seq))
        linked |= {row.item_uid for row in recorded.table.rows if row.item_uid}
        said[version.subject_uid] = AccountedBy(
            by=recorded.by,
            on=version.at.astimezone(zone).date(),
            accepted_by=taken[0].by if taken else "",
            accepted_on=taken[1].at.astimezone(zone).date() if taken else None,
        )
    items = {uid: one.words for uid, one in items_of(linked).items()}
    return TargetsBeside(tuple(one for _, one in _indicators(versions, cut)), said, items)


def _recorded(versions: Sequence[Any], cut: Cut) -> list[tuple[Any, RecordedTargets]]:
    """Each table in force at a cut with its version."""
    chosen = _chosen(versions, TARGETS, cut)
    return [(one, decode(RecordedTargets, json.loads(one.content))) for one in chosen]


def _indicators(versions: Sequence[Any], cut: Cut) -> list[tuple[Any, OutcomeIndicator]]:
    """Each indicator in force at a cut with its version, the withdrawn ones left out."""
    chosen = _chosen(versions, INDICATOR, cut)
    found = [(one, decode(OutcomeIndicator, json.loads(one.content))) for one in chosen]
    return [(version, one) for version, one in found if not one.is_withdrawn]


def _accepted(versions: Sequence[Any], cut: Cut) -> _Accepted:
    """By table and sequence, the acceptance of a version that is known at a cut."""
    found = {}
    for version in versions:
        if version.subject_kind == TARGETS_ACCEPTED and cut.knows(version.recorded_seq):
            one = decode(Acceptance, json.loads(version.content))
            found[one.table_uid, one.sequence] = (one, version)
    return found


def _last_periods(tables: Sequence[tuple[Any, RecordedTargets]]) -> dict[tuple[str, int, str, str], Any]:
    """The version of each table's last period."""
    ordered = sorted(tables, key=lambda pair: pair[1].table.period)
    return {key_of(said): version for version, said in ordered}


def _view(
    said: RecordedTargets,
    version: Any,
    accepted: _Accepted,
    items: Mapping[str, ItemLink],
    row: Institution,
    actor: Actor | None,
) -> TargetTableView:
    own = replace(_said(version), by=said.by)
    if taken := accepted.get((version.subject_uid, version.recorded_seq)):
        own = replace(own, accepted_by=taken[0].by, accepted_at=taken[1].at)
    linked = {one.item_uid for one in said.table.rows}
    return TargetTableView(
        uid=version.subject_uid,
        recorded=replace(said, institution=replace(said.institution, name=row.name, acronym=row.acronym)),
        said=own,
        shown=accounted(
            row.label,
            said.table,
            AccountedBy(own.by, own.at.date(), own.accepted_by),
            {uid: one.words for uid, one in items.items()},
        ),
        items={uid: one for uid, one in items.items() if uid in linked},
        may_accept=actor is not None
        and own.accepted_at is None
        and own.actor_uid != actor.uid
        and may_validate(actor, institution_id=row.id, author_user_id=None),
    )


def _said(version: Any) -> Said:
    by = json.loads(version.content).get("by", "")
    return Said(version.recorded_seq, version.at, by, version.actor_uid)


def _versions(*where: ColumnElement[bool]) -> Sequence[Any]:
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
        .where(*where)
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
    """Items of plans by uid, with the number of their plan; one query; nothing of a draft."""
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
    status = ActionPlan.__table__.c
    rows = db.session.execute(
        select(nodes.c.uid, plan.c.number, nodes.c.label, nodes.c.title, nodes.c.kind)
        .join(plan, plan.c.id == nodes.c.plan_id)
        .join(ActionPlan.__table__, status.id == plan.c.id)
        .where(where, status.status.in_(sorted(PUBLIC_PLAN_STATUSES)))
        .order_by(plan.c.number.desc(), nodes.c.commitment_id, nodes.c.id)
    )
    return [ItemLink(*row) for row in rows]


def get_writable(actor: Actor, uid: str) -> TargetOwner:
    """The institution of a uid for whoever may write its targets; NotFound for any other."""
    row = find_institution(uid=uid)
    if not may_write_targets(actor, row.id):
        raise NotFound("named-institution-unknown", institution=uid)
    return _owner(row, (), actor)


def last_version(table_uid: str) -> tuple[int, RecordedTargets] | None:
    """The sequence and the content of a table's last version; None where there is none."""
    row = db.session.execute(
        select(FactVersion.recorded_seq, FactVersion.content)
        .where(FactVersion.subject_kind == TARGETS, FactVersion.subject_uid == table_uid)
        .order_by(FactVersion.recorded_seq.desc())
        .limit(1)
    ).first()
    return None if row is None else (row.recorded_seq, decode(RecordedTargets, json.loads(row.content)))


def get_indicator(uid: str) -> Indicator | None:
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
