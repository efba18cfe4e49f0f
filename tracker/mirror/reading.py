"""Asking the application, as a visitor without an account, for everything that links lead to."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from flask import Flask
from werkzeug.exceptions import HTTPException
from werkzeug.http import parse_options_header
from werkzeug.routing import Rule
from werkzeug.wrappers import Response

from tracker.mirror.pages import Reader, references_of_style
from tracker.mirror.places import INDEX, PAGE, STYLE, Address, file_of, link

# What is asked of the service anew each time: forms, accounts, programs, signs of life.
LIVE_BLUEPRINTS = frozenset({"accounts", "api", "citizens", "development", "notices"})
LIVE = frozenset(
    {
        "portal.choose_day",
        "portal.oembed",
        "portal.search",
        "machine.alive",
        "machine.ready",
        "machine.metrics",
    }
)
# Queries that a file cannot answer, or that only name once more what the page shows: words searched, what a
# form is about, the day's figures as known at an entry of the log.
LIVE_QUERIES = frozenset({"q", "sobre", "conocido"})
PAGING = frozenset({"page"})
_GONE = frozenset({404, 410})
_SPACE = re.compile(r"\s+")


class ServiceFailedError(Exception):
    """The application did not answer an address as it answers visitors."""

    def __init__(self, address: Address, status: int) -> None:
        """Keep what was asked and what came."""
        super().__init__(f"{address}: {status}")
        self.address, self.status = address, status


@dataclass(frozen=True)
class Held:
    """An answer that the copy holds."""

    file: str
    media_type: str
    endpoint: str
    values: tuple[tuple[str, str], ...] = ()
    heading: str = ""
    title: str = ""


@dataclass
class Read:
    """Everything that was found: answers by address, where addresses lead on, and what is not there."""

    held: dict[Address, Held] = field(default_factory=dict)
    leads: dict[Address, Address] = field(default_factory=dict)
    missing: dict[Address, Address] = field(default_factory=dict)
    """Linked addresses that answer 404, each with a page that links to it."""

    def find(self, address: Address) -> Held | None:
        """The answer at an address or where it leads on."""
        for _step in range(5):
            if address not in self.leads:
                break
            address = self.leads[address]
        return self.held.get(address)


class Site:
    """The public addresses of the application, asked for without a session."""

    def __init__(self, app: Flask) -> None:
        """Take the addresses of an application; it must not be within a context of its own."""
        self._app = app
        self._map = app.url_map.bind("")
        self._client = app.test_client(use_cookies=False)
        self.base = str(app.config["BASE_URL"]).rstrip("/")

    def starts(self) -> Iterator[Address]:
        """The front page and every public address without parameters, in each language."""
        rules = {one.rule for one in self._app.url_map.iter_rules() if self._is_plain(one)}
        for path in ("/", *sorted(rules - {"/"})):
            yield Address(path)
            yield Address(f"/en{path}")

    def _is_plain(self, rule: Rule) -> bool:
        return not rule.arguments and "GET" in (rule.methods or ()) and self._is_kept(rule.endpoint)

    def _is_kept(self, endpoint: str) -> bool:
        access = getattr(self._app.view_functions.get(endpoint), "access_rule", None)
        live = endpoint in LIVE or endpoint.partition(".")[0] in LIVE_BLUEPRINTS
        return access is not None and access.is_public and not live

    def find(self, address: Address) -> tuple[str, dict[str, Any]] | None:
        """The public endpoint of an address with its values; None for what the copy does not hold."""
        path = address.path
        if path.startswith("/en/"):
            path = path.removeprefix("/en")
        try:
            endpoint, values = self._map.match(path, method="GET")
        except HTTPException:
            return None
        if not self._is_kept(endpoint) or address.names & LIVE_QUERIES:
            return None
        return endpoint, dict(values)

    def ask(self, address: Address) -> Response:
        """The application's answer."""
        return self._client.get(str(address), base_url=self.base)


def read(site: Site, folder: Path) -> Read:
    """Follow every link from the front page, and write each answer into the folder.

    Filtered lists are read where an unfiltered page links to them, with all their pages, and no further.
    """
    found = Read()
    waiting: deque[tuple[Address, Address]] = deque((one, one) for one in site.starts())
    known = {one for one, _page in waiting}
    files: set[str] = set()
    while waiting:
        address, page = waiting.popleft()
        for target in _take(site, folder, found, files, address, page):
            if target not in known and _goes_on(address, target) and site.find(target):
                known.add(target)
                waiting.append((target, address))
    return found


def _goes_on(here: Address, target: Address) -> bool:
    """True where a page's link belongs into the copy: unfiltered, filtered once, or a page of the same."""
    return not here.names - PAGING or not target.names or target.names - PAGING == here.names - PAGING


def _take(
    site: Site, folder: Path, found: Read, files: set[str], address: Address, page: Address
) -> list[Address]:
    """Write down what an address answers; the addresses that it names."""
    with site.ask(address) as answer:
        if answer.status_code in _GONE:
            found.missing[address] = page
            return []
        if answer.status_code in {301, 302, 303, 307, 308}:
            target = link(site.base, address, answer.headers["Location"])
            if target is None:
                return []
            found.leads[address] = target.address
            return [target.address]
        endpoint = site.find(address)
        if answer.status_code != 200 or endpoint is None:
            raise ServiceFailedError(address, answer.status_code)
        return _keep(site, folder, found, files, address, answer, endpoint)


def _keep(
    site: Site,
    folder: Path,
    found: Read,
    files: set[str],
    address: Address,
    answer: Response,
    endpoint: tuple[str, dict[str, Any]],
) -> list[Address]:
    media_type = answer.mimetype or ""
    filename = parse_options_header(answer.headers.get("Content-Disposition"))[1].get("filename", "")
    file = _free(file_of(address, media_type, filename), files)
    target = folder / file
    target.parent.mkdir(parents=True, exist_ok=True)
    with target.open("wb") as handle:
        for part in answer.iter_encoded():
            handle.write(part)
    references: Iterable[str] = ()
    heading = title = ""
    if media_type == PAGE and not filename:
        reader = Reader()
        reader.feed(target.read_text("utf-8"))
        references, heading, title = reader.references, _line(reader.heading), _line(reader.title)
    elif media_type == STYLE:
        references = references_of_style(target.read_text("utf-8"))
    values = tuple(sorted((name, str(value)) for name, value in endpoint[1].items()))
    found.held[address] = Held(file, media_type, endpoint[0], values, heading, title)
    links = (link(site.base, address, one) for one in references)
    return [one.address for one in links if one is not None]


def _line(text: str) -> str:
    return _SPACE.sub(" ", text).strip()


def _free(file: str, files: set[str]) -> str:
    """The file, by another name where one of the same name stands, also on systems blind to capitals."""
    name, number = file, 1
    while name.lower() in files:
        number += 1
        stem, dot, ending = file.rpartition("." if not file.endswith(f"/{INDEX}") else f"/{INDEX}")
        name = f"{stem}-{number}{dot}{ending}" if dot else f"{file}-{number}"
    files.add(name.lower())
    return name
