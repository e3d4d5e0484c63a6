"""Range texts, field masks and spans."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sheetsync.sandbox.google.a1 import Box, box, cells, column_index, column_name, quoted, split, written
from sheetsync.sandbox.google.masks import Mask, MaskError, merged, parsed, selected
from sheetsync.sandbox.google.spans import Shift, followed, shifted

SPANS = st.tuples(st.integers(0, 20), st.integers(1, 20)).map(lambda ends: (ends[0], ends[0] + ends[1]))


@given(st.integers(0, 18_277))
def test_column_letters_read_back_as_the_column(index: int) -> None:
    assert column_index(column_name(index)) == index


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("A1", Box(0, 1, 0, 1)),
        ("$B$2:C", Box(1, None, 1, 3)),
        ("B:A", Box(None, None, 0, 2)),
        ("3:2", Box(1, 3, None, None)),
        ("D4:A1", Box(0, 4, 0, 4)),
        ("R2C3:R4C5", Box(1, 4, 2, 5)),
        ("A", None),
        ("A0", None),
        ("ABCD1", None),
        ("A1:B2:C3", None),
        ("", None),
    ],
)
def test_range_texts_are_read(text: str, expected: Box | None) -> None:
    assert box(text) == expected


@given(SPANS, SPANS)
def test_a_written_range_reads_back(rows: tuple[int, int], columns: tuple[int, int]) -> None:
    area = Box(*rows, *columns)
    title, text, in_quotes = split(written("It's A1", area))
    assert (title, in_quotes) == ("It's A1", True)
    assert box(text or "") == area


def test_titles_are_quoted_only_where_they_must_be() -> None:
    assert [quoted(title) for title in ("Sheet1", "Two words", "It's", "A1", "_x")] == [
        "Sheet1",
        "'Two words'",
        "'It''s'",
        "'A1'",
        "_x",
    ]


def test_ranges_are_written_with_open_ends() -> None:
    assert cells(Box(1000, None, None, 2)) == "A1001:B"
    assert cells(Box(None, None, 24, 25)) == "Y:Y"
    assert cells(Box(1, 3, None, None)) == "2:3"


@pytest.mark.parametrize(
    ("text", "paths"),
    [
        ("a,b.c", ["a", "b.c"]),
        ("gridProperties/row_count", ["gridProperties.rowCount"]),
        ("a(b,c.d),e", ["a.b", "a.c.d", "e"]),
        ("sheets(data(rowData(values(note))))", ["sheets.data.rowData.values.note"]),
        ("*", [""]),
    ],
)
def test_masks_are_read_in_every_spelling(text: str, paths: list[str]) -> None:
    assert parsed(text).paths() == paths


@pytest.mark.parametrize("text", ["", "a(", "a)", "a,,b", "()", "a(b", ","])
def test_broken_masks_are_refused(text: str) -> None:
    with pytest.raises(MaskError):
        parsed(text)


@given(st.text(alphabet="ab.,/()*", max_size=12))
def test_any_mask_text_is_read_or_refused(text: str) -> None:
    with contextlib.suppress(MaskError):
        assert isinstance(parsed(text), Mask)


def test_a_masked_field_that_is_missing_is_cleared() -> None:
    old = {"a": 1, "b": {"c": 2, "d": 3}}
    assert merged(parsed("a,b.c"), old, {"b": {"c": 5}}) == {"b": {"c": 5, "d": 3}}
    assert merged(parsed("b.c"), old, {}) == {"a": 1, "b": {"d": 3}}
    assert old == {"a": 1, "b": {"c": 2, "d": 3}}


def test_answers_are_cut_down_to_the_mask_inside_lists() -> None:
    answer = {"sheets": [{"a": 1, "b": 2}, {"b": 3}], "x": 1}
    assert selected(parsed("sheets.a"), answer) == {"sheets": [{"a": 1}, {}]}


@given(SPANS, SPANS)
def test_deleting_what_was_inserted_gives_the_range_back(span: tuple[int, int], new: tuple[int, int]) -> None:
    after = Shift("insert", 0, "ROWS", *new).span(span)
    assert after is not None
    assert Shift("delete", 0, "ROWS", *new).span(after) == span


@given(SPANS, st.integers(0, 45))
def test_moving_keeps_every_index_once(span: tuple[int, int], destination: int) -> None:
    if span[0] < destination < span[1]:
        destination = span[0]
    shift = Shift("move", 0, "ROWS", *span, destination)
    landed = [shift.index(index) for index in range(60)]
    assert sorted(index for index in landed if index is not None) == list(range(60))


def test_a_deleted_range_takes_what_consists_of_it_along() -> None:
    gone = {"name": "n", "range": {"sheetId": 0, "startRowIndex": 2, "endRowIndex": 3}}
    kept = {"name": "k", "range": {"sheetId": 1, "startRowIndex": 2, "endRowIndex": 3}}
    change = shifted(Shift("delete", 0, "ROWS", 1, 5))
    assert followed((gone, kept), change) == [kept]
