"""Leases of spreadsheets in a table of their own, held while something is published; a run's own lease is its job."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.create_table(
        "sheetsync_leases",
        sa.Column("spreadsheet", sa.Text, primary_key=True),
        sa.Column("owner", sa.Text, nullable=False),
        sa.Column("jobs", sa.Text, nullable=False),
        sa.Column("beat", sa.BigInteger, nullable=False),
    )
    # A process of the version before may still be writing; whether it lives is found out when its lease is wanted.
    op.execute(
        "INSERT INTO sheetsync_leases (spreadsheet, owner, jobs, beat)"
        " SELECT lease, owner, job, beat FROM sheetsync_runs WHERE lease IS NOT NULL"
    )
    op.drop_index("sheetsync_runs_lease", "sheetsync_runs")
    # One job could hold two spreadsheets, when its target was changed while it ran; now it runs once at a time.
    op.execute(
        "UPDATE sheetsync_runs SET state = 'interrupted', ended = started, lease = NULL, beat = NULL,"
        " reason = 'sheetsync was updated meanwhile' WHERE lease IS NOT NULL"
        " AND id NOT IN (SELECT max(id) FROM sheetsync_runs WHERE lease IS NOT NULL GROUP BY job)"
    )
    op.execute("UPDATE sheetsync_runs SET lease = job WHERE lease IS NOT NULL")
    op.create_index("sheetsync_runs_lease", "sheetsync_runs", ["lease"], unique=True)
