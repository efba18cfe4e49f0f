"""Notices of observations: an institution is asked for a reply, or nobody replied in time."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

from tracker.domain.notifications import Event, Whose
from tracker.models.accounts import Institution
from tracker.models.citizens import Observation
from tracker.queries import notices as queries
from tracker.services.matrix import notification
from tracker.services.told import Told

_EVENTS = (Event.OBSERVATION_ASKED, Event.OBSERVATION_OVERDUE)


def tell_of_asking(row: Observation, institution: Institution, *, today: date, now: datetime) -> int:
    """Tell the institution's people that a reply is asked of them; how many they were."""
    people = _people(Event.OBSERVATION_ASKED, institution, today)
    told = Told({row.uid}, now=now)
    return told.tell(
        Event.OBSERVATION_ASKED, row.uid, institution.uid, people, _params(row, institution.label, today)
    )


def tell_of_overdue(row: Observation, *, today: date, now: datetime) -> int:
    """Tell the contact point that a reply is overdue; how many they were."""
    people = _people(Event.OBSERVATION_OVERDUE, row.institution, today)
    label = row.institution.label if row.institution else ""
    return Told({row.uid}, now=now).tell(
        Event.OBSERVATION_OVERDUE, row.uid, "", people, _params(row, label, today)
    )


def clear_observation(row: Observation, *, now: datetime) -> int:
    """Clear what was told of an observation that is settled, or asked of somebody else."""
    return Told({row.uid}, now=now).clear(_EVENTS)


def _params(row: Observation, institution: str, today: date) -> dict[str, str]:
    return {
        "kind": row.kind.value,
        "text": row.text[:300],
        "institution": institution,
        "due_on": row.due_on.isoformat() if row.due_on else "",
        "told_on": today.isoformat(),
    }


def _people(event: Event, institution: Institution | None, today: date) -> Iterator[int]:
    recipients = queries.list_recipients(today)
    for telling in notification(event).to:
        if telling.whose is Whose.INSTITUTION:
            key = (telling.role, institution.uid if institution else "")
            yield from (one.user_id for one in recipients.by_institution.get(key, ()))
        else:
            yield from (one.user_id for one in recipients.by_role.get(telling.role, ()))
