"""Addresses of other systems that are told what happens, and the messages to them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.db import Base
from tracker.domain.webhooks import DeliveryStatus, WebhookStatus
from tracker.models.accounts import Institution, User
from tracker.models.plans import ActionPlan
from tracker.models.types import UID_LENGTH, UtcDateTime, choice, new_uid


class WebhookEndpoint(Base):
    """An address, what it is told of, and how it stands; its secret is not kept, only what tells it again."""

    __tablename__ = "webhook_endpoints"
    __table_args__ = (
        CheckConstraint("secret_generation > 0", name="has_a_secret"),
        CheckConstraint("status <> 'disabled' OR disabled_why <> ''", name="disabled_why"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[str] = mapped_column(String(UID_LENGTH), unique=True, default=new_uid)
    url: Mapped[str] = mapped_column(Text)
    name: Mapped[str] = mapped_column(String(120))
    events: Mapped[list[str]] = mapped_column(JSON, default=list)
    plan_id: Mapped[int | None] = mapped_column(ForeignKey("action_plans.id", ondelete="RESTRICT"))
    institution_id: Mapped[int | None] = mapped_column(ForeignKey("institutions.id", ondelete="RESTRICT"))
    status: Mapped[WebhookStatus] = mapped_column(
        choice(WebhookStatus, "webhook_status"), default=WebhookStatus.ACTIVE
    )
    disabled_why: Mapped[str] = mapped_column(String(32), default="")
    """A code: gone, or failing."""
    secret_generation: Mapped[int] = mapped_column(default=1)
    secret_hash: Mapped[str] = mapped_column(String(64))
    previous_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """Until when the secret before this one signs too."""
    failing_since: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """The first attempt that failed since one last succeeded."""
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="RESTRICT"))
    """Who registered it, and is told when it is given up."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)

    plan: Mapped[ActionPlan | None] = relationship()
    institution: Mapped[Institution | None] = relationship()
    user: Mapped[User] = relationship()


class WebhookDelivery(Base):
    """A message to an address, to be sent after the commit that caused it."""

    __tablename__ = "webhook_deliveries"
    __table_args__ = (
        Index("ix_webhook_deliveries_status", "status", "next_attempt_at"),
        Index("ix_webhook_deliveries_endpoint_id", "endpoint_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[str] = mapped_column(String(UID_LENGTH), unique=True, default=new_uid)
    endpoint_id: Mapped[int] = mapped_column(ForeignKey("webhook_endpoints.id", ondelete="RESTRICT"))
    event: Mapped[str] = mapped_column(String(32))
    data: Mapped[dict[str, Any]] = mapped_column(JSON)
    status: Mapped[DeliveryStatus] = mapped_column(
        choice(DeliveryStatus, "delivery_status"), default=DeliveryStatus.QUEUED
    )
    attempts: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    next_attempt_at: Mapped[datetime] = mapped_column(UtcDateTime)
    attempted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    outcome: Mapped[str] = mapped_column(String(32), default="")
    """What came of the last attempt."""
    http_status: Mapped[int] = mapped_column(default=0)
    """0 where no answer came."""
    answer: Mapped[str] = mapped_column(Text, default="")
    """The beginning of what it answered."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    delivered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    endpoint: Mapped[WebhookEndpoint] = relationship()
