"""People, their sessions and parts."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select, true
from sqlalchemy.orm import joinedload, selectinload

from tracker.db import db
from tracker.domain.errors import NotFound
from tracker.domain.permissions import AccountRole, Actor, Permission, require
from tracker.domain.plans import PlanStatus
from tracker.models.accounts import (
    Institution,
    InstitutionEnding,
    Membership,
    SignInAttempt,
    User,
    UserSession,
)
from tracker.models.audit import AuditEvent
from tracker.models.plans import ActionPlan, NodeRole, PlanNode

SIGNED_IN = "account:signed-in"


@dataclass(frozen=True)
class Session:
    """A sign-in that still holds."""

    actor: Actor
    name: str
    locale: str
    last_seen_at: datetime
    mail_bounces: bool
    """True where mail does not reach the person's address."""


@dataclass(frozen=True)
class AccountRow:
    """An account as the administrator's list shows it."""

    uid: str
    email: str
    name: str
    role: AccountRole
    institutions: tuple[str, ...]
    is_active: bool
    is_demo: bool
    created_at: datetime
    mail_bounced_at: datetime | None
    mail_bounce_reason: str
    may_stand_in: bool
    """A contact point may delegate to them."""
    institution_uids: frozenset[str] = frozenset()
    last_seen_at: datetime | None = None
    """When it last signed in or was seen; None where it never was."""


@dataclass(frozen=True)
class PartRow:
    """An account's part in an institution, with its days."""

    institution_uid: str
    institution: str
    reviews: bool
    """True: named to review its reports."""
    starts_on: date
    ends_on: date | None
    is_current: bool


@dataclass(frozen=True)
class PersonRow:
    """Somebody who stands, or stood, for an institution."""

    uid: str
    name: str
    role: AccountRole
    starts_on: date
    ends_on: date | None
    is_current: bool


@dataclass(frozen=True)
class InstitutionPeople:
    """Everybody who ever stood for an institution, the last ones first."""

    institution: str
    people: tuple[PersonRow, ...]


@dataclass(frozen=True)
class AccountPage:
    """One account with its parts over time, and who else stood for the same institutions."""

    account: AccountRow
    parts: tuple[PartRow, ...]
    institutions: tuple[InstitutionPeople, ...]

    @property
    def handed_over(self) -> tuple[PartRow, ...]:
        """The institutions that could be handed over."""
        return tuple(one for one in self.parts if one.is_current and not one.reviews)


def token_hash(token: str) -> str:
    """What the database keeps of a session token."""
    return hashlib.sha256(token.encode()).hexdigest()


def get_session(token: str, now: datetime, today: date) -> Session | None:
    """The sign-in of a token, unless it ended, was revoked or the account was closed."""
    row = db.session.scalar(
        select(UserSession)
        .where(UserSession.token_hash == token_hash(token))
        .options(
            joinedload(UserSession.user).selectinload(User.memberships).joinedload(Membership.institution)
        )
    )
    if row is None or row.revoked_at is not None or row.expires_at <= now or not row.user.is_active:
        return None
    return Session(
        actor_of(row.user, today),
        row.user.name,
        row.user.locale,
        row.last_seen_at,
        row.user.mail_bounced_at is not None,
    )


def actor_of(user: User, today: date) -> Actor:
    """The actor that an account is on a day: its role, and the institutions it belongs to that day."""
    parts = [m for m in user.memberships if is_member(m, today)]
    own = [m for m in parts if not m.reviews]
    before = _merged_into({m.institution_id for m in parts})
    return Actor(
        uid=user.uid,
        role=user.role,
        institution_ids=_with_merged({m.institution_id for m in own}, before),
        user_id=user.id,
        label=", ".join(m.institution.label for m in own),
        reviewer_for=_with_merged({m.institution_id for m in parts if m.reviews}, before),
    )


def _merged_into(institution_ids: set[int]) -> Mapping[int, list[int]]:
    """Which institutions became part of which, where any of these could be one of them; one query."""
    found: dict[int, list[int]] = {}
    if institution_ids:
        rows = select(InstitutionEnding.institution_id, InstitutionEnding.successor_id).where(
            InstitutionEnding.successor_id.is_not(None)
        )
        for ended, successor in db.session.execute(rows):
            found.setdefault(successor or 0, []).append(ended)
    return found


def _with_merged(own: set[int], before: Mapping[int, list[int]]) -> frozenset[int]:
    """The institutions, and those that became part of them: whoever stands for one answers for its past."""
    found, more = set(own), list(own)
    while more:
        new = [one for one in before.get(more.pop(), ()) if one not in found]
        found.update(new)
        more += new
    return frozenset(found)


def merged_with(institution_id: int) -> frozenset[int]:
    """An institution and those that became part of it."""
    return _with_merged({institution_id}, _merged_into({institution_id}))


def get_user_by_email(email: str) -> User | None:
    """The account of an e-mail address, however its case is written."""
    return db.session.scalar(
        select(User)
        .where(func.lower(User.email) == email.strip().lower())
        .options(selectinload(User.memberships).joinedload(Membership.institution))
    )


def count_failures(*, email: str, address: str, since: datetime) -> tuple[int, int]:
    """Failed sign-ins since an instant: for the account, and from the address."""
    counts = [
        db.session.scalar(
            select(func.count()).select_from(SignInAttempt).where(column == value, SignInAttempt.at >= since)
        )
        for column, value in ((SignInAttempt.email, email.lower()), (SignInAttempt.address, address))
    ]
    return counts[0] or 0, counts[1] or 0


def is_member(membership: Membership, on: date) -> bool:
    """True where the part in the institution holds on a day."""
    return membership.starts_on <= on and (membership.ends_on is None or membership.ends_on >= on)


def list_accounts(actor: Actor, today: date) -> Sequence[AccountRow]:
    """All accounts, for those who manage them, each with the institutions it stands for today."""
    require(actor, Permission.ACCOUNT_MANAGE)
    users = db.session.scalars(
        select(User)
        .options(selectinload(User.memberships).joinedload(Membership.institution))
        .order_by(User.email)
    )
    seen = _last_seen()
    return [_row(one, today, seen.get(one.uid)) for one in users]


def _last_seen(uid: str = "") -> Mapping[str, datetime]:
    """When each account last signed in, and was seen since; sessions are erased in time, the log is not."""
    entered = select(AuditEvent.subject_uid, func.max(AuditEvent.at)).where(
        AuditEvent.tag == SIGNED_IN, AuditEvent.subject_uid == uid if uid else true()
    )
    active = (
        select(User.uid, func.max(UserSession.last_seen_at))
        .join(User, User.id == UserSession.user_id)
        .where(User.uid == uid if uid else true())
        .group_by(User.uid)
    )
    found = dict(db.session.execute(entered.group_by(AuditEvent.subject_uid)).all())
    for one, at in db.session.execute(active):
        found[one] = max(at, found.get(one, at))
    return found


def _row(user: User, today: date, last_seen_at: datetime | None = None) -> AccountRow:
    return AccountRow(
        user.uid,
        user.email,
        user.name,
        user.role,
        tuple(one.institution.label for one in user.memberships if is_member(one, today)),
        user.is_active,
        user.is_demo,
        user.created_at,
        user.mail_bounced_at,
        user.mail_bounce_reason,
        user.may_stand_in,
        frozenset(one.institution.uid for one in user.memberships if is_member(one, today)),
        last_seen_at,
    )


def get_account(actor: Actor, user_uid: str, today: date) -> AccountPage:
    """An account with every part it had, and who else stood for its institutions. Raises NotFound."""
    require(actor, Permission.ACCOUNT_MANAGE)
    user = db.session.scalar(
        select(User)
        .where(User.uid == user_uid)
        .options(selectinload(User.memberships).joinedload(Membership.institution))
    )
    if user is None:
        raise NotFound("account-not-found")
    own = {one.institution_id: one.institution for one in user.memberships if not one.reviews}
    return AccountPage(
        _row(user, today, _last_seen(user.uid).get(user.uid)),
        tuple(_part(one, today) for one in sorted(user.memberships, key=lambda one: one.starts_on)),
        _people_of(own, today),
    )


def _part(membership: Membership, today: date) -> PartRow:
    return PartRow(
        membership.institution.uid,
        membership.institution.label,
        membership.reviews,
        membership.starts_on,
        membership.ends_on,
        is_member(membership, today),
    )


def _people_of(institutions: Mapping[int, Institution], today: date) -> tuple[InstitutionPeople, ...]:
    """Everybody who ever stood for each institution, the last ones first."""
    found: dict[int, list[PersonRow]] = {one: [] for one in institutions}
    rows = db.session.scalars(
        select(Membership)
        .join(User, User.id == Membership.user_id)
        .where(
            Membership.institution_id.in_(institutions),
            ~Membership.reviews,
            User.role.in_([AccountRole.LIAISON, AccountRole.INSTITUTION_HEAD]),
        )
        .options(joinedload(Membership.user))
        .order_by(Membership.starts_on.desc(), Membership.id.desc())
    )
    for one in rows:
        person = PersonRow(
            one.user.uid,
            one.user.name or one.user.email,
            one.user.role,
            one.starts_on,
            one.ends_on,
            one.user.is_active and is_member(one, today),
        )
        found[one.institution_id].append(person)
    return tuple(InstitutionPeople(institutions[one].label, tuple(people)) for one, people in found.items())


def list_successors(actor: Actor, user_uid: str) -> Sequence[tuple[str, str]]:
    """Whom an account could be handed over to: open accounts of its role, by name."""
    require(actor, Permission.ACCOUNT_MANAGE)
    role = select(User.role).where(User.uid == user_uid).scalar_subquery()
    rows = db.session.scalars(
        select(User)
        .where(User.role == role, User.is_active, User.uid != user_uid)
        .order_by(User.name, User.email)
    )
    return [(one.uid, f"{one.name} ({one.email})" if one.name else one.email) for one in rows]


def list_institutions_without_liaison(actor: Actor, today: date) -> Sequence[str]:
    """Institutions with a part in a plan that takes reports for which nobody with an account can report."""
    require(actor, Permission.ACCOUNT_MANAGE)
    served = (
        select(Membership.institution_id)
        .join(User, User.id == Membership.user_id)
        .where(
            User.is_active,
            User.role == AccountRole.LIAISON,
            ~Membership.reviews,
            Membership.starts_on <= today,
            Membership.ends_on.is_(None) | (Membership.ends_on >= today),
        )
    )
    plans = select(ActionPlan.id).where(ActionPlan.status.in_([PlanStatus.APPROVED, PlanStatus.IN_COURSE]))
    asked = (
        select(NodeRole.institution_id)
        .join(PlanNode, PlanNode.id == NodeRole.node_id)
        .where(PlanNode.plan_id.in_(plans), PlanNode.withdrawn_on.is_(None))
    )
    rows = db.session.scalars(
        select(Institution).where(
            Institution.id.in_(asked), Institution.id.not_in(served), ~Institution.is_group
        )
    )
    return sorted(one.label for one in rows)


def list_institution_choices() -> Sequence[tuple[str, str]]:
    """Every institution that still is as (uid, label), for choosing one."""
    rows = db.session.execute(
        select(Institution)
        .where(Institution.id.not_in(select(InstitutionEnding.institution_id)))
        .order_by(Institution.acronym == "", Institution.acronym, Institution.name)
    )
    return [(one.uid, f"{one.acronym} · {one.name}" if one.acronym else one.name) for one in rows.scalars()]
