"""The same question gives the same sums, whichever report it is put to."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
import requests
from hypothesis import given
from hypothesis import strategies as st

from sheetsync.sandbox.clockify import ClockifySandbox
from tests.drawing import examples

Ask = Callable[..., requests.Response]
TODAY = date(2026, 11, 20)
ONCE = ("PROJECT", "CLIENT", "USER", "TASK", "DATE", "WEEK", "MONTH", "TIMEENTRY")
"""Groups under which each entry counts exactly once."""
ZONES = ("UTC", "Europe/Berlin", "America/New_York", "Australia/Sydney", "Asia/Kathmandu")
FILTERS: tuple[dict[str, Any], ...] = (
    {},
    {"billable": True},
    {"approvalState": "APPROVED"},
    {"rounding": True},
    {"withoutDescription": True},
    {"projects": {"status": "ACTIVE"}},
    {"description": "review"},
)
QUICK = examples(25)


def bounds(start: date, days: int, zone: str) -> dict[str, str]:
    last = datetime.combine(start + timedelta(days=days - 1), time(23, 59, 59, 999_000))
    return {
        "dateRangeStart": f"{start}T00:00:00.000",
        "dateRangeEnd": last.isoformat(timespec="milliseconds"),
        "timeZone": zone,
    }


def answer(ask: Ask, sampled: ClockifySandbox, name: str, body: dict[str, Any]) -> Any:
    response = ask(sampled, name, **body)
    assert response.status_code == 200, response.text
    return response.json()


def entries(ask: Ask, sampled: ClockifySandbox, body: dict[str, Any]) -> tuple[Any, list[Any]]:
    """The totals and the rows of all pages."""
    rows: list[Any] = []
    for page in range(1, 100):
        asked = {"page": page, "pageSize": 400}
        found = answer(ask, sampled, "detailed", {**body, "detailedFilter": asked, "sortOrder": "ASCENDING"})
        rows += found["timeentries"]
        if len(found["timeentries"]) < 400:
            return found["totals"][0], rows
    raise AssertionError("the pages do not end")


@QUICK
@given(
    window=st.builds(bounds, st.dates(TODAY - timedelta(days=760), TODAY), st.integers(1, 400), st.sampled_from(ZONES)),
    more=st.sampled_from(FILTERS),
    groups=st.lists(st.sampled_from(ONCE), min_size=1, max_size=3),
)
def test_rows_totals_and_groups_add_up_alike(
    sampled: ClockifySandbox, ask: Ask, window: dict[str, str], more: dict[str, Any], groups: list[str]
) -> None:
    body = {**window, **more}
    totals, rows = entries(ask, sampled, body)
    summary = answer(ask, sampled, "summary", {**body, "summaryFilter": {"groups": groups}})
    assert summary["totals"][0] == totals
    assert len({row["_id"] for row in rows}) == len(rows)
    if totals is None:
        assert rows == summary["groupOne"] == []
        return
    assert totals["entriesCount"] == len(rows)
    assert totals["totalTime"] == sum(row["timeInterval"]["duration"] for row in rows)
    assert totals["totalAmount"] == pytest.approx(sum(row["amount"] or 0.0 for row in rows))
    level = summary["groupOne"]
    for _ in groups:
        assert sum(row["duration"] for row in level) == totals["totalTime"]
        assert sum(row["amount"] for row in level) == pytest.approx(totals["totalAmount"])
        level = [child for row in level for child in row.get("children", [])]


@QUICK
@given(
    start=st.dates(TODAY - timedelta(days=760), TODAY),
    zone=st.sampled_from(ZONES),
    more=st.sampled_from(FILTERS),
    group=st.sampled_from(("USER", "PROJECT")),
)
def test_a_week_adds_up_like_the_summary_by_date(
    sampled: ClockifySandbox, ask: Ask, start: date, zone: str, more: dict[str, Any], group: str
) -> None:
    body = {**bounds(start, 7, zone), **more}
    weekly = answer(ask, sampled, "weekly", {**body, "weeklyFilter": {"group": group}})
    summary = answer(ask, sampled, "summary", {**body, "summaryFilter": {"groups": ["DATE"]}})
    assert weekly["totals"] == summary["totals"]
    by_date = {row["_id"]: row["duration"] for row in summary["groupOne"]}
    assert {day["date"]: day["duration"] for day in weekly["totalsByDay"]} == by_date
    assert sum(row["duration"] for row in weekly["groupOne"]) == sum(by_date.values())
    for row in weekly["groupOne"]:
        assert sum(day["duration"] for day in row["days"]) == row["duration"]
        assert {day["date"] for day in row["days"]} <= set(by_date)


@QUICK
@given(start=st.dates(TODAY - timedelta(days=700), TODAY), parts=st.lists(st.integers(1, 40), min_size=2, max_size=4))
def test_adjoining_ranges_hold_each_entry_once(
    sampled: ClockifySandbox, ask: Ask, start: date, parts: list[int]
) -> None:
    whole = entries(ask, sampled, bounds(start, sum(parts), "Europe/Berlin"))[1]
    pieces: list[Any] = []
    for days in parts:
        pieces += entries(ask, sampled, bounds(start, days, "Europe/Berlin"))[1]
        start += timedelta(days=days)
    assert [row["_id"] for row in pieces] == [row["_id"] for row in whole]
