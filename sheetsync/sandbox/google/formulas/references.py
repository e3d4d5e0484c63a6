"""References in formulas: `A1`, `$B$2:C`, `'My sheet'!2:5`. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from sheetsync.sandbox.google.formulas.workbook import Area

LETTERS = 26
MOST_COLUMNS = 18_278
MOST_ROWS = 10_000_000
LOST = "#REF!"

SHEET = r"(?:'(?:[^']|'')+'|[\w.]+)!"
_COLUMN = r"\$?[A-Za-z]{1,3}"
_ROW = r"\$?[1-9][0-9]{0,7}"
_CELL = _COLUMN + _ROW
REFERENCE = re.compile(
    rf"(?P<sheet>{SHEET})?"
    rf"(?:{_CELL}:(?:{_CELL}|{_COLUMN}|{_ROW})|{_COLUMN}:(?:{_CELL}|{_COLUMN})|{_ROW}:(?:{_CELL}|{_ROW})|{_CELL})"
    r"(?![\w.(!$])"
)
_CORNER = re.compile(r"(?P<column_fixed>\$)?(?P<column>[A-Za-z]{1,3})?(?P<row_fixed>\$)?(?P<row>[0-9]+)?")
_PLAIN_TITLE = re.compile(r"[^\W\d]\w*")


def column_number(letters: str) -> int:
    """The column of its letters: 0 for A."""
    number = 0
    for letter in letters.upper():
        number = number * LETTERS + ord(letter) - ord("A") + 1
    return number - 1


def column_letters(column: int) -> str:
    """The letters of a column: A for 0."""
    letters = ""
    number = column + 1
    while number:
        number, letter = divmod(number - 1, LETTERS)
        letters = chr(ord("A") + letter) + letters
    return letters


def quoted(title: str) -> str:
    """A sheet's title as formulas write it: between apostrophes unless it is a plain word that is no reference."""
    if _PLAIN_TITLE.fullmatch(title) and not REFERENCE.fullmatch(title):
        return title
    return "'" + title.replace("'", "''") + "'"


def unquoted(prefix: str) -> str:
    """The title in a reference's prefix, such as `'My sheet'!`."""
    title = prefix.removesuffix("!")
    if title.startswith("'"):
        return title[1:-1].replace("''", "'")
    return title


@dataclass(frozen=True)
class Place:
    """A row or a column of a reference, from 0, and whether a `$` fixes it; `lower` keeps small letters small."""

    number: int
    fixed: bool = False
    lower: bool = False


@dataclass(frozen=True)
class Lines:
    """The rows or the columns of a reference. `last` is None when it is open to the sheet's edge."""

    first: Place
    last: Place | None

    @property
    def end(self) -> int | None:
        return None if self.last is None else self.last.number + 1

    def at(self, start: int, end: int | None) -> Lines:
        """The same lines elsewhere; open ones stay open."""
        last = None if self.last is None or end is None else replace(self.last, number=end - 1)
        return Lines(replace(self.first, number=start), last)


@dataclass(frozen=True)
class Reference:
    """A reference as it is written. `rows` or `columns` are None when it takes all of them (`B:B`, `2:5`)."""

    prefix: str
    rows: Lines | None
    columns: Lines | None
    single: bool

    @property
    def title(self) -> str | None:
        """The title of the sheet that it names; None for the formula's own."""
        return unquoted(self.prefix) if self.prefix else None

    @property
    def area(self) -> Area:
        rows, columns = self.rows, self.columns
        return Area(
            rows.first.number if rows else 0,
            rows.end if rows else None,
            columns.first.number if columns else 0,
            columns.end if columns else None,
        )

    def written(self) -> str:
        rows, columns = self.rows, self.columns
        first = _corner_text(columns.first if columns else None, rows.first if rows else None)
        if self.single:
            return self.prefix + first
        last = _corner_text(columns.last if columns else None, rows.last if rows else None)
        return f"{self.prefix}{first}:{last}"


def _corner_text(column: Place | None, row: Place | None) -> str:
    text = ""
    if column is not None:
        letters = column_letters(column.number)
        text += "$" * column.fixed + (letters.lower() if column.lower else letters)
    if row is not None:
        text += f"{'$' * row.fixed}{row.number + 1}"
    return text


def read_reference(text: str) -> Reference:
    """A text that matches REFERENCE. Corners in the wrong order are put right."""
    found = re.match(SHEET, text)
    prefix = found[0] if found else ""
    first, separator, last = text[len(prefix) :].partition(":")
    columns, rows = zip(_places(first), _places(last or first), strict=True)
    return Reference(prefix, _lines(*rows), _lines(*columns), single=not separator)


def _places(corner: str) -> tuple[Place | None, Place | None]:
    """A corner's column and row."""
    found = _CORNER.fullmatch(corner)
    if found is None:
        message = f"{corner!r} is no corner of a reference"
        raise ValueError(message)
    # Where the column is left out, its part of the pattern takes the row's `$`.
    row_fixed = bool(found["row_fixed"] or (found["column_fixed"] and not found["column"]))
    letters = found["column"]
    column = Place(column_number(letters), bool(found["column_fixed"]), letters.islower()) if letters else None
    return column, Place(int(found["row"]) - 1, row_fixed) if found["row"] else None


def _lines(one: Place | None, other: Place | None) -> Lines | None:
    if one is None or other is None:
        start = one or other
        return None if start is None else Lines(start, None)
    first, last = sorted((one, other), key=lambda place: place.number)
    return Lines(first, last)
