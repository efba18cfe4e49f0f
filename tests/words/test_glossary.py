"""The glossary: both languages whole, every reference leads somewhere, what templates explain is in it."""

from __future__ import annotations

import re
import tomllib

import pytest

from tests.architecture.sources import TRACKER
from tracker import glossary

ENTRIES = tomllib.loads((TRACKER / "glossary.toml").read_text("utf-8"))


def test_every_term_is_said_in_both_languages():
    for key, entry in ENTRIES.items():
        assert set(entry) - {"rule", "also"} == {"es", "en"}, key
        for language in ("es", "en"):
            assert set(entry[language]) == {"name", "meaning"}, key
            assert all(entry[language].values()), key


def test_no_two_terms_have_one_name():
    for language in ("es", "en"):
        names = [entry[language]["name"].casefold() for entry in ENTRIES.values()]
        assert len(names) == len(set(names))


def test_what_a_term_refers_to_exists():
    method = (TRACKER / "templates" / "portal" / "method.html").read_text("utf-8")
    sections = set(re.findall(r'<section class="rule" id="([a-z]+)">', method))
    for key, entry in ENTRIES.items():
        assert set(entry.get("also", ())) <= set(ENTRIES) - {key}, key
        assert {entry.get("rule", "cifras")} <= sections, key


def test_what_pages_explain_is_in_the_glossary():
    used = {
        key
        for path in (TRACKER / "templates").rglob("*.html")
        for key in re.findall(r'\bterm\("([a-z-]+)"', path.read_text("utf-8"))
    }
    assert used
    assert used <= set(ENTRIES)


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (["Ómnibus", "Obra"], [("O", ["Obra", "Ómnibus"])]),
        (["plazo", "Eje", "Entrega"], [("E", ["Eje", "Entrega"]), ("P", ["plazo"])]),
        ([], []),
    ],
)
def test_terms_stand_under_their_letters_whatever_their_accents(names, expected):
    terms = [glossary.Term(name, name, "", "", ()) for name in names]
    assert [(one.letter, [term.name for term in one.terms]) for one in glossary.by_letter(terms)] == expected
