"""How report columns are described: once, for tables, for checking `columns:` and for the documentation. Pure."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from sheetsync.clockify.query import Amount
from sheetsync.table import Cell, Choice, Column, Kind, Table

Record = TypeVar("Record")
Built = tuple[Column, Sequence[Cell]]

API_FIELD = re.compile(r"_?[a-z]\w*(\..+)?")
"""What a field of the API looks like in `columns:`, such as `projectColor`; no column of ours begins in lower case."""
CURRENCY = re.compile(r" \(([A-Z]{3})\)$")


@dataclass(frozen=True, slots=True)
class Field(Generic[Record]):
    """A column that a report can have.

    Attributes:
        about: its meaning, for the documentation.
        read: the cell of a record; for money, see `amount`.
        default: whether the table has it when `columns:` says nothing.
        amount: the amount that has to be asked for, for it to be there.
    """

    name: str
    kind: Kind
    about: str
    read: Callable[[Record], Cell]
    default: bool = True
    amount: Amount | None = None


def build(
    fields: Sequence[Field[Record]],
    records: Sequence[Record],
    amounts: Sequence[Amount],
    choices: Sequence[Choice],
    *,
    of_path: Callable[[Record, str], Cell],
    money: Callable[[Field[Record], list[Cell]], list[Built]],
) -> Table:
    """A table with one row per record.

    Args:
        fields: all columns that the report has.
        records: the rows.
        amounts: the amounts that were asked for; the columns of others are left out.
        choices: the job's `columns:`; empty for the default ones.
        of_path: reads a field of the API that has no column of its own.
        money: the columns that one field of money becomes, which depends on the currencies.

    Raises:
        TableError: a chosen column does not exist.
    """
    built: list[Built] = []
    for field in _wanted(fields, amounts, choices):
        cells = [field.read(record) for record in records]
        built += money(field, cells) if field.kind is Kind.MONEY else [(Column(field.name, field.kind), cells)]
    for path in dict.fromkeys(choice.name for choice in choices if API_FIELD.fullmatch(choice.name)):
        built.append(_of_path(path, [of_path(record, path) for record in records]))
    return Table(tuple(column for column, _ in built), tuple(cells for _, cells in built)).choose(choices)


def _wanted(
    fields: Sequence[Field[Record]], amounts: Sequence[Amount], choices: Sequence[Choice]
) -> list[Field[Record]]:
    if not choices:
        return [field for field in fields if field.default and (field.amount is None or field.amount in amounts)]
    names = {bare(choice.name) for choice in choices}
    return [field for field in fields if field.name in names]


def bare(name: str) -> str:
    """A column's name without its currency."""
    return CURRENCY.sub("", name)


def nearest(name: str, known: Sequence[str]) -> str:
    """The known name that was probably meant, or an empty text."""
    near = difflib.get_close_matches(bare(name).casefold(), {each.casefold(): each for each in known}, n=1, cutoff=0.6)
    return next((each for each in known if near and each.casefold() == near[0]), "")


def _of_path(path: str, cells: list[Cell]) -> Built:
    """The column of a field of the API that has no name of ours; its kind is what all of its cells are."""
    there = [cell for cell in cells if cell is not None]
    if there and all(isinstance(cell, bool) for cell in there):
        return Column(path, Kind.BOOLEAN), cells
    if there and all(isinstance(cell, int | float) and not isinstance(cell, bool) for cell in there):
        return Column(path, Kind.NUMBER), cells
    return Column(path, Kind.TEXT), [None if cell is None else str(cell) for cell in cells]
