"""Files of assessments: both languages, any order of columns and encoding, errors told of their cells."""

from __future__ import annotations

import io
from datetime import date

import pytest
from openpyxl import Workbook

from tracker.domain.assessment import Assessor, CompletionLevel
from tracker.domain.irm import CODES, IrmCode, IrmField
from tracker.importers.assessment_words import column_name, read_code, read_level
from tracker.importers.assessments import read_assessments
from tracker.importers.proposals import InstitutionEntry, Level
from tracker.renderers.words import Words

KNOWN = (
    InstitutionEntry("INAP", "Instituto Nacional de Administración Pública"),
    InstitutionEntry("SAT", "SAT"),
)
SPANISH = (
    "Fecha;Nivel de cumplimiento;Compromiso No.;Título del informe;¿Verificable?;Valores de gobierno abierto;"
    "Impacto potencial;¿Contribuyó a la apertura del gobierno?;Enlace\n"
    "31/05/2018;Sustancial;Compromiso 1;Informe de avance;Sí;"
    "Acceso a la información, Participación ciudadana;Transformador;No cambió;https://www.opengovpartnership.org/x\n"
)
ENGLISH = (
    "Commitment,Completion,Did it open government?,Potential impact,OGP values,Verifiable,Report,Link,Date\n"
    "1,Substantial,Did not change,Transformative,Access to Information | Civic participation,yes,"
    "Informe de avance,https://www.opengovpartnership.org/x,2018-05-31\n"
)


def irm(text, encoding="utf-8"):
    return read_assessments(text.encode(encoding), Assessor.IRM, KNOWN)


def own(data):
    return read_assessments(data if isinstance(data, bytes) else data.encode(), Assessor.INSTITUTION, KNOWN)


def told(proposal, level=Level.ERROR):
    return [(one.cell, one.code) for one in proposal.findings if one.level is level]


def said(proposal):
    return [
        (one.label, one.on, one.level, one.source, one.link, one.codes, one.achievements)
        for one in proposal.rows
    ]


def test_languages_orders_separators_and_encodings_say_the_same():
    first = irm(SPANISH)
    assert first.findings == []
    assert said(first) == [
        (
            "1",
            date(2018, 5, 31),
            CompletionLevel.SUBSTANTIAL,
            "Informe de avance",
            "https://www.opengovpartnership.org/x",
            (
                IrmCode(IrmField.VERIFIABLE, "yes"),
                IrmCode(IrmField.RELEVANCE, "transparency"),
                IrmCode(IrmField.RELEVANCE, "participation"),
                IrmCode(IrmField.IMPACT, "transformative"),
                IrmCode(IrmField.OPENED, "unchanged"),
            ),
            "",
        )
    ]
    for other in (irm(SPANISH, "latin-1"), irm(SPANISH, "utf-8-sig"), irm(ENGLISH)):
        assert said(other) == said(first)


@pytest.mark.parametrize("language", ["es", "en"])
def test_every_heading_and_word_of_the_template_is_read_back(language):
    words = Words(language)
    for level in CompletionLevel:
        assert read_level(words(f"level.{level.value}")) is level
    for field, values in CODES.items():
        assert column_name(words(f"irm.{field.value}")) == field.value
        assert [read_code(field, words(f"irm.{field.value}.{value}")) for value in values] == list(values)


def test_every_error_is_told_of_its_cell_and_its_row_is_left_out():
    found = irm(
        "Compromiso;Nivel;Fecha;Informe;Verificable;Enlace\n"
        "dos;medio;ayer;;quizá;ftp\n"
        "3;Completo;;Informe;;\n"
        "4;Completo;31/05/2018;Informe;;\n"
        "4;Limitado;31/05/2018;Informe;;;sobra\n"
        "4;Limitado;31/05/2018;Informe;;\n"
    )
    assert told(found) == [
        *(("A2", "impossible-number"), ("C2", "impossible-date"), ("B2", "level-not-in-scale")),
        *(("E2", "code-not-in-list"), ("F2", "link-not-an-address"), ("D2", "report-title-missing")),
        *(("C3", "missing-date"), ("G5", "cells-beyond-columns"), ("A6", "repeated-row")),
    ]


def test_rows_that_nobody_has_filled_in_are_no_assessments():
    found = own("Compromiso,Título,Institución,Logros,Nivel,Fecha\n1,Uno,INAP,,,\n2,Dos,INAP,-,n/a,\n\n")
    assert (found.rows, found.findings) == ([], [])


def test_an_author_is_one_institution_that_is_known():
    found = own(
        "Compromiso,Institución,Logros,Fecha\n1,,x,2017-09-30\n2,INAP y SAT,x,2017-09-30\n"
        '3,Dirección de Nadie,x,2017-09-30\n4,INAP,"Uno.\nDos.",2017-09-30\n'
    )
    assert told(found) == [("B2", "missing-institution"), ("B3", "author-not-one"), ("B4", "author-unknown")]
    assert [(one.institution.acronym, one.achievements) for one in found.rows] == [("INAP", "Uno.\nDos.")]


def test_a_file_needs_its_columns_and_an_unread_one_is_a_doubt():
    assert told(own("Compromiso,Logros\n1,x\n")) == [("A1", "missing-column")]
    assert told(irm("")) == [("", "empty-file")]
    found = own("Compromiso,Institución,Logros,Fecha,Nivell\n1,INAP,x,2017-09-30,Completo\n")
    assert told(found, Level.DOUBT) == [("E1", "column-not-read")]
    assert len(found.rows) == 1


def test_a_workbook_is_read_as_it_is_seen():
    book = Workbook()
    sheet = book.active
    sheet.title = "Logros"
    sheet.append(["Autoevaluación de medio término"])
    sheet.append(["Institución", "Compromiso", "Fecha", "Nivel", "Logros", "Obstáculos"])
    sheet.append(["INAP", 1, date(2017, 9, 30), "Completo", "Hecho", None])
    sheet.append(["INAP", "2.", "30 de septiembre de 2017", "A medias", "=A1&B1", None])
    data = io.BytesIO()
    book.save(data)
    found = own(data.getvalue())
    assert [(one.label, one.level, one.on, one.sheet) for one in found.rows] == [
        ("1", CompletionLevel.COMPLETE, date(2017, 9, 30), "Logros")
    ]
    assert told(found) == [("E4", "formula-not-computed"), ("D4", "level-not-in-scale")]
