"""Slots rise, and none is lost or doubled, whatever a zone does to its clocks."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo, available_timezones

from hypothesis import example, given
from hypothesis import strategies as st

from sheetsync.schedule import forms
from sheetsync.schedule.forms import Every, Schedule
from sheetsync.schedule.slots import next_slots
from tests.drawing import examples

MODERATE = examples(150)
DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)
ZONES = sorted(name for name in available_timezones() if not name.startswith(("posix/", "right/")))
SCHEDULES = [
    *(Every(seconds) for seconds in (60, 900, 1800, 2700, 3600, 5400, 7200, 25_200, 86_400, 172_800)),
    Every(900, (time(8), time(18)), forms.parse_days("mon-fri")),
    Every(1800, (time(22), time(3)), forms.parse_days("sat,sun")),
    *map(
        forms.parse_cron,
        [
            "* * * * *",
            "*/20 * * * *",
            "5 * * * *",
            "30 2 * * *",
            "0,30 0-3 * * *",
            "*/15 */2 * * *",
            "@daily",
            "@weekly",
        ],
    ),
]


def changes(zone: ZoneInfo, year: int) -> Iterator[datetime]:
    """Within a day before each change of the zone's clocks in a year."""
    days = [datetime(year, 1, 1, tzinfo=UTC) + DAY * day for day in range(367)]
    for before, after in pairwise(days):
        if before.astimezone(zone).utcoffset() != after.astimezone(zone).utcoffset():
            yield before


@st.composite
def near_changes(draw: st.DrawFn) -> tuple[ZoneInfo, datetime]:
    zone, year = ZoneInfo(draw(st.sampled_from(ZONES))), draw(st.integers(1990, 2037))
    before = draw(st.sampled_from(list(changes(zone, year)) or [datetime(year, 7, 1, tzinfo=UTC)]))
    return zone, before + draw(
        st.timedeltas(-DAY, 2 * DAY) | st.integers(-96, 192).map(lambda count: count * 15 * MINUTE)
    )


def first_minutes(zone: ZoneInfo, after: datetime, at: time) -> list[datetime]:
    """For each of the next days, found minute by minute: the first instant at which its clock shows `at` or later."""
    wanted, found = datetime.combine(after.astimezone(zone).date() - 2 * DAY, at), []
    instant = after.replace(second=0, microsecond=0) - 4 * DAY
    while instant < after + 3 * DAY:
        instant += MINUTE
        while instant.astimezone(zone).replace(tzinfo=None) >= wanted:
            wanted += DAY
            found.append(instant)
    return [instant for instant in dict.fromkeys(found) if instant > after]


@MODERATE
@given(near_changes(), st.sampled_from(SCHEDULES), st.integers(0, 900))
def test_slots_rise_and_a_restart_at_any_of_them_goes_on_with_the_next(
    near: tuple[ZoneInfo, datetime], schedule: Schedule, offset_seconds: int
) -> None:
    (zone, after), offset = near, timedelta(seconds=offset_seconds)
    found = next_slots(schedule, zone, after, 60, offset)
    assert len(found) == 60
    assert all(slot.tzinfo is UTC for slot in found)
    assert all(earlier < later for earlier, later in pairwise([after, *found]))
    for earlier, later in list(pairwise(found))[::7]:
        assert next_slots(schedule, zone, earlier, 1, offset) == [later]
        assert next_slots(schedule, zone, later - timedelta(microseconds=1), 1, offset) == [later]


@MODERATE
@example((ZoneInfo("Antarctica/Casey"), datetime(2020, 10, 3, 12, tzinfo=UTC)), 1800)  # 00:01 to 03:01 was skipped
@example((ZoneInfo("America/St_Johns"), datetime(2011, 11, 6, 1, tzinfo=UTC)), 600)  # 23:01 to 00:01 came twice
@given(near_changes(), st.sampled_from([60, 300, 600, 900, 1800]))
def test_an_interval_within_the_hour_is_even_in_real_time(near: tuple[ZoneInfo, datetime], seconds: int) -> None:
    zone, after = near
    count = 2 * 86_400 // seconds if seconds >= 300 else 300
    for schedule in (Every(seconds), forms.parse_cron(f"*/{seconds // 60} * * * *")):
        found = next_slots(schedule, zone, after, count)
        assert {later - earlier for earlier, later in pairwise(found)} == {timedelta(seconds=seconds)}
        assert after < found[0] <= after + timedelta(seconds=seconds)


@examples(40)
@given(near_changes(), st.sampled_from([time(), time(0, 30), time(1), time(2, 30), time(12), time(23, 45)]))
def test_a_daily_run_comes_once_for_each_day(near: tuple[ZoneInfo, datetime], at: time) -> None:
    zone, after = near
    expected = first_minutes(zone, after, at)
    assert next_slots(forms.parse_cron(f"{at.minute} {at.hour} * * *"), zone, after, len(expected)) == expected
    if at == time():
        assert next_slots(Every(86_400), zone, after, len(expected)) == expected


@MODERATE
@given(near_changes())
def test_an_hourly_job_waits_no_longer_than_an_hour_and_the_clock_change(near: tuple[ZoneInfo, datetime]) -> None:
    zone, after = near
    found = next_slots(Every(3600), zone, after, 72)
    assert all(later - earlier <= HOUR + 30 * MINUTE for earlier, later in pairwise(found))
