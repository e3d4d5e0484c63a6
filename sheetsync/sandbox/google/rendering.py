"""A document as the Sheets API answers it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from sheetsync.sandbox.google.document import Area, Dimension, Document, Metadata, Sheet
from sheetsync.sandbox.google.formats import shown
from sheetsync.sandbox.google.formats.cells import CellError, FormulaText
from sheetsync.sandbox.google.grid import Content, Row
from sheetsync.sandbox.google.lookup import Place
from sheetsync.sandbox.google.masks import EVERYTHING, Mask, selected
from sheetsync.sandbox.google.protection import may_edit
from sheetsync.sandbox.google.schema import Json, stored
from sheetsync.sandbox.google.spans import followed
from sheetsync.sandbox.google.styles import Style
from sheetsync.sandbox.google.visibility import hidden_by_filter

PIXELS = {"ROWS": 21, "COLUMNS": 100}
"""The size of rows and columns that nobody has changed (seen in real responses)."""

LARGEST_WHOLE = 1e15
"""Numbers below this are written without a fraction when they have none."""


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads, as far as answers depend on it."""

    email: str
    is_owner: bool


@dataclass(frozen=True, slots=True)
class Wanted:
    """What of a spreadsheet an answer is to have.

    Attributes:
        mask: the fields, by the paths of the Spreadsheet schema.
        places: the ranges asked for; None for everything.
        limits_sheets: whether sheets without a place are left out.
        grid: whether cells are wanted although the mask does not name them.
    """

    mask: Mask = EVERYTHING
    places: Sequence[Place] | None = None
    limits_sheets: bool = True
    grid: bool = False


def number(value: float) -> float:
    """A number as JSON: whole ones without a fraction."""
    return int(value) if value.is_integer() and abs(value) < LARGEST_WHOLE else value


def spreadsheet(document: Document, wanted: Wanted, reader: Reader) -> Json:
    """A Spreadsheet as spreadsheets.get answers it."""
    mask = wanted.mask
    result: Json = {"spreadsheetId": document.spreadsheet_id, "properties": document.properties}
    sheets_mask = mask.below("sheets")
    if sheets_mask is not None:
        result["sheets"] = _sheets(document, wanted, sheets_mask, reader)
    if document.named_ranges:
        result["namedRanges"] = [plain(entry) for entry in document.named_ranges]
    result["spreadsheetUrl"] = f"https://docs.google.com/spreadsheets/d/{document.spreadsheet_id}/edit"
    metadata = [shown_metadata(entry) for entry in document.metadata if entry.sheet_id is None]
    if metadata:
        result["developerMetadata"] = metadata
    if mask.whole:
        return result
    # The sheets were cut down to the mask already; their cells can be many.
    sheets = {"sheets": result.pop("sheets")} if "sheets" in result else {}
    return {**selected(mask, result), **sheets}


def _sheets(document: Document, wanted: Wanted, mask: Mask, reader: Reader) -> list[Json]:
    result = []
    for index, sheet in enumerate(document.sheets):
        places = None
        if wanted.places is not None:
            places = [entry.area for entry in wanted.places if entry.sheet.sheet_id == sheet.sheet_id]
            if not places and wanted.limits_sheets:
                continue
        entry = selected(mask, _sheet(document, sheet, index, reader))
        cells_mask = mask.below("data")
        with_cells = wanted.grid if wanted.mask.whole else cells_mask is not None
        if with_cells and cells_mask is not None and sheet.properties["sheetType"] == "GRID":
            areas = [sheet.area] if places is None else places
            entry["data"] = [grid_data(document, sheet, area, cells_mask) for area in areas]
        result.append(entry)
    return result


def _sheet(document: Document, sheet: Sheet, index: int, reader: Reader) -> Json:
    result: Json = {"properties": sheet_properties(sheet, index)}
    for name, entries in sheet.lists.items():
        if entries:
            result[name] = [_listed(name, entry, reader) for entry in entries]
    if sheet.basic_filter is not None:
        result["basicFilter"] = plain(sheet.basic_filter)
    metadata = [
        shown_metadata(entry)
        for entry in document.metadata
        if entry.sheet_id == sheet.sheet_id and entry.dimension is None
    ]
    if metadata:
        result["developerMetadata"] = metadata
    return result


def _listed(name: str, entry: Json, reader: Reader) -> Json:
    if name == "protectedRanges":
        can = reader.is_owner or may_edit(entry, reader.email)
        entry = {**entry, **({"requestingUserCanEdit": True} if can else {})}
        if not can:
            entry.pop("editors", None)
    return plain(entry)


def sheet_properties(sheet: Sheet, index: int) -> Json:
    """SheetProperties with what follows from the sheet's place and grid."""
    properties: Json = {"sheetId": sheet.sheet_id, "title": sheet.title, "index": index}
    properties["sheetType"] = sheet.properties["sheetType"]
    if sheet.properties["sheetType"] == "GRID":
        extent = {"rowCount": sheet.grid.row_count, "columnCount": sheet.grid.column_count}
        properties["gridProperties"] = {**extent, **sheet.properties.get("gridProperties", {})}
    return {**properties, **{name: entry for name, entry in sheet.properties.items() if name not in properties}}


def shown_metadata(entry: Metadata) -> Json:
    return plain(stored("DeveloperMetadata", entry.json()))


def plain(value: Json) -> Json:
    """JSON with the sheetId 0 of ranges left out, as in real responses."""
    shown_value: Json = followed(value, without_zero_sheet)
    return shown_value


def without_zero_sheet(value: Json) -> Json:
    """A range as answers show it."""
    return {
        name: entry for name, entry in value.items() if entry != 0 or name not in ("sheetId", "rowIndex", "columnIndex")
    }


def grid_data(document: Document, sheet: Sheet, area: Area, mask: Mask) -> Json:
    """One GridData: the cells of an area, without the empty rows at its end."""
    result: Json = {}
    if area.top and mask.picks("startRow"):
        result["startRow"] = area.top
    if area.left and mask.picks("startColumn"):
        result["startColumn"] = area.left
    row_mask = mask.below("rowData")
    if row_mask is not None:
        rows = _row_data(document, sheet, area, row_mask.below("values") or Mask())
        if rows:
            result["rowData"] = rows
    hidden = hidden_by_filter(document, sheet) if mask.picks("rowMetadata") else frozenset()
    spans: tuple[tuple[str, Dimension, int, int], ...] = (
        ("rowMetadata", "ROWS", area.top, area.bottom),
        ("columnMetadata", "COLUMNS", area.left, area.right),
    )
    for name, dimension, start, end in spans:
        below = mask.below(name)
        if below is not None:
            filtered = hidden if dimension == "ROWS" else frozenset()
            result[name] = [
                selected(below, entry)
                for entry in _dimension_properties(document, sheet, dimension, start, end, filtered)
            ]
    return result


def _dimension_properties(
    document: Document, sheet: Sheet, dimension: Dimension, start: int, end: int, filtered: frozenset[int]
) -> list[Json]:
    known, default = sheet.dimensions(dimension), {"pixelSize": PIXELS[dimension]}
    on_index: dict[int, list[Json]] = {}
    for entry in document.metadata:
        if entry.sheet_id == sheet.sheet_id and entry.dimension == dimension:
            on_index.setdefault(entry.index, []).append(shown_metadata(entry))
    result = []
    for index in range(start, end):
        entry_json = {**default, **known[index]} if index in known else default
        if index in filtered:
            entry_json = {"hiddenByFilter": True, **entry_json}
        if index in on_index:
            entry_json = {**entry_json, "developerMetadata": on_index[index]}
        result.append(entry_json)
    return result


def _row_data(document: Document, sheet: Sheet, area: Area, mask: Mask) -> list[Json]:
    view = CellView(document, mask)
    rows: list[Json] = []
    used = min(area.bottom, sheet.grid.used_rows())
    for index, row in enumerate(sheet.grid.rows(area.top, used), area.top):
        values = view.cells(sheet, index, row, area)
        rows.append({"values": values} if values else {})
    while rows and not rows[-1]:
        rows.pop()
    return rows


class CellView:
    """Cells as CellData, with the fields that a mask selects."""

    def __init__(self, document: Document, mask: Mask) -> None:
        self._document, self._locale = document, document.locale
        self._mask = mask
        self._makers: list[tuple[str, Callable[[Cell], Any]]] = [
            (name, make) for name, make in FIELDS.items() if mask.picks(name)
        ]

    def cells(self, sheet: Sheet, index: int, row: Row, area: Area) -> list[Json]:
        """The cells of a row inside the area, without the empty ones at its end."""
        result = [self._cell(sheet, index, column, row) for column in range(area.left, min(area.right, row.width))]
        while result and not result[-1]:
            result.pop()
        return result

    def _cell(self, sheet: Sheet, index: int, column: int, row: Row) -> Json:
        content, style, extra = row.value(column), row.style(column), row.extras_at(column)
        if content is None and style is None and not extra:
            return {}
        value: Content | CellError = content
        if type(content) is FormulaText:
            value = self._document.calculated(sheet, index, column)
        cell = Cell(content, value, style, extra, self._locale)
        result: Json = {}
        for name, make in self._makers:
            entry = make(cell)
            if entry is not None:
                deeper = self._mask.below(name)
                result[name] = entry if deeper is None or deeper.whole else selected(deeper, entry)
        return result


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell, calculated."""

    content: Content
    value: Content | CellError
    style: Style | None
    extra: Any
    locale: str


def extended(value: Content | CellError) -> Json | None:
    """A value as an ExtendedValue; None for an empty cell."""
    match value:
        case None:
            return None
        case bool():
            return {"boolValue": value}
        case FormulaText():
            return {"formulaValue": str(value)}
        case str():
            return {"stringValue": value}
        case CellError():
            return {"errorValue": {"type": value.type, "message": value.message}}
        case _:
            return {"numberValue": number(float(value))}


def formatted(value: Content | CellError, style: Style | None, locale: str) -> str:
    """What the cell shows."""
    return shown(value, None if style is None else style.number_format, locale)


def _formatted(cell: Cell) -> str | None:
    return None if cell.value is None else formatted(cell.value, cell.style, cell.locale)


def _effective_format(cell: Cell) -> Json | None:
    return None if cell.style is None and cell.value is None else (cell.style or PLAIN).effective


def _hyperlink(cell: Cell) -> str | None:
    if cell.style is not None and cell.style.link is not None:
        return cell.style.link
    if type(cell.content) is FormulaText and cell.content[:11].upper() == "=HYPERLINK(":
        parts = cell.content.split('"')
        return parts[1] if len(parts) > 2 else None
    return None


PLAIN = Style({})

FIELDS: dict[str, Callable[[Cell], Any]] = {
    "userEnteredValue": lambda cell: extended(cell.content),
    "effectiveValue": lambda cell: extended(cell.value),
    "formattedValue": _formatted,
    "userEnteredFormat": lambda cell: None if cell.style is None else cell.style.json,
    "effectiveFormat": _effective_format,
    "hyperlink": _hyperlink,
    "note": lambda cell: cell.extra.get("note"),
    "textFormatRuns": lambda cell: cell.extra.get("textFormatRuns"),
    "chipRuns": lambda cell: cell.extra.get("chipRuns"),
    "dataValidation": lambda cell: cell.extra.get("dataValidation"),
    "pivotTable": lambda cell: cell.extra.get("pivotTable"),
}
"""How each field of CellData is made, in the order of answers."""
