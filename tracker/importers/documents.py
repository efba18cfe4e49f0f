"""A text document (.docx) as its paragraphs and table rows, in reading order."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from docx import Document
from docx.oxml.ns import qn

from tracker.importers.office_files import MAX_ROWS, RefusedFileError, check_office_file
from tracker.importers.wording import collapse_lines

_PARAGRAPH, _TABLE, _ROW, _CELL = qn("w:p"), qn("w:tbl"), qn("w:tr"), qn("w:tc")
_TEXT, _TAB, _BREAK, _CARRIAGE = qn("w:t"), qn("w:tab"), qn("w:br"), qn("w:cr")
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_SKIPPED = frozenset({qn("w:del"), qn("w:moveFrom"), _FALLBACK})
_SPAN, _MERGE, _VALUE, _PROPERTIES = qn("w:gridSpan"), qn("w:vMerge"), qn("w:val"), qn("w:tcPr")
_WIDEST_SPAN = 64
_WATERMARK = "{urn:schemas-microsoft-com:vml}textpath"


@dataclass(frozen=True)
class Line:
    """A paragraph (one cell) or a table row, and where it stands.

    A row has one text for each column of the grid: a merged cell shows in every column and row it covers.
    """

    cells: tuple[str, ...]
    where: str
    table: int = 0
    """Which table the row belongs to, from 1; 0 for a paragraph."""

    @property
    def text(self) -> str:
        """The first cell, or the paragraph."""
        return self.cells[0] if self.cells else ""

    @property
    def whole(self) -> str:
        """Each distinct text once, one a line."""
        return "\n".join(dict.fromkeys(filter(None, self.cells)))


@dataclass(frozen=True)
class TextDocument:
    """What a document says: its body line by line, and the texts around the pages."""

    lines: tuple[Line, ...]
    around: str


def read_document(data: bytes) -> TextDocument:
    """The lines of a document; RefusedFileError where it cannot or must not be opened."""
    check_office_file(data, "docx")
    try:
        document = Document(io.BytesIO(data))
        around = "\n".join(_around(document))
    except Exception:  # A damaged document may fail anywhere in the library: it is refused.
        raise RefusedFileError("unreadable-file") from None
    lines = tuple(_lines(document.element.body))
    if len(lines) > MAX_ROWS:
        raise RefusedFileError("too-many-rows", limit=str(MAX_ROWS), value=str(len(lines)))
    return TextDocument(lines, around)


def _lines(body: Any) -> Iterator[Line]:
    """Paragraphs and rows, those inside content controls too."""
    paragraphs = tables = 0
    for block in _blocks(body):
        if block.tag == _PARAGRAPH:
            paragraphs += 1
            text = collapse_lines(_text(block))
            if text:
                yield Line((text,), f"¶{paragraphs}")
        else:
            tables += 1
            cells: tuple[str, ...] = ()
            for number, row in enumerate(_children(block, _ROW), start=1):
                cells = tuple(_row(row, cells))
                if any(cells):
                    yield Line(cells, f"T{tables}.{number}", tables)


def _blocks(element: Any) -> Iterator[Any]:
    for child in element.iterchildren():
        if child.tag in (_PARAGRAPH, _TABLE):
            yield child
        elif isinstance(child.tag, str) and child.tag not in _SKIPPED:
            yield from _blocks(child)


def _children(element: Any, tag: str) -> Iterator[Any]:
    """The rows of a table or cells of a row, through content controls but not into nested tables."""
    for child in element.iterchildren():
        if child.tag == tag:
            yield child
        elif isinstance(child.tag, str) and child.tag not in (_TABLE, _PARAGRAPH, *_SKIPPED):
            yield from _children(child, tag)


def _row(row: Any, above: tuple[str, ...]) -> list[str]:
    """The texts of a row by grid column; a cell merged with the one above shows the text above."""
    found: list[str] = []
    for cell in _children(row, _CELL):
        properties = cell.find(_PROPERTIES)
        span = None if properties is None else properties.find(_SPAN)
        merge = None if properties is None else properties.find(_MERGE)
        goes_on = merge is not None and merge.get(_VALUE) != "restart" and len(found) < len(above)
        text = above[len(found)] if goes_on else _cell(cell)
        width = str(span.get(_VALUE)) if span is not None else "1"
        found += [text] * (min(int(width[:4]), _WIDEST_SPAN) if width.isdecimal() else 1)
    return found


def _cell(cell: Any) -> str:
    return collapse_lines("\n".join(_text(one) for one in cell.iter(_PARAGRAPH)))


def _text(element: Any) -> str:
    """The visible text of an element: without deletions, tabs as blanks, breaks as lines."""
    if element.tag in _SKIPPED:
        return ""
    if element.tag == _TEXT:
        return element.text or ""
    if element.tag in (_BREAK, _CARRIAGE):
        return "\n"
    if element.tag == _TAB:
        return " "
    return "".join(_text(child) for child in element.iterchildren() if isinstance(child.tag, str))


def _around(document: Any) -> Iterator[str]:
    """Headers and footers, and the watermark in them."""
    for section in document.sections:
        for part in (section.header, section.first_page_header, section.footer, section.first_page_footer):
            element = part._element
            yield from (_text(one) for one in element.iter(_PARAGRAPH))
            yield from (str(one.get("string") or "") for one in element.iter(_WATERMARK))
