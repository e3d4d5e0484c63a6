"""What the daemon tells those who watch it (logs, metrics, notifications, the page), and what they can ask of it.

Events come from whichever thread the thing happened in; a listener that has much to do hands it to a thread of its own.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from sheetsync.config.model import Config, Job
from sheetsync.errors import SheetsyncError
from sheetsync.ledger.records import Cause, Pause, RunRecord, State


@dataclass(frozen=True, slots=True)
class Running:
    """A run that goes on. All instants are UTC.

    Attributes:
        run: its id in the ledger; 0 when the ledger could not be told of it.
        slot: the scheduled instant; None for a run that was asked for by hand.
        step: what it is doing, in words for people; `done` of `of` pages or rows, `of` None while unknown.
        waiting: why it waits, when it does; else empty.
    """

    run: int
    job: str
    slot: datetime | None
    cause: Cause
    began: datetime
    step: str = ""
    done: int = 0
    of: int | None = None
    waiting: str = ""


@dataclass(frozen=True, slots=True)
class ReloadState:
    """The last time that the configuration was read: at the start, or on SIGHUP.

    Attributes:
        problems: each mistake as a line; not empty exactly when `ok` is False. The configuration before goes on then.
        added, changed, removed: names of jobs.
        later: settings that changed and take effect when the daemon is started anew.
    """

    at: datetime
    ok: bool
    problems: tuple[str, ...] = ()
    added: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    later: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Started:
    """The daemon is ready: what was due while it was away is queued, the schedules run."""

    at: datetime
    jobs: int
    caught_up: int
    missed: int
    interrupted: tuple[RunRecord, ...] = ()


@dataclass(frozen=True, slots=True)
class Ticked:
    """The scheduler lives: it comes by every TICK_SECONDS."""

    at: datetime


@dataclass(frozen=True, slots=True)
class RunBegan:
    """A run begins."""

    running: Running


@dataclass(frozen=True, slots=True)
class RunProgressed:
    """A run has come further."""

    running: Running


@dataclass(frozen=True, slots=True)
class RunEnded:
    """A run ended, as its record says; `error` is that of a failed one, with its traceback."""

    record: RunRecord
    error: SheetsyncError | None = None


@dataclass(frozen=True, slots=True)
class SlotsPassed:
    """Slots of a job that did not become runs, as they were recorded: `state` is skipped or missed."""

    job: str
    slots: Sequence[datetime]
    state: State
    reason: str


@dataclass(frozen=True, slots=True)
class Reloading:
    """The configuration is about to be read again."""

    at: datetime


@dataclass(frozen=True, slots=True)
class Reloaded:
    """The configuration was read again; `config` is the one that holds now, the old one if there were mistakes."""

    state: ReloadState
    config: Config


@dataclass(frozen=True, slots=True)
class Stopping:
    """The daemon was told to end, and gives running runs up to `seconds`."""

    at: datetime
    seconds: float
    running: tuple[Running, ...] = ()


@dataclass(frozen=True, slots=True)
class Trouble:
    """Something failed that the daemon survives, such as a listener, or a ledger that does not answer."""

    at: datetime
    what: str
    error: BaseException | None = None


Event = Started | Ticked | RunBegan | RunProgressed | RunEnded | SlotsPassed | Reloading | Reloaded | Stopping | Trouble
Listener = Callable[[Event], None]


@dataclass(slots=True)
class Bus:
    """Brings events to listeners, in the order in which they subscribed. Safe to use from several threads."""

    clock: Callable[[], datetime]
    _listeners: tuple[Listener, ...] = ()
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        """Tell `listener` of all events from now on; returns what ends that."""
        with self._lock:
            self._listeners = (*self._listeners, listener)
        return lambda: self._leave(listener)

    def publish(self, event: Event) -> None:
        """Tell everybody. A listener that raises is told of to the others, and disturbs nobody else."""
        for listener in self._listeners:
            try:
                listener(event)
            except Exception as error:  # noqa: BLE001 - whoever watches may not stop what is watched
                self._tell_of(listener, error)

    def _leave(self, listener: Listener) -> None:
        with self._lock:
            self._listeners = tuple(other for other in self._listeners if other is not listener)

    def _tell_of(self, failed: Listener, error: Exception) -> None:
        name = getattr(failed, "__qualname__", type(failed).__name__)
        trouble = Trouble(self.clock(), f"{name} could not take an event", error)
        for listener in self._listeners:
            if listener is not failed:
                try:
                    listener(trouble)
                except Exception:  # noqa: BLE001, S112 - two broken listeners must not call each other for ever
                    continue


@dataclass(frozen=True, slots=True)
class JobState:
    """A job as it stands now. `next_slot` (UTC) is None for a job that runs only when asked; it counts while paused."""

    job: Job
    next_slot: datetime | None
    pause: Pause | None = None
    running: Running | None = None
    queued: bool = False


@dataclass(frozen=True, slots=True)
class Asked:
    """What became of a wish: whether it is done, and why not."""

    accepted: bool
    reason: str = ""


class DaemonState(Protocol):
    """The daemon as others see it. Everything may be called from any thread and answers at once."""

    @property
    def started(self) -> datetime:
        """When the daemon began (UTC)."""

    @property
    def config(self) -> Config:
        """The configuration that holds now."""

    @property
    def last_tick(self) -> datetime | None:
        """When the scheduler last came by (UTC); None before the first time."""

    @property
    def reload_state(self) -> ReloadState:
        """What became of the last reading of the configuration."""

    @property
    def stopping(self) -> bool:
        """Whether the daemon was told to end."""

    def alive(self) -> bool:
        """Whether the scheduler's thread lives and came by within the last ALIVE_SECONDS (monotonic)."""

    def jobs(self) -> list[JobState]:
        """All jobs, in the order of the configuration."""

    def running(self) -> list[Running]:
        """The runs that go on, oldest first."""

    def run_now(self, job: str) -> Asked:
        """Queue a run of a job by hand. Not accepted for a job that is unknown, running or queued."""

    def pause(self, job: str, note: str = "") -> Asked:
        """Let a job's slots pass, recorded as skipped, until it is resumed; a run that goes on ends as usual."""

    def resume(self, job: str) -> Asked:
        """Let a paused job run from its next slot on."""


TICK_SECONDS = 15
ALIVE_SECONDS = 60
