"""What a file really is, by its content: the allow-list, names that lie, two files in one."""

from __future__ import annotations

import codecs
import re
import zipfile
from dataclasses import dataclass
from pathlib import Path

import puremagic

from tracker.domain.errors import DomainError
from tracker.services.archives import ARCHIVE, look_inside

CHUNK = 1024 * 1024
HEAD = 8192


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
PHOTOS = frozenset(kind.media_type for kind in (PNG, JPEG, WEBP))
_OFFICE = {"word/document.xml": DOCX, "xl/workbook.xml": XLSX, "ppt/presentation.xml": PPTX}
_OPEN_DOCUMENT = {ODT.media_type: ODT, ODS.media_type: ODS}
# What puremagic may name by a signature; archives and plain text are looked into below.
_BY_SIGNATURE = {kind.media_type: kind for kind in (PDF, PNG, JPEG, WEBP, MP4, MP3)}
_BOMS = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
_CONTROLS = bytes(byte for byte in range(32) if byte not in b"\t\n\r\f")
_PAGE = re.compile(rb"<(?:!doctype\s+html|html|head|body|script|svg|iframe)[\s>]", re.IGNORECASE)
# Where endings are hidden, «acta.exe.pdf» shows as a program; «prensa.com.pdf» is a usual name.
_STARTS = re.compile(
    r"\.(bat|cmd|cpl|dll|exe|hta|jar|js|jse|lnk|msi|pif|ps1|scr|vbe|vbs|wsf)\s*\.\w+$", re.IGNORECASE
)
# How far into a file a reader of PDF looks for its beginning.
_PDF_REACH = 1024


def identify(path: Path, filename: str) -> FileType:
    """The type of a file by its bytes; DomainError where it is not allowed or its name says another.

    Raises `file-type-not-allowed`, `file-name-lies`, `file-two-in-one`, and what `look_inside` raises.
    """
    found = _by_content(path, filename)
    if found is None:
        raise DomainError(
            "file-type-not-allowed", field="files", filename=filename, allowed=", ".join(SUFFIXES)
        )
    name = Path(filename)
    if name.suffix.lower() not in found.suffixes:
        raise DomainError("file-name-lies", field="files", filename=filename, kind=found.suffixes[0])
    if _STARTS.search(filename):
        raise DomainError("file-name-double", field="files", filename=filename)
    return found


def _by_content(path: Path, filename: str) -> FileType | None:
    with path.open("rb") as handle:
        head = handle.read(HEAD)
    if head.startswith(ARCHIVE):
        return _archive_kind(path, filename)
    found = _by_signature(head)
    if found is None:
        return TEXT if _is_text(path, head) else None
    if found in (PDF, PNG, JPEG, WEBP):
        _refuse_archive(path, filename)
    if found in (PNG, JPEG, WEBP):
        _refuse_second(head, filename)
    return found


def _by_signature(head: bytes) -> FileType | None:
    try:
        best = puremagic.magic_string(head)[0]
    except puremagic.PureError:
        return None
    return _BY_SIGNATURE.get(best.mime_type)


def _refuse_second(head: bytes, filename: str) -> None:
    """A picture that another program would read as a PDF or a page is two files in one."""
    if b"%PDF-" in head[:_PDF_REACH] or _PAGE.search(head):
        raise DomainError("file-two-in-one", field="files", filename=filename)


def _refuse_archive(path: Path, filename: str) -> None:
    """A picture or a PDF with an archive at its end; what only looks like one is none."""
    if not zipfile.is_zipfile(path):
        return
    try:
        with zipfile.ZipFile(path) as archive:
            holds = bool(archive.namelist())
    except (zipfile.BadZipFile, ValueError, OSError):
        return
    if holds:
        raise DomainError("file-two-in-one", field="files", filename=filename)


def _is_text(path: Path, head: bytes) -> bool:
    """Plain text to its end: no control characters but white space, and nothing that begins like a page.

    Spreadsheet programs save text as UTF-16 too, with its mark; without the mark it is not told from bytes.
    """
    mark = next((bom for bom in _BOMS if head.startswith(bom)), b"")
    decoder = codecs.getincrementaldecoder(_BOMS.get(mark, "latin-1"))()
    is_first = True
    with path.open("rb") as handle:
        while chunk := handle.read(CHUNK):
            try:
                text = decoder.decode(chunk)
            except UnicodeDecodeError:
                return False
            plain = text.encode("utf-8", "replace")
            if (is_first and plain.lstrip()[:1] == b"<") or len(plain.translate(None, _CONTROLS)) < len(
                plain
            ):
                return False
            is_first = False
    return not decoder.getstate()[0]


def _archive_kind(path: Path, filename: str) -> FileType | None:
    """Office documents are archives too."""
    inside = look_inside(path, filename)
    if "mimetype" in inside.names:
        return _OPEN_DOCUMENT.get(inside.mimetype)
    return next((kind for name, kind in _OFFICE.items() if name in inside.names), ZIP)
