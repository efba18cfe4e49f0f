"""What a person can set, run or be allowed to do is written down in docs/."""

from __future__ import annotations

import re
from collections.abc import Iterable
from importlib import import_module

import pytest

from tests.architecture.sources import ROOT
from tracker.config import SETTINGS
from tracker.domain.permissions import AccountRole, Permission

DOCS = ROOT / "docs"


def undocumented(names: Iterable[str], text: str) -> list[str]:
    """Which names stand nowhere in the text as a word of their own."""
    return [name for name in names if not re.search(rf"(?<![\w:-]){re.escape(name)}(?![\w:-])", text)]


def targets(makefile: str) -> list[str]:
    """The tasks that `make help` lists."""
    return re.findall(r"^([a-z-]+):.*## ", makefile, re.M)


def job_names() -> list[str]:
    """The names in the table of jobs."""
    return [job.name for job in import_module("tracker.jobs.schedule").JOBS]


@pytest.fixture(scope="module")
def docs() -> str:
    """Everything in docs/, as one text."""
    return "\n".join(path.read_text("utf-8") for path in sorted(DOCS.rglob("*.md")))


def test_every_setting_is_documented(docs):
    assert undocumented([f"CUMPLE_{name}" for name in SETTINGS], docs) == []


def test_every_setting_says_what_it_is_for():
    assert [setting.name for setting in SETTINGS.values() if not setting.doc.endswith(".")] == []


def test_docs_name_no_setting_that_is_not_there(docs):
    known = {f"CUMPLE_{name}" for name in SETTINGS} | {"CUMPLE_TEST_DATABASE", "CUMPLE_TEST_SHARED"}
    assert sorted(set(re.findall(r"\bCUMPLE_[A-Z_]*[A-Z]\b", docs)) - known) == []


def test_every_job_is_documented(docs):
    assert undocumented(job_names(), docs) == []


def test_every_permission_and_role_is_documented(docs):
    assert undocumented([*map(str, Permission), *map(str, AccountRole)], docs) == []


def test_every_task_of_the_makefile_is_named_to_contributors():
    contributing = (ROOT / "CONTRIBUTING.md").read_text("utf-8") + (ROOT / "README.md").read_text("utf-8")
    assert [
        name for name in targets((ROOT / "Makefile").read_text("utf-8")) if f"make {name}" not in contributing
    ] == []


def test_links_between_the_documents_lead_somewhere():
    pages = [*DOCS.rglob("*.md"), ROOT / "README.md", ROOT / "CONTRIBUTING.md"]
    found = [
        (page, link)
        for page in pages
        for link in re.findall(r"\]\(([^)#\s]+)", page.read_text("utf-8"))
        if "://" not in link and not link.startswith("mailto:")
    ]
    assert [f"{page.name}: {link}" for page, link in found if not (page.parent / link).exists()] == []


def test_a_name_that_is_not_written_down_is_found():
    text = "`CUMPLE_SMTP_URL` and `flag-overdue`, but also `report:submit-late`"
    assert undocumented(["CUMPLE_SMTP_URL", "flag-overdue"], text) == []
    assert undocumented(["CUMPLE_SMTP", "overdue", "report:submit"], text) == [
        "CUMPLE_SMTP",
        "overdue",
        "report:submit",
    ]


def test_tasks_are_read_from_the_makefile():
    assert targets("run: setup ## Start\nhidden:\n\ttrue\n") == ["run"]
