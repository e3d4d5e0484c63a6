"""A table that comes bit by bit, so that nobody has to hold all of it."""

from __future__ import annotations

import secrets
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

import orjson

from sheetsync.table import Cell, Column, Digest, Table, rows_json


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


def held(parts: Parts, most_cells: int) -> Table | Parts:
    """The table, when it has at most so many cells; else its parts, from the first one on."""
    width = len(parts.titles)
    if parts.expected is not None and parts.expected * width > most_cells:
        return parts
    kept: list[Part] = []
    coming = iter(parts)
    for part in coming:
        kept.append(part)
        if (part.at + part.rows) * width > most_cells:
            return _Resumed(parts, kept, coming)
    return collected(_Resumed(parts, kept, coming))


@dataclass(slots=True)
class _Resumed:
    """Parts of which the first ones were taken already."""

    parts: Parts
    taken: list[Part]
    coming: Iterator[Part]

    @property
    def titles(self) -> Sequence[str]:
        return self.parts.titles

    @property
    def expected(self) -> int | None:
        return self.parts.expected

    def __iter__(self) -> Iterator[Part]:
        while self.taken:
            yield self.taken.pop(0)
        yield from self.coming

    def columns(self) -> tuple[Column, ...]:
        return self.parts.columns()


class Tally:
    """Counts the rows of a table that comes bit by bit, and makes its fingerprint."""

    def __init__(self) -> None:
        self.rows = 0
        self._digests = {0: Digest()}
        self._joined = False

    def take(self, part: Part, values: Iterable[bytes] | None = None) -> None:
        """Take in the next part; `values` are its rows as `rows_json` writes them, where they are known already."""
        if part.patch:
            self._joined = True
            return
        digest = self._digests[part.at].copy()
        for piece in values if values is not None else [rows_json(part.cells)]:
            digest.add(piece)
        if part.at < self.rows:
            self._digests = {at: kept for at, kept in self._digests.items() if at <= part.at}
        self.rows = part.at + part.rows
        self._digests[self.rows] = digest

    def fingerprint(self, columns: Sequence[Column]) -> str:
        """The table's, equal to that of the same table in one piece.

        One of whose rows some were patched after they had been counted equals no other.
        """
        return secrets.token_hex(32) if self._joined else self._digests[self.rows].of(columns)


class Spool:
    """Parts that were gone through once and kept in a temporary file, to be gone through again."""

    def __init__(self, parts: Parts) -> None:
        """Takes all parts in; raises what going through them may raise."""
        self.titles = list(parts.titles)
        self._file = tempfile.TemporaryFile()  # noqa: SIM115 - lives as long as the spool
        tally = Tally()
        for part in parts:
            tally.take(part)
            self._file.write(orjson.dumps((part.at, part.patch, part.cells)) + b"\n")
        self._columns = parts.columns()
        self.expected = tally.rows
        self.fingerprint = tally.fingerprint(self._columns)

    def __iter__(self) -> Iterator[Part]:
        self._file.seek(0)
        for line in self._file:
            at, patch, cells = orjson.loads(line)
            yield Part(at, tuple(cells), patch)

    def columns(self) -> tuple[Column, ...]:
        return self._columns

    def close(self) -> None:
        self._file.close()
