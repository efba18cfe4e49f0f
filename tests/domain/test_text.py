"""Texts are compared as people read them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.domain.text import normalise, slug, squeeze


@pytest.mark.parametrize(
    ("text", "expected"),
    [("  dos   palabras\n", "dos palabras"), ("", ""), ("\t \n", ""), ("una", "una"), ("a\u00a0b", "a b")],
)
def test_white_space_is_squeezed_to_single_spaces(text, expected):
    assert squeeze(text) == expected


@pytest.mark.parametrize(
    "text", ["Secretaría de Planificación", "SECRETARÍA  DE PLANIFICACIÓN", "secretaria de planificacion "]
)
def test_texts_that_people_read_as_the_same_are_equal(text):
    assert normalise(text) == "secretaria de planificacion"


def test_accents_composed_or_not_are_equal():
    assert normalise("a\u0301rbol") == normalise("\u00e1rbol") == "arbol"


def test_letters_with_and_without_tilde_or_dieresis_are_equal():
    assert normalise("Año de la cigüeña") == "ano de la ciguena"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Gobiernos locales priorizados", "gobiernos-locales-priorizados"),
        ("SCEP", "scep"),
        ("  Ñandú / 2.ª «etapa» ", "nandu-2-a-etapa"),
        ("—", ""),
    ],
)
def test_an_address_has_lower_case_letters_digits_and_hyphens(text, expected):
    assert slug(text) == expected


@given(st.text())
def test_normalising_twice_changes_nothing_more(text):
    assert normalise(normalise(text)) == normalise(text)


@given(st.text())
def test_an_address_is_safe_whatever_the_text(text):
    found = slug(text)
    assert set(found) <= set("abcdefghijklmnopqrstuvwxyz0123456789-")
    assert not found.startswith("-")
    assert not found.endswith("-")
    assert "--" not in found
