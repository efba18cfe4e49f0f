"""Addresses of other systems and what was sent to them, for who manages them; messages whose turn it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import Select, func, select
from sqlalchemy.orm import joinedload

from tracker.db import db
from tracker.domain.errors import NotFound
from tracker.domain.permissions import Actor, Permission, require
from tracker.domain.webhooks import DeliveryStatus, WebhookStatus
from tracker.models.accounts import Institution
from tracker.models.plans import ActionPlan
from tracker.models.webhooks import WebhookDelivery, WebhookEndpoint
from tracker.queries.portal.rows import PUBLISHED

PAGE = 50


@dataclass(frozen=True)
class WebhookRow:
    """An address, what it is told of, and how it stands."""

    id: int
    uid: str
    url: str
    name: str
    events: tuple[str, ...]
    plan: int | None
    institution: str
    institution_uid: str
    status: WebhookStatus
    disabled_why: str
    failing_since: datetime | None
    previous_until: datetime | None
    secret_hash: str
    secret_generation: int
    registered_by: str
    created_at: datetime
    counts: dict[str, int] = field(default_factory=dict)
    """Messages by standing."""

    @property
    def host(self) -> str:
        """The server's name, which says enough in a list."""
        return urlsplit(self.url).netloc


@dataclass(frozen=True)
class DeliveryRow:
    """A message and what was answered."""

    id: int
    uid: str
    event: str
    status: DeliveryStatus
    attempts: int
    next_attempt_at: datetime
    attempted_at: datetime | None
    outcome: str
    http_status: int
    answer: str
    created_at: datetime
    data: dict[str, Any]


@dataclass(frozen=True)
class MessageToSend:
    """A message as it is sent, and to whom."""

    id: int
    uid: str
    attempts: int
    event: str
    created_at: datetime
    data: dict[str, Any]
    endpoint_id: int
    endpoint_uid: str
    url: str
    secret_generation: int
    secret_hash: str
    previous_until: datetime | None


def list_webhooks(actor: Actor) -> list[WebhookRow]:
    """Every address that was not removed, by name, with how many messages stand how."""
    require(actor, Permission.WEBHOOK_MANAGE)
    rows = db.session.scalars(
        _endpoints()
        .where(WebhookEndpoint.status != WebhookStatus.REMOVED)
        .order_by(WebhookEndpoint.name, WebhookEndpoint.id)
    ).all()
    counts: dict[int, dict[str, int]] = {one.id: {} for one in rows}
    for endpoint_id, status, number in db.session.execute(
        select(WebhookDelivery.endpoint_id, WebhookDelivery.status, func.count())
        .where(WebhookDelivery.endpoint_id.in_(counts))
        .group_by(WebhookDelivery.endpoint_id, WebhookDelivery.status)
    ):
        counts[endpoint_id][status.value] = number
    return [_row(one, counts[one.id]) for one in rows]


def get_webhook(actor: Actor, uid: str) -> WebhookRow:
    """One address; NotFound for a removed one."""
    require(actor, Permission.WEBHOOK_MANAGE)
    found = db.session.scalar(
        _endpoints().where(WebhookEndpoint.uid == uid, WebhookEndpoint.status != WebhookStatus.REMOVED)
    )
    if found is None:
        raise NotFound("webhook-not-found")
    return _row(found, {})


def list_deliveries(actor: Actor, endpoint_id: int, *, before_id: int = 0) -> list[DeliveryRow]:
    """The messages to an address, the newest first: a page and one more where there are older ones."""
    require(actor, Permission.WEBHOOK_MANAGE)
    statement = select(WebhookDelivery).where(WebhookDelivery.endpoint_id == endpoint_id)
    if before_id:
        statement = statement.where(WebhookDelivery.id < before_id)
    rows = db.session.scalars(statement.order_by(WebhookDelivery.id.desc()).limit(PAGE + 1))
    names = DeliveryRow.__dataclass_fields__
    return [DeliveryRow(**{name: getattr(one, name) for name in names}) for one in rows]


def list_public_plans() -> list[tuple[int, str]]:
    """Plans that anybody may read, by number: an address may ask for one of them."""
    rows = db.session.execute(
        select(ActionPlan.number, ActionPlan.title).where(PUBLISHED).order_by(ActionPlan.number.desc())
    )
    return [(number, title) for number, title in rows]


def public_plan_numbers(plan_ids: Sequence[int]) -> dict[int, int]:
    """Of some plans the numbers of those that anybody may read, by id."""
    rows = db.session.execute(
        select(ActionPlan.id, ActionPlan.number).where(ActionPlan.id.in_(plan_ids), PUBLISHED)
    )
    return dict(rows.all())


def list_listening(event: str) -> Sequence[WebhookEndpoint]:
    """The active addresses that are told of an event."""
    rows = db.session.scalars(
        select(WebhookEndpoint)
        .where(WebhookEndpoint.status == WebhookStatus.ACTIVE)
        .options(joinedload(WebhookEndpoint.institution))
        .order_by(WebhookEndpoint.id)
    )
    return [one for one in rows if event in one.events]


def has_messages_to_send(now: datetime) -> bool:
    """True where a message's turn has come."""
    return db.session.scalar(message_to_send(now).limit(1)) is not None


def message_to_send(now: datetime, without: Sequence[int] = ()) -> Select[WebhookDelivery]:
    """Messages whose turn has come, those waiting longest first; none to addresses that are not active."""
    return (
        select(WebhookDelivery)
        .join(WebhookEndpoint, WebhookEndpoint.id == WebhookDelivery.endpoint_id)
        .where(
            WebhookDelivery.status == DeliveryStatus.QUEUED,
            WebhookDelivery.next_attempt_at <= now,
            WebhookEndpoint.status == WebhookStatus.ACTIVE,
            WebhookEndpoint.id.not_in(without),
        )
        .order_by(WebhookDelivery.next_attempt_at, WebhookDelivery.id)
    )


def message_as_sent(one: WebhookDelivery, endpoint: WebhookEndpoint) -> MessageToSend:
    """A message with what its sending needs to know of its address."""
    return MessageToSend(
        id=one.id,
        uid=one.uid,
        attempts=one.attempts,
        event=one.event,
        created_at=one.created_at,
        data=dict(one.data),
        endpoint_id=endpoint.id,
        endpoint_uid=endpoint.uid,
        url=endpoint.url,
        secret_generation=endpoint.secret_generation,
        secret_hash=endpoint.secret_hash,
        previous_until=endpoint.previous_until,
    )


def find_institution_id(uid: str) -> int | None:
    """An institution that an address may ask for."""
    return db.session.scalar(select(Institution.id).where(Institution.uid == uid))


def find_public_plan_id(number: int) -> int | None:
    """A plan that anybody may read."""
    return db.session.scalar(select(ActionPlan.id).where(ActionPlan.number == number, PUBLISHED))


def _endpoints() -> Select[WebhookEndpoint]:
    return select(WebhookEndpoint).options(
        joinedload(WebhookEndpoint.plan),
        joinedload(WebhookEndpoint.institution),
        joinedload(WebhookEndpoint.user),
    )


def _row(one: WebhookEndpoint, counts: dict[str, int]) -> WebhookRow:
    return WebhookRow(
        id=one.id,
        uid=one.uid,
        url=one.url,
        name=one.name,
        events=tuple(one.events),
        plan=one.plan.number if one.plan else None,
        institution=one.institution.label if one.institution else "",
        institution_uid=one.institution.uid if one.institution else "",
        status=one.status,
        disabled_why=one.disabled_why,
        failing_since=one.failing_since,
        previous_until=one.previous_until,
        secret_hash=one.secret_hash,
        secret_generation=one.secret_generation,
        registered_by=one.user.name,
        created_at=one.created_at,
        counts=counts,
    )
