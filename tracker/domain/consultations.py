"""Consultation on a finished report before its approval: who comments, until when, what is answered."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime, timedelta
from enum import StrEnum

from tracker.domain.compilation import CompilationStatus
from tracker.domain.errors import Conflict, DomainError
from tracker.domain.permissions import AccountRole, Actor, Permission, can

LONGEST = timedelta(days=120)
MAX_TEXT = 5_000


class Outcome(StrEnum):
    """What the contact point answers to a comment."""

    ACCEPTED = "accepted"
    NOT_ACCEPTED = "not_accepted"
    NOTED = "noted"


def is_open(closes_at: datetime, closed_at: datetime | None, now: datetime) -> bool:
    """A consultation is open through its last day, unless it was closed before."""
    return closed_at is None and now < closes_at


def check_opening(status: CompilationStatus, closes_on: date | None, today: date, *, has_open: bool) -> date:
    """The last day of a consultation that may be opened: of a finished report, one at a time."""
    if status is not CompilationStatus.READY:
        raise Conflict("consultation-not-possible", status=status.value)
    if has_open:
        raise Conflict("consultation-already-open")
    if closes_on is None:
        raise DomainError("closing-day-required", field="closes_on")
    if closes_on <= today:
        raise DomainError("closing-day-past", field="closes_on")
    if closes_on - today > LONGEST:
        raise DomainError("closing-day-too-far", field="closes_on", days=LONGEST.days)
    return closes_on


def may_comment(actor: Actor, participants: Collection[int]) -> bool:
    """The technical table, and the liaisons and heads of the institutions that take part in the report."""
    if actor.is_system or not can(actor, Permission.CONSULTATION_COMMENT):
        return False
    return actor.role is AccountRole.TABLE_MEMBER or not actor.institution_ids.isdisjoint(participants)


def check_text(text: str, field: str, required: str) -> str:
    """What somebody wrote, without blanks around it; DomainError where it says nothing or too much."""
    found = text.strip()
    if not found:
        raise DomainError(required, field=field)
    if len(found) > MAX_TEXT:
        raise DomainError("opinion-too-long", field=field, most=MAX_TEXT)
    return found


def check_item(item_uid: str, known: Collection[str]) -> str:
    """A comment is about an item of the report, or about the whole of it."""
    if item_uid and item_uid not in known:
        raise DomainError("comment-item-unknown", field="item")
    return item_uid


def check_approval(open_until: date | None, unanswered: int) -> None:
    """A report is approved once nobody is being consulted on it and every comment has its answer."""
    if open_until is not None:
        raise Conflict("consultation-still-open", day=open_until.isoformat())
    if unanswered:
        raise Conflict("comments-unanswered", count=unanswered)
