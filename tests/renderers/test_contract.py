"""What every format owes its reader, run over the whole registry."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable
from dataclasses import asdict
from decimal import Decimal

import docx
import pikepdf
import pytest
from bs4 import BeautifulSoup
from docx.oxml.ns import qn

from tests.renderers.pdf_text import text_of_pdf
from tests.renderers.table_books import opened, rows_of, text_of_csv_set, text_of_workbook
from tests.support.factories import documents, facts
from tests.support.factories.facts import INFOM
from tracker.domain.errors import DomainError
from tracker.domain.report_document import Imprint
from tracker.renderers import RENDERERS, chosen
from tracker.renderers.csv_set import CsvRenderer
from tracker.renderers.docx import DocxRenderer
from tracker.renderers.html import HtmlRenderer
from tracker.renderers.pdf import PdfRenderer, TypesettingFailed
from tracker.renderers.present import present
from tracker.renderers.spreadsheet import XlsxRenderer
from tracker.renderers.words import CATALOGUES, Words


def squeezed(text: str) -> str:
    """The text without blanks and breaks: what is said, however it is laid out."""
    return re.sub(r"[\s\u00ad\u200b\u00a0-]+", "", text)


def text_of_html(data: bytes) -> str:
    return BeautifulSoup(data, "html5lib").get_text(" ")


def text_of_docx(data: bytes) -> str:
    body = docx.Document(io.BytesIO(data)).element.body
    return " ".join("".join(one.itertext(qn("w:t"))) for one in body.iter(qn("w:p")))


def text_of_json(data: bytes) -> str:
    return data.decode()


READERS: dict[str, Callable[[bytes], str]] = {
    "html": text_of_html,
    "pdf": text_of_pdf,
    "docx": text_of_docx,
    "xlsx": text_of_workbook,
    "csv": text_of_csv_set,
    "json": text_of_json,
}
# What says its figures in cells of their own, not in words.
TABLES = ("xlsx", "csv")
every_format = pytest.mark.parametrize("name", list(RENDERERS))
for_people = pytest.mark.parametrize("name", [name for name in RENDERERS if name != "json"])
in_words = pytest.mark.parametrize("name", [name for name in RENDERERS if name not in ("json", *TABLES)])


@pytest.fixture(scope="module")
def made() -> dict[str, bytes]:
    """The same rich document in every format."""
    document = documents.document(institution=INFOM)
    return {name: one.render(document) for name, one in RENDERERS.items()}


@pytest.fixture(scope="module")
def said(made) -> dict[str, str]:
    """What each format says."""
    return {name: squeezed(READERS[name](data)) for name, data in made.items()}


def test_every_format_has_its_reader_here():
    assert set(READERS) == set(RENDERERS)


@every_format
def test_a_format_says_what_it_is(name):
    renderer = RENDERERS[name]
    assert (renderer.format, renderer.extension) == (name, {"csv": "zip"}.get(name, name))
    assert "/" in renderer.media_type


@every_format
def test_the_same_document_gives_the_same_bytes(name, made):
    assert RENDERERS[name].render(documents.document(institution=INFOM)) == made[name]


@in_words
def test_the_figures_of_every_item_are_there(name, said):
    report = present(documents.document(institution=INFOM))

    def figures(item):
        yield squeezed(item.bars.validated_text)
        yield squeezed(item.bars.reported_text)
        yield squeezed(item.coverage)
        for child in item.children:
            yield from figures(child)

    wanted = [figure for item in report.items for figure in figures(item)]
    assert len(wanted) > 15
    assert [figure for figure in wanted if figure not in said[name]] == []


@for_people
def test_the_summary_and_every_finding_are_there(name, said):
    report = present(documents.document(institution=INFOM))
    wanted = [report.paragraph, *(group.title for group in report.findings)]
    wanted += [row.detail for group in report.findings for row in group.rows]
    wanted += [line.text for group in report.findings for line in group.lines]
    assert [text for text in wanted if squeezed(text) not in said[name]] == []


def test_the_data_have_the_same_figures_as_decimal_texts(made):
    data = json.loads(made["json"])
    activities = [a for c in data["commitments"] for m in c["milestones"] for a in m["activities"]]
    one = next(a for a in activities if a["label"] == "1.1")
    assert one["reported"]["percent"] == "100.00"
    assert data["sha256"] == "0" * 64
    assert {"kind", "cutoff", "known_at", "summary", "findings"} <= set(data)


def figures_of_json(made):
    """Both figures, coverage and state of each activity, as every table must have them too."""
    activities = [
        one
        for c in json.loads(made["json"])["commitments"]
        for m in c["milestones"]
        for one in m["activities"]
    ]
    for one in activities:
        percents = [
            Decimal(one[name]["percent"]) if one[name] else None for name in ("validated", "reported")
        ]
        yield one["uid"], *percents, one["coverage"]["answered"], one["coverage"]["required"], one["state"]


def test_workbook_csv_and_json_have_the_same_figures(made):
    wanted = list(figures_of_json(made))
    assert len(wanted) > 4
    sheet = opened(made["xlsx"])["Actividades"]
    headings, *lines = sheet.iter_rows(values_only=True)
    titles = (
        "Identificador", "Comprobado (%)", "Declarado (%)", "Medios con evidencia aceptada",
        "Medios que pide el plan", "Estado (código)",
    )  # fmt: skip
    assert [tuple(line[headings.index(title)] for title in titles) for line in lines] == wanted
    keys = ("uid", "validated_percent", "reported_percent", "coverage_answered", "coverage_required", "state")
    found = [[row[key] for key in keys] for row in rows_of(made["csv"], "activities")]
    told = [
        (uid, *(Decimal(one) if one else None for one in percents), int(answered), int(required), state)
        for uid, *percents, answered, required, state in found
    ]
    assert told == wanted


@every_format
def test_accents_and_text_that_looks_like_a_formula_stay_as_they_are(name, made):
    said = squeezed(READERS[name](made[name]).replace('\\"', '"').replace("\\\\", "\\"))
    assert squeezed(f"Ñandú, {documents.FORMULA}") in said


def test_text_is_never_markup(made):
    assert BeautifulSoup(made["html"], "html5lib").find_all(["b"], string="&amp;") == []


@every_format
def test_an_empty_plan_gives_a_report_too(name):
    data = RENDERERS[name].render(documents.document(facts.plan([]), imprint=Imprint()))
    assert len(data) > 200


@for_people
def test_very_long_words_and_signs_of_other_scripts_do_not_stop_a_report(name):
    odd = f"{documents.LONG}{documents.LONG} −5 % 日本 😀 \u0000\u0007 ﷽"
    plan = facts.plan(
        [facts.commitment(title=odd), facts.activity(parent="c1", title=odd)],
        [documents.told(0, "a1", 1, narrative=odd)],
    )
    data = RENDERERS[name].render(documents.document(plan))
    assert squeezed("−5") in squeezed(READERS[name](data))


@for_people
def test_a_link_of_another_scheme_is_text(name):
    bad = "javascript:alert(1)"
    plan = facts.plan(
        [facts.commitment(), facts.activity(parent="c1")],
        [documents.told(10, "a1", 1, evidence=(documents.link(bad),))],
    )
    data = RENDERERS[name].render(documents.document(plan))
    assert bad in squeezed(READERS[name](data))
    assert b'href="javascript' not in data
    if name == "pdf":
        assert bad not in uris(data)


def uris(data: bytes) -> list[str]:
    """The addresses that a PDF links to."""
    with pikepdf.open(io.BytesIO(data)) as pdf:
        notes = [note for page in pdf.pages for note in page.get("/Annots", [])]
        return [str(note.A.URI) for note in notes if "/A" in note and "/URI" in note.A]


def test_a_plan_of_60_activities_is_rendered_whole():
    document = documents.document(documents.large_plan(60))
    for name, one in RENDERERS.items():
        assert "1.60" in READERS[name](one.render(document)), name


def test_both_languages_have_words_for_the_same_keys():
    assert set(CATALOGUES["es"]) == set(CATALOGUES["en"])
    for key in CATALOGUES["es"]:
        places = [set(re.findall(r"{(\w+)}", CATALOGUES[one][key])) for one in ("es", "en")]
        assert places[0] == places[1], key
        assert CATALOGUES["es"][key].count("|") == CATALOGUES["en"][key].count("|"), key


@pytest.mark.parametrize(
    "renderer",
    [HtmlRenderer("en"), PdfRenderer("en"), DocxRenderer("en"), XlsxRenderer("en"), CsvRenderer("en")],
    ids=lambda one: one.format,
)
def test_english_reports_are_english(renderer):
    said = READERS[renderer.format](renderer.render(documents.document(institution=INFOM)))
    assert "Institutional compliance report" in said
    assert "Hallazgos" not in said


def test_a_summary_of_a_plan_without_any_report_says_so():
    words = present(documents.document(facts.plan([facts.commitment(), facts.activity(parent="c1")])))
    assert "Ninguna institución ha informado todavía." in words.paragraph
    assert asdict(words)["findings_lead"]


def test_the_method_fills_in_its_settings():
    method = " ".join(pair.value for pair in present(documents.document()).method)
    assert Words().percent_text("50") in method
    assert "{" not in method


def test_a_format_that_there_is_none_of_is_refused_by_name():
    with pytest.raises(DomainError) as refused:
        chosen(["pdf", "odt"])
    assert (refused.value.code, refused.value.params["formats"]) == ("format-not-available", "odt")
    with pytest.raises(DomainError):
        chosen([])


def test_a_format_asked_for_twice_is_given_once():
    assert [one.format for one in chosen(["json", "json"])] == ["json"]


def test_a_typesetter_that_fails_fails_the_report(monkeypatch, tmp_path):
    broken = tmp_path / "broken.py"
    broken.write_text("import sys; sys.exit('no letters')")
    monkeypatch.setattr("tracker.renderers.pdf.TYPESETTER", broken)
    with pytest.raises(TypesettingFailed, match="no letters"):
        PdfRenderer().render(documents.document())
