"""What a search is tried on: titles and texts of one's own, and the index brought up to date."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from tests.support.factories.plans import NodeRef
from tracker.db import db, transaction
from tracker.models.evidence import Evidence
from tracker.models.plans import Commitment, PlanNode
from tracker.queries.portal.search import SearchPage, find
from tracker.services import search


def rewrite(node: NodeRef, title: str = "", **texts: str) -> None:
    """Another title of an item, other texts of a commitment: as if the plan had been written so."""
    with transaction():
        row = db.session.get(PlanNode, node.id)
        assert row is not None
        row.title = title or row.title
        if texts:
            own = db.session.get(Commitment, node.id)
            for name, text in texts.items():
                setattr(own, name, text)


def set_evidence(uid: str, **values: Any) -> None:
    """Columns of an item of evidence, past the services."""
    with transaction():
        row = db.session.scalars(select(Evidence).where(Evidence.uid == uid)).one()
        for name, value in values.items():
            setattr(row, name, value)


def refresh(*, from_nothing: bool = False) -> search.Refreshed:
    """Bring the index up to date."""
    return search.bring_up_to_date(transaction, from_nothing=from_nothing)


def told(page: SearchPage) -> list[str]:
    """The results in order: the kind, and the title or the label."""
    return [f"{hit.kind.value} {hit.label} {''.join(t for t, _ in hit.title)}".strip() for hit in page.hits]


def found(text: str, *arguments: Any, **more: Any) -> list[str]:
    """What a search finds, in order, as the database has it now."""
    db.session.rollback()
    return told(find(text, *arguments, **more))
