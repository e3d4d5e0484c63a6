"""What the fault sweep is made of: spreadsheets that people use, and jobs that publish into them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from gspread.utils import a1_range_to_grid_range

from tests.bench import Bench
from tests.sweeping import Job, Scenario

WINDOW = {"start": "2021-10-15", "end": "2021-12-01"}
"""Longer than a free plan gives in one request."""
LONG_ROWS = 1_200
"""Rows of the long scenario: more than one page of a report."""


def _track(bench: Bench, count: int, *, day: int) -> None:
    bench.entries(count, day=day, project=next(iter(bench.company.projects)))


def _company(bench: Bench) -> None:
    bench.settings["clockify"]["plan"] = "free"
    client = bench.company.add_client("Acme")
    bench.company.add_project("Ledger", client)
    _track(bench, 6, day=2)


def _surround(bench: Bench, tab: str, first_free_column: str) -> None:
    """Things of a person's around C3: values, formulas over the table, formats, notes, a filter, names, merges."""
    documents, spreadsheet = bench.google.documents, bench.spreadsheet
    documents.set_titles(spreadsheet, [*documents.titles(spreadsheet), tab])
    sheet = documents.sheet(spreadsheet, tab).sheet_id
    free = first_free_column

    def cells(text: str) -> dict[str, Any]:
        return {"sheetId": sheet, **a1_range_to_grid_range(text)}

    documents.write(spreadsheet, f"{tab}!A1:B2", [["Budget", "=SUM(E4:E40)"], ["Hourly", 95.5]])
    documents.write(spreadsheet, f"{tab}!A10:A11", [["Ana"], ["Ben"]])
    documents.write(spreadsheet, f"{tab}!{free}4:{free}5", [["=E4*2"], ["=E5*2"]])
    documents.write(spreadsheet, f"{tab}!C2000:D2000" if tab == "Long" else f"{tab}!C50:D50", [["Total", "=B1"]])
    documents.set_note(spreadsheet, f"{tab}!A1", "mine")
    documents.set_note(spreadsheet, f"{tab}!{free}4", "also mine")
    bold = {"userEnteredFormat": {"textFormat": {"bold": True}, "numberFormat": {"type": "NUMBER", "pattern": "0.000"}}}
    documents.batch_update(
        spreadsheet,
        {"repeatCell": {"range": cells("A1:B11"), "cell": bold, "fields": "userEnteredFormat"}},
        {"setBasicFilter": {"filter": {"range": cells(f"{free}3:{free}9")}}},
        {"addNamedRange": {"namedRange": {"name": f"budget_{tab}", "range": cells("B1")}}},
        {"mergeCells": {"range": cells("A20:B21"), "mergeType": "MERGE_ALL"}},
        {"addProtectedRange": {"protectedRange": {"range": cells("A10:A11"), "warningOnly": True}}},
    )


def _job(bench: Bench, cells: str, **settings: Any) -> Job:
    tab, _, box = cells.partition("!")
    target = {"spreadsheet": bench.spreadsheet, "worksheet": tab, "range": box.partition(":")[0]}
    return Job({**bench.job, "target": target, **settings}, cells)


def _more(bench: Bench) -> None:
    """An entry more, one that is gone, and one that is another."""
    entries = list(bench.company.entries)
    bench.company.delete_entry(entries[0].id)
    bench.company.edit_entry(entries[1].id, description="Changed since", seconds=5400)
    _track(bench, 3, day=20)


def _small(bench: Bench) -> Sequence[Job]:
    _company(bench)
    _surround(bench, "Hours", "H")
    columns = ["Description", "Start Date", "Duration (decimal)"]
    return [_job(bench, "Hours!C3:E40", **WINDOW, columns=columns, filters={"clients": ["Acme"]})]


def _fewer(bench: Bench) -> None:
    for entry in list(bench.company.entries)[2:]:
        bench.company.delete_entry(entry.id)


def _shared(bench: Bench) -> Sequence[Job]:
    _company(bench)
    _surround(bench, "Hours", "N")
    _surround(bench, "Weeks", "P")
    columns = ["Description", "Start Date", "Duration (decimal)"]
    return [
        _job(bench, "Hours!C3:E40", name="hours", columns=columns),
        _job(bench, "Hours!G3:L40", name="by-project", report="summary", group_by=["project", "date"]),
        _job(bench, "Weeks!C3:N40", name="weeks", report="weekly", start="2021-11-01", end="2021-11-15"),
    ]


def _long(bench: Bench) -> Sequence[Job]:
    _company(bench)
    bench.google.documents.set_titles(bench.spreadsheet, ["Sheet1", "Long"])
    bench.google.documents.resize(bench.spreadsheet, "Long", max(LONG_ROWS * 2, 3000), 30)
    _surround(bench, "Long", "Z")
    return [_job(bench, f"Long!C3:V{LONG_ROWS + 50}")]


def _longer(bench: Bench) -> None:
    for number in range(LONG_ROWS):
        start = datetime(2021, 11, 1 + number % 28, number // 28 % 24, number // 700, tzinfo=UTC)
        bench.company.add_entry(start, 60, description=f"Entry {number}")


SCENARIOS = {
    found.name: found
    for found in (
        Scenario("small", _small, _more),
        Scenario("small, shorter", _small, _fewer),
        Scenario("shared", _shared, _more),
        Scenario("long", _long, _longer),
    )
}
