"""Compiled reports against the chain: what was asked for, frozen, approved and published, and its files."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from sqlalchemy import select

from tracker.db import db
from tracker.domain.compilation import CompilationStatus
from tracker.models.reports import CompiledFile, CompiledReport
from tracker.queries.reports import compilation_rows
from tracker.services import storage
from tracker.services.audit import EventTag
from tracker.services.ledger import Ledger, Mismatch, Recorded, against_events, differing

APPROVED = frozenset({CompilationStatus.APPROVED, CompilationStatus.PUBLISHED})
PUBLISHED = frozenset({CompilationStatus.PUBLISHED})


def compiled_files(reports_folder: str) -> Iterator[Mismatch]:
    """The bytes of each rendering against its hash and size."""
    url = f"file://{reports_folder}"
    for file in db.session.scalars(select(CompiledFile).order_by(CompiledFile.id)):
        path = storage.path_of(url, file.sha256)
        yield from stored_bytes("compiled-file", path, file.sha256, file.size, file.filename)


def stored_bytes(kind: str, path: Path, sha256: str, size: int, name: str) -> Iterator[Mismatch]:
    """A file that is not there, or is not what its row says."""
    if not path.is_file():
        yield Mismatch(f"{kind}-missing", sha256, name)
    elif path.stat().st_size != size or storage.hash_of(path) != sha256:
        yield Mismatch(f"{kind}-changed", sha256, name)


def compilations(ledger: Ledger) -> Iterator[Mismatch]:
    """Each compiled report: its request, its frozen document, its approval and its publication."""
    rows = db.session.scalars(compilation_rows().order_by(CompiledReport.id)).all()
    yield from against_events(
        ledger,
        "compilation",
        {EventTag.COMPILATION_FROZEN},
        [row for row in rows if row.recorded_seq is not None],
        subject=lambda row: row.uid,
        content=_frozen,
        more=_unlike_hash,
    )
    asked = _by_subject(ledger, EventTag.COMPILATION_REQUESTED)
    approved = _by_subject(ledger, EventTag.COMPILATION_APPROVED)
    published = _by_subject(ledger, EventTag.COMPILATION_PUBLISHED)
    for row in rows:
        request = asked.pop(row.uid, None)
        if request is None:
            yield Mismatch("compilation-unrecorded", row.uid)
            continue
        changed = [
            *differing(request.payload, _asked(row)),
            *_unlike_request(row, request),
            *_unlike_step(row, approved.get(row.uid), APPROVED, "approved_at"),
            *_unlike_step(row, published.get(row.uid), PUBLISHED, "published_at"),
            *_unlike_approver(row, approved.get(row.uid)),
        ]
        if changed:
            yield Mismatch("compilation-changed", row.uid, ", ".join(changed))
    for uid in sorted(asked):
        yield Mismatch("compilation-missing", uid)


def _by_subject(ledger: Ledger, tag: EventTag) -> dict[str, Recorded]:
    return {one.subject_uid: one for one in ledger.of({tag}).values()}


def _frozen(row: CompiledReport) -> dict[str, Any]:
    return {
        "sha256": row.sha256,
        "version": row.version,
        "files": {file.format: file.sha256 for file in row.files},
    }


def _unlike_hash(row: CompiledReport, event: Recorded) -> Iterable[str]:
    if row.compiled_at != event.at:
        yield "compiled_at"
    if hashlib.sha256(row.document.encode()).hexdigest() != row.sha256:
        yield "document"
    db.session.expire(row, ["document"])  # read one by one: together they would fill the memory


def _asked(row: CompiledReport) -> dict[str, Any]:
    """What the request says, told again out of the row's own columns."""
    institution = row.institution.uid if row.institution else None
    parts = (row.plan.number, row.kind, institution, row.commitment_number, row.cutoff_on)
    series = "/".join("" if part is None else str(part) for part in parts)
    return {"series": series, "version": row.version, "known_at": row.known_at}


def _unlike_request(row: CompiledReport, event: Recorded) -> Iterable[str]:
    if row.requested_at != event.at:
        yield "requested_at"
    if row.requested_by_uid != event.actor_uid:
        yield "requested_by_uid"


def _unlike_step(
    row: CompiledReport, event: Recorded | None, statuses: frozenset[CompilationStatus], instant: str
) -> Iterable[str]:
    """A status that no event tells of, or another instant than the event's."""
    if (row.status in statuses) != (event is not None):
        yield "status"
    elif getattr(row, instant) != (event.at if event else None):
        yield instant


def _unlike_approver(row: CompiledReport, event: Recorded | None) -> Iterable[str]:
    if event is None:
        return
    if row.approved_by_uid != event.actor_uid:
        yield "approved_by_uid"
    if event.payload is not None and row.approved_label != event.payload.get("signed"):
        yield "approved_label"
