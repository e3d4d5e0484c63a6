"""Everything that Clockify has, once: pages that shift, plans that limit, reports put together from pieces."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from sheetsync.run import Status
from sheetsync.sandbox.clockify import ClockifySandbox, Company
from tests.bench import Bench

PAGES = "/reports/detailed"
HOUR = 3600


def many(bench: Bench, count: int) -> set[str]:
    """Entries of a minute each, more than one page of them; their descriptions."""
    first = datetime(2021, 11, 2, tzinfo=UTC)
    for number in range(count):
        bench.company.add_entry(first + timedelta(minutes=10 * number), 60, description=f"Entry {number}")
    return {f"Entry {number}" for number in range(count)}


def descriptions(bench: Bench) -> list[str]:
    return [row[0] for row in bench.rows()[1:]]


@pytest.mark.parametrize("at", ["start", "end", 500, 1000])
@pytest.mark.parametrize("nth", [2, 3])
def test_an_entry_deleted_while_pages_are_read_takes_no_other_with_it(bench: Bench, at: Any, nth: int) -> None:
    expected = many(bench, 2500)
    bench.clockify_fails(PAGES, nth=nth, action="delete-entry", argument={"at": at})
    outcome = bench.run(columns=["Description"])
    assert outcome.status is Status.SUCCEEDED, outcome.error
    found = descriptions(bench)
    assert len(found) == len(set(found)) == 2499
    assert set(found) < expected


@pytest.mark.parametrize("at", ["start", "end", 500])
def test_an_entry_added_while_pages_are_read_doubles_none(bench: Bench, at: Any) -> None:
    expected = many(bench, 2500)
    bench.clockify_fails(PAGES, nth=2, action="add-entry", argument={"at": at, "description": "Added"})
    outcome = bench.run(columns=["Description"])
    assert outcome.status is Status.SUCCEEDED, outcome.error
    found = descriptions(bench)
    assert len(found) == len(set(found))
    assert set(found) in ({*expected, "Added"}, expected)


def test_pages_are_as_few_as_they_can_be(bench: Bench) -> None:
    many(bench, 2500)
    assert bench.run(columns=["Description"]).clockify_requests == 3


def test_a_free_workspace_is_asked_for_31_days_at_a_time_and_nothing_is_lost_or_doubled(bench: Bench) -> None:
    company = Company.empty()
    start = datetime(2021, 10, 1, tzinfo=UTC)
    for day in range(92):
        company.add_entry(start + timedelta(days=day, hours=23, minutes=30), HOUR, description=f"Day {day}")
    with ClockifySandbox(company, plan="free", quotas=True) as free:
        clockify = {
            "api_key": free.api_key,
            "workspace": free.workspace_id,
            "base_url": free.base_url,
            "reports_url": free.reports_url,
        }
        window: dict[str, Any] = {"start": "2021-10-01", "end": "2022-01-01"}
        asked = bench.run(clockify=clockify, columns=["Description"], **window)
        told = bench.run(clockify={**clockify, "plan": "free"}, columns=["Description"], **window)
        summed = bench.run(clockify=clockify, report="summary", group_by="user", amounts="none", **window)
        short = bench.run(clockify=clockify, columns=["Description"])
    assert (asked.rows, asked.clockify_requests) == (92, 4), asked.error
    assert (told.rows, told.clockify_requests) == (92, 3), told.error
    assert (summed.rows, summed.clockify_requests) == (1, 4), summed.error
    assert (short.rows, short.clockify_requests) == (30, 1), short.error


def test_the_sum_of_a_long_summary_is_the_sum_of_its_entries(bench: Bench) -> None:
    company = Company.empty()
    company.add_project("Website")
    start = datetime(2021, 1, 1, tzinfo=UTC)
    for day in range(300):
        company.add_entry(start + timedelta(days=day), 60 * day + 1, project="Website" if day % 2 else None)
    with ClockifySandbox(company, plan="free") as free:
        job: dict[str, Any] = {
            "clockify": {
                "api_key": free.api_key,
                "workspace": free.workspace_id,
                "base_url": free.base_url,
                "reports_url": free.reports_url,
            },
            "report": "summary",
            "start": "2021-01-01",
            "end": "2021-11-01",
            "amounts": "none",
            "columns": ["Project", "Duration (seconds)"],
        }
        assert bench.run(**job).status is Status.SUCCEEDED
    sums = {row[0]: row[1] for row in bench.rows()[1:]}
    assert sums == {
        "": sum(60 * day + 1 for day in range(0, 300, 2)),
        "Website": sum(60 * day + 1 for day in range(1, 300, 2)),
    }
