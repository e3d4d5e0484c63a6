"""What people check a table by."""

from __future__ import annotations

import pytest

from sheetsync.table import Cell, Column, Kind, Table
from sheetsync.totals import in_words, totals


def table(*columns: tuple[Column, list[Cell]]) -> Table:
    return Table(tuple(column for column, _ in columns), tuple(cells for _, cells in columns))


@pytest.mark.parametrize(
    ("name", "kind", "cells"),
    [
        ("Duration (h)", Kind.DURATION, [0.25, None, 0.5]),
        ("Duration (decimal)", Kind.DECIMAL, [6, 12.0, None]),
        ("Duration (seconds)", Kind.NUMBER, [21_600, 43_200]),
    ],
)
def test_hours_are_those_of_whichever_column_of_durations_the_table_has(
    name: str, kind: Kind, cells: list[Cell]
) -> None:
    assert totals(table((Column(name, kind, renamed="Time"), cells))) == {"Hours": 18}


def test_durations_that_stand_in_two_columns_count_once() -> None:
    both = table((Column("Duration (h)", Kind.DURATION), [0.5]), (Column("Duration (decimal)", Kind.DECIMAL), [12]))
    assert totals(both) == {"Hours": 12}


def test_each_currency_has_a_total_of_its_own_and_rates_have_none() -> None:
    found = totals(
        table(
            (Column("Billable Rate", Kind.MONEY, "EUR"), [95.5, 95.5]),
            (Column("Billable Amount", Kind.MONEY, "EUR"), [0.1, 0.2]),
            (Column("Billable Amount", Kind.MONEY, "USD"), [None, 1200]),
            (Column("Cost Amount", Kind.MONEY), [None, 7]),
        )
    )
    assert found == {"Billable Amount (EUR)": 0.3, "Billable Amount (USD)": 1200}
    assert in_words({"Hours": 7.5, **found}) == (
        "7.50 hours, Billable Amount (EUR) 0.30, Billable Amount (USD) 1,200.00"
    )


def test_money_of_several_currencies_in_one_column_is_told_apart_by_the_column_that_names_them() -> None:
    amounts: list[Cell] = [1, 2, 4, 0]
    column = Column("Billable Amount", Kind.MONEY)
    named = table((column, amounts), (Column("Currency", Kind.TEXT), ["EUR", "USD", "EUR", None]))
    assert totals(named) == {"Billable Amount (EUR)": 5, "Billable Amount (USD)": 2}
    partly = table((column, amounts), (Column("Currency", Kind.TEXT), ["EUR", "USD", None, None]))
    assert totals(partly) == {}


def test_a_table_without_durations_and_amounts_has_no_totals() -> None:
    assert totals(table((Column("Description", Kind.TEXT), ["a"]))) == {}
    assert in_words({}) == ""
