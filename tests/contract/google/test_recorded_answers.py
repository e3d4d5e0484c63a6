"""Answers in the very shape in which the real API gave them, as recorded by gspread's developers from 2022 to 2025."""

from __future__ import annotations

import re
from typing import Any

import requests

from tests.contract.google.conftest import Api
from tests.contract.google.test_cells import grid
from tests.contract.google.test_structure import span


def drive(api: Api, method: str, path: str, body: Any = None, **query: Any) -> requests.Response:
    url = f"{api.sandbox.url}/drive/v3/files{path}"
    return api.session.request(method, url, json=body, params=query, timeout=30)


def test_a_file_is_created_told_and_deleted(api: Api) -> None:
    mime_type = "application/vnd.google-apps.spreadsheet"
    made = drive(api, "POST", "", {"name": "Made", "mimeType": mime_type}, supportsAllDrives="True").json()
    assert list(made.items()) == [
        ("kind", "drive#file"),
        ("id", made["id"]),
        ("name", "Made"),
        ("mimeType", mime_type),
    ]
    assert re.fullmatch(r"[A-Za-z0-9_-]{44}", made["id"])
    told = drive(api, "GET", f"/{made['id']}", fields="id,name,createdTime,modifiedTime").json()
    assert list(told) == ["id", "name", "createdTime", "modifiedTime"]
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", told["modifiedTime"])
    gone = drive(api, "DELETE", f"/{made['id']}", supportsAllDrives="True")
    assert (gone.status_code, gone.content, gone.headers["Content-Type"].split(";")[0]) == (204, b"", "text/html")


def test_a_new_spreadsheet_is_told_in_full(api: Api) -> None:
    answer = api.get("", includeGridData="false")
    assert list(answer) == ["spreadsheetId", "properties", "sheets", "spreadsheetUrl"]
    properties = answer["properties"]
    assert list(properties) == ["title", "locale", "autoRecalc", "timeZone", "defaultFormat", "spreadsheetTheme"]
    assert properties["defaultFormat"]["textFormat"] == {
        "foregroundColor": {},
        "fontFamily": "arial,sans,sans-serif",
        "fontSize": 10,
        "bold": False,
        "italic": False,
        "strikethrough": False,
        "underline": False,
        "foregroundColorStyle": {"rgbColor": {}},
    }
    assert properties["spreadsheetTheme"]["themeColors"][-1] == {
        "colorType": "LINK",
        "color": {"rgbColor": {"red": 0.06666667, "green": 0.33333334, "blue": 0.8}},
    }
    assert answer["sheets"] == [
        {
            "properties": {
                "sheetId": 0,
                "title": "Sheet1",
                "index": 0,
                "sheetType": "GRID",
                "gridProperties": {"rowCount": 1000, "columnCount": 26},
            }
        }
    ]
    assert answer["spreadsheetUrl"] == f"https://docs.google.com/spreadsheets/d/{api.spreadsheet_id}/edit"


def test_values_are_written_told_and_cleared(api: Api) -> None:
    written = api.put("'Sheet1'!A1", [["test_properties 1"]], "USER_ENTERED").json()
    assert written == {
        "spreadsheetId": api.spreadsheet_id,
        "updatedRange": "Sheet1!A1",
        "updatedRows": 1,
        "updatedColumns": 1,
        "updatedCells": 1,
    }
    assert api.get("/values/%27Sheet1%27%21A1", valueRenderOption="FORMATTED_VALUE") == {
        "range": "Sheet1!A1",
        "majorDimension": "ROWS",
        "values": [["test_properties 1"]],
    }
    cleared = api.call("POST", "/values/%27Sheet1%27:clear").json()
    assert cleared == {"spreadsheetId": api.spreadsheet_id, "clearedRange": "Sheet1!A1:Z1000"}
    assert api.get("/values/%27Sheet1%27%21A2%3A2") == {"range": "Sheet1!A2:Z2", "majorDimension": "ROWS"}


def test_several_ranges_are_totalled(api: Api) -> None:
    data = [
        {"range": "'Sheet1'!A1:D1", "values": [["A1", "B1", "", "D1"]]},
        {"range": "'Sheet1'!A4:D4", "values": [["A4", "B4", "", "D4"]]},
    ]
    answer = api.call("POST", "/values:batchUpdate", {"valueInputOption": "RAW", "data": data}).json()
    each = {"spreadsheetId": api.spreadsheet_id, "updatedRows": 1, "updatedColumns": 4, "updatedCells": 4}
    assert answer == {
        "spreadsheetId": api.spreadsheet_id,
        "totalUpdatedRows": 2,
        "totalUpdatedColumns": 4,
        "totalUpdatedCells": 8,
        "totalUpdatedSheets": 1,
        "responses": [{**each, "updatedRange": "Sheet1!A1:D1"}, {**each, "updatedRange": "Sheet1!A4:D4"}],
    }
    assert api.values("'Sheet1'!A1:D4") == [["A1", "B1", "", "D1"], [], [], ["A4", "B4", "", "D4"]]


def test_an_append_tells_the_table_that_it_followed(api: Api) -> None:
    body = {"values": [["one", "", "three"]]}
    query = {"valueInputOption": "RAW", "includeValuesInResponse": "False"}
    updates = {"spreadsheetId": api.spreadsheet_id, "updatedRows": 1, "updatedColumns": 3, "updatedCells": 3}
    first = api.call("POST", "/values/%27Sheet1%27:append", body, **query).json()
    assert first == {"spreadsheetId": api.spreadsheet_id, "updates": {**updates, "updatedRange": "Sheet1!A1:C1"}}
    second = api.call("POST", "/values/%27Sheet1%27%21A1:append", body, **query).json()
    assert second == {
        "spreadsheetId": api.spreadsheet_id,
        "tableRange": "Sheet1!A1",
        "updates": {**updates, "updatedRange": "Sheet1!A2:C2"},
    }


def test_a_sheet_is_added_with_its_properties_and_deleted_without_words(api: Api) -> None:
    extent = {"rowCount": 1, "columnCount": 1}
    asked = {"title": "test 1", "sheetType": "GRID", "gridProperties": extent}
    reply = api.batch({"addSheet": {"properties": asked}})
    made = reply["replies"][0]["addSheet"]["properties"]
    assert made == {"sheetId": made["sheetId"], "index": 1, **asked}
    assert api.batch({"deleteSheet": {"sheetId": made["sheetId"]}}) == {
        "spreadsheetId": api.spreadsheet_id,
        "replies": [{}],
    }


def test_groups_filters_and_empty_masks(api: Api) -> None:
    reply = api.batch({"addDimensionGroup": {"range": span("COLUMNS", 0, 2)}})
    group = {"range": {"dimension": "COLUMNS", "startIndex": 0, "endIndex": 2}, "depth": 1}
    assert reply["replies"] == [{"addDimensionGroup": {"dimensionGroups": [group]}}]
    sheet = api.get()["sheets"][0]
    assert sheet["columnGroups"] == [group]
    assert sheet["properties"]["gridProperties"]["columnGroupControlAfter"] is True
    api.batch({"setBasicFilter": {"filter": {"range": {"sheetId": 0}}}})
    assert api.get()["sheets"][0]["basicFilter"] == {
        "range": {"startRowIndex": 0, "endRowIndex": 1000, "startColumnIndex": 0, "endColumnIndex": 26}
    }
    assert api.get("", fields="namedRanges") == {}
    assert api.get("", fields="sheets/data/rowData/values/note") == {"sheets": [{"data": [{}]}]}
    api.batch({"repeatCell": {"range": grid((1, 2), (1, 2)), "cell": {"note": "n"}, "fields": "note"}})
    assert api.get("", fields="sheets.data.rowData.values.note") == {
        "sheets": [{"data": [{"rowData": [{}, {"values": [{}, {"note": "n"}]}]}]}]
    }


def test_who_protects_cells_is_an_editor_in_the_next_read_not_yet_in_the_reply(api: Api) -> None:
    cells = grid((0, 2), (0, 2))
    asked = {"range": cells, "description": None, "warningOnly": False, "requestingUserCanEdit": False}
    reply = api.batch({"addProtectedRange": {"protectedRange": {**asked, "editors": {"users": [], "groups": []}}}})
    told = reply["replies"][0]["addProtectedRange"]["protectedRange"]
    place = {"startRowIndex": 0, "endRowIndex": 2, "startColumnIndex": 0, "endColumnIndex": 2}
    expected = {"protectedRangeId": told["protectedRangeId"], "range": place, "requestingUserCanEdit": True}
    assert told == {**expected, "editors": {}}
    assert api.get()["sheets"][0]["protectedRanges"] == [{**expected, "editors": {"users": [api.email]}}]


def test_a_warning_has_an_editor_too(api: Api) -> None:
    asked = {"range": grid((0, 2), (0, 2)), "warningOnly": True, "requestingUserCanEdit": False, "editors": None}
    told = api.batch({"addProtectedRange": {"protectedRange": asked}})["replies"][0]["addProtectedRange"]
    assert told["protectedRange"]["editors"] == {}
    read = api.get()["sheets"][0]["protectedRanges"][0]
    assert (read["warningOnly"], read["editors"]) == (True, {"users": [api.email]})


def test_an_imported_csv_is_a_new_sheet_of_the_usual_extent(api: Api) -> None:
    url = f"{api.sandbox.url}/upload/drive/v2/files/{api.spreadsheet_id}"
    headers = {"Content-Type": "text/csv"}
    answer = api.session.put(url, "a,b\nc,d", headers=headers, params={"uploadType": "media", "convert": "True"})
    assert answer.status_code == 200
    (sheet,) = (entry["properties"] for entry in api.get()["sheets"])
    assert sheet["sheetId"] != 0
    assert sheet["gridProperties"] == {"rowCount": 1000, "columnCount": 26}
    assert api.get("/values/Contract")["range"] == "Contract!A1:Z1000"


def test_written_values_come_back_without_the_empty_ends_of_rows(api: Api) -> None:
    body = {"values": [["one", None, None], [None, "three", None], [None, None, "two"]]}
    query = {"valueInputOption": "RAW", "includeValuesInResponse": "True"}
    assert api.call("PUT", "/values/%27Sheet1%27%21A1%3AC3", body, **query).json() == {
        "spreadsheetId": api.spreadsheet_id,
        "updatedRange": "Sheet1!A1:C3",
        "updatedRows": 3,
        "updatedColumns": 3,
        "updatedCells": 3,
        "updatedData": {
            "range": "Sheet1!A1:C3",
            "majorDimension": "ROWS",
            "values": [["one"], ["", "three"], ["", "", "two"]],
        },
    }
