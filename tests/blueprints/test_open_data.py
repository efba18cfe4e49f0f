"""The pages and files of open data: for everybody, in both languages, and for programs of other sites."""

from __future__ import annotations

import gzip
import json
import zipfile
from io import BytesIO
from pathlib import Path

import pytest

from tests.support.factories.stories import make_story
from tracker import clock
from tracker.db import transaction
from tracker.renderers.open_data import data_tables
from tracker.services.open_data import asked_of, freeze_edition


@pytest.fixture
def story(app):
    with app.app_context():
        return make_story()


def freeze(app):
    with app.app_context():
        today, now = clock.today(app.config["TIMEZONE"]), clock.now()
        asked = asked_of(app.config, day=today, today=today)
        folder = Path(app.config["INSTANCE_PATH"]) / "reports"
        return freeze_edition(asked, folder, unit=transaction, now=now).sha256


def described(page):
    (script,) = page.soup.select("script[type='application/ld+json']")
    return json.loads(script.string)


class TestPages:
    def test_every_table_is_there_with_its_formats_its_licence_and_the_data_that_machines_read(
        self, app, story, client
    ):
        page = client.get("/datos")
        links = {one["href"] for one in page.soup.select("a[href]")}
        for table in data_tables():
            assert f"/datos/tablas/{table.name}" in links
            assert {f"/datos/{table.name}.{one}" for one in ("csv", "json", "xlsx")} <= links
        assert {"/datos/cumple-datos.zip", "/datos/cumple-datos.xlsx", "/datos/catalogo.jsonld"} <= links
        assert app.config["DATA_LICENSE"] in page.text
        assert "Todavía no hay ediciones" in page.text
        assert described(page)["license"] == app.config["DATA_LICENSE_URL"]
        assert "Action plans" in client.get("/en/datos").text

    def test_a_table_explains_each_column_and_where_it_leads(self, story, client):
        page = client.get("/datos/tablas/activities")
        assert "Avance comprobado. Vacío: sin información." in page.text
        assert page.soup.select("a[href='/datos/tablas/milestones']")
        english = client.get("/en/datos/tablas/activities")
        assert "Validated progress. Empty: no information." in english.text
        assert described(english)["name"].startswith("Activities")
        assert "accounts" in client.get("/datos/tablas/accounts", expect=404).text

    def test_an_edition_is_listed_with_size_and_hash_and_downloads_the_same(self, app, story, client):
        sha256 = freeze(app)
        page = client.get("/datos")
        assert sha256 in page.text
        (link,) = page.soup.select("a[href^='/datos/ediciones/']")
        answer = app.test_client().get(link["href"], buffered=True)
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
        with zipfile.ZipFile(BytesIO(answer.data)) as archive:
            assert "datapackage.json" in archive.namelist()
        assert "csv/plans.csv" in client.get("/datos/tablas/plans").text
        catalogue = json.loads(app.test_client().get("/datos/catalogo.jsonld").data)
        assert sha256 in json.dumps(catalogue)
        assert app.test_client().get("/datos/ediciones/otra").status_code == 404
        # Nothing was recorded since: the package of today is that edition.
        assert app.test_client().get("/datos/cumple-datos.zip", buffered=True).data == answer.data


class TestFiles:
    def test_a_table_may_be_kept_by_anybody_and_is_asked_for_again_by_its_tag(self, app, story):
        visitor = app.test_client()
        first = visitor.get("/datos/activities.csv")
        assert first.data.startswith(b"\xef\xbb\xbfuid,plan_uid")
        assert "attachment" in first.headers["Content-Disposition"]
        assert first.headers["Access-Control-Allow-Origin"] == "*"
        assert first.cache_control.public
        assert "Set-Cookie" not in first.headers
        again = visitor.get("/datos/activities.csv", headers={"If-None-Match": first.headers["ETag"]})
        assert (again.status_code, again.data) == (304, b"")
        packed = visitor.get("/datos/activities.csv", headers={"Accept-Encoding": "gzip"})
        assert packed.headers["Content-Encoding"] == "gzip"
        assert gzip.decompress(packed.data) == first.data
        with app.app_context():
            story.scene.submitted(story.scene.made.activities[4], 10)
        changed = visitor.get("/datos/activities.csv", headers={"If-None-Match": first.headers["ETag"]})
        assert changed.status_code == 200

    def test_json_workbook_and_description_are_what_they_say(self, app, story):
        visitor = app.test_client()
        assert [one["number"] for one in json.loads(visitor.get("/datos/plans.json").data)] == [4]
        assert zipfile.is_zipfile(BytesIO(visitor.get("/datos/plans.xlsx", buffered=True).data))
        told = json.loads(visitor.get("/datos/datapackage.json").data)
        assert told["licenses"][0]["name"] == app.config["DATA_LICENSE"]
        for resource in told["resources"][:3]:
            assert visitor.get(f"/datos/{resource['path']}").status_code == 200

    def test_a_day_of_the_past_names_its_file_and_no_such_day_is_not_found(self, app, story):
        visitor = app.test_client()
        past = visitor.get("/datos/progress.csv?al=2026-01-15")
        assert "progress-2026-01-15.csv" in past.headers["Content-Disposition"]
        assert len(past.text.splitlines()) == 1
        for address in (
            "plans.csv?al=2999-01-01",
            "plans.csv?al=ayer",
            "nada.csv",
            "plans.txt",
            "users.json",
        ):
            assert visitor.get(f"/datos/{address}").status_code == 404
