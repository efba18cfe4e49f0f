"""Who may decide on an institution's reports: nobody of it, nobody on their own words (design section 4)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import or_, select

from tracker.db import db
from tracker.domain.permissions import AccountRole, Actor, Permission, require
from tracker.models.accounts import Institution, Membership, User

DECIDING = (AccountRole.CONTACT_POINT, AccountRole.TABLE_MEMBER)


@dataclass(frozen=True)
class Reviewer:
    """Somebody with an open account who decides on reports."""

    user_id: int
    name: str
    role: AccountRole
    own: frozenset[int]
    """Institutions they belong to."""
    named_for: frozenset[int]
    """Institutions whose reports they were named to review."""

    def decides(self, institution_id: int, author_user_id: int | None = None) -> bool:
        """True for reports of that institution by that author."""
        if institution_id in self.own or (author_user_id is not None and author_user_id == self.user_id):
            return False
        return self.role is AccountRole.CONTACT_POINT or institution_id in self.named_for


@dataclass(frozen=True)
class Deciders:
    """Everybody who decides on some institution's reports, on a day."""

    people: tuple[Reviewer, ...]

    def names(self, institution_id: int, author_user_id: int | None = None) -> tuple[str, ...]:
        """Who decides on such a report; nobody where the administrator has yet to name a reviewer."""
        return tuple(one.name for one in self.people if one.decides(institution_id, author_user_id))


@dataclass(frozen=True)
class NamedReviewer:
    """A reviewer of the technical table and the institution whose reports they were named to review."""

    user_uid: str
    name: str
    since: date
    until: date | None


@dataclass(frozen=True)
class ReviewedInstitution:
    """An institution, with whoever decides on its reports."""

    uid: str
    institution: str
    named: tuple[NamedReviewer, ...]
    contact_points: tuple[str, ...]
    """Contact points who may decide on its reports, since they are of another institution."""
    has_own_contact_point: bool

    @property
    def is_uncovered(self) -> bool:
        """True where nobody may decide on its reports."""
        return not self.named and not self.contact_points


def load_deciders(today: date) -> Deciders:
    """Who decides on reports on a day: open accounts of contact points and named reviewers; two queries."""
    users = db.session.execute(
        select(User.id, User.name, User.email, User.role)
        .where(User.is_active, User.role.in_(DECIDING))
        .order_by(User.role, User.name, User.id)
    ).all()
    own, named = _parts(today)
    return Deciders(
        tuple(
            Reviewer(
                row.id, row.name or row.email, row.role, frozenset(own[row.id]), frozenset(named[row.id])
            )
            for row in users
            if row.role is AccountRole.CONTACT_POINT or named[row.id]
        )
    )


def _parts(today: date) -> tuple[Mapping[int, set[int]], Mapping[int, set[int]]]:
    """Of each person the institutions they are of, and those they review, on a day."""
    own: dict[int, set[int]] = defaultdict(set)
    named: dict[int, set[int]] = defaultdict(set)
    for row in db.session.execute(
        select(Membership.user_id, Membership.institution_id, Membership.reviews).where(
            Membership.starts_on <= today, or_(Membership.ends_on.is_(None), Membership.ends_on >= today)
        )
    ):
        (named if row.reviews else own)[row.user_id].add(row.institution_id)
    return own, named


def list_reviewed(actor: Actor, today: date) -> Sequence[ReviewedInstitution]:
    """Institutions that need a reviewer named, or have one: those of a contact point, first those without."""
    require(actor, Permission.ACCOUNT_MANAGE)
    deciders = load_deciders(today)
    contacts = [one for one in deciders.people if one.role is AccountRole.CONTACT_POINT]
    named = _named(today)
    wanted = set(named).union(*(one.own for one in contacts))
    rows = db.session.scalars(select(Institution).where(Institution.id.in_(wanted)))
    found = [_reviewed(one, named.get(one.id, ()), contacts) for one in rows]
    return sorted(found, key=lambda one: (not one.is_uncovered, one.institution))


def _reviewed(
    institution: Institution, named: Collection[NamedReviewer], contacts: Collection[Reviewer]
) -> ReviewedInstitution:
    return ReviewedInstitution(
        institution.uid,
        institution.label,
        tuple(named),
        tuple(one.name for one in contacts if one.decides(institution.id)),
        any(institution.id in one.own for one in contacts),
    )


def _named(today: date) -> Mapping[int, list[NamedReviewer]]:
    """Reviewers named, by institution."""
    found: dict[int, list[NamedReviewer]] = defaultdict(list)
    for part, user in db.session.execute(
        select(Membership, User)
        .join(User, User.id == Membership.user_id)
        .where(
            Membership.reviews,
            User.is_active,
            Membership.starts_on <= today,
            or_(Membership.ends_on.is_(None), Membership.ends_on >= today),
        )
        .order_by(Membership.id)
    ):
        found[part.institution_id].append(
            NamedReviewer(user.uid, user.name or user.email, part.starts_on, part.ends_on)
        )
    return found


def list_table_members(actor: Actor) -> Sequence[tuple[str, str]]:
    """Open accounts of the technical table as (uid, words), for naming one as reviewer."""
    require(actor, Permission.ACCOUNT_MANAGE)
    rows = db.session.scalars(
        select(User)
        .where(User.is_active, User.role == AccountRole.TABLE_MEMBER)
        .order_by(User.name, User.email)
    )
    return [(one.uid, f"{one.name} · {one.email}" if one.name else one.email) for one in rows]
