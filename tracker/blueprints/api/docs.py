"""The document of the API, and the same as a page that people read."""

from __future__ import annotations

import json
from typing import Any

from flask import Response, current_app, render_template
from flask.typing import ResponseReturnValue

from tracker import i18n
from tracker.access import public
from tracker.blueprints.api import blueprint
from tracker.blueprints.api.answering import JSON, share
from tracker.blueprints.api.document import build_document
from tracker.blueprints.api.operations import OPERATIONS
from tracker.domain.errors import NotFound
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


@blueprint.get("/api/v1/")
@public
def start() -> Response:
    """Where everything is, for who begins at the address of the API itself."""
    base = i18n.whole("/api/v1")
    read = (one for one in OPERATIONS if one.is_list and not one.place and not one.scope)
    lists = {one.path.strip("/"): base + one.path for one in read}
    found = {"openapi": f"{base}/openapi.json", "docs": i18n.whole("/api/docs"), "lists": lists}
    return Response(json.dumps(found), mimetype=JSON)


@blueprint.get("/api/docs")
@public
def docs() -> ResponseReturnValue:
    """Our own pages, made of the same document: no script, and nothing of another host."""
    document = build_document()
    return _shared(
        "api/docs.html",
        document=document,
        groups=_groups(document),
        common=document["paths"]["/plans"]["get"]["parameters"],
        base=document["servers"][0]["url"],
        schemas=document["components"]["schemas"],
        codes={code: sentence(code, _PLACES) for code in _SHOWN_CODES},
        per_minute=current_app.config["API_REQUESTS_PER_MINUTE"],
        per_hour=current_app.config["API_WRITES_PER_HOUR"],
        days=current_app.config["API_ANSWER_DAYS"],
    )


@blueprint.get("/api/docs/<string:name>")
@public
def operation(name: str) -> ResponseReturnValue:
    """One operation, with everything that it takes and gives."""
    document = build_document()
    every = {one["operationId"]: one for _tag, group in _groups(document) for one in group}
    found, schemas = every.get(name), document["components"]["schemas"]
    if found is None:
        raise NotFound("operation-not-found", name=name[:80])
    code = "201" if "201" in found["responses"] else "200"
    answer = found["responses"][code]["content"][JSON]["schema"]
    is_list = "properties" in answer
    return _shared(
        "api/operation.html",
        operation=found,
        schemas=schemas,
        code=code,
        is_list=is_list,
        errors=[one for one in found["responses"] if one not in {code, "304"}],
        taken=_reached(found["requestBody"]["content"][JSON]["schema"], schemas)
        if "requestBody" in found
        else {},
        given=_reached(answer["properties"]["data"] if is_list else answer, schemas),
    )


def _shared(template: str, **shown: Any) -> Response:
    response = Response(render_template(template, resolved=_resolved, kind_of=_kind_of, **shown))
    share(response)
    return response


def _reached(schema: dict[str, Any], schemas: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """The named schemas behind a value and behind what they hold, in the order in which they are met."""
    found: dict[str, dict[str, Any]] = {}
    waiting = [_resolved(schema, schemas)[0]]
    while waiting:
        name = waiting.pop(0)
        if name and name not in found and "properties" in schemas[name]:
            found[name] = schemas[name]
            waiting += [_resolved(one, schemas)[0] for one in schemas[name]["properties"].values()]
    return found


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
