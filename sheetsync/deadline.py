"""How long a run may take."""

from __future__ import annotations

import time
from collections.abc import Callable

from sheetsync.errors import DeadlineError


class Deadline:
    """A moment on the monotonic clock, `seconds` from now, by which a run has to be over."""

    def __init__(self, seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        self.seconds = seconds
        self._clock = clock
        self._end = clock() + seconds

    def remaining(self) -> float:
        """Seconds left; raises DeadlineError when there are none."""
        left = self._end - self._clock()
        if left <= 0:
            raise DeadlineError(
                f"the run took longer than its deadline of {self.seconds:g} seconds.",
                "Give the job a longer deadline:, or a shorter window.",
            )
        return left

    def at_most(self, seconds: float) -> float:
        """The shorter of `seconds` and what is left."""
        return min(seconds, self.remaining())
