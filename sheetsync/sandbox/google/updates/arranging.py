"""sortRange, randomizeRange, findReplace, trimWhitespace and deleteDuplicates."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

from sheetsync.sandbox.google.cellwrites import checked_text
from sheetsync.sandbox.google.document import Area, Document, Sheet
from sheetsync.sandbox.google.errors import ApiError
from sheetsync.sandbox.google.formats import entered
from sheetsync.sandbox.google.formats.cells import CellError, FormulaText
from sheetsync.sandbox.google.formulas import translate
from sheetsync.sandbox.google.grid import EMPTY, Content, Row, trimmed
from sheetsync.sandbox.google.rendering import formatted
from sheetsync.sandbox.google.schema import Json
from sheetsync.sandbox.google.updates.change import Change

SortKey = tuple[int, float, str]
NUMBER, TEXT, BOOLEAN, ERROR = range(4)
"""The order of kinds in an ascending sort; empty cells come last either way."""


def sort_range(change: Change, request: Json) -> None:
    area = change.writable(request)
    sheet = change.sheet_of(area)
    if any(change.document.area(entry).meets(area) for entry in sheet.lists["merges"]):
        raise ApiError("You can't sort a range with vertical merges.")
    end = min(area.bottom, sheet.grid.used_rows())
    order = list(range(area.top, end))
    for spec in reversed(request.get("sortSpecs", ())):
        column, descending = spec.get("dimensionIndex", 0), spec.get("sortOrder") == "DESCENDING"
        if not area.left <= column < area.right:
            raise ApiError(f"dimensionIndex[{column}] lies outside the range.")
        keys = {row: _key(change.document, sheet, row, column) for row in order}
        filled = [row for row in order if keys[row] is not None]
        filled.sort(key=partial(_known_key, keys), reverse=descending)
        if descending:
            filled = _stable_reversed(filled, keys, order)
        order = filled + [row for row in order if keys[row] is None]
    _reorder(sheet, area, order)


def _known_key(keys: dict[int, SortKey | None], row: int) -> SortKey:
    return keys[row] or (ERROR, 0.0, "")


def _stable_reversed(filled: list[int], keys: dict[int, SortKey | None], order: list[int]) -> list[int]:
    """A descending order in which equal rows stay in their old order."""
    position = {row: number for number, row in enumerate(order)}
    groups: dict[SortKey | None, list[int]] = {}
    for row in filled:
        groups.setdefault(keys[row], []).append(row)
    return [row for rows in groups.values() for row in sorted(rows, key=position.__getitem__)]


def _key(document: Document, sheet: Sheet, row: int, column: int) -> SortKey | None:
    match document.value(sheet, row, column):
        case None:
            return None
        case bool() as value:
            return BOOLEAN, float(value), ""
        case str() as text:
            return TEXT, 0.0, text.casefold()
        case CellError() as error:
            return ERROR, 0.0, error.code
        case number:
            return NUMBER, float(number), ""


def _reorder(sheet: Sheet, area: Area, order: list[int]) -> None:
    """Put the rows of an area, as far as its columns go, into a new order; formulas move along."""
    pieces = [(row, sheet.grid.row(row).piece(area.left, area.right)) for row in order]
    for target, (origin, piece) in enumerate(pieces, area.top):
        if target != origin:
            moved = _moved(piece, target - origin)
            sheet.grid.put(target, sheet.grid.row(target).with_piece(area.left, area.width, moved))


def _moved(piece: Row, rows: int) -> Row:
    contents = (
        FormulaText(translate(content, rows, 0)) if type(content) is FormulaText else content
        for content in piece.values
    )
    return replace(piece, values=tuple(contents))


def randomize_range(change: Change, request: Json) -> None:
    area = change.writable(request)
    sheet = change.sheet_of(area)
    order = list(range(area.top, min(area.bottom, sheet.grid.used_rows())))
    random.shuffle(order)
    _reorder(sheet, area, order)


Replacer = Callable[[str], tuple[str, int]]
"""Makes the text after a replacement, and tells how many there were."""


@dataclass
class Replacement:
    """A findReplace under way, and what it has done so far."""

    change: Change
    replaced: Replacer
    in_formulas: bool
    values: int = 0
    formulas: int = 0
    occurrences: int = 0
    rows: int = 0
    sheets: int = 0

    def json(self) -> Json:
        counts = {
            "valuesChanged": self.values,
            "formulasChanged": self.formulas,
            "rowsChanged": self.rows,
            "sheetsChanged": self.sheets,
            "occurrencesChanged": self.occurrences,
        }
        return {name: count for name, count in counts.items() if count}

    def do(self, area: Area) -> None:
        """Replace in the cells of one area."""
        sheet = self.change.sheet_of(area)
        end = min(area.bottom, sheet.grid.used_rows())
        changed = sum(self._do_row(sheet, row, area.left, area.right) for row in range(area.top, end))
        self.rows += changed
        self.sheets += bool(changed)

    def _do_row(self, sheet: Sheet, index: int, left: int, right: int) -> bool:
        row = sheet.grid.row(index)
        contents = list(row.values)
        for column in range(left, min(right, len(contents))):
            contents[column] = self._cell(sheet, index, column, row)
        if contents == list(row.values):
            return False
        sheet.grid.put(index, replace(row, values=trimmed(tuple(contents))))
        return True

    def _cell(self, sheet: Sheet, index: int, column: int, row: Row) -> Content:
        content = row.value(column)
        is_formula = type(content) is FormulaText
        if content is None or (is_formula and not self.in_formulas):
            return content
        locale = self.change.document.locale
        before = str(content) if is_formula else formatted(content, row.style(column), locale)
        after, count = self.replaced(before)
        if not count:
            return content
        self.change.guard(Area(sheet.sheet_id, index, column, index + 1, column + 1))
        self.occurrences += count
        self.formulas += is_formula
        self.values += not is_formula
        return _retyped(after, locale)


def find_replace(change: Change, request: Json) -> Json:
    if not request.get("find"):
        raise ApiError("Must specify find.")
    replacement = Replacement(change, _replacer(request), bool(request.get("includeFormulas")))
    for area in _searched(change, request):
        replacement.do(area)
    return replacement.json()


def _searched(change: Change, request: Json) -> list[Area]:
    if request.get("allSheets"):
        return [sheet.area for sheet in change.document.sheets]
    if "range" in request:
        return [change.readable(request)]
    if "sheetId" in request:
        return [change.document.sheet(request["sheetId"]).area]
    raise ApiError("Must specify one of range, sheetId or allSheets.")


def _replacer(request: Json) -> Replacer:
    text, by_regex = request["find"], bool(request.get("searchByRegex"))
    pattern = text if by_regex else re.escape(text)
    if request.get("matchEntireCell"):
        pattern = rf"\A(?:{pattern})\Z"
    replacement = request.get("replacement", "")
    # References to groups are written $1 there and \1 here.
    template = re.sub(r"\$(\d)", r"\\\1", replacement.replace("\\", "\\\\")) if by_regex else None
    try:
        compiled = re.compile(pattern, 0 if request.get("matchCase") else re.IGNORECASE)
        compiled.sub(template if template is not None else "", "")
    except (re.error, RecursionError, OverflowError) as error:
        raise ApiError(f"Invalid regular expression: {text}") from error

    def replaced(value: str) -> tuple[str, int]:
        return compiled.subn(template if template is not None else lambda _: replacement, value)

    return replaced


def _retyped(text: str, locale: str) -> Content:
    value = entered(checked_text(text), locale).value if text else None
    return float(value) if type(value) is int else value


def trim_whitespace(change: Change, request: Json) -> Json:
    area = change.writable(request)
    sheet = change.sheet_of(area)
    changed = 0
    for index in range(area.top, min(area.bottom, sheet.grid.used_rows())):
        row = sheet.grid.row(index)
        contents = list(row.values)
        for column in range(area.left, min(area.right, len(contents))):
            content = contents[column]
            if type(content) is str and content != " ".join(content.split()):
                contents[column] = " ".join(content.split()) or None
                changed += 1
        sheet.grid.put(index, replace(row, values=trimmed(tuple(contents))))
    return {"cellsChangedCount": changed} if changed else {}


def delete_duplicates(change: Change, request: Json) -> Json:
    """Keep the first of rows that are equal in the comparison columns; those below move up."""
    area = change.writable(request)
    sheet = change.sheet_of(area)
    columns: list[int] = []
    for span in request.get("comparisonColumns", ()):
        columns.extend(range(span.get("startIndex", area.left), span.get("endIndex", area.right)))
    columns = columns or list(range(area.left, area.right))
    seen: set[tuple[SortKey | None, ...]] = set()
    kept: list[int] = []
    end = min(area.bottom, sheet.grid.used_rows())
    for row in range(area.top, end):
        key = tuple(_key(change.document, sheet, row, column) for column in columns)
        if key not in seen:
            seen.add(key)
            kept.append(row)
    _reorder(sheet, area, kept)
    for row in range(area.top + len(kept), end):
        sheet.grid.put(row, sheet.grid.row(row).with_piece(area.left, area.width, EMPTY))
    removed = end - area.top - len(kept)
    return {"duplicatesRemovedCount": removed} if removed > 0 else {}
