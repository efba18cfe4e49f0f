"""Bringing a field's value into force, whatever source it comes from (design section 2, rule 10)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from sqlalchemy import select

from tracker.db import db
from tracker.domain.plans import OGP_VALUES, Continuity, Role
from tracker.domain.schedule import Frequency
from tracker.domain.snapshots import window_from
from tracker.domain.text import slug
from tracker.models.accounts import Institution
from tracker.models.evidence import evidence_means
from tracker.models.plans import (
    FinancialResource,
    NodeRole,
    PlanNode,
    Product,
    VerificationMeans,
)
from tracker.queries.source_fields import CONTINUITY, FINANCIAL, MEANS, OGP, PRODUCT, ROLES, WINDOWS
from tracker.services.plans import new_means, new_product, window_rows


@dataclass
class Shelf:
    """Products and means already put down in this import, by the key that one merged cell gives them."""

    products: dict[str, Product] = field(default_factory=dict)
    means: dict[str, VerificationMeans] = field(default_factory=dict)
    created: set[VerificationMeans] = field(default_factory=set)
    reworded: set[VerificationMeans] = field(default_factory=set)


def put(node: PlanNode, name: str, value: Any, shelf: Shelf, keys: Sequence[str] = ()) -> None:
    """Bring a value into force."""
    if name == PRODUCT:
        _put_product(node, value, shelf, keys)
    elif name == MEANS:
        _put_means(node, value, shelf, keys)
    else:
        _WRITERS.get(name, partial(_put_column, name))(node, value)


def _put_column(name: str, node: PlanNode, value: Any) -> None:
    setattr(node, name, value)


def _put_continuity(node: PlanNode, value: str) -> None:
    _put_column(CONTINUITY, node, Continuity(value))


def _put_ogp_values(node: PlanNode, value: Sequence[str]) -> None:
    for one in OGP_VALUES:
        _put_column(f"value_{one}", node, one in value)


def _put_windows(node: PlanNode, value: dict[str, Any]) -> None:
    """The baseline as the document states it; approved reschedulings stay as they are."""
    node.frequency = Frequency(value["frequency"]) if value["frequency"] else None
    before = [one for one in node.windows if one.revision == 0]
    for old in before:
        node.windows.remove(old)
        db.session.delete(old)
    if before:
        db.session.flush()  # their places are taken again below
    node.windows.extend(window_rows([window_from(one) for one in value["windows"]]))


def _put_roles(node: PlanNode, value: Sequence[dict[str, str]]) -> None:
    uids = [one["institution"] for one in value]
    found = db.session.scalars(select(Institution).where(Institution.uid.in_(uids)))
    institutions = {one.uid: one for one in found}
    old = {one.institution.uid: one for one in node.roles}
    rows: dict[str, NodeRole] = {}
    for position, one in enumerate(value):
        uid = one["institution"]
        if uid in rows:
            continue
        row = rows.setdefault(uid, old.get(uid) or NodeRole(institution=institutions[uid]))
        row.role, row.text, row.position = Role(one["role"]), one["text"], position
    node.roles = list(rows.values())


def _put_product(node: PlanNode, text: str, shelf: Shelf, keys: Sequence[str]) -> None:
    key = keys[0] if keys else ""
    row = shelf.products.get(key) if key else None
    if row is None and node.products:
        row = node.products[0]
        row.text = text
    row = row or new_product(node, text)
    if key:
        shelf.products.setdefault(key, row)
    node.products = [row]


def _put_means(node: PlanNode, texts: Sequence[str], shelf: Shelf, keys: Sequence[str]) -> None:
    """Means found again by their words keep their evidence; reworded ones too, in their order."""
    left = {slug(one.text): one for one in node.means}
    rows: list[VerificationMeans | None] = [_shelved(shelf, key) for key in _padded(keys, len(texts))]
    for place, text in enumerate(texts):
        same = left.pop(slug(text), None)
        rows[place] = rows[place] or same
    spare = list(left.values())
    for place, (text, key) in enumerate(zip(texts, _padded(keys, len(texts)), strict=True)):
        row = rows[place]
        if row is None and spare:
            row = spare.pop(0)
            shelf.reworded.add(row)
        if row is None:
            row = new_means(node, text)
            shelf.created.add(row)
        row.text = text
        rows[place] = row
        if key:
            shelf.means.setdefault(key, row)
    node.means = [row for row in rows if row is not None] + [one for one in spare if _is_answered(one)]


def _padded(keys: Sequence[str], length: int) -> list[str]:
    return [*keys, *[""] * (length - len(keys))]


def _shelved(shelf: Shelf, key: str) -> VerificationMeans | None:
    return shelf.means.get(key) if key else None


def _is_answered(means: VerificationMeans) -> bool:
    """True where evidence answers it: such a means is not taken off an item."""
    answers = select(evidence_means.c.evidence_id).where(evidence_means.c.means_id == means.id).limit(1)
    return db.session.scalar(answers) is not None


def _put_financial(node: PlanNode, value: Sequence[tuple[int, str]]) -> None:
    rows = [FinancialResource(centavos=centavos, provider=provider) for centavos, provider in value]
    _put_column("financial_resources", node, rows)


_WRITERS: dict[str, Callable[[PlanNode, Any], None]] = {
    WINDOWS: _put_windows,
    ROLES: _put_roles,
    CONTINUITY: _put_continuity,
    OGP: _put_ogp_values,
    FINANCIAL: _put_financial,
}
