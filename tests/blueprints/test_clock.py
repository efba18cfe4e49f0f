"""The pages of the clock: what is due, recording, correcting, and what everybody reads."""

from __future__ import annotations

import pytest

from tests.support.client import PageClient
from tests.support.factories.work import make_work


@pytest.fixture
def work(app):
    return make_work(app)


def test_the_contact_point_records_corrects_and_everybody_reads_it_without_a_name(app, work):
    contact = work.client("contact")
    page = contact.get("clock.show")
    assert "La mesa técnica se reúne" in page.main
    assert page.link("Grupos de trabajo")
    wrong = contact.submit(page, {"held_on": "31/12"}, form="form.card", expect=422)
    assert "Elija qué se hizo." in wrong.main or "Escriba una fecha que exista" in wrong.main
    told = {
        "kind": "results",
        "held_on": work.today.isoformat(),
        "note": "Tercera reunión",
        "link": "https://mesa.example.gt/minuta",
    }
    page = contact.submit(page, told, form="form.card")
    assert "Registrado: ya cuenta para el reloj." in page.text
    assert page.main.count("Tercera reunión") == 2
    public = PageClient(app).get("portal.ogp_clock")
    assert "Tercera reunión" in public.main
    assert "Punto Uno" not in public.text
    assert "al menos una vez cada 6 meses" in public.main
    english = PageClient(app).get("/en/mesa-tecnica/reloj")
    assert "at least once every 6 months" in english.main
    form = contact.get(page.link("Corregir"))
    missing = contact.submit(form, {"note": "Cuarta reunión"}, form="form.card", expect=422)
    assert "Cuarta reunión" in missing.markup
    page = contact.submit(missing, {"reason": "Era la cuarta"}, form="form.card")
    assert page.main.count("Cuarta reunión") == 3
    form = contact.get(page.link("No cuenta"))
    page = contact.submit(form, {"reason": "No hubo quórum"}, form="form.card")
    assert "No hubo quórum" in page.main
    assert "Cuarta reunión" not in PageClient(app).get("portal.ogp_clock").main


def test_who_reads_everything_reads_it_and_records_nothing(work):
    page = work.client("table").get("clock.show")
    assert not page.all("form.card")
    work.client("liaison").get("clock.show", expect=403)


def test_the_panel_of_the_contact_point_warns(app, work):
    app.config["OGP_FORUM_MONTHS"] = 1
    page = work.client("contact").get("progress.panel")
    assert "El plazo venció el" in page.main
    assert "La mesa técnica se reúne" not in work.client("liaison").get("progress.panel").main
