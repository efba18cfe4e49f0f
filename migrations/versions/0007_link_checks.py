"""Links of evidence as they were last looked at; when stored bytes were last held against their hash."""

import sqlalchemy as sa
from alembic import op

import tracker.models.types

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

OUTCOMES = (
    "answers",
    "closed",
    "not_found",
    "broken",
    "no_host",
    "no_answer",
    "too_slow",
    "bad_certificate",
    "too_many_redirects",
    "not_public",
)


def _choice(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=32)


def upgrade() -> None:
    op.create_table(
        "link_checks",
        sa.Column("url_hash", sa.String(length=64), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("checked_at", tracker.models.types.UtcDateTime(), nullable=False),
        sa.Column("outcome", _choice("link_outcome", *OUTCOMES), nullable=False),
        sa.Column("http_status", sa.Integer(), nullable=False),
        sa.Column("final_url", sa.Text(), nullable=False),
        sa.Column("next_on", sa.Date(), nullable=False),
        sa.Column("failing_since", sa.Date(), nullable=True),
        sa.Column("failed_days", sa.Integer(), nullable=False),
        sa.Column("last_failed_on", sa.Date(), nullable=True),
        sa.Column("down_since", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "(failed_days = 0) = (failing_since IS NULL)", name=op.f("ck_link_checks_failing_since_a_day")
        ),
        sa.CheckConstraint(
            "down_since IS NULL OR failing_since IS NOT NULL", name=op.f("ck_link_checks_down_is_failing")
        ),
        sa.PrimaryKeyConstraint("url_hash", name=op.f("pk_link_checks")),
    )
    op.create_index("ix_link_checks_url", "link_checks", ["url"], postgresql_using="hash")
    op.create_index("ix_link_checks_next_on", "link_checks", ["next_on"])
    op.create_table(
        "file_checks",
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("verified_at", tracker.models.types.UtcDateTime(), nullable=False),
        sa.Column("damage", _choice("file_damage", "missing", "changed"), nullable=True),
        sa.ForeignKeyConstraint(
            ["sha256"],
            ["stored_files.sha256"],
            name=op.f("fk_file_checks_sha256_stored_files"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_file_checks")),
    )
    op.create_index("ix_file_checks_verified_at", "file_checks", ["verified_at"])


def downgrade() -> None:
    op.drop_table("file_checks")
    op.drop_table("link_checks")
