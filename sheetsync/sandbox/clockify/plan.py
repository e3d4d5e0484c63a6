"""What a plan allows: the length of a range, the reports, the requests (public help pages, 2026)."""

from __future__ import annotations

import threading
from collections import defaultdict, deque
from collections.abc import Callable
from datetime import timedelta
from typing import Literal

from sheetsync.sandbox.clockify.problems import RATE_LIMIT, TOO_MANY_REQUESTS, Refusal
from sheetsync.sandbox.clockify.switches import Switches

Plan = Literal["free", "paid"]
FREE_DAYS = 31
FREE_AN_HOUR, PAID_A_SECOND = 30, 50
HOUR, SECOND = 3600.0, 1.0
SUBSCRIPTIONS: dict[Plan, str] = {"free": "FREE", "paid": "PRO_2021"}

FEATURE_MISSING = Refusal(403, "Feature not available on the current subscription plan")
AMOUNTS_EXPLAINED = Refusal(403, "You don't have permission to see amounts")


def longest_days(plan: Plan, switches: Switches) -> int | None:
    return FREE_DAYS if plan == "free" else switches.paid_longest_days


def check_range(length: timedelta, plan: Plan, switches: Switches) -> None:
    """Refuse a range longer than the plan allows; status and text are a switch, for neither is public."""
    days = longest_days(plan, switches)
    if days is not None and length > timedelta(days=days):
        message = f"Date range is limited to {days} days on the current subscription plan"
        raise Refusal(int(switches.range_refusal), message)


class Quota:
    """Requests of a workspace: 30 an hour on the free plan, 50 a second else. `clock` gives seconds."""

    def __init__(self, plan: Plan, clock: Callable[[], float]) -> None:
        self._limit, self._period = (FREE_AN_HOUR, HOUR) if plan == "free" else (PAID_A_SECOND, SECOND)
        self._clock = clock
        self._lock = threading.Lock()
        self._taken: defaultdict[str, deque[float]] = defaultdict(deque)

    def take(self, workspace_id: str, switches: Switches) -> None:
        """Count a request; a refused one counts for nothing.

        Raises:
            Refusal: 429, without any header unless the switch says so.
        """
        now = self._clock()
        with self._lock:
            taken = self._taken[workspace_id]
            while taken and self._forgotten(taken[0], now, switches):
                taken.popleft()
            if len(taken) < self._limit:
                taken.append(now)
                return
            rolling = switches.hour_window == "rolling"
            opens = taken[0] + self._period if rolling else self._period * (now // self._period + 1)
        if switches.retry_after:
            wait = max(1, int(opens - now) + 1)
            raise Refusal(429, TOO_MANY_REQUESTS.message, RATE_LIMIT, {"Retry-After": str(wait)})
        raise TOO_MANY_REQUESTS

    def _forgotten(self, at: float, now: float, switches: Switches) -> bool:
        if switches.hour_window == "rolling":
            return now - at >= self._period
        return at // self._period != now // self._period
