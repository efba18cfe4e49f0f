"""The scanner: a real clamd with a signature of our own, and everything that is not a clear answer."""

from __future__ import annotations

import io
import socket
import threading
import zipfile
from pathlib import Path

import pytest

from tests.support.clamav import MARK, STREAM_MEGABYTES
from tracker.domain.errors import DomainError
from tracker.services import scanning
from tracker.services.evidence import receive
from tracker.services.scanning import Scanner, scan, state

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF\n"


def file(tmp_path, data):
    path = tmp_path / "received"
    path.write_bytes(data)
    return path


def taken_in(folder, data, name, url):
    receive(io.BytesIO(data), name, evidence_url=f"file://{folder}", max_bytes=99, clamav_url=url)


def zipped(data):
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("nota.txt", data)
    return target.getvalue()


def stored(folder):
    return [path for path in Path(folder).rglob("*") if path.is_file()]


def test_a_clean_file_passes(tmp_path, clamd):
    scan(file(tmp_path, PDF), "acta.pdf", clamd.url)


@pytest.mark.parametrize("wrap", [lambda data: data, zipped])
def test_an_infected_file_is_refused_also_inside_an_archive(tmp_path, clamd, wrap):
    with pytest.raises(DomainError, match="file-infected") as refused:
        scan(file(tmp_path, wrap(b"antes " + MARK + b" luego")), "nota.txt", clamd.url)
    assert (refused.value.field, refused.value.params) == ("files", {"filename": "nota.txt"})


def test_an_infected_file_leaves_nothing_behind(tmp_path, clamd):
    with pytest.raises(DomainError, match="file-infected"):
        receive(
            io.BytesIO(MARK),
            "nota.txt",
            evidence_url=f"file://{tmp_path}",
            max_bytes=99,
            clamav_url=clamd.url,
        )
    assert stored(tmp_path) == []


def test_a_file_that_the_scanner_finds_too_large_is_refused(tmp_path, clamd):
    data = b"a" * ((STREAM_MEGABYTES + 1) * 1024 * 1024)
    with pytest.raises(DomainError, match="file-not-scanned"):
        scan(file(tmp_path, data), "grande.txt", clamd.url)


@pytest.mark.parametrize("address", ["unix:///nowhere/clamd.ctl", "tcp://127.0.0.1:9"])
def test_without_a_scanner_at_the_address_everything_is_refused(tmp_path, address):
    with pytest.raises(DomainError, match="file-not-scanned"):
        taken_in(tmp_path, PDF, "a.pdf", address)
    assert stored(tmp_path) == []
    assert state(address) is Scanner.SILENT


def test_a_scanner_that_says_nothing_in_time_is_no_scanner(tmp_path, clamd, monkeypatch):
    monkeypatch.setattr(scanning, "SECONDS", 0.3)
    monkeypatch.setattr(scanning, "PING_SECONDS", 0.3)
    clamd.pause()
    try:
        with pytest.raises(DomainError, match="file-not-scanned"):
            scan(file(tmp_path, PDF), "acta.pdf", clamd.url)
        assert state(clamd.url) is Scanner.SILENT
    finally:
        clamd.resume()
    scan(file(tmp_path, PDF), "acta.pdf", clamd.url)


@pytest.mark.parametrize("answer", [b"", b"stream: OK", b"UNKNOWN COMMAND\0", b"stream: okay\0", b"x" * 5000])
def test_whatever_is_not_a_clear_answer_is_a_refusal(tmp_path, answer):
    """By TCP, with somebody who answers otherwise than clamd."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve():
            connection, _ = server.accept()
            with connection:
                connection.recv(65536)
                connection.sendall(answer)

        thread = threading.Thread(target=serve)
        thread.start()
        where = f"tcp://127.0.0.1:{server.getsockname()[1]}"
        with pytest.raises(DomainError, match="file-not-scanned"):
            scan(file(tmp_path, PDF), "acta.pdf", where)
        thread.join()


def test_without_an_address_nothing_is_scanned(tmp_path):
    scan(file(tmp_path, MARK), "nota.txt", "")
    assert state("") is Scanner.OFF


def test_a_scanner_that_answers_says_so(clamd):
    assert state(clamd.url) is Scanner.ANSWERS
