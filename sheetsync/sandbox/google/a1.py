"""Range texts such as `'My tab'!A1:C`, and how the API writes them."""

from __future__ import annotations

import re
from dataclasses import dataclass

LETTERS = 26
PLAIN_TITLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
CELL_LIKE = re.compile(r"[A-Za-z]{1,3}\d+|[rR]\d*[cC]\d*")
CORNER = re.compile(r"\$?([A-Za-z]{1,3})?\$?([1-9]\d{0,9})?")
R1C1 = re.compile(r"[rR]([1-9]\d{0,9})[cC]([1-9]\d{0,5})(?::[rR]([1-9]\d{0,9})[cC]([1-9]\d{0,5}))?")


@dataclass(frozen=True, slots=True)
class Box:
    """Rows and columns, zero-based and half-open; None where the text leaves an end open."""

    top: int | None
    bottom: int | None
    left: int | None
    right: int | None

    @property
    def is_cell(self) -> bool:
        if self.top is None or self.left is None:
            return False
        return self.bottom == self.top + 1 and self.right == self.left + 1


WHOLE = Box(None, None, None, None)


def column_name(index: int) -> str:
    """The letters of a zero-based column: 0 → A, 26 → AA."""
    name = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, LETTERS)
        name = chr(ord("A") + rest) + name
    return name


def column_index(letters: str) -> int:
    """The zero-based column of its letters."""
    index = 0
    for letter in letters.upper():
        index = index * LETTERS + ord(letter) - ord("A") + 1
    return index - 1


def quoted(title: str) -> str:
    """A sheet's title as answers write it: in quotes unless it is one plain word."""
    if PLAIN_TITLE.fullmatch(title) and not CELL_LIKE.fullmatch(title):
        return title
    return "'" + title.replace("'", "''") + "'"


def split(text: str) -> tuple[str | None, str | None, bool]:
    """A range text's sheet title, its cells, and whether the title stood in quotes; either part may be missing."""
    if text.startswith("'"):
        found = re.fullmatch(r"'((?:[^']|'')+)'(?:!(.*))?", text, re.DOTALL)
        return (found[1].replace("''", "'"), found[2], True) if found else (None, text, False)
    title, mark, cells = text.rpartition("!")
    return (title, cells, False) if mark else (None, text, False)


def box(text: str) -> Box | None:
    """The rows and columns of a text without a sheet; None when it is no such text."""
    if found := R1C1.fullmatch(text):
        return _span(
            (int(found[2]) - 1, int(found[1]) - 1), (int(found[4] or found[2]) - 1, int(found[3] or found[1]) - 1)
        )
    first, colon, second = text.partition(":")
    start, end = _corner(first), _corner(second if colon else first)
    if start is None or end is None or (not colon and None in start):
        return None
    return _span(start, end)


def written(title: str, area: Box) -> str:
    """The range as answers write it; open ends stay open."""
    return f"{quoted(title)}!{cells(area)}"


def cells(area: Box) -> str:
    """The cells of a range without its sheet, such as `A1:B2`, `B:B` or `A5:C`; empty for a whole sheet."""
    if area.left is None and area.right is None:
        return "" if area.top is None else f"{area.top + 1}:{area.bottom or ''}".removesuffix(":")
    right = "" if area.right is None else column_name(area.right - 1)
    if area.top is None and area.bottom is None:
        return f"{column_name(area.left or 0)}:{right}".removesuffix(":")
    start = f"{column_name(area.left or 0)}{(area.top or 0) + 1}"
    end = right + ("" if area.bottom is None else str(area.bottom))
    return start if end in ("", start) else f"{start}:{end}"


def _corner(text: str) -> tuple[int | None, int | None] | None:
    found = CORNER.fullmatch(text)
    if found is None or not (found[1] or found[2]):
        return None
    return (column_index(found[1]) if found[1] else None, int(found[2]) - 1 if found[2] else None)


def _span(start: tuple[int | None, int | None], end: tuple[int | None, int | None]) -> Box:
    left, right = _ordered(start[0], end[0])
    top, bottom = _ordered(start[1], end[1])
    return Box(top, bottom, left, right)


def _ordered(first: int | None, second: int | None) -> tuple[int | None, int | None]:
    """Two ends as a half-open span. One open end leaves the span open beyond the other."""
    if first is None or second is None:
        return (first if second is None else second), None
    return min(first, second), max(first, second) + 1
