"""addSheet, deleteSheet, duplicateSheet, updateSheetProperties and updateSpreadsheetProperties."""

from __future__ import annotations

from dataclasses import replace
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sheetsync.sandbox.google.document import (
    MOST_COLUMNS,
    USUAL_COLUMNS,
    USUAL_ROWS,
    Document,
    Metadata,
    Sheet,
    new_id,
    new_sheet,
)
from sheetsync.sandbox.google.errors import ApiError
from sheetsync.sandbox.google.formulas import DeleteSheet, RenameSheet
from sheetsync.sandbox.google.masks import Mask, merged, requested
from sheetsync.sandbox.google.rendering import sheet_properties
from sheetsync.sandbox.google.schema import Json, stored
from sheetsync.sandbox.google.spans import followed
from sheetsync.sandbox.google.structure import adjust_formulas, charge, follow, resize
from sheetsync.sandbox.google.styles import with_colour_twins
from sheetsync.sandbox.google.updates.change import Change, required

OWN_FIELDS = ("sheetId", "index", "sheetType")
EXTENT = ("rowCount", "columnCount")
LONGEST_TITLE = 100


def add_sheet(change: Change, request: Json) -> Json:
    properties = request.get("properties", {})
    if properties.get("sheetType", "GRID") not in ("GRID", "SHEET_TYPE_UNSPECIFIED"):
        raise ApiError(f"Unsupported sheet type: {properties['sheetType']}")
    grid = properties.get("gridProperties", {})
    sheet = new_sheet(
        free_id(change.document, properties.get("sheetId")),
        free_title(change.document, properties.get("title")),
        _positive(grid.get("rowCount", USUAL_ROWS), "row"),
        _positive(grid.get("columnCount", USUAL_COLUMNS), "column"),
    )
    charge(change.document, sheet.grid.cell_count)
    kept = with_colour_twins(stored("SheetProperties", {**properties, **sheet.properties}))
    kept["gridProperties"] = {
        name: entry for name, entry in stored("GridProperties", grid).items() if name not in EXTENT
    }
    sheet.properties = {name: entry for name, entry in kept.items() if name != "index"}
    _check_frozen(sheet)
    return place_sheet(change.document, sheet, properties.get("index"))


def place_sheet(document: Document, sheet: Sheet, index: int | None) -> Json:
    """Put a new sheet among the others; returns the reply that tells its properties."""
    at = len(document.sheets) if index is None else index
    if not 0 <= at <= len(document.sheets):
        raise ApiError(f"Sheet index {at} is out of bounds. It must be between 0 and {len(document.sheets)}.")
    document.sheets.insert(at, sheet)
    return {"properties": sheet_properties(sheet, at)}


def free_id(document: Document, wanted: int | None) -> int:
    """The id wanted, or a random one.

    Raises:
        ApiError: it is taken, or negative.
    """
    taken = {sheet.sheet_id for sheet in document.sheets}
    if wanted is None:
        return next(number for number in iter(new_id, None) if number not in taken)
    if wanted < 0:
        raise ApiError(f"Sheet ids must not be negative: {wanted}")
    if wanted in taken:
        raise ApiError(f"A sheet with the id {wanted} already exists. Please choose another id.")
    return wanted


def free_title(document: Document, wanted: str | None, base: str = "Sheet", own: Sheet | None = None) -> str:
    """The title wanted, or the next unused one.

    Raises:
        ApiError: it is taken (text seen in real responses), or too long.
    """
    taken = {sheet.title.casefold() for sheet in document.sheets if sheet is not own}
    if not wanted:
        numbers = range(len(document.sheets) + 1, 2 * len(document.sheets) + 2)
        return next(title for title in (f"{base}{number}" for number in numbers) if title.casefold() not in taken)
    if len(wanted) > LONGEST_TITLE:
        raise ApiError(f"Sheet titles must not be longer than {LONGEST_TITLE} characters.")
    if wanted.casefold() in taken:
        raise ApiError(f'A sheet with the name "{wanted}" already exists. Please enter another name.')
    return wanted


def delete_sheet(change: Change, request: Json) -> None:
    document = change.document
    sheet = document.sheet(request.get("sheetId", 0), "sheet")
    if all(other.hidden for other in document.sheets if other is not sheet):
        word = "visible sheets" if len(document.sheets) > 1 else "sheets"
        raise ApiError(f"You can't remove all the {word} in a document.")
    change.guard(sheet.area)
    adjust_formulas(document, DeleteSheet(sheet.title))
    document.sheets.remove(sheet)
    document.metadata = tuple(entry for entry in document.metadata if entry.sheet_id != sheet.sheet_id)
    follow(document, lambda value: None if value.get("sheetId", 0) == sheet.sheet_id else value)


def duplicate_sheet(change: Change, request: Json) -> Json:
    document = change.document
    source = document.sheet(request.get("sourceSheetId", 0), "sheet")
    charge(document, source.grid.cell_count)
    title = free_title(document, request.get("newSheetName") or copy_title(document, source.title))
    copy = copied(source, free_id(document, request.get("newSheetId")), title)
    document.metadata += copied_metadata(document, source, copy.sheet_id)
    return place_sheet(document, copy, request.get("insertSheetIndex", 0))


def copy_title(document: Document, title: str) -> str:
    """`Copy of …`, with a number when that is taken."""
    taken = {sheet.title.casefold() for sheet in document.sheets}
    names = [f"Copy of {title}", *(f"Copy of {title} {number}" for number in range(2, len(taken) + 3))]
    return next(name for name in names if name.casefold() not in taken)


def copied(source: Sheet, sheet_id: int, title: str) -> Sheet:
    """A copy of a sheet under another id, with all that hangs on it under new ids."""
    copy = source.copy()
    copy.properties = {**source.properties, "sheetId": sheet_id, "title": title}

    def moved(value: Json) -> Json:
        return {**value, "sheetId": sheet_id} if value.get("sheetId", 0) == source.sheet_id else value

    for name, entries in copy.lists.items():
        copy.lists[name] = tuple(_with_new_id(entry) for entry in followed(entries, moved))
    if copy.basic_filter is not None:
        copy.basic_filter = followed(copy.basic_filter, moved)
    return copy


def copied_metadata(document: Document, source: Sheet, sheet_id: int) -> tuple[Metadata, ...]:
    mine = (entry for entry in document.metadata if entry.sheet_id == source.sheet_id)
    return tuple(replace(entry, metadata_id=new_id(), sheet_id=sheet_id) for entry in mine)


def _with_new_id(entry: Json) -> Json:
    ids = ("filterViewId", "protectedRangeId", "chartId", "bandedRangeId", "slicerId")
    fresh: Json = {name: new_id() for name in ids if name in entry}
    if "tableId" in entry:
        fresh["tableId"] = str(new_id())
    return {**entry, **fresh}


def update_sheet_properties(change: Change, request: Json) -> None:
    properties = request.get("properties", {})
    mask = requested(request.get("fields"), "SheetProperties")
    document = change.document
    sheet = document.sheet(properties.get("sheetId", 0), "sheet")
    if mask.picks("title") and ("title" in properties or not mask.whole):
        _rename(document, sheet, properties.get("title"))
    if mask.picks("index") and ("index" in properties or not mask.whole):
        _move(document, sheet, properties.get("index"))
    grid_mask = mask.below("gridProperties")
    if grid_mask is not None:
        _update_grid(document, sheet, grid_mask, properties.get("gridProperties", {}))
    rest = Mask(fields={name: below for name, below in _fields(mask).items() if name not in (*OWN_FIELDS, "title")})
    rest.fields.pop("gridProperties", None)
    changed = merged(rest, sheet.properties, with_colour_twins(stored("SheetProperties", properties)))
    sheet.properties = _with_tab_twins(rest, changed)
    if all(each.hidden for each in document.sheets):
        raise ApiError("You can't hide all the sheets in a document.")


def _fields(mask: Mask) -> dict[str, Mask]:
    names = ("hidden", "tabColor", "tabColorStyle", "rightToLeft")
    return {name: Mask(whole=True) for name in names} if mask.whole else mask.fields


def _with_tab_twins(mask: Mask, properties: Json) -> Json:
    """The properties with both ways of telling the tab's colour following the one that was written."""
    result = dict(properties)
    for written, twin in (("tabColor", "tabColorStyle"), ("tabColorStyle", "tabColor")):
        if written in mask.fields and twin not in mask.fields:
            result.pop(twin, None)
    twins: Json = with_colour_twins(result)
    return twins


def _rename(document: Document, sheet: Sheet, title: str | None) -> None:
    if not title:
        raise ApiError("Sheet titles must not be empty.")
    old, new = sheet.title, free_title(document, title, own=sheet)
    if old != new:
        adjust_formulas(document, RenameSheet(old, new))
        sheet.properties = {**sheet.properties, "title": new}


def _move(document: Document, sheet: Sheet, index: int | None) -> None:
    """Move a sheet; the index counts before the move, as documented."""
    at = len(document.sheets) if index is None else index
    if not 0 <= at <= len(document.sheets):
        raise ApiError(f"Sheet index {at} is out of bounds. It must be between 0 and {len(document.sheets)}.")
    before = document.sheets.index(sheet)
    document.sheets.remove(sheet)
    document.sheets.insert(at - 1 if at > before else at, sheet)


def _update_grid(document: Document, sheet: Sheet, mask: Mask, new: Json) -> None:
    grid = sheet.grid
    # Rows are set and checked before columns: growing one and shrinking the other can be refused (users report it).
    if mask.picks("rowCount") and ("rowCount" in new or not mask.whole):
        resize(document, sheet, _positive(new.get("rowCount", 0), "row"), grid.column_count)
    if mask.picks("columnCount") and ("columnCount" in new or not mask.whole):
        resize(document, sheet, grid.row_count, _positive(new.get("columnCount", 0), "column"))
    old = sheet.properties.get("gridProperties", {})
    changed = merged(mask, old, stored("GridProperties", new))
    kept = {name: entry for name, entry in changed.items() if name not in EXTENT}
    sheet.properties = {**sheet.properties, "gridProperties": kept}
    _check_frozen(sheet)


def _check_frozen(sheet: Sheet) -> None:
    frozen = sheet.properties.get("gridProperties", {})
    for name, count, word in (
        ("frozenRowCount", sheet.grid.row_count, "rows"),
        ("frozenColumnCount", sheet.grid.column_count, "columns"),
    ):
        if frozen.get(name, 0) >= count:
            raise ApiError(f"You can't freeze all visible {word} on the sheet.")


def _positive(count: int, word: str) -> int:
    if count < 1:
        raise ApiError(f"You can't delete all the {word}s on the sheet.")
    if word == "column" and count > MOST_COLUMNS:
        raise ApiError(f"The sheet can't have more than {MOST_COLUMNS} columns.")
    return count


def update_spreadsheet_properties(change: Change, request: Json) -> None:
    properties = required(request, "properties")
    mask = requested(request.get("fields"), "SpreadsheetProperties")
    changed = merged(mask, change.document.properties, with_colour_twins(stored("SpreadsheetProperties", properties)))
    if not changed.get("title"):
        raise ApiError("The spreadsheet's title must not be empty.")
    try:
        ZoneInfo(changed.get("timeZone", ""))
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ApiError(f"Invalid time zone: {changed.get('timeZone', '')}") from error
    if not changed.get("locale"):
        raise ApiError("Unsupported locale: ")
    change.document.properties = changed
