"""A person's own notices: what is open, one entry for each matter, and what was settled lately."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from tracker.db import db
from tracker.domain.permissions import Actor, Permission, require
from tracker.models.notices import Notice, NoticeStatus
from tracker.queries.notices import NEWS, PendingNotice

PER_PAGE = 30
MOST_SETTLED = 100
_NEWS = frozenset(one.value for one in NEWS)


@dataclass(frozen=True)
class OwnNotice:
    """One matter: the newest notice of it, since when it stands, and when a mail last told it."""

    uid: str
    notice: PendingNotice
    since: datetime
    mailed_at: datetime | None
    settled_at: datetime | None

    @property
    def is_news(self) -> bool:
        """Asks for nothing: it may be put away."""
        return self.notice.kind in _NEWS


@dataclass(frozen=True)
class OwnNotices:
    """A page of what is open, the newest first, and what was settled lately."""

    open: tuple[OwnNotice, ...]
    total: int
    page: int
    pages: int
    settled: tuple[OwnNotice, ...]


def list_own_notices(actor: Actor, *, page: int, settled_since: datetime) -> OwnNotices:
    """What the actor has open, and what was settled since an instant, in two queries."""
    require(actor, Permission.PANEL_READ)
    mine = select(Notice).where(Notice.user_id == actor.user_id)
    live = mine.where(Notice.status != NoticeStatus.CLEARED).order_by(Notice.id.desc())
    gone = (
        mine.where(Notice.status == NoticeStatus.CLEARED, Notice.cleared_at >= settled_since)
        .order_by(Notice.cleared_at.desc(), Notice.id.desc())
        .limit(MOST_SETTLED)
    )
    matters = _matters(db.session.scalars(live))
    settled = [one for key, one in _matters(db.session.scalars(gone)).items() if key not in matters]
    pages = max(1, -(-len(matters) // PER_PAGE))
    page = min(max(1, page), pages)
    shown = list(matters.values())[(page - 1) * PER_PAGE : page * PER_PAGE]
    return OwnNotices(tuple(shown), len(matters), page, pages, tuple(settled))


def count_own_notices(actor: Actor) -> int:
    """How many matters the actor has open, in one query however many they are."""
    rows = db.session.execute(
        select(Notice.subject_uid, Notice.cause).where(
            Notice.user_id == actor.user_id, Notice.status != NoticeStatus.CLEARED
        )
    )
    return len({_matter(subject_uid, cause) for subject_uid, cause in rows})


def _matter(subject_uid: str, cause: str) -> tuple[str, str]:
    """What a notice is about: of a cause ("2026-05-31/7") what stands before the reminder's own part."""
    return subject_uid, cause.partition("/")[0]


def _matters(rows: Iterable[Notice]) -> dict[tuple[str, str], OwnNotice]:
    """Each matter once, in the order of its first row, in the words of its newest notice."""
    found: dict[tuple[str, str], list[Notice]] = {}
    for one in rows:
        found.setdefault(_matter(one.subject_uid, one.cause), []).append(one)
    return {key: _own(notices) for key, notices in found.items()}


def _own(notices: Sequence[Notice]) -> OwnNotice:
    newest = max(notices, key=lambda one: one.id)
    return OwnNotice(
        uid=newest.uid,
        notice=PendingNotice(newest.id, newest.kind, newest.subject_uid, newest.params),
        since=min(one.created_at for one in notices),
        mailed_at=max((one.sent_at for one in notices if one.sent_at), default=None),
        settled_at=newest.cleared_at,
    )
