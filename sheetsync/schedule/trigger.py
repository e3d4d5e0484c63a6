"""When the scheduler wakes up for a job: at its slots, a fixed little while later.

The library's own cron trigger loses runs after a clock change, and its jitter can hang; so slots are our own, and a
job's offset is fixed. APScheduler is told one moment at a time, and only ones that lie ahead: what has gone by, after
a suspend or a moved clock, is not its business but that of `catchup`.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from apscheduler.triggers.base import BaseTrigger  # type: ignore[import-untyped] # it has no annotations
from cronsim import CronSim

from sheetsync.schedule.forms import Cron, Manual, Schedule
from sheetsync.schedule.slots import offset_of, slots

LONGEST_OFFSET = timedelta(seconds=30)
SHARE_OF_INTERVAL = 10
AGAIN = timedelta(minutes=1)
"""When a trigger that failed is asked again."""
_HOUR_MINUTES = 60
_ANY_DAY = datetime(2024, 1, 1)  # noqa: DTZ001 - an expression's minutes are the same on every clock


def offset(spreadsheet: str, schedule: Schedule, spreadsheets: int) -> timedelta:
    """How long after its slots a job starts, so that jobs of one schedule do not fall on Clockify and Google at once.

    At most half a minute, at most a tenth of the time between two slots, and at most a second for each spreadsheet: of
    few none needs to wait. It is the same for all jobs of one schedule into a spreadsheet, since they publish together.
    """
    spread = min(LONGEST_OFFSET, shortest_interval(schedule) / SHARE_OF_INTERVAL, timedelta(seconds=spreadsheets))
    return offset_of(spreadsheet, spread)


def shortest_interval(schedule: Schedule) -> timedelta:
    """The least time between two slots; for cron expressions an hour at most, which is all that is needed here."""
    if isinstance(schedule, Manual):
        return timedelta.max
    if not isinstance(schedule, Cron):
        return timedelta(seconds=schedule.seconds)
    minutes = sorted(CronSim(schedule.expression, _ANY_DAY).minutes)
    gaps = [later - earlier for earlier, later in zip(minutes, [*minutes[1:], minutes[0] + _HOUR_MINUTES], strict=True)]
    return timedelta(minutes=min(gaps))


class TickTrigger(BaseTrigger):  # type: ignore[misc] # it has no annotations
    """Fires every so often. After a jump of the clock it goes on from there, and does not count what lay between."""

    def __init__(self, seconds: float) -> None:
        self._interval = timedelta(seconds=seconds)

    def get_next_fire_time(self, previous_fire_time: datetime | None, now: datetime) -> datetime:  # noqa: ARG002 - APScheduler's signature
        return now + self._interval


class SlotTrigger(BaseTrigger):  # type: ignore[misc] # same
    """Fires `offset` after each slot of a schedule.

    A trigger that raises would end the scheduler's thread without a sound, so this one reports and is asked again.
    """

    def __init__(
        self, schedule: Schedule, zone: ZoneInfo, offset: timedelta, report: Callable[[Exception], None]
    ) -> None:
        self._schedule = schedule
        self._zone = zone
        self._offset = offset
        self._report = report

    def get_next_fire_time(self, previous_fire_time: datetime | None, now: datetime) -> datetime | None:  # noqa: ARG002 - APScheduler's signature
        """The first moment after `now`; None for a job that runs only when asked."""
        try:
            return next(slots(self._schedule, self._zone, now.astimezone(UTC), self._offset), None)
        except Exception as error:  # noqa: BLE001 - see the class
            self._report(error)
            return now + AGAIN

    def __str__(self) -> str:
        return f"{self._schedule}"
