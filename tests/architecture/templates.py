"""Checks over templates, by Jinja's own parser."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from jinja2 import Environment, nodes

# These are put together into pages, so they have no title of their own.
PIECES = ("components/", "layouts/", "macros/")
# Mail clients know no stylesheets and no scripts; mail is checked by its own tests.
NOT_PAGES = ("email/",)
_INLINE = (
    (re.compile(r"<[^>]*\sstyle\s*="), "has a style attribute"),
    (re.compile(r"<[^>]*\son[a-z]+\s*="), "has an inline handler"),
    (re.compile(r"<style\b"), "has a style element"),
    (re.compile(r"javascript:", re.I), "has a javascript: address"),
)
_SCRIPT = re.compile(r"<script\b(?P<attributes>[^>]*)>(?P<body>.*?)</script>", re.S)
_COMMENT = re.compile(r"\{#.*?#\}", re.S)
_TAG = re.compile(r"\{%.*?%\}|\{\{.*?\}\}", re.S)


@dataclass(frozen=True)
class Template:
    """One template by its name, with its text and its syntax tree."""

    name: str
    text: str
    tree: nodes.Template

    @property
    def is_page(self) -> bool:
        """Whether it is shown by itself: neither base, nor layout, component, partial, nor mail."""
        leaf = self.name.rsplit("/", 1)[-1]
        piece = self.name.startswith((*PIECES, *NOT_PAGES)) or leaf.startswith("_")
        return self.name.endswith(".html") and not piece and self.name != "base.html"


def template_of(name: str, text: str) -> Template:
    """Parse a template's text; tests use it to show a check its violation."""
    environment = Environment(extensions=["jinja2.ext.i18n", "jinja2.ext.do"], autoescape=True)
    return Template(name, text, environment.parse(text))


def templates(folder: Path) -> list[Template]:
    """Every template of the application."""
    files = [path for path in sorted(folder.rglob("*")) if path.suffix in {".html", ".txt", ".xml", ".svg"}]
    return [template_of(path.relative_to(folder).as_posix(), path.read_text("utf-8")) for path in files]


def without_title(template: Template) -> Iterator[str]:
    """A page extends a layout and fills its title."""
    if not template.is_page:
        return
    if not list(template.tree.find_all(nodes.Extends)):
        yield f"{template.name} extends no layout"
    if "title" not in {block.name for block in template.tree.find_all(nodes.Block)}:
        yield f"{template.name} has no title block"


def unused_imports(template: Template) -> Iterator[str]:
    """A macro that is imported is used."""
    used = {node.name for node in template.tree.find_all(nodes.Name) if node.ctx == "load"}
    for statement in template.tree.find_all(nodes.FromImport):
        for name in statement.names:
            alias = name[1] if isinstance(name, tuple) else name
            if alias not in used:
                yield f"{template.name} imports {alias} and does not use it"
    for whole in template.tree.find_all(nodes.Import):
        if whole.target not in used:
            yield f"{template.name} imports {whole.target} and does not use it"


def _macros(template: Template) -> set[str]:
    macros = {macro.name for macro in template.tree.find_all(nodes.Macro)}
    return macros | {name.name for name in template.tree.find_all(nodes.Name) if name.ctx == "store"}


def broken_references(template: Template, known: dict[str, Template]) -> Iterator[str]:
    """What a template extends, includes or imports exists, macro by macro."""
    kinds = (nodes.Extends, nodes.Include, nodes.Import, nodes.FromImport)
    for statement in template.tree.find_all(kinds):
        source = statement.template
        if not isinstance(source, nodes.Const) or not isinstance(source.value, str):
            continue
        if source.value not in known:
            yield f"{template.name} refers to {source.value}, which is not there"
        elif isinstance(statement, nodes.FromImport):
            names = {name[0] if isinstance(name, tuple) else name for name in statement.names}
            for missing in sorted(names - _macros(known[source.value])):
                yield f"{template.name} imports {missing}, which {source.value} does not define"


def inline_code(template: Template) -> Iterator[str]:
    """The content security policy refuses inline styles and scripts, so templates have none."""
    if template.name.startswith(NOT_PAGES) or not template.name.endswith(".html"):
        return
    text = _TAG.sub("x", _COMMENT.sub("", template.text))
    for pattern, words in _INLINE:
        if pattern.search(text):
            yield f"{template.name} {words}"
    for script in _SCRIPT.finditer(text):
        is_data = "application/ld+json" in script["attributes"] or "application/json" in script["attributes"]
        if script["body"].strip() and not is_data:
            yield f"{template.name} has an inline script"


def unescaped(template: Template) -> Iterator[str]:
    """Text reaches the page escaped."""
    for node in template.tree.find_all(nodes.Filter):
        if node.name == "safe":
            yield f"{template.name}:{node.lineno} uses |safe"
    if "{% autoescape" in template.text or "{%- autoescape" in template.text:
        yield f"{template.name} switches autoescape"
