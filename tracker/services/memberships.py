"""An account's role and its parts in institutions, changed with their days; what was done stays as it was."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from sqlalchemy import select

from tracker.db import db
from tracker.domain.errors import Conflict, DomainError, NotFound
from tracker.domain.permissions import AccountRole, Actor
from tracker.models.accounts import Institution, InstitutionEnding, Membership, User
from tracker.services import api_tokens
from tracker.services.accounts import end_all_sessions, managed
from tracker.services.audit import EventTag, record
from tracker.services.turnover import OF_INSTITUTIONS

ONE_DAY = timedelta(days=1)


def change_role(
    actor: Actor, *, user_uid: str, role: AccountRole, reason: str, now: datetime, today: date
) -> bool:
    """Give an account another role from now on, for a reason; sessions and tokens end. False where it has it.

    Who reviews reports stops on leaving the technical table. Raises DomainError `institution-required` where
    the role stands for an institution and the account for none, `role-reason-required`, Conflict
    `own-account`.
    """
    user = managed(actor, user_uid)
    if user.role is role:
        return False
    if not reason.strip():
        raise DomainError("role-reason-required", field="reason")
    own = [one for one in _parts(user, today) if not one.reviews]
    if role in OF_INSTITUTIONS and not own:
        raise DomainError("role-needs-institution", field="role")
    before, user.role = user.role, role
    if before is AccountRole.TABLE_MEMBER:
        for one in _parts(user, today):
            if one.reviews:
                one.ends_on = max(one.starts_on, today)
    content = {
        "before": before.value,
        "role": role.value,
        "reason": reason.strip(),
        "sessions_ended": end_all_sessions(user, now),
    }
    api_tokens.end_tokens_of(actor, user, api_tokens.ROLE_CHANGED, now=now)
    record(actor, EventTag.ACCOUNT_ROLE_CHANGED, "user", user.uid, content, now=now)
    return True


def begin_part(
    actor: Actor, *, user_uid: str, institution_uid: str, on: date | None, now: datetime, today: date
) -> Membership:
    """Let an account stand for one more institution from a day on, gone by or to come.

    Raises DomainError `day-required`, `institution-unknown`, Conflict `part-exists` or `institution-ended`.
    """
    user = managed(actor, user_uid)
    if on is None:
        raise DomainError("day-required", field="starts_on")
    institution = db.session.scalar(select(Institution).where(Institution.uid == institution_uid))
    if institution is None:
        raise DomainError("institution-unknown", field="institution")
    if db.session.get(InstitutionEnding, institution.id) is not None:
        raise Conflict("institution-ended", field="institution", name=institution.label)
    for one in user.memberships:
        still = one.ends_on is None or one.ends_on >= on
        if one.institution_id == institution.id and not one.reviews and still:
            raise Conflict("part-exists", field="institution", name=institution.label)
    part = Membership(institution=institution, starts_on=on)
    user.memberships.append(part)
    db.session.flush()
    content = {"begun": institution.uid, "reviews": False, "on": on.isoformat()}
    record(actor, EventTag.ACCOUNT_MEMBERSHIP_CHANGED, "user", user.uid, content, now=now)
    return part


def end_part(
    actor: Actor, *, user_uid: str, institution_uid: str, on: date | None, now: datetime, today: date
) -> Membership:
    """Let an account, and its tokens, stand for an institution until a day, that day included.

    Liaisons and heads keep one at least: who goes is relieved or closed. Raises NotFound, DomainError
    `day-required`, `part-ends-before-start`, Conflict `last-part`.
    """
    user = managed(actor, user_uid)
    own = [one for one in _parts(user, today) if not one.reviews]
    part = next((one for one in own if one.institution.uid == institution_uid), None)
    if part is None:
        raise NotFound("part-not-found")
    if on is None:
        raise DomainError("day-required", field="ends_on")
    if on < part.starts_on:
        raise DomainError(
            "part-ends-before-start", field="ends_on", start=part.starts_on.strftime("%d/%m/%Y")
        )
    if user.is_active and user.role in OF_INSTITUTIONS and all(one is part or _ends(one) for one in own):
        raise Conflict("last-part", field="ends_on")
    part.ends_on = on
    db.session.flush()
    if on < today:
        api_tokens.end_tokens_of(
            actor, user, api_tokens.PART_ENDED, now=now, institution_id=part.institution_id
        )
    api_tokens.shorten_tokens(user, part.institution_id, on)
    content = {"ended": institution_uid, "reviews": False, "on": on.isoformat()}
    record(actor, EventTag.ACCOUNT_MEMBERSHIP_CHANGED, "user", user.uid, content, now=now)
    return part


def _ends(one: Membership) -> bool:
    return one.ends_on is not None


def _parts(user: User, today: date) -> list[Membership]:
    """Its parts that hold today or later."""
    return [one for one in user.memberships if one.ends_on is None or one.ends_on >= today]
