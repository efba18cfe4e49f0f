"""How far the search has come: what the job that refreshes it asks every minute."""

from __future__ import annotations

from sqlalchemy import func, select

from tracker.db import db
from tracker.models.audit import AuditEvent
from tracker.models.search import SearchState


def last_recorded() -> int:
    """The last place in the order of recording; 0 where nothing was recorded."""
    return int(db.session.scalar(select(func.max(AuditEvent.seq))) or 0)


def is_fresh(rules: int) -> bool:
    """True where the documents were made by these rules, and nothing was recorded since."""
    state = db.session.get(SearchState, 1)
    return state is not None and (state.seq, state.rules) == (last_recorded(), rules)
