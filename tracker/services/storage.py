"""Bytes of evidence on disk, under their SHA-256, outside the web root (design section 12: files)."""

from __future__ import annotations

import fcntl
import hashlib
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from tracker.domain.errors import DomainError, NotFound

CHUNK = 1024 * 1024


@dataclass(frozen=True)
class Received:
    """Bytes written to a temporary file beside their final place."""

    path: Path
    sha256: str
    size: int


def folder_of(evidence_url: str) -> Path:
    """The folder of a file:// address; ValueError for any other kind of store."""
    if not evidence_url.startswith("file://"):
        raise ValueError(f"evidence store not supported: {evidence_url.partition(':')[0]}")
    return Path(evidence_url.removeprefix("file://"))


def path_of(evidence_url: str, sha256: str) -> Path:
    """Where the bytes of a hash are kept."""
    if len(sha256) != 64 or not set(sha256) <= set("0123456789abcdef"):
        raise NotFound("file-not-found")
    return folder_of(evidence_url) / sha256[:2] / sha256


def receive(stream: BinaryIO, evidence_url: str, *, max_bytes: int) -> Received:
    """Write a stream to a temporary file, hashing as it goes; DomainError beyond the limit or when empty."""
    folder = folder_of(evidence_url) / "incoming"
    folder.mkdir(parents=True, exist_ok=True)
    digest, size = hashlib.sha256(), 0
    handle, name = tempfile.mkstemp(dir=folder, suffix=".tmp")
    path = Path(name)
    try:
        with os.fdopen(handle, "wb") as target:
            while chunk := stream.read(CHUNK):
                size += len(chunk)
                if size > max_bytes:
                    raise DomainError("file-too-large", field="files", megabytes=max_bytes // CHUNK)
                digest.update(chunk)
                target.write(chunk)
            target.flush()
            os.fsync(target.fileno())
        if size == 0:
            raise DomainError("file-empty", field="files")
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    return Received(path, digest.hexdigest(), size)


def keep(received: Received, evidence_url: str) -> Path:
    """Move received bytes to their place, before the commit that names them; the same bytes are kept once."""
    target = path_of(evidence_url, received.sha256)
    target.parent.mkdir(parents=True, exist_ok=True)
    with locked(target, compulsory=False):
        if target.exists():
            received.path.unlink(missing_ok=True)
            os.utime(target)
        else:
            received.path.chmod(0o440)
            received.path.replace(target)
    for folder in (target.parent, target.parent.parent):
        _sync_folder(folder)
    return target


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def locked(path: Path, *, compulsory: bool = True) -> Iterator[None]:
    """One at a time for a hash, among all processes: who keeps it makes it young before the sweep looks.

    A disk that knows no locks raises OSError: there nothing is swept, while what is handed in is kept all the
    same (`compulsory=False`).
    """
    handle = os.open(path.parent, os.O_RDONLY)
    try:
        with suppress(*(() if compulsory else (OSError,))):
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def list_kept(evidence_url: str) -> Iterator[tuple[str, Path]]:
    """Every file in its place, with the hash that it is kept under."""
    for path in sorted(folder_of(evidence_url).glob("[0-9a-f][0-9a-f]/*")):
        with suppress(NotFound):
            if path_of(evidence_url, path.name) == path:
                yield path.name, path


def list_unfinished(evidence_url: str) -> Iterator[Path]:
    """What was being received, or waits to be confirmed."""
    yield from (one for one in sorted((folder_of(evidence_url) / "incoming").rglob("*")) if one.is_file())


def is_older(path: Path, before: float) -> bool:
    """True where a file was last written, or handed in again, before an instant; one that is gone is not."""
    try:
        return path.stat().st_mtime < before
    except FileNotFoundError:
        return False


def hash_of(path: Path) -> str:
    """The SHA-256 of a stored file, read in pieces."""
    with path.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()
