"""What people say of public pages and what they follow: observations, subscriptions, their mail."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.db import Base
from tracker.domain.consultations import Outcome
from tracker.domain.observations import ObservationKind, ObservationStatus, Rejection, SubjectKind
from tracker.models.accounts import Institution
from tracker.models.types import UID_LENGTH, UtcDateTime, choice, new_uid

SUBJECT_LENGTH = 2 * UID_LENGTH + 1


class Observation(Base):
    """What somebody without an account says of a public page; its mail address is never shown, and erased."""

    __tablename__ = "observations"
    __table_args__ = (
        CheckConstraint("text <> '' OR erased_at IS NOT NULL", name="says_something"),
        CheckConstraint(
            "status = 'unconfirmed' OR (confirmed_at IS NOT NULL AND due_on IS NOT NULL)",
            name="confirmed_first",
        ),
        CheckConstraint(
            "status NOT IN ('published','rejected') OR (decided_at IS NOT NULL AND decided_by_uid <> '')",
            name="moderated_by_somebody",
        ),
        CheckConstraint("(status = 'rejected') = (rejection IS NOT NULL)", name="rejected_why"),
        CheckConstraint(
            "(replied_at IS NULL AND reply = '' AND outcome IS NULL) OR "
            "(replied_at IS NOT NULL AND reply <> '' AND outcome IS NOT NULL AND status = 'published')",
            name="reply_is_whole",
        ),
        Index("ix_observations_subject_uid_status", "subject_uid", "status"),
        Index("ix_observations_status_due_on", "status", "due_on"),
        Index("ix_observations_email", "email"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[str] = mapped_column(String(UID_LENGTH), unique=True, default=new_uid)
    subject_kind: Mapped[SubjectKind] = mapped_column(choice(SubjectKind, "observed_kind"))
    subject_uid: Mapped[str] = mapped_column(String(SUBJECT_LENGTH))
    kind: Mapped[ObservationKind] = mapped_column(choice(ObservationKind, "observation_kind"))
    name: Mapped[str] = mapped_column(String(80), default="")
    """Under which it is published; empty: "Una persona"."""
    email: Mapped[str] = mapped_column(String(254), default="")
    text: Mapped[str] = mapped_column(Text)
    language: Mapped[str] = mapped_column(String(8))
    status: Mapped[ObservationStatus] = mapped_column(
        choice(ObservationStatus, "observation_status"), default=ObservationStatus.UNCONFIRMED
    )
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    """When its author was last asked to confirm it."""
    confirmed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    due_on: Mapped[date | None]
    """The last day for a reply."""
    overdue_on: Mapped[date | None]
    """The day on which the job found that day gone by."""
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    decided_by_uid: Mapped[str] = mapped_column(String(32), default="")
    rejection: Mapped[Rejection | None] = mapped_column(choice(Rejection, "rejection"))
    institution_id: Mapped[int | None] = mapped_column(ForeignKey("institutions.id", ondelete="RESTRICT"))
    """The institution that was asked for a reply."""
    draft: Mapped[str] = mapped_column(Text, default="")
    """What that institution proposes to reply."""
    drafted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    drafted_by_uid: Mapped[str] = mapped_column(String(32), default="")
    reply: Mapped[str] = mapped_column(Text, default="")
    outcome: Mapped[Outcome | None] = mapped_column(choice(Outcome, "observation_outcome"))
    replied_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    replied_by_uid: Mapped[str] = mapped_column(String(32), default="")
    replied_label: Mapped[str] = mapped_column(Text, default="")
    """Who replied, as the public reads it: an institution or a role."""
    replied_seq: Mapped[int | None] = mapped_column(
        BigInteger, ForeignKey("audit_events.seq", ondelete="RESTRICT")
    )
    recorded_seq: Mapped[int] = mapped_column(BigInteger, ForeignKey("audit_events.seq", ondelete="RESTRICT"))
    erased_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    institution: Mapped[Institution | None] = relationship()


class SubscriptionStatus(StrEnum):
    """Unconfirmed until the person opens the link in the mail; ended for good."""

    UNCONFIRMED = "unconfirmed"
    ACTIVE = "active"
    ENDED = "ended"


_LIVE = text("status <> 'ended'")


class Subscription(Base):
    """Somebody follows something by mail; a person follows a thing once at a time."""

    __tablename__ = "subscriptions"
    __table_args__ = (
        CheckConstraint(
            "status <> 'active' OR (email <> '' AND told_seq IS NOT NULL)", name="active_is_whole"
        ),
        CheckConstraint("(status = 'ended') = (ended_at IS NOT NULL)", name="ended_when"),
        Index(
            "uq_subscriptions_live",
            "email",
            "subject_kind",
            "subject_uid",
            unique=True,
            sqlite_where=_LIVE,
            postgresql_where=_LIVE,
        ),
        Index("ix_subscriptions_status", "status"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[str] = mapped_column(String(UID_LENGTH), unique=True, default=new_uid)
    email: Mapped[str] = mapped_column(String(254))
    subject_kind: Mapped[SubjectKind] = mapped_column(choice(SubjectKind, "followed_kind"))
    subject_uid: Mapped[str] = mapped_column(String(SUBJECT_LENGTH))
    language: Mapped[str] = mapped_column(String(8))
    status: Mapped[SubscriptionStatus] = mapped_column(
        choice(SubscriptionStatus, "subscription_status"), default=SubscriptionStatus.UNCONFIRMED
    )
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    """When the person was last written to because they asked to follow it."""
    confirmed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    told_seq: Mapped[int | None] = mapped_column(BigInteger)
    """Everything up to this place in the order of recording was told."""
    mail_bounced_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """Since when no mail reaches the address; none is sent to it until it is mended."""
    mail_bounce_reason: Mapped[str] = mapped_column(Text, default="", server_default="")
    recorded_seq: Mapped[int] = mapped_column(BigInteger, ForeignKey("audit_events.seq", ondelete="RESTRICT"))
    erased_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class LetterKind(StrEnum):
    """Why somebody without an account is written to."""

    CONFIRM_OBSERVATION = "confirm_observation"
    OBSERVATION_PUBLISHED = "observation_published"
    OBSERVATION_REJECTED = "observation_rejected"
    OBSERVATION_REPLIED = "observation_replied"
    CONFIRM_SUBSCRIPTION = "confirm_subscription"
    ALREADY_FOLLOWED = "already_followed"


class CitizenLetter(Base):
    """A letter to somebody without an account: asked for by a service, worded by the job that sends mail."""

    __tablename__ = "citizen_letters"
    __table_args__ = (
        CheckConstraint("(observation_id IS NULL) <> (subscription_id IS NULL)", name="about_one_thing"),
        Index(
            "ix_citizen_letters_unwritten",
            "id",
            sqlite_where=text("mail_id IS NULL"),
            postgresql_where=text("mail_id IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[LetterKind] = mapped_column(choice(LetterKind, "letter_kind"))
    observation_id: Mapped[int | None] = mapped_column(ForeignKey("observations.id", ondelete="RESTRICT"))
    subscription_id: Mapped[int | None] = mapped_column(ForeignKey("subscriptions.id", ondelete="RESTRICT"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    mail_id: Mapped[int | None] = mapped_column(ForeignKey("outbox_mails.id", ondelete="RESTRICT"))

    observation: Mapped[Observation | None] = relationship()
    subscription: Mapped[Subscription | None] = relationship()


class PublicAttempt(Base):
    """A public form that was sent, counted for an hour; address and mail only as hashes that change daily."""

    __tablename__ = "public_attempts"
    __table_args__ = (
        Index("ix_public_attempts_address_at", "address", "at"),
        Index("ix_public_attempts_email_at", "email", "at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    address: Mapped[str] = mapped_column(String(64))
    email: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
