"""Pictures of evidence: previews of pages and photos, and the public copy of a photo without its metadata.

They are drawn by a process of their own (`picture_worker`), outside any transaction, and kept as files under
their own hash. A picture that cannot be drawn is simply not there: nothing that was handed in waits for it.
"""

from __future__ import annotations

import json
import logging
import subprocess
import sys
import tempfile
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from threading import BoundedSemaphore
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from tracker.db import db
from tracker.models.evidence import Rendition, RenditionKind, StoredFile
from tracker.services import picture_worker, storage
from tracker.services.filetypes import PDF, PHOTOS

log = logging.getLogger(__name__)

SECONDS = 20
WAIT_SECONDS = 30
MAX_PAGE = 500
MEDIA_TYPES = {".jpg": "image/jpeg", ".png": "image/png", ".webp": "image/webp"}
_WORKER = str(Path(picture_worker.__file__).resolve())
# Two at a time in each process: a page full of thumbnails must not take the machine.
_PLACES = BoundedSemaphore(2)
# What could not be drawn is not tried again by this process; bounded, the oldest forgotten first.
_MOST_FAILED = 2000
_FAILED: dict[tuple[str, str, int], None] = {}


@dataclass(frozen=True)
class Picture:
    """A picture that is kept, and how many pages its source has."""

    sha256: str
    size: int
    media_type: str
    width: int
    height: int
    page: int
    pages: int


@dataclass(frozen=True)
class Drawn:
    """A picture drawn and kept on disk, not yet known to the database."""

    source_sha256: str
    kind: RenditionKind
    page: int
    pages: int
    sha256: str
    size: int
    media_type: str
    width: int
    height: int


def can_be_drawn(media_type: str) -> bool:
    """True for what a picture can be made of: pages and photos."""
    return media_type == PDF.media_type or media_type in PHOTOS


def kinds_of(media_type: str) -> tuple[RenditionKind, ...]:
    """What is drawn of a file when it is handed in; previews come with a thumbnail of the first page."""
    if media_type in PHOTOS:
        return (RenditionKind.PREVIEW, RenditionKind.PUBLIC_COPY)
    return (RenditionKind.PREVIEW,) if can_be_drawn(media_type) else ()


def draw(source_sha256: str, kind: RenditionKind, *, page: int = 1, evidence_url: str) -> Sequence[Drawn]:
    """The pictures of one page (or the public copy of a photo), drawn and kept; none where it cannot be done.

    Not to be called within a transaction: it takes seconds.
    """
    asked = (source_sha256, kind.value, page)
    if asked in _FAILED or not 1 <= page <= MAX_PAGE:
        return ()
    with tempfile.TemporaryDirectory(prefix="cumple-") as folder:
        with _place() as free:
            if not free:
                return ()
            told = _run(kind.value, storage.path_of(evidence_url, source_sha256), Path(folder), page)
        if told is None:
            _remember_failed(asked)
            return ()
        return [
            _kept(one, source_sha256, page, told["pages"], Path(folder), evidence_url) for one in told["made"]
        ]


def needs_password(path: Path) -> bool:
    """True for a PDF that does not open without a password; what cannot be told is let through."""
    if b"/Encrypt" not in path.read_bytes():
        return False
    with tempfile.TemporaryDirectory(prefix="cumple-") as folder, _place() as free:
        done = _start("probe", path, Path(folder), 1) if free else None
        return done is not None and done.returncode == picture_worker.NEEDS_PASSWORD


def _remember_failed(asked: tuple[str, str, int]) -> None:
    while len(_FAILED) >= _MOST_FAILED:
        _FAILED.pop(next(iter(_FAILED)), None)
    _FAILED[asked] = None


@contextmanager
def _place() -> Iterator[bool]:
    """A place among those who draw; False where none comes free in time."""
    free = _PLACES.acquire(timeout=WAIT_SECONDS)
    try:
        yield free
    finally:
        if free:
            _PLACES.release()


def _run(kind: str, source: Path, folder: Path, page: int) -> dict[str, Any] | None:
    done = _start(kind, source, folder, page)
    if done is None or done.returncode != 0:
        log.info("no picture (%s): %s", kind, done.stderr[:200] if done else "in time")
        return None
    told: dict[str, Any] = json.loads(done.stdout)
    return told


def _start(kind: str, source: Path, folder: Path, page: int) -> subprocess.CompletedProcess[str] | None:
    """The worker with nothing of ours in its surroundings, ended when it takes too long."""
    command = [sys.executable, "-I", _WORKER, kind, str(source.resolve()), str(folder), str(page)]
    try:
        return subprocess.run(  # noqa: S603 - our own program, arguments we made, no shell
            command, capture_output=True, text=True, timeout=SECONDS, cwd=folder, env={}, check=False
        )
    except (subprocess.TimeoutExpired, OSError):
        return None


def _kept(
    one: dict[str, Any], source_sha256: str, page: int, pages: int, folder: Path, evidence_url: str
) -> Drawn:
    path = folder / one["name"]
    with path.open("rb") as handle:
        received = storage.receive(handle, evidence_url, max_bytes=picture_worker.FILE_SIZE)
    storage.keep(received, evidence_url)
    return Drawn(
        source_sha256=source_sha256,
        kind=RenditionKind(one["kind"]),
        page=page,
        pages=pages,
        sha256=received.sha256,
        size=received.size,
        media_type=MEDIA_TYPES[path.suffix],
        width=one["width"],
        height=one["height"],
    )


def record_drawn(drawn: Collection[Drawn], *, now: datetime) -> None:
    """Write down pictures that were drawn; the same one drawn twice at the same moment is one."""
    postgresql = db.session.get_bind().dialect.name == "postgresql"
    insert = postgresql_insert if postgresql else sqlite_insert
    for one in drawn:
        file = {"sha256": one.sha256, "size": one.size, "media_type": one.media_type, "created_at": now}
        db.session.execute(insert(StoredFile).values(**file).on_conflict_do_nothing())
        row = {
            name: getattr(one, name)
            for name in ("source_sha256", "kind", "page", "pages", "sha256", "width", "height")
        }
        db.session.execute(insert(Rendition).values(**row, created_at=now).on_conflict_do_nothing())


def find_picture(source_sha256: str, kind: RenditionKind, page: int = 1) -> Picture | None:
    """A picture that is already there."""
    row = db.session.execute(
        select(Rendition, StoredFile)
        .join(StoredFile, StoredFile.sha256 == Rendition.sha256)
        .where(Rendition.source_sha256 == source_sha256, Rendition.kind == kind, Rendition.page == page)
    ).first()
    if row is None:
        return None
    made, file = row
    return Picture(made.sha256, file.size, file.media_type, made.width, made.height, made.page, made.pages)
