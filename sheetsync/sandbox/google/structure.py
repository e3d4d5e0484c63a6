"""Changes of a document's structure with all that follows: formulas, ranges, row and column properties, metadata."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from sheetsync.sandbox.google.document import Document, Metadata, Sheet
from sheetsync.sandbox.google.errors import ApiError
from sheetsync.sandbox.google.formulas import (
    DeleteColumns,
    DeleteRows,
    Edit,
    InsertColumns,
    InsertRows,
    MoveColumns,
    MoveRows,
    adjust,
)
from sheetsync.sandbox.google.grid import EMPTY, Row
from sheetsync.sandbox.google.schema import Json
from sheetsync.sandbox.google.spans import Shift, followed, shifted

CellMaker = Callable[[Row], Row]


def shift(document: Document, change: Shift, pattern: int | None = None) -> None:
    """Insert, delete or move rows or columns.

    Args:
        document: the draft to change.
        change: what happens to which rows or columns.
        pattern: the row or column from which inserted ones take their formats; None for none.
    """
    sheet = document.sheet(change.sheet_id)
    edit = _edit(sheet.title, change)
    if change.dimension == "ROWS":
        _shift_rows(sheet, change, pattern)
    else:
        _shift_columns(sheet, change, pattern)
    follow(document, shifted(change))
    properties = sheet.dimensions(change.dimension)
    moved = {change.index(index): entry for index, entry in properties.items()}
    properties.clear()
    properties.update({index: entry for index, entry in moved.items() if index is not None})
    if pattern is not None and change.kind == "insert":
        _inherit_size(sheet, change, pattern)
    if change.dimension == "COLUMNS":
        _shift_filters(sheet, change)
    document.metadata = tuple(_shifted_metadata(document, change))
    adjust_formulas(document, edit)


def _shift_filters(sheet: Sheet, change: Shift) -> None:
    """Filters name their columns by index: those follow as well, and end with their column."""
    if sheet.basic_filter is not None:
        sheet.basic_filter = _filter_shifted(sheet.basic_filter, change)
    sheet.lists["filterViews"] = tuple(_filter_shifted(entry, change) for entry in sheet.lists["filterViews"])


def _filter_shifted(entry: Json, change: Shift) -> Json:
    result = dict(entry)
    if "criteria" in entry:
        moved = {change.index(int(column)): part for column, part in entry["criteria"].items() if column.isdigit()}
        result["criteria"] = {str(column): part for column, part in moved.items() if column is not None}
    for name, key in (("filterSpecs", "columnIndex"), ("sortSpecs", "dimensionIndex")):
        if name in entry:
            specs = [(change.index(spec.get(key, 0)), spec) for spec in entry[name]]
            result[name] = [{**spec, key: index} for index, spec in specs if index is not None]
    return {name: part for name, part in result.items() if part not in ({}, [])}


def adjust_formulas(document: Document, edit: Edit) -> None:
    document.rewrite_formulas(lambda text, sheet: _adjusted(text, sheet, edit))


def _adjusted(text: str, sheet: Sheet, edit: Edit) -> str:
    return adjust(text, sheet.title, edit)


def follow(document: Document, change: Callable[[Json], Json | None]) -> None:
    """Apply a change of ranges to everything that has ranges."""
    for sheet in document.sheets:
        for name, entries in sheet.lists.items():
            sheet.lists[name] = tuple(followed(entries, change))
        if sheet.basic_filter is not None:
            sheet.basic_filter = followed(sheet.basic_filter, change)
    document.named_ranges = tuple(followed(document.named_ranges, change))


def resize(document: Document, sheet: Sheet, rows: int, columns: int) -> None:
    """Set a grid's extent; what lies outside afterwards is deleted, as if row by row.

    Raises:
        ApiError: the workbook would have too many cells.
    """
    charge(document, rows * columns - sheet.grid.cell_count)
    grid = sheet.grid
    if rows < grid.row_count:
        shift(document, Shift("delete", sheet.sheet_id, "ROWS", rows, grid.row_count))
    if columns < grid.column_count:
        shift(document, Shift("delete", sheet.sheet_id, "COLUMNS", columns, grid.column_count))
    grid.resize(rows, columns)


def charge(document: Document, cells: int) -> None:
    """Refuse growth past the limit of cells.

    Raises:
        ApiError: the text that users quote.
    """
    if cells > document.spare_cells():
        raise ApiError(
            "This action would increase the number of cells in the workbook above the limit of"
            f" {document.most_cells} cells."
        )


def _edit(title: str, change: Shift) -> Edit:
    rows = change.dimension == "ROWS"
    match change.kind:
        case "insert":
            return (InsertRows if rows else InsertColumns)(title, change.start, change.count)
        case "delete":
            return (DeleteRows if rows else DeleteColumns)(title, change.start, change.end)
        case _:
            return (MoveRows if rows else MoveColumns)(title, change.start, change.end, change.destination)


def _shift_rows(sheet: Sheet, change: Shift, pattern: int | None) -> None:
    match change.kind:
        case "insert":
            model = EMPTY if pattern is None else Row(styles=sheet.grid.row(pattern).styles)
            sheet.grid.insert_rows(change.start, [model] * change.count)
        case "delete":
            sheet.grid.delete_rows(change.start, change.end)
        case "move":
            sheet.grid.move_rows(change.start, change.end, change.destination)


def _shift_columns(sheet: Sheet, change: Shift, pattern: int | None) -> None:
    def piece(row: Row) -> Row:
        style = None if pattern is None else row.style(pattern)
        return EMPTY if style is None else Row(styles=(style,) * change.count)

    match change.kind:
        case "insert":
            sheet.grid.insert_columns(change.start, change.count, piece)
        case "delete":
            sheet.grid.delete_columns(change.start, change.end)
        case "move":
            sheet.grid.move_columns(change.start, change.end, change.destination)


def _inherit_size(sheet: Sheet, change: Shift, pattern: int) -> None:
    properties = sheet.dimensions(change.dimension)
    source = properties.get(pattern if pattern < change.start else pattern + change.count, {})
    size = {name: entry for name, entry in source.items() if name == "pixelSize"}
    if size:
        properties.update(dict.fromkeys(range(change.start, change.end), size))


def _shifted_metadata(document: Document, change: Shift) -> list[Metadata]:
    kept: list[Metadata] = []
    for entry in document.metadata:
        if entry.sheet_id != change.sheet_id or entry.dimension != change.dimension:
            kept.append(entry)
            continue
        index = change.index(entry.index)
        if index is not None:
            kept.append(replace(entry, index=index))
    return kept
