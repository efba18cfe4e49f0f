"""Bytes on disk: under their hash, whole or not at all, the same ones once, never outside their folder."""

from __future__ import annotations

import hashlib
import io
import stat
from pathlib import Path

import pytest

from tracker.domain.errors import DomainError, NotFound
from tracker.services import storage

DATA = b"una evidencia"
SHA256 = hashlib.sha256(DATA).hexdigest()


@pytest.fixture
def url(tmp_path):
    return f"file://{tmp_path / 'evidence'}"


def received(url, data=DATA, limit=1024):
    return storage.receive(io.BytesIO(data), url, max_bytes=limit)


def files(url):
    return sorted(path for path in storage.folder_of(url).rglob("*") if path.is_file())


def test_bytes_are_kept_under_their_hash(url):
    path = storage.keep(received(url), url)
    assert path == storage.path_of(url, SHA256) == storage.folder_of(url) / SHA256[:2] / SHA256
    assert (path.read_bytes(), storage.hash_of(path)) == (DATA, SHA256)
    assert files(url) == [path]


def test_a_kept_file_cannot_be_written_by_accident(url):
    assert stat.S_IMODE(storage.keep(received(url), url).stat().st_mode) == 0o440


def test_the_same_bytes_are_kept_once(url):
    first = storage.keep(received(url), url)
    inode = first.stat().st_ino
    assert storage.keep(received(url), url) == first
    assert (first.stat().st_ino, files(url)) == (inode, [first])


def test_keeping_again_makes_the_file_young_for_the_sweep(url):
    import os

    path = storage.keep(received(url), url)
    os.utime(path, (0, 0))
    storage.keep(received(url), url)
    assert path.stat().st_mtime > 1_000_000


@pytest.mark.parametrize("size", [1023, 1024])
def test_up_to_the_limit_is_received(url, size):
    assert received(url, b"x" * size).size == size


def test_beyond_the_limit_is_refused_and_leaves_nothing(url):
    with pytest.raises(DomainError, match="file-too-large") as refused:
        storage.receive(io.BytesIO(b"x" * (2 * 1024 * 1024 + 1)), url, max_bytes=2 * 1024 * 1024)
    assert (refused.value.field, refused.value.params) == ("files", {"megabytes": 2})
    assert files(url) == []


def test_what_is_longer_than_a_piece_is_hashed_whole(url, monkeypatch):
    monkeypatch.setattr(storage, "CHUNK", 5)
    assert received(url).sha256 == SHA256


def test_nothing_is_refused_as_empty(url):
    with pytest.raises(DomainError, match="file-empty"):
        received(url, b"")
    assert files(url) == []


def test_a_connection_that_breaks_leaves_nothing(url):
    class Broken(io.BytesIO):
        def read(self, *_arguments):
            raise ConnectionError("gone")

    with pytest.raises(ConnectionError):
        storage.receive(Broken(), url, max_bytes=10)
    assert files(url) == []


@pytest.mark.parametrize(
    "sha256",
    ["", "..", "../../etc/passwd", SHA256[:-1], SHA256 + "0", SHA256.upper(), "/" + SHA256[1:], "g" * 64],
)
def test_what_is_no_hash_leads_nowhere(url, sha256):
    with pytest.raises(NotFound):
        storage.path_of(url, sha256)


@pytest.mark.parametrize("url", ["s3://bucket/prefix", "/var/lib", "http://example.org", ""])
def test_another_kind_of_store_is_refused_by_name(url):
    with pytest.raises(ValueError, match="evidence store not supported"):
        storage.folder_of(url)


def test_the_folder_of_an_address_is_its_path():
    assert storage.folder_of("file:///srv/cumple/evidence") == Path("/srv/cumple/evidence")
