"""Where a person goes after signing in: only inside this service, in the language they chose."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import request, url_for


def after_sign_in(wanted: str, locale: str) -> str:
    """The page asked for, if it is one of ours, else the panel; in the person's language."""
    root = request.script_root.removesuffix("/en")
    path = _without_language(
        wanted.removeprefix(root) if is_local(wanted) else url_for("progress.panel"), root
    )
    return f"{root}{'/en' if locale == 'en' else ''}{path}"


def is_local(address: str) -> bool:
    """True for a plain path of this service: no host, no scheme, nothing that a browser reads as one."""
    if not address.startswith("/") or address.startswith("//") or "\\" in address:
        return False
    if any(ord(character) < 33 for character in address):
        return False
    parts = urlsplit(address)
    return not parts.scheme and not parts.netloc


def _without_language(path: str, root: str) -> str:
    path = path.removeprefix(root)
    if path == "/en" or path.startswith("/en/"):
        path = path[3:]
    # One slash only: two would make the first part of the path another host.
    return "/" + path.lstrip("/")
