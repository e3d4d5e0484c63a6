"""Reading one report, page by page, until it adds up to the totals that Clockify gives with it.

Pages shift when entries come or go while they are read. Rows are unique by `_id`, every page must carry the same
totals, and the rows must number and last what the totals say; else the report is read again from the start.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from sheetsync.clockify import fields, summary, weekly
from sheetsync.clockify.fields import Row
from sheetsync.clockify.query import Query
from sheetsync.errors import UnreconciledError

READINGS = 3
"""How often a report that does not add up is read before the run fails."""
PAGES_AT_ONCE = 4
MOST_PAGES = 100_000

Body = dict[str, Any]
Page = Callable[[int], Body]
"""Fetches one page, counted from 1."""


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
class Reading:
    """All pages of one report as they came."""

    pages: list[list[Row]]
    totals: list[Row | None]

    @property
    def rows(self) -> list[Row]:
        return [row for page in self.pages for row in page]


def rows(
    page: Page,
    paged: Paged,
    announce: Callable[[int], None],
    *,
    workers: int = PAGES_AT_ONCE,
    rounding: bool = False,
) -> list[Row]:
    """All rows of a report, in its order.

    Args:
        page: fetches one page.
        paged: how the report is written.
        announce: told how many pages there are beyond the first, once that is known.
        workers: how many pages are fetched at the same time.
        rounding: whether durations are rounded.

    Raises:
        UnreconciledError: the rows did not add up in READINGS readings.
    """
    complaint = ""
    for _ in range(READINGS):
        reading = _read(page, paged, announce, workers)
        complaint = _complaint(reading, paged, rounding=rounding)
        if not complaint and _needs_a_second_look(reading):
            again = _read(page, paged, announce, workers)
            complaint = "" if _ids(again.rows) == _ids(reading.rows) else "two readings gave different entries"
        if not complaint:
            return reading.rows
    raise UnreconciledError(
        f"the report does not add up after {READINGS} readings: {complaint}.",
        "Somebody may be changing entries right now; the next run reads it again. Nothing was published.",
    )


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


def together(pieces: Iterable[Sequence[Row]]) -> list[Row]:
    """Rows of adjoining windows one after the other.

    An entry over the border may come with both windows: whole in each, then one is dropped, or cut at the border, then
    the parts are joined. Which of them Clockify does is not documented.
    """
    found: dict[str, Row] = {}
    loose: list[Row] = []
    for row in (row for piece in pieces for row in piece):
        own = row.get("_id")
        if own is None:
            loose.append(row)
        else:
            found[str(own)] = _joined(found[str(own)], row) if str(own) in found else row
    return [*found.values(), *loose]


def _read(page: Page, paged: Paged, announce: Callable[[int], None], workers: int) -> Reading:
    first = page(1)
    found, totals = paged.of(first), fields.totals(first)
    count = totals.get(paged.count) if totals is not None else None
    if not isinstance(count, int):
        return _read_to_the_end(page, paged, first)
    # A server that gives shorter pages than asked for shows it on the first one.
    size = len(found) if 0 < len(found) < min(count, paged.page_size) else paged.page_size
    numbers = range(2, math.ceil(count / size) + 1)
    announce(len(numbers))
    with ThreadPoolExecutor(max(1, min(workers, len(numbers)))) as pool:
        bodies = [first, *pool.map(page, numbers)]
    return Reading([paged.of(body) for body in bodies], [fields.totals(body) for body in bodies])


def _read_to_the_end(page: Page, paged: Paged, first: Body) -> Reading:
    """All pages of a report that does not say how many rows it has: a page that is not full is the last."""
    bodies = [first]
    while len(paged.of(bodies[-1])) >= paged.page_size and len(bodies) < MOST_PAGES:
        bodies.append(page(len(bodies) + 1))
    return Reading([paged.of(body) for body in bodies], [fields.totals(body) for body in bodies])


def _needs_a_second_look(reading: Reading) -> bool:
    """Whether the pages could have shifted unseen: there are several, and no totals to hold against them."""
    return reading.totals[0] is None and len(reading.pages) > 1


def _complaint(reading: Reading, paged: Paged, *, rounding: bool) -> str:
    totals, found = reading.totals[0], reading.rows
    if any(other != totals for other in reading.totals[1:]):
        return "its totals changed from page to page"
    ids = _ids(found)
    if len(set(ids)) != len(ids):
        return f"{len(ids) - len(set(ids))} of its entries came twice"
    if totals is None:
        return ""
    count = totals.get(paged.count)
    if isinstance(count, int) and count != len(found):
        return f"it has {len(found):,} entries, its totals say {count:,}"
    # What rounding does to a row's own duration is not documented; the totals are of rounded ones.
    if not paged.seconds or rounding or "totalTime" not in totals:
        return ""
    seconds, expected = sum(_seconds(row) for row in found), fields.seconds(totals["totalTime"])
    return "" if seconds == expected else f"its entries last {seconds:,.0f} seconds, its totals say {expected:,.0f}"


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
