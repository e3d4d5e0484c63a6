"""A run and its record: begun in the ledger before anything but a token is asked for, ended there whatever happens."""

from __future__ import annotations

import hashlib
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, replace
from datetime import UTC, datetime

from sheetsync import budgeting
from sheetsync.budgeting import Budgets
from sheetsync.clockify.directory import Directory
from sheetsync.config.model import Job, Store
from sheetsync.deadline import Deadline, RunStoppedError, Stop
from sheetsync.errors import BudgetError, DeadlineError, SheetsyncError
from sheetsync.ledger import Cause, Claim, Leases, Ledger, LedgerError, RunEnd, RunRecord, State, Taken
from sheetsync.run import Common, Order, Outcome, Runner, Status
from sheetsync.sheets.publishers import Publishers

BEAT_SECONDS = 15.0
"""How often a run says that it goes on."""
RETRY_SECONDS = 2.0
"""How often it is tried whether another run of the job is over."""


class JobBusyError(SheetsyncError):
    """Another run of the job goes on."""

    retryable = True


def now() -> datetime:
    return datetime.now(UTC)


def configuration_of(job: Job) -> str:
    """A hash of what a job is configured to do, without its secrets."""
    return hashlib.sha256(repr(job).encode()).hexdigest()[:16]


def begin(ledger: Ledger, order: Order, slot: datetime | None, cause: Cause, at: datetime) -> RunRecord | Taken:
    """Begin a run in the ledger `at` an instant (UTC), unless its slot is taken or its job runs already.

    Raises:
        LedgerError: the ledger does not answer.
    """
    job = order.job
    return ledger.begin(job.name, slot, cause, job.target, at, configuration_of(job))


def with_end(record: RunRecord, ended: RunEnd, at: datetime) -> RunRecord:
    return replace(record, **asdict(ended), ended=at)


def end_of(outcome: Outcome) -> RunEnd:
    """What the ledger keeps of an outcome."""
    window, error = outcome.window, outcome.error
    return RunEnd(
        state=_state(outcome),
        window_start=window.start.isoformat() if window is not None else "",
        window_end=window.end.isoformat() if window is not None else "",
        time_zone=window.zone if window is not None else "",
        rows=outcome.rows,
        columns=outcome.columns,
        clockify_requests=outcome.clockify_requests,
        sheets_reads=outcome.sheets_reads,
        sheets_writes=outcome.sheets_writes,
        bytes=outcome.bytes,
        seconds=outcome.seconds,
        fingerprint=outcome.fingerprint,
        url=outcome.url,
        error=error.message if error is not None else "",
        todo=error.todo if error is not None else "",
        side=error.side if error is not None else "",
        retryable=error.retryable if error is not None else False,
        reason=outcome.reason,
    )


def _state(outcome: Outcome) -> State:
    if isinstance(outcome.error, RunStoppedError):
        return State.INTERRUPTED
    return State.DELAYED if isinstance(outcome.error, BudgetError) else State(outcome.status)


class Recorder:
    """Makes runs by hand, several at a time, and records them.

    When the ledger does not answer, or there is none, a job runs all the same: a report is worth more than its record.
    `warn` is told. `shared` are the look-ups and quotas of runs that are not to be recorded.
    """

    def __init__(
        self,
        ledger: Ledger | None,
        warn: Callable[[str], None],
        sleep: Callable[[float], None] = time.sleep,
        shared: tuple[Directory, Budgets] | None = None,
    ) -> None:
        self._ledger = ledger
        self._warn = warn
        self._sleep = sleep
        self._shared = shared
        self._lock = threading.Lock()
        self._going: dict[int, Stop] = {}

    def common(self) -> Common:
        """What the runs have in common; other processes that use the ledger have the look-ups and quotas as well."""
        if self._ledger is None:
            directory, budgets = self._shared or budgeting.alone()
            return Common(directory, budgets=budgets)
        directory, budgets = budgeting.counted(self._ledger, self._warn)
        leases = Leases(self._ledger, now, lambda error: self._warn(f"nobody else is kept out: {error}"))
        return Common(directory, budgets=budgets, publishers=Publishers(leases))

    def run(self, runner: Runner, order: Order) -> Outcome:
        """Run a job, and record it. Waits, up to the job's deadline, while another process runs the same job."""
        if self._ledger is None:
            return runner.run(order)
        try:
            record = self._begin(self._ledger, runner, order)
        except (JobBusyError, RunStoppedError) as error:
            return Outcome(order.job.name, Status.FAILED, error=error)
        except LedgerError as error:
            self._warn(f"the run is not recorded: {error}")
            return runner.run(order)
        with self._lock:
            self._going[record.id] = runner.stop
        outcome = runner.run(order)
        with self._lock:
            unfinished = self._going.pop(record.id, None) is not None
        if unfinished:
            self._finish(record.id, outcome)
        return outcome

    def stop(self, reason: str) -> None:
        """Record the runs that go on as interrupted: they are about to end with the process."""
        with self._lock:
            going, self._going = self._going, {}
        for run in going:
            self._finish(run, Outcome("", error=RunStoppedError(reason)))

    def beat(self) -> None:
        """Say that the runs go on, so that nobody takes them for dead."""
        with self._lock:
            going = dict(self._going)
        if self._ledger is None or not going:
            return
        try:
            ours = self._ledger.beat(going, now())
        except LedgerError:
            return
        for run in going.keys() - ours:
            going[run].now("another process took this run for dead and its spreadsheet over.")

    def _begin(self, ledger: Ledger, runner: Runner, order: Order) -> RunRecord:
        deadline, told = Deadline(order.job.deadline, runner.stop), False
        while True:
            found = begin(ledger, order, None, Cause.MANUAL, now())
            if isinstance(found, RunRecord):
                return found
            try:
                wait = deadline.at_most(RETRY_SECONDS)
            except DeadlineError as error:
                raise JobBusyError(f"{found.reason}; it was waited for.", "Run the job again later.") from error
            if found.claim is not Claim.JOB:
                raise JobBusyError(f"{found.reason}.", "Run the job again later.")
            if not told:
                runner.progress.waiting("the job's other run", order.job.deadline, found.reason)
                told = True
            self._sleep(wait)

    def _finish(self, run: int, outcome: Outcome) -> None:
        try:
            if self._ledger is not None:
                self._ledger.finish(run, end_of(outcome), now())
        except LedgerError as error:
            self._warn(f"how the run ended is not recorded: {error}")


@contextmanager
def recorder(store: Store, warn: Callable[[str], None]) -> Iterator[Recorder]:
    """What records runs by hand in the ledger of a store; it records nothing when that cannot be opened."""
    try:
        ledger = Ledger.open(store)
    except LedgerError as error:
        warn(f"what runs is not recorded: {error}")
        yield Recorder(None, warn)
        return
    with ledger:
        found = Recorder(ledger, warn)
        with _beating(found):
            yield found


@contextmanager
def _beating(recorder: Recorder) -> Iterator[None]:
    over = threading.Event()

    def beat() -> None:
        while not over.wait(BEAT_SECONDS):
            recorder.beat()

    thread = threading.Thread(target=beat, name="sheetsync-beat", daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()
