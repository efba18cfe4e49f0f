"""Notices: one row for a person and a cause, opened by reminders, cleared when the cause is gone."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from tracker.db import db
from tracker.domain.facts import PlanFacts
from tracker.domain.history import Cut
from tracker.domain.notifications import Event, Notification, Telling
from tracker.domain.permissions import AccountRole
from tracker.domain.plans import Role
from tracker.domain.reminders import (
    OpenOccurrence,
    has_escalated,
    is_reminded,
    open_occurrences,
    reminder_due,
    week_of,
)
from tracker.domain.tree import NodeStatus, assess
from tracker.models.notices import Notice, NoticeStatus
from tracker.queries import notices as queries
from tracker.queries.history import plan_facts

# Notices of these events live as long as the occurrence they speak of is open.
_OF_OCCURRENCES = frozenset({Event.DUE.value, Event.OVERDUE.value})
# `lead` stands for the governing institutions (tracker.domain.reminders).
GOVERNING = (Role.LEAD,)
_NoticeKey = tuple[int, str, str, str]


@dataclass(frozen=True)
class NoticeCounts:
    """What became of a plan's notices; `unheard` are occurrences for which there is nobody to tell."""

    opened: int = 0
    cleared: int = 0
    unheard: int = 0


@dataclass(frozen=True)
class _Cause:
    occurrence: OpenOccurrence
    cause: str
    days_late: int


def remind_of_due(
    plan_id: int, notification: Notification, *, since: date, on: date, today: date, now: datetime
) -> NoticeCounts:
    """Tell of what falls due: one notice for a person, an item, a due date and a number of days before."""
    facts, open_ = _open(plan_id, on)
    causes = []
    for one in open_ if is_reminded(facts, on) else ():
        days = reminder_due(one.due_on, notification.days_before, since=since, on=on)
        if days is not None:
            causes.append(_Cause(one, f"{one.due_on.isoformat()}/{days}", one.days_late(on)))
    return _tell(facts, open_, causes, notification, grace_days=0, on=on, today=today, now=now)


def remind_of_overdue(
    plan_id: int,
    notification: Notification,
    *,
    grace_days: int,
    on: date,
    today: date,
    now: datetime,
) -> NoticeCounts:
    """Tell weekly of what is overdue: its liaisons, after the grace days the head, then the contact point."""
    facts, open_ = _open(plan_id, on)
    causes = [
        _Cause(one, f"{one.due_on.isoformat()}/{week_of(on)}", one.days_late(on))
        for one in open_
        if one.is_overdue(on) and is_reminded(facts, on)
    ]
    return _tell(facts, open_, causes, notification, grace_days=grace_days, on=on, today=today, now=now)


def clear_settled(plan: NodeStatus, *, on: date, now: datetime) -> int:
    """Clear the notices of a plan's occurrences that are met, moved, withdrawn or waiting for review."""
    return _clear((one.facts.uid for one in plan.walk()), list(open_occurrences(plan)), on, now)


def _open(plan_id: int, on: date) -> tuple[PlanFacts, Sequence[OpenOccurrence]]:
    facts = plan_facts(plan_id, Cut(as_of=on))
    return facts, list(open_occurrences(assess(facts, on)))


def _tell(
    facts: PlanFacts,
    open_: Sequence[OpenOccurrence],
    causes: Sequence[_Cause],
    notification: Notification,
    *,
    grace_days: int,
    on: date,
    today: date,
    now: datetime,
) -> NoticeCounts:
    """Whatever day it is for, those are told who are there today."""
    cleared = _clear((node.uid for node in facts.nodes), open_, on, now)
    recipients = queries.list_recipients(today)
    subjects = {one.occurrence.status.facts.uid for one in causes}
    known: set[_NoticeKey] = {_key(one) for one in queries.list_notices_of(subjects)}
    opened = unheard = 0
    for cause in causes:
        due_to = [one for one in notification.to if has_escalated_to(one, cause.days_late, grace_days)]
        told = {person.user_id: named for person, named in _people(cause.occurrence, due_to, recipients)}
        unheard += not told
        for user_id, named in told.items():
            notice = _notice(notification.event, cause, user_id, facts, now)
            notice.params = {**notice.params, **named, "told_on": on.isoformat()}
            if _key(notice) not in known:
                known.add(_key(notice))
                db.session.add(notice)
                opened += 1
    db.session.flush()
    return NoticeCounts(opened, cleared, unheard)


def has_escalated_to(telling: Telling, days_late: int, grace_days: int) -> bool:
    """Liaisons are told at once; the others once that many graces have passed."""
    return telling.after_graces == 0 or has_escalated(days_late, grace_days, telling.after_graces)


def _people(
    occurrence: OpenOccurrence, to: Iterable[Telling], recipients: queries.Recipients
) -> Iterator[tuple[queries.Recipient, dict[str, str]]]:
    """Each person to tell, with the institution for which they are told, and in whose place."""
    for telling in to:
        if telling.stands_in_for is not None:
            yield from _in_place(occurrence, telling, telling.stands_in_for, recipients)
            continue
        if not telling.parts:
            named = {"institution": ", ".join(one.label for one in occurrence.institutions(GOVERNING))}
            for person in recipients.by_role.get(telling.role, ()):
                yield person, named
        for institution in occurrence.institutions(telling.parts):
            for person in recipients.by_institution.get((telling.role, institution.uid), ()):
                yield person, {"institution": institution.label}


def _in_place(
    occurrence: OpenOccurrence, telling: Telling, missing: AccountRole, recipients: queries.Recipients
) -> Iterator[tuple[queries.Recipient, dict[str, str]]]:
    """Who is told for the governing institutions that have nobody of the role, which the notice names."""
    without = [
        one.label
        for one in occurrence.institutions(GOVERNING)
        if not recipients.by_institution.get((missing, one.uid))
    ]
    if without:
        named = {"institution": ", ".join(without), "in_place_of": missing.value}
        for person in recipients.by_role.get(telling.role, ()):
            yield person, named


def _notice(event: Event, cause: _Cause, user_id: int, facts: PlanFacts, now: datetime) -> Notice:
    item = cause.occurrence.status.facts
    return Notice(
        user_id=user_id,
        kind=event.value,
        subject_uid=item.uid,
        cause=cause.cause,
        params={
            "due_on": cause.occurrence.due_on.isoformat(),
            "label": item.label,
            "title": item.title,
            "commitment": cause.occurrence.commitment_label,
            "plan": facts.root.label,
        },
        created_at=now,
    )


def _key(notice: Notice) -> _NoticeKey:
    return notice.user_id, notice.kind, notice.subject_uid, notice.cause


def _clear(uids: Iterable[str], open_: Collection[OpenOccurrence], on: date, now: datetime) -> int:
    """Clear every live notice of a plan's items whose occurrence is no longer open with that due date.

    What was told for a later day is left alone: the plan's dates may have been others then.
    """
    still = {(one.status.facts.uid, one.due_on.isoformat()) for one in open_}
    gone = [
        notice
        for notice in queries.list_notices_of(uids)
        if notice.kind in _OF_OCCURRENCES
        and notice.status is not NoticeStatus.CLEARED
        and notice.params["told_on"] <= on.isoformat()
        and (notice.subject_uid, notice.params["due_on"]) not in still
    ]
    for notice in gone:
        notice.status = NoticeStatus.CLEARED
        notice.cleared_at = now
    db.session.flush()
    return len(gone)
