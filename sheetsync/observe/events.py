"""The daemon's events as lines of the log."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from functools import singledispatchmethod
from threading import Lock
from typing import Any

import structlog

from sheetsync.daemon_events import (
    Event,
    Reloaded,
    Reloading,
    RunBegan,
    RunEnded,
    Running,
    RunProgressed,
    SlotsPassed,
    Started,
    Stopping,
    Trouble,
)
from sheetsync.errors import SheetsyncError
from sheetsync.ledger.records import RunRecord, State
from sheetsync.observe import logs

_ODD = (State.INTERRUPTED, State.SKIPPED, State.MISSED, State.DELAYED)
LEVELS = {State.FAILED: "error", **dict.fromkeys(_ODD, "warning")}
_MOST_SLOTS = 3


@dataclass(slots=True)
class Chronicle:
    """Writes what happens into the log. `log` is a structlog logger."""

    log: Any
    _waiting: dict[int, str] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def __call__(self, event: Event) -> None:
        self._write(event)

    @singledispatchmethod
    def _write(self, _event: Event) -> None:
        """Ticks are no news."""

    @_write.register
    def _(self, event: Started) -> None:
        self.log.info(
            "started", action="started", jobs=event.jobs, caught_up=event.caught_up or None, missed=event.missed or None
        )
        for record in event.interrupted:
            self.log.warning("a run was interrupted when its process ended", action="run_interrupted", **_of(record))

    @_write.register
    def _(self, event: RunBegan) -> None:
        running = event.running
        # A run begins on the thread that makes it: what a library logs there gets the run's names too.
        structlog.contextvars.bind_contextvars(**_of_running(running))
        self.log.info("run began", action="run_began", cause=str(running.cause))

    @_write.register
    def _(self, event: RunProgressed) -> None:
        running = event.running
        with self._lock:
            news = running.waiting and self._waiting.get(running.run) != running.waiting
            self._waiting[running.run] = running.waiting
        if news:
            self.log.info("run waits", action="run_waits", **_of_running(running), reason=running.waiting)

    @_write.register
    def _(self, event: RunEnded) -> None:
        record = event.record
        with self._lock:
            self._waiting.pop(record.id, None)
        say: Callable[..., None] = getattr(self.log, LEVELS.get(record.state, "info"))
        say(
            f"run {record.state}",
            action=f"run_{record.state}",
            **_of(record),
            **_figures(record),
            exc_info=_inside(event.error),
        )
        structlog.contextvars.unbind_contextvars(*logs.BOUND)

    @_write.register
    def _(self, event: SlotsPassed) -> None:
        slots = [_slot(slot) for slot in event.slots[:_MOST_SLOTS]]
        more = len(event.slots) - len(slots)
        self.log.warning(
            f"slot {event.state}" if len(event.slots) == 1 else f"{len(event.slots)} slots {event.state}",
            action=f"slot_{event.state}",
            job=event.job,
            slot=", ".join(str(slot) for slot in slots) + (f" and {more} more" if more else ""),
            reason=event.reason,
        )

    @_write.register
    def _(self, _event: Reloading) -> None:
        self.log.info("reloading", action="reloading")

    @_write.register
    def _(self, event: Reloaded) -> None:
        found = event.state
        for problem in found.problems:
            self.log.error(problem, action="reload_problem")
        if not found.ok:
            self.log.error("the configuration has mistakes; the one before goes on", action="reload_failed")
            return
        changes = {name: ", ".join(getattr(found, name)) for name in ("added", "changed", "removed", "later")}
        self.log.info("reloaded", action="reloaded", jobs=len(event.config.jobs), **changes)

    @_write.register
    def _(self, event: Stopping) -> None:
        names = ", ".join(running.job for running in event.running)
        self.log.info("stopping", action="stopping", waits_for=names, seconds=event.seconds if names else None)

    @_write.register
    def _(self, event: Trouble) -> None:
        self.log.error(event.what, action="trouble", exc_info=event.error)


def _of_running(running: Running) -> dict[str, object]:
    return {"job": running.job, "run": running.run or None, "slot": _slot(running.slot)}


def _of(record: RunRecord) -> dict[str, object]:
    return {"job": record.job, "run": record.id or None, "slot": _slot(record.slot)}


def _figures(record: RunRecord) -> dict[str, object]:
    return {
        "rows": record.rows,
        "seconds": round(record.seconds, 2),
        "requests": record.clockify_requests + record.sheets_reads + record.sheets_writes,
        "reason": record.reason,
        "side": record.side,
        "error": record.error,
        "todo": record.todo,
    }


def _slot(slot: datetime | None) -> str | None:
    return slot.isoformat(timespec="seconds").replace("+00:00", "Z") if slot is not None else None


def _inside(error: SheetsyncError | None) -> BaseException | None:
    """The error whose traceback helps: one that we did not foresee."""
    return error if type(error) is SheetsyncError and error.__cause__ is not None else None
