"""The tail spoils a codebase: caps on modules, functions, views, templates and tests (style section 4.9)."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.architecture.sources import ROOT, Function, functions

MODULE_LINES = 400
FUNCTION_LINES = 40
VIEW_LINES = 25
TEMPLATE_LINES = 150
CONFTEST_LINES = 150
TEST_LINES = 500

# What honestly needs more: the cap it has instead, and why. `path` or `path::function`.
EXCEPTIONS: dict[str, tuple[int, str]] = {}

Size = tuple[str, int, int]  # what, how long, how long it may be


def _lines(text: str) -> int:
    return len(text.splitlines())


def _is_view(node: Function) -> bool:
    for decorator in node.decorator_list:
        called = decorator.func if isinstance(decorator, ast.Call) else decorator
        if isinstance(called, ast.Attribute) and called.attr in {
            "route",
            "get",
            "post",
            "put",
            "patch",
            "delete",
        }:
            return True
    return False


def function_sizes(source: str, where: str) -> Iterator[Size]:
    """The length of each function, from its `def` to its last line."""
    for name, node in functions(ast.parse(source)):
        cap = VIEW_LINES if _is_view(node) else FUNCTION_LINES
        yield f"{where}::{name}", (node.end_lineno or node.lineno) - node.lineno + 1, cap


def _files(folder: str, pattern: str) -> list[Path]:
    return [path for path in sorted((ROOT / folder).rglob(pattern)) if "__pycache__" not in path.parts]


def _where(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def sizes() -> Iterator[Size]:
    """Everything that has a cap. Migrations have none: they are written once and never grow."""
    for path in [*_files("tracker", "*.py"), *_files("scripts", "*.py")]:
        source = path.read_text("utf-8")
        yield _where(path), _lines(source), MODULE_LINES
        yield from function_sizes(source, _where(path))
    for path in _files("tracker/templates", "*.*"):
        if path.suffix in {".html", ".txt", ".xml", ".typ"}:
            yield _where(path), _lines(path.read_text("utf-8")), TEMPLATE_LINES
    for path in _files("tests", "*.py"):
        yield (
            _where(path),
            _lines(path.read_text("utf-8")),
            CONFTEST_LINES if path.stem == "conftest" else TEST_LINES,
        )


def problems(measured: Iterator[Size], exceptions: dict[str, tuple[int, str]]) -> Iterator[str]:
    """What is longer than its cap, and exceptions that nothing needs any more."""
    unneeded = set(exceptions)
    for what, size, cap in measured:
        allowed = exceptions.get(what, (cap, ""))[0]
        if size > allowed:
            yield f"{what} has {size} lines, more than {allowed}"
        if size > cap:
            unneeded.discard(what)
    yield from (f"{what} fits the usual cap: remove its exception" for what in sorted(unneeded))


def test_nothing_is_longer_than_its_cap():
    assert list(problems(sizes(), EXCEPTIONS)) == []


def test_every_exception_says_why():
    assert [what for what, (_, reason) in EXCEPTIONS.items() if len(reason) < 15] == []


def test_a_long_function_is_found():
    body = "def f():\n" + "    x = 1\n" * FUNCTION_LINES
    assert list(problems(function_sizes(body, "m"), {})) == ["m::f has 41 lines, more than 40"]


def test_a_view_has_the_smaller_cap_and_its_decorators_do_not_count():
    view = '@plans.get("/planes")\n@public\ndef index():\n' + "    x = 1\n" * (VIEW_LINES - 1)
    assert list(problems(function_sizes(view, "m"), {})) == []
    assert list(problems(function_sizes(view + "    y = 2\n", "m"), {})) == [
        "m::index has 26 lines, more than 25"
    ]


def test_an_exception_raises_the_cap_and_is_reported_once_it_is_not_needed():
    exceptions = {"m::f": (50, "a table of forty-odd lines reads better in one piece")}
    long, short = "def f():\n" + "    x = 1\n" * 45, "def f():\n    x = 1\n"
    assert list(problems(function_sizes(long, "m"), exceptions)) == []
    assert list(problems(function_sizes(short, "m"), exceptions)) == [
        "m::f fits the usual cap: remove its exception"
    ]
