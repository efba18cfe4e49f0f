"""What stands beside a table of targets in a report: periods, dated changes, what rows serve, indicators."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from tracker.domain.report_targets import AccountedBy, AccountedIndicator, AccountedTable, Figures, TargetLine
from tracker.domain.targets import NO_ALIGNMENT, PERIODS, Alignment
from tracker.renderers.presentation import Board, Cell, Column
from tracker.renderers.words import Words

ALIGNMENT_NAMES = ("priority", "strategic_goal", "policy", "result")


def boards_beside(words: Words, table: AccountedTable, name: str) -> Iterator[Board]:
    """Those that have something to show."""
    found = (
        _board(words, "periods", name, _period_columns(words), tuple(_periods(words, table))),
        _board(words, "modifications", name, _change_columns(words), tuple(_changes(words, table))),
        _board(words, "aligned", name, _aligned_columns(words), tuple(_aligned(words, table))),
    )
    yield from (one for one in found if one.rows)


def indicator_board(words: Words, indicators: tuple[AccountedIndicator, ...]) -> Board:
    """Outcome indicators: from the baseline to the goal, with the last measurement and its source."""
    key = "board.indicators"
    columns = (
        Column(words("indicators.col.name"), share=6),
        *(
            Column(words(f"indicators.col.{one}"), is_figure=True, share=3)
            for one in ("baseline", "last", "goal", "percent")
        ),
        Column(words("indicators.col.source"), share=4),
    )
    rows = tuple(_indicator(words, one) for one in indicators)
    return Board(words(key), words(f"{key}.lead"), "", columns, rows)


def said_of(words: Words, said: AccountedBy) -> str:
    """Which office wrote it down and which one accepted it; empty where neither is known."""
    parts = []
    if said.by:
        parts.append(words("targets.said", who=words.office(said.by), day=words.day(said.on)))
    if said.accepted_by:
        who = words.office(said.accepted_by)
        parts.append(words("targets.accepted", who=who, day=words.day(said.accepted_on)))
    elif said.by:
        parts.append(words("targets.unreviewed"))
    return " ".join(parts)


def aligned_text(words: Words, said: Alignment) -> tuple[str, ...]:
    """What a target serves, column by column; the goals of sustainable development by number."""
    texts = tuple(getattr(said, one) for one in ALIGNMENT_NAMES)
    return (*texts, ", ".join(str(one) for one in said.goals))


def _board(
    words: Words, key: str, name: str, columns: tuple[Column, ...], rows: tuple[tuple[Cell, ...], ...]
) -> Board:
    title = words(f"board.targets.{key}", name=name)
    return Board(title, words(f"board.targets.{key}.lead"), "", columns, rows)


def _named(row: TargetLine) -> tuple[Cell, Cell]:
    return Cell(row.label), Cell(row.name)


def _head(words: Words) -> tuple[Column, Column]:
    return Column(words("col.number"), share=1), Column(words("targets.col.name"), share=5)


def _sides(words: Words, row: TargetLine) -> Iterator[tuple[str, Figures]]:
    yield row.unit or words("none"), row.physical
    yield "Q", row.financial


def _period_columns(words: Words) -> tuple[Column, ...]:
    periods = (Column(words(f"targets.col.period.{one}"), is_figure=True, share=3) for one in PERIODS)
    return (*_head(words), Column(words("targets.col.unit"), share=2), *periods)


def _periods(words: Words, table: AccountedTable) -> Iterator[tuple[Cell, ...]]:
    """Rows of which more than one four-month period is told."""
    for row in table.rows:
        for unit, figures in _sides(words, row):
            told = {one.period: one.amount for one in figures.periods}
            if len(told) > 1:
                amounts = (Cell(words.two_decimals(told.get(one))) for one in PERIODS)
                yield (*_named(row), Cell(unit), *amounts)


def _change_columns(words: Words) -> tuple[Column, ...]:
    return (
        *_head(words),
        Column(words("targets.col.unit"), share=2),
        Column(words("targets.col.modification"), is_figure=True, share=3),
        Column(words("targets.col.day"), share=3),
        Column(words("targets.col.reference"), share=4),
    )


def _changes(words: Words, table: AccountedTable) -> Iterator[tuple[Cell, ...]]:
    """Modifications whose day or reference is known."""
    for row in table.rows:
        for unit, figures in _sides(words, row):
            for one in figures.modifications:
                if one.on is not None or one.reference:
                    yield (
                        *_named(row),
                        Cell(unit),
                        Cell(words.two_decimals(one.amount)),
                        Cell(words.short_day(one.on)),
                        Cell(one.reference or words("none")),
                    )


def _aligned_columns(words: Words) -> tuple[Column, ...]:
    names = (*ALIGNMENT_NAMES, "goals", "item")
    return (*_head(words), *(Column(words(f"targets.col.{one}"), share=3) for one in names))


def _aligned(words: Words, table: AccountedTable) -> Iterator[tuple[Cell, ...]]:
    for row in table.rows:
        if row.alignment != NO_ALIGNMENT or row.item:
            texts = (*aligned_text(words, row.alignment), row.item)
            yield (*_named(row), *(Cell(one or words("none")) for one in texts))


def _indicator(words: Words, one: AccountedIndicator) -> tuple[Cell, ...]:
    def told(value: Decimal | None, year: int | None) -> Cell:
        return Cell(words("none") if value is None else f"{words.two_decimals(value)} ({year})")

    source = one.source_report
    if one.source_on is not None:
        source = f"{source}, {words.short_day(one.source_on)}"
    percent = words.two_decimals(one.percent)
    return (
        Cell(f"{one.institution}: {one.name} ({one.unit})"),
        told(one.baseline, one.baseline_year),
        told(one.last, one.last_year),
        told(one.goal, one.goal_year),
        Cell(percent if one.percent is None else words("targets.percent", percent=percent)),
        Cell(source),
    )
