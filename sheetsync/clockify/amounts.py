"""Columns of money for reports whose rows may add up several currencies. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from sheetsync.clockify.query import Amount
from sheetsync.table import Cell, Column, Kind

AMOUNT_NAMES = {Amount.EARNED: "Billable Amount", Amount.COST: "Cost Amount", Amount.PROFIT: "Profit"}

Cents = Mapping[Amount, Mapping[str, float]]
"""Amounts in cents by kind and currency; the currency is empty where it is not known."""


def added(parts: Iterable[Cents]) -> dict[Amount, dict[str, float]]:
    """The sums of several rows' amounts, currency by currency."""
    sums: dict[Amount, dict[str, float]] = {}
    for part in parts:
        for amount, by_currency in part.items():
            for currency, cents in by_currency.items():
                own = sums.setdefault(amount, {})
                own[currency] = own.get(currency, 0) + cents
    return sums


def columns(rows: Sequence[Cents], amounts: Sequence[Amount]) -> list[tuple[Column, list[Cell]]]:
    """One column for each amount and currency that occurs, in units of the currency.

    Money of different currencies is never added up. A row without any of a currency has an empty cell there; an amount
    of which no row has any still has its column, so that an empty report has its header.
    """
    found: list[tuple[Column, list[Cell]]] = []
    for amount in amounts:
        currencies = sorted({currency for row in rows for currency in row.get(amount, {})}) or [""]
        for currency in currencies:
            cents = [row.get(amount, {}).get(currency) for row in rows]
            cells: list[Cell] = [None if value is None else value / 100 for value in cents]
            found.append((Column(AMOUNT_NAMES[amount], Kind.MONEY, currency), cells))
    return found
