"""Conditional formats, charts, slicers and tables."""

from __future__ import annotations

from sheetsync.sandbox.google.document import Document, Sheet, new_id, new_sheet
from sheetsync.sandbox.google.errors import ApiError
from sheetsync.sandbox.google.grid import EMPTY
from sheetsync.sandbox.google.masks import merged, requested
from sheetsync.sandbox.google.rendering import plain
from sheetsync.sandbox.google.schema import Json, stored
from sheetsync.sandbox.google.styles import with_colour_twins
from sheetsync.sandbox.google.updates.change import Change, replaced, required
from sheetsync.sandbox.google.updates.ranges import bounded
from sheetsync.sandbox.google.updates.sheets import free_id, free_title, place_sheet

EMBEDDED = (("charts", "chartId"), ("slicers", "slicerId"))
DEFAULT_SIZE = {"widthPixels": 600, "heightPixels": 371}
"""The size of a chart for which none is given (seen in real responses)."""


def add_conditional_format_rule(change: Change, request: Json) -> None:
    rule = _rule(change.document, required(request, "rule"))
    sheet = change.document.sheet(rule["ranges"][0]["sheetId"])
    rules = list(sheet.lists["conditionalFormats"])
    index = request.get("index", 0)
    if not 0 <= index <= len(rules):
        raise ApiError(f"index[{index}] is out of bounds: there are {len(rules)} conditional format rules.")
    rules.insert(index, rule)
    sheet.lists["conditionalFormats"] = tuple(rules)


def _rule(document: Document, given: Json) -> Json:
    rule = with_colour_twins(stored("ConditionalFormatRule", given))
    if not rule.get("ranges"):
        raise ApiError("Must specify ranges.")
    ranges = [bounded(document, entry) for entry in rule["ranges"]]
    if len({entry["sheetId"] for entry in ranges}) > 1:
        raise ApiError("All ranges of a conditional format rule must be on the same sheet.")
    if ("booleanRule" in rule) == ("gradientRule" in rule):
        raise ApiError("Must specify either booleanRule or gradientRule.")
    return {**rule, "ranges": ranges}


def update_conditional_format_rule(change: Change, request: Json) -> Json:
    """Replace a rule, or move it to another place in the order."""
    index = request.get("index", 0)
    if "rule" in request:
        new = _rule(change.document, request["rule"])
        sheet = change.document.sheet(new["ranges"][0]["sheetId"])
        rules, old = _rules(sheet, index)
        rules[index] = new
        reply: Json = {"newRule": plain(new), "oldRule": plain(old), "newIndex": index}
    else:
        sheet = change.document.sheet(request.get("sheetId", 0))
        rules, old = _rules(sheet, index)
        target = request.get("newIndex", 0)
        _rules(sheet, target)
        rules.insert(target, rules.pop(index))
        reply = {"newRule": plain(old), "newIndex": target, "oldIndex": index}
    sheet.lists["conditionalFormats"] = tuple(rules)
    return {name: entry for name, entry in reply.items() if entry != 0}


def _rules(sheet: Sheet, index: int) -> tuple[list[Json], Json]:
    rules = list(sheet.lists["conditionalFormats"])
    if not 0 <= index < len(rules):
        raise ApiError(f"No conditional format on sheet: {sheet.sheet_id} at index: {index}")
    return rules, rules[index]


def delete_conditional_format_rule(change: Change, request: Json) -> Json:
    sheet = change.document.sheet(request.get("sheetId", 0))
    rules, old = _rules(sheet, request.get("index", 0))
    rules.remove(old)
    sheet.lists["conditionalFormats"] = tuple(rules)
    return {"rule": plain(old)}


def add_chart(change: Change, request: Json) -> Json:
    return {"chart": plain(_embed(change, "charts", "chartId", stored("EmbeddedChart", required(request, "chart"))))}


def add_slicer(change: Change, request: Json) -> Json:
    return {"slicer": plain(_embed(change, "slicers", "slicerId", stored("Slicer", required(request, "slicer"))))}


def _embed(change: Change, name: str, key: str, given: Json) -> Json:
    """Put a chart or slicer onto the sheet that its position tells, or onto a sheet of its own."""
    required(given, "spec")
    document = change.document
    position = given.get("position", {})
    wanted = given.get(key) or new_id()
    if any(entry[key] == wanted for sheet in document.sheets for entry in sheet.lists[name]):
        raise ApiError(f"An embedded object with the id {wanted} already exists.")
    if position.get("newSheet"):
        sheet = new_sheet(free_id(document, None), free_title(document, None, "Chart"), 1, 1)
        sheet.properties = {**sheet.properties, "sheetType": "OBJECT"}
        place_sheet(document, sheet, None)
        position = {"sheetId": sheet.sheet_id}
    elif "sheetId" in position:
        sheet = document.sheet(position["sheetId"])
    else:
        overlay = {**DEFAULT_SIZE, **position.get("overlayPosition", {})}
        anchor = {"sheetId": 0, "rowIndex": 0, "columnIndex": 0, **overlay.get("anchorCell", {})}
        sheet = document.sheet(anchor["sheetId"])
        position = {"overlayPosition": {**overlay, "anchorCell": anchor}}
    entry = {**given, key: wanted, "position": position}
    sheet.lists[name] += (entry,)
    return entry


def _embedded(document: Document, wanted: int) -> tuple[Sheet, str, Json]:
    for sheet in document.sheets:
        for name, key in EMBEDDED:
            for entry in sheet.lists[name]:
                if entry[key] == wanted:
                    return sheet, name, entry
    raise ApiError(f"No embedded object with id: {wanted}")


def update_chart_spec(change: Change, request: Json) -> None:
    sheet, name, old = _embedded(change.document, request.get("chartId", 0))
    new = {**old, "spec": stored("ChartSpec", required(request, "spec"))}
    sheet.lists[name] = replaced(sheet.lists[name], old, new)


def update_slicer_spec(change: Change, request: Json) -> None:
    sheet, name, old = _embedded(change.document, request.get("slicerId", 0))
    mask = requested(request.get("fields"), "SlicerSpec")
    new = {**old, "spec": merged(mask, old["spec"], stored("SlicerSpec", required(request, "spec")))}
    sheet.lists[name] = replaced(sheet.lists[name], old, new)


def update_embedded_object_position(change: Change, request: Json) -> Json:
    sheet, name, old = _embedded(change.document, request.get("objectId", 0))
    given = stored("EmbeddedObjectPosition", required(request, "newPosition"))
    # The mask's root is the position's overlay, unless it names that itself.
    fields = request.get("fields") or ""
    rooted = (
        fields if fields.startswith(("overlayPosition", "newSheet", "sheetId", "*")) else f"overlayPosition({fields})"
    )
    mask = requested(rooted if fields else None, "EmbeddedObjectPosition")
    new = {**old, "position": merged(mask, old["position"], given)}
    anchor = new["position"].get("overlayPosition", {}).get("anchorCell", {})
    target = change.document.sheet(anchor.get("sheetId", 0)) if anchor else sheet
    sheet.lists[name] = replaced(sheet.lists[name], old, new if target is sheet else None)
    if target is not sheet:
        target.lists[name] += (new,)
    return {"position": plain(new["position"])}


def delete_embedded_object(change: Change, request: Json) -> None:
    sheet, name, old = _embedded(change.document, request.get("objectId", 0))
    sheet.lists[name] = replaced(sheet.lists[name], old, None)
    if sheet.properties["sheetType"] == "OBJECT":
        change.document.sheets.remove(sheet)


def add_table(change: Change, request: Json) -> Json:
    given = with_colour_twins(stored("Table", required(request, "table")))
    grid_range = bounded(change.document, required(given, "range"))
    area = change.document.area(grid_range)
    change.guard(area)
    sheet = change.sheet_of(area)
    if any(change.document.area(entry["range"]).meets(area) for entry in sheet.lists["tables"]):
        raise ApiError("You cannot create a table that overlaps another table.")
    tables = [entry for each in change.document.sheets for entry in each.lists["tables"]]
    name = given.get("name") or f"Table{len(tables) + 1}"
    _check_name(tables, name)
    wanted = given.get("tableId") or str(new_id())
    if any(entry["tableId"] == wanted for entry in tables):
        raise ApiError(f"A table with the id {wanted} already exists.")
    entry = {**given, "tableId": wanted, "name": name, "range": grid_range}
    entry["columnProperties"] = _columns(change.document, entry)
    sheet.lists["tables"] += (entry,)
    return {"table": plain(entry)}


def _check_name(tables: list[Json], name: str, own: Json | None = None) -> None:
    if not name:
        raise ApiError("The name of a table must not be empty.")
    if any(entry is not own and entry["name"].casefold() == name.casefold() for entry in tables):
        raise ApiError(f'A table with the name "{name}" already exists.')


def _columns(document: Document, table: Json) -> list[Json]:
    """A table's columns: the names given, else those of its first row, else numbered ones."""
    area = document.area(table["range"])
    sheet = document.sheet(area.sheet_id)
    given = {entry.get("columnIndex", 0): entry for entry in table.get("columnProperties", ())}
    columns: list[Json] = []
    for index in range(area.width):
        header = document.value(sheet, area.top, area.left + index)
        entry = given.get(index, {})
        if entry.get("columnType") == "DROPDOWN" and "dataValidationRule" not in entry:
            raise ApiError("A dropdown column must have a data validation rule of type ONE_OF_LIST.")
        name = entry.get("columnName") or (str(header) if header is not None else f"Column {index + 1}")
        columns.append({**({"columnIndex": index} if index else {}), **entry, "columnName": name})
    return columns


def _table(document: Document, wanted: object) -> tuple[Sheet, Json]:
    for sheet in document.sheets:
        for entry in sheet.lists["tables"]:
            if entry["tableId"] == wanted:
                return sheet, entry
    raise ApiError(f"No table with id: {wanted}")


def update_table(change: Change, request: Json) -> None:
    given, mask = required(request, "table"), requested(request.get("fields"), "Table")
    sheet, old = _table(change.document, given.get("tableId"))
    new = merged(mask, old, with_colour_twins(stored("Table", given)))
    new["tableId"] = old["tableId"]
    new["range"] = bounded(change.document, new.get("range") or old["range"])
    if new["range"]["sheetId"] != sheet.sheet_id:
        raise ApiError("A table cannot be moved to another sheet.")
    new.setdefault("name", "")
    _check_name([entry for each in change.document.sheets for entry in each.lists["tables"]], new["name"], old)
    new["columnProperties"] = _columns(change.document, new)
    change.guard(change.document.area(new["range"]))
    sheet.lists["tables"] = replaced(sheet.lists["tables"], old, new)


def delete_table(change: Change, request: Json) -> None:
    """Take a table away, with the contents and formats of its cells (the API's guide to tables)."""
    sheet, old = _table(change.document, request.get("tableId"))
    area = change.document.area(old["range"])
    change.guard(area)
    end = min(area.bottom, sheet.grid.used_rows())
    sheet.grid.map_rows(area.top, end, lambda row: row.with_piece(area.left, area.width, EMPTY))
    sheet.lists["tables"] = replaced(sheet.lists["tables"], old, None)
