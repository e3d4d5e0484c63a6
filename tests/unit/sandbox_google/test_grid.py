"""Rows of cells, shared between versions."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from sheetsync.sandbox.google.document import Area, new_document
from sheetsync.sandbox.google.grid import BLOCK, EMPTY, Grid, Plane, Row
from sheetsync.sandbox.google.styles import style, with_colour_twins
from sheetsync.sandbox.google.tables import region

CELLS = st.lists(st.none() | st.sampled_from(["a", 1.0, True]), max_size=6)


def filled(rows: int) -> Grid:
    grid = Grid(rows, 5)
    for index in range(rows):
        grid.put(index, Row((float(index),)))
    return grid


def test_a_copy_shares_blocks_until_one_is_written() -> None:
    first = filled(3 * BLOCK)
    second = first.copy()
    second.put(BLOCK, Row(("changed",)))
    assert first.row(BLOCK).value(0) == float(BLOCK)
    assert second.row(BLOCK).value(0) == "changed"
    shared = [mine is other for mine, other in zip(first._blocks, second._blocks, strict=True)]
    assert shared == [True, False, True]


@given(CELLS, st.integers(0, 6), CELLS)
def test_a_piece_put_back_changes_nothing(cells: list[str | float | None], left: int, other: list[str | None]) -> None:
    row = Row(tuple(cells)).piece(0, 9)
    assert row.with_piece(left, 3, row.piece(left, left + 3)) == row
    replaced = row.with_piece(left, len(other), Row(tuple(other)).piece(0, 9))
    assert [replaced.value(left + number) for number in range(len(other))] == other
    assert [replaced.value(column) for column in range(left)] == [row.value(column) for column in range(left)]


@given(CELLS, st.integers(0, 7), st.integers(1, 3))
def test_cells_taken_out_again_leave_the_row_as_it_was(cells: list[str | float | None], at: int, count: int) -> None:
    row = Row(tuple(cells)).piece(0, 9)
    assert row.with_inserted(at, count, EMPTY).without(at, at + count) == row


def test_rows_are_inserted_deleted_and_moved_across_blocks() -> None:
    grid = filled(BLOCK + 10)
    grid.insert_rows(5, [EMPTY, EMPTY])
    assert (grid.row_count, grid.row(7).value(0), grid.row(BLOCK + 3).value(0)) == (BLOCK + 12, 5.0, BLOCK + 1.0)
    grid.delete_rows(5, 7)
    grid.move_rows(0, 2, 10)
    assert [grid.row(index).value(0) for index in range(11)] == [2, 3, 4, 5, 6, 7, 8, 9, 0, 1, 10]


def test_a_smaller_grid_holds_nothing_outside() -> None:
    grid = filled(20)
    grid.put(3, Row(("a", "b", "c")))
    grid.resize(5, 2)
    assert grid.used_rows() == 5
    assert grid.row(3).values == ("a", "b")


def test_planes_are_written_apart() -> None:
    bold = style({"textFormat": {"bold": True}})
    row = Row((1.0, 2.0), (bold,))
    assert row.with_piece(0, 2, EMPTY, Plane.VALUE) == Row((), (bold,))
    assert row.with_piece(0, 2, EMPTY, Plane.STYLE) == Row((1.0, 2.0), ())


def test_equal_styles_are_one_object() -> None:
    assert style({"textFormat": {"bold": True, "italic": False}}) is style(
        {"textFormat": {"italic": False, "bold": True}}
    )
    assert style({}) is None


def test_colours_are_cut_to_8_bits_once_and_then_stay() -> None:
    assert with_colour_twins({"backgroundColor": {"red": 1, "green": 0, "blue": 0.5}}) == {
        "backgroundColor": {"red": 1, "blue": 0.49803922},
        "backgroundColorStyle": {"rgbColor": {"red": 1, "blue": 0.49803922}},
    }
    for byte in range(1, 256):
        once = with_colour_twins({"red": byte / 255})
        assert abs(once["red"] - byte / 255) < 1e-7
        assert with_colour_twins(once) == once


def test_a_block_of_data_ends_at_empty_rows_and_columns() -> None:
    grid = Grid(10, 10)
    for index in (0, 1, 2):
        grid.put(index, Row(("x", "x", None, "y")))
    grid.put(5, Row(("z",)))
    assert region(grid, Area(0, 0, 0, 3, 10)) == Area(0, 0, 3, 3, 4)
    assert region(grid, Area(0, 0, 0, 1, 1)) == Area(0, 0, 0, 3, 2)
    assert region(grid, Area(0, 0, 0, 10, 10)) == Area(0, 5, 0, 6, 1)
    assert region(grid, Area(0, 7, 0, 10, 10)) is None


def test_a_draft_does_not_change_the_version_it_came_from() -> None:
    first = new_document("One")
    draft = first.draft()
    draft.sheets[0].grid.put(0, Row(("x",)))
    draft.sheets[0].lists["merges"] = ({},)
    draft.sheets[0].rows[0] = {"pixelSize": 1}
    assert first.sheets[0].grid.used_rows() == 0
    assert first.sheets[0].lists["merges"] == ()
    assert first.sheets[0].rows == {}
