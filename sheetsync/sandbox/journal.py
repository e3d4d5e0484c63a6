"""The log of every request that a stand-in server got, with counters of reads and writes per user."""

from __future__ import annotations

import threading
from collections import Counter, deque
from dataclasses import dataclass
from typing import Literal

Access = Literal["read", "write", "token", "other"]


@dataclass(frozen=True, slots=True)
class Entry:
    """One request. `body` is kept only up to the journal's limit; `size` is its length in bytes all the same."""

    number: int
    at: float
    method: str
    path: str
    query: str
    user: str
    access: Access
    size: int
    body: bytes
    status: int
    answered: int
    seconds: float
    fault: str


class Journal:
    """The newest `keep` requests and counters over all of them. Safe to use from several threads."""

    def __init__(self, keep: int = 10_000, keep_body: int = 12 * 2**20) -> None:
        self._lock = threading.Lock()
        self._entries: deque[Entry] = deque(maxlen=keep)
        self._counts: Counter[tuple[str, Access]] = Counter()
        self._numbers = 0
        self._added = 0
        self.keep_body = keep_body

    def number(self) -> int:
        with self._lock:
            self._numbers += 1
            return self._numbers

    def add(self, entry: Entry) -> None:
        with self._lock:
            self._added += 1
            self._entries.append(entry)
            self._counts[entry.user, entry.access] += 1

    @property
    def under_way(self) -> int:
        """How many requests came and are not logged yet; their clients may have left."""
        with self._lock:
            return self._numbers - self._added

    def entries(self) -> list[Entry]:
        """The kept requests, oldest first."""
        with self._lock:
            return list(self._entries)

    def counts(self) -> dict[str, dict[Access, int]]:
        """Requests per user and kind of access."""
        result: dict[str, dict[Access, int]] = {}
        with self._lock:
            for (user, access), count in self._counts.items():
                result.setdefault(user, {})[access] = count
        return result

    def clear(self) -> None:
        with self._lock:
            self._entries.clear()
            self._counts.clear()
