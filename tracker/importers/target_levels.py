"""What stands under what in a table of targets: as the file shows it, else guessed by sums."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from tracker.domain.targets import FIGURES, Target, TargetLevel
from tracker.importers.target_rows import RawTarget

Guessed = Callable[[RawTarget, int], None]


def placed(rows: Sequence[RawTarget], period: int, guessed: Guessed) -> tuple[Target, ...]:
    """The rows as targets; `guessed` is told of each product that only sums speak for, with how many below.

    A row says itself what it is, or a SNIP does: projects have one and the product they are of has none.
    """
    heads = [one for one in rows if not one.continues]
    below: set[int] = set()

    def told(product: RawTarget, rows: Sequence[RawTarget]) -> None:
        below.update(id(one) for one in rows)
        guessed(product, len(rows))

    levels = _levels(heads, period, told)
    targets: list[Target] = []
    product = last = 0
    for position, raw in enumerate(rows, start=1):
        if not raw.continues:
            last = position
        level = levels[id(rows[last - 1])]
        if level is TargetLevel.PRODUCT and not raw.continues:
            product = position
        is_below = level is TargetLevel.SUBPRODUCT and product
        targets.append(
            Target(
                position=position,
                name=raw.name,
                level=level,
                unit=raw.unit,
                snip=raw.snip,
                executing_unit=raw.executing_unit,
                parent=product if is_below else None,
                continues=last if raw.continues else None,
                physical=raw.physical,
                financial=raw.financial,
                is_guessed=id(rows[last - 1]) in below,
            )
        )
    return tuple(targets)


def _levels(
    heads: Sequence[RawTarget], period: int, guessed: Callable[[RawTarget, Sequence[RawTarget]], None]
) -> dict[int, TargetLevel]:
    """By their own words; else by their SNIP; where a row below has none, by sums, which is a guess."""
    if any(one.level is TargetLevel.SUBPRODUCT for one in heads):
        return {id(one): one.level or TargetLevel.PRODUCT for one in heads}
    has_projects = any(one.snip for one in heads) and not all(one.snip for one in heads)
    levels: dict[int, TargetLevel] = {}
    place = 0
    while place < len(heads):
        row = heads[place]
        is_project = has_projects and bool(row.snip)
        levels[id(row)] = TargetLevel.SUBPRODUCT if is_project else TargetLevel.PRODUCT
        below = [] if row.snip else _sum_below(heads, place, period)
        place += 1
        if not all(one.snip for one in below):
            levels |= {id(one): TargetLevel.SUBPRODUCT for one in below}
            guessed(row, below)
            place += len(below)
    return levels


def _sum_below(heads: Sequence[RawTarget], place: int, period: int) -> Sequence[RawTarget]:
    """The rows next below that add up to this one in every figure of money; none where none do."""
    wanted = _money(heads[place], period)
    if not any(wanted):
        return ()
    sums = [0] * len(FIGURES)
    for count, row in enumerate(heads[place + 1 :], start=1):
        sums = [one + other for one, other in zip(sums, _money(row, period), strict=True)]
        if sums == wanted:
            return heads[place + 1 : place + 1 + count]
    return ()


def _money(row: RawTarget, period: int) -> list[int]:
    return [row.financial.figure(name, period) or 0 for name in FIGURES]
