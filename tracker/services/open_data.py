"""Open data: single tables as they are read, all of them in one zip, and dated editions kept for good.

Rows are read once and of one moment; on the way to the files they stand on disk, never all in memory.
"""

from __future__ import annotations

import hashlib
import json
import sys
import tempfile
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import IO, Any

from sqlalchemy import select

from tracker.db import db, reading
from tracker.domain.permissions import SYSTEM
from tracker.models.open_data import DataEdition
from tracker.models.types import new_uid
from tracker.queries.portal.data_editions import last_edition
from tracker.queries.portal.open_data import changed_at, records, rows_of, view_at
from tracker.queries.portal.open_data_rows import Country, View
from tracker.renderers.open_data import DataTable, data_tables
from tracker.renderers.open_data_catalogue import BOOK_NAME
from tracker.renderers.open_data_formats import (
    Cells,
    DataBook,
    as_csv,
    as_json,
    cells,
    from_json,
    to_json,
)
from tracker.renderers.open_data_package import (
    PACKAGE,
    SUMS,
    DataFile,
    Publication,
    package,
    package_text,
    publication_of,
    readme,
    sums,
)
from tracker.renderers.words import Words
from tracker.services import storage
from tracker.services.audit import EventTag, record

SUBJECT = "data"
README = "LEEME.txt"
Unit = Callable[[], AbstractContextManager[None]]
_WRITERS = {"csv": as_csv, "json": as_json}


@dataclass(frozen=True)
class Asked:
    """Which data: of a day, as of today or of the past, and in whose name they are given."""

    publication: Publication
    today: date
    country: Country
    zone: str

    def view(self) -> View:
        """What is read for it; NotFound for a day to come."""
        return view_at(self.publication.day, today=self.today, country=self.country, zone=self.zone)


def asked_of(settings: Mapping[str, Any], *, day: date, today: date) -> Asked:
    """The data of a day, as the installation is set: the same files until anything is recorded again."""
    publication = publication_of(settings, day=day, at=changed_at())
    country = Country(
        name=settings["OGP_COUNTRY"],
        code=settings["OGP_COUNTRY_CODE"],
        region=settings["OGP_REGION"],
        commitment_url=settings["OGP_COMMITMENT_URL"],
    )
    return Asked(publication, today, country, settings["TIMEZONE"])


@dataclass
class Contents:
    """What a zip of all tables turned out to hold."""

    files: list[DataFile] = field(default_factory=list)
    rows: dict[str, int] = field(default_factory=dict)
    data_sha256: str = ""


def table_text(table: DataTable, format_name: str, asked: Asked) -> Iterator[str]:
    """A table as CSV or JSON, line by line."""
    with reading():
        rows = cells(table, rows_of(asked.view(), table.name), asked.publication.base_url)
        yield from _WRITERS[format_name](table, rows)


def write_book(target: IO[bytes], tables: Sequence[DataTable], asked: Asked) -> None:
    """A workbook of some tables; rows go through the disk, since one pass gives those of several."""
    with tempfile.TemporaryDirectory(prefix="cumple-datos-") as folder:
        spool = _Spool(Path(folder), tables)
        spool.fill(asked)
        _book(target, spool, asked.publication)


def _book(target: IO[bytes], spool: _Spool, publication: Publication) -> None:
    title = Words("es")("open_data.title", publisher=publication.publisher)
    book = DataBook(target, spool.tables, title=title, at=publication.at)
    for table in spool.tables:
        book.write(table, spool.rows(table))
    book.close()


@dataclass
class _Spool:
    """Rows of tables on disk, each as it was read, told again as often as a format needs them."""

    folder: Path
    tables: Sequence[DataTable]
    counts: dict[str, int] = field(default_factory=dict)

    def fill(self, asked: Asked) -> str:
        """Read everything once; the hash of it all, without what changes with the day alone."""
        by_name = {one.name: one for one in self.tables}
        lasting = {
            one.name: [at for at, column in enumerate(one.columns) if not column.is_daily]
            for one in self.tables
        }
        digest = hashlib.sha256()
        self.counts = dict.fromkeys(by_name, 0)
        with ExitStack() as stack, reading():
            files = {
                name: stack.enter_context(self._path(name).open("w", encoding="utf-8")) for name in by_name
            }
            for name, row in records(asked.view(), by_name):
                (one,) = cells(by_name[name], [row], asked.publication.base_url)
                files[name].write(f"{to_json(one)}\n")
                digest.update(f"{name} {to_json(tuple(one[at] for at in lasting[name]))}\n".encode())
                self.counts[name] += 1
        return digest.hexdigest()

    def rows(self, table: DataTable) -> Iterator[Cells]:
        """The rows of a table, as often as they are asked for."""
        with self._path(table.name).open(encoding="utf-8") as file:
            for line in file:
                yield from_json(table, json.loads(line))

    def _path(self, name: str) -> Path:
        return self.folder / f"{name}.rows"


def write_zip(target: IO[bytes], asked: Asked) -> Contents:
    """Every table in every format, described, with the hash of each file."""
    with tempfile.TemporaryDirectory(prefix="cumple-datos-") as name:
        folder = Path(name)
        spool = _Spool(folder, data_tables())
        found = Contents(data_sha256=spool.fill(asked))
        found.rows = dict(spool.counts)
        with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
            packing = _Packing(archive, asked.publication, folder, found.files)
            packing.tables(spool)
            packing.descriptions(spool)
    return found


@dataclass
class _Packing:
    """A zip being written; each file is hashed as it goes in."""

    archive: zipfile.ZipFile
    publication: Publication
    folder: Path
    files: list[DataFile]

    def tables(self, spool: _Spool) -> None:
        """Each table as CSV and as JSON, then the workbook of them all."""
        for table in spool.tables:
            for format_name, writer in _WRITERS.items():
                lines = writer(table, spool.rows(table))
                self._add(f"{format_name}/{table.name}.{format_name}", (one.encode() for one in lines))
        with tempfile.TemporaryFile(dir=self.folder) as book:
            _book(book, spool, self.publication)
            book.seek(0)
            self._add(BOOK_NAME, iter(lambda: book.read(storage.CHUNK), b""))

    def descriptions(self, spool: _Spool) -> None:
        """What describes them, and last the hashes of everything else."""
        told = {one.path: one for one in self.files}
        described = package(spool.tables, self.publication, told, folder="csv/")
        self._add(PACKAGE, [package_text(described).encode()])
        self._add(README, [readme(spool.tables, spool.counts, self.publication).encode()])
        self._add(SUMS, [sums(self.files).encode()])

    def _add(self, path: str, pieces: Iterable[bytes]) -> None:
        entry = zipfile.ZipInfo(path, self.publication.at.timetuple()[:6])
        entry.external_attr, entry.compress_type = 0o644 << 16, zipfile.ZIP_DEFLATED
        digest, size = hashlib.sha256(), 0
        with self.archive.open(entry, "w", force_zip64=True) as target:
            for piece in pieces:
                digest.update(piece)
                size += len(piece)
                target.write(piece)
        self.files.append(DataFile(path, size, digest.hexdigest()))


def freeze_edition(asked: Asked, folder: Path, *, unit: Unit, now: datetime) -> DataEdition | None:
    """Make an edition of a day and keep it for good; None where nothing changed since the last one.

    The files of the store are written before the row that names them, and in no transaction.
    """
    last = last_edition()
    if last is not None and last.day >= asked.publication.day:
        return None
    with tempfile.TemporaryFile() as target:
        found = write_zip(target, asked)
        if last is not None and last.data_sha256 == found.data_sha256:
            return None
        target.seek(0)
        received = storage.receive(target, f"file://{folder}", max_bytes=sys.maxsize)
    storage.keep(received, f"file://{folder}")
    day = asked.publication.day
    row = DataEdition(
        uid=new_uid(),
        day=day,
        made_at=now,
        filename=f"cumple-datos-{day.isoformat()}.zip",
        sha256=received.sha256,
        size=received.size,
        data_sha256=found.data_sha256,
        rows=sum(found.rows.values()),
        files=[{"path": one.path, "size": one.size, "sha256": one.sha256} for one in found.files],
    )
    with unit():
        return _recorded(row, now)


def _recorded(row: DataEdition, now: datetime) -> DataEdition | None:
    """The row with its event; None where another process was faster with an edition of the day."""
    if db.session.scalar(select(DataEdition.id).where(DataEdition.day >= row.day).limit(1)) is not None:
        return None
    row.recorded_seq = record(SYSTEM, EventTag.DATA_FROZEN, SUBJECT, row.uid, frozen(row), now=now)
    db.session.add(row)
    db.session.flush()
    return row


def frozen(row: DataEdition) -> Mapping[str, object]:
    """What the chain says of an edition."""
    return {
        "day": row.day.isoformat(),
        "sha256": row.sha256,
        "size": row.size,
        "data_sha256": row.data_sha256,
        "files": {one["path"]: one["sha256"] for one in row.files},
    }
