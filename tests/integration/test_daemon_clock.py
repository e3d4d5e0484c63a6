"""The daemon on a moved clock: no slot is lost and none doubled, through restarts, clock changes and clock mistakes."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from itertools import takewhile
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.day import MIDNIGHT, World, job
from sheetsync.config.model import Job, Store
from sheetsync.daemon_events import SlotsPassed, Started
from sheetsync.engines.work import Live
from sheetsync.errors import ClockifyBudgetError
from sheetsync.ledger import Cause, Ledger, RunRecord, State
from sheetsync.progress import Progress
from sheetsync.run import Order, Outcome
from sheetsync.schedule import forms
from sheetsync.schedule.forms import Every, Manual
from sheetsync.schedule.slots import slots
from tests.drawing import examples

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
QUARTER = Every(900)
ZONES = ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "America/St_Johns", "Africa/Cairo", "Asia/Kolkata"]
SCHEDULES = [
    QUARTER,
    Every(3600),
    Every(25_200),
    Every(900, forms.parse_between("22:00-03:00"), forms.parse_days("sat,sun")),
    forms.parse_cron("30 2 * * *"),
    forms.parse_cron("0 0 * * *"),
    forms.parse_cron("*/20 * * * *"),
    forms.parse_cron("0 7 * * mon-fri"),
]


def world(folder: Path | str, *jobs: Job) -> World:
    return World(Store(Path(folder, "state.db")), jobs)


def records(of: World, name: str = "hours") -> list[RunRecord]:
    with Ledger.open(of.store) as ledger:
        return sorted(ledger.runs(name, limit=10**6), key=lambda record: record.slot or record.started)


def named(schedule: forms.Schedule, zone: str, after: datetime, until: datetime) -> list[datetime]:
    own = job("any", schedule, zone)
    return list(takewhile(lambda slot: slot <= until, slots(schedule, own.zone, after)))


def states(of: World) -> list[tuple[int, State, Cause]]:
    """What became of slots, by minutes since midnight."""
    return [((r.slot - MIDNIGHT) // MINUTE if r.slot else -1, r.state, r.cause) for r in records(of)]


@examples(20)
@given(
    st.sampled_from(ZONES),
    st.sampled_from(SCHEDULES),
    st.sampled_from(["latest", "all", "none"]),
    st.datetimes(datetime(2021, 1, 1), datetime(2022, 12, 31)),  # noqa: DTZ001 - hypothesis wants naive bounds
    st.lists(st.tuples(st.timedeltas(MINUTE, 2 * DAY), st.timedeltas(MINUTE, 2 * DAY)), min_size=1, max_size=4),
)
def test_over_two_years_and_many_zones_each_slot_is_run_or_recorded_once_through_kills(
    zone: str, schedule: forms.Schedule, policy: str, begin: datetime, lives: list[tuple[timedelta, timedelta]]
) -> None:
    with TemporaryDirectory() as folder:
        own = world(folder, job("hours", schedule, zone, catch_up=policy))
        own.ticking = False
        own.now = start = begin.replace(tzinfo=UTC)
        for alive, dead in lives:
            own.live(own.now + alive)
            own.now += dead
        own.live(own.now)
        assert [record.slot for record in records(own)] == named(schedule, zone, start, own.now)
        assert max(Counter(own.runs).values(), default=1) == 1


def test_a_year_of_daily_runs_at_midnight_loses_no_day_where_clocks_change(tmp_path: Path) -> None:
    jobs = [job(name.replace("/", "-"), forms.parse_cron("0 0 * * *"), name) for name in ZONES]
    own = world(tmp_path, *jobs)
    own.ticking = False
    own.live(MIDNIGHT + 365 * DAY)
    for each in jobs:
        found = [record.slot for record in records(own, each.name)]
        assert found == named(each.schedule, each.time_zone, MIDNIGHT, own.now)
        assert len(found) == 365


def test_jobs_that_fall_together_are_each_run_once_a_slot(tmp_path: Path) -> None:
    own = world(tmp_path, *(job(f"job-{number}", QUARTER, spreadsheet=number) for number in range(30)))
    own.now -= MINUTE
    own.live(MIDNIGHT + 3 * HOUR - MINUTE)
    wanted = {(f"job-{number}", MIDNIGHT + slot * 15 * MINUTE) for number in range(30) for slot in range(12)}
    assert Counter(own.runs) == Counter(wanted)


def test_after_downtime_the_latest_slot_is_made_up_for_and_older_ones_are_missed(tmp_path: Path) -> None:
    own = world(tmp_path, job("hours", QUARTER))
    own.live(MIDNIGHT + 16 * MINUTE)
    own.now = MIDNIGHT + 65 * MINUTE
    own.live(MIDNIGHT + 75 * MINUTE)
    assert states(own) == [
        (15, State.SUCCEEDED, Cause.SCHEDULE),
        (30, State.MISSED, Cause.CATCH_UP),
        (45, State.MISSED, Cause.CATCH_UP),
        (60, State.SUCCEEDED, Cause.CATCH_UP),
        (75, State.SUCCEEDED, Cause.SCHEDULE),
    ]
    started = [event for event in own.events if isinstance(event, Started)]
    assert [(event.caught_up, event.missed) for event in started] == [(0, 0), (1, 2)]
    assert records(own)[1].reason == "sheetsync was not running; catch_up: latest"


@pytest.mark.parametrize(("policy", "runs"), [("all", 4), ("none", 1)])
def test_after_downtime_all_slots_or_none_are_made_up_for_if_that_is_wanted(
    tmp_path: Path, policy: str, runs: int
) -> None:
    own = world(tmp_path, job("hours", QUARTER, catch_up=policy))
    own.live(MIDNIGHT + 16 * MINUTE)
    own.now = MIDNIGHT + 65 * MINUTE
    own.live(own.now)
    assert len(own.runs) == runs
    assert len(records(own)) == 4


def test_a_slot_that_came_before_the_first_run_was_recorded_is_not_forgotten(tmp_path: Path) -> None:
    own = world(tmp_path, job("hours", Every(86_400)))
    own.live(MIDNIGHT + HOUR)
    own.now = MIDNIGHT + 25 * HOUR
    own.live(own.now)
    assert states(own) == [(24 * 60, State.SUCCEEDED, Cause.CATCH_UP)]


def test_a_new_job_and_a_changed_schedule_miss_nothing_of_the_time_before(tmp_path: Path) -> None:
    own = world(tmp_path, job("hours", Manual()))
    own.live(MIDNIGHT + HOUR)
    own.jobs = [job("hours", QUARTER), job("new", QUARTER)]
    own.now = MIDNIGHT + 10 * HOUR
    own.live(own.now + MINUTE)
    assert not records(own)
    assert not records(own, "new")


def test_slots_of_a_paused_job_are_recorded_with_the_reason(tmp_path: Path) -> None:
    own = world(tmp_path, job("hours", QUARTER))
    with own.process() as (daemon, scheduler):
        assert daemon.pause("hours", "moving the sheet").accepted
        own.go_on(scheduler, MIDNIGHT + 16 * MINUTE)
    own.now = MIDNIGHT + 50 * MINUTE
    with own.process() as (daemon, scheduler):
        assert daemon.jobs()[0].pause is not None
        assert daemon.resume("hours").accepted
        own.go_on(scheduler, MIDNIGHT + 60 * MINUTE)
    assert [(minute, state) for minute, state, _ in states(own)] == [
        (15, State.SKIPPED),
        (30, State.MISSED),
        (45, State.MISSED),
        (60, State.SUCCEEDED),
    ]
    assert records(own)[0].reason == "the job is paused: moving the sheet"
    assert "the job is paused" in records(own)[1].reason


def test_a_machine_that_slept_makes_up_for_its_slots_when_it_wakes(tmp_path: Path) -> None:
    own = world(tmp_path, job("hours", QUARTER))
    with own.process() as (daemon, scheduler):
        own.go_on(scheduler, MIDNIGHT + MINUTE)
        own.now = MIDNIGHT + 50 * MINUTE
        daemon.watch_clock()
        own.go_on(scheduler, MIDNIGHT + 60 * MINUTE)
    assert [minute for minute, state, _ in states(own) if state is State.SUCCEEDED] == [45, 60]
    assert [minute for minute, state, _ in states(own) if state is State.MISSED] == [15, 30]


def test_a_clock_that_is_set_back_doubles_no_slot_and_stops_no_job(tmp_path: Path) -> None:
    own = world(tmp_path, job("hours", QUARTER))
    with own.process() as (daemon, scheduler):
        own.go_on(scheduler, MIDNIGHT + 50 * MINUTE)
        own.now = MIDNIGHT + 20 * MINUTE
        daemon.watch_clock()
        own.go_on(scheduler, MIDNIGHT + 65 * MINUTE)
    assert own.runs == [("hours", MIDNIGHT + minutes * MINUTE) for minutes in (15, 30, 45, 60)]


def test_a_clock_that_was_ten_years_ahead_costs_neither_memory_nor_the_next_slot(tmp_path: Path) -> None:
    own = world(tmp_path, job("hours", QUARTER))
    with own.process() as (daemon, scheduler):
        own.now = MIDNIGHT + 3650 * DAY
        daemon.watch_clock()
        scheduler.come_by()
        own.now = MIDNIGHT + MINUTE
        daemon.watch_clock()
        own.go_on(scheduler, MIDNIGHT + 31 * MINUTE)
    assert own.runs[-1] == ("hours", MIDNIGHT + 30 * MINUTE)
    assert len(records(own)) < 510


def test_slots_that_are_too_many_to_record_one_by_one_are_named_in_the_first(tmp_path: Path) -> None:
    own = world(tmp_path, job("hours", QUARTER))
    own.live(MIDNIGHT + MINUTE)
    own.now = MIDNIGHT + 30 * DAY
    own.live(own.now)
    found = records(own)
    assert found[0].slot == MIDNIGHT + 15 * MINUTE
    assert "so were all slots until 2021-11-25 19:" in found[0].reason
    passed = [event for event in own.events if isinstance(event, SlotsPassed)]
    assert sum(len(event.slots) for event in passed) == len(found) - 1


def test_a_scheduler_that_fails_at_one_job_goes_on_with_the_others(tmp_path: Path) -> None:
    own = world(tmp_path, job("hours", QUARTER), job("broken", QUARTER, spreadsheet=1))
    with own.process() as (daemon, scheduler):
        broken = daemon._timetable.entries["broken"]
        object.__setattr__(broken.job, "time_zone", "No/Where")
        own.go_on(scheduler, MIDNIGHT + 31 * MINUTE)
    assert own.runs == [("hours", MIDNIGHT + 15 * MINUTE), ("hours", MIDNIGHT + 30 * MINUTE)]


def put_off(own: World, *slots_put_off: datetime, until: datetime) -> None:
    """Runs of these slots find the quota used up until an instant."""
    run = own._run

    def with_quota(order: Order, live: Live, _: Progress) -> Outcome:
        if live.work.slot in slots_put_off:
            return Outcome(order.job.name, error=ClockifyBudgetError("used up.", "", until))
        return run(order, live, _)

    own._run = with_quota  # type: ignore[method-assign] # the runs are the test's


def test_a_run_that_was_put_off_is_made_when_its_quota_is_refilled(tmp_path: Path) -> None:
    own = world(tmp_path, job("hours", Every(4 * 3600)))
    put_off(own, MIDNIGHT + 4 * HOUR, until=MIDNIGHT + 5 * HOUR)
    own.live(MIDNIGHT + 9 * HOUR)
    assert own.runs == [("hours", MIDNIGHT + 4 * HOUR), ("hours", MIDNIGHT + 8 * HOUR)]
    found = records(own)
    assert [record.state for record in found] == [State.DELAYED, State.SUCCEEDED, State.SUCCEEDED]
    assert found[1].cause is Cause.CATCH_UP
    assert MIDNIGHT + 5 * HOUR - MINUTE < found[1].started < MIDNIGHT + 5 * HOUR


def test_a_run_that_was_put_off_beyond_its_next_slot_is_left_to_that(tmp_path: Path) -> None:
    own = world(tmp_path, job("hours", QUARTER))
    put_off(own, MIDNIGHT + 15 * MINUTE, until=MIDNIGHT + 40 * MINUTE)
    own.live(MIDNIGHT + 50 * MINUTE)
    assert own.runs == [("hours", MIDNIGHT + 30 * MINUTE), ("hours", MIDNIGHT + 45 * MINUTE)]
    assert [state for _, state, _ in states(own)] == [State.DELAYED, State.SUCCEEDED, State.SUCCEEDED]


def test_a_run_that_was_put_off_is_made_after_a_restart(tmp_path: Path) -> None:
    own = world(tmp_path, job("hours", Every(4 * 3600)))
    put_off(own, MIDNIGHT + 4 * HOUR, until=MIDNIGHT + 5 * HOUR)
    own.live(MIDNIGHT + 4 * HOUR + MINUTE)
    own.now = MIDNIGHT + 6 * HOUR
    own.live(MIDNIGHT + 6 * HOUR + MINUTE)
    assert own.runs == [("hours", MIDNIGHT + 4 * HOUR)]
