"""Finds the block of data that an append continues."""

from __future__ import annotations

from sheetsync.sandbox.google.document import Area
from sheetsync.sandbox.google.grid import Grid


def region(grid: Grid, area: Area) -> Area | None:
    """The last block of adjoining data that reaches into the area; None where it holds no data.

    "Last" is by rows, then by columns. The block is a rectangle, surrounded by empty cells or the grid's edge, and
    may reach out of the area (the rules of the API's guide to appending values).
    """
    seed = _last_filled(grid, area)
    if seed is None:
        return None
    top, left = seed
    block = Area(area.sheet_id, top, left, top + 1, left + 1)
    while True:
        wider = _widened(grid, block)
        if wider == block:
            return block
        block = wider


def _last_filled(grid: Grid, area: Area) -> tuple[int, int] | None:
    for index in range(min(area.bottom, grid.used_rows()) - 1, area.top - 1, -1):
        values = grid.row(index).values[area.left : area.right]
        for offset in range(len(values) - 1, -1, -1):
            if values[offset] is not None:
                return index, area.left + offset
    return None


def _widened(grid: Grid, block: Area) -> Area:
    top, left, bottom, right = block.top, block.left, block.bottom, block.right
    while top > 0 and _filled(grid, top - 1, left - 1, right + 1):
        top -= 1
    while _filled(grid, bottom, left - 1, right + 1):
        bottom += 1
    low, high = max(top - 1, 0), min(bottom + 1, grid.used_rows())
    while left > 0 and _column_filled(grid, left - 1, low, high):
        left -= 1
    while _column_filled(grid, right, low, high):
        right += 1
    return Area(block.sheet_id, top, left, bottom, right)


def _filled(grid: Grid, row: int, left: int, right: int) -> bool:
    cells = grid.row(row).values[max(left, 0) : right]
    return cells.count(None) < len(cells)


def _column_filled(grid: Grid, column: int, top: int, bottom: int) -> bool:
    rows = grid.rows(top, bottom)
    return any(len(row.values) > column and row.values[column] is not None for row in rows)
