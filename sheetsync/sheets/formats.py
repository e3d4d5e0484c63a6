"""The number formats of columns, and the bytes of cells. Pure.

Patterns are Google Sheets' own (https://developers.google.com/workspace/sheets/api/guides/formats).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import orjson

from sheetsync.table import Cell, Column, Kind, Table

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


def rows(table: Table) -> Iterable[bytes]:
    """The API's RowData of the header and of each record, as JSON."""
    yield _row([_string(column.title) for column in table.columns])
    encoded = [_cells(column, cells) for column, cells in zip(table.columns, table.cells, strict=True)]
    for record in zip(*encoded, strict=True):
        yield _row(record)


def _row(cells: Sequence[bytes]) -> bytes:
    return b'{"values":[' + b",".join(cells) + b"]}"


def _cells(column: Column, cells: Sequence[Cell]) -> list[bytes]:
    """The API's CellData of a column. Most texts repeat, so each is written once."""
    known: dict[Cell, bytes] = {None: EMPTY}
    encode = _string if column.kind is Kind.TEXT else _boolean if column.kind is Kind.BOOLEAN else _number
    found: list[bytes] = []
    for cell in cells:
        written = known.get(cell)
        if written is None:
            written = known[cell] = encode(cell)
        found.append(written)
    return found


def _string(cell: Cell) -> bytes:
    # A stringValue is literal: a text that begins with = stays text (ExtendedValue in the API's reference).
    return b'{"userEnteredValue":{"stringValue":' + orjson.dumps(str(cell)) + b"}}"


def _number(cell: Cell) -> bytes:
    return b'{"userEnteredValue":{"numberValue":' + orjson.dumps(cell) + b"}}"


def _boolean(cell: Cell) -> bytes:
    return b'{"userEnteredValue":{"boolValue":' + (b"true" if cell else b"false") + b"}}"
