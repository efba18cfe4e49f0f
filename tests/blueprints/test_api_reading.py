"""What is published, for programs: lists by parts, some fields, tables, tags, days, what is wrong."""

from __future__ import annotations

import csv
import gzip
import io
from datetime import timedelta
from urllib.parse import urlsplit

import pytest

from tests.support.factories.stories import HIDDEN, make_story, publish
from tests.support.factories.work import make_work
from tracker import clock
from tracker.blueprints.api import limits

API = "/api/v1"


def _story(scene):
    first, second, third = scene.made.activities[:3]
    today = clock.today()
    back = scene.submitted(third, 30, narrative=HIDDEN, today=today)
    return {
        "proven": scene.validated(first, 60, narrative="=Se publicó.", today=today),
        "returned": scene.give_back(back, comment=HIDDEN, today=today),
        "claimed": scene.submitted(second, 100, narrative=HIDDEN, today=today),
        "report": publish(scene),
    }


@pytest.fixture
def work(app):
    return make_work(app, _story, milestones=2, activities_per_milestone=2, starts=-60, ends=-10)


@pytest.fixture
def get(app):
    http = app.test_client()

    def ask(path, **headers):
        return http.get(f"{API}{path}", headers={k.replace("_", "-"): v for k, v in headers.items()})

    return ask


def rows(answer):
    assert answer.status_code == 200, answer.get_data(as_text=True)
    return answer.get_json()["data"]


def test_a_figure_says_who_reported_who_accepted_when_and_by_which_evidence(get, work):
    (one,) = [one for one in rows(get("/activities?plan=4")) if one["uid"] == work.activity.uid]
    figure = one["validated"]
    assert (figure["percent"], figure["by"], figure["reviewed"]) == (60.0, [work.made.lead.acronym], True)
    assert figure["accepted_by"] == ["contact_point"]
    assert figure["accepted_at"].endswith("Z")
    assert figure["reports"] == [work.told["proven"]]
    (evidence,) = figure["evidence"]
    item = get(f"/evidence/{evidence}").get_json()
    assert (item["report"], item["activity"]["uid"]) == (work.told["proven"], work.activity.uid)
    whole = get(f"/activities/{work.activity.uid}").get_json()
    assert whole["answers"][0]["evidence"][0]["uid"] == evidence
    assert whole["statements"][0]["narrative"] == "=Se publicó."
    assert whole["validated"] == figure
    below = get(f"/commitments/{one['commitment']['uid']}").get_json()["milestones"][0]["activities"]
    assert figure in [each["validated"] for each in below]
    assert "Enlace" not in get("/activities").get_data(as_text=True)  # offices, nobody's name


def test_lists_go_on_by_cursor_without_a_gap_and_filters_narrow_them(get, work):
    every = [one["uid"] for one in rows(get("/activities"))]
    assert len(every) == 4
    found, path = [], "/activities?limit=1&fields=uid"
    while path:
        answer = get(path)
        found += rows(answer)
        following = answer.get_json()["next"]
        assert (f'<{following}>; rel="next"' == answer.headers.get("Link")) is bool(following)
        path = following and following.partition(API)[2]
    assert found == [{"uid": uid} for uid in every]
    lead = work.made.lead.acronym
    for query, count in {
        "overdue=true": 3,
        "overdue=false": 1,
        "state=awaiting_validation": 1,
        f"institution={lead.lower()}": 4,
        "commitment=1&plan=4": 4,
        "q=nada-de-esto": 0,
        f"due_before={work.today}": 4,
        f"due_before={work.today - timedelta(days=10)}": 0,
    }.items():
        assert len(rows(get(f"/activities?{query}"))) == count, query
    assert [one["uid"] for one in rows(get("/progress"))] == [work.told["claimed"], work.told["proven"]]
    assert [one["uid"] for one in rows(get("/progress?reviewed=true"))] == [work.told["proven"]]
    assert [one["uid"] for one in rows(get("/reports"))] == [work.told["report"]]
    for path in ("/plans", "/institutions", "/plans/4/commitments", "/evidence"):
        assert rows(get(path))
    for path in ("/targets", "/meetings", "/agreements"):
        assert rows(get(path)) == []


def test_a_day_gone_by_is_told_from_history(get, work):
    before = work.today - timedelta(days=40)
    past = rows(get(f"/activities?as_of={before}&limit=3"))
    assert {one["state"] for one in past} <= {"in_progress", "behind", "due_soon"}
    following = get(f"/activities?as_of={before}&limit=3").get_json()["next"].partition(API)[2]
    assert len(rows(get(following))) == 1
    assert rows(get(f"/activities?as_of={before}&overdue=true")) == []
    assert rows(get(f"/progress?as_of={before}")) == []
    for path in ("/plans/4", "/plans/4/commitments", f"/activities/{work.activity.uid}"):
        assert get(f"{path}?as_of={before}").status_code == 200
    assert get(f"/plans/4?as_of={before}").get_json()["totals"]["validated"]["floor"] is None
    later = get(f"/activities?as_of={work.today + timedelta(days=2)}")
    assert (later.status_code, later.get_json()["code"]) == (404, "day-to-come")


def test_a_table_for_a_spreadsheet(get, work):
    answer = get("/progress", Accept="text/csv")
    assert answer.content_type == "text/csv; charset=utf-8"
    assert "Accept" in answer.vary
    table = list(csv.DictReader(io.StringIO(answer.get_data(as_text=True).lstrip("\ufeff"))))
    assert [one["percent"] for one in table] == ["100.00", "60.00"]
    assert table[1]["narrative"] == "'=Se publicó."  # a text that a spreadsheet would run stays a text
    assert {"activity.uid", "activity.label", "institution", "accepted_by"} <= set(table[0])
    some = get("/activities?format=csv&fields=label,validated,roles").get_data(as_text=True).splitlines()
    assert some[0].startswith("\ufefflabel,validated.percent,")
    assert f"{work.made.lead.acronym} (lead)" in some[1]
    assert get("/plans/4?format=csv&fields=number").get_data(as_text=True).split() == ["\ufeffnumber", "4"]
    for accept, status in {"*/*": 200, "text/html": 406, "image/png, */*;q=0.1": 200}.items():
        assert get("/plans", Accept=accept).status_code == status


def test_what_anybody_may_keep_is_asked_for_by_its_tag_and_sent_compressed(app, get, work):
    answer = get("/activities", Accept_Encoding="gzip")
    assert gzip.decompress(answer.data).startswith(b'{"data":[')
    assert answer.headers["Cache-Control"] == "public, max-age=60"
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert "Set-Cookie" not in answer.headers
    again = get("/activities", If_None_Match=answer.headers["ETag"])
    assert (again.status_code, again.data) == (304, b"")
    http = app.test_client()
    head = http.head(f"{API}/activities")
    assert (head.status_code, head.data, head.headers["ETag"]) == (200, b"", answer.headers["ETag"])
    asked = http.options(f"{API}/activities", headers={"Origin": "https://otra.example"})
    assert asked.status_code == 200
    assert asked.headers["Access-Control-Allow-Methods"] == "GET, HEAD, OPTIONS"
    assert "Access-Control-Allow-Credentials" not in asked.headers
    refused = http.delete(f"{API}/activities")
    assert (refused.status_code, refused.mimetype) == (405, "application/problem+json")
    assert "GET" in refused.headers["Allow"]


def test_what_is_wrong_is_told_in_words_of_the_reader_s_language(get, work):
    cursor = urlsplit(get("/activities?limit=1").get_json()["next"]).query.partition("cursor=")[2]
    wrong = {
        "/activities?avance=1": ("avance", "name-unknown"),
        "/activities?limit=501": ("limit", "number-too-large"),
        "/activities?limit=1&limit=2": ("limit", "value-repeated"),
        "/activities?overdue=1": ("overdue", "flag-not-understood"),
        "/activities?due_before=31-12-2026": ("due_before", "day-not-understood"),
        "/activities?state=tarde": ("state", "choice-unknown"),
        "/activities?fields=uid,nombre": ("fields", "fields-unknown"),
        "/activities?cursor=WzFd.malo": ("cursor", "cursor-not-valid"),
        f"/activities?overdue=true&cursor={cursor}": ("cursor", "cursor-not-valid"),
        f"/progress?cursor={cursor}": ("cursor", "cursor-not-valid"),
        "/activities?format=xml": ("format", "choice-unknown"),
    }
    for path, (field, code) in wrong.items():
        answer = get(path)
        assert (answer.status_code, answer.mimetype) == (422, "application/problem+json"), path
        assert [(one["field"], one["code"]) for one in answer.get_json()["errors"]] == [(field, code)], path
    for path in (
        "/activities?plan=99",
        "/activities?institution=nadie",
        "/commitments/nada",
        "/progress/nada",
        "/evidence/nada",
        "/institutions/nadie",
        "/meetings/nada",
        "/plans/99/commitments",
        "/nada",
    ):
        assert get(path).get_json()["status"] == 404, path
    english = get("/activities?avance=1", Accept_Language="en-GB, es;q=0.5")
    assert english.get_json()["errors"][0]["message"] == "There is no such name here."
    assert (english.headers["Content-Language"], "Accept-Language" in english.vary) == ("en", True)
    spanish = get("/activities?avance=1", Accept_Language="de")
    assert spanish.get_json()["errors"][0]["message"] == "Ese nombre no existe aquí."


def test_no_address_asks_without_end(app, get, work, monkeypatch):
    monkeypatch.setitem(app.config, "API_REQUESTS_PER_MINUTE", 2)
    monkeypatch.setattr(limits, "_counter", limits.Counter())
    monkeypatch.setattr(limits.time, "time", lambda: 120.0)
    first = get("/plans")
    assert first.headers["RateLimit-Policy"] == '"requests";q=2;w=60'
    assert first.headers["RateLimit"] == '"requests";r=1;t=60'
    get("/nada")
    third = get("/plans")
    assert (third.status_code, third.get_json()["code"]) == (429, "too-many-requests")
    assert third.headers["Retry-After"] == "60"
    monkeypatch.setattr(limits.time, "time", lambda: 180.0)
    assert get("/plans").status_code == 200


def test_a_list_asks_the_database_as_often_whatever_its_length(app, query_counter):
    counts = []
    with app.app_context():
        make_story()
    for limit in (2, 100):
        with query_counter() as queries:
            for path in ("activities", "progress", "evidence", "plans/4/commitments", "institutions"):
                assert app.test_client().get(f"{API}/{path}?limit={limit}").status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1] < 60


def test_the_document_and_its_page_tell_every_operation_in_both_languages(app, client, work):
    document = client.http.get(f"{API}/openapi.json").get_json()
    assert document["openapi"] == "3.1.0"
    begun = client.http.get(f"{API}/").get_json()
    for address in (begun["openapi"], begun["docs"], *begun["lists"].values()):
        assert client.http.get(address).status_code == 200, address
    assert {"plans", "activities", "evidence"} <= begun["lists"].keys()
    every = [one for methods in document["paths"].values() for one in methods.values()]
    assert len({one["operationId"] for one in every}) == len(every) > 18
    assert all(each["description"] for one in every for each in one["parameters"])
    spanish, english = client.get("/api/docs"), client.get("/en/api/docs")
    for path, methods in document["paths"].items():
        for method, told in methods.items():
            assert f"{method.upper()} {path}" in spanish.text
            assert client.http.get(f"/en/api/docs/{told['operationId']}").status_code == 200
    sending = client.get("/en/api/docs/progress-send")
    assert "What was done." in sending.text
    client.get("/api/docs/nada", expect=404)
    assert "Las dos cifras, lo declarado y lo comprobado" in spanish.text
    assert "The two figures, reported and validated" in english.text
    assert "Set-Cookie" not in spanish.headers
