"""What keeps machines off the public forms, without anybody else's help: a signed form, time, a count.

Public pages read no session, so no session can vouch for their forms. The form carries a token signed for
it and its subject instead. That suffices against forged requests: these forms act for nobody signed in.
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from ipaddress import IPv6Address, ip_address

from sqlalchemy import delete, func, select

from tracker.db import db
from tracker.domain.errors import DomainError
from tracker.models.citizens import PublicAttempt
from tracker.services.public_tokens import BadToken, Purpose, read, sign

LEAST_AGE = timedelta(seconds=3)
MOST_AGE = timedelta(days=1)
WINDOW = timedelta(hours=1)
# A day is more than any count needs.
KEPT = timedelta(days=1)


class TooMany(DomainError):
    """Too many forms in an hour from one address, or with one e-mail (429)."""

    status = 429


@dataclass(frozen=True)
class Guard:
    """The installation's secret and how many forms an hour may bring."""

    secret: str
    per_hour: int


def form_token(guard: Guard, form: str, subject: str, *, now: datetime) -> str:
    """The token that a form carries, good for that form and subject alone."""
    return sign(guard.secret, Purpose.FORM, f"{form} {subject}", now=now)


def check_form(guard: Guard, token: str, form: str, subject: str, *, now: datetime) -> None:
    """Refuse a form that is not ours (BadToken), or one filled in too fast or too long ago (DomainError)."""
    found = read(guard.secret, Purpose.FORM, token, now=now)
    if found.value != f"{form} {subject}":
        raise BadToken("signed-link-not-valid")
    age = now - found.at
    if age > MOST_AGE:
        raise DomainError("form-too-old")
    if age < LEAST_AGE:
        raise DomainError("form-too-fast")


def count_attempt(guard: Guard, *, address: str, email: str, now: datetime) -> None:
    """Count a form that was sent; TooMany beyond the hour's measure for its address or its e-mail.

    Neither is kept: only hashes with the day in them, for a day.
    """
    db.session.execute(delete(PublicAttempt).where(PublicAttempt.at < now - KEPT))
    for column, text in ((PublicAttempt.address, network_of(address)), (PublicAttempt.email, email.lower())):
        hashes = {_hash(guard, text, day) for day in ((now - WINDOW).date(), now.date())}
        sent = select(func.count()).where(column.in_(hashes), PublicAttempt.at > now - WINDOW)
        if (db.session.scalar(sent) or 0) >= guard.per_hour:
            raise TooMany("too-many-forms")
    today = now.astimezone(UTC).date()
    db.session.add(
        PublicAttempt(
            address=_hash(guard, network_of(address), today), email=_hash(guard, email.lower(), today), at=now
        )
    )
    db.session.flush()


def _hash(guard: Guard, text: str, day: date) -> str:
    return hmac.new(guard.secret.encode(), f"{day.isoformat()} {text}".encode(), hashlib.sha256).hexdigest()


def network_of(address: str) -> str:
    """An address as it is counted: one household holds all the addresses of a /64."""
    try:
        found = ip_address(address)
    except ValueError:
        return address
    return str(int(found) >> 64) if isinstance(found, IPv6Address) else address
