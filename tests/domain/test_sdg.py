"""The Sustainable Development Goals in running text."""

from __future__ import annotations

import pytest

from tracker.domain.sdg import goals_in


@pytest.mark.parametrize(
    ("text", "goals"),
    [
        ("ODS 16", (16,)),
        ("ODS: 16 y 17", (16, 17)),
        ("Objetivo de Desarrollo Sostenible No. 6, agua limpia", (6,)),
        ("Objetivos 1, 2 y 5; metas del ODS 16.6, 16.10", (1, 2, 5, 16)),
        ("Contribuye al ODS 17, meta 17.18", (17,)),
        ("SDG 5 and 10", (5, 10)),
        ("ODS 16 y ODS 16", (16,)),
        ("Se ejecuta de 2018 a 2020 con 16 municipalidades", ()),
        ("ODS 18", ()),
        ("Agenda 2030", ()),
        ("objetivo 2020", ()),
        ("", ()),
    ],
)
def test_goals_are_those_named_as_goals(text, goals):
    assert goals_in(text) == goals
