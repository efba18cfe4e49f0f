"""The OpenAPI document, made of the schemas that read and answer: what it says is what is checked."""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum
from functools import cache
from typing import Annotated, Any

from flask import current_app
from flask_babel import gettext as _
from pydantic import BaseModel, TypeAdapter
from pydantic.fields import FieldInfo
from pydantic.json_schema import GenerateJsonSchema, models_json_schema

from tracker import i18n
from tracker.blueprints.api.answering import CSV, JSON, PROBLEM
from tracker.blueprints.api.asked import Asked
from tracker.blueprints.api.described import N_, Shown
from tracker.blueprints.api.operations import OPERATIONS, Operation
from tracker.blueprints.api.problems import Problem, title_of

VERSION = "1.0.0"
_REF = "#/components/schemas/{model}"
_READ_ERRORS, _WRITE_ERRORS = (404, 406, 422, 429), (400, 404, 409, 413, 415, 422, 429)
_NAMES = {"properties", "schemas", "paths", "responses", "headers", "securitySchemes", "parameters"}


class _Schemas(GenerateJsonSchema):
    """Without the titles that only repeat each name."""

    def field_title_should_be_set(self, schema: Any) -> bool:
        return False


def build_document() -> dict[str, Any]:
    """The whole document in the language of the request."""
    found: dict[str, Any] = translated(_document())
    address = i18n.whole("/api/v1") if i18n.language() == "es" else i18n.whole("/en/api/v1")
    found["servers"] = [{"url": address}]
    found["info"]["contact"] = {"name": current_app.config["GOVERNMENT_NAME"]}
    return found


@cache
def _document() -> dict[str, Any]:
    return {
        "openapi": "3.1.0",
        "jsonSchemaDialect": "https://json-schema.org/draft/2020-12/schema",
        "info": {
            "title": "Cumple",
            "version": VERSION,
            "summary": N_("Lo que se comprometió, lo que se declara y lo que está comprobado."),
            "description": N_(
                "Se lee sin cuenta lo publicado, y nada más. Las dos cifras, lo declarado y lo comprobado, "
                "no se mezclan, y que nadie informe no es 0. Las listas se leen por partes con un cursor. "
                "Escribir pide una clave, que crea un enlace en su cuenta."
            ),
            "license": {"name": "CC BY 4.0", "identifier": "CC-BY-4.0"},
        },
        "tags": [{"name": tag} for tag in dict.fromkeys(one.tag for one in OPERATIONS)],
        "paths": _paths(),
        "components": {"schemas": _schemas(), "securitySchemes": _security()},
    }


def _security() -> dict[str, Any]:
    return {
        "token": {
            "type": "http",
            "scheme": "bearer",
            "description": N_(
                "La clave que una persona creó en su cuenta. Vale lo que ella puede, o menos, y termina "
                "con su cuenta, con su paso por la institución o el día que se le puso."
            ),
        }
    }


def _paths() -> dict[str, Any]:
    paths: dict[str, Any] = {}
    for one in OPERATIONS:
        paths.setdefault(one.path, {})[one.method] = _operation(one)
    return paths


def _operation(one: Operation) -> dict[str, Any]:
    told: dict[str, Any] = {
        "operationId": one.name,
        "summary": one.summary,
        "tags": [one.tag],
        "parameters": [*_place(one), *_query(one)],
        "responses": _responses(one),
    }
    if one.description:
        told["description"] = one.description
    if one.scope is not None:
        told["security"] = [{"token": []}]
    if one.takes is not None:
        told["parameters"].append(_KEY)
        told["requestBody"] = _body(one)
    return told


_KEY: dict[str, Any] = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": True,
    "description": N_(
        "Otra en cada envío. La misma clave con el mismo contenido da la misma respuesta y no escribe nada "
        "otra vez; con otro contenido se rechaza."
    ),
    "schema": {"type": "string", "pattern": "^[A-Za-z0-9._:-]{1,80}$"},
    "example": "tablero-2026-06-30-actividad-2.1",
}


def _place(one: Operation) -> Iterable[dict[str, Any]]:
    for name, (text, example) in one.place.items():
        kind: dict[str, Any] = {"type": "string", "minLength": 1, "maxLength": 120}
        if isinstance(example, int):
            kind = {"type": "integer", "minimum": 1, "maximum": 2**31 - 1}
        yield {
            "name": name,
            "in": "path",
            "required": True,
            "description": text,
            "schema": kind,
            "example": example,
        }


def _query(one: Operation) -> Iterable[dict[str, Any]]:
    if one.takes is not None:
        return
    for name, field in (one.asked or Asked).model_fields.items():
        told = {
            "name": name,
            "in": "query",
            "required": field.is_required(),
            "description": field.description,
        }
        example = {"example": field.examples[0]} if field.examples else {}
        yield told | {"schema": _query_schema(field)} | example


def _query_schema(field: FieldInfo) -> dict[str, Any]:
    """The schema of one value of an address, which is there or is not, and never null."""
    kind: Any = field.annotation
    for metadata in field.metadata:
        kind = _annotated(kind, metadata)
    schema = TypeAdapter(kind).json_schema(schema_generator=_Schemas)
    options = [one for one in schema.get("anyOf", [schema]) if one.get("type") != "null"]
    definitions = schema.get("$defs", {})
    chosen = options[0]
    if "$ref" in chosen:
        chosen = definitions[chosen["$ref"].rpartition("/")[2]]
    chosen = {key: value for key, value in chosen.items() if key not in {"title", "description", "$defs"}}
    if field.default is not None and not field.is_required():
        chosen["default"] = field.default
    return chosen


def _annotated(kind: Any, metadata: Any) -> Any:
    return Annotated[kind, metadata]


def _body(one: Operation) -> dict[str, Any]:
    schema = {"$ref": _REF.format(model=one.takes.__name__ if one.takes else "")}
    return {
        "required": True,
        "content": {
            JSON: {"schema": schema},
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["report"],
                    "properties": {
                        "report": schema | {"description": N_("El informe, en JSON.")},
                    },
                    "additionalProperties": {
                        "type": "string",
                        "contentMediaType": "application/octet-stream",
                    },
                },
                "encoding": {"report": {"contentType": JSON}},
            },
        },
    }


def _responses(one: Operation) -> dict[str, Any]:
    schema: dict[str, Any] = {"$ref": _REF.format(model=one.shown.__name__)}
    if one.is_list:
        schema = _list_schema(schema)
    content: dict[str, Any] = {JSON: {"schema": schema}}
    if one.takes is None:
        content[CSV] = {"schema": {"type": "string"}}
    good = {"description": N_("La respuesta."), "content": content, "headers": _headers(one)}
    errors = _READ_ERRORS if one.takes is None else _WRITE_ERRORS
    if one.scope is not None:
        errors = (401, 403, *errors)
    told: dict[str, Any] = {"200" if one.takes is None else "201": good}
    if one.takes is None and one.scope is None:
        told["304"] = {"description": N_("Nada cambió desde la ETag que se envió en If-None-Match.")}
    problem = {PROBLEM: {"schema": {"$ref": _REF.format(model="Problem")}}}
    return told | {str(code): {"description": str(code), "content": problem} for code in errors}


def _list_schema(row: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "required": ["data", "as_of", "next_cursor", "next"],
        "additionalProperties": False,
        "properties": {
            "data": {"type": "array", "items": row, "description": N_("Las filas.")},
            "as_of": {"type": "string", "format": "date", "description": N_("El día del que se habla.")},
            "next_cursor": {
                "type": ["string", "null"],
                "description": N_("Dónde sigue la lista; vacío donde termina."),
            },
            "next": {"type": ["string", "null"], "description": N_("La dirección de la parte que sigue.")},
        },
    }


def _headers(one: Operation) -> dict[str, Any]:
    text = {"type": "string"}
    told = {
        "RateLimit": {"description": N_("Lo que queda de la medida del minuto."), "schema": text},
        "RateLimit-Policy": {"description": N_("La medida."), "schema": text},
    }
    if one.takes is None and one.scope is None:
        told["ETag"] = {"description": N_("Para preguntar otra vez con If-None-Match."), "schema": text}
    if one.is_list:
        told["Link"] = {
            "description": N_("La dirección de la parte que sigue (rel=next)."),
            "schema": text,
        }
    return told


def _schemas() -> dict[str, Any]:
    """Every part of answers and bodies; with `fields` an answer may leave out any of its own."""
    shown: list[tuple[type[BaseModel], Any]] = [(one.shown, "serialization") for one in OPERATIONS]
    taken: list[tuple[type[BaseModel], Any]] = [(one.takes, "validation") for one in OPERATIONS if one.takes]
    every: Any = dict.fromkeys([*shown, (Problem, "serialization"), *taken])
    _map, found = models_json_schema(
        list(every),
        ref_template=_REF,
        schema_generator=_Schemas,
    )
    schemas: dict[str, Any] = found["$defs"]
    for one in schemas.values():
        if "enum" in one:
            one.pop("description", None)
        one.pop("title", None)
    for model in {one.shown for one in OPERATIONS if issubclass(one.shown, Shown) and one.takes is None}:
        schemas[model.__name__].pop("required", None)
    return schemas


def translated(node: Any, names: bool = False) -> Any:
    """A copy with its words in the language of the request; examples and names stay as they are."""
    if isinstance(node, list):
        return [translated(one) for one in node]
    if not isinstance(node, dict):
        return node
    return {key: _translated(key, value, names) for key, value in node.items()}


def translated_tag(tag: dict[str, str]) -> dict[str, str]:
    """The name of a group of operations."""
    name = tag["name"]
    return {"name": _(name)}


def _translated(key: str, value: Any, names: bool) -> Any:
    if not names and key in {"description", "summary"}:
        return title_of(int(value)) if value.isdecimal() else _(value)
    if not names and key in {"tags"} and isinstance(value, list):
        return [_(one) if isinstance(one, str) else translated_tag(one) for one in value]
    if not names and key in {"example", "examples", "default", "enum"}:
        return (
            [one.value if isinstance(one, Enum) else one for one in value]
            if isinstance(value, list)
            else value
        )
    return translated(value, names=key in _NAMES and not names and isinstance(value, dict))
