"""Rectangles of a sheet, and A1 notation. Pure. Rows and columns count from 0, as in the API's GridRange."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

CELLS = re.compile(r"\$?([A-Za-z]{1,3})\$?([1-9]\d{0,7})(?::\$?([A-Za-z]{1,3})(?:\$?([1-9]\d{0,7}))?)?")
LETTERS = 26


@dataclass(frozen=True, slots=True)
class Rectangle:
    """`rows` by `columns` cells from (`row`, `column`) on."""

    row: int
    column: int
    rows: int
    columns: int

    @property
    def end_row(self) -> int:
        return self.row + self.rows

    @property
    def end_column(self) -> int:
        return self.column + self.columns

    @property
    def cells(self) -> int:
        return self.rows * self.columns

    def common(self, other: Rectangle) -> Rectangle | None:
        """What both cover, if anything."""
        row, column = max(self.row, other.row), max(self.column, other.column)
        rows, columns = min(self.end_row, other.end_row) - row, min(self.end_column, other.end_column) - column
        return Rectangle(row, column, rows, columns) if rows > 0 and columns > 0 else None

    def minus(self, other: Rectangle | None) -> list[Rectangle]:
        """What only this one covers, as at most four rectangles that do not overlap."""
        inner = self.common(other) if other is not None else None
        if inner is None:
            return [self]
        parts = [
            Rectangle(self.row, self.column, inner.row - self.row, self.columns),
            Rectangle(inner.end_row, self.column, self.end_row - inner.end_row, self.columns),
            Rectangle(inner.row, self.column, inner.rows, inner.column - self.column),
            Rectangle(inner.row, inner.end_column, inner.rows, self.end_column - inner.end_column),
        ]
        return [part for part in parts if part.rows > 0 and part.columns > 0]

    def grid_range(self, sheet: int) -> dict[str, int]:
        """The API's GridRange."""
        return {
            "sheetId": sheet,
            "startRowIndex": self.row,
            "endRowIndex": self.end_row,
            "startColumnIndex": self.column,
            "endColumnIndex": self.end_column,
        }

    def a1(self) -> str:
        first, last = cell(self.row, self.column), cell(self.end_row - 1, self.end_column - 1)
        return first if first == last else f"{first}:{last}"


@dataclass(frozen=True, slots=True)
class Corner:
    """Where a table's top-left cell goes, and how far it may reach at the most."""

    row: int
    column: int
    rows: int | None = None
    columns: int | None = None


@dataclass(frozen=True, slots=True)
class Name:
    """A named range, at whose top-left cell the table begins."""

    name: str


def place(text: str) -> Corner | Name:
    """What a job's `range:` means: `B3`, `A1:H`, `A1:H100`, or else the name of a range."""
    found = CELLS.fullmatch(text.strip())
    if found is None:
        return Name(text.strip())
    row, column = int(found[2]) - 1, column_index(found[1])
    if found[3] is None:
        return Corner(row, column)
    rows = int(found[4]) - row if found[4] else None
    return Corner(row, column, rows, column_index(found[3]) - column + 1)


def column_index(letters: str) -> int:
    """`A` is 0, `Z` 25, `AA` 26."""
    index = 0
    for letter in letters.upper():
        index = index * LETTERS + ord(letter) - ord("A") + 1
    return index - 1


def column_letters(index: int) -> str:
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, LETTERS)
        letters = chr(ord("A") + rest) + letters
    return letters


def cell(row: int, column: int) -> str:
    return f"{column_letters(column)}{row + 1}"


def qualified(title: str, rectangle: Rectangle) -> str:
    """A rectangle as a person would name it, with its tab."""
    plain = re.fullmatch(r"[A-Za-z_]\w*", title)
    return f"{title if plain else quoted(title)}!{rectangle.a1()}"


def quoted(title: str) -> str:
    return "'" + title.replace("'", "''") + "'"


def rectangle_of(grid_range: dict[str, Any], rows: int, columns: int) -> Rectangle:
    """A GridRange of the API in a grid of `rows` by `columns`; what it leaves out is open."""
    row, column = grid_range.get("startRowIndex", 0), grid_range.get("startColumnIndex", 0)
    return Rectangle(
        row, column, grid_range.get("endRowIndex", rows) - row, grid_range.get("endColumnIndex", columns) - column
    )
