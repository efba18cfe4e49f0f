"""Languages: Spanish at the root of every address, English under /en; how dates and numbers are written."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from urllib.parse import quote

from babel.dates import format_date, format_datetime, get_timezone
from babel.numbers import format_decimal
from flask import Flask, current_app, has_request_context, request
from flask_babel import Babel
from werkzeug.datastructures import LanguageAccept
from werkzeug.http import parse_accept_header

LANGUAGES = {"es": "Español", "en": "English"}
_LOCALES = {"es": "es_GT", "en": "en"}
_KEY = "cumple.language"
babel = Babel()


class LanguagePrefix:
    """WSGI middleware: /en/… becomes the script name, so that every link made stays in the language."""

    def __init__(self, app: Callable[..., Iterable[bytes]]) -> None:
        """Wrap an application."""
        self.app = app

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Move the language from the path to the script name."""
        path = environ.get("PATH_INFO", "")
        environ[_KEY] = "es"
        if path == "/en" or path.startswith("/en/"):
            environ[_KEY] = "en"
            environ["SCRIPT_NAME"] = environ.get("SCRIPT_NAME", "") + "/en"
            environ["PATH_INFO"] = path[3:] or "/"
        elif path.startswith("/api/v1/"):
            environ[_KEY] = _asked_for(environ)
        return self.app(environ, start_response)


def _asked_for(environ: dict[str, Any]) -> str:
    """The language that a program asks for: it says so in a header, its addresses have none."""
    accepted = parse_accept_header(environ.get("HTTP_ACCEPT_LANGUAGE"), LanguageAccept)
    liked = (tag.replace("_", "-").partition("-")[0].lower() for tag, quality in accepted if quality > 0)
    return next((one for one in liked if one in LANGUAGES), "es")


def language() -> str:
    """The language of this request's address; Spanish outside a request."""
    return str(request.environ.get(_KEY, "es")) if has_request_context() else "es"


def locale() -> str:
    """The locale for Babel."""
    return _LOCALES[language()]


def whole(path: str) -> str:
    """A path of this application as a whole address, in the language of the path."""
    base = str(current_app.config["BASE_URL"]).rstrip("/")
    return base + path.removeprefix(request.script_root.removesuffix("/en"))


def other_address() -> tuple[str, str]:
    """The other language and this same page in it."""
    other = "en" if language() == "es" else "es"
    root = request.script_root.removesuffix("/en")
    # One slash only: two would make the first part of the path another host.
    path = "/" + quote(request.path.lstrip("/"))
    query = f"?{request.query_string.decode('latin-1')}" if request.query_string else ""
    return other, f"{root}{'/en' if other == 'en' else ''}{path}{query}"


def percent(value: Decimal | float | int | None, decimals: int = 0) -> str:
    """A percent with its sign, cut and never rounded up to the whole: 99.6 reads 99 %."""
    if value is None:
        return ""
    exact = Decimal(str(value))
    step = Decimal(1).scaleb(-decimals)
    shown = exact.quantize(step, rounding="ROUND_DOWN")
    return f"{format_decimal(shown, locale=locale(), decimal_quantization=False)}\N{NO-BREAK SPACE}%"


def day(value: date | None, style: str = "long") -> str:
    """A date as Guatemala writes it: 28 de agosto de 2020."""
    return "" if value is None else format_date(value, format=_ordered(style), locale=locale())


def _ordered(style: str) -> str:
    """A short date with its parts in the order of the language: 28 ago 2020, Aug 28, 2020."""
    return style if language() == "es" else style.replace("d MMM y", "MMM d, y")


def month(value: date, style: str = "MMMM 'de' y") -> str:
    """A month and its year."""
    return format_date(value, format=style if language() == "es" else "MMMM y", locale=locale())


def instant(value: datetime | None, zone: str = "") -> str:
    """An instant in civil time, by default the government's: 28 ago 2020, 18:00."""
    if value is None:
        return ""
    civil = get_timezone(zone or current_app.config["TIMEZONE"])
    return format_datetime(value, _ordered("d MMM y, HH:mm"), tzinfo=civil, locale=locale())


def number(value: Decimal | int | None) -> str:
    """A number with its thousands separated."""
    return "" if value is None else format_decimal(value, locale=locale())


def init_app(app: Flask) -> None:
    """Hand Babel and the filters to the application."""
    app.config.setdefault("BABEL_TRANSLATION_DIRECTORIES", "translations")
    babel.init_app(app, default_locale="es", locale_selector=language)
    app.wsgi_app = LanguagePrefix(app.wsgi_app)  # type: ignore[method-assign]  # how WSGI is put on
    app.jinja_env.filters.update(percent=percent, day=day, month=month, instant=instant, number=number)
