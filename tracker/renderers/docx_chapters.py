"""The chapters of the Word report that only one kind of report has."""

from __future__ import annotations

from collections.abc import Iterator

from tracker.renderers.docx_body import Body
from tracker.renderers.docx_styles import WIDTH, ink_style
from tracker.renderers.docx_table import Cell, Column, table
from tracker.renderers.docx_xml import paragraph, run
from tracker.renderers.presentation import Board, Chapter, Passage, Presentation
from tracker.renderers.presentation import Cell as Said


def own_chapters(report: Presentation, body: Body) -> Iterator[str]:
    """Each with its tables and its texts, after the summary as on paper."""
    for chapter in report.chapters:
        yield from _chapter(chapter, body)


def _chapter(chapter: Chapter, body: Body) -> Iterator[str]:
    yield body.heading(1, chapter.title)
    yield paragraph("BodyText", run(chapter.lead))
    for board in chapter.boards:
        yield from _board(board, body)
    for passage in chapter.passages:
        yield from _passage(passage, body)


def _board(board: Board, body: Body) -> Iterator[str]:
    yield body.heading(2, board.title, count=len(board.rows))
    if not board.rows:
        yield paragraph("CumpleNota", run(board.empty))
        return
    yield paragraph("CumpleEntrada", run(board.lead))
    whole = sum(column.share for column in board.columns)
    columns = [
        Column(column.label, WIDTH * column.share // whole, column.is_figure) for column in board.columns
    ]
    yield table(columns, ([_cell(one, body) for one in row] for row in board.rows), board.title, board.lead)


def _cell(cell: Said, body: Body) -> Cell:
    if cell.anchor:
        return body.to(cell.anchor, cell.text)
    return run(cell.text, ink_style(cell.tone) if cell.tone else "")


def _passage(passage: Passage, body: Body) -> Iterator[str]:
    yield body.heading(2, passage.title)
    if passage.note:
        yield paragraph("CumpleEntrada", run(passage.note))
    for line in passage.text.splitlines():
        if line.strip():
            yield paragraph("BodyText", run(line))
