"""What a person sees of runs: bars on a terminal while they go on, a line for what became of each.

What prints is imported once there is something to print: the runs are on their way by then.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, closing, contextmanager, nullcontext
from typing import Protocol

from sheetsync.engines import once
from sheetsync.errors import SheetsyncError
from sheetsync.progress import Progress, Silent
from sheetsync.recording import Recorder
from sheetsync.run import Order, Outcome


class Watcher(Protocol):
    """Who is told of several runs."""

    def listener(self, job: str) -> Progress:
        """Who is told of a job's run."""

    def over(self, job: str) -> None:
        """The job's run is over."""

    def shown(self) -> AbstractContextManager[None]:
        """What is told is shown meanwhile."""

    def aside(self) -> AbstractContextManager[None]:
        """It is not shown meanwhile: what is printed may be on the same terminal."""


class Lines(Silent):
    """Progress where there is no terminal: waits alone are worth a line in a log, one for several runs."""

    def __init__(self) -> None:
        self._said = ""

    def waiting(self, side: str, seconds: float, why: str) -> None:
        from sheetsync import console  # noqa: PLC0415 - see above

        line = f"waiting {seconds:.0f} s for {side}: {why}"
        if line != self._said:
            self._said = line
            console.note(line)


class Log:
    """Next to nothing is told where there is no terminal."""

    def __init__(self) -> None:
        self._lines = Lines()

    def listener(self, job: str) -> Progress:  # noqa: ARG002 - the same for all
        return self._lines

    def over(self, job: str) -> None: ...

    def shown(self) -> AbstractContextManager[None]:
        return nullcontext()

    def aside(self) -> AbstractContextManager[None]:
        return nullcontext()


def watcher() -> Watcher:
    """Bars on a terminal, lines elsewhere."""
    if not sys.stderr.isatty():
        return Log()
    from sheetsync.bars import Bars  # noqa: PLC0415 - see above

    return Bars()


@contextmanager
def listener(job: str) -> Iterator[Progress]:
    """What is told of one run."""
    watching = watcher()
    with watching.shown():
        yield watching.listener(job)


def run_jobs(orders: Sequence[Order], parallel: int, recorder: Recorder, *, quiet: bool) -> list[Outcome]:
    """Run jobs, `parallel` at a time; a line for each unless `quiet`, in the order of the jobs.

    Raises:
        SheetsyncError: what became of them cannot be printed; they were run all the same.
    """
    watching, found = watcher(), list[Outcome]()
    unheard: list[str] = []
    waiting = iter([watching.listener(order.job.name) for order in orders])
    ending = once.outcomes(orders, parallel, recorder, lambda: next(waiting))
    # Closed before the ledger is, whatever ends the loop.
    with watching.shown(), closing(ending):
        for ended in ending:
            found.append(ended)
            watching.over(ended.job)
            if not quiet:
                with watching.aside():
                    unheard += _unheard(ended)
    if unheard:
        raise SheetsyncError(f"what became of the runs cannot be printed: {unheard[0]}.", "See sheetsync history.")
    return found


def _unheard(ended: Outcome) -> list[str]:
    """Tell what became of a run; why that cannot be done, if so: a disk is full, or nobody reads on."""
    from sheetsync import console  # noqa: PLC0415 - see above

    try:
        console.outcome(ended)
    except (OSError, SystemExit) as error:
        return [error.strerror or "" if isinstance(error, OSError) else "nobody reads it"]
    return []
