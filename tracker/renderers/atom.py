"""A feed as Atom (RFC 4287), in pages (RFC 5005)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from xml.etree import ElementTree as Tree

from tracker.renderers.docx_xml import plain

MEDIA_TYPE = "application/atom+xml"
_ATOM = "http://www.w3.org/2005/Atom"
Tree.register_namespace("", _ATOM)


@dataclass(frozen=True)
class FeedEntry:
    """One entry, its content as HTML."""

    id: str
    title: str
    url: str
    author: str
    category: str
    published: datetime
    updated: datetime
    html: str


@dataclass(frozen=True)
class Feed:
    """A page of a feed with its links by relation: self, alternate, first, next, previous."""

    id: str
    title: str
    subtitle: str
    author: str
    language: str
    updated: datetime
    links: tuple[tuple[str, str, str], ...]
    """Relation, address, media type."""
    entries: tuple[FeedEntry, ...]


def render_feed(feed: Feed) -> bytes:
    """The feed as UTF-8."""
    root = Tree.Element(_name("feed"), {"{http://www.w3.org/XML/1998/namespace}lang": feed.language})
    _texts(root, [("id", feed.id), ("title", feed.title), ("subtitle", feed.subtitle)])
    _texts(root, [("updated", _instant(feed.updated))])
    _author(root, feed.author)
    for relation, address, media_type in feed.links:
        Tree.SubElement(root, _name("link"), {"rel": relation, "href": address, "type": media_type})
    _texts(root, [("generator", "Cumple")])
    for one in feed.entries:
        _entry(root, one)
    return bytes(Tree.tostring(root, encoding="utf-8", xml_declaration=True))


def _entry(root: Tree.Element, one: FeedEntry) -> None:
    entry = Tree.SubElement(root, _name("entry"))
    _texts(entry, [("id", one.id), ("title", one.title)])
    _texts(entry, [("published", _instant(one.published)), ("updated", _instant(one.updated))])
    _author(entry, one.author)
    Tree.SubElement(entry, _name("link"), {"rel": "alternate", "href": one.url, "type": "text/html"})
    Tree.SubElement(entry, _name("category"), {"term": one.category})
    content = Tree.SubElement(entry, _name("content"), {"type": "html"})
    content.text = plain(one.html)


def _name(tag: str) -> str:
    return f"{{{_ATOM}}}{tag}"


def _texts(parent: Tree.Element, texts: Iterable[tuple[str, str]]) -> None:
    for tag, text in texts:
        Tree.SubElement(parent, _name(tag)).text = " ".join(plain(text).split())


def _author(parent: Tree.Element, name: str) -> None:
    _texts(Tree.SubElement(parent, _name("author")), [("name", name)])


def _instant(value: datetime) -> str:
    return value.astimezone(UTC).replace(microsecond=0).isoformat().replace("+00:00", "Z")
