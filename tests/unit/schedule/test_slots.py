"""The slots of a schedule, with the clocks changing in Berlin and, by half an hour, on Lord Howe Island."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from sheetsync.schedule import forms
from sheetsync.schedule.forms import Every, Manual, Schedule
from sheetsync.schedule.slots import next_slots, offset_of, slots

BERLIN = ZoneInfo("Europe/Berlin")
LORD_HOWE = ZoneInfo("Australia/Lord_Howe")
HOUR, DAY = 3600, 86_400


def local(schedule: Schedule, after: str, count: int, zone: ZoneInfo = BERLIN) -> list[str]:
    """Slots after a wall-clock time, as day and time of the clocks, with a + in the repeated hour's second pass."""
    begin = datetime.fromisoformat(after).replace(tzinfo=zone).astimezone(UTC)
    found = [slot.astimezone(zone) for slot in next_slots(schedule, zone, begin, count)]
    return [f"{slot:%d %H:%M}{'+' if slot.fold else ''}" for slot in found]


@pytest.mark.parametrize(
    ("schedule", "after", "expected"),
    [
        (Every(15 * 60), "2026-08-26T09:50", ["26 10:00", "26 10:15", "26 10:30"]),
        (Every(2 * HOUR), "2026-08-26T09:50", ["26 10:00", "26 12:00", "26 14:00"]),
        (Every(DAY), "2026-08-26T00:00", ["27 00:00", "28 00:00", "29 00:00"]),
        (Every(7 * DAY), "2026-08-26T09:50", ["31 00:00", "07 00:00", "14 00:00"]),
        (Every(3 * HOUR, (time(8), time(18))), "2026-08-26T09:50", ["26 12:00", "26 15:00", "26 18:00", "27 09:00"]),
        (Every(4 * HOUR, (time(22), time(6))), "2026-08-26T09:50", ["27 00:00", "27 04:00", "28 00:00"]),
        (Every(12 * HOUR, days=forms.parse_days("sat,sun")), "2026-08-26T09:50", ["29 00:00", "29 12:00", "30 00:00"]),
        (forms.parse_cron("0 7 * * mon-fri"), "2026-08-27T07:00", ["28 07:00", "31 07:00", "01 07:00"]),
        (forms.parse_cron("0 6 1 * 1"), "2026-08-26T09:50", ["31 06:00", "01 06:00", "07 06:00"]),
    ],
)
def test_slots_are_times_on_the_wall(schedule: Schedule, after: str, expected: list[str]) -> None:
    assert local(schedule, after, len(expected)) == expected


def test_an_interval_that_does_not_divide_a_day_goes_on_over_midnight() -> None:
    after = datetime(2026, 8, 26, tzinfo=UTC)
    found = next_slots(Every(7 * HOUR), ZoneInfo("UTC"), after, 30)
    assert {later - slot for slot, later in pairwise(found)} == {timedelta(hours=7)}


def test_a_slot_lies_after_the_instant_asked_from_even_by_a_fraction() -> None:
    noon = datetime(2026, 8, 26, 12, tzinfo=UTC)
    for schedule in (Every(HOUR), forms.parse_cron("0 * * * *")):
        assert next_slots(schedule, BERLIN, noon, 1) == [noon + timedelta(hours=1)]
        assert next_slots(schedule, BERLIN, noon - timedelta(microseconds=1), 1) == [noon]


@pytest.mark.parametrize("schedule", [Every(30 * 60), forms.parse_cron("*/30 * * * *")])
def test_a_short_interval_runs_evenly_through_clock_changes(schedule: Schedule) -> None:
    autumn = ["25 02:00", "25 02:30", "25 02:00+", "25 02:30+", "25 03:00"]
    assert local(schedule, "2026-03-29T01:00", 4) == ["29 01:30", "29 03:00", "29 03:30", "29 04:00"]
    assert local(schedule, "2026-10-25T01:30", 5) == autumn


def test_the_repeated_hour_is_still_ahead_when_it_is_asked_for_in_its_first_pass() -> None:
    assert local(Every(10 * 60), "2026-10-25T02:50", 2) == ["25 02:00+", "25 02:10+"]


@pytest.mark.parametrize("after", ["2026-03-29T01:05", "2026-03-29T01:30", "2026-03-29T03:00"])
def test_an_hourly_run_comes_at_its_minute_after_the_gap_whenever_it_is_asked_for(after: str) -> None:
    assert local(forms.parse_cron("5 * * * *"), after, 2) == ["29 03:05", "29 04:05"]


@pytest.mark.parametrize(
    ("schedule", "spring", "autumn"),
    [
        (forms.parse_cron("30 2 * * *"), ["29 03:00", "30 02:30"], ["25 02:30", "26 02:30"]),
        (forms.parse_cron("*/20 2 * * *"), ["29 03:00", "30 02:00"], ["25 02:00", "25 02:20", "25 02:40", "26 02:00"]),
        (forms.parse_cron("0 0 * * *"), ["30 00:00", "31 00:00"], ["26 00:00", "27 00:00"]),
        (Every(2 * HOUR), ["29 03:00", "29 04:00"], ["25 02:00", "25 04:00"]),
        (Every(30 * 60, (time(2), time(2, 30))), ["29 03:00", "30 02:00"], ["25 02:00", "25 02:30", "25 02:00+"]),
        (forms.parse_cron("5 * * * *"), ["29 01:05", "29 03:05"], ["25 01:05", "25 02:05", "25 02:05+", "25 03:05"]),
    ],
)
def test_a_run_in_the_night_of_a_clock_change_is_neither_lost_nor_doubled(
    schedule: Schedule, spring: list[str], autumn: list[str]
) -> None:
    assert local(schedule, "2026-03-29T00:30", len(spring)) == spring
    assert local(schedule, "2026-10-25T00:30", len(autumn)) == autumn


def test_a_clock_change_of_half_an_hour_loses_no_slot_of_the_morning() -> None:
    morning = forms.parse_cron("*/15 5 * * *")
    expected = ["04 05:00", "04 05:15", "04 05:30", "04 05:45"]
    assert local(morning, "2026-04-04T23:00", 4, LORD_HOWE) == [slot.replace("04 ", "05 ") for slot in expected]
    assert local(morning, "2026-10-03T23:00", 4, LORD_HOWE) == expected


def test_a_monthly_run_at_midnight_comes_in_the_month_after_the_clock_change() -> None:
    monthly = forms.parse_cron("@monthly")
    assert local(monthly, "2026-02-15", 3) == ["01 00:00", "01 00:00", "01 00:00"]
    assert [slot.month for slot in next_slots(monthly, ZoneInfo("UTC"), datetime(2026, 2, 15, tzinfo=UTC), 3)] == [
        3,
        4,
        5,
    ]


def test_a_day_that_the_calendar_skips_runs_when_the_next_one_begins() -> None:
    apia = ZoneInfo("Pacific/Apia")
    daily = forms.parse_cron("0 7 * * *")
    assert local(daily, "2011-12-29T06:00", 4, apia) == ["29 07:00", "31 00:00", "31 07:00", "01 07:00"]


def test_a_manual_job_has_no_slots() -> None:
    assert next_slots(Manual(), BERLIN, datetime(2026, 8, 26, tzinfo=UTC), 5) == []


def test_a_day_that_never_comes_again_ends_the_slots() -> None:
    end = datetime(9999, 12, 30, 12, tzinfo=UTC)
    assert list(slots(Every(DAY), ZoneInfo("UTC"), end)) == []


@pytest.mark.parametrize("schedule", [Every(HOUR), forms.parse_cron("0 * * * *")])
def test_an_offset_moves_every_slot_and_loses_none(schedule: Schedule) -> None:
    offset = timedelta(minutes=7)
    noon = datetime(2026, 8, 26, 12, tzinfo=UTC)
    assert next_slots(schedule, BERLIN, noon, 2, offset) == [noon + offset, noon + offset + timedelta(hours=1)]
    assert next_slots(schedule, BERLIN, noon + offset, 1, offset) == [noon + offset + timedelta(hours=1)]


def test_a_jobs_offset_never_changes_and_jobs_are_spread() -> None:
    spread = timedelta(minutes=5)
    offsets = [offset_of(f"job-{number}", spread) for number in range(50)]
    assert offset_of("november-2021", spread) == timedelta(seconds=241)
    assert all(timedelta(0) <= offset < spread and not offset.microseconds for offset in offsets)
    assert len(set(offsets)) > 30
    assert offset_of("november-2021", timedelta(0)) == timedelta(0)
