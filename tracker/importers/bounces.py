"""Delivery status notifications (RFC 3464): who did not get which mail, as far as that can be understood."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes
from email.message import Message

LARGEST = 2 * 1024 * 1024
# A notification about more recipients than these is not one of ours: each mail has one.
MOST_RECIPIENTS = 50
MOST_PARTS = 50
LONGEST = 500
_MAIL_ID = re.compile(r"<([A-Za-z0-9_-]{8,64})@[^<>@\s]{1,255}>")


class NotUnderstoodError(Exception):
    """The bytes are no delivery status notification."""


@dataclass(frozen=True)
class DeliveryReport:
    """What a notification says of one recipient."""

    addresses: frozenset[str]
    """The final recipient and, where it is given, the one the mail was sent to; in lower case."""
    action: str
    status: str
    diagnostic: str
    mail_uids: tuple[str, ...] = ()
    """What may be ids of our mails: of the message that came back, else of those it answers."""

    @property
    def is_failure(self) -> bool:
        """True where delivery was given up."""
        return self.action == "failed"


def read_report(data: bytes) -> tuple[DeliveryReport, ...]:
    """What a notification says, recipient by recipient; NotUnderstoodError for anything else.

    Nothing in it is trusted: it is cut at a size, nothing is decoded but text, and ids are only looked up.
    """
    try:
        message = message_from_bytes(data[:LARGEST])
        parts = [one for one, _ in zip(message.walk(), range(MOST_PARTS), strict=False)]
        groups = [group for part in parts for group in _status_groups(part)]
        about = _mail_uids(message, parts)
    except (ValueError, LookupError, RecursionError) as error:
        raise NotUnderstoodError(str(error)) from error
    found = tuple(_report(group, about) for group in groups[:MOST_RECIPIENTS] if group["Final-Recipient"])
    if not found:
        raise NotUnderstoodError("no part says what became of a recipient")
    return found


def _status_groups(part: Message) -> Iterator[Message]:
    """The groups of fields of a delivery-status part: one of the message, then one for each recipient."""
    if part.get_content_type() not in {"message/delivery-status", "message/global-delivery-status"}:
        return
    payload = part.get_payload()
    if isinstance(payload, list):
        yield from (one for one in payload if isinstance(one, Message))


def _mail_uids(message: Message, parts: list[Message]) -> tuple[str, ...]:
    """Ids in the message that came back, whole or its headers; else in what the notification answers."""
    returned: list[str] = []
    for part in parts[1:]:
        if part.get_content_type() in {"text/rfc822-headers", "message/global-headers"}:
            returned += _ids(_text(message_from_bytes(_payload(part))["Message-ID"]))
        elif part.get_content_type() not in {"message/delivery-status", "message/global-delivery-status"}:
            returned += _ids(_text(part["Message-ID"]))
    answered = _ids(_text(message["In-Reply-To"])) + _ids(_text(message["References"]))
    return tuple(dict.fromkeys(returned or answered))


def _payload(part: Message) -> bytes:
    payload = part.get_payload(decode=True)
    return payload if isinstance(payload, bytes) else b""


def _ids(text: str) -> list[str]:
    return _MAIL_ID.findall(text[: 20 * LONGEST])


def _report(group: Message, about: tuple[str, ...]) -> DeliveryReport:
    given = (_address(_text(group[name])) for name in ("Final-Recipient", "Original-Recipient"))
    return DeliveryReport(
        addresses=frozenset(one for one in given if one),
        action=_text(group["Action"]).strip().lower()[:LONGEST],
        status=_text(group["Status"]).strip().split(" ")[0][:LONGEST],
        diagnostic=_one_line(_text(group["Diagnostic-Code"]).partition(";")[2]),
        mail_uids=about,
    )


def _text(value: object) -> str:
    return "" if value is None else str(value)


def _one_line(text: str) -> str:
    shown = "".join(one if one.isprintable() else " " for one in text[: 4 * LONGEST])
    return " ".join(shown.split())[:LONGEST]


def _address(field: str) -> str:
    """The address of `rfc822; someone@example.org`, in lower case."""
    kind, _, address = field.partition(";")
    return _one_line(address if address else kind).strip("<> ").lower()
