"""How a page is cited, shown in a link, and put into another site; and that nothing hidden gets out by it."""

from __future__ import annotations

import html
import io
import re

import pytest
from bs4 import BeautifulSoup
from PIL import Image

from tests.support.factories.plans import TODAY, make_plan
from tests.support.factories.reports import evidence_of
from tests.support.factories.stories import make_story, move, unpublish
from tracker.db import db, transaction
from tracker.models.plans import PlanNode

BASE = "http://127.0.0.1:8000"


@pytest.fixture
def story(app):
    with app.app_context():
        return make_story()


def places(story):
    made = story.scene.made
    return {
        "/planes/4": "planes/4",
        "/planes/4/compromisos/1": f"compromisos/{made.commitments[0].uid}",
        f"/actividades/{made.activity.uid}": f"actividades/{made.activity.uid}",
        f"/planes/4/instituciones/{made.lead.slug}": f"instituciones/4/{made.lead.slug}",
    }


def meta(page, name):
    return page.one(f'meta[property="{name}"]')["content"]


def relative(address):
    assert address.startswith(f"{BASE}/")
    return address.removeprefix(BASE)


class TestCitation:
    def test_each_page_says_who_what_when_and_up_to_which_entry(self, client, story):
        page = client.get("/planes/4/compromisos/1")
        cited = page.one("textarea#cita").get_text()
        wanted = (
            r"Gobierno de Guatemala\. «Compromiso 1: Otro título», Plan de acción de prueba\. Cumple\. "
            rf"Datos al .+ de 20\d\d\. Asiento \d+\. {BASE}/id/{story.scene.made.commitments[0].uid}"
        )
        assert re.fullmatch(wanted, cited.strip())
        english = client.get("/en/planes/4/compromisos/1").one("textarea#cita").get_text()
        assert "Commitment 1" in english
        assert f"{BASE}/en/id/" in english

    def test_the_permanent_address_leads_back_to_the_page(self, client, story):
        for path in places(story):
            for prefix in ("", "/en"):
                page = client.get(prefix + path)
                permanent = re.search(
                    rf"{BASE}\S+/id/\S+|{BASE}/id/\S+", page.one("textarea#cita").get_text()
                )
                answer = client.http.get(relative(permanent[0]))
                assert (answer.status_code, answer.location) == (302, prefix + path)

    def test_the_page_as_it_stood_does_not_change_with_what_comes_after(self, app, client, story):
        scene, link = story.scene, "Ver siempre esta página como está ahora"
        paths = [path for path in places(story) if "instituciones" not in path]
        stood = [relative(client.get(path).link(link)) for path in paths]
        before = [client.get(path).main for path in (*stood, *paths)]
        with app.app_context():
            scene.validated(scene.activity, 90)
            move(scene, scene.activity)
        after = [client.get(path).main for path in (*stood, *paths)]
        changed = [one != other for one, other in zip(before, after, strict=True)]
        assert changed == [False] * 3 + [True] * 3

    def test_a_published_report_is_cited_by_version_and_hash(self, client, story):
        page = client.get("/informes")
        row = page.one(f"#informe-{story.report}").get_text()
        assert f"Versión 1. SHA-256 {'ab' * 32}. {BASE}/id/{story.report}" in row
        answer = client.http.get(f"/id/{story.report}")
        assert answer.location == f"/informes#informe-{story.report}"

    def test_every_kind_of_uid_has_an_address(self, client, story, app):
        made = story.scene.made
        with app.app_context():
            evidence = evidence_of(story.proven)[0]
        expected = {
            made.milestones[0].uid: f"/planes/4/compromisos/1#hito-{made.milestones[0].uid}",
            made.axes[0].uid: "/planes/4?eje=1#compromisos",
            evidence: f"/actividades/{made.activity.uid}#evidencia",
        }
        assert {uid: client.http.get(f"/id/{uid}").location for uid in expected} == expected

    def test_a_uid_of_nothing_public_has_none(self, app, client, story):
        with app.app_context():
            hidden = [story.claimed, *evidence_of(story.claimed), make_plan(7).uid]
            unpublish(7)
        for uid in (*hidden, "nada"):
            assert client.http.get(f"/id/{uid}").status_code == 404


class TestHead:
    def test_each_page_names_itself_in_both_languages(self, client, story):
        for path in (*places(story), "/", "/informes", "/metodologia", "/planes/4/cronograma"):
            for prefix in ("", "/en"):
                page = client.get(f"{prefix}{path}?utm_source=otro&page=1")
                own = page.one('link[rel="canonical"]')["href"]
                assert own == meta(page, "og:url") == f"{BASE}{prefix}{path}"
                alternates = {one["hreflang"]: one["href"] for one in page.all("head link[hreflang]")}
                spanish, english = f"{BASE}{path}", f"{BASE}/en{path}"
                assert alternates == {"es": spanish, "en": english, "x-default": spanish}

    def test_a_further_page_of_a_list_is_itself(self, app, client):
        with app.app_context():
            make_plan(4, activities_per_milestone=120)
        page = client.get("/planes/4/compromisos/1?page=2")
        assert page.one('link[rel="canonical"]')["href"] == f"{BASE}/planes/4/compromisos/1?page=2"

    def test_a_link_shows_title_words_and_a_picture_that_is_there(self, client, story):
        for path in (*places(story), "/", "/metodologia"):
            for prefix, locale in (("", "es_GT"), ("/en", "en_US")):
                page = client.get(prefix + path)
                assert meta(page, "og:locale") == locale
                assert page.title.startswith(meta(page, "og:title"))
                assert meta(page, "og:description") == page.one('meta[name="description"]')["content"]
                assert page.one('meta[name="twitter:card"]')["content"] == "summary_large_image"
                assert meta(page, "og:image:alt")
                picture = client.http.get(relative(meta(page, "og:image")))
                assert picture.mimetype == "image/png"
                size = (int(meta(page, "og:image:width")), int(meta(page, "og:image:height")))
                assert Image.open(io.BytesIO(picture.data)).size == size == (1200, 630)

    def test_readers_and_calendars_find_what_to_follow(self, client, story):
        for path in places(story):
            page = client.get(path)
            types = {one["type"]: one["href"] for one in page.all('head link[rel="alternate"][type]')}
            assert set(types) == {"application/atom+xml", "text/calendar", "application/json+oembed"}
            for media_type, address in types.items():
                answer = client.http.get(relative(address))
                assert answer.status_code == 200
                assert answer.mimetype in {media_type, "application/json"}

    def test_an_error_says_nothing_of_it(self, client, story):
        assert client.get("/planes/99", expect=404).all('link[rel="canonical"], meta[property]') == []


class TestCards:
    def test_each_subject_has_one_in_both_languages_within_its_weight(self, client, story):
        for place in places(story).values():
            spanish, english = (client.http.get(f"{prefix}/tarjetas/{place}.png") for prefix in ("", "/en"))
            assert len(spanish.data) <= 60_000
            assert spanish.data != english.data
            assert "public" in spanish.headers["Cache-Control"]
            again = client.http.get(
                f"/tarjetas/{place}.png", headers={"If-None-Match": spanish.headers["ETag"]}
            )
            assert again.status_code == 304

    def test_one_is_read_in_few_queries(self, client, story, query_counter):
        for place in places(story).values():
            with query_counter() as queries:
                client.http.get(f"/tarjetas/{place}.png")
            assert len(queries) <= 6

    def test_nothing_is_drawn_or_framed_of_a_plan_that_is_not_published(self, app, client, story):
        with app.app_context():
            unpublish(4)
        for place in places(story).values():
            assert client.http.get(f"/tarjetas/{place}.png").status_code == 404
            assert client.http.get(f"/incrustar/{place}").status_code == 404


class TestEmbeds:
    def test_only_they_may_be_framed_and_they_run_nothing(self, client, story):
        for path, place in places(story).items():
            answer = client.http.get(f"/incrustar/{place}")
            policy = answer.headers["Content-Security-Policy"]
            assert "frame-ancestors *" in policy
            assert "script-src" not in policy
            assert "default-src 'none'" in policy
            assert "Set-Cookie" not in answer.headers
            assert b"<script" not in answer.data
            assert "frame-ancestors 'none'" in client.http.get(path).headers["Content-Security-Policy"]

    def test_one_says_both_figures_and_leads_to_the_page(self, client, story):
        for path, place in places(story).items():
            for prefix in ("", "/en"):
                page = client.get(f"{prefix}/incrustar/{place}")
                links = page.all("a")
                assert {one["href"] for one in links} == {f"{BASE}{prefix}{path}"}
                assert {(one["target"], tuple(one["rel"])) for one in links} == {("_blank", ("noopener",))}
                assert len(page.all("dl dt")) == 2
        activity = client.get(f"/incrustar/actividades/{story.scene.activity.uid}").main
        assert "Comprobado 60 % al 15 jun 2026" in activity
        assert "76 días de atraso" in activity

    def test_what_nobody_informed_and_what_was_withdrawn_is_said(self, app, client, story):
        silent = story.scene.made.activities[5]
        assert "Comprobado sin información" in client.get(f"/incrustar/actividades/{silent.uid}").main
        with app.app_context(), transaction():
            db.session.get(PlanNode, silent.id).withdrawn_on = TODAY
        assert "Retirado del plan" in client.get(f"/incrustar/actividades/{silent.uid}").main

    def test_the_code_to_copy_is_one_frame_with_everything_escaped(self, app, client, story):
        with app.app_context(), transaction():
            db.session.get(PlanNode, story.scene.activity.id).title = 'Uno "dos" <tres> & cuatro'
        page = client.get(f"/actividades/{story.scene.activity.uid}")
        frame = BeautifulSoup(page.one("textarea#insertar").get_text(), "html.parser").iframe
        assert frame["src"] == f"{BASE}/incrustar/actividades/{story.scene.activity.uid}"
        assert frame["title"] == 'Actividad 1.1: Uno "dos" <tres> & cuatro'
        assert client.get(relative(frame["src"])).h1 == 'Uno "dos" <tres> & cuatro'


class TestOembed:
    def ask(self, client, address, **more):
        return client.http.get("/oembed", query_string={"url": address, **more}, follow_redirects=True)

    def test_the_address_of_a_page_gives_its_frame(self, client, story):
        for path, place in places(story).items():
            for prefix in ("", "/en"):
                found = self.ask(client, f"{BASE}{prefix}{path}").get_json()
                assert (found["version"], found["type"]) == ("1.0", "rich")
                frame = BeautifulSoup(found["html"], "html.parser").iframe
                assert frame["src"] == f"{BASE}{prefix}/incrustar/{place}"
                assert (int(frame["width"]), int(frame["height"])) == (found["width"], found["height"])
                assert found["thumbnail_url"] == f"{BASE}{prefix}/tarjetas/{place}.png"
                assert html.unescape(frame["title"]) == found["title"]

    def test_it_keeps_to_the_room_there_is(self, client, story):
        found = self.ask(client, f"{BASE}/planes/4", maxwidth=300, maxheight=200).get_json()
        assert (found["width"], found["height"]) == (300, 200)
        assert self.ask(client, f"{BASE}/planes/4", maxwidth=2000).get_json()["width"] == 480

    def test_other_addresses_have_none(self, app, client, story):
        for address in (
            *("", "https://example.org/planes/4", f"{BASE}.example.org/planes/4", f"{BASE}/planes/99"),
            *(
                f"{BASE}/metodologia",
                f"{BASE}/revision",
                f"{BASE}/no-existe",
                "planes/4",
                f"{BASE}/planes/4/",
            ),
        ):
            assert self.ask(client, address).status_code == 404, address
        assert self.ask(client, f"{BASE}/planes/4", format="xml").status_code == 501
        with app.app_context():
            unpublish(4)
        for path in places(story):
            assert self.ask(client, f"{BASE}{path}").status_code == 404
