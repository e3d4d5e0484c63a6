from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sheetsync.sheets.a1 import Corner, Name, Rectangle, column_index, column_letters, place, qualified

small = st.integers(0, 12)
sizes = st.integers(1, 12)
rectangles = st.builds(Rectangle, small, small, sizes, sizes)


def cells(rectangle: Rectangle) -> set[tuple[int, int]]:
    return {
        (row, column)
        for row in range(rectangle.row, rectangle.end_row)
        for column in range(rectangle.column, rectangle.end_column)
    }


@given(rectangles, rectangles)
def test_a_difference_covers_just_what_only_the_first_covers_and_no_cell_twice(
    one: Rectangle, other: Rectangle
) -> None:
    parts = one.minus(other)
    covered = [cell for part in parts for cell in cells(part)]
    assert len(covered) == len(set(covered))
    assert set(covered) == cells(one) - cells(other)


@given(rectangles, rectangles)
def test_what_two_rectangles_have_in_common_is_what_both_cover(one: Rectangle, other: Rectangle) -> None:
    common = one.common(other)
    assert (cells(common) if common is not None else set()) == cells(one) & cells(other)


@given(st.integers(0, 18_277))
def test_column_letters_and_numbers_match(index: int) -> None:
    assert column_index(column_letters(index)) == index


def test_the_last_column_of_a_sheet_is_zzz() -> None:
    assert column_letters(18_277) == "ZZZ"


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("A1", Corner(0, 0)),
        ("B3", Corner(2, 1)),
        ("$C$4", Corner(3, 2)),
        ("A1:H", Corner(0, 0, None, 8)),
        ("B2:D10", Corner(1, 1, 9, 3)),
        ("Hours_2021", Name("Hours_2021")),
    ],
)
def test_a_range_is_a_corner_a_rectangle_or_a_name(text: str, meant: Corner | Name) -> None:
    assert place(text) == meant


@pytest.mark.parametrize(("title", "shown"), [("Hours", "Hours!A1:B2"), ("It's me", "'It''s me'!A1:B2")])
def test_titles_are_quoted_where_they_have_to_be(title: str, shown: str) -> None:
    assert qualified(title, Rectangle(0, 0, 2, 2)) == shown
