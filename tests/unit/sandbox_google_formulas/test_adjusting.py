"""Formulas follow inserted, deleted and moved rows, columns, cells and sheets."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sheetsync.sandbox.google.formulas import (
    Area,
    DeleteColumns,
    DeleteRange,
    DeleteRows,
    DeleteSheet,
    Edit,
    InsertColumns,
    InsertRange,
    InsertRows,
    MoveColumns,
    MoveRange,
    MoveRows,
    RenameSheet,
    adjust,
    requalify,
    translate,
)
from sheetsync.sandbox.google.formulas.lexing import lexemes
from sheetsync.sandbox.google.formulas.references import column_letters, column_number


def check(edit: Edit, before: str, after: str) -> None:
    assert adjust(before, "Home", edit) == after


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("=A1", "=A1"),
        ("=A3", "=A5"),
        ("=$A$3", "=$A$5"),
        ("=SUM(A1:A10)", "=SUM(A1:A12)"),
        ("=SUM(A3:A10)", "=SUM(A5:A12)"),
        ("=SUM(A1:A2)", "=SUM(A1:A2)"),
        ("=SUM(B2:B)", "=SUM(B2:B)"),
        ("=SUM(B3:B)", "=SUM(B5:B)"),
        ("=SUM(B:B)", "=SUM(B:B)"),
        ("=SUM(2:5)", "=SUM(2:7)"),
        ("=SUM(A2:5)", "=SUM(A2:7)"),
        ("=Other!A3+Home!A3", "=Other!A3+Home!A5"),
        ("='home'!A3", "='home'!A5"),
        ('="A3"&A3', '="A3"&A5'),
        ("= sum( a3 , A1 )", "= sum( a5 , A1 )"),
        ("=LOG10(A3)", "=LOG10(A5)"),
        ("=A3_total+A3.x", "=A3_total+A3.x"),
        ("A3", "A3"),
    ],
)
def test_inserted_rows_shift_what_is_below_and_stretch_what_is_around(before: str, after: str) -> None:
    check(InsertRows("Home", 2, 2), before, after)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("=A1", "=A1"),
        ("=A2", "=#REF!"),
        ("=A4", "=A2"),
        ("=SUM(A2:A5)", "=SUM(A2:A3)"),
        ("=SUM(A1:A2)", "=SUM(A1:A1)"),
        ("=SUM(A2:A3)", "=SUM(#REF!)"),
        ("=SUM($A$3:$A$9)", "=SUM($A$2:$A$7)"),
        ("=SUM(B2:B)", "=SUM(B2:B)"),
        ("=SUM(B5:B)", "=SUM(B3:B)"),
        ("=SUM(2:3)", "=SUM(#REF!)"),
        ("=Home!A2", "=Home!#REF!"),
        ("=Other!A2", "=Other!A2"),
    ],
)
def test_deleted_rows_shrink_ranges_and_leave_ref_errors(before: str, after: str) -> None:
    check(DeleteRows("Home", 1, 3), before, after)


@pytest.mark.parametrize(
    ("edit", "before", "after"),
    [
        (InsertColumns("Home", 1, 1), "=A1+B1+SUM(A:C)+SUM(2:5)", "=A1+C1+SUM(A:D)+SUM(2:5)"),
        (InsertColumns("Home", 0, 1), "=Z1+$AZ$1", "=AA1+$BA$1"),
        (DeleteColumns("Home", 1, 2), "=A1+B1+C1+SUM(B:D)+SUM(B:B)", "=A1+#REF!+B1+SUM(B:C)+SUM(#REF!)"),
        (MoveRows("Home", 0, 1, 3), "=A1&A2&A3&A4", "=A3&A1&A2&A4"),
        (MoveRows("Home", 3, 4, 0), "=A1&A4", "=A2&A1"),
        (MoveRows("Home", 1, 2, 3), "=SUM(A1:A9)", "=SUM(A1:A9)"),
        (MoveRows("Home", 0, 3, 9), "=SUM(A1:A3)", "=SUM(A7:A9)"),
        (MoveColumns("Home", 0, 1, 2), "=A1&B1&SUM(A:B)", "=B1&A1&SUM(A:B)"),
        (MoveRange("Home", Area(0, 2, 0, 2), "Home", 4, 3), "=A1+SUM(A1:B2)+SUM(A1:A9)", "=D5+SUM(D5:E6)+SUM(A1:A9)"),
        (MoveRange("Home", Area(0, 1, 0, 1), "My sheet", 1, 1), "=$A$1*2", "='My sheet'!$B$2*2"),
        (MoveRange("Other", Area(0, 1, 0, 1), "Home", 1, 1), "=Other!A1+A1", "=B2+A1"),
        (InsertRange("Home", Area(1, 3, 0, 1), "ROWS"), "=A2+B2+SUM(A1:A5)+SUM(A1:B5)", "=A4+B2+SUM(A1:A7)+SUM(A1:B5)"),
        (InsertRange("Home", Area(0, 1, 1, 2), "COLUMNS"), "=B1+B2+A1", "=C1+B2+A1"),
        (DeleteRange("Home", Area(1, 3, 0, 1), "ROWS"), "=A2+A4+B4", "=#REF!+A2+B4"),
        (DeleteRange("Home", Area(0, 1, 0, 1), "COLUMNS"), "=A1+B1+B2", "=#REF!+A1+B2"),
        (RenameSheet("Other", "It's new"), "=Other!A1+A1", "='It''s new'!A1+A1"),
        (RenameSheet("My sheet", "Plain"), "='My sheet'!A1:B2&\"'My sheet'!A1\"", "=Plain!A1:B2&\"'My sheet'!A1\""),
        (RenameSheet("Other", "A1"), "=Other!A1+Other!#REF!", "='A1'!A1+'A1'!#REF!"),
        (DeleteSheet("Other"), "=Other!A1+A1+SUM('other'!A:A)", "=#REF!+A1+SUM(#REF!)"),
    ],
)
def test_formulas_follow_every_kind_of_edit(edit: Edit, before: str, after: str) -> None:
    check(edit, before, after)


@pytest.mark.parametrize(
    ("before", "rows", "columns", "after"),
    [
        ("=A1+$A1+A$1+$A$1", 2, 3, "=D3+$A3+D$1+$A$1"),
        ("=SUM(B2:B)", 1, 0, "=SUM(B3:B)"),
        ("=SUM(2:5)", 1, 1, "=SUM(3:6)"),
        ("=Other!A1", 1, 1, "=Other!B2"),
        ("=A1", -1, 0, "=#REF!"),
        ('="A1"&B2', 0, 1, '="A1"&C2'),
        ("=A1", 0, 0, "=A1"),
    ],
)
def test_a_copy_moves_what_no_dollar_sign_fixes(before: str, rows: int, columns: int, after: str) -> None:
    assert translate(before, rows, columns) == after


def test_a_formula_cut_to_another_sheet_still_means_the_cells_it_meant() -> None:
    assert requalify("=A1+Other!B2+SUM(C:C)", "My sheet", "Home") == "='My sheet'!A1+Other!B2+SUM('My sheet'!C:C)"
    assert requalify("=A1", "home", "Home") == "=A1"


NUMBERS = st.integers(min_value=0, max_value=60)


@st.composite
def references(draw: st.DrawFn) -> str:
    first_row, last_row = sorted((draw(NUMBERS), draw(NUMBERS)))
    first_column, last_column = sorted((draw(NUMBERS), draw(NUMBERS)))
    column, row = draw(st.sampled_from(["", "$"])), draw(st.sampled_from(["", "$"]))
    first = f"{column}{column_letters(first_column)}{row}{first_row + 1}"
    last = f"{column}{column_letters(last_column)}{row}{last_row + 1}"
    shape = draw(st.sampled_from(["cell", "range", "open column", "columns", "rows", "open row"]))
    text = {
        "cell": first,
        "range": f"{first}:{last}",
        "open column": f"{first}:{column}{column_letters(last_column)}",
        "columns": f"{column}{column_letters(first_column)}:{column}{column_letters(last_column)}",
        "rows": f"{row}{first_row + 1}:{row}{last_row + 1}",
        "open row": f"{first}:{row}{last_row + 1}",
    }[shape]
    prefix = draw(st.sampled_from(["", "Home!", "Other!", "'My ''own'' sheet'!"]))
    return prefix + (text.lower() if draw(st.booleans()) else text)


@st.composite
def formulas(draw: st.DrawFn) -> str:
    words = st.sampled_from(
        ["+", " * ", "(", ")", ",", '"A1:B2"', "sum(", "LOG10(", "name", " ", "1.5", "TRUE", "#N/A"]
    )
    pieces = draw(st.lists(st.tuples(references(), words), max_size=5))
    return "=" + "".join(f"{reference} {word} " for reference, word in pieces)


@given(formulas(), NUMBERS, st.integers(min_value=1, max_value=40))
def test_deleting_what_was_inserted_gives_the_formula_back(text: str, start: int, count: int) -> None:
    rows = adjust(text, "Home", InsertRows("Home", start, count))
    assert adjust(rows, "Home", DeleteRows("Home", start, start + count)) == text
    columns = adjust(text, "Home", InsertColumns("Home", start, count))
    assert adjust(columns, "Home", DeleteColumns("Home", start, start + count)) == text


@given(formulas(), st.text(min_size=1, max_size=8))
def test_renaming_a_sheet_and_back_gives_the_formula_back(text: str, title: str) -> None:
    if title.casefold() in ("home", "other", "my 'own' sheet") or "!" in title:
        return
    renamed = adjust(text, "Home", RenameSheet("My 'own' sheet", title))
    assert adjust(renamed, "Home", RenameSheet(title, "My 'own' sheet")).casefold() == text.casefold()


@given(formulas(), st.integers(min_value=0, max_value=99), st.integers(min_value=0, max_value=99))
def test_copying_there_and_back_gives_the_formula_back(text: str, rows: int, columns: int) -> None:
    assert translate(translate(text, rows, columns), -rows, -columns) == text


@given(text=st.text(), decimal_comma=st.booleans())
def test_the_words_of_any_text_put_together_are_the_text(text: str, *, decimal_comma: bool) -> None:
    assert "".join(lexeme.text for lexeme in lexemes(text, decimal_comma=decimal_comma)) == text


@given(st.text())
def test_an_edit_of_another_sheet_leaves_any_text_alone(text: str) -> None:
    assert adjust(f"={text}", "Home", InsertRows("No such sheet", 0, 5)) == f"={text}"


@given(st.integers(min_value=0, max_value=18_277))
def test_letters_of_columns_are_read_as_they_are_written(column: int) -> None:
    assert column_number(column_letters(column)) == column
