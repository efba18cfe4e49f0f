"""The page of the schedule: what its address asks for, the table beside the picture, and how big it gets."""

from __future__ import annotations

import gzip

import pytest

from tests.support.factories.plans import NOW, make_plan
from tests.support.factories.schedules import make_long, make_monthly, make_varied
from tracker import clock

PATH = "/planes/4/cronograma"


@pytest.fixture(autouse=True)
def present(monkeypatch):
    """The pages' today is the day of the factories."""
    monkeypatch.setattr(clock, "now", lambda: NOW)


@pytest.fixture
def varied(app):
    with app.app_context():
        return make_varied()


def titles(page):
    return page.texts(".crono-table tbody th a")


class TestThePicture:
    def test_says_of_each_row_what_it_draws(self, client, varied):
        page = client.get(PATH)
        said = page.texts(".crono-time .visually-hidden")
        assert "Plazo: enero a marzo de 2026. Cumplida el 10 de marzo de 2026" in said
        moved = "Plazo: abril a septiembre de 2026. En el plan aprobado: enero a marzo de 2026"
        assert moved in said
        assert page.texts("text.days") == ["20 días", "76 días", "76 días"]
        assert "reprogramada 183 días después" in page.main

    def test_explains_every_sign_and_no_other(self, client, varied):
        legend = " ".join(client.get(PATH).texts(".crono-legend li"))
        for words in ("Comprobado", "Declarado", "Vencido, sin informe", "Plazo del plan aprobado", "Hoy"):
            assert words in legend
        assert "Entrega que falta" not in legend

    def test_ticks_each_month_of_a_monthly_duty(self, app, client):
        with app.app_context():
            make_monthly()
        page = client.get(PATH)
        used = [one["href"].removeprefix("#cronograma-") for one in page.all(".crono-time use")]
        marks = [one for one in used if one not in ("grid", "late")]
        assert marks == ["proven", "claimed", *["missed"] * 3, *["planned"] * 7]
        assert "1 de 12 comprobadas, 2 declaradas; faltan: marzo de 2026, abril" in page.main

    def test_has_the_same_as_a_table(self, client, varied):
        rows = client.get(PATH).texts("#tabla tbody tr")
        late = next(row for row in rows if "20 de abril de 2026" in row)
        assert "Completo, 20 días tarde" in late
        assert len(rows) == 10


class TestItsAddress:
    @pytest.mark.parametrize(
        ("zoom", "cells"),
        [("anio", ["T1", "T2", "T3"]), ("trimestre", ["1.er trim.", "2.º trim.", "3.er trim."])],
    )
    def test_says_how_closely_to_look(self, client, varied, zoom, cells):
        page = client.get(f"{PATH}?zoom={zoom}")
        assert page.texts(".crono-axis text:not(.year, .today-word)") == cells
        assert f"zoom={zoom}" in page.one(".switch[aria-label='Acercar por'] a[aria-current]")["href"]

    def test_narrows_the_lines_and_keeps_the_rest_of_what_was_chosen(self, client, varied):
        page = client.get(f"{PATH}?estado=atrasadas&zoom=trimestre")
        assert titles(page) == [
            "Compromiso 2 Compromiso 2",
            "Hito 1 Hito 1",
            "1.2 Actividad 1.2",
            "1.3 Actividad 1.3",
        ]
        assert "Solo se muestra: atrasadas." in page.main
        assert page.one("input[name=zoom]")["value"] == "trimestre"
        assert all("estado=atrasadas" in one["href"] for one in page.all(".switch a"))

    def test_shows_a_part_of_the_time_and_says_what_is_left_out(self, client, varied):
        page = client.get(f"{PATH}?desde=2026-07&hasta=2026-09")
        assert [one for one in titles(page) if "Actividad" in one] == ["1.1 Actividad 1.1"]
        assert "5 actividades no tienen nada en este período" in page.main
        before = page.one("a[rel=prev]")["href"]
        assert "desde=2026-04" in before
        assert "hasta=2026-06" in before
        assert page.all("a[rel=next]") == []

    @pytest.mark.parametrize(
        ("asked", "word"),
        [
            ("zoom=siglo", "siglo"),
            ("estado=raro", "raro"),
            ("vista=mapa", "mapa"),
            ("tarde=quizas", "quizas"),
            ("compromiso=77", "77"),
            ("compromiso=x", "x"),
            ("institucion=nadie", "nadie"),
            ("desde=2026-13&hasta=2026-14", "2026-13"),
            ("desde=2026-09&hasta=2026-01", "2026-09"),
            ("desde=2026-09", "2026-09"),
        ],
    )
    def test_that_is_not_understood_is_told_and_set_aside(self, client, varied, asked, word):
        page = client.get(f"{PATH}?{asked}")
        assert f"No se reconoce «{word}» en la dirección" in page.main
        assert len(titles(page)) == 10

    def test_that_nothing_meets_says_so(self, client, varied):
        assert "Nada cumple lo que se eligió" in client.get(f"{PATH}?estado=sin-fecha").main

    def test_of_a_plan_without_dates_says_so(self, app, client):
        with app.app_context():
            make_plan(5, commitments=0)
        assert "Ninguna actividad tiene plazo escrito" in client.get("/planes/5/cronograma").main

    def test_speaks_english_too(self, client, varied):
        page = client.get(f"/en{PATH}?zoom=trimestre&estado=raro")
        assert page.texts(".crono-axis text:not(.year, .today-word)") == ["Q1", "Q2", "Q3"]
        assert "“raro”" in page.main or "«raro»" in page.main
        assert page.texts("text.days") == ["20 days", "76 days", "76 days"]


class TestTheTable:
    def test_has_both_dates_of_what_was_moved(self, client, varied):
        page = client.get(f"{PATH}?vista=tabla&compromiso=2")
        row = next(one for one in page.texts("#tabla tbody tr") if one.startswith("1.1"))
        assert "enero a marzo de 2026" in row
        assert "abril a septiembre de 2026" in row
        assert "reprogramada 183 días después" in row
        assert page.all(".crono") == []

    def test_of_a_long_plan_has_pages_that_keep_the_filter(self, app, client):
        with app.app_context():
            make_long(milestones=1)
        page = client.get(f"{PATH}?vista=tabla&estado=atrasadas")
        assert len(page.all("#tabla tbody tr")) == 100
        following = page.one(".pagination a[rel=next]")["href"]
        assert "estado=atrasadas" in following
        assert len(client.get(following).all("#tabla tbody tr")) == 12 * 13 - 100


def test_1056_activities_are_folded_light_and_read_in_as_many_queries_as_few(app, client, query_counter):
    with app.app_context():
        small, large = make_plan(5, activities_per_milestone=3), make_long()
    assert len(large.activities) == 1056
    for query in ("", "?zoom=mes", "?compromiso=3", "?vista=tabla", "?estado=atrasadas", "?tarde=1"):
        counted = []
        for made in (small, large):
            with query_counter() as queries:
                page = client.get(f"/planes/{made.number}/cronograma{query}")
            counted.append(len(queries))
        assert counted[0] == counted[1] <= 10, query
        assert len(gzip.compress(page.data)) < 40_000, query
    page = client.get(PATH)
    assert "Son 1164 renglones" in page.main
    assert len(titles(page)) == 12 + 96 + 96  # each milestone with the link that opens it
    opened = client.get(page.all(".crono-open")[0]["href"])
    assert len(opened.all(".crono-table tbody tr")) == 1 + 8 + 88
