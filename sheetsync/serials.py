"""Dates, times and durations as Google Sheets stores them: days since 1899-12-30. Pure.

The day of a serial and its fraction are wall-clock values; a sheet stores no time zone
(https://developers.google.com/workspace/sheets/api/guides/formats).
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

DAY_ZERO = date(1899, 12, 30)
SECONDS_A_DAY = 86_400
MIDNIGHT_ZERO = datetime(1899, 12, 30)  # noqa: DTZ001 - wall clock
_DAY_ZERO = DAY_ZERO.toordinal()


def of_date(day: date) -> int:
    """Whole days since 1899-12-30; of a date-time, those of its date."""
    return day.toordinal() - _DAY_ZERO


def of_time(clock: time | datetime) -> float:
    """A time of day as a fraction of a day; of a date-time, that of its time."""
    return (clock.hour * 3600 + clock.minute * 60 + clock.second + clock.microsecond / 1e6) / SECONDS_A_DAY


def of_day_part(passed: timedelta) -> float:
    """What is left of a time beyond whole days, as a fraction of a day."""
    return (passed.seconds + passed.microseconds / 1e6) / SECONDS_A_DAY


def of_seconds(seconds: float) -> float:
    """A duration as a number of days."""
    return seconds / SECONDS_A_DAY
