"""The summary report: groups, their ids and names, nesting, money."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import requests

from sheetsync.sandbox.clockify import ClockifySandbox, Switches
from sheetsync.sandbox.clockify.people import rates

Report = Callable[..., Any]
Ask = Callable[..., requests.Response]
NINE = datetime(2021, 11, 3, 9, tzinfo=UTC)


@pytest.fixture
def office(sandbox: ClockifySandbox) -> ClockifySandbox:
    company = sandbox.company
    company.add_group("Engineers", ["Olivia Owner"])
    company.add_client("Acme")
    company.add_project("Web", "Acme", hourly=rates(10000))
    company.add_task("Design", "Web")
    company.add_tag("red")
    company.add_tag("blue")
    add = company.add_entry
    add(NINE, 3600, project="Web", task="Design", tags=["red", "blue"], description="x")
    add(NINE + timedelta(days=1), 1800, project="Web", description="x")
    add(NINE + timedelta(days=1), 900, user="Robin Regular", description="")
    return sandbox


def rows(report: Report, *groups: str, **body: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = report("summary", summaryFilter={"groups": groups}, timeZone="UTC", **body)[
        "groupOne"
    ]
    return found


@pytest.mark.parametrize(
    ("group", "expected"),
    [
        ("PROJECT", [("", 900), ("Web", 5400)]),
        ("CLIENT", [("", 900), ("Acme", 5400)]),
        ("USER", [("Olivia Owner", 5400), ("Robin Regular", 900)]),
        ("USER_GROUP", [("", 900), ("Engineers", 5400)]),
        ("TASK", [("", 2700), ("Design", 3600)]),
        ("TAG", [("", 2700), ("blue", 3600), ("red", 3600)]),
        ("DATE", [("2021-11-03", 3600), ("2021-11-04", 2700)]),
        ("WEEK", [("2021-W44", 6300)]),
        ("MONTH", [("2021-11", 6300)]),
        ("TIMEENTRY", [("", 900), ("x", 5400)]),
    ],
)
def test_every_group_adds_up_the_seconds_of_its_entries(
    office: ClockifySandbox, report: Report, group: str, expected: list[tuple[str, int]]
) -> None:
    assert office.company.entries
    assert [(row["name"], row["duration"]) for row in rows(report, group)] == expected


def test_the_answer_has_the_keys_that_were_seen(office: ClockifySandbox, report: Report) -> None:
    assert office.company.entries
    answer = report("summary", summaryFilter={"groups": ["PROJECT", "USER"]})
    assert list(answer) == ["totals", "groupOne", "donutChart", "groupTotals"]
    assert answer["groupTotals"] == {"groupOneTotalCount": 2, "groupTwoTotalCount": 2}
    assert answer["donutChart"] == []


def test_rows_nest_as_children_three_deep(office: ClockifySandbox, report: Report) -> None:
    web = rows(report, "CLIENT", "DATE", "TIMEENTRY")[1]
    assert [day["_id"] for day in web["children"]] == ["2021-11-03", "2021-11-04"]
    leaf = web["children"][0]["children"][0]
    client = next(iter(office.company.clients))
    assert leaf["_id"] == {"CLIENT": client, "DATE": "2021-11-03", "TIMEENTRY": "x"}
    assert "nameLowerCase" not in leaf


@pytest.mark.parametrize(
    ("choice", "top", "nested"), [("nested", str, dict), ("object", dict, dict), ("text", str, str)]
)
def test_the_id_of_a_description_follows_the_switch(
    office: ClockifySandbox, report: Report, choice: Any, top: type, nested: type
) -> None:
    office.switches = Switches(timeentry_id=choice)
    assert isinstance(rows(report, "TIMEENTRY")[0]["_id"], top)
    assert isinstance(rows(report, "USER", "TIMEENTRY")[0]["children"][0]["_id"], nested)


@pytest.mark.parametrize(
    ("choice", "identity", "name"),
    [("empty", "", ""), ("null", None, None), ("absent", "no key", ""), ("named", None, "Without project")],
)
def test_the_row_without_project_follows_the_switch(
    office: ClockifySandbox, report: Report, choice: Any, identity: Any, name: Any
) -> None:
    office.switches = Switches(without_group=choice)
    row = next(row for row in rows(report, "PROJECT") if row["duration"] == 900)
    assert (row.get("_id", "no key"), row["name"]) == (identity, name)


@pytest.mark.parametrize(
    ("choice", "identity"), [("iso", "2021-W44"), ("first-day", "2021-11-01"), ("range", "2021-11-01 - 2021-11-07")]
)
def test_the_id_of_a_week_follows_the_switch(
    office: ClockifySandbox, report: Report, choice: Any, identity: str
) -> None:
    office.switches = Switches(week_id=choice)
    assert [row["_id"] for row in rows(report, "WEEK")] == [identity]


def test_a_week_begins_on_the_day_that_the_request_says(office: ClockifySandbox, report: Report) -> None:
    office.switches = Switches(week_id="first-day")
    found = rows(report, "WEEK", weekStart="THURSDAY")
    assert [(row["_id"], row["duration"]) for row in found] == [("2021-10-28", 3600), ("2021-11-04", 2700)]


@pytest.mark.parametrize(
    ("choice", "identity"), [("iso", "2021-11"), ("first-day", "2021-11-01"), ("named", "November 2021")]
)
def test_the_id_of_a_month_follows_the_switch(
    office: ClockifySandbox, report: Report, choice: Any, identity: str
) -> None:
    office.switches = Switches(month_id=choice)
    assert [row["_id"] for row in rows(report, "MONTH")] == [identity]


def test_days_are_those_of_the_requests_zone(sandbox: ClockifySandbox, report: Report) -> None:
    sandbox.company.add_entry(datetime(2021, 11, 3, 23, 30, tzinfo=UTC), 60)
    body = {"summaryFilter": {"groups": ["DATE"]}}
    days = [report("summary", **body, timeZone=zone)["groupOne"][0]["_id"] for zone in ("UTC", "Europe/Berlin")]
    assert days == ["2021-11-03", "2021-11-04"]


def test_values_of_a_group_are_rounded_and_its_amount_is_not(sandbox: ClockifySandbox, report: Report) -> None:
    sandbox.company.add_project("P", hourly=rates(20000))
    sandbox.company.add_entry(NINE, 7210, project="P")
    answer = report("summary")
    row, totals = answer["groupOne"][0], answer["totals"][0]
    assert row["amount"] == pytest.approx(40055.5555555)
    assert row["amounts"][0]["value"] == 40056
    assert totals["amounts"][0]["value"] == totals["totalAmount"] == row["amount"]
    assert row["amounts"][0]["amountByCurrency"] == [{"currency": "USD", "amount": row["amount"]}]


def test_hidden_amounts_leave_no_amount_and_an_empty_list(office: ClockifySandbox, report: Report) -> None:
    assert office.company.entries
    answer = report("summary", amountShown="HIDE_AMOUNT")
    assert all("amount" not in row and row["amounts"] == [] for row in answer["groupOne"])
    assert answer["totals"][0]["totalAmountByCurrency"] == {}


@pytest.mark.parametrize(
    ("column", "order", "expected"),
    [
        ("GROUP", "DESCENDING", ["Web", ""]),
        ("DURATION", "ASCENDING", ["", "Web"]),
        ("DURATION", "DESCENDING", ["Web", ""]),
        ("AMOUNT", "DESCENDING", ["Web", ""]),
        ("EARNED", "ASCENDING", ["", "Web"]),
    ],
)
def test_groups_are_sorted_by_the_column(
    office: ClockifySandbox, report: Report, column: str, order: str, expected: list[str]
) -> None:
    assert office.company.entries
    asked = {"groups": ["PROJECT"], "sortColumn": column}
    found = report("summary", summaryFilter=asked, sortOrder=order)["groupOne"]
    assert [row["name"] for row in found] == expected


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        (None, "Please provide summary filter."),
        ({"groups": ["PLANET"]}, "Invalid group name"),
        ({"groups": ["USER", "DATE", "TASK", "TAG"]}, "Invalid group name"),
    ],
)
def test_groups_that_cannot_be_are_refused(sandbox: ClockifySandbox, ask: Ask, asked: Any, message: str) -> None:
    response = ask(sandbox, "summary", summaryFilter=asked)
    assert (response.status_code, response.json()) == (400, {"message": message, "code": 501})


def test_pages_of_a_summary_do_nothing_unless_switched(office: ClockifySandbox, report: Report) -> None:
    asked = {"groups": ["PROJECT"], "page": 2, "pageSize": 1}
    assert len(report("summary", summaryFilter=asked)["groupOne"]) == 2
    office.switches = Switches(summary_paging=True)
    assert [row["name"] for row in report("summary", summaryFilter=asked)["groupOne"]] == ["Web"]


def test_dates_under_a_project_may_carry_days(office: ClockifySandbox, report: Report) -> None:
    office.switches = Switches(date_days=True)
    child = rows(report, "PROJECT", "DATE")[1]["children"][0]
    assert child["days"][0]["duration"] == child["duration"]
