"""What becomes of slots that went by while nothing was there to run them. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import takewhile
from zoneinfo import ZoneInfo

from sheetsync.schedule.forms import Manual, Schedule
from sheetsync.schedule.slots import next_slots, slots

MOST_RUNS = 100
"""How many slots of a job are caught up at most, even with `all`."""
MOST_RECORDED = 500
"""How many slots of a job are recorded one by one; when there are more, the first of all stands for the others."""

_FIRST_LOOK = timedelta(hours=1)
_WIDENING = 4


class CatchUp(StrEnum):
    """Which of the slots that went by are run after all."""

    LATEST = "latest"
    ALL = "all"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Gone:
    """The slots of a job that went by, rising; with `more`, the first stands for all before the second as well."""

    slots: tuple[datetime, ...]
    more: bool = False


@dataclass(frozen=True, slots=True)
class Plan:
    """What to do about them: first record `missed`, then run `run`; both rise. `more` is as in `Gone`."""

    missed: tuple[datetime, ...] = ()
    run: tuple[datetime, ...] = ()
    more: bool = False


def gone(schedule: Schedule, zone: ZoneInfo, after: datetime, until: datetime) -> Gone:
    """The newest slots in `after` < slot <= `until` (aware instants), up to MOST_RECORDED of them.

    When there are more, the first one after `after` takes the place of the oldest. However long the time was, only a
    few times as many slots are looked at.
    """
    if isinstance(schedule, Manual) or after >= until:
        return Gone(())
    look = _FIRST_LOOK
    while True:
        start = max(after, until - look)
        found = _between(schedule, zone, start, until)
        if start == after and len(found) <= MOST_RECORDED:
            return Gone(tuple(found))
        if len(found) >= MOST_RECORDED:
            newest = found[-MOST_RECORDED + 1 :]
            return Gone((*next_slots(schedule, zone, after, 1), *newest), more=True)
        look *= _WIDENING


def decide(found: Gone, policy: CatchUp, on_time: datetime) -> Plan:
    """What becomes of slots that went by. The newest is run whatever the policy when it lies at `on_time` or later."""
    most = {CatchUp.LATEST: 1, CatchUp.ALL: MOST_RUNS, CatchUp.NONE: 0}[policy]
    if found.slots and found.slots[-1] >= on_time:
        most = max(most, 1)
    first_run = max(len(found.slots) - most, 1 if found.more else 0)
    return Plan(found.slots[:first_run], found.slots[first_run:], found.more)


def _between(schedule: Schedule, zone: ZoneInfo, after: datetime, until: datetime) -> list[datetime]:
    return list(takewhile(lambda slot: slot <= until, slots(schedule, zone, after)))
