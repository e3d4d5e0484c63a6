"""Who counts requests: a promise that the state database keeps for all processes, and memory for one."""

from __future__ import annotations

import threading
from bisect import insort
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import count
from typing import Protocol

from sheetsync.budgets.quota import Count, Quota, Refused, Turn, Wish, standing


class Counter(Protocol):
    """Gives out turns. Safe to use from several threads. Instants are microseconds since 1970 in UTC."""

    def take(self, wish: Wish) -> list[Turn] | Refused:
        """Turns for a wish, all of them or none."""

    def confirm(self, turn: Turn, quotas: Sequence[Quota], now: int) -> int:
        """Move a turn to `now`, or to when the quota allows it if that is later; the instant that it has got."""

    def note(self, quota: Quota, now: int) -> None:
        """Count a request that goes out whatever is left."""

    def give_back(self, turns: Iterable[Turn]) -> None:
        """Turns that nobody uses."""

    def close(self, quota: Quota, until: int, now: int) -> None:
        """The server refuses until an instant, whatever was counted."""

    def rename(self, old: Quota, new: Quota, now: int) -> None:
        """What went out under a key that was provisional counts under another; turns to come stay where they are."""

    def counts(self, now: int) -> list[Count]:
        """What is left of each quota that was used of late."""


@dataclass(slots=True)
class _Log:
    """One quota's turns, rising: the instant of each and its number. `seen` is the quota as it was last asked for."""

    seen: Quota
    turns: list[tuple[int, int]] = field(default_factory=list)
    closed: int = 0

    def next_turn(self, quota: Quota, now: int) -> int:
        return standing([at for at, _ in self.turns], quota, self.closed).next_turn(quota, now)


class MemoryCounter:
    """Counts for this process alone, and forgets when it ends."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._logs: dict[str, _Log] = {}
        # Far from those of a database, should a turn of one be given back here.
        self._ids = count(1 << 62)

    def take(self, wish: Wish) -> list[Turn] | Refused:
        with self._lock:
            logs = [self._log(quota, wish.now) for quota in wish.quotas]
            turns: list[Turn] = []
            for _ in range(wish.count):
                coming = [log.next_turn(quota, wish.now) for log, quota in zip(logs, wish.quotas, strict=True)]
                turn = Turn(max(coming), tuple(next(self._ids) for _ in logs))
                for log, number in zip(logs, turn.ids, strict=True):
                    log.turns.append((turn.at, number))
                turns.append(turn)
            if turns[-1].at <= wish.latest:
                return turns
            self._drop(number for turn in turns for number in turn.ids)
            return Refused(wish.quotas[coming.index(max(coming))], turns[0].at, turns[-1].at)

    def confirm(self, turn: Turn, quotas: Sequence[Quota], now: int) -> int:
        with self._lock:
            at = now
            for quota, number in zip(quotas, turn.ids, strict=True):
                log = self._log(quota, now)
                before = [each for each, own in log.turns if (each, own) < (turn.at, number)]
                at = max(at, standing(before, quota, log.closed).next_turn(quota, now))
            self._drop(turn.ids)
            for quota, number in zip(quotas, turn.ids, strict=True):
                insort(self._logs[quota.key].turns, (at, number))
            return at

    def note(self, quota: Quota, now: int) -> None:
        with self._lock:
            insort(self._log(quota, now).turns, (now, next(self._ids)))

    def give_back(self, turns: Iterable[Turn]) -> None:
        with self._lock:
            self._drop(number for turn in turns for number in turn.ids)

    def close(self, quota: Quota, until: int, now: int) -> None:
        with self._lock:
            log = self._log(quota, now)
            log.closed = max(log.closed, until)

    def rename(self, old: Quota, new: Quota, now: int) -> None:
        with self._lock:
            log, own = self._log(old, now), self._log(new, now)
            gone = [turn for turn in log.turns if turn[0] <= now]
            own.turns = sorted(own.turns + gone)
            log.turns = [turn for turn in log.turns if turn[0] > now]
            if not log.turns:
                del self._logs[old.key]

    def counts(self, now: int) -> list[Count]:
        with self._lock:
            return [_count(log, now) for log in self._logs.values()]

    def _log(self, quota: Quota, now: int) -> _Log:
        log = self._logs.setdefault(quota.key, _Log(quota))
        log.seen = quota
        log.turns = [(at, number) for at, number in log.turns if at > now - quota.span]
        return log

    def _drop(self, numbers: Iterable[int]) -> None:
        gone = set(numbers)
        for log in self._logs.values():
            log.turns = [(at, number) for at, number in log.turns if number not in gone]


def _count(log: _Log, now: int) -> Count:
    quota = log.seen
    turns = [at for at, _ in log.turns if at > now - quota.span]
    more = standing(turns, quota, log.closed).next_turn(quota, now)
    full = max(log.closed, turns[-1] + quota.span if turns else now)
    return Count(quota.key, quota.name, quota.of, quota.seconds, len(turns), more, full)
