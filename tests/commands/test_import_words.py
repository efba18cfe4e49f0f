"""Every finding of an import has a sentence, and codes within it are words too."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

import pytest

from tests.architecture.sources import TRACKER
from tracker.domain.plans import Role
from tracker.domain.schedule import Frequency
from tracker.queries.source_fields import WITHOUT_VARIANTS
from tracker.words import assessments, institutions, meetings, plan_life, round_workbook, targets
from tracker.words.imports import field_word, frequency_word, say, sentences, source_word

pytestmark = pytest.mark.usefixtures("app_context")
# Written like a code and none: encodings, a column, a mistake in the program itself.
NO_FINDINGS = {
    *("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "latin-1"),
    *("milestone-number", "impossible-period"),
}
READERS = (
    "importers/*.py",
    "services/*imports.py",
    "services/plans.py",
    "services/doubts.py",
    "queries/doubts.py",
)
# Told by the sentences that all features share.
SHARED = {
    "percent-out-of-range",
    "quantity-too-large",
    "plan-not-found",
    "node-not-found",
    "reason-required",
    "not-allowed",
    "assessment-changed-meanwhile",
    "plan-not-assessed",
}


def codes() -> Iterator[str]:
    for pattern in READERS:
        for path in TRACKER.glob(pattern):
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                text = node.value if isinstance(node, ast.Constant) else None
                if isinstance(text, str) and re.fullmatch(r"[a-z]+(?:-[a-z0-9]+)+", text):
                    yield text


def test_every_code_has_its_sentence():
    found = set(codes()) - NO_FINDINGS
    assert {"unknown-month", "role-differs", "question-settled"} <= found
    features = (round_workbook, targets, assessments, institutions, meetings, plan_life)
    told = {*sentences(), *(code for one in features for code in one.sentences())}
    assert found - told <= SHARED


def test_what_is_left_out_of_the_list_is_still_in_the_program():
    assert set(codes()) >= NO_FINDINGS


@pytest.mark.parametrize(
    ("code", "params", "told"),
    [
        (
            "role-differs",
            {"institution": "INFOM", "item": "3.1", "claimed": "co_responsible", "planned": "lead"},
            "INFOM informa 3.1 como corresponsable; en el plan es responsable.",
        ),
        (
            "role-in-draft-variant",
            {"institution": "INFOM", "item": "2.2", "source": "template", "version": "7-11-2018"},
            "El plan no da parte a INFOM en 2.2; la fuente «plantilla» 7-11-2018, un borrador, sí. "
            "Elija cuál vale.",
        ),
        (
            "reversed-window",
            {"start": "2026-05-30", "end": "2026-05-02"},
            "El período termina (2 de mayo de 2026) antes de empezar (30 de mayo de 2026).",
        ),
        ("frequency-guessed", {"frequency": "monthly"}, "Por el texto, se entendió como entrega mensual."),
        ("missing-column", {"columns": "percent, other"}, "Faltan columnas: avance, other."),
        (
            "target-sum-differs",
            {"side": "financial", "figure": "executed", "printed": "18517484.49", "computed": "1.5"},
            "metas financieras, ejecutado: el producto dice 18,517,484.49 y sus subproductos suman 1.50. "
            "Se guarda lo que dice la tabla.",
        ),
        (
            "missing-column",
            {"columns": "name, physical_initial"},
            "Faltan columnas: producto o subproducto, meta inicial (metas físicas).",
        ),
        ("never-heard-of", {}, "never-heard-of"),
    ],
)
def test_sentences_speak_words_and_dates_not_codes(code, params, told):
    assert say(code, params) == told


def test_every_role_frequency_source_and_field_has_its_word():
    for role in Role:
        sentence = say("role-guessed", {"words": "x", "institution": "y", "role": role.value})
        assert role.value not in sentence or role is Role.LEAD
    assert {frequency_word(one.value) for one in Frequency} & {one.value for one in Frequency} == set()
    assert frequency_word("sometimes") == "sometimes"
    assert say("role-guessed", {"words": "x", "institution": "y", "role": "z"}).endswith("y es z.")
    assert [source_word(one) for one in ("workplan", "by-hand", "other")] == [
        "plan de trabajo",
        "lo escrito a mano",
        "other",
    ]
    assert field_word("title") == "Título"
    assert {field_word(one) for one in WITHOUT_VARIANTS} == {"Contacto"}
    assert field_word("problem") == "Texto de la plantilla"
