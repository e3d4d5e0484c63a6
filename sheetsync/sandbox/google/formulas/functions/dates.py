"""Dates and times: days since 1899-12-30, in the spreadsheet's own time zone."""

from __future__ import annotations

import math
from collections.abc import Callable

from sheetsync.sandbox.google.formats import calendar
from sheetsync.sandbox.google.formats.calendar import Day
from sheetsync.sandbox.google.formulas.calls import Call, function
from sheetsync.sandbox.google.formulas.coercion import number_in
from sheetsync.sandbox.google.formulas.values import failure

SECONDS_A_DAY = 86_400
FIRST_FULL_YEAR = 1900
"""DATE counts years below this one from here on, as Google Sheets does."""
LAST_YEAR = 9999
LAST_DAY = calendar.serial_of(LAST_YEAR, 12, 31)
WEEK_STARTS = {1: 6, 2: 0, 3: 0} | {kind: kind - 11 for kind in range(11, 18)}
"""The first day of the week (0 for Monday) by WEEKDAY's type."""


def _serial(call: Call, at: int) -> int:
    """An argument as a whole day.

    Raises:
        Failure: it lies outside of the years up to 9999 (#NUM!).
    """
    number = call.number(at)
    if not 0 <= number <= LAST_DAY + 1:
        raise failure("NUM", "The date lies outside of the years from 1899 to 9999.")
    return math.floor(number)


@function("DATE", least=3, elementwise=True)
def date(call: Call) -> float:
    year, month, day = call.whole(0), call.whole(1), call.whole(2)
    year += FIRST_FULL_YEAR if 0 <= year < FIRST_FULL_YEAR else 0
    serial = calendar.serial_of(year, month, day)
    if not 0 <= year <= LAST_YEAR or not 0 <= serial <= LAST_DAY:
        raise failure("NUM", "The date lies outside of the years from 1899 to 9999.")
    return float(serial)


@function("TIME", least=3, elementwise=True)
def time(call: Call) -> float:
    seconds = call.whole(0) * 3600 + call.whole(1) * 60 + call.whole(2)
    if seconds < 0:
        raise failure("NUM", "A time must not be negative.")
    return seconds % SECONDS_A_DAY / SECONDS_A_DAY


def _part_of_day(name: str, part: Callable[[Day], int]) -> None:
    @function(name, elementwise=True)
    def body(call: Call) -> float:
        return float(part(calendar.day_of(_serial(call, 0))))


_part_of_day("YEAR", lambda day: day.year)
_part_of_day("MONTH", lambda day: day.month)
_part_of_day("DAY", lambda day: day.day)


def _part_of_clock(name: str, divisor: int, modulus: int) -> None:
    @function(name, elementwise=True)
    def body(call: Call) -> float:
        seconds = math.floor(call.number(0) % 1 * SECONDS_A_DAY + 0.5)
        return float(seconds // divisor % modulus)


_part_of_clock("HOUR", 3600, 24)
_part_of_clock("MINUTE", 60, 60)
_part_of_clock("SECOND", 1, 60)


@function("WEEKDAY", least=1, most=2, elementwise=True)
def weekday(call: Call) -> float:
    """1 to 7 from Sunday, or as the type says; 0 to 6 from Monday for type 3."""
    kind = call.whole(1, 1)
    if kind not in WEEK_STARTS:
        raise failure("NUM", "Function WEEKDAY has no such type.")
    number = (calendar.weekday(_serial(call, 0)) - WEEK_STARTS[kind]) % 7
    return float(number if kind == 3 else number + 1)


@function("TODAY", least=0)
def today(call: Call) -> float:
    return float(math.floor(call.evaluator.workbook.now()))


@function("NOW", least=0)
def now(call: Call) -> float:
    return call.evaluator.workbook.now()


def _months_later(serial: int, months: int) -> Day:
    """The same day so many months later, or the month's last where there is none."""
    day = calendar.day_of(serial)
    first = calendar.day_of(calendar.serial_of(day.year, day.month + months, 1))
    return Day(first.year, first.month, min(day.day, calendar.month_length(first.year, first.month)))


@function("EDATE", least=2, elementwise=True)
def months_later(call: Call) -> float:
    day = _months_later(_serial(call, 0), call.whole(1))
    return float(calendar.serial_of(day.year, day.month, day.day))


@function("EOMONTH", least=2, elementwise=True)
def end_of_month(call: Call) -> float:
    day = _months_later(_serial(call, 0), call.whole(1))
    return float(calendar.serial_of(day.year, day.month + 1, 0))


@function("DAYS", least=2, elementwise=True)
def days_between(call: Call) -> float:
    """Days from the second date to the first."""
    return float(_serial(call, 0) - _serial(call, 1))


@function("DATEVALUE", elementwise=True)
def date_value(call: Call) -> float:
    return float(math.floor(_typed(call)))


@function("TIMEVALUE", elementwise=True)
def time_value(call: Call) -> float:
    return _typed(call) % 1


def _typed(call: Call) -> float:
    text = call.text(0)
    number = number_in(text, call.locale)
    if number is None:
        raise failure("VALUE", f"The text '{text}' cannot be read as a date or a time.")
    return number


@function("DATEDIF", least=3, elementwise=True)
def difference(call: Call) -> float:
    """Whole years (Y), months (M) or days (D) between two dates; MD, YM and YD leave out the larger units."""
    first, last, unit = _serial(call, 0), _serial(call, 1), call.text(2).upper()
    if first > last:
        raise failure("NUM", "The start date must not be after the end date.")
    start, end = calendar.day_of(first), calendar.day_of(last)
    months = (end.year - start.year) * 12 + end.month - start.month - (end.day < start.day)
    whole_units = {"Y": months // 12, "M": months, "D": last - first, "YM": months % 12}
    if unit in whole_units:
        return float(whole_units[unit])
    if unit == "MD":
        return float(last - calendar.serial_of(start.year, start.month + months, start.day))
    if unit == "YD":
        return float(last - calendar.serial_of(start.year + months // 12, start.month, start.day))
    raise failure("NUM", "Function DATEDIF has no such unit.")
