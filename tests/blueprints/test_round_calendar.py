"""The contact point's pages of rounds: who answered, the calendar, opening one by hand."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from tests.support.factories.plans import NOW, make_plan
from tests.support.factories.work import make_work
from tracker.db import db, transaction
from tracker.domain.permissions import SYSTEM
from tracker.models.notices import Notice
from tracker.models.rounds import ReportingCalendar, ReportingRound
from tracker.services.rounds import open_rounds


@pytest.fixture
def work(app):
    return make_work(app, activities_per_milestone=2)


def open_now(work, day=None):
    with work.app.app_context(), transaction():
        open_rounds(SYSTEM, today=day or work.today, now=NOW)


def test_the_overview_shows_each_institution_with_what_it_answered(work):
    open_now(work)
    with work.app.app_context():
        work.scene().submitted(percent=10, today=work.today)
    page = work.client("contact").get("rounds.overview")
    assert "1 de 4" in page.text
    rows = [row.get_text(" ", strip=True) for row in page.soup.select("tbody tr")]
    assert [row.partition(" — ")[0] for row in rows] == [
        "Marcar INAP INAP 0 de 2",
        "Marcar INFOM INFOM 1 de 2",
    ]
    assert page.soup.select_one("tbody a")["href"].startswith("/avances/rondas/")


def test_the_filter_leaves_those_who_owe_an_answer(work):
    open_now(work)
    with work.app.app_context():
        scene = work.scene()
        for one in work.made.activities:
            scene.submitted(one, percent=10, today=work.today)
    page = work.client("contact").get("rounds.overview", ver="sin-responder")
    assert [row.text for row in page.soup.select("tbody th a")] == ["INAP"]


def test_who_has_no_liaison_is_marked(app):
    work = make_work(app, activities_per_milestone=1, helper="MINFIN")
    with app.app_context():
        make_plan(5, lead="SESAN", helper="SESAN2", starts_on=work.today, ends_on=work.today)
    open_now(work)
    page = work.client("contact").get("rounds.overview")
    marked = [row for row in page.soup.select("tbody tr") if "Sin enlace" in row.text]
    assert {row.find("a").text for row in marked} == {"SESAN", "SESAN2"}


@pytest.mark.parametrize("who", ["contact", "table", "reviewer", "auditor"])
def test_who_reads_everything_reads_the_overview_and_a_round(work, who):
    open_now(work, work.today - timedelta(days=40))
    open_now(work)
    client = work.client(who)
    page = client.get("rounds.overview")
    earlier = page.soup.select_one("details a")["href"]
    assert client.get(earlier).h1.startswith("Ronda de ")
    assert bool(page.all("a[href*='/rondas/calendario/']")) is (who == "contact")


@pytest.mark.parametrize("who", ["liaison", "head", "admin"])
def test_others_have_no_such_page(work, who):
    assert work.client(who).get("rounds.overview", expect=403).status == 403


@pytest.mark.parametrize("who", ["table", "auditor", "liaison"])
def test_only_the_contact_point_changes_calendars_and_opens_rounds(work, who):
    client = work.client(who)
    client.get("progress.panel")
    assert client.get("rounds.calendar", plan=4, expect=403).status == 403
    assert client.post("rounds.open_now", plan=4, expect=403).status == 403
    with work.app.app_context():
        assert db.session.scalar(select(ReportingRound.id)) is None


def fill(client, page, action="save", expect=None, **days):
    values = {"every_months": "3", "opens_after_days": "5", "due_after_days": "2", "review_days": "7"}
    return client.submit(page, {**values, **days, "action": action}, form="main form", expect=expect)


def test_a_calendar_is_saved_and_its_next_dates_shown(work):
    client = work.client("contact")
    fill(client, client.get("rounds.calendar", plan=4))
    with work.app.app_context():
        row = db.session.scalars(select(ReportingCalendar)).one()
        assert (row.every_months, row.opens_after_days, row.due_after_days, row.review_days) == (3, 5, 2, 7)
    page = client.get("rounds.calendar", plan=4)
    assert len(page.soup.select("aside tbody tr")) == 3
    assert "Cada tres meses. Se abre 5 días después de su inicio y vence 2 días después de su final" in (
        client.get("rounds.overview").text
    )


def test_a_preview_shows_the_dates_and_saves_nothing(work):
    client = work.client("contact")
    page = fill(client, client.get("rounds.calendar", plan=4), action="preview")
    assert "Todavía no se ha guardado" in page.text
    assert "enero a marzo" in page.text
    assert page.soup.select_one("#opens_after_days")["value"] == "5"
    with work.app.app_context():
        assert db.session.scalar(select(ReportingCalendar.plan_id)) is None


@pytest.mark.parametrize(
    ("days", "field", "words"),
    [
        ({"due_after_days": "6"}, "due_after_days", "puede ser 5 o menos"),
        ({"due_after_days": "-200"}, "due_after_days", "antes de abrirse"),
        ({"opens_after_days": "181"}, "opens_after_days", "no pase de 180"),
        ({"review_days": "0"}, "review_days", "no pase de 90"),
        ({"review_days": "diez"}, "review_days", "número entero"),
        ({"review_days": ""}, "review_days", "Escriba los días"),
    ],
)
def test_what_does_not_hold_together_is_said_beside_its_field(work, days, field, words):
    client = work.client("contact")
    page = fill(client, client.get("rounds.calendar", plan=4), expect=422, **days)
    assert words in page.soup.select_one(f"#{field}").find_parent(class_="field").text


def test_a_calendar_of_no_plan_is_not_found(work):
    assert work.client("contact").get("rounds.calendar", plan=99, expect=404).status == 404


def test_a_round_that_is_not_open_is_said_to_be_so_and_opened_by_hand(work):
    client = work.client("contact")
    page = client.get("rounds.overview")
    assert "no está abierta" in page.text
    opened = client.submit(page, {}, form="form[action*='/rondas/abrir/']")
    assert "pide 4 informes" in opened.text
    assert "no está abierta" not in opened.text
    with work.app.app_context():
        assert db.session.scalars(select(Notice.kind).distinct()).all() == ["round-opened"]
    assert "No se abrió ninguna" in client.post("rounds.open_now", plan=4, follow=True).text


def test_a_plan_that_is_over_opens_no_more_rounds(work):
    long_ago = work.today - timedelta(days=300)
    with work.app.app_context():
        make_plan(3, starts_on=long_ago, ends_on=work.today - timedelta(days=100))
    open_now(work)
    page = work.client("contact").get("rounds.overview")
    assert "ya no se abren rondas" in page.text
    assert "no está abierta" not in page.text


def test_the_liaisons_panel_speaks_of_the_round_and_leads_to_it(work):
    open_now(work)
    with work.app.app_context():
        work.scene().submitted(percent=10, today=work.today)
    page = work.client("liaison").get("progress.panel")
    assert ": 1 de 2 informadas, cierra el " in page.soup.h1.text
    button = page.soup.find("a", string="Responder la ronda")
    assert button["href"].startswith("/avances/rondas/")
    assert f"institucion={work.made.lead.uid}" in button["href"]
    assert page.soup.find("a", string="Usar hoja de cálculo")
    head = work.client("head").get("progress.panel")
    assert head.soup.find("a", string="Ver la ronda")
    assert not head.soup.find("a", string="Responder la ronda")


def test_without_a_round_the_panel_speaks_of_the_month(work):
    assert "Informe de" in work.client("liaison").get("progress.panel").soup.h1.text


def test_the_panel_tells_what_was_decided(work):
    with work.app.app_context():
        work.scene().validated(percent=10, today=work.today)
    page = work.client("liaison").get("progress.panel")
    assert "informe aceptado, comprobado 10 %" in page.text
    assert "informe aceptado" not in work.client("helper").get("progress.panel").text


def test_the_contact_points_panel_names_who_has_not_answered(work):
    open_now(work)
    page = work.client("contact").get("progress.panel")
    section = page.soup.select_one("#sin-informe")
    assert "Quién no ha respondido la ronda de" in section.text
    assert [link.text for link in section.select("tbody a")] == ["INAP", "INFOM"]
