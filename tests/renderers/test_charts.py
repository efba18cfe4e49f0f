"""The charts of a report: well formed, the figures of their tables, and nothing told by colour alone."""

from __future__ import annotations

import io
import re
from datetime import date
from itertools import pairwise

import pikepdf
import pytest
from bs4 import BeautifulSoup
from defusedxml import ElementTree

from tests.support.factories import documents, facts
from tests.support.factories.facts import INFOM
from tracker.domain.facts import InstitutionRef
from tracker.domain.states import State
from tracker.renderers.charts import REPORTED, VALIDATED, Curve, Frame, lines_through_time, step_of
from tracker.renderers.drawing import FAMILY, SMALL, WIDTH, extent, wrapped
from tracker.renderers.html import HtmlRenderer
from tracker.renderers.pdf import PdfRenderer
from tracker.renderers.present import present
from tracker.renderers.present_charts import LOOKS, MOST_DRAWN, STROKES
from tracker.renderers.present_lines import TONES
from tracker.renderers.words import Words

SVG = "{http://www.w3.org/2000/svg}"
KEYS = ["states", "institutions", "dates"]
every_chart = pytest.mark.parametrize("key", KEYS)


def charts_of(document, language="es"):
    return {one.key: one for one in present(document, language).charts}


def texts(svg):
    return [one.text for one in ElementTree.fromstring(svg).iter(f"{SVG}text")]


def large(institutions):
    """A plan in which so many institutions lead one activity each, the first two."""
    nodes = [facts.commitment(), facts.milestone()]
    for n in range(institutions + 1):
        number = max(n, 1)
        leads = facts.lead(InstitutionRef(f"i{number}", f"Institución número {number}", f"INST{number}"))
        schedule = facts.schedule(facts.month(2020, 1 + n % 12))
        nodes.append(
            facts.activity(f"a{n}", number=n + 1, label=f"1.{n + 1}", roles=leads, schedule=schedule)
        )
    return documents.document(facts.plan(nodes, [documents.told(40, "a1", 1)]))


@pytest.fixture(scope="module")
def made():
    return charts_of(documents.document(institution=INFOM))


def test_a_report_of_something_has_all_three(made):
    assert list(made) == KEYS


def test_an_empty_plan_has_none():
    assert present(documents.document(facts.plan([]))).charts == ()


def test_a_plan_that_nobody_leads_and_without_dates_has_its_states_alone():
    plan = facts.plan([facts.commitment(), facts.milestone(), facts.activity(roles=())])
    assert list(charts_of(documents.document(plan))) == ["states"]


@every_chart
def test_a_drawing_is_well_formed_and_stands_by_itself(key, made):
    root = ElementTree.fromstring(made[key].svg)
    assert root.tag == f"{SVG}svg"
    assert root.get("viewBox").split()[:3] == ["0", "0", str(WIDTH)]
    assert (root.get("role"), root.get("aria-label"), root.get("font-family")) == (
        "img",
        made[key].alt,
        FAMILY,
    )
    for one in root.iter():
        assert not {"style", "class", "href", "onload"} & set(one.attrib)
        assert one.tag not in {f"{SVG}script", f"{SVG}style", f"{SVG}image", f"{SVG}foreignObject"}


@every_chart
@pytest.mark.parametrize("language", ["es", "en"])
def test_what_it_says_in_words_is_a_sentence(key, language):
    alt = charts_of(documents.document(), language)[key].alt
    assert alt[0].isupper() or alt[0].isdigit()
    assert alt.endswith(".")
    assert re.search(r"\d", alt)
    assert "{" not in alt


@every_chart
def test_the_table_has_its_columns_in_every_row(key, made):
    chart = made[key]
    assert {len(row) for row in chart.rows} == {len(chart.columns)}
    assert all(cell for row in chart.rows for cell in row)


@every_chart
def test_the_same_document_gives_the_same_bytes(key, made):
    assert charts_of(documents.document(institution=INFOM))[key] == made[key]


@every_chart
def test_texts_are_large_enough_in_print(key, made):
    sizes = [float(one.get("font-size")) for one in ElementTree.fromstring(made[key].svg).iter(f"{SVG}text")]
    printed = 12.6 / 2.54 * 72 / WIDTH  # report.typ draws them 12.6 cm wide
    assert min(sizes) * printed >= 9


def test_text_is_never_markup():
    bad = InstitutionRef("i-1", "x", "<b>\"&'\x00</b>")
    plan = facts.plan([facts.commitment(), facts.milestone(), facts.activity(roles=facts.lead(bad))])
    chart = charts_of(documents.document(plan))["institutions"]
    assert "<b>\"&'</b>" in texts(chart.svg)
    assert "\x00" not in chart.svg
    assert chart.rows[0][0] == bad.acronym


def test_the_states_drawn_are_those_of_the_table(made):
    chart, drawn = made["states"], texts(made["states"].svg)
    for _, count, share in chart.rows[:-1]:
        assert f"{count} ({share})" in drawn
    assert int(chart.rows[-1][1]) == sum(int(row[1]) for row in chart.rows[:-1])


def test_the_figures_at_the_ends_of_the_bars_are_those_of_the_table(made):
    chart, drawn = made["institutions"], texts(made["institutions"].svg)
    for row in chart.rows:
        at = drawn.index(row[0])
        assert drawn[at + 2 : at + 4] == list(row[2:4])


def test_bars_reach_as_far_as_their_figures():
    reports = [documents.told(50, "a1", 1)]
    plan = facts.plan([facts.commitment(), facts.milestone(), facts.activity()], reports)
    root = ElementTree.fromstring(charts_of(documents.document(plan))["institutions"].svg)
    hatched = [one for one in root.iter(f"{SVG}rect") if one.get("fill", "").startswith("url(")]
    tracks = [float(one.get("width")) for one in root.iter(f"{SVG}rect") if one.get("fill") == "#eeebe3"]
    assert float(hatched[-1].get("width")) == max(tracks) / 2


def test_the_figures_at_the_ends_of_the_lines_are_those_of_the_table(made):
    chart, drawn = made["dates"], texts(made["dates"].svg)
    points = [row for row in chart.rows if re.search(r"\d{4}$", row[0])]
    for place, name in enumerate(chart.columns[1:], start=1):
        last = [row[place] for row in points if row[place] != "—"][-1]
        assert f"{name}: {last}" in drawn


def test_colour_never_tells_anything_alone():
    assert set(LOOKS) == set(State) == set(TONES)
    assert len({look.pattern for look in LOOKS.values()}) >= len(LOOKS) - 1
    assert len({stroke.dash for stroke in STROKES.values()}) == len(STROKES)
    assert len({stroke.sign for stroke in STROKES.values()}) == len(STROKES)
    assert VALIDATED.pattern != REPORTED.pattern


def contrast(ink):
    """Against white, as WCAG counts it."""
    parts = [int(ink[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4 for one in parts]
    return 1.05 / (0.05 + 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2])


def test_inks_stand_out_from_the_paper():
    assert min(contrast(look.ink) for look in (*LOOKS.values(), VALIDATED, REPORTED)) >= 3
    assert min(contrast(stroke.ink) for stroke in STROKES.values()) >= 4.5


def test_of_many_institutions_the_drawing_has_some_the_table_all_and_the_title_says_so():
    chart = charts_of(large(70))["institutions"]
    assert len(chart.rows) == 70
    assert len([one for one in texts(chart.svg) if one.startswith("INST")]) == MOST_DRAWN
    assert chart.title.endswith(f"las {MOST_DRAWN} con más actividades, de 70")
    assert chart.rows[0][:2] == ("INST1", "2")


@pytest.mark.parametrize("counts", [(0, 0, 0, 0), (1, 1, 1, 1), (300, 299, 298, 0), (12, 0, 0, 0)])
def test_names_at_the_ends_of_lines_keep_apart(counts):
    strokes = list(STROKES.values())
    curves = [Curve(f"Línea {n}", "y 3 sin fecha", (0, count), strokes[n]) for n, count in enumerate(counts)]
    root = ElementTree.fromstring(lines_through_time("dates", "…", ["a", "b"], curves, (0, "Corte")))
    heights = sorted(float(one.get("y")) for one in root.iter(f"{SVG}text") if float(one.get("x")) > 270)
    assert len(heights) == 8
    assert min(b - a for a, b in pairwise(heights)) >= 12
    assert heights[0] > 10
    assert heights[-1] < 240


@pytest.mark.parametrize("language", ["es", "en"])
def test_the_names_at_the_ends_of_lines_have_room(language):
    words = Words(language)
    ends = [words("chart.dates.end", name=words(f"chart.dates.{name}"), count=1300) for name in STROKES]
    room = WIDTH - Frame(2, 1).right - 18
    assert max(extent(one, SMALL) for one in (*ends, words("chart.dates.undated", 1300))) <= room


def test_an_axis_has_few_round_figures():
    assert [step_of(most) for most in (1, 5, 6, 34, 300, 2600)] == [1, 1, 2, 10, 100, 1000]


def test_long_names_are_broken_at_blanks_and_what_is_left_out_shows():
    lines = wrapped("Secretaría de Coordinación Ejecutiva de la Presidencia de la República", 116, 3)
    assert len(lines) == 3
    assert lines[-1].endswith("…")
    assert all(extent(one) <= 116 for one in lines)
    assert wrapped("x" * 90, 116, 3)[0].endswith("…")


def test_the_cut_off_is_marked_only_within_the_drawing(made):
    assert not any(one.startswith("Corte") for one in texts(made["dates"].svg))
    node = facts.activity(schedule=facts.schedule(facts.month(2020, 12)))
    plan = facts.plan([facts.commitment(), facts.milestone(), node], starts_on=date(2020, 1, 1))
    drawn = texts(charts_of(documents.document(plan))["dates"].svg)
    assert any(one.startswith("Corte") for one in drawn)


def test_the_page_shows_each_drawing_with_its_table_once():
    report = present(documents.document(institution=INFOM))
    page = BeautifulSoup(HtmlRenderer().render(documents.document(institution=INFOM)), "html5lib")
    figures = page.find_all("figure")
    assert [one["id"] for one in figures] == [f"chart-{key}" for key in KEYS]
    for one, chart in zip(figures, report.charts, strict=True):
        assert one.svg["role"] == "img"
        assert one.svg["aria-label"] == chart.alt
        assert len(one.find_all("tr")) == len(chart.rows) + 1
    assert len(page.find_all("th", string="Parte")) == 1
    named = [one["id"] for one in page.find_all(id=True)]
    assert len(named) == len(set(named))


def test_the_pdf_has_each_drawing_as_a_figure_with_its_words():
    document = documents.document(institution=INFOM)
    with pikepdf.open(io.BytesIO(PdfRenderer().render(document))) as pdf:
        found = [str(one.Alt) for one in pdf.objects if isinstance(one, pikepdf.Dictionary) and "/Alt" in one]
    told = [chart.alt for chart in present(document).charts]
    assert [alt for alt in told if alt not in found] == []
