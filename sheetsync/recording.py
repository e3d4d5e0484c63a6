"""A run and its record: begun in the ledger before anything is asked of anybody, ended there whatever happens."""

from __future__ import annotations

import hashlib
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, replace
from datetime import UTC, datetime

from sheetsync import budgeting
from sheetsync.config.model import Job, Store
from sheetsync.deadline import RunStoppedError, Stop
from sheetsync.errors import BudgetError, SheetsyncError
from sheetsync.ledger import Cause, Claim, Ledger, LedgerError, RunEnd, RunRecord, State, Taken
from sheetsync.run import Order, Outcome, Runner, Status

BEAT_SECONDS = 15.0
"""How often a run says that it goes on."""
RETRY_SECONDS = 2.0
"""How often it is tried whether a spreadsheet is free."""


class TargetBusyError(SheetsyncError):
    """Another run writes to the spreadsheet."""

    retryable = True


def now() -> datetime:
    return datetime.now(UTC)


def configuration_of(job: Job) -> str:
    """A hash of what a job is configured to do, without its secrets."""
    return hashlib.sha256(repr(job).encode()).hexdigest()[:16]


def begin(ledger: Ledger, order: Order, slot: datetime | None, cause: Cause, at: datetime) -> RunRecord | Taken:
    """Begin a run in the ledger `at` an instant (UTC), unless its slot or its spreadsheet is taken.

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


@contextmanager
def recorder(store: Store, warn: Callable[[str], None]) -> Iterator[Callable[[Runner, Order], Outcome]]:
    """What runs a job by hand and records it in the ledger of a store; without a record when that cannot be opened."""
    try:
        ledger = Ledger.open(store)
    except LedgerError as error:
        warn(f"what runs is not recorded: {error}")
        directory, budgets = budgeting.alone()
        yield lambda runner, order: replace(runner, directory=directory, budgets=budgets).run(order)
        return
    with ledger:
        directory, budgets = budgeting.counted(ledger, warn)
        yield lambda runner, order: run(ledger, replace(runner, directory=directory, budgets=budgets), order, warn)


def run(
    ledger: Ledger,
    runner: Runner,
    order: Order,
    warn: Callable[[str], None],
    sleep: Callable[[float], None] = time.sleep,
) -> Outcome:
    """Run a job by hand, and record it. Waits, up to the job's deadline, while another run has the spreadsheet.

    When the ledger does not answer, the job runs all the same: a report is worth more than its record. `warn` is told.
    """
    try:
        record = _begin(ledger, runner, order, sleep)
    except TargetBusyError as error:
        return Outcome(order.job.name, Status.FAILED, error=error)
    except LedgerError as error:
        warn(f"the run is not recorded: {error}")
        return runner.run(order)
    outcome = Outcome(order.job.name, error=RunStoppedError("the command was stopped before the run was over."))
    try:
        with _beating(ledger, record.id, runner.stop):
            outcome = runner.run(order)
    finally:
        try:
            ledger.finish(record.id, end_of(outcome), now())
        except LedgerError as error:
            warn(f"how the run ended is not recorded: {error}")
    return outcome


def _begin(ledger: Ledger, runner: Runner, order: Order, sleep: Callable[[float], None]) -> RunRecord:
    waited = 0.0
    while True:
        found = begin(ledger, order, None, Cause.MANUAL, now())
        if isinstance(found, RunRecord):
            return found
        if found.claim is not Claim.TARGET or waited >= order.job.deadline:
            raise TargetBusyError(f"{found.reason}; waited {waited:.0f} s for it.", "Run the job again later.")
        if not waited:
            runner.progress.waiting("the spreadsheet", order.job.deadline, found.reason)
        sleep(RETRY_SECONDS)
        waited += RETRY_SECONDS


@contextmanager
def _beating(ledger: Ledger, run_id: int, stop: Stop) -> Iterator[None]:
    """Says every BEAT_SECONDS that the run goes on, so that nobody takes its spreadsheet."""
    over = threading.Event()

    def beat() -> None:
        while not over.wait(BEAT_SECONDS):
            try:
                ours = ledger.beat([run_id], now())
            except LedgerError:
                continue
            if run_id not in ours:
                stop.now("another process took this run for dead and its spreadsheet over.")
                return

    thread = threading.Thread(target=beat, name="sheetsync-beat", daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()
