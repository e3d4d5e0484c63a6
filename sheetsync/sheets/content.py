"""What is to be published: cells that go along in the request, or rows that wait in a staging tab. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import is_not
from typing import Protocol

from sheetsync.sheets import formats
from sheetsync.table import Column, Table

RUN_BYTES = 180
"""What a `repeatCell` needs beside its cell."""
RUNS_PAY = 2
"""How many times shorter runs have to be than cells of their own."""


class Content(Protocol):
    """The rows of a table on their way to a sheet.

    Attributes:
        rows: how many records there are, the header not counted.
        fingerprint: the table's.
        widths: pixels in which each column can be read.
        size: about how many bytes of a request it takes.
    """

    @property
    def columns(self) -> tuple[Column, ...]: ...

    @property
    def rows(self) -> int: ...

    @property
    def fingerprint(self) -> str: ...

    @property
    def widths(self) -> tuple[int, ...]: ...

    @property
    def size(self) -> int: ...


@dataclass(frozen=True, slots=True)
class Run:
    """Equal cells of a column one below the other: `cell` is their CellData, the records count from 0."""

    column: int
    first: int
    end: int
    cell: bytes


@dataclass(frozen=True, slots=True)
class Inline:
    """A table in the request itself: RowData of its header and records, as JSON, and cells that come in long runs."""

    columns: tuple[Column, ...]
    rows: int
    fingerprint: str
    widths: tuple[int, ...]
    body: bytes
    runs: tuple[Run, ...]

    @property
    def size(self) -> int:
        return len(self.body) + sum(len(run.cell) + RUN_BYTES for run in self.runs)


@dataclass(frozen=True, slots=True)
class Staged:
    """Records that stand in a staging tab, from its first cell on, without a header; `run` put them there."""

    columns: tuple[Column, ...]
    rows: int
    fingerprint: str
    widths: tuple[int, ...]
    sheet: int
    run: str

    @property
    def size(self) -> int:
        return len(self.columns) * RUN_BYTES


def inline(table: Table) -> Inline:
    """A table as the bytes of a request."""
    columns: list[Sequence[bytes]] = []
    runs: list[Run] = []
    for index, (column, cells) in enumerate(zip(table.columns, table.cells, strict=True)):
        encoded = formats.cells(column, cells)
        if _better_in_runs(encoded):
            runs += _runs(index, encoded)
            encoded = [formats.EMPTY] * len(encoded)
        columns.append(encoded)
    return Inline(
        table.columns, table.rows, table.fingerprint(), widths(table), formats.rows(table.columns, columns), tuple(runs)
    )


def widths(table: Table) -> tuple[int, ...]:
    """Pixels in which each column's title and first cells can be read."""
    return tuple(formats.width(column, cells) for column, cells in zip(table.columns, table.cells, strict=True))


def _better_in_runs(cells: Sequence[bytes]) -> bool:
    """Whether a column is much shorter in runs. Equal cells are the same object, but for a few that need not be."""
    length = sum(map(len, cells))
    run_length = RUN_BYTES + length / max(1, len(cells))
    return (1 + sum(map(is_not, cells, cells[1:]))) * run_length * RUNS_PAY < length


def _runs(column: int, cells: Sequence[bytes]) -> Iterator[Run]:
    end = 0
    for cell, equal in groupby(cells):
        first, end = end, end + sum(1 for _ in equal)
        if cell != formats.EMPTY:
            yield Run(column, first, end, cell)
