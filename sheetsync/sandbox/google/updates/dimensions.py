"""Rows and columns: insert, delete, append, move, their properties, their groups."""

from __future__ import annotations

from sheetsync.sandbox.google.document import MOST_COLUMNS, Area, Dimension, Sheet
from sheetsync.sandbox.google.errors import ApiError
from sheetsync.sandbox.google.masks import merged, requested
from sheetsync.sandbox.google.rendering import PIXELS, formatted, plain
from sheetsync.sandbox.google.schema import Json, stored
from sheetsync.sandbox.google.spans import Shift, Span
from sheetsync.sandbox.google.structure import charge, resize, shift
from sheetsync.sandbox.google.updates.change import Change, required

PIXELS_A_CHARACTER = 7
PIXELS_AROUND = 9
LONGEST_GROUP_DEPTH = 8


def _dimension(value: str) -> Dimension:
    if value == "ROWS":
        return "ROWS"
    if value == "COLUMNS":
        return "COLUMNS"
    raise ApiError("dimension must be ROWS or COLUMNS.")


def _span(change: Change, span: Json) -> tuple[Sheet, Dimension, int, int]:
    """The sheet, the dimension and the ends of a DimensionRange; open ends go to the grid's edge."""
    sheet = change.document.sheet(span.get("sheetId", 0), "sheet")
    dimension = _dimension(span.get("dimension", ""))
    extent = sheet.extent(dimension)
    start, end = span.get("startIndex", 0), span.get("endIndex", extent)
    if start < 0 or end < start:
        raise ApiError(f"range endIndex[{end}] must not be less than startIndex[{start}]")
    return sheet, dimension, start, end


def _inside(change: Change, span: Json) -> tuple[Sheet, Dimension, int, int]:
    """As `_span`, inside the grid: a start past it is refused, an end past it is cut (seen in real responses)."""
    sheet, dimension, start, end = _span(change, span)
    extent = sheet.extent(dimension)
    if start >= extent:
        raise ApiError(f"range.startIndex[{start}] must be less than the number of {dimension.lower()}[{extent}]")
    return sheet, dimension, start, min(end, extent)


def _stripe(sheet: Sheet, dimension: Dimension, start: int, end: int) -> Area:
    whole = sheet.area
    if dimension == "ROWS":
        return Area(sheet.sheet_id, start, 0, end, whole.right)
    return Area(sheet.sheet_id, 0, start, whole.bottom, end)


def insert_dimension(change: Change, request: Json) -> None:
    sheet, dimension, start, end = _span(change, required(request, "range"))
    extent, before = sheet.extent(dimension), bool(request.get("inheritFromBefore"))
    if before and start == 0:
        raise ApiError("inheritFromBefore cannot be true when inserting at the first row or column.")
    if start > extent:
        raise ApiError(f"range.startIndex[{start}] cannot be greater than the number of {dimension.lower()}[{extent}]")
    across = sheet.grid.column_count if dimension == "ROWS" else sheet.grid.row_count
    charge(change.document, (end - start) * across)
    _check_columns(sheet, dimension, end - start)
    change.guard(_stripe(sheet, dimension, start, start + 1))
    pattern = start - 1 if before or start == extent else start
    shift(change.document, Shift("insert", sheet.sheet_id, dimension, start, end), pattern)


def _check_columns(sheet: Sheet, dimension: Dimension, count: int) -> None:
    if dimension == "COLUMNS" and sheet.grid.column_count + count > MOST_COLUMNS:
        raise ApiError(f"The sheet can't have more than {MOST_COLUMNS} columns.")


def delete_dimension(change: Change, request: Json) -> None:
    sheet, dimension, start, end = _inside(change, required(request, "range"))
    extent, word = sheet.extent(dimension), dimension.lower()
    if end - start >= extent:
        raise ApiError(f"You can't delete all the {word} on the sheet.")
    frozen_name = "frozenRowCount" if dimension == "ROWS" else "frozenColumnCount"
    grid = sheet.properties.get("gridProperties", {})
    frozen = grid.get(frozen_name, 0)
    left_frozen = frozen - max(0, min(end, frozen) - start)
    if extent - (end - start) <= left_frozen:
        raise ApiError(f"Sorry, it is not possible to delete all non-frozen {word}.")
    change.guard(_stripe(sheet, dimension, start, end))
    shift(change.document, Shift("delete", sheet.sheet_id, dimension, start, end))
    if frozen:
        kept = {name: entry for name, entry in {**grid, frozen_name: left_frozen}.items() if entry}
        sheet.properties = {**sheet.properties, "gridProperties": kept}


def append_dimension(change: Change, request: Json) -> None:
    sheet = change.document.sheet(request.get("sheetId", 0), "sheet")
    dimension, length = _dimension(request.get("dimension", "")), request.get("length", 0)
    if length < 1:
        raise ApiError(f"length[{length}] must be greater than 0.")
    _check_columns(sheet, dimension, length)
    rows, columns = sheet.grid.row_count, sheet.grid.column_count
    if dimension == "ROWS":
        resize(change.document, sheet, rows + length, columns)
    else:
        resize(change.document, sheet, rows, columns + length)


def move_dimension(change: Change, request: Json) -> None:
    sheet, dimension, start, end = _inside(change, required(request, "source"))
    destination = request.get("destinationIndex", 0)
    if not 0 <= destination <= sheet.extent(dimension):
        raise ApiError(f"destinationIndex[{destination}] lies outside the grid.")
    if start < destination < end:
        raise ApiError("You cannot move rows or columns into themselves.")
    change.guard(_stripe(sheet, dimension, min(start, destination), max(end, destination)))
    shift(change.document, Shift("move", sheet.sheet_id, dimension, start, end, destination))


def update_dimension_properties(change: Change, request: Json) -> None:
    mask = requested(request.get("fields"), "DimensionProperties")
    sheet, dimension, start, end = _inside(change, required(request, "range"))
    new = stored("DimensionProperties", request.get("properties", {}))
    if mask.picks("pixelSize") and new.get("pixelSize", 0) < 0:
        raise ApiError(f"properties.pixelSize[{new['pixelSize']}] must not be negative.")
    known = sheet.dimensions(dimension)
    for index in range(start, end):
        known[index] = merged(mask, known.get(index, {}), new)


def auto_resize_dimensions(change: Change, request: Json) -> None:
    """Fit sizes to contents, by the number of characters: fonts are not measured."""
    sheet, dimension, start, end = _inside(change, required(request, "dimensions"))
    for index in range(start, end):
        known = sheet.dimensions(dimension)
        size = _fitting_width(change, sheet, index) if dimension == "COLUMNS" else _fitting_height(change, sheet, index)
        known[index] = {**known.get(index, {}), "pixelSize": size}


def _fitting_width(change: Change, sheet: Sheet, column: int) -> int:
    longest = 0
    for index, row in sheet.grid.filled_rows():
        if row.value(column) is not None:
            text = formatted(change.document.value(sheet, index, column), row.style(column), change.document.locale)
            longest = max(longest, *(len(line) for line in text.split("\n")))
    return longest * PIXELS_A_CHARACTER + PIXELS_AROUND if longest else PIXELS["COLUMNS"]


def _fitting_height(change: Change, sheet: Sheet, index: int) -> int:
    row = sheet.grid.row(index)
    texts = [change.document.value(sheet, index, column) for column in range(len(row.values))]
    return PIXELS["ROWS"] * max([str(text).count("\n") + 1 for text in texts] or [1])


def add_dimension_group(change: Change, request: Json) -> Json:
    return _regrouped(change, request, 1)


def delete_dimension_group(change: Change, request: Json) -> Json:
    return _regrouped(change, request, -1)


def _regrouped(change: Change, request: Json, step: int) -> Json:
    """Deepen or flatten the grouping of a range by one; groups follow from the depths, as documented."""
    sheet, dimension, start, end = _inside(change, required(request, "range"))
    name = "rowGroups" if dimension == "ROWS" else "columnGroups"
    depths = _depths(sheet.lists[name])
    touched = [index for index in range(start, end) if depths.get(index, 0) > 0]
    if step < 0 and not touched:
        raise ApiError(f"There is no group from {start} to {end}.")
    for index in range(start, end) if step > 0 else touched:
        depths[index] = depths.get(index, 0) + step
    if max(depths.values(), default=0) > LONGEST_GROUP_DEPTH:
        raise ApiError(f"Groups cannot be nested more than {LONGEST_GROUP_DEPTH} deep.")
    collapsed = {_key(entry) for entry in sheet.lists[name] if entry.get("collapsed")}
    groups = [_group(sheet, dimension, span, depth) for depth, span in _levels(depths)]
    groups = [{**entry, "collapsed": True} if _key(entry) in collapsed else entry for entry in groups]
    sheet.lists[name] = tuple(groups)
    if step > 0:
        control = "rowGroupControlAfter" if dimension == "ROWS" else "columnGroupControlAfter"
        grid = {**sheet.properties.get("gridProperties", {}), control: True}
        sheet.properties = {**sheet.properties, "gridProperties": grid}
    return {"dimensionGroups": [plain(entry) for entry in groups]} if groups else {}


def _depths(groups: tuple[Json, ...]) -> dict[int, int]:
    depths: dict[int, int] = {}
    for entry in groups:
        for index in range(entry["range"]["startIndex"], entry["range"]["endIndex"]):
            depths[index] = depths.get(index, 0) + 1
    return depths


def _levels(depths: dict[int, int]) -> list[tuple[int, Span]]:
    found: list[tuple[int, Span]] = []
    for depth in range(1, max(depths.values(), default=0) + 1):
        deep = sorted(index for index, value in depths.items() if value >= depth)
        start = 0
        for number, index in enumerate(deep):
            if number + 1 == len(deep) or deep[number + 1] != index + 1:
                found.append((depth, (deep[start], index + 1)))
                start = number + 1
    return found


def _group(sheet: Sheet, dimension: Dimension, span: Span, depth: int) -> Json:
    ends = {"startIndex": span[0], "endIndex": span[1]}
    return {"range": {"sheetId": sheet.sheet_id, "dimension": dimension, **ends}, "depth": depth}


def _key(group: Json) -> tuple[int, int, int]:
    return group["range"]["startIndex"], group["range"]["endIndex"], group["depth"]


def update_dimension_group(change: Change, request: Json) -> None:
    """Collapse or open the group with the range and depth given."""
    given = required(request, "dimensionGroup")
    requested(request.get("fields"), "DimensionGroup")
    sheet, dimension, start, end = _inside(change, required(given, "range"))
    name, collapsed = "rowGroups" if dimension == "ROWS" else "columnGroups", bool(given.get("collapsed"))
    wanted = (start, end, given.get("depth", 0))
    if wanted not in {_key(entry) for entry in sheet.lists[name]}:
        raise ApiError(f"There is no group of depth {wanted[2]} from {start} to {end}.")
    bare = [{key: part for key, part in entry.items() if key != "collapsed"} for entry in sheet.lists[name]]
    old = {_key(entry) for entry in sheet.lists[name] if entry.get("collapsed")} - {wanted}
    closed = old | ({wanted} if collapsed else set())
    sheet.lists[name] = tuple({**entry, "collapsed": True} if _key(entry) in closed else entry for entry in bare)
    known = sheet.dimensions(dimension)
    for index in range(start, end):
        kept = {key: part for key, part in known.get(index, {}).items() if key != "hiddenByUser"}
        known[index] = {**kept, "hiddenByUser": True} if collapsed else kept
