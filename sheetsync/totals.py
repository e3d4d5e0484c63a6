"""What people check a table by: its hours, and its amounts currency by currency. Pure."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence

from sheetsync.table import Cell, Column, Kind, Table

HOURS = "Hours"
_HOURS_OF: Mapping[str, float] = {"Duration (decimal)": 1, "Duration (h)": 24, "Duration (seconds)": 1 / 3600}
"""Columns that hold how long something took, and hours to one of their units."""
_CURRENCY = "Currency"
"""The column that says which currency the amounts of its row are in."""


def totals(table: Table) -> dict[str, float]:
    """Hours under HOURS, and each amount under its column's name and currency, such as `Billable Amount (EUR)`.

    Only what the table has columns for. Rates are not added up, nor is money whose currency the table does not say:
    it may be in several.
    """
    columns = list(zip(table.columns, table.cells, strict=True))
    found: dict[str, float] = {}
    for column, cells in columns:
        if column.name in _HOURS_OF and HOURS not in found:
            found[HOURS] = _sum(cells) * _HOURS_OF[column.name]
    currencies = next((cells for column, cells in columns if column.name == _CURRENCY), None)
    for column, cells in columns:
        if column.kind is Kind.MONEY and not column.name.endswith("Rate"):
            found.update(_amounts(column, cells, currencies))
    return found


def in_words(found: Mapping[str, float]) -> str:
    """Totals for people: `7.50 hours, Billable Amount (USD) 1,234.50`."""
    return ", ".join(
        f"{total:,.2f} hours" if name == HOURS else f"{name} {total:,.2f}" for name, total in found.items()
    )


def _amounts(column: Column, cells: Sequence[Cell], currencies: Sequence[Cell] | None) -> Iterator[tuple[str, float]]:
    """The column's totals, by name and currency; none when a row with an amount does not say its currency."""
    if column.currency:
        currencies = [column.currency] * len(cells)
    if currencies is None:
        return
    rows = [(str(code or ""), amount) for code, amount in zip(currencies, cells, strict=True) if amount]
    codes = sorted({code for code, _ in rows} or {column.currency} - {""})
    if "" in codes:
        return
    for code in codes:
        yield f"{column.name} ({code})", round(_sum(amount for own, amount in rows if own == code), 2)


def _sum(cells: Iterable[Cell]) -> float:
    return math.fsum(cell for cell in cells if isinstance(cell, (int, float)))
