"""The weekly report: exactly seven days, by date and without the empty ones."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import requests

from sheetsync.sandbox.clockify import ClockifySandbox, Switches
from sheetsync.sandbox.clockify.people import rates

Report = Callable[..., Any]
NINE = datetime(2021, 11, 1, 9, tzinfo=UTC)


@pytest.fixture
def office(sandbox: ClockifySandbox) -> ClockifySandbox:
    sandbox.company.add_project("Web", hourly=rates(3600))
    sandbox.company.add_entry(NINE, 100, project="Web")
    sandbox.company.add_entry(NINE + timedelta(days=3), 200, project="Web")
    sandbox.company.add_entry(NINE + timedelta(days=3), 50, user="Robin Regular")
    return sandbox


@pytest.mark.parametrize(
    ("end", "status"),
    [
        ("2021-11-07T23:59:59.999Z", 200),
        ("2021-11-07T23:59:59Z", 200),
        ("2021-11-08T00:00:00Z", 200),
        ("2021-11-06T23:59:59.999Z", 400),
        ("2021-11-08T23:59:59.999Z", 400),
        ("2021-11-14T23:59:59.999Z", 400),
        ("2021-12-01T23:59:59.999Z", 400),
    ],
)
def test_a_week_has_exactly_seven_days(
    sandbox: ClockifySandbox, ask: Callable[..., requests.Response], end: str, status: int
) -> None:
    response = ask(sandbox, "weekly", dateRangeEnd=end)
    assert response.status_code == status
    if status == 400:
        message = "Please select date range of exactly 7 days for weekly report"
        assert response.json() == {"message": message, "code": 501}


def test_a_week_with_a_clock_change_has_seven_days_too(
    sandbox: ClockifySandbox, ask: Callable[..., requests.Response]
) -> None:
    bounds = {"dateRangeStart": "2021-10-25T00:00:00", "dateRangeEnd": "2021-10-31T23:59:59.999"}
    assert ask(sandbox, "weekly", **bounds, timeZone="Europe/Berlin").status_code == 200


def test_the_answer_has_the_documented_keys(office: ClockifySandbox, report: Report) -> None:
    assert office.company.entries
    assert set(report("weekly")) == {
        "totals",
        "totalsByDay",
        "groupOne",
        "decimalFormat",
        "includeUsersWithoutTime",
        "trackTimeDownToSeconds",
        "usersWithoutTime",
    }


def test_days_without_time_are_left_out(office: ClockifySandbox, report: Report) -> None:
    assert office.company.entries
    answer = report("weekly", weeklyFilter={"group": "USER"}, timeZone="UTC")
    assert [(day["date"], day["duration"]) for day in answer["totalsByDay"]] == [
        ("2021-11-01", 100),
        ("2021-11-04", 250),
    ]
    olivia, robin = answer["groupOne"]
    assert (olivia["name"], olivia["duration"], robin["duration"]) == ("Olivia Owner", 300, 50)
    assert [day["date"] for day in robin["days"]] == ["2021-11-04"]
    assert [(child["name"], child["amount"]) for child in olivia["children"]] == [("Web", 300.0)]


def test_days_may_be_dense(office: ClockifySandbox, report: Report) -> None:
    office.switches = Switches(weekly_days="dense")
    row = report("weekly", timeZone="UTC")["groupOne"][1]
    assert [day["duration"] for day in row["days"]] == [100, 0, 0, 200, 0, 0, 0]


def test_dates_may_be_instants(office: ClockifySandbox, report: Report) -> None:
    office.switches = Switches(weekly_date="instant")
    assert report("weekly", timeZone="UTC")["totalsByDay"][0]["date"] == "2021-11-01T00:00:00Z"


def test_users_without_time_are_listed_when_switched(office: ClockifySandbox, report: Report) -> None:
    office.switches = Switches(users_without_time=True)
    office.company.add_user("Idle Ida", "ida@example.com")
    assert [user["name"] for user in report("weekly")["usersWithoutTime"]] == ["Idle Ida"]


@pytest.mark.parametrize("choice", ["null", "zeros", "empty"])
def test_an_empty_week_has_totals_of_one_null(sandbox: ClockifySandbox, report: Report, choice: Any) -> None:
    sandbox.switches = Switches(empty_totals=choice)
    answer = report("weekly")
    assert (answer["totals"], answer["totalsByDay"], answer["groupOne"]) == ([None], [], [])
