"""A spreadsheet: sheets, their cells, and what hangs on them.

A published version is never changed; writes make a new one.
"""

from __future__ import annotations

import secrets
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import cached_property
from typing import Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sheetsync.sandbox.google.a1 import WHOLE, Box, cells, quoted, written
from sheetsync.sandbox.google.errors import ApiError
from sheetsync.sandbox.google.formats.cells import CellError, FormulaText, holds_formula
from sheetsync.sandbox.google.formulas import Area as FormulaArea
from sheetsync.sandbox.google.formulas import Calculator, Rectangle
from sheetsync.sandbox.google.grid import Content, Grid
from sheetsync.sandbox.google.schema import Json
from sheetsync.sandbox.google.styles import DEFAULT_FORMAT
from sheetsync.sandbox.google.switches import MOST_CELLS
from sheetsync.sandbox.google.theme import THEME

Dimension = Literal["ROWS", "COLUMNS"]

MOST_COLUMNS = 18_278
"""Columns of one sheet, up to ZZZ (Google Drive's published limit)."""

USUAL_ROWS, USUAL_COLUMNS = 1000, 26
"""The extent of a sheet for which none is given (seen in real responses)."""

EPOCH = datetime(1899, 12, 30, tzinfo=UTC)
SECONDS_A_DAY = 86_400

LISTS = (
    "merges",
    "conditionalFormats",
    "filterViews",
    "protectedRanges",
    "charts",
    "bandedRanges",
    "rowGroups",
    "columnGroups",
    "slicers",
    "tables",
)
"""The lists of things that a sheet answers, by their names in the API's Sheet."""


@dataclass(frozen=True, slots=True)
class Area:
    """Cells of one sheet, zero-based and half-open, inside its grid."""

    sheet_id: int
    top: int
    left: int
    bottom: int
    right: int

    @property
    def height(self) -> int:
        return self.bottom - self.top

    @property
    def width(self) -> int:
        return self.right - self.left

    @property
    def box(self) -> Box:
        return Box(self.top, self.bottom, self.left, self.right)

    def meets(self, other: Area) -> bool:
        """Whether the two have a cell in common."""
        if self.sheet_id != other.sheet_id:
            return False
        rows = self.top < other.bottom and other.top < self.bottom
        return rows and self.left < other.right and other.left < self.right

    def holds(self, other: Area) -> bool:
        """Whether the other lies inside this one."""
        if self.sheet_id != other.sheet_id:
            return False
        rows = self.top <= other.top and other.bottom <= self.bottom
        return rows and self.left <= other.left and other.right <= self.right

    def json(self) -> Json:
        return {
            "sheetId": self.sheet_id,
            "startRowIndex": self.top,
            "endRowIndex": self.bottom,
            "startColumnIndex": self.left,
            "endColumnIndex": self.right,
        }


@dataclass(frozen=True, slots=True)
class Metadata:
    """One developer metadata. `dimension` and `index` say which row or column it is on, if it is on one."""

    metadata_id: int
    key: str
    value: str | None
    visibility: str
    sheet_id: int | None = None
    dimension: Dimension | None = None
    index: int = 0

    @property
    def location_type(self) -> str:
        if self.dimension is not None:
            return self.dimension.removesuffix("S")
        return "SPREADSHEET" if self.sheet_id is None else "SHEET"

    def json(self) -> Json:
        location: Json = {"locationType": self.location_type}
        if self.dimension is not None:
            span = {"startIndex": self.index, "endIndex": self.index + 1}
            location["dimensionRange"] = {"sheetId": self.sheet_id, "dimension": self.dimension, **span}
        elif self.sheet_id is not None:
            location["sheetId"] = self.sheet_id
        else:
            location["spreadsheet"] = True
        value = {} if self.value is None else {"metadataValue": self.value}
        shown = {"metadataId": self.metadata_id, "metadataKey": self.key, **value, "location": location}
        return {**shown, "visibility": self.visibility}


@dataclass(eq=False)
class Sheet:
    """One sheet. JSON values in it are replaced, never changed in place: older versions of the document share them.

    `properties` holds SheetProperties without index, rowCount and columnCount; those follow from the order of the
    sheets and from the grid. `rows` and `columns` hold DimensionProperties of those that differ from the default.
    """

    properties: Json
    grid: Grid
    basic_filter: Json | None = None
    lists: dict[str, tuple[Json, ...]] = field(default_factory=lambda: dict.fromkeys(LISTS, ()))
    rows: dict[int, Json] = field(default_factory=dict)
    columns: dict[int, Json] = field(default_factory=dict)

    @property
    def sheet_id(self) -> int:
        return int(self.properties["sheetId"])

    @property
    def title(self) -> str:
        return str(self.properties["title"])

    @property
    def hidden(self) -> bool:
        return bool(self.properties.get("hidden"))

    @property
    def area(self) -> Area:
        return Area(self.sheet_id, 0, 0, self.grid.row_count, self.grid.column_count)

    def copy(self) -> Sheet:
        return replace(
            self, grid=self.grid.copy(), lists=dict(self.lists), rows=dict(self.rows), columns=dict(self.columns)
        )

    def extent(self, dimension: str) -> int:
        return self.grid.row_count if dimension == "ROWS" else self.grid.column_count

    def dimensions(self, dimension: str) -> dict[int, Json]:
        return self.rows if dimension == "ROWS" else self.columns

    def inside(self, wanted: Box) -> Area:
        """The part of a box that lies in the grid; open ends go to its edge.

        Raises:
            ApiError: the box begins outside the grid (text seen in real responses).
        """
        grid = self.grid
        top, left = wanted.top or 0, wanted.left or 0
        bottom = grid.row_count if wanted.bottom is None else wanted.bottom
        right = grid.column_count if wanted.right is None else wanted.right
        empty = wanted.bottom == top or wanted.right == left
        if not empty and (top >= grid.row_count or left >= grid.column_count):
            limits = f"Max rows: {grid.row_count}, max columns: {grid.column_count}"
            raise ApiError(f"Range ({written(self.title, wanted).removesuffix('!')}) exceeds grid limits. {limits}")
        return Area(self.sheet_id, top, left, min(bottom, grid.row_count), min(right, grid.column_count))

    def shown_range(self, area: Area) -> str:
        """The range as answers of the values API write it: `Sheet1!A1:B2`."""
        text = cells(area.box) if area.height > 0 and area.width > 0 else ""
        return f"{quoted(self.title)}!{text}" if text else quoted(self.title)


@dataclass(eq=False)
class Document:
    """One version of a spreadsheet. `most_cells` is how many cells a draft may grow to; the usual number by default."""

    spreadsheet_id: str
    properties: Json
    sheets: list[Sheet]
    named_ranges: tuple[Json, ...] = ()
    metadata: tuple[Metadata, ...] = ()
    most_cells: int = MOST_CELLS

    def draft(self) -> Document:
        """A version to write on; sheets and rows that are not written stay shared with this one."""
        return Document(
            self.spreadsheet_id,
            self.properties,
            [sheet.copy() for sheet in self.sheets],
            self.named_ranges,
            self.metadata,
            self.most_cells,
        )

    @property
    def title(self) -> str:
        return str(self.properties["title"])

    @property
    def locale(self) -> str:
        return str(self.properties["locale"])

    @property
    def cell_count(self) -> int:
        return sum(sheet.grid.cell_count for sheet in self.sheets)

    def sheet(self, sheet_id: int, noun: str = "grid") -> Sheet:
        """The sheet with this id.

        Raises:
            ApiError: there is none. Requests on ranges say "grid", those on whole sheets "sheet".
        """
        for sheet in self.sheets:
            if sheet.properties["sheetId"] == sheet_id:
                return sheet
        raise ApiError(f"No {noun} with id: {sheet_id}")

    def titled(self, title: str) -> Sheet | None:
        """The sheet with this title; case does not matter unless two differ in nothing else."""
        folded = title.casefold()
        alike = [sheet for sheet in self.sheets if sheet.title.casefold() == folded]
        exact = [sheet for sheet in alike if sheet.title == title]
        return next(iter(exact or alike), None)

    def first_visible(self) -> Sheet:
        return next((sheet for sheet in self.sheets if not sheet.hidden), self.sheets[0])

    def area(self, grid_range: Json) -> Area:
        """The cells of a GridRange.

        Raises:
            ApiError: no such sheet, the range begins outside the grid, or its ends are reversed.
        """
        sheet = self.sheet(grid_range.get("sheetId", 0))
        wanted = box_of(grid_range)
        for low, high, name in ((wanted.top, wanted.bottom, "Row"), (wanted.left, wanted.right, "Column")):
            if (low or 0) < 0 or (high is not None and high < (low or 0)):
                raise ApiError(f"end{name}Index[{high}] must not be less than start{name}Index[{low or 0}]")
        return sheet.inside(wanted)

    def spare_cells(self) -> int:
        return self.most_cells - self.cell_count

    def value(self, sheet: Sheet, row: int, column: int) -> Content | CellError:
        """What a cell comes to: formulas are calculated."""
        content = sheet.grid.row(row).value(column)
        return self.calculated(sheet, row, column) if type(content) is FormulaText else content

    def calculated(self, sheet: Sheet, row: int, column: int) -> Content | CellError:
        with self._calculating:
            return self.calculator.value(sheet.sheet_id, row, column)

    @cached_property
    def calculator(self) -> Calculator:
        """Formulas of this version; only for versions that are not written any more."""
        return Calculator(View(self))

    @cached_property
    def _calculating(self) -> threading.RLock:
        return threading.RLock()

    def forget_calculations(self) -> None:
        """Formulas are to be calculated anew, because cells of this draft were written."""
        self.__dict__.pop("calculator", None)

    def formulas(self) -> Iterator[tuple[Sheet, int, int, FormulaText]]:
        """Every formula with its place."""
        for sheet in self.sheets:
            for row, cells_of_row in sheet.grid.filled_rows() if sheet.grid.had_formulas else ():
                if holds_formula(cells_of_row.values):
                    for column, content in enumerate(cells_of_row.values):
                        if type(content) is FormulaText:
                            yield sheet, row, column, content

    def rewrite_formulas(self, change: Callable[[FormulaText, Sheet], str]) -> None:
        """Replace every formula by what `change` makes of it and of the sheet that it stands in."""
        for sheet, row, column, content in list(self.formulas()):
            after = change(content, sheet)
            if after != content:
                before = sheet.grid.row(row)
                values = (*before.values[:column], FormulaText(after), *before.values[column + 1 :])
                sheet.grid.put(row, replace(before, values=values))


class View:
    """A document as its formulas see it."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._sheets = {sheet.sheet_id: sheet for sheet in document.sheets}

    @property
    def locale(self) -> str:
        return self._document.locale

    def sheet_id(self, title: str) -> int | None:
        sheet = self._document.titled(title)
        return None if sheet is None else sheet.sheet_id

    def extent(self, sheet_id: int) -> tuple[int, int]:
        grid = self._sheets[sheet_id].grid
        return grid.row_count, grid.column_count

    def content(self, sheet_id: int, row: int, column: int) -> Content:
        return self._sheets[sheet_id].grid.row(row).value(column)

    def named_range(self, name: str) -> Rectangle | None:
        found = named_range(self._document, name)
        if found is None:
            return None
        wanted = box_of(found["range"])
        area = FormulaArea(wanted.top or 0, wanted.bottom, wanted.left or 0, wanted.right)
        return Rectangle(found["range"].get("sheetId", 0), area)

    def now(self) -> float:
        try:
            zone = ZoneInfo(str(self._document.properties["timeZone"]))
        except (ZoneInfoNotFoundError, ValueError):
            zone = ZoneInfo("Etc/GMT")
        local = datetime.now(zone).replace(tzinfo=UTC)
        return (local - EPOCH).total_seconds() / SECONDS_A_DAY


def named_range(document: Document, name: str) -> Json | None:
    """The named range with this name; case does not matter."""
    folded = name.casefold()
    return next((entry for entry in document.named_ranges if entry["name"].casefold() == folded), None)


def box_of(grid_range: Json) -> Box:
    """The rows and columns of a GridRange."""
    if len(grid_range) <= 1 and "sheetId" in grid_range:
        return WHOLE
    return Box(
        grid_range.get("startRowIndex"),
        grid_range.get("endRowIndex"),
        grid_range.get("startColumnIndex"),
        grid_range.get("endColumnIndex"),
    )


def new_id() -> int:
    """A random id for a sheet, a filter view or another numbered thing."""
    return secrets.randbelow(2**31 - 1) + 1


def new_sheet(sheet_id: int, title: str, rows: int, columns: int) -> Sheet:
    properties: Json = {"sheetId": sheet_id, "title": title, "sheetType": "GRID", "gridProperties": {}}
    return Sheet(properties, Grid(rows, columns))


def new_document(title: str, spreadsheet_id: str = "") -> Document:
    """A spreadsheet as Drive makes it: one sheet of 1000 by 26 (seen in real responses)."""
    properties: Json = {
        "title": title,
        "locale": "en_US",
        "autoRecalc": "ON_CHANGE",
        "timeZone": "Etc/GMT",
        "defaultFormat": DEFAULT_FORMAT,
        "spreadsheetTheme": THEME,
    }
    return Document(
        spreadsheet_id or secrets.token_urlsafe(33), properties, [new_sheet(0, "Sheet1", USUAL_ROWS, USUAL_COLUMNS)]
    )
