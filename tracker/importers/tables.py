"""Text tables (.csv) in the encodings and with the separators that offices send."""

from __future__ import annotations

import codecs
import csv
import io

from tracker.importers.office_files import MAX_FILE_BYTES, MAX_ROWS, RefusedFileError

_SEPARATORS = ",;\t|"
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_BINARY = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"%PDF", b"\x89PNG", b"\xff\xd8\xff")


def read_table(data: bytes) -> list[list[str]]:
    """The rows of a text table as a spreadsheet numbers them, from 1; RefusedFileError where it is none."""
    if not data.strip():
        raise RefusedFileError("empty-file")
    if len(data) > MAX_FILE_BYTES:
        raise RefusedFileError("input-too-large", limit=str(MAX_FILE_BYTES), value=str(len(data)))
    if data.startswith(_BINARY):
        raise RefusedFileError("not-a-text-table")
    text = decode(data)
    separator, body = _separator(text)
    try:
        rows = list(csv.reader(io.StringIO(body, newline=""), delimiter=separator))
    except csv.Error:
        raise RefusedFileError("unreadable-file") from None
    if len(rows) > MAX_ROWS:
        raise RefusedFileError("too-many-rows", limit=str(MAX_ROWS), value=str(len(rows)))
    return rows


def decode(data: bytes) -> str:
    """UTF-8 or UTF-16 where the bytes say so, else UTF-8, else Windows-1252 as older spreadsheets write."""
    encoding = next((name for mark, name in _BOMS if data.startswith(mark)), "")
    if not encoding and b"\x00" in data[:200]:
        encoding = "utf-16-le" if data[1:2] == b"\x00" else "utf-16-be"
    for candidate in (encoding,) if encoding else ("utf-8", "cp1252", "latin-1"):
        try:
            return data.decode(candidate).removeprefix("\ufeff")
        except UnicodeDecodeError:
            continue
    raise RefusedFileError("unreadable-file")


def _separator(text: str) -> tuple[str, str]:
    """The separator that a first line "sep=;" states (blanked: rows keep their number), or the likeliest."""
    first, _, rest = text.partition("\n")
    stated = first.strip().strip('"').lower()
    if stated.startswith("sep=") and len(stated) == 5:
        return stated[4], "\n" + rest
    if first.strip().lower() == "sep=":
        return "\t", "\n" + rest
    sample = [line for line in text.splitlines()[:20] if line.strip()]
    best = max(_SEPARATORS, key=lambda sign: max((_outside_quotes(line, sign) for line in sample), default=0))
    return best, text


def _outside_quotes(line: str, sign: str) -> int:
    return sum(part.count(sign) for part in line.split('"')[::2])
