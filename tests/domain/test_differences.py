"""Before and after in one, as a person reads them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.domain.differences import Mark, Piece, line_differences, word_differences


def told(pieces):
    return [(one.mark.value, one.text) for one in pieces]


def test_words_that_stayed_are_told_once():
    assert told(word_differences("Publicar tres informes al año", "Publicar cuatro informes al año")) == [
        ("same", "Publicar "),
        ("out", "tres"),
        ("in", "cuatro"),
        ("same", " informes al año"),
    ]


def test_texts_with_nothing_in_common_are_told_whole():
    assert told(word_differences("Informe de avance", "Un taller")) == [
        ("out", "Informe de avance"),
        ("in", "Un taller"),
    ]


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [("", "Nuevo", [("in", "Nuevo")]), ("Viejo", "", [("out", "Viejo")]), ("", "", [])],
)
def test_a_text_that_was_not_there_only_comes(before, after, expected):
    assert told(word_differences(before, after)) == expected


def test_lists_are_told_line_by_line():
    assert line_differences(["INFOM", "INAP"], ["INFOM", "SCEP", "MARN"]) == (
        Piece(Mark.SAME, "INFOM"),
        Piece(Mark.OUT, "INAP"),
        Piece(Mark.IN, "SCEP"),
        Piece(Mark.IN, "MARN"),
    )


@given(st.text(alphabet="ab \n", max_size=40), st.text(alphabet="ab \n", max_size=40))
def test_both_texts_can_be_read_back(before, after):
    pieces = word_differences(before, after)
    assert "".join(one.text for one in pieces if one.mark is not Mark.IN) == before
    assert "".join(one.text for one in pieces if one.mark is not Mark.OUT) == after
