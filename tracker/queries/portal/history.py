"""The public part of a published item's timeline."""

from __future__ import annotations

from datetime import date

from tracker.domain.timeline import Entry
from tracker.queries.portal.subjects import Subject
from tracker.queries.timeline import public_timeline


def get_history(item: Subject, *, zone: str, overdue_from: date | None = None) -> tuple[Entry, ...]:
    """What everybody may read of what happened to a published item, newest first."""
    return public_timeline(item.id, item.uid, zone=zone, overdue_from=overdue_from)
