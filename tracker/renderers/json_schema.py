"""The JSON Schema (2020-12) of a report's data, read off the frozen types that the data are made of."""

from __future__ import annotations

import ast
import inspect
import types
from collections.abc import Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from datetime import date
from decimal import Decimal
from enum import Enum
from itertools import pairwise
from typing import Any, Union, get_args, get_origin, get_type_hints

from tracker.domain.report_document import ReportDocument

SCHEMA_PATH = "/datos/esquemas/informe-1.json"
MEDIA_TYPE = "application/schema+json"
_DIALECT = "https://json-schema.org/draft/2020-12/schema"
_HASH: Mapping[str, Any] = {
    "type": "string",
    "pattern": "^[0-9a-f]{64}$",
    "description": "SHA-256 of everything else, in the canonical form of RFC 8785.",
}
_PLAIN: Mapping[type, Mapping[str, Any]] = {
    str: {"type": "string"},
    bool: {"type": "boolean"},
    int: {"type": "integer"},
    date: {"type": "string", "format": "date", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"},
    Decimal: {"type": "string", "pattern": r"^-?[0-9]+(\.[0-9]+)?$"},
}


def report_schema(identifier: str) -> dict[str, Any]:
    """The schema of what `JsonRenderer` writes, under the address at which it is published.

    A key may be missing where its field has a default: reports frozen before it was there do not have it.
    """
    defined: dict[str, Any] = {}
    root = _object(ReportDocument, defined)
    root["properties"] = {"sha256": dict(_HASH), **root["properties"]}
    root["required"] = ["sha256", *root["required"]]
    top = {"$schema": _DIALECT, "$id": identifier, "title": "Informe compilado"}
    return {**top, **root, "$defs": dict(sorted(defined.items()))}


def _object(kind: type[Any], defined: dict[str, Any]) -> dict[str, Any]:
    hints, told = get_type_hints(kind), _descriptions(kind)
    carried = [one for one in fields(kind) if not one.metadata.get("apart")]
    properties = {}
    for one in carried:
        properties[one.name] = _schema(hints[one.name], defined)
        if one.name in told:
            properties[one.name] = {**properties[one.name], "description": told[one.name]}
    return {
        "description": inspect.cleandoc(kind.__doc__ or ""),
        "type": "object",
        "properties": properties,
        "required": [one.name for one in carried if not _has_default(one)],
        "additionalProperties": False,
    }


def _has_default(one: Field[Any]) -> bool:
    return one.default is not MISSING or one.default_factory is not MISSING


def _schema(kind: Any, defined: dict[str, Any]) -> dict[str, Any]:
    origin, inner = get_origin(kind), get_args(kind)
    if origin in {Union, types.UnionType}:
        return _nullable(next(one for one in inner if one is not types.NoneType), defined)
    if origin is tuple:
        return {"type": "array", "items": _schema(inner[0], defined)}
    if origin is dict:
        return {"type": "object", "additionalProperties": _schema(inner[1], defined)}
    if kind in _PLAIN:
        return dict(_PLAIN[kind])
    return _named(kind, defined)


def _nullable(kind: Any, defined: dict[str, Any]) -> dict[str, Any]:
    found = _schema(kind, defined)
    if "$ref" in found:
        return {"anyOf": [found, {"type": "null"}]}
    return {**found, "type": [found["type"], "null"]}


def _named(kind: type[Any], defined: dict[str, Any]) -> dict[str, Any]:
    """A reference to a type's own definition, made the first time; TypeError for what has no JSON."""
    name = kind.__name__
    if name not in defined:
        if issubclass(kind, Enum):
            about = inspect.cleandoc(kind.__doc__ or "")
            defined[name] = {"description": about, "type": "string", "enum": [one.value for one in kind]}
        elif is_dataclass(kind):
            defined[name] = {}
            defined[name] = _object(kind, defined)
        else:
            raise TypeError(f"no schema for {kind!r}")
    return {"$ref": f"#/$defs/{name}"}


def _descriptions(kind: type[Any]) -> Mapping[str, str]:
    """What the source says under each field, those of its bases too."""
    told: dict[str, str] = {}
    for one in reversed([base for base in kind.__mro__ if is_dataclass(base)]):
        (made,) = ast.parse(inspect.cleandoc(inspect.getsource(one))).body
        body = made.body if isinstance(made, ast.ClassDef) else []
        for before, after in pairwise(body):
            if isinstance(before, ast.AnnAssign) and isinstance(before.target, ast.Name):
                text = after.value if isinstance(after, ast.Expr) else None
                if isinstance(text, ast.Constant) and isinstance(text.value, str):
                    told[before.target.id] = inspect.cleandoc(text.value)
    return told
