"""Every code that the importers use is declared once, and every declared code is used."""

from __future__ import annotations

import ast
from pathlib import Path

import tracker.importers
from tracker.importers.codes import DOUBT_CODES, ERROR_CODES, FILE_CODES, FINDING_CODES

FOLDER = Path(tracker.importers.__file__).parent


def texts_in_source() -> set[str]:
    found: set[str] = set()
    for path in FOLDER.glob("*.py"):
        if path.name != "codes.py":
            tree = ast.parse(path.read_text(encoding="utf-8"))
            found |= {
                node.value
                for node in ast.walk(tree)
                if isinstance(node, ast.Constant) and isinstance(node.value, str)
            }
    return found


def test_every_declared_code_is_used() -> None:
    assert set(FINDING_CODES) - texts_in_source() == set()


def test_every_code_used_is_declared() -> None:
    calls = {"doubt", "error", "_doubt", "_error", "_tell", "Finding", "RefusedFileError"}
    used: set[str] = set()
    for path in FOLDER.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if (
                isinstance(node, ast.Call)
                and getattr(node.func, "attr", getattr(node.func, "id", "")) in calls
            ):
                constants = [one.value for one in ast.walk(node) if isinstance(one, ast.Constant)]
                used |= {one for one in constants if isinstance(one, str) and "-" in one and one.islower()}
    assert {one for one in used if " " not in one} - set(FINDING_CODES) == set()


def test_a_code_has_one_level() -> None:
    assert len(FINDING_CODES) == len(FILE_CODES) + len(ERROR_CODES) + len(DOUBT_CODES)
