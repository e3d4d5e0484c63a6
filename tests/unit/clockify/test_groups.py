"""Summary and weekly reports whose shapes differ by age and group."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sheetsync.clockify import summary, weekly
from sheetsync.clockify.query import Amount, Group, Query, Report
from sheetsync.table import Choice, Kind
from sheetsync.windows.splitting import by_weeks
from sheetsync.windows.window import Window

NOVEMBER = Window(datetime(2021, 11, 1), datetime(2021, 12, 1), "Europe/Berlin")  # noqa: DTZ001 - wall clock


def query(*groups: Group, report: Report = Report.SUMMARY, window: Window = NOVEMBER, **more: Any) -> Query:
    return Query(report, window, group_by=groups, **more)


def table_of(answer: dict[str, Any], asked: Query) -> list[tuple[Any, ...]]:
    return list(summary.tabulate(summary.leaves(answer, asked), asked).records())


def test_ids_that_are_objects_of_the_whole_path_are_read() -> None:
    path = {"DATE": "2024-05-01", "USER": "u1", "TIMEENTRY": "Call"}
    answer = {
        "groupOne": [
            {
                "_id": "2024-05-01",
                "name": "2024-05-01",
                "duration": 60,
                "amounts": [],
                "children": [{"_id": path, "name": "Call", "duration": 60, "amounts": []}],
            }
        ]
    }
    asked = query(Group.DATE, Group.DESCRIPTION, amounts=())
    rows = summary.leaves(answer, asked)
    assert rows[0].key == (("2024-05-01", "2024-05-01"), ("Call", "Call"))
    assert table_of(answer, asked) == [(45413, "Call", 60 / 86400, 60 / 3600)]


def test_weeks_and_months_that_are_no_dates_stay_text() -> None:
    answer = {"groupOne": [{"_id": "w", "name": "Week 44", "duration": 1}, {"_id": None, "name": None, "duration": 2}]}
    table = summary.tabulate(summary.leaves(answer, query(Group.WEEK)), query(Group.WEEK))
    assert table.columns[0].kind is Kind.TEXT
    assert list(table.cells[0]) == ["Week 44", None]


def test_money_of_several_currencies_is_never_added_up() -> None:
    both = [{"currency": "EUR", "amount": 100}, {"currency": "USD", "amount": 250}]
    answer = {
        "groupOne": [
            {"_id": "a", "name": "A", "duration": 1, "amounts": [{"type": "EARNED", "amountByCurrency": both}]},
            {"_id": "b", "name": "B", "duration": 1, "amount": 700, "currency": "EUR"},
        ]
    }
    table = summary.tabulate(summary.leaves(answer, query(Group.USER)), query(Group.USER))
    assert [column.title for column in table.columns[-2:]] == ["Billable Amount (EUR)", "Billable Amount (USD)"]
    assert [list(cells) for cells in table.cells[-2:]] == [[1.0, 7.0], [2.5, None]]


def test_equal_groups_of_two_windows_are_added_up() -> None:
    asked = query(Group.PROJECT, amounts=(Amount.EARNED,))
    first = {"groupOne": [{"_id": "p", "name": "P", "duration": 60, "amount": 100, "currency": "EUR"}]}
    second = {
        "groupOne": [
            {"_id": "q", "name": "Q", "duration": 30, "amount": 50, "currency": "EUR"},
            {"_id": "p", "name": "P", "duration": 40, "amount": 25, "currency": "EUR"},
        ]
    }
    rows = summary.added([summary.leaves(first, asked), summary.leaves(second, asked)])
    table = summary.tabulate(rows, asked)
    assert list(table.records()) == [
        ("P", None, 100 / 86400, 100 / 3600, 1.25),
        ("Q", None, 30 / 86400, 30 / 3600, 0.5),
    ]


def test_projects_of_one_name_are_kept_apart_by_their_ids() -> None:
    asked = query(Group.PROJECT)
    body = {"groupOne": [{"_id": "1", "name": "P", "duration": 1}, {"_id": "2", "name": "P", "duration": 2}]}
    assert len(summary.added([summary.leaves(body, asked), summary.leaves(body, asked)])) == 2


def test_an_entry_with_two_tags_does_not_stand_in_the_way_of_reconciling() -> None:
    tags = [{"_id": "t", "name": "T", "duration": 60}, {"_id": "u", "name": "U", "duration": 60}]
    body = {"groupOne": [{"_id": "p", "name": "P", "duration": 60, "children": tags}]}
    assert summary.counted_seconds(body, query(Group.PROJECT, Group.TAG)) == 60
    assert summary.counted_seconds({"groupOne": tags}, query(Group.TAG)) is None


def week_body(*days: tuple[str, int]) -> dict[str, Any]:
    listed = [{"date": date, "duration": seconds, "amount": seconds} for date, seconds in days]
    return {"groupOne": [{"_id": "u", "name": "Ana", "duration": sum(s for _, s in days), "days": listed}]}


def test_sparse_days_are_placed_by_their_date_in_either_form() -> None:
    week = Window(datetime(2021, 11, 1), datetime(2021, 11, 8), "UTC")  # noqa: DTZ001 - wall clock
    asked = query(Group.USER, report=Report.WEEKLY, window=week, amounts=())
    found = weekly.days(week_body(("2021-11-05T00:00:00Z", 3600), ("2021-11-02", 7200)), asked, week)
    table = weekly.tabulate(found, [week], asked)
    assert [column.title for column in table.columns[2:9]] == [f"2021-11-0{day}" for day in range(1, 8)]
    assert [list(cells) for cells in table.cells[2:9]] == [[None], [2 / 24], [None], [None], [1 / 24], [None], [None]]


def test_days_outside_the_window_are_left_out_of_days_and_totals() -> None:
    window = Window(datetime(2021, 11, 3), datetime(2021, 11, 10), "UTC")  # noqa: DTZ001 - wall clock
    longer = Window(window.start, datetime(2021, 11, 11), "UTC")  # noqa: DTZ001 - wall clock
    asked = query(Group.USER, report=Report.WEEKLY, window=longer, amounts=())
    weeks = [week.window for week in by_weeks(longer, 0)]
    bodies = [week_body(("2021-11-02", 60), ("2021-11-03", 600)), week_body(("2021-11-10", 6000), ("2021-11-11", 1))]
    found = [day for body, week in zip(bodies, weeks, strict=True) for day in weekly.days(body, asked, week)]
    table = weekly.tabulate(found, weeks, asked)
    assert [column.title for column in table.columns[2:5]] == ["Monday", "Tuesday", "Wednesday"]
    assert list(table.cells[-1]) == [600 / 3600, 6000 / 3600]


def test_one_row_per_day_gives_dates() -> None:
    asked = query(Group.PROJECT, report=Report.WEEKLY, one_row_per="day")
    found = weekly.days(week_body(("2021-11-02", 3600)), asked, NOVEMBER)
    table = weekly.tabulate(found, [NOVEMBER], asked)
    assert list(table.records()) == [("Ana", None, 44502, 1 / 24, 1.0, 36.0)]


def test_ids_of_groups_can_be_chosen() -> None:
    asked = query(Group.PROJECT)
    rows = summary.leaves({"groupOne": [{"_id": "p", "name": "P", "duration": 1, "color": "#fff"}]}, asked)
    table = summary.tabulate(rows, asked, [Choice("Project ID"), Choice("color", "Colour")])
    assert [column.title for column in table.columns] == ["Project ID", "Colour"]
    assert list(table.records()) == [("p", "#fff")]
