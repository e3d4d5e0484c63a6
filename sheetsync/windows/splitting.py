"""Splitting a window into pieces that a report takes at once. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sheetsync.errors import WindowError
from sheetsync.windows import periods
from sheetsync.windows.periods import MONDAY, Unit
from sheetsync.windows.window import Window

_WEEK = timedelta(weeks=1)


@dataclass(frozen=True, slots=True)
class Week:
    """Seven days from 00:00 of `start`; the window's first and last week may reach beyond the window."""

    start: date
    window: Window


def by_days(window: Window, days: int) -> list[Window]:
    """The window in adjacent pieces that are each at most `days` days of the wall clock long.

    Each piece begins at the window's time of day. In a window that begins at 08:00, a piece of one day ends at 08:00.
    """
    if days < 1:
        raise ValueError("a piece is at least one day long")
    step, starts = timedelta(days=days), [window.start]
    while window.end - starts[-1] > step:
        starts.append(starts[-1] + step)
    return list(_between(starts, window))


def by_years(window: Window) -> list[Window]:
    """The window in adjacent pieces of at most one calendar year each; after a 29 February they begin on the 28th."""
    starts = [window.start]
    while starts[-1].year < window.end.year and (start := periods.step(starts[-1], 1, Unit.YEAR)) < window.end:
        starts.append(start)
    return list(_between(starts, window))


def by_weeks(window: Window, week_start: int = MONDAY) -> list[Week]:
    """The weeks that together cover the window's days; `week_start` 0 is Monday, 6 Sunday. Callers drop other days.

    Raises:
        WindowError: the first or the last week reaches out of the years 0001 to 9999.
    """
    weeks = []
    try:
        start = periods.start_of(window.start, Unit.WEEK, week_start)
        while start < window.end:
            weeks.append(Week(start.date(), Window(start, start + _WEEK, window.zone)))
            start += _WEEK
    except OverflowError as error:
        raise WindowError("the window's weeks lie outside the years 0001 to 9999.", "Choose other dates.") from error
    return weeks


def _between(starts: list[datetime], window: Window) -> Iterator[Window]:
    for start, end in zip(starts, [*starts[1:], window.end], strict=True):
        yield Window(start, end, window.zone)
