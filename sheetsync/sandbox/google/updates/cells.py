"""updateCells, repeatCell, appendCells, setDataValidation and updateBorders."""

from __future__ import annotations

from sheetsync.sandbox.google.a1 import Box
from sheetsync.sandbox.google.cellwrites import CellWriter
from sheetsync.sandbox.google.document import Area, Sheet
from sheetsync.sandbox.google.errors import ApiError
from sheetsync.sandbox.google.formulas import translate
from sheetsync.sandbox.google.grid import Row
from sheetsync.sandbox.google.masks import Mask, parsed, requested
from sheetsync.sandbox.google.schema import Json, stored
from sheetsync.sandbox.google.structure import resize
from sheetsync.sandbox.google.updates.change import Change, one_of, required

NO_CELL: Json = {}
EDGES = ("top", "bottom", "left", "right")


def update_cells(change: Change, request: Json) -> None:
    """Write rows of cells; with a `range`, cells of it that no row covers lose the masked fields, as documented."""
    mask = requested(request.get("fields"), "CellData")
    rows = [row.get("values", []) for row in request.get("rows", ())]
    if "range" in request:
        area = change.writable(request)
    elif "start" in request:
        area = _from_start(change, required(request, "start"), rows)
    else:
        raise ApiError("Must specify either start or range.")
    _check_inside(area, rows)
    writer = CellWriter(mask)
    sheet = change.sheet_of(area)
    blank = [NO_CELL] * area.width if "range" in request else []
    for offset in range(area.height if "range" in request else len(rows)):
        cells = rows[offset] if offset < len(rows) else []
        covered = cells + blank[len(cells) :]
        if covered:
            _put(sheet, area.top + offset, writer, area.left, covered)


def _from_start(change: Change, start: Json, rows: list[list[Json]]) -> Area:
    sheet, top, left = change.corner(start)
    area = sheet.inside(Box(top, None, left, None))
    width = max((len(row) for row in rows), default=0)
    written = Area(sheet.sheet_id, top, left, min(top + len(rows), area.bottom), min(left + width, area.right))
    change.guard(written)
    return area


def _check_inside(area: Area, rows: list[list[Json]]) -> None:
    """Refuse rows and cells past the range or the grid (the text for rows was seen in real responses)."""
    if len(rows) > area.height:
        last = area.bottom - 1
        raise ApiError(f"Attempting to write row: {last + 1}, beyond the last requested row of: {last}")
    if max((len(row) for row in rows), default=0) > area.width:
        last = area.right - 1
        raise ApiError(f"Attempting to write column: {last + 1}, beyond the last requested column of: {last}")


def _put(sheet: Sheet, index: int, writer: CellWriter, left: int, cells: list[Json]) -> None:
    before = sheet.grid.row(index)
    if before.width or any(cells):
        sheet.grid.put(index, writer.written(before, left, cells))


def repeat_cell(change: Change, request: Json) -> None:
    """Write one cell's masked fields into every cell of a range; formulas move along."""
    mask = requested(request.get("fields"), "CellData")
    area = change.writable(request)
    cell = request.get("cell", NO_CELL)
    sheet = change.sheet_of(area)
    writer = CellWriter(mask)
    formula = cell.get("userEnteredValue", {}).get("formulaValue") if mask.picks("userEnteredValue") else None
    if formula is not None:
        for row in range(area.top, area.bottom):
            cells = [_moved(cell, formula, row - area.top, column) for column in range(area.width)]
            sheet.grid.put(row, writer.written(sheet.grid.row(row), area.left, cells))
    else:
        _repeat(sheet, area, writer, cell)


def _repeat(sheet: Sheet, area: Area, writer: CellWriter, cell: Json) -> None:
    cells = [cell] * area.width
    end = area.bottom if cell else min(area.bottom, sheet.grid.used_rows())
    # Rows below the data are all alike, and so are their results.
    empty_result: Row | None = None
    for index in range(area.top, end):
        before = sheet.grid.row(index)
        if before.width:
            sheet.grid.put(index, writer.written(before, area.left, cells))
            continue
        if empty_result is None:
            empty_result = writer.written(before, area.left, cells)
        if empty_result.width:
            sheet.grid.put(index, empty_result)


def _moved(cell: Json, formula: str, rows: int, columns: int) -> Json:
    return {**cell, "userEnteredValue": {"formulaValue": translate(formula, rows, columns)}}


def append_cells(change: Change, request: Json) -> None:
    """Write rows after the last row with data of the sheet (or of a table); the grid grows as needed."""
    mask = requested(request.get("fields"), "CellData")
    rows = [row.get("values", []) for row in request.get("rows", ())]
    sheet = change.document.sheet(request.get("sheetId", 0))
    left, width = 0, max((len(row) for row in rows), default=0)
    top = sheet.grid.used_rows()
    if "tableId" in request:
        tables = tuple(table for each in change.document.sheets for table in each.lists["tables"])
        table = one_of(tables, "tableId", request["tableId"], "table")
        area = change.document.area(table["range"])
        sheet, left, top = change.sheet_of(area), area.left, area.bottom
    if left + width > sheet.grid.column_count:
        last = sheet.grid.column_count - 1
        raise ApiError(f"Attempting to write column: {last + 1}, beyond the last requested column of: {last}")
    if top + len(rows) > sheet.grid.row_count:
        resize(change.document, sheet, top + len(rows), sheet.grid.column_count)
    change.guard(Area(sheet.sheet_id, top, left, top + len(rows), left + width))
    writer = CellWriter(mask)
    for offset, cells in enumerate(rows):
        if cells:
            _put(sheet, top + offset, writer, left, cells)


def set_data_validation(change: Change, request: Json) -> None:
    """Set, or without a rule clear, the validation of every cell of a range."""
    area = change.writable(request)
    cell = {"dataValidation": stored("DataValidationRule", request["rule"])} if request.get("rule") else {}
    _repeat(change.sheet_of(area), area, CellWriter(parsed("dataValidation")), cell)


def update_borders(change: Change, request: Json) -> None:
    """Set the outer and inner borders of a range; those not given stay."""
    area = change.writable(request)
    sheet = change.sheet_of(area)
    for row in range(area.top, area.bottom):
        before = sheet.grid.row(row)
        for column in range(area.left, area.right):
            borders = _borders(request, area, row, column)
            if borders:
                mask = Mask()
                for edge in borders:
                    mask.add(["userEnteredFormat", "borders", edge]).whole = True
                kept = {edge: border for edge, border in borders.items() if border.get("style") != "NONE"}
                cell: Json = {"userEnteredFormat": {"borders": kept}}
                before = CellWriter(mask).written(before, column, [cell])
        sheet.grid.put(row, before)


def _borders(request: Json, area: Area, row: int, column: int) -> Json:
    """The borders that one cell of the range gets, by edge."""
    names = {
        "top": "top" if row == area.top else "innerHorizontal",
        "bottom": "bottom" if row == area.bottom - 1 else "innerHorizontal",
        "left": "left" if column == area.left else "innerVertical",
        "right": "right" if column == area.right - 1 else "innerVertical",
    }
    return {edge: request[names[edge]] for edge in EDGES if names[edge] in request}
