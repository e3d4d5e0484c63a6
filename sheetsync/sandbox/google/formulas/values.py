"""The values that formulas are made of and come to."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from sheetsync.sandbox.google.formats.cells import CellError, FormulaText
from sheetsync.sandbox.google.formulas.workbook import Rectangle

__all__ = ["Array", "CellError", "Failure", "FormulaText", "Operand", "Range", "Scalar", "failure"]

Scalar = float | str | bool | CellError | None
"""One value; None is a blank cell. Every number is a float, dates included (days since 1899-12-30)."""


@dataclass(frozen=True)
class Array:
    """A table of values, row by row; all rows are equally long."""

    rows: tuple[tuple[Scalar, ...], ...]

    @property
    def height(self) -> int:
        return len(self.rows)

    @property
    def width(self) -> int:
        return len(self.rows[0]) if self.rows else 0

    def values(self) -> Iterator[Scalar]:
        for row in self.rows:
            yield from row


@dataclass(frozen=True)
class Range:
    """A reference to cells that have not been read yet; its rectangle is closed on all sides."""

    rectangle: Rectangle

    @property
    def height(self) -> int:
        area = self.rectangle.area
        return (area.end_row or 0) - area.start_row

    @property
    def width(self) -> int:
        area = self.rectangle.area
        return (area.end_column or 0) - area.start_column


Operand = Scalar | Array | Range


class Failure(Exception):  # noqa: N818 -- it carries a cell's error, it is none of the program's
    """Carries a cell's error out of the middle of an evaluation."""

    def __init__(self, error: CellError) -> None:
        super().__init__(error.message)
        self.error: Final = error


def failure(kind: str, message: str) -> Failure:
    """A Failure of one of the API's error types."""
    return Failure(CellError(kind, message))
