"""What is installed from the wheel is whole: pages, styles, texts and migrations travel in it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.support.shared import ROOT

CHECK = """
import tracker, tracker.app, wsgi
from pathlib import Path
here = Path(tracker.__file__).parent
assert str(here).startswith({target!r}), here
versions = Path(tracker.app.MIGRATIONS) / "versions"
assert str(versions).startswith({target!r}), versions
assert list(versions.glob("*.py")), "no migrations"
assert wsgi.app.jinja_env.get_template("base.html")
"""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built without network and without git from what a release would hold."""
    source, target = tmp_path_factory.mktemp("source"), tmp_path_factory.mktemp("wheel")
    for name in ("pyproject.toml", "wsgi.py", "README.md"):
        if (ROOT / name).exists():
            shutil.copy(ROOT / name, source / name)
    for name in ("tracker", "migrations"):
        shutil.copytree(ROOT / name, source / name, ignore=shutil.ignore_patterns("__pycache__"))
    command = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(target)]
    subprocess.run(command, cwd=source, check=True, capture_output=True)
    return next(target.glob("*.whl"))


def test_everything_that_is_not_python_travels_in_the_wheel(wheel):
    names = set(zipfile.ZipFile(wheel).namelist())
    folders = [
        ROOT / "tracker" / name for name in ("templates", "static", "translations", "renderers", "domain")
    ]
    files = [path for folder in folders for path in folder.rglob("*") if path.is_file()]
    wanted = {path.relative_to(ROOT).as_posix() for path in files if "__pycache__" not in path.parts}
    assert wanted - names == set()
    assert {"wsgi.py", "tracker/migrations/env.py", "tracker/migrations/script.py.mako"} <= names


def test_nothing_but_the_application_travels_in_the_wheel(wheel):
    tops = {name.split("/")[0] for name in zipfile.ZipFile(wheel).namelist()}
    assert {top for top in tops if not top.endswith(".dist-info")} == {"tracker", "wsgi.py"}


def test_the_installed_application_starts_with_its_own_migrations(wheel, tmp_path):
    target = tmp_path / "site"
    install = [
        sys.executable,
        "-m",
        "pip",
        "install",
        "--quiet",
        "--no-deps",
        "--no-index",
        "--target",
        str(target),
    ]
    subprocess.run([*install, str(wheel)], check=True, capture_output=True)
    environment = {
        **os.environ,
        "PYTHONPATH": str(target),
        "CUMPLE_INSTANCE_PATH": str(tmp_path / "instance"),
    }
    check = [sys.executable, "-c", CHECK.format(target=str(target))]
    outcome = subprocess.run(check, cwd=tmp_path, env=environment, capture_output=True, text=True)
    assert outcome.returncode == 0, outcome.stderr
