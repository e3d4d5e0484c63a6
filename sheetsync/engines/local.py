"""Runs jobs on threads of this process: each job's slots in order, and what goes into one spreadsheet together."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from sheetsync import recording
from sheetsync.budgeting import Budgets
from sheetsync.clockify.directory import Directory
from sheetsync.daemon_events import Bus, RunBegan, RunEnded, Running, RunProgressed, SlotsPassed, Trouble
from sheetsync.deadline import RunStoppedError
from sheetsync.engines.pool import Pool, Task
from sheetsync.engines.work import Item, Lane, Live, Passed, Steps, Work
from sheetsync.errors import DeadlineError, SheetsyncError
from sheetsync.ledger import Claim, Leases, Ledger, LedgerError, RunEnd, RunRecord, State, Taken
from sheetsync.progress import Progress
from sheetsync.run import Common, Order, Outcome, Runner, Status
from sheetsync.sheets.publishers import Publishers

OVERDUE_SECONDS = 60.0
"""How long after its deadline a run is given up: by then every request of its own has timed out."""
LAST_RECORDS_SECONDS = 2.0

_STOPPED = "sheetsync was stopped before the run was over."


class Workers(Protocol):
    """What tasks are given to."""

    def submit(self, task: Task) -> None: ...

    def lose_one(self) -> None: ...

    def regain_one(self) -> None: ...


Runs = Callable[[Order, Live, Progress], Outcome]
"""How a run is made."""


@dataclass(frozen=True, slots=True)
class RunWith:
    """Makes runs that have something in common, and that let others have their workers while they wait for them."""

    common: Common
    workers: Workers

    def __call__(self, order: Order, live: Live, progress: Progress) -> Outcome:
        return Runner(progress, self.common, live.stop, self._aside).run(order)

    @contextmanager
    def _aside(self) -> Iterator[None]:
        self.workers.lose_one()
        try:
            yield
        finally:
            self.workers.regain_one()


class LocalEngine:
    """Executes what the daemon decides. Nothing that is called from outside waits for a run or for the ledger.

    One lock guards all that is remembered; it is never held while the ledger or a listener is called.
    """

    def __init__(
        self,
        ledger: Ledger,
        bus: Bus,
        workers: Workers,
        recorder: Workers,
        runs: Runs,
        publishers: Publishers | None = None,
    ) -> None:
        self._ledger = ledger
        self._bus = bus
        self._workers = workers
        self._recorder = recorder
        self._runs = runs
        self._publishers = publishers if publishers is not None else Publishers()
        self._clock = bus.clock
        self._lanes: dict[str, Lane] = {}
        self._stopping = False
        self._lock = threading.RLock()
        self._changed = threading.Condition(self._lock)

    def submit(self, job: str, items: Iterable[Item]) -> None:
        """Queue what is to be done for a job, in the order of its slots."""
        with self._lock:
            if self._stopping:
                return
            lane = self._lanes.setdefault(job, Lane(job))
            lane.items.extend(items)
            self._go_on(lane)

    def engaged(self, job: str) -> Work | None:
        """What a job runs, or is going to; None when it is free."""
        with self._lock:
            lane = self._lanes.get(job)
            return lane.work if lane is not None else None

    def running(self) -> list[Running]:
        """The runs that go on, oldest first."""
        return sorted((live.running for live in self._live()), key=lambda running: running.began)

    def tick(self) -> None:
        """Say in the ledger that runs go on, and give up those that outlived their deadlines. Every 15 s or so."""
        self._recorder.submit(self._beat)
        for live in self._live():
            overdue = live.seconds > live.work.job.deadline + OVERDUE_SECONDS
            if overdue and time.monotonic() > live.stop.until:
                error = DeadlineError(
                    f"the run did not end at its deadline of {live.work.job.deadline} seconds, and was given up.",
                    "A server holds its connection without answering; the next run opens a new one.",
                )
                self._give_up(live, Outcome(live.work.job.name, Status.FAILED, seconds=live.seconds, error=error))

    def aside(self, task: Task) -> None:
        """Do something with the ledger on the thread for what is recorded without a run."""
        self._recorder.submit(task)

    def stop(self, seconds: float) -> None:
        """Begin nothing more; let runs that are publishing finish within `seconds`, mark the others as interrupted."""
        with self._lock:
            self._stopping = True
            for lane in list(self._lanes.values()):
                lane.items = deque(lane.passed())
                self._go_on(lane)
        end = time.monotonic() + seconds
        publishing = [live for live in self._live() if not live.stop.now(_STOPPED)]
        with self._changed:
            self._changed.wait_for(lambda: not any(live in publishing for live in self._live()), seconds)
        for live in self._live():
            error = RunStoppedError(_STOPPED, "It is made up for when sheetsync starts again.")
            self._give_up(live, Outcome(live.work.job.name, seconds=live.seconds, error=error))
        with self._changed:
            left = max(0.0, min(LAST_RECORDS_SECONDS, end - time.monotonic()))
            self._changed.wait_for(lambda: not any(lane.recording for lane in self._lanes.values()), left)

    def wait(self, seconds: float) -> bool:
        """Wait until there is nothing to do; whether that came to pass."""
        with self._changed:
            return self._changed.wait_for(lambda: not self._lanes, seconds)

    # What is next

    def _live(self) -> list[Live]:
        with self._lock:
            return [lane.live for lane in self._lanes.values() if lane.live is not None]

    def _go_on(self, lane: Lane) -> None:
        """Start what can be started of a lane; to be called with the lock held, whenever anything has changed."""
        self._changed.notify_all()
        if lane.idle:
            self._lanes.pop(lane.job, None)
        if lane.recording or lane.starting or not lane.items:
            return
        first = lane.items[0]
        if isinstance(first, Passed):
            lane.recording = True
            self._recorder.submit(lambda: self._record(lane))
        elif lane.live is None:
            lane.starting = True
            self._publishers.expect(first.job.target.spreadsheet, first.job.name)
            self._workers.submit(lambda: self._work(lane, first))

    # Slots without runs

    def _record(self, lane: Lane) -> None:
        with self._lock:
            items = lane.passed()
        try:
            for item in items:
                self._record_one(lane.job, item)
        finally:
            with self._lock:
                lane.recording = False
                for _ in items:
                    lane.items.popleft()
                self._go_on(lane)

    def _record_one(self, job: str, item: Passed) -> None:
        now = self._clock()
        try:
            if item.state is State.MISSED:
                new = self._ledger.record_missed(job, item.slots, item.reason, now) > 0
            else:
                new = sum(self._ledger.record_skipped(job, slot, item.reason, now) for slot in item.slots) > 0
        except LedgerError as error:
            self._trouble(f"{job}: {len(item.slots)} {item.state} slots could not be recorded", error)
            return
        if new:
            self._bus.publish(SlotsPassed(job, item.slots, item.state, item.reason))

    # Runs

    def _work(self, lane: Lane, work: Work) -> None:
        if self._stopping:
            self._not_begun(lane, work)
            return
        order = Order(work.job, work.at)
        try:
            found = self._begin(work, order)
        except BaseException:
            self._not_begun(lane, work)
            raise
        if isinstance(found, Taken):
            self._taken(lane, work, found)
            return
        live = self._begun(lane, work, found)
        outcome = Outcome(work.job.name)
        try:
            self._bus.publish(RunBegan(live.running))
            outcome = self._runs(order, live, Steps(live, lambda running: self._bus.publish(RunProgressed(running))))
        finally:
            self._publishers.forget(work.job.target.spreadsheet, work.job.name)
            self._over(lane, live, outcome)

    def _begin(self, work: Work, order: Order) -> RunRecord | Taken | None:
        """The run's record; None when the ledger does not answer. The run is made all the same then."""
        try:
            return recording.begin(self._ledger, order, work.slot, work.cause, self._clock())
        except LedgerError as error:
            self._trouble(f"{work.job.name}: the run is not recorded", error)
            return None

    def _begun(self, lane: Lane, work: Work, record: RunRecord | None) -> Live:
        began = record.started if record is not None else self._clock()
        run = record.id if record is not None else 0
        live = Live(work, record, Running(run, work.job.name, work.slot, work.cause, began))
        with self._lock:
            lane.starting = False
            if lane.items:
                lane.items.popleft()
            lane.live = live
            if self._stopping:
                live.stop.now(_STOPPED)
            self._go_on(lane)
        return live

    def _taken(self, lane: Lane, work: Work, taken: Taken) -> None:
        """The slot is another process's, or the job runs in another: leave the slot, or pass it."""
        passed = Passed((work.slot,), State.SKIPPED, taken.reason) if work.slot is not None else None
        self._not_begun(lane, work, passed if taken.claim is Claim.JOB else None)
        if taken.claim is Claim.JOB and passed is None:
            self._trouble(f"{work.job.name}: not run, {taken.reason}", None)

    def _not_begun(self, lane: Lane, work: Work, instead: Passed | None = None) -> None:
        self._publishers.forget(work.job.target.spreadsheet, work.job.name)
        with self._lock:
            lane.starting = False
            if lane.items:
                lane.items.popleft()
                if instead is not None:
                    lane.items.appendleft(instead)
            self._go_on(lane)

    def _over(self, lane: Lane, live: Live, outcome: Outcome) -> None:
        """A run's thread is through with it: record how it ended, unless it was given up before."""
        with self._lock:
            given_up, live.given_up = live.given_up, True
        if given_up:
            self._workers.regain_one()
            return
        self._end(live, outcome)
        with self._lock:
            lane.live = None
            self._go_on(lane)

    def _give_up(self, live: Live, outcome: Outcome) -> None:
        """Go on without a run whose thread does not come back; it can send nothing any more that changes a sheet."""
        live.stop.now("the run was given up.")
        with self._lock:
            given_up, live.given_up = live.given_up, True
        if given_up:
            return
        self._workers.lose_one()
        self._end(live, outcome)
        with self._lock:
            lane = next((lane for lane in self._lanes.values() if lane.live is live), None)
            if lane is not None:
                lane.live = None
                self._go_on(lane)

    def _end(self, live: Live, outcome: Outcome) -> None:
        ended, at = recording.end_of(outcome), self._clock()
        if live.record is None:
            record = _unrecorded(live, ended, at)
        else:
            record = recording.with_end(live.record, ended, at)
            try:
                if not self._ledger.finish(record.id, ended, at):
                    self._trouble(f"{record.job}: another process took run {record.id} for dead before it ended", None)
            except LedgerError as error:
                self._trouble(f"{record.job}: how run {record.id} ended is not recorded", error)
        self._bus.publish(RunEnded(record, outcome.error))

    def _beat(self) -> None:
        recorded = {live.record.id: live for live in self._live() if live.record is not None}
        if not recorded:
            return
        try:
            ours = self._ledger.beat(recorded, self._clock())
        except LedgerError as error:
            self._trouble("the ledger could not be told which runs go on", error)
            return
        for run in recorded.keys() - ours:
            recorded[run].stop.now("another process took this run for dead and its spreadsheet over.")

    def _trouble(self, what: str, error: SheetsyncError | None) -> None:
        self._bus.publish(Trouble(self._clock(), what, error))


def _unrecorded(live: Live, ended: RunEnd, at: datetime) -> RunRecord:
    """What a record would say of a run that the ledger knows nothing of."""
    running, job = live.running, live.work.job
    blank = RunRecord(
        0, job.name, running.slot, running.cause, State.RUNNING, running.began, None, "", job.target.spreadsheet
    )
    return recording.with_end(blank, ended, at)


def local_engine(ledger: Ledger, bus: Bus, size: int, directory: Directory, budgets: Budgets) -> LocalEngine:
    """An engine on `size` threads for runs, and one for what is recorded without a run."""

    def report(error: Exception) -> None:
        bus.publish(Trouble(bus.clock(), "sheetsync made a mistake", error))

    def warn(error: LedgerError) -> None:
        bus.publish(Trouble(bus.clock(), "the ledger could not keep a spreadsheet for this process", error))

    workers, recorder = Pool(size, "sheetsync-run", report), Pool(1, "sheetsync-record", report)
    common = Common(directory, budgets=budgets, publishers=Publishers(Leases(ledger, bus.clock, warn)))
    return LocalEngine(ledger, bus, workers, recorder, RunWith(common, workers), common.publishers)
