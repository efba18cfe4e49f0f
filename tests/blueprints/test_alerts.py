"""The page of early warning: who opens it, where its rows lead, what its table says."""

from __future__ import annotations

import csv
import io
from datetime import timedelta

import pytest

from tests.support.factories.work import make_work
from tracker.domain.obstacles import ObstacleKind


@pytest.fixture
def work(app):
    work = make_work(app, starts=-200, ends=20, activities_per_milestone=8)
    told = {
        "no_progress": True,
        "obstacle": "=HYPERLINK sin fondos",
        "obstacle_kind": ObstacleKind.FUNDS,
        "needed": "Ampliación",
        "new_expected_on": work.today + timedelta(days=60),
    }
    with app.app_context():
        scene = work.scene()
        scene.submitted(None, 5, answers=(), today=work.today, **told)
    return work


@pytest.mark.parametrize(
    ("who", "status"),
    [("contact", 200), ("table", 200), ("auditor", 200), ("liaison", 403), ("head", 403), ("admin", 403)],
)
def test_is_for_who_reads_everything(work, who, status):
    client = work.client(who)
    client.get("reviews.alerts", expect=status)
    client.get("reviews.alerts_csv", expect=status)


def test_each_row_leads_to_its_activity_and_says_what_happens(work):
    page = work.client("contact").get("reviews.alerts")
    assert f"/avances/{work.activity.uid}" in page.markup
    assert "Espera cumplir el" in page.main
    assert "40 días después de la fecha vigente" in page.main
    assert "Fondos: =HYPERLINK sin fondos. Se necesita: Ampliación." in page.main
    assert "Por qué se detiene" in page.main
    assert "Vence en 20 días y nadie que responda por ella ha informado." in page.main


def test_the_first_few_are_shown_and_the_rest_by_kind(work):
    client = work.client("contact")
    page = client.get("reviews.alerts")
    assert len(page.all("#alertas-due_soon tbody tr")) == 5
    every = client.get(page.link("Ver las 7"))
    assert len(every.all("#alertas-due_soon tbody tr")) == 7
    assert every.all("#alertas-obstacle") == []


def test_filters_stay_and_narrow_the_table_too(work):
    client = work.client("contact")
    page = client.get("reviews.alerts", obstaculo="legal", tipo="obstacle")
    assert "Sin alertas" in page.main
    assert page.one("#filter-obstaculo option[selected]")["value"] == "legal"
    assert "obstaculo=legal" in page.link("Descargar estas alertas (CSV)")


def test_the_table_runs_no_formula_and_holds_every_warning(work):
    answer = work.client("contact").get("reviews.alerts_csv")
    table = list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"))))
    assert len(table[0]) == 15
    assert {len(row) for row in table} == {15}
    assert sum(row[0] == "Vencen pronto y nadie ha informado" for row in table) == 7
    assert not any(cell.startswith(("=", "+", "@")) for row in table for cell in row)


def test_is_found_from_the_panel_and_the_navigation(work):
    for who in ("contact", "table"):
        page = work.client(who).get("progress.panel")
        assert "/revision/alertas" in page.markup
