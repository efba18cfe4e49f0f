"""Is this file safe to open? Office files are zip archives; what would exhaust the machine is refused."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from dataclasses import dataclass

MAX_FILE_BYTES = 20 * 1024 * 1024
MAX_UNCOMPRESSED_BYTES = 200 * 1024 * 1024
MAX_PARTS = 2_000
MAX_SHEETS = 50
MAX_ROWS = 20_000
MAX_CELLS = 400_000
MAX_MERGED_CELLS = 400_000

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED_PACKAGE = "EncryptedPackage".encode("utf-16-le")
_MAIN_PART = {"xlsx": "xl/workbook.xml", "docx": "word/document.xml"}
_SHEET = re.compile(r"xl/worksheets/[^/]+\.xml$", re.IGNORECASE)
_XML = re.compile(r"\.(?:xml|rels|vml)$", re.IGNORECASE)
_DECLARED = re.compile(rb"^\s*<\?xml[^>]*encoding=[\"']([^\"']+)[\"']")
_PLAIN_ENCODINGS = frozenset({b"utf-8", b"us-ascii", b"ascii", b"iso-8859-1", b"windows-1252"})
_ROW = re.compile(rb"<(?:\w+:)?row[\s/>]")
_CELL = re.compile(rb"<(?:\w+:)?c[\s/>]")
_MERGED = re.compile(
    rb"<(?:\w+:)?mergeCell\s[^>]*\bref=[\"']([A-Z]{1,3})(\d{1,7}):([A-Z]{1,3})(\d{1,7})[\"']"
)


class RefusedFileError(Exception):
    """The file is not what it should be, or too large; `code` and `params` say why."""

    def __init__(self, code: str, **params: str) -> None:
        super().__init__(code)
        self.code = code
        self.params = params


@dataclass
class _Tally:
    """What the sheets hold together."""

    rows: int = 0
    cells: int = 0
    merged: int = 0


def check_office_file(data: bytes, kind: str) -> None:
    """Refuse what is no whole xlsx or docx, is protected, holds entities or unpacks beyond the limits."""
    _check_outside(data)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            _check_parts(archive, kind)
            _check_contents(archive)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError, ValueError, RuntimeError):
        raise RefusedFileError("unreadable-file") from None


def _check_outside(data: bytes) -> None:
    if not data:
        raise RefusedFileError("empty-file")
    if len(data) > MAX_FILE_BYTES:
        raise RefusedFileError("input-too-large", limit=str(MAX_FILE_BYTES), value=str(len(data)))
    if data.startswith(_OLE):
        raise RefusedFileError("password-protected" if _ENCRYPTED_PACKAGE in data else "old-office-format")
    if not data.startswith(b"PK"):
        raise RefusedFileError("not-an-office-file")


def _check_parts(archive: zipfile.ZipFile, kind: str) -> None:
    parts = archive.infolist()
    if len(parts) > MAX_PARTS:
        raise RefusedFileError("input-too-large", limit=str(MAX_PARTS), value=str(len(parts)))
    if any(part.flag_bits & 1 for part in parts):
        raise RefusedFileError("password-protected")
    if _MAIN_PART[kind] not in {part.filename for part in parts}:
        raise RefusedFileError("wrong-office-format", expected=kind)
    sheets = sum(1 for part in parts if _SHEET.search(part.filename))
    if sheets > MAX_SHEETS:
        raise RefusedFileError("too-many-sheets", limit=str(MAX_SHEETS), value=str(sheets))


def _check_contents(archive: zipfile.ZipFile) -> None:
    """Unpack each part within what is left of the allowance; sizes stated in the archive are not trusted."""
    left = MAX_UNCOMPRESSED_BYTES
    tally = _Tally()
    for part in archive.infolist():
        with archive.open(part) as stream:
            content = stream.read(left + 1)
        left -= len(content)
        if left < 0:
            raise RefusedFileError("input-too-large", limit=str(MAX_UNCOMPRESSED_BYTES), value="")
        if _XML.search(part.filename):
            _check_xml(content)
        if _SHEET.search(part.filename):
            _count(content, tally)


def _check_xml(content: bytes) -> None:
    """No document types (entities), and only encodings in which they could be seen."""
    declared = _DECLARED.match(content.removeprefix(b"\xef\xbb\xbf"))
    if declared is not None and declared.group(1).lower() not in _PLAIN_ENCODINGS:
        raise RefusedFileError("unreadable-file")
    if b"\x00" in content[:200] or b"<!DOCTYPE" in content or b"<!ENTITY" in content:
        raise RefusedFileError("unreadable-file")


def _count(content: bytes, tally: _Tally) -> None:
    tally.rows += sum(1 for _ in _ROW.finditer(content))
    tally.cells += sum(1 for _ in _CELL.finditer(content))
    tally.merged += sum(_area(match) for match in _MERGED.finditer(content))
    if tally.rows > MAX_ROWS:
        raise RefusedFileError("too-many-rows", limit=str(MAX_ROWS), value=str(tally.rows))
    if tally.cells > MAX_CELLS or tally.merged > MAX_MERGED_CELLS:
        value = str(max(tally.cells, tally.merged))
        raise RefusedFileError("too-many-cells", limit=str(MAX_CELLS), value=value)


def _area(match: re.Match[bytes]) -> int:
    left, top, right, bottom = match.groups()
    return (abs(_column(right) - _column(left)) + 1) * (abs(int(bottom) - int(top)) + 1)


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number
