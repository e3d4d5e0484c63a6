"""Date macros: `{{today}}`, `{{2monthsago.endof(month).format(YYYY-MM-DD)}}` … in the language of Coupler.io's macros.

The rules are those of its public documentation ("Macros in data flows"); where that is silent, they are sheetsync's.

    macro    = base [ ".startof(" unit ")" | ".endof(" unit ")" ] [ ".format(" pattern ")" ]
    unit     = day | week | month | quarter | year
    base     = today | yesterday | tomorrow | now
             | (this|last|next)(hour|week|month|quarter|year)(start|end)
             | (hour|week|month|quarter|year)ago
             | N(hour|day|week|month|quarter|year)[s](ago|fromnow)            N has one to three digits
             | (startof|endof)(week|month|quarter|year)                       the same as this…start, this…end

Case and blanks do not matter, but for the pattern's. Dates and times are those of the clock on the wall in the job's
time zone; with UTC they are Coupler.io's. A date prints as YYYY-MM-DD; `now` and what counts in hours prints as
YYYY-MM-DD[T]hh:mm:ss[Z], where the Z is a letter of the documented form and says nothing about the zone. Pure.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sheetsync.errors import WindowError
from sheetsync.windows import patterns, periods, wallclock
from sheetsync.windows.periods import MONDAY, Edge, Unit

DATE_PATTERN = "YYYY-MM-DD"
TIME_PATTERN = "YYYY-MM-DD[T]hh:mm:ss[Z]"

_PLACE = re.compile(r"\{\{(?P<inner>.*?)\}\}|\{\{|\}\}", re.DOTALL)
_PARTS = re.compile(
    r"(?P<head>.*?)(?:\.\s*format\s*\((?P<pattern>(?:\[[^\]]*\]|[^)])*)\)\s*)?", re.DOTALL | re.IGNORECASE
)
_ROUNDING = re.compile(r"(startof|endof)\((day|week|month|quarter|year)\)")
_COUNTED = re.compile(r"(\d{1,3})(hour|day|week|month|quarter|year)s?(ago|fromnow)")
_PERIODS = (Unit.HOUR, Unit.WEEK, Unit.MONTH, Unit.QUARTER, Unit.YEAR)
_SIMILAR = 0.8
"""How alike (difflib's ratio) a known spelling must be to be worth naming."""


@dataclass(frozen=True, slots=True)
class Base:
    """What a macro's first word means: `count` units from now and, with an edge, that unit's first or last date."""

    count: int
    unit: Unit
    edge: Edge | None = None


@dataclass(frozen=True, slots=True)
class Macro:
    """One macro of a text; `rounding` is its `.startof(unit)` or `.endof(unit)`."""

    base: Base
    rounding: tuple[Edge, Unit] | None = None
    pattern: str | None = None

    @property
    def has_time(self) -> bool:
        """Whether it means a time of day too, and not only a date."""
        return self.base.unit is Unit.HOUR


@dataclass(frozen=True, slots=True)
class MacroProblem:
    """A part of a text that cannot be used, `offset` characters after its beginning, and what to write instead.

    `nearest` is the known macro that is most like the one found, with its braces; empty when none is.
    """

    offset: int
    message: str
    todo: str
    nearest: str = ""


def _known() -> dict[str, Base]:
    known = {
        "today": Base(0, Unit.DAY),
        "yesterday": Base(-1, Unit.DAY),
        "tomorrow": Base(1, Unit.DAY),
        "now": Base(0, Unit.HOUR),
    }
    for unit in _PERIODS:
        known[f"{unit}ago"] = Base(-1, unit)
        for edge in Edge:
            for word, count in (("this", 0), ("last", -1), ("next", 1)):
                known[f"{word}{unit}{edge}"] = Base(count, unit, edge)
            if unit is not Unit.HOUR:
                known[f"{edge}of{unit}"] = Base(0, unit, edge)
    return known


_KNOWN = _known()
_SPELLINGS = (*_KNOWN, *(f"N{unit}{s}{way}" for unit in Unit for s in ("s", "") for way in ("ago", "fromnow")))


def holds_macros(text: str) -> bool:
    return _PLACE.search(text) is not None


def macros_in(text: str) -> list[Macro]:
    """The macros of a text, from left to right; those that are not known are left out."""
    return [found for _, found in _found(text) if isinstance(found, Macro)]


def unknown(text: str) -> list[MacroProblem]:
    """What in the text looks like a macro and is none, from left to right."""
    return [found for _, found in _found(text) if isinstance(found, MacroProblem)]


def expand(text: str, now: datetime, zone: ZoneInfo, week_start: int = MONDAY) -> str:
    """The text with each macro replaced by what it means at `now` (aware) on the clocks of `zone`.

    Raises:
        WindowError: a macro is not known, or its date lies outside the years 0001 to 9999.
    """
    done, rest = "", 0
    for match, found in _found(text):
        if isinstance(found, MacroProblem):
            raise WindowError(found.message, found.todo)
        done += text[rest : match.start()] + _render(found, match[0], now, zone, week_start)
        rest = match.end()
    return done + text[rest:]


def _render(macro: Macro, source: str, now: datetime, zone: ZoneInfo, week_start: int) -> str:
    try:
        value = _value(macro, now, zone, week_start)
    except OverflowError as error:
        raise WindowError(f"{source} lies outside the years 0001 to 9999.", "Use a smaller number.") from error
    pattern = macro.pattern
    if pattern is None:
        pattern = TIME_PATTERN if macro.has_time else DATE_PATTERN
    return patterns.render(pattern, value, zone)


def _value(macro: Macro, now: datetime, zone: ZoneInfo, week_start: int) -> datetime:
    base = macro.base
    if base.unit is Unit.HOUR:
        value = _step_hours(now, base.count, zone)
    else:
        value = periods.step(periods.start_of(wallclock.local_time(now, zone), Unit.DAY), base.count, base.unit)
    shortest = timedelta(seconds=1) if macro.has_time else timedelta(days=1)
    edges = [(base.edge, base.unit)] if base.edge else []
    for edge, unit in [*edges, *([macro.rounding] if macro.rounding else [])]:
        if edge is Edge.START:
            value = periods.start_of(value, unit, week_start)
        else:
            value = periods.next_start(value, unit, week_start) - shortest
    return value


def _step_hours(now: datetime, count: int, zone: ZoneInfo) -> datetime:
    """The wall-clock time `count` hours from now.

    In a night of a clock change the hours passed and the hours on the clock's face differ. The one further from now is
    taken, so that `{{lasthourstart}}` to `{{thishourstart}}`, read every hour, neither misses an hour nor is empty.
    """
    passed = wallclock.local_time(now + timedelta(hours=count), zone)
    shown = wallclock.local_time(now, zone) + timedelta(hours=count)
    return min(passed, shown) if count < 0 else max(passed, shown)


def _found(text: str) -> Iterator[tuple[re.Match[str], Macro | MacroProblem]]:
    for match in _PLACE.finditer(text):
        if match["inner"] is None:
            problem = f"{match[0]} without its counterpart in {text!r}."
            yield match, MacroProblem(match.start(), problem, "A macro stands between {{ and }}.")
        else:
            yield match, _read(match["inner"], match.start())


def _read(inner: str, offset: int) -> Macro | MacroProblem:
    parts = _PARTS.fullmatch(inner)
    head, pattern = (parts["head"], parts["pattern"]) if parts else (inner, None)
    word, dot, tail = "".join(head.split()).lower().partition(".")
    base = _base(word)
    if base is None:
        return _unknown_base(word, inner, offset)
    rounding = _ROUNDING.fullmatch(tail)
    if dot and rounding is None:
        message = f"{{{{{inner}}}}}: .{tail} is not known."
        return MacroProblem(offset, message, _after_the_dot(tail))
    if wrong := patterns.unknown_tokens(pattern or ""):
        return MacroProblem(
            offset,
            f"{{{{{inner}}}}}: {wrong[0]} means nothing in a pattern.",
            f"Text goes into square brackets, [{wrong[0]}]; dates are written with tokens such as YYYY, MM, DD.",
        )
    if rounding is None:
        return Macro(base, None, pattern)
    edge = Edge.START if rounding[1] == "startof" else Edge.END
    return Macro(base, (edge, Unit(rounding[2])), pattern)


def _base(word: str) -> Base | None:
    counted = _COUNTED.fullmatch(word)
    if counted is None:
        return _KNOWN.get(word)
    count = int(counted[1])
    return Base(-count if counted[3] == "ago" else count, Unit(counted[2]))


def _unknown_base(word: str, inner: str, offset: int) -> MacroProblem:
    message = f"{{{{{inner}}}}} is not a macro."
    number = re.match(r"\d+", word)
    if number and len(number[0]) > 3:
        return MacroProblem(offset, message, "A number in a macro has at most three digits.")
    template = word if number is None else f"N{word[number.end() :]}"
    similar = difflib.get_close_matches(template, _SPELLINGS, n=1, cutoff=_SIMILAR)
    if not similar:
        return MacroProblem(offset, message, "Macros are, for example, {{today}}, {{thismonthstart}}, {{7daysago}}.")
    nearest = "{{" + similar[0].replace("N", number[0] if number else "1") + "}}"
    return MacroProblem(offset, message, f"Did you mean {nearest}?", nearest)


def _after_the_dot(tail: str) -> str:
    roundings = [f"{edge}of({unit})" for edge in Edge for unit in Unit if unit is not Unit.HOUR]
    similar = difflib.get_close_matches(tail, roundings, n=1, cutoff=_SIMILAR)
    guess = f"Did you mean .{similar[0]}? " if similar else ""
    return (
        f"{guess}After a macro's name may come .startof(UNIT) or .endof(UNIT), with a day, week, month, quarter or year"
        " as the UNIT, and then .format(PATTERN)."
    )
