"""Evidence: receiving files and links, what they answer, who may open them (design section 5)."""

from __future__ import annotations

import io
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import BinaryIO
from urllib.parse import urlsplit

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from tracker.db import db
from tracker.domain.errors import Conflict, DomainError, NotFound
from tracker.domain.evidence import Access, EvidenceKind
from tracker.domain.permissions import Actor, Permission, can, require
from tracker.domain.plans import PUBLIC_PLAN_STATUSES
from tracker.domain.text import squeeze
from tracker.domain.workflow import ReportAction, ReportStatus
from tracker.models.evidence import Evidence, StoredFile
from tracker.models.plans import ActionPlan, VerificationMeans
from tracker.models.progress import ProgressReport
from tracker.services import storage
from tracker.services.filetypes import identify

MAX_URL = 2000
MAX_NAME = 200


@dataclass(frozen=True)
class Upload:
    """A file received, checked and kept, not yet part of any report."""

    sha256: str
    size: int
    media_type: str
    filename: str


@dataclass(frozen=True)
class StoredPath:
    """Where to read a file from, and how to hand it out."""

    path: Path
    filename: str
    media_type: str


def receive(stream: BinaryIO, filename: str, *, evidence_url: str, max_bytes: int) -> Upload:
    """Take a file in, outside any transaction: written, hashed, its type told by content, kept.

    Raises DomainError `file-too-large`, `file-empty`, `file-type-not-allowed`, `file-name-lies`,
    `archive-too-large`; what is refused leaves nothing behind.
    """
    name = checked_name(filename)
    received = storage.receive(stream, evidence_url, max_bytes=max_bytes)
    try:
        kind = identify(received.path, name)
        storage.keep(received, evidence_url)
    except BaseException:
        received.path.unlink(missing_ok=True)
        raise
    return Upload(received.sha256, received.size, kind.media_type, name)


def checked_name(filename: str) -> str:
    """The last part of a name as sent, without characters that steer a terminal, a header or its reading."""
    last = filename.replace("\\", "/").rpartition("/")[2]
    shown = "".join(" " if unicodedata.category(one).startswith("C") else one for one in last)
    name = squeeze(shown)
    suffix = Path(name).suffix[:20]
    return name.removesuffix(suffix)[: MAX_NAME - len(suffix)] + suffix if name else "archivo"


def store_bytes(data: bytes, filename: str, *, evidence_url: str, max_bytes: int) -> Upload:
    """The same for bytes already in memory."""
    return receive(io.BytesIO(data), filename, evidence_url=evidence_url, max_bytes=max_bytes)


def add_file(
    actor: Actor,
    *,
    report_uid: str,
    upload: Upload,
    means_uids: Collection[str],
    title: str = "",
    effective_on: date,
    access: Access = Access.PUBLIC,
    description: str = "",
    legal_ground: str = "",
    now: datetime,
) -> Evidence:
    """Hand a received file in with a draft, for the means it answers."""
    report = _draft(actor, report_uid)
    _store_once(upload, now)
    item = Evidence(
        kind=EvidenceKind.FILE,
        title=squeeze(title) or upload.filename,
        sha256=upload.sha256,
        filename=upload.filename,
    )
    return _add(actor, report, item, means_uids, effective_on, access, description, legal_ground, now)


def _store_once(upload: Upload, now: datetime) -> None:
    """The row of those bytes, once: whoever hands the same ones in at the same moment waits, and finds it."""
    insert = postgresql_insert if db.session.get_bind().dialect.name == "postgresql" else sqlite_insert
    row = {"sha256": upload.sha256, "size": upload.size, "media_type": upload.media_type, "created_at": now}
    db.session.execute(insert(StoredFile).values(**row).on_conflict_do_nothing())


def add_link(
    actor: Actor,
    *,
    report_uid: str,
    url: str,
    means_uids: Collection[str],
    title: str = "",
    effective_on: date,
    access: Access = Access.PUBLIC,
    description: str = "",
    legal_ground: str = "",
    now: datetime,
) -> Evidence:
    """Hand a link in with a draft; only http and https, without credentials in the address."""
    report = _draft(actor, report_uid)
    address = checked_url(url)
    item = Evidence(kind=EvidenceKind.LINK, title=squeeze(title) or address, url=address)
    return _add(actor, report, item, means_uids, effective_on, access, description, legal_ground, now)


def checked_url(url: str) -> str:
    """A web address fit to be shown as a link; DomainError `link-not-valid` otherwise."""
    address = url.strip()
    try:
        parts = urlsplit(address)
        host = parts.hostname or ""
    except ValueError as error:
        raise DomainError("link-not-valid", field="links", url=address[:100]) from error
    good = (
        parts.scheme in {"http", "https"} and "." in host and not parts.username and len(address) <= MAX_URL
    )
    if not good or any(character.isspace() for character in address):
        raise DomainError("link-not-valid", field="links", url=address[:100])
    return address


def _add(
    actor: Actor,
    report: ProgressReport,
    item: Evidence,
    means_uids: Collection[str],
    effective_on: date,
    access: Access,
    description: str,
    legal_ground: str,
    now: datetime,
) -> Evidence:
    if access is Access.RESERVED and not legal_ground.strip():
        raise DomainError("legal-ground-required", field="legal_ground")
    item.effective_on = effective_on
    item.access = access
    item.title = _plain(item.title)
    item.description = _plain(description.strip())
    item.legal_ground = _plain(legal_ground.strip())
    item.author_uid = actor.uid
    item.created_at = now
    item.means = _means(report, means_uids)
    report.evidence.append(item)
    db.session.flush()
    return item


def _plain(text: str) -> str:
    """Without the one character that no database text may hold."""
    return text.replace("\0", "")


def _means(report: ProgressReport, uids: Collection[str]) -> list[VerificationMeans]:
    """The means named; only those of the report's own item."""
    own = {means.uid: means for means in report.node.means}
    if not set(uids) <= own.keys():
        raise DomainError("means-not-of-item", field="means")
    return [means for uid, means in own.items() if uid in set(uids)]


def remove_item(actor: Actor, *, evidence_uid: str, now: datetime) -> None:
    """Take an item out of a draft; what was handed in stays."""
    item = db.session.scalar(select(Evidence).where(Evidence.uid == evidence_uid))
    if item is None:
        raise NotFound("evidence-not-found")
    report = _draft(actor, item.report.uid)
    report.updated_at = now
    db.session.delete(item)
    db.session.flush()
    db.session.expire(report, ["evidence"])


def _draft(actor: Actor, report_uid: str) -> ProgressReport:
    """A draft of one of the actor's institutions."""
    report = db.session.scalar(select(ProgressReport).where(ProgressReport.uid == report_uid))
    if report is None or not can(actor, Permission.REPORT_READ_OWN, institution_id=report.institution_id):
        raise NotFound("report-not-found")
    require(actor, Permission.REPORT_SUBMIT, institution_id=report.institution_id)
    if report.status is not ReportStatus.DRAFT:
        raise Conflict("transition-not-possible", status=report.status.value, action="edit")
    return report


def open_evidence(actor: Actor, evidence_uid: str, *, evidence_url: str) -> StoredPath:
    """A file for somebody of the work area: the institution's own people, and those who read all.

    Confidential and reserved items open only to the institution, reviewers and auditors.
    """
    item = _file(evidence_uid)
    own = can(actor, Permission.REPORT_READ_OWN, institution_id=item.report.institution_id)
    if not own:
        named = item.report.institution_id in actor.reviewer_for
        if item.report.status is ReportStatus.DRAFT or not (named or can(actor, Permission.REPORT_READ_ALL)):
            raise NotFound("evidence-not-found")
        if item.access is not Access.PUBLIC and not (named or can(actor, Permission.EVIDENCE_READ_RESERVED)):
            raise NotFound("evidence-not-found")
    return _stored(item, evidence_url)


def open_public(evidence_uid: str, *, evidence_url: str) -> StoredPath:
    """A file for anybody: public, accepted in a validated report, of a plan that is public."""
    item = _file(evidence_uid)
    report = item.report
    plan = db.session.get(ActionPlan, report.node.plan_id)
    decision = next((one for one in reversed(report.actions) if one.action is ReportAction.VALIDATE), None)
    if (
        item.access is not Access.PUBLIC
        or report.status is not ReportStatus.VALIDATED
        or decision is None
        or item.uid not in decision.accepted_evidence
        or plan is None
        or plan.status not in PUBLIC_PLAN_STATUSES
    ):
        raise NotFound("evidence-not-found")
    return _stored(item, evidence_url)


def _file(evidence_uid: str) -> Evidence:
    item = db.session.scalar(select(Evidence).where(Evidence.uid == evidence_uid))
    if item is None or item.kind is not EvidenceKind.FILE:
        raise NotFound("evidence-not-found")
    return item


def _stored(item: Evidence, evidence_url: str) -> StoredPath:
    if item.sha256 is None or item.file is None:
        raise NotFound("evidence-not-found")
    return StoredPath(storage.path_of(evidence_url, item.sha256), item.filename, item.file.media_type)
