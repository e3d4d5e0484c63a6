"""spreadsheets.create: a new spreadsheet with what the request's body gives it."""

from __future__ import annotations

from sheetsync.sandbox.google.schema import Json
from sheetsync.sandbox.google.updates.cells import update_cells
from sheetsync.sandbox.google.updates.change import Change
from sheetsync.sandbox.google.updates.metadata import create as create_metadata
from sheetsync.sandbox.google.updates.ranges import add_named_range, merge_cells, set_basic_filter
from sheetsync.sandbox.google.updates.sheets import add_sheet, update_spreadsheet_properties

SETTABLE = ("title", "locale", "timeZone", "autoRecalc")


def fill_new(change: Change, body: Json) -> None:
    """Fill a document that has only its default sheet, as far as the body gives properties, sheets and names.

    Raises:
        ApiError: part of the body cannot be.
    """
    document = change.document
    properties = {name: entry for name, entry in body.get("properties", {}).items() if name in SETTABLE and entry}
    if properties:
        update_spreadsheet_properties(change, {"properties": properties, "fields": ",".join(properties)})
    if body.get("sheets"):
        document.sheets.clear()
        for sheet in body["sheets"]:
            _add(change, sheet)
    for named in body.get("namedRanges", ()):
        add_named_range(change, {"namedRange": named})
    for metadata in body.get("developerMetadata", ()):
        create_metadata(change, {"developerMetadata": metadata})


def _add(change: Change, sheet: Json) -> None:
    properties = dict(sheet.get("properties", {}))
    properties.pop("index", None)
    sheet_id = add_sheet(change, {"properties": properties})["properties"]["sheetId"]
    for data in sheet.get("data", ()):
        start = {"sheetId": sheet_id, "rowIndex": data.get("startRow", 0), "columnIndex": data.get("startColumn", 0)}
        update_cells(change, {"start": start, "rows": data.get("rowData", []), "fields": "*"})
    for merge in sheet.get("merges", ()):
        merge_cells(change, {"range": {**merge, "sheetId": sheet_id}})
    for metadata in sheet.get("developerMetadata", ()):
        create_metadata(change, {"developerMetadata": {**metadata, "location": {"sheetId": sheet_id}}})
    if "basicFilter" in sheet:
        basic = sheet["basicFilter"]
        set_basic_filter(change, {"filter": {**basic, "range": {**basic.get("range", {}), "sheetId": sheet_id}}})
