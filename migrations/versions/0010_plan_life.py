"""The life of a plan: its signed steps, where items came from, and the current form's questions."""

import sqlalchemy as sa
from alembic import op

import tracker.models.types

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

STATUSES = ("draft", "consultation", "approved", "in_course", "closed", "archived")
TEXTS = ("summary", "how_transparency", "how_accountability", "how_participation")


def _status(name: str) -> sa.Column:
    kind = sa.Enum(*STATUSES, name=name, native_enum=False, create_constraint=True, length=32)
    return sa.Column(name, kind, nullable=False)


def _node(table: str, column: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        [column], ["plan_nodes.id"], name=op.f(f"fk_{table}_{column}_plan_nodes"), ondelete="RESTRICT"
    )


def upgrade() -> None:
    op.create_table(
        "plan_steps",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=22), nullable=False),
        sa.Column("plan_id", sa.Integer(), nullable=False),
        _status("came_from"),
        _status("led_to"),
        sa.Column("on_day", sa.Date(), nullable=False),
        sa.Column("signed_name", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("lacking", sa.JSON(), nullable=False),
        sa.Column("taken_by_uid", sa.String(length=32), nullable=False),
        sa.Column("taken_at", tracker.models.types.UtcDateTime(), nullable=False),
        sa.Column("recorded_seq", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("signed_name <> ''", name=op.f("ck_plan_steps_is_signed")),
        _node("plan_steps", "plan_id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_steps")),
        sa.UniqueConstraint("uid", name=op.f("uq_plan_steps_uid")),
    )
    op.create_index("ix_plan_steps_plan_id", "plan_steps", ["plan_id"])
    op.create_table(
        "node_origins",
        sa.Column("node_id", sa.Integer(), nullable=False),
        sa.Column("origin_id", sa.Integer(), nullable=False),
        sa.Column("how", sa.String(length=8), nullable=False),
        sa.CheckConstraint("how IN ('split', 'merge')", name=op.f("ck_node_origins_known_way")),
        sa.CheckConstraint("node_id <> origin_id", name=op.f("ck_node_origins_of_another")),
        _node("node_origins", "node_id"),
        _node("node_origins", "origin_id"),
        sa.PrimaryKeyConstraint("node_id", "origin_id", name=op.f("pk_node_origins")),
    )
    op.create_index("ix_node_origins_origin_id", "node_origins", ["origin_id"])
    op.add_column("plan_nodes", sa.Column("starting_quantity", sa.BigInteger(), nullable=True))
    for name in TEXTS:
        op.add_column("commitments", sa.Column(name, sa.Text(), nullable=False, server_default=""))


def downgrade() -> None:
    for name in reversed(TEXTS):
        op.drop_column("commitments", name)
    op.drop_column("plan_nodes", "starting_quantity")
    op.drop_table("node_origins")
    op.drop_table("plan_steps")
