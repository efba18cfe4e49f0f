"""The tables of the main job, with the triggers that keep what is recorded."""

import sqlalchemy as sa
from alembic import op

import tracker.models.types
from tracker.models.triggers import drop_triggers, install_triggers

# revision identifiers, used by Alembic.
revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


APPEND_ONLY = {
    "audit_events": ("UPDATE", "DELETE"),
    "audit_payloads": ("UPDATE",),
    "report_events": ("UPDATE", "DELETE"),
    "fact_versions": ("UPDATE", "DELETE"),
}


def upgrade() -> None:
    op.create_table(
        "audit_events",
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("at", tracker.models.types.UtcDateTime(), nullable=False),
        sa.Column("actor_uid", sa.String(length=32), nullable=False),
        sa.Column("tag", sa.String(length=64), nullable=False),
        sa.Column("subject_kind", sa.String(length=32), nullable=False),
        sa.Column("subject_uid", sa.String(length=64), nullable=False),
        sa.Column("payload_hash", sa.String(length=64), nullable=False),
        sa.Column("previous_hash", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_audit_events")),
        sa.UniqueConstraint("hash", name=op.f("uq_audit_events_hash")),
    )
    with op.batch_alter_table("audit_events", schema=None) as batch_op:
        batch_op.create_index("ix_audit_events_subject_uid", ["subject_uid"], unique=False)

    op.create_table(
        "institutions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=22), nullable=False),
        sa.Column("acronym", sa.String(length=32), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("slug", sa.String(length=120), nullable=False),
        sa.Column(
            "sector",
            sa.Enum(
                "public",
                "local_government",
                "civil_society",
                "private",
                "academia",
                "multilateral",
                name="sector",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("is_group", sa.Boolean(), nullable=False),
        sa.Column("parent_id", sa.Integer(), nullable=True),
        sa.Column("created_at", tracker.models.types.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["parent_id"],
            ["institutions.id"],
            name=op.f("fk_institutions_parent_id_institutions"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_institutions")),
        sa.UniqueConstraint("slug", name=op.f("uq_institutions_slug")),
        sa.UniqueConstraint("uid", name=op.f("uq_institutions_uid")),
    )
    with op.batch_alter_table("institutions", schema=None) as batch_op:
        batch_op.create_index(
            "uq_institutions_acronym",
            ["acronym"],
            unique=True,
            sqlite_where=sa.text("acronym <> ''"),
            postgresql_where=sa.text("acronym <> ''"),
        )

    op.create_table(
        "job_runs",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("job", sa.String(length=64), nullable=False),
        sa.Column("slot", sa.String(length=64), nullable=False),
        sa.Column("for_date", sa.Date(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "requested",
                "running",
                "done",
                "failed",
                name="job_status",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("started_at", tracker.models.types.UtcDateTime(), nullable=False),
        sa.Column("lease_until", tracker.models.types.UtcDateTime(), nullable=False),
        sa.Column("finished_at", tracker.models.types.UtcDateTime(), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("counts", sa.JSON(), nullable=False),
        sa.Column("error", sa.Text(), nullable=False),
        sa.Column("requested_by", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_job_runs")),
        sa.UniqueConstraint("job", "slot", name=op.f("uq_job_runs_job_slot")),
    )
    with op.batch_alter_table("job_runs", schema=None) as batch_op:
        batch_op.create_index("ix_job_runs_started_at", ["started_at"], unique=False)

    op.create_table(
        "plan_nodes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=22), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "plan",
                "axis",
                "commitment",
                "milestone",
                "activity",
                name="node_kind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("parent_id", sa.Integer(), nullable=True),
        sa.Column("plan_id", sa.Integer(), nullable=True),
        sa.Column("commitment_id", sa.Integer(), nullable=True),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("label", sa.String(length=32), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("weight", sa.Numeric(precision=9, scale=4), nullable=False),
        sa.Column(
            "frequency",
            sa.Enum(
                "monthly",
                "bimonthly",
                "quarterly",
                "four_monthly",
                "half_yearly",
                "yearly",
                name="frequency",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column("withdrawn_on", sa.Date(), nullable=True),
        sa.Column("predecessor_id", sa.Integer(), nullable=True),
        sa.Column("field_sources", sa.JSON(), nullable=False),
        sa.CheckConstraint(
            "(kind = 'plan') = (parent_id IS NULL)", name=op.f("ck_plan_nodes_only_plans_are_roots")
        ),
        sa.CheckConstraint("weight > 0", name=op.f("ck_plan_nodes_weight_positive")),
        sa.ForeignKeyConstraint(
            ["commitment_id"],
            ["plan_nodes.id"],
            name=op.f("fk_plan_nodes_commitment_id_plan_nodes"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["parent_id"],
            ["plan_nodes.id"],
            name=op.f("fk_plan_nodes_parent_id_plan_nodes"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["plan_id"], ["plan_nodes.id"], name=op.f("fk_plan_nodes_plan_id_plan_nodes"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["predecessor_id"],
            ["plan_nodes.id"],
            name=op.f("fk_plan_nodes_predecessor_id_plan_nodes"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_nodes")),
        sa.UniqueConstraint("uid", name=op.f("uq_plan_nodes_uid")),
    )
    with op.batch_alter_table("plan_nodes", schema=None) as batch_op:
        batch_op.create_index("ix_plan_nodes_commitment_id", ["commitment_id"], unique=False)
        batch_op.create_index("ix_plan_nodes_parent_id", ["parent_id"], unique=False)
        batch_op.create_index("ix_plan_nodes_plan_id_kind", ["plan_id", "kind"], unique=False)
        batch_op.create_index(
            "uq_plan_nodes_activity_label",
            ["parent_id", "label"],
            unique=True,
            sqlite_where=sa.text("kind = 'activity'"),
            postgresql_where=sa.text("kind = 'activity'"),
        )
        batch_op.create_index(
            "uq_plan_nodes_axis_label",
            ["plan_id", "label"],
            unique=True,
            sqlite_where=sa.text("kind = 'axis'"),
            postgresql_where=sa.text("kind = 'axis'"),
        )
        batch_op.create_index(
            "uq_plan_nodes_commitment_label",
            ["plan_id", "label"],
            unique=True,
            sqlite_where=sa.text("kind = 'commitment'"),
            postgresql_where=sa.text("kind = 'commitment'"),
        )
        batch_op.create_index(
            "uq_plan_nodes_milestone_label",
            ["parent_id", "label"],
            unique=True,
            sqlite_where=sa.text("kind = 'milestone'"),
            postgresql_where=sa.text("kind = 'milestone'"),
        )
        batch_op.create_index(
            "uq_plan_nodes_plan_label",
            ["kind", "label"],
            unique=True,
            sqlite_where=sa.text("kind = 'plan'"),
            postgresql_where=sa.text("kind = 'plan'"),
        )

    op.create_table(
        "sign_in_attempts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("address", sa.String(length=64), nullable=False),
        sa.Column("at", tracker.models.types.UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in_attempts")),
    )
    with op.batch_alter_table("sign_in_attempts", schema=None) as batch_op:
        batch_op.create_index("ix_sign_in_attempts_address_at", ["address", "at"], unique=False)
        batch_op.create_index("ix_sign_in_attempts_email_at", ["email", "at"], unique=False)

    op.create_table(
        "stored_files",
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("media_type", sa.String(length=120), nullable=False),
        sa.Column("created_at", tracker.models.types.UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_stored_files")),
    )
    op.create_table(
        "users",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=22), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column(
            "role",
            sa.Enum(
                "admin",
                "contact_point",
                "liaison",
                "institution_head",
                "table_member",
                "auditor",
                name="account_role",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("password_hash", sa.Text(), nullable=False),
        sa.Column("locale", sa.String(length=8), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("is_demo", sa.Boolean(), nullable=False),
        sa.Column("created_at", tracker.models.types.UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_users")),
        sa.UniqueConstraint("email", name=op.f("uq_users_email")),
        sa.UniqueConstraint("uid", name=op.f("uq_users_uid")),
    )
    op.create_table(
        "action_plans",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "draft",
                "consultation",
                "approved",
                "in_course",
                "closed",
                "archived",
                name="plan_status",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("starts_on", sa.Date(), nullable=True),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("approved_on", sa.Date(), nullable=True),
        sa.Column("is_historical", sa.Boolean(), nullable=False),
        sa.Column("is_demo", sa.Boolean(), nullable=False),
        sa.Column("milestone_word", sa.String(length=40), nullable=False),
        sa.Column("ogp_identifier", sa.String(length=40), nullable=False),
        sa.Column("substantial_from", sa.Numeric(precision=5, scale=2), nullable=False),
        sa.Column("due_soon_days", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["id"], ["plan_nodes.id"], name=op.f("fk_action_plans_id_plan_nodes"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_action_plans")),
    )
    op.create_table(
        "activities",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["id"], ["plan_nodes.id"], name=op.f("fk_activities_id_plan_nodes"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_activities")),
    )
    op.create_table(
        "activity_current",
        sa.Column("node_id", sa.Integer(), nullable=False),
        sa.Column("validated_percent", sa.Numeric(precision=5, scale=2), nullable=True),
        sa.Column("validated_on", sa.Date(), nullable=True),
        sa.Column("validated_by", sa.Text(), nullable=False),
        sa.Column("reported_percent", sa.Numeric(precision=5, scale=2), nullable=True),
        sa.Column("reported_on", sa.Date(), nullable=True),
        sa.Column("reported_by", sa.Text(), nullable=False),
        sa.Column("answered", sa.Integer(), nullable=False),
        sa.Column("required", sa.Integer(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("baseline_due_on", sa.Date(), nullable=True),
        sa.Column("expected", sa.String(length=120), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "not_due",
                "in_progress",
                "behind",
                "due_soon",
                "overdue",
                "awaiting_validation",
                "complete_early",
                "complete_on_time",
                "complete_late",
                "complete_undated",
                "withdrawn",
                "no_date",
                name="activity_state",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("days_late", sa.Integer(), nullable=True),
        sa.Column("computed_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["node_id"],
            ["plan_nodes.id"],
            name=op.f("fk_activity_current_node_id_plan_nodes"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("node_id", name=op.f("pk_activity_current")),
    )
    with op.batch_alter_table("activity_current", schema=None) as batch_op:
        batch_op.create_index("ix_activity_current_due_on", ["due_on"], unique=False)
        batch_op.create_index("ix_activity_current_state", ["state"], unique=False)

    op.create_table(
        "audit_payloads",
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("salt", sa.String(length=32), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["seq"],
            ["audit_events.seq"],
            name=op.f("fk_audit_payloads_seq_audit_events"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_audit_payloads")),
    )
    op.create_table(
        "axes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["id"], ["plan_nodes.id"], name=op.f("fk_axes_id_plan_nodes"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_axes")),
    )
    op.create_table(
        "commitments",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("short_title", sa.Text(), nullable=False),
        sa.Column("problem", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("contribution", sa.Text(), nullable=False),
        sa.Column("relevance", sa.Text(), nullable=False),
        sa.Column("value_transparency", sa.Boolean(), nullable=False),
        sa.Column("value_participation", sa.Boolean(), nullable=False),
        sa.Column("value_accountability", sa.Boolean(), nullable=False),
        sa.Column("value_innovation", sa.Boolean(), nullable=False),
        sa.Column("additional_information", sa.Text(), nullable=False),
        sa.Column("budget", sa.Text(), nullable=False),
        sa.Column("linked_programmes", sa.Text(), nullable=False),
        sa.Column("development_plan_links", sa.Text(), nullable=False),
        sa.Column("sdg_links", sa.Text(), nullable=False),
        sa.Column("causes", sa.Text(), nullable=False),
        sa.Column("done_so_far", sa.Text(), nullable=False),
        sa.Column("expected_results", sa.Text(), nullable=False),
        sa.Column("baseline_situation", sa.Text(), nullable=False),
        sa.Column("responsible_text", sa.Text(), nullable=False),
        sa.Column("public_actors", sa.Text(), nullable=False),
        sa.Column("other_actors", sa.Text(), nullable=False),
        sa.Column("working_groups", sa.Text(), nullable=False),
        sa.Column("observations", sa.Text(), nullable=False),
        sa.Column("template_version", sa.String(length=80), nullable=False),
        sa.Column("financial_resources_text", sa.Text(), nullable=False),
        sa.Column("human_resources_text", sa.Text(), nullable=False),
        sa.Column("ogp_identifier", sa.String(length=40), nullable=False),
        sa.Column("contact_names", sa.Text(), nullable=False),
        sa.Column("contact_posts", sa.Text(), nullable=False),
        sa.Column("contact_channels", sa.Text(), nullable=False),
        sa.Column(
            "contact_visibility",
            sa.Enum(
                "public",
                "internal",
                name="contact_visibility",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["id"], ["plan_nodes.id"], name=op.f("fk_commitments_id_plan_nodes"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_commitments")),
    )
    op.create_table(
        "doubts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=22), nullable=False),
        sa.Column("plan_id", sa.Integer(), nullable=False),
        sa.Column("node_id", sa.Integer(), nullable=True),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("source", sa.String(length=24), nullable=False),
        sa.Column("sheet", sa.String(length=80), nullable=False),
        sa.Column("cell", sa.String(length=16), nullable=False),
        sa.Column("code", sa.String(length=48), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("params", sa.JSON(), nullable=False),
        sa.Column("created_at", tracker.models.types.UtcDateTime(), nullable=False),
        sa.Column("resolved_at", tracker.models.types.UtcDateTime(), nullable=True),
        sa.Column("resolved_by_uid", sa.String(length=32), nullable=False),
        sa.Column("resolution", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["node_id"], ["plan_nodes.id"], name=op.f("fk_doubts_node_id_plan_nodes"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["plan_id"], ["plan_nodes.id"], name=op.f("fk_doubts_plan_id_plan_nodes"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_doubts")),
        sa.UniqueConstraint("plan_id", "fingerprint", name=op.f("uq_doubts_plan_id_fingerprint")),
        sa.UniqueConstraint("uid", name=op.f("uq_doubts_uid")),
    )
    with op.batch_alter_table("doubts", schema=None) as batch_op:
        batch_op.create_index("ix_doubts_node_id", ["node_id"], unique=False)

    op.create_table(
        "fact_versions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("subject_kind", sa.String(length=16), nullable=False),
        sa.Column("subject_uid", sa.String(length=22), nullable=False),
        sa.Column("plan_id", sa.Integer(), nullable=True),
        sa.Column("commitment_id", sa.Integer(), nullable=True),
        sa.Column("recorded_seq", sa.BigInteger(), nullable=False),
        sa.Column("effective_on", sa.Date(), nullable=True),
        sa.Column("content", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["commitment_id"],
            ["plan_nodes.id"],
            name=op.f("fk_fact_versions_commitment_id_plan_nodes"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["plan_id"],
            ["plan_nodes.id"],
            name=op.f("fk_fact_versions_plan_id_plan_nodes"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["recorded_seq"],
            ["audit_events.seq"],
            name=op.f("fk_fact_versions_recorded_seq_audit_events"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fact_versions")),
    )
    with op.batch_alter_table("fact_versions", schema=None) as batch_op:
        batch_op.create_index("ix_fact_versions_commitment_id", ["commitment_id"], unique=False)
        batch_op.create_index("ix_fact_versions_plan_id", ["plan_id"], unique=False)
        batch_op.create_index("ix_fact_versions_subject_uid", ["subject_uid"], unique=False)

    op.create_table(
        "memberships",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("institution_id", sa.Integer(), nullable=False),
        sa.Column("reviews", sa.Boolean(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "ends_on IS NULL OR ends_on >= starts_on", name=op.f("ck_memberships_days_in_order")
        ),
        sa.ForeignKeyConstraint(
            ["institution_id"],
            ["institutions.id"],
            name=op.f("fk_memberships_institution_id_institutions"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_memberships_user_id_users"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_memberships")),
    )
    with op.batch_alter_table("memberships", schema=None) as batch_op:
        batch_op.create_index("ix_memberships_institution_id", ["institution_id"], unique=False)
        batch_op.create_index("ix_memberships_user_id", ["user_id"], unique=False)

    op.create_table(
        "milestones",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column(
            "continuity",
            sa.Enum(
                "new", "in_progress", name="continuity", native_enum=False, create_constraint=True, length=32
            ),
            nullable=True,
        ),
        sa.ForeignKeyConstraint(
            ["id"], ["plan_nodes.id"], name=op.f("fk_milestones_id_plan_nodes"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_milestones")),
    )
    op.create_table(
        "node_roles",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("node_id", sa.Integer(), nullable=False),
        sa.Column("institution_id", sa.Integer(), nullable=False),
        sa.Column(
            "role",
            sa.Enum(
                "lead",
                "coordinator",
                "co_responsible",
                "collaborator",
                name="role",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["institution_id"],
            ["institutions.id"],
            name=op.f("fk_node_roles_institution_id_institutions"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["node_id"], ["plan_nodes.id"], name=op.f("fk_node_roles_node_id_plan_nodes"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_node_roles")),
        sa.UniqueConstraint("node_id", "institution_id", name=op.f("uq_node_roles_node_id_institution_id")),
    )
    with op.batch_alter_table("node_roles", schema=None) as batch_op:
        batch_op.create_index("ix_node_roles_institution_id", ["institution_id"], unique=False)

    op.create_table(
        "node_totals",
        sa.Column("node_id", sa.Integer(), nullable=False),
        sa.Column("validated_floor", sa.Text(), nullable=False),
        sa.Column("validated_mean", sa.Text(), nullable=True),
        sa.Column("validated_informed", sa.Integer(), nullable=False),
        sa.Column("reported_floor", sa.Text(), nullable=False),
        sa.Column("reported_mean", sa.Text(), nullable=True),
        sa.Column("reported_informed", sa.Integer(), nullable=False),
        sa.Column("validated_with_withdrawn", sa.Text(), nullable=False),
        sa.Column("reported_with_withdrawn", sa.Text(), nullable=False),
        sa.Column("withdrawn", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("not_started", sa.Integer(), nullable=False),
        sa.Column("answered", sa.Integer(), nullable=False),
        sa.Column("required", sa.Integer(), nullable=False),
        sa.Column("expected", sa.Text(), nullable=False),
        sa.Column("overdue", sa.Integer(), nullable=False),
        sa.Column("unproven", sa.Integer(), nullable=False),
        sa.Column("complete", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "not_due",
                "in_progress",
                "behind",
                "due_soon",
                "overdue",
                "awaiting_validation",
                "complete_early",
                "complete_on_time",
                "complete_late",
                "complete_undated",
                "withdrawn",
                "no_date",
                name="totals_state",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("days_late", sa.Integer(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column(
            "level",
            sa.Enum(
                "no_evidence",
                "not_started",
                "limited",
                "substantial",
                "complete",
                name="completion_level",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("computed_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["node_id"],
            ["plan_nodes.id"],
            name=op.f("fk_node_totals_node_id_plan_nodes"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("node_id", name=op.f("pk_node_totals")),
    )
    op.create_table(
        "node_windows",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("node_id", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("start_on", sa.Date(), nullable=True),
        sa.Column("end_on", sa.Date(), nullable=False),
        sa.Column(
            "start_precision",
            sa.Enum(
                "day",
                "month",
                "quarter",
                "four_month",
                "half_year",
                "year",
                name="start_precision",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "end_precision",
            sa.Enum(
                "day",
                "month",
                "quarter",
                "four_month",
                "half_year",
                "year",
                name="end_precision",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.CheckConstraint(
            "(revision = 0) = (from_on IS NULL)", name=op.f("ck_node_windows_only_baseline_from_beginning")
        ),
        sa.CheckConstraint(
            "start_on IS NULL OR start_on <= end_on", name=op.f("ck_node_windows_days_in_order")
        ),
        sa.ForeignKeyConstraint(
            ["node_id"],
            ["plan_nodes.id"],
            name=op.f("fk_node_windows_node_id_plan_nodes"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_node_windows")),
        sa.UniqueConstraint(
            "node_id", "revision", "position", name=op.f("uq_node_windows_node_id_revision_position")
        ),
    )
    op.create_table(
        "outbox_mails",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=22), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("recipient", sa.String(length=254), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("html", sa.Text(), nullable=False),
        sa.Column("dedup_key", sa.String(length=160), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "queued",
                "sent",
                "failed",
                "cancelled",
                name="mail_status",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_attempt_at", tracker.models.types.UtcDateTime(), nullable=False),
        sa.Column("last_error", sa.Text(), nullable=False),
        sa.Column("created_at", tracker.models.types.UtcDateTime(), nullable=False),
        sa.Column("sent_at", tracker.models.types.UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_outbox_mails_user_id_users"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox_mails")),
        sa.UniqueConstraint("dedup_key", name=op.f("uq_outbox_mails_dedup_key")),
        sa.UniqueConstraint("uid", name=op.f("uq_outbox_mails_uid")),
    )
    with op.batch_alter_table("outbox_mails", schema=None) as batch_op:
        batch_op.create_index("ix_outbox_mails_status", ["status", "next_attempt_at"], unique=False)

    op.create_table(
        "notices",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=22), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=48), nullable=False),
        sa.Column("subject_uid", sa.String(length=64), nullable=False),
        sa.Column("cause", sa.String(length=64), nullable=False),
        sa.Column("params", sa.JSON(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "open",
                "sent",
                "cleared",
                name="notice_status",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("created_at", tracker.models.types.UtcDateTime(), nullable=False),
        sa.Column("sent_at", tracker.models.types.UtcDateTime(), nullable=True),
        sa.Column("cleared_at", tracker.models.types.UtcDateTime(), nullable=True),
        sa.Column("mail_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["mail_id"],
            ["outbox_mails.id"],
            name=op.f("fk_notices_mail_id_outbox_mails"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_notices_user_id_users"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notices")),
        sa.UniqueConstraint("uid", name=op.f("uq_notices_uid")),
        sa.UniqueConstraint(
            "user_id", "kind", "subject_uid", "cause", name=op.f("uq_notices_user_id_kind_subject_uid_cause")
        ),
    )
    with op.batch_alter_table("notices", schema=None) as batch_op:
        batch_op.create_index("ix_notices_mail_id", ["mail_id"], unique=False)
        batch_op.create_index("ix_notices_subject_uid", ["subject_uid"], unique=False)
        batch_op.create_index("ix_notices_user_id_status", ["user_id", "status"], unique=False)

    op.create_table(
        "overdue_flags",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("node_id", sa.Integer(), nullable=False),
        sa.Column("occurrence", sa.String(length=16), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("opened_on", sa.Date(), nullable=False),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("days_late", sa.Integer(), nullable=False),
        sa.Column("counted_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["node_id"],
            ["plan_nodes.id"],
            name=op.f("fk_overdue_flags_node_id_plan_nodes"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_overdue_flags")),
        sa.UniqueConstraint(
            "node_id", "occurrence", "due_on", name=op.f("uq_overdue_flags_node_id_occurrence_due_on")
        ),
    )
    with op.batch_alter_table("overdue_flags", schema=None) as batch_op:
        batch_op.create_index(
            "ix_overdue_flags_open",
            ["node_id"],
            unique=False,
            sqlite_where=sa.text("closed_on IS NULL"),
            postgresql_where=sa.text("closed_on IS NULL"),
        )

    op.create_table(
        "products",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=22), nullable=False),
        sa.Column("commitment_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("unit", sa.String(length=80), nullable=False),
        sa.Column("planned", tracker.models.types.Scaled(), nullable=True),
        sa.Column("quote", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "planned IS NULL OR (planned > 0 AND quote <> '')", name=op.f("ck_products_quantity_is_quoted")
        ),
        sa.ForeignKeyConstraint(
            ["commitment_id"],
            ["plan_nodes.id"],
            name=op.f("fk_products_commitment_id_plan_nodes"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_products")),
        sa.UniqueConstraint("uid", name=op.f("uq_products_uid")),
    )
    with op.batch_alter_table("products", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_products_commitment_id"), ["commitment_id"], unique=False)

    op.create_table(
        "progress_reports",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=22), nullable=False),
        sa.Column("thread_uid", sa.String(length=22), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("node_id", sa.Integer(), nullable=False),
        sa.Column("institution_id", sa.Integer(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "draft",
                "submitted",
                "validated",
                "returned",
                "withdrawn",
                "reopened",
                name="report_status",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("percent", sa.Numeric(precision=5, scale=2), nullable=True),
        sa.Column("narrative", sa.Text(), nullable=False),
        sa.Column("reported_on", sa.Date(), nullable=False),
        sa.Column("completed_on", sa.Date(), nullable=True),
        sa.Column("occurrence", sa.String(length=16), nullable=True),
        sa.Column("delivered", tracker.models.types.Scaled(), nullable=True),
        sa.Column("departure_reason", sa.Text(), nullable=False),
        sa.Column("no_progress", sa.Boolean(), nullable=False),
        sa.Column("obstacle", sa.Text(), nullable=False),
        sa.Column("needed", sa.Text(), nullable=False),
        sa.Column("new_expected_on", sa.Date(), nullable=True),
        sa.Column(
            "claimed_role",
            sa.Enum(
                "lead",
                "coordinator",
                "co_responsible",
                "collaborator",
                name="claimed_role",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column("origin", sa.String(length=16), nullable=False),
        sa.Column("author_user_id", sa.Integer(), nullable=True),
        sa.Column("author_uid", sa.String(length=32), nullable=False),
        sa.Column("created_at", tracker.models.types.UtcDateTime(), nullable=False),
        sa.Column("updated_at", tracker.models.types.UtcDateTime(), nullable=False),
        sa.Column("submitted_at", tracker.models.types.UtcDateTime(), nullable=True),
        sa.Column("recorded_seq", sa.BigInteger(), nullable=True),
        sa.Column("decided_by_uid", sa.String(length=32), nullable=False),
        sa.Column("decided_at", tracker.models.types.UtcDateTime(), nullable=True),
        sa.Column("all_means_answered", sa.Boolean(), nullable=False),
        sa.Column("exception", sa.Text(), nullable=False),
        sa.Column("lock_version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "NOT no_progress OR status = 'draft' OR obstacle <> ''",
            name=op.f("ck_progress_reports_no_progress_has_reason"),
        ),
        sa.CheckConstraint(
            "status <> 'validated' OR (decided_by_uid <> '' AND decided_at IS NOT NULL)",
            name=op.f("ck_progress_reports_validated_is_decided"),
        ),
        sa.CheckConstraint(
            "status <> 'validated' OR percent IS NULL OR percent < 100 OR all_means_answered OR "
            "exception <> ''",
            name=op.f("ck_progress_reports_validated_full_has_evidence"),
        ),
        sa.CheckConstraint(
            "status = 'draft' OR recorded_seq IS NOT NULL",
            name=op.f("ck_progress_reports_submitted_is_recorded"),
        ),
        sa.CheckConstraint(
            "completed_on IS NULL OR percent = 100", name=op.f("ck_progress_reports_completed_is_full")
        ),
        sa.CheckConstraint(
            "percent IS NULL OR (percent >= 0 AND percent <= 100)",
            name=op.f("ck_progress_reports_percent_in_range"),
        ),
        sa.ForeignKeyConstraint(
            ["author_user_id"],
            ["users.id"],
            name=op.f("fk_progress_reports_author_user_id_users"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["institution_id"],
            ["institutions.id"],
            name=op.f("fk_progress_reports_institution_id_institutions"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["node_id"],
            ["plan_nodes.id"],
            name=op.f("fk_progress_reports_node_id_plan_nodes"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_progress_reports")),
        sa.UniqueConstraint("thread_uid", "version", name=op.f("uq_progress_reports_thread_uid_version")),
        sa.UniqueConstraint("uid", name=op.f("uq_progress_reports_uid")),
    )
    with op.batch_alter_table("progress_reports", schema=None) as batch_op:
        batch_op.create_index(
            "ix_progress_reports_institution_id_status", ["institution_id", "status"], unique=False
        )
        batch_op.create_index("ix_progress_reports_node_id", ["node_id"], unique=False)
        batch_op.create_index("ix_progress_reports_status", ["status"], unique=False)

    op.create_table(
        "reschedulings",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=22), nullable=False),
        sa.Column("node_id", sa.Integer(), nullable=False),
        sa.Column("institution_id", sa.Integer(), nullable=False),
        sa.Column("requested_by_uid", sa.String(length=32), nullable=False),
        sa.Column("requested_at", tracker.models.types.UtcDateTime(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("windows", sa.JSON(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "requested",
                "approved",
                "rejected",
                name="rescheduling_status",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("resolution", sa.Text(), nullable=False),
        sa.Column("decided_by_uid", sa.String(length=32), nullable=False),
        sa.Column("decided_at", tracker.models.types.UtcDateTime(), nullable=True),
        sa.Column("decided_on", sa.Date(), nullable=True),
        sa.Column("recorded_seq", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("reason <> ''", name=op.f("ck_reschedulings_has_reason")),
        sa.CheckConstraint(
            "status = 'requested' OR decided_at IS NOT NULL", name=op.f("ck_reschedulings_decided_has_date")
        ),
        sa.ForeignKeyConstraint(
            ["institution_id"],
            ["institutions.id"],
            name=op.f("fk_reschedulings_institution_id_institutions"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["node_id"],
            ["plan_nodes.id"],
            name=op.f("fk_reschedulings_node_id_plan_nodes"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reschedulings")),
        sa.UniqueConstraint("uid", name=op.f("uq_reschedulings_uid")),
    )
    with op.batch_alter_table("reschedulings", schema=None) as batch_op:
        batch_op.create_index("ix_reschedulings_node_id", ["node_id"], unique=False)

    op.create_table(
        "source_variants",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=22), nullable=False),
        sa.Column("node_id", sa.Integer(), nullable=False),
        sa.Column("field", sa.String(length=40), nullable=False),
        sa.Column("source", sa.String(length=24), nullable=False),
        sa.Column("source_version", sa.String(length=80), nullable=False),
        sa.Column("is_draft", sa.Boolean(), nullable=False),
        sa.Column("value", sa.JSON(), nullable=False),
        sa.Column("shown", sa.Text(), nullable=False),
        sa.Column("institutions", sa.JSON(), nullable=False),
        sa.Column("settled_at", tracker.models.types.UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["node_id"],
            ["plan_nodes.id"],
            name=op.f("fk_source_variants_node_id_plan_nodes"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_source_variants")),
        sa.UniqueConstraint(
            "node_id", "field", "source", name=op.f("uq_source_variants_node_id_field_source")
        ),
        sa.UniqueConstraint("uid", name=op.f("uq_source_variants_uid")),
    )
    op.create_table(
        "user_sessions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("created_at", tracker.models.types.UtcDateTime(), nullable=False),
        sa.Column("last_seen_at", tracker.models.types.UtcDateTime(), nullable=False),
        sa.Column("expires_at", tracker.models.types.UtcDateTime(), nullable=False),
        sa.Column("revoked_at", tracker.models.types.UtcDateTime(), nullable=True),
        sa.Column("device", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_user_sessions_user_id_users"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_user_sessions")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_user_sessions_token_hash")),
    )
    with op.batch_alter_table("user_sessions", schema=None) as batch_op:
        batch_op.create_index("ix_user_sessions_user_id", ["user_id"], unique=False)

    op.create_table(
        "verification_means",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=22), nullable=False),
        sa.Column("commitment_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column(
            "access",
            sa.Enum(
                "public",
                "confidential",
                "reserved",
                name="means_access",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["commitment_id"],
            ["plan_nodes.id"],
            name=op.f("fk_verification_means_commitment_id_plan_nodes"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_verification_means")),
        sa.UniqueConstraint("uid", name=op.f("uq_verification_means_uid")),
    )
    with op.batch_alter_table("verification_means", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_verification_means_commitment_id"), ["commitment_id"], unique=False
        )

    op.create_table(
        "compiled_reports",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=22), nullable=False),
        sa.Column("plan_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "institutional",
                "plan",
                "self-assessment",
                "monthly",
                "accountability",
                "commitment",
                name="compilation_kind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("institution_id", sa.Integer(), nullable=True),
        sa.Column("commitment_number", sa.Integer(), nullable=True),
        sa.Column("cutoff_on", sa.Date(), nullable=False),
        sa.Column("known_at", sa.BigInteger(), nullable=True),
        sa.Column("locale", sa.String(length=8), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "requested",
                "compiling",
                "ready",
                "failed",
                "approved",
                "published",
                name="compilation_status",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("failure", sa.Text(), nullable=False),
        sa.Column("series_key", sa.String(length=200), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("requested_by_uid", sa.String(length=32), nullable=False),
        sa.Column("requested_at", tracker.models.types.UtcDateTime(), nullable=False),
        sa.Column("compiled_at", tracker.models.types.UtcDateTime(), nullable=True),
        sa.Column("approved_by_uid", sa.String(length=32), nullable=False),
        sa.Column("approved_label", sa.Text(), nullable=False),
        sa.Column("approved_at", tracker.models.types.UtcDateTime(), nullable=True),
        sa.Column("published_at", tracker.models.types.UtcDateTime(), nullable=True),
        sa.Column("recorded_seq", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "status NOT IN ('approved','published') OR (approved_by_uid <> '' AND approved_at IS NOT NULL)",
            name=op.f("ck_compiled_reports_approved_by_name"),
        ),
        sa.CheckConstraint(
            "status NOT IN ('ready','approved','published') OR (sha256 <> '' AND document <> '')",
            name=op.f("ck_compiled_reports_ready_is_frozen"),
        ),
        sa.ForeignKeyConstraint(
            ["institution_id"],
            ["institutions.id"],
            name=op.f("fk_compiled_reports_institution_id_institutions"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["plan_id"],
            ["action_plans.id"],
            name=op.f("fk_compiled_reports_plan_id_action_plans"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_compiled_reports")),
        sa.UniqueConstraint("series_key", "version", name=op.f("uq_compiled_reports_series_key_version")),
        sa.UniqueConstraint("uid", name=op.f("uq_compiled_reports_uid")),
    )
    with op.batch_alter_table("compiled_reports", schema=None) as batch_op:
        batch_op.create_index("ix_compiled_reports_plan_id", ["plan_id"], unique=False)

    op.create_table(
        "evidence",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=22), nullable=False),
        sa.Column("report_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "file", "link", name="evidence_kind", native_enum=False, create_constraint=True, length=32
            ),
            nullable=False,
        ),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=True),
        sa.Column("filename", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("effective_on", sa.Date(), nullable=False),
        sa.Column(
            "access",
            sa.Enum(
                "public",
                "confidential",
                "reserved",
                name="evidence_access",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("legal_ground", sa.Text(), nullable=False),
        sa.Column("author_uid", sa.String(length=32), nullable=False),
        sa.Column("created_at", tracker.models.types.UtcDateTime(), nullable=False),
        sa.Column("recorded_seq", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "(kind = 'file' AND sha256 IS NOT NULL AND url = '') OR (kind = 'link' AND sha256 IS NULL "
            "AND url <> '')",
            name=op.f("ck_evidence_file_or_link"),
        ),
        sa.CheckConstraint(
            "access <> 'reserved' OR legal_ground <> ''", name=op.f("ck_evidence_reserved_has_ground")
        ),
        sa.ForeignKeyConstraint(
            ["report_id"],
            ["progress_reports.id"],
            name=op.f("fk_evidence_report_id_progress_reports"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["sha256"],
            ["stored_files.sha256"],
            name=op.f("fk_evidence_sha256_stored_files"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evidence")),
        sa.UniqueConstraint("uid", name=op.f("uq_evidence_uid")),
    )
    with op.batch_alter_table("evidence", schema=None) as batch_op:
        batch_op.create_index("ix_evidence_report_id", ["report_id"], unique=False)
        batch_op.create_index("ix_evidence_sha256", ["sha256"], unique=False)

    op.create_table(
        "financial_resources",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("commitment_id", sa.Integer(), nullable=False),
        sa.Column("centavos", sa.BigInteger(), nullable=False),
        sa.Column("provider", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["commitment_id"],
            ["commitments.id"],
            name=op.f("fk_financial_resources_commitment_id_commitments"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_financial_resources")),
    )
    with op.batch_alter_table("financial_resources", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_financial_resources_commitment_id"), ["commitment_id"], unique=False
        )

    op.create_table(
        "means_nodes",
        sa.Column("means_id", sa.Integer(), nullable=False),
        sa.Column("node_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["means_id"],
            ["verification_means.id"],
            name=op.f("fk_means_nodes_means_id_verification_means"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["node_id"],
            ["plan_nodes.id"],
            name=op.f("fk_means_nodes_node_id_plan_nodes"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("means_id", "node_id", name=op.f("pk_means_nodes")),
    )
    with op.batch_alter_table("means_nodes", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_means_nodes_node_id"), ["node_id"], unique=False)

    op.create_table(
        "product_nodes",
        sa.Column("product_id", sa.Integer(), nullable=False),
        sa.Column("node_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["node_id"],
            ["plan_nodes.id"],
            name=op.f("fk_product_nodes_node_id_plan_nodes"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["product_id"],
            ["products.id"],
            name=op.f("fk_product_nodes_product_id_products"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("product_id", "node_id", name=op.f("pk_product_nodes")),
    )
    with op.batch_alter_table("product_nodes", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_product_nodes_node_id"), ["node_id"], unique=False)

    op.create_table(
        "report_events",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=22), nullable=False),
        sa.Column("report_id", sa.Integer(), nullable=False),
        sa.Column(
            "action",
            sa.Enum(
                "submit",
                "validate",
                "return",
                "withdraw",
                "reopen",
                name="report_action",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("recorded_seq", sa.BigInteger(), nullable=False),
        sa.Column("at", tracker.models.types.UtcDateTime(), nullable=False),
        sa.Column("actor_uid", sa.String(length=32), nullable=False),
        sa.Column("actor_label", sa.Text(), nullable=False),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.Column("exception", sa.Text(), nullable=False),
        sa.Column("signed_name", sa.Text(), nullable=False),
        sa.Column("contradicts_narrative", sa.Boolean(), nullable=False),
        sa.Column("accepted_evidence", sa.JSON(), nullable=False),
        sa.CheckConstraint(
            "action NOT IN ('return','reopen') OR comment <> ''", name=op.f("ck_report_events_comment_given")
        ),
        sa.ForeignKeyConstraint(
            ["recorded_seq"],
            ["audit_events.seq"],
            name=op.f("fk_report_events_recorded_seq_audit_events"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["report_id"],
            ["progress_reports.id"],
            name=op.f("fk_report_events_report_id_progress_reports"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_events")),
        sa.UniqueConstraint("uid", name=op.f("uq_report_events_uid")),
    )
    with op.batch_alter_table("report_events", schema=None) as batch_op:
        batch_op.create_index("ix_report_events_report_id", ["report_id"], unique=False)

    op.create_table(
        "compiled_files",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("report_id", sa.Integer(), nullable=False),
        sa.Column("format", sa.String(length=16), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("filename", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["report_id"],
            ["compiled_reports.id"],
            name=op.f("fk_compiled_files_report_id_compiled_reports"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_compiled_files")),
        sa.UniqueConstraint("report_id", "format", name=op.f("uq_compiled_files_report_id_format")),
    )
    op.create_table(
        "evidence_means",
        sa.Column("evidence_id", sa.Integer(), nullable=False),
        sa.Column("means_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["evidence_id"],
            ["evidence.id"],
            name=op.f("fk_evidence_means_evidence_id_evidence"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["means_id"],
            ["verification_means.id"],
            name=op.f("fk_evidence_means_means_id_verification_means"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("evidence_id", "means_id", name=op.f("pk_evidence_means")),
    )
    with op.batch_alter_table("evidence_means", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_evidence_means_means_id"), ["means_id"], unique=False)
    install_triggers(op.get_bind(), APPEND_ONLY)


def downgrade() -> None:
    drop_triggers(op.get_bind(), APPEND_ONLY)
    with op.batch_alter_table("evidence_means", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_evidence_means_means_id"))

    op.drop_table("evidence_means")
    op.drop_table("compiled_files")
    with op.batch_alter_table("report_events", schema=None) as batch_op:
        batch_op.drop_index("ix_report_events_report_id")

    op.drop_table("report_events")
    with op.batch_alter_table("product_nodes", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_product_nodes_node_id"))

    op.drop_table("product_nodes")
    with op.batch_alter_table("means_nodes", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_means_nodes_node_id"))

    op.drop_table("means_nodes")
    with op.batch_alter_table("financial_resources", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_financial_resources_commitment_id"))

    op.drop_table("financial_resources")
    with op.batch_alter_table("evidence", schema=None) as batch_op:
        batch_op.drop_index("ix_evidence_sha256")
        batch_op.drop_index("ix_evidence_report_id")

    op.drop_table("evidence")
    with op.batch_alter_table("compiled_reports", schema=None) as batch_op:
        batch_op.drop_index("ix_compiled_reports_plan_id")

    op.drop_table("compiled_reports")
    with op.batch_alter_table("verification_means", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_verification_means_commitment_id"))

    op.drop_table("verification_means")
    with op.batch_alter_table("user_sessions", schema=None) as batch_op:
        batch_op.drop_index("ix_user_sessions_user_id")

    op.drop_table("user_sessions")
    op.drop_table("source_variants")
    with op.batch_alter_table("reschedulings", schema=None) as batch_op:
        batch_op.drop_index("ix_reschedulings_node_id")

    op.drop_table("reschedulings")
    with op.batch_alter_table("progress_reports", schema=None) as batch_op:
        batch_op.drop_index("ix_progress_reports_status")
        batch_op.drop_index("ix_progress_reports_node_id")
        batch_op.drop_index("ix_progress_reports_institution_id_status")

    op.drop_table("progress_reports")
    with op.batch_alter_table("products", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_products_commitment_id"))

    op.drop_table("products")
    with op.batch_alter_table("overdue_flags", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_overdue_flags_open",
            sqlite_where=sa.text("closed_on IS NULL"),
            postgresql_where=sa.text("closed_on IS NULL"),
        )

    op.drop_table("overdue_flags")
    with op.batch_alter_table("notices", schema=None) as batch_op:
        batch_op.drop_index("ix_notices_user_id_status")
        batch_op.drop_index("ix_notices_subject_uid")
        batch_op.drop_index("ix_notices_mail_id")

    op.drop_table("notices")
    with op.batch_alter_table("outbox_mails", schema=None) as batch_op:
        batch_op.drop_index("ix_outbox_mails_status")

    op.drop_table("outbox_mails")
    op.drop_table("node_windows")
    op.drop_table("node_totals")
    with op.batch_alter_table("node_roles", schema=None) as batch_op:
        batch_op.drop_index("ix_node_roles_institution_id")

    op.drop_table("node_roles")
    op.drop_table("milestones")
    with op.batch_alter_table("memberships", schema=None) as batch_op:
        batch_op.drop_index("ix_memberships_user_id")
        batch_op.drop_index("ix_memberships_institution_id")

    op.drop_table("memberships")
    with op.batch_alter_table("fact_versions", schema=None) as batch_op:
        batch_op.drop_index("ix_fact_versions_subject_uid")
        batch_op.drop_index("ix_fact_versions_plan_id")
        batch_op.drop_index("ix_fact_versions_commitment_id")

    op.drop_table("fact_versions")
    with op.batch_alter_table("doubts", schema=None) as batch_op:
        batch_op.drop_index("ix_doubts_node_id")

    op.drop_table("doubts")
    op.drop_table("commitments")
    op.drop_table("axes")
    op.drop_table("audit_payloads")
    with op.batch_alter_table("activity_current", schema=None) as batch_op:
        batch_op.drop_index("ix_activity_current_state")
        batch_op.drop_index("ix_activity_current_due_on")

    op.drop_table("activity_current")
    op.drop_table("activities")
    op.drop_table("action_plans")
    op.drop_table("users")
    op.drop_table("stored_files")
    with op.batch_alter_table("sign_in_attempts", schema=None) as batch_op:
        batch_op.drop_index("ix_sign_in_attempts_email_at")
        batch_op.drop_index("ix_sign_in_attempts_address_at")

    op.drop_table("sign_in_attempts")
    with op.batch_alter_table("plan_nodes", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_plan_nodes_plan_label",
            sqlite_where=sa.text("kind = 'plan'"),
            postgresql_where=sa.text("kind = 'plan'"),
        )
        batch_op.drop_index(
            "uq_plan_nodes_milestone_label",
            sqlite_where=sa.text("kind = 'milestone'"),
            postgresql_where=sa.text("kind = 'milestone'"),
        )
        batch_op.drop_index(
            "uq_plan_nodes_commitment_label",
            sqlite_where=sa.text("kind = 'commitment'"),
            postgresql_where=sa.text("kind = 'commitment'"),
        )
        batch_op.drop_index(
            "uq_plan_nodes_axis_label",
            sqlite_where=sa.text("kind = 'axis'"),
            postgresql_where=sa.text("kind = 'axis'"),
        )
        batch_op.drop_index(
            "uq_plan_nodes_activity_label",
            sqlite_where=sa.text("kind = 'activity'"),
            postgresql_where=sa.text("kind = 'activity'"),
        )
        batch_op.drop_index("ix_plan_nodes_plan_id_kind")
        batch_op.drop_index("ix_plan_nodes_parent_id")
        batch_op.drop_index("ix_plan_nodes_commitment_id")

    op.drop_table("plan_nodes")
    with op.batch_alter_table("job_runs", schema=None) as batch_op:
        batch_op.drop_index("ix_job_runs_started_at")

    op.drop_table("job_runs")
    with op.batch_alter_table("institutions", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_institutions_acronym",
            sqlite_where=sa.text("acronym <> ''"),
            postgresql_where=sa.text("acronym <> ''"),
        )

    op.drop_table("institutions")
    with op.batch_alter_table("audit_events", schema=None) as batch_op:
        batch_op.drop_index("ix_audit_events_subject_uid")

    op.drop_table("audit_events")
