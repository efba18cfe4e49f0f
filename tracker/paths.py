"""What an address may hold: nothing at which a database fails where it should just find nothing."""

from __future__ import annotations

from typing import Any

from flask import Flask
from werkzeug.routing import IntegerConverter, Map, UnicodeConverter, ValidationError

LARGEST = 2**31 - 1


class NumberInPath(IntegerConverter):
    """`<int:…>`: a larger one is the address of no page."""

    def __init__(self, map: Map, *args: Any, **given: Any) -> None:
        super().__init__(map, *args, **{"max": LARGEST, **given})


class TextInPath(UnicodeConverter):
    """`<string:…>`: PostgreSQL takes no text with a NUL in it."""

    def to_python(self, value: str) -> str:
        """The text as it is; ValidationError, so that there is no such page, for what is none."""
        if "\0" in value:
            raise ValidationError
        return value


def number(text: str) -> int:
    """A number of a query; ValueError, so that it counts as not said, for one too large."""
    found = int(text)
    if abs(found) > LARGEST:
        raise ValueError(text)
    return found


def init_app(app: Flask) -> None:
    """Have addresses read so; before any route is added."""
    app.url_map.converters |= {"int": NumberInPath, "string": TextInPath, "default": TextInPath}
