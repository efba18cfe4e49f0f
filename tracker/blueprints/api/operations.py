"""Every operation of the API, told once: its address, what may be asked, what is answered, who may call."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import wraps
from typing import Any

from flask import Blueprint, Response

from tracker.access import public, requires_token
from tracker.blueprints.api.answering import answer_list, answer_one, form_of, only_fields, read_asked
from tracker.blueprints.api.asked import Asked, AskedList
from tracker.blueprints.api.cursors import position_of
from tracker.blueprints.api.described import HandedIn, Shown
from tracker.domain.api_tokens import Scope

_PLACE = re.compile(r"<(?:[a-z]+:)?([a-z]+)>")


@dataclass(frozen=True)
class Operation:
    """One address with one method."""

    name: str
    """Its operationId."""
    rule: str
    """As the application routes it: /plans/<int:number>."""
    summary: str
    tag: str
    shown: type[Shown]
    asked: type[Asked] | None = None
    is_list: bool = False
    place: dict[str, tuple[str, Any]] = field(default_factory=dict)
    """What the address names: description and example."""
    method: str = "get"
    scope: Scope | None = None
    takes: type[HandedIn] | None = None
    description: str = ""

    @property
    def path(self) -> str:
        """As the document writes it: /plans/{number}."""
        return _PLACE.sub(r"{\1}", self.rule)


OPERATIONS: list[Operation] = []
View = Callable[..., Any]


def reads(blueprint: Blueprint, operation: Operation) -> Callable[[View], View]:
    """Serve a read: the view gives a row, or a part of a list, of what the operation shows."""

    def mark(view: View) -> View:
        @wraps(view)
        def shown(**place: Any) -> Response:
            asked = read_asked(operation.asked or Asked)
            form_of(asked)
            only_fields(operation.shown, asked)
            if operation.is_list:
                return _list(operation, view, asked, place)
            return answer_one(operation.shown, view(asked, **place), asked)

        guard = public if operation.scope is None else requires_token(operation.scope)
        _serve(blueprint, operation, guard(shown))
        return shown

    return mark


def _list(operation: Operation, view: View, asked: AskedList, place: dict[str, Any]) -> Response:
    position = position_of(operation.name, asked, place)
    return answer_list(operation.shown, view(asked, position, **place), asked, operation.name, place)


def writes(blueprint: Blueprint, operation: Operation) -> Callable[[View], View]:
    """Serve a write: the view answers by itself."""

    def mark(view: View) -> View:
        if operation.scope is None:
            raise ValueError("a write asks for a token")
        _serve(blueprint, operation, requires_token(operation.scope)(view))
        return view

    return mark


def _serve(blueprint: Blueprint, operation: Operation, view: View) -> None:
    OPERATIONS.append(operation)
    blueprint.add_url_rule(
        f"/api/v1{operation.rule}", operation.name, view, methods=[operation.method.upper()]
    )
