"""Who came, from a list: with headings or without, pasted or out of a file, errors by line."""

from __future__ import annotations

import io

import pytest
from openpyxl import Workbook

from tracker.domain.plans import Sector
from tracker.importers.attendance import read_attendance, text_of
from tracker.importers.office_files import RefusedFileError
from tracker.importers.proposals import InstitutionEntry

KNOWN = (InstitutionEntry("INFOM", "Instituto de Fomento Municipal"),)


def read(text):
    return read_attendance(text, KNOWN)


def told(text):
    return [(one.code, one.params.get("line")) for one in read(text).findings]


def test_a_pasted_list_names_people_organisations_and_sectors():
    found = read("Ana;INFOM\nBeto;Club del barrio;Sociedad civil\n;Universidad;Academia;3")
    assert [(one.person, one.organisation, one.sector, one.people) for one in found.rows] == [
        ("Ana", "INFOM", Sector.PUBLIC, 1),
        ("Beto", "Club del barrio", Sector.CIVIL_SOCIETY, 1),
        ("", "Universidad", Sector.ACADEMIA, 3),
    ]
    assert [one.mention is not None for one in found.rows] == [True, False, False]
    assert not found.has_errors


def test_headings_say_where_each_thing_stands_and_titles_may_stand_above_them():
    found = read(
        "Reunión 4\nNo.,Sector,Nombre completo,Institución u organización\n1,OSC,Ana,Club del barrio"
    )
    assert [(one.line, one.person, one.organisation) for one in found.rows] == [(3, "Ana", "Club del barrio")]


def test_what_is_wrong_is_told_by_line_and_nothing_else_is_lost():
    assert told("Ana;INFOM\nBeto;Club\nCarla;;Academia\nDora;Club;Marciana\n;INFOM;;0\nAna;INFOM") == [
        ("attendee-sector-missing", "2"),
        ("attendee-organisation-missing", "3"),
        ("attendee-sector-unknown", "4"),
        ("attendee-people-not-valid", "5"),
        ("attendee-repeated", "6"),
    ]
    assert told("Ana;INFOM;;2") == [("attendee-people-not-valid", "1")]
    assert [one.code for one in read(";INFOM;;400\n;INFOM;;200").findings] == ["attendance-too-long"]
    assert [one.code for one in read("").findings] == ["empty-file"]
    assert [one.code for one in read("Nombre;Institución").findings] == ["attendance-empty"]
    assert told(f"Ana;{'x' * 400};Academia") == [("attendee-not-readable", "1")]


def test_an_institution_recognised_by_likeness_is_a_doubt():
    found = read("Ana;Instituto de Fomnto Municipal")
    assert [one.code for one in found.findings] == ["institution-guessed"]
    assert not found.has_errors
    assert told("Ana;Amigos del INFOM") == [("attendee-sector-missing", "1")]


def test_a_workbook_and_a_table_of_any_encoding_give_the_same_text():
    book = Workbook()
    book.active.append(["Nombre", "Institución", "Sector"])
    book.active.append(["Ana", "Club del barrio", "Sociedad civil"])
    stream = io.BytesIO()
    book.save(stream)
    expected = "Nombre\tInstitución\tSector\nAna\tClub del barrio\tSociedad civil"
    assert text_of(stream.getvalue()) == expected
    assert (
        text_of("Nombre;Institución;Sector\nAna;Club del barrio;Sociedad civil".encode("cp1252")) == expected
    )
    with pytest.raises(RefusedFileError):
        text_of(b"%PDF-1.7")
