"""Cursors: where a list goes on, signed, and good for the same question alone."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from flask import current_app
from itsdangerous import BadSignature, URLSafeSerializer

from tracker.blueprints.api.asked import AskedList
from tracker.domain.errors import DomainError
from tracker.queries.portal.listing import Position

_NO_PART_OF_THE_QUESTION = {"cursor", "limit", "fields", "format"}


def position_of(operation: str, asked: AskedList, place: dict[str, Any]) -> Position:
    """After which row the list goes on; from the beginning without one. DomainError for one not ours."""
    if asked.cursor is None:
        return ()
    try:
        question, position = _signer().loads(asked.cursor)
    except (BadSignature, ValueError, TypeError) as error:
        raise DomainError("cursor-not-valid", field="cursor") from error
    if question != _question(operation, asked, place):
        raise DomainError("cursor-not-valid", field="cursor")
    return tuple(position)


def cursor_for(operation: str, asked: AskedList, place: dict[str, Any], position: Position) -> str:
    """The cursor of a position."""
    return str(_signer().dumps([_question(operation, asked, place), list(position)]))


def _question(operation: str, asked: AskedList, place: dict[str, Any]) -> str:
    """What was asked, without where and how much: a cursor of another question would skip rows unseen."""
    said = asked.model_dump(mode="json", exclude=_NO_PART_OF_THE_QUESTION, exclude_none=True)
    text = json.dumps([operation, said, place], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(str(current_app.secret_key), salt="api-cursor")
