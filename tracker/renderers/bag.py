"""The layout of a BagIt 1.0 bag (RFC 8493) in a zip: named parts in, bytes with their manifests out.

It knows no storage: what goes in is chosen by `tracker.services.evidence_packages`.
"""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import PurePath
from typing import BinaryIO

from tracker.domain.report_document import ReportDocument
from tracker.domain.text import squeeze
from tracker.renderers.tables_shape import without_controls
from tracker.renderers.words import Words

CHUNK = 1024 * 1024
PAYLOAD = "data/"
_DECLARATION = "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
_FILE, _UNIX = 0o644 << 16, 3
# What is written small; the rest is compressed already.
_TEXTS = frozenset({".csv", ".html", ".json", ".txt"})


class BagFormat:
    """What is told of the format; the package itself is made where evidence can be read."""

    format = "bag"
    media_type = "application/zip"
    extension = "zip"


class PartChangedError(Exception):
    """The bytes of a part are not those that its hash and size announced."""


@dataclass(frozen=True)
class Part:
    """One file of the bag: where it stands, the hash and size it must have, and how it is read."""

    path: str
    sha256: str
    size: int
    open: Callable[[], BinaryIO]


def part(path: str, data: bytes) -> Part:
    """A part of bytes in memory."""
    return Part(path, hashlib.sha256(data).hexdigest(), len(data), lambda: io.BytesIO(data))


def write_bag(
    target: BinaryIO,
    folder: str,
    document: ReportDocument,
    payload: Sequence[Part],
    readme: bytes,
    *,
    language: str = "es",
) -> None:
    """Write the zip of a bag into `folder`; the same parts of the same document give the same bytes.

    Each part is read in pieces, never whole. Raises PartChangedError; ValueError for two parts in one place.
    """
    _check_paths(payload)
    words = Words(language)
    tags = [
        part("bagit.txt", _DECLARATION.encode()),
        part("bag-info.txt", _info(words, document, payload)),
        part(words("readme.name"), readme),
        part("manifest-sha256.txt", _manifest(payload)),
    ]
    tags.append(part("tagmanifest-sha256.txt", _manifest(tags)))
    with zipfile.ZipFile(target, "w") as file:
        for one in sorted([*tags, *payload], key=lambda one: one.path):
            _write(file, _entry(f"{folder}/{one.path}", one.size, document.cutoff), one)


def _check_paths(payload: Iterable[Part]) -> None:
    """Only plain names under data/, each once whatever its case: the manifests need no escapes."""
    seen: set[str] = set()
    for one in payload:
        parts = one.path.split("/")
        is_plain = one.path.isascii() and one.path.isprintable() and not set(one.path) & set("%\\")
        if not is_plain or f"{parts[0]}/" != PAYLOAD or {"", ".", ".."} & set(parts):
            raise ValueError(f"no path for a payload: {one.path!r}")
        if one.path.lower() in seen:
            raise ValueError(f"two parts in one place: {one.path!r}")
        seen.add(one.path.lower())


def _manifest(parts: Iterable[Part]) -> bytes:
    """As `sha256sum -c` reads it."""
    lines = (f"{one.sha256}  {one.path}\n" for one in sorted(parts, key=lambda one: one.path))
    return "".join(lines).encode()


def _info(words: Words, document: ReportDocument, payload: Sequence[Part]) -> bytes:
    imprint = document.imprint
    about = words(
        "bag.description",
        kind=words(f"kind.{document.kind.value}"),
        plan=document.plan.title,
        cutoff=words.day(document.cutoff),
    )
    told = {
        "Source-Organization": imprint.issuer,
        "Bagging-Date": document.cutoff.isoformat(),
        "External-Identifier": imprint.sha256,
        "External-Description": about,
        "Payload-Oxum": f"{sum(one.size for one in payload)}.{len(payload)}",
        "Bag-Software-Agent": "Cumple",
    }
    if imprint.version is not None:
        told["Report-Version"] = str(imprint.version)
    lines = [f"{name}: {squeeze(without_controls(value))}\n" for name, value in told.items() if value]
    return "".join(lines).encode()


def _entry(name: str, size: int, day: date) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, (max(day.year, 1980), day.month, day.day, 0, 0, 0))
    entry.external_attr, entry.create_system, entry.file_size = _FILE, _UNIX, size
    is_text = PurePath(name).suffix.lower() in _TEXTS
    entry.compress_type = zipfile.ZIP_DEFLATED if is_text else zipfile.ZIP_STORED
    return entry


def _write(file: zipfile.ZipFile, entry: zipfile.ZipInfo, one: Part) -> None:
    digest, size = hashlib.sha256(), 0
    with one.open() as source, file.open(entry, "w") as target:
        while chunk := source.read(CHUNK):
            size += len(chunk)
            if size > one.size:
                break
            digest.update(chunk)
            target.write(chunk)
    if (digest.hexdigest(), size) != (one.sha256, one.size):
        raise PartChangedError(one.path)
