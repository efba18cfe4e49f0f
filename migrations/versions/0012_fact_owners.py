"""Whose each table of targets and each indicator is: one institution's year is found by itself."""

import json

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    owners = op.create_table(
        "fact_owners",
        sa.Column("subject_uid", sa.String(length=22), nullable=False),
        sa.Column("subject_kind", sa.String(length=16), nullable=False),
        sa.Column("institution_id", sa.Integer(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["institution_id"],
            ["institutions.id"],
            name=op.f("fk_fact_owners_institution_id_institutions"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("subject_uid", name=op.f("pk_fact_owners")),
    )
    op.create_index("ix_fact_owners_institution_id_year", "fact_owners", ["institution_id", "year"])
    rows = _of_tables(op.get_bind())
    if rows:
        op.bulk_insert(owners, rows)


def _of_tables(connection: sa.Connection) -> list[dict[str, object]]:
    """The tables of targets that were recorded before this one was."""
    ids = dict(connection.execute(sa.text("SELECT uid, id FROM institutions")).all())
    found = {}
    query = sa.text("SELECT subject_uid, content FROM fact_versions WHERE subject_kind = 'targets'")
    for uid, content in connection.execute(query):
        said = json.loads(content)
        found[uid] = {
            "subject_uid": uid,
            "subject_kind": "targets",
            "institution_id": ids[said["institution"]["uid"]],
            "year": said["table"]["year"],
        }
    return list(found.values())


def downgrade() -> None:
    op.drop_table("fact_owners")
