"""The detailed report: rows, totals, pages, order, money."""

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


def fill(sandbox: ClockifySandbox, count: int, *, gap: int = 60) -> list[str]:
    return [sandbox.company.add_entry(NINE + timedelta(seconds=gap * index), 60) for index in range(count)]


def ids(answer: Any) -> list[str]:
    return [row["_id"] for row in answer["timeentries"]]


def page(report: Report, number: int, size: int, **body: Any) -> list[str]:
    return ids(report("detailed", detailedFilter={"page": number, "pageSize": size}, **body))


def test_totals_stand_before_the_rows_and_span_all_pages(sandbox: ClockifySandbox, report: Report) -> None:
    fill(sandbox, 60)
    answer = report("detailed", detailedFilter={})
    assert list(answer) == ["totals", "timeentries"]
    assert len(answer["timeentries"]) == 50
    assert (answer["totals"][0]["entriesCount"], answer["totals"][0]["totalTime"]) == (60, 3600)


def test_pages_count_from_one_and_end_in_an_empty_one(sandbox: ClockifySandbox, report: Report) -> None:
    made = fill(sandbox, 5)
    assert page(report, 1, 2) + page(report, 2, 2) + page(report, 3, 2) == made[::-1]
    answer = report("detailed", detailedFilter={"page": 4, "pageSize": 2, "options": {"totals": "EXCLUDE"}})
    assert answer == {"totals": [None], "timeentries": []}


@pytest.mark.parametrize(("choice", "totals"), [("null", [None]), ("empty", [])])
def test_an_empty_range_has_no_totals(sandbox: ClockifySandbox, report: Report, choice: Any, totals: Any) -> None:
    sandbox.switches = Switches(empty_totals=choice)
    assert report("detailed")["totals"] == totals


def test_an_empty_range_may_have_totals_of_zero(sandbox: ClockifySandbox, report: Report) -> None:
    sandbox.switches = Switches(empty_totals="zeros")
    assert report("detailed")["totals"][0]["entriesCount"] == 0


@pytest.mark.parametrize(("size", "page_number"), [(1001, 1), (0, 1), (-1, 1), (50, 0), (50, -3)])
def test_a_page_that_cannot_be_is_refused(sandbox: ClockifySandbox, ask: Ask, size: int, page_number: int) -> None:
    response = ask(sandbox, "detailed", detailedFilter={"page": page_number, "pageSize": size})
    assert (response.status_code, response.json()["code"]) == (400, 501)


def test_a_page_that_cannot_be_may_be_bent_instead(sandbox: ClockifySandbox, report: Report) -> None:
    sandbox.switches = Switches(large_page="clamp", page_zero="first")
    made = fill(sandbox, 1002, gap=1)
    assert page(report, 0, 5000) == made[:1:-1]


def test_the_newest_start_comes_first_and_ascending_turns_it(sandbox: ClockifySandbox, report: Report) -> None:
    made = fill(sandbox, 4)
    assert ids(report("detailed")) == made[::-1]
    assert ids(report("detailed", sortOrder="ASCENDING")) == made


@pytest.mark.parametrize(
    ("column", "expected"),
    [
        ("DURATION", ["c", "a", "b"]),
        ("DESCRIPTION", ["a", "b", "c"]),
        ("USER", ["b", "c", "a"]),
        ("NATURAL", ["c", "b", "a"]),
        ("ID", ["c", "b", "a"]),
        ("USER_DATE", ["b", "c", "a"]),
        ("ZONED_DATE", ["b", "c", "a"]),
    ],
)
def test_rows_are_sorted_by_the_column(
    sandbox: ClockifySandbox, report: Report, column: str, expected: list[str]
) -> None:
    add = sandbox.company.add_entry
    add(NINE + timedelta(hours=2), 10, description="c")
    add(NINE + timedelta(hours=1), 30, description="b")
    add(NINE + timedelta(hours=5), 20, description="a", user="Robin Regular")
    answer = report("detailed", sortOrder="ASCENDING", detailedFilter={"sortColumn": column})
    assert [row["description"] for row in answer["timeentries"]] == expected


def test_ties_may_be_reversed_or_shuffled_anew_in_each_request(sandbox: ClockifySandbox, report: Report) -> None:
    made = fill(sandbox, 30, gap=0)
    stable = ids(report("detailed", sortOrder="ASCENDING"))
    sandbox.switches = Switches(ties="reversed")
    assert ids(report("detailed", sortOrder="ASCENDING")) == stable[::-1]
    sandbox.switches = Switches(ties="shuffled")
    orders = {tuple(ids(report("detailed"))) for _ in range(4)}
    assert len(orders) > 1
    assert {frozenset(order) for order in orders} == {frozenset(made)}


def test_a_change_between_two_pages_shifts_them(sandbox: ClockifySandbox, report: Report) -> None:
    made = fill(sandbox, 4)
    first = page(report, 1, 2)
    sandbox.company.add_entry(NINE + timedelta(days=1), 60)
    assert page(report, 2, 2) == [first[1], made[1]]


def test_nothing_is_absent_null_or_empty_as_it_really_is(sandbox: ClockifySandbox, report: Report) -> None:
    company = sandbox.company
    company.add_project("Alone")
    company.add_entry(NINE, 60, project="Alone")
    row = report("detailed")["timeentries"][0]
    assert "tags" not in row
    assert "taskName" not in row
    assert (row["taskId"], row["tagIds"], row["approvalRequestId"]) == (None, None, None)
    assert (row["clientName"], row["clientId"], row["description"]) == ("", "", "")
    assert (row["amount"], row["rate"]) == (None, None)


@pytest.mark.parametrize(("choice", "found"), [("null", None), ("empty", ""), ("absent", "no key")])
def test_a_row_without_project_follows_the_switch(
    sandbox: ClockifySandbox, report: Report, choice: Any, found: Any
) -> None:
    sandbox.switches = Switches(no_project=choice)
    sandbox.company.add_entry(NINE, 60)
    row = report("detailed")["timeentries"][0]
    assert [row.get(key, "no key") for key in ("projectId", "projectName", "projectColor")] == [found] * 3


@pytest.mark.parametrize(("choice", "keys"), [("short", 2), ("long", 4)])
def test_custom_fields_come_with_their_values(sandbox: ClockifySandbox, report: Report, choice: Any, keys: int) -> None:
    sandbox.switches = Switches(custom_fields=choice)
    for name, kind in (("Km", "NUMBER"), ("Sites", "DROPDOWN_MULTIPLE"), ("Done", "CHECKBOX")):
        sandbox.company.add_custom_field(name, kind)
    sandbox.company.add_entry(NINE, 60, custom={"Km": 12.5, "Sites": ("Berlin", "Sydney"), "Done": True})
    fields = report("detailed")["timeentries"][0]["customFields"]
    assert [field["value"] for field in fields] == [12.5, ["Berlin", "Sydney"], True]
    assert {len(field) for field in fields} == {keys}


@pytest.mark.parametrize(("choice", "found"), [("absent", "no key"), ("null", None), ("empty", [])])
def test_a_row_without_custom_fields_follows_the_switch(
    sandbox: ClockifySandbox, report: Report, choice: Any, found: Any
) -> None:
    sandbox.switches = Switches(no_custom_fields=choice)
    sandbox.company.add_entry(NINE, 60)
    assert report("detailed")["timeentries"][0].get("customFields", "no key") == found


def test_rows_may_have_a_list_of_amounts_and_an_invoice_of_null(sandbox: ClockifySandbox, report: Report) -> None:
    sandbox.company.add_project("P", hourly=rates(3600))
    sandbox.company.add_entry(NINE, 60, project="P")
    plain = report("detailed")["timeentries"][0]
    assert "amounts" not in plain
    assert "invoicingInfo" not in plain
    sandbox.switches = Switches(entry_amounts="list", invoicing_info="null")
    row = report("detailed")["timeentries"][0]
    assert (row["amounts"], row["invoicingInfo"]) == ([{"type": "EARNED", "value": 60.0}], None)


@pytest.mark.parametrize(("choice", "texts"), [("descending", "ba"), ("text-ascending", "ab")])
def test_the_order_without_a_sort_order_follows_the_switch(
    sandbox: ClockifySandbox, report: Report, choice: Any, texts: str
) -> None:
    sandbox.switches = Switches(default_order=choice)
    for text in "ab":
        sandbox.company.add_entry(NINE, 60, description=text)
    found = report("detailed", detailedFilter={"sortColumn": "DESCRIPTION"})["timeentries"]
    assert "".join(row["description"] for row in found) == texts


def test_texts_come_as_they_were_typed(sandbox: ClockifySandbox, report: Report) -> None:
    texts = ["=1+1", "+1", "-1", "@x", "🔴🟡 Español", "a\r\nb\tc", '"quoted"', "  blanks  ", "x" * 3000, "'", "1e5"]
    for index, text in enumerate(texts):
        sandbox.company.add_entry(NINE + timedelta(seconds=index), 1, description=text)
    rows = report("detailed", sortOrder="ASCENDING")["timeentries"]
    assert [row["description"] for row in rows] == texts


def test_the_rate_is_the_first_of_member_task_project_user_and_workspace(
    sandbox: ClockifySandbox, report: Report
) -> None:
    company = sandbox.company
    company.settings = type(company.settings)(hourly=rates(1))
    project, task = company.add_project("P"), company.add_task("T", "P")
    company.add_entry(NINE, 3600, project="P", task="T")
    seen = [report("detailed")["timeentries"][0]["rate"]]
    company.change(company.users, "Olivia Owner", hourly=rates(2))
    seen.append(report("detailed")["timeentries"][0]["rate"])
    company.change(company.projects, project, hourly=rates(3))
    seen.append(report("detailed")["timeentries"][0]["rate"])
    company.change(company.tasks, task, hourly=rates(4))
    seen.append(report("detailed")["timeentries"][0]["rate"])
    company.change(company.projects, project, member_hourly=((company.owner.id, rates(5)),))
    seen.append(report("detailed")["timeentries"][0]["rate"])
    assert seen == [1.0, 2.0, 3.0, 4.0, 5.0]


def test_a_new_rate_does_not_change_the_past(sandbox: ClockifySandbox, report: Report) -> None:
    since = int((NINE + timedelta(hours=1)).timestamp())
    sandbox.company.add_project("P", hourly=rates(10000, (20000, since)))
    for hour in (0, 1):
        sandbox.company.add_entry(NINE + timedelta(hours=hour), 1800, project="P")
    assert [row["amount"] for row in report("detailed")["timeentries"]] == [10000.0, 5000.0]


def test_amounts_are_cents_and_follow_amount_shown(sandbox: ClockifySandbox, report: Report) -> None:
    company = sandbox.company
    company.add_project("P", hourly=rates(4321), cost=rates(876))
    company.add_entry(NINE, 3600, project="P")
    both = report("detailed", amounts=["EARNED", "PROFIT"])
    row = both["timeentries"][0]
    assert (row["rate"], row["amount"], row["earnedRate"], row["earnedAmount"]) == (4321.0,) * 4
    assert (row["costRate"], row["costAmount"], row["currency"]) == (876.0, 876.0, "USD")
    listed = {each["type"]: each["value"] for each in both["totals"][0]["amounts"]}
    assert listed == {"EARNED": 4321.0, "PROFIT": 3445.0}
    shown = {kind: report("detailed", amountShown=kind)["timeentries"][0]["amount"] for kind in ("COST", "PROFIT")}
    assert shown == {"COST": 876.0, "PROFIT": 3445.0}


def test_hidden_amounts_are_null_an_empty_list_and_an_object(sandbox: ClockifySandbox, report: Report) -> None:
    sandbox.company.add_project("P", hourly=rates(4321))
    sandbox.company.add_entry(NINE, 3600, project="P")
    answer = report("detailed", amountShown="HIDE_AMOUNT")
    totals, row = answer["totals"][0], answer["timeentries"][0]
    assert (totals["totalAmount"], totals["amounts"], totals["totalAmountByCurrency"]) == (None, [], {})
    assert (row["amount"], row["rate"]) == (None, None)
    assert "earnedAmount" not in row


@pytest.mark.parametrize(("choice", "found"), [("zero", (0.0, 0.0)), ("rate", (0.0, 6000.0)), ("null", (None, None))])
def test_an_entry_that_is_not_billable_earns_nothing(
    sandbox: ClockifySandbox, report: Report, choice: Any, found: Any
) -> None:
    sandbox.switches = Switches(non_billable_rate=choice)
    sandbox.company.add_project("P", hourly=rates(6000))
    sandbox.company.add_entry(NINE, 3600, project="P", billable=False)
    answer = report("detailed")
    row = answer["timeentries"][0]
    assert (row["amount"], row["rate"]) == found
    assert (answer["totals"][0]["totalBillableTime"], answer["totals"][0]["totalAmount"]) == (0, 0.0)


def test_currencies_are_told_apart(sandbox: ClockifySandbox, report: Report) -> None:
    company = sandbox.company
    company.add_currency("EUR")
    company.add_client("Globex", currency="EUR")
    company.add_project("E", "Globex", hourly=rates(100))
    company.add_project("U", hourly=rates(1))
    for name in ("E", "U"):
        company.add_entry(NINE, 3600, project=name)
    answer = report("detailed", timeZone="UTC")
    totals = answer["totals"][0]
    by_currency = {each["currency"]: each["amount"] for each in totals["totalAmountByCurrency"]}
    assert by_currency == {"EUR": 100.0, "USD": 1.0}
    assert (totals["numOfCurrencies"], totals["totalAmount"]) == (2, 101.0)
    assert {row["currency"] for row in answer["timeentries"]} == {"EUR", "USD"}


def test_rounding_rounds_each_entry_and_then_adds(sandbox: ClockifySandbox, report: Report) -> None:
    sandbox.company.add_project("P", hourly=rates(6000))
    for hour in range(3):
        sandbox.company.add_entry(NINE + timedelta(hours=hour), 20 * 60, project="P")
    totals = report("detailed", rounding=True)["totals"][0]
    assert (totals["totalTime"], totals["totalAmount"]) == (3 * 15 * 60, 4500.0)
    assert report("detailed")["totals"][0]["totalTime"] == 3600


def test_kinds_locks_and_invoices_are_told(sandbox: ClockifySandbox, report: Report) -> None:
    sandbox.company.add_entry(NINE, 60, kind="BREAK", approved=True, approval_id="a1", invoice="INV-7")
    row = report("detailed")["timeentries"][0]
    assert (row["type"], row["isLocked"], row["approvalRequestId"]) == ("BREAK", True, "a1")
    assert row["invoicingInfo"]["invoiceNumber"] == "INV-7"


def test_a_deleted_user_keeps_its_entries_under_another_name(sandbox: ClockifySandbox, report: Report) -> None:
    gone = sandbox.company.add_user("Gone", "gone@example.com", status="DELETED")
    sandbox.company.add_entry(NINE, 60, user=gone)
    assert report("detailed")["timeentries"][0]["userName"] == "DeletedUser"
    assert report("detailed", users={"ids": [gone]})["timeentries"] == []


def test_renamed_things_come_with_their_new_name(sandbox: ClockifySandbox, report: Report) -> None:
    sandbox.company.add_project("Before")
    sandbox.company.add_entry(NINE, 60, project="Before")
    assert report("detailed")["timeentries"][0]["projectName"] == "Before"
    sandbox.company.change(sandbox.company.projects, "Before", name="After")
    assert report("detailed")["timeentries"][0]["projectName"] == "After"


def test_unknown_keys_and_nulls_are_ignored(sandbox: ClockifySandbox, report: Report) -> None:
    fill(sandbox, 60)
    answer = report("detailed", includeNonWorking=True, users=None, detailedFilter={"page-size": 7, "page": None})
    assert len(answer["timeentries"]) == 50
