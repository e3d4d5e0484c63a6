"""What schedules need of a quota, and which slower ones fit into it. Pure."""

from __future__ import annotations

import heapq
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import lru_cache
from itertools import takewhile
from zoneinfo import ZoneInfo

from sheetsync.schedule.forms import ALL_DAYS, Cron, Every, Manual, Schedule
from sheetsync.schedule.slots import slots

AHEAD = timedelta(days=7)
"""How far is looked ahead: a week holds all that weekdays and times of day make of a schedule."""
HOUR_SECONDS = 3600
_INTERVALS = (300, 600, 900, 1200, 1800, HOUR_SECONDS)
_HOURS = (2, 3, 4, 6, 8, 12, 24)
_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_UNITS = ((86_400, "d"), (HOUR_SECONDS, "h"), (60, "m"), (1, "s"))
_MOST_KEPT = 4096


@dataclass(frozen=True, slots=True)
class Demand:
    """What a job asks of a quota: `cost` requests at each of its slots."""

    job: str
    schedule: Schedule
    zone: ZoneInfo
    cost: int = 1


@dataclass(frozen=True, slots=True)
class Change:
    """A job that would run less often, or at other hours."""

    job: str
    before: Schedule
    after: Schedule

    def __str__(self) -> str:
        before = written(self.before)
        if isinstance(self.after, Every):
            before = before.removeprefix("every ")
        return f"{self.job} {written(self.after)} (now {before})"


@dataclass(frozen=True, slots=True)
class Remedy:
    """Changes after which the busiest span needs no more than `peak`."""

    changes: tuple[Change, ...]
    peak: int


def busiest(demands: Sequence[Demand], at: datetime, seconds: int) -> int:
    """The most that is needed within any `seconds` of the week after an instant."""
    costs: Counter[tuple[Schedule, ZoneInfo]] = Counter()
    for demand in demands:
        costs[demand.schedule, demand.zone] += demand.cost
    needed: Counter[int] = Counter()
    for (schedule, zone), cost in costs.items():
        for instant in _instants(schedule, zone, at):
            needed[instant] += cost
    return _peak(sorted(needed.items()), seconds)


def remedy(demands: Sequence[Demand], at: datetime, seconds: int, limit: int) -> Remedy | None:
    """Slower schedules that fit into a limit within any `seconds`; None when no such schedule is to be had.

    The jobs that need most are slowed down first, each by a step at a time. Intervals of more than an hour begin at
    different hours of the day, since they would fall together at midnight. Cron expressions stay as they are.
    """
    steps = list(_steps(demands, at, seconds))

    def after(count: int) -> list[Demand]:
        changed = dict(steps[:count])
        return [replace(demand, schedule=changed.get(index, demand.schedule)) for index, demand in enumerate(demands)]

    count = _fewest(len(steps), lambda count: busiest(after(count), at, seconds) <= limit)
    if count is None:
        return None
    found = after(count)
    changes = (
        Change(old.job, old.schedule, new.schedule) for old, new in zip(demands, found, strict=True) if old != new
    )
    return Remedy(tuple(changes), busiest(found, at, seconds))


def written(schedule: Schedule) -> str:
    """A schedule in few words, near to those of a configuration."""
    if isinstance(schedule, Manual):
        return "manual"
    if isinstance(schedule, Cron):
        return f'cron "{schedule.expression}"'
    rest, text = schedule.seconds, ""
    for unit, letter in _UNITS:
        number, rest = divmod(rest, unit)
        text += f"{number}{letter}" if number else ""
    return f"every {text}"


def _fewest(most: int, fits: Callable[[int], bool]) -> int | None:
    """About the smallest count that fits. More steps may need more for once, but what is found was tried."""
    if not fits(most):
        return None
    low, high = 0, most
    while low < high:
        middle = (low + high) // 2
        if fits(middle):
            high = middle
        else:
            low = middle + 1
    return high


@dataclass(slots=True)
class _Hours:
    """How much begins at which hour (UTC), for each interval in hours: the next job goes where there is least."""

    at: datetime
    loads: defaultdict[int, Counter[int]] = field(default_factory=lambda: defaultdict(Counter))

    def place(self, every: int, demand: Demand) -> int:
        """The local hour of a job's zone."""
        load, offset = self.loads[every], self.at.astimezone(demand.zone).utcoffset() or timedelta(0)
        ahead = offset // timedelta(hours=1)
        hour = min(range(every), key=lambda hour: (load[(hour - ahead) % every], hour))
        load[(hour - ahead) % every] += demand.cost
        return hour


def _steps(demands: Sequence[Demand], at: datetime, seconds: int) -> Iterator[tuple[int, Schedule]]:
    """Which job gets which schedule, one after the other."""
    hours = _Hours(at)
    waiting = [
        (-_weight(demand, demand.schedule, at, seconds), index, demand.schedule)
        for index, demand in enumerate(demands)
        if isinstance(demand.schedule, Every)
    ]
    ladders = {index: _ladder(demands[index], hours) for _, index, _ in waiting}
    queue = [(weight, index) for weight, index, _ in waiting]
    heapq.heapify(queue)
    while queue:
        _, index = heapq.heappop(queue)
        schedule = next(ladders[index], None)
        if schedule is not None:
            yield index, schedule
            heapq.heappush(queue, (-_weight(demands[index], schedule, at, seconds), index))


def _weight(demand: Demand, schedule: Schedule, at: datetime, seconds: int) -> float:
    """What a job needs on average within `seconds` of the week."""
    return len(_instants(schedule, demand.zone, at)) * demand.cost * seconds / AHEAD.total_seconds()


def _ladder(demand: Demand, hours: _Hours) -> Iterator[Schedule]:
    every = demand.schedule
    assert isinstance(every, Every)  # noqa: S101 - others have no ladder
    for interval in _INTERVALS:
        if interval > every.seconds:
            try:
                yield replace(every, seconds=interval)
            except ValueError:
                continue
    for count in _HOURS:
        if count * HOUR_SECONDS >= every.seconds:
            yield _hourly(every, count, hours.place(count, demand))


def _hourly(every: Every, count: int, first: int) -> Cron:
    """Every `count` hours from hour `first` of the day on, within the hours and days of an interval."""
    open_hours = [hour for hour in range(24) if any(a <= hour * HOUR_SECONDS <= b for a, b in every.spans())]
    chosen = [hour for hour in range(first, 24, count) if hour in open_hours] or open_hours[:1] or [first]
    if chosen == list(range(first, 24, count)):
        text = str(first) if len(chosen) == 1 else f"{first}-23/{count}" if first else f"*/{count}"
    else:
        text = ",".join(map(str, chosen))
    days = "*" if every.days == ALL_DAYS else ",".join(_DAYS[day] for day in sorted(every.days))
    return Cron(f"0 {text} * * {days}")


@lru_cache(maxsize=_MOST_KEPT)
def _instants(schedule: Schedule, zone: ZoneInfo, at: datetime) -> tuple[int, ...]:
    """The slots of the coming week, in whole seconds since 1970."""
    end = at + AHEAD
    return tuple(int(slot.timestamp()) for slot in takewhile(lambda slot: slot <= end, slots(schedule, zone, at)))


def _peak(needed: Sequence[tuple[int, int]], seconds: int) -> int:
    most = within = first = 0
    for instant, cost in needed:
        within += cost
        while needed[first][0] <= instant - seconds:
            within -= needed[first][1]
            first += 1
        most = max(most, within)
    return most
