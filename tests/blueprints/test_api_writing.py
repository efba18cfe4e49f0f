"""Reports from other systems: the rules of the pages, each request once, and what became of it."""

from __future__ import annotations

import base64
import io
import json
from datetime import timedelta

import pytest

from tests.support.factories.api import headers, make_api_token, send
from tests.support.factories.reports import PDF, report_row
from tests.support.factories.work import make_work
from tracker import clock
from tracker.db import db
from tracker.models.api import ApiRequest
from tracker.models.progress import ProgressReport
from tracker.services.retention import erase_api_answers


@pytest.fixture
def work(app):
    return make_work(app, activities_per_milestone=3)


def count(app) -> int:
    with app.app_context():
        return db.session.query(ProgressReport).count()


def codes(answer) -> list[tuple[str, str]]:
    return [(one["field"], one["code"]) for one in answer.get_json()["errors"]]


def test_a_report_with_a_link_and_files_is_handed_in_and_its_fate_told(app, work):
    http, token = app.test_client(), make_api_token(work, "liaison")
    node = work.activity
    body = {
        "activity": node.uid,
        "percent": 60.5,
        "narrative": "Se publicó.",
        "evidence": [
            {"url": "https://portal.example.gt/a", "means": list(node.means), "title": "Informe"},
            {"content": base64.b64encode(PDF).decode(), "filename": "acta.pdf"},
            {"part": "lista", "access": "confidential"},
        ],
    }
    form = {"report": json.dumps(body), "lista": (io.BytesIO(PDF + b"\n"), "lista.pdf")}
    answer = http.post("/api/v1/progress", data=form, headers=headers(token, key="uno"))
    made = answer.get_json()
    assert (answer.status_code, made["status"], made["percent"]) == (201, "submitted", 60.5)
    assert [one["kind"] for one in made["evidence"]] == ["link", "file", "file"]
    assert [one["filename"] for one in made["evidence"]] == ["", "acta.pdf", "lista.pdf"]
    assert answer.headers["Location"].endswith(f"/api/v1/submissions/{made['uid']}")
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Access-Control-Allow-Origin" not in answer.headers

    public = app.test_client().get(f"/api/v1/progress/{made['uid']}").get_json()
    assert (public["percent"], public["narrative"], public["evidence"]) == (60.5, "", [])

    with app.app_context():
        row = report_row(made["uid"])
        assert (row.origin, row.author_uid) == ("api", work.people["liaison"].uid)
        work.scene().give_back(made["uid"], comment="Falta el acta firmada.")
    seen = http.get(f"/api/v1/submissions/{made['uid']}", headers=headers(token)).get_json()
    assert seen["status"] == "returned"
    assert (seen["history"][-1]["action"], seen["history"][-1]["comment"]) == (
        "return",
        "Falta el acta firmada.",
    )

    again = send(http, token, body | {"evidence": [], "narrative": "Con el acta."}, key="dos").get_json()
    assert (again["version"], again["status"], len(again["evidence"])) == (2, "submitted", 3)
    with app.app_context():
        work.scene().validate(again["uid"])
    listed = http.get("/api/v1/submissions?status=validated", headers=headers(token)).get_json()["data"]
    assert [one["uid"] for one in listed] == [again["uid"]]
    assert {one["status"] for one in listed[0]["evidence"]} == {"accepted"}
    public = app.test_client().get("/api/v1/progress?reviewed=true").get_json()["data"]
    assert [one["narrative"] for one in public] == ["Con el acta."]


def test_the_same_key_is_answered_the_same_and_writes_once(app, work):
    http, token = app.test_client(), make_api_token(work, "liaison")
    body = {"activity": work.activity.uid, "percent": 10, "narrative": "Uno.", "evidence": []}
    first = send(http, token, body, key="k-1")
    second = send(http, token, body, key="k-1")
    assert first.status_code == second.status_code == 201
    assert second.get_json() == first.get_json()
    assert second.headers["Idempotent-Replayed"] == "true"
    assert count(app) == 1
    other = send(http, token, body | {"percent": 20}, key="k-1")
    assert (other.status_code, other.get_json()["code"]) == (422, "key-reused")
    # What is refused leaves nothing, so its key may be used again once it is mended.
    node = work.made.activities[1]
    wrong = {"activity": node.uid, "percent": 100, "narrative": "Listo."}
    refused = send(http, token, wrong, key="k-2")
    assert (refused.status_code, codes(refused)) == (422, [("completed_on", "completion-required")])
    assert count(app) == 1
    assert send(http, token, wrong | {"completed_unknown": True}, key="k-2").status_code == 201
    with app.app_context():
        assert erase_api_answers(clock.now() - timedelta(days=1)) == 0
        assert erase_api_answers(clock.now() + timedelta(seconds=1)) == 2
        db.session.rollback()


def test_what_is_wrong_is_told_field_by_field_and_nothing_is_half_written(app, work):
    http, token = app.test_client(), make_api_token(work, "liaison")
    node = work.activity.uid

    def refused(body, **more):
        answer = send(http, token, body, **more)
        assert answer.mimetype == "application/problem+json"
        return answer.status_code, codes(answer)

    assert refused({}) == (422, [("activity", "value-missing")])
    assert refused({"activity": node, "percent": 101, "avance": 3}) == (
        422,
        [("percent", "number-too-large"), ("avance", "name-unknown")],
    )
    assert refused({"activity": node, "percent": 50}) == (422, [("narrative", "narrative-required")])
    assert refused({"activity": node, "no_progress": True})[1] == [
        ("obstacle_kind", "obstacle-kind-required"),
        ("obstacle", "obstacle-required"),
        ("needed", "needed-required"),
        ("new_expected_on", "new-expected-required"),
    ]
    words = {"activity": node, "percent": 5, "narrative": "Algo."}
    link = {"url": "ftp://malo", "means": []}
    assert refused(words | {"evidence": [link]}) == (422, [("evidence.0.url", "link-not-valid")])
    assert refused(words | {"evidence": [{"url": "https://a.gt/x", "part": "p"}]})[1] == [
        ("evidence.0", "evidence-one-source")
    ]
    assert refused(words | {"evidence": [{"content": "%%%", "filename": "a.pdf"}]})[1] == [
        ("evidence.0.content", "content-not-base64")
    ]
    program = base64.b64encode(b"MZ\x90\x00" * 50).decode()
    assert refused(words | {"evidence": [{"content": program, "filename": "a.exe"}]})[1][0][0] == (
        "evidence.0.content"
    )
    assert refused(words | {"evidence": [{"url": "https://a.gt/x", "means": ["ajeno"]}]})[1] == [
        ("evidence.0.means", "means-not-of-item")
    ]
    assert refused(words, key="no vale") == (422, [("Idempotency-Key", "key-required")])
    assert send(http, token, {"activity": "x" * 22, "narrative": "a"}).status_code == 404
    assert http.post("/api/v1/progress", data=b"{", headers=headers(token, key="a")).status_code == 415
    broken = http.post(
        "/api/v1/progress", data=b"{", content_type="application/json", headers=headers(token, key="a")
    )
    assert codes(broken) == [("body", "body-not-json")]
    assert count(app) == 0
    english = send(http, token, {"activity": node, "percent": 50}, language="en").get_json()
    assert (english["title"], english["errors"][0]["message"]) == (
        "Something in what was sent is wrong",
        "Say in a few lines what was done.",
    )


def test_a_draft_stays_a_draft_and_is_gone_on_with(app, work):
    http, token = app.test_client(), make_api_token(work, "liaison")
    body = {"activity": work.activity.uid, "narrative": "A medias.", "submit": False}
    draft = send(http, token, body, key="a").get_json()
    assert (draft["status"], draft["submitted_at"]) == ("draft", None)
    assert app.test_client().get(f"/api/v1/progress/{draft['uid']}").status_code == 404
    # Another draft of the same line is somebody else's work: it is not written over.
    assert send(http, token, body, key="b").get_json()["code"] == "draft-elsewhere"
    stale = body | {"draft": draft["uid"], "lock_version": draft["lock_version"] + 5}
    assert send(http, token, stale, key="c").status_code == 409
    done = send(
        http, token, body | {"draft": draft["uid"], "percent": 30, "submit": True}, key="d"
    ).get_json()
    assert (done["uid"], done["status"], done["percent"]) == (draft["uid"], "submitted", 30)
    assert send(http, token, body, key="e").get_json()["code"] == "line-in-review"


def test_a_token_sends_only_so_much_in_an_hour(app, work, monkeypatch):
    monkeypatch.setitem(app.config, "API_WRITES_PER_HOUR", 1)
    http, token = app.test_client(), make_api_token(work, "liaison")
    body = {"activity": work.activity.uid, "narrative": "Uno.", "percent": 1}
    assert send(http, token, body, key="a").status_code == 201
    more = send(http, token, body | {"activity": work.made.activities[1].uid}, key="b")
    assert (more.status_code, more.get_json()["code"]) == (429, "too-many-writes")
    assert 0 < int(more.headers["Retry-After"]) <= 3600
    assert send(http, token, body, key="a").headers["Idempotent-Replayed"] == "true"
    with app.app_context():
        assert db.session.query(ApiRequest).count() == 1


def test_nobody_sends_for_another_institution_nor_by_a_cookie(app, work):
    body = {"activity": work.activity.uid, "narrative": "Ajeno.", "percent": 1}
    http = app.test_client()
    assert send(http, make_api_token(work, "stranger"), body).status_code == 404
    reader = make_api_token(work, "liaison", scopes=("progress:read",))
    told = send(http, reader, body)
    assert (told.status_code, told.get_json()["code"]) == (403, "token-without-scope")
    signed_in = work.client("liaison")
    for answer in (
        signed_in.http.post("/api/v1/progress", json=body, headers={"Idempotency-Key": "a"}),
        signed_in.http.get("/api/v1/submissions"),
        http.get("/api/v1/submissions", headers={"Authorization": "Bearer cumple_inventada"}),
        http.get("/api/v1/submissions", headers={"Authorization": "Basic YTpi"}),
    ):
        assert answer.status_code == 401
        assert answer.headers["WWW-Authenticate"].startswith("Bearer")
    assert count(app) == 0
