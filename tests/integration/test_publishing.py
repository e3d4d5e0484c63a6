"""Only its own rectangle, never half-written: what a person's spreadsheet looks like after a sync."""

from __future__ import annotations

from typing import Any

import gspread
import pytest
from gspread.utils import ValueInputOption, ValueRenderOption

from sheetsync.run import Status
from tests.bench import Bench


def published(bench: Bench, **changes: Any) -> None:
    outcome = bench.run(**changes)
    assert outcome.status is Status.SUCCEEDED, outcome.error


def at(bench: Bench, *, worksheet: str = "Hours", corner: str = "A1") -> dict[str, Any]:
    return {"spreadsheet": bench.spreadsheet, "worksheet": worksheet, "range": corner}


def test_a_sync_costs_one_read_and_one_write_and_makes_the_tab(bench: Bench) -> None:
    bench.entries(3)
    outcome = bench.run()
    assert (outcome.status, outcome.rows, outcome.sheets_reads, outcome.sheets_writes) == (Status.SUCCEEDED, 3, 1, 1)
    assert (len(bench.sent("read")), len(bench.sent("write"))) == (1, 1)
    rows = bench.rows()
    assert rows[0][:4] == ["Project", "Client", "Description", "Task"]
    assert [row[2] for row in rows[1:]] == ["Entry 0", "Entry 1", "Entry 2"]


def test_cells_are_typed_and_show_as_dates_times_durations_and_money(bench: Bench) -> None:
    bench.entries(1)
    published(bench, columns=["Start Date", "Start Time", "Duration (h)", "Duration (decimal)", "Billable"])
    assert bench.rows()[1] == [44501, 0, 1 / 24, 1, True] or bench.rows()[1] == [44501, 0, 1 / 24, 1, False]
    shown = bench.person().worksheet("Hours").get()[1]
    assert shown[:4] == ["2021-11-01", "00:00:00", "1:00:00", "1.00"]


def test_a_second_sync_of_the_same_table_costs_one_read_and_one_write_too(bench: Bench) -> None:
    bench.entries(3)
    published(bench)
    outcome = bench.run()
    assert (outcome.sheets_reads, outcome.sheets_writes) == (1, 1)


def test_a_table_that_grows_beyond_the_grid_costs_one_read_and_keeps_its_formats(bench: Bench) -> None:
    bench.entries(2)
    published(bench)
    bench.entries(3, day=5)
    outcome = bench.run()
    assert (outcome.sheets_reads, outcome.sheets_writes, outcome.rows) == (1, 1, 5)
    column = [row[8] for row in bench.person().worksheet("Hours").get()]
    assert column == ["Start Date", "2021-11-01", "2021-11-01", "2021-11-05", "2021-11-05", "2021-11-05"]


def test_a_shorter_table_leaves_no_stale_rows(bench: Bench) -> None:
    entries = bench.entries(5)
    published(bench)
    for entry in entries[1:]:
        bench.company.delete_entry(entry)
    published(bench)
    assert len(bench.rows()) == 2


@pytest.mark.parametrize("text", ["=1+1", "+49 30 1234", "-5", "@all", "'quoted", "https://example.com", "2021-11-01"])
def test_texts_stay_texts(bench: Bench, text: str) -> None:
    bench.entries(1, description=text)
    published(bench)
    cell = bench.person().worksheet("Hours").get(value_render_option=ValueRenderOption.formula)[1][2]
    assert cell == text
    assert bench.rows()[1][2] == text


def neighbours(sheet: gspread.Worksheet, right: str) -> dict[str, Any]:
    """What a person put around the table, as formulas, notes and formats."""
    values = sheet.get("A1:Z60", value_render_option=ValueRenderOption.formula, maintain_size=True)
    kept = {f"{name}": sheet.get_note(name) for name in ("A1", "A10", f"{right}7", "E50")}
    outside = [
        [cell for column, cell in enumerate(row) if not (2 <= row_number <= 20 and 2 <= column <= 18)]
        for row_number, row in enumerate(values)
    ]
    return {"values": outside, "notes": kept}


def test_neighbours_to_the_left_right_above_and_below_survive_a_longer_and_a_shorter_table(bench: Bench) -> None:
    sheet = bench.person().add_worksheet("Hours", rows=60, cols=26)
    sheet.update([["Budget", "=SUM(D5:D20)"]], "A1:B1", raw=False)
    sheet.update([["Ana"], ["Ben"]], "A10:A11")
    sheet.update([["=O4*2"], ["=O5*2"]], "T4:T5", raw=False)
    sheet.update([["Total", "=COUNTA(C4:C20)"]], "C50:D50", raw=False)
    sheet.insert_notes({"A1": "mine", "T7": "also mine", "E50": "below"})
    sheet.format("A10", {"numberFormat": {"type": "NUMBER", "pattern": "0.000"}})
    sheet.set_basic_filter("V1:X9")
    sheet.add_protected_range("A1:B2", editor_users_emails=["somebody@example.com"])
    before = neighbours(sheet, "T")
    entries = bench.entries(4)
    published(bench, target=at(bench, corner="C3"))
    assert neighbours(sheet, "T") == before
    bench.entries(6, day=9)
    published(bench, target=at(bench, corner="C3"))
    assert neighbours(sheet, "T") == before
    for entry in entries:
        bench.company.delete_entry(entry)
    published(bench, target=at(bench, corner="C3"))
    assert neighbours(sheet, "T") == before
    assert [row[4] for row in bench.rows()[2:9]] == ["Description", *(f"Entry {number}" for number in range(6))]
    assert bench.person().fetch_sheet_metadata()["sheets"][1]["basicFilter"]["range"]["startColumnIndex"] == 21


def test_a_table_that_would_grow_over_a_note_to_self_is_refused_and_says_where(bench: Bench) -> None:
    sheet = bench.person().add_worksheet("Hours", rows=60, cols=26)
    bench.entries(2)
    published(bench)
    sheet.update([["do not touch"]], "B6")
    bench.entries(4, day=9)
    outcome = bench.run()
    assert outcome.status is Status.FAILED
    assert "Hours!B6 is not empty" in str(outcome.error)
    assert [row[:3] for row in bench.rows()][3:] == [[], [], ["", "do not touch"]]


def test_a_first_publish_writes_over_values_but_not_over_a_formula(bench: Bench) -> None:
    sheet = bench.person().add_worksheet("Hours", rows=60, cols=26)
    sheet.update([["old import"], ["old row"]], "A1:A2")
    bench.entries(2)
    published(bench)
    sheet = bench.person().add_worksheet("Other", rows=60, cols=26)
    sheet.update([["=1+1"]], "B2", raw=False)
    outcome = bench.run(target=at(bench, worksheet="Other"))
    assert "Other!B2 holds a formula" in str(outcome.error)
    assert sheet.acell("B2").value == "2"


def test_a_renamed_and_moved_tab_is_still_found(bench: Bench) -> None:
    bench.entries(2)
    published(bench)
    person = bench.person()
    sheet = person.worksheet("Hours")
    sheet.update_title("Stunden")
    person.reorder_worksheets([sheet, person.sheet1])
    bench.entries(1, day=9)
    outcome = bench.run()
    assert (outcome.status, outcome.sheets_reads, outcome.sheets_writes) == (Status.SUCCEEDED, 1, 1)
    assert [tab.title for tab in bench.person().worksheets()] == ["Stunden", "Sheet1"]
    assert len(bench.rows("Stunden")) == 4


def test_columns_and_rows_inserted_before_the_table_stay_and_the_table_is_found(bench: Bench) -> None:
    bench.entries(2)
    published(bench)
    sheet = bench.person().worksheet("Hours")
    sheet.insert_cols([["mine", "=C2"]], 1, value_input_option=ValueInputOption.user_entered)
    sheet.insert_rows([["A title"]], 1)
    bench.entries(1, day=9)
    published(bench)
    rows = bench.rows()
    assert rows[0] == ["A title"]
    assert rows[1][:2] == ["mine", "Project"]
    assert [row[3] for row in rows[1:]] == ["Description", "Entry 0", "Entry 1", "Entry 0"]


def test_rows_that_a_person_deleted_from_the_table_do_not_make_what_moved_up_ours(bench: Bench) -> None:
    bench.person().add_worksheet("Hours", rows=60, cols=26)
    bench.entries(6)
    published(bench)
    sheet = bench.person().worksheet("Hours")
    sheet.update([["mine"]], "A9")
    sheet.delete_rows(3, 5)
    published(bench, filters={"description": "Entry 1"})
    assert "mine" in [cell for row in bench.rows() for cell in row]


def test_a_number_format_that_a_person_chose_is_kept_and_goes_on_in_new_rows(bench: Bench) -> None:
    bench.person().add_worksheet("Hours", rows=60, cols=26)
    bench.entries(2)
    published(bench)
    sheet = bench.person().worksheet("Hours")
    sheet.format("I2:I3", {"numberFormat": {"type": "DATE", "pattern": "dd.mm.yyyy"}})
    bench.entries(2, day=9)
    published(bench)
    assert [row[8] for row in sheet.get()][1:] == ["01.11.2021", "01.11.2021", "09.11.2021", "09.11.2021"]


def test_the_corner_carries_a_note_on_how_fresh_the_table_is(bench: Bench) -> None:
    bench.entries(2)
    published(bench)
    note = bench.person().worksheet("Hours").get_note("A1")
    assert "2021-11-01 → 2021-11-30" in note
    assert "2 rows, updated" in note
    assert "job november" in note


def test_a_named_range_holds_the_table_and_follows_it(bench: Bench) -> None:
    sheet = bench.person().add_worksheet("Data", rows=60, cols=26)
    sheet.define_named_range("C5:D6", "report")
    bench.entries(3)
    published(bench, target={"spreadsheet": bench.spreadsheet, "range": "report"})
    (named,) = bench.person().list_named_ranges()
    assert (named["range"]["startRowIndex"], named["range"]["endRowIndex"]) == (4, 8)
    assert bench.rows("Data")[4][2] == "Project"


def test_a_tab_can_be_named_by_its_gid(bench: Bench) -> None:
    sheet = bench.person().add_worksheet("Any title", rows=60, cols=26)
    bench.entries(1)
    published(bench, target={"spreadsheet": bench.spreadsheet, "worksheet": {"gid": sheet.id}})
    assert bench.rows("Any title")[0][0] == "Project"


def test_a_table_equal_to_the_last_one_is_not_written_again_when_the_job_says_so(bench: Bench) -> None:
    bench.entries(2)
    published(bench, write="when_changed")
    outcome = bench.run(write="when_changed")
    assert (outcome.status, outcome.sheets_reads, outcome.sheets_writes) == (Status.UNCHANGED, 1, 0)
    bench.entries(1, day=9)
    assert bench.run(write="when_changed").status is Status.SUCCEEDED


def test_a_dry_run_tells_what_would_change_and_writes_nothing(bench: Bench) -> None:
    bench.entries(2)
    published(bench)
    before = bench.rows()
    (entry,) = bench.entries(1, day=9)
    outcome = bench.run(dry=True)
    assert (outcome.status, outcome.sheets_writes) == (Status.SKIPPED, 0)
    assert outcome.changes is not None
    assert outcome.changes.first[0].address == "C4"
    assert bench.rows() == before
    bench.company.delete_entry(entry)
    assert bench.run(dry=True).status is Status.UNCHANGED


def test_an_empty_report_is_written_kept_or_an_error_as_the_job_says(bench: Bench) -> None:
    (entry,) = bench.entries(1)
    published(bench)
    bench.company.delete_entry(entry)
    assert bench.run(on_empty="keep").status is Status.SKIPPED
    assert "on_empty: fail" in str(bench.run(on_empty="fail").error)
    assert len(bench.rows()) == 2
    emptied = bench.run()
    assert (emptied.status, emptied.rows, emptied.rows_before) == (Status.SUCCEEDED, 0, 1), emptied.error
    assert emptied.reason == "the report is empty; 1 row before"
    assert len(bench.rows()) == 1


def test_a_table_much_shorter_than_the_last_one_is_refused(bench: Bench) -> None:
    entries = bench.entries(4)
    published(bench)
    for entry in entries[:3]:
        bench.company.delete_entry(entry)
    outcome = bench.run(max_shrink="50%")
    assert "1 rows, the last one had 4" in str(outcome.error)
    assert len(bench.rows()) == 5
    published(bench, max_shrink="80%")


def test_two_jobs_share_a_tab_side_by_side(bench: Bench) -> None:
    bench.entries(3)
    published(bench, columns=["Description"])
    outcome = bench.run(name="other", columns=["Description", "Duration (decimal)"], target=at(bench, corner="C1"))
    assert outcome.status is Status.SUCCEEDED, outcome.error
    rows = bench.rows()
    assert rows[0] == ["Description", "", "Description", "Duration (decimal)"]


def test_two_jobs_do_not_write_over_each_other(bench: Bench) -> None:
    bench.entries(3)
    published(bench)
    outcome = bench.run(name="other", target=at(bench, corner="B2"))
    assert "would cover the table of job 'november' at A1:Q4" in str(outcome.error)
