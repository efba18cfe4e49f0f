"""What the IRM codes: its own lists, each field from the newest report that says it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from tracker.domain.assessment import Assessor, CompletionLevel
from tracker.domain.canonical import decode, encode
from tracker.domain.irm import CODES, PROCEDURES, IrmCode, IrmField, code_errors, in_order
from tracker.domain.self_assessment import Statement, codes_in_force, differ, is_above, statement_errors
from tracker.renderers.words import Words

TODAY = date(2024, 5, 1)
REVIEW = Statement(
    "c1",
    Assessor.IRM,
    date(2022, 6, 1),
    "contact_point",
    source="Revisión del plan",
    codes=(IrmCode(IrmField.VERIFIABLE, "yes"), IrmCode(IrmField.POTENTIAL, "modest")),
)
RESULTS = replace(
    REVIEW,
    on=date(2024, 3, 1),
    source="Informe de resultados",
    level=CompletionLevel.COMPLETE,
    codes=(IrmCode(IrmField.RESULTS, "moderate"), IrmCode(IrmField.POTENTIAL, "substantial")),
)


@pytest.mark.parametrize("language", ["es", "en"])
def test_every_field_and_value_has_its_word_and_its_procedure(language):
    words = Words(language)
    assert set(CODES) == set(PROCEDURES) == set(IrmField)
    for one, values in CODES.items():
        assert words.has(f"irm.{one.value}")
        assert len({words(f"irm.{one.value}.{value}") for value in values}) == len(values)


def test_each_field_comes_from_the_newest_report_that_codes_it():
    found = codes_in_force([RESULTS, REVIEW])
    assert [(one.field, one.values, one.source) for one in found] == [
        (IrmField.VERIFIABLE, ("yes",), "Revisión del plan"),
        (IrmField.POTENTIAL, ("substantial",), "Informe de resultados"),
        (IrmField.RESULTS, ("moderate",), "Informe de resultados"),
    ]
    assert codes_in_force([]) == ()


def test_a_review_of_the_design_has_codes_and_no_level_yet():
    assert list(statement_errors(REVIEW, TODAY)) == []
    bare = replace(REVIEW, codes=())
    assert [one.code for one in statement_errors(bare, TODAY)] == [
        "assessment-needs-level",
        "assessment-empty",
    ]


def test_what_is_in_no_list_or_given_twice_is_refused_under_its_field():
    wrong = (
        *(
            IrmCode(IrmField.OPENED, "much"),
            IrmCode(IrmField.IMPACT, "none"),
            IrmCode(IrmField.IMPACT, "minor"),
        ),
        *(IrmCode(IrmField.RELEVANCE, "transparency"), IrmCode(IrmField.RELEVANCE, "innovation")),
    )
    assert [(one.field, one.code) for one in code_errors(wrong)] == [
        ("opened", "irm-code-unknown"),
        ("impact", "irm-code-repeated"),
    ]


@pytest.mark.parametrize(
    "link", ["ftp://x.org", "opengovpartnership.org", "https://a b.org", "javascript:alert(1)"]
)
def test_a_link_is_a_whole_address(link):
    found = list(statement_errors(replace(RESULTS, link=link), TODAY))
    assert [(one.field, one.code) for one in found] == [("link", "assessment-link-not-an-address")]
    assert list(statement_errors(replace(RESULTS, link="https://www.opengovpartnership.org/x"), TODAY)) == []


def test_codes_are_kept_in_one_order_and_come_back_as_they_were():
    codes = in_order([IrmCode(IrmField.STARRED, "no"), *RESULTS.codes, IrmCode(IrmField.STARRED, "no")])
    assert [one.field for one in codes] == [IrmField.POTENTIAL, IrmField.RESULTS, IrmField.STARRED]
    assert decode(Statement, encode(replace(RESULTS, codes=codes))) == replace(RESULTS, codes=codes)
    # What was recorded before there were codes is read as having none.
    older = {key: value for key, value in encode(RESULTS).items() if key not in {"codes", "link"}}
    assert decode(Statement, older) == replace(RESULTS, codes=())


def test_an_own_level_above_the_computed_one_and_levels_that_differ():
    limited, complete = CompletionLevel.LIMITED, CompletionLevel.COMPLETE
    assert is_above(complete, limited)
    assert not is_above(limited, limited)
    assert not is_above(None, limited)
    assert differ([limited, None, complete])
    assert not differ([limited, None, limited])
