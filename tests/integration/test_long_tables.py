"""Tables beyond one request: staged where nobody looks, and there all at once."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import gspread
import pytest

from sheetsync import run
from sheetsync.run import Outcome, Status
from sheetsync.sheets import staging
from tests.bench import Bench

VALUES = "values:batchUpdateByDataFilter"
BATCH = ":batchUpdate$"
COLUMNS = ["Description", "Start Date", "Duration (decimal)", "Billable", "Task"]


@pytest.fixture
def long(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> Bench:
    """A bench where fifty cells are a long table, and five hundred bytes a chunk."""
    monkeypatch.setattr(run, "MOST_CELLS_AT_ONCE", 50)
    monkeypatch.setattr(staging, "CHUNK_BYTES", 500)
    monkeypatch.setattr(staging, "LARGE_CHUNK_BYTES", 500)
    bench.job["columns"] = COLUMNS
    return bench


def published(bench: Bench, **changes: Any) -> Outcome:
    outcome = bench.run(**changes)
    assert outcome.status is Status.SUCCEEDED, outcome.error
    return outcome


def descriptions(bench: Bench) -> list[str]:
    return [row[0] for row in bench.rows()]


def expected(count: int) -> list[str]:
    return ["Description", *(f"Entry {number}" for number in range(count))]


def tabs(bench: Bench) -> list[str]:
    return [sheet.title for sheet in bench.person().worksheets()]


def test_a_long_table_is_staged_in_chunks_and_swapped_in_by_one_batch(long: Bench) -> None:
    long.entries(60)
    outcome = published(long)
    assert descriptions(long) == expected(60)
    paths = [entry.path for entry in long.sent()]
    assert paths[0].endswith(":batchUpdate")
    assert paths[-1].endswith(":batchUpdate")
    assert len(paths) > 5
    assert all(VALUES in path for path in paths[1:-1])
    assert (outcome.rows, outcome.sheets_reads, outcome.sheets_writes) == (60, 2, len(paths))
    assert tabs(long) == ["Sheet1", "Hours"]


def test_its_cells_are_typed_and_formatted_like_those_of_a_short_one(
    long: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    long.entries(30, description="=1+1")
    published(long)
    staged = long.person().worksheet("Hours").get(), long.rows()
    long.person().del_worksheet(long.person().worksheet("Hours"))
    monkeypatch.setattr(run, "MOST_CELLS_AT_ONCE", 10_000)
    published(long)
    assert (long.person().worksheet("Hours").get(), long.rows()) == staged


def test_its_fingerprint_is_that_of_the_same_table_in_one_request(long: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    long.entries(30)
    staged = published(long)
    monkeypatch.setattr(run, "MOST_CELLS_AT_ONCE", 10_000)
    assert published(long).fingerprint == staged.fingerprint
    assert long.run(write="when_changed").status is Status.UNCHANGED


def test_when_nothing_changed_it_costs_one_read(long: Bench) -> None:
    long.entries(30)
    published(long, write="when_changed")
    outcome = long.run(write="when_changed")
    assert (outcome.status, outcome.rows, outcome.sheets_reads, outcome.sheets_writes) == (Status.UNCHANGED, 30, 1, 0)
    long.entries(2, day=20)
    assert published(long, write="when_changed").rows == 32


def test_readers_see_the_old_table_until_the_new_one_is_whole(long: Bench) -> None:
    long.entries(20)
    published(long)
    old = long.rows()
    long.entries(40, day=10)
    long.google_fails(VALUES, status=400, body={"error": {"code": 400, "message": "no", "status": "X"}}, nth=4)
    outcome = long.run()
    assert outcome.status is Status.FAILED
    assert long.rows() == old
    assert tabs(long) == ["Sheet1", "Hours"]
    assert published(long).rows == 60


def test_a_shorter_table_leaves_no_stale_rows(long: Bench) -> None:
    entries = long.entries(60)
    published(long)
    for entry in entries[20:]:
        long.company.delete_entry(entry)
    published(long)
    assert descriptions(long) == expected(20)


def test_what_people_have_beside_and_below_it_stays(long: Bench) -> None:
    sheet = long.person().add_worksheet("Hours", rows=60, cols=12)
    sheet.update([["mine", "=COUNTA(A1:A40)"]], "H1:I1", raw=False)
    sheet.update([["below"]], "A58")
    long.entries(30)
    published(long)
    assert [row[7:9] for row in long.rows()[:1]] == [["mine", 31]]
    assert long.rows()[57] == ["below"]


def test_a_filter_that_hides_rows_does_not_keep_them_from_being_written(long: Bench) -> None:
    entries = long.entries(30)
    published(long)
    sheet = long.person().worksheet("Hours")
    hidden = {"condition": {"type": "TEXT_CONTAINS", "values": [{"userEnteredValue": "7"}]}}
    basic: dict[str, Any] = {
        "range": {"sheetId": sheet.id, "startRowIndex": 0, "endRowIndex": 31, "startColumnIndex": 0}
    }
    basic |= {"filterSpecs": [{"columnIndex": 0, "filterCriteria": hidden}]}
    long.person().batch_update({"requests": [{"setBasicFilter": {"filter": basic}}]})
    for number, entry in enumerate(entries):
        long.company.edit_entry(entry, description=f"new Entry {number}")
    published(long)
    assert descriptions(long)[1:] == [f"new Entry {number}" for number in range(30)]
    (found,) = [
        each["basicFilter"] for each in long.person().fetch_sheet_metadata()["sheets"] if each.get("basicFilter")
    ]
    assert found["filterSpecs"] == [{"filterCriteria": hidden}]


def test_several_pages_are_staged_as_they_come(long: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(staging, "CHUNK_BYTES", 50_000)
    begin = datetime(2021, 11, 1, tzinfo=UTC)
    for number in range(2500):
        long.company.add_entry(begin + timedelta(minutes=number), 60, description=f"Entry {number}")
    assert published(long).clockify_requests == 3
    assert descriptions(long) == expected(2500)


def test_a_report_that_changes_while_it_is_staged_is_read_and_staged_again(
    long: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(staging, "CHUNK_BYTES", 20_000)
    begin = datetime(2021, 11, 2, tzinfo=UTC)
    for number in range(2500):
        long.company.add_entry(begin + timedelta(minutes=number), 60, description=f"Entry {number}")
    long.clockify_fails("/reports/detailed", nth=3, action="add-entry", argument={"at": "start", "description": "late"})
    outcome = published(long)
    assert (outcome.rows, outcome.clockify_requests) == (2501, 6)
    assert sorted(descriptions(long)[1:]) == sorted(["late", *expected(2500)[1:]])


def test_a_staging_tab_that_a_killed_run_left_is_deleted_by_the_next(long: Bench) -> None:
    long.entries(30)
    published(long)
    left = long.person().add_worksheet("sheetsync 0123456789abcdef", rows=100, cols=5)
    value = json.dumps({"v": 1, "run": "0123456789abcdef", "until": "2999-01-01T00:00:00+00:00"})
    place = {"location": {"sheetId": left.id}, "visibility": "DOCUMENT"}
    entry = {"metadataKey": "sheetsync-staging:november", "metadataValue": value, **place}
    long.person().batch_update({"requests": [{"createDeveloperMetadata": {"developerMetadata": entry}}]})
    published(long, name="november")
    assert tabs(long) == ["Sheet1", "Hours"]


def test_a_short_table_sweeps_too_even_when_it_is_unchanged(bench: Bench) -> None:
    bench.entries(3)
    published(bench, name="november")
    left = bench.person().add_worksheet("sheetsync 0123456789abcdef", rows=100, cols=5)
    value = json.dumps({"v": 1, "run": "0123456789abcdef", "until": "2021-01-01T00:00:00+00:00"})
    place = {"location": {"sheetId": left.id}, "visibility": "DOCUMENT"}
    entry = {"metadataKey": "sheetsync-staging:another-job", "metadataValue": value, **place}
    bench.person().batch_update({"requests": [{"createDeveloperMetadata": {"developerMetadata": entry}}]})
    published(bench, name="november", write="when_changed")
    assert tabs(bench) == ["Sheet1", "Hours"]


def test_the_staging_tab_of_a_run_that_may_be_alive_is_left_alone(bench: Bench) -> None:
    bench.entries(3)
    left = bench.person().add_worksheet("sheetsync 0123456789abcdef", rows=100, cols=5)
    value = json.dumps({"v": 1, "run": "0123456789abcdef", "until": "2999-01-01T00:00:00+00:00"})
    place = {"location": {"sheetId": left.id}, "visibility": "DOCUMENT"}
    entry = {"metadataKey": "sheetsync-staging:another-job", "metadataValue": value, **place}
    bench.person().batch_update({"requests": [{"createDeveloperMetadata": {"developerMetadata": entry}}]})
    published(bench)
    assert left.title in tabs(bench)


@pytest.mark.parametrize("fault", [{"answer": "503"}, {"reset": True}], ids=["503", "reset"])
@pytest.mark.parametrize("nth", [1, 2])
def test_a_lost_answer_to_the_first_or_the_last_batch_does_no_harm(
    long: Bench, fault: dict[str, Any], nth: int
) -> None:
    long.entries(30)
    long.google_fails(BATCH, when="after", nth=nth, **fault)
    published(long)
    assert descriptions(long) == expected(30)
    assert tabs(long) == ["Sheet1", "Hours"]


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_chunk_whose_answer_is_lost_is_sent_again(long: Bench, when: str) -> None:
    long.entries(30)
    long.google_fails(VALUES, when=when, nth=2, answer="503")
    published(long)
    assert descriptions(long) == expected(30)


def test_without_room_for_the_table_twice_nothing_is_written_and_the_error_says_so(long: Bench) -> None:
    long.entries(60)
    cells = 26_000 + 61 * 26 + 60 * len(COLUMNS)
    outcome = long.run(google={"cells": cells - 1})
    assert outcome.status is Status.FAILED
    assert "needs its cells twice" in str(outcome.error)
    assert long.sent() == []
    published(long, google={"cells": cells})


def test_a_dry_run_of_a_long_table_writes_nothing(long: Bench) -> None:
    long.entries(30)
    outcome = long.run(dry=True)
    assert outcome.status is Status.SKIPPED
    assert outcome.changes is not None
    assert outcome.changes.cells > 100
    assert long.sent() == []


def test_a_table_that_shrank_too_much_is_not_swapped_in(long: Bench) -> None:
    entries = long.entries(60)
    published(long)
    for entry in entries[20:]:
        long.company.delete_entry(entry)
    outcome = long.run(max_shrink="50%")
    assert outcome.status is Status.FAILED
    assert descriptions(long) == expected(60)
    assert tabs(long) == ["Sheet1", "Hours"]


def test_hidden_tabs_are_what_people_see_of_staging(long: Bench) -> None:
    long.entries(30)
    long.google_fails(VALUES, status=400, body={"error": {"code": 400, "message": "no", "status": "X"}})
    long.google_fails(BATCH, status=400, body={"error": {"code": 400, "message": "no", "status": "X"}}, nth=2)
    assert long.run().status is Status.FAILED
    left: list[gspread.Worksheet] = [
        sheet for sheet in long.person().worksheets() if sheet.title.startswith("sheetsync")
    ]
    assert [sheet.isSheetHidden for sheet in left] == [True]
    published(long)
    assert tabs(long) == ["Sheet1", "Hours"]
