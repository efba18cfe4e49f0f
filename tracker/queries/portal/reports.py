"""Published compiled reports, for the public."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.orm import joinedload, selectinload

from tracker.db import db
from tracker.domain.compilation import CompilationKind, CompilationStatus
from tracker.models.plans import ActionPlan
from tracker.models.reports import CompiledReport
from tracker.queries.portal.listing import Position, Slice, slice_of
from tracker.queries.portal.rows import PUBLISHED

MOST_LISTED = 200


@dataclass(frozen=True)
class ReportFile:
    """One rendering of a published report."""

    format: str
    size: int
    sha256: str


@dataclass(frozen=True)
class ReportRow:
    """A published report with its files; who approved it is an office, not a person."""

    uid: str
    kind: CompilationKind
    plan_number: int
    plan_title: str
    institution: str
    commitment: int | None
    cutoff_on: date
    version: int
    published_at: datetime | None
    sha256: str
    files: tuple[ReportFile, ...]


def reports_about(plan_id: int, commitment: int, institutions: Collection[str]) -> list[ReportRow]:
    """Published reports that tell of a commitment: its own, the whole plan's, and its institutions' ones."""
    return [
        one
        for one in list_reports(CompiledReport.plan_id == plan_id)
        if one.commitment in {None, commitment} and (not one.institution or one.institution in institutions)
    ]


def is_published() -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    """What holds of a report that everybody reads, beside the row of its plan."""
    return CompiledReport.status == CompilationStatus.PUBLISHED, PUBLISHED


def list_reports(*where: ColumnElement[bool]) -> list[ReportRow]:
    """Published reports of published plans, the latest cut-off first; some of them where that is said."""
    reports = db.session.scalars(
        _published(*where)
        .order_by(
            CompiledReport.cutoff_on.desc(), CompiledReport.published_at.desc(), CompiledReport.version.desc()
        )
        .limit(MOST_LISTED)
    )
    return [_row(one) for one in reports]


def slice_reports(
    position: Position, limit: int, *, plan: int | None = None, kind: CompilationKind | None = None
) -> Slice[ReportRow]:
    """Published reports of published plans, the last one made first, from a position on."""
    where: list[ColumnElement[bool]] = [CompiledReport.id < position[0]] if position else []
    if plan is not None:
        where.append(ActionPlan.number == plan)
    if kind is not None:
        where.append(CompiledReport.kind == kind)
    rows = db.session.scalars(_published(*where).order_by(CompiledReport.id.desc()).limit(limit + 1))
    return slice_of((((one.id,), _row(one)) for one in rows), limit)


def _published(*where: ColumnElement[bool]) -> Select[CompiledReport]:
    return (
        select(CompiledReport)
        .join(ActionPlan, ActionPlan.id == CompiledReport.plan_id)
        .where(*is_published(), *where)
        .options(
            selectinload(CompiledReport.files),
            joinedload(CompiledReport.plan),
            joinedload(CompiledReport.institution),
        )
    )


def _row(one: CompiledReport) -> ReportRow:
    return ReportRow(
        uid=one.uid,
        kind=one.kind,
        plan_number=one.plan.number,
        plan_title=one.plan.title,
        institution=one.institution.label if one.institution else "",
        commitment=one.commitment_number,
        cutoff_on=one.cutoff_on,
        version=one.version,
        published_at=one.published_at,
        sha256=one.sha256,
        files=tuple(ReportFile(f.format, f.size, f.sha256) for f in one.files),
    )
