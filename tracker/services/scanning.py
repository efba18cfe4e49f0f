"""Asking ClamAV about a file before it is kept: what is infected, or could not be asked about, is refused."""

from __future__ import annotations

import logging
import socket
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from urllib.parse import urlsplit

from tracker.domain.errors import DomainError

log = logging.getLogger(__name__)

CHUNK = 256 * 1024
SECONDS = 60
PING_SECONDS = 2
MAX_ANSWER = 4096


class Scanner(StrEnum):
    """How the scanner stands."""

    OFF = "off"
    ANSWERS = "answers"
    SILENT = "silent"


def scan(path: Path, filename: str, clamav_url: str) -> None:
    """Let a file pass that the scanner finds nothing in; without an address nothing is scanned.

    Raises DomainError `file-infected` and, whenever there is no clear answer, `file-not-scanned`.
    """
    if not clamav_url:
        return
    try:
        answer = _answer(path, clamav_url)
    except OSError as error:
        log.error("the scanner does not answer: %s", type(error).__name__)
        raise DomainError("file-not-scanned", field="files", filename=filename) from error
    if answer.endswith(" FOUND"):
        log.warning("refused an infected file: %s", answer)
        raise DomainError("file-infected", field="files", filename=filename)
    if answer != "stream: OK":
        log.error("the scanner could not scan: %s", answer)
        raise DomainError("file-not-scanned", field="files", filename=filename)


def state(clamav_url: str) -> Scanner:
    """Whether files are scanned, and whether the scanner answers just now."""
    if not clamav_url:
        return Scanner.OFF
    try:
        with _connected(clamav_url, PING_SECONDS) as connection:
            connection.sendall(b"zPING\0")
            return Scanner.ANSWERS if _received(connection) == "PONG" else Scanner.SILENT
    except OSError:
        return Scanner.SILENT


def _answer(path: Path, clamav_url: str) -> str:
    """What clamd says of the bytes sent to it by INSTREAM: lengths in network order, a zero at the end."""
    with _connected(clamav_url, SECONDS) as connection, path.open("rb") as handle:
        connection.sendall(b"zINSTREAM\0")
        try:
            while chunk := handle.read(CHUNK):
                connection.sendall(struct.pack("!L", len(chunk)) + chunk)
            connection.sendall(struct.pack("!L", 0))
        except (BrokenPipeError, ConnectionResetError):
            # It stops listening at its size limit, and says so.
            log.error("the scanner took no more: is its StreamMaxLength below CUMPLE_UPLOAD_MAX_MB?")
        return _received(connection)


@contextmanager
def _connected(clamav_url: str, seconds: float) -> Iterator[socket.socket]:
    parts = urlsplit(clamav_url)
    if parts.scheme == "unix":
        connection = socket.socket(socket.AF_UNIX)
        connection.settimeout(seconds)
        where: str | tuple[str, int] = parts.path
    else:
        connection = socket.socket()
        connection.settimeout(seconds)
        where = (parts.hostname or "", parts.port or 0)
    with connection:
        connection.connect(where)
        yield connection


def _received(connection: socket.socket) -> str:
    told = b""
    while b"\0" not in told and len(told) < MAX_ANSWER and (piece := connection.recv(MAX_ANSWER)):
        told += piece
    answer, end, _more = told.partition(b"\0")
    return answer.decode("utf-8", "replace").strip() if end else ""
