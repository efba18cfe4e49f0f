"""Templates are pages with a title, or pieces that some page uses; none carries code."""

from __future__ import annotations

import pytest

from tests.architecture import templates as checks
from tests.architecture.sources import TRACKER
from tests.architecture.templates import template_of

FOLDER = TRACKER / "templates"
# Where text is put into a page unescaped, and why that is safe. The key is the template's name.
SAFE: dict[str, str] = {
    "components/icons.html": "the shapes are constants of the same file",
    "components/targets.html": "the drawing is made by renderers.drawing, which escapes every text of it",
    "components/progress.html": "only the constant <b> marks are safe; what they surround is escaped by %",
}


@pytest.fixture(scope="module")
def all_templates():
    return checks.templates(FOLDER)


def test_every_page_has_a_title_and_a_layout(all_templates):
    assert [problem for each in all_templates for problem in checks.without_title(each)] == []


def test_no_macro_is_imported_in_vain(all_templates):
    assert [problem for each in all_templates for problem in checks.unused_imports(each)] == []


def test_what_templates_refer_to_exists(all_templates):
    known = {each.name: each for each in all_templates}
    assert [problem for each in all_templates for problem in checks.broken_references(each, known)] == []


def test_templates_carry_no_code(all_templates):
    assert [problem for each in all_templates for problem in checks.inline_code(each)] == []


def test_text_is_escaped_unless_it_says_why(all_templates):
    found = [(each.name, problem) for each in all_templates for problem in checks.unescaped(each)]
    assert [problem for name, problem in found if name not in SAFE] == []
    assert set(SAFE) <= {name for name, _ in found}


def test_every_template_is_used(all_templates):
    sources = [path.read_text("utf-8") for path in sorted(TRACKER.rglob("*.py"))]
    everything = "\n".join([*sources, *(each.text for each in all_templates)])
    unused = [each.name for each in all_templates if f'"{each.name}"' not in everything]
    assert unused == []


@pytest.mark.parametrize(
    ("check", "text"),
    [
        (checks.without_title, "{% extends 'base.html' %}{% block main %}{% endblock %}"),
        (checks.without_title, "<h1>x</h1>{% block title %}x{% endblock %}"),
        (checks.unused_imports, "{% from 'components/table.html' import table, row %}{{ row() }}"),
        (checks.unused_imports, "{% import 'components/table.html' as tables %}"),
        (checks.unused_imports, "{% from 'components/table.html' import table as t %}{{ table() }}"),
        (checks.inline_code, '<p style="color: red">x</p>'),
        (checks.inline_code, '<button onclick="go()">x</button>'),
        (checks.inline_code, '<div class="{{ x }}"\n  style="width: {{ percent }}%">'),
        (checks.inline_code, "<script>alert(1)</script>"),
        (checks.inline_code, "<style>p { color: red }</style>"),
        (checks.inline_code, '<a href="javascript:go()">x</a>'),
        (checks.unescaped, "{{ text|safe }}"),
        (checks.unescaped, "{% autoescape false %}{{ text }}{% endautoescape %}"),
    ],
)
def test_a_template_that_breaks_a_rule_is_found(check, text):
    assert len(list(check(template_of("plans/show.html", text)))) == 1


@pytest.mark.parametrize(
    "text",
    ["{% include 'nowhere.html' %}", "{% from 'components/table.html' import nothing %}{{ nothing() }}"],
)
def test_a_reference_to_nothing_is_found(text):
    known = {
        "components/table.html": template_of("components/table.html", "{% macro table() %}{% endmacro %}")
    }
    assert len(list(checks.broken_references(template_of("plans/show.html", text), known))) == 1


@pytest.mark.parametrize(
    "text",
    [
        "{% extends 'base.html' %}{% block title %}x{% endblock %}",
        "{% extends 'base.html' %}{% block title %}x{% endblock %}{# style= here is only talked about #}",
        '{% extends "base.html" %}{% block title %}x{% endblock %}<script src="/static/x.js" defer></script>',
        '{% extends "base.html" %}{% block title %}x{% endblock %}'
        '<script type="application/ld+json">{{ x|tojson }}</script>',
    ],
)
def test_a_proper_page_passes(text):
    page = template_of("plans/show.html", text)
    found = [checks.without_title, checks.unused_imports, checks.inline_code, checks.unescaped]
    assert [problem for check in found for problem in check(page)] == []


def test_partials_and_components_need_no_title():
    assert not template_of("plans/_row.html", "<tr></tr>").is_page
    assert not template_of("components/table.html", "<table></table>").is_page
