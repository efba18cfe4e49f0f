"""Looking at an address that somebody else wrote: guarded at every hop, small, and never for long.

The name is looked up first, every address it has is checked, and the connection goes to a checked address,
while the name stays in the request and in the certificate: no later answer of a name server changes where it
goes. Only http and https, on their own ports or where the operator says so. Of an answer no more than its
headers is read, and a few lines where something was sent: nothing large is fetched, nothing is unpacked.
"""

from __future__ import annotations

import http.client
import socket
import ssl
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from threading import Timer
from urllib.parse import quote, urljoin, urlsplit

from tracker.domain.addresses import is_own_network, is_public, numeric_address
from tracker.domain.links import LinkOutcome, outcome_of

MOST_HOPS = 5
MOST_ADDRESS = 2000
MOST_ANSWER = 2000
CONNECT_SECONDS = 10.0
PORTS = {"http": 80, "https": 443}
_REDIRECTIONS = frozenset({301, 302, 303, 307, 308})
_SAFE = "!#$%&'()*+,/:;=?@[]~"

Resolver = Callable[[str, int], Sequence[str]]


@dataclass(frozen=True)
class Rules:
    """What the one who asks may do: who it says it is, which inner hosts are open to it, how long it waits.

    `hosts` are names, or name:port, that may have loopback or private addresses, or another port.
    """

    agent: str
    hosts: Collection[str] = ()
    seconds: float = 20.0
    resolve: Resolver | None = None
    certificates: ssl.SSLContext | None = None


@dataclass(frozen=True)
class Fetched:
    """What came of it: the last status (0 without one) and the address where it ended."""

    outcome: LinkOutcome
    status: int
    url: str


class _FailedError(Exception):
    def __init__(self, outcome: LinkOutcome) -> None:
        super().__init__(outcome.value)
        self.outcome = outcome


@dataclass(frozen=True)
class _Target:
    scheme: str
    host: str
    port: int
    path: str

    @property
    def netloc(self) -> str:
        shown = f"[{self.host}]" if ":" in self.host else self.host
        return shown if self.port == PORTS[self.scheme] else f"{shown}:{self.port}"


def look_at(url: str, rules: Rules) -> Fetched:
    """Follow an address to its end and say what is there; HEAD first, GET where that is not understood.

    Never raises for what the other side does. At most five redirections, each checked like the first.
    """
    deadline = time.monotonic() + rules.seconds
    here = url
    status = 0
    try:
        for _hop in range(MOST_HOPS + 1):
            status, location = _ask(_target(here, rules), rules, deadline)
            if status not in _REDIRECTIONS or not location:
                return Fetched(outcome_of(status), status, here)
            here = _joined(here, location)
        raise _FailedError(LinkOutcome.TOO_MANY_REDIRECTS)
    except _FailedError as failed:
        return Fetched(failed.outcome, status, here)


@dataclass(frozen=True)
class Posted:
    """What came of sending: the status (0 without an answer) and the beginning of what was answered."""

    outcome: LinkOutcome
    status: int = 0
    answer: str = ""


def post(url: str, body: bytes, headers: Mapping[str, str], rules: Rules) -> Posted:
    """Send a message to an address under the same guard; a redirection is an answer, and is not followed.

    Never raises for what the other side does. Of the answer at most some two thousand letters are read.
    """
    deadline = time.monotonic() + rules.seconds
    try:
        target = _target(url, rules)
        sent = _Sent("POST", {"Content-Type": "application/json", **headers}, body, MOST_ANSWER)
        answer = _request(sent, target, _checked(target, rules), rules, deadline)
    except _FailedError as failed:
        return Posted(failed.outcome)
    return Posted(outcome_of(answer.status), answer.status, answer.text)


def _joined(here: str, location: str) -> str:
    try:
        found = urljoin(here, location.strip())
    except ValueError as error:
        raise _FailedError(LinkOutcome.BROKEN) from error
    if len(found) > MOST_ADDRESS:
        raise _FailedError(LinkOutcome.BROKEN)
    return found


def _target(url: str, rules: Rules) -> _Target:
    """The parts of an address that may be asked; refused otherwise."""
    try:
        parts = urlsplit(url)
        host = (parts.hostname or "").rstrip(".").encode("idna").decode("ascii") if parts.hostname else ""
        port = parts.port or PORTS.get(parts.scheme, 0)
    except (ValueError, UnicodeError) as error:
        raise _FailedError(LinkOutcome.NOT_PUBLIC) from error
    if not host or parts.scheme not in PORTS or parts.username is not None or parts.password is not None:
        raise _FailedError(LinkOutcome.NOT_PUBLIC)
    if port not in PORTS.values() and f"{host}:{port}" not in rules.hosts:
        raise _FailedError(LinkOutcome.NOT_PUBLIC)
    path = quote(parts.path or "/", safe=_SAFE) + (
        f"?{quote(parts.query, safe=_SAFE)}" if parts.query else ""
    )
    return _Target(parts.scheme, host, port, path)


def _ask(target: _Target, rules: Rules, deadline: float) -> tuple[int, str]:
    """The status, and where it leads on."""
    addresses = _checked(target, rules)
    answer = _request(_Sent("HEAD"), target, addresses, rules, deadline)
    if answer.status >= 400 and answer.status not in {407, 429}:
        # Many servers answer HEAD with an error of their own making.
        answer = _request(_Sent("GET"), target, addresses, rules, deadline)
    return answer.status, answer.location


def _checked(target: _Target, rules: Rules) -> Sequence[str]:
    """Every address of the name, all of them fit to be connected to."""
    is_let_in = bool({target.host, f"{target.host}:{target.port}"} & set(rules.hosts))
    numeric = numeric_address(target.host)
    try:
        found = [numeric] if numeric else (rules.resolve or resolve)(target.host, target.port)
    except (OSError, UnicodeError) as error:
        raise _FailedError(LinkOutcome.NO_HOST) from error
    if not found:
        raise _FailedError(LinkOutcome.NO_HOST)
    if not all(is_public(one) or (is_let_in and is_own_network(one)) for one in found):
        raise _FailedError(LinkOutcome.NOT_PUBLIC)
    return list(dict.fromkeys(found))


def resolve(host: str, port: int) -> Sequence[str]:
    """The addresses of a name, as this machine looks names up."""
    return [str(one[4][0]) for one in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]


@dataclass(frozen=True)
class _Sent:
    """What is asked, and how many bytes of the answer's body are read."""

    method: str
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes | None = None
    most: int = 0


@dataclass(frozen=True)
class _Answer:
    status: int
    location: str
    text: str


def _request(
    sent: _Sent, target: _Target, addresses: Sequence[str], rules: Rules, deadline: float
) -> _Answer:
    headers = {
        "Host": target.netloc,
        "User-Agent": rules.agent,
        "Accept": "*/*",
        "Accept-Encoding": "identity",
        "Connection": "close",
        **sent.headers,
    }
    sock = _connected(addresses, target.port, deadline)
    # Whatever the other side does with its bytes, the connection ends with the time it was given.
    handle = sock.dup()
    cut = Timer(max(deadline - time.monotonic(), 0.1), _shut, [handle])
    cut.daemon = True
    cut.start()
    try:
        if target.scheme == "https":
            context = rules.certificates or ssl.create_default_context()
            sock = context.wrap_socket(sock, server_hostname=target.host)
        connection = http.client.HTTPConnection(target.host, target.port)
        connection.auto_open = 0
        connection.sock = sock
        connection.request(sent.method, target.path, body=sent.body, headers=headers)
        answer = connection.getresponse()
        text = answer.read(sent.most).decode("utf-8", "replace") if sent.most else ""
        return _Answer(answer.status, _as_text(answer.getheader("Location") or ""), text)
    except ssl.SSLCertVerificationError as error:
        raise _FailedError(LinkOutcome.BAD_CERTIFICATE) from error
    except (OSError, http.client.HTTPException, ValueError) as error:
        late = isinstance(error, TimeoutError) or time.monotonic() >= deadline
        raise _FailedError(LinkOutcome.TOO_SLOW if late else LinkOutcome.NO_ANSWER) from error
    finally:
        cut.cancel()
        cut.join()
        handle.close()
        sock.close()


def _connected(addresses: Sequence[str], port: int, deadline: float) -> socket.socket:
    """A connection to the first of the checked addresses that takes one."""
    failed: OSError | None = None
    for address in addresses:
        left = deadline - time.monotonic()
        if left <= 0:
            raise _FailedError(LinkOutcome.TOO_SLOW)
        try:
            return socket.create_connection((address, port), timeout=min(CONNECT_SECONDS, left))
        except OSError as error:
            failed = error
    slow = isinstance(failed, TimeoutError)
    raise _FailedError(LinkOutcome.TOO_SLOW if slow else LinkOutcome.NO_ANSWER) from failed


def _shut(handle: socket.socket) -> None:
    with suppress(OSError):
        handle.shutdown(socket.SHUT_RDWR)


def _as_text(header: str) -> str:
    """Servers write addresses as UTF-8, and the protocol reads them as Latin-1."""
    try:
        return header.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return header
