"""When a request is sent again, and how long that waits."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import stamina
import stamina.instrumentation

from sheetsync.deadline import Deadline
from sheetsync.errors import BudgetError, SheetsyncError
from sheetsync.progress import Progress

ATTEMPTS = 6
FIRST_WAIT = 0.5
LONGEST_WAIT = 10.0
QUOTA_WAITS = (2.0, 6.0, 12.0, 20.0, 30.0)
"""Seconds between tries after a 429: together they outlast a quota that is refilled each minute."""
AT_ONCE = 0.001

# By itself stamina logs each try to stdout, where data goes, with the error's text as it is.
stamina.instrumentation.set_on_retry_hooks(())


@dataclass(slots=True)
class Retries:
    """Tries again what may go better, within the run's deadline.

    Attributes:
        quota: the error class whose waits follow QUOTA_WAITS, or its own `retry_after` where the server named one.
        budgeted: each try waits for its budget, which knows of the refusal; so nothing else has to wait.
    """

    deadline: Deadline
    progress: Progress
    quota: type[SheetsyncError]
    attempts: int = ATTEMPTS
    budgeted: bool = False

    def __call__(self) -> Iterator[stamina.Attempt]:
        """The attempts, for `for attempt in retries(): with attempt: …`."""
        return stamina.retry_context(
            on=self._hook(),
            attempts=self.attempts,
            timeout=self.deadline.remaining(),
            wait_initial=FIRST_WAIT,
            wait_max=LONGEST_WAIT,
            wait_jitter=FIRST_WAIT,
        ).__iter__()

    def _hook(self) -> Callable[[Exception], bool | float]:
        quota_waits = iter(QUOTA_WAITS)

        def wait(error: Exception) -> bool | float:
            if not isinstance(error, SheetsyncError) or not error.retryable or isinstance(error, BudgetError):
                return False
            if not isinstance(error, self.quota):
                return True
            if self.budgeted:
                return AT_ONCE
            seconds = getattr(error, "retry_after", None)
            if seconds is None:
                seconds = next(quota_waits, QUOTA_WAITS[-1])
            if seconds >= self.deadline.remaining():
                return False
            self.progress.waiting(error.side, seconds, error.message)
            return float(seconds)

        return wait
