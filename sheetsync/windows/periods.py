"""Steps and edges of days, weeks, months, quarters and years on the wall clock. Pure."""

from __future__ import annotations

from calendar import monthrange
from datetime import datetime, timedelta
from enum import StrEnum

MONDAY = 0
_MONTHS = {"month": 1, "quarter": 3, "year": 12}


class Unit(StrEnum):
    HOUR = "hour"
    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"


class Edge(StrEnum):
    START = "start"
    END = "end"


def step(local: datetime, count: int, unit: Unit) -> datetime:
    """`local` moved by `count` units; months, quarters and years keep the day or take the month's last one.

    Raises:
        OverflowError: the result lies outside the years 0001 to 9999.
    """
    if unit in _MONTHS:
        return _step_months(local, count * _MONTHS[unit])
    length = {Unit.HOUR: timedelta(hours=1), Unit.DAY: timedelta(days=1), Unit.WEEK: timedelta(weeks=1)}[unit]
    return local + count * length


def start_of(local: datetime, unit: Unit, week_start: int = MONDAY) -> datetime:
    """The first moment of the unit that `local` lies in; `week_start` 0 is Monday, 6 Sunday."""
    hour = local.replace(minute=0, second=0, microsecond=0)
    midnight = hour.replace(hour=0, fold=0)
    match unit:
        case Unit.HOUR:
            return hour
        case Unit.DAY:
            return midnight
        case Unit.WEEK:
            return midnight - timedelta(days=(midnight.weekday() - week_start) % 7)
        case Unit.MONTH:
            return midnight.replace(day=1)
        case Unit.QUARTER:
            return midnight.replace(month=(midnight.month - 1) // 3 * 3 + 1, day=1)
        case Unit.YEAR:
            return midnight.replace(month=1, day=1)


def next_start(local: datetime, unit: Unit, week_start: int = MONDAY) -> datetime:
    """The first moment of the unit after the one that `local` lies in."""
    return step(start_of(local, unit, week_start), 1, unit)


def _step_months(local: datetime, months: int) -> datetime:
    year, month = divmod(local.year * 12 + local.month - 1 + months, 12)
    if not 1 <= year <= 9999:
        raise OverflowError(f"year {year} is out of range")
    return local.replace(year=year, month=month + 1, day=min(local.day, monthrange(year, month + 1)[1]))
