"""Who publishes what, and when: runs of one process into one spreadsheet meet here, and one of them sends for all.

1. A run that has its table joins the queue of its spreadsheet. The first one leads; the others wait for what it does.
2. The leader waits a little for runs that are known to be on their way, and for another process that is publishing.
3. It takes what has come, publishes it as a batch, and tells each run what became of its table.
4. Whoever has come meanwhile has a leader among them, who goes on with 2.

Nobody waits without an end: a run in the queue until its own deadline, one in a batch until the longest deadline of the
batch and GRACE_SECONDS are over. Then the leader's connection is taken for hung, and the next in the queue leads; the
deadline lets the former leader send nothing any more.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field
from typing import Protocol

from sheetsync.deadline import Deadline
from sheetsync.errors import DeadlineError, SheetsyncError
from sheetsync.progress import Progress
from sheetsync.sheets.accounts import Account
from sheetsync.sheets.batch import Batch, Submission
from sheetsync.sheets.client import Connection, SheetsClient
from sheetsync.sheets.plan import LONGEST_REQUEST

GATHER_SECONDS = 3.0
"""How long a batch waits for runs that are on their way; they all save a read and a write."""
RETRY_SECONDS = 2.0
"""How often it is tried whether another process is through with a spreadsheet."""
LOOK_SECONDS = 1.0
"""How often a run that waits looks whether it was told to stop."""
GRACE_SECONDS = 60.0
"""How long after its deadline a batch is waited for: by then every request of its own has timed out."""
MOST_WAITING_BYTES = 3 * LONGEST_REQUEST
"""What tables that wait may amount to while their workers fetch more; beyond, a run waits on its worker."""
MOST_WAITING = 500

Aside = Callable[[], AbstractContextManager[None]]
"""Lets another run have this one's worker meanwhile."""


class Leases(Protocol):
    """Keeps processes from publishing into one spreadsheet at once. Nothing is raised."""

    def take(self, spreadsheet: str, jobs: str) -> str:
        """Why the spreadsheet cannot be had now, in words; empty when it is this process's."""

    def lost(self, spreadsheet: str) -> bool:
        """Whether another process has taken the lease that this one had."""

    def give_back(self, spreadsheet: str) -> None: ...


class NoLeases:
    """There is no other process."""

    def take(self, spreadsheet: str, jobs: str) -> str:  # noqa: ARG002 - none is refused
        return ""

    def lost(self, spreadsheet: str) -> bool:  # noqa: ARG002 - same
        return False

    def give_back(self, spreadsheet: str) -> None: ...


class TargetBusyError(SheetsyncError):
    """Another process publishes into the spreadsheet."""

    retryable = True


@dataclass(frozen=True, slots=True)
class Way:
    """Where a table goes and as whom. `identity` tells accounts apart; tables of one batch have the same."""

    account: Account = field(compare=False)
    identity: str
    spreadsheet: str
    connection: Connection


@dataclass(slots=True, eq=False)
class _Turn:
    """A run in the queue of a spreadsheet; without a submission it wants the spreadsheet for itself.

    `until` is when the batch that it is in is given up, on the monotonic clock.
    """

    job: str
    deadline: Deadline
    progress: Progress
    way: Way | None = None
    submission: Submission | None = None
    until: float = 0.0
    over: bool = False

    @property
    def bytes(self) -> int:
        return self.submission.bytes if self.submission is not None else 0


@dataclass(slots=True)
class _Desk:
    """What goes on about one spreadsheet.

    Attributes:
        expected: jobs whose runs are on their way here.
        queue: who waits, in the order of arrival.
        leader: who sends now, until `until` on the monotonic clock at the latest.
        leased: whether this process has the spreadsheet's lease.
    """

    changed: threading.Condition
    expected: set[str] = field(default_factory=set)
    queue: list[_Turn] = field(default_factory=list)
    leader: _Turn | None = None
    until: float = 0.0
    leased: bool = False

    @property
    def free(self) -> bool:
        return self.leader is None or time.monotonic() > self.until

    @property
    def idle(self) -> bool:
        return not (self.expected or self.queue or self.leader)


class Publishers:
    """The queues of all spreadsheets that a process publishes to. Safe to use from several threads."""

    def __init__(self, leases: Leases | None = None) -> None:
        self._leases: Leases = leases if leases is not None else NoLeases()
        self._lock = threading.RLock()
        self._desks: dict[str, _Desk] = {}
        self._waiting = 0
        self._waiting_bytes = 0

    def expect(self, spreadsheet: str, job: str) -> None:
        """A run of a job is going to come, or to be forgotten: others may wait a little for it."""
        with self._lock:
            self._desk(spreadsheet).expected.add(job)

    def forget(self, spreadsheet: str, job: str) -> None:
        """A run that was expected has come, or does not come any more."""
        with self._lock:
            desk = self._desk(spreadsheet)
            desk.expected.discard(job)
            desk.changed.notify_all()
            self._tidy(spreadsheet)

    def publish(self, way: Way, submission: Submission, progress: Progress, aside: Aside = nullcontext) -> None:
        """Publish a table together with what others bring; what became of it is in the submission.

        Raises:
            DeadlineError: the run's deadline passed while it waited.
            RunStoppedError: it was told to stop while it waited.
            TargetBusyError: another process did not let go of the spreadsheet in time.
        """
        turn = _Turn(submission.stamp.job, submission.deadline, progress, way, submission)
        desk = self._arrive(way.spreadsheet, turn)
        try:
            while not turn.over:
                if self._must_wait(desk, turn):
                    with self._aside(turn, aside):
                        self._wait(desk, turn)
                if not turn.over:
                    self._lead(desk, turn, aside)
        finally:
            self._leave(way.spreadsheet, desk, turn)

    @contextmanager
    def alone(
        self, spreadsheet: str, job: str, deadline: Deadline, progress: Progress, aside: Aside = nullcontext
    ) -> Iterator[None]:
        """The spreadsheet for one run, which reads and writes there by itself meanwhile.

        Raises:
            DeadlineError, RunStoppedError, TargetBusyError: as `publish` does.
        """
        turn = _Turn(job, deadline, progress)
        desk = self._arrive(spreadsheet, turn)
        try:
            with self._aside(turn, aside):
                self._wait(desk, turn)
                self._take_lease(spreadsheet, desk, turn)
            with self._lock:
                desk.queue.remove(turn)
                desk.until = time.monotonic() + deadline.remaining() + GRACE_SECONDS
            yield
        finally:
            turn.over = True
            self._step_down(spreadsheet, desk, turn)
            self._leave(spreadsheet, desk, turn)

    # The queue

    def _desk(self, spreadsheet: str) -> _Desk:
        if spreadsheet not in self._desks:
            self._desks[spreadsheet] = _Desk(threading.Condition(self._lock))
        return self._desks[spreadsheet]

    def _tidy(self, spreadsheet: str) -> None:
        desk = self._desks.get(spreadsheet)
        if desk is not None and desk.idle:
            del self._desks[spreadsheet]

    def _arrive(self, spreadsheet: str, turn: _Turn) -> _Desk:
        with self._lock:
            desk = self._desk(spreadsheet)
            desk.expected.discard(turn.job)
            desk.queue.append(turn)
            self._waiting += 1
            self._waiting_bytes += turn.bytes
            desk.changed.notify_all()
            return desk

    def _leave(self, spreadsheet: str, desk: _Desk, turn: _Turn) -> None:
        with self._lock:
            if turn in desk.queue:
                desk.queue.remove(turn)
            self._waiting -= 1
            self._waiting_bytes -= turn.bytes
            desk.changed.notify_all()
            self._tidy(spreadsheet)

    @contextmanager
    def _aside(self, turn: _Turn, aside: Aside) -> Iterator[None]:
        """Gives the run's worker to others, unless what waits already would fill the memory."""
        with self._lock:
            room = self._waiting <= MOST_WAITING and self._waiting_bytes <= max(MOST_WAITING_BYTES, turn.bytes)
        with aside() if room else nullcontext():
            yield

    def _must_wait(self, desk: _Desk, turn: _Turn) -> bool:
        """Whether another leads; if nobody does, this one is the leader from here on."""
        with self._lock:
            if turn not in desk.queue or not desk.free:
                return True
            self._step_up(desk, turn)
            return False

    def _wait(self, desk: _Desk, turn: _Turn) -> None:
        """Return when the turn is over, or when it is its to lead."""
        with self._lock:
            while not turn.over and desk.leader is not turn:
                if turn not in desk.queue:
                    if time.monotonic() > turn.until:
                        raise _given_up()
                elif desk.free:
                    self._step_up(desk, turn)
                    continue
                else:
                    turn.deadline.remaining()
                desk.changed.wait(LOOK_SECONDS)

    def _step_up(self, desk: _Desk, turn: _Turn) -> None:
        desk.until = time.monotonic() + turn.deadline.remaining() + GRACE_SECONDS
        desk.leader = turn

    # Leading

    def _lead(self, desk: _Desk, turn: _Turn, aside: Aside) -> None:
        assert turn.way is not None  # noqa: S101 - only who has a table leads a batch
        spreadsheet, batch = turn.way.spreadsheet, list[_Turn]()
        try:
            if self._some_are_expected(desk):
                with self._aside(turn, aside):
                    self._gather(desk)
            self._take_lease(spreadsheet, desk, turn, aside)
            batch = self._close(desk, turn)
            if batch:
                self._send(spreadsheet, batch)
        finally:
            self._step_down(spreadsheet, desk, turn, batch)

    def _some_are_expected(self, desk: _Desk) -> bool:
        with self._lock:
            return bool(desk.expected)

    def _gather(self, desk: _Desk) -> None:
        """Wait for those on their way, unless the queue is full or somebody in it is short of time."""
        with self._lock:
            shortest = min(turn.deadline.left for turn in desk.queue)
            desk.changed.wait_for(
                lambda: not desk.expected or sum(turn.bytes for turn in desk.queue) >= LONGEST_REQUEST,
                min(GATHER_SECONDS, max(0.0, shortest) / 2),
            )

    def _take_lease(self, spreadsheet: str, desk: _Desk, turn: _Turn, aside: Aside = nullcontext) -> None:
        """Have the spreadsheet's lease; another process's is waited for until the deadline."""
        if desk.leased:
            return
        told = set[str]()
        while reason := self._leases.take(spreadsheet, self._names(desk)):
            try:
                turn.deadline.remaining()
            except DeadlineError as error:
                raise TargetBusyError(f"{reason}; it was waited for.", "Run the job again later.") from error
            with self._lock:
                new = [other for other in desk.queue if other.job not in told]
            for other in new:
                told.add(other.job)
                other.progress.waiting("the spreadsheet", max(0.0, other.deadline.left), reason)
            with self._aside(turn, aside):
                self._pause(desk)
        desk.leased = True

    def _pause(self, desk: _Desk) -> None:
        with self._lock:
            desk.changed.wait(RETRY_SECONDS)

    def _names(self, desk: _Desk) -> str:
        with self._lock:
            first, *others = [turn.job for turn in desk.queue]
        return f"job {first}" + (f" with {len(others)} more" if others else "")

    def _close(self, desk: _Desk, leader: _Turn) -> list[_Turn]:
        """Take a batch from the queue: those that came the leader's way, as many as fit about one request."""
        batch, size = list[_Turn](), 0
        with self._lock:
            for turn in [leader, *(turn for turn in desk.queue if turn is not leader)]:
                if turn.way != leader.way or (batch and size + turn.bytes > LONGEST_REQUEST):
                    continue
                try:
                    turn.deadline.remaining()
                except SheetsyncError as error:
                    _end(turn, error)
                else:
                    batch.append(turn)
                    size += turn.bytes
                desk.queue.remove(turn)
            if batch:
                desk.until = time.monotonic() + max(turn.deadline.left for turn in batch) + GRACE_SECONDS
            for turn in batch:
                turn.until = desk.until
        return batch

    def _send(self, spreadsheet: str, batch: list[_Turn]) -> None:
        way, submissions = batch[0].way, [turn.submission for turn in batch if turn.submission is not None]
        assert way is not None  # noqa: S101 - who is in a batch has a table
        if self._leases.lost(spreadsheet):
            error = TargetBusyError("another process took this one for dead and the spreadsheet over.")
            for turn in batch:
                _end(turn, error)
            return
        latest = max((turn.deadline for turn in batch), key=lambda deadline: deadline.left)
        told = _All([turn.progress for turn in batch])
        client = SheetsClient(way.account, way.spreadsheet, way.connection, latest.unstoppable(), told)
        Batch(client, submissions, batch[0].until).publish()

    def _step_down(self, spreadsheet: str, desk: _Desk, turn: _Turn, batch: list[_Turn] | None = None) -> None:
        """Tell the batch that it is over, and let the next one lead; a leader that was replaced only does the first."""
        with self._lock:
            replaced = desk.leader is not turn
        if not replaced and desk.leased:
            self._leases.give_back(spreadsheet)
        with self._lock:
            if not replaced:
                desk.leader, desk.leased = None, False
            for each in batch or ():
                each.over = True
            desk.changed.notify_all()


@dataclass(frozen=True, slots=True)
class _All:
    """Progress of a batch: each of its runs is told."""

    listeners: list[Progress]

    def began(self, job: str) -> None: ...

    def fetched(self, pages: int, of: int | None) -> None: ...

    def tabulated(self, rows: int) -> None: ...

    def staged(self, rows: int, of: int | None) -> None: ...

    def waiting(self, side: str, seconds: float, why: str) -> None:
        for listener in self.listeners:
            listener.waiting(side, seconds, why)

    def published(self, rows: int) -> None: ...


def _end(turn: _Turn, error: SheetsyncError) -> None:
    if turn.submission is not None:
        turn.submission.error = error
    turn.over = True


def _given_up() -> DeadlineError:
    return DeadlineError(
        "the run did not end at its deadline, and was given up.",
        "A server holds its connection without answering; the next run opens a new one.",
    )
