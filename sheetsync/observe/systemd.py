"""What the daemon tells systemd: sd_notify, and a watchdog that has to be earned.

The protocol is datagrams of `NAME=value` lines to $NOTIFY_SOCKET (man 3 sd_notify).
"""

from __future__ import annotations

import os
import socket
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from sheetsync.daemon_events import DaemonState, Event, Reloaded, Reloading, Started, Stopping, Ticked
from sheetsync.errors import SheetsyncError
from sheetsync.ledger.ledger import Ledger

MICROSECONDS = 1_000_000
PINGS_A_WATCHDOG = 3
"""systemd advises two; a third one forgives a ledger that was busy once."""
STOP_MARGIN_SECONDS = 5
PATIENCE_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Systemd:
    """Where systemd listens. Without an address, nobody does, and nothing happens."""

    address: str = ""

    @classmethod
    def of(cls, environ: Mapping[str, str]) -> Systemd:
        return cls(environ.get("NOTIFY_SOCKET", ""))

    def tell(self, *lines: str) -> None:
        """Send lines. A message that cannot be sent is lost: whoever notices that it stays away is systemd."""
        if not self.address:
            return
        address = "\0" + self.address[1:] if self.address.startswith("@") else self.address
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as own:
            # The kernel holds some ten messages for one who does not read; nothing here may wait for that.
            own.settimeout(PATIENCE_SECONDS)
            try:
                own.connect(address)
                own.sendall("\n".join(lines).encode())
            except OSError:
                return


def watchdog_seconds(environ: Mapping[str, str], pid: int) -> float | None:
    """How often at least systemd wants to hear of this process; None when it does not want to."""
    given = environ.get("WATCHDOG_USEC", "")
    if not given.isdecimal() or environ.get("WATCHDOG_PID", str(pid)) != str(pid):
        return None
    return int(given) / MICROSECONDS or None


@dataclass(slots=True)
class Reporter:
    """Brings the daemon's events to systemd. `systemctl status` shows the last STATUS= line."""

    systemd: Systemd
    state: DaemonState
    monotonic_ns: Callable[[], int] = time.monotonic_ns
    _told: str = ""

    def __call__(self, event: Event) -> None:
        if isinstance(event, Started):
            self.systemd.tell("READY=1", f"STATUS={self._status()}")
        elif isinstance(event, Ticked):
            self._tell_status()
        elif isinstance(event, Reloading):
            # Without the time, units of Type=notify-reload wait for ever (man 5 systemd.service).
            self.systemd.tell("RELOADING=1", f"MONOTONIC_USEC={self.monotonic_ns() // 1000}", "STATUS=reloading")
        elif isinstance(event, Reloaded):
            self.systemd.tell("READY=1", f"STATUS={self._status()}")
        elif isinstance(event, Stopping):
            microseconds = int((event.seconds + STOP_MARGIN_SECONDS) * MICROSECONDS)
            names = ", ".join(running.job for running in event.running)
            waiting = f"stopping, waits for {names}" if names else "stopping"
            self.systemd.tell("STOPPING=1", f"EXTEND_TIMEOUT_USEC={microseconds}", f"STATUS={waiting}")

    def _tell_status(self) -> None:
        status = self._status()
        if status != self._told:
            self._told = status
            self.systemd.tell(f"STATUS={status}")

    def _status(self) -> str:
        return status(self.state)


def status(state: DaemonState) -> str:
    """The daemon in one line, such as `4 jobs, running: hours; next: weeks at 2026-11-30 07:00 CET`."""
    jobs = state.jobs()
    parts = [f"{len(jobs)} job{'s' if len(jobs) != 1 else ''}"]
    if names := ", ".join(running.job for running in state.running()[:3]):
        parts[0] += f", running: {names}"
    due = [(job.next_slot, job.job) for job in jobs if job.next_slot is not None and job.pause is None]
    if due:
        slot, job = min(due, key=lambda found: found[0])
        parts.append(f"next: {job.name} at {slot.astimezone(job.zone):%Y-%m-%d %H:%M %Z}")
    if not state.reload_state.ok:
        parts.append("the configuration has mistakes, the one before goes on")
    return "; ".join(parts)


@dataclass(slots=True)
class Watchdog:
    """Tells systemd that all is well, as long as it is: the scheduler lives and the ledger answers.

    It asks in a thread of its own, so that a ledger that hangs keeps the sign of life from being sent too.
    """

    systemd: Systemd
    state: DaemonState
    ledger: Ledger
    every: float
    _end: threading.Event = field(default_factory=threading.Event)
    _thread: threading.Thread | None = None

    def start(self) -> None:
        self._thread = threading.Thread(target=self._run, name="watchdog", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self._end.set()

    def look(self) -> bool:
        """Look once; True when systemd was told that all is well."""
        well = ailment(self.state, self.ledger) == ""
        if well:
            self.systemd.tell("WATCHDOG=1")
        return well

    def _run(self) -> None:
        while not self._end.is_set():
            self.look()
            self._end.wait(self.every)


def ailment(state: DaemonState, ledger: Ledger) -> str:
    """What is wrong with the daemon, in a sentence; empty when nothing is."""
    if not state.alive():
        return "the scheduler does not come by"
    try:
        ledger.ping()
    except SheetsyncError as error:
        return f"the ledger does not answer: {error.message}"
    return ""


def watchdog(state: DaemonState, ledger: Ledger, environ: Mapping[str, str]) -> Watchdog | None:
    """The watchdog that systemd asked for; None when it asked for none."""
    seconds = watchdog_seconds(environ, os.getpid())
    if seconds is None:
        return None
    return Watchdog(Systemd.of(environ), state, ledger, seconds / PINGS_A_WATCHDOG)
