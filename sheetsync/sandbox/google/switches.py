"""What is not known of the real API, or differs between accounts, and can be chosen for a stand-in server."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

MOST_CELLS = 10_000_000
"""Cells of one spreadsheet (Google Drive's published limit)."""


@dataclass(frozen=True, slots=True)
class Switches:
    """The choices of one server.

    Attributes:
        overflow: values written past the last row or column from a one-cell range: `grow` the grid or `refuse`.
        ranges_limit_sheets: whether `ranges` of spreadsheets.get leaves out the sheets that no range is on.
        filtered_paste_skips: whether copyPaste, cutPaste and pasteData leave rows hidden by a basic filter as they are.
        autolink: whether an address written by the values API turns into a link.
        accounts_may_create: whether service accounts have room in Drive for files of their own.
        metadata_limit: characters of developer metadata for the spreadsheet, and for each sheet.
        cells_limit: cells of all grids of a spreadsheet together, empty ones too.
    """

    overflow: Literal["grow", "refuse"] = "grow"
    ranges_limit_sheets: bool = True
    filtered_paste_skips: bool = True
    autolink: bool = True
    accounts_may_create: bool = True
    metadata_limit: int = 30_000
    cells_limit: int = MOST_CELLS
