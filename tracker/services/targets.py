"""Targets written, corrected and accepted by people: each a version with its source and its author."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import select

from tracker.db import db
from tracker.domain.errors import Conflict, DomainError, NotAllowed, NotFound, SeveralErrors
from tracker.domain.indicators import OutcomeIndicator, indicator_errors
from tracker.domain.permissions import Actor, Permission, may_validate
from tracker.domain.target_years import (
    Acceptance,
    Places,
    corrected,
    may_write_targets,
    placed_by_hand,
    row_errors,
)
from tracker.domain.targets import (
    PERIODS,
    RecordedTargets,
    Target,
    TargetSource,
    TargetTable,
    period_end,
    subject_uid,
)
from tracker.domain.text import squeeze
from tracker.models.accounts import Institution
from tracker.models.audit import AuditEvent
from tracker.models.plans import PlanNode
from tracker.queries.history import last_targets
from tracker.queries.plans import get_node
from tracker.queries.targets import get_indicator, items_of, last_version
from tracker.services.target_imports import office_of
from tracker.services.versions import institution_ref, record_acceptance, record_indicator, record_targets

_LONGEST = 1000


@dataclass(frozen=True)
class Moment:
    """When something is written, and the version that its writer saw (0: none)."""

    now: datetime
    today: date
    based_on: int = 0


def write_target(actor: Actor, table_uid: str, row: Target, reason: str, when: Moment) -> bool:
    """Record a row corrected or added by hand; False where it says what was said before.

    NotAllowed for another institution's, Conflict where somebody wrote in between, SeveralErrors with all
    that is wrong: a correction needs its reason, and every row its source.
    """
    said = _held(actor, table_uid, when)
    row = replace(row, name=squeeze(row.name), unit=squeeze(row.unit))
    if row in said.table.rows:
        return False
    errors = list(row_errors(said.table, row))
    if row.position and not reason.strip():
        errors.append(DomainError("reason-required", field="reason"))
    if len(reason) > _LONGEST:
        errors.append(DomainError("target-text-too-long", field="reason", most=_LONGEST))
    if row.item_uid and not items_of([row.item_uid]):
        errors.append(DomainError("target-item-unknown", field="item_uid"))
    if errors:
        raise SeveralErrors(errors)
    return _record(actor, said, corrected(said.table, row), squeeze(reason), when)


def place_targets(actor: Actor, table_uid: str, parents: Places, when: Moment) -> bool:
    """Record what stands under what, as somebody says: a guess of the import is none any more."""
    said = _held(actor, table_uid, when)
    return _record(actor, said, placed_by_hand(said.table, parents), said.reason, when)


def start_table(actor: Actor, institution_uid: str, table: TargetTable, when: Moment) -> str:
    """Begin a table by hand, still without rows; gives its uid. Conflict where there is one already."""
    institution = _institution(actor, institution_uid)
    table = replace(table, title=squeeze(table.title), programme=squeeze(table.programme), rows=())
    errors = []
    if not table.title:
        errors.append(DomainError("target-title-required", field="title"))
    if not table.source.report.strip():
        errors.append(DomainError("target-source-required", field="report"))
    if table.source.on is None:
        errors.append(DomainError("target-source-day-required", field="report_on"))
    if errors:
        raise SeveralErrors(errors)
    said = RecordedTargets(institution_ref(institution), "", table)
    uid = subject_uid(institution.uid, table)
    if last_targets(uid) is not None:
        raise Conflict("target-table-exists", field="title")
    _record(actor, said, table, "", when)
    return uid


def open_period(actor: Actor, table_uid: str, source: TargetSource, when: Moment) -> str:
    """Begin the next four-month period of a table with its rows; gives the uid of the new table."""
    said = _held(actor, table_uid, when)
    table = said.table
    if table.period == PERIODS[-1]:
        raise DomainError("target-year-complete")
    if not source.report.strip():
        raise DomainError("target-source-required", field="report")
    if source.on is None:
        raise DomainError("target-source-day-required", field="report_on")
    after = replace(table, period=table.period + 1, source=source, total=None)
    uid = subject_uid(said.institution.uid, after)
    if last_targets(uid) is not None:
        raise Conflict("target-table-exists")
    _record(actor, said, after, "", when)
    return uid


def accept_targets(actor: Actor, table_uid: str, when: Moment) -> bool:
    """Accept the last version of a table: never one's own institution's, never what one wrote oneself."""
    _, said = _last(table_uid)
    institution = _row(said.institution.uid)
    sequence, said = _last(table_uid)  # somebody may have written until it was held
    author = db.session.scalar(select(AuditEvent.actor_uid).where(AuditEvent.seq == sequence))
    if author == actor.uid or not may_validate(actor, institution_id=institution.id, author_user_id=None):
        raise NotAllowed("not-allowed", permission=Permission.REPORT_VALIDATE.value)
    if sequence != when.based_on:
        raise Conflict("targets-changed-meanwhile")
    accepted = Acceptance(table_uid, sequence, office_of(actor), said.plan_uid)
    return record_acceptance(actor, accepted, said, _plan(said), now=when.now)


def write_indicator(actor: Actor, said: OutcomeIndicator, when: Moment) -> bool:
    """Record an outcome indicator, new or corrected; False where it says what was said before."""
    institution = _institution(actor, said.institution.uid)
    said = replace(said, institution=institution_ref(institution), by=office_of(actor))
    errors = list(indicator_errors(said, when.today))
    if when.based_on and not said.reason.strip():
        errors.append(DomainError("reason-required", field="reason"))
    if errors:
        raise SeveralErrors(errors)
    last = get_indicator(said.uid)
    if last is not None and not when.based_on and not last[1].is_withdrawn:
        raise Conflict("indicator-exists", field="name")
    if when.based_on and (last is None or last[0] != when.based_on):
        raise Conflict("targets-changed-meanwhile")
    if last is not None:
        if last[1].institution.uid != institution.uid:
            raise NotFound("indicator-not-found")
        if replace(last[1], by=said.by, reason=said.reason, institution=said.institution) == said:
            return False
    return record_indicator(actor, said, effective_on=when.today, now=when.now)


def _record(actor: Actor, said: RecordedTargets, table: TargetTable, reason: str, when: Moment) -> bool:
    if table == said.table and table.rows:
        return False
    said = replace(said, table=table, by=office_of(actor), reason=reason)
    effective_on = min(period_end(table.year, table.period), when.today)
    return record_targets(actor, said, _plan(said), effective_on=effective_on, now=when.now)


def _plan(said: RecordedTargets) -> PlanNode | None:
    return get_node(said.plan_uid) if said.plan_uid else None


def _held(actor: Actor, table_uid: str, when: Moment) -> RecordedTargets:
    """The last version of a table, its institution held until the end: one writer at a time."""
    _, said = _last(table_uid)
    _institution(actor, said.institution.uid)
    sequence, said = _last(table_uid)
    if sequence != when.based_on:
        raise Conflict("targets-changed-meanwhile")
    return said


def _last(table_uid: str) -> tuple[int, RecordedTargets]:
    found = last_version(table_uid)
    if found is None:
        raise NotFound("target-table-not-found")
    return found


def _institution(actor: Actor, uid: str) -> Institution:
    institution = _row(uid)
    if not may_write_targets(actor, institution.id):
        raise NotAllowed("not-allowed", permission=Permission.TARGETS_WRITE.value)
    return institution


def _row(uid: str) -> Institution:
    found = db.session.scalar(select(Institution).where(Institution.uid == uid).with_for_update())
    if found is None:
        raise NotFound("named-institution-unknown", institution=uid)
    return found
