"""Webhooks: what is told, where to, how a message is signed, when an address is given up.

Messages are signed as the Standard Webhooks specification says: HMAC-SHA256 over id, time and body.
"""

from __future__ import annotations

import hmac
from base64 import b64decode, b64encode
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import sha256
from urllib.parse import urlsplit

from tracker.domain.addresses import is_own_network, is_public, numeric_address
from tracker.domain.errors import DomainError

SECRET_PREFIX = "whsec_"  # noqa: S105 - how a secret begins, and none
LONGEST_URL = 500
# How long the secret before a renewal still signs too.
BOTH_VALID = timedelta(days=1)
PORTS = {"https": 443, "http": 80}


class WebhookEvent(StrEnum):
    """What a system may ask to be told of."""

    VALIDATED = "report.validated"
    RETURNED = "report.returned"
    OVERDUE = "item.overdue"
    PUBLISHED = "compilation.published"


# Asked for by hand, told to one address alone.
TEST = "webhook.test"


class WebhookStatus(StrEnum):
    """Where an address stands; a removed one stays in the records."""

    ACTIVE = "active"
    PAUSED = "paused"
    """By a person: nothing is prepared for it, and what waits stays where it is."""
    DISABLED = "disabled"
    """By the system: it failed for days, or said that it is gone."""
    REMOVED = "removed"


class DeliveryStatus(StrEnum):
    """Where a message stands."""

    QUEUED = "queued"
    DELIVERED = "delivered"
    FAILED = "failed"
    """Given up after the last attempt; it may be sent again by hand."""
    CANCELLED = "cancelled"
    """Its address was removed."""


_NEXT = {
    WebhookStatus.ACTIVE: {WebhookStatus.PAUSED, WebhookStatus.DISABLED, WebhookStatus.REMOVED},
    WebhookStatus.PAUSED: {WebhookStatus.ACTIVE, WebhookStatus.REMOVED},
    WebhookStatus.DISABLED: {WebhookStatus.ACTIVE, WebhookStatus.REMOVED},
    WebhookStatus.REMOVED: frozenset[WebhookStatus](),
}


def may_become(now: WebhookStatus, then: WebhookStatus) -> bool:
    """True where an address may go on to a standing; from removed there is no way back."""
    return then in _NEXT[now]


@dataclass(frozen=True)
class Reach:
    """Where messages may go: without encryption only while somebody develops, inside only where let in."""

    allow_http: bool = False
    hosts: Collection[str] = ()


def check_url(url: str, reach: Reach) -> str:
    """The address as it is kept; DomainError beside `url` for what messages are never sent to.

    Names are looked up when a message is sent, each time anew; here only what the address itself tells.
    """
    url = url.strip()
    try:
        parts = urlsplit(url)
        host, port = (parts.hostname or "").rstrip("."), parts.port
    except ValueError:
        raise DomainError("webhook-url-not-valid", field="url") from None
    if len(url) > LONGEST_URL or parts.scheme not in PORTS or not host or parts.fragment or _has_blank(url):
        raise DomainError("webhook-url-not-valid", field="url")
    if parts.scheme == "http" and not reach.allow_http:
        raise DomainError("webhook-url-not-https", field="url")
    if parts.username is not None or parts.password is not None:
        raise DomainError("webhook-url-with-password", field="url")
    is_let_in = bool({host, f"{host}:{port or PORTS[parts.scheme]}"} & set(reach.hosts))
    if port not in {None, *PORTS.values()} and f"{host}:{port}" not in reach.hosts:
        raise DomainError("webhook-url-port", field="url", port=port)
    numeric = numeric_address(host)
    is_inner = host == "localhost" or (numeric and not is_public(numeric))
    if is_inner and not (is_let_in and (not numeric or is_own_network(numeric))):
        raise DomainError("webhook-url-private", field="url")
    return url


def _has_blank(url: str) -> bool:
    return any(one.isspace() or not one.isprintable() for one in url)


def secret_of(key: str, uid: str, generation: int) -> str:
    """The secret of an address, out of the installation's own key: it is stored nowhere.

    Each renewal counts one generation on; with another key of the installation every secret is another.
    """
    made = hmac.new(key.encode(), f"cumple.webhook/{uid}/{generation}".encode(), sha256).digest()
    return SECRET_PREFIX + b64encode(made).decode()


def imprint(secret: str) -> str:
    """What is kept of a secret, to know later whether it is still the one that was told."""
    return sha256(secret.encode()).hexdigest()


def sign(secrets: Sequence[str], message_id: str, at: datetime, body: bytes) -> dict[str, str]:
    """The three headers of a message; during a renewal one signature for each secret."""
    stamp = str(int(at.timestamp()))
    told = f"{message_id}.{stamp}.".encode() + body
    keys = (b64decode(one.removeprefix(SECRET_PREFIX)) for one in secrets)
    signed = (b64encode(hmac.new(key, told, sha256).digest()).decode() for key in keys)
    return {
        "webhook-id": message_id,
        "webhook-timestamp": stamp,
        "webhook-signature": " ".join(f"v1,{one}" for one in signed),
    }


def is_delivered(status: int) -> bool:
    """True for an answer that takes the message: any of 2xx."""
    return 200 <= status < 300


def is_given_up(failing_since: datetime | None, now: datetime, *, days: int, status: int = 0) -> bool:
    """True where an address is told nothing more: it says that it is gone (410), or failed for days."""
    if status == 410:
        return True
    return failing_since is not None and now - failing_since >= timedelta(days=max(days, 1))
