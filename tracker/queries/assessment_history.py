"""Every version of what assessors say: who changed what, when (design section 2, rules 6 and 8)."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import func, select

from tracker.db import db
from tracker.domain.assessment import Assessor
from tracker.domain.canonical import decode
from tracker.domain.history import Cut
from tracker.domain.self_assessment import CodeLine, Statement, codes_in_force, subject_uid
from tracker.models.audit import AuditEvent
from tracker.models.plans import FactVersion
from tracker.queries.history import ASSESSMENT, institution_names


@dataclass(frozen=True)
class StatementVersion:
    """One version: what was said, when it was written down, and what differs from the one before."""

    uid: str
    statement: Statement
    sequence: int
    recorded_at: datetime
    changed: tuple[str, ...] = ()
    """Names of the fields that differ from the version recorded before it; empty for the first."""
    is_first: bool = False


_COMPARED = ("level", "achievements", "obstacles", "source", "link", "codes", "on")


def subject_of(statement: Statement) -> str:
    """Under which uid the versions of this statement are kept."""
    institution = statement.institution.uid if statement.institution else ""
    return subject_uid(statement.about_uid, statement.assessor, institution)


def last_statement(uid: str, on: date) -> Statement | None:
    """What was recorded last under a uid for a day; None where nothing was."""
    content = db.session.scalar(
        select(FactVersion.content)
        .where(
            FactVersion.subject_kind == ASSESSMENT,
            FactVersion.subject_uid == uid,
            FactVersion.effective_on == on,
        )
        .order_by(FactVersion.recorded_seq.desc())
        .limit(1)
    )
    return None if content is None else decode(Statement, json.loads(content))


def last_change(plan_id: int) -> int:
    """The sequence of what was last written of a plan's assessments, 0 where nothing was."""
    where = FactVersion.plan_id == plan_id, FactVersion.subject_kind == ASSESSMENT
    return db.session.scalar(select(func.max(FactVersion.recorded_seq)).where(*where)) or 0


def statement_versions(
    plan_id: int, cut: Cut, *, commitment_id: int | None = None
) -> tuple[StatementVersion, ...]:
    """All versions that count at a cut, of a plan or of one commitment, in the order of recording."""
    where = [FactVersion.plan_id == plan_id, FactVersion.subject_kind == ASSESSMENT]
    if commitment_id is not None:
        where.append(FactVersion.commitment_id == commitment_id)
    if cut.known_at is not None:
        where.append(FactVersion.recorded_seq <= cut.known_at)
    rows = db.session.execute(
        select(FactVersion.subject_uid, FactVersion.recorded_seq, FactVersion.content, AuditEvent.at)
        .join(AuditEvent, AuditEvent.seq == FactVersion.recorded_seq)
        .where(*where, FactVersion.effective_on <= cut.as_of)
        .order_by(FactVersion.recorded_seq)
    ).all()
    names = institution_names(cut) if rows else {}
    last: dict[str, Statement] = {}
    found = []
    for uid, sequence, content, at in rows:
        said = decode(Statement, json.loads(content))
        if said.institution:
            said = replace(said, institution=names.get(said.institution.uid, said.institution))
        before = last.get(uid)
        changed = () if before is None else _changed(before, said)
        found.append(StatementVersion(uid, said, sequence, at, changed, before is None))
        last[uid] = said
    return tuple(found)


def _changed(before: Statement, after: Statement) -> tuple[str, ...]:
    return tuple(name for name in _COMPARED if getattr(before, name) != getattr(after, name))


def standing(versions: Iterable[StatementVersion]) -> tuple[StatementVersion, ...]:
    """Of each assessor on each thing the version in force: the last by date, then by order of recording."""
    latest: dict[str, StatementVersion] = {}
    for one in versions:
        held = latest.get(one.uid)
        if held is None or _when(one) >= _when(held):
            latest[one.uid] = one
    return tuple(latest.values())


def _when(version: StatementVersion) -> tuple[date, int]:
    return version.statement.on, version.sequence


def irm_codes(versions: Iterable[StatementVersion]) -> Mapping[str, tuple[CodeLine, ...]]:
    """By commitment, each field that the IRM coded, out of its newest report that does.

    Of one report, known by its date, the version that was recorded last holds.
    """
    reports: dict[str, dict[date, Statement]] = defaultdict(dict)
    for one in versions:
        if one.statement.assessor is Assessor.IRM:
            reports[one.statement.about_uid][one.statement.on] = one.statement
    return {uid: codes_in_force(by_date.values()) for uid, by_date in reports.items()}
