"""The lists of a plan as readers ask them: what an address asks is shown, can be taken back, and agrees."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest

from tests.support.factories.plans import NOW, TODAY, make_plan, window
from tests.support.factories.reports import make_scene
from tests.support.snapshots import remembered
from tracker import clock
from tracker.db import transaction
from tracker.domain.permissions import SYSTEM
from tracker.domain.plans import PlanStatus
from tracker.services.rounds import open_rounds

PAST = window(date(2026, 1, 1), date(2026, 3, 31))


@pytest.fixture(autouse=True)
def present(monkeypatch):
    """The pages' today is the day of the factories."""
    monkeypatch.setattr(clock, "now", lambda: NOW)


@remembered
def make_lists():
    """Two axes, four commitments: one item proven, one claimed, the rest late and silent."""
    made = make_scene(commitments=4, axes=2, activities_per_milestone=2, windows=[PAST])
    made.validated(made.made.activities[0], 100, completed_on=PAST.end)
    made.submitted(made.made.activities[2], 100)
    return made


@pytest.fixture
def scene(app):
    with app.app_context():
        return make_lists()


def numbers(page):
    return [tag.get_text() for tag in page.all("#compromisos ~ .item-list:first-of-type .item-number")]


def count(page):
    return page.texts(".asked [role=status]")[0]


class TestTheCommitments:
    def test_are_counted_out_of_all(self, client, scene):
        assert count(client.get("/planes/4")) == "4 de 4 compromisos"
        assert count(client.get("/planes/4?estado=completos")) == "0 de 4 compromisos"

    def test_what_narrows_them_combines_and_each_can_be_taken_back(self, client, scene):
        page = client.get("/planes/4?eje=1&estado=atrasados&institucion=infom")
        chips = {tag.find("b").get_text(): tag["href"] for tag in page.all("a.chip")}
        assert list(chips)[1:] == ["INFOM", "Con atrasos"]
        assert chips["Con atrasos"] == "/planes/4?eje=1&institucion=infom#compromisos"
        assert page.link("Quitar filtros") == "/planes/4#compromisos"

    def test_an_order_is_kept_when_filters_are_taken_back(self, client, scene):
        page = client.get("/planes/4?orden=brecha&estado=atrasados")
        assert page.link("Quitar filtros") == "/planes/4?orden=brecha#compromisos"

    def test_are_found_by_their_text_and_by_that_of_their_activities(self, client, scene):
        assert count(client.get("/planes/4?q=COMPROMISO 4")) == "1 de 4 compromisos"
        assert count(client.get("/planes/4?q=áctividad")) == "4 de 4 compromisos"
        assert count(client.get("/planes/4?q=nada de eso")) == "0 de 4 compromisos"

    def test_can_be_grouped_by_axis(self, client, scene):
        heads = client.get("/planes/4?grupo=eje").texts("h3.group")
        assert [head.split(":")[0] for head in heads] == ["Eje 1", "Eje 2"]
        assert client.get("/planes/4").texts("h3.group") == []

    def test_unknown_words_are_told_and_not_obeyed(self, client, scene):
        page = client.get("/planes/4?estado=volando&orden=raro")
        assert "No conocemos «volando» como estado; se muestra todo." in page.main
        assert "No conocemos «raro» como orden; se usa lo de siempre." in page.main
        assert count(page) == "4 de 4 compromisos"
        assert "volando" not in page.one("link[rel=canonical]")["href"]

    def test_one_list_has_one_address(self, client, scene):
        one = client.get("/planes/4?orden=atraso&institucion=infom&eje=1&page=1&utm=x")
        other = client.get("/planes/4?eje=1&institucion=infom")
        ends = [page.one("link[rel=canonical]")["href"] for page in (one, other)]
        assert ends[0] == ends[1]
        assert ends[0].endswith("/planes/4?eje=1&institucion=infom")

    def test_in_english_have_their_own_address(self, client, scene):
        page = client.get("/en/planes/4?estado=atrasados")
        assert page.one("link[rel=canonical]")["href"].endswith("/en/planes/4?estado=atrasados")
        assert count(page) == "4 of 4 commitments"
        assert page.texts("a.chip b") == ["Overdue"]

    def test_without_an_axis_can_be_asked_for(self, app, client):
        with app.app_context():
            make_plan(6, commitments=2)
        assert not client.get("/planes/6").all("#filter-eje")
        assert count(client.get("/planes/6?eje=ninguno")) == "2 de 2 compromisos"


class TestNumbersAgreeWithTheirLists:
    def test_every_figure_of_the_plan_page(self, client, scene):
        page = client.get("/planes/4")
        checked = 0
        for tag in page.all("a[href*='/actividades?']"):
            said = re.match(r"\s*(?:Ver las )?(\d+)", tag.get_text(" "))
            if said:
                checked += 1
                found = count(client.get(tag["href"])).split()[0]
                assert found == said[1], tag["href"]
        assert checked >= 8

    def test_every_figure_of_every_institution(self, client, scene):
        page = client.get("/planes/4/instituciones")
        links = page.all("#instituciones-tabla td a")
        assert len(links) >= 4
        for tag in links:
            assert count(client.get(tag["href"])).split()[0] == tag.get_text(), tag["href"]

    def test_states_add_up_to_all_that_is_to_deliver(self, client, scene):
        cells = client.get("/planes/4").texts("#estados-tabla td:nth-child(2) b")
        assert sum(int(one) for one in cells) == 8

    def test_what_was_withdrawn_is_a_state_of_its_own(self, client, scene):
        assert count(client.get("/planes/4/actividades?estado=retiradas")) == "0 de 8 actividades"


class TestTheActivities:
    def test_stand_late_first_fifty_a_page(self, app, client):
        with app.app_context():
            make_plan(7, milestones=6, activities_per_milestone=10, windows=[PAST])
        first, second = client.get("/planes/7/actividades"), client.get("/planes/7/actividades?page=2")
        assert [len(page.all(".item-list .item")) for page in (first, second)] == [50, 10]
        assert second.one("link[rel=canonical]")["href"].endswith("/planes/7/actividades?page=2")
        assert len(client.get("/planes/7/actividades?page=99").all(".item-list .item")) == 10

    @pytest.mark.parametrize(
        ("asked", "expected"),
        [
            ("estado=completas", 1),
            ("estado=completas-a-tiempo", 1),
            ("estado=por-comprobar", 1),
            ("estado=sin-evidencia", 1),
            ("estado=atrasadas", 6),
            ("estado=sin-informacion", 6),
            ("estado=debe-informar&institucion=infom", 6),
            ("estado=debe-informar&institucion=inap", 0),
            ("institucion=inap", 8),
            ("institucion=inap&parte=responde", 0),
            ("compromiso=2", 2),
            ("eje=1", 4),
            ("q=actividad 1.2", 4),
            ("estado=atrasadas&compromiso=1", 1),
            ("estado=no-existe", 8),
        ],
    )
    def test_are_narrowed(self, client, scene, asked, expected):
        assert count(client.get(f"/planes/4/actividades?{asked}")).startswith(f"{expected} de 8")

    @pytest.mark.parametrize("order", ["numero", "avance", "declarado", "brecha", "evidencia", "vence"])
    def test_are_ordered(self, client, scene, order):
        page = client.get(f"/planes/4/actividades?orden={order}")
        assert page.one("#filter-orden option[selected]")["value"] == order
        assert len(page.all(".item-list .item")) == 8

    def test_what_is_most_claimed_and_not_proven_comes_first_where_asked(self, client, scene):
        page = client.get("/planes/4/actividades?orden=brecha")
        assert page.all(".item-list .item a")[0]["href"].endswith(scene.made.activities[2].uid)

    def test_of_a_draft_plan_are_not_found(self, app, client):
        with app.app_context():
            make_plan(9, status=PlanStatus.DRAFT)
        client.get("/planes/9/actividades", expect=404)


class TestLateAfterThePlansEnd:
    def test_days_are_told_to_today_and_at_the_end(self, app, client):
        ended = TODAY - timedelta(days=10)
        due = window(date(2026, 1, 1), ended - timedelta(days=30))
        with app.app_context():
            make_plan(3, windows=[due], ends_on=ended, activities_per_milestone=1)
        page = client.get("/planes/3")
        assert "40 días hasta hoy y 30 al cerrar el plan" in page.texts(".lead")[0]
        assert "40 días (30 al cerrar el plan)" in page.main
        assert "30 días al cerrar el plan" in client.get("/planes/3/actividades").main

    def test_of_a_plan_in_course_only_to_today(self, client, scene):
        assert "al cerrar el plan" not in client.get("/planes/4").main


class TestWhoHasNotReported:
    def test_is_named_with_its_last_report(self, client, scene):
        row = client.get("/planes/4").texts("#sin-informar-tabla tbody tr")
        assert len(row) == 1
        assert "INFOM" in row[0]
        assert "6 actividades" in row[0]

    def test_rounds_without_an_answer_are_told_with_since_when(self, app, client):
        with app.app_context():
            make_scene(windows=[PAST])
            for day in (date(2026, 4, 1), date(2026, 5, 1), date(2026, 6, 1)):
                with transaction():
                    open_rounds(SYSTEM, today=day, now=NOW)
        text = client.get("/planes/4").texts("#sin-informar-tabla")[0]
        assert "las 2 últimas, desde la que vencía el" in text
        assert "nunca ha informado" in text


class TestTheInstitutions:
    def test_are_ordered_by_a_column(self, client, scene):
        page = client.get("/planes/4/instituciones?orden=nombre")
        assert [tag.get_text() for tag in page.all("#instituciones-tabla th b")] == ["INAP", "INFOM"]
        assert page.one("th[aria-sort]")["aria-sort"] == "ascending"
        assert page.link("Completas") == "/planes/4/instituciones?orden=completas"
