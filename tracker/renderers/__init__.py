"""Formats of compiled reports: a frozen document in, bytes out; a new format is one file, one line here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from tracker.domain.errors import DomainError
from tracker.domain.report_document import ReportDocument
from tracker.renderers.bag import BagFormat
from tracker.renderers.csv_set import CsvRenderer
from tracker.renderers.docx import DocxRenderer
from tracker.renderers.html import HtmlRenderer
from tracker.renderers.json import JsonRenderer
from tracker.renderers.pdf import PdfRenderer
from tracker.renderers.spreadsheet import XlsxRenderer


class Format(Protocol):
    """What is told of a format."""

    format: str
    media_type: str
    extension: str


class Renderer(Format, Protocol):
    """One format that is made of the document alone."""

    def render(self, document: ReportDocument) -> bytes:
        """The document in this format; the same document gives the same bytes."""
        ...


RENDERERS: Mapping[str, Renderer] = {
    one.format: one
    for one in (HtmlRenderer(), PdfRenderer(), DocxRenderer(), XlsxRenderer(), CsvRenderer(), JsonRenderer())
}


# What needs more than the document, and is made where that can be read: `tracker.services.evidence_packages`.
PACKAGES: Mapping[str, Format] = {BagFormat.format: BagFormat()}
FORMATS: Mapping[str, Format] = {**RENDERERS, **PACKAGES}


def check_formats(formats: Sequence[str]) -> tuple[str, ...]:
    """These formats, each once; DomainError for one that there is none of."""
    _check(formats, FORMATS)
    return tuple(dict.fromkeys(formats))


def chosen(formats: Sequence[str]) -> tuple[Renderer, ...]:
    """The renderers of these formats, each once; DomainError for one that there is none of."""
    _check(formats, RENDERERS)
    return tuple(RENDERERS[name] for name in dict.fromkeys(formats))


def _check(formats: Sequence[str], known: Mapping[str, Format]) -> None:
    missing = [name for name in formats if name not in known]
    if missing or not formats:
        raise DomainError(
            "format-not-available",
            field="formats",
            formats=", ".join(missing),
            available=", ".join(known),
        )
