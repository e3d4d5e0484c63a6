"""What an engine is given to do for a job: slots to run, and slots to record without a run."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime

from sheetsync.config.model import Job
from sheetsync.daemon_events import Running
from sheetsync.deadline import Stop
from sheetsync.ledger import Cause, RunRecord, State


@dataclass(frozen=True, slots=True)
class Work:
    """A run to be made. `at` is the instant (UTC) at which macros are read: the slot's own for one that is late."""

    job: Job
    slot: datetime | None
    cause: Cause
    at: datetime


@dataclass(frozen=True, slots=True)
class Passed:
    """Slots to be recorded as `state`, skipped or missed, for a reason in words."""

    slots: tuple[datetime, ...]
    state: State
    reason: str


Item = Work | Passed


@dataclass(slots=True)
class Live:
    """A run that goes on. Its `running` is replaced as it comes further; all else stays."""

    work: Work
    record: RunRecord | None
    running: Running
    stop: Stop = field(default_factory=Stop)
    began: float = field(default_factory=time.monotonic)
    given_up: bool = False

    @property
    def seconds(self) -> float:
        return time.monotonic() - self.began


@dataclass(slots=True)
class Lane:
    """What is to be done for one job, in the order of its slots.

    The ledger is told of a job's slots in that order and no other: a process that is killed in between leaves all that
    it did not tell behind the newest one that it did, where the next process looks.

    Attributes:
        live: the run that goes on; the item that it came from is not in `items` any more.
        starting: a thread is about to begin the first item.
        recording: a thread is writing the first items to the ledger.
    """

    job: str
    items: deque[Item] = field(default_factory=deque)
    live: Live | None = None
    starting: bool = False
    recording: bool = False

    @property
    def work(self) -> Work | None:
        """What runs, or else what will run next."""
        if self.live is not None:
            return self.live.work
        return next((item for item in self.items if isinstance(item, Work)), None)

    @property
    def idle(self) -> bool:
        return not (self.items or self.live or self.starting or self.recording)

    def passed(self) -> list[Passed]:
        """The items at the front that are only to be recorded."""
        found: list[Passed] = []
        for item in self.items:
            if not isinstance(item, Passed):
                break
            found.append(item)
        return found


@dataclass(slots=True)
class Steps:
    """Brings what a run says of itself into its `running`, and tells `moved`."""

    live: Live
    moved: Callable[[Running], None]
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def began(self, job: str) -> None: ...

    def fetched(self, pages: int, of: int | None) -> None:
        self._move(step="reading from Clockify (pages)", done=pages, of=of, waiting="")

    def staged(self, rows: int, of: int | None) -> None:
        self._move(step="staging in Google Sheets (rows)", done=rows, of=of, waiting="")

    def tabulated(self, rows: int) -> None:
        self._move(step="writing to Google Sheets (rows)", done=0, of=rows, waiting="")

    def published(self, rows: int) -> None:
        self._move(step="written to Google Sheets (rows)", done=rows, of=rows, waiting="")

    def waiting(self, side: str, seconds: float, why: str) -> None:
        self._move(waiting=f"{seconds:.0f} s for {side}: {why}")

    def _move(self, **changes: object) -> None:
        with self._lock:
            self.live.running = replace(self.live.running, **changes)  # type: ignore[arg-type] # named above
        self.moved(self.live.running)
