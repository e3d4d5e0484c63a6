"""Every body that real servers are known to have answered becomes a table."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any

from sheetsync.clockify import attendance, detailed, expenses, fields, reading, summary, weekly
from sheetsync.clockify.query import Amount, Group, Query, Report
from sheetsync.table import Cell, Choice, Table
from sheetsync.windows.window import Window

SAMPLES = Path(__file__).parents[2] / "samples"
WINDOW = Window(datetime(2022, 1, 1), datetime(2023, 1, 1), "Europe/Berlin")  # noqa: DTZ001 - wall clock
JANUARY_31_2022 = 44592


def body(name: str) -> Any:
    return json.loads((SAMPLES / f"{name}.json").read_text(encoding="utf-8"))


def records(table: Table) -> list[dict[str, Cell]]:
    titles = [column.title for column in table.columns]
    return [dict(zip(titles, record, strict=True)) for record in table.records()]


def test_entries_of_2022_with_task_tag_and_client() -> None:
    answer = body("detailed-2022-timesheet-wizard-page-first")
    (row,) = records(detailed.tabulate(answer["timeentries"], Query(Report.DETAILED, WINDOW)))
    assert row == {
        "Project": "The Box",
        "Client": "Pied Piper",
        "Description": "Implement",
        "Task": "Implement",
        "User": "a-user",
        "Email": "user@example.org",
        "Tags": "Remote",
        "Billable": True,
        "Start Date": JANUARY_31_2022,
        "Start Time": 8 / 24,
        "End Date": JANUARY_31_2022,
        "End Time": 17 / 24,
        "Duration (h)": 9 / 24,
        "Duration (decimal)": 9,
        "Billable Rate": 110,
        "Billable Amount": 990,
        "Currency": None,
    }


def test_entries_of_2022_without_the_key_for_tags() -> None:
    answer = body("detailed-2022-timesheet-wizard-page-second")
    (row,) = records(detailed.tabulate(answer["timeentries"], Query(Report.DETAILED, WINDOW)))
    assert row["Tags"] is None


def test_an_empty_page_gives_a_header_alone() -> None:
    answer = body("detailed-2022-timesheet-wizard-page-third")
    table = detailed.tabulate(answer["timeentries"], Query(Report.DETAILED, WINDOW))
    assert table.rows == 0
    assert table.columns[0].title == "Project"
    assert fields.totals(answer) is None


def test_entries_of_2023_without_client_task_and_rate() -> None:
    answer = body("detailed-2023-amounts-null-no-client")
    window = Window(datetime(2023, 5, 1), datetime(2023, 6, 1), "America/Sao_Paulo")  # noqa: DTZ001 - wall clock
    first, second = records(detailed.tabulate(answer["timeentries"], Query(Report.DETAILED, window)))
    assert (first["Client"], first["Task"], first["Billable Rate"], first["Billable Amount"]) == (None,) * 4
    assert second["Description"] == "🔴🟡🔴 Clase de Español"
    assert first["Start Time"] == (13 * 3600 + 56 * 60 + 25) / 86400


def test_an_entry_of_2026_is_shown_in_the_zone_of_the_job_whatever_zone_it_carries() -> None:
    row = body("detailed-2026-entry-developer-host.excerpt")
    names = ("Start Time", "Type", "Task", "timeInterval.timeZone")
    (found,) = records(detailed.tabulate([row], Query(Report.DETAILED, WINDOW), [Choice(name) for name in names]))
    assert found == {
        "Start Time": 10 / 24,
        "Type": "REGULAR",
        "Task": None,
        "timeInterval.timeZone": "Europe/Belgrade",
    }


def test_a_summary_of_2021_whose_last_level_is_the_description() -> None:
    answer = body("summary-2021-user-project-timeentry")
    query = Query(Report.SUMMARY, WINDOW, group_by=(Group.USER, Group.PROJECT, Group.DESCRIPTION))
    (row,) = records(summary.tabulate(summary.leaves(answer, query), query))
    assert row["User"] == "Robert"
    assert row["Description"] is None
    assert row["Duration (decimal)"] == 18731 / 3600
    assert summary.counted_seconds(answer, query) == answer["totals"][0]["totalTime"]


def test_a_summary_of_2026_takes_the_amount_that_was_not_rounded() -> None:
    answer = body("shared-report-get-summary-by-project-2026")["wire"]
    query = Query(Report.SUMMARY, WINDOW, group_by=(Group.PROJECT,))
    (row,) = records(summary.tabulate(summary.leaves(answer, query), query))
    assert row == {
        "Project": "Example Project",
        "Client": None,
        "Duration (h)": 7210 / 86400,
        "Duration (decimal)": 7210 / 3600,
        "Billable Amount (USD)": 400.55555555555555,
    }


def test_money_of_2026_comes_in_cents_with_cost_and_profit() -> None:
    facts = body("money-2026-05-12-live-probe-facts")["POST reports/detailed"]
    row = {key.partition("].")[2]: value for key, value in facts.items() if key.startswith("timeentries")}
    query = Query(Report.DETAILED, WINDOW, amounts=(Amount.EARNED, Amount.COST, Amount.PROFIT))
    (found,) = records(detailed.tabulate([row], query))
    assert found["Billable Rate (EUR)"] == found["Billable Amount (EUR)"] == 43.21
    assert found["Cost Rate (EUR)"] == found["Cost Amount (EUR)"] == 8.76
    assert found["Profit (EUR)"] == facts["totals[0].amounts[type=PROFIT].value"] / 100


def test_a_week_without_entries_gives_a_header_alone() -> None:
    facts = body("weekly-2026-live-probe-facts")
    query = Query(Report.WEEKLY, WINDOW, group_by=(Group.USER,))
    assert weekly.days(facts["empty_week"], query, WINDOW) == []
    assert reading.weekly_seconds(facts["empty_week"]) == 0
    assert weekly.tabulate([], [WINDOW], query).rows == 0


def test_expenses_of_an_empty_range_give_a_header_alone() -> None:
    answer = body("expenses-2026-05-21-empty-range-probe-facts")
    table = expenses.tabulate(answer["expenses"], Query(Report.EXPENSES, WINDOW))
    assert table.rows == 0
    assert fields.totals(answer) is None


def test_attendance_of_a_user_without_time_has_empty_times() -> None:
    row = {
        "break": 0,
        "capacity": 28800,
        "date": "2026-05-21T00:00:00.000Z",
        "hasRunningEntry": False,
        "totalDuration": 0,
        "userName": "A",
        "zonedEnd": None,
        "zonedStart": None,
    }
    (found,) = records(attendance.tabulate([row], Query(Report.ATTENDANCE, WINDOW)))
    assert (found["Start Time"], found["End Time"], found["Duration (h)"], found["Capacity"]) == (None, None, 0, 8 / 24)
    assert found["Date"] == 46163


def test_no_sample_is_left_out() -> None:
    told = Path(__file__).read_text(encoding="utf-8")
    no_report = {"errors", "core-and-other-shapes"}
    assert all(sample.stem in told or sample.stem in no_report for sample in SAMPLES.glob("*.json"))
