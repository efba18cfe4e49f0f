"""Messages to other systems: written with the fact that they tell, sent after the commit.

They tell what anybody may read (design section 4): of a report its percent, date and institution and what was
decided, never words, evidence or people; of plans that are public.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select

from tracker.db import db
from tracker.domain.facts import InstitutionRef
from tracker.domain.notifications import Event
from tracker.domain.permissions import SYSTEM
from tracker.domain.webhooks import (
    DeliveryStatus,
    WebhookEvent,
    WebhookStatus,
    imprint,
    is_delivered,
    is_given_up,
    secret_of,
)
from tracker.domain.workflow import ReportStatus
from tracker.models.accounts import Institution
from tracker.models.notices import OverdueFlag
from tracker.models.plans import PlanNode
from tracker.models.progress import ProgressReport
from tracker.models.reports import CompiledReport
from tracker.models.webhooks import WebhookDelivery, WebhookEndpoint
from tracker.queries import webhooks as queries
from tracker.queries.notices import list_recipients
from tracker.queries.webhooks import MessageToSend
from tracker.services.audit import EventTag, record
from tracker.services.fetching import Posted
from tracker.services.mail import BACK_OFF, SENDING
from tracker.services.matrix import notification
from tracker.services.told import Told

_DECIDED = {ReportStatus.VALIDATED: WebhookEvent.VALIDATED, ReportStatus.RETURNED: WebhookEvent.RETURNED}


# What came of a message that no secret signs, and that was not sent: the installation's key is another.
NOT_SIGNED = "not_signed"


@dataclass(frozen=True)
class _News:
    """One thing to tell, of a plan and of institutions."""

    plan_id: int
    institution_uids: frozenset[str]
    data: Mapping[str, Any]


def announce_decisions(reports: Iterable[ProgressReport], *, now: datetime) -> None:
    """Prepare what was decided of reports, for every address that asks for it."""
    by_event: dict[WebhookEvent, list[ProgressReport]] = {}
    for one in reports:
        if one.status in _DECIDED:
            by_event.setdefault(_DECIDED[one.status], []).append(one)
    for event, decided in by_event.items():
        if listening := queries.list_listening(event.value):
            places = _places([one.node for one in decided])
            news = [_of_report(one, places) for one in decided]
            _prepare(event, listening, news, now)


def _of_report(report: ProgressReport, places: Mapping[int, dict[str, Any]]) -> _News:
    data = {
        **places[report.node_id],
        "institution": _institution(report.institution),
        "status": report.status.value,
        "percent": _percent(report),
        "reported_on": report.reported_on.isoformat(),
        "completed_on": report.completed_on.isoformat() if report.completed_on else None,
        "version": report.version,
        "decided_at": report.updated_at.isoformat(),
    }
    return _News(report.node.plan_id or 0, frozenset({report.institution.uid}), data)


def _percent(report: ProgressReport) -> float | None:
    return None if report.percent is None else float(report.percent)


def announce_overdue(
    flags: Sequence[OverdueFlag],
    parts: Mapping[int, Sequence[InstitutionRef]],
    *,
    on: date,
    now: datetime,
) -> None:
    """Prepare what fell overdue, or is so again, for every address that asks for it.

    `parts` are the institutions that take part in each item, inherited ones included.
    """
    listening = queries.list_listening(WebhookEvent.OVERDUE.value) if flags else ()
    if not listening:
        return
    ids = {one.node_id for one in flags}
    nodes = {one.id: one for one in db.session.scalars(select(PlanNode).where(PlanNode.id.in_(ids)))}
    places = _places(nodes.values())
    news = [
        _News(
            nodes[one.node_id].plan_id or 0,
            frozenset(each.uid for each in parts.get(one.node_id, ())),
            {
                **places[one.node_id],
                "institutions": [_institution(each) for each in parts.get(one.node_id, ())],
                "occurrence": one.occurrence,
                "due_on": one.due_on.isoformat(),
                "days_late": one.days_late,
                "on": on.isoformat(),
            },
        )
        for one in flags
    ]
    _prepare(WebhookEvent.OVERDUE, listening, news, now)


def announce_publication(report: CompiledReport, *, now: datetime) -> None:
    """Prepare that a compiled report was published, for every address that asks for it."""
    if not (listening := queries.list_listening(WebhookEvent.PUBLISHED.value)):
        return
    data = {
        "plan": {"number": report.plan.number},
        "uid": report.uid,
        "kind": report.kind.value,
        "institution": _institution(report.institution) if report.institution else None,
        "commitment": report.commitment_number,
        "cutoff": report.cutoff_on.isoformat(),
        "version": report.version,
        "sha256": report.sha256,
        "path": f"/informes#informe-{report.uid}",
    }
    of = frozenset({report.institution.uid} if report.institution else ())
    _prepare(WebhookEvent.PUBLISHED, listening, [_News(report.plan_id, of, data)], now)


def _prepare(
    event: WebhookEvent, listening: Sequence[WebhookEndpoint], news: Sequence[_News], now: datetime
) -> None:
    """Write a message for each address and thing it asked for, of plans that anybody may read."""
    public = queries.public_plan_numbers(list({one.plan_id for one in news}))
    for one in news:
        for endpoint in listening if one.plan_id in public else ():
            if endpoint.plan_id not in {None, one.plan_id}:
                continue
            if endpoint.institution is not None and endpoint.institution.uid not in one.institution_uids:
                continue
            db.session.add(
                WebhookDelivery(
                    endpoint_id=endpoint.id,
                    event=event.value,
                    data=dict(one.data),
                    next_attempt_at=now,
                    created_at=now,
                )
            )
    db.session.flush()


def _places(nodes: Iterable[PlanNode]) -> dict[int, dict[str, Any]]:
    """Where some items stand, as the public addresses name it, by id."""
    nodes = list(nodes)
    above = {one for node in nodes for one in (node.plan_id, node.commitment_id) if one is not None}
    rows = db.session.execute(select(PlanNode.id, PlanNode.number).where(PlanNode.id.in_(above)))
    numbers = dict(rows.all())
    return {
        node.id: {
            "plan": {"number": numbers.get(node.plan_id or 0)},
            "commitment": numbers.get(node.commitment_id or 0),
            "item": {
                "uid": node.uid,
                "kind": node.kind.value,
                "label": node.label,
                "title": node.title,
            },
            "path": f"/id/{node.uid}",
        }
        for node in nodes
    }


def _institution(one: Institution | InstitutionRef) -> dict[str, str]:
    return {"uid": one.uid, "label": one.label, "name": one.name}


def take_next_message(now: datetime, without: Sequence[int] = ()) -> MessageToSend | None:
    """Take up the message whose turn it is; it counts as an attempt, and comes back if nothing more is heard.

    None to the addresses left out, which failed a moment ago.
    """
    found = db.session.scalar(
        queries.message_to_send(now, without).limit(1).with_for_update(skip_locked=True, of=WebhookDelivery)
    )
    if found is None:
        return None
    found.attempts += 1
    found.attempted_at = now
    found.next_attempt_at = now + SENDING
    db.session.flush()
    return queries.message_as_sent(found, found.endpoint)


def secrets_for(sent: MessageToSend, *, key: str, now: datetime) -> list[str]:
    """The secrets that sign a message, the newest first; none where the installation's key is another."""
    secret = secret_of(key, sent.endpoint_uid, sent.secret_generation)
    if imprint(secret) != sent.secret_hash:
        return []
    if sent.previous_until is not None and now < sent.previous_until:
        return [secret, secret_of(key, sent.endpoint_uid, sent.secret_generation - 1)]
    return [secret]


def record_answer(
    sent: MessageToSend, posted: Posted, *, days: int, now: datetime, today: date, is_signed: bool = True
) -> DeliveryStatus:
    """Write down what became of a message: delivered, tried again after longer each time, or given up.

    An address that failed for so many days, or answers 410, is told nothing more; who registered it is told.
    """
    # The address first, as whoever removes it does.
    endpoint = db.session.get_one(WebhookEndpoint, sent.endpoint_id, with_for_update=True)
    message = db.session.get_one(WebhookDelivery, sent.id, with_for_update=True)
    message.http_status, message.answer = posted.status, posted.answer.replace("\0", "")
    message.outcome = posted.outcome.value if is_signed else NOT_SIGNED
    if is_delivered(posted.status):
        endpoint.failing_since = None
        message.status, message.delivered_at = DeliveryStatus.DELIVERED, now
        db.session.flush()
        return message.status
    if message.status is DeliveryStatus.QUEUED:
        if sent.attempts > len(BACK_OFF):
            message.status = DeliveryStatus.FAILED
        else:
            message.next_attempt_at = now + BACK_OFF[sent.attempts - 1]
    endpoint.failing_since = endpoint.failing_since or now
    is_over = is_given_up(endpoint.failing_since, now, days=days, status=posted.status)
    db.session.flush()
    if is_over and endpoint.status is WebhookStatus.ACTIVE:
        _give_up(endpoint, "gone" if posted.status == 410 else "failing", now, today)
    return message.status


def _give_up(endpoint: WebhookEndpoint, why: str, now: datetime, today: date) -> None:
    endpoint.status, endpoint.disabled_why = WebhookStatus.DISABLED, why
    db.session.flush()
    since = (endpoint.failing_since or now).date().isoformat()
    params = {
        "name": endpoint.name,
        "host": endpoint.url.partition("://")[2].partition("/")[0],
        "why": why,
        "since": since,
        "told_on": today.isoformat(),
    }
    roles = {one.role for one in notification(Event.WEBHOOK_DISABLED).to}
    recipients = list_recipients(today)
    people = [
        one.user_id
        for role in roles
        for one in recipients.by_role.get(role, ())
        if one.user_id == endpoint.user_id
    ]
    Told([endpoint.uid], now=now).tell(Event.WEBHOOK_DISABLED, endpoint.uid, now.isoformat(), people, params)
    content = {"why": why, "url": endpoint.url}
    record(SYSTEM, EventTag.WEBHOOK_DISABLED, "webhook", endpoint.uid, content, now=now)
