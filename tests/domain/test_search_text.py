"""Words as a search compares them, which document comes first, and what is shown of it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.domain.search_rank import Words, answers, score
from tracker.domain.search_snippet import LENGTH, marked, passage
from tracker.domain.search_text import LONGEST_TERM, parse, terms, tokens, with_spellings


def words(title, body="", names=""):
    return Words(names, terms(title), terms(body))


def plain(pieces):
    return "".join(text for text, _ in pieces)


def shown(pieces):
    return [text for text, is_hit in pieces if is_hit]


class TestWords:
    @pytest.mark.parametrize(
        ("one", "other"),
        [
            ("Capacitación", "capacitacion"),
            ("municipalidades", "MUNICIPALIDAD"),
            ("planes", "plan"),
            ("informes", "informe"),
            ("avances", "avance"),
            ("veces", "vez"),
            ("países", "país"),
            ("leyes", "ley"),
            ("bases", "base"),
            ("mes", "meses"),
            ("Ñandúes", "nandu"),
            ("INFOM", "infom"),
        ],
    )
    def test_are_the_same_without_accents_case_and_plural(self, one, other):
        assert terms(one) == terms(other)

    @pytest.mark.parametrize(("one", "other"), [("plan", "plano"), ("10", "100"), ("casa", "caso")])
    def test_are_not_the_same_where_they_mean_something_else(self, one, other):
        assert terms(one) != terms(other)

    def test_keep_labels_whole_and_cut_the_rest(self):
        assert terms("7.10, 2.1.3; DS-11-2017 (3a)") == "7.10 2.1.3 ds 11 2017 3a"

    @given(st.text(max_size=200))
    def test_hold_nothing_that_a_query_language_could_read(self, text):
        for one in tokens(text):
            assert one.term
            assert set(one.term) <= set("abcdefghijklmnopqrstuvwxyz0123456789.")
            assert len(one.term) <= LONGEST_TERM
            assert 0 <= one.start < one.end <= len(text)


class TestWhatIsAsked:
    def test_the_little_words_count_only_alone_and_in_a_row(self):
        assert [one.words for one in parse("el plan de la mesa").clauses] == [("plan",), ("mesa",)]
        assert [one.words for one in parse("la").clauses] == [("la",)]
        assert parse('"rendición de cuentas"').clauses[0].words == ("rendicion", "de", "cuenta")

    def test_the_last_word_may_go_on_unless_it_is_short_a_number_or_quoted(self):
        assert [one.is_prefix for one in parse("mesa munici").clauses] == [False, True]
        for text in ("10", "7.10", "ab", '"mesa"', "mesa -munici"):
            assert not any(one.is_prefix for one in parse(text).clauses), text

    def test_what_has_hyphens_stands_in_a_row(self):
        assert parse("DS-11-2017").clauses[0].words == ("ds", "11", "2017")

    def test_a_word_with_a_hyphen_in_front_is_left_out(self):
        asked = parse('plan -infom -"mesa técnica"')
        assert [one.words for one in asked.without] == [("infom",), ("mesa", "tecnica")]
        assert not answers(asked, words("Plan", "del INFOM"))
        assert not answers(asked, words("Plan", "la mesa técnica"))
        assert answers(asked, words("Plan", "mesa de técnica"))

    @pytest.mark.parametrize("text", ["", "   ", "\"'*()^:", "\0\0", "«»", "-", "🙂"])
    def test_nothing_is_asked_without_a_letter_or_a_number(self, text):
        assert parse(text).clauses == ()

    @given(st.text(max_size=400))
    def test_anything_may_be_typed(self, text):
        asked = parse(text)
        assert len(asked.clauses) <= 12
        score(asked, words(text, text), {})
        assert plain(marked(text, asked)) == text

    def test_other_spellings_take_the_place_of_unknown_words_only(self):
        asked = with_spellings(parse("plan infomr"), {"infomr": ("infom", "inform")})
        assert asked.whole == "plan infom"
        assert answers(asked, words("Plan del INFOM"))
        assert answers(asked, words("Plan", "informe"))
        assert not answers(asked, words("Plan"))


class TestTheOrder:
    def test_is_by_name_then_title_then_what_is_said(self):
        found = [
            words("Mesa", "el INFOM una vez"),
            words("Mesa", "INFOM, INFOM e INFOM"),
            words("Trabajo del INFOM"),
            words("INFOM y otros"),
            words("INFOM"),
            words("Instituto de Fomento", names="infom"),
        ]
        scores = [score(parse("infom"), one, {}) for one in found]
        assert scores == sorted(scores)
        assert len(set(scores)) == len(scores)

    def test_rare_words_weigh_more(self):
        asked = parse("plan laguna.")
        many = {"plan": 500, "laguna": 1}
        assert score(asked, words("x", "laguna laguna plan"), many) > score(
            asked, words("x", "plan plan laguna"), many
        )

    def test_a_whole_word_counts_more_than_the_beginning_of_one(self):
        asked = parse("informe")
        assert score(asked, words("x", "un informe"), {}) > score(asked, words("x", "la informática"), {}) > 0


class TestWhatIsShown:
    def test_words_stand_out_as_they_are_written(self):
        pieces = marked("Capacitaciones a la Municipalidad", parse("capacitación municipalidades"))
        assert shown(pieces) == ["Capacitaciones", "Municipalidad"]

    def test_words_in_a_row_stand_out_as_one(self):
        pieces = marked("De la rendición de cuentas y de otras cuentas", parse('"rendicion de cuentas"'))
        assert shown(pieces) == ["rendición de cuentas"]

    def test_a_long_text_is_cut_between_words_where_most_of_them_stand(self):
        text = "laguna " + "agua " * 100 + "la laguna de Atitlán " + "tierra " * 100
        pieces = passage(text, parse("laguna atitlan"))
        assert shown(pieces) == ["laguna", "Atitlán"]
        assert plain(pieces).startswith("… ")
        assert plain(pieces).endswith(" …")
        assert len(plain(pieces)) <= LENGTH + 4
        assert set(plain(pieces).split()) <= {"…", "agua", "la", "laguna", "de", "Atitlán", "tierra"}

    def test_a_text_without_the_words_is_shown_from_its_beginning(self):
        assert passage("Uno dos", parse("tres")) == (("Uno dos", False),)
        assert passage("", parse("tres")) == ()
