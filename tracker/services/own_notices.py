"""What a person does with their own notices: news that was read is put away."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from tracker.db import db
from tracker.domain.errors import DomainError, NotFound
from tracker.domain.permissions import Actor, Permission, require
from tracker.models.notices import Notice, NoticeStatus
from tracker.queries.notices import NEWS


def put_away(actor: Actor, notice_uid: str, *, now: datetime) -> None:
    """Settle the actor's notice of news; NotFound for another's, DomainError where it asks something."""
    require(actor, Permission.PANEL_READ)
    notice = db.session.scalar(
        select(Notice).where(Notice.uid == notice_uid, Notice.user_id == actor.user_id).with_for_update()
    )
    if notice is None:
        raise NotFound("notice-not-found")
    if notice.kind not in {one.value for one in NEWS}:
        raise DomainError("notice-still-asks")
    if notice.status is not NoticeStatus.CLEARED:
        notice.status, notice.cleared_at = NoticeStatus.CLEARED, now
    db.session.flush()
