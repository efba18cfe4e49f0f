"""Keeping the search beside what is public: the difference between what should be there and what is."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import asdict, dataclass

from sqlalchemy import delete, insert, select, text, update

from tracker.db import db
from tracker.models.search import SearchDocument, SearchKind, SearchState, SearchTerm
from tracker.queries import search as queries
from tracker.queries.portal.search_sources import list_sources
from tracker.services.search_documents import RULES, Document, document_of, vocabulary

_AT_ONCE = 200


@dataclass(frozen=True)
class Prepared:
    """Everything that a search should hold, read at one place in the order of recording."""

    seq: int
    documents: dict[tuple[SearchKind, str], Document]
    terms: dict[str, tuple[str, int]]


@dataclass(frozen=True)
class Refreshed:
    """What a refresh wrote."""

    documents: int = 0
    written: int = 0
    removed: int = 0


def is_stale() -> bool:
    """True where something was recorded since the search was refreshed, or its rules are others."""
    return not queries.is_fresh(RULES)


def prepare() -> Prepared:
    """Read everything that is public: before the transaction that writes, so that nobody waits for it."""
    seq = queries.last_recorded()
    documents = {one.key: one for one in map(document_of, list_sources())}
    return Prepared(seq, documents, vocabulary(documents.values()))


def refresh(prepared: Prepared, *, from_nothing: bool = False) -> Refreshed:
    """Write what is missing or other and remove what is no longer public; a second time changes nothing.

    `from_nothing` throws away what is there, for when it is not to be trusted.
    """
    _one_at_a_time()
    if from_nothing:
        db.session.execute(delete(SearchDocument))
        db.session.execute(delete(SearchTerm))
    written, removed = _write_documents(prepared.documents)
    _write_terms(prepared.terms)
    db.session.merge(SearchState(id=1, seq=prepared.seq, rules=RULES))
    db.session.flush()
    return Refreshed(len(prepared.documents), written, removed)


def bring_up_to_date(
    unit: Callable[[], AbstractContextManager[None]], *, from_nothing: bool = False
) -> Refreshed:
    """Read everything, then write the difference in a unit of work of its own."""
    prepared = prepare()
    with unit():
        return refresh(prepared, from_nothing=from_nothing)


def counts(done: Refreshed) -> dict[str, int]:
    """A refresh as a job reports it."""
    return asdict(done)


def _one_at_a_time() -> None:
    """SQLite has one writer anyway; PostgreSQL lets others read meanwhile."""
    if db.engine.dialect.name == "postgresql":
        db.session.execute(text("LOCK TABLE search_documents IN SHARE ROW EXCLUSIVE MODE"))


def _write_documents(wanted: dict[tuple[SearchKind, str], Document]) -> tuple[int, int]:
    columns = (SearchDocument.kind, SearchDocument.subject, SearchDocument.digest, SearchDocument.id)
    present = {
        (kind, subject): (digest, row) for kind, subject, digest, row in db.session.execute(select(*columns))
    }
    gone = [row for key, (_, row) in present.items() if key not in wanted]
    for start in range(0, len(gone), _AT_ONCE):
        db.session.execute(
            delete(SearchDocument).where(SearchDocument.id.in_(gone[start : start + _AT_ONCE]))
        )
    new = [
        {"kind": key[0], "subject": key[1], **one.values} for key, one in wanted.items() if key not in present
    ]
    if new:
        db.session.execute(insert(SearchDocument), new)
    other = [
        {"id": present[key][1], **one.values}
        for key, one in wanted.items()
        if key in present and present[key][0] != one.digest
    ]
    if other:
        db.session.execute(update(SearchDocument), other)
    return len(new) + len(other), len(gone)


def _write_terms(wanted: dict[str, tuple[str, int]]) -> None:
    present = {
        row.term: (row.shown, row.documents)
        for row in db.session.execute(select(SearchTerm.term, SearchTerm.shown, SearchTerm.documents))
    }
    changed = [term for term, told in wanted.items() if present.get(term) != told]
    gone = [term for term, told in present.items() if wanted.get(term) != told]
    for start in range(0, len(gone), _AT_ONCE):
        db.session.execute(delete(SearchTerm).where(SearchTerm.term.in_(gone[start : start + _AT_ONCE])))
    rows = [
        {"term": term, "shown": wanted[term][0], "documents": wanted[term][1], "length": len(term)}
        for term in changed
    ]
    if rows:
        db.session.execute(insert(SearchTerm), rows)
