"""Addresses of the portal and the files that hold their answers in the copy."""

from __future__ import annotations

import re
from dataclasses import dataclass
from hashlib import sha256
from posixpath import relpath
from urllib.parse import parse_qsl, quote, unquote, urldefrag, urlencode, urljoin, urlsplit

INDEX = "index.html"
PAGE = "text/html"
STYLE = "text/css"
# The endings of what is served at an address that has none.
ENDINGS = {
    PAGE: ".html",
    STYLE: ".css",
    "text/csv": ".csv",
    "text/plain": ".txt",
    "application/json": ".json",
    "application/ld+json": ".jsonld",
    "application/pdf": ".pdf",
    "application/zip": ".zip",
    "image/jpeg": ".jpg",
    "image/png": ".png",
    "image/svg+xml": ".svg",
    "image/webp": ".webp",
}
# Of a static file the query names only its content.
_STATIC = re.compile(r"^(?:/en)?(?=/static/)")
_FORBIDDEN = re.compile(r'[<>:"/\\|?*\x00-\x1f]+')
_UNSAFE = re.compile(r"[^A-Za-z0-9._=,~-]+")
_LONGEST = 100


@dataclass(frozen=True, order=True)
class Address:
    """A page or file of the service by its path and query, the latter in one order."""

    path: str
    query: str = ""

    def __str__(self) -> str:
        return f"{self.path}?{self.query}" if self.query else self.path

    @property
    def names(self) -> frozenset[str]:
        """What its query asks for."""
        return frozenset(name for name, _value in parse_qsl(self.query, keep_blank_values=True))


@dataclass(frozen=True)
class Link:
    """An address with the place on its page."""

    address: Address
    fragment: str = ""


def link(base: str, here: Address, target: str) -> Link | None:
    """Where a link of a page leads within the service; None where it leads elsewhere.

    A whole address of the service, also to subscribe to (webcal), is the same as its path.
    """
    target = target.strip()
    if target.startswith("webcal://"):
        target = urlsplit(base).scheme + target.removeprefix("webcal")
    root = base.rstrip("/")
    if target == root or target.startswith((f"{root}/", f"{root}?", f"{root}#")):
        target = target.removeprefix(root) or "/"
    if target.startswith("//") or urlsplit(target).scheme:
        return None
    found, fragment = urldefrag(urljoin(str(here), target))
    parts = urlsplit(found)
    return Link(address(parts.path or "/", parts.query), fragment)


def address(path: str, query: str = "") -> Address:
    """The one address of a path and query: parameters in order, empty ones left out."""
    path = unquote(path)
    if _STATIC.match(path):
        return Address(_STATIC.sub("", path))
    if path == "/en":
        path = "/en/"
    return Address(path, urlencode(sorted(parse_qsl(query))))


def file_of(where: Address, media_type: str, filename: str = "") -> str:
    """The file of an answer, as a path below the folder: pages are folders with an index."""
    *above, last = [_segment(one) for one in where.path.split("/") if one] or [""]
    asked = [_of_query(where.query)] if where.query else []
    if media_type == PAGE and not filename:
        return "/".join([*above, *filter(None, [last]), *asked, INDEX])
    if "." in last:
        return "/".join([*above, *asked, last])
    if filename:
        return "/".join([*above, last, *asked, _segment(filename)])
    return "/".join([*above, *asked, last + ENDINGS.get(media_type, ".bin")])


def _segment(text: str) -> str:
    """A name that every file system takes."""
    name = _FORBIDDEN.sub("-", text).strip(" .") or "-"
    if len(name.encode()) <= _LONGEST:
        return name
    stem, dot, ending = name.rpartition(".")
    digest = sha256(name.encode()).hexdigest()[:10]
    cut = (stem or name).encode()[:60].decode(errors="ignore")
    return f"{cut}-{digest}{dot if stem else ''}{ending[:10] if stem else ''}"


def _of_query(query: str) -> str:
    """A folder for what a query asks for: estado=overdue,institucion=infom."""
    told = ",".join(f"{name}={value}" for name, value in parse_qsl(query))
    name = _UNSAFE.sub("-", told)
    if name == told and len(name) <= _LONGEST:
        return name
    return f"{name[:60]}-{sha256(query.encode()).hexdigest()[:10]}"


def path_between(file: str, other: str, fragment: str = "") -> str:
    """The relative address of one file as seen from another."""
    folder = file.rpartition("/")[0]
    path = quote(relpath(other, folder or "."), safe="/=,~@")
    return f"{path}#{fragment}" if fragment else path
