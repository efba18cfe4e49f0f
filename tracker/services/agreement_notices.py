"""Notices of agreements: made, soon due, overdue, answered, sent back; cleared as soon as nothing is owed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

from tracker.domain.agreements import Agreement
from tracker.domain.notifications import Event, Whose
from tracker.models.meetings import TableAgreement
from tracker.queries import notices as queries
from tracker.services.matrix import notification
from tracker.services.told import Told

_OWED = (Event.AGREEMENT_MADE, Event.AGREEMENT_DUE, Event.AGREEMENT_OVERDUE, Event.AGREEMENT_RETURNED)
_ALL = (*_OWED, Event.AGREEMENT_ANSWERED)


def tell_of_agreement(row: TableAgreement, agreement: Agreement, *, today: date, now: datetime) -> int:
    """Tell the institution's people of an agreement that is theirs; how many they were."""
    cause = f"{agreement.institution.uid}/{agreement.due_on.isoformat()}"
    return _tell(Event.AGREEMENT_MADE, row, agreement, cause, today, now)


def tell_of_answer(row: TableAgreement, agreement: Agreement, *, today: date, now: datetime) -> int:
    """Tell who accepts that an answer waits; nothing is owed by the institution meanwhile."""
    Told({row.uid}, now=now).clear(_OWED)
    cause = str(len(agreement.answers))
    return _tell(Event.AGREEMENT_ANSWERED, row, agreement, cause, today, now)


def tell_of_ruling(
    row: TableAgreement, agreement: Agreement, *, is_accepted: bool, today: date, now: datetime
) -> int:
    """Clear what waited; of an answer sent back the institution's people are told."""
    clear_agreement(row, now=now)
    answer = agreement.answer
    if is_accepted or answer is None:
        return 0
    cause = f"{len(agreement.answers)}/{len(answer.rulings)}"
    return _tell(Event.AGREEMENT_RETURNED, row, agreement, cause, today, now)


def tell_of_due(row: TableAgreement, agreement: Agreement, *, on: date, now: datetime) -> int:
    """Tell once what is due within the days of the matrix, or fell due; how many people were told.

    Of several of its days that passed without a run only the nearest is told.
    """
    left = (agreement.due_on - on).days
    due = agreement.due_on.isoformat()
    if left < 0:
        return _tell(Event.AGREEMENT_OVERDUE, row, agreement, due, on, now)
    reached = [days for days in notification(Event.AGREEMENT_DUE).days_before if left <= days]
    if not reached:
        return 0
    return _tell(Event.AGREEMENT_DUE, row, agreement, f"{due}/{min(reached)}", on, now)


def clear_agreement(row: TableAgreement, *, now: datetime) -> int:
    """Clear what was told of an agreement from which nothing of that follows any more."""
    return Told({row.uid}, now=now).clear(_ALL)


def _tell(
    event: Event, row: TableAgreement, agreement: Agreement, cause: str, today: date, now: datetime
) -> int:
    answer = agreement.answer
    ruling = answer.rulings[-1] if answer and answer.rulings else None
    params = {
        "text": agreement.text[:300],
        "meeting": str(row.meeting.number),
        "institution": row.institution.label,
        "due_on": agreement.due_on.isoformat(),
        "told_on": today.isoformat(),
        "comment": ruling.comment if ruling and event is Event.AGREEMENT_RETURNED else "",
    }
    people = _people(event, row, today)
    return Told({row.uid}, now=now).tell(event, row.uid, cause, people, params)


def _people(event: Event, row: TableAgreement, today: date) -> Iterator[int]:
    recipients = queries.list_recipients(today)
    for telling in notification(event).to:
        if telling.whose is Whose.INSTITUTION:
            key = (telling.role, row.institution.uid)
            yield from (one.user_id for one in recipients.by_institution.get(key, ()))
        else:
            yield from (one.user_id for one in recipients.by_role.get(telling.role, ()))
