"""What a CellData, or a value typed or sent raw, makes of a cell."""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence
from typing import Any

from sheetsync.sandbox.google.errors import ApiError
from sheetsync.sandbox.google.formats import entered
from sheetsync.sandbox.google.formats.cells import Entered, FormulaText
from sheetsync.sandbox.google.grid import Content, Extras, Row, trimmed
from sheetsync.sandbox.google.masks import Mask
from sheetsync.sandbox.google.schema import Json
from sheetsync.sandbox.google.styles import Style, restyled, with_link, with_number_format

MOST_CHARACTERS = 50_000
"""Characters of one cell."""

EXTRA_FIELDS = ("note", "dataValidation", "textFormatRuns", "chipRuns", "pivotTable")
RUNS = ("textFormatRuns", "chipRuns")
ADDRESS = re.compile(
    r"https?://[^\s/$.?#][^\s]*|www\.[a-z0-9-]+(\.[a-z0-9-]+)+(/\S*)?|[a-z0-9-]+\.(com|org|net|io)(/\S*)?",
    re.IGNORECASE,
)

WHOLE = Mask(whole=True)
NO_FORMAT: Json = {}


def checked_text(text: str) -> str:
    """The text, if a cell can hold it.

    Raises:
        ApiError: it has too many characters.
    """
    if len(text) > MOST_CHARACTERS:
        raise ApiError("Your input contains more than the maximum of 50000 characters in a single cell.")
    return text


def content_of(value: Json | None) -> Content:
    """The content that an ExtendedValue writes; None clears."""
    if not value:
        return None
    if "numberValue" in value:
        return float(value["numberValue"])
    if "stringValue" in value:
        return sys.intern(checked_text(value["stringValue"])) or None
    if "boolValue" in value:
        return bool(value["boolValue"])
    if "formulaValue" in value:
        text = checked_text(value["formulaValue"])
        if not text.startswith("="):
            raise ApiError(f"Formula values must begin with '=': {text[:100]}")
        return FormulaText(text)
    raise ApiError("errorValue is read-only and cannot be written.")


class CellWriter:
    """Writes CellData into rows under one field mask, whose root is CellData.

    Cells that lack a masked field lose it. Equal styles are worked out once.
    """

    def __init__(self, mask: Mask) -> None:
        self._values = mask.below("userEnteredValue")
        self._styles = mask.below("userEnteredFormat")
        self._extras = {name for name in EXTRA_FIELDS if mask.picks(name)}
        self._drops_runs = self._values is not None
        self._known: dict[tuple[Style | None, int], Style | None] = {}

    def written(self, row: Row, left: int, cells: Sequence[Json]) -> Row:
        """The row with the cells, from the column `left` on, written."""
        right = left + len(cells)
        values, styles, extras = row.values, row.styles, row.extras
        if self._values is not None:
            new = tuple(content_of(cell.get("userEnteredValue")) for cell in cells)
            values = _replaced(values, left, new)
        if self._styles is not None:
            old = row.piece(left, right)
            restyle = tuple(self._restyled(old.style(number), cell) for number, cell in enumerate(cells))
            styles = _replaced(styles, left, restyle)
        if self._extras or (self._drops_runs and extras):
            old = row.piece(left, right)
            extra = tuple(self._extra(old.extras_at(number), cell) for number, cell in enumerate(cells))
            if any(extra) or old.extras:
                extras = _replaced(extras, left, extra)
        return Row(values, styles, extras)

    def _restyled(self, old: Style | None, cell: Json) -> Style | None:
        mask = self._styles or WHOLE
        new: Json = cell.get("userEnteredFormat", NO_FORMAT)
        if not new and (old is None or mask.whole):
            return None
        # The request's own objects outlive this writer, so that their identity is as good as their content.
        key = (old, id(new))
        if key not in self._known:
            self._known[key] = restyled(old, mask, new)
        return self._known[key]

    def _extra(self, old: Extras, cell: Json) -> Extras | None:
        kept = {name: entry for name, entry in old.items() if name not in self._extras}
        if self._drops_runs:
            kept = {name: entry for name, entry in kept.items() if name not in RUNS}
        new = {name: cell[name] for name in self._extras if cell.get(name)}
        return {**kept, **new} or None


def _replaced(old: tuple[Any, ...], left: int, new: tuple[Any, ...]) -> tuple[Any, ...]:
    gap = (None,) * (left - len(old))
    return trimmed((*old[:left], *gap, *new, *old[left + len(new) :]))


class ValueWriter:
    """Writes plain values as the values API and pasted text do.

    Args:
        typed: parse texts as the user interface does (USER_ENTERED) instead of storing them (RAW).
        locale: the spreadsheet's.
        autolink: turn addresses into links.
    """

    def __init__(self, *, typed: bool, locale: str, autolink: bool) -> None:
        self._typed, self._locale, self._autolink = typed, locale, autolink
        self._read: dict[str, Entered] = {}

    def written(self, row: Row, left: int, values: Sequence[Any]) -> Row:
        """The row with the values, from the column `left` on, written; None leaves a cell alone, "" clears it."""
        old = row.piece(left, left + len(values))
        contents: list[Content] = list(values)
        formats: dict[int, Style | None] = {}
        for number, value in enumerate(values):
            if type(value) is str:
                contents[number] = self._text(value, number, old, formats)
            elif value is None:
                contents[number] = old.value(number)
            elif type(value) is not bool:
                contents[number] = float(value)
        result = Row(_replaced(row.values, left, tuple(contents)), row.styles, row.extras)
        if formats:
            styles = tuple(formats.get(number, old.style(number)) for number in range(len(values)))
            result = Row(result.values, _replaced(row.styles, left, styles), row.extras)
        return self._without_runs(result, left, values) if row.extras else result

    def _text(self, text: str, number: int, old: Row, formats: dict[int, Style | None]) -> Content:
        if not text:
            return None
        checked_text(text)
        style = old.style(number)
        if self._autolink and "." in text and ADDRESS.fullmatch(text):
            address = text if text.lower().startswith("http") else f"http://{text}"
            formats[number] = with_link(style, address)
            return text
        if not self._typed:
            # Long reports repeat most of their texts.
            return sys.intern(text)
        read = self._read.get(text) or self._read.setdefault(text, entered(text, self._locale))
        # A cell keeps a number format of its own.
        if read.number_format is not None and (style is None or style.number_format is None):
            formats[number] = with_number_format(style, read.number_format)
        return float(read.value) if type(read.value) is int else read.value

    def _without_runs(self, row: Row, left: int, values: Sequence[Any]) -> Row:
        extras = list(row.extras)
        for column in range(left, min(left + len(values), len(extras))):
            entry = extras[column]
            if entry and values[column - left] is not None:
                extras[column] = {name: part for name, part in entry.items() if name not in RUNS} or None
        return Row(row.values, row.styles, trimmed(tuple(extras)))
