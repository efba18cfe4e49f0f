"""The report to edit: real styles, a filled contents, tables and links that work, always the same bytes."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from itertools import pairwise
from pathlib import PurePosixPath

import docx
import pytest
from defusedxml import ElementTree
from docx.document import Document
from docx.oxml.ns import qn
from PIL import Image

from tests.support.factories import documents, facts
from tests.support.factories.facts import INFOM
from tracker.domain.report_document import Imprint
from tracker.renderers.docx import DocxRenderer, written
from tracker.renderers.docx_body import NAME_LENGTH, Body, address, bookmark_names
from tracker.renderers.docx_charts import rasterized
from tracker.renderers.docx_package import Package, Properties
from tracker.renderers.docx_summary import bar
from tracker.renderers.docx_table import Column, table
from tracker.renderers.docx_xml import attribute, run
from tracker.renderers.pdf import TypesettingFailed
from tracker.renderers.present import present
from tracker.renderers.presentation import Chart, ItemCard

SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 200 50" width="200" height="50">'
    '<rect width="120" height="20" fill="#1c4f7c"/>'
    '<text x="0" y="40" font-family="IBM Plex Sans" font-size="12">Comprobado</text></svg>'
)
CHART = Chart("pace", "Ritmo", 'Lo "comprobado" & lo declarado', SVG, ("Mes", "n"), (("enero", "3"),))
PROPERTIES = Properties("Título", "Asunto", "Quien emite", "es", date(2020, 8, 28))
EMPTY = documents.document(facts.plan([]), imprint=Imprint())


def opened(data: bytes) -> Document:
    return docx.Document(io.BytesIO(data))


def parts(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


def all_text(element) -> str:
    return "".join(one.text or "" for one in element.iter(qn("w:t")))


def headings(document: Document) -> list[tuple[int, str]]:
    found = ((re.fullmatch(r"Heading (\d)", one.style.name), one.text) for one in document.paragraphs)
    return [(int(match[1]), text) for match, text in found if match]


def cards(items: tuple[ItemCard, ...], level: int = 2) -> Iterator[tuple[int, ItemCard]]:
    for item in items:
        yield level, item
        yield from cards(item.children, level + 1)


@pytest.fixture(scope="module")
def report():
    return present(documents.document(institution=INFOM))


@pytest.fixture(scope="module")
def data() -> bytes:
    return DocxRenderer().render(documents.document(institution=INFOM))


@pytest.fixture
def document(data) -> Document:
    return opened(data)


def test_every_item_has_a_real_heading_of_its_level_in_order(document, report):
    found = headings(document)
    wanted = [(level, f"{item.heading}. {item.title}") for level, item in cards(report.items)]
    assert [one for one in found if one in wanted] == wanted
    chapters = [text for level, text in found if level == 1]
    keys = ("summary", "findings", "standing", "detail", "annex", "method")
    assert chapters == [report.words[f"chapter_{key}"] for key in keys]


def test_no_level_of_headings_is_skipped(document):
    levels = [level for level, _ in headings(document)]
    assert all(after <= before + 1 for before, after in pairwise([0, *levels]))


def test_the_cover_comes_first_in_styles_of_its_own(document, report):
    by_style = {one.style.name: one.text for one in document.paragraphs[:6]}
    assert (by_style["Title"], by_style["Subtitle"]) == (report.title, report.subject)
    assert by_style["Cumple aclaración"] == report.note


def test_the_contents_is_a_field_that_is_filled_before_anybody_updates_it(document):
    box = document.element.body.find(qn("w:sdt"))
    instructions = [one.text.strip() for one in box.iter(qn("w:instrText"))]
    assert instructions[0].startswith('TOC \\o "1-3"')
    kinds = [one.get(qn("w:fldCharType")) for one in box.iter(qn("w:fldChar"))]
    assert kinds.count("begin") == kinds.count("end") == kinds.count("separate")
    lines = [all_text(one) for one in box.iter(qn("w:hyperlink"))]
    assert lines == [text for level, text in headings(document) if level <= 3]


def test_every_inner_link_leads_to_a_place_and_no_place_is_named_twice(document):
    root = document.element
    names = [one.get(qn("w:name")) for one in root.iter(qn("w:bookmarkStart"))]
    assert len(names) == len({name.lower() for name in names})
    assert [name for name in names if not re.fullmatch(r"[A-Za-z_]\w{0,39}", name, re.ASCII)] == []
    anchors = [one.get(qn("w:anchor")) for one in root.iter(qn("w:hyperlink"))]
    asked = [anchor for anchor in anchors if anchor]
    assert len(asked) > 30
    assert set(asked) <= set(names)
    starts = [one.get(qn("w:id")) for one in root.iter(qn("w:bookmarkStart"))]
    assert sorted(starts) == sorted(one.get(qn("w:id")) for one in root.iter(qn("w:bookmarkEnd")))
    assert len(starts) == len(set(starts))


def test_the_number_of_a_row_leads_to_its_item(document):
    row = next(
        one for one in document.element.iter(qn("w:tr")) if all_text(one).startswith("10 · 1.2")
    )  # fmt: skip
    name = next(row.iter(qn("w:hyperlink"))).get(qn("w:anchor"))
    place = next(one for one in document.element.iter(qn("w:bookmarkStart")) if one.get(qn("w:name")) == name)
    assert all_text(place.getparent()).startswith("Actividad 1.2.")


def test_tables_repeat_their_heads_and_their_rows_stay_whole(document):
    real = [one for one in document.tables if one.style.name == "Cumple tabla"]
    assert len(real) > 8
    for one in real:
        first, *rest = one._tbl.findall(qn("w:tr"))
        assert first.trPr.find(qn("w:tblHeader")) is not None
        assert rest
        assert all(row.trPr.find(qn("w:tblHeader")) is None for row in rest)
    for row in document.element.iter(qn("w:tr")):
        assert row.trPr.find(qn("w:cantSplit")) is not None


def test_every_table_is_as_wide_as_the_text_and_described(document):
    section = document.sections[0]
    text = (section.page_width - section.left_margin - section.right_margin) // 635
    for one in document.tables:
        grid = [int(column.get(qn("w:w"))) for column in one._tbl.tblGrid]
        assert abs(sum(grid) - text) <= 20
        assert all(width > 500 for width in grid)
        settings = one._tbl.tblPr
        assert settings.find(qn("w:tblCaption")).get(qn("w:val"))
        assert settings.find(qn("w:tblDescription")).get(qn("w:val"))


def test_the_figures_are_those_of_the_report(document, report):
    by_heading: dict[str, list[str]] = {}
    current = ""
    for one in document.paragraphs:
        current = one.text if one.style.name.startswith("Heading") else current
        if one.style.name == "Cumple cifra":
            by_heading.setdefault(current, []).append(one.text.split("\t")[-1])
    wanted = {
        f"{item.heading}. {item.title}": [item.bars.validated_text, item.bars.reported_text]
        for _, item in cards(report.items)
    }
    assert by_heading == wanted
    facts_table = next(one for one in document.tables if one.style.name == "Cumple datos")
    cells = [cell.text.split("\n") for row in facts_table.rows for cell in row.cells]
    assert cells == [[one.value, one.label] for one in report.facts]


def test_a_bar_is_drawn_to_its_share_and_never_whole_before_the_end():
    def steps(percent):
        pieces = re.findall(
            r'w:val="(\w+)"/></w:rPr><w:t xml:space="preserve">(.*?)</w:t>', bar(percent, "Hecho")
        )
        lengths = {style: len(text) for style, text in pieces}
        return lengths.get("Hecho", 0), lengths.get("CumpleBarraResto", 0)

    assert [steps(one) for one in ("0", "0.01", "50", "99.99", "100")] == [
        (0, 40),
        (1, 39),
        (20, 20),
        (39, 1),
        (40, 0),
    ]
    assert bar("", "Hecho") == ""


def test_styles_do_the_setting_not_the_paragraphs(document):
    allowed = {qn("w:pStyle"), qn("w:pageBreakBefore")}
    for settings in document.element.iter(qn("w:pPr")):
        assert {one.tag for one in settings} <= allowed
    for settings in document.element.iter(qn("w:rPr")):
        assert {one.tag for one in settings} == {qn("w:rStyle")}


def test_every_style_that_is_used_is_defined_once(data):
    defined = re.findall(r'w:styleId="(\w+)"', parts(data)["word/styles.xml"].decode())
    assert len(defined) == len(set(defined))
    for name in ("word/document.xml", "word/header.xml", "word/footer.xml"):
        used = re.findall(r'<w:(?:pStyle|rStyle|tblStyle) w:val="(\w+)"', parts(data)[name].decode())
        assert used
        assert set(used) <= set(defined)


@pytest.mark.parametrize(("language", "tag"), [("es", "es-GT"), ("en", "en-US")])
def test_it_says_its_language_and_what_it_is(language, tag):
    made = opened(DocxRenderer(language).render(documents.document(institution=INFOM)))
    defaults = made.styles.element.find(qn("w:docDefaults"))
    assert next(defaults.iter(qn("w:lang"))).get(qn("w:val")) == tag
    told = made.core_properties
    stamp = datetime(2020, 8, 28, tzinfo=UTC)
    assert (told.created, told.modified, told.author) == (stamp, stamp, "Gobierno de Guatemala")
    assert told.subject in told.title
    assert told.language == tag


def test_pages_are_numbered_and_the_cover_is_not(document, report):
    section = document.sections[0]
    assert section.different_first_page_header_footer
    assert (section.first_page_header.is_linked_to_previous, section.page_width.inches) == (True, 8.5)
    footer = section.footer._element
    fields = [one.get(qn("w:instr")).strip() for one in footer.iter(qn("w:fldSimple"))]
    assert fields == ["PAGE", "NUMPAGES"]
    assert "Página " in all_text(footer)
    header = all_text(section.header._element)
    assert report.title in header
    assert report.as_of in header


def test_the_same_report_gives_the_same_bytes(data):
    assert DocxRenderer().render(documents.document(institution=INFOM)) == data
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert {one.date_time for one in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def check_package(data: bytes) -> None:
    """Every part is well formed, has a type, and every relationship leads somewhere."""
    found = parts(data)
    types = ElementTree.fromstring(found["[Content_Types].xml"])
    extensions = {one.get("Extension") for one in types} - {None}
    named = {one.get("PartName") for one in types} - {None}
    assert [name for name in named if name[1:] not in found] == []
    for name, content in found.items():
        if not name.endswith(".png"):
            ElementTree.fromstring(content)
        assert f"/{name}" in named or name.rpartition(".")[2] in extensions
    for name in [one for one in found if one.endswith(".rels")]:
        folder = PurePosixPath(name).parent.parent
        relations = ElementTree.fromstring(found[name])
        uids = [one.get("Id") for one in relations]
        assert len(uids) == len(set(uids))
        inside = [one.get("Target") for one in relations if one.get("TargetMode") != "External"]
        assert [target for target in inside if str(folder / target) not in found] == []
    used = set(re.findall(r' r:(?:id|embed)="(\w+)"', found["word/document.xml"].decode()))
    assert used <= set(re.findall(r'Id="(\w+)"', found["word/_rels/document.xml.rels"].decode()))


@pytest.mark.parametrize("language", ["es", "en"])
def test_the_package_is_complete(language):
    check_package(DocxRenderer(language).render(documents.document()))
    check_package(DocxRenderer(language).render(EMPTY))


def test_an_empty_report_has_its_chapters_and_says_that_nothing_is_there():
    made = opened(DocxRenderer().render(EMPTY))
    assert [level for level, _ in headings(made)].count(1) == 6
    assert made.core_properties.author == ""


ODD = f"a\x00b\x07\x0b{documents.LONG} 😀 ñandú ﷽ \ud800 \ufffe línea\r\notra\tfin <w:p/> &amp;"


def test_signs_that_xml_forbids_are_dropped_and_the_rest_is_kept():
    plan = facts.plan(
        [facts.commitment(title=ODD), facts.activity(parent="c1", title=ODD)],
        [documents.told(100, "a1", 1, narrative=ODD)],
    )
    data = DocxRenderer().render(documents.document(plan))
    check_package(data)
    made = opened(data)
    told = next(one for one in made.paragraphs if one.style.name == "Cumple relato")
    assert told.text == f"ab\n{documents.LONG} 😀 ñandú ﷽   línea\notra fin <w:p/> &amp;"
    assert len(made.element.findall(f".//{qn('w:tc')}")) > 10


def test_text_is_one_line_in_attributes():
    assert attribute('a "b"\n<c>\x00') == "a &quot;b&quot; &lt;c&gt;"


def test_text_cannot_start_a_tag():
    assert "<w:p/>" not in run("<w:p/>")


@pytest.mark.parametrize(
    ("url", "target"),
    [
        ("https://a.gt/1?x=1&y=ñ#z", "https://a.gt/1?x=1&y=%C3%B1#z"),
        ("http://a.gt:8080/con espacio/[1]", "http://a.gt:8080/con%20espacio/%5B1%5D"),
        ("https://a.gt/50%/ya%20está", "https://a.gt/50%25/ya%20est%C3%A1"),
        ("https://alcaldía.gt//doble", "https://xn--alcalda-dza.gt//doble"),
        ("https://usuario:clave@a.gt/", "https://a.gt/"),
        ("javascript:alert(1)", ""),
        ("file:///etc/passwd", ""),
        ("https://", ""),
        ("https://a.gt:puerto/", ""),
        ("https://[::1/", ""),
        ("https://a b.gt/", ""),
        ("https://a.gt/x\ny", ""),
        (f"https://a.gt/{'x' * 2100}", ""),
    ],
)
def test_only_sound_web_addresses_are_linked(url, target):
    assert address(url) == target


def test_an_address_of_a_report_is_a_live_link_and_one_of_another_scheme_is_text():
    plan = facts.plan(
        [facts.commitment(), facts.activity(parent="c1")],
        [
            documents.told(
                10,
                "a1",
                1,
                evidence=(documents.link("javascript:alert(1)"), documents.link("https://a.gt/?b=1&c=2")),
            )
        ],
    )
    data = DocxRenderer().render(documents.document(plan))
    made = opened(data)
    targets = [one.target_ref for one in made.part.rels.values() if one.is_external]
    assert targets == ["https://a.gt/?b=1&c=2"]
    texts = [link.text for one in made.paragraphs for link in one.hyperlinks if link.url in targets]
    assert texts == targets
    assert "javascript:alert(1)" in all_text(made.element)


def test_places_have_short_and_different_names():
    alike = ("i-a.b", "i-a b", "I-A_B", "ñ", "9", f"i-{'x' * 60}1", f"i-{'x' * 60}2")
    names = bookmark_names(alike)
    assert len({one.lower() for one in names.values()}) == len(alike)
    assert all(re.fullmatch(r"[A-Za-z]\w*", one, re.ASCII) for one in names.values())
    assert max(map(len, names.values())) == NAME_LENGTH


def test_a_link_to_no_place_is_text():
    body = Body(Package(PROPERTIES), {})
    assert body.to("i-gone", "10") == run("10")


def test_columns_without_a_width_share_what_is_left():
    made = table([Column("a", 80), Column("b"), Column("c")], [], "n", "d")
    assert re.findall(r'gridCol w:w="(\d+)"', made) == ["80", "5000", "5000"]


def test_a_chart_is_a_vector_with_a_raster_behind_it_and_its_table_below(report):
    data = written(replace(report, charts=(CHART, replace(CHART, key="other"))), PROPERTIES)
    assert data == written(replace(report, charts=(CHART, replace(CHART, key="other"))), PROPERTIES)
    check_package(data)
    made = opened(data)
    first, second = made.inline_shapes
    assert first.width / first.height == pytest.approx(4, rel=0.02)
    assert first._inline.docPr.get("descr") == CHART.alt
    assert first._inline.docPr.id != second._inline.docPr.id
    relations = made.part.rels
    blip = next(first._inline.iter(qn("a:blip")))
    assert Image.open(io.BytesIO(relations[blip.get(qn("r:embed"))].target_part.blob)).format == "PNG"
    vector = next(one for one in blip.iter() if one.tag.endswith("}svgBlip"))
    assert relations[vector.get(qn("r:embed"))].target_part.blob == SVG.encode()
    twin = next(one for one in made.tables if one.cell(0, 0).text == "Mes")
    assert [cell.text for cell in twin.rows[1].cells] == ["enero", "3"]


def test_a_drawing_that_is_none_fails_the_report():
    with pytest.raises(TypesettingFailed):
        rasterized(["no es un dibujo"])


def test_a_commitment_after_the_first_starts_a_page():
    made = opened(DocxRenderer().render(documents.document()))
    breaks = [one.text for one in made.paragraphs if one._p.pPr.find(qn("w:pageBreakBefore")) is not None]
    assert breaks == ["Compromiso 19. Seguridad alimentaria"]


def test_findings_stay_on_the_page_of_the_report_that_they_are_about(document):
    paragraphs = document.paragraphs
    first = [
        before
        for before, one in pairwise(paragraphs)
        if one.style.name == "Cumple hallazgo" and before.style.name.startswith("Cumple nota")
    ]
    assert first
    assert all(one.style.paragraph_format.keep_with_next for one in first)
