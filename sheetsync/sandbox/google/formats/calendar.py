"""Days and dates. A serial counts days since 1899-12-30; the calendar is Gregorian in both directions without end."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

MONTHS_A_YEAR = 12
DAYS_A_CYCLE = 146_097
"""Days in 400 years, after which the Gregorian calendar repeats itself."""
YEARS_A_CYCLE = 400
DAY_ZERO = date(1899, 12, 30).toordinal()


@dataclass(frozen=True)
class Day:
    year: int
    month: int
    day: int


def day_of(serial: int) -> Day:
    """The date of a serial, however far away."""
    cycles, ordinal = divmod(serial + DAY_ZERO - 1, DAYS_A_CYCLE)
    found = date.fromordinal(ordinal + 1)
    return Day(found.year + cycles * YEARS_A_CYCLE, found.month, found.day)


def serial_of(year: int, month: int, day: int) -> int:
    """The serial of a date. Months and days that are out of range run over into the neighbouring years and months."""
    years, month_index = divmod(month - 1, MONTHS_A_YEAR)
    cycles, year_index = divmod(year + years - 1, YEARS_A_CYCLE)
    first = date(year_index + 1, month_index + 1, 1).toordinal()
    return first + cycles * DAYS_A_CYCLE - DAY_ZERO + day - 1


def month_length(year: int, month: int) -> int:
    return serial_of(year, month + 1, 1) - serial_of(year, month, 1)


def exists(year: int, month: int, day: int) -> bool:
    """Whether the calendar has such a day."""
    return 1 <= month <= MONTHS_A_YEAR and 1 <= day <= month_length(year, month)


def weekday(serial: int) -> int:
    """0 for Monday to 6 for Sunday."""
    return (serial + 5) % 7
