"""What a spreadsheet looks like before a publish, read from one narrow `spreadsheets.get`. Pure but for its caller.

What is ours is developer metadata in the tab itself: on the sheet a mark (the last run, its table's fingerprint), on
the rows and columns at the table's edges an anchor each. Google moves anchors along when people insert, delete or move
rows and columns, so the table is found where it is, not where it was.
(https://developers.google.com/workspace/sheets/api/guides/metadata)
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import orjson

from sheetsync.sheets.a1 import Corner, Rectangle, place, rectangle_of

BARE_ROWS = re.compile(rb"\{\}(?:,\{\}){63,}+")

Edge = Literal["top", "bottom", "left", "right"]
EDGES: tuple[Edge, ...] = ("top", "bottom", "left", "right")

KEY = "sheetsync"
STAGING_KEY = f"{KEY}-staging"
FIELDS = (
    "properties(title,timeZone,locale),namedRanges,sheets(properties(sheetId,title,sheetType,gridProperties(rowCount,"
    "columnCount)),developerMetadata,basicFilter,merges,protectedRanges(range,warningOnly,requestingUserCanEdit,unprotectedRanges),"
    "data(rowMetadata(developerMetadata),columnMetadata(developerMetadata)))"
)
"""The mask of the one read; `data` carries anchors only, an empty object for each other row and column."""


@dataclass(frozen=True, slots=True)
class Mark:
    """What the last publish of a job left in its tab.

    Attributes:
        metadata: the id of the metadata that holds it.
        run: the run that published.
        sheet: the tab's id at that time; another one means that the tab is a copy.
        worksheet, range: the target as the configuration said it then.
        fingerprint: the published table's.
        kinds: the published columns' kinds, by name.
        rows, columns: the size of the rectangle.
        at: when, as an ISO date-time in UTC.
    """

    metadata: int
    run: str
    sheet: int
    worksheet: str
    range: str
    fingerprint: str
    kinds: tuple[str, ...]
    rows: int
    columns: int
    at: str

    def value(self) -> str:
        """The text kept as metadata."""
        kept = {
            "v": 1,
            "run": self.run,
            "sheet": self.sheet,
            "worksheet": self.worksheet,
            "range": self.range,
            "table": self.fingerprint,
            "kinds": list(self.kinds),
            "rows": self.rows,
            "columns": self.columns,
            "at": self.at,
        }
        return orjson.dumps(kept).decode()


@dataclass(frozen=True, slots=True)
class Anchor:
    """An edge of a published table: the metadata's id and the row or column that it is on now."""

    metadata: int
    index: int


@dataclass(frozen=True, slots=True)
class Published:
    """What a tab holds of one job. `rectangle` is where its table is now."""

    job: str
    mark: Mark
    anchors: Mapping[Edge, Anchor]
    rectangle: Rectangle

    @property
    def metadata(self) -> list[int]:
        return [self.mark.metadata, *(anchor.metadata for anchor in self.anchors.values())]


@dataclass(frozen=True, slots=True)
class Protected:
    """A protected range that the account may not edit."""

    rectangle: Rectangle
    editable: tuple[Rectangle, ...]


@dataclass(frozen=True, slots=True)
class StagingMark:
    """Whose rows a staging tab holds, and until when (ISO date-time in UTC) that run may be alive."""

    job: str
    run: str
    until: str

    def value(self) -> str:
        """The text kept as metadata."""
        return orjson.dumps({"v": 1, "run": self.run, "until": self.until}).decode()


@dataclass(frozen=True, slots=True)
class Tab:
    """A tab.

    Attributes:
        published: what it holds of each job.
        staging: whose staging tab it is, if it is one.
        filter: its basic filter as the API writes it, if it has one.
    """

    id: int
    title: str
    rows: int
    columns: int
    is_grid: bool = True
    merges: tuple[Rectangle, ...] = ()
    protected: tuple[Protected, ...] = ()
    published: Mapping[str, Published] = field(default_factory=dict)
    staging: StagingMark | None = None
    filter: Mapping[str, Any] | None = None

    @property
    def grid(self) -> Rectangle:
        return Rectangle(0, 0, self.rows, self.columns)


@dataclass(frozen=True, slots=True)
class NamedRange:
    id: str
    name: str
    sheet: int
    rectangle: Rectangle


@dataclass(frozen=True, slots=True)
class SheetState:
    """A spreadsheet, its tabs in their order, its named ranges."""

    id: str
    title: str
    time_zone: str
    tabs: tuple[Tab, ...]
    named_ranges: tuple[NamedRange, ...] = ()

    def tab(self, sheet: int) -> Tab | None:
        return next((tab for tab in self.tabs if tab.id == sheet), None)

    def titled(self, title: str) -> Tab | None:
        """The tab of that title; titles differ in more than case."""
        exact = next((tab for tab in self.tabs if tab.title == title), None)
        return exact or next((tab for tab in self.tabs if tab.title.casefold() == title.casefold()), None)

    @property
    def cells(self) -> int:
        return sum(tab.grid.cells for tab in self.tabs)

    def left_over(self, job: str, run: str, at: str) -> tuple[int, ...]:
        """The staging tabs that `run` finds left over at a time (ISO date-time in UTC): its job's, and expired ones."""
        return tuple(
            tab.id
            for tab in self.tabs
            if (mark := tab.staging) is not None and mark.run != run and (mark.job == job or mark.until < at)
        )


def condensed(content: bytes) -> bytes:
    """An answer with its long runs of rows without metadata written as their number.

    A tab of a million rows comes with a million empty objects; as Python's they would take a hundred megabytes.
    """
    return BARE_ROWS.sub(lambda found: str((len(found[0]) + 1) // len(b"{},")).encode(), content)


def parse(spreadsheet: str, answer: Mapping[str, Any]) -> SheetState:
    """The state in an answer of `spreadsheets.get` with the mask FIELDS. Zeros and empty values are left out of it."""
    properties = answer.get("properties", {})
    tabs = tuple(_tab(sheet) for sheet in answer.get("sheets", []))
    sizes = {tab.id: tab for tab in tabs}
    named = tuple(
        NamedRange(
            entry["namedRangeId"],
            entry["name"],
            entry.get("range", {}).get("sheetId", 0),
            rectangle_of(entry.get("range", {}), tab.rows if tab else 0, tab.columns if tab else 0),
        )
        for entry in answer.get("namedRanges", [])
        for tab in [sizes.get(entry.get("range", {}).get("sheetId", 0))]
    )
    return SheetState(spreadsheet, properties.get("title", ""), properties.get("timeZone", ""), tabs, named)


def _tab(sheet: Mapping[str, Any]) -> Tab:
    properties = sheet.get("properties", {})
    grid = properties.get("gridProperties", {})
    rows, columns = grid.get("rowCount", 0), grid.get("columnCount", 0)
    protected = tuple(
        Protected(
            rectangle_of(entry.get("range", {}), rows, columns),
            tuple(rectangle_of(part, rows, columns) for part in entry.get("unprotectedRanges", [])),
        )
        for entry in sheet.get("protectedRanges", [])
        if not entry.get("requestingUserCanEdit", False) and not entry.get("warningOnly", False)
    )
    own = properties.get("sheetId", 0)
    return Tab(
        id=own,
        title=properties.get("title", ""),
        rows=rows,
        columns=columns,
        is_grid=properties.get("sheetType", "GRID") == "GRID",
        merges=tuple(rectangle_of(entry, rows, columns) for entry in sheet.get("merges", [])),
        protected=protected,
        published={found.job: found for found in _published(sheet, own)},
        staging=_staging(sheet),
        filter=sheet.get("basicFilter"),
    )


def _staging(sheet: Mapping[str, Any]) -> StagingMark | None:
    for entry in sheet.get("developerMetadata", []):
        key, _, job = entry.get("metadataKey", "").partition(":")
        if key == STAGING_KEY:
            try:
                kept = orjson.loads(entry.get("metadataValue", ""))
                return StagingMark(job, kept["run"], kept["until"])
            except (orjson.JSONDecodeError, KeyError, TypeError):
                return None
    return None


def _published(sheet: Mapping[str, Any], own: int) -> Iterator[Published]:
    anchors = _anchors(sheet)
    for entry in sheet.get("developerMetadata", []):
        key, _, job = entry.get("metadataKey", "").partition(":")
        mark = _mark(entry) if key == KEY and job else None
        # A copied tab carries the mark of the one that it was copied from.
        if mark is not None and mark.sheet == own:
            held = anchors.get(job, {})
            yield Published(job, mark, held, _rectangle(mark, held))


def _mark(entry: Mapping[str, Any]) -> Mark | None:
    try:
        kept = orjson.loads(entry.get("metadataValue", ""))
        return Mark(
            metadata=entry["metadataId"],
            run=kept["run"],
            sheet=kept["sheet"],
            worksheet=kept["worksheet"],
            range=kept["range"],
            fingerprint=kept["table"],
            kinds=tuple(kept["kinds"]),
            rows=kept["rows"],
            columns=kept["columns"],
            at=kept["at"],
        )
    except (orjson.JSONDecodeError, KeyError, TypeError):
        return None


def _anchors(sheet: Mapping[str, Any]) -> dict[str, dict[Edge, Anchor]]:
    found: dict[str, dict[Edge, Anchor]] = {}
    for grid in sheet.get("data", []):
        for dimension, start in (("rowMetadata", "startRow"), ("columnMetadata", "startColumn")):
            for index, entry in _metadata(grid.get(dimension, []), grid.get(start, 0)):
                key, _, rest = entry.get("metadataKey", "").partition(":")
                job, _, edge = rest.rpartition(":")
                if key == KEY and edge in EDGES:
                    found.setdefault(job, {})[edge] = Anchor(entry["metadataId"], index)
    return found


def _metadata(dimension: Sequence[Mapping[str, Any] | int], start: int) -> Iterator[tuple[int, Mapping[str, Any]]]:
    """Each metadata of rows or columns with the index that it is on; a number stands for so many that have none."""
    index = start
    for properties in dimension:
        if isinstance(properties, int):
            index += properties
            continue
        for entry in properties.get("developerMetadata", ()):
            yield index, entry
        index += 1


def _rectangle(mark: Mark, anchors: Mapping[Edge, Anchor]) -> Rectangle:
    """Where a table is now."""
    said = place(mark.range)
    corner = said if isinstance(said, Corner) else Corner(0, 0)
    row, rows = _span(anchors.get("top"), anchors.get("bottom"), mark.rows, corner.row)
    column, columns = _span(anchors.get("left"), anchors.get("right"), mark.columns, corner.column)
    return Rectangle(row, column, rows, columns)


def _span(first: Anchor | None, last: Anchor | None, size: int, configured: int) -> tuple[int, int]:
    """The first row (or column) of a table and how many it has.

    An anchor that is gone was deleted with its row, so the table is shorter by one at the least; a neighbour that moved
    up into its place must not be taken for ours.
    """
    if first is not None and last is not None:
        return first.index, max(1, last.index - first.index + 1)
    if first is not None:
        return first.index, max(1, size - 1)
    if last is not None:
        start = min(max(configured, last.index - size + 2), last.index)
        return start, last.index - start + 1
    return configured, 0
