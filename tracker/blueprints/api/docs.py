"""The document of the API, and the same as a page that people read."""

from __future__ import annotations

import json
from typing import Any

from flask import Response, current_app, render_template, request
from flask.typing import ResponseReturnValue

from tracker import i18n
from tracker.access import public
from tracker.blueprints.api import blueprint
from tracker.blueprints.api.answering import JSON, share
from tracker.blueprints.api.document import build_document
from tracker.wording import sentence

_SHOWN_CODES = (
    *("request-not-valid", "name-unknown", "fields-unknown", "cursor-not-valid", "format-not-offered"),
    *("token-required", "token-not-valid", "key-required", "key-reused", "body-type-not-taken"),
)


# What stands in a sentence where it is shown without a case.
_PLACES = dict.fromkeys(("names", "known", "name", "scope", "seconds", "most", "least", "megabytes"), "…")


@blueprint.get("/api/v1/openapi.json")
@public
def openapi() -> Response:
    return Response(json.dumps(build_document(), ensure_ascii=False), mimetype=JSON)


@blueprint.get("/api/docs")
@public
def docs() -> ResponseReturnValue:
    """Our own page, made of the same document: no script, and nothing of another host."""
    document = build_document()
    base = document["servers"][0]["url"]
    response = Response(
        render_template(
            "api/docs.html",
            document=document,
            groups=_groups(document),
            base=base,
            schemas=document["components"]["schemas"],
            resolved=_resolved,
            kind_of=_kind_of,
            codes={code: sentence(code, _PLACES) for code in _SHOWN_CODES},
            per_minute=current_app.config["API_REQUESTS_PER_MINUTE"],
            per_hour=current_app.config["API_WRITES_PER_HOUR"],
            days=current_app.config["API_ANSWER_DAYS"],
            address=i18n.whole(request.path),
        )
    )
    share(response)
    return response


def _groups(document: dict[str, Any]) -> list[tuple[str, list[dict[str, Any]]]]:
    """The operations under their headings, each with its method and address."""
    found: dict[str, list[dict[str, Any]]] = {one["name"]: [] for one in document["tags"]}
    for path, methods in document["paths"].items():
        for method, told in methods.items():
            found[told["tags"][0]].append(told | {"method": method.upper(), "path": path})
    return list(found.items())


def _resolved(schema: dict[str, Any], schemas: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    """The named schema behind a value, its name first; empty where it is a plain value."""
    for one in (schema, schema.get("items", {}), *schema.get("anyOf", ())):
        inner = one if "$ref" in one else one.get("items", {})
        if "$ref" in inner:
            name = inner["$ref"].rpartition("/")[2]
            return name, schemas[name]
    return "", {}


def _kind_of(schema: dict[str, Any], schemas: dict[str, Any]) -> str:
    """What kind of value it is, as people read it: string, number, a list of parts."""
    options = [one for one in schema.get("anyOf", [schema]) if one.get("type") != "null"]
    return " | ".join(dict.fromkeys(_one_kind(one, schemas) for one in options))


def _one_kind(schema: dict[str, Any], schemas: dict[str, Any]) -> str:
    if "enum" in schema:
        return ", ".join(str(one) for one in schema["enum"])
    if "const" in schema:
        return str(schema["const"])
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        return _one_kind(schemas[name], schemas) if "enum" in schemas[name] else name
    if schema.get("type") == "array":
        return f"[{_kind_of(schema.get('items', {}), schemas)}]"
    kind = schema.get("type", "")
    return str(schema.get("format", kind) if isinstance(kind, str) else " | ".join(kind))
