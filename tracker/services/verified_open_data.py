"""Editions of the open data against the chain, and their bytes against their hash."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from sqlalchemy import select

from tracker.db import db
from tracker.models.open_data import DataEdition
from tracker.services import storage
from tracker.services.audit import EventTag
from tracker.services.ledger import Ledger, Mismatch, Recorded, against_events
from tracker.services.open_data import frozen
from tracker.services.verified_reports import stored_bytes


def edition_files(reports_folder: str) -> Iterator[Mismatch]:
    """The bytes of each edition against its hash and size."""
    for row in db.session.scalars(select(DataEdition).order_by(DataEdition.id)):
        path = storage.path_of(f"file://{reports_folder}", row.sha256)
        yield from stored_bytes("data-edition", path, row.sha256, row.size, row.filename)


def editions(ledger: Ledger) -> Iterator[Mismatch]:
    """Each edition its event, each event its edition: none is changed, none is taken away."""
    yield from against_events(
        ledger,
        "data",
        {EventTag.DATA_FROZEN},
        db.session.scalars(select(DataEdition).order_by(DataEdition.id)).all(),
        subject=lambda row: row.uid,
        content=lambda row: dict(frozen(row)),
        more=_unlike_event,
    )


def _unlike_event(row: DataEdition, event: Recorded) -> Iterable[str]:
    if row.made_at != event.at:
        yield "made_at"
