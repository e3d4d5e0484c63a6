"""copyPaste, cutPaste, pasteData and autoFill."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from html.parser import HTMLParser

from sheetsync.sandbox.google.cellwrites import ValueWriter
from sheetsync.sandbox.google.document import Area, Document, Sheet
from sheetsync.sandbox.google.errors import ApiError
from sheetsync.sandbox.google.formats.cells import CellError, FormulaText, holds_formula
from sheetsync.sandbox.google.formulas import Area as FormulaArea
from sheetsync.sandbox.google.formulas import MoveRange, requalify, translate
from sheetsync.sandbox.google.grid import EMPTY, Content, Extras, Plane, Row, trimmed
from sheetsync.sandbox.google.schema import Json
from sheetsync.sandbox.google.spans import carried
from sheetsync.sandbox.google.structure import adjust_formulas, follow, resize
from sheetsync.sandbox.google.styles import Style, style
from sheetsync.sandbox.google.updates.change import Change, required
from sheetsync.sandbox.google.visibility import hidden_by_filter

NOTHING = Plane(0)
PLANES = {
    "PASTE_NORMAL": Plane.VALUE | Plane.STYLE | Plane.EXTRAS,
    "PASTE_VALUES": Plane.VALUE,
    "PASTE_FORMAT": Plane.STYLE,
    "PASTE_NO_BORDERS": Plane.VALUE | Plane.STYLE | Plane.EXTRAS,
    "PASTE_FORMULA": Plane.VALUE,
    "PASTE_DATA_VALIDATION": Plane.EXTRAS,
    "PASTE_CONDITIONAL_FORMATTING": NOTHING,
}
"""What each paste type writes of a cell."""


def copy_paste(change: Change, request: Json) -> None:
    """Copy cells; a destination that is a multiple of the source repeats it, a smaller one still gets all of it."""
    source, target = change.readable(request, "source"), change.readable(request, "destination")
    kind = request.get("pasteType", "PASTE_NORMAL")
    pieces = [_copied(change.document, source, row, kind) for row in range(source.top, source.bottom)]
    width, transposed = source.width, request.get("pasteOrientation") == "TRANSPOSE"
    if transposed:
        pieces, width = _transposed(pieces, source.width), source.height
    height = len(pieces)
    if not height or not width:
        return
    down = target.height // height if target.height % height == 0 else 1
    right = target.width // width if target.width % width == 0 else 1
    covered = Area(target.sheet_id, target.top, target.left, target.top + height * down, target.left + width * right)
    _make_room(change, covered)
    change.guard(covered)
    sheet = change.sheet_of(covered)
    rows = _target_rows(change, sheet, covered.top, covered.height)
    keeps_formulas = kind not in ("PASTE_VALUES", "PASTE_FORMAT", "PASTE_DATA_VALIDATION")
    for number, row in enumerate(rows):
        piece = pieces[number % height]
        for copy in range(right):
            left = covered.left + copy * width
            origin = (source.top + number % height, source.left)
            moved = _translated(piece, row - origin[0], left - origin[1]) if keeps_formulas else piece
            sheet.grid.put(row, _pasted(sheet.grid.row(row), left, width, moved, kind))
    if kind == "PASTE_NORMAL" and not transposed and (down, right) == (1, 1):
        _copy_merges(change, source, covered)
    if kind in ("PASTE_NORMAL", "PASTE_CONDITIONAL_FORMATTING", "PASTE_FORMAT") and source.sheet_id == target.sheet_id:
        _extend_conditions(change, source, covered)


def _copied(document: Document, source: Area, index: int, kind: str) -> Row:
    """One row of the source, as far as the paste type looks at it."""
    sheet = document.sheet(source.sheet_id)
    piece = sheet.grid.row(index).piece(source.left, source.right)
    if kind == "PASTE_VALUES" and holds_formula(piece.values):
        results = (_result(document, sheet, index, source.left + number) for number in range(len(piece.values)))
        piece = replace(piece, values=trimmed(tuple(results)))
    if kind == "PASTE_NO_BORDERS":
        piece = replace(piece, styles=tuple(_without_borders(entry) for entry in piece.styles))
    return piece


def _result(document: Document, sheet: Sheet, row: int, column: int) -> Content:
    value = document.value(sheet, row, column)
    return value.code if isinstance(value, CellError) else value


def _without_borders(entry: Style | None) -> Style | None:
    if entry is None or "borders" not in entry.json:
        return entry
    return style({name: part for name, part in entry.json.items() if name != "borders"})


def _transposed(pieces: list[Row], width: int) -> list[Row]:
    return [
        Row(
            trimmed(tuple(piece.value(column) for piece in pieces)),
            trimmed(tuple(piece.style(column) for piece in pieces)),
            trimmed(tuple(piece.extras_at(column) or None for piece in pieces)),
        )
        for column in range(width)
    ]


def _translated(piece: Row, rows: int, columns: int) -> Row:
    if not holds_formula(piece.values):
        return piece
    contents = (
        FormulaText(translate(content, rows, columns)) if type(content) is FormulaText else content
        for content in piece.values
    )
    return replace(piece, values=tuple(contents))


def _pasted(row: Row, left: int, width: int, piece: Row, kind: str) -> Row:
    if kind == "PASTE_DATA_VALIDATION":
        old = row.piece(left, left + width)
        merged = (_with_validation(old.extras_at(number), piece.extras_at(number)) for number in range(width))
        piece = Row(extras=trimmed(tuple(merged)))
    return row.with_piece(left, width, piece, PLANES.get(kind, NOTHING))


def _with_validation(old: Extras, new: Extras) -> Extras | None:
    kept = {name: entry for name, entry in old.items() if name != "dataValidation"}
    return kept | ({"dataValidation": new["dataValidation"]} if "dataValidation" in new else {}) or None


def _make_room(change: Change, covered: Area) -> None:
    """Pasting past the grid's edge makes the grid grow, as in the user interface."""
    sheet = change.sheet_of(covered)
    rows, columns = max(covered.bottom, sheet.grid.row_count), max(covered.right, sheet.grid.column_count)
    if (rows, columns) != (sheet.grid.row_count, sheet.grid.column_count):
        resize(change.document, sheet, rows, columns)


def _target_rows(change: Change, sheet: Sheet, top: int, count: int) -> list[int]:
    """The rows that a paste writes: where a basic filter hides rows, only those that can be seen (users report it)."""
    hidden = hidden_by_filter(change.document, sheet) if change.switches.filtered_paste_skips else frozenset()
    if not hidden:
        return list(range(top, top + count))
    visible = (row for row in range(top, sheet.grid.row_count) if row not in hidden)
    return [row for row, _ in zip(visible, range(count), strict=False)]


def _copy_merges(change: Change, source: Area, covered: Area) -> None:
    sheet = change.sheet_of(source)
    inside = [area for area in map(change.document.area, sheet.lists["merges"]) if source.holds(area)]
    move = carried(source, covered.sheet_id, covered.top, covered.left)
    copies = [move(area.json()) for area in inside]
    target = change.sheet_of(covered)
    kept = [entry for entry in target.lists["merges"] if not change.document.area(entry).meets(covered)]
    target.lists["merges"] = (*kept, *(entry for entry in copies if entry is not None)) if inside else tuple(kept)


def _extend_conditions(change: Change, source: Area, covered: Area) -> None:
    """Conditional formats that cover the source cover the copy as well."""
    sheet = change.sheet_of(source)
    sheet.lists["conditionalFormats"] = tuple(
        {**rule, "ranges": [*rule["ranges"], covered.json()]}
        if any(change.document.area(entry).holds(source) for entry in rule["ranges"])
        else rule
        for rule in sheet.lists["conditionalFormats"]
    )


def cut_paste(change: Change, request: Json) -> None:
    """Move cells; references to them, names and merges that lie inside go along."""
    source, document = change.writable(request, "source"), change.document
    target, top, left = change.corner(required(request, "destination"))
    covered = Area(target.sheet_id, top, left, top + source.height, left + source.width)
    _make_room(change, covered)
    change.guard(covered)
    origin = document.sheet(source.sheet_id)
    pieces = [origin.grid.row(row).piece(source.left, source.right) for row in range(source.top, source.bottom)]
    planes = PLANES.get(request.get("pasteType", "PASTE_NORMAL"), PLANES["PASTE_NORMAL"])
    if origin is not target:
        pieces = [_requalified(piece, origin.title, target.title) for piece in pieces]
    for row in range(source.top, source.bottom):
        origin.grid.put(row, origin.grid.row(row).with_piece(source.left, source.width, EMPTY, planes))
    for row, piece in enumerate(pieces, top):
        target.grid.put(row, target.grid.row(row).with_piece(left, source.width, piece, planes))
    if planes == PLANES["PASTE_NORMAL"]:
        follow(document, carried(source, target.sheet_id, top, left))
        _move_merges(origin, target)
    block = FormulaArea(source.top, source.bottom, source.left, source.right)
    adjust_formulas(document, MoveRange(origin.title, block, target.title, top, left))


def _requalified(piece: Row, title: str, new_title: str) -> Row:
    contents = (
        FormulaText(requalify(content, title, new_title)) if type(content) is FormulaText else content
        for content in piece.values
    )
    return replace(piece, values=tuple(contents))


def _move_merges(origin: Sheet, target: Sheet) -> None:
    """Merges that followed their cells to another sheet are kept there."""
    gone = [entry for entry in origin.lists["merges"] if entry.get("sheetId", 0) != origin.sheet_id]
    origin.lists["merges"] = tuple(entry for entry in origin.lists["merges"] if entry not in gone)
    target.lists["merges"] += tuple(gone)


def paste_data(change: Change, request: Json) -> None:
    """Paste delimited text or an HTML table, its values read as if typed."""
    sheet, top, left = change.corner(required(request, "coordinate"))
    rows = _table(request)
    width = max((len(row) for row in rows), default=0)
    covered = Area(sheet.sheet_id, top, left, top + len(rows), left + width)
    _make_room(change, covered)
    change.guard(covered)
    writer = ValueWriter(typed=True, locale=change.document.locale, autolink=change.switches.autolink)
    planes = PLANES.get(request.get("type", "PASTE_NORMAL"), Plane.VALUE) & (Plane.VALUE | Plane.STYLE)
    for row, values in zip(_target_rows(change, sheet, top, len(rows)), rows, strict=False):
        before = sheet.grid.row(row)
        after = writer.written(before, left, values)
        sheet.grid.put(row, before.with_piece(left, len(values), after.piece(left, left + len(values)), planes))


def _table(request: Json) -> list[list[str]]:
    data = request.get("data", "")
    if request.get("html"):
        reader = TableReader()
        reader.feed(data)
        return reader.rows
    delimiter = request.get("delimiter", "")
    if len(delimiter) != 1:
        raise ApiError("delimiter must be a single character.")
    if delimiter in '\r\n"':
        raise ApiError("delimiter must not be a line break or a quote.")
    return [list(row) for row in csv.reader(io.StringIO(data, newline=""), delimiter=delimiter)]


class TableReader(HTMLParser):
    """The texts of an HTML table's cells."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: list[list[str]] = []
        self._inside = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        del attrs
        if tag == "tr" or (tag in ("td", "th") and not self.rows):
            self.rows.append([])
        if tag in ("td", "th"):
            self.rows[-1].append("")
            self._inside = True

    def handle_endtag(self, tag: str) -> None:
        if tag in ("td", "th"):
            self._inside = False

    def handle_data(self, data: str) -> None:
        if self._inside:
            self.rows[-1][-1] += data.strip()


def auto_fill(change: Change, request: Json) -> None:
    """Fill from a source by repeating it, formulas moving along. Series are not continued: values are repeated."""
    given = required(request, "sourceAndDestination")
    source, length = change.readable(given, "source"), given.get("fillLength", 0)
    by_rows, extent = given.get("dimension") == "ROWS", abs(length)
    if by_rows:
        start = source.bottom if length > 0 else source.top - extent
        target = Area(source.sheet_id, start, source.left, start + extent, source.right)
    else:
        start = source.right if length > 0 else source.left - extent
        target = Area(source.sheet_id, source.top, start, source.bottom, start + extent)
    if start < 0:
        raise ApiError(f"fillLength[{length}] goes beyond the grid.")
    _make_room(change, target)
    change.guard(target)
    sheet = change.sheet_of(source)
    size = source.height if by_rows else source.width
    if not size:
        return
    for offset in range(target.height):
        row = target.top + offset
        for step in range(target.width):
            # Cells repeat from the source's edge on, whichever way the fill goes.
            away = (row - source.top) % size if by_rows else (target.left + step - source.left) % size
            from_row, from_column = (source.top + away, source.left + step) if by_rows else (row, source.left + away)
            piece = sheet.grid.row(from_row).piece(from_column, from_column + 1)
            column = target.left + step
            moved = _translated(piece, row - from_row, column - from_column)
            sheet.grid.put(row, sheet.grid.row(row).with_piece(column, 1, moved))
