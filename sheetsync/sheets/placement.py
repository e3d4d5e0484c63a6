"""Where a table goes: which tab, which cells, and which of them were not ours before. Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from sheetsync.errors import PlanError
from sheetsync.sheets.a1 import Corner, Name, Rectangle, place, qualified
from sheetsync.sheets.state import NamedRange, Published, SheetState, Tab
from sheetsync.sheets.target import Target
from sheetsync.table import MOST_CELLS, MOST_COLUMNS

LEAST_COLUMNS = 26
"""The width of a tab that sheetsync makes, as that of one made by hand."""
MOST_EMPTY_CELLS = 1_000_000
"""Tabs of more cells are made no wider than their table: empty cells count as well."""
SHEET_IDS = 2**31 - 1


@dataclass(frozen=True, slots=True)
class Placement:
    """Where a table goes.

    Attributes:
        tab: the tab as it is, or as it will be made.
        new_tab: whether it has yet to be made.
        rectangle: the table's cells, header included.
        old: what the last publish left, of this job or of one whose place it takes.
        taken: cells of the present grid that become ours with this publish.
        named: the named range that the job writes to.
        left_over: staging tabs of runs that ended before they could delete them.
    """

    tab: Tab
    new_tab: bool
    rectangle: Rectangle
    old: Published | None
    taken: tuple[Rectangle, ...]
    named: NamedRange | None = None
    left_over: tuple[int, ...] = ()

    @property
    def address(self) -> str:
        return qualified(self.tab.title, self.rectangle)


class Size(Protocol):
    """How large a table is, its header not counted."""

    @property
    def rows(self) -> int: ...

    @property
    def columns(self) -> Sequence[object]: ...


@dataclass(frozen=True, slots=True)
class Extent:
    """The size of a table that is not there yet."""

    rows: int
    columns: Sequence[object]


def find(  # noqa: PLR0913 - what a place depends on
    state: SheetState,
    target: Target,
    job: str,
    table: Size,
    run: str,
    *,
    at: str = "",
    most_cells: int = MOST_CELLS,
) -> Placement:
    """Where the table of a job goes in a spreadsheet.

    `at` is the time of the run (ISO date-time in UTC), by which staging tabs of dead runs are told.

    A tab that holds the job's mark is the target's whatever its title is now, and a table that people moved by
    inserting rows or columns beside it is published where it is now.

    Raises:
        PlanError: the target does not exist, is too small, protected, merged or another job's.
    """
    said = place(target.range)
    named = _named_range(state, said) if isinstance(said, Name) else None
    tab, old = _tab(state, target, job, named)
    corner = named.rectangle if named is not None else said
    assert isinstance(corner, Corner | Rectangle)  # noqa: S101 - a Name was replaced by its rectangle
    limits = said if isinstance(said, Corner) else Corner(0, 0)
    row, column = corner.row, corner.column
    if named is None and old is not None and old.rectangle.rows and old.mark.range == target.range:
        row, column = old.rectangle.row, old.rectangle.column
    rectangle = Rectangle(row, column, _rows(table, limits, target), _columns(table, limits, target))
    left_over = state.left_over(job, run, at)
    if tab is None:
        rows, columns = rectangle.end_row, rectangle.end_column
        if rows * LEAST_COLUMNS <= MOST_EMPTY_CELLS:
            columns = max(LEAST_COLUMNS, columns)
        made = Tab(_sheet_id(state, run), str(target.worksheet), rows, columns)
        found = Placement(made, True, rectangle, None, (), left_over=left_over)
    else:
        old = old or _predecessor(tab, target)
        parts = rectangle.minus(old.rectangle if old is not None else None)
        inside = [part.common(tab.grid) for part in parts]
        taken = tuple(part for part in inside if part is not None)
        found = Placement(tab, False, rectangle, old, taken, named, left_over)
    _check(state, found, job, most_cells)
    return found


def _named_range(state: SheetState, wanted: Name) -> NamedRange:
    found = next((entry for entry in state.named_ranges if entry.name == wanted.name), None)
    if found is None:
        names = ", ".join(entry.name for entry in state.named_ranges) or "none"
        raise PlanError(
            f"the spreadsheet has no range named {wanted.name!r} (there are: {names}).",
            "Name one in Google Sheets under Data > Named ranges, or give range: a cell such as A1.",
        )
    return found


def _tab(state: SheetState, target: Target, job: str, named: NamedRange | None) -> tuple[Tab | None, Published | None]:
    if named is not None:
        tab = state.tab(named.sheet)
        return tab, tab.published.get(job) if tab is not None else None
    for tab in state.tabs:
        old = tab.published.get(job)
        if old is not None and old.mark.worksheet == target.worksheet_text:
            return tab, old
    if isinstance(target.worksheet, int):
        tab = state.tab(target.worksheet)
        if tab is None:
            raise PlanError(
                f"the spreadsheet has no tab with gid {target.worksheet}.",
                "The gid is the number after #gid= in the address bar while the tab is open.",
            )
        return tab, None
    return state.titled(target.worksheet or ""), None


def _predecessor(tab: Tab, target: Target) -> Published | None:
    """What a job of another name published at the same target: the table that this one replaces."""
    here = (target.worksheet_text, target.range)
    return next((old for old in tab.published.values() if (old.mark.worksheet, old.mark.range) == here), None)


def _rows(table: Size, limits: Corner, target: Target) -> int:
    needed = table.rows + 1
    if limits.rows is not None and needed > limits.rows:
        raise PlanError(
            f"the table has {needed:,} rows with its header, range: {target.range} has {limits.rows:,}.",
            "Give range: more rows, or its corner cell alone.",
        )
    return limits.rows or needed


def _columns(table: Size, limits: Corner, target: Target) -> int:
    needed = len(table.columns)
    if limits.columns is not None and needed > limits.columns:
        raise PlanError(
            f"the table has {needed} columns, range: {target.range} has {limits.columns}.",
            "Give range: more columns, or choose fewer with columns:.",
        )
    return limits.columns or needed


def _sheet_id(state: SheetState, run: str) -> int:
    """A tab's id made from the run, so that sending the same request again cannot make a second tab."""
    wanted = int.from_bytes(hashlib.sha256(f"{state.id}:{run}".encode()).digest()[:4]) % SHEET_IDS
    while state.tab(wanted) is not None:
        wanted = (wanted + 1) % SHEET_IDS
    return wanted


def _check(state: SheetState, found: Placement, job: str, most_cells: int) -> None:
    tab, rectangle = found.tab, found.rectangle
    if not tab.is_grid:
        raise PlanError(f"tab {tab.title!r} is a chart, not a grid.", "Name another worksheet.")
    if rectangle.end_column > MOST_COLUMNS:
        raise PlanError(f"the table would reach column {rectangle.end_column:,}; a sheet has {MOST_COLUMNS:,}.")
    check_cells(state, found, 0, most_cells)
    _check_neighbours(found, job)


def check_cells(state: SheetState, found: Placement, staged: int, most_cells: int = MOST_CELLS) -> None:
    """Raises PlanError when the spreadsheet cannot take the table, with `staged` cells in a further tab beside it."""
    tab, rectangle = found.tab, found.rectangle
    grown = max(tab.rows, rectangle.end_row) * max(tab.columns, rectangle.end_column)
    cells = state.cells - (0 if found.new_tab else tab.grid.cells) + grown + staged
    if cells <= most_cells:
        return
    todo = "Delete tabs, or unused rows and columns, or give the job a spreadsheet of its own."
    if staged:
        todo += " A long table needs its cells twice while it is written."
    raise PlanError(
        f"the spreadsheet would grow to {cells:,} cells; it can hold {most_cells:,} (empty ones count).", todo
    )


def _check_neighbours(found: Placement, job: str) -> None:
    tab, rectangle = found.tab, found.rectangle
    own = {job} | ({found.old.job} if found.old is not None else set())
    for other in tab.published.values():
        if other.job not in own and other.rectangle.common(rectangle) is not None:
            raise PlanError(
                f"{found.address} would cover the table of job {other.job!r} at {other.rectangle.a1()}.",
                "Give one of them another range: or worksheet:.",
            )
    for merge in tab.merges:
        if merge.common(rectangle) is not None:
            raise PlanError(
                f"the merged cells {qualified(tab.title, merge)} lie in {found.address} and would hide values.",
                "Unmerge them, or give the job another range.",
            )
    for entry in tab.protected:
        covered = entry.rectangle.common(rectangle)
        if covered is not None and not any(not covered.minus(part) for part in entry.editable):
            raise PlanError(
                f"{qualified(tab.title, covered)} is protected and the account may not edit it.",
                "Let the account edit it (Data > Protect sheets and ranges), or give the job another range.",
            )
