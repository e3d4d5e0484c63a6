"""Requests wait for their turns here, within the deadline of their run."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from enum import StrEnum
from typing import Protocol

from sheetsync.budgets.counter import Counter, MemoryCounter
from sheetsync.budgets.quota import MINUTE_SECONDS, SECOND, Quota, Refused, Turn, Wish, instant, micros
from sheetsync.deadline import Deadline
from sheetsync.errors import BudgetError, ClockifyBudgetError, GoogleBudgetError, Side
from sheetsync.progress import Progress

LOOK_SECONDS = 1.0
"""How often who waits looks whether its run was told to stop."""
WORTH_TELLING_SECONDS = 1.0
LONGEST_CLOSED_SECONDS = 30
"""For how long a quota of a second is closed at most, when refusals do not end."""


class Use(StrEnum):
    """What a request is for; the quotas of the two are apart."""

    READ = "read"
    WRITE = "write"


class Budget(Protocol):
    """What the requests of one run to one side pass. Safe to use from several threads.

    Attributes:
        kept: whether somebody counts; if not, a client waits after a refusal by itself.
    """

    kept: bool

    def spend(self, deadline: Deadline, progress: Progress, use: Use = Use.READ) -> None:
        """Wait until a request may go out. Each try of a request passes here.

        Raises:
            BudgetError: that would be after the deadline.
            DeadlineError, RunStoppedError: the run's end came while it waited.
        """

    def refused(self, retry_after: float | None, use: Use = Use.READ, scope: str = "") -> None:
        """A server says that its quota is used up (HTTP 429), for some seconds if it says how long.

        `scope` is the part of the quotas' keys that it named; empty when it named none.
        """


class Unlimited:
    """Nobody counts."""

    kept = False

    def spend(self, deadline: Deadline, progress: Progress, use: Use = Use.READ) -> None: ...

    def refused(self, retry_after: float | None, use: Use = Use.READ, scope: str = "") -> None: ...


UNLIMITED = Unlimited()


def wall_clock() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Pace:
    """Who counts, and how time goes by."""

    counter: Counter = field(default_factory=MemoryCounter)
    clock: Callable[[], datetime] = wall_clock
    sleep: Callable[[float], None] = time.sleep

    def now(self) -> int:
        return micros(self.clock())

    def take(
        self, quotas: tuple[Quota, ...], deadline: Deadline, count: int = 1, holder: str = ""
    ) -> list[Turn] | Refused:
        now = self.now()
        return self.counter.take(Wish(quotas, now, now + int(deadline.remaining() * SECOND), count, holder))

    def wait(self, turn: Turn, quotas: tuple[Quota, ...], deadline: Deadline, told: Callable[[float], None]) -> int:
        """Wait for a turn; 0, or the instant of the turn if that has become too late for the deadline.

        A turn that was waited for, or is used later than it was meant, is counted anew: the quota may have been used up
        by others, and a request counts from when it goes out.
        """
        at, now = turn.at, self.now()
        if at <= now <= at + min(quota.late for quota in quotas):
            return 0
        while True:
            left = at - self.now()
            if left > deadline.remaining() * SECOND:
                self.counter.give_back([turn])
                return at
            if left >= WORTH_TELLING_SECONDS * SECOND:
                told(left / SECOND)
            self._sleep_until(at, deadline)
            now = self.now()
            at = self.counter.confirm(Turn(at, turn.ids), quotas, now)
            if at <= now:
                return 0

    def _sleep_until(self, at: int, deadline: Deadline) -> None:
        while (left := at - self.now()) > 0:
            self.sleep(min(LOOK_SECONDS, left / SECOND, deadline.remaining()))


@dataclass(frozen=True, slots=True)
class Words:
    """How a budget speaks to people: whose it is, and in which zone its times are."""

    side: Side
    zone: tzinfo
    todo: str = ""

    def used_up(self, quota: Quota, until: int) -> str:
        return f"{self.side}'s {quota.rate} of {quota.name} are used up until {self.time(until)}."

    def time(self, at: int) -> str:
        """The first whole second at which it is over."""
        shown = instant(at + SECOND - 1).astimezone(self.zone)
        return f"{shown:%H:%M:%S} ({shown.tzname()})"

    def error(self, quota: Quota, first: int, last: int) -> BudgetError:
        kind = ClockifyBudgetError if self.side is Side.CLOCKIFY else GoogleBudgetError
        return kind(self.used_up(quota, last), self.todo, instant(first))


@dataclass(slots=True)
class GoogleBudget:
    """The budget of one account at Google Sheets: reads and writes apart, of the account and of its project."""

    pace: Pace
    reads: tuple[Quota, ...]
    writes: tuple[Quota, ...]
    words: Words
    kept: bool = field(default=True, init=False)

    def spend(self, deadline: Deadline, progress: Progress, use: Use = Use.READ) -> None:
        """See `Budget`."""
        quotas = self._quotas(use)
        found = self.pace.take(quotas, deadline)
        if isinstance(found, Refused):
            raise self.words.error(found.quota, found.first, found.last)
        why = f"there are {', '.join(f'{quota.rate} of {quota.name}' for quota in quotas)}"
        late = self.pace.wait(
            found[0], quotas, deadline, lambda seconds: progress.waiting(self.words.side, seconds, why)
        )
        if late:
            raise self.words.error(quotas[0], late, late)

    def refused(self, retry_after: float | None, use: Use = Use.READ, scope: str = "") -> None:
        """See `Budget`. Google refills every full minute (its page "Usage limits"); one second is for the clocks."""
        now, minute = self.pace.now(), MINUTE_SECONDS * SECOND
        until = (now // minute + 1) * minute + SECOND
        if retry_after is not None:
            until = max(until, now + int(retry_after * SECOND))
        quotas = self._quotas(use)
        named = [quota for quota in quotas if scope and scope in quota.key] or quotas[:1]
        for quota in named:
            self.pace.counter.close(quota, until, now)

    def _quotas(self, use: Use) -> tuple[Quota, ...]:
        return self.reads if use is Use.READ else self.writes


class Workspace(Protocol):
    """What a run knows of the workspace whose quota it uses.

    Attributes:
        settled: whether its quota will not change any more by asking.
    """

    @property
    def settled(self) -> bool: ...

    def quota(self) -> Quota:
        """Its quota, as far as the workspace and its plan are known."""

    def ask(self) -> bool:
        """Find out the plan, with a request that `note` counts; False when that is not needed or was tried."""


@dataclass(slots=True)
class ClockifyBudget:
    """The budget that one run has of its workspace's quota at Clockify.

    Attributes:
        holder: the job, whose turns are kept when they come too late, so that it goes before those who come later.
    """

    pace: Pace
    workspace: Workspace
    words: Words
    holder: str = ""
    kept: bool = field(default=True, init=False)
    _turns: list[tuple[Quota, Turn]] = field(default_factory=list, init=False)
    _asking: bool = field(default=False, init=False)
    _barred: bool = field(default=False, init=False)
    _before: Quota | None = field(default=None, init=False)
    _refusals: int = field(default=0, init=False)
    _lock: threading.RLock = field(default_factory=threading.RLock, init=False)

    def expect(self, count: int, deadline: Deadline) -> None:
        """Take the turns of `count` requests together: a run that cannot have them all does not begin.

        Raises:
            BudgetError: the last of them would be after the deadline.
        """
        with self._lock:
            quota, turns = self._take(count, deadline)
            self._turns += [(quota, turn) for turn in turns]

    def spend(self, deadline: Deadline, progress: Progress, use: Use = Use.READ) -> None:  # noqa: ARG002 - one quota
        """See `Budget`."""
        with self._lock:
            if self._asking:
                self._note()
                return
            if not self._turns:
                quota, turns = self._take(1, deadline)
                self._turns += [(quota, turn) for turn in turns]
            quota, turn = self._turns.pop(0)
        late = self.pace.wait(turn, (quota,), deadline, lambda seconds: self._tell(quota, progress, seconds))
        if late:
            raise self.words.error(quota, late, late)

    def refused(self, retry_after: float | None, use: Use = Use.READ, scope: str = "") -> None:  # noqa: ARG002 - same
        """See `Budget`. Clockify does not say when its quota refills: after the quota's whole span at the latest."""
        quota, now = self._quota(), self.pace.now()
        self._barred = self._asking
        seconds = retry_after if retry_after is not None else self._closed_seconds(quota)
        self.pace.counter.close(quota, now + int(seconds * SECOND), now)

    def _closed_seconds(self, quota: Quota) -> float:
        """A short quota is closed for longer each time: others who do not wait would win it again and again."""
        if quota.seconds >= LONGEST_CLOSED_SECONDS:
            return quota.seconds
        self._refusals += 1
        return min(LONGEST_CLOSED_SECONDS, quota.seconds << (self._refusals - 1))

    def end(self) -> None:
        """Give back what the run did not need."""
        with self._lock:
            if self._turns:
                self.pace.counter.give_back(turn for _, turn in self._turns)
            self._turns.clear()

    def _take(self, count: int, deadline: Deadline) -> tuple[Quota, list[Turn]]:
        quota = self._quota()
        found = self.pace.take((quota,), deadline, count, self.holder if self.workspace.settled else "")
        if isinstance(found, Refused) or found[-1].at > self.pace.now():
            again = self._with_the_plan()
            if again != quota:
                if not isinstance(found, Refused):
                    self.pace.counter.give_back(found)
                quota, found = again, self.pace.take((again,), deadline, count, self.holder)
        if isinstance(found, Refused):
            # The next try begins when it can go through to its end.
            first = max(found.first, found.last - int(deadline.remaining() * SECOND) // 2)
            raise self.words.error(quota, first, found.last)
        return quota, found

    def _with_the_plan(self) -> Quota:
        """The quota once the plan is known: only when there is something to wait for, it is worth a request."""
        if self._asking:
            return self._quota()
        self._asking, self._barred = True, False
        try:
            self.workspace.ask()
        finally:
            self._asking = False
        return self._quota()

    def _note(self) -> None:
        quota, now = self._quota(), self.pace.now()
        if self._barred:
            raise self.words.error(quota, now + quota.span, now + quota.span)
        self.pace.counter.note(quota, now)

    def _quota(self) -> Quota:
        quota = self.workspace.quota()
        before, self._before = self._before, quota
        if before is not None and before.key != quota.key:
            self.pace.counter.rename(before, quota, self.pace.now())
        return quota

    def _tell(self, quota: Quota, progress: Progress, seconds: float) -> None:
        until = self.words.time(self.pace.now() + int(seconds * SECOND))
        progress.waiting(self.words.side, seconds, f"{quota.name} has {quota.rate}; the next is at {until}")
