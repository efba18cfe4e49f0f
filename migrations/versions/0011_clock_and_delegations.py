"""The clock of the Open Government Partnership, and delegations with their days."""

import sqlalchemy as sa
from alembic import op

import tracker.models.types
from tracker.models.triggers import drop_triggers, install_triggers

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

_APPEND_ONLY = {"ogp_clock_events": ("UPDATE", "DELETE")}


def _instant(name: str, nullable: bool = False) -> sa.Column:
    return sa.Column(name, tracker.models.types.UtcDateTime(), nullable=nullable)


def _text(name: str, kind: sa.types.TypeEngine | None = None) -> sa.Column:
    return sa.Column(name, kind or sa.Text(), nullable=False)


def _reference(table: str, column: str, to: str, ondelete: str = "RESTRICT") -> sa.ForeignKeyConstraint:
    other, key = to.split(".")
    return sa.ForeignKeyConstraint(
        [column], [f"{other}.{key}"], name=op.f(f"fk_{table}_{column}_{other}"), ondelete=ondelete
    )


def upgrade() -> None:
    # Column by column: a batch would rebuild the tables on SQLite, and drop their triggers.
    op.add_column("users", sa.Column("may_stand_in", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column(
        "audit_events", sa.Column("on_behalf_uid", sa.String(length=32), nullable=False, server_default="")
    )
    _clock()
    _delegations()
    install_triggers(op.get_bind(), _APPEND_ONLY)


def _clock() -> None:
    duties = sa.Enum(
        "forum",
        "results",
        "repository",
        name="clock_duty",
        native_enum=False,
        create_constraint=True,
        length=32,
    )
    op.create_table(
        "ogp_clock_events",
        sa.Column("id", sa.Integer(), nullable=False),
        _text("uid", sa.String(length=22)),
        sa.Column("kind", duties, nullable=False),
        sa.Column("held_on", sa.Date(), nullable=False),
        _text("note"),
        _text("link"),
        sa.Column("replaces_id", sa.Integer(), nullable=True),
        sa.Column("is_withdrawal", sa.Boolean(), nullable=False),
        _text("reason"),
        _text("actor_uid", sa.String(length=32)),
        _instant("at"),
        sa.Column("recorded_seq", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("note <> ''", name=op.f("ck_ogp_clock_events_says_what")),
        sa.CheckConstraint(
            "replaces_id IS NULL OR reason <> ''", name=op.f("ck_ogp_clock_events_correction_has_reason")
        ),
        sa.CheckConstraint(
            "NOT is_withdrawal OR replaces_id IS NOT NULL",
            name=op.f("ck_ogp_clock_events_withdraws_something"),
        ),
        _reference("ogp_clock_events", "replaces_id", "ogp_clock_events.id"),
        _reference("ogp_clock_events", "recorded_seq", "audit_events.seq"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ogp_clock_events")),
        sa.UniqueConstraint("replaces_id", name=op.f("uq_ogp_clock_events_replaces_id")),
        sa.UniqueConstraint("uid", name=op.f("uq_ogp_clock_events_uid")),
    )


def _delegations() -> None:
    op.create_table(
        "delegations",
        sa.Column("id", sa.Integer(), nullable=False),
        _text("uid", sa.String(length=22)),
        sa.Column("delegator_id", sa.Integer(), nullable=False),
        sa.Column("delegate_id", sa.Integer(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        _text("reason"),
        _instant("given_at"),
        _instant("ended_at", nullable=True),
        _text("ended_by_uid", sa.String(length=32)),
        _text("end_reason"),
        sa.Column("recorded_seq", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("ends_on >= starts_on", name=op.f("ck_delegations_days_in_order")),
        sa.CheckConstraint("reason <> ''", name=op.f("ck_delegations_reason_given")),
        sa.CheckConstraint("delegator_id <> delegate_id", name=op.f("ck_delegations_to_another")),
        sa.CheckConstraint(
            "ended_at IS NULL OR (end_reason <> '' AND ended_by_uid <> '')",
            name=op.f("ck_delegations_ended_why"),
        ),
        _reference("delegations", "delegator_id", "users.id"),
        _reference("delegations", "delegate_id", "users.id"),
        _reference("delegations", "recorded_seq", "audit_events.seq"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delegations")),
        sa.UniqueConstraint("uid", name=op.f("uq_delegations_uid")),
    )
    op.create_index("ix_delegations_delegator_id", "delegations", ["delegator_id"])
    op.create_index("ix_delegations_delegate_id", "delegations", ["delegate_id"])
    op.create_table(
        "acting_sessions",
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("delegation_id", sa.Integer(), nullable=False),
        _reference("acting_sessions", "session_id", "user_sessions.id", "CASCADE"),
        _reference("acting_sessions", "delegation_id", "delegations.id"),
        sa.PrimaryKeyConstraint("session_id", name=op.f("pk_acting_sessions")),
    )


def downgrade() -> None:
    op.drop_table("acting_sessions")
    op.drop_table("delegations")
    drop_triggers(op.get_bind(), _APPEND_ONLY)
    op.drop_table("ogp_clock_events")
    op.execute("ALTER TABLE audit_events DROP COLUMN on_behalf_uid")
    op.execute("ALTER TABLE users DROP COLUMN may_stand_in")
