from __future__ import annotations

import pytest

from sheetsync.errors import TableError
from sheetsync.table import MOST_CHARACTERS, Choice, Column, Kind, Table

HOURS = Column("Duration (decimal)", Kind.DECIMAL)
PROJECT = Column("Project", Kind.TEXT)
DOLLARS = Column("Billable Amount", Kind.MONEY, "USD")
EUROS = Column("Billable Amount", Kind.MONEY, "EUR")


def test_columns_are_chosen_ordered_and_renamed() -> None:
    table = Table((PROJECT, HOURS), (["Box"], [1.5]))
    chosen = table.choose([Choice("Duration (decimal)", "Hours"), Choice("Project")])
    assert [column.title for column in chosen.columns] == ["Hours", "Project"]
    assert list(chosen.records()) == [(1.5, "Box")]


def test_a_column_that_does_not_exist_is_an_error_that_lists_those_that_do() -> None:
    with pytest.raises(TableError, match="no column 'Projekt'") as caught:
        Table((PROJECT, HOURS), ([], [])).choose([Choice("Projekt")])
    assert "Project, Duration (decimal)" in caught.value.todo


def test_money_answers_to_its_name_with_and_without_its_currency() -> None:
    table = Table((DOLLARS,), ([9.9],))
    for name in ("Billable Amount", "Billable Amount (USD)"):
        assert [column.title for column in table.choose([Choice(name)]).columns] == ["Billable Amount (USD)"]


def test_money_of_another_currency_than_the_one_named_is_not_taken_for_it() -> None:
    with pytest.raises(TableError):
        Table((DOLLARS,), ([9.9],)).choose([Choice("Billable Amount (EUR)")])


def test_an_empty_report_keeps_the_header_that_names_a_currency() -> None:
    table = Table((Column("Billable Amount", Kind.MONEY),), ([],))
    assert table.choose([Choice("Billable Amount (EUR)")]).columns[0].title == "Billable Amount (EUR)"


def test_a_bare_name_gives_one_column_for_each_currency() -> None:
    chosen = Table((DOLLARS, EUROS), ([1.0], [2.0])).choose([Choice("Billable Amount", "Sum")])
    assert [column.title for column in chosen.columns] == ["Sum (USD)", "Sum (EUR)"]


def test_a_text_that_no_cell_can_hold_is_an_error_that_names_its_place() -> None:
    table = Table((PROJECT,), (["short", "x" * (MOST_CHARACTERS + 1)],))
    with pytest.raises(TableError, match="'Project' of row 2 holds 50,001 characters"):
        table.check_limits()


def test_a_table_beyond_ten_million_cells_is_an_error() -> None:
    rows = range(1_000_000)
    with pytest.raises(TableError, match="10,000,000 cells"):
        Table((HOURS,) * 10, (rows,) * 10).check_limits()


@pytest.mark.parametrize(
    "other",
    [
        Table((PROJECT,), (["b"],)),
        Table((PROJECT,), (["a", "a"],)),
        Table((HOURS,), (["a"],)),
        Table((Column("Project", Kind.TEXT, renamed="P"),), (["a"],)),
    ],
)
def test_tables_that_differ_in_anything_that_is_shown_have_different_fingerprints(other: Table) -> None:
    table = Table((PROJECT,), (["a"],))
    assert table.fingerprint() == Table((PROJECT,), (["a"],)).fingerprint() != other.fingerprint()
