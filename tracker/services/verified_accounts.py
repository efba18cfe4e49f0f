"""Accounts, their parts, invitations, and what institutions are, against the events that told of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from tracker.db import db
from tracker.models.accounts import Institution, InstitutionEnding, Invitation, Membership, User
from tracker.services.audit import EventTag
from tracker.services.institutions import Description, description_content, ending_content
from tracker.services.ledger import Ledger, Mismatch, Recorded, against_events


def accounts(ledger: Ledger) -> Iterator[Mismatch]:
    """Accounts against what opened them, with the role and the institutions given then and since."""
    opened = {one.subject_uid: one for one in ledger.of({EventTag.ACCOUNT_CREATED}).values()}
    active = {
        one.subject_uid: one.payload["is_active"]
        for one in _in_order(ledger, EventTag.ACCOUNT_CHANGED)
        if one.payload is not None and "is_active" in one.payload
    }
    roles = {one.subject_uid: one.payload for one in _in_order(ledger, EventTag.ACCOUNT_ROLE_CHANGED)}
    given, parts = _given(ledger), _parts()
    for row in db.session.execute(select(User.uid, User.role, User.is_active).order_by(User.id)):
        event = opened.pop(row.uid, None)
        if event is None:
            yield Mismatch("account-unrecorded", row.uid)
            continue
        told = roles.get(row.uid, event.payload)
        changed = [] if told is None or told.get("role") == row.role.value else ["role"]
        own = parts.get(row.uid, set())
        if event.payload is not None:
            expected = set(event.payload.get("institutions", own)) | given.get(row.uid, set())
            changed += ["institutions"] if own != expected else []
        changed += ["is_active"] if active.get(row.uid, True) != row.is_active else []
        if changed:
            yield Mismatch("account-changed", row.uid, ", ".join(changed))
    for uid in sorted(opened):
        yield Mismatch("account-missing", uid)


def _in_order(ledger: Ledger, tag: EventTag) -> list[Recorded]:
    return [one for _seq, one in sorted(ledger.of({tag}).items())]


def _given(ledger: Ledger) -> dict[str, set[str]]:
    """The institutions that each account was given after it was opened."""
    found: dict[str, set[str]] = {}
    for one in _in_order(ledger, EventTag.ACCOUNT_MEMBERSHIP_CHANGED):
        if one.payload and one.payload.get("begun") and not one.payload.get("reviews"):
            found.setdefault(one.subject_uid, set()).add(one.payload["begun"])
    for one in _in_order(ledger, EventTag.ACCOUNT_HANDED_OVER):
        if one.payload:
            found.setdefault(one.payload["to"], set()).update(one.payload["institutions"])
    return found


def _parts() -> dict[str, set[str]]:
    """The institutions that each account belongs or belonged to."""
    found: dict[str, set[str]] = {}
    rows = (
        select(User.uid, Institution.uid)
        .join(Membership, Membership.user_id == User.id)
        .join(Institution, Institution.id == Membership.institution_id)
        .where(Membership.reviews.is_(False))
    )
    for user, institution in db.session.execute(rows):
        found.setdefault(user, set()).add(institution)
    return found


def endings(ledger: Ledger) -> Iterator[Mismatch]:
    """Every institution that ended, and what it became, against its event."""
    rows = db.session.scalars(
        select(InstitutionEnding)
        .options(joinedload(InstitutionEnding.institution), joinedload(InstitutionEnding.successor))
        .order_by(InstitutionEnding.institution_id)
    )
    yield from against_events(
        ledger,
        "ending",
        {EventTag.INSTITUTION_CLOSED, EventTag.INSTITUTION_MERGED},
        rows,
        subject=lambda row: row.institution.uid,
        content=ending_content,
    )


def descriptions(ledger: Ledger) -> Iterator[Mismatch]:
    """What each institution is besides its names, against the last that was said of it."""
    last = {one.subject_uid: one.payload for one in _in_order(ledger, EventTag.INSTITUTION_DESCRIBED)}
    rows = db.session.scalars(select(Institution).order_by(Institution.id)).all()
    uids = {one.id: one.uid for one in rows}
    for row in rows:
        told = last.get(row.uid)
        now = description_content(Description(row.sector, row.is_group, uids.get(row.parent_id or 0, "")))
        if told is not None and told != now:
            yield Mismatch("institution-changed", row.uid, row.label)


def invitations(ledger: Ledger) -> Iterator[Mismatch]:
    """Invitations against the event of their newest letter, and how each ended."""
    sent = {one.subject_uid: one for one in _in_order(ledger, EventTag.INVITATION_SENT)}
    ends = {
        tag: {one.subject_uid for one in _in_order(ledger, tag)}
        for tag in (EventTag.INVITATION_ACCEPTED, EventTag.INVITATION_REVOKED)
    }
    for row in db.session.scalars(select(Invitation).order_by(Invitation.id)):
        event = sent.pop(row.uid, None)
        if event is None:
            yield Mismatch("invitation-unrecorded", row.uid)
            continue
        now: dict[str, Any] = {
            "role": row.role.value,
            "institutions": sorted(row.institution_uids),
            "letter": row.serial,
        }
        told = now if event.payload is None else event.payload
        changed = sorted(key for key, value in now.items() if told.get(key) != value)
        for tag, at in (
            (EventTag.INVITATION_ACCEPTED, row.accepted_at),
            (EventTag.INVITATION_REVOKED, row.revoked_at),
        ):
            changed += [tag.value] if (row.uid in ends[tag]) != (at is not None) else []
        if changed:
            yield Mismatch("invitation-changed", row.uid, ", ".join(changed))
    for uid in sorted(sent):
        yield Mismatch("invitation-missing", uid)


CHECKS: tuple[Callable[[Ledger], Iterator[Mismatch]], ...] = (accounts, endings, descriptions, invitations)
