"""Files that a page hands out while they are written: nothing of them is kept, nobody's cache holds them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from flask import Response, stream_with_context

from tracker.domain.text import slug
from tracker.renderers.delimited import csv_lines


def csv_answer(filename: str, header: Sequence[str], rows: Iterable[Sequence[object]]) -> Response:
    """A CSV file, line by line."""
    return streamed(filename, "text/csv; charset=utf-8", csv_lines(header, rows))


def streamed(filename: str, media_type: str, lines: Iterator[str]) -> Response:
    """A file of text, line by line; its name in plain letters."""
    stem, dot, ending = filename.rpartition(".")
    response = Response(stream_with_context(lines), content_type=media_type)
    response.headers.set("Content-Disposition", "attachment", filename=f"{slug(stem)}{dot}{ending}")
    response.cache_control.no_store = True
    return response
