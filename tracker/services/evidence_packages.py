"""The evidence package of a compiled report: the report in every format with the public evidence it names.

Two doors stand before a file: the frozen document, which says what was public and accepted at the cut, and
what anybody may open at this moment (`evidence_access`). It goes in only where both are open.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path, PurePath
from typing import BinaryIO, Protocol

from tracker.domain.errors import DomainError, NotFound
from tracker.domain.evidence import Access, EvidenceKind
from tracker.domain.report_document import EvidenceLine, ReportDocument
from tracker.models.evidence import RenditionKind
from tracker.renderers import RENDERERS, check_formats
from tracker.renderers.bag import PAYLOAD, BagFormat, Part, PartChangedError, part, write_bag
from tracker.renderers.bag_listing import LISTING, Listed, Named, Standing, listing, named_evidence, readme
from tracker.services import evidence_access, renditions
from tracker.services.compilations import Rendered, file_stem, render_all
from tracker.services.evidence_access import Source, StoredPath

FOLDER = f"{PAYLOAD}evidencias/"
MEGABYTE = 1024 * 1024
FACTORY_MAX_BYTES = 2048 * MEGABYTE
_LONGEST_NAME = 80
_UNSAFE = re.compile(r"[^A-Za-z0-9._-]+")
Unit = Callable[[], AbstractContextManager[None]]


class PackageFailed(DomainError):
    """The evidence that a package needs is not there, is damaged, or is too much."""

    status = 500


@dataclass(frozen=True)
class Packing:
    """Where evidence is read, how much of it a package may hold (0: any), and what pictures are kept with."""

    evidence_url: str
    unit: Unit
    clock: Callable[[], datetime]
    max_bytes: int = FACTORY_MAX_BYTES


class Made(Protocol):
    """A file of a compiled report, in memory or on disk."""

    @property
    def format(self) -> str:
        """Its format."""
        ...

    @property
    def filename(self) -> str:
        """Its name for people."""
        ...

    def open(self) -> BinaryIO:
        """Its bytes."""
        ...


@dataclass(frozen=True)
class Packed:
    """A package on disk."""

    format: str
    filename: str
    path: Path

    def open(self) -> BinaryIO:
        """Its bytes."""
        return self.path.open("rb")


@dataclass(frozen=True)
class _Chosen:
    """An item with what the public may read of it, if anything."""

    listed: Listed
    source: Source | None = None


def make_all(
    document: ReportDocument, formats: Sequence[str], packing: Packing, beside: Path
) -> tuple[Made, ...]:
    """The document in each format asked for; the package, which holds all formats, is written in `beside`.

    One that fails fails them all. Raises DomainError `format-not-available`, and PackageFailed.
    """
    wanted = check_formats(formats)
    if BagFormat.format not in wanted:
        return render_all(document, wanted)
    rendered = {one.format: one for one in render_all(document, tuple(RENDERERS))}
    made: dict[str, Made] = {**rendered, BagFormat.format: _pack(document, rendered, packing, beside)}
    return tuple(made[name] for name in wanted)


def _pack(document: ReportDocument, rendered: dict[str, Rendered], packing: Packing, beside: Path) -> Packed:
    folder = f"{file_stem(document)}-paquete"
    path = beside / f"{folder}.{BagFormat.extension}"
    items, evidence = _evidence(document, packing)
    reports = [part(f"{PAYLOAD}{one.filename}", one.data) for one in rendered.values()]
    reports.append(part(f"{PAYLOAD}{LISTING}", listing(items)))
    names = [one.path for one in reports]
    try:
        with path.open("wb") as target:
            write_bag(target, folder, document, [*reports, *evidence], readme(document, names))
    except PartChangedError as error:
        raise PackageFailed("evidence-file-damaged", file=str(error)) from error
    except FileNotFoundError as error:
        raise PackageFailed("evidence-file-missing", file=PurePath(str(error.filename)).name) from error
    return Packed(BagFormat.format, path.name, path)


def _evidence(document: ReportDocument, packing: Packing) -> tuple[list[Listed], list[Part]]:
    """Every item with its standing, and the files that go in, each once."""
    named = tuple(named_evidence(document))
    with packing.unit():
        chosen = [_choose(one, document.known_at) for one in named]
    _draw_copies((one.source for one in chosen if one.source), packing)
    parts: dict[str, Part] = {}
    items = [_placed(one, parts, packing.evidence_url) for one in chosen]
    total = sum(one.size for one in parts.values())
    if packing.max_bytes and total > packing.max_bytes:
        raise PackageFailed("package-too-large", megabytes=packing.max_bytes // MEGABYTE)
    return items, list(parts.values())


def _choose(named: Named, known_at: int) -> _Chosen:
    """What both doors let through of one item; what is closed at either is told without its title."""
    line = named.line
    try:
        access = evidence_access.access_now(line.uid)
    except NotFound as error:
        raise PackageFailed("evidence-file-missing", file=line.uid) from error
    was_open = line.access is Access.PUBLIC
    if was_open and access is Access.PUBLIC:
        return _opened(named)
    standing = Standing.RESTRICTED_SINCE if was_open else Standing.RESTRICTED
    listed = Listed(named, standing, access if was_open else line.access)
    source = _public_version(line, known_at)
    return _Chosen(replace(listed, standing=Standing.PUBLIC_VERSION) if source else listed, source)


def _opened(named: Named) -> _Chosen:
    line = named.line
    if line.kind is EvidenceKind.LINK:
        return _Chosen(Listed(named, Standing.LINK, Access.PUBLIC))
    if not line.accepted:
        return _Chosen(Listed(named, Standing.NOT_ACCEPTED, Access.PUBLIC))
    try:
        source = evidence_access.public_source(line.uid)
    except NotFound:
        return _Chosen(Listed(named, Standing.NOT_PUBLIC, Access.PUBLIC))
    if source.sha256 != line.sha256:
        raise PackageFailed("evidence-file-damaged", file=line.sha256)
    standing = Standing.PHOTO_COPY if source.is_photo else Standing.INCLUDED
    return _Chosen(Listed(named, standing, Access.PUBLIC), source)


def _public_version(line: EvidenceLine, known_at: int) -> Source | None:
    """The public version that counts today, where it was recorded by the cut."""
    if line.kind is not EvidenceKind.FILE or not line.accepted:
        return None
    try:
        return evidence_access.public_redaction(line.uid, known_at=known_at)
    except NotFound:
        return None


def _draw_copies(sources: Iterable[Source], packing: Packing) -> None:
    """Copies without metadata of photos that have none yet; one that cannot be drawn is left out."""
    wanted = {one.sha256 for one in sources if one.is_photo}
    kind = RenditionKind.PUBLIC_COPY
    missing = sorted(one for one in wanted if renditions.find_picture(one, kind) is None)
    drawn = [
        made for one in missing for made in renditions.draw(one, kind, evidence_url=packing.evidence_url)
    ]
    if drawn:
        with packing.unit():
            renditions.record_drawn(drawn, now=packing.clock())


def _placed(chosen: _Chosen, parts: dict[str, Part], evidence_url: str) -> Listed:
    """The item with its place among the parts, into which its file goes where it is not there yet."""
    if chosen.source is None:
        return chosen.listed
    try:
        found = evidence_access.public_path(chosen.source, evidence_url)
    except NotFound:
        return replace(chosen.listed, standing=Standing.COPY_NOT_MADE)
    sha256 = found.path.name
    if sha256 not in parts:
        parts[sha256] = _part(found, sha256)
    return replace(chosen.listed, path=parts[sha256].path, sha256=sha256)


def _part(found: StoredPath, sha256: str) -> Part:
    try:
        size = found.path.stat().st_size
    except FileNotFoundError as error:
        raise PackageFailed("evidence-file-missing", file=sha256) from error
    return Part(f"{FOLDER}{sha256}-{safe_name(found.filename)}", sha256, size, lambda: found.path.open("rb"))


def safe_name(filename: str) -> str:
    """A name that every system and manifest takes as it is: letters and digits without accents, . _ -"""
    last = filename.replace("\\", "/").rpartition("/")[2]
    suffix = _plain(PurePath(last).suffix)[:12].strip(".-")
    stem = _plain(PurePath(last).stem)[:_LONGEST_NAME].strip(".-") or "archivo"
    return f"{stem}.{suffix}" if suffix else stem


def _plain(text: str) -> str:
    ascii_only = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return _UNSAFE.sub("-", ascii_only)
