"""What every HTML page owes its reader, checked on each page that a test receives."""

from __future__ import annotations

import gzip
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from bs4 import BeautifulSoup, Tag
from bs4.builder import HTML5TreeBuilder
from bs4.builder._html5lib import TreeBuilderForHtml5lib

COMPRESSED_LIMIT = 100_000
_DATA_SCRIPTS = {"application/ld+json", "application/json", "importmap", "speculationrules"}
_NEEDS_NO_LABEL = {"hidden", "submit", "button", "reset", "image"}
_REFERENCES = {"aria-labelledby", "aria-describedby", "aria-controls", "aria-errormessage", "for", "list"}


class PageProblem(AssertionError):
    """A page breaks one of the rules for every page."""


class _Tree(TreeBuilderForHtml5lib):
    """What html5lib builds, with what it found wrong on the way: pages are read once, not once for each."""

    errors: tuple[tuple[tuple[int, int], str, object], ...] = ()

    def getDocument(self) -> BeautifulSoup:  # noqa: N802  # html5lib names it so
        self.errors = tuple(self.parser.errors)
        return super().getDocument()


class _Reader(HTML5TreeBuilder):
    def create_treebuilder(self, namespaceHTMLElements: bool) -> _Tree:  # noqa: N803  # the same
        self.underlying_builder = _Tree(namespaceHTMLElements, self.soup)
        return self.underlying_builder


def parse(markup: str) -> BeautifulSoup:
    """Read a page as a browser would."""
    return BeautifulSoup(markup, builder=_Reader)


@dataclass(frozen=True)
class _Read:
    """A page as every check needs it, gone through once."""

    markup: str
    soup: BeautifulSoup
    tags: list[Tag]
    by_name: dict[str, list[Tag]]

    def named(self, *names: str) -> list[Tag]:
        return [tag for name in names for tag in self.by_name.get(name, ())]


def _read(markup: str, soup: BeautifulSoup) -> _Read:
    tags = [one for one in soup.descendants if isinstance(one, Tag)]
    by_name: dict[str, list[Tag]] = {}
    for tag in tags:
        by_name.setdefault(tag.name, []).append(tag)
    return _Read(markup, soup, tags, by_name)


def _parse_errors(page: _Read) -> Iterator[str]:
    for (line, column), code, _ in page.soup.builder.underlying_builder.errors:
        yield f"invalid HTML at line {line}, column {column}: {code}"


def _headings_and_title(page: _Read) -> Iterator[str]:
    soup, headings = page.soup, page.named("h1")
    if len(headings) != 1:
        yield f"has {len(headings)} h1 elements instead of one"
    elif not headings[0].get_text(strip=True):
        yield "has an empty h1"
    if soup.title is None or not soup.title.get_text(strip=True):
        yield "has no title"
    if not (soup.html and soup.html.get("lang")):
        yield "does not say its language"


def _ids_and_references(page: _Read) -> Iterator[str]:
    ids = Counter(str(tag["id"]) for tag in page.tags if "id" in tag.attrs)
    for name, count in ids.items():
        if count > 1:
            yield f"has the id {name!r} {count} times"
    for tag in page.tags:
        for attribute in _REFERENCES & tag.attrs.keys():
            for name in str(tag[attribute]).split():
                if name not in ids and not (attribute == "for" and tag.name == "output"):
                    yield f"<{tag.name} {attribute}={name!r}> refers to nothing"


def _is_code(tag: Tag, name: str) -> bool:
    address = name in {"href", "action", "formaction"}
    in_address = address and str(tag[name]).strip().lower().startswith("javascript:")
    return name == "style" or name.lower().startswith("on") or in_address


def _inline_code(page: _Read) -> Iterator[str]:
    for tag in page.tags:
        yield from (f"<{tag.name}> has code in its {name}" for name in tag.attrs if _is_code(tag, name))
    for script in page.named("script"):
        if (script.string or "").strip() and script.get("type") not in _DATA_SCRIPTS:
            yield "has an inline script"
    if page.named("style"):
        yield "has a style element"


def _labelled(field: Tag, labels: set[str]) -> bool:
    named = any(str(field.get(name, "")).strip() for name in ("aria-label", "aria-labelledby", "title"))
    return named or str(field.get("id")) in labels or field.find_parent("label") is not None


def _forms(page: _Read) -> Iterator[str]:
    for form in page.named("form"):
        if not (form.has_attr("action") or form.has_attr("method")):
            yield "has a form with neither action nor method"
    labels = {str(label["for"]) for label in page.named("label") if label.has_attr("for")}
    for field in page.named("input", "select", "textarea"):
        needs_label = field.name != "input" or field.get("type", "text") not in _NEEDS_NO_LABEL
        if needs_label and not _labelled(field, labels):
            yield f"<{field.name} name={field.get('name')!r}> has no label"


def _names_of_things(page: _Read) -> Iterator[str]:
    for image in page.named("img"):
        if not image.has_attr("alt"):
            yield f"<img src={image.get('src')!r}> has no alt"
    for tag in page.named("a", "button"):
        attributes = (tag.get(name) for name in ("aria-label", "aria-labelledby", "title"))
        named = tag.get_text(strip=True) or any(attributes)
        inside = tag.find(["img", "svg"], attrs={"alt": True}) or tag.find(attrs={"aria-label": True})
        if not named and not inside:
            yield f"has a <{tag.name}> without a name: {str(tag)[:80]}"


def _weight(page: _Read) -> Iterator[str]:
    size = len(gzip.compress(page.markup.encode()))
    if size > COMPRESSED_LIMIT:
        yield f"weighs {size} bytes compressed, more than {COMPRESSED_LIMIT}"


CHECKS: tuple[Callable[[_Read], Iterator[str]], ...] = (
    *(_parse_errors, _headings_and_title, _ids_and_references, _inline_code),
    *(_forms, _names_of_things, _weight),
)


def page_problems(markup: str, soup: BeautifulSoup | None = None) -> list[str]:
    """List everything that is wrong with a page; one that was read already is not read again."""
    page = _read(markup, soup or parse(markup))
    return [problem for check in CHECKS for problem in check(page)]


def check_page(markup: str, where: str = "page", soup: BeautifulSoup | None = None) -> None:
    """Fail, naming every broken rule, unless the page is in order."""
    if problems := page_problems(markup, soup):
        raise PageProblem(f"{where}:\n  " + "\n  ".join(problems))
