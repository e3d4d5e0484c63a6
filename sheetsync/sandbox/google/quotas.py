"""Google's request quotas: per minute, per user and per project, reads and writes apart."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sheetsync.sandbox.google.errors import ERROR_INFO, HELP, ApiError
from sheetsync.sandbox.google.tokens import PROJECT_NUMBER

MINUTE = 60
PER_USER = 60
PER_PROJECT = 300


@dataclass(frozen=True, slots=True)
class Limits:
    """Requests a minute, for reads and for writes each."""

    per_user: int = PER_USER
    per_project: int = PER_PROJECT


class Quotas:
    """Counts requests and refuses those past the limits, when switched on.

    Refilled at every full minute of the clock, or of the last `refill`.
    """

    def __init__(self, clock: Callable[[], float], limits: Limits, *, on: bool) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._minute, self._origin = -1, 0.0
        self._used: Counter[tuple[str, str]] = Counter()
        self.limits = limits
        self.on = on

    def charge(self, user: str, access: str) -> None:
        """Count a request.

        Raises:
            ApiError: 429, with the body seen in real responses; the request counts all the same.
        """
        if not self.on or access not in ("read", "write"):
            return
        with self._lock:
            minute = int((self._clock() - self._origin) // MINUTE)
            if minute != self._minute:
                self._minute = minute
                self._used.clear()
            self._used[access, user] += 1
            self._used[access, ""] += 1
            of_user, of_project = self._used[access, user], self._used[access, ""]
        if of_user > self.limits.per_user:
            raise exceeded(access, self.limits.per_user, of_user=True)
        if of_project > self.limits.per_project:
            raise exceeded(access, self.limits.per_project, of_user=False)

    def refill(self) -> None:
        """Begin a new minute now."""
        with self._lock:
            self._origin = self._clock()
            self._used.clear()


def exceeded(access: str, limit: int, *, of_user: bool) -> ApiError:
    """The 429 of one quota."""
    word = access.capitalize()
    per = " per user" if of_user else ""
    info: dict[str, Any] = {
        "@type": ERROR_INFO,
        "reason": "RATE_LIMIT_EXCEEDED",
        "domain": "googleapis.com",
        "metadata": {
            "quota_location": "global",
            "quota_metric": f"sheets.googleapis.com/{access}_requests",
            "quota_limit_value": str(limit),
            "consumer": f"projects/{PROJECT_NUMBER}",
            "service": "sheets.googleapis.com",
            "quota_limit": f"{word}RequestsPerMinutePer{'User' if of_user else 'Project'}",
            "quota_unit": "1/min/{project}/{user}" if of_user else "1/min/{project}",
        },
    }
    links = [
        {
            "description": "Request a higher quota limit.",
            "url": "https://cloud.google.com/docs/quota#requesting_higher_quota",
        }
    ]
    message = (
        f"Quota exceeded for quota metric '{word} requests' and limit '{word} requests per minute{per}' of service "
        f"'sheets.googleapis.com' for consumer 'project_number:{PROJECT_NUMBER}'."
    )
    return ApiError(message, 429, (info, {"@type": HELP, "links": links}))
