"""The slots of a schedule: the instants at which its job is due. Pure.

Times of day are those of the clock on the wall. When the clocks change:

- A schedule for every hour of the day (an interval of up to an hour, a cron expression that names no hours) goes on in
  the repeated hour as in any other, and leaves out the times that are skipped. So an interval that divides the change,
  as 15 minutes does, stays even in real time: no slot is lost and none comes twice. Only where the wait would else be
  longer than the interval (for cron, than an hour) comes one slot at the first instant after the gap.
- Any other schedule (a longer interval, a cron expression with hours) has one slot for each of its times: a repeated
  time counts when it comes first, so a daily job runs once a day; a skipped time comes at the first instant after the
  gap, once for all times in the gap.

A slot after a gap may lie outside the `between` or the day that it was meant for.
"""

from __future__ import annotations

import hashlib
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

from cronsim import CronSim

from sheetsync.schedule.forms import DAY_SECONDS, Cron, Every, Manual, Schedule
from sheetsync.windows import wallclock

_EPOCH = datetime(1970, 1, 5)  # noqa: DTZ001 - intervals are counted on the wall clock from this Monday's midnight
_HOUR_SECONDS = 3600
_HOURS_OF_A_DAY = 24
_NO_OFFSET = timedelta(0)


@dataclass(frozen=True, slots=True)
class _Times:
    """Rising wall-clock times. `patience` is the longest wait that a schedule for every hour knows, else None."""

    times: Iterator[datetime]
    patience: timedelta | None


def slots(schedule: Schedule, zone: ZoneInfo, after: datetime, offset: timedelta = _NO_OFFSET) -> Iterator[datetime]:
    """The instants (UTC) later than `after`, an aware instant, at which a job is due; strictly rising, computed lazily.

    All of them lie `offset` after the times that the schedule names.
    """
    if isinstance(schedule, Manual):
        return
    last = after - offset
    patience = _patience(schedule)
    # Whether a gap needs a slot depends on the slot before it.
    begin = wallclock.local_time(last - (patience or _NO_OFFSET), zone)
    if not begin.fold:
        # The repeated hour is ahead in real time, and behind on the wall.
        begin -= wallclock.repeated_length(begin, zone)
    for instant in _placed(_Times(_times_on_the_wall(schedule, begin), patience), zone):
        if instant > last:
            yield instant + offset
            last = instant


def next_slots(
    schedule: Schedule, zone: ZoneInfo, after: datetime, count: int, offset: timedelta = _NO_OFFSET
) -> list[datetime]:
    """The first `count` slots after `after`; none for a job that runs only when asked."""
    return list(islice(slots(schedule, zone, after, offset), count))


def offset_of(name: str, spread: timedelta) -> timedelta:
    """How long after scheduled times to begin: whole seconds, at least 0, less than `spread`, the same for a name.

    It spreads jobs with one schedule over a while without chance, so that a slot stays the same slot after a restart.
    """
    seconds = int(spread.total_seconds())
    if seconds < 1:
        return _NO_OFFSET
    return timedelta(seconds=int.from_bytes(hashlib.sha256(name.encode()).digest()) % seconds)


def _patience(schedule: Every | Cron) -> timedelta | None:
    if isinstance(schedule, Every):
        return timedelta(seconds=schedule.seconds) if schedule.seconds <= _HOUR_SECONDS else None
    hours = CronSim(schedule.expression, _EPOCH).hours
    return timedelta(hours=1) if len(hours) == _HOURS_OF_A_DAY else None


def _times_on_the_wall(schedule: Every | Cron, begin: datetime) -> Iterator[datetime]:
    if isinstance(schedule, Every):
        return _interval_times(schedule, begin)
    # Without a zone, cronsim leaves clock changes alone; its own treatment loses slots where clocks change by half an
    # hour (Australia/Lord_Howe).
    return CronSim(schedule.expression, begin.replace(fold=0))


def _interval_times(every: Every, begin: datetime) -> Iterator[datetime]:
    earliest = (begin - _EPOCH) // timedelta(seconds=1)
    for day in _days_from(begin.date()):
        if day.weekday() not in every.days:
            continue
        midnight = (day - _EPOCH.date()).days * DAY_SECONDS
        for start, end in every.spans():
            first = -(-max(midnight + start, earliest) // every.seconds) * every.seconds
            for seconds in range(first, midnight + end + 1, every.seconds):
                yield _EPOCH + timedelta(seconds=seconds)


def _days_from(day: date) -> Iterator[date]:
    while day < date.max:
        yield day
        day += timedelta(days=1)


def _placed(wanted: _Times, zone: ZoneInfo) -> Iterator[datetime]:
    """The instants of wall-clock times, not falling: second passes wait until the first pass is over."""
    second_pass: deque[datetime] = deque()
    for local, first in _first_passes(wanted, zone):
        while second_pass and second_pass[0] < first:
            yield second_pass.popleft()
        yield first
        if wanted.patience and (second := wallclock.second_instant_of(local, zone)):
            second_pass.append(second)
    yield from second_pass


def _first_passes(wanted: _Times, zone: ZoneInfo) -> Iterator[tuple[datetime, datetime]]:
    """Each time with its first instant; of the times in a gap the last, where a slot is needed at all."""
    longest_wait = wanted.patience or timedelta.max
    previous: datetime | None = None
    skipped: tuple[datetime, datetime] | None = None
    for local in wanted.times:
        instant = wallclock.instant_of(local, zone)
        if wanted.patience and wallclock.is_skipped(local, zone):
            skipped = local, instant
            continue
        if skipped and (previous is None or instant - previous > longest_wait):
            yield skipped
        skipped = None
        yield local, instant
        previous = instant
