"""The files of a layout's stylesheet are one sheet: a class of one file is not styled anew by another."""

from __future__ import annotations

import re
from collections import defaultdict

import pytest

from tests.architecture.sources import TRACKER
from tracker.stylesheets import LAYOUTS

_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
# A rule for a class and nothing else, outside any condition.
_BARE = re.compile(r"^\.([a-z][\w-]*) \{", re.MULTILINE)


def bare_classes(text: str) -> set[str]:
    """The classes that a sheet styles wherever they stand."""
    return set(_BARE.findall(_COMMENT.sub("", text)))


@pytest.mark.parametrize("layout", LAYOUTS)
def test_no_two_files_of_a_layout_style_the_same_class(layout):
    homes = defaultdict(list)
    for name in LAYOUTS[layout]:
        for one in bare_classes((TRACKER / "static" / "css" / f"{name}.css").read_text("utf-8")):
            homes[one].append(name)
    assert {one: files for one, files in homes.items() if len(files) > 1} == {}


def test_a_rule_inside_another_or_of_two_classes_is_no_second_home():
    rules = (
        ".a { color: red; }",
        ".b .a { top: 0; }",
        "/* .c { } */",
        "@media print {",
        "  .d { top: 0; }",
        "}",
    )
    assert bare_classes("\n".join(rules)) == {"a"}
