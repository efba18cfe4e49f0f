"""The page of the search: what was meant, what answers it, in what order, and what it can be narrowed by."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import select

from tracker.db import db
from tracker.domain.search_rank import answers, score
from tracker.domain.search_text import Asked, parse, with_spellings
from tracker.models.accounts import Institution
from tracker.models.plans import ActionPlan
from tracker.models.search import SearchKind
from tracker.queries.portal.rows import PUBLISHED
from tracker.queries.portal.search_choices import Choices, Names, Narrowing, choices_of, narrow
from tracker.queries.portal.search_hits import Hit, load_hits
from tracker.queries.portal.search_match import MOST, Candidate, list_candidates
from tracker.queries.portal.search_words import Spelling, look_up

PAGE_SIZE = 20
EVERYTHING = Narrowing()
_ORDER = {kind: place for place, kind in enumerate(SearchKind)}


@dataclass(frozen=True)
class PlanChoice:
    """A published plan, for those who found nothing or have asked for nothing yet."""

    number: int
    title: str


@dataclass(frozen=True)
class Corrected:
    """A word that nobody writes, and those that were looked for in its place."""

    typed: str
    meant: tuple[str, ...]


@dataclass(frozen=True)
class SearchPage:
    """Everything the page of the search shows."""

    has_words: bool
    plans: tuple[PlanChoice, ...]
    total: int = 0
    is_cut: bool = False
    """More answered than are weighed: the counts are of those that were."""
    page: int = 1
    pages: int = 1
    hits: tuple[Hit, ...] = ()
    corrected: tuple[Corrected, ...] = ()
    choices: Choices = field(default_factory=Choices)


def find(text: str, by: Narrowing = EVERYTHING, *, page: int = 1, exactly: bool = False) -> SearchPage:
    """What is public and has every word, best first; in a constant number of queries.

    An unknown word is taken for the nearest known ones unless asked `exactly`.
    """
    plans = _plans()
    listed = tuple(PlanChoice(one.number, one.title) for one in plans.values())
    asked = parse(text)
    if not asked.clauses:
        return SearchPage(False, listed)
    spelling = look_up(asked, exactly=exactly)
    meant = with_spellings(asked, spelling.nearest)
    candidates = list_candidates(meant)
    answering = [one for one in candidates if answers(meant, one.words)]
    names = Names({one.id: (str(one.number), one.title) for one in plans.values()}, _institutions(answering))
    found = _ranked(meant, narrow(answering, by, names), spelling.documents)
    pages = max(1, -(-len(found) // PAGE_SIZE))
    page = min(max(page, 1), pages)
    return SearchPage(
        has_words=True,
        plans=listed,
        total=len(found),
        is_cut=len(candidates) == MOST,
        page=page,
        pages=pages,
        hits=load_hits([one.id for one in found[(page - 1) * PAGE_SIZE : page * PAGE_SIZE]], meant, names),
        corrected=_corrected(asked, spelling, answering),
        choices=choices_of(answering, by, names),
    )


def _ranked(asked: Asked, found: Sequence[Candidate], documents: Mapping[str, int]) -> list[Candidate]:
    """Best first; equals by kind, the latest plan, and their order in it."""
    weights = {one.id: score(asked, one.words, documents) for one in found}
    return sorted(found, key=lambda one: (-weights[one.id], _ORDER[one.kind], -one.plan_id, one.ref_id))


def _corrected(asked: Asked, spelling: Spelling, found: Iterable[Candidate]) -> tuple[Corrected, ...]:
    """What was looked for instead; only words that stand in what was found, all of it public now."""
    standing = {word for one in found for text in (one.words.title, one.words.body) for word in text.split()}
    told = []
    for clause in asked.clauses:
        terms = [term for term in spelling.nearest.get(clause.words[0], ()) if term in standing]
        if terms and not clause.is_exact:
            told.append(Corrected(clause.text, tuple(spelling.shown[term] for term in terms)))
    return tuple(told)


def _plans() -> dict[int, ActionPlan]:
    rows = db.session.scalars(select(ActionPlan).where(PUBLISHED).order_by(ActionPlan.number.desc()))
    return {one.id: one for one in rows}


def _institutions(found: Iterable[Candidate]) -> dict[int, tuple[str, str]]:
    ids = sorted({each for one in found for each in one.institutions})
    rows = db.session.execute(
        select(Institution.id, Institution.slug, Institution.acronym, Institution.name).where(
            Institution.id.in_(ids)
        )
    )
    return {row.id: (row.slug, row.acronym or row.name) for row in rows}
