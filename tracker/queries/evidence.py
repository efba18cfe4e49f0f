"""One item of evidence on its own page: what it is, its versions, its public version, what may be done."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Text, cast, select
from sqlalchemy.orm import joinedload, selectinload

from tracker.db import db
from tracker.domain.errors import NotFound
from tracker.domain.evidence import Access, EvidenceKind
from tracker.domain.permissions import Actor, Permission, can
from tracker.domain.workflow import ReportAction, ReportStatus
from tracker.models.evidence import Evidence, Redaction, Rendition, RenditionKind, StoredFile
from tracker.models.plans import ActionPlan, PlanNode
from tracker.models.progress import ProgressReport, ReportEvent
from tracker.queries.progress_reports import (
    EvidenceRow,
    PublicVersionRow,
    evidence_row,
    may_open,
    public_version,
)


def was_accepted() -> ColumnElement[bool]:
    """True of an item of evidence beside an event that accepted it."""
    return cast(ReportEvent.accepted_evidence, Text).contains('"' + Evidence.uid + '"')


@dataclass(frozen=True)
class MeansChoice:
    """A means of the item that evidence may answer."""

    uid: str
    text: str


@dataclass(frozen=True)
class CopyRow:
    """The copy of a photo that the public gets, without its metadata."""

    sha256: str
    size: int


@dataclass(frozen=True)
class VersionRow:
    """One version of the same evidence, and the report it was handed in with."""

    uid: str
    version: int
    created_at: datetime
    sha256: str
    report_version: int
    report_status: ReportStatus
    is_this: bool


@dataclass(frozen=True)
class EvidencePage:
    """Everything the page of an item of evidence shows."""

    item: EvidenceRow
    media_type: str
    created_at: datetime
    pages: int
    """How many pages its preview has; 0 where there is none."""
    public_pages: int
    copy: CopyRow | None
    report_uid: str
    report_status: ReportStatus
    report_version: int
    institution: str
    institution_uid: str
    node_uid: str
    node_label: str
    node_title: str
    plan_number: int
    means: tuple[MeansChoice, ...]
    public_versions: tuple[PublicVersionRow, ...]
    versions: tuple[VersionRow, ...]
    may_edit: bool
    may_redact: bool

    @property
    def is_draft(self) -> bool:
        """True while its report was not handed in."""
        return self.report_status is ReportStatus.DRAFT


def get_evidence(actor: Actor, uid: str) -> EvidencePage:
    """An item for its institution's people and for those who read all; NotFound otherwise, and of drafts."""
    item = _item(uid)
    if item is None or not _reads(actor, item.report):
        raise NotFound("evidence-not-found")
    report, node = item.report, item.report.node
    plan = db.session.get_one(ActionPlan, node.plan_id)
    edits = can(actor, Permission.REPORT_SUBMIT, institution_id=report.institution_id)
    is_draft = report.status is ReportStatus.DRAFT
    return EvidencePage(
        item=evidence_row(item, report, _accepted(report), actor),
        media_type=item.file.media_type if item.file else "",
        created_at=item.created_at,
        pages=_pages(item.file.first_pictures) if item.file else 0,
        public_pages=_public_pages(item),
        copy=_copy(item.sha256),
        report_uid=report.uid,
        report_status=report.status,
        report_version=report.version,
        institution=report.institution.label,
        institution_uid=report.institution.uid,
        node_uid=node.uid,
        node_label=node.label,
        node_title=node.title,
        plan_number=plan.number,
        means=tuple(MeansChoice(one.uid, one.text) for one in node.means),
        public_versions=tuple(public_version(one) for one in reversed(item.redactions)),
        versions=_versions(actor, item),
        may_edit=is_draft and edits,
        may_redact=_may_redact(actor, item, edits=edits, is_draft=is_draft),
    )


def _item(uid: str) -> Evidence | None:
    return db.session.scalar(
        select(Evidence)
        .where(Evidence.uid == uid)
        .options(
            joinedload(Evidence.link_check),
            joinedload(Evidence.file).selectinload(StoredFile.first_pictures),
            selectinload(Evidence.redactions)
            .joinedload(Redaction.file)
            .selectinload(StoredFile.first_pictures),
            joinedload(Evidence.report).joinedload(ProgressReport.institution),
            joinedload(Evidence.report).joinedload(ProgressReport.node).selectinload(PlanNode.means),
            joinedload(Evidence.report).selectinload(ProgressReport.actions),
        )
    )


def _reads(actor: Actor, report: ProgressReport) -> bool:
    if can(actor, Permission.REPORT_READ_OWN, institution_id=report.institution_id):
        return True
    return report.status is not ReportStatus.DRAFT and can(actor, Permission.REPORT_READ_ALL)


def _may_redact(actor: Actor, item: Evidence, *, edits: bool, is_draft: bool) -> bool:
    if item.kind is not EvidenceKind.FILE or item.access is Access.PUBLIC:
        return False
    return edits or (not is_draft and can(actor, Permission.REPORT_ON_BEHALF))


def _accepted(report: ProgressReport) -> set[str] | None:
    if report.status is not ReportStatus.VALIDATED:
        return None
    decisions = [one for one in report.actions if one.action is ReportAction.VALIDATE]
    return set(decisions[-1].accepted_evidence) if decisions else set()


def _pages(pictures: list[Rendition]) -> int:
    return next((one.pages for one in pictures if one.kind is RenditionKind.PREVIEW), 0)


def _public_pages(item: Evidence) -> int:
    return _pages(item.redactions[-1].file.first_pictures) if item.redactions else 0


def _copy(sha256: str | None) -> CopyRow | None:
    row = db.session.execute(
        select(StoredFile.sha256, StoredFile.size)
        .join(Rendition, Rendition.sha256 == StoredFile.sha256)
        .where(Rendition.source_sha256 == sha256, Rendition.kind == RenditionKind.PUBLIC_COPY)
    ).first()
    return CopyRow(*row) if row else None


def _versions(actor: Actor, item: Evidence) -> tuple[VersionRow, ...]:
    """The other times that the same evidence was handed in, newest first; drafts only to their own."""
    rows = db.session.scalars(
        select(Evidence)
        .where(Evidence.thread_uid == item.thread_uid)
        .options(joinedload(Evidence.report))
        .order_by(Evidence.id.desc())
    )
    return tuple(
        VersionRow(
            uid=one.uid,
            version=one.version,
            created_at=one.created_at,
            sha256=one.sha256 or "",
            report_version=one.report.version,
            report_status=one.report.status,
            is_this=one.id == item.id,
        )
        for one in rows
        if _reads(actor, one.report) and may_open(actor, one.access, one.report.institution_id)
    )
