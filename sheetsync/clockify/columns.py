"""How report columns are described: once, for tables, for checking `columns:` and for the documentation. Pure."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Generic, TypeVar

from sheetsync.clockify.query import Amount
from sheetsync.errors import TableError
from sheetsync.table import Cell, Choice, Column, Kind, Table

Record = TypeVar("Record")
Records = TypeVar("Records")
"""Some records of a report: a sequence of them, or their values by column."""

API_FIELD = re.compile(r"_?[a-z]\w*(\..+)?")
"""What a field of the API looks like in `columns:`, such as `projectColor`; no column of ours begins in lower case."""
CURRENCY = re.compile(r" \(([A-Z]{3})\)$")


@dataclass(frozen=True, slots=True)
class Field(Generic[Records]):
    """A column that a report can have.

    Attributes:
        about: its meaning, for the documentation.
        read: its cells, one for each record.
        default: whether the table has it when `columns:` says nothing.
        amount: the amount that has to be asked for, for it to be there.
    """

    name: str
    kind: Kind
    about: str
    read: Callable[[Records], list[Cell]]
    default: bool = True
    amount: Amount | None = None


@dataclass(frozen=True, slots=True)
class Layout(Generic[Records]):
    """How a report with one row per record is read.

    Attributes:
        fields: all columns that it has.
        of_path: reads a field of the API that has no column of its own.
        currencies: those of the records' amounts; an empty text where it is not said.
    """

    fields: Sequence[Field[Records]]
    of_path: Callable[[Records, str], list[Cell]]
    currencies: Callable[[Records], list[str]]


@dataclass(frozen=True, slots=True)
class _Chosen(Generic[Records]):
    """A column to be: what reads it, and the currency that it was asked for in, if any."""

    name: str
    kind: Kind
    read: Callable[[Records], list[Cell]]
    currency: str = ""
    title: str = ""


class Tabulation(Generic[Records]):
    """Makes columns of records, some at a time; what the columns are called depends on all of them.

    Args:
        amounts: those that were asked for; the columns of others are left out.
        choices: the job's `columns:`; empty for the default ones.

    Raises:
        TableError: a chosen column does not exist.
    """

    def __init__(self, layout: Layout[Records], amounts: Sequence[Amount], choices: Sequence[Choice]) -> None:
        self._layout = layout
        self._chosen = _all_chosen(layout, amounts, choices)
        self._money = any(chosen.kind is Kind.MONEY for chosen in self._chosen)
        self._currencies: set[str] = set()

    @property
    def titles(self) -> list[str]:
        """What the columns are called in messages, before all of them is known."""
        return [chosen.title or chosen.name for chosen in self._chosen]

    def cells(self, records: Records) -> tuple[list[Cell], ...]:
        """The cells of some records, by column."""
        currencies = self._layout.currencies(records) if self._money else []
        self._currencies.update(filter(None, currencies))
        return tuple(_column(chosen, records, currencies) for chosen in self._chosen)

    def columns(self) -> tuple[Column, ...]:
        """The columns, once all records were given.

        Raises:
            TableError: a column names a currency that no record has.
        """
        return tuple(self._titled(chosen) for chosen in self._chosen)

    def _titled(self, chosen: _Chosen[Records]) -> Column:
        if chosen.kind is not Kind.MONEY:
            return Column(chosen.name, chosen.kind, renamed=chosen.title)
        known = self._currencies
        if not chosen.currency:
            return Column(chosen.name, chosen.kind, next(iter(known)) if len(known) == 1 else "", chosen.title)
        # An empty report does not say its currency, but its header should not change for that.
        if known and chosen.currency not in known:
            raise TableError(
                f"no row is in {chosen.currency}, which column '{chosen.name} ({chosen.currency})' names.",
                f"The rows are in {', '.join(sorted(known))}.",
            )
        return Column(chosen.name, chosen.kind, chosen.currency, chosen.title)


def each(read: Callable[[Record], Cell]) -> Callable[[Sequence[Record]], list[Cell]]:
    """Reads records one by one."""
    return lambda records: [read(record) for record in records]


def tabulated(tabulation: Tabulation[Records], records: Records) -> Table:
    """The table of all records at once."""
    cells = tabulation.cells(records)
    return Table(tabulation.columns(), cells)


def _column(chosen: _Chosen[Records], records: Records, currencies: Sequence[str]) -> list[Cell]:
    cells = chosen.read(records)
    if not chosen.currency:
        return cells
    mine = ("", chosen.currency)
    return [cell if currency in mine else None for cell, currency in zip(cells, currencies, strict=True)]


def _all_chosen(
    layout: Layout[Records], amounts: Sequence[Amount], choices: Sequence[Choice]
) -> list[_Chosen[Records]]:
    if choices:
        return [_one_chosen(layout, choice) for choice in choices]
    return [
        _Chosen(field.name, field.kind, field.read)
        for field in layout.fields
        if field.default and (field.amount is None or field.amount in amounts)
    ]


def _one_chosen(layout: Layout[Records], choice: Choice) -> _Chosen[Records]:
    if API_FIELD.fullmatch(choice.name):
        return _Chosen(choice.name, Kind.ANY, partial(_at, layout.of_path, choice.name), title=choice.title)
    named = CURRENCY.search(choice.name)
    for field in layout.fields:
        if field.name == choice.name:
            return _Chosen(field.name, field.kind, field.read, title=choice.title)
        if named is not None and field.kind is Kind.MONEY and field.name == choice.name[: named.start()]:
            return _Chosen(field.name, field.kind, field.read, named[1], choice.title)
    raise TableError(
        f"the report has no column {choice.name!r}.",
        f"Choose among: {', '.join(field.name for field in layout.fields)}.",
    )


def _at(of_path: Callable[[Records, str], list[Cell]], path: str, records: Records) -> list[Cell]:
    return of_path(records, path)


def bare(name: str) -> str:
    """A column's name without its currency."""
    return CURRENCY.sub("", name)


def nearest(name: str, known: Sequence[str]) -> str:
    """The known name that was probably meant, or an empty text."""
    near = difflib.get_close_matches(bare(name).casefold(), {each.casefold(): each for each in known}, n=1, cutoff=0.6)
    return next((each for each in known if near and each.casefold() == near[0]), "")
