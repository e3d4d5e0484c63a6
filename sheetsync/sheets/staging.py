"""Long tables: their rows go, as they come, into a hidden tab, from which one last batch copies them to their place.

Nobody sees a half: until that batch the table in its place is the old one, and a run that ends before leaves a hidden
tab behind, which the next one deletes. Chunks have absolute places, so that each can be sent again.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

import orjson

from sheetsync.errors import PlanError, SheetsError, TableError
from sheetsync.parts import Part, Parts, Tally
from sheetsync.sheets import content, placement, publish
from sheetsync.sheets.a1 import Rectangle
from sheetsync.sheets.client import SheetsClient
from sheetsync.sheets.content import Staged
from sheetsync.sheets.plan import Stamp, created, metadata_id
from sheetsync.sheets.state import STAGING_KEY, SheetState, StagingMark
from sheetsync.table import Cell, Table, check_extent, check_texts, rows_json

CHUNK_BYTES = 2_000_000
"""What Google advises for a request (https://developers.google.com/workspace/sheets/api/limits)."""
LARGE_CHUNK_BYTES = 4_000_000
MANY_CHUNKS = 30
"""Half of the writes that Google allows in a minute: tables that need more go in larger chunks."""
Written = Callable[[int, int | None], None]
ROWS_AT_FIRST = 50_000
"""How many rows a staging tab gets for a report that does not say how many it has."""
SAMPLED_ROWS = 200


def stage(client: SheetsClient, parts: Parts, stamp: Stamp, until: str, staged: Written) -> Staged:
    """Write the parts of a table into a staging tab, while further ones come. Deletes the tab when that fails.

    Args:
        client: of the target's spreadsheet; nobody else may use it meanwhile.
        parts: the table.
        stamp: the publish that this is for.
        until: when the run is over at the latest (ISO date-time in UTC); then others may delete the tab.
        staged: told how many rows are in the tab, and of how many, from time to time.

    Raises:
        PlanError: the table cannot be put in its place, or the spreadsheet has no room for it twice.
        TableError: a cell is too long.
        SheetsError: Google refused or did not answer.
        ClockifyError: what goes through the parts may raise.
    """
    tab = _StagingTab(client, parts, stamp)
    tab.make(until)
    try:
        with ThreadPoolExecutor(1, "sheetsync-stage") as writer:
            return _Rows(tab, parts, writer, staged).all()
    except BaseException:
        discard(client, tab.sheet)
        raise


def discard(client: SheetsClient, sheet: int) -> None:
    """Delete a staging tab, if that can be done at once; else the next run deletes it."""
    try:
        client.write(orjson.dumps({"requests": [{"deleteSheet": {"sheetId": sheet}}]}))
    except SheetsError:
        return


class _StagingTab:
    """The hidden tab: made once it is known that the table has room, grown when it has more rows than was said."""

    def __init__(self, client: SheetsClient, parts: Parts, stamp: Stamp) -> None:
        self._client = client
        self._stamp = stamp
        self.columns = len(parts.titles)
        self._expected = parts.expected or 0
        self.rows = parts.expected or ROWS_AT_FIRST
        self.sheet = metadata_id(stamp, "staging")
        self.run = stamp.run
        self._state: SheetState | None = None

    def make(self, until: str) -> None:
        stamp = self._stamp
        state = self._state = self._client.state()
        self._check(self._expected, self.rows)
        properties = {
            "sheetId": self.sheet,
            "title": f"sheetsync {stamp.run}",
            "hidden": True,
            "gridProperties": {"rowCount": self.rows, "columnCount": self.columns},
        }
        mark = StagingMark(stamp.job, stamp.run, until)
        requests = [
            *({"deleteSheet": {"sheetId": sheet}} for sheet in state.left_over(stamp.job, stamp.run, stamp.at)),
            {"addSheet": {"properties": properties}},
            created(
                metadata_id(stamp, "staging mark"),
                f"{STAGING_KEY}:{stamp.job}",
                mark.value(),
                {"sheetId": self.sheet},
            ),
        ]
        publish.deliver(
            self._client, orjson.dumps({"requests": requests}), lambda found: found.tab(self.sheet) is not None
        )

    def write(self, first: int, rows: int, values: bytes) -> None:
        """Put rows, as JSON arrays, into the tab, from the row `first` on."""
        if first + rows > self.rows:
            self._grow(first + rows)
        where = orjson.dumps(Rectangle(first, 0, rows, self.columns).grid_range(self.sheet))
        self._client.write_values(
            b'{"valueInputOption":"RAW","data":[{"dataFilter":{"gridRange":'
            + where
            + b'},"majorDimension":"ROWS","values":['
            + values
            + b"]}]}"
        )

    def _grow(self, needed: int) -> None:
        """Make the tab longer: by more than is needed, if there is room, so that it need not be done often."""
        self._check(needed, needed)
        rows = max(needed, self.rows + ROWS_AT_FIRST)
        with contextlib.suppress(PlanError, TableError):
            self._check(needed, rows)
            needed = rows
        grid: dict[str, Any] = {"sheetId": self.sheet, "gridProperties": {"rowCount": needed}}
        request = {"updateSheetProperties": {"properties": grid, "fields": "gridProperties.rowCount"}}
        body = orjson.dumps({"requests": [request]})
        publish.deliver(
            self._client, body, lambda found: (tab := found.tab(self.sheet)) is not None and tab.rows >= needed
        )
        self.rows = needed

    def _check(self, rows: int, staged_rows: int) -> None:
        """Raises PlanError or TableError before anything is written that could not be brought to an end."""
        stamp, state, most = self._stamp, self._state, self._client.most_cells
        assert state is not None  # noqa: S101 - read when the tab is made
        check_extent(rows, self.columns, most)
        left_over = state.left_over(stamp.job, stamp.run, stamp.at)
        freed = sum(tab.grid.cells for tab in state.tabs if tab.id in left_over)
        extent = placement.Extent(rows, range(self.columns))
        found = placement.find(state, stamp.target, stamp.job, extent, stamp.run, at=stamp.at, most_cells=most + freed)
        placement.check_cells(state, found, staged_rows * self.columns - freed, most)


class _Rows:
    """The rows on their way: gathered to chunks, counted, and written by one thread while more of them come."""

    def __init__(self, tab: _StagingTab, parts: Parts, writer: ThreadPoolExecutor, tell: Written) -> None:
        self._tab = tab
        self._parts = parts
        self._writer = writer
        self._tell = tell
        self._writing: Future[None] | None = None
        self._tally = Tally()
        self._chunk = _Chunk(0)
        self._written_to = 0
        self._most_bytes = CHUNK_BYTES
        self._sample: tuple[Sequence[Cell], ...] = tuple(() for _ in parts.titles)

    def all(self) -> Staged:
        """Write every part; what was written when all of them are."""
        try:
            for part in self._parts:
                check_texts(part.at, part.cells, self._parts.titles)
                self._take(part)
            self._flush()
        finally:
            self._wait()
        columns, tally = self._parts.columns(), self._tally
        widths = content.widths(Table(columns, self._sample))
        return Staged(columns, tally.rows, tally.fingerprint(columns), widths, self._tab.sheet, self._tab.run)

    def _take(self, part: Part) -> None:
        if part.patch or part.at != self._tally.rows:
            self._flush()
        if part.patch:
            self._tally.take(part)
            self._send(part.at, part.rows, _clearing(part))
            return
        if part.at == 0:
            self._sample = tuple(cells[:SAMPLED_ROWS] for cells in part.cells)
        pieces = list(_pieces(part, self._most_bytes))
        if part.at == 0 and self._parts.expected is not None and part.rows:
            whole = sum(len(values) for _, values in pieces) / part.rows * self._parts.expected
            self._most_bytes = CHUNK_BYTES if whole <= CHUNK_BYTES * MANY_CHUNKS else LARGE_CHUNK_BYTES
        self._tally.take(part, (values for _, values in pieces))
        for piece, values in pieces:
            self._gather(piece, values if piece.at >= self._written_to else _clearing(piece))

    def _gather(self, piece: Part, values: bytes) -> None:
        if self._chunk.size + len(values) > self._most_bytes:
            self._flush()
        if not self._chunk.rows:
            self._chunk = _Chunk(piece.at)
        self._chunk.add(piece.rows, values)

    def _flush(self) -> None:
        chunk, self._chunk = self._chunk, _Chunk(0)
        if chunk.rows:
            self._send(chunk.first, chunk.rows, b",".join(chunk.values))
            self._written_to = max(self._written_to, chunk.first + chunk.rows)

    def _send(self, first: int, rows: int, values: bytes) -> None:
        self._wait()
        self._tell(first, self._parts.expected)
        self._writing = self._writer.submit(self._tab.write, first, rows, values)

    def _wait(self) -> None:
        writing, self._writing = self._writing, None
        if writing is not None:
            writing.result()


@dataclass(slots=True)
class _Chunk:
    """Rows that go out together, as JSON arrays; `first` is where they begin."""

    first: int
    rows: int = 0
    size: int = 0
    values: list[bytes] = field(default_factory=list)

    def add(self, rows: int, values: bytes) -> None:
        if rows:
            self.rows += rows
            self.size += len(values) + 1
            self.values.append(values)


def _pieces(part: Part, most_bytes: int) -> Iterator[tuple[Part, bytes]]:
    """The part and its rows as JSON, in pieces that fit into a request each."""
    values = rows_json(part.cells)
    if part.rows <= 1 or len(values) <= most_bytes:
        yield part, values
        return
    half = part.rows // 2
    yield from _pieces(part.piece(0, half), most_bytes)
    yield from _pieces(part.piece(half, part.rows), most_bytes)


def _clearing(part: Part) -> bytes:
    """Rows for cells that were written before: an empty text empties a cell, where a null would leave it alone."""
    return rows_json([["" if cell is None else cell for cell in cells] for cells in part.cells])
