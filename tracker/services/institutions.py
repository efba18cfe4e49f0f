"""Institutions: made, described, renamed from a day on, closed. An address once given is never taken away."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from tracker.db import db
from tracker.domain import institutions as rules
from tracker.domain.errors import Conflict, DomainError, NotFound
from tracker.domain.permissions import Actor, Permission, require
from tracker.domain.plans import Sector
from tracker.domain.text import normalise
from tracker.models.accounts import Institution, InstitutionEnding
from tracker.models.plans import FactVersion
from tracker.queries.plans import list_institutions
from tracker.services.api_tokens import end_tokens_for
from tracker.services.audit import EventTag, record
from tracker.services.plans import new_institution
from tracker.services.versions import record_institution

SUBJECT = "institution"


@dataclass(frozen=True)
class Description:
    """What an institution is besides its names; kept in the audit log, not part of any figure."""

    sector: Sector = Sector.PUBLIC
    is_group: bool = False
    parent_uid: str = ""


def add_institution(
    actor: Actor, *, acronym: str, name: str, description: Description = Description(), now: datetime
) -> Institution:
    """Write down an institution or a unit of one; neither its acronym nor its name is another one's.

    Raises NotAllowed, Conflict `acronym-taken` or `institution-name-taken`, and what the names may lack.
    """
    require(actor, Permission.INSTITUTION_MANAGE)
    names = rules.checked_names(acronym, name)
    parent = _parent("", description.parent_uid)
    _refuse_taken(names, "", parent)
    try:
        with db.session.begin_nested():
            row = new_institution(
                actor,
                acronym=names.acronym,
                name=names.name,
                sector=description.sector,
                is_group=description.is_group,
                now=now,
            )
    except IntegrityError:  # somebody else did at this very moment
        _refuse_taken(names, "", parent)
        raise
    row.parent_id = parent.id if parent else None
    db.session.flush()
    _record_description(actor, row, description, now)
    return row


def _refuse_taken(names: rules.Names, uid: str, parent: Institution | None) -> None:
    """An acronym is one's; a name too, among those under the same parent."""
    parent_id = parent.id if parent else None
    for one in list_institutions():
        if one.uid == uid:
            continue
        if names.acronym and normalise(one.acronym) == normalise(names.acronym):
            raise Conflict("acronym-taken", field="acronym", name=one.name)
        if normalise(one.name) == normalise(names.name) and one.parent_id == parent_id:
            raise Conflict("institution-name-taken", field="name", name=one.name)


def _parent(uid: str, parent_uid: str) -> Institution | None:
    """The institution it is to stand under, which still is and does not stand under it."""
    if not parent_uid:
        return None
    known = {one.id: one for one in list_institutions()}
    by_uid = {one.uid: one for one in known.values()}
    parent = by_uid.get(parent_uid)
    if parent is None:
        raise DomainError("institution-unknown", field="parent")
    above = {one.uid: known[one.parent_id].uid for one in known.values() if one.parent_id is not None}
    rules.check_parent(uid, parent_uid, above)
    if ending_of(parent) is not None:
        raise Conflict("institution-ended", field="parent", name=parent.label)
    return parent


def describe_institution(actor: Actor, *, uid: str, description: Description, now: datetime) -> Institution:
    """Say anew of which sector it is, whether a group, and under whom it stands; its names stay.

    Raises NotFound, Conflict `institution-ended`, DomainError `parent-in-circle`.
    """
    row = managed(actor, uid)
    parent = _parent(uid, description.parent_uid)
    if description_of(row) == description:
        return row
    _refuse_taken(rules.Names(row.acronym, row.name), uid, parent)
    row.sector, row.is_group = description.sector, description.is_group
    row.parent_id = parent.id if parent else None
    db.session.flush()
    _record_description(actor, row, description, now)
    return row


def description_of(row: Institution) -> Description:
    """What an institution is besides its names, as it stands."""
    parent = db.session.get(Institution, row.parent_id) if row.parent_id is not None else None
    return Description(row.sector, row.is_group, parent.uid if parent else "")


def description_content(description: Description) -> dict[str, Any]:
    """A description as history keeps it; `verify` compares the row with the last one."""
    content = asdict(description) | {"sector": description.sector.value}
    content["parent"] = content.pop("parent_uid")
    return content


def _record_description(actor: Actor, row: Institution, description: Description, now: datetime) -> None:
    content = description_content(description)
    record(actor, EventTag.INSTITUTION_DESCRIBED, SUBJECT, row.uid, content, now=now)


def rename_institution(
    actor: Actor,
    *,
    uid: str,
    acronym: str,
    name: str,
    on: date | None,
    reason: str,
    now: datetime,
    today: date,
) -> bool:
    """From a day on it bears other names; what is of before keeps the old ones, its address stays.

    False where nothing differs. Raises DomainError `rename-before-last`, `rename-reason-required` and what
    `add_institution` raises.
    """
    row = managed(actor, uid)
    names = rules.checked_names(acronym, name)
    if names == rules.Names(row.acronym, row.name):
        return False
    day = rules.check_rename_day(on, today=today, last=_last_named_on(row))
    return _name(actor, row, names, reason, day, now)


def correct_names(actor: Actor, *, uid: str, acronym: str, name: str, reason: str, now: datetime) -> bool:
    """Names that were written wrongly, put right from the day on which they began; False where none differs.

    Compiled reports keep what they said.
    """
    row = managed(actor, uid)
    names = rules.checked_names(acronym, name)
    if names == rules.Names(row.acronym, row.name):
        return False
    return _name(actor, row, names, reason, _last_named_on(row), now)


def _name(
    actor: Actor, row: Institution, names: rules.Names, reason: str, day: date | None, now: datetime
) -> bool:
    if not reason.strip():
        raise DomainError("rename-reason-required", field="reason")
    parent = db.session.get(Institution, row.parent_id) if row.parent_id is not None else None
    _refuse_taken(names, row.uid, parent)
    before = [row.acronym, row.name]
    row.acronym, row.name = names.acronym, names.name
    db.session.flush()
    content = {
        "reason": reason.strip(),
        "effective_on": day and day.isoformat(),
        "before": before,
        "after": [names.acronym, names.name],
    }
    record(actor, EventTag.INSTITUTION_RENAMED, SUBJECT, row.uid, content, now=now)
    return record_institution(actor, row, effective_on=day, now=now)


def _last_named_on(row: Institution) -> date | None:
    """The day from which its names hold; None for those it has had from the beginning."""
    return db.session.scalar(
        select(func.max(FactVersion.effective_on)).where(
            FactVersion.subject_uid == row.uid, FactVersion.subject_kind == SUBJECT
        )
    )


def managed(actor: Actor, uid: str) -> Institution:
    """An institution that still is, held until the commit. Raises NotFound, Conflict `institution-ended`."""
    require(actor, Permission.INSTITUTION_MANAGE)
    row = db.session.scalar(
        select(Institution)
        .where(Institution.uid == uid)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if row is None:
        raise NotFound("institution-not-found", institution=uid)
    if ending_of(row) is not None:
        raise Conflict("institution-ended", name=row.label)
    return row


def ending_of(row: Institution) -> InstitutionEnding | None:
    """How an institution ended; None while it is."""
    return db.session.get(InstitutionEnding, row.id)


def ended_ids() -> frozenset[int]:
    """Those that are no more."""
    return frozenset(db.session.scalars(select(InstitutionEnding.institution_id)))


def ending_content(ending: InstitutionEnding) -> dict[str, Any]:
    """An ending as history keeps it; `verify` compares the row with this."""
    return {
        "on": ending.ended_on.isoformat(),
        "successor": ending.successor.uid if ending.successor else "",
        "reason": ending.reason,
        "legal_reference": ending.legal_reference,
    }


def end(
    actor: Actor,
    row: Institution,
    successor: Institution | None,
    *,
    on: date,
    reason: str,
    legal_reference: str,
    now: datetime,
) -> None:
    """Write down that an institution is no more, and end its tokens; the caller sees to the rest."""
    ending = InstitutionEnding(
        institution=row,
        successor=successor,
        ended_on=on,
        reason=reason.strip(),
        legal_reference=legal_reference.strip(),
    )
    end_tokens_for(actor, row.id, now=now)
    tag = EventTag.INSTITUTION_MERGED if successor else EventTag.INSTITUTION_CLOSED
    ending.recorded_seq = record(actor, tag, SUBJECT, row.uid, ending_content(ending), now=now)
    db.session.add(ending)
    db.session.flush()
