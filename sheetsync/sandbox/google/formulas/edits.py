"""The changes to a spreadsheet's structure that formulas have to follow.

Sheets are named by their titles before the edit. Rows and columns count from 0, ends are exclusive.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from sheetsync.sandbox.google.formulas.workbook import Area

Dimension = Literal["ROWS", "COLUMNS"]


@dataclass(frozen=True)
class InsertRows:
    """`count` new rows before the row `start`."""

    sheet: str
    start: int
    count: int


@dataclass(frozen=True)
class InsertColumns:
    """`count` new columns before the column `start`."""

    sheet: str
    start: int
    count: int


@dataclass(frozen=True)
class DeleteRows:
    sheet: str
    start: int
    end: int


@dataclass(frozen=True)
class DeleteColumns:
    sheet: str
    start: int
    end: int


@dataclass(frozen=True)
class MoveRows:
    """Rows dragged elsewhere; `destination` counts before the rows are taken out, as in moveDimension."""

    sheet: str
    start: int
    end: int
    destination: int


@dataclass(frozen=True)
class MoveColumns:
    """Columns dragged elsewhere; `destination` counts before the columns are taken out, as in moveDimension."""

    sheet: str
    start: int
    end: int
    destination: int


@dataclass(frozen=True)
class MoveRange:
    """Cells cut and pasted with their top-left corner at `row` and `column` of `destination_sheet`."""

    sheet: str
    area: Area
    destination_sheet: str
    row: int
    column: int


@dataclass(frozen=True)
class InsertRange:
    """Blank cells put into the area; what stood there moves down (ROWS) or to the right (COLUMNS)."""

    sheet: str
    area: Area
    dimension: Dimension


@dataclass(frozen=True)
class DeleteRange:
    """The area's cells taken out; what stood beyond moves up (ROWS) or to the left (COLUMNS)."""

    sheet: str
    area: Area
    dimension: Dimension


@dataclass(frozen=True)
class RenameSheet:
    old: str
    new: str


@dataclass(frozen=True)
class DeleteSheet:
    title: str


Edit = (
    InsertRows
    | InsertColumns
    | DeleteRows
    | DeleteColumns
    | MoveRows
    | MoveColumns
    | MoveRange
    | InsertRange
    | DeleteRange
    | RenameSheet
    | DeleteSheet
)
