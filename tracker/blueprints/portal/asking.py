"""What the address of a list asks for: known words with their meaning, unknown ones told and not obeyed.

The address is what readers share, so it says everything and says it in one way: words in a fixed order,
those that change nothing left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from flask import request, url_for
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

_LONGEST = 200


@dataclass(frozen=True)
class Question:
    """One thing a list can be asked: how the address names it, how people do, and what may be answered."""

    name: str
    label: str
    options: tuple[tuple[str, str], ...] = ()
    """Value and words; the first one is what an address without it means. Without options it is free text."""
    narrows: bool = True
    """False for what only orders or groups."""

    @property
    def default(self) -> str:
        """What is meant where nothing is said."""
        return self.options[0][0] if self.options else ""

    def words(self, value: str) -> str:
        """A value as people read it."""
        return dict(self.options).get(value, f"«{value}»")


@dataclass(frozen=True)
class Chip:
    """Something the list was narrowed by, and the address of the list without it."""

    label: str
    value: str
    url: str


@dataclass(frozen=True)
class Asking:
    """What one address asks of one list."""

    endpoint: str
    route: Mapping[str, Any]
    questions: tuple[Question, ...]
    anchor: str = ""
    answers: Mapping[str, str] = field(default_factory=dict)
    unknown: tuple[tuple[Question, str], ...] = ()
    page: int = 1

    def __getitem__(self, name: str) -> str:
        """What is asked under a name; nothing where the list has no such question."""
        return self.answers.get(name, "")

    def params(self, **others: str) -> dict[str, Any]:
        """The address's words in their order, those that change nothing left out; some of them others."""
        answers = {**self.answers, **others}
        said = {one.name: answers[one.name] for one in self.questions if answers[one.name] != one.default}
        return {**self.route, **said}

    def url(self, **others: str) -> str:
        """The address of the list's first page, asked something else."""
        return url_for(self.endpoint, **self.params(**others), _anchor=self.anchor or None)

    def column(self, label: str, order: str, *, numeric: bool = True) -> dict[str, Any]:
        """The head of a table's column by which its rows can be ordered."""
        direction = "descending" if numeric else "ascending"
        is_it = self["orden"] == order
        return {
            "label": label,
            "numeric": numeric,
            "url": self.url(orden=order),
            "sorted": direction if is_it else None,
        }

    @property
    def action(self) -> str:
        """Where the list's form leads."""
        return url_for(self.endpoint, **self.route, _anchor=self.anchor or None)

    @property
    def chips(self) -> tuple[Chip, ...]:
        """What the list was narrowed by."""
        return tuple(
            Chip(one.label, one.words(self.answers[one.name]), self.url(**{one.name: one.default}))
            for one in self.questions
            if one.narrows and self.answers[one.name] != one.default
        )

    @property
    def bare_url(self) -> str:
        """The address with nothing narrowed, in the same order."""
        return self.url(**{one.name: one.default for one in self.questions if one.narrows})

    @property
    def excuses(self) -> tuple[str, ...]:
        """A sentence for each word that is not known."""
        return tuple(_excuse(one, value) for one, value in self.unknown)

    @property
    def said(self) -> dict[str, Any]:
        """All that the address says, in its order: how the one address of this page of the list goes on."""
        said = {name: value for name, value in self.params().items() if name not in self.route}
        return said | ({"page": self.page} if self.page > 1 else {})


def ask(endpoint: str, route: Mapping[str, Any], questions: Iterable[Question], anchor: str = "") -> Asking:
    """What the address of this request asks of a list; of one that stands on another page, nothing."""
    questions = tuple(questions)
    args: MultiDict[str, str] = request.args if request.endpoint == endpoint else MultiDict()
    answers, unknown = {}, []
    for one in questions:
        said = args.get(one.name, one.default).strip()[:_LONGEST]
        if one.options and said not in dict(one.options):
            unknown.append((one, said))
            said = one.default
        answers[one.name] = said
    page = max(1, args.get("page", 1, type=int))
    return Asking(endpoint, route, questions, anchor, answers, tuple(one for one in unknown if one[1]), page)


def _excuse(question: Question, value: str) -> str:
    what = _lower(question.label)
    if question.narrows:
        return _("No conocemos «%(value)s» como %(what)s; se muestra todo.", value=value, what=what)
    return _("No conocemos «%(value)s» como %(what)s; se usa lo de siempre.", value=value, what=what)


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:]
