"""Addresses of other systems and the messages to them."""

import sqlalchemy as sa
from alembic import op

import tracker.models.types

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

_UID = sa.String(length=tracker.models.types.UID_LENGTH)


def _instant(name: str, nullable: bool = True) -> sa.Column:
    return sa.Column(name, tracker.models.types.UtcDateTime(), nullable=nullable)


def _to(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        [column], [f"{target}.id"], name=op.f(f"fk_{table}_{column}_{target}"), ondelete="RESTRICT"
    )


def _choice(name: str, *words: str) -> sa.Enum:
    return sa.Enum(*words, name=name, native_enum=False, create_constraint=True, length=32)


def upgrade() -> None:
    op.create_table(
        "webhook_endpoints",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", _UID, nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("events", sa.JSON(), nullable=False),
        sa.Column("plan_id", sa.Integer(), nullable=True),
        sa.Column("institution_id", sa.Integer(), nullable=True),
        sa.Column(
            "status", _choice("webhook_status", "active", "paused", "disabled", "removed"), nullable=False
        ),
        sa.Column("disabled_why", sa.String(length=32), nullable=False),
        sa.Column("secret_generation", sa.Integer(), nullable=False),
        sa.Column("secret_hash", sa.String(length=64), nullable=False),
        _instant("previous_until"),
        _instant("failing_since"),
        sa.Column("user_id", sa.Integer(), nullable=False),
        _instant("created_at", nullable=False),
        sa.CheckConstraint("secret_generation > 0", name=op.f("ck_webhook_endpoints_has_a_secret")),
        sa.CheckConstraint(
            "status <> 'disabled' OR disabled_why <> ''", name=op.f("ck_webhook_endpoints_disabled_why")
        ),
        _to("webhook_endpoints", "plan_id", "action_plans"),
        _to("webhook_endpoints", "institution_id", "institutions"),
        _to("webhook_endpoints", "user_id", "users"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webhook_endpoints")),
        sa.UniqueConstraint("uid", name=op.f("uq_webhook_endpoints_uid")),
    )
    _create_deliveries()


def _create_deliveries() -> None:
    op.create_table(
        "webhook_deliveries",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", _UID, nullable=False),
        sa.Column("endpoint_id", sa.Integer(), nullable=False),
        sa.Column("event", sa.String(length=32), nullable=False),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.Column(
            "status",
            _choice("delivery_status", "queued", "delivered", "failed", "cancelled"),
            nullable=False,
        ),
        sa.Column("attempts", sa.Integer(), server_default=sa.text("0"), nullable=False),
        _instant("next_attempt_at", nullable=False),
        _instant("attempted_at"),
        sa.Column("outcome", sa.String(length=32), nullable=False),
        sa.Column("http_status", sa.Integer(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        _instant("created_at", nullable=False),
        _instant("delivered_at"),
        _to("webhook_deliveries", "endpoint_id", "webhook_endpoints"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webhook_deliveries")),
        sa.UniqueConstraint("uid", name=op.f("uq_webhook_deliveries_uid")),
    )
    op.create_index("ix_webhook_deliveries_status", "webhook_deliveries", ["status", "next_attempt_at"])
    op.create_index("ix_webhook_deliveries_endpoint_id", "webhook_deliveries", ["endpoint_id", "id"])


def downgrade() -> None:
    op.drop_table("webhook_deliveries")
    op.drop_table("webhook_endpoints")
