"""`search rebuild` and the job that keeps the search up to date."""

from __future__ import annotations

import json

import pytest

from tests.support.factories.reports import make_scene
from tests.support.factories.search import found, rewrite
from tracker.jobs.schedule import find_job


@pytest.fixture
def scene(app):
    with app.app_context():
        return make_scene()


def run(app, *arguments):
    result = app.test_cli_runner().invoke(args=[*arguments])
    assert result.exit_code == 0, result.output
    return result.output


def test_rebuilding_finds_everything_public_again(app, scene):
    assert "documentos" in run(app, "search", "rebuild")
    with app.app_context():
        assert found("INFOM")[0] == "institution INFOM Instituto INFOM"


def test_the_job_brings_it_up_to_date_and_has_nothing_to_do_then(app, scene):
    with app.app_context():
        assert find_job("refresh-search").is_needed(None)
    first = json.loads(run(app, "jobs", "run", "refresh-search", "--format", "json"))["counts"]
    assert first["written"] == first["documents"] > 0
    with app.app_context():
        assert not find_job("refresh-search").is_needed(None)
        rewrite(scene.activity, "Visita a Quetzaltenango")
    again = json.loads(run(app, "jobs", "run", "refresh-search", "--format", "json"))["counts"]
    assert (again["written"], again["removed"]) == (1, 0)
