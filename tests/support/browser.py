"""A real Chromium in front of a real server, both on this machine and both gone when the tests end."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from axe_playwright_python.base import AXE_SCRIPT
from flask import Flask
from playwright.sync_api import Browser, Page, Request, sync_playwright
from werkzeug.serving import WSGIRequestHandler, make_server

from tests.support.signing_in import open_session, session_cookie

WIDE = {"width": 1280, "height": 900}
NARROW = {"width": 390, "height": 844}
_AXE_OPTIONS = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "resultTypes": ["violations"],  # of what passes one example is told: the rest costs more than the rules
}
_ASK_AXE = """
async (options) => (await axe.run(options)).violations.map((rule) => {
    const where = rule.nodes.slice(0, 5).map((node) => node.target.join(" "));
    return `${rule.id} (${rule.impact}): ${rule.help} - ${where.join("; ")}`;
})
"""
_OF_THE_WIDTH = ("target-size", "scrollable-region-focusable", "meta-viewport", "empty-heading")


def chromium_path() -> str:
    """Give the system's Chromium; its absence is a failure, not a skip."""
    found = shutil.which("chromium") or shutil.which("chromium-browser")
    if found is None:
        raise RuntimeError("Chromium is not installed; `make system-packages` installs it or says how")
    return found


@contextmanager
def chromium() -> Iterator[Browser]:
    """A headless Chromium that looks up no name: only addresses of this machine are reachable."""
    arguments = ["--no-sandbox", "--disable-gpu", "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=arguments)
        try:
            yield browser
        finally:
            browser.close()


class Watched:
    """A browser page and what went wrong while it was used."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.problems: list[str] = []
        page.on("pageerror", lambda error: self.problems.append(f"script error: {error}"))
        page.on("console", lambda message: self._console(message.type, message.text))
        page.on("requestfailed", self._failed)

    def _failed(self, request: Request) -> None:
        if request.failure != "net::ERR_ABORTED":  # the page was left before it had all it asked for
            self.problems.append(f"failed: {request.url} ({request.failure})")

    def _console(self, kind: str, text: str) -> None:
        if kind == "error" and "status of 4" not in text:
            self.problems.append(f"console: {text}")


@contextmanager
def open_page(browser: Browser, **options: Any) -> Iterator[Page]:
    """A page in a context of its own; leaving the block fails on script errors and failed requests."""
    context = browser.new_context(viewport=options.pop("viewport", WIDE), locale="es-GT", **options)
    watched = Watched(context.new_page())
    try:
        yield watched.page
    finally:
        context.close()
    assert not watched.problems, "\n".join(watched.problems)


class _Quiet(WSGIRequestHandler):
    """Says nothing of each request."""

    def log_request(self, *_: object) -> None:
        """Leave the test's output to the test."""


def _closed_at_once(app: Flask) -> WSGIApplication:
    """Read each answer whole and close it: the development server forgets to where a browser goes away."""

    def answer(environ: WSGIEnvironment, start_response: StartResponse) -> list[bytes]:
        body = app(environ, start_response)
        try:
            return [b"".join(body)]
        finally:
            if hasattr(body, "close"):
                body.close()

    return answer


@contextmanager
def serve(app: Flask) -> Iterator[str]:
    """Serve an application on a free port of the loopback; give its address."""
    server = make_server("127.0.0.1", 0, _closed_at_once(app), threaded=True, request_handler=_Quiet)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join(timeout=10)
        server.server_close()


def sign_in(page: Page, app: Flask, address: str, email: str) -> None:
    """Make the page's visitor this account, without typing a password."""
    name, value = session_cookie(app, open_session(app, email))
    page.context.add_cookies([{"name": name, "value": value, "url": address}])


def accessibility_problems(page: Page, rules: Sequence[str] = ()) -> list[str]:
    """List what axe finds on the page as it stands, one line a rule; all of its rules, or some by name."""
    page.wait_for_load_state()  # without its styles nothing has its size
    chosen = {"runOnly": {"type": "rule", "values": list(rules)}} if rules else {}
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    return list(page.evaluate(_ASK_AXE, {**_AXE_OPTIONS, **chosen}))


def problems_of(page: Page, *, dark: bool = False) -> list[str]:
    """List what is wrong with the page as it stands: to axe, in both widths, where asked for in the dark too.

    The page is loaded once. A telephone's width is looked at for what depends on the width alone.
    """
    size = page.viewport_size
    found = accessibility_problems(page)
    if dark:
        page.emulate_media(color_scheme="dark", reduced_motion="reduce")  # no colour half way
        found += [f"dark: {one}" for one in accessibility_problems(page, ["color-contrast"])]
        page.emulate_media(color_scheme="light", reduced_motion="no-preference")
    for width in (WIDE, NARROW):
        page.set_viewport_size(width)
        if overflows_sideways(page):
            found.append(f"wider than a window of {width['width']}")
    if size != NARROW:
        found += [f"narrow: {one}" for one in accessibility_problems(page, _OF_THE_WIDTH)]
    page.set_viewport_size(size or WIDE)
    return [f"{urlsplit(page.url).path}: {one}" for one in found]


def open_all(page: Page) -> None:
    """Open whatever is folded away."""
    page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true })")


def overflows_sideways(page: Page) -> bool:
    """Say whether the page is wider than its window, so that a reader would have to scroll sideways."""
    return bool(page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"))


def save_screenshot(page: Page, path: Path) -> None:
    """Keep a picture of the whole page."""
    path.parent.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=path, full_page=True)
