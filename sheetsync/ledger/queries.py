"""What is asked of the ledger, as SQL expressions. Pure.

The newest records of every job are found by going from the names of the jobs to the end of an index, so that it takes
as long with a million records as with a thousand.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, Delete, Insert, Select, Table, and_, delete, func, or_, select, true

from sheetsync.ledger.records import Cause, RunRecord, State
from sheetsync.ledger.schema import jobs, kept, leases, runs

if TYPE_CHECKING:
    from sqlalchemy.dialects import postgresql, sqlite

RECORD = tuple(runs.c[name] for name in RunRecord.__dataclass_fields__)
"""The columns that make a record, in the order of its fields."""
POINT = tuple(runs.c[name] for name in ("id", "state", "started", "rows", "seconds"))
PRUNED_AT_ONCE = 2_000
"""Records deleted in one transaction, so that others write in between."""


def rows_into(dialect: str, table: Table) -> postgresql.Insert | sqlite.Insert:
    """What puts rows into a table, and can say what happens when they are there already."""
    # Either of them takes long to import, and nobody needs both.
    if dialect == "postgresql":
        from sqlalchemy.dialects import postgresql  # noqa: PLC0415 - see above

        return postgresql.insert(table)
    from sqlalchemy.dialects import sqlite  # noqa: PLC0415 - see above

    return sqlite.insert(table)


def make_runs(dialect: str) -> Insert:
    """Makes the rows of runs that no unique index is against."""
    return rows_into(dialect, runs).on_conflict_do_nothing()


def take_lease(dialect: str) -> Insert:
    """Takes the lease of a spreadsheet that nobody has."""
    return rows_into(dialect, leases).on_conflict_do_nothing()


def see_jobs(dialect: str) -> Insert:
    """Makes the rows of jobs that are not known yet."""
    return rows_into(dialect, jobs).on_conflict_do_nothing()


def job_row(name: str, now: datetime) -> dict[str, Any]:
    return {"name": name, "first_seen": now}


def keep(dialect: str, key: str, value: str) -> Insert:
    """Keeps a value in the place of the one before."""
    made = rows_into(dialect, kept).values({"key": key, "value": value})
    return made.on_conflict_do_update(index_elements=["key"], set_={"value": value})


def without_run(job: str, slot: datetime, state: State, reason: str, now: datetime) -> dict[str, Any]:
    """The row of a slot that no run belongs to."""
    cause = Cause.CATCH_UP if state is State.MISSED else Cause.SCHEDULE
    return {
        "job": job,
        "slot": slot,
        "cause": cause,
        "state": state,
        "started": now,
        "ended": now,
        "owner": "",
        "target": "",
        "reason": reason,
    }


def newest(job: str | None, limit: int, before: int | None, state: State | None) -> Select[Any]:
    """Records, newest first."""
    wanted: list[ColumnElement[bool]] = []
    if job is not None:
        wanted.append(runs.c.job == job)
    if before is not None:
        wanted.append(runs.c.id < before)
    if state is not None:
        wanted.append(runs.c.state == state)
    return select(*RECORD).where(*wanted).order_by(runs.c.id.desc()).limit(limit)


def newest_of_each(
    dialect: str, columns: Sequence[ColumnElement[Any]], count: int, states: Collection[State]
) -> Select[Any]:
    """The newest `count` records of each job, of these states or of any; each row begins with the job's name."""
    inner = runs.alias("inner_runs")
    wanted = [inner.c.job == jobs.c.name, *([inner.c.state.in_(states)] if states else [])]
    ids = select(inner.c.id).where(*wanted).order_by(inner.c.id.desc()).limit(count).correlate(jobs)
    if dialect == "postgresql":
        # IN would look at every record for every job here; SQLite in turn has no LATERAL.
        found = ids.lateral("newest")
        source = jobs.join(found, true()).join(runs, runs.c.id == found.c.id)
    else:
        source = jobs.join(runs, runs.c.id.in_(ids))
    return select(jobs.c.name, *columns).select_from(source).order_by(runs.c.id)


def last_slots() -> Select[Any]:
    """Each job's name and its newest slot; NULL for a job that has none."""
    return select(jobs.c.name, _newest_slot(jobs.c.name).label("slot"))


def prune(before: datetime) -> Delete:
    """Deletes some of the ended records that are older; never that of a job's newest slot, from which it goes on."""
    inner = runs.alias("old_runs")
    passed = or_(inner.c.slot.is_(None), inner.c.slot < _newest_slot(inner.c.job))
    older = and_(inner.c.started < before, inner.c.lease.is_(None), passed)
    return delete(runs).where(runs.c.id.in_(select(inner.c.id).where(older).limit(PRUNED_AT_ONCE)))


def _newest_slot(job: ColumnElement[str]) -> Any:
    other = runs.alias("other_runs")
    return select(func.max(other.c.slot)).where(other.c.job == job).correlate_except(other).scalar_subquery()
