"""Dated editions of the open data, for everybody."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select

from tracker.db import db
from tracker.domain.errors import NotFound
from tracker.models.open_data import DataEdition

PAGE_SIZE = 30


@dataclass(frozen=True)
class FrozenFile:
    """A file of an edition."""

    path: str
    size: int
    sha256: str


@dataclass(frozen=True)
class Edition:
    """An edition with its size and hash."""

    uid: str
    day: date
    made_at: datetime
    filename: str
    sha256: str
    size: int
    rows: int
    data_sha256: str
    files: tuple[FrozenFile, ...]


def list_editions(page: int = 1) -> list[Edition]:
    """Editions, the newest first, a page at a time."""
    rows = db.session.scalars(
        select(DataEdition)
        .order_by(DataEdition.day.desc())
        .limit(PAGE_SIZE)
        .offset((max(page, 1) - 1) * PAGE_SIZE)
    )
    return [_edition(row) for row in rows]


def count_editions() -> int:
    """How many there are."""
    return db.session.scalar(select(func.count(DataEdition.id))) or 0


def last_edition() -> Edition | None:
    """The newest; None before the first."""
    return next(iter(list_editions()), None)


def get_edition(uid: str) -> Edition:
    """One edition; NotFound where there is none."""
    row = db.session.scalar(select(DataEdition).where(DataEdition.uid == uid))
    if row is None:
        raise NotFound("data-edition-not-found")
    return _edition(row)


def _edition(row: DataEdition) -> Edition:
    names = ("uid", "day", "made_at", "filename", "sha256", "size", "rows", "data_sha256")
    files = tuple(FrozenFile(**one) for one in row.files)
    return Edition(**{name: getattr(row, name) for name in names}, files=files)
