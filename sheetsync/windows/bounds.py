"""The texts of a window's start and end: how they are read, and what is said of them in a configuration. Pure.

A bound is a date, YYYY-MM-DD, meaning 00:00 of it, or a date-time, YYYY-MM-DDTHH:MM[:SS[.fff]], with a blank or a T in
the middle. Both are read on the clock of the job's time zone. A Z or an offset that a macro wrote at the end, as
{{now}} does, is dropped: it stands behind wall-clock time, and Clockify reads its bounds that way as well (seen in real
responses). One that somebody wrote by hand means an instant, which the wall clock may show otherwise, and is an error.
"""

from __future__ import annotations

import re
from datetime import MAXYEAR, UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sheetsync.errors import WindowError
from sheetsync.windows import macros
from sheetsync.windows.macros import Base, Macro, MacroProblem
from sheetsync.windows.periods import MONDAY, Edge, Unit

_BOUND = re.compile(
    r"(?P<local>\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d{1,6})?)?)?) ?(?P<offset>Z|[+-]\d\d:?\d\d)?", re.ASCII
)
_YEAR_FIRST = re.compile(r"(\d{4})\D(\d{1,2})\D(\d{1,2})")
_YEAR_LAST = re.compile(r"(\d{1,2})(\D)(\d{1,2})\D(\d{4})")
_FORM = "Write it as YYYY-MM-DD, such as 2021-11-01, or with a time, such as 2021-11-01T08:30."
_MACRO_FORM = "Macros in a date have to give YYYY-MM-DD, or with a time YYYY-MM-DDTHH:MM."
_NO_NAME = "the first moment after it"
_DAYS = {-1: "{{yesterday}}", 0: "{{today}}", 1: "{{tomorrow}}"}
_WORDS = {-1: "last", 0: "this", 1: "next"}
_ANY_TIME = datetime(2024, 5, 15, 12, tzinfo=UTC)
"""When texts are checked without regard to the clock: a moment that is no edge of any period."""


def read(text: str, now: datetime, zone: ZoneInfo, week_start: int = MONDAY) -> datetime:
    """The naive wall-clock time that a bound means at `now` (aware).

    Raises:
        WindowError: the text is no bound, or holds what is not a macro.
    """
    expanded = macros.expand(text, now, zone, week_start).strip()
    match = _BOUND.fullmatch(expanded)
    if match is None:
        todo = _MACRO_FORM if macros.holds_macros(text) else _instead_of(expanded)
        raise WindowError(f"{_given(text, expanded)} is not a date.", todo)
    if match["offset"] and not text.rstrip().endswith("}}"):
        raise WindowError(
            f"{_given(text, expanded)} ends with {match['offset']}, but a window is local time without an offset.",
            f"Leave {match['offset']} out, and set time_zone to the zone in which the time is meant.",
        )
    try:
        return datetime.fromisoformat(match["local"])
    except ValueError as error:
        raise WindowError(f"{_given(text, expanded)} does not exist in the calendar.", _FORM) from error


def validate(text: str) -> list[MacroProblem]:
    """What is wrong with the text of a bound, whenever it is read: unknown macros, else what is not a date."""
    if problems := macros.unknown(text):
        return problems
    try:
        read(text, _ANY_TIME, ZoneInfo("UTC"))
    except WindowError as error:
        return [MacroProblem(0, error.message, error.todo)]
    return []


def warnings(start: str | None, end: str | None) -> list[str]:
    """What is most likely not meant with two valid bounds, as sentences that say what to write instead."""
    if end is None:
        return []
    if start is None:
        return ["end is not used without start: the window is the last month and today. Give start too, or remove end."]
    if validate(end):
        return []
    last = read(end, _ANY_TIME, ZoneInfo("UTC"))
    found = macros.macros_in(end)
    if (last.minute, last.second) == (59, 59):
        left_out = "the last second before the full hour"
    elif last.time() == time() and found and _is_end(found[-1]):
        left_out = "the last day that it names"
    else:
        return []
    instead = _moment_after(end, last)
    return [f"end {end.strip()!r} leaves out {left_out}, because the end is exclusive. Write {instead}."]


def _given(text: str, expanded: str) -> str:
    return repr(expanded) if expanded == text.strip() else f"{text.strip()!r}, which gives {expanded!r},"


def _instead_of(text: str) -> str:
    """What to write for a date in another notation; both readings where day and month cannot be told apart."""
    if match := _YEAR_FIRST.fullmatch(text):
        readings = [(match[1], match[2], match[3])]
    elif match := _YEAR_LAST.fullmatch(text):
        readings = [(match[4], match[3], match[1])]
        if match[2] != ".":
            readings.append((match[4], match[1], match[3]))
    else:
        return _FORM
    dates = dict.fromkeys(filter(None, (_date(*reading) for reading in readings)))
    return f"Write {' or '.join(dates)}." if dates else _FORM


def _date(year: str, month: str, day: str) -> str:
    try:
        return date(int(year), int(month), int(day)).isoformat()
    except ValueError:
        return ""


def _is_end(macro: Macro) -> bool:
    edge = macro.rounding[0] if macro.rounding else macro.base.edge
    return edge is Edge.END


def _moment_after(end: str, last: datetime) -> str:
    found = macros.macros_in(end)
    if not found and last.year < MAXYEAR:
        after = last.replace(microsecond=0) + timedelta(seconds=1)
        return after.isoformat() if after.time() != time() else after.date().isoformat()
    period = _period(found[0]) if len(found) == 1 else None
    if period is None or (last.hour not in {0, 23} and period.unit is not Unit.HOUR):
        return _NO_NAME
    return _start_macro(period.count + 1, period.unit)


def _period(macro: Macro) -> Base | None:
    """The day, week … that the macro is the date or an edge of, counted from this one; None where no name is known."""
    base = macro.base
    if macro.rounding is None:
        return base if base.edge or base.unit is Unit.DAY else None
    unit = macro.rounding[1]
    if unit is base.unit or (base.count == 0 and base.edge is None):
        return Base(base.count, unit)
    return None


def _start_macro(count: int, unit: Unit) -> str:
    """The macro for the first moment of the unit that is `count` units from this one."""
    if unit is Unit.DAY and count in _DAYS:
        return _DAYS[count]
    if unit is not Unit.DAY and count in _WORDS:
        return f"{{{{{_WORDS[count]}{unit}start}}}}"
    if unit is Unit.HOUR:
        return _NO_NAME
    way = "ago" if count < 0 else "fromnow"
    rounding = "" if unit is Unit.DAY else f".startof({unit})"
    return f"{{{{{abs(count)}{unit}s{way}{rounding}}}}}"
