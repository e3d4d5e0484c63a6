"""What formulas need to know about the spreadsheet they stand in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from sheetsync.sandbox.google.formats.cells import FormulaText


@dataclass(frozen=True)
class Area:
    """Rows and columns, zero-based and half-open as in the API's GridRange; an end of None is the sheet's edge."""

    start_row: int = 0
    end_row: int | None = None
    start_column: int = 0
    end_column: int | None = None


@dataclass(frozen=True)
class Rectangle:
    """An area of one sheet."""

    sheet_id: int
    area: Area


class Workbook(Protocol):
    """The spreadsheet, as formulas see it. Rows and columns count from 0."""

    @property
    def locale(self) -> str:
        """The spreadsheet's locale, such as `en_US`."""

    def sheet_id(self, title: str) -> int | None:
        """The sheet with this title; None when there is none."""

    def extent(self, sheet_id: int) -> tuple[int, int]:
        """The sheet's rows and columns."""

    def content(self, sheet_id: int, row: int, column: int) -> str | float | bool | FormulaText | None:
        """What was written into the cell; None when it is empty."""

    def named_range(self, name: str) -> Rectangle | None:
        """The cells behind a name; None when there is no such name."""

    def now(self) -> float:
        """The present moment in the spreadsheet's time zone, in days since 1899-12-30."""
