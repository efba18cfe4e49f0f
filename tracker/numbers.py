"""Numbers in addresses: none is larger than the databases hold; at one they would fail, not find nothing."""

from __future__ import annotations

from typing import Any

from flask import Flask
from werkzeug.routing import IntegerConverter, Map

LARGEST = 2**31 - 1


class NumberInPath(IntegerConverter):
    """`<int:…>` of an address: a larger one is the address of no page."""

    def __init__(self, map: Map, *args: Any, **given: Any) -> None:
        super().__init__(map, *args, **{"max": LARGEST, **given})


def number(text: str) -> int:
    """A number of a query; ValueError, so that it counts as not said, for one too large."""
    found = int(text)
    if abs(found) > LARGEST:
        raise ValueError(text)
    return found


def init_app(app: Flask) -> None:
    """Have addresses read so; before any route is added."""
    app.url_map.converters["int"] = NumberInPath
