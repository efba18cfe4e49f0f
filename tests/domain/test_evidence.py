"""Rule 3: what evidence is needed to validate, and coverage."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tracker.domain.errors import DomainError
from tracker.domain.evidence import Access, Coverage, check_validation, default_access, union

BOTH = frozenset({"m1", "m2"})


def validate(percent: int | str | None, answered: set[str], items: int, **given: object) -> None:
    check_validation(
        None if percent is None else Decimal(percent),
        required=given.get("required", BOTH),  # type: ignore[arg-type]  # as the test gives them
        answered=answered,
        accepted_items=items,
        exception=str(given.get("exception", "")),
    )


def refusal(*args: object, **given: object) -> DomainError:
    with pytest.raises(DomainError) as refused:
        validate(*args, **given)  # type: ignore[arg-type]  # as the test gives them
    return refused.value


def test_the_whole_is_validated_with_evidence_for_every_means():
    validate(100, {"m1", "m2"}, 2)


def test_the_whole_is_refused_while_a_means_has_no_evidence():
    error = refusal(100, {"m1"}, 1)
    assert (error.code, error.field) == ("means-without-evidence", "exception")
    assert error.params == {"missing": ["m2"], "count": 1}
    assert refusal(100, set(), 0).params == {"missing": ["m1", "m2"], "count": 2}


def test_a_written_exception_validates_the_whole_without_evidence():
    validate(100, {"m1"}, 1, exception="El acta se perdió en la inundación; consta en el oficio 14-2020")
    validate(100, set(), 0, exception="Consta en el oficio 14-2020")


@pytest.mark.parametrize("blank", ["", "   ", "\n\t"])
def test_blank_space_is_no_exception(blank):
    assert refusal(100, {"m1"}, 1, exception=blank).code == "means-without-evidence"


@pytest.mark.parametrize("percent", ["0.01", "50", "99.99"])
def test_a_part_needs_one_accepted_item_and_no_more(percent):
    validate(percent, {"m1"}, 1)
    validate(percent, set(), 1)
    assert refusal(percent, set(), 0).code == "no-accepted-evidence"


def test_the_whole_of_an_item_that_names_no_means_still_needs_one_item():
    validate(100, set(), 1, required=frozenset())
    assert refusal(100, set(), 0, required=frozenset()).code == "no-accepted-evidence"


@pytest.mark.parametrize("percent", [0, "0.00", None])
def test_zero_and_a_narrative_need_no_evidence(percent):
    validate(percent, set(), 0)


def test_evidence_for_other_means_answers_none_of_the_required():
    assert refusal(100, {"m1", "m9"}, 2).params["missing"] == ["m2"]


# Coverage


def test_a_shared_means_counts_once():
    first = Coverage(frozenset({"shared"}), frozenset({"shared", "own"}))
    second = Coverage(frozenset({"shared"}), frozenset({"shared"}))
    both = first + second
    assert (len(both.answered), len(both.required), both.missing) == (1, 2, {"own"})


def test_a_shared_means_answered_once_is_answered():
    both = Coverage(frozenset({"shared"}), frozenset({"shared"})) + Coverage(required=frozenset({"shared"}))
    assert not both.missing


def test_coverage_of_nothing_is_nothing():
    assert union([]) == Coverage()
    assert union([Coverage(required=BOTH), Coverage(frozenset({"m1"}), BOTH)]).missing == {"m2"}


# Access


@pytest.mark.parametrize(
    "text",
    [
        "Lista de Asistencia,  agenda",
        "Convocatorias, listados de asistencia, fotografías",
        "LISTADO DE PARTICIPANTES",
        "Informe y listado de participantes",
        "listas de asistentes",
        "Planilla de asistencia",
        "Registro de los participantes",
    ],
)
def test_lists_of_persons_are_confidential_by_default(text):
    assert default_access(text) is Access.CONFIDENTIAL


@pytest.mark.parametrize(
    "text",
    [
        "Fotografías",
        "Listado priorizado a PDH",
        "Informe de asistencia técnica",
        "Registro de asistencia técnica",
        "",
    ],
)
def test_other_means_are_public_by_default(text):
    assert default_access(text) is Access.PUBLIC
