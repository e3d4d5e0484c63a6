"""How long a run may take, and how it is told to stop."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from sheetsync.errors import DeadlineError, SheetsyncError


class RunStoppedError(SheetsyncError):
    """The run was told to stop before it published anything."""

    retryable = True


class Stop:
    """Tells a run to stop. One that has begun to publish is past stopping: what it began, it finishes."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._reason = ""
        self._publishing = False
        self._until = 0.0

    @property
    def until(self) -> float:
        """The moment on the monotonic clock up to which the run may be publishing together with others; 0 at first."""
        return self._until

    def now(self, reason: str) -> bool:
        """Let the run's next request raise RunStoppedError; `reason` is a sentence for people.

        Returns whether the run will publish nothing any more.
        """
        with self._lock:
            self._reason = reason
            return not self._publishing

    def check(self) -> None:
        """Raises RunStoppedError when the run is to stop."""
        if self._reason and not self._publishing:
            raise RunStoppedError(self._reason, "The sheet holds the last table, whole. The next run replaces it.")

    def publish(self, until: float = 0.0) -> None:
        """From here on the run is not to be stopped; it may be `until` that moment before it is over.

        Raises:
            RunStoppedError: it was, already.
        """
        with self._lock:
            self.check()
            self._publishing = True
            self._until = until


class Deadline:
    """A moment on the monotonic clock, `seconds` from now, by which a run has to be over; it may be stopped before."""

    def __init__(self, seconds: float, stop: Stop | None = None, clock: Callable[[], float] = time.monotonic) -> None:
        self.seconds = seconds
        self._stop = stop or Stop()
        self._clock = clock
        self._end = clock() + seconds

    @property
    def left(self) -> float:
        """Seconds left; less than 0 when it has passed."""
        return self._end - self._clock()

    def remaining(self) -> float:
        """Seconds left.

        Raises:
            DeadlineError: there are none.
            RunStoppedError: the run was told to stop.
        """
        self._stop.check()
        left = self.left
        if left <= 0:
            raise DeadlineError(
                f"the run took longer than its deadline of {self.seconds:g} seconds.",
                "Give the job a longer deadline:, or a shorter window.",
            )
        return left

    def unstoppable(self) -> Deadline:
        """The same moment, for what goes on when this run is told to stop, since it is done for others too."""
        other = Deadline(self.seconds, clock=self._clock)
        other._end = self._end
        return other

    def at_most(self, seconds: float) -> float:
        """The shorter of `seconds` and what is left."""
        return min(seconds, self.remaining())
