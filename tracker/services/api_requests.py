"""Requests that write, each once: the same key gives the same answer, however often it comes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from tracker.db import db
from tracker.domain.errors import DomainError
from tracker.models.api import ApiRequest

HOUR = timedelta(hours=1)


class TooManyWrites(DomainError):
    """More reports in an hour than the measure of a token (429); `seconds` says when to come again."""

    status = 429


@dataclass(frozen=True)
class Begun:
    """A request that is the first with its key, or the answer that the first one got."""

    id: int
    answer: dict[str, Any] | None


def begin_request(token_id: int, *, key: str, fingerprint: str, per_hour: int, now: datetime) -> Begun:
    """Take a key for a request; of two at once the second waits here, and finds the first one's answer.

    Raises DomainError `key-reused` where the key was used for something else, TooManyWrites.
    """
    row_id = _taken(token_id, key, fingerprint, now)
    if row_id is None:
        found = db.session.scalars(
            select(ApiRequest).where(ApiRequest.token_id == token_id, ApiRequest.key == key)
        ).one()
        if found.fingerprint != fingerprint:
            raise DomainError("key-reused", field="Idempotency-Key")
        return Begun(found.id, found.answer)
    _check_measure(token_id, per_hour, now)
    return Begun(row_id, None)


def _taken(token_id: int, key: str, fingerprint: str, now: datetime) -> int | None:
    """The row of a key that nobody used before; None where somebody did."""
    insert = postgresql_insert if db.session.get_bind().dialect.name == "postgresql" else sqlite_insert
    row = {"token_id": token_id, "key": key, "fingerprint": fingerprint, "answer": {}, "created_at": now}
    statement = insert(ApiRequest).values(**row).on_conflict_do_nothing().returning(ApiRequest.id)
    return db.session.scalar(statement)


def _check_measure(token_id: int, per_hour: int, now: datetime) -> None:
    """What a token wrote in the last hour is counted by the rows that it left."""
    if not per_hour:
        return
    since = now - HOUR
    count, first = db.session.execute(
        select(func.count(), func.min(ApiRequest.created_at)).where(
            ApiRequest.token_id == token_id, ApiRequest.created_at > since
        )
    ).one()
    if count > per_hour:
        raise TooManyWrites("too-many-writes", seconds=max(1, int((first - since).total_seconds())))


def keep_answer(request_id: int, answer: dict[str, Any]) -> None:
    """Write down what was answered, in the same transaction as what was done."""
    db.session.get_one(ApiRequest, request_id).answer = answer
    db.session.flush()
