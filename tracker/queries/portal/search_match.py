"""What may answer a search, found by each database's own full-text index; it does not say who comes first."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, func, literal_column, select, text

from tracker.db import db
from tracker.domain.search_rank import Words
from tracker.domain.search_text import Asked, Clause
from tracker.domain.states import State
from tracker.models.current import ActivityCurrent, NodeTotals
from tracker.models.search import SearchDocument, SearchKind
from tracker.queries.portal.search_public import NODE_KINDS, is_public_now

MOST = 2000
"""So many are weighed; whoever finds more narrows the search."""
_VECTOR = "array_to_tsvector(string_to_array(btrim(title_terms || ' ' || body_terms), ' '))"


@dataclass(frozen=True)
class Candidate:
    """A document that has the words, with what a reader may narrow the search by."""

    id: int
    kind: SearchKind
    plan_id: int
    ref_id: int
    institutions: tuple[int, ...]
    state: State | None
    year: int | None
    words: Words


def list_candidates(asked: Asked) -> list[Candidate]:
    """Public documents with every word asked for, in one query; at most `MOST`."""
    activity, totals, of = ActivityCurrent.__table__, NodeTotals.__table__, SearchDocument
    columns = (of.id, of.kind, of.plan_id, of.ref_id, of.institutions, of.year, of.names)
    rows = db.session.execute(
        select(
            *columns,
            of.title_terms,
            of.body_terms,
            func.coalesce(activity.c.state, totals.c.state).label("state"),
            func.coalesce(activity.c.due_on, totals.c.due_on).label("due_on"),
        )
        .outerjoin(activity, activity.c.node_id == of.node_id)
        .outerjoin(totals, totals.c.node_id == of.node_id)
        .where(_has_words(asked.clauses), is_public_now())
        .order_by(of.plan_id.desc(), of.ref_id, of.id)
        .limit(MOST)
    )
    return [_candidate(row) for row in rows]


def _candidate(row: Any) -> Candidate:
    """The state and the due year are an item's own: what is said of it has only its date."""
    is_item = row.kind in NODE_KINDS
    due = row.due_on.year if row.due_on and is_item else None
    return Candidate(
        id=row.id,
        kind=row.kind,
        plan_id=row.plan_id,
        ref_id=row.ref_id,
        institutions=tuple(row.institutions),
        state=State(row.state) if row.state and is_item else None,
        year=row.year or due,
        words=Words(row.names, row.title_terms, row.body_terms),
    )


def _has_words(clauses: Sequence[Clause]) -> ColumnElement[bool]:
    """Words hold nothing but letters, digits and points, so that they can be quoted as they are."""
    if db.engine.dialect.name == "postgresql":
        query = _spelled(clauses, lambda word, ending: f"'{word}'{':*' if ending else ''}", " & ", " | ")
        return literal_column(_VECTOR).op("@@")(text("CAST(:asked AS tsquery)").bindparams(asked=query))
    query = _spelled(clauses, lambda word, ending: f'"{word}"{" *" if ending else ""}', " AND ", " OR ")
    found = text("SELECT rowid FROM search_index WHERE search_index MATCH :asked").bindparams(asked=query)
    return SearchDocument.id.in_(found)


def _spelled(clauses: Iterable[Clause], write: Callable[[str, bool], str], both: str, either: str) -> str:
    """Every clause, any of its options; that words stand in a row is looked at afterwards."""

    def option(clause: Clause, words: Sequence[str]) -> str:
        last = len(words) - 1
        return both.join(write(word, clause.is_prefix and place == last) for place, word in enumerate(words))

    return both.join(
        f"({either.join(f'({option(one, words)})' for words in one.options)})" for one in clauses
    )
