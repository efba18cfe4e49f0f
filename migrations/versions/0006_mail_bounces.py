"""Addresses that mail does not reach, mails that came back, and why a mail was discarded."""

import sqlalchemy as sa
from alembic import op

import tracker.models.types

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

INSTANTS = (
    ("users", "mail_bounced_at"),
    ("subscriptions", "mail_bounced_at"),
    ("outbox_mails", "bounced_at"),
)
TEXTS = (
    ("users", "mail_bounce_reason"),
    ("subscriptions", "mail_bounce_reason"),
    ("outbox_mails", "discarded_why"),
)


def upgrade() -> None:
    # Column by column: a batch would rebuild the tables on SQLite, and drop their triggers.
    for table, column in INSTANTS:
        op.add_column(table, sa.Column(column, tracker.models.types.UtcDateTime(), nullable=True))
    for table, column in TEXTS:
        op.add_column(table, sa.Column(column, sa.Text(), server_default="", nullable=False))


def downgrade() -> None:
    for table, column in (*TEXTS, *INSTANTS):
        op.execute(f"ALTER TABLE {table} DROP COLUMN {column}")
