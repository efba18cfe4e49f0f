"""Formats of compiled reports: a frozen document in, bytes out; a new format is one file, one line here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from tracker.domain.errors import DomainError
from tracker.domain.report_document import ReportDocument
from tracker.renderers.csv_set import CsvRenderer
from tracker.renderers.docx import DocxRenderer
from tracker.renderers.html import HtmlRenderer
from tracker.renderers.json import JsonRenderer
from tracker.renderers.pdf import PdfRenderer
from tracker.renderers.spreadsheet import XlsxRenderer


class Renderer(Protocol):
    """One format."""

    format: str
    media_type: str
    extension: str

    def render(self, document: ReportDocument) -> bytes:
        """The document in this format; the same document gives the same bytes."""
        ...


RENDERERS: Mapping[str, Renderer] = {
    one.format: one
    for one in (HtmlRenderer(), PdfRenderer(), DocxRenderer(), XlsxRenderer(), CsvRenderer(), JsonRenderer())
}


def chosen(formats: Sequence[str]) -> tuple[Renderer, ...]:
    """The renderers of these formats, each once; DomainError for one that there is none of."""
    missing = [name for name in formats if name not in RENDERERS]
    if missing or not formats:
        raise DomainError(
            "format-not-available",
            field="formats",
            formats=", ".join(missing),
            available=", ".join(RENDERERS),
        )
    return tuple(RENDERERS[name] for name in dict.fromkeys(formats))
