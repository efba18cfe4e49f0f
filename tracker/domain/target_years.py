"""A year of targets: its periods put together, what a new file keeps of the last one, corrections by hand."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from tracker.domain.errors import DomainError, NotFound
from tracker.domain.permissions import AccountRole, Actor, Permission, can
from tracker.domain.targets import (
    FIGURES,
    LARGEST,
    Execution,
    Measure,
    Modification,
    RecordedTargets,
    Side,
    Target,
    TargetLevel,
    TargetTable,
    natural,
)
from tracker.domain.text import normalise

_LONGEST = 1000
Places = dict[int, int]
"""Of rows by position: the position of the product they are of, 0 for a product."""


@dataclass(frozen=True)
class TargetChange:
    """One thing that a version of a table says otherwise than the one before it."""

    position: int
    name: str
    figure: str
    """ "physical.initial", or a field of the row; "row" for a row that is new or gone."""
    before: str
    after: str


@dataclass(frozen=True)
class Acceptance:
    """Who accepted which version of a table: nothing is shown as accepted that was changed since."""

    table_uid: str
    sequence: int
    by: str
    plan_uid: str = ""


def may_write_targets(actor: Actor, institution_id: int) -> bool:
    """The contact point writes for every institution, a liaison for its own."""
    if not can(actor, Permission.TARGETS_WRITE):
        return False
    return actor.role is not AccountRole.LIAISON or institution_id in actor.institution_ids


def key_of(said: RecordedTargets) -> tuple[str, int, str, str]:
    """What a table is known by from one period to the next."""
    table = said.table
    return (said.institution.uid, table.year, table.programme, normalise(table.title))


def over_year(tables: Iterable[RecordedTargets], until: int = 3) -> tuple[RecordedTargets, ...]:
    """Each table's last period up to one, its rows with what the earlier periods had executed."""
    periods: dict[tuple[str, int, str, str], list[RecordedTargets]] = defaultdict(list)
    for one in tables:
        if one.table.period <= until:
            periods[key_of(one)].append(one)
    found = []
    for versions in periods.values():
        *earlier, last = sorted(versions, key=lambda one: one.table.period)
        table = last.table
        rows = tuple(_with_earlier(table, row, [one.table for one in earlier]) for row in table.rows)
        found.append(replace(last, table=replace(table, rows=rows)))
    return tuple(found)


def _with_earlier(table: TargetTable, row: Target, earlier: Sequence[TargetTable]) -> Target:
    identity = table.identity(row)
    before = [one for each in earlier for one in each.rows if each.identity(one) == identity]
    sides = {side: _accumulated(row.side(side), [one.side(side) for one in before]) for side in Side}
    return replace(row, physical=sides[Side.PHYSICAL], financial=sides[Side.FINANCIAL])


def _accumulated(own: Measure, earlier: Sequence[Measure]) -> Measure:
    told = {one.period: one for measure in (*earlier, own) for one in measure.executed}
    return replace(own, executed=tuple(told[period] for period in sorted(told)))


def carried(table: TargetTable, earlier: Sequence[TargetTable]) -> TargetTable:
    """A table out of a file with what people said of its rows before: links, dates, what stands under what.

    A guess gives way to what somebody said; the figures are the file's.
    """
    known: dict[tuple[str, str, str, int], Target] = {}
    for one in reversed(earlier):
        known |= {one.identity(row): row for row in one.rows}
    rows = []
    for row in table.rows:
        before = known.get(table.identity(row))
        rows.append(row if before is None else _kept(row, before))
    said = {row.position: known[table.identity(row)] for row in table.rows if table.identity(row) in known}
    is_guess = any(row.is_guessed for row in table.rows)
    if is_guess and len(said) == len(rows) and not any(one.is_guessed for one in said.values()):
        rows = list(_placed(rows, {at: one.parent or 0 for at, one in said.items()}))
    return replace(table, rows=tuple(rows))


def _kept(row: Target, before: Target) -> Target:
    sides = {side: _dated(row.side(side), before.side(side)) for side in Side}
    row = replace(row, physical=sides[Side.PHYSICAL], financial=sides[Side.FINANCIAL])
    row = replace(row, alignment=before.alignment, item_uid=before.item_uid)
    same = replace(before, parent=row.parent, level=row.level, is_guessed=row.is_guessed, source=row.source)
    return replace(row, source=before.source) if same == row else row


def _dated(own: Measure, before: Measure) -> Measure:
    """The dated modifications stay, with what the file has beyond them as one of its own."""
    dated = tuple(one for one in before.modifications if one.on is not None or one.reference)
    if not dated or own.modification is None:
        return own
    rest = own.modification - sum(one.amount for one in dated)
    return replace(own, modifications=(*dated, *([Modification(rest)] if rest else [])))


def placed_by_hand(table: TargetTable, parents: Places) -> TargetTable:
    """The table with its rows under the products that somebody named; nothing of it is a guess any more."""
    for position, parent in parents.items():
        if parent and (parent >= position or parents.get(parent, 0)):
            raise DomainError("target-parent-not-product", field=f"parent-{position}", position=position)
    return replace(table, rows=tuple(_placed(table.rows, parents)))


def _placed(rows: Sequence[Target], parents: Places) -> Iterator[Target]:
    for row in rows:
        parent = parents.get(row.continues or row.position, row.parent or 0) or None
        level = TargetLevel.SUBPRODUCT if parent else TargetLevel.PRODUCT
        yield replace(row, parent=parent, level=level, is_guessed=False)


def corrected(table: TargetTable, row: Target) -> TargetTable:
    """The table with one row written anew, or added at its end where its position is 0.

    NotFound for a row that is not there; SeveralErrors are the caller's to raise from `row_errors`.
    """
    if row.position == 0:
        return replace(table, rows=(*table.rows, replace(row, position=len(table.rows) + 1)))
    if not any(one.position == row.position for one in table.rows):
        raise NotFound("target-row-not-found", position=row.position)
    return replace(table, rows=tuple(row if one.position == row.position else one for one in table.rows))


def row_errors(table: TargetTable, row: Target) -> Iterator[DomainError]:
    """Everything that keeps a row written by hand from being recorded, each beside its field."""
    source = row.source or table.source
    broken = (
        ("target-name-required", "name", not row.name.strip()),
        ("target-unit-required", "unit", not row.unit.strip() and not row.physical.is_empty),
        ("target-source-required", "report", not source.report.strip()),
        ("target-source-day-required", "report_on", source.on is None),
        ("target-parent-not-product", "parent", not _may_stand_under(table, row)),
    )
    yield from (DomainError(code, field=name) for code, name, is_broken in broken if is_broken)
    for name in ("name", "unit", "snip", "executing_unit"):
        if len(getattr(row, name)) > _LONGEST:
            yield DomainError("target-text-too-long", field=name, most=_LONGEST)
    for side in Side:
        yield from _measure_errors(side, row.side(side))


def _may_stand_under(table: TargetTable, row: Target) -> bool:
    """A row stands under a product, never under itself nor a subproduct; one that has some stands alone."""
    products = {one.position for one in table.rows if one.parent is None and one.continues is None}
    has_below = row.position != 0 and any(one.parent == row.position for one in table.rows)
    return row.parent is None or (row.parent in products - {row.position} and not has_below)


def _measure_errors(side: Side, measure: Measure) -> Iterator[DomainError]:
    if measure.initial is not None and not 0 <= measure.initial <= LARGEST:
        yield DomainError("target-amount-out-of-range", field=f"{side.value}_initial")
    if any(abs(one.amount) > LARGEST for one in measure.modifications):
        yield DomainError("target-amount-out-of-range", field=f"{side.value}_modifications")
    current = measure.current
    if current is not None and current < 0:
        yield DomainError("target-current-below-zero", field=f"{side.value}_modifications")
    for one in measure.executed:
        if not 0 <= one.amount <= LARGEST:
            yield DomainError("target-amount-out-of-range", field=f"{side.value}_executed_{one.period}")


def executions(amounts: Iterable[tuple[int, int | None]]) -> tuple[Execution, ...]:
    """What was executed by the end of each period that has an amount."""
    return tuple(Execution(period, amount) for period, amount in amounts if amount is not None)


def changes(before: TargetTable | None, after: TargetTable) -> tuple[TargetChange, ...]:
    """What one version says otherwise than the one before it, row by row; all of it where there is none."""
    earlier = {one.position: one for one in before.rows} if before else {}
    later = {one.position: one for one in after.rows}
    found: list[TargetChange] = []
    for position in sorted(earlier.keys() | later.keys()):
        old, new = earlier.get(position), later.get(position)
        row = new or old
        if row is None or old == new:
            continue
        if old is None or new is None:
            names = (old.name if old else "", new.name if new else "")
            found.append(TargetChange(position, row.name, "row", *names))
        else:
            found += [
                TargetChange(position, row.name, figure, one, other)
                for (figure, one), (_, other) in zip(_told(old), _told(new), strict=True)
                if one != other
            ]
    return tuple(found)


def _told(row: Target) -> Iterator[tuple[str, str]]:
    """Every field of a row as text, in one order."""
    for name in ("name", "unit", "snip", "executing_unit"):
        yield name, getattr(row, name)
    yield "parent", str(row.parent or "")
    for side in Side:
        measure = row.side(side)
        for figure in FIGURES:
            if figure != "executed":
                amount = measure.figure(figure, 3)
                yield f"{side.value}.{figure}", "" if amount is None else f"{natural(side, amount):f}"
        for period in (1, 2, 3):
            told = [one.amount for one in measure.executed if one.period == period]
            yield f"{side.value}.executed-{period}", f"{natural(side, told[0]):f}" if told else ""
    alignment = row.alignment
    for name in ("priority", "strategic_goal", "policy", "result"):
        yield name, getattr(alignment, name)
    yield "goals", ", ".join(str(one) for one in alignment.goals)
    yield "item", row.item_uid
    yield "source", row.source.report if row.source else ""
