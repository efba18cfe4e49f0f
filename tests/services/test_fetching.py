"""Looking at an address: guarded at every hop, pinned to what was checked, small, and never for long."""

from __future__ import annotations

import socket
import ssl
import threading
import time
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from tracker.domain.links import LinkOutcome
from tracker.services import fetching
from tracker.services.fetching import Rules, look_at

PAGES = {
    "/ok": (200, {}),
    "/gone": (404, {}),
    "/closed": (403, {}),
    "/relative": (302, {"Location": "ok"}),
    "/accent": (301, {"Location": "/informe-de-inversión".encode().decode("latin-1")}),
    "/informe-de-inversi%C3%B3n": (200, {}),
    "/loop": (302, {"Location": "/loop"}),
    "/nowhere": (302, {}),
    "/no-head": (200, {}),
    "/bomb": (200, {"Content-Encoding": "gzip", "Content-Length": str(10**12)}),
}


class _Handler(BaseHTTPRequestHandler):
    def do_HEAD(self):
        self.server.asked.append((self.command, self.path, dict(self.headers)))
        if self.path == "/no-head" and self.command == "HEAD":
            self.send_response(405)
            self.end_headers()
            return
        to = self.path.partition("?to=")[2]
        status, headers = (302, {"Location": to}) if to else PAGES.get(self.path, (404, {}))
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()

    do_GET = do_HEAD  # noqa: N815 - the name that the library calls

    def log_message(self, *_arguments):
        pass


@pytest.fixture
def server():
    with ThreadingHTTPServer(("127.0.0.1", 0), _Handler) as httpd:
        httpd.asked = []
        thread = threading.Thread(target=httpd.serve_forever, args=(0.01,))
        thread.start()
        httpd.host = f"127.0.0.1:{httpd.server_port}"
        httpd.base = f"http://{httpd.host}"
        httpd.rules = Rules("Cumple (+https://cumple.example)", hosts={httpd.host}, seconds=5)
        yield httpd
        httpd.shutdown()
        thread.join()


def refused_everywhere(_host, _port):
    raise AssertionError("no name is looked up")


GUARDED = Rules("Cumple", resolve=refused_everywhere)


@contextmanager
def raw_server(answer):
    """A server that does with a connection whatever it likes."""
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def serve():
            while True:
                try:
                    connection, _ = listening.accept()
                except OSError:
                    return
                with connection, suppress(OSError):
                    answer(connection)

        threading.Thread(target=serve, daemon=True).start()
        yield listening.getsockname()[1]
        listening.shutdown(socket.SHUT_RDWR)


def repeat(connection, data):
    """The same bytes, again and again, for longer than anybody waits."""
    for _ in range(40):
        connection.sendall(data)
        time.sleep(0.1)


@pytest.mark.parametrize(
    ("path", "outcome", "status", "end"),
    [
        ("/ok", LinkOutcome.ANSWERS, 200, "/ok"),
        ("/gone", LinkOutcome.NOT_FOUND, 404, "/gone"),
        ("/closed", LinkOutcome.CLOSED, 403, "/closed"),
        ("/relative", LinkOutcome.ANSWERS, 200, "/ok"),
        ("/no-head", LinkOutcome.ANSWERS, 200, "/no-head"),
        ("/bomb", LinkOutcome.ANSWERS, 200, "/bomb"),
        ("/nowhere", LinkOutcome.BROKEN, 302, "/nowhere"),
        ("/loop", LinkOutcome.TOO_MANY_REDIRECTS, 302, "/loop"),
    ],
)
def test_what_is_at_the_end_of_a_link(server, path, outcome, status, end):
    found = look_at(server.base + path, server.rules)
    assert (found.outcome, found.status, found.url) == (outcome, status, server.base + end)


def test_who_asks_is_named_and_wants_nothing_unpacked(server):
    look_at(f"{server.base}/ok", server.rules)
    ((method, _, headers),) = server.asked
    assert (method, headers["User-Agent"], headers["Host"], headers["Accept-Encoding"]) == (
        "HEAD",
        "Cumple (+https://cumple.example)",
        server.host,
        "identity",
    )


def test_a_server_without_head_is_asked_for_the_page(server):
    look_at(f"{server.base}/no-head", server.rules)
    assert [method for method, *_ in server.asked] == ["HEAD", "GET"]


def test_five_redirections_are_followed_and_no_more(server):
    look_at(f"{server.base}/loop", server.rules)
    assert len(server.asked) == 6


def test_an_address_with_accents_in_a_redirection_is_followed(server):
    assert look_at(f"{server.base}/accent", server.rules).outcome is LinkOutcome.ANSWERS


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "127.1",
        "2130706433",
        "0x7f000001",
        "0177.0.0.1",
        "①②⑦.0.0.1",
        "10.0.0.8",
        "100.64.3.2",
        "169.254.169.254",
        "[::1]",
        "[::ffff:127.0.0.1]",
        "[64:ff9b::7f00:1]",
        "[fd00:ec2::254]",
        "[fe80::1%25eth0]",
        "0",
    ],
)
def test_an_address_that_leads_inwards_is_never_asked(host):
    assert look_at(f"http://{host}/", GUARDED).outcome is LinkOutcome.NOT_PUBLIC


@pytest.mark.parametrize(
    "to",
    [
        "http://127.0.0.1/",
        "http://127.0.0.1:22/",
        "http://169.254.169.254/latest/meta-data/",
        "http://[::1]/",
        "http://2130706433/",
        "//0x7f.1/",
        "http://0177.0.0.1/",
        "http://interno.example/",
        "file:///etc/passwd",
        "ftp://ftp.example/",
        "gopher://127.0.0.1:25/",
        "http://ana:clave@portal.example/",
        "http://portal.example:8080/",
        "http://portal.example:99999/",
        "http://[::1/",
    ],
)
def test_nor_is_one_that_a_redirection_leads_to(server, to):
    names = {"interno.example": ["10.0.0.5"], "portal.example": ["8.8.8.8"]}
    rules = Rules("Cumple", hosts={server.host}, seconds=5, resolve=lambda host, _port: names[host])
    found = look_at(f"{server.base}/?to={to}", rules)
    assert found.outcome in {LinkOutcome.NOT_PUBLIC, LinkOutcome.BROKEN}
    assert len(server.asked) == 1


def test_one_inner_address_among_others_is_enough_to_refuse_a_name():
    rules = Rules("Cumple", resolve=lambda _host, _port: ["8.8.8.8", "127.0.0.1"])
    assert look_at("http://dos.example/", rules).outcome is LinkOutcome.NOT_PUBLIC


def test_the_connection_goes_to_the_address_that_was_checked(server, monkeypatch):
    """A name server that answers otherwise the second time is not asked a second time."""
    answers = iter([["8.8.8.8"], ["127.0.0.1"]])
    connected = []

    def connect(address, **_more):
        connected.append(address)
        raise ConnectionRefusedError

    monkeypatch.setattr(fetching.socket, "create_connection", connect)
    rules = Rules("Cumple", resolve=lambda _host, _port: next(answers))
    assert look_at("http://vuelve.example/", rules).outcome is LinkOutcome.NO_ANSWER
    assert connected == [("8.8.8.8", 80)]


def test_each_hop_is_looked_up_and_checked_anew(server):
    """A name that was public and answered is refused once it leads inwards."""
    port = server.server_port
    name = f"gira.example:{port}"
    answers = iter([["127.0.0.1"], ["169.254.169.254"]])
    rules = Rules("Cumple", hosts={name}, seconds=5, resolve=lambda _host, _port: next(answers))
    found = look_at(f"http://{name}/?to=http://{name}/ok", rules)
    assert (found.outcome, len(server.asked)) == (LinkOutcome.NOT_PUBLIC, 1)


def test_a_host_that_the_operator_names_may_be_inside_and_no_other_port_of_it(server):
    rules = Rules("Cumple", hosts={"intranet.example:81"}, resolve=lambda _h, _p: ["10.0.0.1"])
    assert look_at("http://intranet.example:82/", rules).outcome is LinkOutcome.NOT_PUBLIC
    assert look_at("http://intranet.example/", rules).outcome is LinkOutcome.NOT_PUBLIC


def test_a_name_that_is_not_known_is_said_to_be_so():
    def unknown(_host, _port):
        raise socket.gaierror("no such name")

    assert look_at("http://nadie.example/", Rules("C", resolve=unknown)).outcome is LinkOutcome.NO_HOST
    assert look_at("http://a..b/", Rules("C", resolve=unknown)).outcome is LinkOutcome.NOT_PUBLIC
    none = Rules("C", resolve=lambda _h, _p: [])
    assert look_at("http://nadie.example/", none).outcome is LinkOutcome.NO_HOST


@pytest.mark.parametrize(
    "answer",
    [
        lambda connection: time.sleep(3),
        lambda connection: [connection.sendall(b"H") or time.sleep(0.1) for _ in range(40)],
        lambda connection: [
            connection.sendall(b"HTTP/1.1 100 C\r\n\r\n") or time.sleep(0.05) for _ in range(60)
        ],
    ],
    ids=["silent", "drip", "forever-100"],
)
def test_whoever_takes_their_time_is_cut_off(answer):
    with raw_server(answer) as port:
        rules = Rules("Cumple", hosts={f"127.0.0.1:{port}"}, seconds=0.6)
        began = time.monotonic()
        assert look_at(f"http://127.0.0.1:{port}/", rules).outcome is LinkOutcome.TOO_SLOW
        assert time.monotonic() - began < 2


@pytest.mark.parametrize(
    "answer", [b"", b"no http at all\r\n\r\n", b"HTTP/1.1 200 OK\r\n" + b"A: b\r\n" * 200]
)
def test_what_is_no_answer_is_none(answer):
    with raw_server(lambda connection: connection.sendall(answer)) as port:
        rules = Rules("Cumple", hosts={f"127.0.0.1:{port}"}, seconds=3)
        assert look_at(f"http://127.0.0.1:{port}/", rules).outcome is LinkOutcome.NO_ANSWER


def test_nobody_there_is_no_answer():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    rules = Rules("Cumple", hosts={f"127.0.0.1:{port}"}, seconds=3)
    assert look_at(f"http://127.0.0.1:{port}/", rules).outcome is LinkOutcome.NO_ANSWER


@pytest.fixture(scope="session")
def certificate(tmp_path_factory):
    import subprocess

    folder = tmp_path_factory.mktemp("tls")
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=seguro",
         "-addext", "subjectAltName=DNS:seguro.example",
         "-keyout", folder / "key.pem", "-out", folder / "cert.pem"],
        check=True,
        capture_output=True,
    )  # fmt: skip
    return folder


@pytest.mark.parametrize(
    ("name", "trusted", "outcome"),
    [
        ("seguro.example", True, LinkOutcome.ANSWERS),
        ("seguro.example", False, LinkOutcome.BAD_CERTIFICATE),
        ("otro.example", True, LinkOutcome.BAD_CERTIFICATE),
    ],
)
def test_the_certificate_is_held_against_the_name_though_the_connection_goes_to_an_address(
    server, certificate, name, trusted, outcome
):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate / "cert.pem", certificate / "key.pem")
    server.socket = context.wrap_socket(server.socket, server_side=True)
    trust = ssl.create_default_context(cafile=certificate / "cert.pem") if trusted else None
    place = f"{name}:{server.server_port}"
    rules = Rules("Cumple", hosts={place}, resolve=lambda _h, _p: ["127.0.0.1"], certificates=trust)
    assert look_at(f"https://{place}/ok", rules).outcome is outcome
