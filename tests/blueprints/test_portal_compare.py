"""Plans side by side, and what continues from one to another told at both ends."""

from __future__ import annotations

from datetime import date

import pytest

from tests.support.factories.plans import NOW, make_plan, window
from tests.support.factories.reports import make_scene
from tracker import clock
from tracker.db import transaction
from tracker.domain.carry_over import read_key
from tracker.domain.permissions import SYSTEM
from tracker.domain.plans import PlanStatus
from tracker.services.carry_over import continue_item

BEFORE = window(date(2024, 1, 1), date(2024, 6, 30))
PAST = window(date(2026, 1, 1), date(2026, 3, 31))


@pytest.fixture(autouse=True)
def present(monkeypatch):
    """The pages' today is the day of the factories."""
    monkeypatch.setattr(clock, "now", lambda: NOW)


@pytest.fixture
def plans(app):
    with app.app_context():
        earlier = make_plan(
            4, windows=[BEFORE], starts_on=date(2024, 1, 1), ends_on=date(2025, 12, 31), commitments=3
        )
        scene = make_scene(number=5, windows=[PAST])
        scene.validated(percent=100, completed_on=PAST.end)
        with transaction():
            continue_item(SYSTEM, read_key("5:1/1"), read_key("4:2/1"), now=NOW)
        return earlier, scene.made


def row(page, table, label):
    texts = page.texts(f"#{table} tbody tr")
    return next(text for text in texts if text.startswith(label))


class TestSideBySide:
    def test_has_a_column_for_each_plan(self, client, plans):
        page = client.get("/planes/comparar?a=5&b=4")
        assert page.texts("#hoy-tabla thead th") == ["Cifra", "Plan 4", "Plan 5"]
        assert row(page, "hoy-tabla", "Comprobado") == "Comprobado — 50 %"
        assert row(page, "hoy-tabla", "Compromisos") == "Compromisos 3 1"
        assert row(page, "hoy-tabla", "Atrasadas") == "Atrasadas 6 1"
        assert row(page, "hoy-tabla", "Completas a tiempo") == "Completas a tiempo o antes 0 1"

    def test_every_linked_figure_agrees_with_its_list(self, client, plans):
        page = client.get("/planes/comparar?a=4&b=5")
        links = page.all("#hoy-tabla td a")
        assert links
        for tag in links:
            count = client.get(tag["href"]).texts(".asked [role=status]")[0]
            assert count.split()[0] == tag.get_text(), tag["href"]

    def test_holds_them_at_the_share_of_the_youngest(self, client, plans):
        page = client.get("/planes/comparar?a=4&b=5")
        assert "A la misma altura" in page.main
        assert row(page, "altura-tabla", "Día").endswith("15 jun 2026")

    def test_leaves_that_out_where_all_are_over(self, app, client, plans):
        with app.app_context():
            make_plan(3, starts_on=date(2020, 1, 1), ends_on=date(2021, 12, 31))
        assert "A la misma altura" not in client.get("/planes/comparar?a=3&b=4").main
        assert client.get("/planes/comparar?a=3&b=4&c=5").texts("#hoy-tabla thead th")[1:] == [
            "Plan 3",
            "Plan 4",
            "Plan 5",
        ]

    def test_asks_for_two_where_it_has_fewer(self, client, plans):
        for address in ("/planes/comparar", "/planes/comparar?a=4&b=4", "/planes/comparar?a=x"):
            assert "Elija dos planes distintos." in client.get(address).main

    def test_tells_of_a_plan_that_there_is_not(self, app, client, plans):
        with app.app_context():
            make_plan(9, status=PlanStatus.DRAFT)
        page = client.get("/planes/comparar?a=4&b=9")
        assert "No hay un plan publicado con el número 9." in page.main
        assert "Plan 9" not in page.main

    def test_has_nothing_to_compare_with_one_plan(self, app, client):
        with app.app_context():
            make_plan(4)
        assert "Todavía no hay dos planes que comparar" in client.get("/planes/comparar").main
        assert "Comparar los planes" not in client.get("/").main

    def test_is_one_address_whatever_the_order(self, client, plans):
        page = client.get("/planes/comparar?b=4&a=5")
        assert page.one("link[rel=canonical]")["href"].endswith("/planes/comparar?a=4&b=5")
        assert client.get("/").link("Comparar los planes lado a lado") == "/planes/comparar?a=4&b=5"

    def test_stands_in_english_too(self, client, plans):
        assert client.get("/en/planes/comparar?a=4&b=5").h1 == "The plans side by side"

    def test_takes_the_same_queries_whatever_the_size(self, app, client, query_counter, plans):
        with app.app_context():
            make_plan(6, commitments=4, milestones=3, activities_per_milestone=6)
            make_plan(7)
        counted = []
        for number in (6, 7):
            with query_counter() as queries:
                client.get(f"/planes/comparar?a=4&b={number}")
            counted.append(len(queries))
        assert counted[0] == counted[1] <= 32


class TestWhatContinues:
    def test_is_listed_with_both_ends(self, client, plans):
        text = client.get("/planes/comparar?a=4&b=5").texts("#continua-tabla tbody tr")
        assert len(text) == 1
        assert "plan 4, compromiso 2, hito 1" in text[0]
        assert "plan 5, compromiso 1, hito 1" in text[0]

    def test_is_told_on_the_later_item_with_a_link(self, client, plans):
        page = client.get("/planes/5/compromisos/1")
        assert "Continúa de" in page.texts(".carried")[0]
        assert page.one(".carried a")["href"].startswith("/planes/4/compromisos/2#hito-")

    def test_is_told_on_the_earlier_item_too(self, client, plans):
        page = client.get("/planes/4/compromisos/2")
        assert "Sigue en" in page.texts(".carried")[0]
        assert page.one(".carried a")["href"].startswith("/planes/5/compromisos/1#hito-")

    def test_of_a_plan_that_is_not_public_is_told_nowhere(self, app, client, plans):
        with app.app_context():
            make_plan(8, status=PlanStatus.DRAFT)
            with transaction():
                continue_item(SYSTEM, read_key("8:1"), read_key("4:1"), now=NOW)
        assert client.get("/planes/4/compromisos/1").all(".carried") == []
