"""Accepted evidence as the public reads it: what may be opened, and of the rest that it exists."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from tracker.db import db
from tracker.domain.evidence import Access, EvidenceKind
from tracker.domain.facts import EvidenceFact
from tracker.models.evidence import Rendition, RenditionKind, StoredFile
from tracker.queries.links import down_since


@dataclass(frozen=True)
class PublicFile:
    """The file that the public downloads where it is not the one handed in: a copy, or a public version."""

    sha256: str
    size: int
    on: date | None = None


@dataclass(frozen=True)
class Beside:
    """What stands beside an item today, and was not handed in: drawn of its file, or known of its link."""

    has_preview: bool = False
    copy: PublicFile | None = None
    down_since: date | None = None


@dataclass(frozen=True)
class PublicEvidence:
    """An accepted item; of a restricted one only that it exists, its date, size, label, hash and reserve."""

    uid: str
    kind: EvidenceKind
    title: str
    url: str
    effective_on: date
    access: Access
    sha256: str
    size: int
    media_type: str
    legal_ground: str
    resolution_number: str = ""
    resolution_authority: str = ""
    resolution_on: date | None = None
    reserved_until: date | None = None
    version: int = 1
    public_version: PublicFile | None = None
    copy: PublicFile | None = None
    """Of a photo: the copy without metadata that the public gets in its place."""
    has_preview: bool = False
    down_since: date | None = None
    """Of a link that nobody finds anything at: since when."""

    @property
    def is_open(self) -> bool:
        """True where anybody may open it."""
        return self.access is Access.PUBLIC


def load_beside(items: Iterable[EvidenceFact]) -> dict[str, Beside]:
    """What has been drawn of the files that the public may open, by hash; links that are down, by address.

    One query where there are files, one where there are links.
    """
    every = list(items)
    opened = [one for one in every if one.access is Access.PUBLIC]
    wanted = {one.sha256 for one in opened if one.sha256}
    wanted |= {one.redaction.sha256 for one in every if one.redaction}
    found: dict[str, Beside] = {}
    drawn = (
        select(Rendition.source_sha256, Rendition.kind, Rendition.sha256, StoredFile.size)
        .join(StoredFile, StoredFile.sha256 == Rendition.sha256)
        .where(Rendition.source_sha256.in_(sorted(wanted)), Rendition.page == 1)
    )
    rows = db.session.execute(drawn).all() if wanted else ()
    for source, kind, sha256, size in rows:
        known = found.get(source, Beside())
        copy = PublicFile(sha256, size) if kind is RenditionKind.PUBLIC_COPY else known.copy
        found[source] = Beside(known.has_preview or kind is RenditionKind.THUMBNAIL, copy)
    down = down_since(one.url for one in opened)
    return found | {url: Beside(down_since=since) for url, since in down.items()}


def public_evidence(item: EvidenceFact, beside: Mapping[str, Beside]) -> PublicEvidence:
    """An accepted item; a restricted one keeps its title, its address and its words to itself."""
    is_open, redaction = item.access is Access.PUBLIC, item.redaction
    opened = (item.sha256 or item.url) if is_open else redaction.sha256 if redaction else ""
    known = beside.get(opened, Beside())
    reserved = item.access is Access.RESERVED
    return PublicEvidence(
        uid=item.uid,
        kind=item.kind,
        title=item.title if is_open else "",
        url=item.url if is_open else "",
        effective_on=item.effective_on,
        access=item.access,
        sha256=item.sha256,
        size=item.size,
        media_type=item.media_type if is_open else "",
        legal_ground=item.legal_ground if reserved else "",
        resolution_number=item.resolution_number if reserved else "",
        resolution_authority=item.resolution_authority if reserved else "",
        resolution_on=item.resolution_on if reserved else None,
        reserved_until=item.reserved_until if reserved else None,
        version=item.version,
        public_version=(
            PublicFile(redaction.sha256, redaction.size, redaction.recorded_at.date())
            if redaction and not is_open
            else None
        ),
        copy=known.copy if is_open else None,
        has_preview=known.has_preview,
        down_since=known.down_since,
    )
