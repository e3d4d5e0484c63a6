"""What a publish would change, for a dry run."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sheetsync.sheets.a1 import Rectangle, cell
from sheetsync.sheets.client import SheetsClient
from sheetsync.sheets.publish import Prepared
from sheetsync.table import Cell, Table

SHOWN_CHANGES = 10


@dataclass(frozen=True, slots=True)
class Change:
    """One cell whose value would change; None is an empty cell."""

    address: str
    before: Any
    after: Cell


@dataclass(frozen=True, slots=True)
class Difference:
    """What a publish would do: where, how many cells would change, and the first of them."""

    address: str
    new_tab: bool
    rows_before: int
    cells: int
    first: tuple[Change, ...]
    request_bytes: int

    @property
    def any(self) -> bool:
        return self.new_tab or self.cells > 0


def differences(client: SheetsClient, prepared: Prepared, table: Table) -> Difference:
    """Compare what a sheet holds with what a plan would put there: one read, none for a tab that is yet to be made."""
    placement, plan = prepared.placement, prepared.plan
    covered = (
        [placement.rectangle, *placement.old.rectangle.minus(placement.rectangle)]
        if placement.old
        else [placement.rectangle]
    )
    inside = [part for part in (each.common(placement.tab.grid) for each in covered) if part is not None]
    before = {} if placement.new_tab else client.values(placement.tab.id, inside)
    changes = list(_changes(before, _after(placement.rectangle, table)))
    return Difference(
        address=placement.address,
        new_tab=placement.new_tab,
        rows_before=placement.old.mark.rows - 1 if placement.old is not None else 0,
        cells=len(changes),
        first=tuple(changes[:SHOWN_CHANGES]),
        request_bytes=len(plan.body) if plan is not None else 0,
    )


def _after(rectangle: Rectangle, table: Table) -> dict[tuple[int, int], Cell]:
    header = tuple(column.title for column in table.columns)
    return {
        (rectangle.row + row, rectangle.column + column): value
        for row, record in enumerate([header, *table.records()])
        for column, value in enumerate(record)
        if value is not None
    }


def _changes(before: dict[tuple[int, int], Any], after: dict[tuple[int, int], Cell]) -> Iterator[Change]:
    for place in sorted(before.keys() | after.keys()):
        if before.get(place) != after.get(place):
            yield Change(cell(*place), before.get(place), after.get(place))
