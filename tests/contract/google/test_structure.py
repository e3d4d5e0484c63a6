"""Rows, columns and sheets come and go, and everything that hangs on them follows."""

from __future__ import annotations

from typing import Any

from tests.contract.google.conftest import Api
from tests.contract.google.test_cells import grid

Json = dict[str, Any]
EVERYTHING_ELSE = (
    "sheets(properties,merges,basicFilter,protectedRanges(range,protectedRangeId),tables,bandedRanges,filterViews)"
)


def span(dimension: str, start: int, end: int, sheet_id: int = 0) -> Json:
    return {"sheetId": sheet_id, "dimension": dimension, "startIndex": start, "endIndex": end}


def dressed(api: Api) -> None:
    """Put one of each thing that has a range on C3:D4, and developer metadata on row 3 and column C."""
    area = grid((2, 4), (2, 4))
    api.batch(
        {"addNamedRange": {"namedRange": {"namedRangeId": "n", "name": "target", "range": area}}},
        {"mergeCells": {"range": grid((2, 3), (2, 4)), "mergeType": "MERGE_ALL"}},
        {"setBasicFilter": {"filter": {"range": area}}},
        {"addProtectedRange": {"protectedRange": {"protectedRangeId": 7, "range": area}}},
        {"addFilterView": {"filter": {"filterViewId": 8, "title": "view", "range": area}}},
        {"createDeveloperMetadata": {"developerMetadata": metadata(1, "row", span("ROWS", 2, 3))}},
        {"createDeveloperMetadata": {"developerMetadata": metadata(2, "column", span("COLUMNS", 2, 3))}},
    )
    api.put("C3", [[1]])
    api.put("A10", [["=SUM(C3:D4)"]], "USER_ENTERED")


def metadata(number: int, key: str, place: Json) -> Json:
    location = {"dimensionRange": place}
    return {"metadataId": number, "metadataKey": key, "location": location, "visibility": "DOCUMENT"}


def ranges(api: Api) -> list[Json]:
    """Where the things of `dressed` are now, the merge's first row apart."""
    data = api.get("", fields="namedRanges.range,sheets(basicFilter,protectedRanges,filterViews,merges)")
    sheet = data["sheets"][0]
    found = [data["namedRanges"][0]["range"], sheet["basicFilter"]["range"]]
    return [*found, sheet["protectedRanges"][0]["range"], sheet["filterViews"][0]["range"]]


def test_inserted_rows_move_everything_below_them(api: Api) -> None:
    dressed(api)
    api.batch({"insertDimension": {"range": span("ROWS", 1, 4)}})
    moved = {name: value for name, value in grid((5, 7), (2, 4)).items() if name != "sheetId"}
    assert ranges(api) == [moved] * 4
    assert api.values("A13", valueRenderOption="FORMULA") == [["=SUM(C6:D7)"]]
    assert api.get("/developerMetadata/1")["location"]["dimensionRange"] == {
        "dimension": "ROWS",
        "startIndex": 5,
        "endIndex": 6,
    }
    assert api.get("/developerMetadata/2")["location"]["dimensionRange"]["startIndex"] == 2


def test_inserted_columns_move_everything_to_their_right(api: Api) -> None:
    dressed(api)
    api.batch({"insertDimension": {"range": span("COLUMNS", 0, 1), "inheritFromBefore": False}})
    moved = {name: value for name, value in grid((2, 4), (3, 5)).items() if name != "sheetId"}
    assert ranges(api) == [moved] * 4
    assert api.get("/developerMetadata/2")["location"]["dimensionRange"]["startIndex"] == 3
    assert api.values("B10", valueRenderOption="FORMULA") == [["=SUM(D3:E4)"]]


def test_deleted_rows_shrink_ranges_and_end_what_was_on_them(api: Api) -> None:
    dressed(api)
    api.batch({"deleteDimension": {"range": span("ROWS", 2, 3)}})
    moved = {name: value for name, value in grid((2, 3), (2, 4)).items() if name != "sheetId"}
    assert ranges(api) == [moved] * 4
    assert "merges" not in api.get()["sheets"][0]
    assert api.call("GET", "/developerMetadata/1").status_code == 404
    assert api.values("A9", valueRenderOption="FORMULA") == [["=SUM(C3:D3)"]]
    assert api.get()["sheets"][0]["properties"]["gridProperties"]["rowCount"] == 999


def test_ranges_that_are_deleted_whole_are_gone(api: Api) -> None:
    dressed(api)
    api.batch({"deleteDimension": {"range": span("ROWS", 2, 4)}})
    answer = api.get()
    assert "namedRanges" not in answer
    assert answer["sheets"][0].keys() == {"properties"}
    assert api.values("A8") == [["#REF!"]]


def test_moved_rows_take_their_metadata_along(api: Api) -> None:
    dressed(api)
    api.batch({"moveDimension": {"source": span("ROWS", 2, 3), "destinationIndex": 6}})
    assert api.values("C6") == [["1"]]
    assert api.get("/developerMetadata/1")["location"]["dimensionRange"]["startIndex"] == 5


def test_cutting_the_grid_is_like_deleting(api: Api) -> None:
    api.put("A1:A3", [["=SUM(B1:B10)"], [2], [3]], "USER_ENTERED")
    api.batch(
        {
            "updateSheetProperties": {
                "properties": {"gridProperties": {"rowCount": 2}},
                "fields": "gridProperties/rowCount",
            }
        }
    )
    assert api.values("Sheet1", valueRenderOption="FORMULA") == [["=SUM(B1:B2)"], [2]]


def test_insert_range_shifts_only_the_columns_named(api: Api) -> None:
    api.put("A1:B3", [["a1", "b1"], ["a2", "b2"], ["a3", "b3"]])
    api.put("D1", [["=A2"]], "USER_ENTERED")
    api.batch({"insertRange": {"range": grid((1, 2), (0, 1)), "shiftDimension": "ROWS"}})
    assert api.values("A1:B4") == [["a1", "b1"], ["", "b2"], ["a2", "b3"], ["a3"]]
    assert api.values("D1", valueRenderOption="FORMULA") == [["=A3"]]
    api.batch({"deleteRange": {"range": grid((1, 2), (0, 1)), "shiftDimension": "ROWS"}})
    assert api.values("A1:B3") == [["a1", "b1"], ["a2", "b2"], ["a3", "b3"]]
    api.batch({"insertRange": {"range": grid((0, 1), (0, 2)), "shiftDimension": "COLUMNS"}})
    assert api.values("A1:F1", valueRenderOption="FORMULA") == [["", "", "a1", "b1", "", "=A2"]]


def test_renamed_and_deleted_sheets_are_followed_by_formulas(api: Api) -> None:
    api.batch({"addSheet": {"properties": {"sheetId": 5, "title": "Source"}}})
    api.put("Source!A1", [[7]])
    api.put("Sheet1!A1", [["=Source!A1+1"]], "USER_ENTERED")
    api.batch({"updateSheetProperties": {"properties": {"sheetId": 5, "title": "New name"}, "fields": "title"}})
    assert api.values("Sheet1!A1", valueRenderOption="FORMULA") == [["='New name'!A1+1"]]
    assert api.values("Sheet1!A1") == [["8"]]
    api.batch({"deleteSheet": {"sheetId": 5}})
    assert api.values("Sheet1!A1") == [["#REF!"]]


def test_a_sheet_taken_at_a_chosen_id_is_found_by_it(api: Api) -> None:
    reply = api.batch({"addSheet": {"properties": {"sheetId": 99, "title": "Mine", "index": 0, "hidden": True}}})
    assert reply["replies"][0]["addSheet"]["properties"] == {
        "sheetId": 99,
        "title": "Mine",
        "index": 0,
        "sheetType": "GRID",
        "gridProperties": {"rowCount": 1000, "columnCount": 26},
        "hidden": True,
    }
    assert "already exists" in api.refusal({"addSheet": {"properties": {"sheetId": 99}}})


def test_a_duplicated_sheet_has_all_that_the_first_has_under_new_ids(api: Api) -> None:
    dressed(api)
    reply = api.batch({"duplicateSheet": {"sourceSheetId": 0, "newSheetId": 3, "newSheetName": "Twin"}})
    assert reply["replies"][0]["duplicateSheet"]["properties"]["index"] == 0
    twin, first = api.get()["sheets"]
    assert twin["protectedRanges"][0]["protectedRangeId"] != first["protectedRanges"][0]["protectedRangeId"]
    assert twin["basicFilter"]["range"]["sheetId"] == 3
    assert api.values("Twin!A10", valueRenderOption="FORMULA") == [["=SUM(C3:D4)"]]


def test_a_moved_sheet_stands_where_the_index_pointed_before(api: Api) -> None:
    api.batch(*({"addSheet": {"properties": {"sheetId": number, "title": f"S{number}"}}} for number in (1, 2, 3)))
    api.batch({"updateSheetProperties": {"properties": {"sheetId": 0, "index": 2}, "fields": "index"}})
    order = [sheet["properties"]["sheetId"] for sheet in api.get()["sheets"]]
    assert order == [1, 0, 2, 3]


def test_nested_groups_are_told_by_depth(api: Api) -> None:
    api.batch({"addDimensionGroup": {"range": span("ROWS", 0, 4)}})
    reply = api.batch({"addDimensionGroup": {"range": span("ROWS", 2, 5)}})["replies"][0]
    groups = reply["addDimensionGroup"]["dimensionGroups"]
    assert [(entry["range"]["startIndex"], entry["range"]["endIndex"], entry["depth"]) for entry in groups] == [
        (0, 5, 1),
        (2, 4, 2),
    ]


def test_sizes_and_hiding_of_rows_are_kept(api: Api) -> None:
    change = {"properties": {"pixelSize": 40, "hiddenByUser": True}, "fields": "pixelSize,hiddenByUser"}
    api.batch({"updateDimensionProperties": {"range": span("ROWS", 1, 2), **change}})
    data = api.get("", fields="sheets.data.rowMetadata", ranges="A1:A3")["sheets"][0]["data"][0]["rowMetadata"]
    assert data == [{"pixelSize": 21}, {"hiddenByUser": True, "pixelSize": 40}, {"pixelSize": 21}]


def test_tables_charts_rules_and_bands_are_kept_and_returned(api: Api) -> None:
    area = grid((0, 3), (0, 2))
    api.put("A1:B1", [["Name", "Hours"]])
    condition = {"condition": {"type": "NUMBER_GREATER", "values": [{"userEnteredValue": "8"}]}, "format": {}}
    source = {"sourceRange": {"sources": [area]}}
    chart = {"basicChart": {"chartType": "COLUMN", "domains": [{"domain": source}]}}
    replies = api.batch(
        {"addTable": {"table": {"name": "Report", "tableId": "t1", "range": area}}},
        {"addConditionalFormatRule": {"rule": {"ranges": [area], "booleanRule": condition}, "index": 0}},
        {"addChart": {"chart": {"chartId": 4, "spec": chart, "position": {"overlayPosition": {}}}}},
        {"addBanding": {"bandedRange": {"bandedRangeId": 6, "range": area}}},
    )["replies"]
    columns = replies[0]["addTable"]["table"]["columnProperties"]
    assert columns == [{"columnName": "Name"}, {"columnIndex": 1, "columnName": "Hours"}]
    assert replies[2]["addChart"]["chart"]["spec"] == {
        "basicChart": {
            "chartType": "COLUMN",
            "domains": [{"domain": {"sourceRange": {"sources": [{k: v for k, v in area.items() if k != "sheetId"}]}}}],
        }
    }
    sheet = api.get()["sheets"][0]
    assert {"tables", "conditionalFormats", "charts", "bandedRanges"} <= sheet.keys()
    api.batch({"insertDimension": {"range": span("ROWS", 0, 2)}})
    sheet = api.get()["sheets"][0]
    moved = {**area, "startRowIndex": 2, "endRowIndex": 5}
    del moved["sheetId"]
    assert sheet["tables"][0]["range"] == moved
    assert sheet["conditionalFormats"][0]["ranges"] == [moved]
    sources = sheet["charts"][0]["spec"]["basicChart"]["domains"][0]["domain"]["sourceRange"]["sources"]
    assert sources == [moved]
    wider = {"tableId": "t1", "range": {**moved, "endRowIndex": 9}}
    api.batch({"updateTable": {"table": wider, "fields": "range"}})
    assert api.get()["sheets"][0]["tables"][0]["range"]["endRowIndex"] == 9
    api.batch({"deleteTable": {"tableId": "t1"}}, {"deleteEmbeddedObject": {"objectId": 4}})
    assert not {"tables", "charts"} & api.get()["sheets"][0].keys()


def test_a_sheet_is_copied_to_another_spreadsheet(api: Api) -> None:
    api.put("A1", [["carried"]])
    other = Api(api.sandbox, api.sandbox.create("Other", share_with=[api.email]))
    answer = api.call("POST", "/sheets/0:copyTo", {"destinationSpreadsheetId": other.spreadsheet_id}).json()
    assert answer["title"] == "Copy of Sheet1"
    assert other.values("Copy of Sheet1!A1") == [["carried"]]


def test_a_spreadsheet_is_created_with_sheets_and_cells(api: Api) -> None:
    cell = {"userEnteredValue": {"stringValue": "hello"}}
    body = {
        "properties": {"title": "Made", "locale": "de_DE", "timeZone": "Europe/Berlin"},
        "sheets": [{"properties": {"title": "First"}, "data": [{"rowData": [{"values": [cell]}]}]}],
    }
    made = api.session.post(f"{api.sandbox.url}/v4/spreadsheets", json=body, timeout=30).json()
    assert made["properties"]["locale"] == "de_DE"
    assert Api(api.sandbox, made["spreadsheetId"]).values("First!A1") == [["hello"]]
