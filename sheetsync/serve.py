"""`sheetsync serve`: the daemon as a process, with its signals and all that stands around it."""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Iterable, Mapping
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Self

from sheetsync import around, budgeting, recording
from sheetsync.config import loading
from sheetsync.daemon import Daemon
from sheetsync.daemon_events import TICK_SECONDS, Bus, Trouble
from sheetsync.engines.local import local_engine
from sheetsync.ledger import Ledger

STOPS = (signal.SIGTERM, signal.SIGINT)
LAST_SECONDS = 29.0
"""After a signal; systemd and people are promised half a minute."""
SIGNALS = frozenset({*STOPS, signal.SIGHUP})


class Signals(AbstractContextManager["Signals"]):
    """Signals that wait until they are asked for, in place of handlers that run in the middle of something.

    To be entered before any thread is started: threads inherit which signals wait.
    """

    def __enter__(self) -> Self:
        self._before = signal.pthread_sigmask(signal.SIG_BLOCK, SIGNALS)
        return self

    def __exit__(self, *_: object) -> None:
        signal.pthread_sigmask(signal.SIG_SETMASK, self._before)

    def next(self, seconds: float) -> int | None:
        """The next signal; None when none came within `seconds`."""
        found = signal.sigtimedwait(SIGNALS, seconds)
        return found.si_signo if found is not None else None

    def let_through(self, numbers: Iterable[signal.Signals]) -> None:
        """From here on these end the process at once."""
        for number in numbers:
            signal.signal(number, signal.SIG_DFL)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, numbers)


def serve(path: Path, environ: Mapping[str, str]) -> None:
    """Serve the configuration in a file until SIGTERM or SIGINT; SIGHUP has it read again.

    A second SIGTERM or SIGINT ends the process at once. Does not return: threads that hang are left behind.

    Raises:
        ConfigurationError: the configuration has mistakes.
        LedgerError: the ledger cannot be used.
    """
    with Signals() as signals:
        config = loading.load(path, environ).config
        with Ledger.open(config.state) as ledger:
            bus = Bus(recording.now)
            directory, budgets = budgeting.counted(
                ledger, lambda what: bus.publish(Trouble(bus.clock(), what)), hold=True
            )
            engine = local_engine(ledger, bus, config.parallel, directory, budgets)
            daemon = Daemon(lambda: loading.load(path, environ), config, ledger, engine, bus)
            with around.attach(daemon, bus, ledger, config, budgets=budgets.left):
                daemon.start()
                _until_told_to_stop(daemon, signals)
                signals.let_through(STOPS)
                _end_at_the_latest_in(LAST_SECONDS)
                daemon.stop()
        _end()


def _end_at_the_latest_in(seconds: float) -> None:
    """Whatever holds up the end, be it a disk that does not answer, holds it up no longer."""
    timer = threading.Timer(seconds, _end)
    timer.daemon = True
    timer.start()


def _end() -> None:
    sys.stdout.flush()
    sys.stderr.flush()
    # The interpreter would wait for threads that read from a server which does not answer.
    os._exit(0)


def _until_told_to_stop(daemon: Daemon, signals: Signals) -> None:
    while True:
        number = signals.next(TICK_SECONDS)
        if number in STOPS:
            return
        if number == signal.SIGHUP:
            daemon.reload()
        daemon.watch_clock()
