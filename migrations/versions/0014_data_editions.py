"""Dated editions of the open data, frozen with their hash."""

import sqlalchemy as sa
from alembic import op

import tracker.models.types

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "data_editions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=tracker.models.types.UID_LENGTH), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("made_at", tracker.models.types.UtcDateTime(), nullable=False),
        sa.Column("filename", sa.Text(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("data_sha256", sa.String(length=64), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("files", sa.JSON(), nullable=False),
        sa.Column("recorded_seq", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["recorded_seq"],
            ["audit_events.seq"],
            name=op.f("fk_data_editions_recorded_seq_audit_events"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_data_editions")),
        sa.UniqueConstraint("uid", name=op.f("uq_data_editions_uid")),
        sa.UniqueConstraint("day", name=op.f("uq_data_editions_day")),
    )


def downgrade() -> None:
    op.drop_table("data_editions")
