"""Accounts, passwords, sign-in and sessions."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from email_validator import EmailNotValidError, validate_email
from sqlalchemy import ColumnElement, delete, select, update

from tracker.db import db
from tracker.domain.errors import Conflict, DomainError, NotFound
from tracker.domain.permissions import AccountRole, Actor, Permission, require
from tracker.domain.text import normalise
from tracker.models.accounts import Institution, Membership, SignInAttempt, User, UserSession
from tracker.models.notices import MailStatus, OutboxMail
from tracker.queries import accounts as queries
from tracker.services import api_tokens
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
    starts_on: date | None = None,
    now: datetime,
    today: date,
) -> User:
    """Open an account with its role and institutions; liaisons and heads need one. Raises DomainError.

    It stands for its institutions from `starts_on`, by default today.
    """
    require(actor, Permission.ACCOUNT_MANAGE)
    address = checked_email(email)
    if queries.get_user_by_email(address) is not None:
        raise DomainError("email-taken", field="email", email=address)
    check_password(password)
    institutions = institutions_for(role, institution_uids)
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
        user.memberships.append(Membership(institution=institution, starts_on=starts_on or today))
    db.session.flush()
    content = {"role": role.value, "institutions": sorted(one.uid for one in institutions)}
    record(actor, EventTag.ACCOUNT_CREATED, "user", user.uid, content, now=now)
    return user


def institutions_for(role: AccountRole, uids: Sequence[str]) -> Sequence[Institution]:
    """The institutions named; liaisons and heads need one. Raises DomainError beside `institution`."""
    institutions = db.session.scalars(select(Institution).where(Institution.uid.in_(uids))).all()
    if len(institutions) != len(set(uids)):
        raise DomainError("institution-unknown", field="institution")
    if role in {AccountRole.LIAISON, AccountRole.INSTITUTION_HEAD} and not institutions:
        raise DomainError("institution-required", field="institution")
    return institutions


def check_signature(actor: Actor, signed_name: str) -> None:
    """A signature is the actor's own name, as the account has it; an account without one signs as it likes.

    Raises DomainError `signature-required` or `signature-not-yours`.
    """
    if not signed_name.strip():
        raise DomainError("signature-required", field="signed_name")
    own = db.session.scalar(select(User.name).where(User.id == actor.user_id)) or ""
    if own and normalise(own) != normalise(signed_name):
        raise DomainError("signature-not-yours", field="signed_name", name=own)


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


def sign_in(*, email: str, password: str, address: str, now: datetime, today: date) -> User | None:
    """Authenticate and write the sign-in down; None where address and password are not an account's."""
    user = authenticate(email=email, password=password, address=address, now=now)
    if user is not None:
        record(queries.actor_of(user, today), EventTag.ACCOUNT_SIGNED_IN, "user", user.uid, {}, now=now)
    return user


def record_sign_out(actor: Actor, *, now: datetime) -> None:
    """Write down that somebody signed out."""
    record(actor, EventTag.ACCOUNT_SIGNED_OUT, "user", actor.uid, {}, now=now)


def update_profile(
    actor: Actor, *, name: str, locale: str, languages: Collection[str], now: datetime
) -> None:
    """Change one's own name and the language remembered for the next sign-in. Raises DomainError."""
    user = _self(actor)
    if locale not in languages:
        raise DomainError("language-unknown", field="locale")
    changed = [key for key, value in (("name", name), ("locale", locale)) if getattr(user, key) != value]
    user.name, user.locale = name.strip(), locale
    db.session.flush()
    if changed:
        record(actor, EventTag.ACCOUNT_CHANGED, "user", user.uid, {"fields": changed}, now=now)


def change_password(actor: Actor, *, current: str, password: str, token: str, now: datetime) -> int:
    """Change one's own password, knowing the old one; every other session ends. Gives how many ended.

    Raises DomainError `password-wrong`, `password-too-weak`.
    """
    user = _self(actor)
    if not _matches(user.password_hash, current):
        raise DomainError("password-wrong", field="current")
    check_password(password)
    user.password_hash = _hasher.hash(password)
    ended = revoke_other_sessions(actor, token=token, now=now)
    record(actor, EventTag.ACCOUNT_CREDENTIAL_CHANGED, "user", user.uid, {"sessions_ended": ended}, now=now)
    return ended


def change_own_email(actor: Actor, *, current: str, email: str, now: datetime) -> None:
    """Change the address one signs in with and is written to, knowing the password.

    Raises DomainError `password-wrong`, `email-not-valid`, `email-taken`.
    """
    user = _self(actor)
    if not _matches(user.password_hash, current):
        raise DomainError("password-wrong", field="current")
    _change_email(actor, user, email, now)


def correct_email(actor: Actor, *, user_uid: str, email: str, now: datetime) -> User:
    """Correct somebody else's address, for those who manage accounts. Raises DomainError."""
    user = managed(actor, user_uid)
    _change_email(actor, user, email, now)
    return user


def _change_email(actor: Actor, user: User, email: str, now: datetime) -> None:
    """Another address: nothing came back from it yet, and what waits for the person goes there."""
    address = checked_email(email)
    if address == user.email:
        return
    if queries.get_user_by_email(address) is not None:
        raise DomainError("email-taken", field="email", email=address)
    user.email = address
    user.mail_bounced_at, user.mail_bounce_reason = None, ""
    db.session.execute(
        update(OutboxMail)
        .where(OutboxMail.user_id == user.id, OutboxMail.status == MailStatus.QUEUED)
        .values(recipient=address)
    )
    db.session.flush()
    record(actor, EventTag.ACCOUNT_CHANGED, "user", user.uid, {"fields": ["email"]}, now=now)


def revoke_own_session(actor: Actor, *, session_id: int, now: datetime) -> None:
    """End one of one's own sessions; NotFound for anybody else's, or one that had ended."""
    ended = _end_sessions(actor, UserSession.id == session_id, now)
    if not ended:
        raise NotFound("session-not-found")
    record(actor, EventTag.ACCOUNT_SESSION_REVOKED, "user", actor.uid, {"sessions": ended}, now=now)


def revoke_other_sessions(actor: Actor, *, token: str, now: datetime) -> int:
    """End every session of one's own but this one; gives how many."""
    return _end_sessions(actor, UserSession.token_hash != queries.token_hash(token), now)


def _end_sessions(actor: Actor, which: ColumnElement[bool], now: datetime) -> int:
    """End the actor's own open sessions that match; gives how many."""
    rows = db.session.scalars(
        select(UserSession).where(
            UserSession.user_id == _self(actor).id, UserSession.revoked_at.is_(None), which
        )
    ).all()
    for row in rows:
        row.revoked_at = now
    db.session.flush()
    return len(rows)


def _self(actor: Actor) -> User:
    """The actor's own account."""
    require(actor, Permission.ACCOUNT_SELF)
    user = db.session.get(User, actor.user_id) if actor.user_id is not None else None
    if user is None:
        raise NotFound("account-not-found")
    return user


def close_account(actor: Actor, *, user_uid: str, now: datetime) -> User:
    """Close an account: its sessions and tokens end; what it did stays under its name."""
    user = managed(actor, user_uid)
    if user.is_active:
        user.is_active = False
        content = {"is_active": False, "sessions_ended": end_all_sessions(user, now)}
        api_tokens.end_tokens_of(actor, user, api_tokens.ACCOUNT_CLOSED, now=now)
        record(actor, EventTag.ACCOUNT_CHANGED, "user", user.uid, content, now=now)
    return user


def reopen_account(actor: Actor, *, user_uid: str, now: datetime) -> User:
    """Open a closed account again, with the password it had."""
    user = managed(actor, user_uid)
    if not user.is_active:
        user.is_active = True
        record(actor, EventTag.ACCOUNT_CHANGED, "user", user.uid, {"is_active": True}, now=now)
    return user


def reset_password(actor: Actor, *, user_uid: str, now: datetime) -> str:
    """Give somebody a new password, told this once; every session and token of theirs ends."""
    user = managed(actor, user_uid)
    password = secrets.token_urlsafe(15)
    user.password_hash = _hasher.hash(password)
    content = {"by_administrator": True, "sessions_ended": end_all_sessions(user, now)}
    api_tokens.end_tokens_of(actor, user, api_tokens.PASSWORD_RESET, now=now)
    record(actor, EventTag.ACCOUNT_CREDENTIAL_CHANGED, "user", user.uid, content, now=now)
    return password


def managed(actor: Actor, user_uid: str) -> User:
    """Somebody else's account, for those who manage them, held until the commit."""
    require(actor, Permission.ACCOUNT_MANAGE)
    user = db.session.scalar(select(User).where(User.uid == user_uid).with_for_update())
    if user is None:
        raise NotFound("account-not-found")
    if user.id == actor.user_id:
        raise Conflict("own-account")
    return user


def end_all_sessions(user: User, now: datetime) -> int:
    """End every open session of an account; gives how many."""
    rows = db.session.scalars(
        select(UserSession).where(UserSession.user_id == user.id, UserSession.revoked_at.is_(None))
    ).all()
    for row in rows:
        row.revoked_at = now
    db.session.flush()
    return len(rows)


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
