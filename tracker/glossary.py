"""The words of these pages: the glossary and every hint say the same, from one file."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from flask import Flask, g

from tracker import i18n
from tracker.domain.text import normalise

_FILE = Path(__file__).with_name("glossary.toml")


@dataclass(frozen=True)
class Term:
    """A word and what it means here."""

    key: str
    """Its anchor on the glossary page."""
    name: str
    meaning: str
    rule: str
    """The section of the methodology that gives the formula."""
    also: tuple[str, ...]
    """Other terms that explain it further."""


@dataclass(frozen=True)
class Initial:
    """A letter of the glossary and the terms under it."""

    letter: str
    terms: tuple[Term, ...]


def glossary() -> dict[str, Term]:
    """Every term by its key, in this request's language."""
    return _terms(i18n.language())


@cache
def _terms(language: str) -> dict[str, Term]:
    entries = tomllib.loads(_FILE.read_text("utf-8"))
    return {key: _term(key, one, language) for key, one in entries.items()}


def _term(key: str, entry: dict[str, Any], language: str) -> Term:
    said = entry[language]
    return Term(key, said["name"], said["meaning"], entry.get("rule", ""), tuple(entry.get("also", ())))


def by_letter(terms: Iterable[Term]) -> list[Initial]:
    """Terms under their letters, in an order that knows no accents."""
    found: dict[str, list[Term]] = {}
    for term in sorted(terms, key=lambda one: normalise(one.name)):
        found.setdefault(normalise(term.name)[0].upper(), []).append(term)
    return [Initial(letter, tuple(listed)) for letter, listed in found.items()]


def _hint_id() -> str:
    """An id for one more hint of this page: the same word may be explained twice on it."""
    g.hints = g.get("hints", 0) + 1
    return f"glosa-{g.hints}"


def init_app(app: Flask) -> None:
    """Give templates the glossary."""
    app.jinja_env.globals.update(glossary=glossary, hint_id=_hint_id)
