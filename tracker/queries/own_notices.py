"""A person's own notices: what is open, one entry for each matter, and what was settled lately."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, exists, func, select
from sqlalchemy.orm import aliased

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
    """What the actor has open, and what was settled since an instant: read by the page, however many."""
    require(actor, Permission.PANEL_READ)
    total = count_own_notices(actor)
    pages = max(1, -(-total // PER_PAGE))
    page = min(max(1, page), pages)
    return OwnNotices(
        tuple(_open_page(actor, page)), total, page, pages, tuple(_settled(actor, settled_since))
    )


def count_own_notices(actor: Actor) -> int:
    """How many matters the actor has open; the database counts them."""
    matters = select(Notice.subject_uid, _about(Notice)).where(*_live(Notice, actor)).distinct().subquery()
    return db.session.scalar(select(func.count()).select_from(matters)) or 0


def _live(notice: Any, actor: Actor) -> tuple[ColumnElement[bool], ...]:
    return notice.user_id == actor.user_id, notice.status != NoticeStatus.CLEARED


def _about(notice: Any) -> ColumnElement[str]:
    """With its subject, what a notice is about: of a cause ("2026-05-31/7") what stands before the slash.

    What follows it is the reminder's own part.
    """
    if db.engine.dialect.name == "postgresql":
        return func.split_part(notice.cause, "/", 1)
    return func.substr(notice.cause, 1, func.instr(notice.cause.concat("/"), "/") - 1)


def _open_page(actor: Actor, page: int) -> Iterator[OwnNotice]:
    """Each open matter once, the newest first, in the words of its newest notice."""
    newest = func.max(Notice.id).label("newest")
    matters = (
        select(
            newest,
            func.min(Notice.created_at).label("since"),
            func.max(Notice.sent_at).label("mailed_at"),
        )
        .where(*_live(Notice, actor))
        .group_by(Notice.subject_uid, _about(Notice))
        .order_by(newest.desc())
        .limit(PER_PAGE)
        .offset((page - 1) * PER_PAGE)
        .subquery()
    )
    rows = db.session.execute(
        select(Notice, matters.c.since, matters.c.mailed_at)
        .join(matters, matters.c.newest == Notice.id)
        .order_by(Notice.id.desc())
    )
    for notice, since, mailed_at in rows:
        yield _own(notice, since, mailed_at)


def _settled(actor: Actor, since: datetime) -> Iterator[OwnNotice]:
    """What was settled last, each matter once; none that is open again."""
    live = aliased(Notice)
    again = exists().where(
        *_live(live, actor), live.subject_uid == Notice.subject_uid, _about(live) == _about(Notice)
    )
    rows = db.session.scalars(
        select(Notice)
        .where(
            Notice.user_id == actor.user_id,
            Notice.status == NoticeStatus.CLEARED,
            Notice.cleared_at >= since,
            ~again,
        )
        .order_by(Notice.cleared_at.desc(), Notice.id.desc())
        .limit(MOST_SETTLED)
    )
    matters: dict[tuple[str, str], list[Notice]] = {}
    for one in rows:
        matters.setdefault((one.subject_uid, one.cause.partition("/")[0]), []).append(one)
    for notices in matters.values():
        sent = [one.sent_at for one in notices if one.sent_at]
        newest = max(notices, key=lambda one: one.id)
        yield _own(newest, min(one.created_at for one in notices), max(sent, default=None))


def _own(notice: Notice, since: datetime, mailed_at: datetime | None) -> OwnNotice:
    return OwnNotice(
        uid=notice.uid,
        notice=PendingNotice(notice.id, notice.kind, notice.subject_uid, notice.params),
        since=since,
        mailed_at=mailed_at,
        settled_at=notice.cleared_at,
    )
