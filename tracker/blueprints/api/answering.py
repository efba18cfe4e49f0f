"""Answers: JSON or a table, whole or some fields, with their tag, for every site; problems in words."""

from __future__ import annotations

import json
from collections.abc import Collection
from datetime import date
from typing import Any

from flask import Response, current_app, request, url_for
from pydantic import ValidationError

from tracker import clock, i18n
from tracker.blueprints.api.asked import Asked, AskedList
from tracker.blueprints.api.cursors import cursor_for
from tracker.blueprints.api.described import Shown
from tracker.blueprints.api.problems import NotValid, Problem, not_valid, plain_problem, problem_of
from tracker.blueprints.api.tables import csv_of
from tracker.domain.errors import DomainError
from tracker.queries.portal.listing import Slice

JSON, CSV, PROBLEM = "application/json", "text/csv", "application/problem+json"
SHARED_SECONDS = 60


class NotAcceptable(DomainError):
    """No form in which it is told is one that the caller takes (406)."""

    status = 406


def today() -> date:
    """Today's civil date."""
    return clock.today(current_app.config["TIMEZONE"])


def read_asked(model: type[Asked]) -> Any:
    """What the address asks; NotValid for names it does not know and values it cannot read."""
    repeated = [name for name, values in request.args.lists() if len(values) > 1]
    if repeated:
        raise NotValid([DomainError("value-repeated", field=name) for name in sorted(repeated)])
    try:
        return model.model_validate(request.args.to_dict())
    except ValidationError as error:
        raise not_valid(error) from None


def form_of(asked: Asked) -> str:
    """The form to answer in: named in the address, else the one that the caller likes best."""
    if asked.format is not None:
        return CSV if asked.format == "csv" else JSON
    best = request.accept_mimetypes.best_match([JSON, CSV])
    if best is None and request.accept_mimetypes:
        raise NotAcceptable("format-not-offered")
    return best or JSON


def only_fields(model: type[Shown], asked: Asked) -> Collection[str] | None:
    """The fields asked for; None for all of them. DomainError names those that are not there."""
    if asked.fields is None:
        return None
    wanted = [one.strip() for one in asked.fields.split(",") if one.strip()]
    unknown = [one for one in wanted if one not in model.model_fields]
    if unknown or not wanted:
        raise NotValid(
            [
                DomainError(
                    "fields-unknown",
                    field="fields",
                    names=", ".join(unknown)[:200] or "—",
                    known=", ".join(model.model_fields),
                )
            ]
        )
    return set(wanted)


def answer_one(model: type[Shown], row: Shown, asked: Asked) -> Response:
    """One thing, as JSON or as a table of one row."""
    only, form = only_fields(model, asked), form_of(asked)
    if form == CSV:
        return _table(model, [row], only)
    return _json(row.model_dump(mode="json", include=set(only) if only is not None else None))


def answer_list(
    model: type[Shown], found: Slice[Any], asked: AskedList, name: str, place: dict[str, Any]
) -> Response:
    """A part of a list, and where it goes on."""
    only, form = only_fields(model, asked), form_of(asked)
    following = cursor_for(name, asked, place, found.following) if found.following else None
    address = _address(following) if following else None
    if form == CSV:
        response = _table(model, found.rows, only)
    else:
        include = set(only) if only is not None else None
        rows = [one.model_dump(mode="json", include=include) for one in found.rows]
        day = (getattr(asked, "as_of", None) or today()).isoformat()
        response = _json({"data": rows, "as_of": day, "next_cursor": following, "next": address})
    if address:
        response.headers["Link"] = f'<{address}>; rel="next"'
    return response


def _address(cursor: str) -> str:
    """This same question from there on."""
    values: dict[str, Any] = request.args.to_dict() | {"cursor": cursor}
    return i18n.whole(url_for(request.endpoint or "", **(request.view_args or {}), **values))


def _json(content: Any) -> Response:
    return Response(json.dumps(content, ensure_ascii=False, separators=(",", ":")), mimetype=JSON)


def _table(model: type[Shown], rows: Any, only: Collection[str] | None) -> Response:
    return Response("".join(csv_of(model, rows, only)), content_type=f"{CSV}; charset=utf-8")


def written(model: Shown, status: int, headers: dict[str, str] | None = None) -> Response:
    """The answer to something that was sent."""
    response = _json(model.model_dump(mode="json"))
    response.status_code = status
    response.headers.update(headers or {})
    return response


def tell_problem(error: DomainError | int, message: str = "") -> Response:
    """Any error as problem+json, in the language that was asked for."""
    base = i18n.whole(url_for("api.docs"))
    known = isinstance(error, DomainError)
    problem: Problem = problem_of(error, base) if known else plain_problem(error, base, message)  # type: ignore[arg-type]  # told apart by `known`
    response = _json(problem.model_dump(mode="json"))
    response.content_type = PROBLEM
    response.status_code = problem.status
    response.headers["Content-Language"] = i18n.language()
    response.vary.add("Accept-Language")
    if problem.status == 401:
        response.headers["WWW-Authenticate"] = 'Bearer realm="cumple"'
    if known and "seconds" in error.params:  # type: ignore[union-attr]  # told apart by `known`
        response.headers["Retry-After"] = str(error.params["seconds"])  # type: ignore[union-attr]  # the same
    return response


def share(response: Response) -> None:
    """A public answer may be kept a minute by anybody, and is asked for again by its tag."""
    response.vary.add("Accept")
    if response.status_code == 200 and request.method in {"GET", "HEAD"}:
        response.cache_control.public = True
        response.cache_control.max_age = SHARED_SECONDS
        response.add_etag()
        response.make_conditional(request)


def open_to_every_site(response: Response) -> None:
    """Any page of any site may read what is public; nothing that needs a key, so no credentials."""
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Access-Control-Expose-Headers"] = (
        "ETag, Link, RateLimit, RateLimit-Policy, Retry-After, Content-Language"
    )
    if request.method == "OPTIONS":
        response.headers["Access-Control-Allow-Methods"] = "GET, HEAD, OPTIONS"
        response.headers["Access-Control-Allow-Headers"] = "Accept, Accept-Language, If-None-Match"
        response.headers["Access-Control-Max-Age"] = "86400"
