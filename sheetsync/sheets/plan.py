"""The requests that would publish a table. Pure.

All of them go out in one `batchUpdate`, which Google applies whole or not at all, and each states what is to be, not
what is to change: sent twice, they do nothing the second time.
(https://developers.google.com/workspace/sheets/api/reference/rest/v4/spreadsheets/batchUpdate)
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson

from sheetsync.errors import PlanError
from sheetsync.sheets import formats
from sheetsync.sheets.a1 import Rectangle, qualified
from sheetsync.sheets.content import Content, Inline, Staged
from sheetsync.sheets.formats import FORMATS, NumberFormat
from sheetsync.sheets.placement import Placement
from sheetsync.sheets.state import EDGES, KEY, Edge, Mark
from sheetsync.sheets.target import Target

LONGEST_REQUEST = 10_000_000
"""Bytes. Google has refused requests over 10,485,760 (error texts in public issues)."""
LONGEST_CONTENT = LONGEST_REQUEST - 200_000
"""Bytes of a table in one request; the rest is for what comes with it."""
METADATA_IDS = 2**31 - 1
OF_VALUES = b',"fields":"userEnteredValue"}}'

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
    """One `batchUpdate`, ready to be sent.

    Attributes:
        mark: what proves afterwards that it was applied.
        kinds: what the requests in it are, in their order.
        swept: tabs that it deletes: staging tabs, the table's own and those left over.
    """

    placement: Placement
    mark: Mark
    body: bytes
    kinds: tuple[str, ...]
    swept: tuple[int, ...] = ()


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


def build(placement: Placement, seen: Seen | None, content: Content, stamp: Stamp) -> PublishPlan:
    """The plan that publishes a table at its place. `seen` is what stands in the cells that `looks` names, if any.

    Raises:
        PlanError: cells that become ours hold what is not ours, or the request would be too large for Google.
    """
    if seen is not None:
        _check_foreign(placement, seen)
    mark = mark_of(placement, content, stamp)
    swept = (*placement.left_over, *([content.sheet] if isinstance(content, Staged) else ()))
    requests = [
        *_bytes(_grid(placement)),
        *_cells(placement, content),
        *_bytes(_stale(placement)),
        *_bytes([_note(placement.tab.id, placement.rectangle, stamp.note)]),
        *_bytes(_looks_of_a_new_tab(placement, content)),
        *_bytes(_formats(placement, seen, content)),
        *_bytes(_named_range(placement)),
        *_bytes(_metadata(placement, mark, stamp)),
        *_bytes({"deleteSheet": {"sheetId": sheet}} for sheet in swept),
    ]
    body = _OPENING + b",".join(body for _, body in requests) + _CLOSING
    if len(body) > LONGEST_REQUEST:
        raise PlanError(
            f"publishing {content.rows:,} rows of {len(content.columns)} columns needs a request of"
            f" {len(body) / 1e6:.1f} MB; Google takes about {LONGEST_REQUEST / 1e6:.0f} MB.",
            "Choose fewer columns with columns:, or split the job into shorter windows.",
        )
    return PublishPlan(placement, mark, body, tuple(kind for kind, _ in requests), swept)


def _bytes(requests: Iterable[Request]) -> Iterator[tuple[str, bytes]]:
    """Each request's kind, and the request as JSON."""
    for request in requests:
        yield next(iter(request)), orjson.dumps(request)


def mark_of(placement: Placement, content: Content, stamp: Stamp) -> Mark:
    """What the publish of a table at its place leaves in the tab."""
    return Mark(
        metadata=placement.old.mark.metadata if placement.old is not None else metadata_id(stamp, "mark"),
        run=stamp.run,
        sheet=placement.tab.id,
        worksheet=stamp.target.worksheet_text,
        range=stamp.target.range,
        fingerprint=content.fingerprint,
        kinds=tuple(column.kind.name for column in content.columns),
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


def unchanged(placement: Placement, fingerprint: str) -> bool:
    """Whether the last publish of this job put the same table in the same place, and nothing is left to be swept."""
    old = placement.old
    same = old is not None and old.mark.fingerprint == fingerprint and old.rectangle == placement.rectangle
    return same and not placement.left_over


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


def _cells(placement: Placement, content: Content) -> Iterator[tuple[str, bytes]]:
    """The header and the records, and emptiness where the rectangle is larger than they are."""
    if isinstance(content, Staged):
        yield from _bytes(_copied(placement, content))
        yield _updated(placement, _head(placement), formats.header(content.columns))
        return
    assert isinstance(content, Inline)  # noqa: S101 - there are two kinds of content
    yield _updated(placement, placement.rectangle, content.body)
    for run in content.runs:
        where = Rectangle(
            placement.rectangle.row + 1 + run.first, placement.rectangle.column + run.column, run.end - run.first, 1
        )
        span = orjson.dumps(where.grid_range(placement.tab.id))
        yield "repeatCell", b'{"repeatCell":{"range":' + span + b',"cell":' + run.cell + OF_VALUES


def _updated(placement: Placement, where: Rectangle, rows: bytes) -> tuple[str, bytes]:
    """An `updateCells`: what its rows do not cover of the range becomes empty."""
    span = orjson.dumps(where.grid_range(placement.tab.id))
    return "updateCells", b'{"updateCells":{"range":' + span + b',"rows":[' + rows + b"]" + OF_VALUES


def _copied(placement: Placement, content: Staged) -> Iterator[Request]:
    """The records out of their staging tab. Under a filter a paste would leave out what it hides, so that is lifted.

    The filter comes back without its sorting, which would move the cells beside the table.
    """
    sheet, where = placement.tab.id, placement.rectangle
    filtered = placement.tab.filter
    if filtered is not None:
        yield {"clearBasicFilter": {"sheetId": sheet}}
    source = Rectangle(0, 0, content.rows, len(content.columns))
    records = Rectangle(where.row + 1, where.column, content.rows, len(content.columns))
    yield {
        "copyPaste": {
            "source": source.grid_range(content.sheet),
            "destination": records.grid_range(sheet),
            "pasteType": "PASTE_VALUES",
        }
    }
    body = Rectangle(where.row + 1, where.column, where.rows - 1, where.columns)
    yield from _emptied(sheet, body.minus(records))
    if filtered is not None:
        # Of the range and the table that a filter belongs to, only one may be written.
        dropped = {"sortSpecs", "range" if "tableId" in filtered else "tableId"}
        kept = {name: value for name, value in filtered.items() if name not in dropped}
        yield {"setBasicFilter": {"filter": kept}}


def _emptied(sheet: int, parts: Iterable[Rectangle]) -> Iterator[Request]:
    for part in parts:
        yield {"updateCells": {"range": part.grid_range(sheet), "fields": "userEnteredValue"}}


def _head(placement: Placement) -> Rectangle:
    where = placement.rectangle
    return Rectangle(where.row, where.column, 1, where.columns)


def _stale(placement: Placement) -> Iterator[Request]:
    """Empties what the last publish left beyond the new table, and its note where the corner moved."""
    if placement.old is None:
        return
    old = placement.old.rectangle
    for part in old.minus(placement.rectangle) if old.cells else []:
        inside = part.common(placement.tab.grid)
        yield from _emptied(placement.tab.id, [inside] if inside is not None else [])
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


def _looks_of_a_new_tab(placement: Placement, content: Content) -> Iterator[Request]:
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
    for index, width in enumerate(content.widths, where.column):
        span = {"sheetId": sheet, "dimension": "COLUMNS", "startIndex": index, "endIndex": index + 1}
        size = {"pixelSize": width}
        yield {"updateDimensionProperties": {"range": span, "properties": size, "fields": "pixelSize"}}


def _formats(placement: Placement, seen: Seen | None, content: Content) -> Iterator[Request]:
    """Number formats for cells that have none, and for columns that mean something else than they did."""
    new, old = placement.rectangle, placement.old
    stays = old is not None and (old.rectangle.row, old.rectangle.column) == (new.row, new.column)
    # Columns that people inserted into the table, or deleted from it, took the formats beside them along.
    known = old is not None and stays and old.rectangle.rows > 1 and old.rectangle.columns == old.mark.columns
    kinds = old.mark.kinds if old is not None and known else ()
    first = new.row + 1
    for offset, column in enumerate(content.columns):
        own, at = FORMATS.get(column.kind), new.column + offset
        if own is None or content.rows == 0:
            continue
        if offset < len(kinds) and kinds[offset] != column.kind.name:
            yield _format(placement.tab.id, Rectangle(first, at, content.rows, 1), own)
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
        yield created(mark.metadata, key, mark.value(), {"sheetId": sheet})
    for edge in EDGES:
        anchor = old.anchors.get(edge) if old is not None else None
        dimension, index = index_of(placement.rectangle, edge)
        if anchor is not None and anchor.index == index and old is not None and old.job == stamp.job:
            continue
        if anchor is not None:
            lookup = {"developerMetadataLookup": {"metadataId": anchor.metadata}}
            yield {"deleteDeveloperMetadata": {"dataFilter": lookup}}
        span = {"sheetId": sheet, "dimension": dimension, "startIndex": index, "endIndex": index + 1}
        yield created(metadata_id(stamp, edge), f"{key}:{edge}", edge, {"dimensionRange": span})


def index_of(rectangle: Rectangle, edge: Edge) -> tuple[str, int]:
    """The row or column that an edge of a table lies on."""
    return {
        "top": ("ROWS", rectangle.row),
        "bottom": ("ROWS", rectangle.end_row - 1),
        "left": ("COLUMNS", rectangle.column),
        "right": ("COLUMNS", rectangle.end_column - 1),
    }[edge]


def created(identity: int, key: str, value: str, location: dict[str, Any]) -> Request:
    entry = {"metadataId": identity, "metadataKey": key, "metadataValue": value, "location": location}
    return {"createDeveloperMetadata": {"developerMetadata": {**entry, "visibility": "DOCUMENT"}}}


def metadata_id(stamp: Stamp, what: str) -> int:
    """An id made from the run, so that sending the same request again cannot make a second entry."""
    digest = hashlib.sha256(f"{stamp.target.spreadsheet}:{stamp.job}:{stamp.run}:{what}".encode()).digest()
    return int.from_bytes(digest[:4]) % METADATA_IDS + 1
