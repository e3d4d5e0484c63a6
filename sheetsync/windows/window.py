"""The window of a report: from when until when, on the clocks of which time zone. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sheetsync.errors import WindowError
from sheetsync.windows import bounds, periods, wallclock
from sheetsync.windows.bounds import validate, warnings
from sheetsync.windows.periods import MONDAY, Unit

__all__ = ["Window", "resolve", "validate", "warnings"]

_INSTANT = timedelta(microseconds=1)
_END_IS_EXCLUSIVE = "The end is exclusive: the whole of 1 November is start 2021-11-01, end 2021-11-02."


@dataclass(frozen=True, slots=True)
class Window:
    """The times from `start` until before `end`, both naive, on the clocks of the IANA time zone `zone`.

    Raises:
        WindowError: the start is not before the end.
    """

    start: datetime
    end: datetime
    zone: str

    def __post_init__(self) -> None:
        if self.start.tzinfo or self.end.tzinfo:
            raise ValueError("a window's bounds are wall-clock times without an offset")
        if self.start >= self.end:
            raise WindowError(
                f"the window's start {self.start.isoformat()} is not before its end {self.end.isoformat()}.",
                _END_IS_EXCLUSIVE,
            )

    @property
    def first_day(self) -> date:
        return self.start.date()

    @property
    def last_day(self) -> date:
        """The last date that the window touches."""
        return (self.end - _INSTANT).date()

    @property
    def days(self) -> int:
        """How many dates of the calendar the window touches; one with a clock change counts as one."""
        return (self.last_day - self.first_day).days + 1

    @property
    def start_instant(self) -> datetime:
        """The instant (UTC) of the start; of a time that the clocks skip or show twice, see `wallclock.instant_of`."""
        return wallclock.instant_of(self.start, ZoneInfo(self.zone))

    @property
    def end_instant(self) -> datetime:
        """The instant (UTC) at which the window is over, which is the `start_instant` of the one that follows on it."""
        return wallclock.instant_of(self.end, ZoneInfo(self.zone))

    def contains_day(self, day: date) -> bool:
        return self.first_day <= day <= self.last_day

    def describe(self) -> str:
        """Such as `2021-11-01 → 2021-11-30 (30 days, Europe/Berlin)`, both dates included.

        A window that begins or ends within a day is shown with its times, the end then being the first time after it.
        """
        length = f"{self.days} day{'s' if self.days != 1 else ''}, {self.zone}"
        if self.start.time() == self.end.time() == time():
            return f"{self.first_day} → {self.last_day} ({length})"
        return f"{_with_time(self.start)} → {_with_time(self.end)} ({length})"


def resolve(start: str | None, end: str | None, now: datetime, zone: ZoneInfo, week_start: int = MONDAY) -> Window:
    """The window that a job's `start` and `end` mean at `now`, an aware instant. None is a bound that is not given.

    Both given: from start until end. Only start: one month from it. Neither, or only end, which is then not used: from
    00:00 one month before today until the coming midnight. Months are clamped to the last day of a shorter month.

    Raises:
        WindowError: a bound is no date or date-time, or the start is not before the end.
    """
    try:
        if start is None:
            today = periods.start_of(wallclock.local_time(now, zone), Unit.DAY)
            return Window(periods.step(today, -1, Unit.MONTH), periods.step(today, 1, Unit.DAY), zone.key)
        first = bounds.read(start, now, zone, week_start)
        if end is None:
            return Window(first, periods.step(first, 1, Unit.MONTH), zone.key)
    except OverflowError as error:
        raise WindowError("the window lies outside the years 0001 to 9999.", "Choose other dates.") from error
    last = bounds.read(end, now, zone, week_start)
    if first >= last:
        raise WindowError(
            f"start {_shown(start, first)} is not before end {_shown(end, last)}, so the window is empty.",
            _END_IS_EXCLUSIVE,
        )
    return Window(first, last, zone.key)


def _shown(text: str, value: datetime) -> str:
    return f"{text.strip()!r} ({value.isoformat()})"


def _with_time(value: datetime) -> str:
    return value.isoformat(" ", "auto" if value.second or value.microsecond else "minutes")
