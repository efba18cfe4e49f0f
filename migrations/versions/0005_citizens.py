"""Citizens: observations with their replies, subscriptions, their letters, and headers of outgoing mail."""

import sqlalchemy as sa
from alembic import op

import tracker.models.types

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

SUBJECTS = ("plan", "commitment", "milestone", "activity", "institution", "report", "page")
TABLES = ("public_attempts", "citizen_letters", "subscriptions", "observations")
# Whole on both databases; a batch would rebuild the table of mails.
HEADERS = "JSON DEFAULT '{}' NOT NULL"


def _choice(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=32)


def _refers(table: str, column: str, to: str) -> sa.ForeignKeyConstraint:
    other = to.partition(".")[0]
    return sa.ForeignKeyConstraint(
        [column], [to], name=op.f(f"fk_{table}_{column}_{other}"), ondelete="RESTRICT"
    )


def _instant(name: str, nullable: bool = True) -> sa.Column:
    return sa.Column(name, tracker.models.types.UtcDateTime(), nullable=nullable)


def _text(name: str, length: int | None = None) -> sa.Column:
    return sa.Column(name, sa.String(length=length) if length else sa.Text(), nullable=False)


def upgrade() -> None:
    op.execute(f"ALTER TABLE outbox_mails ADD COLUMN headers {HEADERS}")
    _observations()
    _subscriptions()
    _letters()
    op.create_table(
        "public_attempts",
        sa.Column("id", sa.Integer(), nullable=False),
        _text("address", 64),
        _text("email", 64),
        _instant("at", nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_public_attempts")),
    )
    op.create_index("ix_public_attempts_address_at", "public_attempts", ["address", "at"])
    op.create_index("ix_public_attempts_email_at", "public_attempts", ["email", "at"])


def _observations() -> None:
    op.create_table(
        "observations",
        sa.Column("id", sa.Integer(), nullable=False),
        _text("uid", 22),
        sa.Column("subject_kind", _choice("observed_kind", *SUBJECTS), nullable=False),
        _text("subject_uid", 45),
        sa.Column("kind", _choice("observation_kind", "observation", "correction"), nullable=False),
        _text("name", 80),
        _text("email", 254),
        _text("text"),
        _text("language", 8),
        sa.Column(
            "status",
            _choice("observation_status", "unconfirmed", "waiting", "published", "rejected"),
            nullable=False,
        ),
        _instant("created_at", nullable=False),
        _instant("asked_at", nullable=False),
        _instant("confirmed_at"),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("overdue_on", sa.Date(), nullable=True),
        _instant("decided_at"),
        _text("decided_by_uid", 32),
        sa.Column(
            "rejection",
            _choice("rejection", "personal_data", "offensive", "off_topic", "repeated", "spam"),
            nullable=True,
        ),
        sa.Column("institution_id", sa.Integer(), nullable=True),
        _text("draft"),
        _instant("drafted_at"),
        _text("drafted_by_uid", 32),
        _text("reply"),
        sa.Column(
            "outcome", _choice("observation_outcome", "accepted", "not_accepted", "noted"), nullable=True
        ),
        _instant("replied_at"),
        _text("replied_by_uid", 32),
        _text("replied_label"),
        sa.Column("replied_seq", sa.BigInteger(), nullable=True),
        sa.Column("recorded_seq", sa.BigInteger(), nullable=False),
        _instant("erased_at"),
        sa.CheckConstraint(
            "text <> '' OR erased_at IS NOT NULL", name=op.f("ck_observations_says_something")
        ),
        sa.CheckConstraint(
            "status = 'unconfirmed' OR (confirmed_at IS NOT NULL AND due_on IS NOT NULL)",
            name=op.f("ck_observations_confirmed_first"),
        ),
        sa.CheckConstraint(
            "status NOT IN ('published','rejected') OR (decided_at IS NOT NULL AND decided_by_uid <> '')",
            name=op.f("ck_observations_moderated_by_somebody"),
        ),
        sa.CheckConstraint(
            "(status = 'rejected') = (rejection IS NOT NULL)", name=op.f("ck_observations_rejected_why")
        ),
        sa.CheckConstraint(
            "(replied_at IS NULL AND reply = '' AND outcome IS NULL) OR "
            "(replied_at IS NOT NULL AND reply <> '' AND outcome IS NOT NULL AND status = 'published')",
            name=op.f("ck_observations_reply_is_whole"),
        ),
        _refers("observations", "institution_id", "institutions.id"),
        _refers("observations", "replied_seq", "audit_events.seq"),
        _refers("observations", "recorded_seq", "audit_events.seq"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_observations")),
        sa.UniqueConstraint("uid", name=op.f("uq_observations_uid")),
    )
    op.create_index("ix_observations_subject_uid_status", "observations", ["subject_uid", "status"])
    op.create_index("ix_observations_status_due_on", "observations", ["status", "due_on"])
    op.create_index("ix_observations_email", "observations", ["email"])


def _subscriptions() -> None:
    op.create_table(
        "subscriptions",
        sa.Column("id", sa.Integer(), nullable=False),
        _text("uid", 22),
        _text("email", 254),
        sa.Column("subject_kind", _choice("followed_kind", *SUBJECTS), nullable=False),
        _text("subject_uid", 45),
        _text("language", 8),
        sa.Column("status", _choice("subscription_status", "unconfirmed", "active", "ended"), nullable=False),
        _instant("created_at", nullable=False),
        _instant("asked_at", nullable=False),
        _instant("confirmed_at"),
        _instant("ended_at"),
        sa.Column("told_seq", sa.BigInteger(), nullable=True),
        sa.Column("recorded_seq", sa.BigInteger(), nullable=False),
        _instant("erased_at"),
        sa.CheckConstraint(
            "status <> 'active' OR (email <> '' AND told_seq IS NOT NULL)",
            name=op.f("ck_subscriptions_active_is_whole"),
        ),
        sa.CheckConstraint(
            "(status = 'ended') = (ended_at IS NOT NULL)", name=op.f("ck_subscriptions_ended_when")
        ),
        _refers("subscriptions", "recorded_seq", "audit_events.seq"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_subscriptions")),
        sa.UniqueConstraint("uid", name=op.f("uq_subscriptions_uid")),
    )
    live = sa.text("status <> 'ended'")
    op.create_index(
        "uq_subscriptions_live",
        "subscriptions",
        ["email", "subject_kind", "subject_uid"],
        unique=True,
        sqlite_where=live,
        postgresql_where=live,
    )
    op.create_index("ix_subscriptions_status", "subscriptions", ["status"])


def _letters() -> None:
    op.create_table(
        "citizen_letters",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            _choice(
                "letter_kind",
                "confirm_observation",
                "observation_published",
                "observation_rejected",
                "observation_replied",
                "confirm_subscription",
                "already_followed",
            ),
            nullable=False,
        ),
        sa.Column("observation_id", sa.Integer(), nullable=True),
        sa.Column("subscription_id", sa.Integer(), nullable=True),
        _instant("created_at", nullable=False),
        sa.Column("mail_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "(observation_id IS NULL) <> (subscription_id IS NULL)",
            name=op.f("ck_citizen_letters_about_one_thing"),
        ),
        _refers("citizen_letters", "observation_id", "observations.id"),
        _refers("citizen_letters", "subscription_id", "subscriptions.id"),
        _refers("citizen_letters", "mail_id", "outbox_mails.id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_citizen_letters")),
    )
    unwritten = sa.text("mail_id IS NULL")
    op.create_index(
        "ix_citizen_letters_unwritten",
        "citizen_letters",
        ["id"],
        sqlite_where=unwritten,
        postgresql_where=unwritten,
    )


def downgrade() -> None:
    for table in TABLES:
        op.drop_table(table)
    op.execute("ALTER TABLE outbox_mails DROP COLUMN headers")
