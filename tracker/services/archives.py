"""What an archive holds, told without unpacking it to disk: bombs, macros, programs, archives in archives."""

from __future__ import annotations

import io
import re
import stat
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import IO

from tracker.domain.errors import DomainError

CHUNK = 1024 * 1024
MAX_UNPACKED = 500 * 1024 * 1024
MAX_RATIO = 200
MAX_MEMBERS = 10_000
# An annex of Word files with a spreadsheet inside each is usual; anything deeper hides something.
MAX_DEPTH = 3
# An archive inside another is read in memory, so it must be small.
MAX_INNER = 64 * 1024 * 1024

ARCHIVE = b"PK\x03\x04"
_STARTS = re.compile(
    r"\.(apk|app|bat|cmd|com|cpl|dll|exe|hta|htm|html|jar|js|jse|lnk|mjs|msi|msp|php|pif|ps1|reg|scr|sh|svg"
    r"|url|vb|vbe|vbs|wsf|wsh|xhtml)$",
    re.IGNORECASE,
)
_PROGRAMS = (b"MZ", b"\x7fELF", b"\xca\xfe\xba\xbe", b"\xcf\xfa\xed\xfe", b"#!")
# Compressed in a way that is not looked into here; office documents keep drawings so.
_CLOSED = (b"Rar!\x1a\x07", b"7z\xbc\xaf\x27\x1c", b"\x1f\x8b", b"BZh", b"\xfd7zXZ\x00", b"MSCF")
_MACROS = re.compile(r"(^|/)vbaproject\.bin$", re.IGNORECASE)
_OFFICE_MACROS = re.compile(r"^(xl/macrosheets/|Basic/.|Scripts/.)", re.IGNORECASE)
_XML = re.compile(r"\.(xml|rels|vml|rdf)$", re.IGNORECASE)
# A document that declares entities can be made to grow without end by whoever opens it.
_ENTITIES = tuple("<!ENTITY".encode(code) for code in ("utf-8", "utf-16-le", "utf-16-be"))
OFFICE = ("word/document.xml", "xl/workbook.xml", "ppt/presentation.xml", "mimetype")


@dataclass
class _Budget:
    """What may still be unpacked, over an archive and everything inside it."""

    unpacked: int = field(default_factory=lambda: MAX_UNPACKED)
    members: int = field(default_factory=lambda: MAX_MEMBERS)


@dataclass(frozen=True)
class Contents:
    """What an archive says of itself once it was looked through."""

    names: frozenset[str]
    mimetype: str


def look_inside(path: Path, filename: str) -> Contents:
    """The names in an archive, every byte of it read through and nothing written.

    Raises DomainError `archive-too-large`, `archive-too-deep`, `archive-not-safe`, `archive-holds-program`,
    `file-has-macros`, `file-damaged` (truncated, encrypted, or of other content than its own sums say).
    """
    try:
        with path.open("rb") as handle:
            return _look(handle, filename, _Budget(), depth=1)
    except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, NotImplementedError) as error:
        raise DomainError("file-damaged", field="files", filename=filename) from error


def _look(handle: IO[bytes], filename: str, budget: _Budget, depth: int) -> Contents:
    if depth > MAX_DEPTH:
        raise DomainError("archive-too-deep", field="files", filename=filename)
    with zipfile.ZipFile(handle) as archive:
        members = archive.infolist()
        _spend(members, budget)
        names = frozenset(one.filename for one in members)
        is_office = any(name in names for name in OFFICE)
        if any(_MACROS.search(name) or (is_office and _OFFICE_MACROS.match(name)) for name in names):
            raise DomainError("file-has-macros", field="files", filename=filename)
        for member in members:
            _check_name(member, filename, is_office=is_office)
            for inner in _read_member(archive, member, filename, is_office=is_office):
                _look(inner, filename, budget, depth + 1)
        return Contents(names, _mimetype(archive, names))


def _spend(members: list[zipfile.ZipInfo], budget: _Budget) -> None:
    """By what the archive says of itself, before anything is unpacked."""
    unpacked = sum(one.file_size for one in members)
    packed = max(1, sum(one.compress_size for one in members))
    budget.unpacked -= unpacked
    budget.members -= len(members)
    if budget.members < 0 or budget.unpacked < 0 or unpacked > MAX_RATIO * packed:
        raise DomainError("archive-too-large", field="files")


def _check_name(member: zipfile.ZipInfo, filename: str, *, is_office: bool) -> None:
    """A member leads nowhere outside the archive, and is no program that somebody might start."""
    parts = PurePosixPath(member.filename.replace("\\", "/"))
    is_link = stat.S_ISLNK(member.external_attr >> 16)
    if parts.is_absolute() or ".." in parts.parts or ":" in parts.parts[:1] or is_link:
        raise DomainError("archive-not-safe", field="files", filename=filename)
    if not is_office and _STARTS.search(parts.name):
        raise DomainError("archive-holds-program", field="files", filename=filename, member=parts.name[:100])


def _read_member(
    archive: zipfile.ZipFile, member: zipfile.ZipInfo, filename: str, *, is_office: bool
) -> Iterator[IO[bytes]]:
    """Unpack to nowhere, no further than the size stated: what holds more than it says fails its sum.

    Gives the member where it is an archive itself, in memory.
    """
    is_xml = bool(_XML.search(member.filename))
    kept: list[bytes] = []
    head = tail = b""
    for chunk in _chunks(archive, member):
        if not head:
            head = chunk[:16]
            _check_head(head, member, filename, is_office=is_office)
        if head.startswith(ARCHIVE):
            kept.append(chunk)
        if is_xml and any(mark in tail + chunk for mark in _ENTITIES):
            raise DomainError("archive-not-safe", field="files", filename=filename)
        tail = chunk[-32:]
    if kept:
        yield io.BytesIO(b"".join(kept))


def _chunks(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> Iterator[bytes]:
    with archive.open(member) as content:
        while chunk := content.read(CHUNK):
            yield chunk


def _check_head(head: bytes, member: zipfile.ZipInfo, filename: str, *, is_office: bool) -> None:
    """By its first bytes: no program, nothing closed to us, and an archive only if it is small."""
    if head.startswith(_PROGRAMS):
        name = PurePosixPath(member.filename).name[:100]
        raise DomainError("archive-holds-program", field="files", filename=filename, member=name)
    if head.startswith(_CLOSED) and not is_office:
        raise DomainError("archive-too-deep", field="files", filename=filename)
    if head.startswith(ARCHIVE) and member.file_size > MAX_INNER:
        raise DomainError("archive-too-large", field="files")


def _mimetype(archive: zipfile.ZipFile, names: frozenset[str]) -> str:
    if "mimetype" not in names:
        return ""
    with archive.open("mimetype") as content:
        return content.read(200).decode("ascii", "replace").strip()
