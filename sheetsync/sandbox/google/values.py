"""The values API: reading, writing, appending and clearing plain values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sheetsync.sandbox.google.a1 import Box, column_name
from sheetsync.sandbox.google.cellwrites import ValueWriter
from sheetsync.sandbox.google.document import Area, Document, Sheet
from sheetsync.sandbox.google.errors import ApiError
from sheetsync.sandbox.google.formats import shown
from sheetsync.sandbox.google.formats.cells import CellError, FormulaText, NumberFormat
from sheetsync.sandbox.google.grid import EMPTY, Content, Plane, Row
from sheetsync.sandbox.google.lookup import Place
from sheetsync.sandbox.google.protection import guard
from sheetsync.sandbox.google.rendering import number
from sheetsync.sandbox.google.schema import Json
from sheetsync.sandbox.google.spans import Shift
from sheetsync.sandbox.google.structure import charge, resize, shift
from sheetsync.sandbox.google.styles import Style
from sheetsync.sandbox.google.switches import Switches
from sheetsync.sandbox.google.tables import region

CALENDAR = ("DATE", "TIME", "DATE_TIME")
Values = list[list[Any]]


@dataclass(frozen=True, slots=True)
class Reading:
    """How values are to be read; the words are the API's."""

    render: str = "FORMATTED_VALUE"
    date_times: str = "SERIAL_NUMBER"
    major: str = "ROWS"

    @classmethod
    def of(cls, query: Json, prefix: str = "") -> Reading:
        """The reading that a request asks for; `prefix` is `response` for what a write is to answer."""

        def chosen(name: str, default: str) -> str:
            key = prefix + name[0].upper() + name[1:] if prefix else name
            value = str(query.get(key) or default)
            return default if value.endswith("_UNSPECIFIED") else value

        major = chosen("majorDimension", "ROWS") if not prefix else "ROWS"
        return cls(
            chosen("valueRenderOption", "FORMATTED_VALUE"), chosen("dateTimeRenderOption", "SERIAL_NUMBER"), major
        )


@dataclass(frozen=True, slots=True)
class Writing:
    """How values are to be written, and by whom."""

    typed: bool
    email: str
    is_owner: bool
    switches: Switches

    @classmethod
    def of(cls, option: str | None, email: str, switches: Switches, *, is_owner: bool) -> Writing:
        """The writing that a request asks for.

        Raises:
            ApiError: no valueInputOption is given (text seen in real responses).
        """
        if option is None or option.endswith("_UNSPECIFIED"):
            raise ApiError("'valueInputOption' is required but not specified")
        return cls(option == "USER_ENTERED", email, is_owner, switches)


@dataclass(frozen=True, slots=True)
class Written:
    """What a write did: the cells it covered, and how many rows, columns and cells it wrote."""

    place: Place
    rows: int
    columns: int
    cells: int

    def json(self) -> Json:
        counts = {"updatedRows": self.rows, "updatedColumns": self.columns, "updatedCells": self.cells}
        return {"updatedRange": self.place.shown, **{name: count for name, count in counts.items() if count}}


def read(document: Document, found: Place, reading: Reading) -> Json:
    """A ValueRange, without the empty rows and cells at its end."""
    result: Json = {"range": found.shown, "majorDimension": reading.major}
    values = _matrix(document, found, reading)
    if reading.major == "COLUMNS":
        values = _transposed(values)
    while values and not values[-1]:
        values.pop()
    if values:
        result["values"] = values
    return result


def _matrix(document: Document, found: Place, reading: Reading) -> Values:
    sheet, area = found.sheet, found.area
    used = min(area.bottom, sheet.grid.used_rows())
    show = CellReader(document, sheet, reading)
    result = [show.cells(index, row, area) for index, row in enumerate(sheet.grid.rows(area.top, used), area.top)]
    while result and not result[-1]:
        result.pop()
    return result


class CellReader:
    """Reads cells of one sheet in one way."""

    def __init__(self, document: Document, sheet: Sheet, reading: Reading) -> None:
        self._document, self._sheet, self._locale = document, sheet, document.locale
        self._formulas = reading.render == "FORMULA"
        self._formatted = reading.render == "FORMATTED_VALUE"
        self._strings = reading.date_times == "FORMATTED_STRING"
        self._known: dict[tuple[Any, type, Style | None], Any] = {}

    def cells(self, index: int, row: Row, area: Area) -> list[Any]:
        """A row's cells inside the area, without the empty ones at its end."""
        result = [
            "" if content is None else self._shown(index, column, content, row)
            for column, content in enumerate(row.values[area.left : area.right], area.left)
        ]
        while result and result[-1] == "":
            result.pop()
        return result

    def _shown(self, index: int, column: int, content: Content, row: Row) -> Any:
        value: Content | CellError = content
        if type(content) is FormulaText:
            if self._formulas:
                return str(content)
            value = self._document.calculated(self._sheet, index, column)
        style = row.style(column)
        if isinstance(value, str) and (style is None or not self._formatted):
            return value
        if self._formatted or (self._strings and _is_date_time(value, style)):
            return self._text(value, style)
        return _bare(value)

    def _text(self, value: Content | CellError, style: Style | None) -> str:
        key = (value, type(value), style)
        if key not in self._known:
            number_format: NumberFormat | None = None if style is None else style.number_format
            self._known[key] = shown(value, number_format, self._locale)
        text: str = self._known[key]
        return text


def _is_date_time(value: Content | CellError, style: Style | None) -> bool:
    number_format = None if style is None else style.number_format
    return isinstance(value, float) and number_format is not None and number_format.type in CALENDAR


def _bare(value: Content | CellError) -> Any:
    """A value as UNFORMATTED_VALUE gives it."""
    match value:
        case None:
            return ""
        case CellError():
            return value.code
        case bool() | str():
            return value
        case _:
            return number(float(value))


def _transposed(rows: Values) -> Values:
    width = max((len(row) for row in rows), default=0)
    columns = [[row[column] if column < len(row) else "" for row in rows] for column in range(width)]
    for column in columns:
        while column and column[-1] == "":
            column.pop()
    return columns


def write(document: Document, found: Place, values: Values, major: str, writing: Writing) -> Written:
    """Write values from the place's first cell on.

    Raises:
        ApiError: they do not fit the range or the grid, are no plain values, or go into protected cells.
    """
    rows = _plain_rows(values, major)
    height, width = len(rows), max((len(row) for row in rows), default=0)
    sheet, area = found.sheet, found.area
    _fit(found, height, width)
    _grow(document, sheet, area.top + height, area.left + width, writing.switches)
    covered = Area(sheet.sheet_id, area.top, area.left, area.top + height, area.left + width)
    if not writing.is_owner and height and width:
        guard(document, covered, writing.email)
    writer = ValueWriter(typed=writing.typed, locale=document.locale, autolink=writing.switches.autolink)
    for index, row in enumerate(rows, area.top):
        if row:
            sheet.grid.put(index, writer.written(sheet.grid.row(index), area.left, row))
    document.forget_calculations()
    cells = sum(len(row) - row.count(None) for row in rows)
    touched = sum(any(value is not None for value in row) for row in rows)
    columns = len({column for row in rows for column, value in enumerate(row) if value is not None})
    # An answer names the whole range asked for only as far as something was written.
    return Written(Place(sheet, covered if cells else area, found.asked), touched, columns, cells)


def _plain_rows(values: Values, major: str) -> Values:
    for row_number, row in enumerate(values):
        for column_number, value in enumerate(row):
            if isinstance(value, dict | list):
                kind = "struct_value" if isinstance(value, dict) else "list_value"
                raise ApiError(f"Invalid values[{row_number}][{column_number}]: {kind} {{\n}}\n")
    if major != "COLUMNS":
        return values
    height = max((len(column) for column in values), default=0)
    return [[column[row] if row < len(column) else None for column in values] for row in range(height)]


def _fit(found: Place, height: int, width: int) -> None:
    """Refuse values that go past the range asked for; a text that names one cell only says where to begin."""
    asked, area = found.asked, found.area
    if found.begins:
        return
    within = f"Requested writing within range [{found.shown_in_quotes}]"
    if asked.bottom is not None and height > asked.bottom - area.top:
        raise ApiError(f"{within}, but tried writing to row [{asked.bottom + 1}]")
    if asked.right is not None and width > asked.right - area.left:
        raise ApiError(f"{within}, but tried writing to column [{column_name(asked.right)}]")


def _grow(document: Document, sheet: Sheet, bottom: int, right: int, switches: Switches) -> None:
    grid = sheet.grid
    if bottom <= grid.row_count and right <= grid.column_count:
        return
    if switches.overflow == "refuse":
        within = f"Requested writing within range [{sheet.shown_range(sheet.area)}]"
        past = (
            f"row [{grid.row_count + 1}]" if bottom > grid.row_count else f"column [{column_name(grid.column_count)}]"
        )
        raise ApiError(f"{within}, but tried writing to {past}")
    resize(document, sheet, max(bottom, grid.row_count), max(right, grid.column_count))


def append(
    document: Document, found: Place, values: Values, major: str, option: str, writing: Writing
) -> tuple[Area | None, Written]:
    """Write values after the last table in the place; returns the table's cells, if there is one, and what was written.

    Raises:
        ApiError: as `write`.
    """
    table = region(found.sheet.grid, found.area)
    sheet, area = found.sheet, found.area
    top, left = (area.top, area.left) if table is None else (table.bottom, table.left)
    rows = _plain_rows(values, major)
    grid = sheet.grid
    if option == "INSERT_ROWS" and rows and table is not None and top < grid.row_count:
        charge(document, len(rows) * grid.column_count)
        shift(document, Shift("insert", sheet.sheet_id, "ROWS", top, top + len(rows)), pattern=top - 1)
    bottom, right = top + len(rows), left + max((len(row) for row in rows), default=0)
    if bottom > grid.row_count or right > grid.column_count:
        resize(document, sheet, max(bottom, grid.row_count), max(right, grid.column_count))
    start = Place(sheet, Area(sheet.sheet_id, top, left, bottom, right), Box(top, bottom, left, max(right, left + 1)))
    return table, write(document, start, rows, "ROWS", writing)


def clear(document: Document, found: Place, writing: Writing) -> None:
    """Empty the cells; formats, notes and validation stay.

    Raises:
        ApiError: they are protected.
    """
    grid, area = found.sheet.grid, found.area
    if not writing.is_owner:
        guard(document, area, writing.email)
    grid.map_rows(area.top, min(area.bottom, grid.used_rows()), lambda row: _cleared(row, area))
    document.forget_calculations()


def _cleared(row: Row, area: Area) -> Row:
    if len(row.values) <= area.left:
        return row
    return row.with_piece(area.left, area.width, EMPTY, Plane.VALUE)


def updated_data(document: Document, written: Written, query: Json) -> Json:
    """The ValueRange that a write answers when it is to include values."""
    return read(document, written.place, Reading.of(query, "response"))
