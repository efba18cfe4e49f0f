"""docs/domain-rules.md says where each rule lives and what holds it; it says nothing that is not so."""

from __future__ import annotations

import re
from dataclasses import dataclass

import pytest

from tests.architecture.sources import ROOT

TABLE = ROOT / "docs" / "domain-rules.md"
RULES_OF_THE_CONTRACT = range(1, 11)


@dataclass(frozen=True)
class Row:
    """One line of the table."""

    rule: str
    modules: tuple[str, ...]
    names: tuple[str, ...]
    tests: tuple[str, ...]


def rows_of(text: str) -> list[Row]:
    """The table's lines, what stands in back quotes in each column."""
    lines = [line.strip("|").split("|") for line in text.splitlines() if line.startswith("| ")]
    found = []
    for rule, home, tests in lines:
        quoted = re.findall(r"`([^`]+)`", home)
        modules = tuple(one for one in quoted if one.endswith(".py"))
        if modules:
            names = tuple(one for one in quoted if one not in modules)
            found.append(Row(rule.strip(), modules, names, tuple(re.findall(r"`([^`]+)`", tests))))
    return found


ROWS = rows_of(TABLE.read_text("utf-8"))


def test_the_table_has_every_rule_of_the_contract_and_more():
    numbered = {int(found[1]) for row in ROWS if (found := re.match(r"(\d+)\.", row.rule))}
    assert numbered >= set(RULES_OF_THE_CONTRACT)
    assert len(ROWS) > 30


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.rule[:60])
def test_a_rule_lives_where_the_table_says(row):
    sources = [(ROOT / module).read_text("utf-8") for module in row.modules]
    missing = [name for name in row.names if not any(re.search(rf"\b{name}\b", one) for one in sources)]
    assert missing == []


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.rule[:60])
def test_a_rule_is_held_by_tests(row):
    assert row.tests, "no test is named"
    for path in row.tests:
        assert "def test_" in (ROOT / path).read_text("utf-8")


def test_every_module_of_rules_is_in_the_table():
    named = {module for row in ROWS for module in row.modules}
    modules = {
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "tracker" / "domain").glob("*.py")
        if path.name != "__init__.py"
    }
    assert sorted(modules - named) == []


def test_a_line_is_read_column_by_column():
    (row,) = rows_of(
        "| 1. A rule | `a/b.py` `one` `two` | `tests/x.py` |\n|---|---|---|\n| Rule | Where | Tests |"
    )
    assert row == Row("1. A rule", ("a/b.py",), ("one", "two"), ("tests/x.py",))
