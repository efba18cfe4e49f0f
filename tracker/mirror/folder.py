"""The folder of a copy: made whole beside the one before, and put in its place in one step."""

from __future__ import annotations

import ctypes
import errno
import fcntl
import json
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from hashlib import file_digest
from pathlib import Path
from typing import Any

from tracker.domain.errors import Conflict, DomainError

MANIFEST = "cumple-mirror.json"
FORMAT = "cumple-mirror/1"
_EXCHANGE = 2
_HERE = -100


@contextmanager
def making(out: Path) -> Iterator[Path]:
    """A new folder to write a copy into; at the end it stands at `out`, and what stood there is gone.

    On any error, or a kill, what stood there stays. Raises DomainError `mirror-path-not-folder`, or
    `mirror-folder-taken` for a folder that holds anything but a copy of ours, and Conflict
    `mirror-being-made` while somebody else makes it.
    """
    out = out.resolve()
    check(out)
    out.parent.mkdir(parents=True, exist_ok=True)
    beside = out.parent / f".{out.name}.partial"
    with _only_one(out.parent):
        try:
            if beside.exists():
                # Of an export that was killed.
                shutil.rmtree(beside)
            beside.mkdir()
            yield beside
            check(out)
            _put(beside, out)
        finally:
            shutil.rmtree(beside, ignore_errors=True)


def check(out: Path) -> None:
    """DomainError where a copy may not be put: over something else, or over files that it does not know."""
    if not out.exists():
        return
    if not out.is_dir():
        raise DomainError("mirror-path-not-folder", path=str(out))
    here = {path.relative_to(out).as_posix() for path in out.rglob("*") if not path.is_dir()}
    if not here:
        return
    known = _known(out)
    strangers = sorted(here - known - {MANIFEST})
    if not known or strangers:
        raise DomainError("mirror-folder-taken", path=str(out), file=(strangers or sorted(here))[0])


def _known(out: Path) -> set[str]:
    """The files that the manifest of a copy names; none where there is no manifest of ours."""
    try:
        told = json.loads((out / MANIFEST).read_text("utf-8"))
        return {str(one["path"]) for one in told["files"]} if told["format"] == FORMAT else set()
    except (OSError, ValueError, LookupError, TypeError):
        return set()


def write_manifest(folder: Path, told: Mapping[str, Any]) -> dict[str, Any]:
    """Put every file on the disk and write what the copy is of, with each file's size and SHA-256."""
    files = []
    for path in sorted(one for one in folder.rglob("*") if one.is_file()):
        with path.open("rb") as handle:
            os.fsync(handle.fileno())
            digest = file_digest(handle, "sha256").hexdigest()
            size = handle.tell()
        files.append({"path": path.relative_to(folder).as_posix(), "bytes": size, "sha256": digest})
    manifest = {"format": FORMAT, **told, "files": files}
    with (folder / MANIFEST).open("w", encoding="utf-8") as handle:
        json.dump(manifest, handle, ensure_ascii=False, indent=1)
        handle.write("\n")
        handle.flush()
        os.fsync(handle.fileno())
    return manifest


@contextmanager
def _only_one(parent: Path) -> Iterator[None]:
    """Nobody else makes a copy there meanwhile; the lock ends with the process."""
    lock = os.open(parent, os.O_RDONLY)
    try:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise Conflict("mirror-being-made") from error
        yield
    finally:
        os.close(lock)


def _put(beside: Path, out: Path) -> None:
    """Put the new folder in the place of the old one, which then stands where the new one was."""
    if not out.exists():
        beside.rename(out)
        return
    if not _exchanged(beside, out):
        # A file system without it: for a moment there is none.
        aside = out.parent / f".{out.name}.before"
        if aside.exists():
            shutil.rmtree(aside)
        out.rename(aside)
        try:
            beside.rename(out)
        except OSError:
            aside.rename(out)
            raise
        shutil.rmtree(aside, ignore_errors=True)
    _synced(out.parent)


def _exchanged(beside: Path, out: Path) -> bool:
    """Exchange two folders in one step (Linux); False where the system cannot."""
    rename = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)
    if rename is None:
        return False
    if rename(_HERE, os.fsencode(beside), _HERE, os.fsencode(out), _EXCHANGE) == 0:
        return True
    number = ctypes.get_errno()
    if number in {errno.EINVAL, errno.ENOSYS, errno.ENOTSUP}:
        return False
    raise OSError(number, os.strerror(number), str(out))


def _synced(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    with suppress(OSError):
        os.fsync(handle)
    os.close(handle)
