"""The range of a report: a wall clock in the time zone of the request.

The bound is read as an instant, and that instant's clock face in UTC is read as local time (seen).
A local time that a clock change skips moves forward by the gap, as Java does it; one that comes twice is the first.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from sheetsync.sandbox.clockify.problems import Refusal, invalid, unreadable
from sheetsync.sandbox.clockify.switches import Switches

WEEKDAYS = ("MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY", "SUNDAY")
_BOUND = re.compile(r"(\d{4}-\d\d-\d\d)T(\d\d:\d\d(?::\d\d)?)(?:\.(\d{1,9}))?(Z|[+-]\d\d:?\d\d)?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Window:
    """A range.

    Attributes:
        start, end: its clock faces in `zone`.
        named: whether the request named the zone.
        first, last: the first and the last second since 1970 that belong to it.
    """

    start: datetime
    end: datetime
    zone: ZoneInfo
    named: bool
    first: int
    last: int

    @property
    def length(self) -> timedelta:
        return self.end - self.start

    def days(self) -> list[date]:
        """The calendar days of the range, in order."""
        last = (self.end - timedelta(microseconds=1)).date() if self.end > self.start else self.start.date()
        return [self.start.date() + timedelta(days=index) for index in range((last - self.start.date()).days + 1)]


@cache
def _zone_names() -> frozenset[str]:
    return frozenset(available_timezones())


def zone_of(name: str | None, profile: str, switches: Switches) -> ZoneInfo:
    """The zone of a request; the profile's where it names none.

    Raises:
        Refusal: the zone does not exist, and the switch says to refuse.
    """
    if not name:
        return ZoneInfo(profile)
    if name in _zone_names():
        return ZoneInfo(name)
    if switches.unknown_zone == "refuse":
        raise invalid("timeZone")
    return ZoneInfo("UTC" if switches.unknown_zone == "utc" else profile)


def clock_face(text: str, name: str) -> datetime:
    """The UTC clock face of a bound such as `2021-11-01T00:00:00`, with or without fraction and offset.

    Raises:
        Refusal: 400, as for a date without time (seen).
    """
    match = _BOUND.fullmatch(text)
    if match is None:
        raise unreadable(f"Cannot deserialize value of type `java.time.Instant` for {name}")
    day, clock, fraction, offset = match.groups()
    try:
        face = datetime.fromisoformat(f"{day}T{clock}").replace(tzinfo=UTC)
        face += timedelta(microseconds=int((fraction or "0")[:6].ljust(6, "0")))
        if offset is not None and offset != "Z":
            face -= _offset(offset)
    except (ValueError, OverflowError):
        raise unreadable(f"Cannot deserialize value of type `java.time.Instant` for {name}") from None
    return face.replace(tzinfo=None)


def _offset(text: str) -> timedelta:
    size = timedelta(hours=int(text[1:3]), minutes=int(text[-2:]))
    return -size if text[0] == "-" else size


def window(start: datetime, end: datetime, zone: ZoneInfo, *, named: bool, switches: Switches) -> Window:
    """The window between two clock faces.

    Raises:
        Refusal: the start lies after the end (switch), or a bound cannot be an instant.
    """
    if start > end and switches.reversed_range == "refuse":
        raise Refusal(400, "Start date must be before end date")
    try:
        first = math.ceil(_instant(start, zone))
        stop = _instant(end, zone)
    except (OverflowError, ValueError):
        raise invalid("dateRangeStart") from None
    last = math.floor(stop) if switches.end_bound == "inclusive" else math.ceil(stop) - 1
    return Window(start, end, zone, named, first, last)


def _instant(face: datetime, zone: ZoneInfo) -> float:
    return face.replace(tzinfo=zone, fold=0).timestamp()


def named_range(kind: str, today: date, week_start: str) -> tuple[datetime, datetime]:
    """The clock faces of a dateRangeType, its end at 23:59:59.999; `today` is the local date."""
    week = today - timedelta(days=(today.weekday() - WEEKDAYS.index(week_start)) % 7)
    month = today.replace(day=1)
    previous = (month - timedelta(days=1)).replace(day=1)
    first, last = {
        "YESTERDAY": (today - timedelta(days=1), today - timedelta(days=1)),
        "THIS_WEEK": (week, week + timedelta(days=6)),
        "LAST_WEEK": (week - timedelta(days=7), week - timedelta(days=1)),
        "PAST_TWO_WEEKS": (week - timedelta(days=14), week - timedelta(days=1)),
        "THIS_MONTH": (month, (month + timedelta(days=31)).replace(day=1) - timedelta(days=1)),
        "LAST_MONTH": (previous, month - timedelta(days=1)),
        "THIS_YEAR": (today.replace(month=1, day=1), today.replace(month=12, day=31)),
        "LAST_YEAR": (date(today.year - 1, 1, 1), date(today.year - 1, 12, 31)),
    }.get(kind, (today, today))
    return datetime.combine(first, time()), datetime.combine(last, time(23, 59, 59, 999_000))


def local(instant: int, zone: ZoneInfo) -> datetime:
    return datetime.fromtimestamp(instant, zone)


def shown(moment: datetime) -> str:
    """`2021-11-01T09:00:00+01:00`; `Z` where the zone is UTC (seen)."""
    text = moment.isoformat(timespec="seconds")
    return text[:-6] + "Z" if text.endswith("+00:00") and str(moment.tzinfo) in ("UTC", "Etc/UTC", "Zulu") else text
