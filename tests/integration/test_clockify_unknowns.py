"""What nobody outside Clockify knows of its answers: sheetsync must be right with every possibility."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, get_args, get_origin

import pytest

from sheetsync.run import Status
from sheetsync.sandbox.clockify import Switches
from tests.bench import Bench

JOBS: list[dict[str, Any]] = [
    {"report": "detailed", "amounts": ["earned", "cost", "profit"]},
    {"report": "detailed", "amounts": "none", "start": "2021-10-01", "end": "2023-01-01"},
    {"report": "summary", "group_by": ["project", "task", "description"]},
    {"report": "summary", "group_by": ["user_group", "client", "tag"]},
    {"report": "summary", "group_by": ["week", "month", "date"], "start": "2021-10-01", "end": "2022-11-15"},
    {"report": "weekly", "group_by": "project"},
    {"report": "weekly", "group_by": "user", "one_row_per": "day", "end": "2021-11-08"},
    {"report": "expenses"},
    {"report": "attendance"},
]


def choices() -> list[tuple[str, Any]]:
    """Every setting of every switch but the defaults, which all other tests run with."""
    found: list[tuple[str, Any]] = []
    for name, field in Switches.model_fields.items():
        kind = field.annotation
        values = [True, False] if kind is bool else list(get_args(kind)) if get_origin(kind) is not None else []
        found += [(name, value) for value in values if value != field.default and value not in {int, type(None)}]
    return found


@pytest.fixture
def company(bench: Bench) -> Bench:
    """Little of everything: an entry over midnight on the last of the month, a timer, nothing set, everything set."""
    made = bench.company
    made.add_client("Acme")
    made.add_project("Website", "Acme")
    made.add_project("Internal")
    made.add_task("Design", "Website")
    made.add_tag("Remote, abroad")
    made.add_tag("Urgent")
    made.add_group("Team", ["Olivia Owner"])
    made.add_category("Travel")
    made.add_expense(datetime(2021, 11, 5, tzinfo=UTC).date(), 1234, "Olivia Owner", "Travel", project="Website")
    for number in range(5):
        details: dict[str, Any] = {"project": "Website", "task": "Design", "tags": ["Urgent", "Remote, abroad"]}
        day = datetime(2021, 11, 2 + 6 * number, 22, tzinfo=UTC)
        made.add_entry(day, 3 * 3600, description="Late", billable=True, **details)
        made.add_entry(day.replace(hour=9), 1800, user="Robin Regular", project="Internal")
        made.add_entry(day.replace(hour=10), 900)
    made.add_entry(datetime(2021, 11, 29, 8, tzinfo=UTC), None, description="Running")
    return bench


@pytest.mark.parametrize(("name", "value"), choices(), ids=str)
def test_every_report_lands_whole_with_every_setting_of_the_switches(company: Bench, name: str, value: Any) -> None:
    company.clockify.switches = Switches.model_validate({name: value})
    for number, job in enumerate(JOBS):
        target = {"spreadsheet": company.spreadsheet, "worksheet": f"Tab {number}"}
        outcome = company.run(name=f"job-{number}", target=target, **job)
        assert outcome.status is Status.SUCCEEDED, f"{job}: {outcome.error}"
        if job["report"] != "attendance" and not (name == "straddling" and job["report"] != "detailed"):
            assert outcome.rows > 0, job
    hours = sum(row[13] for row in company.rows("Tab 0")[1:] if isinstance(row[13], int | float))
    assert hours == 5 * (3 + 0.5 + 0.25)
