"""People with accounts: `make_user` opens one, `actor_of` is the actor it makes, `sign_in` its session.

person = make_user(AccountRole.LIAISON, institution="INFOM")
sign_in(client, person)
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from itertools import count

from argon2 import PasswordHasher
from flask import Flask

from tests.support.client import PageClient
from tests.support.factories.plans import STARTED, make_institution
from tracker.clock import now as clock_now
from tracker.db import db, transaction
from tracker.domain.permissions import SYSTEM, AccountRole, Actor
from tracker.models.accounts import Membership, User
from tracker.queries import accounts as queries
from tracker.services import accounts as services

PASSWORD = "una clave de prueba 27"
_numbers = count(1)
# The least work Argon2id allows: a test signs in hundreds of times, and guards nothing.
_cheap = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


@dataclass(frozen=True)
class Person:
    """An account as tests name it."""

    id: int
    uid: str
    email: str
    role: AccountRole
    institution_ids: frozenset[int] = frozenset()
    password: str = PASSWORD


@contextmanager
def _cheap_hashing() -> Iterator[None]:
    usual, services._hasher = services._hasher, _cheap
    try:
        yield
    finally:
        services._hasher = usual


def make_user(
    role: AccountRole | str,
    institution: str | None = None,
    *,
    email: str = "",
    name: str = "",
    reviews: str | None = None,
    cheap_password: bool = True,
    now: datetime = STARTED,
    today: date = STARTED.date(),
) -> Person:
    """An account with its role, in an institution (acronym; made where missing). In a transaction of its own.

    `reviews` names the institution whose reports this technical-table member was named to review.
    Inside an application context; hashing is cheap unless a test is about passwords.
    """
    role = AccountRole(role)
    own = make_institution(institution) if institution else None
    reviewed = make_institution(reviews) if reviews else None
    if cheap_password:
        with _cheap_hashing():
            return _make(role, own and own.uid, reviewed and reviewed.id, email, name, now, today)
    return _make(role, own and own.uid, reviewed and reviewed.id, email, name, now, today)


def _make(
    role: AccountRole,
    institution_uid: str | None,
    reviewed_id: int | None,
    email: str,
    name: str,
    now: datetime,
    today: date,
) -> Person:
    with transaction():
        user = services.create_user(
            SYSTEM,
            email=email or f"{role.value}-{next(_numbers)}@example.test",
            role=role,
            password=PASSWORD,
            name=name,
            institution_uids=[institution_uid] if institution_uid else [],
            now=now,
            today=today,
        )
        if reviewed_id:
            db.session.add(
                Membership(user_id=user.id, institution_id=reviewed_id, reviews=True, starts_on=today)
            )
            db.session.flush()
        own = frozenset(m.institution_id for m in user.memberships)
        return Person(user.id, user.uid, user.email, role, own)


def actor_of(person: Person, today: date | None = None) -> Actor:
    """The actor that a person is on a day, as a signed-in request has it."""
    user = db.session.get(User, person.id)
    assert user is not None
    return queries.actor_of(user, today or date(2026, 6, 15))


def sign_in(client: PageClient, person: Person) -> None:
    """Give a client the session of a person, without going through the sign-in page and its slow hashing."""
    app: Flask = client.app
    with app.app_context(), transaction():
        token = services.open_session(person.id, now=clock_now(), hours=12, device="pytest")
    with client.http.session_transaction() as session:
        session["_user_id"] = token
        session["_fresh"] = True
