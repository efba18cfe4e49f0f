"""What hangs on the items of a full-plan workbook: dates, parts, amounts, products, means, origins.

An item of which a sheet says nothing keeps what it has; of the others dates, parts and amounts become what
the sheet says, products and means are added and reworded, never taken off.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, TypeVar

from sqlalchemy import select

from tracker.db import db
from tracker.domain import plan_book_sheets as sheets
from tracker.domain.evidence import Access
from tracker.domain.plan_book import BookRow, PlanBook, keys_in, same_key
from tracker.domain.schedule import Precision, Window
from tracker.domain.text import slug
from tracker.importers.plan_book_rules import error_at
from tracker.importers.proposals import Finding, Level
from tracker.models.plans import NodeOrigin, NodeWindow, PlanNode, Product, VerificationMeans
from tracker.queries import source_fields as fields
from tracker.services.imports import Outcome, Tally
from tracker.services.plan_book_institutions import BookInstitutions
from tracker.services.plans import new_means, new_product, window_rows
from tracker.services.source_fields import Shelf, put
from tracker.services.variants import own

SOURCE = "workbook"
_Revision = tuple[int, date | None]
T = TypeVar("T", Product, VerificationMeans)


@dataclass
class Hanging:
    """Puts down what the sheets of a workbook say of its items."""

    book: PlanBook
    by_key: dict[str, PlanNode]
    institutions: BookInstitutions
    tally: Tally
    made: set[int]
    """Ids of the items that this workbook made."""
    findings: list[Finding] = field(default_factory=list)
    means_by_uid: dict[str, VerificationMeans] = field(default_factory=dict)
    _outcomes: dict[VerificationMeans, Outcome] = field(default_factory=dict)

    def take(self) -> Iterator[tuple[PlanNode, str]]:
        """Write everything; gives each item that changed with the field in which it did."""
        with db.session.no_autoflush:
            yield from self._windows()
            yield from self._parts()
            yield from self._money()
            yield from self._products()
            yield from self._means()
            yield from self._origins()

    def count_means(self) -> None:
        """Each means counted once."""
        for one, outcome in self._outcomes.items():
            self.tally.count("verification_means", one, outcome)

    def _by_item(self, name: str) -> dict[str, list[BookRow]]:
        found: dict[str, list[BookRow]] = {}
        for row in self.book.rows(name):
            found.setdefault(same_key(row.text("item")), []).append(row)
        return found

    def _put(self, node: PlanNode, name: str, value: Any) -> bool:
        """Bring a value into force; True where it is another than the one before."""
        own(node, name, SOURCE)
        if fields.current(node, name) == value:
            return False
        put(node, name, value, Shelf())
        return True

    def _windows(self) -> Iterator[tuple[PlanNode, str]]:
        for key, rows in self._by_item(sheets.WINDOWS.name).items():
            node = self.by_key[key]
            revisions: dict[_Revision, list[Window]] = {}
            for row in rows:
                revisions.setdefault(_revision(row), []).append(_window(row))
            baseline = revisions.pop((0, None), [])
            if baseline and self._put(node, fields.WINDOWS, fields.windows_value(baseline, node.frequency)):
                yield node, fields.WINDOWS
            if node.id in self.made:
                for (revision, from_on), windows in revisions.items():
                    node.windows.extend(window_rows(windows, revision=revision, from_on=from_on))
            elif revisions and revisions != _later(node):
                told = error_at(self.book, sheets.WINDOWS, rows[-1], "revision", "reschedulings-differ")
                self._doubt(told, key)

    def _doubt(self, told: Finding, key: str) -> None:
        self.findings.append(
            Finding(Level.DOUBT, told.code, told.sheet, told.cell, told.text, told.params, key)
        )

    def _parts(self) -> Iterator[tuple[PlanNode, str]]:
        for key, rows in self._by_item(sheets.PARTS.name).items():
            node = self.by_key[key]
            value, seen = [], set()
            for row in rows:
                uid = self.institutions.named(row.text("institution")).uid
                if uid in seen:
                    code = "part-repeated"
                    self.findings.append(error_at(self.book, sheets.PARTS, row, "institution", code))
                seen.add(uid)
                value.append({"institution": uid, "role": row.text("role"), "text": row.text("text")})
            if self._put(node, fields.ROLES, value):
                yield node, fields.ROLES
            if node.id in self.made:
                self._follow(node, rows)

    def _follow(self, node: PlanNode, rows: list[BookRow]) -> None:
        """Whose part an institution took over, as history must know it."""
        parts = {one.institution.uid: one for one in node.roles}
        for row in rows:
            part = parts[self.institutions.named(row.text("institution")).uid]
            since = row.values.get("since")
            part.since = since if isinstance(since, date) else None
            try:
                part.follows = [self._here(one) for one in json.loads(row.text("follows") or "[]")]
            except (ValueError, TypeError, KeyError):
                code = "follows-not-understood"
                self.findings.append(error_at(self.book, sheets.PARTS, row, "follows", code))

    def _here(self, one: dict[str, Any]) -> dict[str, Any]:
        if one["since"] is not None:
            date.fromisoformat(one["since"])
        uid = self.institutions.uid_here(str(one["uid"]))
        return {"uid": uid, "since": one["since"], "follows": [self._here(each) for each in one["follows"]]}

    def _money(self) -> Iterator[tuple[PlanNode, str]]:
        for key, rows in self._by_item(sheets.MONEY.name).items():
            node = self.by_key[key]
            if node.commitment_id != node.id:
                code = "money-not-of-commitment"
                self.findings.append(error_at(self.book, sheets.MONEY, rows[0], "item", code))
                continue
            value = [[int(Decimal(row.text("amount")) * 100), row.text("provider")] for row in rows]
            if self._put(node, fields.FINANCIAL, value):
                yield node, fields.FINANCIAL

    def _nodes(self, row: BookRow, spec: Any) -> list[PlanNode]:
        """The items that share a product or means: all of one commitment, else an error."""
        nodes = [self.by_key[key] for key in keys_in(row.text("items"))]
        if not nodes or nodes[0].commitment_id is None or len({one.commitment_id for one in nodes}) > 1:
            self.findings.append(error_at(self.book, spec, row, "items", "items-of-several"))
            return []
        return nodes

    def _products(self) -> Iterator[tuple[PlanNode, str]]:
        for row in self.book.rows(sheets.PRODUCTS.name):
            nodes = self._nodes(row, sheets.PRODUCTS)
            if not nodes:
                continue
            product = _same(row, [one for node in nodes for one in node.products])
            is_new = product is None
            if product is None:
                product = new_product(nodes[0], row.text("text"))
                _name(product, row.text("uid"), Product)
            said = {
                name: row.values[name] for name in ("text", "unit", "quote", "planned") if name in row.values
            }
            differs = [name for name, value in said.items() if getattr(product, name) != value]
            for name, value in said.items():
                setattr(product, name, value)
            for node in nodes:
                own(node, fields.PRODUCT, SOURCE)
                if product not in node.products:
                    node.products.append(product)
                    yield node, fields.PRODUCT
                elif differs and not is_new:
                    yield node, fields.PRODUCT

    def _means(self) -> Iterator[tuple[PlanNode, str]]:
        for row in self.book.rows(sheets.MEANS.name):
            nodes = self._nodes(row, sheets.MEANS)
            if not nodes:
                continue
            means = _same(row, [one for node in nodes for one in node.means])
            outcome = Outcome.UNCHANGED
            access = Access(row.text("access")) if row.text("access") else None
            if means is None:
                means, outcome = new_means(nodes[0], row.text("text"), access=access), Outcome.CREATED
                _name(means, row.text("uid"), VerificationMeans)
            elif means.text != row.text("text") or access not in {None, means.access}:
                means.text, means.access, outcome = row.text("text"), access or means.access, Outcome.CHANGED
            self._outcomes[means] = outcome
            self.means_by_uid[row.text("uid")] = means
            for node in nodes:
                own(node, fields.MEANS, SOURCE)
                if means not in node.means:
                    node.means.append(means)
                    yield node, fields.MEANS
                elif outcome is Outcome.CHANGED:
                    yield node, fields.MEANS

    def _origins(self) -> Iterator[tuple[PlanNode, str]]:
        for row in self.book.rows(sheets.ORIGINS.name):
            node, origin = (self.by_key[same_key(row.text(name))] for name in ("item", "origin"))
            if node is origin:
                self.findings.append(error_at(self.book, sheets.ORIGINS, row, "origin", "origin-of-itself"))
            elif all(one.origin_id != origin.id for one in node.origins):
                node.origins.append(NodeOrigin(origin_id=origin.id, origin=origin, how=row.text("how")))
                yield node, "origins"


def _revision(row: BookRow) -> _Revision:
    from_on = row.values.get("from_on")
    return int(row.text("revision") or 0), from_on if isinstance(from_on, date) else None


def _window(row: BookRow) -> Window:
    start = row.values.get("start_on")
    return Window(
        date.fromisoformat(row.text("end_on")),
        start if isinstance(start, date) else None,
        Precision(row.text("end_precision") or Precision.DAY.value),
        Precision(row.text("start_precision") or Precision.DAY.value),
    )


def _later(node: PlanNode) -> dict[_Revision, list[Window]]:
    """The revisions of an item's dates after the baseline, as they stand."""
    found: dict[_Revision, list[Window]] = {}
    one: NodeWindow
    for one in sorted(node.windows, key=lambda each: (each.revision, each.position)):
        if one.revision:
            window = Window(one.end_on, one.start_on, one.end_precision, one.start_precision)
            found.setdefault((one.revision, one.from_on), []).append(window)
    return found


def _same(row: BookRow, there: list[T]) -> T | None:
    """The one that a row is, by its identifier, else by its words."""
    by_uid = next((one for one in there if one.uid == row.text("uid")), None)
    return by_uid or next((one for one in there if slug(one.text) == slug(row.text("text"))), None)


def _name(made: Product | VerificationMeans, uid: str, table: type[Product | VerificationMeans]) -> None:
    """What comes from another installation keeps its identifier, where nobody bears it here."""
    if uid and db.session.scalar(select(table.id).where(table.uid == uid)) is None:
        made.uid = uid
