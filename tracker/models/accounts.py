"""Institutions, people, their parts over time, sessions and the sign-in throttle."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import JSON, BigInteger, CheckConstraint, ForeignKey, Index, String, Text, false, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.db import Base
from tracker.domain.permissions import AccountRole
from tracker.domain.plans import Sector
from tracker.models.types import UID_LENGTH, UtcDateTime, choice, new_uid


class Institution(Base):
    """A body that takes part; a group without members named is one too."""

    __tablename__ = "institutions"
    __table_args__ = (
        Index(
            "uq_institutions_acronym",
            "acronym",
            unique=True,
            sqlite_where=text("acronym <> ''"),
            postgresql_where=text("acronym <> ''"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[str] = mapped_column(String(UID_LENGTH), unique=True, default=new_uid)
    acronym: Mapped[str] = mapped_column(String(32), default="")
    name: Mapped[str] = mapped_column(Text)
    slug: Mapped[str] = mapped_column(String(120), unique=True)
    sector: Mapped[Sector] = mapped_column(choice(Sector, "sector"), default=Sector.PUBLIC)
    is_group: Mapped[bool] = mapped_column(default=False)
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("institutions.id", ondelete="RESTRICT"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)

    @property
    def label(self) -> str:
        """The acronym, or the name where it has none."""
        return self.acronym or self.name


class InstitutionEnding(Base):
    """An institution that is no more, at most once: closed, or merged into another one."""

    __tablename__ = "institution_endings"
    __table_args__ = (
        CheckConstraint("reason <> ''", name="has_reason"),
        CheckConstraint("successor_id IS NULL OR successor_id <> institution_id", name="not_into_itself"),
        Index("ix_institution_endings_successor_id", "successor_id"),
    )

    institution_id: Mapped[int] = mapped_column(
        ForeignKey("institutions.id", ondelete="RESTRICT"), primary_key=True, autoincrement=False
    )
    successor_id: Mapped[int | None] = mapped_column(ForeignKey("institutions.id", ondelete="RESTRICT"))
    ended_on: Mapped[date]
    """The first day on which it is no more."""
    reason: Mapped[str] = mapped_column(Text)
    legal_reference: Mapped[str] = mapped_column(Text, default="")
    recorded_seq: Mapped[int] = mapped_column(BigInteger)

    institution: Mapped[Institution] = relationship(foreign_keys=[institution_id])
    successor: Mapped[Institution | None] = relationship(foreign_keys=[successor_id])


class Invitation(Base):
    """An account offered by mail: one live offer for an address, taken once, by the newest link alone."""

    __tablename__ = "invitations"
    __table_args__ = (
        CheckConstraint("accepted_at IS NULL OR revoked_at IS NULL", name="one_end"),
        CheckConstraint("(accepted_at IS NULL) = (user_id IS NULL)", name="accepted_has_account"),
        Index(
            "uq_invitations_live_email",
            "email",
            unique=True,
            sqlite_where=text("accepted_at IS NULL AND revoked_at IS NULL"),
            postgresql_where=text("accepted_at IS NULL AND revoked_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[str] = mapped_column(String(UID_LENGTH), unique=True, default=new_uid)
    email: Mapped[str] = mapped_column(String(254))
    name: Mapped[str] = mapped_column(Text, default="")
    role: Mapped[AccountRole] = mapped_column(choice(AccountRole, "invited_role"))
    institution_uids: Mapped[list[str]] = mapped_column(JSON, default=list)
    locale: Mapped[str] = mapped_column(String(8), default="es")
    serial: Mapped[int] = mapped_column(default=1)
    """Which of its letters: a link of an earlier one is good for nothing."""
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    """When the newest letter was asked for; its link counts from then."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    invited_by_uid: Mapped[str] = mapped_column(String(32))
    mail_id: Mapped[int | None] = mapped_column(ForeignKey("outbox_mails.id", ondelete="RESTRICT"))
    """Its newest letter; None while nobody has worded it."""
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    accepted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="RESTRICT"))

    @property
    def is_live(self) -> bool:
        """True while it was neither taken nor revoked."""
        return self.accepted_at is None and self.revoked_at is None


class User(Base):
    """A person's account; `uid` is the opaque actor of the audit log."""

    __tablename__ = "users"

    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[str] = mapped_column(String(UID_LENGTH), unique=True, default=new_uid)
    email: Mapped[str] = mapped_column(String(254), unique=True)
    name: Mapped[str] = mapped_column(Text, default="")
    role: Mapped[AccountRole] = mapped_column(choice(AccountRole, "account_role"))
    password_hash: Mapped[str] = mapped_column(Text)
    locale: Mapped[str] = mapped_column(String(8), default="es")
    is_active: Mapped[bool] = mapped_column(default=True)
    is_demo: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    may_stand_in: Mapped[bool] = mapped_column(default=False, server_default=false())
    """The administrator named them as one to whom a contact point may delegate."""
    mail_bounced_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """Since when no mail reaches the address; none is sent to it until it is mended."""
    mail_bounce_reason: Mapped[str] = mapped_column(Text, default="", server_default="")

    memberships: Mapped[list[Membership]] = relationship(back_populates="user", order_by="Membership.id")


class Membership(Base):
    """A person's part in an institution, with its days: turnover keeps history."""

    __tablename__ = "memberships"
    __table_args__ = (
        CheckConstraint("ends_on IS NULL OR ends_on >= starts_on", name="days_in_order"),
        Index("ix_memberships_user_id", "user_id"),
        Index("ix_memberships_institution_id", "institution_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="RESTRICT"))
    institution_id: Mapped[int] = mapped_column(ForeignKey("institutions.id", ondelete="RESTRICT"))
    reviews: Mapped[bool] = mapped_column(default=False)
    """True: not a part in it, but the technical table's reviewer named for its reports."""
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]

    user: Mapped[User] = relationship(back_populates="memberships")
    institution: Mapped[Institution] = relationship()


class UserSession(Base):
    """A sign-in, kept in the database so that it can be listed and revoked."""

    __tablename__ = "user_sessions"
    __table_args__ = (Index("ix_user_sessions_user_id", "user_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="RESTRICT"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    last_seen_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    device: Mapped[str] = mapped_column(String(200), default="")

    user: Mapped[User] = relationship()


class SignInAttempt(Base):
    """A failed sign-in, counted by address and by account for the throttle."""

    __tablename__ = "sign_in_attempts"
    __table_args__ = (
        Index("ix_sign_in_attempts_email_at", "email", "at"),
        Index("ix_sign_in_attempts_address_at", "address", "at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(String(254))
    address: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
