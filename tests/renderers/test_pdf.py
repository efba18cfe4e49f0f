"""The report on paper: tagged, in its language, with bookmarks, numbers and links that work."""

from __future__ import annotations

import io
import re

import pikepdf
import pytest

from tests.renderers.pdf_text import text_of_pdf
from tests.support.factories import documents
from tests.support.factories import facts as f
from tests.support.factories.facts import INFOM
from tracker.domain.facts import ProductFact
from tracker.renderers.pdf import PdfRenderer


@pytest.fixture(scope="module")
def data() -> bytes:
    return PdfRenderer().render(documents.document(institution=INFOM))


@pytest.fixture
def pdf(data):
    with pikepdf.open(io.BytesIO(data)) as opened:
        yield opened


def test_it_is_tagged_and_says_its_language_and_title(pdf):
    assert bool(pdf.Root.MarkInfo.Marked)
    assert "/StructTreeRoot" in pdf.Root
    assert str(pdf.Root.Lang).startswith("es")
    assert "Informe de cumplimiento institucional" in str(pdf.docinfo.Title)
    assert bool(pdf.Root.ViewerPreferences.DisplayDocTitle)


def test_it_claims_both_standards(pdf):
    with pdf.open_metadata() as meta:
        assert meta.get("pdfuaid:part") == "1"
        assert (meta.get("pdfaid:part"), meta.get("pdfaid:conformance")) == ("2", "A")


def test_its_bookmarks_lead_down_to_each_activity(pdf):
    def titles(items):
        return [title for one in items for title in (one.title, *titles(one.children))]

    with pdf.open_outline() as outline:
        found = titles(outline.root)
    assert {"Resumen", "Hallazgos", "Detalle por compromiso"} <= set(found)
    assert any(title.startswith("Actividad 1.1.") for title in found)


def test_its_own_fonts_are_embedded(pdf):
    names = {
        str(font.BaseFont)
        for page in pdf.pages
        for font in page.get("/Resources", {}).get("/Font", {}).values()
    }
    assert names
    assert all("IBMPlexSans" in name for name in names)


def test_links_lead_to_places_in_the_document(pdf):
    notes = [note for page in pdf.pages for note in page.get("/Annots", [])]
    inside = [note for note in notes if "/Dest" in note or ("/A" in note and "/D" in note.A)]
    assert len(inside) > 20


def test_every_page_after_the_cover_has_its_number_out_of_all(data, pdf):
    pages = len(pdf.pages)
    found = re.findall(r"Página (\d+) de (\d+)", text_of_pdf(data))
    assert found == [(str(n), str(pages)) for n in range(2, pages + 1)]


def test_the_time_on_it_is_the_cut_off_s(pdf):
    assert str(pdf.docinfo.CreationDate).startswith("D:20200828")


def test_tables_repeat_their_heads_on_each_page():
    data = PdfRenderer().render(documents.document(documents.large_plan(90)))
    assert text_of_pdf(data).count("Qué se encontró") > 2


def test_a_link_inside_says_where_it_leads_whatever_the_page(pdf):
    notes = [note for page in pdf.pages for note in page.get("/Annots", []) if "/Contents" in note]
    assert any(str(note.Contents) == "Detalle por compromiso: Actividad 1.1." for note in notes)


@pytest.mark.parametrize("short", [0, 1, 2])
def test_a_long_fact_takes_its_own_row_wherever_it_stands(short):
    """A fact over the whole width that came up in the second column once broke the report."""
    products = [ProductFact(f"p{n}", "Guía") for n in range(short)]
    products += [ProductFact("largo", "Guía de rendición de cuentas para las municipalidades priorizadas")]
    item = f.activity(products=tuple(products), schedule=f.schedule(f.month(2020, 2)), roles=f.lead(f.INFOM))
    plan = f.plan([f.commitment(), f.milestone(), item])
    text = text_of_pdf(PdfRenderer().render(documents.document(plan)))
    assert "municipalidades priorizadas" in text
