"""One set of documents, and what a search answers: the same, in the same order, on every database."""

from __future__ import annotations

import pytest

from tests.support.factories.plans import make_plan
from tests.support.factories.search import found, refresh, rewrite
from tracker.db import db
from tracker.queries.portal.search import find
from tracker.queries.portal.search_choices import Narrowing

TITLES = (
    "Capacitación de municipalidades",
    "Rendición de cuentas de la municipalidad",
    "Publicar las cuentas",
    "Listado de municipalidades priorizadas según el acuerdo DS-11-2017",
)
ORDER = {
    "minicipalidades": [
        "activity 1.1 Capacitación de municipalidades",
        "activity 1.2 Rendición de cuentas de la municipalidad",
        "activity 2.2 Listado de municipalidades priorizadas según el acuerdo DS-11-2017",
        "commitment 1 Gobiernos locales",
    ],
    "MUNICIPALIDAD": [
        "activity 1.1 Capacitación de municipalidades",
        "activity 1.2 Rendición de cuentas de la municipalidad",
        "activity 2.2 Listado de municipalidades priorizadas según el acuerdo DS-11-2017",
        "commitment 1 Gobiernos locales",
    ],
    "capacitacion": ["activity 1.1 Capacitación de municipalidades", "commitment 1 Gobiernos locales"],
    "rendición de cuentas": [
        "activity 1.2 Rendición de cuentas de la municipalidad",
        "commitment 1 Gobiernos locales",
    ],
    '"rendicion de cuentas"': ["activity 1.2 Rendición de cuentas de la municipalidad"],
    "cuentas -rendición": ["activity 2.1 Publicar las cuentas"],
    "7.10": ["activity 7.10 Actividad 7.10"],
    "compromiso 1": ["commitment 1 Gobiernos locales"],
    "meta 2": ["milestone 2 Hito 2"],
    "DS-11-2017": ["activity 2.2 Listado de municipalidades priorizadas según el acuerdo DS-11-2017"],
    "11-ds": [],
    "public": ["activity 2.1 Publicar las cuentas", "commitment 1 Gobiernos locales"],
    "plan de acción de prueba": ["plan 4 Plan de acción de prueba"],
}


@pytest.fixture
def plan(app_context):
    made = make_plan(milestones=2, activities_per_milestone=2, means=(), product="")
    for node, title in zip(made.activities, TITLES, strict=True):
        rewrite(node, title)
    rewrite(
        made.commitments[0],
        "Gobiernos locales",
        problem="Las municipalidades no publican sus datos. Falta capacitación.",
        expected_results="Cuentas claras; rendición pública.",
    )
    return made


@pytest.mark.parametrize("text", ORDER)
def test_the_order_of_the_results_is_written_down(plan, text):
    if text == "7.10":
        relabel(plan)
    if text == "meta 2":
        db.session.execute(db.text("UPDATE action_plans SET milestone_word = 'meta'"))
        db.session.commit()
    refresh()
    assert found(text) == ORDER[text]


def relabel(plan):
    statement = db.text("UPDATE plan_nodes SET label = '7.10', title = 'Actividad 7.10' WHERE id = :id")
    db.session.execute(statement, {"id": plan.activities[0].id})
    db.session.commit()


def test_an_acronym_brings_its_institution_first_and_a_slip_of_the_hand_finds_it(plan):
    refresh()
    page = find("infomr")
    assert [one.meant for one in page.corrected] == [("INFOM",)]
    assert page.hits[0].label == "INFOM"
    assert found("infomr") == found("INFOM")
    assert found("INFOM")[0] == "institution INFOM Instituto INFOM"


def test_an_unknown_word_is_not_changed_where_it_is_asked_for_exactly(plan):
    refresh()
    assert found("minicipalidades", exactly=True) == []
    assert found('"minicipalidades"') == []
    assert find("minicipalidades", exactly=True).corrected == ()


def test_a_word_still_being_typed_is_not_taken_for_a_misspelling(plan):
    refresh()
    page = find("capaci")
    assert page.corrected == ()
    assert page.total == 2


@pytest.mark.parametrize(
    "text",
    [
        "\"'*()^:&|!<->",
        "'; DROP TABLE x; --",
        "a\0b",
        "AND OR NOT NEAR",
        "*",
        "%",
        "x" * 10_000,
        "title_terms: x",
    ],
)
def test_hostile_words_are_words(plan, text):
    refresh()
    assert find(text).page == 1


def test_choices_say_how_many_results_each_would_leave(plan):
    refresh()
    page = find("municipalidades", Narrowing(kind="actividad"))
    assert [(one.value, one.count) for one in page.choices.kinds] == [("compromiso", 1), ("actividad", 3)]
    assert [(one.value, one.label, one.count) for one in page.choices.plans] == [
        ("4", "Plan de acción de prueba", 3)
    ]
    assert [(one.value, one.count) for one in page.choices.institutions] == [("inap", 3), ("infom", 3)]
    assert [(one.value, one.count) for one in page.choices.states] == [("en-curso", 3)]
    assert [(one.value, one.count) for one in page.choices.years] == [("2026", 3)]
    assert page.total == 3
    assert find("municipalidades", Narrowing(year="2031")).total == 0
    assert find("municipalidades", Narrowing(plan="4", institution="infom", state="en-curso")).total == 4


def test_a_search_sends_as_many_queries_however_much_it_finds(plan, query_counter):
    refresh()
    for text in ("municipalidades", "minicipalidades rendisión", "7.10", "zzzz"):
        with query_counter() as queries:
            find(text)
        assert len(queries) <= 7, text
