"""What processes that share a ledger agree on: leases of spreadsheets, jobs and their pauses, values kept for later."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.add_column("sheetsync_runs", sa.Column("lease", sa.Text))
    op.add_column("sheetsync_runs", sa.Column("beat", sa.BigInteger))
    op.create_index("sheetsync_runs_lease", "sheetsync_runs", ["lease"], unique=True)
    op.create_table(
        "sheetsync_jobs",
        sa.Column("name", sa.Text, primary_key=True),
        sa.Column("first_seen", sa.BigInteger, nullable=False),
        sa.Column("paused_since", sa.BigInteger),
        sa.Column("pause_note", sa.Text, nullable=False, server_default=""),
    )
    # Every job with a record has a row here: reading the newest record of each begins with it.
    op.execute(
        "INSERT INTO sheetsync_jobs (name, first_seen) SELECT job, min(started) FROM sheetsync_runs GROUP BY job"
    )
    # Nothing is known of the processes that ran these, and without a lease nobody would find them.
    op.execute(
        "UPDATE sheetsync_runs SET state = 'interrupted', ended = started, reason = 'sheetsync was updated meanwhile'"
        " WHERE state = 'running'"
    )
    op.create_table(
        "sheetsync_kept",
        sa.Column("key", sa.Text, primary_key=True),
        sa.Column("value", sa.Text, nullable=False),
    )
