"""The record of runs."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

_COUNTS = ("clockify_requests", "sheets_reads", "sheets_writes")


def upgrade() -> None:
    op.create_table(
        "sheetsync_runs",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True, autoincrement=True),
        sa.Column("job", sa.Text, nullable=False),
        sa.Column("slot", sa.BigInteger),
        sa.Column("cause", sa.String(16), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("started", sa.BigInteger, nullable=False),
        sa.Column("ended", sa.BigInteger),
        sa.Column("owner", sa.Text, nullable=False),
        sa.Column("target", sa.Text, nullable=False),
        *(_text(name) for name in ("window_start", "window_end", "time_zone")),
        sa.Column("rows", sa.BigInteger, nullable=False, server_default="0"),
        sa.Column("columns", sa.Integer, nullable=False, server_default="0"),
        *(sa.Column(name, sa.Integer, nullable=False, server_default="0") for name in _COUNTS),
        sa.Column("bytes", sa.BigInteger, nullable=False, server_default="0"),
        sa.Column("seconds", sa.Float, nullable=False, server_default="0"),
        *(_text(name) for name in ("fingerprint", "url", "error", "todo", "side")),
        sa.Column("retryable", sa.Boolean, nullable=False, server_default=sa.false()),
        *(_text(name) for name in ("reason", "configuration")),
        sqlite_autoincrement=True,
    )
    op.create_index("sheetsync_runs_slot", "sheetsync_runs", ["job", "slot"], unique=True)
    op.create_index("sheetsync_runs_newest", "sheetsync_runs", ["job", "id"])
    op.create_index("sheetsync_runs_state", "sheetsync_runs", ["state", "id"])
    op.create_index("sheetsync_runs_started", "sheetsync_runs", ["started"])


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=False, server_default="")
