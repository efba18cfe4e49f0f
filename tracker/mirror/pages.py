"""HTML and styles of the copy: what they refer to, and the same with every address made relative.

What a file cannot do is left out or said: forms and the way to sign in, what needs the service.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from html import escape
from html.parser import HTMLParser

REFERRING = frozenset({"href", "src", "data", "poster"})
_IN_STYLE = re.compile(r"""url\(\s*(["']?)(?!data:)([^"')]+)\1\s*\)""")
# What browsers and readers fetch or go to; what only tells where the original stands is left as it is.
_TOLD = {"canonical"}
# A preload of another origin is refused from a folder; oEmbed needs the service.
_USELESS = {"preload", "preconnect", "dns-prefetch"}
_VOID = frozenset({"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source"})

Attributes = list[tuple[str, str | None]]
Relative = Callable[[str], str | None]


def is_reference(tag: str, attributes: Attributes, name: str) -> bool:
    """True for an attribute that names something to open or to fetch."""
    if name not in REFERRING or (name == "data" and tag != "object"):
        return False
    return not (tag == "link" and _relations(attributes) & _TOLD)


def is_useless(tag: str, attributes: Attributes) -> bool:
    """True for a line of the head that means nothing in a folder."""
    said = dict(attributes)
    return tag == "link" and (
        bool(_relations(attributes) & _USELESS) or said.get("type") == "application/json+oembed"
    )


def _relations(attributes: Attributes) -> set[str]:
    return set((dict(attributes).get("rel") or "").lower().split())


def references_of_style(text: str) -> list[str]:
    """What a stylesheet refers to."""
    return [one[2] for one in _IN_STYLE.finditer(text)]


def rewrite_style(text: str, relative: Relative) -> str:
    """A stylesheet whose references are relative."""
    return _IN_STYLE.sub(lambda one: f'url("{relative(one[2]) or one[2]}")', text)


class Reader(HTMLParser):
    """What a page refers to, its heading and its title."""

    def __init__(self) -> None:
        """Begin with nothing found."""
        super().__init__(convert_charrefs=True)
        self.references: list[str] = []
        self.heading = ""
        self.title = ""
        self._within = ""
        self._headings = 0

    def handle_starttag(self, tag: str, attrs: Attributes) -> None:
        """Note references, and whether a heading begins."""
        if tag in {"h1", "title"}:
            self._within = tag
            self._headings += tag == "h1"
        if not is_useless(tag, attrs):
            self.references += [value or "" for name, value in attrs if is_reference(tag, attrs, name)]

    def handle_endtag(self, tag: str) -> None:
        """Note whether a heading ends."""
        if tag == self._within:
            self._within = ""

    def handle_data(self, data: str) -> None:
        """Keep the words of the first heading and of the title."""
        if self._within == "h1" and self._headings == 1:
            self.heading += data
        elif self._within == "title" and not self._headings:
            self.title += data


class Rewriter(HTMLParser):
    """A page whose references are relative; forms give way to a sentence, dead ways to nothing.

    `relative` gives a reference as it stands in the copy, "" for one to be left out with its words, None to
    leave it alone. `note` stands below the header, `instead` in the place of a form.
    """

    def __init__(self, relative: Relative, *, note: str = "", instead: Callable[[str], str]) -> None:
        """Begin an empty page."""
        super().__init__(convert_charrefs=False)
        self._relative, self._note, self._instead = relative, note, instead
        self._parts: list[str] = []
        self._leaving_out = ""

    def rewritten(self, page: str) -> str:
        """The whole page anew."""
        self.feed(page)
        self.close()
        return "".join(self._parts)

    def handle_starttag(self, tag: str, attrs: Attributes) -> None:
        """Write a tag as it was, or with other references; begin to leave out."""
        if self._leaving_out or is_useless(tag, attrs):
            return
        if tag == "form":
            self._leaving_out = tag
            self._parts.append(self._instead(dict(attrs).get("class") or ""))
            return
        changed = self._changed(tag, attrs)
        if changed is None:
            self._leaving_out = "" if tag in _VOID else tag
            return
        self._parts.append(self.get_starttag_text() or "" if changed == attrs else _tag(tag, changed))

    def handle_startendtag(self, tag: str, attrs: Attributes) -> None:
        """Write a tag that is closed at once, as in drawings."""
        if self._leaving_out or is_useless(tag, attrs):
            return
        changed = self._changed(tag, attrs)
        if changed is not None:
            whole = self.get_starttag_text() or ""
            self._parts.append(whole if changed == attrs else _tag(tag, changed, end="/>"))

    def _changed(self, tag: str, attrs: Attributes) -> Attributes | None:
        """The attributes as they are in the copy; None for what is left out."""
        changed: Attributes = []
        for name, value in attrs:
            found = self._relative(value or "") if is_reference(tag, attrs, name) else None
            if found == "":
                return None
            changed.append((name, value if found is None else found))
        return changed

    def handle_endtag(self, tag: str) -> None:
        """Write the end of a tag; the note follows the site's header."""
        if self._leaving_out:
            if tag == self._leaving_out:
                self._leaving_out = ""
            return
        self._parts.append(f"</{tag}>")
        if tag == "header":
            self._parts.append(self._note)
            self._note = ""

    def handle_data(self, data: str) -> None:
        """Write text as it was."""
        self._keep(data)

    def handle_entityref(self, name: str) -> None:
        """Write `&nbsp;` as it was."""
        self._keep(f"&{name};")

    def handle_charref(self, name: str) -> None:
        """Write `&#8203;` as it was."""
        self._keep(f"&#{name};")

    def handle_comment(self, data: str) -> None:
        """Write a comment as it was."""
        self._keep(f"<!--{data}-->")

    def handle_decl(self, decl: str) -> None:
        """Write the document type as it was."""
        self._keep(f"<!{decl}>")

    def _keep(self, text: str) -> None:
        if not self._leaving_out:
            self._parts.append(text)


def _tag(tag: str, attributes: Sequence[tuple[str, str | None]], end: str = ">") -> str:
    told = "".join(
        f" {name}" if value is None else f' {name}="{escape(value)}"' for name, value in attributes
    )
    return f"<{tag}{told}{end}"
