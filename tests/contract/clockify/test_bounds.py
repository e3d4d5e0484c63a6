"""Which entries a range holds, and in which zone their times come back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import requests

from sheetsync.sandbox.clockify import ClockifySandbox, Switches

Report = Callable[..., Any]
AUGUST = {"dateRangeStart": "2026-08-08T00:00:00Z", "dateRangeEnd": "2026-08-08T00:59:59.999Z"}


def starts(answer: Any) -> list[str]:
    return [row["timeInterval"]["start"] for row in answer["timeentries"]]


@pytest.mark.parametrize(
    ("zone", "found"), [("Europe/Belgrade", 1), ("UTC", 0), ("Pacific/Auckland", 0), ("America/Los_Angeles", 0)]
)
def test_bounds_are_a_wall_clock_in_the_zone_of_the_request(
    sandbox: ClockifySandbox, report: Report, zone: str, found: int
) -> None:
    sandbox.company.add_entry(datetime(2026, 8, 7, 22, 15, tzinfo=UTC), 600)
    assert len(report("detailed", **AUGUST, timeZone=zone)["timeentries"]) == found


def test_without_a_zone_the_profile_decides(sandbox: ClockifySandbox, report: Report) -> None:
    sandbox.company.add_entry(datetime(2026, 8, 7, 22, 15, tzinfo=UTC), 600)
    assert starts(report("detailed", **AUGUST)) == []
    sandbox.company.change(sandbox.company.users, "Olivia Owner", time_zone="Europe/Belgrade")
    assert starts(report("detailed", **AUGUST)) == ["2026-08-08T00:15:00+02:00"]


@pytest.mark.parametrize(
    "start",
    [
        "2026-08-08T00:00:00",
        "2026-08-08T00:00:00Z",
        "2026-08-08T00:00:00.000Z",
        "2026-08-08T00:00:00.000000000",
        "2026-08-08T00:00:00+00:00",
        "2026-08-08T02:00:00+02:00",
        "2026-08-07T20:00:00-04:00",
    ],
)
def test_an_offset_moves_the_clock_face_and_fractions_do_not_matter(
    sandbox: ClockifySandbox, report: Report, start: str
) -> None:
    sandbox.company.add_entry(datetime(2026, 8, 8, tzinfo=UTC), 60)
    sandbox.company.add_entry(datetime(2026, 8, 7, 23, 59, 59, tzinfo=UTC), 60)
    answer = report("detailed", dateRangeStart=start, dateRangeEnd="2026-08-08T01:00:00", timeZone="UTC")
    assert starts(answer) == ["2026-08-08T00:00:00Z"]


@pytest.mark.parametrize(("choice", "found"), [("inclusive", 1), ("exclusive", 0)])
def test_the_end_is_inclusive_unless_switched(
    sandbox: ClockifySandbox, report: Report, choice: Any, found: int
) -> None:
    sandbox.switches = Switches(end_bound=choice)
    sandbox.company.add_entry(datetime(2021, 11, 8, tzinfo=UTC), 60)
    bounds = {"dateRangeEnd": "2021-11-08T00:00:00", "timeZone": "UTC"}
    assert len(report("detailed", **bounds)["timeentries"]) == found


def test_times_come_in_the_zone_with_the_offset_of_their_day(sandbox: ClockifySandbox, report: Report) -> None:
    for month in (7, 11):
        sandbox.company.add_entry(datetime(2021, month, 5, 9, tzinfo=UTC), 60)
    year = {"dateRangeStart": "2021-01-01T00:00:00", "dateRangeEnd": "2021-12-31T23:59:59.999"}
    answer = report("detailed", **year, timeZone="America/New_York")
    assert starts(answer) == ["2021-11-05T05:00:00-04:00", "2021-07-05T05:00:00-04:00"]
    answer = report("detailed", **year, timeZone="Europe/Berlin")
    assert starts(answer) == ["2021-11-05T10:00:00+01:00", "2021-07-05T11:00:00+02:00"]


@pytest.mark.parametrize(
    ("choice", "start"), [("offset", "2021-11-05T10:00:00+01:00"), ("utc", "2021-11-05T09:00:00Z")]
)
def test_without_a_zone_times_come_in_either_form(
    sandbox: ClockifySandbox, report: Report, choice: Any, start: str
) -> None:
    sandbox.switches = Switches(unzoned_times=choice)
    sandbox.company.change(sandbox.company.users, "Olivia Owner", time_zone="Europe/Berlin")
    sandbox.company.add_entry(datetime(2021, 11, 5, 9, tzinfo=UTC), 60)
    interval = report("detailed")["timeentries"][0]["timeInterval"]
    assert interval["start"] == start
    assert (interval["zonedStart"], interval["offStart"]) == ("2021-11-05T10:00:00", 3600)


def test_a_midnight_that_a_clock_change_skips_moves_forward(sandbox: ClockifySandbox, report: Report) -> None:
    # Cairo's clocks went from 23:59:59 on 2023-04-27 to 01:00 on the 28th.
    sandbox.company.add_entry(datetime(2023, 4, 27, 22, tzinfo=UTC), 60)
    sandbox.company.add_entry(datetime(2023, 4, 27, 21, 59, 59, tzinfo=UTC), 60)
    bounds = {"dateRangeStart": "2023-04-28T00:00:00", "dateRangeEnd": "2023-04-28T23:59:59.999"}
    assert starts(report("detailed", **bounds, timeZone="Africa/Cairo")) == ["2023-04-28T01:00:00+03:00"]


@pytest.mark.parametrize(
    ("choice", "durations"), [("start", [7200]), ("overlap", [7200, 7200]), ("clipped", [3600, 3600])]
)
def test_entries_across_the_bounds_follow_the_switch(
    sandbox: ClockifySandbox, report: Report, choice: Any, durations: list[int]
) -> None:
    sandbox.switches = Switches(straddling=choice)
    sandbox.company.add_entry(datetime(2021, 10, 31, 23, tzinfo=UTC), 7200)
    sandbox.company.add_entry(datetime(2021, 11, 7, 23, tzinfo=UTC), 7200)
    answer = report("detailed", timeZone="UTC")
    assert [row["timeInterval"]["duration"] for row in answer["timeentries"]] == durations
    assert answer["totals"][0]["totalTime"] == sum(durations)


def test_an_entry_of_more_than_a_day_is_whole_under_its_first_day(sandbox: ClockifySandbox, report: Report) -> None:
    sandbox.company.add_entry(datetime(2021, 11, 3, 22, tzinfo=UTC), 90_000)
    rows = report("summary", timeZone="UTC", summaryFilter={"groups": ["DATE"]})["groupOne"]
    assert [(row["_id"], row["duration"]) for row in rows] == [("2021-11-03", 90_000)]


@pytest.mark.parametrize(("choice", "found"), [("absent", []), ("null", [(None, None)]), ("zero", [(None, 0)])])
def test_a_running_timer_follows_the_switch(
    sandbox: ClockifySandbox, report: Report, choice: Any, found: list[Any]
) -> None:
    sandbox.switches = Switches(running=choice)
    sandbox.company.add_entry(datetime(2021, 11, 3, 9, tzinfo=UTC), None)
    intervals = [row["timeInterval"] for row in report("detailed")["timeentries"]]
    assert [(interval["end"], interval["duration"]) for interval in intervals] == found


@pytest.mark.parametrize("bound", ["2026-05-03", "yesterday", "", "2026-13-01T00:00:00", "0001-01-01T00:00:00+14:00"])
def test_a_bound_that_is_no_date_and_time_is_refused(
    sandbox: ClockifySandbox, ask: Callable[..., requests.Response], bound: str
) -> None:
    response = ask(sandbox, "detailed", dateRangeStart=bound)
    assert (response.status_code, response.json()["code"]) == (400, 3002)


def test_a_missing_bound_is_refused(sandbox: ClockifySandbox, ask: Callable[..., requests.Response]) -> None:
    response = ask(sandbox, "summary", dateRangeEnd=None)
    assert (response.status_code, response.json()) == (400, {"message": "must not be null", "code": 501})


@pytest.mark.parametrize(("choice", "status"), [("refuse", 400), ("empty", 200)])
def test_a_range_that_ends_before_it_starts_follows_the_switch(
    sandbox: ClockifySandbox, ask: Callable[..., requests.Response], choice: Any, status: int
) -> None:
    sandbox.switches = Switches(reversed_range=choice)
    assert ask(sandbox, "detailed", dateRangeEnd="2021-10-01T00:00:00").status_code == status


@pytest.mark.parametrize(("choice", "status"), [("refuse", 400), ("utc", 200), ("profile", 200)])
def test_an_unknown_zone_follows_the_switch(
    sandbox: ClockifySandbox, ask: Callable[..., requests.Response], choice: Any, status: int
) -> None:
    sandbox.switches = Switches(unknown_zone=choice)
    assert ask(sandbox, "detailed", timeZone="Europe/Atlantis").status_code == status


def test_a_named_range_replaces_the_dates_only_when_switched(sandbox: ClockifySandbox, report: Report) -> None:
    now = datetime.now(UTC)
    sandbox.company.add_entry(now - timedelta(seconds=1), 60)
    assert report("detailed", dateRangeType="THIS_YEAR")["timeentries"] == []
    sandbox.switches = Switches(range_type_wins=True)
    assert len(report("detailed", dateRangeType="THIS_YEAR", timeZone="UTC")["timeentries"]) == 1
