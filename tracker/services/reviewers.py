"""Naming who decides on the reports of an institution that a contact point belongs to (design section 4)."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from sqlalchemy import or_, select

from tracker.db import db
from tracker.domain.errors import Conflict, DomainError, NotFound
from tracker.domain.permissions import AccountRole, Actor, Permission, require
from tracker.models.accounts import Institution, Membership, User
from tracker.services.audit import EventTag, record


def name_reviewer(
    actor: Actor, *, user_uid: str, institution_uid: str, now: datetime, today: date
) -> Membership:
    """Name a member of the technical table as reviewer of an institution's reports, from today on.

    Never one of that institution. Raises DomainError `reviewer-not-of-table`, `reviewer-of-own-institution`,
    `institution-unknown`, Conflict `reviewer-already-named`.
    """
    require(actor, Permission.ACCOUNT_MANAGE)
    user = _table_member(user_uid)
    institution = db.session.scalar(select(Institution).where(Institution.uid == institution_uid))
    if institution is None:
        raise DomainError("institution-unknown", field="institution")
    parts = _parts(user, institution, today)
    if any(not one.reviews for one in parts):
        raise DomainError("reviewer-of-own-institution", field="user")
    if parts:
        raise Conflict("reviewer-already-named", field="user")
    named = Membership(user_id=user.id, institution_id=institution.id, reviews=True, starts_on=today)
    db.session.add(named)
    db.session.flush()
    content = {"reviews": institution.uid, "from": today.isoformat()}
    record(actor, EventTag.ACCOUNT_CHANGED, "user", user.uid, content, now=now)
    return named


def end_reviewer(
    actor: Actor, *, user_uid: str, institution_uid: str, now: datetime, today: date
) -> Membership:
    """End a naming at once; one that began today lasts until the day is over. What was decided stays.

    Raises NotFound where there is no such naming.
    """
    require(actor, Permission.ACCOUNT_MANAGE)
    named = db.session.scalar(
        select(Membership)
        .join(User, User.id == Membership.user_id)
        .join(Institution, Institution.id == Membership.institution_id)
        .where(
            Membership.reviews,
            User.uid == user_uid,
            Institution.uid == institution_uid,
            or_(Membership.ends_on.is_(None), Membership.ends_on >= today),
        )
        .order_by(Membership.id.desc())
        .limit(1)
    )
    if named is None:
        raise NotFound("reviewer-not-named")
    named.ends_on = max(named.starts_on, today - timedelta(days=1))
    db.session.flush()
    content = {"reviews": institution_uid, "until": named.ends_on.isoformat()}
    record(actor, EventTag.ACCOUNT_CHANGED, "user", user_uid, content, now=now)
    return named


def _table_member(uid: str) -> User:
    user = db.session.scalar(select(User).where(User.uid == uid, User.is_active))
    if user is None or user.role is not AccountRole.TABLE_MEMBER:
        raise DomainError("reviewer-not-of-table", field="user")
    return user


def _parts(user: User, institution: Institution, today: date) -> list[Membership]:
    """What holds between a person and an institution on a day."""
    return [
        one
        for one in user.memberships
        if one.institution_id == institution.id
        and one.starts_on <= today
        and (one.ends_on is None or one.ends_on >= today)
    ]
