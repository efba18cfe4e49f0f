"""Compiled reports: who may see which, what waits to be compiled, where their files are."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from sqlalchemy import ColumnElement, Select, false, func, or_, select, true
from sqlalchemy.orm import joinedload, selectinload

from tracker.db import db
from tracker.domain.compilation import CompilationKind, CompilationStatus
from tracker.domain.errors import NotFound
from tracker.domain.facts import InstitutionRef
from tracker.domain.history import Cut, latest
from tracker.domain.permissions import AccountRole, Actor, Permission, can
from tracker.domain.plans import PUBLIC_PLAN_STATUSES
from tracker.domain.report_document import ReportDocument
from tracker.domain.reports import document_from
from tracker.domain.snapshots import institution_from
from tracker.models.accounts import Institution
from tracker.models.plans import ActionPlan, FactVersion, PlanNode
from tracker.models.reports import CompiledFile, CompiledReport
from tracker.queries.history import INSTITUTION
from tracker.queries.report_consultations import ConsultationPage, get_consultations, participates

PAGE = 50
# Items of a plan whose report takes a few seconds.
SMALL = 1500
WAITING = (CompilationStatus.REQUESTED, CompilationStatus.COMPILING)
FROZEN = (CompilationStatus.READY, CompilationStatus.APPROVED, CompilationStatus.PUBLISHED)


@dataclass(frozen=True)
class FileRow:
    """One rendering of a compiled report."""

    format: str
    size: int
    sha256: str
    filename: str


@dataclass(frozen=True)
class CompilationRow:
    """A request and where it stands."""

    uid: str
    kind: CompilationKind
    plan_number: int
    plan_title: str
    institution: str
    commitment_number: int | None
    cutoff_on: date
    known_at: int | None
    version: int
    status: CompilationStatus
    failure: str
    sha256: str
    requested_at: datetime
    compiled_at: datetime | None
    approved_label: str
    approved_at: datetime | None
    published_at: datetime | None
    files: tuple[FileRow, ...]


@dataclass(frozen=True)
class CompilationPage:
    """One report with its frozen document and what the actor may do with it."""

    row: CompilationRow
    document: ReportDocument | None
    may_compile: bool
    may_approve: bool
    may_publish: bool
    is_small: bool
    """True where it may be compiled while somebody waits."""
    consultation: ConsultationPage


@dataclass(frozen=True)
class CompilationList:
    """A page of requests, newest first."""

    rows: tuple[CompilationRow, ...]
    page: int
    pages: int


@dataclass(frozen=True)
class StoredReport:
    """Where a rendering is kept, and how it is named for the reader."""

    path: Path
    filename: str
    format: str


def visible_to(actor: Actor) -> ColumnElement[bool]:
    """All reports for those who read everything; else one's own, the published and the consulted ones."""
    if actor.is_system or can(actor, Permission.REPORT_READ_ALL):
        return true()
    if can(actor, Permission.REPORT_READ_OWN):
        own = CompiledReport.institution_id.in_(sorted(actor.institution_ids))
        return or_(own, CompiledReport.status == CompilationStatus.PUBLISHED, participates(actor))
    return false()


def compilation_rows() -> Select[CompiledReport]:
    """Compiled reports with what a row of a list shows, in a constant number of queries."""
    return select(CompiledReport).options(
        joinedload(CompiledReport.plan),
        joinedload(CompiledReport.institution),
        selectinload(CompiledReport.files),
    )


def list_compilations(actor: Actor, page: int = 1) -> CompilationList:
    """The requests that the actor may see, newest first, in a constant number of queries."""
    where = visible_to(actor)
    total = db.session.scalar(select(func.count()).select_from(CompiledReport).where(where)) or 0
    pages = max(1, -(-total // PAGE))
    page = min(max(page, 1), pages)
    found = db.session.scalars(
        compilation_rows()
        .where(where)
        .order_by(CompiledReport.id.desc())
        .limit(PAGE)
        .offset((page - 1) * PAGE)
    )
    return CompilationList(tuple(compilation_row(one) for one in found), page, pages)


def get_compilation(actor: Actor, uid: str, now: datetime) -> CompilationPage:
    """One report; NotFound also where the actor may not know of it."""
    report = visible_compilation(actor, uid)
    return CompilationPage(
        row=compilation_row(report),
        document=document_from(json.loads(report.document)) if report.document else None,
        may_compile=report.status in {*WAITING, CompilationStatus.FAILED}
        and can(actor, Permission.COMPILATION_REQUEST),
        may_approve=report.status is CompilationStatus.READY and may_approve(actor, report.institution_id),
        may_publish=report.status is CompilationStatus.APPROVED
        and can(actor, Permission.COMPILATION_PUBLISH),
        is_small=_count_items(report.plan_id) <= SMALL,
        consultation=get_consultations(actor, report, now),
    )


def _count_items(plan_id: int) -> int:
    return db.session.scalar(select(func.count()).where(PlanNode.plan_id == plan_id)) or 0


def may_approve(actor: Actor, institution_id: int | None) -> bool:
    """The contact point approves any report; an institution's head signs its own (design section 4)."""
    if can(actor, Permission.COMPILATION_PUBLISH):
        return True
    return actor.role is AccountRole.INSTITUTION_HEAD and institution_id in actor.institution_ids


def visible_compilation(actor: Actor, uid: str) -> CompiledReport:
    """One report that the actor may see; NotFound otherwise."""
    report = db.session.scalar(compilation_rows().where(CompiledReport.uid == uid, visible_to(actor)))
    if report is None:
        raise NotFound("compilation-not-found")
    return report


def compilation_row(report: CompiledReport) -> CompilationRow:
    """A report as a list shows it."""
    return CompilationRow(
        uid=report.uid,
        kind=report.kind,
        plan_number=report.plan.number,
        plan_title=report.plan.title,
        institution=report.institution.label if report.institution else "",
        commitment_number=report.commitment_number,
        cutoff_on=report.cutoff_on,
        known_at=report.known_at,
        version=report.version,
        status=report.status,
        failure=report.failure,
        sha256=report.sha256,
        requested_at=report.requested_at,
        compiled_at=report.compiled_at,
        approved_label=report.approved_label,
        approved_at=report.approved_at,
        published_at=report.published_at,
        files=tuple(FileRow(one.format, one.size, one.sha256, one.filename) for one in report.files),
    )


def list_waiting() -> tuple[str, ...]:
    """What is asked for and not yet done, oldest first; what a crash left half done is taken up again."""
    return tuple(
        db.session.scalars(
            select(CompiledReport.uid).where(CompiledReport.status.in_(WAITING)).order_by(CompiledReport.id)
        )
    )


def get_file(actor: Actor, uid: str, format_name: str, folder: Path) -> StoredReport:
    """A rendering of a report that the actor may see."""
    return _stored(visible_compilation(actor, uid), format_name, folder)


def public_file(uid: str, format_name: str, folder: Path) -> StoredReport:
    """A rendering of a published report of a public plan, for anybody; NotFound otherwise."""
    report = db.session.scalar(
        compilation_rows()
        .join(ActionPlan, ActionPlan.id == CompiledReport.plan_id)
        .where(
            CompiledReport.uid == uid,
            CompiledReport.status == CompilationStatus.PUBLISHED,
            ActionPlan.status.in_(sorted(PUBLIC_PLAN_STATUSES)),
        )
    )
    if report is None:
        raise NotFound("compilation-not-found")
    return _stored(report, format_name, folder)


def _stored(report: CompiledReport, format_name: str, folder: Path) -> StoredReport:
    found: CompiledFile | None = next((one for one in report.files if one.format == format_name), None)
    if found is None or report.status not in FROZEN:
        raise NotFound("compilation-not-found")
    return StoredReport(folder / found.sha256[:2] / found.sha256, found.filename, found.format)


def list_own_institutions(actor: Actor) -> Sequence[tuple[str, str]]:
    """The institutions on which the actor may ask for a report, as (uid, label)."""
    statement = select(Institution).order_by(Institution.acronym == "", Institution.acronym, Institution.name)
    if not can(actor, Permission.COMPILATION_PUBLISH):
        statement = statement.where(Institution.id.in_(sorted(actor.institution_ids)))
    return [
        (one.uid, f"{one.acronym} · {one.name}" if one.acronym else one.name)
        for one in db.session.scalars(statement)
    ]


def get_institution_uid(text: str) -> str:
    """The uid of an institution by its acronym, whatever its case, or by its whole name."""
    wanted = text.strip().lower()
    for column in (Institution.acronym, Institution.name):
        found = db.session.scalar(select(Institution.uid).where(func.lower(column) == wanted))
        if wanted and found is not None:
            return found
    raise NotFound("named-institution-unknown", institution=text)


def institution_at(uid: str, cut: Cut) -> InstitutionRef:
    """An institution as it was named at a cut."""
    versions = db.session.scalars(
        select(FactVersion).where(FactVersion.subject_kind == INSTITUTION, FactVersion.subject_uid == uid)
    ).all()
    found = latest(versions, cut, effective=lambda v: v.effective_on, sequence=lambda v: v.recorded_seq)
    if found is None:
        raise NotFound("named-institution-unknown", institution=uid)
    return institution_from(json.loads(found.content))
