"""Rows of notices: one for a person, an event, a subject and a cause; cleared when the cause is gone."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import datetime

from tracker.db import db
from tracker.domain.notifications import Event
from tracker.models.notices import Notice, NoticeStatus
from tracker.queries.notices import list_notices_of


class Told:
    """The notices about some subjects, those cleared included: nobody is told one cause twice."""

    def __init__(self, subject_uids: Collection[str], *, now: datetime) -> None:
        """Read what was told of the subjects."""
        self._now = now
        self._rows: Sequence[Notice] = list_notices_of(subject_uids) if subject_uids else ()
        self._known = {(one.user_id, one.kind, one.subject_uid, one.cause) for one in self._rows}

    def tell(
        self, event: Event, subject_uid: str, cause: str, people: Iterable[int], params: Mapping[str, str]
    ) -> int:
        """Tell people, by id, who were not told of this cause yet; how many they were."""
        fresh = [
            one for one in dict.fromkeys(people) if (one, event.value, subject_uid, cause) not in self._known
        ]
        for user_id in fresh:
            self._known.add((user_id, event.value, subject_uid, cause))
            db.session.add(
                Notice(
                    user_id=user_id,
                    kind=event.value,
                    subject_uid=subject_uid,
                    cause=cause,
                    params=dict(params),
                    created_at=self._now,
                )
            )
        db.session.flush()
        return len(fresh)

    def clear(self, events: Collection[Event], gone: Callable[[Notice], bool] = lambda _one: True) -> int:
        """Clear the notices of these events whose cause is gone; how many they were."""
        kinds = {event.value for event in events}
        found = [
            one
            for one in self._rows
            if one.kind in kinds and one.status is not NoticeStatus.CLEARED and gone(one)
        ]
        for notice in found:
            notice.status, notice.cleared_at = NoticeStatus.CLEARED, self._now
        db.session.flush()
        return len(found)
