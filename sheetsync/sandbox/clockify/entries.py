"""Time entries: one tuple each, sorted by start, so that a window is found by bisection."""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from sheetsync.sandbox.clockify.people import FieldValue, Kind

ID_PREFIX = "64c777ddd3fcab07cf"


class Entry(NamedTuple):
    """A time entry; `start` in seconds since 1970, `seconds` None while the timer runs."""

    start: int
    number: int
    seconds: int | None
    user_id: str
    project_id: str | None = None
    task_id: str | None = None
    tag_ids: tuple[str, ...] = ()
    description: str = ""
    billable: bool = True
    kind: Kind = "REGULAR"
    approval_id: str | None = None
    approved: bool = False
    invoice: str | None = None
    custom: tuple[tuple[str, FieldValue], ...] = ()

    @property
    def id(self) -> str:
        """24 hexadecimal digits that sort in the order of creation."""
        return f"{ID_PREFIX}{self.number:06x}"


def number_of(entry_id: str) -> int | None:
    """The number inside an entry's id, None when it cannot be one."""
    digits = entry_id.removeprefix(ID_PREFIX)
    if len(digits) != 6 or digits == entry_id:
        return None
    try:
        return int(digits, 16)
    except ValueError:
        return None


class Entries:
    """All entries of a workspace in the order of (start, number)."""

    def __init__(self, entries: Iterable[Entry] = ()) -> None:
        self._sorted = sorted(entries)
        self._starts = array("q", (entry.start for entry in self._sorted))
        self._next = max((entry.number for entry in self._sorted), default=0) + 1
        self._longest = max((entry.seconds or 0 for entry in self._sorted), default=0)

    def __len__(self) -> int:
        return len(self._sorted)

    def __iter__(self) -> Iterator[Entry]:
        return iter(self._sorted)

    def __getitem__(self, index: int) -> Entry:
        return self._sorted[index]

    def next_number(self) -> int:
        number, self._next = self._next, self._next + 1
        return number

    def add(self, entry: Entry) -> None:
        index = bisect_left(self._sorted, entry)
        self._sorted.insert(index, entry)
        self._starts.insert(index, entry.start)
        self._longest = max(self._longest, entry.seconds or 0)

    def remove(self, entry: Entry) -> None:
        index = bisect_left(self._sorted, (entry.start, entry.number))
        del self._sorted[index]
        del self._starts[index]

    def find(self, entry_id: str) -> Entry | None:
        number = number_of(entry_id)
        return next((entry for entry in self._sorted if entry.number == number), None)

    def starting(self, first: int, last: int) -> list[Entry]:
        """Entries whose start lies in [first, last], both in seconds since 1970."""
        return self._sorted[bisect_left(self._starts, first) : bisect_right(self._starts, last)]

    def touching(self, first: int, end: int) -> list[Entry]:
        """Entries of which some second lies in [first, end); running ones count from their start on."""
        candidates = self.starting(min(first, first - self._longest), end - 1)
        return [
            entry
            for entry in candidates
            if entry.start >= first or entry.seconds is None or entry.start + entry.seconds > first
        ]
