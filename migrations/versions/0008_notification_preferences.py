"""How each person is told: their rhythm, and the private address of their calendar."""

import sqlalchemy as sa
from alembic import op

import tracker.models.types

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def _instant(name: str, nullable: bool = True) -> sa.Column:
    return sa.Column(name, tracker.models.types.UtcDateTime(), nullable=nullable)


def _person(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["user_id"], ["users.id"], name=op.f(f"fk_{table}_user_id_users"), ondelete="RESTRICT"
    )


def upgrade() -> None:
    digests = sa.Enum(
        "daily", "weekly", "never", name="digest", native_enum=False, create_constraint=True, length=32
    )
    op.create_table(
        "notification_preferences",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("digest", digests, nullable=False),
        sa.Column("hour", sa.Integer(), nullable=False),
        sa.Column("weekday", sa.Integer(), nullable=False),
        sa.Column("quiet_from", sa.Integer(), nullable=True),
        sa.Column("quiet_until", sa.Integer(), nullable=True),
        _instant("next_digest_at", nullable=False),
        sa.CheckConstraint("hour BETWEEN 0 AND 23", name=op.f("ck_notification_preferences_hour_of_the_day")),
        sa.CheckConstraint(
            "weekday BETWEEN 0 AND 6", name=op.f("ck_notification_preferences_day_of_the_week")
        ),
        sa.CheckConstraint(
            "(quiet_from IS NULL) = (quiet_until IS NULL)"
            " AND (quiet_from IS NULL OR quiet_from BETWEEN 0 AND 23)"
            " AND (quiet_until IS NULL OR quiet_until BETWEEN 0 AND 23)",
            name=op.f("ck_notification_preferences_quiet_hours_whole"),
        ),
        _person("notification_preferences"),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_notification_preferences")),
    )
    op.create_index(
        "ix_notification_preferences_next_digest_at", "notification_preferences", ["next_digest_at"]
    )
    op.create_table(
        "calendar_tokens",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        _instant("created_at", nullable=False),
        _instant("last_used_at"),
        _instant("revoked_at"),
        _person("calendar_tokens"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar_tokens")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_calendar_tokens_token_hash")),
    )
    live = sa.text("revoked_at IS NULL")
    op.create_index(
        "uq_calendar_tokens_live",
        "calendar_tokens",
        ["user_id"],
        unique=True,
        sqlite_where=live,
        postgresql_where=live,
    )


def downgrade() -> None:
    op.drop_table("calendar_tokens")
    op.drop_table("notification_preferences")
