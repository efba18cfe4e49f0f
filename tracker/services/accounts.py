"""Accounts, passwords, sign-in and sessions."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import date, datetime, timedelta

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from email_validator import EmailNotValidError, validate_email
from sqlalchemy import delete, select, update

from tracker.db import db
from tracker.domain.errors import DomainError
from tracker.domain.permissions import AccountRole, Actor, Permission, require
from tracker.models.accounts import Institution, Membership, SignInAttempt, User, UserSession
from tracker.queries import accounts as queries
from tracker.services.audit import EventTag, record

# OWASP's parameters for Argon2id: 19 MiB, two passes, one lane.
_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
_UNKNOWN = _hasher.hash(secrets.token_hex(16))
PASSWORD_MIN = 12
FAILURES_WINDOW = timedelta(minutes=15)
FAILURES_PER_ACCOUNT = 8
FAILURES_PER_ADDRESS = 40
SEEN_EVERY = timedelta(minutes=5)


def create_user(
    actor: Actor,
    *,
    email: str,
    role: AccountRole,
    password: str,
    name: str = "",
    institution_uids: Sequence[str] = (),
    locale: str = "es",
    is_demo: bool = False,
    now: datetime,
    today: date,
) -> User:
    """Open an account with its role and institutions; liaisons and heads need one. Raises DomainError."""
    require(actor, Permission.ACCOUNT_MANAGE)
    address = checked_email(email)
    if queries.get_user_by_email(address) is not None:
        raise DomainError("email-taken", field="email", email=address)
    check_password(password)
    institutions = db.session.scalars(select(Institution).where(Institution.uid.in_(institution_uids))).all()
    if role in {AccountRole.LIAISON, AccountRole.INSTITUTION_HEAD} and not institutions:
        raise DomainError("institution-required", field="institution")
    user = User(
        email=address,
        name=name,
        role=role,
        password_hash=_hasher.hash(password),
        locale=locale,
        is_demo=is_demo,
        created_at=now,
    )
    db.session.add(user)
    for institution in institutions:
        user.memberships.append(Membership(institution=institution, starts_on=today))
    db.session.flush()
    record(
        actor,
        EventTag.ACCOUNT_CREATED,
        "user",
        user.uid,
        {"role": role.value, "institutions": sorted(one.uid for one in institutions)},
        now=now,
    )
    return user


def checked_email(email: str) -> str:
    """The address in its normal form; DomainError where it is none."""
    try:
        return validate_email(
            email.strip(), check_deliverability=False, test_environment=True
        ).normalized.lower()
    except EmailNotValidError as error:
        raise DomainError("email-not-valid", field="email") from error


def check_password(password: str) -> None:
    """At least twelve characters, not all alike; no other composition rules (ASVS 6.2)."""
    if len(password) < PASSWORD_MIN or len(set(password)) < 4:
        raise DomainError("password-too-weak", field="password", minimum=PASSWORD_MIN)


def authenticate(*, email: str, password: str, address: str, now: datetime) -> User | None:
    """The account whose password this is, or None; as slow for an unknown address as for a known one.

    Raises DomainError `too-many-attempts` beyond the throttle, whatever the password. A failure is recorded.
    """
    by_account, by_address = queries.count_failures(
        email=email.strip(), address=address, since=now - FAILURES_WINDOW
    )
    if by_account >= FAILURES_PER_ACCOUNT or by_address >= FAILURES_PER_ADDRESS:
        raise DomainError("too-many-attempts", minutes=int(FAILURES_WINDOW.total_seconds() // 60))
    user = queries.get_user_by_email(email)
    good = _matches(user.password_hash if user else _UNKNOWN, password)
    if user is None or not user.is_active or not good:
        db.session.add(SignInAttempt(email=email.strip().lower()[:254], address=address[:64], at=now))
        db.session.flush()
        return None
    db.session.execute(delete(SignInAttempt).where(SignInAttempt.email == user.email))
    return user


def _matches(stored: str, password: str) -> bool:
    try:
        return _hasher.verify(stored, password)
    except (VerificationError, InvalidHashError):
        return False


def open_session(user_id: int, *, now: datetime, hours: int, device: str) -> str:
    """A new sign-in; gives the token, of which the database keeps only the hash."""
    token = secrets.token_urlsafe(32)
    db.session.add(
        UserSession(
            token_hash=queries.token_hash(token),
            user_id=user_id,
            created_at=now,
            last_seen_at=now,
            expires_at=now + timedelta(hours=hours),
            device=device,
        )
    )
    db.session.flush()
    return token


def session_is_stale(last_seen_at: datetime, now: datetime) -> bool:
    """True when the last-seen instant should be written again: at most every five minutes."""
    return now - last_seen_at >= SEEN_EVERY


def touch_session(token: str, now: datetime) -> None:
    """Write down that a session was seen."""
    db.session.execute(
        update(UserSession)
        .where(UserSession.token_hash == queries.token_hash(token))
        .values(last_seen_at=now)
    )


def revoke_session(token: str, *, now: datetime) -> None:
    """End a sign-in for good."""
    db.session.execute(
        update(UserSession)
        .where(UserSession.token_hash == queries.token_hash(token), UserSession.revoked_at.is_(None))
        .values(revoked_at=now)
    )
