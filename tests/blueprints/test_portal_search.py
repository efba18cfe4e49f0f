"""The page of the search and its box: what a visitor gets for whatever is typed or put into the address."""

from __future__ import annotations

from urllib.parse import quote

import pytest

from tests.support.factories.plans import NOW, make_plan
from tests.support.factories.reports import make_scene
from tests.support.factories.search import refresh, rewrite
from tests.support.snapshots import remembered
from tracker import clock


@pytest.fixture(autouse=True)
def present(monkeypatch):
    """The pages' today is the day of the factories."""
    monkeypatch.setattr(clock, "now", lambda: NOW)


@remembered
def make_found():
    made = make_scene(activities_per_milestone=2)
    rewrite(made.activity, "Capacitación de <b>municipalidades</b>")
    made.validated(percent=40, narrative="Se capacitó a doce municipalidades.")
    refresh()
    return made


@pytest.fixture
def scene(app):
    with app.app_context():
        return make_found()


def lines(page):
    return page.soup.select(".search-results > li")


def options(page, name):
    return [one.text for one in page.soup.select(f"select[name={name}] option")]


class TestTheBox:
    @pytest.mark.parametrize(("address", "action"), [("/", "/buscar"), ("/en/planes/4", "/en/buscar")])
    def test_stands_on_every_public_page_in_its_language(self, client, scene, address, action):
        form = client.get(address).soup.select_one("header form[role=search]")
        assert form["action"] == action
        assert form.select_one("label")["for"] == form.select_one("input[name=q]")["id"]

    def test_stands_once_on_the_page_of_the_search(self, client, scene):
        page = client.get("/buscar?q=plan")
        assert len(page.soup.select("[role=search]")) == 1
        assert page.soup.select_one("input[name=q][type=search]")["value"] == "plan"

    def test_an_empty_search_leads_to_the_plans(self, client, scene):
        page = client.get("/buscar?q=")
        assert "Plan de acción de prueba" in page.soup.text
        assert not lines(page)


class TestResults:
    def test_say_what_they_are_where_they_stand_and_how_they_are(self, client, scene):
        line = lines(client.get("/buscar?q=capacitacion"))[0]
        assert line.select_one(".eyebrow").text == "Actividad 1.1 · compromiso 1 · plan 4 · INFOM y INAP"
        assert line.select_one("a")["href"] == f"/actividades/{scene.activity.uid}"
        assert line.select_one(".pill").text.strip() == "Por debajo de lo esperado"
        assert "40 % comprobado" in line.select_one(".item-figures p").text.replace("\N{NO-BREAK SPACE}", " ")

    def test_mark_the_words_as_they_are_written_and_escape_the_rest(self, client, scene):
        line = lines(client.get("/buscar?q=capacitaciones+municipalidad"))[0]
        assert [one.text for one in line.select("h3 mark")] == ["Capacitación", "municipalidades"]
        assert line.select_one("h3").text == "Capacitación de <b>municipalidades</b>"
        assert line.select_one("h3 b") is None

    def test_lead_to_pages_that_are_there(self, client, scene):
        for text in ("plan", "INFOM", "compromiso 1", "hito 1", "capacitó", "Informe publicado"):
            page = client.get(f"/buscar?q={quote(text)}")
            assert lines(page), text
            for line in lines(page):
                leads_on = line.select_one(".eyebrow").text.startswith("Hito")
                client.get(line.select_one("a")["href"], expect=302 if leads_on else 200)

    def test_of_a_misspelt_word_say_what_was_looked_for(self, client, scene):
        page = client.get("/buscar?q=minicipalidades&tipo=actividad")
        told = page.soup.select_one(".search-spelling")
        assert told.text.startswith("Mostrando resultados de «municipalidades»")
        assert told.select_one("a").text == "buscar exactamente «minicipalidades»"
        exact = client.get(told.select_one("a")["href"])
        assert "No se encontró nada" in exact.soup.text or "Nada con esos filtros" in exact.soup.text

    def test_can_be_narrowed_by_what_the_address_says(self, client, scene):
        page = client.get("/buscar?q=municipalidades&tipo=actividad&estado=en-curso&institucion=infom&plan=4")
        assert len(lines(page)) == 1
        assert "INFOM (1)" in options(page, "institucion")
        assert page.soup.select_one(".search-kinds [aria-current]").text == "Actividades 1"
        nothing = client.get("/buscar?q=municipalidades&plan=99")
        assert "Nada con esos filtros" in nothing.soup.text
        assert options(nothing, "plan")[-1] == "99 (0)"

    def test_are_told_in_english_too(self, client, scene):
        page = client.get("/en/buscar?q=municipalidades")
        assert page.soup.select_one("h1").text == "Search"
        assert "results" in page.soup.select_one("p[role=status]").text
        assert all(one.select_one("a")["href"].startswith("/en/") for one in lines(page))

    def test_come_in_pages_that_keep_what_was_asked(self, app, client):
        with app.app_context():
            make_plan(commitments=3, milestones=2, activities_per_milestone=5)
            refresh()
        page = client.get("/buscar?q=producto&tipo=actividad")
        assert len(lines(page)) == 20
        following = page.soup.select_one("a[rel=next]")["href"]
        assert "tipo=actividad" in following
        assert len(lines(client.get(following))) == 10

    def test_cost_as_many_queries_for_one_as_for_many(self, app, client, query_counter):
        with app.app_context():
            make_plan(commitments=3, milestones=2, activities_per_milestone=5)
            refresh()
        for text in ("producto", "minicipalidad", "7.10", "zzzz", ""):
            with query_counter() as queries:
                client.get(f"/buscar?q={text}")
            assert len(queries) <= 8, text


@pytest.mark.parametrize(
    "query",
    [
        "q=" + quote("\"'*()^:&|!<->"),
        "q=%00",
        "q=a%00b&plan=%00&institucion=%00",
        "q=" + "x" * 10_000,
        "q=" + quote("<script>alert(1)</script>"),
        "q=%ff%fe",
        "q=plan&page=99999999999999999999",
        "q=plan&page=-1",
        "q=plan&page=x",
        "q=plan&tipo=zzz&plan=zzz&institucion=zzz&estado=zzz&anio=zzz",
        "q=plan&exacto=2",
        "Q=plan",
    ],
)
def test_nothing_that_is_typed_breaks_the_page(client, scene, query):
    page = client.get(f"/buscar?{query}")
    assert "<script>alert" not in page.markup
    client.get(f"/en/buscar?{query}")
