"""Tables of the Word report: real ones, of fixed widths, whose first row is repeated on every page."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from tracker.renderers.docx_styles import WIDTH
from tracker.renderers.docx_xml import attribute, paragraph, run

Cell = str | tuple[str, ...]
"""Ready runs of one paragraph, or of several."""


@dataclass(frozen=True)
class Column:
    """A column; of width 0 is the one that takes what the others leave."""

    title: str
    width: int = 0
    is_number: bool = False


def table(columns: Sequence[Column], rows: Iterable[Sequence[Cell]], name: str, about: str) -> str:
    """A table under a row of headings; `name` and `about` are read out by screen readers."""
    widths = _widths(columns)
    head = "".join(
        _cell(width, (run(one.title),), "CumpleCeldaRotuloNumero" if one.is_number else "CumpleCeldaRotulo")
        for one, width in zip(columns, widths, strict=True)
    )
    styles = ["CumpleCeldaNumero" if one.is_number else "CumpleCelda" for one in columns]
    body = "".join(
        "<w:tr><w:trPr><w:cantSplit/></w:trPr>"
        + "".join(
            _cell(width, (cell,) if isinstance(cell, str) else cell, style)
            for cell, width, style in zip(row, widths, styles, strict=True)
        )
        + "</w:tr>"
        for row in rows
    )
    return (
        f"<w:tbl>{_settings('CumpleTabla', name, about, heads=True)}{_grid(widths)}"
        f"<w:tr><w:trPr><w:cantSplit/><w:tblHeader/></w:trPr>{head}</w:tr>{body}</w:tbl>"
    )


def figures_table(cells: Sequence[tuple[str, str]], across: int, name: str, about: str) -> str:
    """Large figures side by side: each cell has the runs of its figure above those of its label."""
    widths = [WIDTH // across] * across
    rows = [cells[start : start + across] for start in range(0, len(cells), across)]
    body = ""
    for row in rows:
        filled = [*row, *[("", "")] * (across - len(row))]
        body += "<w:tr><w:trPr><w:cantSplit/></w:trPr>" + "".join(
            f"<w:tc>{_cell_width(width)}{paragraph('CumpleDato', figure)}"
            f"{paragraph('CumpleDatoRotulo', label)}</w:tc>"
            for (figure, label), width in zip(filled, widths, strict=True)
        )
        body += "</w:tr>"
    return f"<w:tbl>{_settings('CumpleDatos', name, about, heads=False)}{_grid(widths)}{body}</w:tbl>"


def _widths(columns: Sequence[Column]) -> list[int]:
    """The given widths; what is left goes to the columns that give none, in equal parts."""
    open_columns = sum(1 for one in columns if not one.width)
    left = WIDTH - sum(one.width for one in columns)
    return [one.width or left // open_columns for one in columns]


def _settings(style: str, name: str, about: str, *, heads: bool) -> str:
    row = int(heads)
    return (
        f'<w:tblPr><w:tblStyle w:val="{style}"/><w:tblW w:w="{WIDTH}" w:type="dxa"/>'
        f'<w:tblLayout w:type="fixed"/><w:tblLook w:val="{"0420" if heads else "0400"}"'
        f' w:firstRow="{row}" w:lastRow="0" w:firstColumn="0" w:lastColumn="0" w:noHBand="0" w:noVBand="1"/>'
        f'<w:tblCaption w:val="{attribute(name)}"/><w:tblDescription w:val="{attribute(about)}"/></w:tblPr>'
    )


def _grid(widths: Sequence[int]) -> str:
    columns = "".join(f'<w:gridCol w:w="{one}"/>' for one in widths)
    return f"<w:tblGrid>{columns}</w:tblGrid>"


def _cell_width(width: int) -> str:
    return f'<w:tcPr><w:tcW w:w="{width}" w:type="dxa"/></w:tcPr>'


def _cell(width: int, paragraphs: tuple[str, ...], style: str) -> str:
    return f"<w:tc>{_cell_width(width)}{''.join(paragraph(style, one) for one in paragraphs)}</w:tc>"
