"""The chapter of targets: each table with its sums, where it was taken from, and what does not add up."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from tracker.domain.report_targets import (
    Accountability,
    AccountedTable,
    Figures,
    TargetFindingLine,
    TargetLine,
)
from tracker.domain.targets import Side
from tracker.renderers.charts import PairBars, pair_bars
from tracker.renderers.present_aligned import boards_beside, indicator_board, said_of
from tracker.renderers.presentation import Board, Cell, Chapter, Chart, Column
from tracker.renderers.words import Words

# How many rows a drawing has room for; its table has them all.
MOST_DRAWN = 25
_AMOUNTS = ("initial", "modification", "current", "executed")


def targets_chapter(words: Words, made: Accountability) -> Chapter:
    """Every table in two boards, quantities and money, and a third of what does not add up."""
    # Up to what the tables tell: the period of the cut-off may not have ended.
    told = max((table.period for table in made.tables), default=made.period)
    lead = words("targets.lead", len(made.tables), period=words(f"targets.period.{told}"), year=made.year)
    boards = tuple(board for table in made.tables for board in _boards(words, table))
    if made.indicators:
        boards = (*boards, indicator_board(words, made.indicators))
    return Chapter("targets", words("chapter.targets"), lead, boards)


def _boards(words: Words, table: AccountedTable) -> Iterator[Board]:
    named = {
        "name": table_name(words, table),
        "source": f"{source(words, table)} {said_of(words, table.said)}".strip(),
        "until": words.day(table.until),
    }
    for side in Side:
        key = f"board.targets.{side.value}"
        yield Board(
            title=words(key, **named),
            lead=words(f"{key}.lead", **named),
            empty=words("board.targets.empty"),
            columns=tuple(_columns(words, side)),
            rows=tuple(_rows(words, table, side)),
        )
    key = "board.targets.findings"
    yield Board(
        title=words(key, **named),
        lead=words(f"{key}.lead"),
        empty=words(f"{key}.empty"),
        columns=(
            Column(words("col.number"), share=1),
            Column(words("targets.col.name"), share=5),
            Column(words("col.detail"), share=8),
        ),
        rows=tuple(_finding(words, one) for one in table.findings),
    )
    yield from boards_beside(words, table, named["name"])


def targets_chart(words: Words, table: AccountedTable, key: str = "targets") -> Chart | None:
    """How much of what is in force was executed, row by row: quantities and money, with their table."""
    rows = [
        one for one in table.rows if one.physical.percent is not None or one.financial.percent is not None
    ]
    if not rows:
        return None
    names = (words("targets.side.physical"), words("targets.side.financial"))
    title = words("chart.targets", name=table_name(words, table))
    alt = words("chart.targets.alt", len(rows), name=table_name(words, table))
    return Chart(
        key=key,
        title=title,
        alt=alt,
        svg=pair_bars(key, alt, names, [_bars(words, one) for one in rows[:MOST_DRAWN]]),
        columns=(words("targets.col.name"), *names),
        rows=tuple(
            (f"{one.label} {one.name}".strip(), *(_share(words, each.percent) for each in _sides(one)))
            for one in rows
        ),
    )


def _sides(row: TargetLine) -> tuple[Figures, Figures]:
    return row.physical, row.financial


def _bars(words: Words, row: TargetLine) -> PairBars:
    return PairBars(
        label=f"{row.label} {row.name}".strip(),
        note=row.unit,
        validated=_reach(row.physical),
        reported=_reach(row.financial),
        validated_text=_share(words, row.physical.percent),
        reported_text=_share(words, row.financial.percent),
    )


def _reach(figures: Figures) -> float:
    return float(min(max(figures.percent or 0, 0), 100))


def _share(words: Words, percent: Decimal | None) -> str:
    shown = words.two_decimals(percent)
    return shown if percent is None else words("targets.percent", percent=shown)


def table_name(words: Words, table: AccountedTable) -> str:
    """ "INFOM, programa 14: Metas de alcantarillados"."""
    if not table.programme:
        return words("targets.table", institution=table.institution, title=table.title)
    return words(
        "targets.table.programme",
        institution=table.institution,
        programme=f"{table.programme} {table.programme_name}".strip(),
        title=table.title,
    )


def source(words: Words, table: AccountedTable) -> str:
    """The official report by its number and date, as far as they are known."""
    if not table.source_report:
        return words("targets.source.none")
    if table.source_on is None:
        return words("targets.source", report=table.source_report)
    return words("targets.source.dated", report=table.source_report, day=words.day(table.source_on))


def sentence(words: Words, one: TargetFindingLine) -> str:
    """What does not add up, with both amounts."""
    printed, computed = (_amount(words, one, amount) for amount in (one.printed, one.computed))
    return words(
        f"targets.finding.{one.code.value}",
        side=words(f"targets.side.{one.side.value}"),
        figure=words(f"targets.figure.{one.figure}"),
        printed=printed,
        computed=computed,
    )


def _amount(words: Words, one: TargetFindingLine, amount: Decimal) -> str:
    shown = words.two_decimals(amount)
    if one.figure == "percent":
        return words("targets.percent", percent=shown)
    return words("money", amount=shown) if one.side is Side.FINANCIAL else f"{shown} {one.unit}".strip()


def _columns(words: Words, side: Side) -> Iterator[Column]:
    yield Column(words("col.number"), share=1)
    yield Column(words("targets.col.name"), share=6)
    if side is Side.PHYSICAL:
        yield Column(words("targets.col.unit"), share=2)
    for name in _AMOUNTS:
        yield Column(words(f"targets.col.{name}"), is_figure=True, share=3)
    yield Column(words("targets.col.percent"), is_figure=True, share=2)


def _rows(words: Words, table: AccountedTable, side: Side) -> Iterator[tuple[Cell, ...]]:
    is_physical = side is Side.PHYSICAL
    for row in table.rows:
        name = words("targets.project", name=row.name, snip=row.snip) if row.snip else row.name
        figures = row.physical if is_physical else row.financial
        if is_physical or figures != _NOTHING:
            yield _row(words, row.label, name, row.unit if is_physical else None, figures)
    for key, line in (("sum", table.sums), ("total", table.printed_total)):
        shown = None if line is None else line.physical if is_physical else line.financial
        if line is not None and shown is not None:
            yield _row(words, "", words(f"targets.{key}"), line.unit if is_physical else None, shown)


_NOTHING = Figures(None, None, None, None, None)


def _row(words: Words, label: str, name: str, unit: str | None, figures: Figures) -> tuple[Cell, ...]:
    percent = words.two_decimals(figures.percent)
    return (
        Cell(label),
        Cell(name),
        *([] if unit is None else [Cell(unit or words("none"))]),
        *(Cell(words.two_decimals(getattr(figures, one))) for one in _AMOUNTS),
        Cell(percent if figures.percent is None else words("targets.percent", percent=percent)),
    )


def _finding(words: Words, one: TargetFindingLine) -> tuple[Cell, ...]:
    name = one.name or words("targets.total")
    return (Cell(one.label), Cell(name), Cell(sentence(words, one), tone="warn"))
