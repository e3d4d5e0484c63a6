"""The cells of a part of a sheet, as the page draws them. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

from sheetsync.sandbox.google.document import Area, Document, Sheet
from sheetsync.sandbox.google.formats.cells import CellError, FormulaText
from sheetsync.sandbox.google.grid import Content, Row
from sheetsync.sandbox.google.rendering import formatted, number
from sheetsync.sandbox.google.styles import Style
from sheetsync.sandbox.pages.look import PLAIN, Look, look_of

Kind = Literal["empty", "text", "number", "boolean", "error"]
LETTERS: dict[Kind, str] = {"empty": "", "text": "t", "number": "n", "boolean": "b", "error": "e"}

MOST_ROWS, MOST_COLUMNS = 512, 128
"""A larger window is cut down: the page asks for what it shows."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell: what it shows, what was written into it, and what kind of value it comes to."""

    text: str
    raw: str
    kind: Kind
    look: Look
    note: str = ""
    message: str = ""


@dataclass(frozen=True, slots=True)
class Window:
    """Rows of cells from `top` and `left` on, without the empty ones at each end; None is an empty cell."""

    top: int
    left: int
    rows: tuple[tuple[Cell | None, ...], ...]


def window(document: Document, sheet: Sheet, area: Area) -> Window:
    """The cells of an area that lies inside the sheet's grid."""
    rows = sheet.grid.rows(area.top, min(area.bottom, sheet.grid.used_rows()))
    view = View(document, sheet)
    return Window(area.top, area.left, tuple(view.cells(index, row, area) for index, row in enumerate(rows, area.top)))


def bounded(sheet: Sheet, top: int, left: int, bottom: int, right: int) -> Area:
    """The part of the cells asked for that lies in the grid and is not larger than a window may be."""
    grid = sheet.grid
    top, left = min(max(top, 0), grid.row_count), min(max(left, 0), grid.column_count)
    bottom = min(max(bottom, top), top + MOST_ROWS, grid.row_count)
    return Area(sheet.sheet_id, top, left, bottom, min(max(right, left), left + MOST_COLUMNS, grid.column_count))


class View:
    """Reads cells of one sheet of one version."""

    def __init__(self, document: Document, sheet: Sheet) -> None:
        self._document, self._sheet = document, sheet
        self._looks: dict[Style | None, Look] = {}

    def cells(self, index: int, row: Row, area: Area) -> tuple[Cell | None, ...]:
        return tuple(self._cell(index, column, row) for column in range(area.left, min(area.right, row.width)))

    def _cell(self, index: int, column: int, row: Row) -> Cell | None:
        content, style, extras = row.value(column), row.style(column), row.extras_at(column)
        if content is None and style is None and not extras:
            return None
        value: Content | CellError = content
        if type(content) is FormulaText:
            value = self._document.calculated(self._sheet, index, column)
        text = "" if value is None else formatted(value, style, self._document.locale)
        message = value.message if isinstance(value, CellError) else ""
        return Cell(text, raw_of(content), kind_of(value), self._look(style), str(extras.get("note", "")), message)

    def _look(self, style: Style | None) -> Look:
        if style not in self._looks:
            self._looks[style] = look_of(style)
        return self._looks[style]


def kind_of(value: Content | CellError) -> Kind:
    match value:
        case None:
            return "empty"
        case CellError():
            return "error"
        case bool():
            return "boolean"
        case str():
            return "text"
        case _:
            return "number"


def raw_of(content: Content) -> str:
    """The content line: the formula, or the value without its format; text that looks like a formula gets its mark."""
    match content:
        case None:
            return ""
        case bool():
            return "TRUE" if content else "FALSE"
        case FormulaText():
            return str(content)
        case str():
            return f"'{content}" if content.startswith("=") else content
        case _:
            return str(number(float(content)))


@dataclass(slots=True)
class Packed:
    """A window on its way to the browser: few bytes a cell, and each look once."""

    looks: list[Look] = field(default_factory=list)
    _known: dict[Look, int] = field(default_factory=dict)

    def rows(self, shown: Window) -> list[list[list[Any] | None]]:
        return [[None if cell is None else self._cell(cell) for cell in row] for row in shown.rows]

    def _cell(self, cell: Cell) -> list[Any]:
        """Text, kind's first letter, look (-1: plain), and where there is one: raw value, note, message."""
        raw = "" if cell.raw == cell.text else cell.raw
        result: list[Any] = [cell.text, LETTERS[cell.kind], self._look(cell.look), raw, cell.note, cell.message]
        while result[-1] == "" and len(result) > 3:
            result.pop()
        return result

    def _look(self, look: Look) -> int:
        if look == PLAIN:
            return -1
        if look not in self._known:
            self._known[look] = len(self.looks)
            self.looks.append(look)
        return self._known[look]
