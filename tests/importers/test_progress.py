"""Progress files in the encodings, separators and headings that offices send."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.importers.workbooks import codes, workbook
from tracker.domain.plans import Role
from tracker.importers import tables
from tracker.importers.progress import read_progress
from tracker.importers.proposals import ClaimProposal, InstitutionEntry, Level, ProgressProposal

HEADING = (
    "compromiso,hito,actividad,institucion,rol,avance_pct,fecha_corte,fecha_cumplimiento,resumen,enlaces"
)


def read(*rows: str, heading: str = HEADING, encoding: str = "utf-8") -> ProgressProposal:
    return read_progress("\r\n".join((heading, *rows)).encode(encoding))


def only_claim(proposal: ProgressProposal) -> ClaimProposal:
    (claim,) = proposal.claims
    return claim


def test_a_row_becomes_a_claim() -> None:
    proposal = read(
        '10,2,2,INFOM,corresponsable,100,2020-08-28,2020-08-28,"Se recibió, completo.",https://a.gt/x'
    )
    claim = only_claim(proposal)
    assert (claim.row, claim.commitment, claim.milestone, claim.activity) == (2, 10, "2", "2")
    assert (claim.institution.acronym, claim.role, claim.role_text) == (
        "INFOM",
        Role.CO_RESPONSIBLE,
        "corresponsable",
    )
    assert (claim.percent, claim.reported_on, claim.completed_on) == (
        Decimal("100.00"),
        date(2020, 8, 28),
        date(2020, 8, 28),
    )
    assert (claim.narrative, claim.links) == ("Se recibió, completo.", ("https://a.gt/x",))
    assert proposal.findings == []
    assert not proposal.has_errors


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252", "latin-1"]
)
def test_any_usual_encoding(encoding: str) -> None:
    assert (
        only_claim(read("10,1,1,INFOM,,50,2020-08-28,,Se cumplió año,", encoding=encoding)).narrative
        == "Se cumplió año"
    )


@pytest.mark.parametrize("sign", [",", ";", "\t", "|"])
def test_any_usual_separator(sign: str) -> None:
    row = sign.join(("10", "1", "1", "INFOM", "", '"87,5"', "28/08/2020", "", '"a, b; c"', ""))
    claim = only_claim(read(row, heading=HEADING.replace(",", sign)))
    assert (claim.percent, claim.narrative) == (Decimal("87.50"), "a, b; c")


def test_a_first_line_may_state_the_separator_and_rows_keep_their_number() -> None:
    data = f"sep=;\r\n{HEADING.replace(',', ';')}\r\n10;1;1;INFOM;;50;2020-08-28;;;\r\n"
    assert only_claim(read_progress(data.encode())).row == 3


def test_titles_above_and_other_headings_in_other_order() -> None:
    data = (
        "Informe de avances;;;;;;\n\nFecha de corte;% de avance;Institución responsable;Actividad No.;Hito;"
        "No. de compromiso;Presupuesto;Resumen del avance\n28/08/2020;87,5 %;Instituto de Fomento Municipal;"
        "Actividad 2.3;Hito 2;Compromiso 10;Q1;Hecho\n"
    )
    proposal = read_progress(data.encode())
    claim = only_claim(proposal)
    assert (claim.row, claim.commitment, claim.milestone, claim.activity) == (4, 10, "2", "3")
    assert (claim.percent, claim.institution.acronym, claim.narrative) == (Decimal("87.50"), "INFOM", "Hecho")
    assert proposal.findings == []


@pytest.mark.parametrize(
    ("milestone", "activity", "expected"),
    [
        ("6", "", ("6", "")),
        ("", "6", ("", "6")),
        ("", "", ("", "")),
        ("2", "3a", ("2", "3a")),
        ("", "2.10", ("2", "10")),
        ("Hito II", "Actividad No. 4", ("2", "4")),
        ("2.0", "5.0", ("2", "5")),
    ],
)
def test_numbers_of_items_in_all_their_forms(
    milestone: str, activity: str, expected: tuple[str, str]
) -> None:
    claim = only_claim(read(f"10,{milestone},{activity},INFOM,,50,2020-08-28,,x,"))
    assert (claim.milestone, claim.activity) == expected


@pytest.mark.parametrize(
    ("text", "percent"),
    [
        ("100", "100"),
        ("100 %", "100"),
        ('"87,5"', "87.5"),
        ("87.50%", "87.5"),
        ("0", "0"),
        ("33.333", "33.33"),
    ],
)
def test_percents(text: str, percent: str) -> None:
    assert only_claim(read(f"10,1,1,INFOM,,{text},2020-08-28,,x,")).percent == Decimal(percent)


def test_a_percent_with_more_than_two_decimals_is_rounded_and_says_so() -> None:
    assert codes(read("10,1,1,INFOM,,33.335,2020-08-28,,x,").findings) == ["percent-rounded"]


def test_no_percent_is_a_narrative_only() -> None:
    claim = only_claim(read("10,6,,INFOM,,,2020-08-28,,Se acercó,"))
    assert (claim.percent, claim.role, claim.narrative) == (None, None, "Se acercó")


@pytest.mark.parametrize(
    ("row", "code", "cell"),
    [
        ("10,1,1,INFOM,,101,2020-08-28,,x,", "percent-out-of-range", "F2"),
        ("10,1,1,INFOM,,-1,2020-08-28,,x,", "percent-out-of-range", "F2"),
        ("10,1,1,INFOM,,casi todo,2020-08-28,,x,", "percent-not-a-number", "F2"),
        ("10,1,1,INFOM,,NaN,2020-08-28,,x,", "percent-not-a-number", "F2"),
        ("10,1,1,INFOM,,1e5,2020-08-28,,x,", "percent-not-a-number", "F2"),
        ("10,1,1,INFOM,,50,2020-02-30,,x,", "impossible-date", "G2"),
        ("10,1,1,INFOM,,50,agosto 2020,,x,", "impossible-date", "G2"),
        ("10,1,1,INFOM,,50,,,x,", "missing-date", "G2"),
        ("10,1,1,INFOM,,50,2020-08-28,31/31/2020,x,", "impossible-date", "H2"),
        ("diez,1,1,INFOM,,50,2020-08-28,,x,", "impossible-number", "A2"),
        ("10,1,1,,,50,2020-08-28,,x,", "missing-institution", "D2"),
        ("10,1,1,INFOM,,50,2020-08-28,,x,,sobra", "cells-beyond-columns", "K2"),
    ],
)
def test_an_impossible_value_is_an_error_in_its_cell_and_makes_no_claim(
    row: str, code: str, cell: str
) -> None:
    proposal = read(row)
    (finding,) = proposal.findings
    assert (finding.level, finding.code, finding.cell) == (Level.ERROR, code, cell)
    assert proposal.claims == []
    assert proposal.has_errors


@pytest.mark.parametrize(
    ("row", "code", "cell"),
    [
        ("10,1,1,INFOM,jefe,50,2020-08-28,,x,", "unknown-role", "E2"),
        ("10,1,1,INFOM,,50,2020-08-28,,x,javascript:alert(1)", "link-not-understood", "J2"),
        ("10,1,1,INFOM,,50,2020-08-28,,x,ftp://a.gt/b", "link-not-understood", "J2"),
        ("10,1,1,INFOM,,100,2020-08-28,2020-09-30,x,", "completed-after-cutoff", "H2"),
        ("10,1,1,INFOM,,60,2020-08-28,2020-07-01,x,", "completed-below-100", "H2"),
        ("10,1,1,XYZ,,60,2020-08-28,,x,", "unknown-institution", "D2"),
        ("10,1,1,INFOM,,,2020-08-28,,,", "nothing-reported", "F2"),
    ],
)
def test_what_is_strange_is_a_doubt_and_the_claim_stays(row: str, code: str, cell: str) -> None:
    proposal = read(row)
    (finding,) = proposal.findings
    assert (finding.level, finding.code, finding.cell, finding.node_key) == (
        Level.DOUBT,
        code,
        cell,
        "10/1.1",
    )
    assert len(proposal.claims) == 1


def test_links_are_split_at_blanks_and_commas_and_kept_once() -> None:
    claim = only_claim(
        read('10,1,1,INFOM,,50,2020-08-28,,x,"https://a.gt/x http://b.gt, https://a.gt/x\nhttps://c.gt"')
    )
    assert claim.links == ("https://a.gt/x", "http://b.gt", "https://c.gt")


def test_two_rows_for_one_item_and_date_are_an_error() -> None:
    proposal = read("10,1,1,INFOM,,50,2020-08-28,,x,", "10,1,1,Infom,,60,2020-08-28,,y,")
    (finding,) = proposal.findings
    assert (finding.code, finding.cell, finding.params) == ("repeated-row", "A3", {"first": "A2"})


def test_the_same_item_at_another_date_or_by_another_institution_is_another_claim() -> None:
    rows = (
        "10,1,1,INFOM,,50,2020-08-28,,x,",
        "10,1,1,INFOM,,60,2020-09-28,,y,",
        "10,1,1,ANAM,,60,2020-08-28,,y,",
    )
    proposal = read(*rows)
    assert len(proposal.claims) == 3
    assert proposal.findings == []


def test_blank_rows_are_passed_over() -> None:
    assert [one.row for one in read("", ",,,,,,,,,", "10,1,1,INFOM,,50,2020-08-28,,x,").claims] == [4]


def test_missing_columns_are_named() -> None:
    (finding,) = read("10,50", heading="compromiso,avance").findings
    assert (finding.level, finding.code, finding.cell) == (Level.ERROR, "missing-column", "A1")
    assert finding.params == {"columns": "institution, reported_on"}


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty-file"),
        (b" \n ", "empty-file"),
        (workbook([("a",)]), "not-a-text-table"),
        (b"%PDF-1.4", "not-a-text-table"),
        (b"a,b\n" + b'"' + b"x" * 200_000, "unreadable-file"),
        (b"\xff\xfe\x00", "unreadable-file"),
    ],
)
def test_what_is_no_table_is_one_error(data: bytes, code: str) -> None:
    (finding,) = read_progress(data).findings
    assert (finding.level, finding.code) == (Level.ERROR, code)


def test_too_many_rows_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, "MAX_ROWS", 3)
    assert codes(read(*["10,1,1,INFOM,,50,2020-08-28,,x,"] * 4).findings) == ["too-many-rows"]


def test_the_callers_institutions_are_known() -> None:
    data = f"{HEADING}\n10,1,1,Agua Buena,,50,2020-08-28,,x,\n".encode()
    proposal = read_progress(data, [InstitutionEntry("AB", "Agua Buena")])
    assert only_claim(proposal).institution.acronym == "AB"
    assert proposal.findings == []


@settings(deadline=None)
@given(st.binary(max_size=400))
def test_no_bytes_ever_break_the_reader(data: bytes) -> None:
    assert read_progress(data).findings


@settings(deadline=None)
@given(st.lists(st.text(alphabet="0123456789,;\"'%-/ INFOM%\n", max_size=30), min_size=1, max_size=6))
def test_no_rows_ever_break_the_reader(rows: list[str]) -> None:
    read(*rows)
