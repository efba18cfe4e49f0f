"""Bringing an amended field into force: rows that several items share change in all of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from tracker.db import db
from tracker.domain import amendments as rules
from tracker.domain.errors import DomainError
from tracker.domain.evidence import Access
from tracker.models.plans import PlanNode, VerificationMeans
from tracker.services import source_fields
from tracker.services.plans import new_means, new_product


def put(node: PlanNode, field: str, value: Any) -> None:
    """Bring a value into force; DomainError `quantity-needs-product` where nothing is delivered."""
    writer = _WRITERS.get(field)
    if writer is not None:
        writer(node, value)
    else:
        source_fields.put(node, field, value, source_fields.Shelf())


def _put_product(node: PlanNode, text: str) -> None:
    """The first product reworded, written down, or taken off the item."""
    if not text:
        node.products = node.products[1:]
    elif node.products:
        node.products[0].text = text
    else:
        node.products = [new_product(node, text)]


def _put_quantity(node: PlanNode, value: Mapping[str, str] | None) -> None:
    """What is planned of the first product, with the words that state it."""
    if not node.products:
        raise DomainError("quantity-needs-product", field=rules.QUANTITY)
    product = node.products[0]
    product.planned = Decimal(value["planned"]) if value else None
    product.unit, product.quote = (value["unit"], value["quote"]) if value else (product.unit, "")


def _put_means(node: PlanNode, value: Sequence[Mapping[str, str]]) -> None:
    """Means kept by uid, reworded, added and left out; one left out keeps the evidence it was given."""
    uids = [one["uid"] for one in value if one["uid"]]
    known = {
        one.uid: one
        for one in db.session.scalars(
            select(VerificationMeans).where(
                VerificationMeans.uid.in_(uids), VerificationMeans.commitment_id == node.commitment_id
            )
        )
    }
    rows = []
    for one in value:
        access = Access(one["access"])
        row = known.get(one["uid"]) or new_means(node, one["text"], access=access)
        row.text, row.access = one["text"], access
        rows.append(row)
    node.means = rows


_WRITERS: dict[str, Callable[[PlanNode, Any], None]] = {
    rules.PRODUCT: _put_product,
    rules.QUANTITY: _put_quantity,
    rules.MEANS: _put_means,
}
