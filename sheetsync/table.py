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
        if len(self.columns) > MOST_COLUMNS:
            raise TableError(f"the table has {len(self.columns):,} columns; a sheet holds {MOST_COLUMNS:,}.")
        if (self.rows + 1) * len(self.columns) > MOST_CELLS:
            raise TableError(
                f"the table has {self.rows + 1:,} rows of {len(self.columns)} columns, over the {MOST_CELLS:,} cells"
                " that a spreadsheet can hold.",
                "Choose fewer columns, or split the job into shorter windows with a spreadsheet each.",
            )
        for column, cells in zip(self.columns, self.cells, strict=True):
            for row, cell in enumerate(cells):
                if isinstance(cell, str) and len(cell) > MOST_CHARACTERS:
                    raise TableError(
                        f"column {column.title!r} of row {row + 1} holds {len(cell):,} characters; a cell holds"
                        f" {MOST_CHARACTERS:,}.",
                        "Shorten it in Clockify, or leave the column out with columns:.",
                    )

    def fingerprint(self) -> str:
        """A digest that is equal for equal tables: titles, kinds and cells."""
        digest = hashlib.sha256(orjson.dumps([[column.title, column.kind.name] for column in self.columns]))
        for cells in self.cells:
            digest.update(orjson.dumps(list(cells)))
        return digest.hexdigest()


def _renamed(column: Column, choice: Choice, *, several: bool) -> Column:
    if choice.title:
        return replace(column, renamed=f"{choice.title} ({column.currency})" if several else choice.title)
    # An empty report does not say its currency, but its header should not change for that.
    return column if several or choice.name == column.name else replace(column, renamed=choice.name)
