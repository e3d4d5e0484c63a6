"""The reports that are not about time entries alone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest
import requests

from sheetsync.sandbox.clockify import ClockifySandbox, Switches

Report = Callable[..., Any]
ROW_KEYS = (
    "_id workspaceId userId date projectId categoryId notes billable fileId quantity approvalRequestId userName "
    "userEmail userStatus projectName clientName projectColor categoryName categoryUnit categoryHasUnitPrice amount "
    "isLocked fileName currency userCustomFields"
)
DAY_KEYS = (
    "break capacity date hasRunningEntry imageUrl overtime remainingCapacity timeOff totalDuration userId userName "
    "zonedEnd zonedStart"
)


@pytest.fixture
def spending(sandbox: ClockifySandbox) -> ClockifySandbox:
    company = sandbox.company
    company.add_project("Web")
    company.add_category("Travel")
    company.add_category("Mileage", unit="km", price=30)
    company.add_expense(date(2021, 11, 2), 1250, "Olivia Owner", "Travel", project="Web", notes="Train")
    company.add_expense(date(2021, 11, 7), 300, "Robin Regular", "Mileage", quantity=10.0, billable=False)
    company.add_expense(date(2021, 11, 8), 999, "Robin Regular", "Travel")
    return sandbox


def test_expenses_have_totals_as_an_object(spending: ClockifySandbox, report: Report) -> None:
    assert spending.company.expenses
    answer = report("expenses/detailed")
    assert set(answer) == {"totals", "expenses", "reportName", "exportFields", "customFields"}
    totals = answer["totals"]
    assert (totals["expensesCount"], totals["totalAmount"], totals["totalAmountBillable"]) == (2, 1550, 1250)
    assert [row["amount"] for row in answer["expenses"]] == [300.0, 1250.0]
    assert set(answer["expenses"][0]) == set(ROW_KEYS.split())


@pytest.mark.parametrize(
    ("body", "amounts"),
    [
        ({"pageSize": 1, "page": 2}, [1250.0]),
        ({"sortOrder": "ASCENDING"}, [1250.0, 300.0]),
        ({"sortColumn": "AMOUNT"}, [1250.0, 300.0]),
        ({"billable": False}, [300.0]),
        ({"note": "train"}, [1250.0]),
        ({"withoutNote": True}, [300.0]),
    ],
)
def test_expenses_are_paged_sorted_and_filtered_at_the_top_level(
    spending: ClockifySandbox, report: Report, body: dict[str, Any], amounts: list[float]
) -> None:
    assert spending.company.expenses
    assert [row["amount"] for row in report("expenses/detailed", **body)["expenses"]] == amounts


def test_expenses_are_filtered_by_category(spending: ClockifySandbox, report: Report) -> None:
    mileage = [each.id for each in spending.company.categories.values() if each.name == "Mileage"]
    assert len(report("expenses/detailed", categories={"ids": mileage})["expenses"]) == 1


@pytest.mark.parametrize(("choice", "shown"), [("instant", "2021-11-07T00:00:00Z"), ("date", "2021-11-07")])
def test_the_date_of_an_expense_follows_the_switch(
    spending: ClockifySandbox, report: Report, choice: Any, shown: str
) -> None:
    spending.switches = Switches(expense_date=choice)
    assert report("expenses/detailed")["expenses"][0]["date"] == shown


def test_attendance_has_a_row_for_each_user_and_day(sandbox: ClockifySandbox, report: Report) -> None:
    add = sandbox.company.add_entry
    add(datetime(2021, 11, 3, 8, tzinfo=UTC), 9 * 3600)
    add(datetime(2021, 11, 3, 17, tzinfo=UTC), 1800, kind="BREAK")
    add(datetime(2021, 11, 4, 8, tzinfo=UTC), 28_800, kind="TIME_OFF")
    add(datetime(2021, 11, 5, 8, tzinfo=UTC), None)
    rows = report("attendance", timeZone="Europe/Berlin")["entities"]
    assert len(rows) == 2 * 7
    assert all(set(row) == set(DAY_KEYS.split()) for row in rows)
    wednesday, thursday, friday, saturday = rows[2:6]
    assert wednesday["date"] == "2021-11-03T00:00:00.000Z"
    assert (wednesday["totalDuration"], wednesday["break"], wednesday["overtime"]) == (32_400, 1800, 3600)
    assert (wednesday["zonedStart"], wednesday["zonedEnd"]) == ("2021-11-03T09:00:00", "2021-11-03T18:30:00")
    assert (thursday["timeOff"], thursday["zonedStart"]) == (28_800, None)
    assert friday["hasRunningEntry"] is True
    assert saturday["capacity"] == 0


@pytest.mark.parametrize(
    ("asked", "count"),
    [
        ({"page": 1, "pageSize": 5}, 5),
        ({"page": 3, "pageSize": 5}, 4),
        ({"hasTimeOff": True}, 0),
        ({"workFilters": [{"filtrationType": "LARGER_THAN", "value": "750"}]}, 1),
        ({"startFilters": [{"filtrationType": "EXACTLY", "value": "08:00"}]}, 1),
        ({"workFilters": [{"filtrationType": "EXACTLY", "value": "nonsense"}]}, 14),
    ],
)
def test_attendance_is_paged_and_filtered(
    sandbox: ClockifySandbox, report: Report, asked: dict[str, Any], count: int
) -> None:
    sandbox.company.add_entry(datetime(2021, 11, 3, 8, tzinfo=UTC), 8 * 3600)
    assert len(report("attendance", timeZone="UTC", attendanceFilter=asked)["entities"]) == count


def test_attendance_needs_its_filter_and_no_right_to_amounts(
    sandbox: ClockifySandbox, ask: Callable[..., requests.Response]
) -> None:
    assert ask(sandbox, "attendance", attendanceFilter=None).status_code == 400
    assert ask(sandbox, "attendance", key=sandbox.keys.regular).status_code == 200


def test_attendance_may_have_totals(sandbox: ClockifySandbox, report: Report) -> None:
    assert "totals" not in report("attendance")
    sandbox.switches = Switches(attendance_totals="object")
    assert report("attendance")["totals"]["entriesCount"] == 14
