"""Between the clock on the wall and instants, in nights when the clocks change too. Pure."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from sheetsync.errors import WindowError

_SECOND = timedelta(seconds=1)


def local_time(instant: datetime, zone: ZoneInfo) -> datetime:
    """What the clock on the wall of `zone` shows at an aware instant: naive, its `fold` telling the passes apart."""
    if instant.tzinfo is None:
        raise ValueError("an instant needs a time zone")
    try:
        return instant.astimezone(zone).replace(tzinfo=None)
    except OverflowError as error:
        raise WindowError(f"{instant.isoformat()} lies outside the years 0001 to 9999 in {zone.key}.") from error


def instant_of(local: datetime, zone: ZoneInfo) -> datetime:
    """The instant (UTC) at which a naive wall-clock time begins.

    A time that the clocks skip gives the first instant after the gap, one that they show twice the first of the two.
    So the result never falls while `local` rises, and windows that meet on the wall meet in time.

    Raises:
        WindowError: the instant lies outside the years 0001 to 9999.
    """
    early, late = _readings(local, zone)
    return early if early <= late else _change_between(late, early, zone)


def second_instant_of(local: datetime, zone: ZoneInfo) -> datetime | None:
    """The later of the two instants (UTC) at which the clocks show `local`; None when they do not show it twice."""
    early, late = _readings(local, zone)
    return late if late > early else None


def is_skipped(local: datetime, zone: ZoneInfo) -> bool:
    """Whether the clocks of `zone` never show this naive time."""
    early, late = _readings(local, zone)
    return late < early


def repeated_length(local: datetime, zone: ZoneInfo) -> timedelta:
    """How far the clocks went back in the change that makes `local` a time shown twice; 0 for any other time."""
    early, late = _readings(local, zone)
    return max(late - early, timedelta(0))


def _readings(local: datetime, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """`local` read with the offset before and the one after the clock change that it is part of; equal without one."""
    try:
        early = local.replace(tzinfo=zone, fold=0).astimezone(UTC)
        return early, local.replace(tzinfo=zone, fold=1).astimezone(UTC)
    except OverflowError as error:
        raise WindowError(f"{local.isoformat()} lies outside the years 0001 to 9999 in {zone.key}.") from error


def _change_between(before: datetime, after: datetime, zone: ZoneInfo) -> datetime:
    """The first instant with `after`'s offset. Clock changes lie on whole seconds."""
    before, after = before.replace(microsecond=0), after.replace(microsecond=0)
    offset = after.astimezone(zone).utcoffset()
    while after - before > _SECOND:
        middle = (before + (after - before) / 2).replace(microsecond=0)
        if middle.astimezone(zone).utcoffset() == offset:
            after = middle
        else:
            before = middle
    return after
