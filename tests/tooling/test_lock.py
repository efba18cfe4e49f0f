"""The lock files pin everything by hash and name no package index, so any mirror serves them."""

from __future__ import annotations

import re
import tomllib

import pytest

from tests.support.shared import ROOT

LOCKS = ("requirements.lock", "requirements-dev.lock")


def _pins(name: str) -> dict[str, str]:
    text = (ROOT / name).read_text("utf-8")
    return dict(re.findall(r"^([a-z0-9-]+)(?:\[[a-z,]+\])?==([^ ;\\]+)", text, re.M))


def _wanted() -> tuple[set[str], set[str]]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    names = [
        {re.split(r"[\[<>=~ ]", each)[0].lower() for each in group}
        for group in (project["project"]["dependencies"], project["dependency-groups"]["dev"])
    ]
    return names[0], names[1]


@pytest.mark.parametrize("name", LOCKS)
def test_a_lock_names_no_host(name):
    assert re.findall(r"https?://|--index-url|--find-links|file:", (ROOT / name).read_text("utf-8")) == []


@pytest.mark.parametrize("name", LOCKS)
def test_every_pin_has_a_hash(name):
    blocks = re.split(r"\n(?=[a-z0-9])", (ROOT / name).read_text("utf-8"))
    assert [block.split("==")[0] for block in blocks if "==" in block and "--hash=sha256:" not in block] == []


def test_every_declared_dependency_is_locked():
    runtime, development = _wanted()
    assert runtime - set(_pins("requirements.lock")) == set()
    assert (runtime | development) - set(_pins("requirements-dev.lock")) == set()


def test_development_runs_on_the_versions_of_production():
    production, development = _pins("requirements.lock"), _pins("requirements-dev.lock")
    assert {name: development.get(name) for name in production} == production
