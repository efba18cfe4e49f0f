"""How much a public page asks of a telephone: few requests, little to load, and nothing loaded twice."""

from __future__ import annotations

import gzip
import re
from datetime import date

import pytest

from tests.support.factories.plans import NOW, window
from tests.support.factories.reports import make_scene
from tracker import clock, stylesheets

MOST_REQUESTS = 10
MOST_BYTES = 100 * 1024
LATE = window(date(2026, 1, 1), date(2026, 3, 31))


@pytest.fixture(autouse=True)
def present(monkeypatch):
    """The pages' today is the day of the factories."""
    monkeypatch.setattr(clock, "now", lambda: NOW)


@pytest.fixture
def large(app):
    """A plan of the size of the largest: 22 commitments, 132 milestones, 1,056 activities."""
    with app.app_context():
        return make_scene(commitments=22, axes=5, milestones=6, activities_per_milestone=8, windows=[LATE])


def asked_for(page):
    """What a browser loads with a page: the page, styles, scripts, pictures, the fonts of its styles."""
    found = {tag["href"] for tag in page.all("link[rel=stylesheet], link[rel=preload], link[rel=icon]")}
    return found | {tag["src"] for tag in page.all("script[src], img[src]")}


def compressed(client, address):
    answer = client.http.get(address, headers={"Accept-Encoding": "gzip"})
    assert answer.status_code == 200, address
    return answer


def public_pages(large):
    return (
        "/",
        "/planes/4",
        "/planes/4/actividades",
        "/planes/4/cronograma",
        "/planes/4/compromisos/1",
        "/planes/4/instituciones",
        "/planes/4/instituciones/infom",
        f"/actividades/{large.activity.uid}",
        "/metodologia",
    )


class TestRequests:
    def test_a_page_asks_for_few_files(self, client, large):
        for address in ("/", "/planes/4"):
            # A font of each weight beside what the page names.
            assert 1 + len(asked_for(client.get(address))) + 2 < MOST_REQUESTS, address

    def test_each_layout_has_one_stylesheet(self, client, large):
        assert len(client.get("/").all("link[rel=stylesheet]")) == 1
        assert len(client.get("/entrar").all("link[rel=stylesheet]")) == 1


class TestWeight:
    def test_every_public_page_of_a_large_plan_is_light(self, client, large):
        weights = {address: len(compressed(client, address).data) for address in public_pages(large)}
        assert [one for one in weights.items() if one[1] >= MOST_BYTES] == []

    def test_a_page_and_all_it_loads_first_is_light(self, client, large):
        page = client.get("/planes/4")
        styles = compressed(client, page.one("link[rel=stylesheet]")["href"])
        assert len(compressed(client, "/planes/4").data) + len(styles.data) < MOST_BYTES


class TestCompression:
    def test_only_whoever_takes_it_gets_it(self, client, large):
        plain, packed = client.http.get("/planes/4"), compressed(client, "/planes/4")
        assert packed.headers["Content-Encoding"] == "gzip"
        assert gzip.decompress(packed.data) == plain.data
        assert "Content-Encoding" not in plain.headers
        assert {"Accept-Encoding"} <= set(plain.vary)
        assert int(packed.headers["Content-Length"]) == len(packed.data)

    def test_the_tag_holds_for_both(self, client, large):
        tag = compressed(client, "/planes/4").headers["ETag"]
        assert tag.startswith("W/")
        client.get("/planes/4", headers={"If-None-Match": tag, "Accept-Encoding": "gzip"}, expect=304)

    def test_a_page_with_a_form_of_somebody_is_left_as_it_is(self, client):
        assert "Content-Encoding" not in compressed(client, "/entrar").headers

    def test_whoever_refuses_it_is_heard(self, client, large):
        answer = client.http.get("/planes/4", headers={"Accept-Encoding": "gzip;q=0, br"})
        assert "Content-Encoding" not in answer.headers


class TestStylesheets:
    def test_are_kept_for_good_under_an_address_that_names_their_content(self, client):
        answer = client.http.get(client.get("/").one("link[rel=stylesheet]")["href"])
        assert answer.mimetype == "text/css"
        assert "immutable" in answer.headers["Cache-Control"]
        assert "public" in answer.headers["Cache-Control"]

    def test_of_another_version_are_not_kept(self, client):
        answer = client.http.get("/estilos/public/abc")
        assert answer.status_code == 200
        assert answer.headers["Cache-Control"] == "no-cache"

    def test_of_no_layout_are_not_found(self, client):
        assert client.http.get("/estilos/otro/abc").status_code == 404

    def test_name_fonts_that_are_there_and_the_one_that_the_page_preloads(self, client):
        page = client.get("/")
        sheet = client.http.get(page.one("link[rel=stylesheet]")["href"]).text
        fonts = re.findall(r'url\("\.\./\.\.(/static/[^"]+)"\)', sheet)
        assert len(fonts) >= 6
        assert page.one("link[rel=preload]")["href"] in fonts
        for font in fonts:
            answer = client.http.get(font, buffered=True)
            assert answer.status_code == 200, font
            assert "immutable" in answer.headers["Cache-Control"], font

    def test_keep_what_is_for_paper_on_paper(self, app):
        with app.app_context():
            for layout in stylesheets.LAYOUTS:
                assert b"@media print {" in stylesheets.stylesheet(layout)

    def test_change_at_once_for_whoever_works_on_them(self, app, tmp_path, monkeypatch):
        (tmp_path / "css").mkdir()
        for name in (*stylesheets.LAYOUTS["public"], stylesheets.ON_PAPER):
            (tmp_path / "css" / f"{name}.css").write_text(f".{name} {{}}\n")
        with app.app_context():
            monkeypatch.setattr(app, "static_folder", str(tmp_path))
            monkeypatch.setattr(app, "debug", True)
            before = stylesheets.digest_of("public")
            (tmp_path / "css" / "portal.css").write_text(".otra {}\n")
            assert stylesheets.digest_of("public") != before


class TestStaticFiles:
    def test_asked_for_by_their_content_are_kept(self, client):
        answer = client.http.get(client.get("/").one("link[rel=icon]")["href"], buffered=True)
        assert "immutable" in answer.headers["Cache-Control"]

    def test_asked_for_by_their_name_are_asked_for_again_by_their_tag(self, client):
        for address in ("/static/favicon.svg", "/static/favicon.svg?v=otra"):
            answer = client.http.get(address, buffered=True)
            assert answer.headers["Cache-Control"] == "no-cache"
            assert answer.headers["ETag"]
