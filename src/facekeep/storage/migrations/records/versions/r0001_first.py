"""The first release's records."""

from __future__ import annotations

from alembic import op

from facekeep.storage.migrations import NOTHING_BEFORE, statements_of
from facekeep.terms.errors import Misused

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Every table of the first release."""
    for statement in statements_of(__file__):
        op.get_bind().exec_driver_sql(statement)


def downgrade() -> None:
    """Raises ``Misused``: there is nothing to go back to."""
    raise Misused(NOTHING_BEFORE)
