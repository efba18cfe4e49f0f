"""Search: a copy of what is public, its words, and each database's own full-text index over it."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

KINDS = (
    "plan",
    "institution",
    "axis",
    "commitment",
    "milestone",
    "activity",
    "report",
    "evidence",
    "compilation",
    "amendment",
)
# The words come cut and folded from Python, with a space between them; both indexes take them as they are.
SQLITE = (
    """
    CREATE VIRTUAL TABLE search_index USING fts5(
      title_terms, body_terms, content='search_documents', content_rowid='id',
      tokenize="unicode61 remove_diacritics 0 tokenchars '.'"
    )
    """,
    """
    CREATE TRIGGER search_index_insert AFTER INSERT ON search_documents BEGIN
      INSERT INTO search_index (rowid, title_terms, body_terms)
      VALUES (new.id, new.title_terms, new.body_terms);
    END
    """,
    """
    CREATE TRIGGER search_index_delete AFTER DELETE ON search_documents BEGIN
      INSERT INTO search_index (search_index, rowid, title_terms, body_terms)
      VALUES ('delete', old.id, old.title_terms, old.body_terms);
    END
    """,
    """
    CREATE TRIGGER search_index_update AFTER UPDATE ON search_documents BEGIN
      INSERT INTO search_index (search_index, rowid, title_terms, body_terms)
      VALUES ('delete', old.id, old.title_terms, old.body_terms);
      INSERT INTO search_index (rowid, title_terms, body_terms)
      VALUES (new.id, new.title_terms, new.body_terms);
    END
    """,
)
POSTGRESQL = """
CREATE INDEX search_index ON search_documents USING gin
((array_to_tsvector(string_to_array(btrim(title_terms || ' ' || body_terms), ' '))))
"""


def upgrade() -> None:
    op.create_table(
        "search_documents",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(*KINDS, name="search_kind", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("subject", sa.String(length=80), nullable=False),
        sa.Column("ref_id", sa.Integer(), nullable=False),
        sa.Column("plan_id", sa.Integer(), nullable=False),
        sa.Column("node_id", sa.Integer(), nullable=True),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=True),
        sa.Column("institutions", sa.JSON(), nullable=False),
        sa.Column("names", sa.Text(), nullable=False),
        sa.Column("title_terms", sa.Text(), nullable=False),
        sa.Column("body_terms", sa.Text(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["node_id"],
            ["plan_nodes.id"],
            name=op.f("fk_search_documents_node_id_plan_nodes"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["plan_id"],
            ["plan_nodes.id"],
            name=op.f("fk_search_documents_plan_id_plan_nodes"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_search_documents")),
        sa.UniqueConstraint("kind", "subject", name=op.f("uq_search_documents_kind_subject")),
    )
    op.create_index("ix_search_documents_plan_id", "search_documents", ["plan_id"])
    op.create_index("ix_search_documents_node_id", "search_documents", ["node_id"])
    op.create_table(
        "search_terms",
        sa.Column("term", sa.String(length=40), nullable=False),
        sa.Column("shown", sa.String(length=80), nullable=False),
        sa.Column("documents", sa.Integer(), nullable=False),
        sa.Column("length", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("term", name=op.f("pk_search_terms")),
    )
    op.create_index("ix_search_terms_length", "search_terms", ["length"])
    op.create_table(
        "search_state",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("rules", sa.Integer(), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_search_state_only_one")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_search_state")),
    )
    for statement in (POSTGRESQL,) if op.get_bind().dialect.name == "postgresql" else SQLITE:
        op.execute(statement)


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP INDEX search_index")
    else:
        op.execute("DROP TABLE search_index")
    op.drop_table("search_state")
    op.drop_index("ix_search_terms_length", "search_terms")
    op.drop_table("search_terms")
    op.drop_index("ix_search_documents_node_id", "search_documents")
    op.drop_index("ix_search_documents_plan_id", "search_documents")
    op.drop_table("search_documents")
