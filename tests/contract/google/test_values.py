"""The values API over HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from sheetsync.sandbox.google import GoogleSandbox
from tests.contract.google.conftest import Api
from tests.contract.google.test_cells import cells, grid
from tests.contract.google.test_structure import metadata, span


@pytest.fixture
def refusing(sandbox: GoogleSandbox) -> Iterator[None]:
    """The grid does not grow under values."""
    before = sandbox.switches
    sandbox.switches = replace(before, overflow="refuse")
    yield
    sandbox.switches = before


def test_raw_values_stay_as_they_are(api: Api) -> None:
    api.put("A1:E1", [["007", "=1+1", "'x", True, 1.5]])
    assert api.values("A1:E1", valueRenderOption="UNFORMATTED_VALUE") == [["007", "=1+1", "'x", True, 1.5]]


def test_typed_values_are_read_in_the_spreadsheets_locale(api: Api) -> None:
    change = {"properties": {"locale": "de_DE"}, "fields": "locale"}
    api.batch({"updateSpreadsheetProperties": change})
    api.put("A1:B1", [["1.234,5", "31.12.2021"]], "USER_ENTERED")
    assert api.values("A1:B1", valueRenderOption="UNFORMATTED_VALUE") == [[1234.5, 44561]]
    assert api.values("A1:B1") == [["1.234,50", "31.12.2021"]]


def test_null_leaves_a_cell_alone_and_an_empty_text_clears_it(api: Api) -> None:
    api.put("A1:C1", [["a", "b", "c"]])
    answer = api.put("A1:C1", [["x", None, ""]]).json()
    assert answer["updatedCells"] == 2
    assert api.values("A1:C1") == [["x", "b"]]


def test_values_can_be_given_by_columns(api: Api) -> None:
    body = {"values": [["a", "b"], ["c"]], "majorDimension": "COLUMNS"}
    answer = api.call("PUT", "/values/B2", body, valueInputOption="RAW", includeValuesInResponse="true").json()
    assert answer["updatedRange"] == "Sheet1!B2:C3"
    assert answer["updatedData"] == {
        "range": "Sheet1!B2:C3",
        "majorDimension": "ROWS",
        "values": [["a", "c"], ["b"]],
    }


def test_values_past_the_last_row_make_the_grid_grow(api: Api) -> None:
    assert api.put("A1000", [[1], [2], [3]]).json()["updatedRange"] == "Sheet1!A1000:A1002"
    assert api.get()["sheets"][0]["properties"]["gridProperties"]["rowCount"] == 1002


@pytest.mark.usefixtures("refusing")
def test_values_past_the_last_row_can_be_refused_instead(api: Api) -> None:
    message = api.put("A1000", [[1], [2]]).json()["error"]["message"]
    assert message == "Requested writing within range [Sheet1!A1:Z1000], but tried writing to row [1001]"
    assert api.values("A1000") == []


def test_an_address_written_as_a_value_becomes_a_link_and_as_cell_data_does_not(api: Api) -> None:
    api.put("A1", [["https://example.com/x"]])
    literal = {"userEnteredValue": {"stringValue": "https://example.com/x"}}
    update = {"start": {"columnIndex": 1}, "rows": [{"values": [literal]}], "fields": "userEnteredValue"}
    api.batch({"updateCells": update})
    linked, plain = cells(api, "A1:B1", "hyperlink,userEnteredFormat.textFormat.link")[0], cells(api, "B1", "hyperlink")
    assert linked[0]["hyperlink"] == "https://example.com/x"
    assert plain == []


@pytest.mark.parametrize(
    ("where", "table", "written"),
    [
        ("Sheet1", "Sheet1!B4:D6", "Sheet1!B7"),
        ("B4", "Sheet1!B4:D6", "Sheet1!B7"),
        ("C5:D5", "Sheet1!B4:D6", "Sheet1!B7"),
        ("B2:D4", "Sheet1!B4:D6", "Sheet1!B7"),
        ("A3:G10", "Sheet1!B4:D6", "Sheet1!B7"),
        ("A1", "Sheet1!A1:C2", "Sheet1!A3"),
        ("E4", None, "Sheet1!E4"),
        ("A4", None, "Sheet1!A4"),
    ],
)
def test_values_are_appended_to_the_last_table_in_the_range(
    api: Api, where: str, table: str | None, written: str
) -> None:
    api.put("A1:C2", [["x", "y", "z"]] * 2)
    api.put("B4:D6", [["x", "y", "z"]] * 3)
    answer = api.call("POST", f"/values/{where}:append", {"values": [["new"]]}, valueInputOption="RAW").json()
    assert (answer.get("tableRange"), answer["updates"]["updatedRange"]) == (table, written)


def test_rows_can_be_inserted_for_what_is_appended(api: Api) -> None:
    api.put("A1:A3", [["a"], [None], ["below"]])
    query = {"valueInputOption": "RAW", "insertDataOption": "INSERT_ROWS"}
    api.call("POST", "/values/A1:append", {"values": [["new"], ["newer"]]}, **query)
    assert api.values("A1:A5") == [["a"], ["new"], ["newer"], [], ["below"]]


def test_clearing_leaves_formats_and_notes(api: Api) -> None:
    cell = {"note": "n", "userEnteredValue": {"numberValue": 1}, "userEnteredFormat": {"textFormat": {"bold": True}}}
    api.batch({"repeatCell": {"range": grid((0, 1), (0, 2)), "cell": cell, "fields": "*"}})
    assert api.call("POST", "/values/A1:clear").json()["clearedRange"] == "Sheet1!A1"
    assert cells(api, "A1", "userEnteredValue,note,userEnteredFormat")[0][0] == {
        "note": "n",
        "userEnteredFormat": {"textFormat": {"bold": True}},
    }
    assert api.values("A1:B1") == [["", "1"]]


def test_ranges_are_told_by_filters_and_survive_renaming(api: Api) -> None:
    api.batch({"createDeveloperMetadata": {"developerMetadata": metadata(5, "mine", span("COLUMNS", 1, 2))}})
    api.batch({"updateSheetProperties": {"properties": {"title": "Other name"}, "fields": "title"}})
    by_grid = {"gridRange": grid((0, 2), (0, 1))}
    by_key = {"developerMetadataLookup": {"metadataKey": "mine"}}
    body = {
        "valueInputOption": "RAW",
        "data": [{"dataFilter": by_grid, "values": [[1], [2]]}, {"dataFilter": by_key, "values": [["m"]]}],
    }
    answer = api.call("POST", "/values:batchUpdateByDataFilter", body).json()
    assert (answer["totalUpdatedCells"], answer["responses"][0]["dataFilter"]) == (3, by_grid)
    assert answer["responses"][1]["updatedRange"] == "'Other name'!B1"
    read = api.call("POST", "/values:batchGetByDataFilter", {"dataFilters": [by_grid, by_key]}).json()
    assert [entry["valueRange"]["values"] for entry in read["valueRanges"]] == [[["1"], ["2"]], [["m"]]]
    cleared = api.call("POST", "/values:batchClearByDataFilter", {"dataFilters": [by_grid]}).json()
    assert cleared["clearedRanges"] == ["'Other name'!A1:A2"]


def test_values_by_filter_must_not_exceed_the_range(api: Api) -> None:
    data = [{"dataFilter": {"gridRange": grid((0, 1), (0, 1))}, "values": [[1], [2]]}]
    answer = api.call("POST", "/values:batchUpdateByDataFilter", {"valueInputOption": "RAW", "data": data})
    assert answer.status_code == 400
    assert api.values("A1:A2") == []


def test_titles_and_range_texts_are_understood_in_all_their_forms(api: Api) -> None:
    api.batch({"addSheet": {"properties": {"title": "It's A1"}}})
    api.put("'It''s A1'!B2", [["x"]])
    for text in ("It's A1!B2", "'It''s A1'!$B$2", "'It''s A1'!B:B", "'It''s A1'!2:2", "'It''s A1'!R2C2"):
        assert "x" in str(api.values(text)), text
    assert api.get("/values/'It''s A1'!B2")["range"] == "'It''s A1'!B2"
    assert api.get("/values/D4:B2")["range"] == "Sheet1!B2:D4"
    assert api.get("/values/A1:Z2000")["range"] == "Sheet1!A1:Z1000"


def test_formulas_are_calculated_again_after_every_write(api: Api) -> None:
    api.put("B1", [["=SUM(A:A)"]], "USER_ENTERED")
    for number in (1, 2, 3):
        api.put(f"A{number}", [[10]])
        assert api.values("B1") == [[str(10 * number)]]
