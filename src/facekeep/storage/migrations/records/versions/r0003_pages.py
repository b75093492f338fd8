"""What pages for people keep: links to the portal, and what campaigns came to."""

from __future__ import annotations

from alembic import op

from facekeep.storage.migrations import statements_of, tables_of

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """New tables, all empty; nobody's rows move."""
    for statement in statements_of(__file__):
        op.get_bind().exec_driver_sql(statement)


def downgrade() -> None:
    """The same tables go: every link to the portal ends with them."""
    for table in tables_of(statements_of(__file__)):
        op.get_bind().exec_driver_sql(f"DROP TABLE {table}")
