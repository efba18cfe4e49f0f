"""What scanners and typists do to periods and names: mended where it can be nothing else, and told."""

from __future__ import annotations

import pytest

from tracker.importers.institutions import InstitutionReader
from tracker.importers.periods import parse_windows
from tracker.importers.proposals import InstitutionEntry

KNOWN = (
    InstitutionEntry("INFOM", "Instituto de Fomento Municipal"),
    InstitutionEntry("SCEP", "Secretaría de Coordinación Ejecutiva de la Presidencia"),
    InstitutionEntry("MINFIN", "Ministerio de Finanzas Públicas"),
)


def told(text: str) -> tuple[list[str], list[str]]:
    reading = parse_windows(text)
    windows = [f"{one.start}/{one.end} {one.end_precision.value}" for one in reading.windows]
    return windows, [code for _, code, _ in reading.problems]


@pytest.mark.parametrize(
    ("text", "window", "codes"),
    [
        ("enero 2O22", "2022-01-01/2022-01-31 month", ["recognition-mended"]),
        ("l5 de mayo de 2022", "2022-05-15/2022-05-15 day", ["recognition-mended"]),
        ("15/O5/2022", "2022-05-15/2022-05-15 day", ["recognition-mended"]),
        ("Marz0 2019", "2019-03-01/2019-03-31 month", ["recognition-mended"]),
        ("abriI de 2020", "2020-04-01/2020-04-30 month", ["recognition-mended"]),
        ("diciernbre 2020", "2020-12-01/2020-12-31 month", ["recognition-mended"]),
        ("cuatr1mestre 2 de 2020", "2020-05-01/2020-08-31 four_month", ["recognition-mended"]),
        ("mar-\nzo de 2019", "2019-03-01/2019-03-31 month", []),
        ("septiem-\nbre 2020", "2020-09-01/2020-09-30 month", []),
        ("enero-\nmarzo 2022", "2022-01-01/2022-03-31 month", []),
        ("may-jun 22", "2022-05-01/2022-06-30 month", ["year-guessed"]),
        ("ene. a mar. de 22", "2022-01-01/2022-03-31 month", ["year-guessed"]),
        ("2do semestre 19", "2019-07-01/2019-12-31 half_year", ["year-guessed"]),
        ("1er semestre '22", "2022-01-01/2022-06-30 half_year", []),
        ("jul 21 - jun 23", "2021-07-01/2023-06-30 month", ["year-guessed", "year-guessed"]),
        ("1o. trimestre 2021", "2021-01-01/2021-03-31 quarter", []),
    ],
)
def test_a_period_misread_or_cut_is_understood_and_a_guess_is_told(text, window, codes):
    assert told(text) == ([window], codes)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("permanente", "period-not-understood"),
        ("primer cuatrimestre", "period-without-year"),
        ("del 3 al 15 de mayo", "period-without-year"),
        ("jun 15 - jul 20", "period-without-year"),
        ("del 5 de mayo al 22", "period-without-year"),
        ("Febrer 2022", "unknown-month"),
    ],
)
def test_what_could_be_two_things_stays_a_question(text, code):
    windows, codes = told(text)
    assert windows == []
    assert code in codes or codes == ["period-not-understood"]


@pytest.mark.parametrize("text", ["INF0M", "lNFOM"])
def test_an_acronym_misread_is_its_institution_as_a_guess(text):
    reading = InstitutionReader(KNOWN).read(text)
    assert [one.institution.acronym for one in reading.roles] == ["INFOM"]
    assert reading.roles[0].institution.text == text
    assert [code for _, code, _ in reading.findings] == ["institution-guessed"]


@pytest.mark.parametrize(
    "text",
    [
        "Instituto de Fomento Muni-\ncipal",
        "Instituto de  Fomento\nMunicipal -INFOM-",
        "Instituto de\nFomento\nMunicipal",
    ],
)
def test_a_name_cut_by_the_end_of_its_line_is_one_institution(text):
    reading = InstitutionReader(KNOWN).read(text)
    assert [one.institution.acronym for one in reading.roles] == ["INFOM"]
    assert reading.findings == ()


def test_lines_that_are_names_of_their_own_stay_apart():
    text = "Instituto de Fomento Municipal\nMinisterio de Finanzas Públicas\nSCEP / Dirección de Enlace"
    roles = InstitutionReader(KNOWN).read(text).roles
    assert [one.institution.acronym for one in roles] == ["INFOM", "MINFIN", "SCEP"]
    assert roles[2].institution.parent_unit == "Dirección de Enlace"


def test_a_new_acronym_with_a_digit_is_no_misread_one():
    (role,) = InstitutionReader(KNOWN).read("G50").roles
    assert (role.institution.acronym, role.institution.known) == ("G50", False) or not role.institution.known
