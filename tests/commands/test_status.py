"""`status`: a plan's tree, as JSON for machines and as text for people."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest

from tests.support.factories.compilations import RECORDED, claim, make_reported_plan
from tests.support.factories.plans import make_plan
from tracker.queries.history import last_sequence


@pytest.fixture
def run(app):
    """The command with these arguments."""
    return lambda *args: app.test_cli_runner().invoke(args=["status", *map(str, args)])


@pytest.fixture
def plan(app):
    with app.app_context():
        return make_reported_plan()


def activities(tree):
    return [a for c in tree["commitments"] for m in c["milestones"] for a in m["activities"]]


def test_standard_output_carries_the_json_alone(run, plan):
    done = run("--plan", plan.number, "--as-of", "2026-06-10", "--format", "json")
    assert done.exit_code == 0
    tree = json.loads(done.stdout)
    assert (tree["plan"], tree["as_of"]) == (4, "2026-06-10")
    assert [a["reported"] and a["reported"]["percent"] for a in activities(tree)] == [100.0, None]
    assert done.stderr == ""


def test_as_of_an_earlier_day_the_claim_is_not_there(run, plan):
    tree = json.loads(run("--plan", 4, "--as-of", "2026-06-09", "--format", "json").stdout)
    assert [a["reported"] for a in activities(tree)] == [None, None]


def test_known_at_an_earlier_instant_or_sequence_the_claim_is_not_there(app, run, plan):
    with app.app_context():
        before = last_sequence()
        claim(plan, place=1, percent=40, now=RECORDED + timedelta(hours=1))

    def reported(known_at):
        done = run("--plan", 4, "--as-of", "2026-06-10", "--known-at", known_at, "--format", "json")
        return [a["reported"] and a["reported"]["percent"] for a in activities(json.loads(done.stdout))]

    assert reported(before) == reported("2026-06-10T12:30:00+00:00") == [100.0, None]
    assert reported("2026-06-10T07:00") == [100.0, 40.0]
    assert reported(datetime(2027, 1, 1, tzinfo=UTC).isoformat()) == [100.0, 40.0]


def test_an_institution_sees_the_items_in_which_it_takes_part(app, run, plan):
    with app.app_context():
        make_plan(5, lead="CGC", helper="SAT")
    whole = json.loads(run("--plan", 4, "--institution", "infom", "--format", "json").stdout)
    assert len(activities(whole)) == 2
    other = json.loads(run("--plan", 4, "--institution", "CGC", "--format", "json").stdout)
    assert other["commitments"] == []


def test_text_has_both_figures_coverage_and_state_of_every_item(run, plan):
    text = run("--plan", 4, "--as-of", "2026-06-10").stdout
    assert "Plan 4: Plan de acción de prueba, al 10 de junio de 2026" in text
    assert (
        "Comprobado: sin información · Declarado: 100\N{NO-BREAK SPACE}%, 10 de junio de 2026, INFOM" in text
    )
    assert "Evidencia: 0 de 2" in text
    assert "– INFOM · responsable: 100\N{NO-BREAK SPACE}%" in text


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (("--plan", 9), "No hay un plan con el número 9"),
        (("--plan", 4, "--institution", "XX"), "XX"),
        (("--plan", 4, "--institution", ""), "institución"),
        (("--plan", 4, "--as-of", "28/08/2020"), "28/08/2020"),
        (("--plan", 4, "--known-at", "ayer"), "ayer"),
        (("--plan", 4, "--known-at", "999999"), "999999"),
        (("--plan", 4, "--known-at", "2001-01-01"), "no estaba registrado"),
        ((), "--plan"),
    ],
)
def test_what_cannot_be_told_is_refused_with_a_sentence(run, plan, args, words):
    done = run(*args)
    assert done.exit_code == 2
    assert words in done.stderr
    assert done.stdout == ""
