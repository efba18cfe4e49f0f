"""A request as the server hands it over: through the middleware, which `test_request_context` leaves out."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import unquote_to_bytes

from flask import Flask
from werkzeug.test import EnvironBuilder

from tracker.i18n import LanguagePrefix


@contextmanager
def in_request(app: Flask, path: str) -> Iterator[None]:
    """Be within a request of that path, its language moved to the script name."""
    environ = _environ(path)
    LanguagePrefix(lambda _environ, _start: [])(environ, lambda *_: None)
    with app.request_context(environ):
        yield


def _environ(path: str) -> dict[str, Any]:
    """What a server makes of a request line; an address with two slashes first names no host there."""
    raw, _, query = path.partition("?")
    environ = EnvironBuilder("/").get_environ()
    environ["PATH_INFO"] = unquote_to_bytes(raw).decode("latin-1")
    environ["QUERY_STRING"] = query
    return environ
