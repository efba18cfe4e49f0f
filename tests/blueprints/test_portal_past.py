"""Amendments and the plan at any day, as everybody reads them: shared, no session, in two languages."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.support.factories.amendments import approve, change, prepare
from tests.support.factories.work import make_work
from tracker import clock

DAY = timedelta(days=1)


def begin(scene):
    """An amendment of today and one that holds from ten days ago."""
    activities, today = scene.made.activities, clock.today()
    scene.validated(activities[0], 40, today=today - 20 * DAY)
    for node, day in ((activities[0], today), (activities[1], today - 10 * DAY)):
        uid = prepare(scene, effective_on=day)
        change(scene, uid, node, title="Talleres en cada departamento")
        approve(scene, uid, signed_name="Punto Uno", today=today)
    uid = prepare(scene)
    change(scene, uid, activities[2], withdrawn_on=True)
    approve(scene, uid, signed_name="Punto Uno", today=today)


@pytest.fixture
def work(app):
    return make_work(app, begin, commitments=2, activities_per_milestone=2)


def test_amendments_are_told_with_what_they_said_before(work, client):
    page = client.get("portal.amendments", number=4)
    assert page.texts("h2") == ["Ajuste", "Ajuste", "Ajuste"]
    assert "sale: Actividad 1.1" in page.texts(".difference del")
    assert "entra: Talleres en cada departamento" in page.texts(".difference ins")
    assert "Acuerdo 12-2026 de la Presidencia" in page.main
    assert "Registrada con posterioridad" in page.one("#enmienda-2").get_text()
    assert "Registrada con posterioridad" not in page.one("#enmienda-1").get_text()
    assert "Punto Uno" not in page.main


def test_a_plan_without_any_says_so(app, client):
    make_work(app)
    assert "no se ha enmendado" in client.get("portal.amendments", number=4).main


def test_what_was_changed_leads_to_its_amendment(work, client):
    told = "Modificado por la enmienda 1 del"
    assert told in client.get("portal.activity", uid=work.activity.uid).main
    assert told in client.get("portal.commitment", number=4, commitment=1).main
    plan = client.get("portal.plan", number=4)
    assert "3 enmiendas desde que se aprobó" in plan.main
    assert "Contándola:" in plan.main
    assert "Retirado del plan" in plan.main


def test_a_day_is_chosen_in_a_form_that_needs_no_script(work, client):
    plan = client.get("portal.plan", number=4)
    form = plan.one("form[action$='/al']")
    assert form.get("method") == "get"
    day = (work.today - 5 * DAY).isoformat()
    page = client.get(f"{form['action']}?dia={day}", follow=True)
    assert page.path == f"/planes/4/al/{day}"
    assert client.get("/planes/4/al", follow=True).path == "/planes/4"


def test_a_day_gone_by_shows_the_plan_of_that_day(work, client):
    day = (work.today - 5 * DAY).isoformat()
    page = client.get("portal.past_plan", number=4, day=day)
    assert "Así estaba el" in page.main
    assert "Ver cómo está hoy" in page.main
    assert page.main.count("Talleres en cada departamento") == 1
    assert "Registrado con posterioridad" in page.main
    assert page.link("Ver cómo está hoy") == "/planes/4"
    commitment = client.get(page.link("1. Compromiso 1"))
    assert commitment.path == f"/planes/4/compromisos/1/al/{day}"
    activity = client.get(commitment.link("Actividad 1.1"))
    assert activity.path == f"/actividades/{work.activity.uid}/al/{day}"
    assert activity.h1 == "Actividad 1.1"
    assert client.get(activity.link("Compromiso 1")).path == commitment.path


def test_a_day_as_it_was_known_keeps_the_instant_in_its_links(work, client):
    day = work.today.isoformat()
    page = client.get(f"/planes/4/al/{day}?conocido={day}T23:59:00-06:00")
    assert "Según lo que estaba registrado el" in page.main
    assert "conocido=" in page.link("1. Compromiso 1")


@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("/planes/4/al/ayer", "no es un día"),
        ("/planes/4/al/2026-02-30", "no es un día"),
        ("/planes/4/al/20260105", "no es un día"),
        ("/planes/4/al/2999-01-01", "aún no llega"),
        ("/planes/4/al/2026-01-05?conocido=ayer", "no es un instante"),
        ("/planes/4/al/2026-01-05?conocido=2001-01-01T00:00", "no estaba registrado"),
        ("/planes/4/compromisos/1/al/ayer", "no es un día"),
        ("/planes/4/al?dia=ayer", "no es un día"),
        ("/planes/9/al/2026-01-05", "No hay un plan"),
        ("/planes/9/enmiendas", "No hay un plan"),
    ],
)
def test_what_is_no_day_says_so(work, client, path, told):
    assert told in client.get(path, expect=404).main


def test_pages_of_the_past_are_shared_and_read_no_session(work, app):
    http = app.test_client()
    for path in (f"/planes/4/al/{work.today.isoformat()}", "/planes/4/enmiendas"):
        answer = http.get(path)
        assert "public" in answer.headers["Cache-Control"]
        assert "Set-Cookie" not in answer.headers
        assert http.get(path, headers={"If-None-Match": answer.headers["ETag"]}).status_code == 304


def test_pages_of_the_past_speak_english_too(work, client):
    page = client.get(f"/en/planes/4/al/{work.today.isoformat()}")
    assert page.soup.html["lang"] == "en"
    assert page.link("1. Compromiso 1").startswith("/en/planes/4/compromisos/1/al/")
