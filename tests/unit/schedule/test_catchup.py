"""What becomes of slots that went by."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sheetsync.schedule import forms
from sheetsync.schedule.catchup import MOST_RECORDED, MOST_RUNS, CatchUp, Gone, decide, gone
from sheetsync.schedule.forms import Every, Manual
from sheetsync.schedule.slots import next_slots, slots
from tests.drawing import examples

BERLIN = ZoneInfo("Europe/Berlin")
NOON = datetime(2021, 11, 30, 12, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
LATER = NOON + HOUR


def three() -> Gone:
    return gone(Every(3600), BERLIN, NOON - 3 * HOUR, NOON)


def test_the_latest_slot_is_run_and_older_ones_are_missed() -> None:
    plan = decide(three(), CatchUp.LATEST, LATER)
    assert plan.run == (NOON,)
    assert plan.missed == (NOON - 2 * HOUR, NOON - HOUR)


def test_all_slots_are_run_if_that_is_wanted() -> None:
    plan = decide(three(), CatchUp.ALL, LATER)
    assert (len(plan.run), plan.missed) == (3, ())


def test_none_is_run_if_that_is_wanted() -> None:
    plan = decide(three(), CatchUp.NONE, LATER)
    assert (plan.run, len(plan.missed)) == ((), 3)


@pytest.mark.parametrize("policy", list(CatchUp))
def test_a_slot_that_is_due_now_is_run_whatever_the_policy_for_late_ones(policy: CatchUp) -> None:
    assert decide(three(), policy, NOON).run[-1] == NOON


def test_of_all_slots_only_the_newest_hundred_are_run() -> None:
    plan = decide(gone(Every(60), BERLIN, NOON - 5 * HOUR, NOON), CatchUp.ALL, LATER)
    assert len(plan.run) == MOST_RUNS
    assert plan.missed + plan.run == tuple(next_slots(Every(60), BERLIN, NOON - 5 * HOUR, 300))


def test_after_a_year_the_first_slot_stands_for_those_that_are_too_many_to_record() -> None:
    after = NOON - 365 * DAY
    found = gone(Every(60), BERLIN, after, NOON)
    assert found.more
    assert len(found.slots) == MOST_RECORDED
    assert found.slots[0] == after + MINUTE
    assert found.slots[1:] == tuple(next_slots(Every(60), BERLIN, NOON - MINUTE * (MOST_RECORDED - 1), 499))
    plan = decide(found, CatchUp.ALL, LATER)
    assert plan.missed[0] == after + MINUTE


def test_a_yearly_slot_is_found_after_months_without_the_process() -> None:
    yearly = forms.parse_cron("0 7 1 1 *")
    assert gone(yearly, BERLIN, NOON - 360 * DAY, NOON).slots == (datetime(2021, 1, 1, 6, tzinfo=UTC),)


def test_a_manual_job_misses_nothing() -> None:
    assert gone(Manual(), BERLIN, NOON - DAY, NOON) == Gone(())


def test_a_clock_that_was_set_back_leaves_nothing_due() -> None:
    assert gone(Every(60), BERLIN, NOON, NOON - DAY) == Gone(())


@examples(60)
@given(
    st.sampled_from(["Europe/Berlin", "Australia/Lord_Howe", "America/St_Johns", "UTC"]),
    st.sampled_from([Every(900), Every(5400), forms.parse_cron("30 2 * * *"), forms.parse_cron("*/10 8-17 * * mon")]),
    st.timedeltas(timedelta(0), 30 * DAY),
    st.datetimes(datetime(2021, 1, 1), datetime(2022, 12, 31)),  # noqa: DTZ001 - hypothesis wants naive bounds
)
def test_what_is_found_is_what_the_schedule_names_up_to_the_most(
    zone: str, schedule: forms.Schedule, away: timedelta, until: datetime
) -> None:
    end = until.replace(tzinfo=UTC)
    found = gone(schedule, ZoneInfo(zone), end - away, end)
    every = []
    for slot in slots(schedule, ZoneInfo(zone), end - away):
        if slot > end:
            break
        every.append(slot)
    assert all(earlier < later for earlier, later in pairwise(found.slots))
    if len(every) <= MOST_RECORDED:
        assert list(found.slots) == every
        assert not found.more
    else:
        assert list(found.slots) == [every[0], *every[-MOST_RECORDED + 1 :]]
