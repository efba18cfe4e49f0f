"""The stylesheets of each layout as one file, and how long browsers keep what is served as a file.

A file is asked for by what is in it: its address carries a digest, so that it may be kept for good, and
another content has another address. The files of a layout are put together when it is first asked for, with
no build step; while somebody works on them (Flask's debug mode), anew whenever one changes.
"""

from __future__ import annotations

import re
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from flask import Flask, Response, current_app, request, url_for

COMMON = ("tokens", "base", "layout", "components", "forms", "cronograma")
LAYOUTS: dict[str, tuple[str, ...]] = {
    "public": (*COMMON, "portal"),
    "work": (*COMMON, "work", "review", "rounds", "workbook"),
    "embed": ("tokens", "base", "components", "embed"),
}
ON_PAPER = "print"
KEPT_SECONDS = 365 * 24 * 60 * 60
_REFERENCE = re.compile(r'url\("\.\./([^"]+)"\)')
_COMMENT = re.compile(r"/\*.*?\*/\s*", re.DOTALL)
_DIGEST = 12


def stylesheet_url(layout: str) -> str:
    """The address of a layout's stylesheet, which names what is in it."""
    return url_for("machine.stylesheet", layout=layout, digest=_digest(stylesheet(layout)))


def stylesheet(layout: str) -> bytes:
    """A layout's stylesheets in their order, those for paper last; KeyError for a layout there is not."""
    folder = _static()
    files = tuple(folder / "css" / f"{name}.css" for name in (*LAYOUTS[layout], ON_PAPER))
    return _joined(files, _changed(files))


def digest_of(layout: str) -> str:
    """What the address of a layout's stylesheet carries."""
    return _digest(stylesheet(layout))


def keep_for_good(response: Response) -> None:
    """Let browsers and proxies keep an answer whose address names its content."""
    response.cache_control.public = True
    response.cache_control.max_age = KEPT_SECONDS
    response.cache_control.immutable = True


def init_app(app: Flask) -> None:
    """Hand the templates their function; addresses of static files carry what is in them."""
    app.jinja_env.globals["stylesheet_url"] = stylesheet_url
    app.url_defaults(_name_content)
    app.after_request(_keep_static)


def _name_content(endpoint: str, values: dict[str, Any]) -> None:
    if endpoint == "static" and "v" not in values:
        path = _static() / values.get("filename", "")
        if path.is_file():
            values["v"] = _file_digest(path, _changed((path,)))


def _keep_static(response: Response) -> Response:
    """A static file asked for by its digest is kept; by its bare name it is asked for again by its tag."""
    if (
        request.endpoint == "static"
        and response.status_code in {200, 304}
        and (asked := request.args.get("v"))
    ):
        path = _static() / (request.view_args or {}).get("filename", "")
        if asked == _file_digest(path, _changed((path,))):
            response.cache_control.no_cache = None
            keep_for_good(response)
    return response


@cache
def _joined(files: tuple[Path, ...], _stamp: int) -> bytes:
    *screen, paper = (_COMMENT.sub("", path.read_text("utf-8")) for path in files)
    text = "\n".join([*screen, f"@media print {{\n{paper}}}\n"])
    return _REFERENCE.sub(_with_digest, text).encode()


def _with_digest(found: re.Match[str]) -> str:
    """A font's address as seen from where the stylesheet is served, the same that the page preloads."""
    path = _static() / found[1]
    return f'url("../../static/{found[1]}?v={_file_digest(path, _changed((path,)))}")'


@cache
def _file_digest(path: Path, _stamp: int) -> str:
    return _digest(path.read_bytes())


def _digest(content: bytes) -> str:
    return sha256(content).hexdigest()[:_DIGEST]


def _changed(files: tuple[Path, ...]) -> int:
    """When one of the files last changed; not looked at while the program serves."""
    return max(path.stat().st_mtime_ns for path in files) if current_app.debug else 0


def _static() -> Path:
    return Path(current_app.static_folder or "")
