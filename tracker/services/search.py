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
    """What a search should hold, of some plans or of all, read at one place in the order of recording."""

    seq: int
    documents: dict[tuple[SearchKind, str], Document]
    plans: frozenset[int] | None = None
    """The plans that were read; None for all."""


@dataclass(frozen=True)
class Refreshed:
    """What a refresh wrote."""

    documents: int = 0
    written: int = 0
    removed: int = 0


def is_stale() -> bool:
    """True where something was recorded since the search was refreshed, or its rules are others."""
    return not queries.is_fresh(RULES)


def prepare(*, everything: bool = True) -> Prepared:
    """Read what is public: before the transaction that writes, so that nobody waits for it.

    Without `everything` only the plans of which something was recorded since the search was refreshed.
    """
    seq = queries.last_recorded()
    plans = None if everything else queries.plans_changed_since_refresh(RULES)
    sources = list_sources(plans) if plans is None or plans else ()
    return Prepared(seq, {one.key: one for one in map(document_of, sources)}, plans)


def refresh(prepared: Prepared, *, from_nothing: bool = False) -> Refreshed:
    """Write what is missing or other and remove what is no longer public; a second time changes nothing.

    `from_nothing` throws away what is there, for when it is not to be trusted.
    """
    _one_at_a_time()
    if from_nothing:
        db.session.execute(delete(SearchDocument))
        db.session.execute(delete(SearchTerm))
    before = _present(prepared.plans)
    new, other, gone = _differences(prepared.documents, before)
    if prepared.plans is not None:
        _count_terms(_read([before[key][1] for key in (*other, *gone)]), [*new.values(), *other.values()])
    _write_documents(new, other, before, gone)
    if prepared.plans is None:
        _write_terms(vocabulary(prepared.documents.values()))
    db.session.merge(SearchState(id=1, seq=prepared.seq, rules=RULES))
    db.session.flush()
    return Refreshed(len(prepared.documents), len(new) + len(other), len(gone))


def bring_up_to_date(
    unit: Callable[[], AbstractContextManager[None]], *, everything: bool = True, from_nothing: bool = False
) -> Refreshed:
    """Read everything, or what may have changed; then write the difference in a unit of work of its own."""
    prepared = prepare(everything=everything or from_nothing)
    with unit():
        return refresh(prepared, from_nothing=from_nothing)


def counts(done: Refreshed) -> dict[str, int]:
    """A refresh as a job reports it."""
    return asdict(done)


def _one_at_a_time() -> None:
    """SQLite has one writer anyway; PostgreSQL lets others read meanwhile."""
    if db.engine.dialect.name == "postgresql":
        db.session.execute(text("LOCK TABLE search_documents IN SHARE ROW EXCLUSIVE MODE"))


_Key = tuple[SearchKind, str]


def _present(plans: frozenset[int] | None) -> dict[_Key, tuple[str, int]]:
    """Digest and id of the documents that are there, of those plans."""
    columns = (SearchDocument.kind, SearchDocument.subject, SearchDocument.digest, SearchDocument.id)
    statement = select(*columns)
    if plans is not None:
        statement = statement.where(SearchDocument.plan_id.in_(plans))
    return {(kind, subject): (digest, row) for kind, subject, digest, row in db.session.execute(statement)}


def _differences(
    wanted: dict[_Key, Document], before: dict[_Key, tuple[str, int]]
) -> tuple[dict[_Key, Document], dict[_Key, Document], list[_Key]]:
    """What is new, what is other than it was, and what is gone."""
    new = {key: one for key, one in wanted.items() if key not in before}
    other = {key: one for key, one in wanted.items() if key in before and before[key][0] != one.digest}
    return new, other, [key for key in before if key not in wanted]


def _write_documents(
    new: dict[_Key, Document],
    other: dict[_Key, Document],
    before: dict[_Key, tuple[str, int]],
    gone: list[_Key],
) -> None:
    rows = [before[key][1] for key in gone]
    for start in range(0, len(rows), _AT_ONCE):
        db.session.execute(
            delete(SearchDocument).where(SearchDocument.id.in_(rows[start : start + _AT_ONCE]))
        )
    if new:
        values = [{"kind": key[0], "subject": key[1], **one.values} for key, one in new.items()]
        db.session.execute(insert(SearchDocument), values)
    if other:
        db.session.execute(
            update(SearchDocument), [{"id": before[key][1], **one.values} for key, one in other.items()]
        )


def _read(ids: list[int]) -> list[Document]:
    """Documents as they stand, with the words that are counted."""
    found = []
    of = SearchDocument
    for start in range(0, len(ids), _AT_ONCE):
        statement = select(of.kind, of.subject, of.title, of.label, of.body)
        rows = db.session.execute(statement.where(of.id.in_(ids[start : start + _AT_ONCE])))
        found += [Document((row.kind, row.subject), row._asdict()) for row in rows]
    return found


def _count_terms(before: list[Document], after: list[Document]) -> None:
    """In how many documents each word stands, brought on from the documents that changed.

    How a word is most often written is told by all documents: that waits for the next whole refresh.
    """
    was, now = vocabulary(before), vocabulary(after)
    change = {term: now.get(term, ("", 0))[1] - was.get(term, ("", 0))[1] for term in {*was, *now}}
    terms = [term for term, more in change.items() if more]
    for start in range(0, len(terms), _AT_ONCE):
        some = terms[start : start + _AT_ONCE]
        present = {
            one.term: one for one in db.session.scalars(select(SearchTerm).where(SearchTerm.term.in_(some)))
        }
        for term in some:
            row = present.get(term)
            if row is None:
                shown, count = now[term]
                db.session.add(SearchTerm(term=term, shown=shown, documents=count, length=len(term)))
            elif row.documents + change[term] > 0:
                row.documents += change[term]
            else:
                db.session.delete(row)
    db.session.flush()


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
