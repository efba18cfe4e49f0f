"""From what is public to what a search compares: the words of each thing, and how often each is written."""

from __future__ import annotations

import hashlib
import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from tracker.domain.plans import NodeKind
from tracker.domain.search_rank import NAMES_APART
from tracker.domain.search_text import STOP_WORDS, terms, tokens
from tracker.domain.text import squeeze
from tracker.models.search import SearchKind
from tracker.queries.portal.search_sources import Source
from tracker.renderers.words import Words

RULES = 1
"""Raised whenever words are cut, folded or put together in another way: everything is then made again."""
SHORTEST_TERM = 3
_LONGEST_SHOWN = 80
# What people call each level, in both languages: "compromiso 10", "commitment 10".
_CALLED: dict[str, tuple[str, ...]] = {
    NodeKind.PLAN: ("plan",),
    NodeKind.AXIS: ("eje", "axis"),
    NodeKind.COMMITMENT: ("compromiso", "commitment"),
    NodeKind.MILESTONE: ("hito", "milestone"),
    NodeKind.ACTIVITY: ("actividad", "activity"),
    SearchKind.AMENDMENT: ("enmienda", "amendment"),
}


@dataclass(frozen=True)
class Document:
    """A document to be kept, and the digest that tells whether it has changed."""

    key: tuple[SearchKind, str]
    values: Mapping[str, Any]

    @property
    def digest(self) -> str:
        """Of everything it holds."""
        return str(self.values["digest"])


def document_of(source: Source) -> Document:
    """What is kept of one thing; a report is found by its narrative, not by the title of its item."""
    title = _title(source)
    parts = [*dict.fromkeys(squeeze(part).rstrip(".") for part in source.parts if part.strip())]
    names = _names(source)
    found_by = "" if source.kind is SearchKind.REPORT else title
    values = {
        "ref_id": source.ref_id,
        "plan_id": source.plan_id,
        "node_id": source.node_id,
        "label": source.label,
        "title": title,
        "body": " · ".join(parts),
        "year": source.year,
        "institutions": list(source.institutions),
        "names": NAMES_APART.join(names),
        "title_terms": terms(found_by),
        "body_terms": terms(" ".join([*names, *parts])),
    }
    told = json.dumps([RULES, values], ensure_ascii=False, sort_keys=True)
    return Document(
        (source.kind, source.subject), {**values, "digest": hashlib.sha256(told.encode()).hexdigest()}
    )


def _title(source: Source) -> str:
    """A compiled report is called by its kind, in both languages; its page says it in one."""
    if source.compilation is None:
        return source.title
    key = f"kind.{source.compilation.value}"
    return " · ".join((*dict.fromkeys(Words(language)(key) for language in ("es", "en")), source.title))


def _names(source: Source) -> list[str]:
    """What it answers to as a whole: 10, compromiso 10, meta 10; INFOM."""
    label = terms(source.label)
    if not label:
        return []
    if source.kind is SearchKind.INSTITUTION:
        return [label]
    own = (source.milestone_word,) if source.kind is SearchKind.MILESTONE else ()
    called = dict.fromkeys((*own, *_CALLED.get(source.kind, ())))
    alone = [label] if source.kind in _CALLED and source.kind is not SearchKind.AMENDMENT else []
    return [*alone, *(terms(f"{word} {source.label}") for word in called if word)]


def vocabulary(documents: Iterable[Document]) -> dict[str, tuple[str, int]]:
    """Each word of letters with how it is most often written and in how many documents it stands.

    What is always in capitals is an acronym and stays so.
    """
    count: Counter[str] = Counter()
    forms: dict[str, Counter[str]] = defaultdict(Counter)
    for one in documents:
        text = f"{one.values['title']}\n{one.values['label']}\n{one.values['body']}"
        words = tokens(text)
        for word in words:
            if len(word.term) >= SHORTEST_TERM and word.term.isalpha() and word.term not in STOP_WORDS:
                forms[word.term][text[word.start : word.end]] += 1
        count.update({word.term for word in words})
    return {term: (_shown(written), count[term]) for term, written in forms.items()}


def _shown(written: Counter[str]) -> str:
    if all(form.isupper() for form in written):
        return min(written)[:_LONGEST_SHOWN]
    lower: Counter[str] = Counter()
    for form, times in written.items():
        lower[form.lower()] += times
    return min(lower, key=lambda form: (-lower[form], form))[:_LONGEST_SHOWN]
