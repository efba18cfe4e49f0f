"""What a file really is, by its content: the allow-list, names that lie, archives that explode."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import puremagic

from tracker.domain.errors import DomainError

CHUNK = 1024 * 1024
UTF8_BOM = b"\xef\xbb\xbf"
MAX_UNPACKED = 500 * 1024 * 1024
MAX_RATIO = 200
MAX_MEMBERS = 10_000


@dataclass(frozen=True)
class FileType:
    """One allowed type with the endings that may name it."""

    media_type: str
    suffixes: tuple[str, ...]


PDF = FileType("application/pdf", (".pdf",))
PNG = FileType("image/png", (".png",))
JPEG = FileType("image/jpeg", (".jpg", ".jpeg"))
WEBP = FileType("image/webp", (".webp",))
DOCX = FileType("application/vnd.openxmlformats-officedocument.wordprocessingml.document", (".docx",))
XLSX = FileType("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", (".xlsx",))
PPTX = FileType("application/vnd.openxmlformats-officedocument.presentationml.presentation", (".pptx",))
ODT = FileType("application/vnd.oasis.opendocument.text", (".odt",))
ODS = FileType("application/vnd.oasis.opendocument.spreadsheet", (".ods",))
ZIP = FileType("application/zip", (".zip",))
TEXT = FileType("text/plain", (".txt", ".csv"))
MP4 = FileType("video/mp4", (".mp4", ".m4v"))
MP3 = FileType("audio/mpeg", (".mp3",))

ALLOWED = (PDF, PNG, JPEG, WEBP, DOCX, XLSX, PPTX, ODT, ODS, ZIP, TEXT, MP4, MP3)
SUFFIXES = tuple(sorted(suffix for kind in ALLOWED for suffix in kind.suffixes))
_OFFICE = {"word/document.xml": DOCX, "xl/workbook.xml": XLSX, "ppt/presentation.xml": PPTX}
_OPEN_DOCUMENT = {ODT.media_type: ODT, ODS.media_type: ODS}
# What puremagic may name by a signature; archives and plain text are looked into below.
_BY_SIGNATURE = {kind.media_type: kind for kind in (PDF, PNG, JPEG, WEBP, MP4, MP3)}


def identify(path: Path, filename: str) -> FileType:
    """The type of a file by its bytes; DomainError where it is not allowed or its name says another."""
    found = _by_content(path, filename)
    if found is None:
        raise DomainError(
            "file-type-not-allowed", field="files", filename=filename, allowed=", ".join(SUFFIXES)
        )
    if Path(filename).suffix.lower() not in found.suffixes:
        raise DomainError("file-name-lies", field="files", filename=filename, kind=found.suffixes[0])
    return found


def _by_content(path: Path, filename: str) -> FileType | None:
    with path.open("rb") as handle:
        head = handle.read(8192)
    if head.startswith(b"PK\x03\x04"):
        return _archive(path, filename)
    return _by_signature(head) or (TEXT if _is_text(head) else None)


def _by_signature(head: bytes) -> FileType | None:
    try:
        best = puremagic.magic_string(head)[0]
    except puremagic.PureError:
        return None
    return _BY_SIGNATURE.get(best.mime_type)


def _is_text(head: bytes) -> bool:
    """Plain text: no control characters but white space, nothing that a browser would take for a page."""
    is_page = head.removeprefix(UTF8_BOM).lstrip()[:1] == b"<"
    return not is_page and all(byte >= 32 or byte in b"\t\n\r\f" for byte in head)


def _archive(path: Path, filename: str) -> FileType | None:
    """Office documents are archives too; what unpacks to too much is refused without unpacking it."""
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
            _refuse_bomb(members)
            for member in members:
                _read_through(archive, member)
            return _archive_kind(archive, {one.filename for one in members})
    except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, NotImplementedError) as error:
        # Truncated, of other content than its own sums say, encrypted, or packed in a way nobody can open.
        raise DomainError("file-damaged", field="files", filename=filename) from error


def _refuse_bomb(members: Sequence[zipfile.ZipInfo]) -> None:
    """By what the archive says of itself, before anything is unpacked."""
    unpacked = sum(one.file_size for one in members)
    packed = max(1, sum(one.compress_size for one in members))
    if len(members) > MAX_MEMBERS or unpacked > MAX_UNPACKED or unpacked > MAX_RATIO * packed:
        raise DomainError("archive-too-large", field="files")


def _read_through(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> None:
    """Unpack to nowhere, no further than the size stated: what holds more than it says fails its sum."""
    with archive.open(member) as content:
        while content.read(CHUNK):
            pass


def _archive_kind(archive: zipfile.ZipFile, names: set[str]) -> FileType | None:
    if any(name.lower().endswith("vbaproject.bin") for name in names):
        return None
    if "mimetype" in names:
        with archive.open("mimetype") as content:
            return _OPEN_DOCUMENT.get(content.read(200).decode("ascii", "replace").strip())
    return next((kind for name, kind in _OFFICE.items() if name in names), ZIP)
