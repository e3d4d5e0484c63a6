"""Times and figures as the page says them. Pure."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

_MINUTE, _HOUR, _DAY = 60, 3600, 86_400
_SHORT = 10


def instant(at: datetime, zone: ZoneInfo, now: datetime) -> str:
    """An instant on the clocks of a zone: `21:15` today, `Mon 07:00` within the week, else with the date."""
    local, today = at.astimezone(zone), now.astimezone(zone).date()
    days = (local.date() - today).days
    if days == 0:
        return f"{local:%H:%M}"
    if days == 1:
        return f"tomorrow {local:%H:%M}"
    if days == -1:
        return f"yesterday {local:%H:%M}"
    return f"{local:%a %H:%M}" if 0 < days < 7 else f"{local:%Y-%m-%d %H:%M}"


def exact(at: datetime, zone: ZoneInfo) -> str:
    """With seconds and the zone's letters, for whoever looks closer."""
    return f"{at.astimezone(zone):%Y-%m-%d %H:%M:%S %Z}"


def distance(at: datetime, now: datetime) -> str:
    """How far away an instant is: `in 5 min`, `3 h ago`."""
    seconds = (at - now).total_seconds()
    length = duration(timedelta(seconds=abs(seconds)))
    if abs(seconds) < _SHORT:
        return "now"
    return f"in {length}" if seconds > 0 else f"{length} ago"


def duration(length: timedelta) -> str:
    seconds = int(length.total_seconds())
    if seconds < _MINUTE:
        return f"{seconds} s"
    if seconds < _HOUR:
        return f"{seconds // _MINUTE} min"
    if seconds < 2 * _DAY:
        return f"{seconds // _HOUR} h"
    return f"{seconds // _DAY} days"


def took(seconds: float) -> str:
    return f"{seconds:.1f} s" if seconds < _MINUTE else f"{int(seconds) // _MINUTE} min {int(seconds) % _MINUTE} s"


def count(number: int, one: str) -> str:
    """`1 row`, `2 rows`."""
    return f"{number:,} {one}{'' if number == 1 else 's'}"
