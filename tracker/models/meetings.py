"""The technical table: seats, meetings, agreements, their files, who came, and which agreements are late.

What is said of a seat, a meeting or an agreement stands whole in `content`, which is its last fact version
(`verify` holds both together); the columns beside it are what the database finds and keeps apart.
"""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.db import Base
from tracker.domain.agreements import AgreementStatus
from tracker.domain.meetings import MeetingStatus
from tracker.domain.plans import Sector
from tracker.models.accounts import Institution
from tracker.models.types import UID_LENGTH, UtcDateTime, choice, new_uid


class TableSeat(Base):
    """A seat at the technical table; the person's name, where it is a person's, is for the work area only."""

    __tablename__ = "table_seats"
    __table_args__ = (
        CheckConstraint("institution_id IS NOT NULL OR person <> ''", name="somebody_sits"),
        Index("ix_table_seats_institution_id", "institution_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[str] = mapped_column(String(UID_LENGTH), unique=True, default=new_uid)
    institution_id: Mapped[int | None] = mapped_column(ForeignKey("institutions.id", ondelete="RESTRICT"))
    person: Mapped[str] = mapped_column(Text, default="")
    content: Mapped[str] = mapped_column(Text)

    institution: Mapped[Institution | None] = relationship()


class TableMeeting(Base):
    """A meeting of the technical table."""

    __tablename__ = "table_meetings"
    __table_args__ = (
        UniqueConstraint("number"),
        Index("ix_table_meetings_held_on", "held_on"),
        Index("ix_table_meetings_plan_id", "plan_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[str] = mapped_column(String(UID_LENGTH), unique=True, default=new_uid)
    number: Mapped[int]
    status: Mapped[MeetingStatus] = mapped_column(choice(MeetingStatus, "meeting_status"))
    held_on: Mapped[date]
    """The day it is called for, or was held on."""
    plan_id: Mapped[int | None] = mapped_column(ForeignKey("plan_nodes.id", ondelete="RESTRICT"))
    content: Mapped[str] = mapped_column(Text)


class TableAgreement(Base):
    """An agreement of a meeting, with the institution that answers for it."""

    __tablename__ = "table_agreements"
    __table_args__ = (
        UniqueConstraint("meeting_id", "number"),
        Index("ix_table_agreements_institution_id", "institution_id"),
        Index("ix_table_agreements_status_due_on", "status", "due_on"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[str] = mapped_column(String(UID_LENGTH), unique=True, default=new_uid)
    meeting_id: Mapped[int] = mapped_column(ForeignKey("table_meetings.id", ondelete="RESTRICT"))
    number: Mapped[int]
    institution_id: Mapped[int] = mapped_column(ForeignKey("institutions.id", ondelete="RESTRICT"))
    status: Mapped[AgreementStatus] = mapped_column(choice(AgreementStatus, "agreement_status"))
    due_on: Mapped[date]
    content: Mapped[str] = mapped_column(Text)

    meeting: Mapped[TableMeeting] = relationship()
    institution: Mapped[Institution] = relationship()


class TableFile(Base):
    """A stored file that minutes or an answer to an agreement stand on."""

    __tablename__ = "table_files"
    __table_args__ = (
        CheckConstraint("(meeting_id IS NULL) <> (agreement_id IS NULL)", name="of_one_thing"),
        Index("ix_table_files_sha256", "sha256"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[str] = mapped_column(String(UID_LENGTH), unique=True, default=new_uid)
    meeting_id: Mapped[int | None] = mapped_column(ForeignKey("table_meetings.id", ondelete="RESTRICT"))
    agreement_id: Mapped[int | None] = mapped_column(ForeignKey("table_agreements.id", ondelete="RESTRICT"))
    sha256: Mapped[str] = mapped_column(ForeignKey("stored_files.sha256", ondelete="RESTRICT"))
    filename: Mapped[str] = mapped_column(Text)
    author_uid: Mapped[str] = mapped_column(String(32))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)

    meeting: Mapped[TableMeeting | None] = relationship()
    agreement: Mapped[TableAgreement | None] = relationship()


class Attendee(Base):
    """Somebody who came to a meeting: a person's name, never public; a later list replaces an earlier one."""

    __tablename__ = "table_attendees"
    __table_args__ = (Index("ix_table_attendees_meeting_id", "meeting_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    meeting_id: Mapped[int] = mapped_column(ForeignKey("table_meetings.id", ondelete="RESTRICT"))
    person: Mapped[str] = mapped_column(Text)
    organisation: Mapped[str] = mapped_column(Text)
    institution_id: Mapped[int | None] = mapped_column(ForeignKey("institutions.id", ondelete="RESTRICT"))
    sector: Mapped[Sector] = mapped_column(choice(Sector, "attendee_sector"))
    recorded_seq: Mapped[int] = mapped_column(BigInteger, ForeignKey("audit_events.seq", ondelete="RESTRICT"))
    replaced_seq: Mapped[int | None] = mapped_column(
        BigInteger, ForeignKey("audit_events.seq", ondelete="RESTRICT")
    )


class AgreementFlag(Base):
    """An agreement found overdue; opened, counted and closed by `flag-agreements-and-observations`."""

    __tablename__ = "agreement_flags"
    __table_args__ = (
        UniqueConstraint("agreement_id", "due_on"),
        Index(
            "ix_agreement_flags_open",
            "agreement_id",
            sqlite_where=text("closed_on IS NULL"),
            postgresql_where=text("closed_on IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    agreement_id: Mapped[int] = mapped_column(ForeignKey("table_agreements.id", ondelete="RESTRICT"))
    due_on: Mapped[date]
    opened_on: Mapped[date]
    closed_on: Mapped[date | None]
    days_late: Mapped[int] = mapped_column(default=0)
    counted_on: Mapped[date]

    agreement: Mapped[TableAgreement] = relationship()
