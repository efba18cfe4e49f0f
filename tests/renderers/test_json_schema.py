"""The published schema holds for the data of every kind of report, and for nothing else."""

from __future__ import annotations

import copy
import json
from datetime import date
from decimal import Decimal

import jsonschema
import pytest

from tests.support.factories import documents
from tests.support.factories.facts import INFOM
from tracker.domain.assessment import Assessor, CompletionLevel
from tracker.domain.compilation import CompilationKind
from tracker.domain.self_assessment import Statement
from tracker.renderers.json import JsonRenderer
from tracker.renderers.json_schema import _schema, report_schema

ADDRESS = "https://cumple.example.gt/datos/esquemas/informe-1.json"
SCHEMA = report_schema(ADDRESS)
CHECK = jsonschema.Draft202012Validator(SCHEMA, format_checker=jsonschema.FormatChecker())
STATEMENTS = (
    Statement(
        "c10", Assessor.INSTITUTION, date(2020, 8, 1), "liaison", INFOM, CompletionLevel.COMPLETE, "Hecho"
    ),
    Statement("plan", Assessor.CONTACT_POINT, date(2020, 8, 2), "contact_point", achievements="Se avanzó"),
)
GIVEN = {
    CompilationKind.INSTITUTIONAL: {"institution": INFOM},
    CompilationKind.COMMITMENT: {"commitment": 10},
    CompilationKind.SELF_ASSESSMENT: {"statements": STATEMENTS},
}


def data(kind=CompilationKind.PLAN):
    made = documents.document(kind=kind, **GIVEN.get(kind, {}))
    return json.loads(JsonRenderer().render(made))


def test_it_is_a_schema_of_2020_12_under_its_address():
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    assert (SCHEMA["$id"], SCHEMA["title"]) == (ADDRESS, "Informe compilado")
    assert SCHEMA["$schema"].endswith("2020-12/schema")


@pytest.mark.parametrize("kind", list(CompilationKind))
def test_every_kind_of_report_keeps_to_it(kind):
    assert [error.message for error in CHECK.iter_errors(data(kind))] == []


def changed(*path, value):
    found = copy.deepcopy(data())
    place = found
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = value
    return found


@pytest.mark.parametrize(
    "wrong",
    [
        changed("known_at", value="12"),
        changed("cutoff", value="2020-02-30"),
        changed("cutoff", value="28/08/2020"),
        changed("kind", value="diario"),
        changed("sha256", value="ab"),
        changed("plan", "substantial_from", value=50),
        changed("plan", "title", value=None),
        changed("commitments", 0, "validated", "floor", value="medio"),
        changed("commitments", 0, "extra", value=1),
        changed("extra", value=1),
        {key: value for key, value in data().items() if key != "findings"},
    ],
)
def test_what_is_not_as_it_says_is_found(wrong):
    assert not CHECK.is_valid(wrong)


def test_a_report_frozen_before_a_key_was_there_keeps_to_it():
    assert CHECK.is_valid({key: value for key, value in data().items() if key not in {"sheet", "period"}})


def test_types_and_fields_are_told_in_words():
    assert all(one["description"] for one in SCHEMA["$defs"].values())
    about = SCHEMA["$defs"]["OwnReport"]["properties"]["days_late"]
    assert about == {"type": ["integer", "null"]}
    assert SCHEMA["$defs"]["OwnReport"]["properties"]["state"]["description"].startswith("How a claim")
    assert "activities" in SCHEMA["$defs"]["CommitmentLine"]["properties"]


def test_a_type_that_there_is_no_json_of_is_not_passed_over():
    assert _schema(Decimal | None, {})["type"] == ["string", "null"]
    with pytest.raises(TypeError):
        _schema(complex, {})
