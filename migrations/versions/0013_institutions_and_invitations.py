"""Institutions that end or merge, parts that they take over, invitations, a plan's own grace days."""

import sqlalchemy as sa
from alembic import op

import tracker.models.types

revision = "0013"
down_revision = "0012"
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
        "institution_endings",
        sa.Column("institution_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("successor_id", sa.Integer(), nullable=True),
        sa.Column("ended_on", sa.Date(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("legal_reference", sa.Text(), nullable=False),
        sa.Column("recorded_seq", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("reason <> ''", name=op.f("ck_institution_endings_has_reason")),
        sa.CheckConstraint(
            "successor_id IS NULL OR successor_id <> institution_id",
            name=op.f("ck_institution_endings_not_into_itself"),
        ),
        _to("institution_endings", "institution_id", "institutions"),
        _to("institution_endings", "successor_id", "institutions"),
        sa.PrimaryKeyConstraint("institution_id", name=op.f("pk_institution_endings")),
    )
    op.create_index("ix_institution_endings_successor_id", "institution_endings", ["successor_id"])
    _create_invitations()
    op.add_column("node_roles", sa.Column("since", sa.Date(), nullable=True))
    op.add_column("node_roles", sa.Column("follows", sa.JSON(), server_default="[]", nullable=False))
    op.add_column("action_plans", sa.Column("grace_days", sa.Integer(), nullable=True))


def _create_invitations() -> None:
    roles = sa.Enum(
        *("admin", "contact_point", "liaison", "institution_head", "table_member", "auditor"),
        name="invited_role",
        native_enum=False,
        create_constraint=True,
        length=32,
    )
    op.create_table(
        "invitations",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=tracker.models.types.UID_LENGTH), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("role", roles, nullable=False),
        sa.Column("institution_uids", sa.JSON(), nullable=False),
        sa.Column("locale", sa.String(length=8), nullable=False),
        sa.Column("serial", sa.Integer(), nullable=False),
        _instant("asked_at", nullable=False),
        _instant("created_at", nullable=False),
        sa.Column("invited_by_uid", sa.String(length=32), nullable=False),
        sa.Column("mail_id", sa.Integer(), nullable=True),
        _instant("revoked_at"),
        _instant("accepted_at"),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("accepted_at IS NULL OR revoked_at IS NULL", name=op.f("ck_invitations_one_end")),
        sa.CheckConstraint(
            "(accepted_at IS NULL) = (user_id IS NULL)", name=op.f("ck_invitations_accepted_has_account")
        ),
        _to("invitations", "mail_id", "outbox_mails"),
        _to("invitations", "user_id", "users"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invitations")),
        sa.UniqueConstraint("uid", name=op.f("uq_invitations_uid")),
    )
    live = sa.text("accepted_at IS NULL AND revoked_at IS NULL")
    op.create_index(
        "uq_invitations_live_email",
        "invitations",
        ["email"],
        unique=True,
        sqlite_where=live,
        postgresql_where=live,
    )


def downgrade() -> None:
    op.drop_column("action_plans", "grace_days")
    op.drop_column("node_roles", "follows")
    op.drop_column("node_roles", "since")
    op.drop_table("invitations")
    op.drop_table("institution_endings")
