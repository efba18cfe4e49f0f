"""Names say what a thing is for; a module named for nothing collects everything."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.architecture.sources import ROOT, TRACKER, modules

FORBIDDEN = {
    "util",
    "utils",
    "helper",
    "helpers",
    "common",
    "manager",
    "managers",
    "misc",
    "base",
    "lib",
    "tools",
}
FOLDERS = ("tracker", "scripts", "tests")


def name_problems(path: Path) -> list[str]:
    """Which parts of a path say nothing, or are not written as Python names."""
    parts = [*path.parent.parts, path.stem]
    vague = [f"{path}: {part!r} says nothing" for part in parts if part.strip("_") in FORBIDDEN]
    odd = [f"{path}: {part!r} is not snake_case" for part in parts if not re.fullmatch(r"[a-z0-9_]+", part)]
    return vague + odd


def test_no_module_is_named_for_nothing():
    paths = [path.relative_to(ROOT) for folder in FOLDERS for path in sorted((ROOT / folder).rglob("*.py"))]
    assert [problem for path in paths for problem in name_problems(path)] == []


@pytest.mark.parametrize(
    "name", ["tracker/utils.py", "tracker/services/helpers/dates.py", "tests/support/_common.py"]
)
def test_a_module_named_for_nothing_is_found(name):
    assert len(name_problems(Path(name))) == 1


def test_a_name_that_is_not_snake_case_is_found():
    assert len(name_problems(Path("tracker/PlanViews.py"))) == 1


def test_importing_the_package_loads_no_framework():
    init = next(module for module in modules() if module.name == "tracker")
    assert len(init.tree.body) == 1, "tracker/__init__.py is its docstring and nothing else"


def test_each_blueprint_has_its_folder_of_templates():
    blueprints = {path.parent.name for path in (TRACKER / "blueprints").glob("*/__init__.py")}
    without_pages = {"api", "machine"}  # they answer in JSON, plain text and files
    folders = {path.name for path in (TRACKER / "templates").iterdir() if path.is_dir()}
    assert blueprints - without_pages <= folders
