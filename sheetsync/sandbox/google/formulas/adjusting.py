"""Formulas follow the changes of a spreadsheet's structure, as in Google Sheets. Pure.

Only references change, and only those that an edit moves: spacing, case, `$` and texts between quotes stay.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from sheetsync.sandbox.google.formulas.edits import (
    DeleteColumns,
    DeleteRange,
    DeleteRows,
    DeleteSheet,
    Edit,
    InsertColumns,
    InsertRange,
    InsertRows,
    MoveColumns,
    MoveRange,
    MoveRows,
    RenameSheet,
)
from sheetsync.sandbox.google.formulas.lexing import Word, lexemes
from sheetsync.sandbox.google.formulas.references import (
    LOST,
    MOST_COLUMNS,
    MOST_ROWS,
    Lines,
    Place,
    Reference,
    quoted,
    read_reference,
    unquoted,
)
from sheetsync.sandbox.google.formulas.workbook import Area

Shift = Callable[[Lines], Lines | None]
"""What an edit does to the rows or the columns of a reference; None when none of them is left."""


def adjust(text: str, sheet: str, edit: Edit) -> str:
    """The formula after an edit.

    Args:
        text: a formula, beginning with `=`; any other text comes back as it is.
        sheet: the title, before the edit, of the sheet that the formula stands on.
        edit: what happens to the spreadsheet. References that lose their cells become `#REF!`.
    """
    if isinstance(edit, RenameSheet):
        return _with_prefixes(text, edit.old, f"{quoted(edit.new)}!")
    if isinstance(edit, DeleteSheet):
        return _rewritten(text, lambda reference: LOST if _same(reference.title, edit.title) else None)

    def follow(reference: Reference) -> str | None:
        if not _same(reference.title or sheet, edit.sheet):
            return None
        if isinstance(edit, MoveRange):
            return _cut(reference, edit, sheet)
        after = _shifted(reference, edit)
        if after == reference:
            return None
        return reference.prefix + LOST if after is None else after.written()

    return _rewritten(text, follow)


def translate(text: str, rows: int, columns: int) -> str:
    """The formula as it is after a copy to a cell so many rows further down and columns further right.

    What `$` fixes stays; a reference that would leave the largest possible sheet becomes `#REF!`.
    """

    def follow(reference: Reference) -> str:
        after = replace(
            reference, rows=_translated(reference.rows, rows), columns=_translated(reference.columns, columns)
        )
        fits = _fit(after.rows, MOST_ROWS) and _fit(after.columns, MOST_COLUMNS)
        return after.written() if fits else reference.prefix + LOST

    return _rewritten(text, follow) if rows or columns else text


def requalify(text: str, sheet: str, new_sheet: str) -> str:
    """The formula as it is after a cut and paste onto another sheet: what it meant on `sheet`, it names now."""
    if _same(sheet, new_sheet):
        return text
    prefix = f"{quoted(sheet)}!"
    return _rewritten(text, lambda reference: None if reference.prefix else prefix + reference.written())


def _same(title: str | None, other: str) -> bool:
    return title is not None and title.casefold() == other.casefold()


def _rewritten(text: str, follow: Callable[[Reference], str | None]) -> str:
    """The text with the references that `follow` answers for replaced; what it answers None for stays as written."""
    if not text.startswith("="):
        return text
    words = []
    for lexeme in lexemes(text):
        after = follow(read_reference(lexeme.text)) if lexeme.word is Word.REFERENCE else None
        words.append(lexeme.text if after is None else after)
    return "".join(words)


def _with_prefixes(text: str, old: str, prefix: str) -> str:
    """The text with the sheet before its references renamed, those that have lost their cells included."""
    if not text.startswith("="):
        return text
    words = []
    for lexeme in lexemes(text):
        sheet, mark, rest = lexeme.text.rpartition("!")
        if lexeme.word is Word.LOST:
            sheet, mark, rest = lexeme.text.removesuffix(LOST), "", LOST
        if lexeme.word in (Word.REFERENCE, Word.LOST) and sheet and _same(unquoted(sheet + mark), old):
            words.append(prefix + rest)
        else:
            words.append(lexeme.text)
    return "".join(words)


def _shifted(reference: Reference, edit: Edit) -> Reference | None:
    """The reference after its own sheet's rows or columns have moved; None when it has lost its cells."""
    by_row, shift = _shift(edit)
    if isinstance(edit, (InsertRange, DeleteRange)) and not _beside(reference.area, edit.area, by_row=by_row):
        return reference
    lines = reference.rows if by_row else reference.columns
    if lines is None:
        return reference
    after = shift(lines)
    if after is None:
        return None
    return replace(reference, rows=after) if by_row else replace(reference, columns=after)


def _shift(edit: Edit) -> tuple[bool, Shift]:
    """Whether an edit moves rows (else columns), and how."""
    match edit:
        case InsertRows() | InsertColumns():
            return isinstance(edit, InsertRows), lambda lines: _inserted(lines, edit.start, edit.count)
        case DeleteRows() | DeleteColumns():
            return isinstance(edit, DeleteRows), lambda lines: _deleted(lines, edit.start, edit.end)
        case MoveRows() | MoveColumns():
            return isinstance(edit, MoveRows), lambda lines: _moved(lines, edit.start, edit.end, edit.destination)
        case InsertRange():
            by_row, start, end = _stretch(edit)
            return by_row, lambda lines: lines if end is None else _inserted(lines, start, end - start)
        case DeleteRange():
            by_row, start, end = _stretch(edit)
            return by_row, lambda lines: _deleted(lines, start, MOST_ROWS if end is None else end)
        case MoveRange() | RenameSheet() | DeleteSheet():
            return True, lambda lines: lines


def _stretch(edit: InsertRange | DeleteRange) -> tuple[bool, int, int | None]:
    """The rows or the columns that are put in or taken out."""
    if edit.dimension == "ROWS":
        return True, edit.area.start_row, edit.area.end_row
    return False, edit.area.start_column, edit.area.end_column


def _inserted(lines: Lines, start: int, count: int) -> Lines:
    first, end = lines.first.number, lines.end
    if start <= first:
        return lines.at(first + count, None if end is None else end + count)
    if end is not None and start < end:
        return lines.at(first, end + count)
    return lines


def _deleted(lines: Lines, start: int, end: int) -> Lines | None:
    """What is left of the lines; None when nothing is."""

    def remaining(edge: int) -> int:
        return edge - max(0, min(edge, end) - start)

    first = remaining(lines.first.number)
    last = None if lines.end is None else remaining(lines.end)
    return None if last is not None and last <= first else lines.at(first, last)


def _moved(lines: Lines, start: int, end: int, destination: int) -> Lines:
    """Lines that move as a whole are followed, moves within them change nothing, others shrink and grow them."""
    first, last = lines.first.number, lines.end
    if start <= destination <= end:
        return lines
    offset = (destination if destination < start else destination - (end - start)) - start
    if start <= first and last is not None and last <= end:
        return lines.at(first + offset, last + offset)
    if first <= start and first <= destination and (last is None or (end <= last and destination <= last)):
        return lines
    rest = _deleted(lines, start, end)
    return lines if rest is None else _inserted(rest, start + offset, end - start)


def _inside(first: int, end: int | None, outer_first: int, outer_end: int | None) -> bool:
    return outer_first <= first and (outer_end is None or (end is not None and end <= outer_end))


def _beside(area: Area, changed: Area, *, by_row: bool) -> bool:
    """Whether cells lie wholly in the columns (or the rows) that a shift of cells goes through."""
    if by_row:
        return _inside(area.start_column, area.end_column, changed.start_column, changed.end_column)
    return _inside(area.start_row, area.end_row, changed.start_row, changed.end_row)


def _cut(reference: Reference, edit: MoveRange, sheet: str) -> str | None:
    """A reference to cells that are all cut follows them; one to some of them stays."""
    area = edit.area
    if not (_beside(reference.area, area, by_row=True) and _beside(reference.area, area, by_row=False)):
        return None
    prefix = reference.prefix
    if not _same(edit.sheet, edit.destination_sheet):
        prefix = "" if _same(edit.destination_sheet, sheet) else f"{quoted(edit.destination_sheet)}!"
    return replace(
        reference,
        prefix=prefix,
        rows=_carried(reference.rows, edit.row - area.start_row),
        columns=_carried(reference.columns, edit.column - area.start_column),
    ).written()


def _carried(lines: Lines | None, offset: int) -> Lines | None:
    if lines is None:
        return None
    return lines.at(lines.first.number + offset, None if lines.end is None else lines.end + offset)


def _translated(lines: Lines | None, offset: int) -> Lines | None:
    if lines is None:
        return None
    return Lines(_place_after(lines.first, offset), lines.last and _place_after(lines.last, offset))


def _place_after(place: Place, offset: int) -> Place:
    return place if place.fixed else replace(place, number=place.number + offset)


def _fit(lines: Lines | None, most: int) -> bool:
    if lines is None:
        return True
    return all(0 <= place.number < most for place in (lines.first, lines.last) if place is not None)
