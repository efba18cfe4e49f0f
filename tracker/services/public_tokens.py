"""Signed words in links and forms of people without an account: each for one purpose, some for a while."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from itsdangerous import BadSignature, URLSafeSerializer

from tracker.domain.errors import DomainError

CONFIRMING = timedelta(hours=48)


class Purpose(StrEnum):
    """What a token is good for, and for nothing else: it salts the signature."""

    FORM = "cumple.public-form"
    CONFIRM_OBSERVATION = "cumple.observation.confirm"
    CONFIRM_SUBSCRIPTION = "cumple.subscription.confirm"
    END_SUBSCRIPTION = "cumple.subscription.end"
    END_ALL = "cumple.subscription.end-all"
    END_LETTERS = "cumple.letters.end"
    INVITATION = "cumple.invitation"


class BadToken(DomainError):
    """The link or form was not made here, was cut, or is too old (400)."""

    status = 400


@dataclass(frozen=True)
class Signed:
    """What a token says, and when it was made."""

    value: str
    at: datetime


def sign(secret: str, purpose: Purpose, value: str, *, now: datetime) -> str:
    """A token that says a value for one purpose."""
    return _serializer(secret, purpose).dumps([value, int(now.timestamp())])


def read(
    secret: str, purpose: Purpose, token: str, *, now: datetime, most_age: timedelta | None = None
) -> Signed:
    """What a token says; BadToken `signed-link-not-valid`, or `signed-link-expired` beyond its age."""
    try:
        content = _serializer(secret, purpose).loads(token)
    except BadSignature:
        content = None
    match content:
        case [str(value), int(stamp)]:
            found = Signed(value, datetime.fromtimestamp(stamp, UTC))
        case _:
            raise BadToken("signed-link-not-valid")
    if most_age is not None and now - found.at > most_age:
        raise BadToken("signed-link-expired")
    return found


def _serializer(secret: str, purpose: Purpose) -> URLSafeSerializer:
    return URLSafeSerializer(secret, salt=purpose.value)
