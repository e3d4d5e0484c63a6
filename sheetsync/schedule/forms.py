"""The forms a schedule can have, the texts they are written as, and how they read in words. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time
from math import gcd

from cronsim import CronSim, CronSimError

DAY_SECONDS = 86_400
WEEK_SECONDS = 7 * DAY_SECONDS
SHORTEST_SECONDS = 60
LONGEST_SECONDS = 366 * DAY_SECONDS
ALL_DAYS = frozenset(range(7))
"""The days of a week; 0 is Monday."""

_DAY_NAMES = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_UNITS = {"w": WEEK_SECONDS, "d": DAY_SECONDS, "h": 3600, "m": 60, "s": 1}
_UNIT_NAMES = {WEEK_SECONDS: "week", DAY_SECONDS: "day", 3600: "hour", 60: "minute", 1: "second"}
_NICKNAMES = {
    "@hourly": "0 * * * *",
    "@daily": "0 0 * * *",
    "@midnight": "0 0 * * *",
    "@weekly": "0 0 * * 0",
    "@monthly": "0 0 1 * *",
    "@yearly": "0 0 1 1 *",
    "@annually": "0 0 1 1 *",
}
_A_MONDAY = datetime(2024, 1, 1)  # noqa: DTZ001 - cron expressions are tried on a clock without a zone


@dataclass(frozen=True, slots=True)
class Manual:
    """Never by itself: the job runs when somebody asks for it."""


@dataclass(frozen=True, slots=True)
class Every:
    """Every `seconds` on the wall clock, counted from midnight (of a Monday, where the interval does not divide a day).

    `between` keeps to a span of the local day, both ends included; one that ends before it starts goes over midnight.
    `days` are the local days on which slots may lie (0 = Monday).

    Raises:
        ValueError: the interval is shorter than a minute or longer than 366 days, or no slot would ever come.
    """

    seconds: int
    between: tuple[time, time] | None = None
    days: frozenset[int] = ALL_DAYS

    def __post_init__(self) -> None:
        if not SHORTEST_SECONDS <= self.seconds <= LONGEST_SECONDS:
            raise ValueError("an interval is at least one minute (1m) and at most 366 days (366d) long.")
        if not self.days or not self.days <= ALL_DAYS:
            raise ValueError("name at least one day of the week, such as mon-fri.")
        if not self._ever_due():
            raise ValueError(
                f"{describe(self)} would never run: intervals are counted from midnight"
                f"{' of a Monday' if DAY_SECONDS % self.seconds else ''}, and none of those times fits."
                " Choose a shorter interval, a longer span, or a cron expression."
            )

    def spans(self) -> tuple[tuple[int, int], ...]:
        """The parts of a day in which slots may lie, in seconds since midnight, both ends included, in order."""
        if self.between is None:
            return ((0, DAY_SECONDS - 1),)
        start, end = (_seconds_of(value) for value in self.between)
        return ((start, end),) if start <= end else ((0, end), (start, DAY_SECONDS - 1))

    def _ever_due(self) -> bool:
        step = gcd(self.seconds, WEEK_SECONDS)
        return any(
            (day * DAY_SECONDS + end) // step * step >= day * DAY_SECONDS + start
            for day in self.days
            for start, end in self.spans()
        )


@dataclass(frozen=True, slots=True)
class Cron:
    """A cron expression of five fields, checked by `parse_cron`."""

    expression: str


Schedule = Manual | Every | Cron


def parse_duration(text: str) -> int:
    """The seconds that a text such as `90s`, `15m`, `2h30m`, `1d` or `1w` stands for.

    Raises:
        ValueError: the text is no duration.
    """
    match = re.fullmatch(r"(?:(\d+)w)?(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?", "".join(text.split()).lower())
    if match is None or not any(match.groups()):
        raise ValueError(f"{text!r} is no duration. Write whole numbers with their units: 90s, 15m, 2h30m, 1d or 1w.")
    return sum(int(count) * unit for count, unit in zip(match.groups("0"), _UNITS.values(), strict=True))


def parse_between(text: str) -> tuple[time, time]:
    """The span of a day that a text such as `08:00-18:00` or, over midnight, `22:00-06:00` stands for.

    Raises:
        ValueError: the text is no span, or an empty one.
    """
    match = re.fullmatch(r"\s*(\d{1,2}:\d{2})\s*[-\u2013]\s*(\d{1,2}:\d{2})\s*", text)
    if match is None:
        raise ValueError(f"{text!r} is no span of a day. Write two times of the 24-hour clock, such as 08:00-18:00.")
    start, end = (_parse_time(value) for value in match.groups())
    if start == end:
        raise ValueError(f"{text!r} begins where it ends. For the whole day, leave it out.")
    return start, end


def parse_days(given: str | Iterable[str]) -> frozenset[int]:
    """The days (0 = Monday) that `mon-fri`, `mon,wed,fri`, `sat-mon` or a list of such texts stands for.

    Raises:
        ValueError: a text names no day of the week, or there is none.
    """
    texts = [given] if isinstance(given, str) else list(given)
    days: set[int] = set()
    for part in ",".join(texts).split(","):
        first, _, last = part.partition("-")
        start = _parse_day(first)
        end = _parse_day(last) if "-" in part else start
        days.update((start + step) % 7 for step in range((end - start) % 7 + 1))
    return frozenset(days)


def parse_cron(text: str) -> Cron:
    """A cron expression: five fields as in Debian's cron (`L`, `5#1` and names work too), or @hourly, @daily, @weekly …

    Raises:
        ValueError: the expression cannot be read, or no date ever matches it.
    """
    expression = _NICKNAMES.get(text.strip().lower(), text.strip())
    if expression.startswith("@"):
        raise ValueError(f"{text!r} is not a known nickname. Known are {', '.join(_NICKNAMES)}.")
    fields = expression.split()
    if len(fields) != 5:
        raise ValueError(
            f"{text!r} has {len(fields)} fields. A cron expression has five: minute, hour, day of the month, month,"
            " day of the week, such as 0 7 * * mon-fri."
        )
    try:
        next(CronSim(expression, _A_MONDAY))
    except CronSimError as error:
        raise ValueError(f"{text!r} is no cron expression that can ever match: {error}.") from error
    except StopIteration as error:
        raise ValueError(f"{text!r} never runs: no date matches it.") from error
    return Cron(" ".join(fields))


def describe(schedule: Schedule) -> str:
    """The schedule in words, such as `every 15 minutes between 08:00 and 18:00 on Monday to Friday`."""
    if isinstance(schedule, Manual):
        return "only when asked"
    if isinstance(schedule, Cron):
        return CronSim(schedule.expression, _A_MONDAY).explain()
    words = f"every {_interval_in_words(schedule.seconds)}"
    if schedule.between is not None:
        words += f" between {schedule.between[0]:%H:%M} and {schedule.between[1]:%H:%M}"
    if schedule.days != ALL_DAYS:
        words += f" on {_days_in_words(schedule.days)}"
    return words


def _seconds_of(value: time) -> int:
    return value.hour * 3600 + value.minute * 60 + value.second


def _parse_time(text: str) -> time:
    hour, minute = (int(part) for part in text.split(":"))
    if (hour, minute) == (24, 0):
        return time()
    if hour > 23 or minute > 59:
        raise ValueError(f"{text!r} is no time of the 24-hour clock, such as 08:00.")
    return time(hour, minute)


def _parse_day(text: str) -> int:
    name = text.strip().lower()
    for number, day in enumerate(_DAY_NAMES):
        if name in {day.lower(), day[:3].lower()}:
            return number
    raise ValueError(
        f"{text.strip()!r} is no day of the week. Write mon, tue, wed, thu, fri, sat or sun, such as mon-fri."
    )


def _interval_in_words(seconds: int) -> str:
    if seconds in _UNIT_NAMES:
        return _UNIT_NAMES[seconds]
    parts = []
    for unit in (DAY_SECONDS, 3600, 60, 1):
        count, seconds = divmod(seconds, unit)
        if count:
            parts.append(f"{count} {_UNIT_NAMES[unit]}{'s' if count > 1 else ''}")
    return _listed(parts)


def _days_in_words(days: frozenset[int]) -> str:
    numbers = sorted(days)
    if len(numbers) > 2 and numbers[-1] - numbers[0] == len(numbers) - 1:
        return f"{_DAY_NAMES[numbers[0]]} to {_DAY_NAMES[numbers[-1]]}"
    return _listed([_DAY_NAMES[number] for number in numbers])


def _listed(parts: list[str]) -> str:
    return " and ".join(filter(None, [", ".join(parts[:-1]), parts[-1]]))
