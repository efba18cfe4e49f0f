"""Mail in tests: rows of the outbox, delivering them, and servers that answer what they are told to."""

from __future__ import annotations

import socket
import socketserver
import ssl
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from threading import Event, Thread
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword
from sqlalchemy import select

from tests.support.factories.accounts import make_user
from tracker import clock
from tracker.db import db, transaction
from tracker.domain.permissions import AccountRole
from tracker.jobs.delivery import deliver_mail
from tracker.jobs.run import Run
from tracker.models.notices import OutboxMail

CREATED = datetime(2026, 6, 15, 12, 30, tzinfo=UTC)
FROM = "Cumple <no@gob.example>"
BASE = "https://cumple.gob.example"


def put(name: str, **given: Any) -> int:
    """A mail in the outbox, for a person of its own."""
    person = make_user(AccountRole.CONTACT_POINT, email=f"{name}@gob.example")
    values = {
        "user_id": person.id,
        "recipient": person.email,
        "subject": f"Avisos de {name}: actividad número ñ",
        "body": "Venció hace 3 días.\n",
        "html": "<p>Venció hace 3 días.</p>",
        "dedup_key": name,
        "next_attempt_at": CREATED,
        "created_at": CREATED,
    }
    with transaction():
        mail = OutboxMail(**(values | given))
        db.session.add(mail)
        db.session.flush()
        return mail.id


def mails() -> list[OutboxMail]:
    """The outbox, as it is stored now."""
    db.session.rollback()
    return list(db.session.scalars(select(OutboxMail).order_by(OutboxMail.id)))


def deliver(app: Any, **settings: object) -> dict[str, int]:
    """One run of deliver-mail."""
    today = clock.today()
    config = {**app.config, "BASE_URL": BASE, "MAIL_FROM": FROM}
    return dict(deliver_mail(Run(today, today, today, config | settings, Event())))


class Server:
    """A mail server that answers what it is told to, and keeps what it accepted."""

    def __init__(self, rcpt: str = "250 OK", data: str = "250 OK", mail: str = "250 OK") -> None:
        self.rcpt, self.data, self.mail = rcpt, data, mail
        self.received: list[str] = []
        self.messages: list[EmailMessage] = []
        self.asked: list[list[str]] = []
        self.was_encrypted: list[bool] = []
        self.on_data: Callable[[Any], None] = lambda server: None

    async def handle_MAIL(self, server, session, envelope, address, options):  # noqa: N802 - aiosmtpd's name
        if self.mail.startswith("250"):
            envelope.mail_from = address
        return self.mail

    async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: N802 - aiosmtpd's name
        if self.rcpt.startswith("250"):
            envelope.rcpt_tos.append(address)
        return self.rcpt

    async def handle_DATA(self, server, session, envelope):  # noqa: N802 - aiosmtpd's name
        self.asked.append(list(envelope.rcpt_tos))
        self.was_encrypted.append(server.transport.get_extra_info("sslcontext") is not None)
        if self.data.startswith("250"):
            self.received.append(envelope.rcpt_tos[0])
            self.messages.append(message_from_bytes(envelope.content, policy=policy.default))
        self.on_data(server)
        return self.data


def free_port(host: str = "127.0.0.1") -> int:
    """A port that nobody listens at now."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.create_server((host, 0), family=family) as free:
        return int(free.getsockname()[1])


@contextmanager
def serving(
    server: Server, *, host: str = "127.0.0.1", port: int = 0, scheme: str = "smtp", **more: Any
) -> Iterator[str]:
    """The server, running; gives its address."""
    port = port or free_port(host)
    controller = Controller(server, hostname=host, port=port, **more)
    controller.start()
    try:
        yield f"{scheme}://{f'[{host}]' if ':' in host else host}:{port}"
    finally:
        controller.stop()


class OnePassword:
    """An authenticator that knows one person."""

    def __init__(self, user: str, password: str) -> None:
        self.good = LoginPassword(user.encode(), password.encode())

    def __call__(self, server, session, envelope, mechanism, given):
        return AuthResult(success=given == self.good, handled=given == self.good)


@dataclass(frozen=True)
class Authority:
    """A certificate authority of the tests' own, and what it signed for this machine."""

    ca: Path
    certificate: Path
    key: Path

    def context(self) -> ssl.SSLContext:
        """The server's side."""
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(self.certificate, self.key)
        return context


def make_authority(folder: Path, names: str = "DNS:localhost,IP:127.0.0.1,IP:::1") -> Authority:
    """A new authority and its certificate, by openssl."""
    ca, ca_key = folder / "ca.pem", folder / "ca.key"
    certificate, key, request = folder / "server.pem", folder / "server.key", folder / "server.csr"
    extensions = folder / "extensions"
    extensions.write_text(f"subjectAltName={names}\nbasicConstraints=CA:FALSE\n", "ascii")
    curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    for command in (
        ["req", "-x509", *curve, "-keyout", ca_key, "-out", ca, "-days", "2", "-subj", "/CN=Pruebas",
         "-addext", "keyUsage=critical,keyCertSign", "-addext", "basicConstraints=critical,CA:TRUE"],
        ["req", *curve, "-keyout", key, "-out", request, "-subj", "/CN=localhost"],
        ["x509", "-req", "-in", request, "-CA", ca, "-CAkey", ca_key, "-CAcreateserial", "-days", "2",
         "-extfile", extensions, "-out", certificate],
    ):  # fmt: skip
        subprocess.run(["openssl", *map(str, command)], check=True, capture_output=True)
    return Authority(ca, certificate, key)


@contextmanager
def scripted(talk: Callable[[socketserver.StreamRequestHandler], None]) -> Iterator[str]:
    """A server below the protocol: it says and breaks off what the script does."""

    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            try:
                talk(self)
            except (OSError, ValueError):
                return

    class Quiet(socketserver.ThreadingTCPServer):
        daemon_threads = True
        allow_reuse_address = True

    with Quiet(("127.0.0.1", 0), Handler) as server:
        Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        try:
            yield f"smtp://127.0.0.1:{server.server_address[1]}"
        finally:
            server.shutdown()
