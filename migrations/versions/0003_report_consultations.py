"""Consultations on compiled reports: periods, comments and answers that are kept for good."""

import sqlalchemy as sa
from alembic import op

import tracker.models.types
from tracker.models.triggers import drop_triggers, install_triggers

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

APPEND_ONLY = {
    "report_comments": ("UPDATE", "DELETE"),
    "report_comment_answers": ("UPDATE", "DELETE"),
}
ROLES = ("admin", "contact_point", "liaison", "institution_head", "table_member", "auditor")
OUTCOMES = ("accepted", "not_accepted", "noted")


def _choice(name: str, values: tuple[str, ...]) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=32)


def _refers(table: str, column: str, to: str) -> sa.ForeignKeyConstraint:
    other = to.partition(".")[0]
    return sa.ForeignKeyConstraint(
        [column], [to], name=op.f(f"fk_{table}_{column}_{other}"), ondelete="RESTRICT"
    )


def upgrade() -> None:
    op.create_table(
        "report_consultations",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=22), nullable=False),
        sa.Column("report_id", sa.Integer(), nullable=False),
        sa.Column("opened_at", tracker.models.types.UtcDateTime(), nullable=False),
        sa.Column("opened_by_uid", sa.String(length=32), nullable=False),
        sa.Column("closes_on", sa.Date(), nullable=False),
        sa.Column("closes_at", tracker.models.types.UtcDateTime(), nullable=False),
        sa.Column("closed_at", tracker.models.types.UtcDateTime(), nullable=True),
        sa.Column("closed_by_uid", sa.String(length=32), nullable=False),
        sa.Column("close_reason", sa.Text(), nullable=False),
        sa.Column("recorded_seq", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "closed_at IS NULL OR (close_reason <> '' AND closed_by_uid <> '')",
            name=op.f("ck_report_consultations_closed_why"),
        ),
        _refers("report_consultations", "report_id", "compiled_reports.id"),
        _refers("report_consultations", "recorded_seq", "audit_events.seq"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_consultations")),
        sa.UniqueConstraint("uid", name=op.f("uq_report_consultations_uid")),
    )
    op.create_index("ix_report_consultations_report_id", "report_consultations", ["report_id"])
    op.create_table(
        "report_comments",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=22), nullable=False),
        sa.Column("consultation_id", sa.Integer(), nullable=False),
        sa.Column("item_uid", sa.String(length=22), nullable=False),
        sa.Column("item_label", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("author_user_id", sa.Integer(), nullable=False),
        sa.Column("actor_uid", sa.String(length=32), nullable=False),
        sa.Column("actor_role", _choice("commenting_role", ROLES), nullable=False),
        sa.Column("actor_label", sa.Text(), nullable=False),
        sa.Column("at", tracker.models.types.UtcDateTime(), nullable=False),
        sa.Column("recorded_seq", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("text <> ''", name=op.f("ck_report_comments_says_something")),
        _refers("report_comments", "consultation_id", "report_consultations.id"),
        _refers("report_comments", "author_user_id", "users.id"),
        _refers("report_comments", "recorded_seq", "audit_events.seq"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_comments")),
        sa.UniqueConstraint("uid", name=op.f("uq_report_comments_uid")),
    )
    op.create_index("ix_report_comments_consultation_id", "report_comments", ["consultation_id"])
    op.create_table(
        "report_comment_answers",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=22), nullable=False),
        sa.Column("comment_id", sa.Integer(), nullable=False),
        sa.Column("outcome", _choice("comment_outcome", OUTCOMES), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("actor_uid", sa.String(length=32), nullable=False),
        sa.Column("at", tracker.models.types.UtcDateTime(), nullable=False),
        sa.Column("recorded_seq", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("reason <> ''", name=op.f("ck_report_comment_answers_reason_given")),
        _refers("report_comment_answers", "comment_id", "report_comments.id"),
        _refers("report_comment_answers", "recorded_seq", "audit_events.seq"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_comment_answers")),
        sa.UniqueConstraint("uid", name=op.f("uq_report_comment_answers_uid")),
        sa.UniqueConstraint("comment_id", name=op.f("uq_report_comment_answers_comment_id")),
    )
    install_triggers(op.get_bind(), APPEND_ONLY)


def downgrade() -> None:
    drop_triggers(op.get_bind(), APPEND_ONLY)
    op.drop_table("report_comment_answers")
    op.drop_index("ix_report_comments_consultation_id", "report_comments")
    op.drop_table("report_comments")
    op.drop_index("ix_report_consultations_report_id", "report_consultations")
    op.drop_table("report_consultations")
