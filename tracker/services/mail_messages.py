"""A mail of the outbox as an Internet message: safe in every header, the same however often it is sent."""

from __future__ import annotations

import re
from collections.abc import Mapping
from email.headerregistry import HeaderRegistry, UnstructuredHeader
from email.message import EmailMessage
from email.policy import SMTP, Policy
from typing import Any
from urllib.parse import urlsplit

from email_validator import validate_email

from tracker.queries.notices import MailToSend

# What a letter may add of its own; anything else would be a mistake, or somebody's attempt.
OF_LETTERS = frozenset({"List-Id", "List-Unsubscribe", "List-Unsubscribe-Post", "References", "In-Reply-To"})


class _Whole(UnstructuredHeader):
    """A header for machines, in one line however long: folded or encoded no program would read it."""

    max_count = 1

    def fold(self, *, policy: Policy) -> str:
        """The header in one line."""
        return f"{self.name}: {self}{policy.linesep}"  # type: ignore[attr-defined]  # the registry adds BaseHeader


_headers = HeaderRegistry()
for _name in ("to", "message-id", *(one.lower() for one in OF_LETTERS)):
    _headers.map_to_type(_name, _Whole)  # type: ignore[arg-type]  # as the documentation says
POLICY = SMTP.clone(header_factory=_headers)


def message_of(mail: MailToSend, settings: Mapping[str, Any]) -> EmailMessage:
    """The mail as a message, its id and date the same however often it is sent.

    To one address alone. Lines are short and of seven bits, so that no server on the way has to rewrite them,
    which would break their signature. Raises ValueError for what cannot be a message: a line break in a
    header, two addresses in one.
    """
    message = EmailMessage(policy=POLICY)
    message["From"] = settings["MAIL_FROM"]
    message["To"] = _one_address(mail.recipient)
    message["Subject"] = _one_line(mail.subject)
    message["Date"] = mail.created_at
    message["Message-ID"] = f"<{mail.uid}@{host_of(str(settings['BASE_URL']))}>"
    message["Auto-Submitted"] = "auto-generated"
    # Exchange answers automatic mail unless it is told not to; reports of failed delivery still come.
    message["X-Auto-Response-Suppress"] = "OOF, AutoReply"
    for name, value in sorted(mail.headers.items()):
        if name not in OF_LETTERS or not value.isascii():
            raise ValueError(f"a letter has no header {name!r} of its own")
        message[name] = value
    message.set_content(mail.body, cte="quoted-printable")
    if mail.html:
        message.add_alternative(mail.html, subtype="html", cte="quoted-printable")
    return message


def bytes_of(message: EmailMessage) -> bytes:
    """The message as it is stored; in UTF-8 where an address itself has letters beyond ASCII (RFC 6532)."""
    return message.as_bytes(policy=POLICY.clone(utf8=not str(message["To"]).isascii()))


def _one_address(recipient: str) -> str:
    """The address as servers take it: the domain in ASCII, and all of it where it can be."""
    found = validate_email(recipient, check_deliverability=False, test_environment=True)
    return found.ascii_email or found.normalized


def _one_line(text: str) -> str:
    """A subject without line breaks or other characters that are not to be seen."""
    return " ".join("".join(one if one.isprintable() else " " for one in text).split())


def host_of(base_url: str) -> str:
    """The machine in whose name ids of messages are given."""
    return urlsplit(base_url).hostname or "localhost"


def thread_headers(base_url: str, *about: str) -> dict[str, str]:
    """Headers by which a mail program shows together all letters about one thing.

    They name a message that was never sent: whichever letter comes first, the others stand beside it.
    """
    words = ".".join(re.sub(r"[^A-Za-z0-9_-]", "-", one) for one in about)
    root = f"<{words}@{host_of(base_url)}>"
    return {"In-Reply-To": root, "References": root}


def one_click(url: str) -> dict[str, str]:
    """The headers by which a mail program ends a subscription by itself (RFC 8058)."""
    return {"List-Unsubscribe": f"<{url}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}


def list_headers(base_url: str, name: str) -> dict[str, str]:
    """The header by which a person sorts one kind of letters (RFC 2919)."""
    return {"List-Id": f"Cumple <{name}.{host_of(base_url)}>"}
