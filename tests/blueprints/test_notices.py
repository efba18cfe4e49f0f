"""A person's notices, how they choose to be told, and the private address of their calendar."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from tests.blueprints.test_feeds import events
from tests.support.factories.plans import NOW, window
from tests.support.factories.stories import move
from tests.support.factories.work import make_work
from tracker import clock
from tracker.db import db, transaction
from tracker.domain.notifications import Event
from tracker.domain.permissions import SYSTEM
from tracker.models.accounts import User
from tracker.models.audit import AuditEvent
from tracker.models.notices import Notice, NoticeStatus
from tracker.models.preferences import CalendarToken, NotificationPreferences
from tracker.services.calendar_tokens import USED_EVERY
from tracker.services.rounds import open_rounds

DAY = timedelta(days=1)


@pytest.fixture
def work(app):
    return make_work(app, activities_per_milestone=2)


def tell(work, who="liaison", kind=Event.OVERDUE, subject="s1", cause="2026-05-31/2026-W24", **row):
    with work.app.app_context(), transaction():
        params = {
            "due_on": "2026-05-31", "told_on": "2026-06-08", "label": "2.3", "title": "Taller de datos",
            "commitment": "10", "plan": "4", "institution": "INFOM", "node": "n1", "percent": "40",
            "comment": "",
        }  # fmt: skip
        db.session.add(
            Notice(
                user_id=work.people[who].id,
                kind=kind.value,
                subject_uid=subject,
                cause=cause,
                params=params,
                **{"created_at": clock.now(), **row},
            )
        )


class TestNotices:
    def test_each_matter_stands_once_with_its_cause_since_when_and_where_to_go(self, work):
        tell(work, kind=Event.DUE, cause="2026-05-31/7", created_at=NOW - DAY, sent_at=NOW)
        tell(work)
        tell(work, subject="s2")
        page = work.client("liaison").get("notices.index")
        assert page.h1 == "2 avisos abiertos"
        assert page.one(".notices-link").text == "2 avisos"
        items = page.texts(".todo > li")
        assert "Taller de datos" in items[1]
        assert "Venció hace" in items[1]
        assert "Desde el 14 jun 2026" in items[1]
        assert "por correo el 15 jun 2026" in items[1]
        assert "todavía no por correo" in items[0]
        assert page.all(".todo a.btn")[1]["href"] == "/actividades/s1"
        english = work.client("liaison").get("/en/avisos")
        assert english.h1 == "2 open notices"
        assert english.all(".todo a.btn")[1]["href"] == "/en/actividades/s1"

    def test_without_any_it_says_so(self, work):
        page = work.client("auditor").get("notices.index")
        assert "Nada pendiente" in page.text
        assert page.one(".notices-link").text == "Sin avisos"

    def test_nobody_sees_anothers(self, work):
        tell(work)
        assert "Taller" not in work.client("colleague").get("notices.index").text

    def test_what_was_settled_in_the_last_30_days_is_folded_away(self, work):
        now = clock.now()
        tell(work, subject="new", status=NoticeStatus.CLEARED, cleared_at=now - 29 * DAY)
        tell(work, subject="old", status=NoticeStatus.CLEARED, cleared_at=now - 31 * DAY)
        page = work.client("liaison").get("notices.index")
        assert page.one("details summary").text == "1 resuelto en los últimos 30 días"
        assert len(page.all(".settled-notices li")) == 1

    def test_a_matter_that_is_open_again_is_not_listed_as_settled(self, work):
        tell(work, cause="2026-05-31/7", status=NoticeStatus.CLEARED, cleared_at=clock.now())
        tell(work)
        page = work.client("liaison").get("notices.index")
        assert (page.h1, page.all("details")) == ("1 aviso abierto", [])

    def test_news_is_put_away_by_hand_and_what_asks_something_is_not(self, work):
        tell(work, kind=Event.VALIDATED, cause="7")
        client = work.client("liaison")
        page = client.get("notices.index")
        after = client.submit(page, {}, form="form[action$=archivar]")
        assert "Nada pendiente" in after.text
        assert "1 resuelto" in after.text
        tell(work)
        with work.app.app_context():
            rows = {one.kind: one.uid for one in db.session.scalars(select(Notice))}
        client.post("notices.keep", uid=rows[Event.OVERDUE.value], expect=422)
        other = work.client("colleague")
        other.get("notices.index")
        other.post("notices.keep", uid=rows[Event.VALIDATED.value], expect=404)

    def test_many_come_in_pages(self, work):
        for number in range(31):
            tell(work, subject=f"s{number}")
        client = work.client("liaison")
        assert len(client.get("notices.index").all(".todo > li")) == 30
        assert len(client.get("notices.index", page=2).all(".todo > li")) == 1

    def test_a_matter_told_again_every_week_stands_once_and_first(self, work):
        for number in range(31):
            tell(work, subject=f"s{number}", cause="2026-05-31/2026-W20")
        for week in (21, 22, 23):
            tell(work, subject="s0", cause=f"2026-05-31/2026-W{week}")
        tell(work, subject="s0", cause="2026-06-30/7")
        client = work.client("liaison")
        page = client.get("notices.index")
        assert page.h1 == "32 avisos abiertos"
        assert [one["href"] for one in page.all(".todo a.btn")[:3]] == [
            "/actividades/s0",
            "/actividades/s0",
            "/actividades/s30",
        ]
        assert len(client.get("notices.index", page=2).all(".todo > li")) == 2

    def test_the_header_counts_in_one_query_however_many_there_are(self, work, query_counter):
        client = work.client("liaison")

        def counted():
            with query_counter() as queries:
                client.get("accounts.show")
            return len(queries)

        client.get("accounts.show")
        before = counted()
        for number in range(20):
            tell(work, subject=f"s{number}")
        assert counted() == before


def choose(client, expect=None, **values):
    page = client.get("notices.preferences")
    form = "main form[action$='/cuenta/avisos']"
    return client.submit(page, values, form=form, expect=expect)


class TestPreferences:
    def test_what_is_chosen_is_kept_and_recorded(self, work):
        client = work.client("liaison")
        page = choose(client, digest="weekly", hour="8", weekday="4", quiet_from="20", quiet_until="6")
        assert "Guardamos cuándo quiere recibir sus avisos." in page.text
        assert page.one("#hour option[selected]").text == "08:00"
        assert page.one("#weekday option[selected]").text == "viernes"
        with work.app.app_context():
            row = db.session.scalars(select(NotificationPreferences)).one()
            assert (row.digest.value, row.hour, row.weekday, row.quiet_from, row.quiet_until) == (
                "weekly", 8, 4, 20, 6,
            )  # fmt: skip
            assert "account:notices-changed" in set(db.session.scalars(select(AuditEvent.tag)))

    @pytest.mark.parametrize(
        ("values", "field", "words"),
        [
            ({"quiet_from": "20"}, "quiet_until", "Elija las dos horas, o ninguna."),
            ({"quiet_from": "5", "quiet_until": "5"}, "quiet_until", "Elija dos horas distintas."),
            ({"hour": "6", "quiet_from": "20", "quiet_until": "7"}, "hour", "pidió no recibir correos"),
        ],
    )
    def test_what_does_not_hold_together_is_said_beside_its_field(self, work, values, field, words):
        page = choose(work.client("liaison"), expect=422, **values)
        assert words in page.one(f"#{field}").find_parent(class_="field").text

    def test_an_hour_that_is_none_is_refused(self, work):
        client = work.client("liaison")
        fields = client.get("notices.preferences").fields("main form[action$='/cuenta/avisos']")
        client.post("notices.save_preferences", {**fields, "hour": "31"}, expect=422)

    def test_both_languages_and_what_may_not_be_silenced(self, work):
        assert "aunque elija «nunca»" in work.client("head").get("notices.preferences").text
        assert "aunque elija «nunca»" not in work.client("liaison").get("notices.preferences").text
        assert work.client("liaison").get("/en/cuenta/avisos").h1 == "When to receive notices"


MAKE = "form[action$=calendario]"


class TestPrivateCalendar:
    def make(self, work, who="liaison"):
        client = work.client(who)
        page = client.submit(client.get("notices.preferences"), {}, form=MAKE, expect=200)
        return client, page.one("code.secret").text.removeprefix("http://127.0.0.1:8000")

    def test_it_has_the_due_dates_and_closings_of_the_persons_institutions(self, work, client):
        with work.app.app_context(), transaction():
            open_rounds(SYSTEM, today=work.today, now=NOW)
        _, path = self.make(work)
        found = events(client, path)
        assert [one["UID"].count("round-") for one in found] == [0, 0, 1]
        assert "Cierra la ronda de" in found[2]["SUMMARY"]
        assert found[0]["UID"] == f"{work.activity.uid}-1@cumple"
        stranger = events(client, self.make(work, "stranger")[1])
        assert stranger == []
        everything = events(client, self.make(work, "contact")[1])
        assert len(everything) == 3
        assert "0 de 4 respondidas" in everything[2]["DESCRIPTION"]

    def test_nothing_of_it_is_kept_and_no_session_is_asked_for(self, work, client):
        _, path = self.make(work)
        answer = client.http.get(path)
        assert answer.headers["Cache-Control"] == "no-store"
        assert "Set-Cookie" not in answer.headers
        assert client.http.get("/en" + path).status_code == 200

    def test_the_secret_is_shown_once_and_kept_as_a_hash(self, work):
        client, path = self.make(work)
        secret = path.removeprefix("/calendario/privado/").removesuffix(".ics")
        assert len(secret) >= 43
        assert secret not in client.get("notices.preferences").markup
        with work.app.app_context():
            row = db.session.scalars(select(CalendarToken)).one()
            assert secret not in row.token_hash
            assert secret not in str(db.session.scalars(select(AuditEvent)).all())

    def test_its_last_use_is_shown_and_written_down_once_an_hour(self, work, client):
        owner, path = self.make(work)
        assert "Todavía no se ha usado." in owner.get("notices.preferences").text
        client.http.get(path)
        assert "Se usó por última vez el" in owner.get("notices.preferences").text
        with work.app.app_context(), transaction():
            row = db.session.scalars(select(CalendarToken)).one()
            row.last_used_at = used = row.last_used_at - USED_EVERY / 2
        client.http.get(path)
        with work.app.app_context():
            assert db.session.scalars(select(CalendarToken.last_used_at)).one() == used

    def test_a_wrong_a_changed_and_a_revoked_address_do_not_exist(self, work, client):
        owner, first = self.make(work)
        _, second = self.make(work)
        assert client.http.get("/calendario/privado/otra.ics").status_code == 404
        assert client.http.get(first).status_code == 404
        assert client.http.get(second).status_code == 200
        owner.submit(owner.get("notices.preferences"), {}, form="form[action$=anular]")
        assert client.http.get(second).status_code == 404
        with work.app.app_context():
            tags = [one for one in db.session.scalars(select(AuditEvent.tag)) if "calendar-" in one]
        assert tags == ["account:calendar-made", "account:calendar-made", "account:calendar-revoked"]

    def test_of_a_closed_account_nothing_is_read(self, work, client):
        _, path = self.make(work)
        with work.app.app_context(), transaction():
            db.session.get(User, work.people["liaison"].id).is_active = False
        assert client.http.get(path).status_code == 404

    def test_who_reads_no_reports_has_none(self, work):
        client = work.client("admin")
        page = client.get("notices.preferences")
        assert page.all("form[action$=calendario]") == []
        client.post("notices.make_address", expect=403)

    def test_a_delivery_that_a_rescheduling_leaves_out_is_cancelled(self, app, client):
        two = (window(clock.today() - 9 * DAY, clock.today()), window(clock.today(), clock.today() + 9 * DAY))
        work = make_work(app, windows=two)
        _, path = self.make(work)
        assert [one["STATUS"] for one in events(client, path)] == ["CONFIRMED"] * 2
        with app.app_context():
            move(work.scene(), work.activity, [window(clock.today(), clock.today() + 30 * DAY)])
        kept, gone = sorted(events(client, path), key=lambda one: one["UID"])
        assert (kept["STATUS"], kept["SEQUENCE"]) == ("CONFIRMED", "1")
        assert (gone["STATUS"], gone["SEQUENCE"]) == ("CANCELLED", "1")
        assert "ya no está en el calendario del plan" in gone["DESCRIPTION"].replace("\\n", " ")
