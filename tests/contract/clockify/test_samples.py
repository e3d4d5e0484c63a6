"""The stand-in's answers have the keys, in the forms, of the bodies that the real servers are known to have sent."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from sheetsync.sandbox.clockify import ClockifySandbox, Switches
from sheetsync.sandbox.clockify.people import Settings, rates

SAMPLES = Path(__file__).parents[2] / "samples"
Report = Callable[..., Any]
BERLIN, SAO_PAULO, BELGRADE = ZoneInfo("Europe/Berlin"), ZoneInfo("America/Sao_Paulo"), ZoneInfo("Europe/Belgrade")


def sample(name: str) -> Any:
    return json.loads((SAMPLES / f"{name}.json").read_text(encoding="utf-8"))


def shape(value: Any) -> Any:
    """Keys in their order, and the types of what they hold."""
    if isinstance(value, dict):
        return {key: shape(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [shape(inner) for inner in value[:1]]
    return type(value).__name__


def alike(given: Any, real: Any) -> bool:
    """Whether values are equal but for the last bits of a float, however deep."""
    if isinstance(real, list):
        return len(given) == len(real) and all(map(alike, given, real))
    if isinstance(real, dict):
        return set(given) == set(real) and all(alike(given[key], real[key]) for key in real)
    return bool(given == pytest.approx(real)) if isinstance(real, float) else bool(given == real)


@pytest.mark.parametrize(
    ("name", "tags"),
    [("detailed-2022-timesheet-wizard-page-first", ["Remote"]), ("detailed-2022-timesheet-wizard-page-second", [])],
)
def test_a_row_of_2022_is_given_key_by_key(
    sandbox: ClockifySandbox, report: Report, name: str, tags: list[str]
) -> None:
    sandbox.switches = Switches(profile="2022")
    company, wanted = sandbox.company, sample(name)
    company.add_client("Pied Piper")
    company.add_project("The Box", "Pied Piper", color="#FF9800", hourly=rates(11000))
    company.add_task("Implement", "The Box")
    company.add_tag("Remote")
    start = datetime(2022, 1, 31, 8, tzinfo=BERLIN)
    company.add_entry(start, 32_400, project="The Box", task="Implement", tags=tags, description="Implement")
    answer = report(
        "detailed",
        dateRangeStart="2022-01-01T00:00:00",
        dateRangeEnd="2022-12-31T23:59:59.999999999",
        timeZone="Europe/Berlin",
        detailedFilter={"options": {"totals": "EXCLUDE"}},
    )
    assert json.dumps(shape(answer)) == json.dumps(shape(wanted))
    row, real = answer["timeentries"][0], wanted["timeentries"][0]
    same = ("timeInterval", "amount", "rate", "description", "projectName", "projectColor", "clientName", "taskName")
    assert {key: row[key] for key in same} == {key: real[key] for key in same}


def test_a_page_beyond_the_last_is_the_one_that_was_seen(sandbox: ClockifySandbox, report: Report) -> None:
    assert sandbox.company.users
    asked = {"page": 3, "options": {"totals": "EXCLUDE"}}
    assert report("detailed", detailedFilter=asked) == sample("detailed-2022-timesheet-wizard-page-third")


def test_rows_of_2023_have_null_amounts_and_empty_clients(sandbox: ClockifySandbox, report: Report) -> None:
    sandbox.switches = Switches(profile="2023")
    wanted, company = sample("detailed-2023-amounts-null-no-client"), sandbox.company
    company.change(company.users, "Olivia Owner", time_zone="America/Sao_Paulo")
    company.add_project("iFood", color="#F44336")
    company.add_entry(datetime(2023, 5, 11, 13, 56, 25, tzinfo=SAO_PAULO), 20105, project="iFood", description="iFood")
    answer = report("detailed", dateRangeStart="2023-05-01T00:00:00", dateRangeEnd="2023-05-31T23:59:59")
    assert json.dumps(shape(answer)) == json.dumps(shape(wanted))
    assert answer["timeentries"][0]["timeInterval"] == wanted["timeentries"][0]["timeInterval"]


def test_a_row_of_2026_has_the_zoned_times(sandbox: ClockifySandbox, report: Report) -> None:
    sandbox.switches = Switches(unzoned_times="utc")
    wanted, company = sample("detailed-2026-entry-developer-host.excerpt"), sandbox.company
    company.change(company.users, "Olivia Owner", time_zone="Europe/Belgrade")
    company.add_project("P")
    company.add_entry(datetime(2026, 5, 6, 10, tzinfo=BELGRADE), 32_400, project="P", billable=False)
    bounds = {"dateRangeStart": "2026-05-06T00:00:00", "dateRangeEnd": "2026-05-06T23:59:59"}
    row = report("detailed", **bounds)["timeentries"][0]
    assert row["timeInterval"] == wanted["timeInterval"]
    assert {key: shape(row[key]) for key in wanted} == shape(wanted)


def test_a_summary_of_2021_is_given_key_by_key(sandbox: ClockifySandbox, report: Report) -> None:
    sandbox.switches = Switches(profile="2022")
    sandbox.company.add_project("P", hourly=rates(100))
    sandbox.company.add_entry(datetime(2021, 11, 3, 9, tzinfo=BERLIN), 18_731, project="P", billable=False)
    answer = report("summary", summaryFilter={"groups": ["USER", "PROJECT", "TIMEENTRY"]})
    wanted = sample("summary-2021-user-project-timeentry")

    def keys(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: keys(value[key]) for key in sorted(value)}
        return [keys(inner) for inner in value] if isinstance(value, list) else type(value).__name__

    assert keys(answer) == keys(wanted)
    assert answer["groupOne"][0]["children"][0]["children"][0]["name"] == ""


def test_a_summary_of_2026_has_the_keys_and_figures_that_were_seen(sandbox: ClockifySandbox, report: Report) -> None:
    wanted, company = sample("shared-report-get-summary-by-project-2026")["wire"], sandbox.company
    company.add_currency("EUR")
    company.add_currency("GBP")
    company.add_project("Example Project", color="#5C6BC0", hourly=rates(20000))
    for seconds in (3600, 3600, 5, 5):
        company.add_entry(datetime(2021, 11, 3, 9, tzinfo=BERLIN), seconds, project="Example Project")
    answer = report("summary")
    for place in ("totals", "groupOne"):
        row, real = answer[place][0], wanted[place][0]
        assert set(row) == set(real)
        for key in set(real) - {"_id", "amounts"}:
            assert alike(row[key], real[key]), key
        assert row["amounts"][0]["value"] == pytest.approx(real["amounts"][0]["value"])
    assert set(answer) == set(wanted) - {"filters"}


def test_the_money_that_was_read_back_is_given(sandbox: ClockifySandbox, report: Report) -> None:
    facts, company = sample("money-2026-05-12-live-probe-facts"), sandbox.company
    company.settings = Settings(currency="EUR")
    company.add_project("P")
    company.add_task("T", "P", hourly=rates(4321), cost=rates(876))
    company.add_entry(datetime(2021, 11, 3, 9, tzinfo=BERLIN), 3600, project="P", task="T")
    row = report("detailed")["timeentries"][0]
    for place, value in facts["POST reports/detailed"].items():
        if place.startswith("timeentries[0]."):
            assert row[place.removeprefix("timeentries[0].")] == value
    answer = report("summary", summaryFilter={"groups": ["PROJECT", "USER"]}, amounts=["EARNED", "PROFIT"])
    keys = facts["POST reports/summary"]
    assert set(answer["groupOne"][0]) == set(keys["groupOne[] keys"])
    assert set(answer["totals"][0]) == set(keys["totals[] keys"])
    assert set(answer["totals"][0]["amounts"][0]) == set(keys["amounts[] keys"])
    assert set(answer["groupTotals"]) == set(keys["groupTotals keys"])


def test_an_empty_expense_report_is_the_one_that_was_seen(sandbox: ClockifySandbox, report: Report) -> None:
    assert not sandbox.company.expenses
    answer, facts = report("expenses/detailed"), sample("expenses-2026-05-21-empty-range-probe-facts")
    assert {key: answer[key] for key in ("expenses", "customFields", "totals")} == {
        key: facts[key] for key in ("expenses", "customFields", "totals")
    }
    assert set(answer["exportFields"]) >= set(facts["exportFields"]) - {"..."}


def test_an_empty_week_is_the_one_that_was_seen(sandbox: ClockifySandbox, report: Report) -> None:
    assert sandbox.company.users
    answer, facts = report("weekly"), sample("weekly-2026-live-probe-facts")
    assert answer["totals"] == facts["empty_week"]["totals"]
    assert sorted(answer) == sorted(facts["top_level_keys_per_official_spec"])
