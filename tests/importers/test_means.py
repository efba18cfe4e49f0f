"""One text of verification means becomes several things to show."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tracker.importers.means import read_means, split_means


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "Convocatorias, listados de asistencia, fotografías, informe de resultados.",
            ("Convocatorias", "listados de asistencia", "fotografías", "informe de resultados"),
        ),
        (
            "El acuerdo de creación, convocatoria, listado de asistencia, memoria de la reunión, fotografías "
            "y  video.",
            (
                *("El acuerdo de creación", "convocatoria", "listado de asistencia"),
                *("memoria de la reunión", "fotografías", "video"),
            ),
        ),
        (
            "Documento de entrega de equipo y listado de personal de la CGC capacitado",
            ("Documento de entrega de equipo", "listado de personal de la CGC capacitado"),
        ),
        ("Informe y listado de participantes", ("Informe", "listado de participantes")),
        ("Convenios y fotografías", ("Convenios", "fotografías")),
        ("Informe e imágenes", ("Informe", "imágenes")),
        (
            "Listado y fotografías de los participantes y actas",
            ("Listado", "fotografías de los participantes", "actas"),
        ),
        ("Informe; listado; y fotografías", ("Informe", "listado", "fotografías")),
        ("1. Informe\n2. Fotografías", ("Informe", "Fotografías")),
        ("• Actas\n• Oficios", ("Actas", "Oficios")),
        ("Listas de asistencia,\nfotografías y\nminutas", ("Listas de asistencia", "fotografías", "minutas")),
        (
            "Actas (firmadas, selladas y escaneadas), video",
            ("Actas (firmadas, selladas y escaneadas)", "video"),
        ),
        ("Informe de 1,500 participantes, listado", ("Informe de 1,500 participantes", "listado")),
        ("Informe final, en formato digital", ("Informe final, en formato digital",)),
        ("Convenios y/o cartas", ("Convenios y/o cartas",)),
        ("Informe, informe", ("Informe",)),
        ("  Informe  ", ("Informe",)),
        ("N/A", ()),
        ("", ()),
        (None, ()),
    ],
)
def test_lists_are_split_at_their_joints(text: str | None, expected: tuple[str, ...]) -> None:
    assert split_means(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "Plan Nacional de Capacitación y Fortalecimiento Institucional validado y socializado",
        "Documentos impresos y entregados (catálogo de competencias y Planes de las áreas Prioritarias)",
        "PRECODE actualizado al 2018",
    ],
)
def test_one_thing_with_an_and_in_it_stays_one(text: str) -> None:
    reading = read_means(text)
    assert reading.items == (text,)
    assert reading.problems == ()


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("Versión final de actualización del PEI y POM y formulación de POA de Municipalidades", 1),
        ("Fotos de entrega de diplomas y actividad", 1),
        ("Formato colocado en la página web, botón de Gobierno Abierto", 2),
        ("Actas, oficios y demás", 3),
    ],
)
def test_where_another_cut_is_possible_a_doubt_says_so(text: str, count: int) -> None:
    reading = read_means(text)
    assert len(reading.items) == count
    assert [code for _, code, _ in reading.problems] == ["means-split-doubt"]


@settings(deadline=None)
@given(st.text(alphabet="actas, informe; y e (video) [x] .\n-•1", max_size=80))
def test_no_text_ever_breaks_the_splitter_and_no_item_is_empty(text: str) -> None:
    assert all(item.strip() for item in split_means(text))
