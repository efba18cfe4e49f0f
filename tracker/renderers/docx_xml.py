"""The small pieces of a Word text: runs, paragraphs and fields, as XML; every text is escaped here."""

from __future__ import annotations

import re
from collections.abc import Iterable
from xml.sax.saxutils import escape

NAMESPACES = {
    "w": "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
    "r": "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
    "wp": "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing",
    "a": "http://schemas.openxmlformats.org/drawingml/2006/main",
    "pic": "http://schemas.openxmlformats.org/drawingml/2006/picture",
    "asvg": "http://schemas.microsoft.com/office/drawing/2016/SVG/main",
}
DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_LINE_BREAKS = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
# What XML 1.0 forbids, and the control characters that it only advises against.
_CONTROLS = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


def plain(text: str) -> str:
    """The text without the characters that XML does not allow; all breaks are line feeds."""
    return _CONTROLS.sub("", _LINE_BREAKS.sub("\n", text))


def attribute(text: str) -> str:
    """A text as the value of an attribute, on one line."""
    return escape(" ".join(plain(text).split()), {'"': "&quot;"})


def declared(*prefixes: str) -> str:
    """The declarations of these prefixes, for the root of a part."""
    return " ".join(f'xmlns:{one}="{NAMESPACES[one]}"' for one in prefixes)


def _lines(text: str) -> str:
    parts = escape(plain(text)).replace("\t", " ").split("\n")
    return "<w:br/>".join(f'<w:t xml:space="preserve">{one}</w:t>' if one else "" for one in parts)


def run(text: str, style: str = "") -> str:
    """Text, in a character style where one is named."""
    properties = f'<w:rPr><w:rStyle w:val="{style}"/></w:rPr>' if style else ""
    return f"<w:r>{properties}{_lines(text)}</w:r>"


def tab() -> str:
    """A step to the next tab stop."""
    return "<w:r><w:tab/></w:r>"


def paragraph(style: str, *content: str, starts_page: bool = False) -> str:
    """A paragraph of ready pieces in a paragraph style."""
    page = "<w:pageBreakBefore/>" if starts_page else ""
    return f'<w:p><w:pPr><w:pStyle w:val="{style}"/>{page}</w:pPr>{"".join(content)}</w:p>'


def field(instruction: str, shown: str) -> str:
    """A field that Word computes, with what is shown until then."""
    return f'<w:fldSimple w:instr=" {instruction} ">{run(shown)}</w:fldSimple>'


def page_of_pages(pattern: str) -> Iterable[str]:
    """ "Página {page} de {pages}" with its numbers as fields."""
    fields = {"{page}": field("PAGE", "2"), "{pages}": field("NUMPAGES", "2")}
    for part in re.split(r"(\{pages?\})", pattern):
        if part:
            yield fields.get(part) or run(part)
