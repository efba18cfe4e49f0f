"""What a mail server's refusal says: that the address is bad, or only that this mail did not get through."""

from __future__ import annotations

import re

_STATUS = re.compile(r"(?<![\d.])([245]\.\d{1,3}\.\d{1,3})(?![\d.])")
# RFC 3463: no such mailbox, no such domain (5.1.x but the sender's own 5.1.7 and 5.1.8), mailbox disabled,
# domain without a route. A full mailbox (5.2.2) or a policy (5.7.x) says nothing of the address.
_OF_SENDER = frozenset({"5.1.7", "5.1.8"})
_BESIDES = frozenset({"5.2.1", "5.4.4"})
# RFC 5321, where the server gives no status: mailbox unavailable, not local, name not allowed.
_PLAIN_CODES = frozenset({550, 551, 553})


def status_in(words: str) -> str:
    """The enhanced status (RFC 3463) that a server's answer carries; empty for none."""
    found = _STATUS.search(words)
    return found.group(1) if found else ""


def is_bad_address(status: str, code: int = 0) -> bool:
    """True where a refusal means that no mail will ever reach the address.

    The enhanced status decides; the plain code alone only where there is no status.
    """
    if status:
        return status in _BESIDES or (status.startswith("5.1.") and status not in _OF_SENDER)
    return code in _PLAIN_CODES
