"""Institutions in running text: recognised however they are written, each once, with its part."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.importers.workbooks import roles
from tracker.domain.plans import Role, Sector
from tracker.importers.directory import load_directory
from tracker.importers.institutions import InstitutionReader, MentionReading, read_mentions
from tracker.importers.proposals import InstitutionEntry
from tracker.importers.resources import read_amounts


def doubts(reading: MentionReading) -> list[str]:
    return [code for _, code, _ in reading.findings]


@pytest.mark.parametrize(
    ("text", "acronym"),
    [
        ("INFOM", "INFOM"),
        ("Infom", "INFOM"),
        ("Instituto de Fomento Municipal –INFOM-", "INFOM"),
        ("INSTITUTO DE FOMENTO MUNICIPAL", "INFOM"),
        ("Secretaría de Coordinación Ejecutiva de la Presidencia de la Presidencia -SCEP-", "SCEP"),
        ("Secretaría de Coordinación Ejecutiva de la Presidencia SCEP", "SCEP"),
        ("Secretaria de Panificación y Programación de la Presidencia -SEGEPLAN-", "SEGEPLAN"),
        ("Secretaría de Nacional de Ciencia y Tecnología –SENACYT-", "SENACYT"),
        ("Asociación Nacional de Municipalidades de la república de Guatemala -ANAM-", "ANAM"),
        ("Comisión Presidencial de Gestión Pública  Abierta y Transparencia", "GPAT"),
        ("Comisión de Gestión Pública Abierta y Transparencia", "GPAT"),
        ("Comisión de Gestión Pública y Abierta y Transparencia", "GPAT"),
        ("Contraloria General de Cuentas -CGC-", "CGC"),
        ("ministerio de economia (MINECO)", "MINECO"),
        ("Ministerio de Agricultura, Ganadería y Alimentación", "MAGA"),
        ("Ministerio de Finanzas", "MINFIN"),
        ("Instituto de Administración Pública INAP", "INAP"),
    ],
)
def test_every_spelling_is_the_same_institution(text: str, acronym: str) -> None:
    reading = read_mentions(text)
    assert roles(reading) == [(acronym, "lead")]
    assert reading.findings == ()


def test_a_misspelt_acronym_is_a_guess_that_says_so() -> None:
    reading = read_mentions("SEENACYT")
    assert roles(reading) == [("SENACYT", "lead")]
    assert doubts(reading) == ["institution-guessed"]


def test_a_misspelt_name_without_acronym_is_a_guess_that_says_so() -> None:
    reading = read_mentions("Secretaria de Panificación y Programación de la Presidencia")
    assert roles(reading) == [("SEGEPLAN", "lead")]
    assert doubts(reading) == ["institution-guessed"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ANAM/INFOM", [("ANAM", "lead"), ("INFOM", "lead")]),
        ("INFOM-ANAM", [("INFOM", "lead"), ("ANAM", "lead")]),
        ("SENACYT y MINGOB", [("SENACYT", "lead"), ("MINGOB", "lead")]),
        ("Acción Ciudadana y Guatecambia", [("Acción Ciudadana", "lead"), ("Guatecambia", "lead")]),
        (
            "SCEP como coordinadores, y corresponsables INAP, INFOM, SEGEPLAN, MINFIN.",
            [
                ("SCEP", "coordinator"),
                *((one, "co_responsible") for one in ("INAP", "INFOM", "SEGEPLAN", "MINFIN")),
            ],
        ),
        (
            "Coordinación de convocatoria y enlace municipal INFOM y ANAM, con la colaboración de: SENACYT "
            "(apoyo tecnológico), INAP (capacitación)",
            [
                ("INFOM", "coordinator"),
                ("ANAM", "coordinator"),
                ("SENACYT", "collaborator"),
                ("INAP", "collaborator"),
            ],
        ),
        (
            "INAP con la colaboración de INFOM, ANAM,en coordinación con Comisión Presidencial de Gestión "
            "Pública Abierta y Transparencia.",
            [
                ("INAP", "lead"),
                ("INFOM", "collaborator"),
                ("ANAM", "collaborator"),
                ("GPAT", "co_responsible"),
            ],
        ),
        (
            "SESAN; corresponsables: MSPAS, Ministerio de Agricultura, Ganadería y Alimentación -MAGA- "
            "e INFOM",
            [("SESAN", "lead"), *((one, "co_responsible") for one in ("MSPAS", "MAGA", "INFOM"))],
        ),
        (
            "Coordinada por Segeplan con el apoyo técnico del PNUD",
            [("SEGEPLAN", "coordinator"), ("PNUD", "collaborator")],
        ),
        ("Coordina: SCEP. Apoya: INAP", [("SCEP", "coordinator"), ("INAP", "collaborator")]),
        (
            "INFOM: coordinador; INAP e INTECAP: corresponsables",
            [("INFOM", "coordinator"), ("INAP", "co_responsible"), ("INTECAP", "co_responsible")],
        ),
        (
            "INFOM (coordinador), INAP (corresponsable)",
            [("INFOM", "coordinator"), ("INAP", "co_responsible")],
        ),
        ("SCEP coordina, INAP corresponsable", [("SCEP", "coordinator"), ("INAP", "co_responsible")]),
        ("INFOM en conjunto con la ANAM", [("INFOM", "lead"), ("ANAM", "co_responsible")]),
        (
            "INAP, INFOM como corresponsables y SCEP como coordinador",
            [("INAP", "co_responsible"), ("INFOM", "co_responsible"), ("SCEP", "coordinator")],
        ),
    ],
)
def test_parts_follow_the_words_around_names(text: str, expected: list[tuple[str, str]]) -> None:
    assert roles(read_mentions(text)) == expected


def test_working_together_is_read_as_co_responsible_with_a_doubt() -> None:
    reading = read_mentions(
        "ANAM/INFOM en coordinación con Comisión de Gestión Pública Abierta y Transparencia"
    )
    ((_, code, params),) = reading.findings
    assert code == "role-guessed"
    assert params == {"institution": "GPAT", "role": "co_responsible", "words": "en coordinación con"}


def test_an_institution_named_twice_keeps_its_strongest_part() -> None:
    assert roles(read_mentions("con el apoyo de INFOM; responsable: INFOM")) == [("INFOM", "lead")]


def test_notes_in_parentheses_stay_with_their_institution() -> None:
    reading = read_mentions("SENACYT (apoyo tecnológico), INAP")
    assert [(one.institution.acronym, one.note) for one in reading.roles] == [
        ("SENACYT", "apoyo tecnológico"),
        ("INAP", ""),
    ]


def test_sub_units_are_kept_as_text_of_their_institution() -> None:
    reading = read_mentions(
        "SCEP / Dirección para la Descentralización / con el apoyo de Dirección de Asistencia a la "
        "Administración Financiera Municipal DAAFIM del Ministerio de Finanzas"
    )
    assert [(one.institution.acronym, one.institution.parent_unit, one.role) for one in reading.roles] == [
        ("SCEP", "Dirección para la Descentralización", Role.LEAD),
        (
            "MINFIN",
            "Dirección de Asistencia a la Administración Financiera Municipal DAAFIM",
            Role.COLLABORATOR,
        ),
    ]
    assert reading.findings == ()


@pytest.mark.parametrize(
    ("text", "name", "sector"),
    [
        ("Gobiernos Locales priorizados.", "Gobiernos Locales priorizados", Sector.LOCAL_GOVERNMENT),
        ("las 8 áreas Prioritarias", "8 áreas Prioritarias", Sector.PUBLIC),
        ("organizaciones de la sociedad civil", "organizaciones de la sociedad civil", Sector.CIVIL_SOCIETY),
        ("sector privado", "sector privado", Sector.PRIVATE),
        ("las universidades", "universidades", Sector.ACADEMIA),
        ("organismos internacionales", "organismos internacionales", Sector.MULTILATERAL),
    ],
)
def test_groups_without_members_are_groups(text: str, name: str, sector: Sector) -> None:
    (one,) = read_mentions(text).roles
    assert (one.institution.name, one.institution.is_group, one.institution.sector) == (name, True, sector)


def test_areas_stand_for_their_ministries_only_as_a_guess() -> None:
    reading = read_mentions(
        "SCEP / Corresponsables las 3 áreas Prioritarias, Educación, Salud y Asistencia Social, Pesca."
    )
    assert roles(reading) == [
        ("SCEP", "lead"),
        ("MINEDUC", "co_responsible"),
        ("MSPAS", "co_responsible"),
        ("Pesca", "co_responsible"),
    ]
    assert doubts(reading) == ["institution-guessed", "institution-guessed", "unknown-institution"]


def test_an_unknown_institution_is_kept_by_name() -> None:
    reading = read_mentions("INAP, XYZ y Municipalidad de Mixco")
    assert [
        (one.institution.acronym, one.institution.name, one.institution.known) for one in reading.roles
    ] == [
        ("INAP", "Instituto Nacional de Administración Pública", True),
        ("XYZ", "XYZ", False),
        ("", "Municipalidad de Mixco", False),
    ]
    assert reading.roles[2].institution.sector is Sector.LOCAL_GOVERNMENT
    assert doubts(reading) == ["unknown-institution", "unknown-institution"]


def test_words_that_are_no_institution_are_told_not_dropped() -> None:
    reading = read_mentions("alguien de la oficina revisa esto; INFOM")
    assert roles(reading) == [("INFOM", "lead")]
    assert [(code, params) for _, code, params in reading.findings] == [
        ("text-not-understood", {"rest": "alguien de la oficina revisa esto"})
    ]


def test_a_person_is_not_made_an_institution() -> None:
    reading = read_mentions("Lic. Nombre Apellido, Director de INFOM")
    assert roles(reading) == [("INFOM", "lead")]
    assert set(doubts(reading)) == {"text-not-understood"}


@pytest.mark.parametrize("text", ["Ministerio de Innovación", "Cien municipios", "Secretaría de Turismo"])
def test_a_name_somewhat_like_another_is_not_taken_for_it(text: str) -> None:
    assert all(not one.institution.known for one in read_mentions(text).roles)


def test_the_known_institutions_lend_their_name_and_keep_shipped_spellings() -> None:
    known = [InstitutionEntry("INFOM", "Fomento Municipal"), InstitutionEntry("ABC", "Agua Buena y Clara")]
    reading = read_mentions("Instituto de Fomento Municipal, Agua Buena y Clara", known)
    assert [(one.institution.acronym, one.institution.name) for one in reading.roles] == [
        ("INFOM", "Fomento Municipal"),
        ("ABC", "Agua Buena y Clara"),
    ]
    assert reading.findings == ()


def test_a_group_already_known_stays_a_group() -> None:
    known = [InstitutionEntry("", "Gobiernos Locales priorizados", is_group=True)]
    (one,) = read_mentions("gobiernos locales priorizados", known).roles
    assert (one.institution.known, one.institution.is_group) == (True, True)


def test_the_directory_names_each_institution_once() -> None:
    entries = load_directory()
    acronyms = [one.acronym for one in entries if one.acronym]
    assert len(acronyms) == len(set(acronyms))
    assert len({one.name for one in entries}) == len(entries)
    for entry in entries:
        reading = read_mentions(entry.name)
        assert [one.institution.name for one in reading.roles] == [entry.name]


@settings(deadline=None)
@given(
    st.text(alphabet="INFOM ANAMscep,;/()-–.y corresponsables coordinación a cargo de:áéÑ\n", max_size=120)
)
def test_no_text_breaks_the_reader_and_no_institution_comes_twice(text: str) -> None:
    reader = InstitutionReader()
    for _ in range(2):
        names = [name for name, _ in roles(reader.read(text))]
        assert len(names) == len(set(names))


@pytest.mark.parametrize(
    ("text", "amounts"),
    [
        ("Segeplan: Q.49,000.00", ((4_900_000, "SEGEPLAN"),)),
        ("INFOM Q 1,250 y ANAM Q.500.50", ((125_000, "INFOM"), (50_050, "ANAM"))),
        ("Cooperación: Q49.000,00", ((4_900_000, "Cooperación"),)),
        ("MINFIN: Q 2.5 millones", ((250_000_000, "MINFIN"),)),
        ("Sin costo", ()),
    ],
)
def test_amounts_are_centavos_with_who_provides_them(text: str, amounts: tuple[tuple[int, str], ...]) -> None:
    assert read_amounts(text, InstitutionReader()) == amounts
