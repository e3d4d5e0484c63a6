"""A table that comes bit by bit, so that nobody has to hold all of it. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from sheetsync.table import Cell, Column, Table


@dataclass(frozen=True, slots=True)
class Part:
    """Some rows of a table that comes bit by bit: its cells by column, from the row `at` on, counted from 0.

    A part that begins before the end of what came takes the place of all rows from there on: they were read anew.
    A `patch` replaces its own rows alone.
    """

    at: int
    cells: tuple[Sequence[Cell], ...]
    patch: bool = False

    @property
    def rows(self) -> int:
        return len(self.cells[0]) if self.cells else 0

    def piece(self, start: int, end: int) -> Part:
        """The rows from `start` up to, without, `end`, counted within the part."""
        return Part(self.at + start, tuple(cells[start:end] for cells in self.cells), self.patch)


class Parts(Protocol):
    """A table that comes bit by bit; to be gone through once.

    Attributes:
        titles: what its columns are called in messages, before all of it is known.
        expected: how many rows it is said to have, or None; known from the first part on.
    """

    @property
    def titles(self) -> Sequence[str]: ...

    @property
    def expected(self) -> int | None: ...

    def __iter__(self) -> Iterator[Part]: ...

    def columns(self) -> tuple[Column, ...]:
        """The columns, once all parts came."""


@dataclass(slots=True)
class Whole:
    """A table that is all there, as parts of it."""

    table: Table
    rows_at_once: int = 1000

    @property
    def titles(self) -> list[str]:
        return [column.title for column in self.table.columns]

    @property
    def expected(self) -> int:
        return self.table.rows

    def __iter__(self) -> Iterator[Part]:
        everything = Part(0, self.table.cells)
        for start in range(0, self.table.rows, self.rows_at_once):
            yield everything.piece(start, start + self.rows_at_once)

    def columns(self) -> tuple[Column, ...]:
        return self.table.columns


def collected(parts: Parts) -> Table:
    """The table that its parts make."""
    cells: list[list[Cell]] = [[] for _ in parts.titles]
    for part in parts:
        for column, new in zip(cells, part.cells, strict=True):
            column[part.at : part.at + len(new) if part.patch else None] = new
    return Table(parts.columns(), tuple(cells))
