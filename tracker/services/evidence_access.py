"""Who may open a file of evidence, or its public version (design sections 4 and 5)."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path, PurePath

from sqlalchemy import select

from tracker.db import db
from tracker.domain.errors import NotFound
from tracker.domain.evidence import Access, EvidenceKind
from tracker.domain.permissions import Actor, Permission, can
from tracker.domain.plans import PUBLIC_PLAN_STATUSES
from tracker.domain.workflow import ReportAction, ReportStatus
from tracker.models.evidence import Evidence, Redaction, RenditionKind
from tracker.models.plans import ActionPlan
from tracker.services import storage
from tracker.services.filetypes import PHOTOS
from tracker.services.renditions import MEDIA_TYPES, find_picture


@dataclass(frozen=True)
class Source:
    """A stored file that somebody may open."""

    sha256: str
    media_type: str
    filename: str

    @property
    def is_photo(self) -> bool:
        """True for what the public gets only as a copy without metadata."""
        return self.media_type in PHOTOS


@dataclass(frozen=True)
class StoredPath:
    """Where to read a file from, and how to hand it out."""

    path: Path
    filename: str
    media_type: str


def own_source(actor: Actor, evidence_uid: str) -> Source:
    """The original, for somebody of the work area: the institution's own people, and those who read all.

    Confidential and reserved items open only to the institution, reviewers and auditors; NotFound otherwise.
    """
    item = _file(evidence_uid)
    own, named = _reads(actor, item)
    if not (own or named or item.access is Access.PUBLIC or can(actor, Permission.EVIDENCE_READ_RESERVED)):
        raise NotFound("evidence-not-found")
    return _original(item)


def own_redaction(actor: Actor, evidence_uid: str) -> Source:
    """The public version, for whoever of the work area may read the report it came with."""
    item = _file(evidence_uid)
    _reads(actor, item)
    return _redacted(item.redactions)


def _reads(actor: Actor, item: Evidence) -> tuple[bool, bool]:
    """Whether the report is the actor's own, and if they were named to review it; else NotFound."""
    institution_id = item.report.institution_id
    own = can(actor, Permission.REPORT_READ_OWN, institution_id=institution_id)
    named = institution_id in actor.reviewer_for
    is_draft = item.report.status is ReportStatus.DRAFT
    if not own and (is_draft or not (named or can(actor, Permission.REPORT_READ_ALL))):
        raise NotFound("evidence-not-found")
    return own, named


def open_evidence(actor: Actor, evidence_uid: str, *, evidence_url: str) -> StoredPath:
    """The original as it was handed in, as `own_source` allows."""
    return stored(own_source(actor, evidence_uid), evidence_url)


def public_source(evidence_uid: str) -> Source:
    """A file for anybody: public, accepted in a validated report, of a plan that is public."""
    item = _accepted(evidence_uid)
    if item.access is not Access.PUBLIC:
        raise NotFound("evidence-not-found")
    return _original(item)


def access_now(evidence_uid: str) -> Access:
    """Who may see an item as it stands at this moment; NotFound where there is no such item."""
    found = db.session.scalar(select(Evidence.access).where(Evidence.uid == evidence_uid))
    if found is None:
        raise NotFound("evidence-not-found")
    return found


def public_redaction(evidence_uid: str, *, known_at: int | None = None) -> Source:
    """The public version of a restricted file that was accepted in a validated report of a public plan.

    Its name is not the uploader's, who may have left in it what the file no longer says. With a known-at,
    NotFound too where the one that counts was recorded after it.
    """
    item = _accepted(evidence_uid)
    recorded = [one for one in item.redactions if one.recorded_seq is not None]
    if known_at is not None and any((one.recorded_seq or 0) > known_at for one in recorded[-1:]):
        raise NotFound("evidence-not-found")
    found = _redacted(recorded)
    return Source(found.sha256, found.media_type, f"version-publica{PurePath(found.filename).suffix.lower()}")


def public_or_redaction(evidence_uid: str) -> Source:
    """What anybody may see a picture of: the public file itself, else its public version."""
    try:
        return public_source(evidence_uid)
    except NotFound:
        return public_redaction(evidence_uid)


def open_public(evidence_uid: str, *, evidence_url: str) -> StoredPath:
    """What anybody may read of a public file: the file, or of a photo its copy without metadata."""
    return public_path(public_source(evidence_uid), evidence_url)


def stored(source: Source, evidence_url: str) -> StoredPath:
    """The bytes as they were handed in."""
    return StoredPath(storage.path_of(evidence_url, source.sha256), source.filename, source.media_type)


def public_path(source: Source, evidence_url: str) -> StoredPath:
    """The bytes for the public; NotFound `copy-not-made` for a photo of which no copy could be made."""
    if not source.is_photo:
        return stored(source, evidence_url)
    copy = find_picture(source.sha256, RenditionKind.PUBLIC_COPY)
    if copy is None:
        raise NotFound("copy-not-made")
    suffix = next(one for one, media_type in MEDIA_TYPES.items() if media_type == copy.media_type)
    name = f"{PurePath(source.filename).stem}{suffix}"
    return StoredPath(storage.path_of(evidence_url, copy.sha256), name, copy.media_type)


def _accepted(evidence_uid: str) -> Evidence:
    item = _file(evidence_uid)
    report = item.report
    plan = db.session.get(ActionPlan, report.node.plan_id)
    decision = next((one for one in reversed(report.actions) if one.action is ReportAction.VALIDATE), None)
    if (
        report.status is not ReportStatus.VALIDATED
        or decision is None
        or item.uid not in decision.accepted_evidence
        or plan is None
        or plan.status not in PUBLIC_PLAN_STATUSES
    ):
        raise NotFound("evidence-not-found")
    return item


def _file(evidence_uid: str) -> Evidence:
    item = db.session.scalar(select(Evidence).where(Evidence.uid == evidence_uid))
    if item is None or item.kind is not EvidenceKind.FILE:
        raise NotFound("evidence-not-found")
    return item


def _original(item: Evidence) -> Source:
    if item.sha256 is None or item.file is None:
        raise NotFound("evidence-not-found")
    return Source(item.sha256, item.file.media_type, item.filename)


def _redacted(redactions: list[Redaction]) -> Source:
    if not redactions:
        raise NotFound("evidence-not-found")
    last = redactions[-1]
    return Source(last.sha256, last.file.media_type, last.filename)
