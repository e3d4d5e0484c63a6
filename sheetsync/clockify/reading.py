"""Reading one report, page by page, until it adds up to the totals that Clockify gives with it.

Pages shift when entries come or go while they are read. Rows are unique by `_id`, every page must carry the same
totals, and the rows must number and last what the totals say; else the report is read again from the start.
"""

from __future__ import annotations

import contextlib
import math
from array import array
from collections import deque
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any

from sheetsync.clockify import fields, summary, weekly
from sheetsync.clockify.fields import Row
from sheetsync.clockify.query import Query
from sheetsync.errors import UnreconciledError

READINGS = 3
"""How often a report that does not add up is read before the run fails."""
PAGES_AT_ONCE = 6
MOST_PAGES = 100_000
COUNTED_AT_ONCE = 150_000

Body = dict[str, Any]
Fetch = Callable[[int], Body | Callable[[], Body]]
"""Fetches one page, counted from 1: its body, or what reads that when it is its turn."""


@dataclass(frozen=True, slots=True)
class Paged:
    """How a report that comes in pages is written: where its rows are, and what its totals call their number."""

    rows: str
    count: str
    page_size: int
    seconds: bool = True

    def of(self, body: Body) -> list[Row]:
        found = body.get(self.rows)
        return [row for row in found if isinstance(row, dict)] if isinstance(found, list) else []


@dataclass(frozen=True, slots=True)
class Page:
    """Rows as they came. Number 1 once more means that the report is read anew: what came before is void."""

    number: int
    rows: list[Row]
    count: int | None
    """How many rows the report has, as its totals say."""


def pages(
    fetch: Fetch,
    paged: Paged,
    announce: Callable[[int], None],
    *,
    workers: int = PAGES_AT_ONCE,
    rounding: bool = False,
) -> Iterator[Page]:
    """All pages of a report, in order, and again from the first until they add up.

    Args:
        fetch: fetches one page.
        paged: how the report is written.
        announce: told how many pages there are beyond the first, once that is known.
        workers: how many pages are fetched at the same time.
        rounding: whether durations are rounded.

    Raises:
        UnreconciledError: the rows did not add up in READINGS readings.
    """
    complaint = ""
    for _ in range(READINGS):
        count = Count(paged, rounding=rounding)
        with contextlib.closing(_bodies(fetch, paged, announce, workers)) as bodies:
            for body in bodies:
                yield count.page(body)
                if count.shifted:
                    break
        complaint = count.complaint()
        if not complaint and count.needs_a_second_look:
            again = Count(paged, rounding=rounding)
            for body in _bodies(fetch, paged, announce, workers):
                again.page(body)
            complaint = "" if again.same_rows(count) else "two readings gave different entries"
        if not complaint:
            return
    raise UnreconciledError(
        f"the report does not add up after {READINGS} readings: {complaint}.",
        "Somebody may be changing entries right now; the next run reads it again. Nothing was published.",
    )


class Count:
    """Counts the rows of one reading as they come, to be held against the report's totals.

    Of each row eight bytes are kept, enough to tell whether one came twice, however long the report is.
    """

    def __init__(self, paged: Paged, *, rounding: bool) -> None:
        self._paged = paged
        self._rounding = rounding
        self._totals: Row | None = None
        self._pages = 0
        self._rows = 0
        self._seconds = 0.0
        self._ids = array("q")
        self.shifted = False
        """Whether the totals changed from page to page."""

    def page(self, body: Body) -> Page:
        """Take in the next page."""
        found, totals = self._paged.of(body), fields.totals(body)
        self._pages += 1
        if self._pages == 1:
            self._totals = totals
        self.shifted = self.shifted or totals != self._totals
        self._rows += len(found)
        self._ids.extend(map(hash, _ids(found)))
        if self._paged.seconds:
            self._seconds += sum(map(_seconds, found))
        return Page(self._pages, found, self._expected)

    def complaint(self) -> str:
        """What does not add up, or an empty text."""
        if self.shifted:
            return "its totals changed from page to page"
        twice = len(self._ids) - _different(self._ids)
        if twice:
            return f"{twice} of its entries came twice"
        return self._against_totals() if self._totals is not None else ""

    def _against_totals(self) -> str:
        totals = self._totals or {}
        if self._expected is not None and self._expected != self._rows:
            return f"it has {self._rows:,} entries, its totals say {self._expected:,}"
        # What rounding does to a row's own duration is not documented; the totals are of rounded ones.
        if not self._paged.seconds or self._rounding or "totalTime" not in totals:
            return ""
        expected = fields.seconds(totals["totalTime"])
        if self._seconds == expected:
            return ""
        return f"its entries last {self._seconds:,.0f} seconds, its totals say {expected:,.0f}"

    @property
    def needs_a_second_look(self) -> bool:
        """Whether the pages could have shifted unseen: there are several, and no totals to hold against them."""
        return self._totals is None and self._pages > 1

    def same_rows(self, other: Count) -> bool:
        return self._ids == other._ids

    @property
    def _expected(self) -> int | None:
        count = self._totals.get(self._paged.count) if self._totals is not None else None
        return count if isinstance(count, int) else None


def whole(read: Callable[[], Body], counted: Callable[[Body], float | None]) -> Body:
    """A report that comes in one answer.

    Args:
        read: fetches the answer.
        counted: the seconds of its rows; None where rows cannot be added up.

    Raises:
        UnreconciledError: the rows last longer or shorter than the totals say.
    """
    complaint = ""
    for _ in range(READINGS):
        body = read()
        totals, seconds = fields.totals(body), counted(body)
        expected = fields.seconds(totals.get("totalTime")) if totals is not None else None
        if totals is None or seconds is None or "totalTime" not in totals or seconds == expected:
            return body
        complaint = f"its rows last {seconds:,.0f} seconds, its totals say {expected:,.0f}"
    raise UnreconciledError(
        f"the report does not add up after {READINGS} readings: {complaint}.", "Nothing was published."
    )


def summary_seconds(query: Query) -> Callable[[Body], float | None]:
    """What the rows of a summary last, for `whole`."""
    return lambda body: summary.counted_seconds(body, query)


def weekly_seconds(body: Body) -> float | None:
    """What the rows of a week last, for `whole`; groups whose days do not add up give no number that could fit."""
    seconds = weekly.counted_seconds(body)
    return seconds if weekly.seconds_of_days(body) == seconds else math.nan


class Border:
    """Entries over the border between two adjoining windows, which may come with both.

    Whole in each, then one is dropped; or cut at the border, then the parts are joined. Which of them Clockify does is
    not documented. To be told of each window's rows in turn; the numbers are those of rows in the table.
    """

    def __init__(self) -> None:
        self._over: dict[str, tuple[int, Row]] = {}
        self._next: dict[str, tuple[int, Row]] = {}

    def restart(self) -> None:
        """The window is read anew."""
        self._next = {}

    def cross(self) -> None:
        """The window is read, the next one begins."""
        self._over, self._next = self._next, {}

    def sift(self, rows: list[Row], at: int, end: datetime) -> tuple[list[Row], dict[int, Row]]:
        """The rows that are new, to be numbered from `at` on, and those to be put in the place of earlier ones.

        `end` is the instant (UTC) at which the window is over.
        """
        new: list[Row] = []
        joined: dict[int, Row] = {}
        for row in rows:
            own = str(row.get("_id") or "")
            number, earlier = self._over.get(own, (at + len(new), None))
            if earlier is None:
                new.append(row)
                whole = row
            else:
                whole = _joined(earlier, row)
                if whole is not earlier:
                    joined[number] = whole
            if own and _reaches(row, end):
                self._next[own] = number, whole
        return new, joined


def _reaches(row: Row, end: datetime) -> bool:
    """Whether an entry goes on up to a border, or does not say until when it goes on."""
    until = fields.utc((row.get("timeInterval") or {}).get("end"))
    return until is None or until >= end


def _bodies(fetch: Fetch, paged: Paged, announce: Callable[[int], None], workers: int) -> Generator[Body]:
    """All pages of a report, in order; further ones are fetched while one is worked on."""
    first = _read(fetch(1))
    found, totals = paged.of(first), fields.totals(first)
    count = totals.get(paged.count) if totals is not None else None
    yield first
    if not isinstance(count, int):
        yield from _to_the_end(fetch, paged, first)
        return
    # A server that gives shorter pages than asked for shows it on the first one.
    size = len(found) if 0 < len(found) < min(count, paged.page_size) else paged.page_size
    numbers = range(2, math.ceil(count / size) + 1)
    announce(len(numbers))
    yield from _ahead(fetch, iter(numbers), max(1, min(workers, len(numbers))))


def _ahead(fetch: Fetch, numbers: Iterator[int], workers: int) -> Generator[Body]:
    with ThreadPoolExecutor(workers) as pool:
        coming = deque(pool.submit(fetch, number) for number in islice(numbers, workers))
        try:
            while coming:
                page = coming.popleft().result()
                coming.extend(pool.submit(fetch, number) for number in islice(numbers, 1))
                # Read no earlier: pages that are fetched ahead take less memory, and fewer objects are in the way.
                yield _read(page)
        finally:
            for waiting in coming:
                waiting.cancel()


def _read(page: Body | Callable[[], Body]) -> Body:
    return page() if callable(page) else page


def _to_the_end(fetch: Fetch, paged: Paged, body: Body) -> Iterator[Body]:
    """The pages after the first of a report that does not say how many rows it has: one not full is the last."""
    number = 1
    while len(paged.of(body)) >= paged.page_size and number < MOST_PAGES:
        number += 1
        body = _read(fetch(number))
        yield body


def _different(numbers: array[int]) -> int:
    """How many different numbers there are, counted some at a time, so that memory does not grow with them."""
    rounds = len(numbers) // COUNTED_AT_ONCE + 1
    if rounds == 1:
        return len(set(numbers))
    return sum(len({number for number in numbers if number % rounds == part}) for part in range(rounds))


def _ids(found: Sequence[Row]) -> list[str]:
    """What tells rows apart: their id or, in a report whose rows have none, the user and the day."""
    return [
        str(row["_id"]) if row.get("_id") else f"{row.get('userId')} {row['date']}"
        for row in found
        if row.get("_id") or row.get("date")
    ]


def _seconds(row: Row) -> float:
    return fields.seconds((row.get("timeInterval") or {}).get("duration"))


def _joined(earlier: Row, later: Row) -> Row:
    one, other = earlier.get("timeInterval") or {}, later.get("timeInterval") or {}
    if one.get("start") == other.get("start"):
        return earlier
    interval = {**one, "end": other.get("end"), "duration": _seconds(earlier) + _seconds(later)}
    interval.update({key: other[key] for key in ("zonedEnd", "offEnd") if key in other})
    sums = {
        key: earlier[key] + later[key]
        for key in ("amount", "earnedAmount", "costAmount")
        if isinstance(earlier.get(key), int | float) and isinstance(later.get(key), int | float)
    }
    return {**earlier, "timeInterval": interval, **sums}
