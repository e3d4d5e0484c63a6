"""Plans one after the other: what a spreadsheet looks like once a plan is applied, as far as the next one asks. Pure.

A batch is applied in its order, so that a plan must count on what those before it in the same request leave: grids that
have grown, tabs that are new, tables that are in the way.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import replace

from sheetsync.sheets.a1 import Rectangle
from sheetsync.sheets.placement import Placement
from sheetsync.sheets.plan import Seen, Stamp, index_of, metadata_id
from sheetsync.sheets.state import EDGES, Anchor, Edge, Mark, Published, SheetState, Tab

Cells = tuple[int, Rectangle]
"""Cells of a tab: its id, and where."""


def after(state: SheetState, placement: Placement, mark: Mark, stamp: Stamp) -> SheetState:
    """The state that the publish of a table leaves."""
    tab, rectangle, old = placement.tab, placement.rectangle, placement.old
    published = {job: other for job, other in tab.published.items() if old is None or job != old.job}
    published[stamp.job] = Published(stamp.job, mark, _anchors(placement, stamp), rectangle)
    left = replace(
        tab,
        rows=max(tab.rows, rectangle.end_row),
        columns=max(tab.columns, rectangle.end_column),
        published=published,
    )
    named = tuple(
        replace(entry, rectangle=rectangle) if placement.named is not None and entry.id == placement.named.id else entry
        for entry in state.named_ranges
    )
    return replace(state, tabs=tuple(_tabs(state, left)), named_ranges=named)


def without(state: SheetState, sheets: Container[int]) -> SheetState:
    """The state less some tabs."""
    return replace(state, tabs=tuple(tab for tab in state.tabs if tab.id not in sheets))


def standing(state: SheetState, cells: Iterable[Cells]) -> list[Cells]:
    """Those of the cells that a spreadsheet has; in those that a plan is going to make, nothing stands."""
    tabs = {tab.id: tab for tab in state.tabs}
    inside = [(sheet, part.common(tabs[sheet].grid)) for sheet, part in cells if sheet in tabs]
    return [(sheet, part) for sheet, part in inside if part is not None]


def unseen(cells: Iterable[Cells], looked_at: Iterable[Cells]) -> list[Cells]:
    """Those of the cells that were not looked at yet."""
    known = frozenset(looked_at)
    return [found for found in dict.fromkeys(cells) if found not in known and not _covered(found, known)]


def seen_in(seen: Mapping[int, Seen], sheet: int, emptied: Iterable[Cells]) -> Seen:
    """What stands in the cells of a tab that were looked at, less the cells that plans before this one empty."""
    found = seen.get(sheet, Seen())
    gone = [part for other, part in emptied if other == sheet]
    if not gone:
        return found
    filled = {
        place: formula
        for place, formula in found.filled.items()
        if not any(Rectangle(*place, 1, 1).common(part) for part in gone)
    }
    return Seen(filled, found.formats)


def _covered(cells: Cells, known: Iterable[Cells]) -> bool:
    rest = [cells[1]]
    for sheet, part in known:
        if sheet == cells[0]:
            rest = [piece for each in rest for piece in each.minus(part)]
    return not rest


def _tabs(state: SheetState, left: Tab) -> Iterator[Tab]:
    yield from (left if tab.id == left.id else tab for tab in state.tabs)
    if state.tab(left.id) is None:
        yield left


def _anchors(placement: Placement, stamp: Stamp) -> dict[Edge, Anchor]:
    """The anchors that `plan` keeps or makes."""
    old, found = placement.old, dict[Edge, Anchor]()
    for edge in EDGES:
        _, index = index_of(placement.rectangle, edge)
        anchor = old.anchors.get(edge) if old is not None else None
        stays = anchor is not None and anchor.index == index and old is not None and old.job == stamp.job
        found[edge] = anchor if anchor is not None and stays else Anchor(metadata_id(stamp, edge), index)
    return found
