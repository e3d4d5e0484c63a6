"""The table: the noun that travels from a report to a sheet. Pure."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import Enum

import orjson

from sheetsync.errors import TableError

Cell = str | int | float | bool | None
"""A cell's value. Dates are whole days since 1899-12-30, times and durations fractions of a day, money units of its
currency; None is an empty cell."""

MOST_CHARACTERS = 50_000
"""What one cell of Google Sheets takes (its own error text says so)."""
MOST_CELLS = 10_000_000
"""What one spreadsheet takes (Google Sheets' documented limit)."""
MOST_COLUMNS = 18_278
"""The column ZZZ is the last that Google Sheets has."""


class Kind(Enum):
    """What a column's cells mean, and so which number format shows them."""

    ANY = "as it comes"

    TEXT = "text"
    BOOLEAN = "yes or no"
    INTEGER = "whole number"
    NUMBER = "number"
    DECIMAL = "number with two decimals"
    MONEY = "amount of money"
    DATE = "date"
    TIME = "time of day"
    DATE_TIME = "date and time"
    DURATION = "duration"


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table: its `name`, the kind of its cells and, for money in one known currency, its code."""

    name: str
    kind: Kind
    currency: str = ""
    renamed: str = ""

    @property
    def title(self) -> str:
        """What stands in the header."""
        if self.renamed:
            return self.renamed
        return f"{self.name} ({self.currency})" if self.currency else self.name

    def answers_to(self, wanted: str) -> bool:
        """Whether a configuration that says `wanted` means this column.

        A currency may be left out; one that is named may stand for none where none is known, as in an empty report.
        """
        if wanted == self.name:
            return True
        bare = re.sub(r" \([A-Z]{3}\)$", "", wanted)
        return self.kind is Kind.MONEY and not self.currency and bare == self.name


@dataclass(frozen=True, slots=True)
class Choice:
    """One entry of a job's `columns:`; `title` is empty when the column keeps its own."""

    name: str
    title: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """Columns and, for each of them, its cells from top to bottom; all columns are equally long."""

    columns: tuple[Column, ...]
    cells: tuple[Sequence[Cell], ...]

    def __post_init__(self) -> None:
        if len(self.columns) != len(self.cells) or len({len(column) for column in self.cells}) > 1:
            raise ValueError("a table needs one equally long sequence of cells for each column")

    @property
    def rows(self) -> int:
        """The number of records, the header not counted."""
        return len(self.cells[0]) if self.cells else 0

    def records(self) -> Iterator[tuple[Cell, ...]]:
        return zip(*self.cells, strict=True)

    def choose(self, choices: Sequence[Choice]) -> Table:
        """The table with the chosen columns only, in the order of the choices; all of them when there are no choices.

        A column of money that comes in several currencies answers to its bare name with one column for each.

        Raises:
            TableError: a chosen column is not in the table.
        """
        if not choices:
            return self
        columns: list[Column] = []
        cells: list[Sequence[Cell]] = []
        for choice in choices:
            exact = [i for i, column in enumerate(self.columns) if column.title == choice.name]
            found = exact or [i for i, column in enumerate(self.columns) if column.answers_to(choice.name)]
            if not found:
                raise TableError(
                    f"the report has no column {choice.name!r}.",
                    f"Choose among: {', '.join(column.title for column in self.columns)}.",
                )
            for i in found:
                columns.append(_renamed(self.columns[i], choice, several=len(found) > 1))
                cells.append(self.cells[i])
        return Table(tuple(columns), tuple(cells))

    def check_limits(self) -> None:
        """Raises TableError for what Google Sheets could not hold, naming the first offending cell."""
        check_extent(self.rows, len(self.columns))
        check_texts(0, self.cells, [column.title for column in self.columns])

    def fingerprint(self) -> str:
        """A digest that is equal for equal tables: titles, kinds and cells."""
        digest = Digest()
        digest.add(rows_json(self.cells))
        return digest.of(self.columns)


class Digest:
    """Makes the fingerprint of a table from its rows, in their order, as `rows_json` writes them."""

    def __init__(self) -> None:
        self._digest = hashlib.sha256()

    def add(self, rows: bytes) -> None:
        if rows:
            self._digest.update(rows)
            self._digest.update(b",")

    def copy(self) -> Digest:
        other = Digest()
        other._digest = self._digest.copy()
        return other

    def of(self, columns: Sequence[Column]) -> str:
        """The fingerprint, under the titles and kinds of the columns."""
        whole = self._digest.copy()
        whole.update(orjson.dumps([[column.title, column.kind.name] for column in columns]))
        return whole.hexdigest()


def rows_json(cells: Sequence[Sequence[Cell]]) -> bytes:
    """Rows as JSON arrays of their cells, one after the other with commas between; `null` is an empty cell."""
    return orjson.dumps(list(zip(*cells, strict=True)))[1:-1]


def check_extent(rows: int, columns: int, most_cells: int = MOST_CELLS) -> None:
    """Raises TableError when that many records and their header are more than a spreadsheet holds."""
    if columns > MOST_COLUMNS:
        raise TableError(f"the table has {columns:,} columns; a sheet holds {MOST_COLUMNS:,}.")
    if (rows + 1) * columns > most_cells:
        raise TableError(
            f"the table has {rows + 1:,} rows of {columns} columns, over the {most_cells:,} cells"
            " that a spreadsheet can hold.",
            "Choose fewer columns, or split the job into shorter windows with a spreadsheet each.",
        )


def check_texts(first: int, cells: Sequence[Sequence[Cell]], titles: Sequence[str]) -> None:
    """Raises TableError for a text that is too long for a cell; `first` is the number of the first row, from 0."""
    for title, column in zip(titles, cells, strict=True):
        for cell in column:
            if type(cell) is str and len(cell) > MOST_CHARACTERS:
                raise TableError(
                    f"column {title!r} of row {first + column.index(cell) + 1} holds {len(cell):,} characters;"
                    f" a cell holds {MOST_CHARACTERS:,}.",
                    "Shorten it in Clockify, or leave the column out with columns:.",
                )


def _renamed(column: Column, choice: Choice, *, several: bool) -> Column:
    if choice.title:
        return replace(column, renamed=f"{choice.title} ({column.currency})" if several else choice.title)
    # An empty report does not say its currency, but its header should not change for that.
    return column if several or choice.name == column.name else replace(column, renamed=choice.name)
