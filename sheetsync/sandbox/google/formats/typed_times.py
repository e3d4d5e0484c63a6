"""Dates, times and durations as people type them into a cell. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from sheetsync.sandbox.google.formats import calendar
from sheetsync.sandbox.google.formats.cells import Entered, NumberFormat
from sheetsync.sandbox.google.formats.locales import ENGLISH_MONTHS, Locale

SECONDS_A_DAY = 86_400
HOURS_A_DAY = 24
FIRST_YEAR_OF_LAST_CENTURY = 30
"""A year of two digits from here on is of the twentieth century, below it of the twenty-first."""

YEAR_FIRST = re.compile(r"(?P<year>[0-9]{4})(?P<separator>[-/.])(?P<month>[0-9]{1,2})(?P=separator)(?P<day>[0-9]{1,2})")
DIGITS = re.compile(r"([0-9]{1,2})(?P<separator>[-/.])([0-9]{1,2})(?:(?P=separator)([0-9]{4}|[0-9]{2}))?")
NAMED_DAY_FIRST = re.compile(r"(?P<day>[0-9]{1,2})\.?[ -](?P<month>[^\W\d_]+)\.?[ -](?P<year>[0-9]{4})")
NAMED_MONTH_FIRST = re.compile(r"(?P<month>[^\W\d_]+)\.? (?P<day>[0-9]{1,2}),? (?P<year>[0-9]{4})")
TIME = re.compile(
    r"(?P<sign>-)?(?P<hours>[0-9]{1,7}):(?P<minutes>[0-5][0-9])(?::(?P<seconds>[0-5][0-9])(?:\.(?P<fraction>[0-9]{1,6}))?)?"
    r"(?: ?(?P<half>[AaPp])\.?[Mm]\.?)?"
)
WHOLE_HOUR = re.compile(r"(?P<hours>[0-9]{1,2}) ?(?P<half>[AaPp])\.?[Mm]\.?")


@dataclass(frozen=True)
class _Read:
    """A part of a text that has been understood: a number of days and the pattern that suits it."""

    days: float
    pattern: str


def date_time_in(text: str, locale: Locale, year: int | None) -> Entered | None:
    """A date, time, date with a time, or duration with the format it suggests; None when the text is none of them."""
    if (date := _date(text, locale, year)) is not None:
        return Entered(date.days, NumberFormat("DATE", date.pattern))
    if (time := _time(text)) is not None:
        return Entered(time.days, NumberFormat("TIME", time.pattern))
    words = text.split(" ")
    for split in range(1, len(words)):
        date = _date(" ".join(words[:split]), locale, year)
        time = _time(" ".join(words[split:]))
        if date is not None and time is not None and 0 <= time.days < 1:
            return Entered(date.days + time.days, NumberFormat("DATE_TIME", f"{date.pattern} {time.pattern}"))
    return None


def _date(text: str, locale: Locale, year: int | None) -> _Read | None:
    return _year_first(text) or _digits(text, locale, year) or _named(text, locale)


def _read_date(year: int, month: int, day: int, pattern: str) -> _Read | None:
    if year < 1 or not calendar.exists(year, month, day):
        return None
    return _Read(float(calendar.serial_of(year, month, day)), pattern)


def _year_first(text: str) -> _Read | None:
    found = YEAR_FIRST.fullmatch(text)
    if found is None:
        return None
    month = "mm" if len(found["month"]) == 2 else "m"
    day = "dd" if len(found["day"]) == 2 else "d"
    pattern = found["separator"].join(("yyyy", month, day))
    return _read_date(int(found["year"]), int(found["month"]), int(found["day"]), pattern)


def _digits(text: str, locale: Locale, default_year: int | None) -> _Read | None:
    found = DIGITS.fullmatch(text)
    if found is None or (found["separator"] == "." and "." not in locale.date):
        return None
    if found[4] is None:
        return _without_year(int(found[1]), int(found[3]), locale, default_year)
    first, second, third = int(found[1]), int(found[3]), int(found[4])
    if locale.order == "ymd" and len(found[4]) == 2:
        return _read_date(_full_year(first), second, third, locale.date)
    year = _full_year(third) if len(found[4]) == 2 else third
    month, day = (second, first) if locale.order == "dmy" else (first, second)
    return _read_date(year, month, day, locale.date)


def _without_year(first: int, second: int, locale: Locale, year: int | None) -> _Read | None:
    if year is None:
        return None
    month, day = (second, first) if locale.order == "dmy" else (first, second)
    return _read_date(year, month, day, "d/m" if locale.order == "dmy" else "m/d")


def _full_year(two_digits: int) -> int:
    return two_digits + (1900 if two_digits >= FIRST_YEAR_OF_LAST_CENTURY else 2000)


@cache
def _month_numbers(locale: Locale) -> dict[str, int]:
    """Months by their full and short names in lower case, in the locale's language and in English."""
    names = [*enumerate(ENGLISH_MONTHS, 1), *enumerate(locale.months, 1)]
    short = {name[:3].lower(): number for number, name in names}
    return short | {"sept": 9} | {name.lower(): number for number, name in names}


def _named(text: str, locale: Locale) -> _Read | None:
    day_first = NAMED_DAY_FIRST.fullmatch(text)
    found = day_first or NAMED_MONTH_FIRST.fullmatch(text)
    month = None if found is None else _month_numbers(locale).get(found["month"].lower())
    if found is None or month is None:
        return None
    name = "mmm" if len(found["month"]) <= 3 else "mmmm"
    pattern = f"d {name} yyyy" if day_first else f"{name} d, yyyy"
    return _read_date(int(found["year"]), month, int(found["day"]), pattern)


def _time(text: str) -> _Read | None:
    if (hour := WHOLE_HOUR.fullmatch(text)) is not None:
        return _clock(hour, 0.0, "h am/pm")
    found = TIME.fullmatch(text)
    if found is None:
        return None
    seconds = int(found["minutes"]) * 60 + float(f"{found['seconds'] or '0'}.{found['fraction'] or '0'}")
    tail = ":mm" if found["seconds"] is None else ":mm:ss" + (".000" if found["fraction"] else "")
    if found["half"]:
        return None if found["sign"] else _clock(found, seconds, f"h{tail} am/pm")
    hours = int(found["hours"])
    days = (hours * 3600 + seconds) / SECONDS_A_DAY
    if found["sign"] or hours >= HOURS_A_DAY:
        return _Read(-days if found["sign"] and days else days, "[h]:mm:ss")
    return _Read(days, ("hh" if found["hours"].startswith("0") else "h") + tail)


def _clock(found: re.Match[str], seconds: float, pattern: str) -> _Read | None:
    """A time of the twelve-hour clock."""
    hours = int(found["hours"])
    if not 1 <= hours <= 12:
        return None
    hours = hours % 12 + (12 if found["half"] in "Pp" else 0)
    return _Read((hours * 3600 + seconds) / SECONDS_A_DAY, pattern)
