"""Frozen values as plain JSON content and back, so that what was compiled can be kept and read again."""

from __future__ import annotations

import base64
import hashlib
import types
from collections.abc import Callable, Mapping
from dataclasses import Field, fields, is_dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

T = TypeVar("T")
UID_LENGTH = 22
_PLAIN = frozenset({str, int, bool, float, type(None)})
_found: dict[tuple[type[Any], bool], tuple[str, ...] | None] = {}

# A field that only the compiled report carries, and one that is no part of the content at all.
DETAIL: Mapping[str, bool] = {"detail": True}
APART: Mapping[str, bool] = {"apart": True}


def encode(value: Any, *, number: Callable[[Decimal], Any] = str, detail: bool = True) -> Any:
    """A frozen value as JSON: decimals through `number`, dates as ISO text, enumerations by value.

    Without `detail` the fields marked DETAIL are left out; those marked APART always are.
    """
    kind = type(value)
    if kind in _PLAIN:
        return value
    if (names := _names(kind, detail)) is not None:
        return {name: encode(getattr(value, name), number=number, detail=detail) for name in names}
    if isinstance(value, tuple):
        return [encode(one, number=number, detail=detail) for one in value]
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, Decimal):
        return number(value)
    if isinstance(value, date | datetime):
        return value.isoformat()
    return dict(value) if isinstance(value, Mapping) else value


def _names(kind: type[Any], detail: bool) -> tuple[str, ...] | None:
    """The fields of a dataclass that are carried; None for any other type. Found once for each type."""
    if (kind, detail) not in _found:
        names = (one.name for one in fields(kind) if _carried(one, detail)) if is_dataclass(kind) else None
        _found[kind, detail] = None if names is None else tuple(names)
    return _found[kind, detail]


def _carried(one: Field[Any], detail: bool) -> bool:
    return not one.metadata.get("apart") and (detail or not one.metadata.get("detail"))


def derived_uid(*parts: str) -> str:
    """A public id that follows from what it names: the same parts give the same, as long as a random one."""
    digest = hashlib.sha256("\n".join(parts).encode()).digest()
    return base64.urlsafe_b64encode(digest).decode()[:UID_LENGTH]


def decode(kind: type[T], content: Any) -> T:
    """The frozen value out of its JSON content; the types of its fields say how to read each."""
    decoded: T = _decode(kind, content)
    return decoded


def _decode(kind: Any, content: Any) -> Any:
    origin = get_origin(kind)
    if origin in {Union, types.UnionType}:
        if content is None:
            return None
        return _decode(next(one for one in get_args(kind) if one is not type(None)), content)
    if origin is tuple:
        inner = get_args(kind)[0]
        return tuple(_decode(inner, one) for one in content)
    if is_dataclass(kind) and isinstance(kind, type):
        return _instance(kind, content)
    if isinstance(kind, type):
        return _scalar(kind, content)
    return content


def _scalar(kind: type[Any], content: Any) -> Any:
    if issubclass(kind, Enum | Decimal):
        return kind(content)
    return kind.fromisoformat(content) if issubclass(kind, date) else content


def _instance(kind: type[Any], content: Mapping[str, Any]) -> Any:
    hints = get_type_hints(kind)
    known = (one for one in fields(kind) if one.name in content)
    return kind(**{one.name: _decode(hints[one.name], content[one.name]) for one in known})
