"""The daemon: starts where the last process ended, runs jobs at their slots, takes a new configuration, stops."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable
from collections.abc import Set as AbstractSet
from contextlib import suppress
from datetime import datetime, timedelta

from apscheduler.executors.debug import DebugExecutor  # type: ignore[import-untyped] # it has no annotations
from apscheduler.jobstores.base import JobLookupError  # type: ignore[import-untyped] # same
from apscheduler.schedulers.background import BackgroundScheduler  # type: ignore[import-untyped] # same
from apscheduler.schedulers.base import BaseScheduler  # type: ignore[import-untyped] # same

from sheetsync.config.loading import Loaded
from sheetsync.config.model import Config
from sheetsync.daemon_events import (
    ALIVE_SECONDS,
    TICK_SECONDS,
    Asked,
    Bus,
    Event,
    JobState,
    Reloaded,
    Reloading,
    ReloadState,
    RunEnded,
    Running,
    Started,
    Stopping,
    Ticked,
    Trouble,
)
from sheetsync.engines.local import LocalEngine
from sheetsync.engines.work import Item, Passed, Work
from sheetsync.errors import BudgetError, ConfigurationError
from sheetsync.ledger import Cause, Ledger, LedgerError, Pause, RunRecord, State
from sheetsync.schedule.timetable import Due, Rhythms, Timetable
from sheetsync.schedule.trigger import SlotTrigger, TickTrigger

STOP_SECONDS = 25.0
"""How long running publishes may take when the daemon stops."""
CLOCK_STEP = timedelta(seconds=5)
"""A wall clock that moved this much more or less than time itself was set."""

SCHEDULER_SECONDS = 2.0

SOONER = timedelta(seconds=10)
"""How long before its quota is refilled a run that was put off begins: it then waits for its turn, and loses none."""

_RHYTHMS = "schedules"
_AGAIN = "put off: "
_UNFINISHED = (State.INTERRUPTED, State.DELAYED)
_TICK = "sheetsync tick"
_DAY_SECONDS = 86_400
_LATER = ("state", "parallel", "serve")
_SCHEDULING = {"coalesce": True, "misfire_grace_time": None, "max_instances": 1}
"""No run is dropped for being late, and however many moments went by are one call: what is due is counted anew."""


def background_scheduler() -> BaseScheduler:
    """APScheduler with all that it does by itself switched off. What it calls is quick, so it calls it itself."""
    return BackgroundScheduler(
        timezone="UTC", executors={"default": DebugExecutor()}, job_defaults=dict(_SCHEDULING), daemon=True
    )


class Daemon:
    """Keeps a configuration's jobs running. It is what `DaemonState` says of it.

    Args:
        load: reads the configuration anew; raises ConfigurationError when it has mistakes.
        clock: now, as an aware instant in UTC.
    """

    def __init__(
        self,
        load: Callable[[], Loaded],
        config: Config,
        ledger: Ledger,
        engine: LocalEngine,
        bus: Bus,
        scheduler: BaseScheduler | None = None,
    ) -> None:
        self._load = load
        self._config = config
        self._ledger = ledger
        self._engine = engine
        self._bus = bus
        self._clock = bus.clock
        self._scheduler = scheduler if scheduler is not None else background_scheduler()
        self._timetable = Timetable()
        self._paused: dict[str, Pause] = {}
        self._lock = threading.RLock()
        self._started = self._clock()
        self._reload = ReloadState(self._started, ok=True)
        self._last_tick: datetime | None = None
        self._ticked = time.monotonic()
        self._pruned = 0.0
        self._clocks = (self._started, time.monotonic())
        self._stopping = False
        bus.subscribe(self._heard)

    # Its life

    def start(self) -> None:
        """Take up where the last process ended, and begin.

        1. What dead processes left as running is marked as interrupted.
        2. The scheduler learns of all jobs, and does nothing yet: so no slot falls between what went by and what comes.
        3. What is due since the last recorded slot of each job is run, or recorded as missed.
        4. A run that was interrupted or put off, and that no newer slot makes up for, is made once more.

        Raises:
            LedgerError: the ledger does not answer.
        """
        jobs, now = self._config.jobs, self._clock()
        self._ledger.see([job.name for job in jobs], now)
        interrupted = self._ledger.interrupt_orphans(now)
        self._paused = self._ledger.paused()
        latest = self._ledger.latest_by_job([state for state in State if state is not State.SKIPPED])
        rhythms = self._keep_rhythms(now)
        with self._lock:
            self._timetable = Timetable(rhythms.entries(jobs, self._ledger.last_slots(), now))
            self._scheduler.start(paused=True)
            self._scheduler.add_job(self._tick, TickTrigger(TICK_SECONDS), id=_TICK, next_run_time=now)
            self._schedule(self._timetable.entries)
            dues = [due for name in self._timetable.entries if (due := self._due(name)) is not None]
        self._make_up(latest, {due.job.name for due in dues if due.plan.run})
        self._scheduler.resume()
        caught_up, missed = (sum(len(due.plan.run) for due in dues), sum(len(due.plan.missed) for due in dues))
        self._bus.publish(Started(now, len(jobs), caught_up, missed, tuple(interrupted)))

    def reload(self) -> ReloadState:
        """Read the configuration again: all of it counts from now on, or, with a mistake in it, nothing."""
        now = self._clock()
        self._bus.publish(Reloading(now))
        try:
            config = self._load().config
        except ConfigurationError as error:
            state = ReloadState(now, ok=False, problems=tuple(str(problem) for problem in error.problems))
        except Exception as error:  # noqa: BLE001 - whatever is wrong with the new one, the old one works
            self._bus.publish(Trouble(now, "sheetsync made a mistake in reading the configuration", error))
            state = ReloadState(now, ok=False, problems=(f"sheetsync made a mistake: {type(error).__name__}",))
        else:
            state = self._swap(config, now)
        self._reload = state
        self._bus.publish(Reloaded(state, self._config))
        return state

    def stop(self, seconds: float = STOP_SECONDS) -> None:
        """Begin nothing more, and let publishes finish within `seconds`; other runs are interrupted."""
        if self._stopping:
            return
        self._stopping = True
        self._bus.publish(Stopping(self._clock(), seconds, tuple(self._engine.running())))
        self._scheduler.pause()
        self._engine.stop(seconds)
        # It waits for its thread, which a listener may hold up.
        end = threading.Thread(target=self._scheduler.shutdown, kwargs={"wait": False}, daemon=True)
        end.start()
        end.join(SCHEDULER_SECONDS)

    def watch_clock(self) -> None:
        """Notice that the clock was set, or that the machine slept: APScheduler would wait for the old time.

        To be called from the main thread every TICK_SECONDS or so.
        """
        (wall, steady), (now, monotonic) = self._clocks, (self._clock(), time.monotonic())
        self._clocks = (now, monotonic)
        step = (now - wall) - timedelta(seconds=monotonic - steady)
        if abs(step) < CLOCK_STEP:
            return
        with self._lock:
            self._timetable.turn_back(now)
            names = list(self._timetable.entries)
        self._scheduler.modify_job(_TICK, next_run_time=now)
        self._schedule(names)
        for name in names:
            self._due(name)
        what = f"the clock was moved by {step.total_seconds():+.0f} s; the schedules follow it"
        self._bus.publish(Trouble(now, what))

    # What others see

    @property
    def started(self) -> datetime:
        return self._started

    @property
    def config(self) -> Config:
        return self._config

    @property
    def last_tick(self) -> datetime | None:
        return self._last_tick

    @property
    def reload_state(self) -> ReloadState:
        return self._reload

    @property
    def stopping(self) -> bool:
        return self._stopping

    def alive(self) -> bool:
        thread = getattr(self._scheduler, "_thread", None)
        return thread is not None and thread.is_alive() and time.monotonic() - self._ticked < ALIVE_SECONDS

    def jobs(self) -> list[JobState]:
        now, running = self._clock(), {running.job: running for running in self._engine.running()}
        with self._lock:
            entries = [
                self._timetable.entries[job.name] for job in self._config.jobs if job.name in self._timetable.entries
            ]
        return [
            JobState(
                job=entry.job,
                next_slot=entry.next_slot(now),
                pause=self._paused.get(entry.job.name),
                running=running.get(entry.job.name),
                queued=entry.job.name not in running and self._engine.engaged(entry.job.name) is not None,
            )
            for entry in entries
        ]

    def running(self) -> list[Running]:
        return self._engine.running()

    # What others ask for

    def run_now(self, job: str) -> Asked:
        found = self._config.job(job)
        if found is None:
            return _unknown(job)
        with self._lock:
            if self._stopping:
                return Asked(accepted=False, reason="sheetsync is stopping.")
            busy = self._engine.engaged(job)
            if busy is not None:
                return Asked(accepted=False, reason=f"{_called(busy)} is not over yet.")
            self._engine.submit(job, [Work(found, None, Cause.MANUAL, self._clock())])
        return Asked(accepted=True)

    def pause(self, job: str, note: str = "") -> Asked:
        if self._config.job(job) is None:
            return _unknown(job)
        return self._asked_of_ledger(lambda: self._ledger.pause(job, note, self._clock()))

    def resume(self, job: str) -> Asked:
        return self._asked_of_ledger(lambda: self._ledger.resume(job))

    def _asked_of_ledger(self, wish: Callable[[], object]) -> Asked:
        try:
            wish()
            self._paused = self._ledger.paused()
        except LedgerError as error:
            return Asked(accepted=False, reason=str(error))
        return Asked(accepted=True)

    # Slots

    def _schedule(self, names: Iterable[str]) -> None:
        """Tell the scheduler when to come by for these jobs.

        Not to be called with our lock held: the scheduler's thread holds its own while it runs what then asks for ours.
        """
        for name in names:
            entry = self._timetable.entries[name]
            trigger = SlotTrigger(entry.job.schedule, entry.job.zone, entry.offset, self._trouble_with(name))
            self._scheduler.add_job(self._due, trigger, args=[name], id=name, name=name, replace_existing=True)

    def _due(self, name: str) -> Due | None:
        """Hand to the engine what is due of a job, and return it."""
        with self._lock:
            if name not in self._timetable.entries:
                return None
            due = self._timetable.due(name, self._clock())
            if due is not None:
                self._engine.submit(name, self._items(due))
            return due

    def _items(self, due: Due) -> list[Item]:
        """What becomes of slots that are due, in their order."""
        pause, busy = self._paused.get(due.job.name), self._engine.engaged(due.job.name)
        if pause is None and busy is None:
            return [*_missed(due), *(_work(due, slot) for slot in due.plan.run)]
        reason = f"{_called(busy)} was not over yet" if pause is None and busy is not None else _said(pause)
        return _without_runs(due, reason)

    def _make_up(self, latest: dict[str, RunRecord], made_up: set[str]) -> None:
        """Make runs once more that were interrupted or put off; what happens to them again is left to the schedule."""
        for name, record in latest.items():
            job = self._config.job(name)
            wanted = record.state in _UNFINISHED and record.slot is not None and name not in made_up
            if wanted and job is not None and name not in self._paused and job.catch_up != "none":
                self._engine.submit(name, [Work(job, None, Cause.CATCH_UP, record.slot or record.started)])

    def _heard(self, event: Event) -> None:
        """A run that was put off is made when its quota is refilled, unless its job's next slot comes first."""
        if not isinstance(event, RunEnded) or not isinstance(event.error, BudgetError):
            return
        record, until = event.record, event.error.until - SOONER
        with self._lock:
            entry = self._timetable.entries.get(record.job)
            upcoming = entry.next_slot(self._clock()) if entry is not None else None
        if entry is None or self._stopping or (upcoming is not None and upcoming + entry.offset <= until):
            return
        asked = record.slot or record.started
        self._scheduler.add_job(
            self._again,
            "date",
            run_date=until,
            args=[record.job, asked],
            id=f"{_AGAIN}{record.job}",
            replace_existing=True,
        )

    def _again(self, name: str, at: datetime) -> None:
        with self._lock:
            entry = self._timetable.entries.get(name)
            if entry is not None and name not in self._paused and self._engine.engaged(name) is None:
                self._engine.submit(name, [Work(entry.job, None, Cause.CATCH_UP, at)])

    # Now and then

    def _tick(self) -> None:
        self._last_tick, self._ticked = self._clock(), time.monotonic()
        self._engine.tick()
        self._engine.aside(self._look_into_the_ledger)
        self._bus.publish(Ticked(self._last_tick))

    def _look_into_the_ledger(self) -> None:
        """What other processes changed; once a day, what is too old is deleted."""
        try:
            self._paused = self._ledger.paused()
            if not self._pruned or time.monotonic() - self._pruned > _DAY_SECONDS:
                self._pruned = time.monotonic()
                self._ledger.prune(self._clock(), max(1, self._config.keep_history // _DAY_SECONDS))
        except LedgerError as error:
            self._bus.publish(Trouble(self._clock(), "the ledger does not answer", error))

    def _swap(self, config: Config, now: datetime) -> ReloadState:
        old = {job.name: job for job in self._config.jobs}
        new = {job.name: job for job in config.jobs}
        later = tuple(name for name in _LATER if getattr(config, name) != getattr(self._config, name))
        with self._lock:
            changed = self._timetable.swap(config.jobs, now)
            self._config = config
        for name in old.keys() - new.keys():
            with suppress(JobLookupError):
                self._scheduler.remove_job(name)
        self._schedule(changed)
        for name in changed:
            self._due(name)
        try:
            self._ledger.see(new, now)
            self._keep_rhythms(now, forget=old.keys() - new.keys())
        except LedgerError as error:
            self._bus.publish(Trouble(now, "the ledger could not be told of the new configuration", error))
        return ReloadState(
            now,
            ok=True,
            added=tuple(name for name in new if name not in old),
            changed=tuple(name for name in new if name in old and new[name] != old[name]),
            removed=tuple(name for name in old if name not in new),
            later=later,
        )

    def _keep_rhythms(self, now: datetime, forget: AbstractSet[str] = frozenset()) -> Rhythms:
        before = self._ledger.get(_RHYTHMS)
        rhythms = Rhythms.read(before).updated(self._config.jobs, now, forget)
        if rhythms.write() != before:
            self._ledger.put(_RHYTHMS, rhythms.write())
        return rhythms

    def _trouble_with(self, job: str) -> Callable[[Exception], None]:
        return lambda error: self._bus.publish(Trouble(self._clock(), f"{job}: its next slot is not known", error))


def _called(work: Work | None) -> str:
    if work is None or work.slot is None:
        return "a run that was asked for by hand"
    return f"the run of {work.slot.astimezone(work.job.zone):%Y-%m-%d %H:%M}"


def _said(pause: Pause | None) -> str:
    return f"the job is paused: {pause.note}" if pause is not None and pause.note else "the job is paused"


def _unknown(job: str) -> Asked:
    return Asked(accepted=False, reason=f"there is no job called '{job}'.")


def _work(due: Due, slot: datetime) -> Work:
    on_time = slot >= due.on_time
    return Work(due.job, slot, Cause.SCHEDULE if on_time else Cause.CATCH_UP, slot)


def _missed(due: Due) -> list[Item]:
    """What is recorded of slots that are too old to be run."""
    if not due.plan.missed:
        return []
    reason = f"sheetsync was not running; catch_up: {due.job.catch_up}"
    return _recorded(due, due.plan.missed, State.MISSED, reason)


def _without_runs(due: Due, reason: str) -> list[Item]:
    """What is recorded of slots of which none is run: `reason` is why not even the one that is on time."""
    late = tuple(slot for slot in due.found.slots if slot < due.on_time)
    on_time = due.found.slots[len(late) :]
    items = _recorded(due, late, State.MISSED, f"sheetsync was not running, and {reason}") if late else []
    return [*items, *([Passed(on_time, State.SKIPPED, reason)] if on_time else [])]


def _recorded(due: Due, slots: tuple[datetime, ...], state: State, reason: str) -> list[Item]:
    if not due.found.more or len(due.found.slots) == 1:
        return [Passed(slots, state, reason)]
    until = due.found.slots[1].astimezone(due.job.zone)
    first = Passed(slots[:1], state, f"{reason}; so were all slots until {until:%Y-%m-%d %H:%M}")
    return [first, *([Passed(slots[1:], state, reason)] if slots[1:] else [])]
