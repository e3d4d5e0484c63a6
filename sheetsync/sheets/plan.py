"""The requests that would publish a table. Pure.

All of them go out in one `batchUpdate`, which Google applies whole or not at all, and each states what is to be, not
what is to change: sent twice, they do nothing the second time.
(https://developers.google.com/workspace/sheets/api/reference/rest/v4/spreadsheets/batchUpdate)
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson

from sheetsync.errors import PlanError
from sheetsync.sheets import formats
from sheetsync.sheets.a1 import Rectangle, qualified
from sheetsync.sheets.formats import FORMATS, NumberFormat
from sheetsync.sheets.placement import Placement, Target
from sheetsync.sheets.state import EDGES, KEY, Edge, Mark
from sheetsync.table import Table

LONGEST_REQUEST = 9_000_000
"""Bytes. Google has refused requests over 10,485,760 (error texts in public issues); the rest is for the envelope."""
METADATA_IDS = 2**31 - 1

_OPENING, _CLOSING = b'{"requests":[', b"]}"

Request = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Stamp:
    """What a publish says of itself: the job, the run, the target as configured, when, and the note for people."""

    job: str
    run: str
    target: Target
    at: str
    note: str


@dataclass(frozen=True, slots=True)
class Seen:
    """What stands in cells that were looked at: by (row, column), whether a formula is there and the number format."""

    filled: Mapping[tuple[int, int], bool] = field(default_factory=dict)
    formats: Mapping[tuple[int, int], NumberFormat] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PublishPlan:
    """One `batchUpdate`, ready to be sent; `mark` is what proves afterwards that it was applied."""

    placement: Placement
    mark: Mark
    body: bytes
    kinds: tuple[str, ...]


def looks(placement: Placement) -> list[Rectangle]:
    """The cells to look at before publishing: those that become ours, and the first record for its formats.

    None when the table stays within what was ours, or only grows into rows and columns that the grid does not have yet.
    """
    if not placement.taken:
        return []
    old = placement.old
    if old is None or old.rectangle.rows < 2:
        return list(placement.taken)
    first = Rectangle(old.rectangle.row + 1, old.rectangle.column, 1, old.rectangle.columns)
    return [*placement.taken, first]


def build(placement: Placement, seen: Seen | None, table: Table, stamp: Stamp) -> PublishPlan:
    """The plan that publishes a table at its place. `seen` is what stands in the cells that `looks` names, if any.

    Raises:
        PlanError: cells that become ours hold what is not ours, or the request would be too large for Google.
    """
    if seen is not None:
        _check_foreign(placement, seen)
    mark = mark_of(placement, table, stamp, table.fingerprint())
    before, after = (
        list(_grid(placement)),
        [
            *_stale(placement),
            _note(placement.tab.id, placement.rectangle, stamp.note),
            *_looks_of_a_new_tab(placement, table),
            *_formats(placement, seen, table),
            *_named_range(placement),
            *_metadata(placement, mark, stamp),
        ],
    )
    cells = _cells(placement, table)
    body = _OPENING + b",".join([*map(orjson.dumps, before), cells, *map(orjson.dumps, after)]) + _CLOSING
    if len(body) > LONGEST_REQUEST:
        raise PlanError(
            f"publishing {table.rows:,} rows of {len(table.columns)} columns needs a request of"
            f" {len(body) / 1e6:.1f} MB; Google takes about {LONGEST_REQUEST / 1e6:.0f} MB.",
            "Choose fewer columns with columns:, or split the job into shorter windows.",
        )
    kinds = tuple(next(iter(request)) for request in [*before, {"updateCells": None}, *after])
    return PublishPlan(placement, mark, body, kinds)


def mark_of(placement: Placement, table: Table, stamp: Stamp, fingerprint: str) -> Mark:
    """What the publish of a table at its place leaves in the tab."""
    return Mark(
        metadata=placement.old.mark.metadata if placement.old is not None else metadata_id(stamp, "mark"),
        run=stamp.run,
        sheet=placement.tab.id,
        worksheet=stamp.target.worksheet_text,
        range=stamp.target.range,
        fingerprint=fingerprint,
        kinds=tuple(column.kind.name for column in table.columns),
        rows=placement.rectangle.rows,
        columns=placement.rectangle.columns,
        at=stamp.at,
    )


def joined(bodies: Sequence[bytes]) -> bytes:
    """One `batchUpdate` of several, in their order."""
    if len(bodies) == 1:
        return bodies[0]
    return _OPENING + b",".join(body[len(_OPENING) : -len(_CLOSING)] for body in bodies) + _CLOSING


def right_to_edit(identity: int) -> bytes:
    """A `batchUpdate` that changes nothing and needs the right to edit: metadata made and taken away at once."""
    entry = {"metadataId": identity, "metadataKey": f"{KEY}-check", "location": {"spreadsheet": True}}
    lookup = {"developerMetadataLookup": {"metadataId": identity}}
    requests = [
        {"createDeveloperMetadata": {"developerMetadata": {**entry, "visibility": "DOCUMENT"}}},
        {"deleteDeveloperMetadata": {"dataFilter": lookup}},
    ]
    return orjson.dumps({"requests": requests})


def unchanged(placement: Placement, table: Table) -> bool:
    """Whether the last publish of this job put the same table in the same place."""
    old = placement.old
    return old is not None and old.mark.fingerprint == table.fingerprint() and old.rectangle == placement.rectangle


def _check_foreign(placement: Placement, seen: Seen) -> None:
    """A first publish replaces values, as the job says so, but no formulas; a table that grows replaces nothing."""
    growing = placement.old is not None
    for (row, column), formula in sorted(seen.filled.items()):
        at = Rectangle(row, column, 1, 1)
        if not any(at.common(part) for part in placement.taken) or not (growing or formula):
            continue
        what = "is not empty" if growing else "holds a formula"
        raise PlanError(
            f"{qualified(placement.tab.title, at)} {what}, and the table needs {placement.rectangle.a1()}.",
            "Move or clear what stands there, or give the job another range: or worksheet:.",
        )


def _grid(placement: Placement) -> Iterator[Request]:
    tab, rectangle = placement.tab, placement.rectangle
    if placement.new_tab:
        grid = {"rowCount": tab.rows, "columnCount": tab.columns}
        # A header in the first row stays in sight; a tab cannot consist of frozen rows alone.
        if rectangle.row == 0 and tab.rows > 1:
            grid["frozenRowCount"] = 1
        yield {"addSheet": {"properties": {"sheetId": tab.id, "title": tab.title, "gridProperties": grid}}}
        return
    needed = {
        "rowCount": rectangle.end_row if rectangle.end_row > tab.rows else None,
        "columnCount": rectangle.end_column if rectangle.end_column > tab.columns else None,
    }
    grown = {name: count for name, count in needed.items() if count is not None}
    if grown:
        yield {
            "updateSheetProperties": {
                "properties": {"sheetId": tab.id, "gridProperties": grown},
                "fields": ",".join(f"gridProperties.{name}" for name in grown),
            }
        }


def _cells(placement: Placement, table: Table) -> bytes:
    """The table as one `updateCells`: what its rows do not cover of the range becomes empty."""
    where = orjson.dumps(placement.rectangle.grid_range(placement.tab.id))
    rows = b",".join(formats.rows(table))
    return b'{"updateCells":{"range":' + where + b',"rows":[' + rows + b'],"fields":"userEnteredValue"}}'


def _stale(placement: Placement) -> Iterator[Request]:
    """Empties what the last publish left beyond the new table, and its note where the corner moved."""
    if placement.old is None:
        return
    old = placement.old.rectangle
    for part in old.minus(placement.rectangle) if old.cells else []:
        inside = part.common(placement.tab.grid)
        if inside is not None:
            yield {"updateCells": {"range": inside.grid_range(placement.tab.id), "fields": "userEnteredValue"}}
    if old.cells and (old.row, old.column) != (placement.rectangle.row, placement.rectangle.column):
        yield _note(placement.tab.id, old, "")


def _note(sheet: int, rectangle: Rectangle, note: str) -> Request:
    corner = Rectangle(rectangle.row, rectangle.column, 1, 1)
    return {
        "updateCells": {
            "range": corner.grid_range(sheet),
            "rows": [{"values": [{"note": note} if note else {}]}],
            "fields": "note",
        }
    }


def _looks_of_a_new_tab(placement: Placement, table: Table) -> Iterator[Request]:
    """A tab of our own making gets a bold header and columns wide enough to read; one of the user's keeps its looks."""
    if not placement.new_tab:
        return
    sheet, where = placement.tab.id, placement.rectangle
    yield {
        "repeatCell": {
            "range": Rectangle(where.row, where.column, 1, where.columns).grid_range(sheet),
            "cell": {"userEnteredFormat": {"textFormat": {"bold": True}}},
            "fields": "userEnteredFormat.textFormat.bold",
        }
    }
    for index, (column, cells) in enumerate(zip(table.columns, table.cells, strict=True), where.column):
        span = {"sheetId": sheet, "dimension": "COLUMNS", "startIndex": index, "endIndex": index + 1}
        size = {"pixelSize": formats.width(column, cells)}
        yield {"updateDimensionProperties": {"range": span, "properties": size, "fields": "pixelSize"}}


def _formats(placement: Placement, seen: Seen | None, table: Table) -> Iterator[Request]:
    """Number formats for cells that have none, and for columns that mean something else than they did."""
    new, old = placement.rectangle, placement.old
    stays = old is not None and (old.rectangle.row, old.rectangle.column) == (new.row, new.column)
    # Columns that people inserted into the table, or deleted from it, took the formats beside them along.
    known = old is not None and stays and old.rectangle.rows > 1 and old.rectangle.columns == old.mark.columns
    kinds = old.mark.kinds if old is not None and known else ()
    first = new.row + 1
    for offset, column in enumerate(table.columns):
        own, at = FORMATS.get(column.kind), new.column + offset
        if own is None or table.rows == 0:
            continue
        if offset < len(kinds) and kinds[offset] != column.kind.name:
            yield _format(placement.tab.id, Rectangle(first, at, table.rows, 1), own)
            continue
        start = min(old.rectangle.end_row, new.end_row) if old is not None and offset < len(kinds) else first
        if start == new.end_row:
            continue
        if seen is None and offset < len(kinds):
            yield _same_format(placement, at, first, start)
            continue
        wanted = own if seen is None else seen.formats.get((first, at), own)
        for run, end in _unformatted(seen, at, start, new.end_row):
            yield _format(placement.tab.id, Rectangle(run, at, end - run, 1), wanted)


def _unformatted(seen: Seen | None, column: int, first: int, end: int) -> Iterator[tuple[int, int]]:
    """Runs of rows, as (first, end), whose cell in a column has no number format."""
    start: int | None = None
    for row in range(first, end):
        if seen is not None and (row, column) in seen.formats:
            if start is not None:
                yield start, row
            start = None
        elif start is None:
            start = row
    if start is not None:
        yield start, end


def _format(sheet: int, cells: Rectangle, number_format: NumberFormat) -> Request:
    return {
        "repeatCell": {
            "range": cells.grid_range(sheet),
            "cell": {"userEnteredFormat": {"numberFormat": number_format}},
            "fields": "userEnteredFormat.numberFormat",
        }
    }


def _same_format(placement: Placement, column: int, source: int, first: int) -> Request:
    """Gives a column's new rows the format of its first record, whatever people made of it."""
    sheet = placement.tab.id
    rows = placement.rectangle.end_row - first
    return {
        "copyPaste": {
            "source": Rectangle(source, column, 1, 1).grid_range(sheet),
            "destination": Rectangle(first, column, rows, 1).grid_range(sheet),
            "pasteType": "PASTE_FORMAT",
        }
    }


def _named_range(placement: Placement) -> Iterator[Request]:
    named = placement.named
    if named is not None and named.rectangle != placement.rectangle:
        held = {"namedRangeId": named.id, "range": placement.rectangle.grid_range(placement.tab.id)}
        yield {"updateNamedRange": {"namedRange": held, "fields": "range"}}


def _metadata(placement: Placement, mark: Mark, stamp: Stamp) -> Iterator[Request]:
    old, sheet = placement.old, placement.tab.id
    key = f"{KEY}:{stamp.job}"
    if old is not None:
        yield {
            "updateDeveloperMetadata": {
                "dataFilters": [{"developerMetadataLookup": {"metadataId": old.mark.metadata}}],
                "developerMetadata": {"metadataKey": key, "metadataValue": mark.value()},
                "fields": "metadataKey,metadataValue",
            }
        }
    else:
        yield _created(mark.metadata, key, mark.value(), {"sheetId": sheet})
    for edge in EDGES:
        anchor = old.anchors.get(edge) if old is not None else None
        dimension, index = index_of(placement.rectangle, edge)
        if anchor is not None and anchor.index == index and old is not None and old.job == stamp.job:
            continue
        if anchor is not None:
            lookup = {"developerMetadataLookup": {"metadataId": anchor.metadata}}
            yield {"deleteDeveloperMetadata": {"dataFilter": lookup}}
        span = {"sheetId": sheet, "dimension": dimension, "startIndex": index, "endIndex": index + 1}
        yield _created(metadata_id(stamp, edge), f"{key}:{edge}", edge, {"dimensionRange": span})


def index_of(rectangle: Rectangle, edge: Edge) -> tuple[str, int]:
    """The row or column that an edge of a table lies on."""
    return {
        "top": ("ROWS", rectangle.row),
        "bottom": ("ROWS", rectangle.end_row - 1),
        "left": ("COLUMNS", rectangle.column),
        "right": ("COLUMNS", rectangle.end_column - 1),
    }[edge]


def _created(identity: int, key: str, value: str, location: dict[str, Any]) -> Request:
    entry = {"metadataId": identity, "metadataKey": key, "metadataValue": value, "location": location}
    return {"createDeveloperMetadata": {"developerMetadata": {**entry, "visibility": "DOCUMENT"}}}


def metadata_id(stamp: Stamp, what: str) -> int:
    """An id made from the run, so that sending the same request again cannot make a second entry."""
    digest = hashlib.sha256(f"{stamp.target.spreadsheet}:{stamp.job}:{stamp.run}:{what}".encode()).digest()
    return int.from_bytes(digest[:4]) % METADATA_IDS + 1
