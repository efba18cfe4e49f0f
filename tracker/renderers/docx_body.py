"""What a Word text refers to while it is written: its headings, the places in it, and addresses outside."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from urllib.parse import quote, urlsplit

from tracker.renderers.docx_package import Package
from tracker.renderers.docx_styles import ink_style
from tracker.renderers.docx_xml import paragraph, plain, run, tab
from tracker.renderers.html import is_web_address
from tracker.renderers.presentation import ItemCard

NAME_LENGTH = 40  # Word knows no longer names of bookmarks
_ADDRESS_LENGTH = 2000  # and opens no longer addresses
_CONTENTS_LEVELS = 3
_KEPT_IN_ADDRESSES = ":/?#@!$&'()*+,;=%~"


@dataclass(frozen=True)
class Heading:
    """A line of the contents."""

    level: int
    text: str
    bookmark: str


def bookmark_names(anchors: Iterable[str]) -> dict[str, str]:
    """A name for each anchor: letters, digits and underscores, none twice, whatever the anchors look like."""
    names: dict[str, str] = {}
    taken: set[str] = set()
    for anchor in anchors:
        base = re.sub(r"[^A-Za-z0-9_]", "_", anchor)[:NAME_LENGTH]
        base = base if base[:1].isalpha() else f"i{base}"[:NAME_LENGTH]
        name, count = base, 1
        while name.lower() in taken:
            count += 1
            name = f"{base[: NAME_LENGTH - len(str(count)) - 1]}_{count}"
        taken.add(name.lower())
        names[anchor] = name
    return names


def anchors_of(items: Iterable[ItemCard]) -> Iterable[str]:
    """The places of these items and of all below them."""
    for item in items:
        yield item.anchor
        yield from anchors_of(item.children)


def address(url: str) -> str:
    """A web address as a part of an office file may hold it; empty where it is none."""
    url = plain(url).strip()
    if not is_web_address(url) or len(url) > _ADDRESS_LENGTH or re.search(r"[\n\t]", url):
        return ""
    try:
        parts = urlsplit(url)
        host = (parts.hostname or "").encode("idna").decode()
        port = f":{parts.port}" if parts.port else ""
    except ValueError:
        return ""
    if not re.fullmatch(r"[A-Za-z0-9._-]+", host):
        return ""
    rest = url.partition("://")[2][len(parts.netloc) :]
    rest = re.sub(r"%(?![0-9A-Fa-f]{2})", "%25", quote(rest, safe=_KEPT_IN_ADDRESSES))
    return f"{parts.scheme}://{host}{port}{rest}"


@dataclass
class Body:
    """Writes headings and links, and keeps what the contents and the package need of them."""

    package: Package
    names: dict[str, str]
    headings: list[Heading] = field(default_factory=list)
    _bookmarks: int = 0

    def heading(
        self,
        level: int,
        text: str,
        *,
        anchor: str = "",
        count: int | None = None,
        tone: str = "mute",
        starts_page: bool = False,
    ) -> str:
        """A heading in its real style; with how many things stand under it, and a place to link to."""
        line = Heading(level, text if count is None else f"{text} ({count})", self._contents_name())
        self.headings.append(line)
        number = run(f" ({count})", ink_style(tone)) if count is not None else ""
        inside = self._marked(line.bookmark, run(text) + number)
        if anchor:
            inside = self._marked(self.names[anchor], inside)
        return paragraph(f"Heading{level}", inside, starts_page=starts_page)

    def _contents_name(self) -> str:
        return f"_Toc{len(self.headings) + 1:08d}"

    def _marked(self, name: str, inside: str) -> str:
        self._bookmarks += 1
        uid = self._bookmarks
        return f'<w:bookmarkStart w:id="{uid}" w:name="{name}"/>{inside}<w:bookmarkEnd w:id="{uid}"/>'

    def to(self, anchor: str, text: str) -> str:
        """A link to an item's place; the text alone where the report has no such place."""
        if anchor not in self.names:
            return run(text)
        shown = run(text, "Hyperlink")
        return f'<w:hyperlink w:anchor="{self.names[anchor]}" w:history="1">{shown}</w:hyperlink>'

    def web(self, url: str, text: str = "") -> str:
        """A link to a web address; text where it is no address that may stand as a link."""
        target = address(url)
        if not target:
            return run(text or url)
        uid = self.package.link(target)
        return f'<w:hyperlink r:id="{uid}" w:history="1">{run(text or url, "Hyperlink")}</w:hyperlink>'

    def contents(self, title: str) -> str:
        """The field of the contents, filled: Word and LibreOffice can bring it up to date."""
        lines = [one for one in self.headings if one.level <= _CONTENTS_LEVELS]
        paragraphs = [
            paragraph(f"TOC{one.level}", _contents_begin() if place == 0 else "", _contents_line(one))
            for place, one in enumerate(lines)
        ]
        return (
            '<w:sdt><w:sdtPr><w:docPartObj><w:docPartGallery w:val="Table of Contents"/><w:docPartUnique/>'
            f"</w:docPartObj></w:sdtPr><w:sdtContent>{paragraph('TOCHeading', run(title))}"
            f"{''.join(paragraphs)}{paragraph('BodyText', _mark('end'))}</w:sdtContent></w:sdt>"
        )


def _mark(kind: str) -> str:
    return f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>'


def _instruction(text: str) -> str:
    return f'<w:r><w:instrText xml:space="preserve"> {text} </w:instrText></w:r>'


def _contents_begin() -> str:
    return _mark("begin") + _instruction(f'TOC \\o "1-{_CONTENTS_LEVELS}" \\h \\z \\u') + _mark("separate")


def _contents_line(line: Heading) -> str:
    """The page number is a field too, empty until an office program computes it."""
    page = _mark("begin") + _instruction(f"PAGEREF {line.bookmark} \\h") + _mark("separate") + _mark("end")
    return (
        f'<w:hyperlink w:anchor="{line.bookmark}" w:history="1">{run(line.text)}{tab()}{page}</w:hyperlink>'
    )
