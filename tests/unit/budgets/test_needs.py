"""What schedules need of a quota, and slower ones that fit into it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import takewhile
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sheetsync.needs import AHEAD, Demand, busiest, remedy, written
from sheetsync.schedule import forms
from sheetsync.schedule.forms import Cron, Every, Manual, Schedule
from sheetsync.schedule.slots import slots
from tests.drawing import examples

BERLIN = ZoneInfo("Europe/Berlin")
ZONES = [ZoneInfo(name) for name in ("UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe")]
MONDAY = datetime(2026, 11, 23, 12, 34, 56, tzinfo=UTC)
HOUR = 3600
OFFICE = forms.parse_between("08:00-18:00")
WORKDAYS = forms.parse_days("mon-fri")
SCHEDULES: list[Schedule] = [
    *(Every(seconds) for seconds in (60, 300, 420, 900, 1200, 1800, 2700, HOUR, 2 * HOUR, 5 * HOUR, 24 * HOUR)),
    Every(900, OFFICE, WORKDAYS),
    Every(HOUR, forms.parse_between("22:00-03:00")),
    Cron("0 7 * * mon-fri"),
    Cron("*/10 * * * *"),
    Manual(),
]


def demands(count: int, schedule: Schedule, cost: int = 1) -> list[Demand]:
    return [Demand(f"job-{number}", schedule, BERLIN, cost) for number in range(count)]


def by_hand(wanted: list[Demand], at: datetime, seconds: int) -> int:
    """The most in any span that begins at a slot, counted one by one."""
    found = [
        (slot, demand.cost)
        for demand in wanted
        for slot in takewhile(lambda slot: slot <= at + AHEAD, slots(demand.schedule, demand.zone, at))
    ]
    span = timedelta(seconds=seconds)
    return max((sum(cost for slot, cost in found if begin <= slot < begin + span) for begin, _ in found), default=0)


@pytest.mark.parametrize(
    ("schedule", "peak"),
    [
        (Every(900), 4),
        (Every(HOUR), 1),
        (Every(2700), 2),
        (Every(24 * HOUR), 1),
        (Every(900, OFFICE, WORKDAYS), 4),
        (Cron("0 7 * * mon-fri"), 1),
        (Manual(), 0),
    ],
)
def test_the_busiest_hour_is_counted(schedule: Schedule, peak: int) -> None:
    assert busiest(demands(1, schedule), MONDAY, HOUR) == peak
    assert busiest(demands(3, schedule, cost=2), MONDAY, HOUR) == 6 * peak


drawn = st.lists(
    st.builds(
        Demand,
        st.uuids().map(str),
        st.sampled_from([each for each in SCHEDULES if not isinstance(each, Every) or each.seconds >= 900]),
        st.sampled_from(ZONES),
        st.integers(1, 12),
    ),
    max_size=4,
)


@examples(20)
@given(drawn, st.sampled_from([60, 900, HOUR]))
def test_any_busiest_span_is_that_counted_by_hand(wanted: list[Demand], seconds: int) -> None:
    assert busiest(wanted, MONDAY, seconds) == by_hand(wanted, MONDAY, seconds)


@examples(60)
@given(
    st.lists(
        st.builds(Demand, st.uuids().map(str), st.sampled_from(SCHEDULES), st.sampled_from(ZONES), st.integers(1, 12)),
        max_size=40,
    ),
    st.integers(1, 60),
    st.sampled_from([HOUR, 900]),
    st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC)),  # noqa: DTZ001 - as it wants
)
def test_every_schedule_that_is_suggested_fits(wanted: list[Demand], limit: int, seconds: int, at: datetime) -> None:
    found = remedy(wanted, at, seconds, limit)
    if found is None:
        return
    after = {change.job: change.after for change in found.changes}
    changed = [Demand(each.job, after.get(each.job, each.schedule), each.zone, each.cost) for each in wanted]
    assert busiest(changed, at, seconds) == found.peak <= limit
    for change in found.changes:
        as_written(change.after)
        slower = [Demand(change.job, schedule, BERLIN) for schedule in (change.after, change.before)]
        assert len(list_of(slower[0], at)) <= len(list_of(slower[1], at))


def list_of(demand: Demand, at: datetime) -> list[datetime]:
    return list(takewhile(lambda slot: slot <= at + AHEAD, slots(demand.schedule, demand.zone, at)))


def as_written(schedule: Schedule) -> None:
    """It is one that a configuration may hold."""
    if isinstance(schedule, Cron):
        assert forms.parse_cron(schedule.expression) == schedule


def test_jobs_that_fit_are_left_alone() -> None:
    found = remedy(demands(7, Every(900)), MONDAY, HOUR, 30)
    assert found is not None
    assert (found.changes, found.peak) == ((), 28)


def test_jobs_are_slowed_down_no_more_than_they_have_to_be() -> None:
    found = remedy(demands(8, Every(900)), MONDAY, HOUR, 30)
    assert found is not None
    assert [str(change) for change in found.changes] == [
        "job-0 every 20m (now 15m)",
        "job-1 every 20m (now 15m)",
    ]
    assert found.peak == 30


def test_jobs_of_an_hour_are_put_at_different_hours() -> None:
    found = remedy(demands(44, Every(HOUR)), MONDAY, HOUR, 30)
    assert found is not None
    assert len(found.changes) == 28
    assert {written(change.after) for change in found.changes} == {'cron "0 */2 * * *"', 'cron "0 1-23/2 * * *"'}
    assert found.peak == 30


def test_what_no_schedule_can_help_is_said() -> None:
    assert remedy(demands(31, Cron("0 7 * * *")), MONDAY, HOUR, 30) is None
    assert remedy(demands(1, Every(HOUR), cost=31), MONDAY, HOUR, 30) is None


def test_many_jobs_of_several_zones_find_a_schedule() -> None:
    wanted = [Demand(f"job-{number}", Every(900), ZONES[number % 3], 1 + number % 3) for number in range(300)]
    found = remedy(wanted, MONDAY, HOUR, 30)
    assert found is not None
    assert found.peak <= 30
