"""Evidence: receiving files and links, what they answer, versions of the same evidence (design section 5)."""

from __future__ import annotations

import io
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import BinaryIO, Required, TypedDict, Unpack
from urllib.parse import urlsplit

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from tracker.db import db
from tracker.domain.errors import DomainError, NotFound
from tracker.domain.evidence import Access, EvidenceKind, Reserve, strictest
from tracker.domain.permissions import Actor
from tracker.domain.text import squeeze
from tracker.models.evidence import Evidence, Redaction, StoredFile
from tracker.models.plans import VerificationMeans
from tracker.models.progress import ProgressReport
from tracker.models.types import new_uid
from tracker.services import scanning, storage
from tracker.services.drafts import writable_draft
from tracker.services.evidence_limits import FACTORY_LIMITS, Limits, check_room
from tracker.services.filetypes import PDF, identify
from tracker.services.renditions import needs_password

MAX_URL = 2000
MAX_NAME = 200


@dataclass(frozen=True)
class Upload:
    """A file received, checked and kept, not yet part of any report."""

    sha256: str
    size: int
    media_type: str
    filename: str


class About(TypedDict, total=False):
    """What is said of a file or link; without an access it is that of the means it answers."""

    effective_on: Required[date]
    title: str
    access: Access | None
    description: str
    legal_ground: str
    resolution_number: str
    resolution_authority: str
    resolution_on: date | None
    reserved_until: date | None


def receive(
    stream: BinaryIO, filename: str, *, evidence_url: str, max_bytes: int, clamav_url: str = ""
) -> Upload:
    """Take a file in, outside any transaction: written, hashed, its type told by content, scanned, kept.

    Raises DomainError `file-too-large`, `file-empty`, `file-needs-password`, and what `identify` and `scan`
    raise; what is refused leaves nothing behind.
    """
    name = checked_name(filename)
    received = storage.receive(stream, evidence_url, max_bytes=max_bytes)
    try:
        kind = identify(received.path, name)
        if kind is PDF and needs_password(received.path):
            raise DomainError("file-needs-password", field="files", filename=name)
        scanning.scan(received.path, name, clamav_url)
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
    """The same for bytes that the program made itself."""
    return receive(io.BytesIO(data), filename, evidence_url=evidence_url, max_bytes=max_bytes)


def add_file(
    actor: Actor,
    *,
    report_uid: str,
    upload: Upload,
    means_uids: Collection[str],
    replaces: str | None = None,
    limits: Limits = FACTORY_LIMITS,
    now: datetime,
    **about: Unpack[About],
) -> Evidence:
    """Hand a received file in with a draft, for the means it answers; `replaces` makes it a new version.

    Raises DomainError `evidence-quota-reached`, `evidence-too-many`, `evidence-same-file` and what is wrong
    with what is said of it; NotFound for what it would replace where that is not the same item's.
    """
    report = writable_draft(actor, report_uid)
    if replaces is None and (same := _attached_already(report, upload, means_uids)) is not None:
        if about.get("access") not in {None, same.access}:
            _describe(same, about, now)  # who may see it was said otherwise meanwhile
        return same
    check_room(report, limits, {upload.sha256: upload.size}, replaced=replaces)
    store_once(upload, now)
    item = Evidence(kind=EvidenceKind.FILE, sha256=upload.sha256, filename=upload.filename)
    return _add(actor, report, item, means_uids, replaces, about, now)


def _attached_already(report: ProgressReport, upload: Upload, means_uids: Collection[str]) -> Evidence | None:
    """The same file under the same name for the same means: a form sent twice attaches it once."""
    sent = (upload.sha256, upload.filename, set(means_uids))
    found = (
        one
        for one in report.evidence
        if (one.sha256, one.filename, {means.uid for means in one.means}) == sent
    )
    return next(found, None)


def store_once(upload: Upload, now: datetime) -> None:
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
    replaces: str | None = None,
    limits: Limits = FACTORY_LIMITS,
    now: datetime,
    **about: Unpack[About],
) -> Evidence:
    """Hand a link in with a draft; only http and https, without credentials in the address."""
    report = writable_draft(actor, report_uid)
    address = checked_url(url)
    check_room(report, limits, {}, replaced=replaces)
    item = Evidence(kind=EvidenceKind.LINK, url=address)
    return _add(actor, report, item, means_uids, replaces, about, now)


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


def edit_item(
    actor: Actor,
    *,
    evidence_uid: str,
    means_uids: Collection[str],
    now: datetime,
    **about: Unpack[About],
) -> Evidence:
    """Say otherwise what an item of a draft is; its file or address stays. Raises as `add_file` does."""
    item = _of_draft(actor, evidence_uid)
    item.means = _means(item.report, means_uids)
    _describe(item, about, now)
    if item.access is Access.PUBLIC:
        item.redactions.clear()
    db.session.flush()
    return item


def _add(
    actor: Actor,
    report: ProgressReport,
    item: Evidence,
    means_uids: Collection[str],
    replaces: str | None,
    about: About,
    now: datetime,
) -> Evidence:
    item.means = _means(report, means_uids)
    item.author_uid = actor.uid
    item.created_at = now
    old = _replaced(report, item, replaces) if replaces else None
    _describe(item, about, now)
    report.evidence.append(item)
    db.session.flush()
    if old is not None and old.report_id == report.id:
        _take_out(old, item)
    return item


def _describe(item: Evidence, about: About, now: datetime) -> None:
    """Write down what is said of an item, once it holds together."""
    chosen = about.get("access")
    item.access = Access(chosen) if chosen else strictest(one.access for one in item.means)
    reserve = Reserve(
        number=_plain(squeeze(about.get("resolution_number", ""))),
        authority=_plain(squeeze(about.get("resolution_authority", ""))),
        on=about.get("resolution_on"),
        ground=_plain(about.get("legal_ground", "").strip()),
        until=about.get("reserved_until"),
    )
    if item.access is Access.RESERVED:
        for error in reserve.problems(now.date()):
            raise error
    else:
        reserve = Reserve(ground=reserve.ground)
    item.effective_on = about["effective_on"]
    item.title = _plain(squeeze(about.get("title", ""))) or item.filename or item.url
    item.description = _plain(about.get("description", "").strip())
    item.legal_ground = reserve.ground
    item.resolution_number = reserve.number
    item.resolution_authority = reserve.authority
    item.resolution_on = reserve.on
    item.reserved_until = reserve.until


def _replaced(report: ProgressReport, item: Evidence, replaces: str) -> Evidence:
    """Make an item the next version of another one of the same plan item and institution.

    Versions count what was handed in: a file changed within a draft is still the same version.
    """
    old = db.session.scalar(select(Evidence).where(Evidence.uid == replaces))
    if (
        old is None
        or old.report.node_id != report.node_id
        or old.report.institution_id != report.institution_id
    ):
        raise NotFound("evidence-not-found")
    if item.sha256 is not None and item.sha256 == old.sha256:
        raise DomainError("evidence-same-file", field="files", filename=item.filename)
    last = db.session.scalar(
        select(db.func.max(Evidence.version)).where(
            Evidence.thread_uid == old.thread_uid, Evidence.recorded_seq.is_not(None)
        )
    )
    item.thread_uid, item.version = old.thread_uid, (last or 0) + 1
    item.means = item.means or list(old.means)
    return old


def _take_out(item: Evidence, successor: Evidence | None = None) -> None:
    """Out of its draft, wherever it is named there; a quantity it proved is proved by its successor."""
    report = item.report
    for quantity in report.quantities:
        if quantity.evidence_id == item.id:
            quantity.evidence = successor
    db.session.flush()
    db.session.delete(item)
    db.session.flush()
    db.session.expire(report, ["evidence"])


def _plain(text: str) -> str:
    """Without the one character that no database text may hold."""
    return text.replace("\0", "")


def _means(report: ProgressReport, uids: Collection[str]) -> list[VerificationMeans]:
    """The means named; only those of the report's own item."""
    own = {means.uid: means for means in report.node.means}
    if not set(uids) <= own.keys():
        raise DomainError("means-not-of-item", field="means")
    return [means for uid, means in own.items() if uid in set(uids)]


def copy_of(item: Evidence) -> Evidence:
    """The same evidence in a further version of its report: same bytes, same date, same version of itself."""
    kept = (
        "kind title url sha256 filename description effective_on access legal_ground resolution_number "
        "resolution_authority resolution_on reserved_until thread_uid version author_uid created_at"
    )
    copy = Evidence(
        uid=new_uid(), means=list(item.means), **{name: getattr(item, name) for name in kept.split()}
    )
    if item.redactions:
        last = item.redactions[-1]
        copy.redactions = [
            Redaction(
                sha256=last.sha256,
                filename=last.filename,
                author_uid=last.author_uid,
                created_at=last.created_at,
            )
        ]
    return copy


def remove_item(actor: Actor, *, evidence_uid: str, now: datetime) -> None:
    """Take an item out of a draft; what was handed in stays."""
    item = _of_draft(actor, evidence_uid)
    item.report.updated_at = now
    _take_out(item)


def _of_draft(actor: Actor, evidence_uid: str) -> Evidence:
    """An item of a draft of one of the actor's institutions."""
    item = db.session.scalar(select(Evidence).where(Evidence.uid == evidence_uid))
    if item is None:
        raise NotFound("evidence-not-found")
    writable_draft(actor, item.report.uid)
    return item
