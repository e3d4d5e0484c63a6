"""How ranges follow rows and columns that are inserted, deleted or moved. Pure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from sheetsync.sandbox.google.document import Area, Dimension
from sheetsync.sandbox.google.schema import Json

Span = tuple[int, int]
GRID_RANGE = frozenset({"sheetId", "startRowIndex", "endRowIndex", "startColumnIndex", "endColumnIndex"})
DIMENSION_RANGE = frozenset({"sheetId", "dimension", "startIndex", "endIndex"})
COORDINATE = frozenset({"sheetId", "rowIndex", "columnIndex"})
NO_END = 2**31 - 1


@dataclass(frozen=True, slots=True)
class Shift:
    """A change of one sheet's rows or columns.

    `start` and `end` are the new, deleted or moved ones; `destination`, for a move, counts before they are taken out.
    """

    kind: Literal["insert", "delete", "move"]
    sheet_id: int
    dimension: Dimension
    start: int
    end: int
    destination: int = 0

    @property
    def count(self) -> int:
        return self.end - self.start

    def index(self, index: int) -> int | None:
        """Where a row or column is afterwards; None when it was deleted."""
        if self.kind == "insert":
            return index + self.count if index >= self.start else index
        if self.kind == "delete":
            return None if self.start <= index < self.end else index - (self.count if index >= self.end else 0)
        landing = self.destination - (self.count if self.destination > self.start else 0)
        if self.start <= index < self.end:
            return landing + index - self.start
        rest = index - (self.count if index >= self.end else 0)
        return rest + (self.count if rest >= landing else 0)

    def span(self, span: Span) -> Span | None:
        """Where a range is afterwards; None when all of it was deleted. An empty range stays as it is."""
        low, high = span
        if low >= high:
            return span
        if self.kind == "insert":
            return low + (self.count if self.start <= low else 0), high + (self.count if self.start < high else 0)
        if self.kind == "delete":
            cut = (self._closed(low), self._closed(high))
            return cut if cut[0] < cut[1] else None
        first, last = self.index(low), self.index(high - 1)
        if self.start <= low and high <= self.end:
            return None if first is None else (first, first + high - low)
        if first is None or last is None or first > last:
            return span
        return first, last + 1

    def _closed(self, edge: int) -> int:
        return edge - max(0, min(edge, self.end) - self.start)


def followed(value: Any, change: Callable[[Json], Json | None]) -> Any:
    """JSON with every GridRange, DimensionRange and GridCoordinate in it changed.

    A range for which `change` gives None is gone: it is dropped from its list, and what consists of it (its `range`
    is that) is gone as well, told by None.
    """
    if isinstance(value, list | tuple):
        kept = [followed(entry, change) for entry in value]
        return [entry for entry in kept if entry is not None]
    if not isinstance(value, dict):
        return value
    if value and (value.keys() <= GRID_RANGE or value.keys() <= DIMENSION_RANGE or value.keys() <= COORDINATE):
        return change(value)
    result: Json = {}
    for name, entry in value.items():
        after = followed(entry, change) if isinstance(entry, dict | list | tuple) else entry
        if after is None and name == "range":
            return None
        if after is not None:
            result[name] = after
    return result


def shifted(shift: Shift) -> Callable[[Json], Json | None]:
    """How one range or coordinate follows a shift of rows or columns."""
    word = "Row" if shift.dimension == "ROWS" else "Column"
    start, end, cell = f"start{word}Index", f"end{word}Index", f"{word.lower()}Index"

    def change(value: Json) -> Json | None:
        if value.get("sheetId", 0) != shift.sheet_id:
            return value
        if "dimension" in value:
            return _spanned(value, "startIndex", "endIndex", shift) if value["dimension"] == shift.dimension else value
        if cell in value:
            index = shift.index(value[cell])
            return {**value, cell: shift.start if index is None else index}
        return _spanned(value, start, end, shift) if start in value or end in value else value

    return change


def _spanned(value: Json, start: str, end: str, shift: Shift) -> Json | None:
    span = shift.span((value.get(start, 0), value.get(end, NO_END)))
    if span is None:
        return None
    result = dict(value)
    if start in value:
        result[start] = span[0]
    if end in value:
        result[end] = span[1]
    return result


def carried(source: Area, sheet_id: int, row: int, column: int) -> Callable[[Json], Json | None]:
    """How ranges that lie inside a cut block follow it to the sheet and cell where it is pasted."""

    def change(value: Json) -> Json | None:
        if not {"startRowIndex", "endRowIndex", "startColumnIndex", "endColumnIndex"} <= value.keys():
            return value
        area = Area(
            value.get("sheetId", 0),
            value["startRowIndex"],
            value["startColumnIndex"],
            value["endRowIndex"],
            value["endColumnIndex"],
        )
        if not source.holds(area):
            return value
        down, right = row - source.top, column - source.left
        return Area(sheet_id, area.top + down, area.left + right, area.bottom + down, area.right + right).json()

    return change
