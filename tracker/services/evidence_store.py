"""Looking after stored bytes: held against their hash, night after night; what nobody names is swept away."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

from sqlalchemy import Column, delete, select
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from tracker.db import Base, db
from tracker.domain.notifications import Event
from tracker.models.checks import FileCheck, FileDamage
from tracker.models.evidence import Rendition, StoredFile
from tracker.models.open_data import DataEdition
from tracker.models.reports import CompiledFile
from tracker.queries.evidence_store import FileToVerify, name_of, next_to_verify
from tracker.queries.notices import list_recipients
from tracker.services import storage
from tracker.services.matrix import notification
from tracker.services.told import Told

# What names a file in the store of compiled reports: their renderings, and editions of the open data.
_OF_REPORTS = [CompiledFile.__table__.c.sha256, DataEdition.__table__.c.sha256]
SPARED = timedelta(hours=24)
Unit = Callable[[], AbstractContextManager[None]]


@dataclass(frozen=True)
class Orphan:
    """A file in a store that no row names: its hash, or its name where it is half written."""

    path: Path
    sha256: str = ""
    is_report: bool = False
    """From the store of compiled reports."""


def verify_next(
    evidence_url: str, *, before: datetime, unit: Unit, now: Callable[[], datetime], today: date
) -> tuple[int, FileDamage | None] | None:
    """Hold the file that waited longest against its hash, and write down what was found; its bytes.

    None where every file was looked at since `before`. The file is read outside of any transaction, and one
    that was swept away meanwhile is no damage.
    """
    with unit():
        file = next_to_verify(before)
    if file is None:
        return None
    damage = _damage(evidence_url, file)
    with unit():
        is_still_kept = _record(file, damage, now(), today)
    return file.size, damage if is_still_kept else None


def _damage(evidence_url: str, file: FileToVerify) -> FileDamage | None:
    path = storage.path_of(evidence_url, file.sha256)
    try:
        same = path.stat().st_size == file.size and storage.hash_of(path) == file.sha256
    except FileNotFoundError:
        return FileDamage.MISSING
    return None if same else FileDamage.CHANGED


def _record(file: FileToVerify, damage: FileDamage | None, now: datetime, today: date) -> bool:
    """One row a file; False where the file was given up meanwhile. Administrators are
    told of a damage once, and that is cleared when it is mended.
    """
    still = db.session.scalar(
        select(StoredFile.sha256).where(StoredFile.sha256 == file.sha256).with_for_update(key_share=True)
    )
    if still is None:
        return False
    before = db.session.get(FileCheck, file.sha256)
    was_damaged = before is not None and before.damage is damage is not None
    insert = postgresql_insert if db.session.get_bind().dialect.name == "postgresql" else sqlite_insert
    found = {"verified_at": now, "damage": damage}
    db.session.execute(
        insert(FileCheck)
        .values(sha256=file.sha256, **found)
        .on_conflict_do_update(index_elements=[FileCheck.sha256], set_=found)
    )
    told = Told({file.sha256}, now=now)
    if damage is None:
        told.clear([Event.EVIDENCE_DAMAGED])
        return True
    if was_damaged:
        return True
    recipients = list_recipients(today)
    people = [
        one.user_id
        for telling in notification(Event.EVIDENCE_DAMAGED).to
        for one in recipients.by_role.get(telling.role, ())
    ]
    params = {
        "damage": damage.value,
        "name": name_of(file.sha256),
        "sha256": file.sha256,
        "told_on": today.isoformat(),
    }
    told.tell(Event.EVIDENCE_DAMAGED, file.sha256, f"{damage.value}/{today.isoformat()}", people, params)
    return True


def list_orphans(evidence_url: str, reports_url: str, *, now: datetime) -> Iterator[Orphan]:
    """Files of both stores that are older than a day and named by nothing; half-written ones too.

    A file handed in with a draft and taken out again is one, though its row is still there.
    """
    before = (now - SPARED).timestamp()
    for url, is_report in ((evidence_url, False), (reports_url, True)):
        for path in storage.list_unfinished(url):
            if storage.is_older(path, before):
                yield Orphan(path)
        for sha256, path in storage.list_kept(url):
            orphan = Orphan(path, sha256, is_report)
            if storage.is_older(path, before) and not _is_named(orphan):
                yield orphan


def sweep(orphan: Orphan, *, unit: Unit, now: datetime) -> bool:
    """Take one away, under the lock that whoever hands the same bytes in takes; False where it got a name.

    The rows go first: a crash between leaves a file without a row, which the next night finds.
    """
    if not orphan.sha256:
        orphan.path.unlink(missing_ok=True)
        return True
    before = (now - SPARED).timestamp()
    with storage.locked(orphan.path):
        if not storage.is_older(orphan.path, before):
            return False
        with unit():
            if _is_named(orphan):
                return False
            if not orphan.is_report:
                _forget(orphan.sha256)
        orphan.path.unlink(missing_ok=True)
    return True


def _forget(sha256: str) -> None:
    """The rows of a file that nothing stands on any more; pictures of it are orphans by the next night."""
    db.session.execute(delete(Rendition).where(Rendition.source_sha256 == sha256))
    db.session.execute(delete(FileCheck).where(FileCheck.sha256 == sha256))
    db.session.execute(delete(StoredFile).where(StoredFile.sha256 == sha256))


def _is_named(orphan: Orphan) -> bool:
    """Whether anything stands on those bytes: every foreign key on them counts, but what is made of them."""
    columns = _OF_REPORTS if orphan.is_report else _naming_columns()
    return any(
        db.session.execute(select(column).where(column == orphan.sha256).limit(1)).first() is not None
        for column in columns
    )


def _naming_columns() -> list[Column[str]]:
    """Columns that point at stored files; a picture or a check of a file is no reason to keep it."""
    made_of_it = {Rendition.__table__.c.source_sha256, FileCheck.__table__.c.sha256}
    return [
        key.parent
        for table in Base.metadata.sorted_tables
        for key in table.foreign_keys
        if key.column.table is StoredFile.__table__ and key.parent not in made_of_it
    ]
