"""The ledger's tables, as its newest migration leaves them.

Their names begin with `sheetsync_`, for databases that hold other things too. Instants are microseconds since 1970 in
UTC. A run's `lease` is its job while it is running and NULL afterwards: one unique index lets no second run of a job
in. A spreadsheet's lease has a row of its own, for as long as something is published there.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from enum import StrEnum

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Enum,
    Float,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    false,
)
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator

from sheetsync.ledger.records import Cause, State

VERSION_TABLE = "sheetsync_version"
HEAD = "0004"
"""The newest migration; a ledger that is there needs no look at the scripts."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_LONGEST_WORD = 16


class Instant(TypeDecorator[datetime]):
    """An aware date-time of any zone going in, the same instant in UTC coming out."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:  # noqa: ARG002 - one form
        return None if value is None else (value - _EPOCH) // _MICROSECOND

    def process_result_value(self, value: int | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 - one form
        return None if value is None else _EPOCH + timedelta(microseconds=value)


def _word(kind: type[StrEnum]) -> Enum:
    return Enum(
        kind, native_enum=False, length=_LONGEST_WORD, values_callable=lambda words: [str(word) for word in words]
    )


metadata = MetaData()

runs = Table(
    "sheetsync_runs",
    metadata,
    Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True),
    Column("job", Text, nullable=False),
    Column("slot", Instant),
    Column("cause", _word(Cause), nullable=False),
    Column("state", _word(State), nullable=False),
    Column("started", Instant, nullable=False),
    Column("ended", Instant),
    Column("owner", Text, nullable=False),
    Column("target", Text, nullable=False),
    Column("window_start", Text, nullable=False, server_default=""),
    Column("window_end", Text, nullable=False, server_default=""),
    Column("time_zone", Text, nullable=False, server_default=""),
    Column("rows", BigInteger, nullable=False, server_default="0"),
    Column("columns", Integer, nullable=False, server_default="0"),
    Column("clockify_requests", Integer, nullable=False, server_default="0"),
    Column("sheets_reads", Integer, nullable=False, server_default="0"),
    Column("sheets_writes", Integer, nullable=False, server_default="0"),
    Column("bytes", BigInteger, nullable=False, server_default="0"),
    Column("seconds", Float, nullable=False, server_default="0"),
    Column("fingerprint", Text, nullable=False, server_default=""),
    Column("url", Text, nullable=False, server_default=""),
    Column("error", Text, nullable=False, server_default=""),
    Column("todo", Text, nullable=False, server_default=""),
    Column("side", Text, nullable=False, server_default=""),
    Column("retryable", Boolean, nullable=False, server_default=false()),
    Column("reason", Text, nullable=False, server_default=""),
    Column("configuration", Text, nullable=False, server_default=""),
    Column("lease", Text),
    Column("beat", Instant),
    Index("sheetsync_runs_slot", "job", "slot", unique=True),
    Index("sheetsync_runs_newest", "job", "id"),
    Index("sheetsync_runs_state", "state", "id"),
    Index("sheetsync_runs_started", "started"),
    Index("sheetsync_runs_lease", "lease", unique=True),
    sqlite_autoincrement=True,
)

leases = Table(
    "sheetsync_leases",
    metadata,
    Column("spreadsheet", Text, primary_key=True),
    Column("owner", Text, nullable=False),
    Column("jobs", Text, nullable=False),
    Column("beat", Instant, nullable=False),
)

jobs = Table(
    "sheetsync_jobs",
    metadata,
    Column("name", Text, primary_key=True),
    Column("first_seen", Instant, nullable=False),
    Column("paused_since", Instant),
    Column("pause_note", Text, nullable=False, server_default=""),
)

kept = Table(
    "sheetsync_kept",
    metadata,
    Column("key", Text, primary_key=True),
    Column("value", Text, nullable=False),
)

budgets = Table(
    "sheetsync_budgets",
    metadata,
    Column("key", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("allowed", Integer, nullable=False),
    Column("seconds", Integer, nullable=False),
    Column("closed", BigInteger, nullable=False, server_default="0"),
    Column("used", BigInteger, nullable=False),
)

turns = Table(
    "sheetsync_turns",
    metadata,
    Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True),
    Column("budget", Text, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("holder", Text, nullable=False, server_default=""),
    Column("made", BigInteger, nullable=False),
    Index("sheetsync_turns_newest", "budget", "at"),
)
