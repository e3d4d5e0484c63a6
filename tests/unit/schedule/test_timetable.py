"""When jobs start, and that no slot falls between two processes or two configurations."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.day import job
from sheetsync.schedule import forms, trigger
from sheetsync.schedule.forms import Every, Manual, Schedule
from sheetsync.schedule.timetable import Entry, Rhythms, Timetable
from sheetsync.schedule.trigger import AGAIN, SlotTrigger, TickTrigger
from tests.drawing import examples

NOON = datetime(2021, 11, 30, 12, tzinfo=UTC)
MINUTE, HOUR, SECOND = timedelta(minutes=1), timedelta(hours=1), timedelta(seconds=1)
QUARTER = Every(900)


def unexpected(error: Exception) -> None:
    raise error


def test_jobs_into_a_thousand_spreadsheets_are_spread_over_half_a_minute() -> None:
    offsets = [trigger.offset(f"spreadsheet-{number}", QUARTER, 1000) for number in range(1000)]
    assert min(offsets) == timedelta(0)
    assert max(offsets) == 29 * SECOND
    assert max(offsets.count(each) for each in set(offsets)) < 60


def test_a_job_alone_starts_at_its_slot() -> None:
    assert trigger.offset("alone", QUARTER, 1) == timedelta(0)


@pytest.mark.parametrize(
    ("schedule", "shortest"),
    [
        (Every(60), 60),
        (forms.parse_cron("* * * * *"), 60),
        (forms.parse_cron("0,5,30 8 * * *"), 300),
        (forms.parse_cron("58,2 * * * *"), 240),
        (forms.parse_cron("0 7 * * mon"), 3600),
    ],
)
def test_an_offset_is_less_than_a_tenth_of_the_shortest_interval(schedule: Schedule, shortest: int) -> None:
    assert trigger.shortest_interval(schedule) == timedelta(seconds=shortest)
    assert all(
        10 * trigger.offset(f"spreadsheet-{n}", schedule, 1000) < timedelta(seconds=shortest) for n in range(200)
    )


def test_a_trigger_that_fails_reports_it_and_is_asked_again() -> None:
    reported: list[Exception] = []
    broken = SlotTrigger("no schedule", ZoneInfo("UTC"), timedelta(0), reported.append)  # type: ignore[arg-type]
    assert broken.get_next_fire_time(None, NOON) == NOON + AGAIN
    assert len(reported) == 1


def test_triggers_never_name_a_moment_that_has_gone_by() -> None:
    for each in (SlotTrigger(QUARTER, ZoneInfo("UTC"), 7 * SECOND, unexpected), TickTrigger(15)):
        found = each.get_next_fire_time(NOON - timedelta(days=3650), NOON)
        assert found is not None
        assert NOON < found <= NOON + timedelta(minutes=16)


def test_a_manual_job_has_no_next_moment() -> None:
    assert SlotTrigger(Manual(), ZoneInfo("UTC"), timedelta(0), unexpected).get_next_fire_time(None, NOON) is None


def test_a_slot_is_the_time_that_the_schedule_names_whatever_the_offset() -> None:
    entry = Entry(job("spread", QUARTER), NOON - MINUTE, 20 * SECOND)
    table = Timetable()
    table.entries = {"spread": entry}
    assert table.due("spread", NOON + 19 * SECOND) is None
    due = table.due("spread", NOON + 20 * SECOND)
    assert due is not None
    assert due.plan.run == (NOON,)
    assert table.due("spread", NOON + 21 * SECOND) is None
    assert table.entries["spread"].next_slot(NOON + 21 * SECOND) == NOON + 15 * MINUTE


def test_an_unchanged_schedule_keeps_its_place_when_the_configuration_is_swapped() -> None:
    table = Timetable([Entry(job("kept", QUARTER), NOON - 20 * MINUTE), Entry(job("changed", QUARTER), NOON - HOUR)])
    jobs = [job("kept", QUARTER, write="when_changed"), job("changed", Every(1800)), job("new", QUARTER)]
    assert set(table.swap(jobs, NOON + MINUTE)) >= {"changed", "new"}
    due = table.due("kept", NOON + MINUTE)
    assert due is not None
    assert due.found.slots == (NOON - 15 * MINUTE, NOON)
    assert due.job.write == "when_changed"
    assert table.due("changed", NOON + MINUTE) is None
    assert table.due("new", NOON + MINUTE) is None


def test_after_the_clock_was_set_back_by_years_jobs_go_on_at_once() -> None:
    table = Timetable([Entry(job("hours", QUARTER), NOON + timedelta(days=3650))])
    table.turn_back(NOON)
    due = table.due("hours", NOON + 15 * MINUTE)
    assert due is not None
    assert due.plan.run == (NOON + 15 * MINUTE,)


def test_slots_count_since_the_last_one_recorded_or_since_the_schedule_is_there() -> None:
    old, new, changed = job("old", QUARTER), job("new", QUARTER), job("changed", Every(1800))
    kept = Rhythms({}).updated([old, job("changed", QUARTER)], NOON - HOUR)
    rhythms = Rhythms.read(kept.write()).updated([old, new, changed], NOON)
    found = {entry.job.name: entry.handled for entry in rhythms.entries([old, new, changed], {"changed": NOON}, NOON)}
    assert found == {"old": NOON - HOUR, "new": NOON, "changed": NOON}
    assert rhythms.entries([old], {"old": NOON - MINUTE}, NOON)[0].handled == NOON - MINUTE


def test_schedules_of_other_processes_stay_kept_and_forgotten_ones_do_not() -> None:
    rhythms = Rhythms({}).updated([job("theirs", QUARTER), job("gone", QUARTER)], NOON)
    assert set(rhythms.updated([job("ours", QUARTER)], NOON, forget={"gone"}).since) == {"theirs", "ours"}


@pytest.mark.parametrize("text", [None, "", "{", "[]", '{"job": 3}', '{"job": ["x", "y"]}'])
def test_what_was_kept_and_cannot_be_read_is_begun_anew(text: str | None) -> None:
    assert Rhythms.read(text) == Rhythms({})


@examples(80)
@given(st.lists(st.timedeltas(SECOND, timedelta(hours=3)), min_size=1, max_size=20), st.sampled_from([0, 7, 29]))
def test_whenever_the_daemon_comes_by_each_slot_is_found_once(steps: list[timedelta], offset: int) -> None:
    entry = Entry(job("any", QUARTER), NOON, timedelta(seconds=offset))
    table, now, found = Timetable(), NOON, []
    table.entries = {"any": entry}
    for step in steps:
        now += step
        due = table.due("any", now)
        found += [] if due is None else [*due.plan.missed, *due.plan.run]
    until = now - entry.offset
    assert found == [slot for n in range(1, 400) if (slot := NOON + n * 15 * MINUTE) <= until]


def test_jobs_of_one_schedule_into_one_spreadsheet_start_together_to_publish_together() -> None:
    jobs = [job(f"job-{number}", QUARTER, spreadsheet=number % 30) for number in range(300)]
    entries = Timetable([Entry(each, NOON) for each in jobs]).entries.values()
    offsets = {(entry.job.target.spreadsheet, entry.offset) for entry in entries}
    assert len(offsets) == 30
    assert len({offset for _, offset in offsets}) > 10
