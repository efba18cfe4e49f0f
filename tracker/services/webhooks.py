"""Webhooks: registered, changed, paused, given another secret, removed; all of it audited."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select, update

from tracker.db import db
from tracker.domain.errors import Conflict, DomainError, NotAllowed, NotFound
from tracker.domain.notifications import Event
from tracker.domain.permissions import Actor, Permission, require
from tracker.domain.webhooks import (
    BOTH_VALID,
    TEST,
    DeliveryStatus,
    Reach,
    WebhookEvent,
    WebhookStatus,
    check_url,
    imprint,
    may_become,
    secret_of,
)
from tracker.models.webhooks import WebhookDelivery, WebhookEndpoint
from tracker.queries import webhooks as queries
from tracker.services.audit import EventTag, record
from tracker.services.told import Told

SUBJECT = "webhook"
_STEPS = {
    WebhookStatus.PAUSED: EventTag.WEBHOOK_PAUSED,
    WebhookStatus.ACTIVE: EventTag.WEBHOOK_RESUMED,
    WebhookStatus.REMOVED: EventTag.WEBHOOK_REMOVED,
}


@dataclass(frozen=True)
class Wanted:
    """What somebody wants to be told at an address; without a plan or institution of all of them."""

    url: str
    name: str
    events: Sequence[str]
    plan: int | None = None
    institution_uid: str = ""


def reach_of(settings: Mapping[str, Any]) -> Reach:
    """Where messages may go, as the operator set it; without encryption only in development."""
    hosts = (one.strip().lower() for one in str(settings["WEBHOOK_HOSTS_ALLOWED"]).split(","))
    return Reach(allow_http=bool(settings["DEVELOPMENT"]), hosts=frozenset(filter(None, hosts)))


def register_webhook(
    actor: Actor, wanted: Wanted, *, key: str, reach: Reach, now: datetime
) -> tuple[WebhookEndpoint, str]:
    """A new address and its secret, which is told this once.

    Raises DomainError beside `url`, `name`, `events`, `plan` or `institution` for what cannot be.
    """
    require(actor, Permission.WEBHOOK_MANAGE)
    if actor.user_id is None:
        raise NotAllowed("not-allowed", permission=Permission.WEBHOOK_MANAGE.value)
    endpoint = WebhookEndpoint(user_id=actor.user_id, created_at=now, secret_hash="")
    content = _describe(endpoint, wanted, reach)
    db.session.add(endpoint)
    db.session.flush()
    secret = secret_of(key, endpoint.uid, 1)
    endpoint.secret_hash = imprint(secret)
    db.session.flush()
    record(actor, EventTag.WEBHOOK_REGISTERED, SUBJECT, endpoint.uid, content, now=now)
    return endpoint, secret


def change_webhook(actor: Actor, uid: str, wanted: Wanted, *, reach: Reach, now: datetime) -> None:
    """Another address, name or choice of events; what waits goes to the new address."""
    endpoint = _managed(actor, uid)
    content = _describe(endpoint, wanted, reach)
    db.session.flush()
    record(actor, EventTag.WEBHOOK_CHANGED, SUBJECT, uid, content, now=now)


def _describe(endpoint: WebhookEndpoint, wanted: Wanted, reach: Reach) -> dict[str, Any]:
    """Put what is wanted into the row; what the audit keeps of it."""
    endpoint.url = check_url(wanted.url, reach)
    endpoint.name = wanted.name.strip()
    if not endpoint.name:
        raise DomainError("webhook-name-missing", field="name")
    chosen: list[str] = [one.value for one in WebhookEvent if one.value in set(wanted.events)]
    if not chosen:
        raise DomainError("webhook-events-missing", field="events")
    endpoint.events = chosen
    endpoint.plan_id = endpoint.institution_id = None
    if wanted.plan is not None:
        endpoint.plan_id = queries.find_public_plan_id(wanted.plan)
        if endpoint.plan_id is None:
            raise DomainError("webhook-plan-unknown", field="plan")
    if wanted.institution_uid:
        endpoint.institution_id = queries.find_institution_id(wanted.institution_uid)
        if endpoint.institution_id is None:
            raise DomainError("webhook-institution-unknown", field="institution")
    return {
        "url": endpoint.url,
        "name": endpoint.name,
        "events": chosen,
        "plan": wanted.plan,
        "institution": wanted.institution_uid,
    }


def renew_secret(actor: Actor, uid: str, *, key: str, now: datetime) -> str:
    """Another secret, told this once; the one before signs beside it for a day."""
    endpoint = _managed(actor, uid)
    before = secret_of(key, uid, endpoint.secret_generation)
    # One that is not what was told any more (the installation's key changed) would sign for nobody.
    is_known = imprint(before) == endpoint.secret_hash
    endpoint.secret_generation += 1
    secret = secret_of(key, uid, endpoint.secret_generation)
    endpoint.secret_hash = imprint(secret)
    endpoint.previous_until = now + BOTH_VALID if is_known else None
    db.session.flush()
    content = {"generation": endpoint.secret_generation}
    record(actor, EventTag.WEBHOOK_RENEWED, SUBJECT, uid, content, now=now)
    return secret


def pause_webhook(actor: Actor, uid: str, *, now: datetime) -> None:
    """Tell an address nothing for now; what happens meanwhile is not told later."""
    _step(actor, uid, WebhookStatus.PAUSED, now)


def resume_webhook(actor: Actor, uid: str, *, now: datetime) -> None:
    """Take an address up again, paused or given up; what waited for it goes out."""
    endpoint = _step(actor, uid, WebhookStatus.ACTIVE, now)
    endpoint.disabled_why, endpoint.failing_since = "", None
    waiting = update(WebhookDelivery).where(
        WebhookDelivery.endpoint_id == endpoint.id, WebhookDelivery.status == DeliveryStatus.QUEUED
    )
    db.session.execute(waiting.values(next_attempt_at=now, attempts=0))
    db.session.flush()
    Told([uid], now=now).clear([Event.WEBHOOK_DISABLED])


def remove_webhook(actor: Actor, uid: str, *, now: datetime) -> None:
    """Remove an address for good; what waits for it is not sent, and what was sent stays in the records."""
    endpoint = _step(actor, uid, WebhookStatus.REMOVED, now)
    waiting = update(WebhookDelivery).where(
        WebhookDelivery.endpoint_id == endpoint.id, WebhookDelivery.status == DeliveryStatus.QUEUED
    )
    db.session.execute(waiting.values(status=DeliveryStatus.CANCELLED))
    db.session.flush()
    Told([uid], now=now).clear([Event.WEBHOOK_DISABLED])


def _step(actor: Actor, uid: str, then: WebhookStatus, now: datetime) -> WebhookEndpoint:
    endpoint = _managed(actor, uid)
    if not may_become(endpoint.status, then):
        raise Conflict("webhook-step-not-possible")
    endpoint.status = then
    db.session.flush()
    record(actor, _STEPS[then], SUBJECT, uid, {"url": endpoint.url}, now=now)
    return endpoint


def try_webhook(actor: Actor, uid: str, *, now: datetime) -> WebhookDelivery:
    """Put a trial message into the outbox of an active address."""
    endpoint = _managed(actor, uid)
    if endpoint.status is not WebhookStatus.ACTIVE:
        raise Conflict("webhook-not-active")
    sent = WebhookDelivery(
        endpoint_id=endpoint.id,
        event=TEST,
        data={"message": "Cumple"},
        next_attempt_at=now,
        created_at=now,
    )
    db.session.add(sent)
    db.session.flush()
    return sent


def retry_delivery(actor: Actor, uid: str, delivery_uid: str, *, now: datetime) -> None:
    """Send a message that was given up once more, under the id it had, from the beginning of the schedule."""
    endpoint = _managed(actor, uid)
    sent = db.session.scalar(
        select(WebhookDelivery)
        .where(WebhookDelivery.uid == delivery_uid, WebhookDelivery.endpoint_id == endpoint.id)
        .with_for_update()
    )
    if sent is None:
        raise NotFound("webhook-not-found")
    if sent.status is not DeliveryStatus.FAILED:
        raise Conflict("webhook-delivery-not-failed")
    sent.status, sent.attempts, sent.next_attempt_at = DeliveryStatus.QUEUED, 0, now
    db.session.flush()


def _managed(actor: Actor, uid: str) -> WebhookEndpoint:
    """An address for who manages them; NotFound for a removed one."""
    require(actor, Permission.WEBHOOK_MANAGE)
    endpoint = db.session.scalar(
        select(WebhookEndpoint)
        .where(WebhookEndpoint.uid == uid, WebhookEndpoint.status != WebhookStatus.REMOVED)
        .with_for_update()
    )
    if endpoint is None:
        raise NotFound("webhook-not-found")
    return endpoint
