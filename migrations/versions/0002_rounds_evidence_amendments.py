"""Reporting rounds, versions and redactions of evidence, itemised quantities, amendments."""

import sqlalchemy as sa
from alembic import op

import tracker.models.types
from tracker.models.triggers import forbid_replacing

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

# What was append-only by then.
APPEND_ONLY = {
    "audit_events": ("UPDATE", "DELETE"),
    "audit_payloads": ("UPDATE",),
    "report_events": ("UPDATE", "DELETE"),
    "fact_versions": ("UPDATE", "DELETE"),
}
# One by one in plain SQL, alike on both databases: a batch would rebuild the table on SQLite, which drops the
# triggers of what is append-only and trips over what refers to it.
NEW_COLUMNS = (
    ("evidence", "resolution_number", "VARCHAR(120) DEFAULT '' NOT NULL"),
    ("evidence", "resolution_authority", "TEXT DEFAULT '' NOT NULL"),
    ("evidence", "resolution_on", "DATE"),
    ("evidence", "reserved_until", "DATE"),
    ("evidence", "thread_uid", "VARCHAR(22) DEFAULT '' NOT NULL"),
    ("evidence", "version", "INTEGER DEFAULT 1 NOT NULL"),
    (
        "progress_reports",
        "obstacle_kind",
        "VARCHAR(32) CONSTRAINT ck_progress_reports_obstacle_kind "
        "CHECK (obstacle_kind IN ('funds', 'legal', 'staff', 'third_party', 'other'))",
    ),
    ("progress_reports", "letter_number", "VARCHAR(120) DEFAULT '' NOT NULL"),
    (
        "progress_reports",
        "letter_on",
        "DATE CONSTRAINT ck_progress_reports_letter_is_named "
        "CHECK (origin <> 'letter' OR (letter_number <> '' AND letter_on IS NOT NULL))",
    ),
    ("progress_reports", "request_key", "VARCHAR(80)"),
    ("report_events", "comment_field", "VARCHAR(24) DEFAULT '' NOT NULL"),
    ("report_events", "evidence_reasons", "JSON DEFAULT '{}' NOT NULL"),
    ("reschedulings", "resolution_number", "VARCHAR(120) DEFAULT '' NOT NULL"),
    ("reschedulings", "is_withdrawn", "BOOLEAN DEFAULT false NOT NULL"),
)
ONE_DRAFT = (
    (
        "uq_progress_reports_draft_whole",
        ["node_id", "institution_id"],
        "status = 'draft' AND origin <> 'letter' AND origin <> 'import' AND occurrence IS NULL",
    ),
    (
        "uq_progress_reports_draft_occurrence",
        ["node_id", "institution_id", "occurrence"],
        "status = 'draft' AND origin <> 'letter' AND origin <> 'import'",
    ),
)


def upgrade() -> None:
    op.create_table(
        "amendments",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=22), nullable=False),
        sa.Column("plan_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=True),
        sa.Column(
            "status",
            sa.Enum(
                "draft",
                "approved",
                "discarded",
                name="amendment_status",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("resolution", sa.Text(), nullable=False),
        sa.Column("effective_on", sa.Date(), nullable=True),
        sa.Column("prepared_by_uid", sa.String(length=32), nullable=False),
        sa.Column("prepared_at", tracker.models.types.UtcDateTime(), nullable=False),
        sa.Column("approved_by_uid", sa.String(length=32), nullable=False),
        sa.Column("approved_name", sa.Text(), nullable=False),
        sa.Column("approved_at", tracker.models.types.UtcDateTime(), nullable=True),
        sa.Column("recorded_seq", sa.BigInteger(), nullable=True),
        sa.Column("lock_version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "status <> 'approved' OR (number IS NOT NULL AND reason <> '' AND approved_name <> '' "
            "AND approved_at IS NOT NULL AND effective_on IS NOT NULL AND recorded_seq IS NOT NULL)",
            name=op.f("ck_amendments_approved_is_whole"),
        ),
        sa.ForeignKeyConstraint(
            ["plan_id"], ["plan_nodes.id"], name=op.f("fk_amendments_plan_id_plan_nodes"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_amendments")),
        sa.UniqueConstraint("plan_id", "number", name=op.f("uq_amendments_plan_id_number")),
        sa.UniqueConstraint("uid", name=op.f("uq_amendments_uid")),
    )
    op.create_table(
        "renditions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("source_sha256", sa.String(length=64), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "preview",
                "thumbnail",
                "public_copy",
                name="rendition_kind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("page", sa.Integer(), nullable=False),
        sa.Column("pages", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("created_at", tracker.models.types.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["sha256"],
            ["stored_files.sha256"],
            name=op.f("fk_renditions_sha256_stored_files"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["source_sha256"],
            ["stored_files.sha256"],
            name=op.f("fk_renditions_source_sha256_stored_files"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_renditions")),
        sa.UniqueConstraint(
            "source_sha256", "kind", "page", name=op.f("uq_renditions_source_sha256_kind_page")
        ),
    )
    op.create_table(
        "reporting_calendars",
        sa.Column("plan_id", sa.Integer(), nullable=False),
        sa.Column("every_months", sa.Integer(), nullable=False),
        sa.Column("opens_after_days", sa.Integer(), nullable=False),
        sa.Column("due_after_days", sa.Integer(), nullable=False),
        sa.Column("review_days", sa.Integer(), nullable=False),
        sa.Column("changed_at", tracker.models.types.UtcDateTime(), nullable=False),
        sa.Column("recorded_seq", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "due_after_days <= opens_after_days", name=op.f("ck_reporting_calendars_no_overlap")
        ),
        sa.CheckConstraint(
            "every_months IN (1, 2, 3, 4, 6)", name=op.f("ck_reporting_calendars_known_rhythm")
        ),
        sa.CheckConstraint("review_days > 0", name=op.f("ck_reporting_calendars_review_takes_days")),
        sa.ForeignKeyConstraint(
            ["plan_id"],
            ["plan_nodes.id"],
            name=op.f("fk_reporting_calendars_plan_id_plan_nodes"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("plan_id", name=op.f("pk_reporting_calendars")),
    )
    op.create_table(
        "reporting_rounds",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=22), nullable=False),
        sa.Column("plan_id", sa.Integer(), nullable=False),
        sa.Column("period_start", sa.Date(), nullable=False),
        sa.Column("period_end", sa.Date(), nullable=False),
        sa.Column("opens_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("opened_at", tracker.models.types.UtcDateTime(), nullable=False),
        sa.Column("recorded_seq", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("opens_on <= due_on", name=op.f("ck_reporting_rounds_opens_before_due")),
        sa.CheckConstraint("period_start <= period_end", name=op.f("ck_reporting_rounds_days_in_order")),
        sa.ForeignKeyConstraint(
            ["plan_id"],
            ["plan_nodes.id"],
            name=op.f("fk_reporting_rounds_plan_id_plan_nodes"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reporting_rounds")),
        sa.UniqueConstraint(
            "plan_id",
            "period_start",
            name=op.f("uq_reporting_rounds_plan_id_period_start"),
        ),
        sa.UniqueConstraint("uid", name=op.f("uq_reporting_rounds_uid")),
    )
    op.create_table(
        "amendment_changes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("amendment_id", sa.Integer(), nullable=False),
        sa.Column("node_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "text",
                "roles",
                "withdrawal",
                name="amendment_kind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("field", sa.String(length=40), nullable=False),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.Column("after", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["amendment_id"],
            ["amendments.id"],
            name=op.f("fk_amendment_changes_amendment_id_amendments"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["node_id"],
            ["plan_nodes.id"],
            name=op.f("fk_amendment_changes_node_id_plan_nodes"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_amendment_changes")),
        sa.UniqueConstraint(
            "amendment_id", "node_id", "field", name=op.f("uq_amendment_changes_amendment_id_node_id_field")
        ),
    )
    with op.batch_alter_table("amendment_changes", schema=None) as batch_op:
        batch_op.create_index("ix_amendment_changes_node_id", ["node_id"], unique=False)

    op.create_table(
        "round_items",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("node_id", sa.Integer(), nullable=False),
        sa.Column("institution_id", sa.Integer(), nullable=False),
        sa.Column("occurrence", sa.String(length=16), nullable=False),
        sa.ForeignKeyConstraint(
            ["institution_id"],
            ["institutions.id"],
            name=op.f("fk_round_items_institution_id_institutions"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["node_id"],
            ["plan_nodes.id"],
            name=op.f("fk_round_items_node_id_plan_nodes"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["round_id"],
            ["reporting_rounds.id"],
            name=op.f("fk_round_items_round_id_reporting_rounds"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_round_items")),
        sa.UniqueConstraint(
            "round_id",
            "institution_id",
            "node_id",
            "occurrence",
            name=op.f("uq_round_items_round_id_institution_id_node_id_occurrence"),
        ),
    )
    with op.batch_alter_table("round_items", schema=None) as batch_op:
        batch_op.create_index(
            "ix_round_items_node_id_institution_id", ["node_id", "institution_id"], unique=False
        )

    op.create_table(
        "round_answers",
        sa.Column("report_id", sa.Integer(), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("answered_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["report_id"],
            ["progress_reports.id"],
            name=op.f("fk_round_answers_report_id_progress_reports"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["round_id"],
            ["reporting_rounds.id"],
            name=op.f("fk_round_answers_round_id_reporting_rounds"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("report_id", name=op.f("pk_round_answers")),
    )
    op.create_index("ix_round_answers_round_id", "round_answers", ["round_id"])
    op.create_table(
        "report_openings",
        sa.Column("report_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("lock_version", sa.Integer(), nullable=False),
        sa.Column("opened_at", tracker.models.types.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["report_id"],
            ["progress_reports.id"],
            name=op.f("fk_report_openings_report_id_progress_reports"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_report_openings_user_id_users"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("report_id", "user_id", "lock_version", name=op.f("pk_report_openings")),
    )
    op.create_table(
        "evidence_redactions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=22), nullable=False),
        sa.Column("evidence_id", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("filename", sa.Text(), nullable=False),
        sa.Column("author_uid", sa.String(length=32), nullable=False),
        sa.Column("created_at", tracker.models.types.UtcDateTime(), nullable=False),
        sa.Column("recorded_seq", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["evidence_id"],
            ["evidence.id"],
            name=op.f("fk_evidence_redactions_evidence_id_evidence"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["sha256"],
            ["stored_files.sha256"],
            name=op.f("fk_evidence_redactions_sha256_stored_files"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evidence_redactions")),
        sa.UniqueConstraint("uid", name=op.f("uq_evidence_redactions_uid")),
    )
    with op.batch_alter_table("evidence_redactions", schema=None) as batch_op:
        batch_op.create_index("ix_evidence_redactions_evidence_id", ["evidence_id"], unique=False)

    op.create_table(
        "report_quantities",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("report_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("quantity", tracker.models.types.Scaled(), nullable=False),
        sa.Column("delivered_on", sa.Date(), nullable=True),
        sa.Column("evidence_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("label <> ''", name=op.f("ck_report_quantities_is_named")),
        sa.CheckConstraint("quantity >= 0", name=op.f("ck_report_quantities_quantity_not_negative")),
        sa.ForeignKeyConstraint(
            ["evidence_id"],
            ["evidence.id"],
            name=op.f("fk_report_quantities_evidence_id_evidence"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["report_id"],
            ["progress_reports.id"],
            name=op.f("fk_report_quantities_report_id_progress_reports"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_quantities")),
        sa.UniqueConstraint(
            "report_id",
            "position",
            name=op.f("uq_report_quantities_report_id_position"),
        ),
    )
    for table, column, definition in NEW_COLUMNS:
        op.execute(f"ALTER TABLE {table} ADD COLUMN {column} {definition}")
    op.execute("UPDATE evidence SET thread_uid = uid")
    op.create_index("ix_evidence_thread_uid", "evidence", ["thread_uid"])
    for name, columns, where in ONE_DRAFT:
        op.create_index(
            name,
            "progress_reports",
            columns,
            unique=True,
            sqlite_where=sa.text(where),
            postgresql_where=sa.text(where),
        )
    if op.get_bind().dialect.name == "sqlite":
        forbid_replacing(op.get_bind(), APPEND_ONLY)


def downgrade() -> None:
    for name, _columns, _where in ONE_DRAFT:
        op.drop_index(name, "progress_reports")
    op.drop_index("ix_evidence_thread_uid", "evidence")
    for table, column, _definition in reversed(NEW_COLUMNS):
        op.execute(f"ALTER TABLE {table} DROP COLUMN {column}")
    op.drop_table("report_quantities")
    with op.batch_alter_table("evidence_redactions", schema=None) as batch_op:
        batch_op.drop_index("ix_evidence_redactions_evidence_id")

    op.drop_table("evidence_redactions")
    op.drop_table("report_openings")
    op.drop_index("ix_round_answers_round_id", "round_answers")
    op.drop_table("round_answers")
    with op.batch_alter_table("round_items", schema=None) as batch_op:
        batch_op.drop_index("ix_round_items_node_id_institution_id")

    op.drop_table("round_items")
    with op.batch_alter_table("amendment_changes", schema=None) as batch_op:
        batch_op.drop_index("ix_amendment_changes_node_id")

    op.drop_table("amendment_changes")
    op.drop_table("reporting_rounds")
    op.drop_table("reporting_calendars")
    op.drop_table("renditions")
    op.drop_table("amendments")
