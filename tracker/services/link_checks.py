"""What looking at a link found, kept beside the evidence and never in it; who handed it in is told."""

from __future__ import annotations

import hashlib
from datetime import date, datetime

from tracker.db import db
from tracker.domain.links import LinkStanding, after, next_look
from tracker.domain.notifications import Event, Whose
from tracker.models.checks import LinkCheck
from tracker.queries import links as queries
from tracker.queries.notices import Recipients, list_recipients
from tracker.services.fetching import Fetched
from tracker.services.matrix import notification
from tracker.services.told import Told


def record_look(link: queries.DueLink, found: Fetched, *, days: int, today: date, now: datetime) -> LinkCheck:
    """Write down how a link answered and when it is looked at again; tell, or clear, what follows from it.

    A day on which it fails counts once however often it is looked at; one answer settles everything.
    """
    row = _row(link.url)
    before = row.down_since
    standing = after(_standing(row), found.outcome, today, days=days)
    row.checked_at, row.outcome = now, found.outcome
    row.http_status, row.final_url = found.status, found.url if found.url != link.url else ""
    row.failing_since, row.failed_days = standing.failing_since, standing.failed_days
    row.last_failed_on, row.down_since = standing.last_failed_on, standing.down_since
    row.next_on = next_look(standing, link.handed_in_on, today, days=days)
    db.session.add(row)
    db.session.flush()
    if row.down_since is not None:
        _tell(row, today, now)
    elif before is not None:
        Told(queries.threads_of(row.url), now=now).clear([Event.LINK_DOWN])
    return row


def _row(url: str) -> LinkCheck:
    url_hash = hashlib.sha256(url.encode()).hexdigest()
    return db.session.get(LinkCheck, url_hash) or LinkCheck(url_hash=url_hash, url=url, failed_days=0)


def _standing(row: LinkCheck) -> LinkStanding:
    return LinkStanding(row.failing_since, row.failed_days, row.last_failed_on, row.down_since)


def _tell(row: LinkCheck, today: date, now: datetime) -> None:
    """Tell, once for each time it went down, the people of who handed it in."""
    down = queries.list_down_at([row.url])
    told, recipients = Told({one.thread_uid for one in down}, now=now), list_recipients(today)
    for one in down:
        params = {
            "label": one.label,
            "title": one.node_title,
            "commitment": one.commitment,
            "plan": str(one.plan_number),
            "institution": one.institution,
            "node": one.node_uid,
            "evidence": one.evidence_uid,
            "link": one.title,
            "since": one.down_since.isoformat(),
            "told_on": today.isoformat(),
        }
        people = _people(one.institution_uid, recipients)
        told.tell(Event.LINK_DOWN, one.thread_uid, one.down_since.isoformat(), people, params)


def _people(institution_uid: str, recipients: Recipients) -> list[int]:
    return [
        person.user_id
        for telling in notification(Event.LINK_DOWN).to
        for person in (
            recipients.by_institution.get((telling.role, institution_uid), ())
            if telling.whose is Whose.INSTITUTION
            else recipients.by_role.get(telling.role, ())
        )
    ]
