"""What the fault sweep is made of: spreadsheets that people use, and jobs that publish into them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from gspread.utils import a1_range_to_grid_range

from tests.bench import Bench
from tests.sweeping import Job, Scenario

WINDOW = {"start": "2021-10-15", "end": "2021-12-01"}
"""Longer than a free plan gives in one request."""
LONG = {
    "sheetsync.run.MOST_CELLS_AT_ONCE": 50,
    "sheetsync.sheets.staging.CHUNK_BYTES": 500,
    "sheetsync.sheets.staging.LARGE_CHUNK_BYTES": 500,
}
"""Makes fifty cells a long table, staged in chunks of five hundred bytes."""


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
    documents.write(spreadsheet, f"{tab}!C90:D90", [["Total", "=B1"]])
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
    _surround(bench, "Long", "L")
    _track(bench, 20, day=3)
    columns = ["Description", "Start Date", "Duration (decimal)", "Billable", "Task"]
    return [_job(bench, "Long!C3:G80", **WINDOW, columns=columns)]


def _longer(bench: Bench) -> None:
    _more(bench)
    _track(bench, 30, day=22)


SCENARIOS = {
    found.name: found
    for found in (
        Scenario("small", _small, _more),
        Scenario("small, shorter", _small, _fewer),
        Scenario("shared", _shared, _more),
        Scenario("long", _long, _longer, LONG),
    )
}
