"""Who has not reported: the board of the contact point, and asking again."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from tests.support.factories.plans import NOW
from tests.support.factories.work import make_work
from tracker.db import db, transaction
from tracker.domain.permissions import SYSTEM
from tracker.models.accounts import User
from tracker.models.audit import AuditEvent
from tracker.models.notices import Notice
from tracker.services.rounds import open_rounds

MONTH = timedelta(days=31)


@pytest.fixture
def work(app):
    work = make_work(app, activities_per_milestone=2)
    for months in (2, 1, 0):
        with app.app_context(), transaction():
            open_rounds(SYSTEM, today=work.today - months * MONTH, now=NOW)
    return work


def rows(page):
    return {row.find("a").text: row.get_text(" ", strip=True) for row in page.soup.select(".board tbody tr")}


def reminded(work):
    with work.app.app_context():
        found = db.session.scalars(select(Notice).where(Notice.kind == "round-reminded"))
        return sorted(one.user.name for one in found)


def remind(work, who="contact", *, form=".board", **values):
    client = work.client(who)
    page = client.get("rounds.overview")
    return client.submit(page, values, form=form)


def institution(work, which):
    return getattr(work.made, which).uid


def test_each_institution_stands_with_its_liaisons_its_silence_and_its_last_report(work):
    with work.app.app_context():
        work.scene().submitted(percent=10, today=work.today)
    found = rows(work.client("contact").get("rounds.overview"))
    assert "INAP 0 de 2 — Enlace Tres 2 — —" in found["INAP"]
    assert "INFOM 1 de 2 — Enlace Dos, Enlace Uno" in found["INFOM"]
    assert str(work.today.year) in found["INFOM"]


def test_who_only_reads_sees_no_names_and_no_buttons(work):
    page = work.client("auditor").get("rounds.overview")
    assert "Enlace Uno" not in page.text
    assert "2 enlaces" in page.text
    assert page.all("input[name=institucion], button[name=solo]") == []


def test_the_views_leave_those_they_name(work):
    client = work.client("contact")
    with work.app.app_context(), transaction():
        db.session.get(User, work.people["helper"].id).is_active = False
    assert set(rows(client.get("rounds.overview", ver="calladas"))) == {"INAP", "INFOM"}
    page = client.get("rounds.overview", ver="sin-enlace")
    assert set(rows(page)) == {"INAP"}
    assert page.all("button[name=solo]") == []


def test_one_is_reminded_by_its_button_and_the_page_says_who(work):
    page = remind(work, solo=institution(work, "helper"))
    assert "Se recordó a: Enlace Tres (INAP)." in page.text
    assert reminded(work) == ["Enlace Tres"]
    with work.app.app_context():
        events = [one for one in db.session.scalars(select(AuditEvent)) if one.tag == "round:reminded"]
        assert [one.actor_uid for one in events] == [work.people["contact"].uid]


def test_those_marked_are_reminded_and_nobody_twice_a_day(work):
    both = [institution(work, "lead"), institution(work, "helper")]
    remind(work, institucion=both)
    assert reminded(work) == ["Enlace Dos", "Enlace Tres", "Enlace Uno"]
    page = remind(work, institucion=both)
    assert "No se recordó a nadie. Ya se les había recordado hoy: " in page.text
    assert len(reminded(work)) == 3


def test_with_none_marked_it_says_so(work):
    assert "Marque al menos una institución." in remind(work).text
    assert reminded(work) == []


def test_who_answered_meanwhile_is_not_asked(work):
    with work.app.app_context():
        scene = work.scene()
        for one in work.made.activities:
            scene.submitted(one, percent=10, today=work.today, actor=scene.helper)
    page = remind(work, solo=institution(work, "helper"))
    assert "No se recordó a nadie." in page.text


def test_what_was_asked_is_cleared_with_the_answer(work):
    remind(work, solo=institution(work, "helper"))
    with work.app.app_context():
        scene = work.scene()
        for one in work.made.activities:
            scene.submitted(one, percent=10, today=work.today, actor=scene.helper)
        found = db.session.scalars(select(Notice).where(Notice.kind == "round-reminded")).one()
        assert found.status.value == "cleared"


def test_a_round_that_another_followed_is_not_asked_again(work):
    client = work.client("contact")
    page = client.get("rounds.overview")
    earlier = page.soup.select_one("details a")["href"].rpartition("/")[2]
    after = client.post("rounds.remind", {"solo": institution(work, "lead")}, round_uid=earlier, follow=True)
    assert "ya no es la última de su plan" in after.text
    assert client.post("rounds.remind", {"solo": "x"}, round_uid="nada", expect=404).status == 404


@pytest.mark.parametrize("who", ["table", "auditor", "liaison", "head"])
def test_only_the_contact_point_asks_again(work, who):
    client = work.client(who)
    client.get("progress.panel")
    client.post("rounds.remind", {"solo": institution(work, "lead")}, round_uid="x", expect=403)
    assert reminded(work) == []


def test_the_reminder_stands_among_the_liaisons_notices_as_the_round_it_is_about(work):
    remind(work, solo=institution(work, "helper"))
    page = work.client("helper").get("notices.index")
    assert page.h1 == "1 aviso abierto"
    assert "informes de avance que faltan" in page.text
