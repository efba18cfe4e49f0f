"""The technical table: seats, meetings, agreements, files, who came, and flags of what is late."""

import sqlalchemy as sa
from alembic import op

import tracker.models.types

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

SECTORS = ("public", "local_government", "civil_society", "private", "academia", "multilateral")
TABLES = (
    "agreement_flags",
    "table_attendees",
    "table_files",
    "table_agreements",
    "table_meetings",
    "table_seats",
)


def _choice(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=32)


def _table(name: str, *parts: "sa.Column | sa.Constraint") -> None:
    """A table with its integer key."""
    key = sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{name}"))
    op.create_table(name, sa.Column("id", sa.Integer(), nullable=False), *parts, key)


def _subject(name: str, *parts: "sa.Column | sa.Constraint") -> None:
    """A table whose rows have a public id and a content."""
    unique = sa.UniqueConstraint("uid", name=op.f(f"uq_{name}_uid"))
    _table(name, _text("uid", 22), *parts, _text("content"), unique)


def _text(name: str, length: int | None = None) -> sa.Column:
    return sa.Column(name, sa.String(length=length) if length else sa.Text(), nullable=False)


def _number(name: str, nullable: bool = False) -> sa.Column:
    return sa.Column(name, sa.Integer(), nullable=nullable)


def _day(name: str, nullable: bool = False) -> sa.Column:
    return sa.Column(name, sa.Date(), nullable=nullable)


def _refers(table: str, column: str, to: str) -> sa.ForeignKeyConstraint:
    other = to.partition(".")[0]
    return sa.ForeignKeyConstraint(
        [column], [to], name=op.f(f"fk_{table}_{column}_{other}"), ondelete="RESTRICT"
    )


def upgrade() -> None:
    _subject(
        "table_seats",
        _number("institution_id", nullable=True),
        _text("person"),
        sa.CheckConstraint(
            "institution_id IS NOT NULL OR person <> ''", name=op.f("ck_table_seats_somebody_sits")
        ),
        _refers("table_seats", "institution_id", "institutions.id"),
    )
    op.create_index("ix_table_seats_institution_id", "table_seats", ["institution_id"])
    _subject(
        "table_meetings",
        _number("number"),
        sa.Column(
            "status", _choice("meeting_status", "planned", "held", "approved", "cancelled"), nullable=False
        ),
        _day("held_on"),
        _number("plan_id", nullable=True),
        _refers("table_meetings", "plan_id", "plan_nodes.id"),
        sa.UniqueConstraint("number", name=op.f("uq_table_meetings_number")),
    )
    op.create_index("ix_table_meetings_held_on", "table_meetings", ["held_on"])
    op.create_index("ix_table_meetings_plan_id", "table_meetings", ["plan_id"])
    _agreements()
    _what_hangs_on_them()


def _agreements() -> None:
    _subject(
        "table_agreements",
        _number("meeting_id"),
        _number("number"),
        _number("institution_id"),
        sa.Column(
            "status", _choice("agreement_status", "pending", "answered", "met", "dropped"), nullable=False
        ),
        _day("due_on"),
        _refers("table_agreements", "meeting_id", "table_meetings.id"),
        _refers("table_agreements", "institution_id", "institutions.id"),
        sa.UniqueConstraint("meeting_id", "number", name=op.f("uq_table_agreements_meeting_id_number")),
    )
    op.create_index("ix_table_agreements_institution_id", "table_agreements", ["institution_id"])
    op.create_index("ix_table_agreements_status_due_on", "table_agreements", ["status", "due_on"])
    _table(
        "agreement_flags",
        _number("agreement_id"),
        _day("due_on"),
        _day("opened_on"),
        _day("closed_on", nullable=True),
        _number("days_late"),
        _day("counted_on"),
        _refers("agreement_flags", "agreement_id", "table_agreements.id"),
        sa.UniqueConstraint("agreement_id", "due_on", name=op.f("uq_agreement_flags_agreement_id_due_on")),
    )
    still_open = sa.text("closed_on IS NULL")
    op.create_index(
        "ix_agreement_flags_open",
        "agreement_flags",
        ["agreement_id"],
        sqlite_where=still_open,
        postgresql_where=still_open,
    )


def _what_hangs_on_them() -> None:
    _table(
        "table_files",
        _text("uid", 22),
        _number("meeting_id", nullable=True),
        _number("agreement_id", nullable=True),
        _text("sha256", 64),
        _text("filename"),
        _text("author_uid", 32),
        sa.Column("created_at", tracker.models.types.UtcDateTime(), nullable=False),
        sa.CheckConstraint(
            "(meeting_id IS NULL) <> (agreement_id IS NULL)", name=op.f("ck_table_files_of_one_thing")
        ),
        _refers("table_files", "meeting_id", "table_meetings.id"),
        _refers("table_files", "agreement_id", "table_agreements.id"),
        _refers("table_files", "sha256", "stored_files.sha256"),
        sa.UniqueConstraint("uid", name=op.f("uq_table_files_uid")),
    )
    op.create_index("ix_table_files_sha256", "table_files", ["sha256"])
    _table(
        "table_attendees",
        _number("meeting_id"),
        _text("person"),
        _text("organisation"),
        _number("institution_id", nullable=True),
        sa.Column("sector", _choice("attendee_sector", *SECTORS), nullable=False),
        sa.Column("recorded_seq", sa.BigInteger(), nullable=False),
        sa.Column("replaced_seq", sa.BigInteger(), nullable=True),
        _refers("table_attendees", "meeting_id", "table_meetings.id"),
        _refers("table_attendees", "institution_id", "institutions.id"),
        _refers("table_attendees", "recorded_seq", "audit_events.seq"),
        _refers("table_attendees", "replaced_seq", "audit_events.seq"),
    )
    op.create_index("ix_table_attendees_meeting_id", "table_attendees", ["meeting_id"])


def downgrade() -> None:
    for table in TABLES:
        op.drop_table(table)
