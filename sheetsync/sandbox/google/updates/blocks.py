"""insertRange and deleteRange: cells put in or taken out of some columns or rows only."""

from __future__ import annotations

from collections.abc import Callable

from sheetsync.sandbox.google.document import Area, Document
from sheetsync.sandbox.google.errors import ApiError
from sheetsync.sandbox.google.formulas import Area as FormulaArea
from sheetsync.sandbox.google.formulas import DeleteRange, Dimension, InsertRange
from sheetsync.sandbox.google.grid import EMPTY, Grid
from sheetsync.sandbox.google.schema import Json
from sheetsync.sandbox.google.spans import Shift, shifted
from sheetsync.sandbox.google.structure import adjust_formulas, follow, resize
from sheetsync.sandbox.google.updates.change import Change


def insert_range(change: Change, request: Json) -> None:
    """Put empty cells into a range; what is there moves down or right, and the grid grows to keep it."""
    area, dimension = change.readable(request), _dimension(request)
    sheet = change.sheet_of(area)
    grid = sheet.grid
    change.guard(_beyond(area, grid, dimension))
    if dimension == "ROWS":
        needed = max(grid.row_count, _last_row(grid, area) + area.height)
        resize(change.document, sheet, needed, grid.column_count)
        _move_down(grid, area)
    else:
        needed = max(grid.column_count, _last_column(grid, area) + area.width)
        resize(change.document, sheet, grid.row_count, needed)
        grid.map_rows(
            area.top,
            area.bottom,
            lambda row: row.with_inserted(area.left, area.width, EMPTY) if row.width > area.left else row,
        )
    _carry(change.document, area, dimension, "insert")
    adjust_formulas(change.document, InsertRange(sheet.title, _formula_area(area), dimension))


def delete_range(change: Change, request: Json) -> None:
    """Take the cells of a range out; what lies beyond moves up or left."""
    area, dimension = change.readable(request), _dimension(request)
    sheet = change.sheet_of(area)
    grid = sheet.grid
    change.guard(_beyond(area, grid, dimension))
    if dimension == "ROWS":
        _move_up(grid, area)
    else:
        grid.map_rows(area.top, area.bottom, lambda row: row.without(area.left, area.right))
    _carry(change.document, area, dimension, "delete")
    adjust_formulas(change.document, DeleteRange(sheet.title, _formula_area(area), dimension))


def _dimension(request: Json) -> Dimension:
    match request.get("shiftDimension"):
        case "ROWS":
            return "ROWS"
        case "COLUMNS":
            return "COLUMNS"
        case _:
            raise ApiError("shiftDimension must be ROWS or COLUMNS.")


def _formula_area(area: Area) -> FormulaArea:
    return FormulaArea(area.top, area.bottom, area.left, area.right)


def _beyond(area: Area, grid: Grid, dimension: Dimension) -> Area:
    """The range with all that moves."""
    if dimension == "ROWS":
        return Area(area.sheet_id, area.top, area.left, grid.row_count, area.right)
    return Area(area.sheet_id, area.top, area.left, area.bottom, grid.column_count)


def _last_row(grid: Grid, area: Area) -> int:
    for index in range(grid.used_rows(), area.top, -1):
        if grid.row(index - 1).piece(area.left, area.right).width:
            return index
    return area.top


def _last_column(grid: Grid, area: Area) -> int:
    return max((row.width for row in grid.rows(area.top, area.bottom)), default=0)


def _move_down(grid: Grid, area: Area) -> None:
    for index in range(_last_row(grid, area) - 1, area.top - 1, -1):
        piece = grid.row(index).piece(area.left, area.right)
        below = index + area.height
        grid.put(below, grid.row(below).with_piece(area.left, area.width, piece))
    for index in range(area.top, area.bottom):
        grid.put(index, grid.row(index).with_piece(area.left, area.width, EMPTY))


def _move_up(grid: Grid, area: Area) -> None:
    for index in range(area.top, max(grid.used_rows(), area.bottom)):
        source = index + area.height
        piece = grid.row(source).piece(area.left, area.right) if source < grid.row_count else EMPTY
        grid.put(index, grid.row(index).with_piece(area.left, area.width, piece))


def _carry(document: Document, area: Area, dimension: Dimension, kind: str) -> None:
    """Let ranges that lie in the affected columns (or rows) follow; others stay."""
    start, end = (area.top, area.bottom) if dimension == "ROWS" else (area.left, area.right)
    shift = Shift("insert" if kind == "insert" else "delete", area.sheet_id, dimension, start, end)
    move = shifted(shift)
    across = ("startColumnIndex", "endColumnIndex") if dimension == "ROWS" else ("startRowIndex", "endRowIndex")
    low, high = (area.left, area.right) if dimension == "ROWS" else (area.top, area.bottom)
    follow(document, _only_inside(move, across, low, high))


def _only_inside(
    move: Callable[[Json], Json | None], across: tuple[str, str], low: int, high: int
) -> Callable[[Json], Json | None]:
    def change(value: Json) -> Json | None:
        if across[0] not in value or across[1] not in value:
            return value
        return move(value) if low <= value[across[0]] and value[across[1]] <= high else value

    return change
