"""A sheet's cells: rows of values, formats and extras.

Versions of a document share them until one of them writes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import Flag, auto
from typing import Any, TypeVar

from sheetsync.sandbox.google.formats.cells import holds_formula
from sheetsync.sandbox.google.styles import Style

Content = str | float | bool | None
"""What was written into a cell: text, a FormulaText, a number (always a float), a boolean, or nothing."""

Extras = Mapping[str, Any]
"""What few cells have: note, dataValidation, textFormatRuns, chipRuns, pivotTable. Never changed in place."""

T = TypeVar("T")

BLOCK = 256
"""Rows that are copied together when one of them is written for the first time in a new version."""


class Plane(Flag):
    """The parts of a cell that can be written apart from each other."""

    VALUE = auto()
    STYLE = auto()
    EXTRAS = auto()


ALL_PLANES = Plane.VALUE | Plane.STYLE | Plane.EXTRAS


@dataclass(frozen=True, slots=True)
class Row:
    """One row, without the empty cells at its end. Three planes, because most cells have a value only."""

    values: tuple[Content, ...] = ()
    styles: tuple[Style | None, ...] = ()
    extras: tuple[Extras | None, ...] = ()

    @property
    def width(self) -> int:
        return max(len(self.values), len(self.styles), len(self.extras))

    def value(self, column: int) -> Content:
        return self.values[column] if column < len(self.values) else None

    def style(self, column: int) -> Style | None:
        return self.styles[column] if column < len(self.styles) else None

    def extras_at(self, column: int) -> Extras:
        return (self.extras[column] if column < len(self.extras) else None) or {}

    def piece(self, left: int, right: int) -> Row:
        """The cells from `left` up to, without, `right`, as a row of their own."""
        return Row(trimmed(self.values[left:right]), trimmed(self.styles[left:right]), trimmed(self.extras[left:right]))

    def with_piece(self, left: int, width: int, piece: Row, planes: Plane = ALL_PLANES) -> Row:
        """This row with `width` cells from `left` on replaced by the piece's, in the planes named."""
        values_alone = planes is Plane.VALUE
        if values_alone:
            return Row(spliced(self.values, left, width, piece.values), self.styles, self.extras)
        return Row(
            spliced(self.values, left, width, piece.values) if Plane.VALUE in planes else self.values,
            spliced(self.styles, left, width, piece.styles) if Plane.STYLE in planes else self.styles,
            spliced(self.extras, left, width, piece.extras) if Plane.EXTRAS in planes else self.extras,
        )

    def with_inserted(self, column: int, count: int, piece: Row) -> Row:
        """This row with `count` cells put in before `column`; those from there on move to the right."""
        return Row(
            inserted(self.values, column, count, piece.values),
            inserted(self.styles, column, count, piece.styles),
            inserted(self.extras, column, count, piece.extras),
        )

    def without(self, start: int, end: int) -> Row:
        """This row with the cells from `start` up to, without, `end` taken out; those beyond move to the left."""
        return Row(
            trimmed(self.values[:start] + self.values[end:]),
            trimmed(self.styles[:start] + self.styles[end:]),
            trimmed(self.extras[:start] + self.extras[end:]),
        )


EMPTY = Row()


def trimmed(cells: tuple[T | None, ...]) -> tuple[T | None, ...]:
    end = len(cells)
    while end and cells[end - 1] is None:
        end -= 1
    return cells if end == len(cells) else cells[:end]


def spliced(old: tuple[T | None, ...], left: int, width: int, new: tuple[T | None, ...]) -> tuple[T | None, ...]:
    if not new and left >= len(old):
        return old
    if left == 0 and len(new) <= width and len(old) <= width:
        return trimmed(new)
    head, tail = old[:left], old[left + width :]
    gap = (None,) * (left - len(head))
    padding = (None,) * (width - len(new)) if tail else ()
    return trimmed((*head, *gap, *new[:width], *padding, *tail))


def inserted(old: tuple[T | None, ...], column: int, count: int, new: tuple[T | None, ...]) -> tuple[T | None, ...]:
    gap = (None,) * (column - len(old))
    return trimmed((*old[:column], *gap, *new, *(None,) * (count - len(new)), *old[column:]))


class Grid:
    """Rows and columns of a fixed extent. `copy` is cheap: blocks of rows are shared until written.

    `had_formulas` says whether a formula was ever put in; most grids have none to be looked for.
    """

    def __init__(self, rows: int, columns: int) -> None:
        self.row_count, self.column_count = rows, columns
        self._blocks: list[list[Row] | None] = []
        self._owned: set[int] = set()
        self.had_formulas = False

    def copy(self) -> Grid:
        """A version that can be written without changing this one, which must not be written any more."""
        other = Grid(self.row_count, self.column_count)
        other._blocks = list(self._blocks)
        other.had_formulas = self.had_formulas
        return other

    @property
    def cell_count(self) -> int:
        return self.row_count * self.column_count

    def row(self, index: int) -> Row:
        number, offset = divmod(index, BLOCK)
        block = self._blocks[number] if number < len(self._blocks) else None
        return EMPTY if block is None else block[offset]

    def put(self, index: int, row: Row) -> None:
        number, offset = divmod(index, BLOCK)
        if number >= len(self._blocks):
            self._blocks.extend([None] * (number + 1 - len(self._blocks)))
        block = self._blocks[number]
        if number not in self._owned:
            block = [EMPTY] * BLOCK if block is None else list(block)
            self._blocks[number] = block
            self._owned.add(number)
        self.had_formulas = self.had_formulas or holds_formula(row.values)
        if block is not None:
            # Empty rows are one object, so that looking for the last used row passes them by quickly.
            block[offset] = row if row.values or row.styles or row.extras else EMPTY

    def rows(self, start: int = 0, end: int | None = None) -> Iterator[Row]:
        """The rows from `start` up to, without, `end`, empty ones too."""
        end = self.row_count if end is None else end
        while start < end:
            number, offset = divmod(start, BLOCK)
            block = self._blocks[number] if number < len(self._blocks) else None
            count = min(BLOCK - offset, end - start)
            yield from [EMPTY] * count if block is None else block[offset : offset + count]
            start += count

    def used_rows(self) -> int:
        """The number of rows up to and with the last one that has anything in it."""
        for number in range(len(self._blocks) - 1, -1, -1):
            block = self._blocks[number] or []
            for offset in range(len(block) - 1, -1, -1):
                if block[offset] is not EMPTY and block[offset].width:
                    return number * BLOCK + offset + 1
        return 0

    def filled_rows(self) -> Iterator[tuple[int, Row]]:
        """Every row that has anything in it, with its index."""
        for number, block in enumerate(self._blocks):
            for offset, row in enumerate(block or ()):
                if row is not EMPTY and row.width:
                    yield number * BLOCK + offset, row

    def map_rows(self, start: int, end: int, change: Callable[[Row], Row]) -> None:
        """Replace rows one by one; those that stay the same object are not copied."""
        for index in range(start, end):
            before = self.row(index)
            after = change(before)
            if after is not before:
                self.put(index, after)

    def resize(self, rows: int, columns: int) -> None:
        """Grow, or cut off what lies outside the new extent."""
        used = self.used_rows()
        if columns < self.column_count:
            self.map_rows(0, min(rows, used), lambda row: row.piece(0, columns) if row.width > columns else row)
        if rows < used:
            self._replace(list(self.rows(0, rows)))
        self.row_count, self.column_count = rows, columns

    def insert_rows(self, at: int, rows: list[Row]) -> None:
        before = self._used()
        before.extend([EMPTY] * (at - len(before)))
        self._replace(before[:at] + rows + before[at:])
        self.row_count += len(rows)

    def delete_rows(self, start: int, end: int) -> None:
        before = self._used()
        self._replace(before[:start] + before[end:])
        self.row_count -= end - start

    def move_rows(self, start: int, end: int, destination: int) -> None:
        """Move rows; `destination` counts before they are taken out."""
        before = self._used()
        before.extend([EMPTY] * (max(end, destination) - len(before)))
        taken = before[start:end]
        rest = before[:start] + before[end:]
        at = destination if destination <= start else destination - (end - start)
        self._replace(rest[:at] + taken + rest[at:])

    def insert_columns(self, at: int, count: int, piece: Callable[[Row], Row]) -> None:
        """Put columns in; `piece` tells what a row's new cells are."""
        self.map_rows(0, self.used_rows(), lambda row: row.with_inserted(at, count, piece(row)))
        self.column_count += count

    def delete_columns(self, start: int, end: int) -> None:
        self.map_rows(0, self.used_rows(), lambda row: row.without(start, end))
        self.column_count -= end - start

    def move_columns(self, start: int, end: int, destination: int) -> None:
        """Move columns; `destination` counts before they are taken out."""
        at = destination if destination <= start else destination - (end - start)

        def moved(row: Row) -> Row:
            return row.without(start, end).with_inserted(at, end - start, row.piece(start, end))

        self.map_rows(0, self.used_rows(), moved)

    def _used(self) -> list[Row]:
        return list(self.rows(0, self.used_rows()))

    def _replace(self, rows: Iterable[Row]) -> None:
        flat = list(rows)
        flat.extend([EMPTY] * (-len(flat) % BLOCK))
        self._blocks = [flat[start : start + BLOCK] for start in range(0, len(flat), BLOCK)]
        self._owned = set(range(len(self._blocks)))
