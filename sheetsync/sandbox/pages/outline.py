"""The frame of a sheet: sizes of rows and columns, hidden ones, merges, the filter. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sheetsync.sandbox.google.document import Document, Sheet, box_of
from sheetsync.sandbox.google.errors import ApiError
from sheetsync.sandbox.google.rendering import PIXELS
from sheetsync.sandbox.google.schema import Json
from sheetsync.sandbox.google.visibility import filter_criteria, hidden_by_filter
from sheetsync.sandbox.pages.look import colour_of

Run = tuple[int, int]
"""So many rows or columns next to each other of the same size in pixels; hidden ones have the size 0."""

Rectangle = tuple[int, int, int, int]
"""Top, left, bottom, right: zero-based and half-open."""


@dataclass(frozen=True, slots=True)
class Tab:
    """A sheet as the row of tabs shows it; `colour` is a CSS colour or empty."""

    gid: int
    title: str
    colour: str


@dataclass(frozen=True, slots=True)
class Filter:
    """The basic filter: its cells with the header, and the columns in which something is chosen."""

    area: Rectangle
    active: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Outline:
    """Everything about a sheet but its cells."""

    title: str
    tabs: tuple[Tab, ...]
    gid: int
    rows: tuple[Run, ...]
    columns: tuple[Run, ...]
    frozen_rows: int
    frozen_columns: int
    gridlines: bool
    merges: tuple[Rectangle, ...]
    filter: Filter | None


def shown_sheet(document: Document, gid: int | None) -> Sheet:
    """The sheet with this id, or the first visible one where there is none or it is hidden."""
    wanted = (sheet for sheet in document.sheets if sheet.sheet_id == gid and not sheet.hidden)
    return next(wanted, document.first_visible())


def outline(document: Document, sheet: Sheet) -> Outline:
    """The outline of a sheet with the tabs beside it; one that holds a chart has no rows and columns."""
    properties = sheet.properties.get("gridProperties", {})
    grid = sheet.grid if sheet.properties["sheetType"] == "GRID" else None
    filtered = hidden_by_filter(document, sheet)
    return Outline(
        document.title,
        tabs(document),
        sheet.sheet_id,
        runs(grid.row_count, PIXELS["ROWS"], sheet.rows, filtered) if grid else (),
        runs(grid.column_count, PIXELS["COLUMNS"], sheet.columns) if grid else (),
        properties.get("frozenRowCount", 0),
        properties.get("frozenColumnCount", 0),
        not properties.get("hideGridlines", False),
        tuple(found for entry in sheet.lists["merges"] if (found := _rectangle(sheet, entry)) is not None),
        _filter(sheet),
    )


def tabs(document: Document) -> tuple[Tab, ...]:
    return tuple(
        Tab(sheet.sheet_id, sheet.title, colour_of(sheet.properties, "tabColor"))
        for sheet in document.sheets
        if not sheet.hidden
    )


def runs(count: int, size: int, special: Mapping[int, Json], hidden: frozenset[int] = frozenset()) -> tuple[Run, ...]:
    """Rows or columns as runs of equal size.

    Args:
        count: how many there are.
        size: the size of those that nothing is said about, in pixels.
        special: DimensionProperties by index.
        hidden: those that a filter hides.
    """
    sizes = {index: _size(entry, size) for index, entry in special.items()} | dict.fromkeys(hidden, 0)
    found: list[Run] = []
    position = 0
    for index in sorted(index for index in sizes if index < count):
        _append(found, index - position, size)
        _append(found, 1, sizes[index])
        position = index + 1
    _append(found, count - position, size)
    return tuple(found)


def _size(properties: Json, size: int) -> int:
    hidden = properties.get("hiddenByUser") or properties.get("hiddenByFilter")
    return 0 if hidden else int(properties.get("pixelSize", size))


def _append(found: list[Run], count: int, size: int) -> None:
    if count and found and found[-1][1] == size:
        found[-1] = (found[-1][0] + count, size)
    elif count:
        found.append((count, size))


def _rectangle(sheet: Sheet, grid_range: Json) -> Rectangle | None:
    """The cells of a GridRange inside the grid; None where it lies outside."""
    try:
        area = sheet.inside(box_of(grid_range))
    except ApiError:
        return None
    return area.top, area.left, area.bottom, area.right


def _filter(sheet: Sheet) -> Filter | None:
    basic = sheet.basic_filter
    area = None if basic is None else _rectangle(sheet, basic.get("range", {}))
    if basic is None or area is None:
        return None
    return Filter(area, tuple(sorted(column for column, entry in filter_criteria(basic).items() if entry)))
