"""Tokens of other systems, and the answers to their requests."""

import sqlalchemy as sa
from alembic import op

import tracker.models.types

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def _instant(name: str, nullable: bool = True) -> sa.Column:
    return sa.Column(name, tracker.models.types.UtcDateTime(), nullable=nullable)


def _to(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        [column], [f"{target}.id"], name=op.f(f"fk_{table}_{column}_{target}"), ondelete="RESTRICT"
    )


def upgrade() -> None:
    op.create_table(
        "api_tokens",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=tracker.models.types.UID_LENGTH), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("institution_id", sa.Integer(), nullable=True),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("scopes", sa.JSON(), nullable=False),
        sa.Column("prefix", sa.String(length=16), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        _instant("created_at", nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=False),
        _instant("last_used_at"),
        _instant("revoked_at"),
        sa.Column("revoked_because", sa.String(length=24), server_default="", nullable=False),
        sa.CheckConstraint("name <> ''", name=op.f("ck_api_tokens_is_named")),
        sa.CheckConstraint(
            "(revoked_at IS NULL) = (revoked_because = '')", name=op.f("ck_api_tokens_end_has_reason")
        ),
        _to("api_tokens", "user_id", "users"),
        _to("api_tokens", "institution_id", "institutions"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_tokens")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_api_tokens_token_hash")),
        sa.UniqueConstraint("uid", name=op.f("uq_api_tokens_uid")),
    )
    op.create_index("ix_api_tokens_user_id", "api_tokens", ["user_id"])
    op.create_index("ix_api_tokens_institution_id", "api_tokens", ["institution_id"])
    op.create_table(
        "api_requests",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("answer", sa.JSON(), nullable=False),
        _instant("created_at", nullable=False),
        _to("api_requests", "token_id", "api_tokens"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_requests")),
        sa.UniqueConstraint("token_id", "key", name=op.f("uq_api_requests_token_id_key")),
    )
    op.create_index("ix_api_requests_created_at", "api_requests", ["created_at"])


def downgrade() -> None:
    op.drop_table("api_requests")
    op.drop_table("api_tokens")
