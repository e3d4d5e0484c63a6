"""The ledger: what ran, what did not, and who may run what now."""

from __future__ import annotations

import threading
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any, Self

from sqlalchemy import Connection, Engine, Select, and_, delete, func, select, update

from sheetsync.config.model import Store
from sheetsync.ledger import queries
from sheetsync.ledger.errors import LedgerUnavailableError
from sheetsync.ledger.opening import WRITES, explained, open_engine, place_of
from sheetsync.ledger.owner import Life, life, this_process
from sheetsync.ledger.records import Cause, Claim, Lease, Pause, Point, RunEnd, RunRecord, State, Taken
from sheetsync.ledger.schema import jobs, kept, leases, runs
from sheetsync.sheets.target import Target

LEASE = timedelta(seconds=120)
"""How long a run may go without a beat where nobody can see whether its process lives."""
KEEP_DAYS = 400

_TRIES = 5
_ROWS_AT_ONCE = 500
"""Rows of one INSERT; databases limit the parameters of a statement."""
_DRAWN = (State.SUCCEEDED, State.UNCHANGED, State.FAILED)
_PROCESS_ENDED = "the process that ran it ended before the run did"
_HELD = (*queries.RECORD, runs.c.beat)


@dataclass(frozen=True, slots=True)
class _Held:
    """A run that is recorded as running, and when it was last heard of (UTC)."""

    record: RunRecord
    beat: datetime

    def ended(self, now: datetime) -> bool:
        return _ended(self.record.owner, self.beat, now)


class Ledger:
    """The record of runs and slots, shared by threads and by processes that open the same store.

    All date-times are aware ones. Every method may raise a LedgerUnavailableError: the database does not answer or
    cannot write. A process that forks opens a ledger of its own.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._dialect = engine.dialect.name
        # SQLite lets one writer in at a time; threads that queue here do not have to poll for the file's lock.
        self._turn: AbstractContextManager[Any] = threading.Lock() if self._dialect == "sqlite" else nullcontext()
        self._make_run = queries.make_runs(self._dialect).returning(*queries.RECORD)
        self._make_runs = queries.make_runs(self._dialect).returning(runs.c.id)
        self._take_lease = queries.take_lease(self._dialect).returning(leases.c.spreadsheet)
        self._see_jobs = queries.see_jobs(self._dialect)
        self._file = Path(str(engine.url.database)) if self._dialect == "sqlite" else None
        self._identity = _identity(self._file)

    @classmethod
    def open(cls, store: Store) -> Ledger:
        """The ledger of a store: made when it is not there, its tables brought to this version.

        Raises:
            LedgerError: the place cannot be used; it says what to do.
            LedgerUnavailableError: the database does not answer.
        """
        return cls(open_engine(store))

    def close(self) -> None:
        """Lets go of the database. What is running stays recorded as running."""
        self._engine.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def place(self) -> str:
        """Where the ledger is, for people: a path, or an address without its password."""
        return place_of(self._engine)

    def ping(self) -> None:
        """Asks the database for nothing much.

        Raises:
            LedgerUnavailableError: it did not answer, or its file is gone and what is written is lost.
        """
        if _identity(self._file) != self._identity:
            raise LedgerUnavailableError(f"the ledger {self.place} was moved or replaced.", "Restart sheetsync.")
        with self._reading() as connection:
            connection.execute(select(kept.c.key).limit(1)).all()

    # Runs

    def begin(
        self, job: str, slot: datetime | None, cause: Cause, target: Target, now: datetime, configuration: str
    ) -> RunRecord | Taken:
        """Begin a run, unless its slot is taken or its job runs already.

        1. The run is recorded as running, with its slot and with its job as its lease. Two unique indexes let only one
           process in.
        2. A slot that has a record, whatever it says, is taken for ever.
        3. A job is taken as long as a run of it may be alive. Nothing is recorded; the same slot may be tried again.
        4. A run that goes on in the ledger though its process has ended is marked as interrupted, and this one begins.
        """
        row = {
            "job": job,
            "slot": slot,
            "cause": cause,
            "state": State.RUNNING,
            "started": now,
            "owner": this_process(),
            "target": _text_of(target),
            "configuration": configuration,
            "lease": job,
            "beat": now,
        }
        with self._writing() as connection:
            connection.execute(self._see_jobs, [queries.job_row(job, now)])
            for _ in range(_TRIES):
                made = connection.execute(self._make_run, row).one_or_none()
                if made is not None:
                    return _record(made)
                taken = self._taken(connection, job, slot, now)
                if taken is not None:
                    return taken
        raise LedgerUnavailableError(f"the ledger {self.place} is too busy: {job} could not begin.")

    def beat(self, run_ids: Iterable[int], now: datetime) -> frozenset[int]:
        """Say that runs go on, and this process's publishing with them.

        The runs that do; the others were taken for dead, and must not publish any more.
        """
        changed = (
            update(runs)
            .where(runs.c.id.in_(list(run_ids)), runs.c.state == State.RUNNING, runs.c.owner == this_process())
            .values(beat=now)
            .returning(runs.c.id)
        )
        with self._writing() as connection:
            connection.execute(update(leases).where(leases.c.owner == this_process()).values(beat=now))
            return frozenset(connection.execute(changed).scalars())

    def finish(self, run_id: int, end: RunEnd, now: datetime) -> bool:
        """Record how a run ended, and let go of its job.

        False when it was not running any more, because another process took it for dead: nothing is changed then.
        """
        changed = (
            update(runs)
            .where(runs.c.id == run_id, runs.c.state == State.RUNNING)
            .values(**asdict(end), ended=now, lease=None, beat=None)
        )
        with self._writing() as connection:
            return connection.execute(changed).rowcount == 1

    # Spreadsheets

    def lease(self, spreadsheet: str, names: str, now: datetime) -> Lease | None:
        """Take the lease of a spreadsheet for jobs of these `names`; the lease of who has it when it cannot be had.

        It is whole spreadsheets that are leased, since tabs have several names and what is published into one tab
        counts on the grid that the last publish left. The lease of a process that has ended is taken over.

        Raises:
            LedgerUnavailableError: the ledger does not answer.
        """
        row = {"spreadsheet": spreadsheet, "owner": this_process(), "jobs": names, "beat": now}
        here = leases.c.spreadsheet == spreadsheet
        with self._writing() as connection:
            for _ in range(_TRIES):
                if connection.execute(self._take_lease, row).one_or_none() is not None:
                    return None
                found = connection.execute(select(leases).where(here)).one_or_none()
                if found is None:
                    continue
                held = Lease(*found)
                if not _ended(held.owner, held.beat, now):
                    return held
                as_seen = and_(here, leases.c.owner == held.owner, leases.c.beat == held.beat)
                connection.execute(delete(leases).where(as_seen))
        raise LedgerUnavailableError(f"the ledger {self.place} is too busy: no lease of a spreadsheet could be had.")

    def leased(self, spreadsheet: str) -> bool:
        """Whether this process has the lease still; another may have taken it for dead meanwhile."""
        mine = and_(leases.c.spreadsheet == spreadsheet, leases.c.owner == this_process())
        return self._value(select(leases.c.spreadsheet).where(mine)) is not None

    def give_back(self, spreadsheet: str) -> None:
        """Let go of this process's lease of a spreadsheet."""
        mine = and_(leases.c.spreadsheet == spreadsheet, leases.c.owner == this_process())
        with self._writing() as connection:
            connection.execute(delete(leases).where(mine))

    # Slots without runs

    def record_skipped(self, job: str, slot: datetime, reason: str, now: datetime) -> bool:
        """Record that a slot was left out. False when it had a record already, which stays."""
        return self._without_runs(job, [slot], State.SKIPPED, reason, now) == 1

    def record_missed(self, job: str, slots: Iterable[datetime], reason: str, now: datetime) -> int:
        """Record slots at which nothing was there to run them; how many had no record yet."""
        return self._without_runs(job, slots, State.MISSED, reason, now)

    def interrupt_orphans(self, now: datetime) -> list[RunRecord]:
        """Mark the runs of processes that have ended as interrupted. Those that this call marked."""
        with self._writing() as connection:
            rows = connection.execute(select(*_HELD).where(runs.c.lease.is_not(None)).order_by(runs.c.id)).all()
            marked = [_interrupt(connection, held, now) for held in map(_held, rows) if held.ended(now)]
        return [record for record in marked if record is not None]

    def prune(self, now: datetime, keep_days: int = KEEP_DAYS) -> int:
        """Delete records older than `keep_days`; how many. The newest slot of each job stays, whatever its age."""
        statement, deleted = queries.prune(now - timedelta(days=keep_days)), 0
        while True:
            with self._writing() as connection:
                count = connection.execute(statement).rowcount
            deleted += count
            if count < queries.PRUNED_AT_ONCE:
                return deleted

    # What was recorded

    def run(self, run_id: int) -> RunRecord | None:
        return next(iter(self._records(select(*queries.RECORD).where(runs.c.id == run_id))), None)

    def runs(
        self, job: str | None = None, limit: int = 100, before: int | None = None, state: State | None = None
    ) -> list[RunRecord]:
        """Records, newest first; `before` is the id of the last one on the page before."""
        return self._records(queries.newest(job, limit, before, state))

    def running(self) -> list[RunRecord]:
        """The runs that are going on, in any process; oldest first."""
        return self._records(select(*queries.RECORD).where(runs.c.lease.is_not(None)).order_by(runs.c.id))

    def last_success(self, job: str) -> RunRecord | None:
        """The newest run after which the sheet held what Clockify said."""
        succeeded = runs.c.state.in_((State.SUCCEEDED, State.UNCHANGED))
        newest = select(*queries.RECORD).where(runs.c.job == job, succeeded).order_by(runs.c.id.desc()).limit(1)
        return next(iter(self._records(newest)), None)

    def latest_by_job(self, states: Collection[State] = ()) -> dict[str, RunRecord]:
        """The newest record of every job that has one: of these states, or of any."""
        rows = self._rows(queries.newest_of_each(self._dialect, queries.RECORD, 1, states))
        return {name: _record(record) for name, *record in rows}

    def curves(self, count: int) -> dict[str, list[Point]]:
        """Of every job the newest `count` runs that ended by themselves, oldest first."""
        found: dict[str, list[Point]] = {}
        for name, *figures in self._rows(queries.newest_of_each(self._dialect, queries.POINT, count, _DRAWN)):
            found.setdefault(name, []).append(Point(*figures))
        return found

    def last_slot(self, job: str) -> datetime | None:
        """The newest slot of a job that has any record (UTC)."""
        found: datetime | None = self._value(select(func.max(runs.c.slot)).where(runs.c.job == job))
        return found

    def last_slots(self) -> dict[str, datetime]:
        """The newest slot of every job that has one (UTC)."""
        return {name: slot for name, slot in self._rows(queries.last_slots()) if slot is not None}

    # Jobs

    def see(self, names: Iterable[str], now: datetime) -> None:
        """Note jobs; those that were noted before keep their time."""
        for some in _batches(names):
            with self._writing() as connection:
                connection.execute(self._see_jobs, [queries.job_row(name, now) for name in some])

    def first_seen(self, job: str) -> datetime | None:
        """When the job was first noted, or first recorded (UTC); its slots count from then on."""
        found: datetime | None = self._value(select(jobs.c.first_seen).where(jobs.c.name == job))
        return found

    def pause(self, job: str, note: str, now: datetime) -> None:
        """Keep a job from running until it is resumed; `note` says why."""
        with self._writing() as connection:
            connection.execute(self._see_jobs, [queries.job_row(job, now)])
            connection.execute(update(jobs).where(jobs.c.name == job).values(paused_since=now, pause_note=note))

    def resume(self, job: str) -> bool:
        """Let a job run again. False when it was not paused."""
        was_paused = and_(jobs.c.name == job, jobs.c.paused_since.is_not(None))
        with self._writing() as connection:
            return connection.execute(update(jobs).where(was_paused).values(paused_since=None)).rowcount == 1

    def paused(self) -> dict[str, Pause]:
        """The jobs that are paused, by name."""
        columns = select(jobs.c.name, jobs.c.pause_note, jobs.c.paused_since)
        rows = self._rows(columns.where(jobs.c.paused_since.is_not(None)))
        return {name: Pause(name, note, since) for name, note, since in rows}

    # Values kept for later

    def get(self, key: str) -> str | None:
        """A value that was put, such as what was asked of a server once."""
        found: str | None = self._value(select(kept.c.value).where(kept.c.key == key))
        return found

    def put(self, key: str, value: str) -> None:
        with self._writing() as connection:
            connection.execute(queries.keep(self._dialect, key, value))

    # For what is kept beside the runs

    @property
    def dialect(self) -> str:
        """Which database it is: sqlite or postgresql."""
        return self._dialect

    def reading(self) -> AbstractContextManager[Connection]:
        """A transaction that reads. It raises what every method does."""
        return self._reading()

    def writing(self) -> AbstractContextManager[Connection]:
        """A transaction that writes: in SQLite alone at its time, in PostgreSQL beside others."""
        return self._writing()

    # Inside

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        with explained(self._engine), self._engine.connect() as connection:
            yield connection

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        with (
            explained(self._engine),
            self._turn,
            self._engine.connect().execution_options(**WRITES) as connection,
            connection.begin(),
        ):
            yield connection

    def _rows(self, statement: Select[Any]) -> list[Sequence[Any]]:
        with self._reading() as connection:
            return list(connection.execute(statement).all())

    def _records(self, statement: Select[Any]) -> list[RunRecord]:
        return [_record(row) for row in self._rows(statement)]

    def _value(self, statement: Select[Any]) -> Any:
        with self._reading() as connection:
            return connection.execute(statement).scalar()

    def _without_runs(self, job: str, slots: Iterable[datetime], state: State, reason: str, now: datetime) -> int:
        made = 0
        for some in _batches(slots):
            rows = [queries.without_run(job, slot, state, reason, now) for slot in some]
            with self._writing() as connection:
                connection.execute(self._see_jobs, [queries.job_row(job, now)])
                made += len(connection.execute(self._make_runs, rows).all())
        return made

    def _taken(self, connection: Connection, job: str, slot: datetime | None, now: datetime) -> Taken | None:
        """Who has the slot or runs the job; None when nobody does any more."""
        by_slot = select(*queries.RECORD).where(runs.c.job == job, runs.c.slot == slot)
        if slot is not None and (row := connection.execute(by_slot).one_or_none()) is not None:
            return Taken(Claim.SLOT, _record(row))
        holder = connection.execute(select(*_HELD).where(runs.c.lease == job)).one_or_none()
        if holder is None:
            return None
        held = _held(holder)
        if not held.ended(now):
            return Taken(Claim.JOB, held.record)
        _interrupt(connection, held, now)
        return None


def _ended(owner: str, beat: datetime, now: datetime) -> bool:
    """Whether a process has ended, or has not been heard of for so long that it must have."""
    found = life(owner)
    return found is Life.DEAD or (found is Life.UNKNOWN and now - beat > LEASE)


def _interrupt(connection: Connection, held: _Held, now: datetime) -> RunRecord | None:
    """Mark a run as interrupted if it is as it was seen; a beat in between shows that it goes on."""
    changed = (
        update(runs)
        .where(runs.c.id == held.record.id, runs.c.state == State.RUNNING, runs.c.beat == held.beat)
        .values(state=State.INTERRUPTED, ended=now, lease=None, beat=None, reason=_PROCESS_ENDED)
        .returning(*queries.RECORD)
    )
    row = connection.execute(changed).one_or_none()
    return None if row is None else _record(row)


def _text_of(target: Target) -> str:
    tab = f"{target.worksheet_text}!" if target.worksheet_text else ""
    return f"{target.spreadsheet} {tab}{target.range}"


def _record(row: Iterable[Any]) -> RunRecord:
    return RunRecord(*row)


def _held(row: Iterable[Any]) -> _Held:
    *record, beat = row
    return _Held(_record(record), beat)


def _identity(file: Path | None) -> tuple[int, int] | None:
    """Which file it is, whatever its name; None where there is none."""
    try:
        found = file.stat() if file is not None else None
    except OSError:
        return None
    return (found.st_dev, found.st_ino) if found is not None else None


def _batches(items: Iterable[Any]) -> Iterator[list[Any]]:
    """The items in groups. In order, so that two processes that write the same ones do not wait for each other."""
    rest = iter(sorted(items))
    while some := list(islice(rest, _ROWS_AT_ONCE)):
        yield some
