"""What the documentation gives to try: the Python example and the spreadsheet's address, against a server."""

from __future__ import annotations

import csv
import io
import os
import re
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

from tests.support.browser import serve
from tests.support.factories.api import make_api_token
from tests.support.factories.work import make_work
from tracker import clock

DOCS = Path(__file__).parents[2] / "docs"


def _story(scene):
    today = clock.today()
    scene.validated(scene.made.activities[1], 60, today=today)


@pytest.fixture
def work(app):
    return make_work(app, _story, activities_per_milestone=2, starts=-60, ends=-10)


def test_the_example_lists_what_is_late_and_sends_progress(app, work):
    def run(*arguments, **environment):
        script = str(DOCS / "examples" / "atrasadas.py")
        return subprocess.run(
            [sys.executable, script, address, "4", *arguments],
            capture_output=True,
            text=True,
            timeout=60,
            env=os.environ | environment,
        )

    with serve(app) as address:
        app.config["BASE_URL"], usual = address, app.config["BASE_URL"]
        try:
            listed = run()
            assert listed.stderr == ""
            first, second = sorted(listed.stdout.splitlines())
            assert "10 días" in first
            assert "(sin información, nada comprobado)" in first
            assert "(60 % declarado, 60 % comprobado)" in second
            token = make_api_token(work, "liaison")
            sending = ("--enviar", work.activity.uid, "--avance", "35")
            wrong = run(*sending, CLAVE_API=token)
            assert wrong.returncode == 1
            assert "narrative: Cuente en pocas líneas qué se hizo." in wrong.stderr
            sent = run(*sending, "--texto", "Se publicó.", CLAVE_API=token)
            assert sent.stdout.startswith("submitted: ")
            _the_spreadsheet_reads_it(address, work)
        finally:
            app.config["BASE_URL"] = usual


def _the_spreadsheet_reads_it(address, work):
    """The address of the recipe, as a spreadsheet asks for it: by its name alone, without any header."""
    (recipe,) = re.findall(
        r"^http://127\.0\.0\.1:8000(\S+format=csv\S*)$", (DOCS / "api.md").read_text("utf-8"), re.M
    )
    with urllib.request.urlopen(address + recipe, timeout=30) as answer:
        assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
        rows = list(csv.DictReader(io.StringIO(answer.read().decode("utf-8-sig"))))
    assert [one["reported.percent"] for one in rows] == ["35.00", "60.00"]
    assert [one["validated.percent"] for one in rows] == ["", "60.00"]
    assert {one["state"] for one in rows} == {"overdue"}
    assert all(f"{work.made.lead.acronym} (lead)" in one["roles"] for one in rows)
