"""The connection to the mail server: encrypted, verified, limited in time; one address at a time."""

from __future__ import annotations

import smtplib
import socket
import ssl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from email.message import EmailMessage
from email.utils import parseaddr
from threading import Timer
from typing import Any
from urllib.parse import unquote, urlsplit

from tracker.domain.bounces import is_bad_address, status_in
from tracker.services.mail_messages import host_of

# For one mail, however slowly the server answers; well below the time for which a mail is taken up.
LONGEST_SECONDS = 240.0
CLOSING = 421


class RefusedForGoodError(Exception):
    """The server will never take this mail; `bad_address`: nor any other to the same address."""

    def __init__(self, words: str, *, bad_address: bool = False) -> None:
        super().__init__(words)
        self.bad_address = bad_address


class ServerAwayError(ConnectionError):
    """The server takes no mail at all now: the others need not be tried."""


class Connection:
    """One connection for a run, opened with the first mail, and again where the server closed it."""

    def __init__(self, settings: Mapping[str, Any]) -> None:
        self.settings = settings
        self.server: smtplib.SMTP | None = None

    def send(self, message: EmailMessage) -> None:
        """Hand one mail over; what it raises says whether the mail, the address or the server is to blame."""
        sender = parseaddr(str(self.settings["MAIL_FROM"]))[1]
        recipient, server = str(message["To"]), self._ready()
        try:
            with _limited(server):
                server.send_message(message, from_addr=sender, to_addrs=[recipient])
        except smtplib.SMTPRecipientsRefused as error:
            raise _refusal(*next(iter(error.recipients.values())), of_address=True) from error
        except smtplib.SMTPDataError as error:
            raise _refusal(error.smtp_code, error.smtp_error, of_address=False) from error
        except smtplib.SMTPSenderRefused as error:
            raise ServerAwayError(f"{error.smtp_code} {_text(error.smtp_error)}") from error
        except smtplib.SMTPNotSupportedError as error:
            raise RefusedForGoodError(str(error)) from error

    def _ready(self) -> smtplib.SMTP:
        if self.server is not None and not _answers(self.server):
            self.server.close()
            self.server = None
        if self.server is None:
            self.server = self._connect()
        return self.server

    def _connect(self) -> smtplib.SMTP:
        try:
            return connect(self.settings)
        except (smtplib.SMTPException, UnicodeError) as error:
            raise ServerAwayError(f"{type(error).__name__}: {error}") from error

    def close(self) -> None:
        if self.server is not None:
            try:
                self.server.quit()
            except (OSError, smtplib.SMTPException):
                self.server.close()


def _answers(server: smtplib.SMTP) -> bool:
    try:
        return server.noop()[0] == 250
    except (OSError, smtplib.SMTPException):
        return False


def _text(words: bytes | str) -> str:
    return words.decode("utf-8", "replace") if isinstance(words, bytes) else words


def _refusal(code: int, words: bytes | str, *, of_address: bool) -> Exception:
    """A refusal of 500 and above is for good; one below asks to come back later."""
    text = _text(words)
    if code >= 500:
        bad = of_address and is_bad_address(status_in(text), code)
        return RefusedForGoodError(f"{code} {text}", bad_address=bad)
    if code == CLOSING:
        return ServerAwayError(f"{code} {text}")
    return smtplib.SMTPResponseException(code, text)


@contextmanager
def _limited(server: smtplib.SMTP) -> Iterator[None]:
    """Cut the line after the longest time: each answer may come in time, and all too late."""
    timer = Timer(LONGEST_SECONDS, _cut, [server])
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def _cut(server: smtplib.SMTP) -> None:
    with suppress(OSError, AttributeError):
        server.sock.shutdown(socket.SHUT_RDWR)  # type: ignore[union-attr]  # none where it has just been closed


def connect(settings: Mapping[str, Any]) -> smtplib.SMTP:
    """smtps:// is encrypted from the start; smtp:// asks for encryption, and insists before a password.

    It insists always where the setting says so. Certificates are verified, by the system's authorities and
    by the one of the setting.
    """
    parts = urlsplit(str(settings["SMTP_URL"]))
    host, timeout = parts.hostname or "localhost", float(settings["SMTP_TIMEOUT_SECONDS"])
    name = host_of(str(settings["BASE_URL"]))
    if parts.scheme == "smtps":
        server: smtplib.SMTP = smtplib.SMTP_SSL(
            host, parts.port or 465, local_hostname=name, timeout=timeout, context=_context(settings)
        )
    elif parts.scheme == "smtp":
        server = smtplib.SMTP(host, parts.port or 25, local_hostname=name, timeout=timeout)
    else:
        raise ValueError("CUMPLE_SMTP_URL begins with smtp:// or smtps://")
    try:
        if parts.scheme == "smtp":
            _encrypt(server, settings, insist=bool(parts.username) or settings["SMTP_REQUIRE_TLS"])
        if parts.username:
            server.login(unquote(parts.username), unquote(parts.password or ""))
    except Exception:
        server.close()
        raise
    return server


def _encrypt(server: smtplib.SMTP, settings: Mapping[str, Any], *, insist: bool) -> None:
    server.ehlo()
    if server.has_extn("starttls"):
        server.starttls(context=_context(settings))
    elif insist:
        raise smtplib.SMTPNotSupportedError(
            "the server offers no encryption (STARTTLS), which is insisted on"
        )


def _context(settings: Mapping[str, Any]) -> ssl.SSLContext:
    context = ssl.create_default_context()
    if settings["SMTP_CA_FILE"]:
        context.load_verify_locations(settings["SMTP_CA_FILE"])
    return context
