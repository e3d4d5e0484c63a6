"""The number formats of columns, and the bytes of cells. Pure.

Patterns are Google Sheets' own (https://developers.google.com/workspace/sheets/api/guides/formats).
"""

from __future__ import annotations

from collections.abc import Sequence

import orjson

from sheetsync.table import Cell, Column, Kind

NumberFormat = dict[str, str]

FORMATS: dict[Kind, NumberFormat] = {
    Kind.INTEGER: {"type": "NUMBER", "pattern": "0"},
    Kind.DECIMAL: {"type": "NUMBER", "pattern": "0.00"},
    Kind.MONEY: {"type": "NUMBER", "pattern": "#,##0.00"},
    Kind.DATE: {"type": "DATE", "pattern": "yyyy-mm-dd"},
    Kind.TIME: {"type": "TIME", "pattern": "hh:mm:ss"},
    Kind.DATE_TIME: {"type": "DATE_TIME", "pattern": "yyyy-mm-dd hh:mm:ss"},
    Kind.DURATION: {"type": "TIME", "pattern": "[h]:mm:ss"},
}
"""Formats by kind; kinds that are not here show well without one."""

EMPTY = b"{}"

WIDTHS: dict[Kind, int] = {
    Kind.BOOLEAN: 5,
    Kind.DATE: 10,
    Kind.TIME: 8,
    Kind.DATE_TIME: 19,
    Kind.DURATION: 9,
    Kind.MONEY: 11,
}
"""Characters that a column's cells show, where that does not depend on the values."""
NARROWEST, WIDEST = 50, 320
LETTER_PIXELS, PADDING_PIXELS = 8, 16
SAMPLED_ROWS = 200


def rows(columns: Sequence[Column], cells: Sequence[Sequence[bytes]]) -> bytes:
    """The API's RowData of a header and of records, from their columns' CellData, as JSON with commas between."""
    header = _row([_string(column.title) for column in columns])
    return b",".join([header, *map(_row, zip(*cells, strict=True))])


def header(columns: Sequence[Column]) -> bytes:
    """The API's RowData of a header alone."""
    return rows(columns, [()] * len(columns))


def width(column: Column, cells: Sequence[Cell]) -> int:
    """Pixels in which a column's title and most of its cells can be read."""
    shown = WIDTHS.get(column.kind, 0)
    if column.kind in {Kind.TEXT, Kind.ANY}:
        shown = max((len(str(cell)) for cell in cells[:SAMPLED_ROWS] if cell is not None), default=0)
    pixels = max(shown, len(column.title)) * LETTER_PIXELS + PADDING_PIXELS
    return min(max(pixels, NARROWEST), WIDEST)


def _row(cells: Sequence[bytes]) -> bytes:
    return b'{"values":[' + b",".join(cells) + b"]}"


def cells(column: Column, values: Sequence[Cell]) -> list[bytes]:
    """The API's CellData of a column, as JSON. Most texts repeat, so each is written once."""
    if column.kind is Kind.ANY:
        # True and 1 are equal, and would be taken for each other.
        return [_any(value) for value in values]
    known: dict[Cell, bytes] = {None: EMPTY}
    encode = _string if column.kind is Kind.TEXT else _boolean if column.kind is Kind.BOOLEAN else _number
    found: list[bytes] = []
    for value in values:
        written = known.get(value)
        if written is None:
            written = known[value] = encode(value)
        found.append(written)
    return found


def _any(cell: Cell) -> bytes:
    if cell is None:
        return EMPTY
    return _string(cell) if isinstance(cell, str) else _boolean(cell) if isinstance(cell, bool) else _number(cell)


def _string(cell: Cell) -> bytes:
    # A stringValue is literal: a text that begins with = stays text (ExtendedValue in the API's reference).
    return b'{"userEnteredValue":{"stringValue":' + orjson.dumps(str(cell)) + b"}}"


def _number(cell: Cell) -> bytes:
    return b'{"userEnteredValue":{"numberValue":' + orjson.dumps(cell) + b"}}"


def _boolean(cell: Cell) -> bytes:
    return b'{"userEnteredValue":{"boolValue":' + (b"true" if cell else b"false") + b"}}"
