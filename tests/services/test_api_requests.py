"""A request of another system is done once: of two at once the second gets the first one's answer."""

from __future__ import annotations

import threading

import pytest

from tests.support.factories.api import make_api_token, send
from tests.support.factories.work import make_work
from tracker.db import db
from tracker.models.api import ApiRequest
from tracker.models.progress import ProgressReport


@pytest.fixture
def work(app):
    return make_work(app)


def test_two_at_the_same_moment_are_one_report_and_one_answer(app, work):
    token = make_api_token(work, "liaison")
    body = {"activity": work.activity.uid, "percent": 10, "narrative": "A la vez."}
    barrier, answers = threading.Barrier(4), []

    def ask():
        http = app.test_client()
        barrier.wait(30)
        answers.append(send(http, token, body, key="la-misma"))

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for one in threads:
        one.start()
    for one in threads:
        one.join(60)
    assert {one.status_code for one in answers} == {201}
    assert len({one.get_data() for one in answers}) == 1
    assert sum("Idempotent-Replayed" in one.headers for one in answers) == 3
    with app.app_context():
        assert db.session.query(ProgressReport).count() == 1
        assert db.session.query(ApiRequest).count() == 1


def test_a_key_is_one_token_s_own(app, work):
    body = {"activity": work.activity.uid, "percent": 10, "narrative": "Uno.", "submit": False}
    one, other = make_api_token(work, "liaison"), make_api_token(work, "helper")
    assert send(app.test_client(), one, body, key="k").status_code == 201
    assert send(app.test_client(), other, body, key="k").status_code == 201
    with app.app_context():
        assert db.session.query(ProgressReport).count() == 2
