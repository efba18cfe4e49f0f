"""What a full-plan workbook must hold together: rows that name one another, numbers once, days in order."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal

from openpyxl.utils import get_column_letter

from tracker.domain import plan_book_sheets as sheets
from tracker.domain.plan_book import (
    PLAN_KEY,
    BookRow,
    BookSheet,
    PlanBook,
    item_key,
    keys_in,
    repeated,
    same_key,
)
from tracker.domain.plans import NodeKind
from tracker.importers.proposals import Finding, Level

_MOST_DECIMALS = {
    "planned": 4,
    "delivered": 4,
    "quantity": 4,
    "starting_quantity": 4,
    "amount": 2,
    "percent": 2,
}
_ABOVE_ZERO = ("weight", "planned")
_NOT_BELOW_ZERO = ("delivered", "quantity", "starting_quantity", "amount", "position", "revision")


def item_keys(book: PlanBook) -> dict[str, BookRow]:
    """Every item of a workbook by the key that rows name it with."""
    return {
        same_key(key_of_row(kind, row)): row for kind, spec in sheets.LEVELS for row in book.rows(spec.name)
    }


def key_of_row(kind: NodeKind, row: BookRow) -> str:
    """The key of the item that a row is."""
    return item_key(
        kind, row.text("label"), commitment=row.text("commitment"), milestone=row.text("milestone")
    )


def check_book(book: PlanBook) -> list[Finding]:
    """Every error between the rows of a workbook that was read without one."""
    return [
        *_plan_rows(book),
        *_numbers(book),
        *_repeated(book),
        *_above(book),
        *_references(book),
        *_institutions(book),
        *_windows(book),
        *_claims(book),
        *_quotes(book),
    ]


def error_at(
    book: PlanBook,
    spec: BookSheet,
    row: BookRow,
    name: str,
    code: str,
    params: Mapping[str, str] | None = None,
) -> Finding:
    """An error told of a field of a row, in the cell where the file has it."""
    place = book.places.get(spec.name, {}).get(name, 0)
    cell = f"{get_column_letter(place + 1)}{row.number}"
    return Finding(Level.ERROR, code, spec.title, cell, row.text(name)[:200], dict(params or {}))


def _plan_rows(book: PlanBook) -> Iterator[Finding]:
    rows = book.rows(sheets.PLAN.name)
    if len(rows) != 1:
        yield Finding(Level.ERROR, "plan-row-not-one", sheets.PLAN.title, params={"count": str(len(rows))})
    for row in rows:
        start, end = row.values.get("starts_on"), row.values.get("ends_on")
        if isinstance(start, date) and isinstance(end, date) and start > end:
            params = {"start": start.isoformat(), "end": end.isoformat()}
            yield error_at(book, sheets.PLAN, row, "ends_on", "reversed-window", params)


def _numbers(book: PlanBook) -> Iterator[Finding]:
    """Amounts within what the system keeps: decimals, signs, percentages."""
    for spec in sheets.SHEETS:
        for row in book.rows(spec.name):
            for name, value in row.values.items():
                if isinstance(value, Decimal | int) and not isinstance(value, bool):
                    code = _wrong_number(name, Decimal(value))
                    if code:
                        yield error_at(book, spec, row, name, code, {"value": str(value)})


def _wrong_number(name: str, value: Decimal) -> str:
    exponent = value.as_tuple().exponent
    if isinstance(exponent, int) and -exponent > _MOST_DECIMALS.get(name, 4):
        return "too-many-decimals"
    if name == "percent" and not 0 <= value <= 100:
        return "percent-out-of-range"
    if name in _ABOVE_ZERO and value <= 0:
        return "number-not-above-zero"
    if name in _NOT_BELOW_ZERO and value < 0:
        return "quantity-below-zero"
    return "quantity-too-large" if abs(value) >= Decimal(10) ** 12 else ""


def _repeated(book: PlanBook) -> Iterator[Finding]:
    """A number given twice on its level, an identifier twice in its sheet."""
    for kind, spec in sheets.LEVELS:
        first: dict[str, BookRow] = {}
        for row in book.rows(spec.name):
            before = first.setdefault(same_key(key_of_row(kind, row)), row)
            if before is not row:
                params = {"label": row.text("label"), "first": f"A{before.number}"}
                yield error_at(book, spec, row, "label", "repeated-number", params)
    for spec in sheets.SHEETS:
        for row, before in repeated(book.rows(spec.name), "uid"):
            yield error_at(book, spec, row, "uid", "uid-repeated", {"first": f"A{before.number}"})


def _above(book: PlanBook) -> Iterator[Finding]:
    """What an item stands on is in the workbook."""
    known = item_keys(book)
    for _, spec in sheets.LEVELS:
        for row in book.rows(spec.name):
            for name, key in _parents(row):
                if same_key(key) not in known:
                    yield error_at(book, spec, row, name, "item-not-in-book", {"item": key})


def _parents(row: BookRow) -> Iterator[tuple[str, str]]:
    commitment = row.text("commitment")
    if row.text("axis"):
        yield "axis", item_key(NodeKind.AXIS, row.text("axis"))
    if commitment:
        yield "commitment", commitment
    if row.text("milestone"):
        yield "milestone", item_key(NodeKind.MILESTONE, row.text("milestone"), commitment=commitment)


_NAMING_ITEMS = (
    *((spec, "item") for spec in (sheets.WINDOWS, sheets.PARTS, sheets.MONEY, sheets.ORIGINS, sheets.CLAIMS)),
    (sheets.ORIGINS, "origin"),
    (sheets.PRODUCTS, "items"),
    (sheets.MEANS, "items"),
)


def _references(book: PlanBook) -> Iterator[Finding]:
    """Every item that a row names is in the workbook; so is the claim that a link or a quantity is of."""
    known = {PLAN_KEY, *item_keys(book)}
    for spec, name in _NAMING_ITEMS:
        for row in book.rows(spec.name):
            for key in keys_in(row.text(name)):
                if key not in known:
                    yield error_at(book, spec, row, name, "item-not-in-book", {"item": key})
    claims = {row.text("uid") for row in book.rows(sheets.CLAIMS.name)}
    for spec in (sheets.LINKS, sheets.QUANTITIES):
        for row in book.rows(spec.name):
            if row.text("claim") not in claims:
                yield error_at(book, spec, row, "claim", "claim-not-in-book", {"claim": row.text("claim")})


def _institutions(book: PlanBook) -> Iterator[Finding]:
    """Every institution that a row names has a row of its own, found by acronym, name or identifier."""
    known = {
        same_key(row.text(name))
        for row in book.rows(sheets.INSTITUTIONS.name)
        for name in ("uid", "acronym", "name")
        if row.text(name)
    }
    naming = ((sheets.PARTS, "institution"), (sheets.CLAIMS, "institution"), (sheets.INSTITUTIONS, "parent"))
    for spec, name in naming:
        for row in book.rows(spec.name):
            if row.text(name) and same_key(row.text(name)) not in known:
                yield error_at(book, spec, row, name, "institution-not-in-book", {"text": row.text(name)})


def _windows(book: PlanBook) -> Iterator[Finding]:
    for row in book.rows(sheets.WINDOWS.name):
        start, end = row.values.get("start_on"), row.values.get("end_on")
        if isinstance(start, date) and isinstance(end, date) and start > end:
            params = {"start": start.isoformat(), "end": end.isoformat()}
            yield error_at(book, sheets.WINDOWS, row, "end_on", "reversed-window", params)
        if bool(row.values.get("revision")) != ("from_on" in row.values):
            yield error_at(book, sheets.WINDOWS, row, "from_on", "revision-without-day")


def _claims(book: PlanBook) -> Iterator[Finding]:
    for row in book.rows(sheets.CLAIMS.name):
        if "completed_on" in row.values and row.values.get("percent") != 100:
            yield error_at(book, sheets.CLAIMS, row, "completed_on", "completion-below-full")
        if row.values.get("no_progress") and not row.text("obstacle"):
            yield error_at(book, sheets.CLAIMS, row, "obstacle", "cell-missing", {"column": "Obstáculo"})


def _quotes(book: PlanBook) -> Iterator[Finding]:
    """A planned quantity quotes the plan; reserved evidence names its ground."""
    for row in book.rows(sheets.PRODUCTS.name):
        if "planned" in row.values and not row.text("quote").strip():
            yield error_at(book, sheets.PRODUCTS, row, "planned", "quantity-needs-quote")
    for row in book.rows(sheets.LINKS.name):
        if row.values.get("access") == "reserved" and not row.text("legal_ground").strip():
            yield error_at(
                book, sheets.LINKS, row, "legal_ground", "cell-missing", {"column": "Fundamento legal"}
            )
