"""The whole copy: what was read, with its addresses made relative, and the pages that only a copy has."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

from flask import Flask, render_template
from werkzeug.test import EnvironBuilder

from tracker import clock
from tracker.config import SETTINGS
from tracker.i18n import LANGUAGES, LanguagePrefix
from tracker.mirror import folder as folders
from tracker.mirror.entries import list_groups
from tracker.mirror.pages import Rewriter, rewrite_style
from tracker.mirror.places import PAGE, STYLE, Address, link, path_between
from tracker.mirror.reading import Read, Site, read
from tracker.queries.history import last_sequence

# Pages that only the copy has; the service has none at these addresses.
OWN = {"index": "/copia/indice", "unavailable": "/copia"}
_PAGES = {"index": "mirror/index.html", "unavailable": "mirror/unavailable.html"}
# What is put into every page.
_FRAGMENTS = {"note": "mirror/_note.html", "instead": "mirror/_instead.html"}
# Left out with its words: nothing can be signed into.
_LEFT_OUT = frozenset({"/entrar", "/en/entrar"})


@dataclass(frozen=True)
class Copy:
    """What was made."""

    manifest: dict[str, Any]
    pages: int
    missing: list[str]
    """Addresses linked to that answer 404, each with the page that links to it."""


def write_site(app: Flask, out: Path) -> Copy:
    """Write the public portal to a folder, all of it or nothing; outside any application context.

    Raises what `folder.making` raises, ServiceFailedError, OSError.
    """
    with folders.making(out) as folder:
        return _Writing(app, folder).write()


class _Writing:
    """One copy while it is made."""

    def __init__(self, app: Flask, folder: Path) -> None:
        self._app, self._folder = app, folder
        self._site = Site(app)
        self._read = Read()
        self._day = clock.today(app.config["TIMEZONE"])
        self._live = self._site.base if app.config["BASE_URL"] != SETTINGS["BASE_URL"].default else ""

        self._addresses = {_address(one, code): self._own(one, code) for one in OWN for code in LANGUAGES}
        self._fragments = dict(self._render_fragments())

    def _render_fragments(self) -> Iterator[tuple[tuple[str, str], str]]:
        """What is put into every page, by language and name; the own pages' places are filled in there."""
        for code in LANGUAGES:
            parts = {"day": self._day, "live": self._live, "home": "/en/" if code == "en" else "/"}
            own = {name: f"@{name}@" for name in OWN}
            with self._within(code):
                for one, template in _FRAGMENTS.items():
                    yield (code, one), render_template(template, own=own, **parts).strip()

    def write(self) -> Copy:
        """Read everything, rewrite it, add what is the copy's own."""
        first = self._sequence()
        self._read = read(self._site, self._folder)
        own = self._write_own()
        for address, held in self._read.held.items():
            self._rewrite(address, held.file, held.media_type)
        for address in self._read.leads:
            self._lead_on(address)
        told = self._told(first, self._sequence())
        pages = own + sum(one.media_type == PAGE for one in self._read.held.values())
        missing = [f"{one} ({page})" for one, page in self._read.missing.items()]
        return Copy(folders.write_manifest(self._folder, told), pages, missing)

    def _sequence(self) -> int:
        with self._app.app_context():
            return last_sequence()

    def _told(self, first: int, last: int) -> dict[str, Any]:
        """What the copy is of: the same data on the same day gives the same words."""
        return {
            "application": f"cumple {version('cumple')}",
            "date": self._day.isoformat(),
            "live": self._live,
            "languages": list(LANGUAGES),
            "recorded": {"from": first, "to": last},
        }

    def _write_own(self) -> int:
        """The index of everything by name and the page that says what a copy cannot do, in each language."""
        for code in LANGUAGES:
            groups = list_groups(self._read, code)
            for name, template in _PAGES.items():
                with self._within(code):
                    page = render_template(template, groups=groups, day=self._day, live=self._live)
                file = self._folder / self._own(name, code)
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_text(self._rewritten(page, _address(name, code), self._own(name, code)), "utf-8")
        return len(OWN) * len(LANGUAGES)

    @contextmanager
    def _within(self, code: str, path: str = "/") -> Iterator[None]:
        """A request without a session in a language, to write pages in."""
        environ = EnvironBuilder(
            path if code == "es" else f"/en{path}", base_url=self._site.base
        ).get_environ()
        LanguagePrefix(lambda _environ, _start: [])(environ, lambda *_: None)
        with self._app.request_context(environ):
            yield

    def _own(self, name: str, code: str) -> str:
        """The file of one of the copy's own pages."""
        path = _address(name, code).path.strip("/")
        return f"{path}/index.html"

    def _rewrite(self, address: Address, name: str, media_type: str) -> None:
        file = self._folder / name
        if media_type == PAGE and name.endswith(".html") and self._read.held[address].title:
            text = self._rewritten(file.read_text("utf-8"), address, name)
        elif media_type == STYLE:
            text = rewrite_style(file.read_text("utf-8"), lambda one: self._relative(one, address, name))
        else:
            return
        file.write_text(text, "utf-8")

    def _rewritten(self, page: str, address: Address, name: str) -> str:
        note, instead = (
            self._fragments[_language(address), one]
            .replace("@index@", path_between(name, self._own("index", _language(address))))
            .replace("@unavailable@", path_between(name, self._own("unavailable", _language(address))))
            for one in _FRAGMENTS
        )
        rewriter = Rewriter(
            lambda one: self._relative(one, address, name),
            note=note,
            instead=lambda classes: "" if "header-search" in classes else instead,
        )
        return rewriter.rewritten(page)

    def _relative(self, target: str, address: Address, name: str) -> str | None:
        """A reference as seen from a file; to what the copy does not hold, the page that says so."""
        if not target or target.startswith("#"):
            return None
        found = link(self._site.base, address, target)
        if found is None:
            return None
        if found.address.path in _LEFT_OUT:
            return ""
        if found.address in self._addresses:
            return path_between(name, self._addresses[found.address])
        held = self._read.find(found.address)
        if held is None:
            return path_between(name, self._own("unavailable", _language(address)))
        return path_between(name, held.file, found.fragment)

    def _lead_on(self, address: Address) -> None:
        """At an address that leads to another page, a page that leads there too."""
        held = self._read.find(address)
        name = "/".join([*[one for one in address.path.split("/") if one], "index.html"])
        file = self._folder / name
        if held is None or address.query or file.exists():
            return
        file.parent.mkdir(parents=True, exist_ok=True)
        target = path_between(name, held.file)
        with self._within(_language(address)):
            file.write_text(render_template("mirror/_lead.html", target=target, title=held.title), "utf-8")


def _address(name: str, code: str) -> Address:
    return Address(OWN[name] if code == "es" else f"/en{OWN[name]}")


def _language(address: Address) -> str:
    return "en" if address.path.startswith("/en/") else "es"
