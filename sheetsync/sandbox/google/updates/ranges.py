"""Named and protected ranges, merges, filters, filter views and banding."""

from __future__ import annotations

import re

from sheetsync.sandbox.google.a1 import CELL_LIKE
from sheetsync.sandbox.google.document import Area, Document, Sheet, new_id
from sheetsync.sandbox.google.errors import ApiError, protected
from sheetsync.sandbox.google.grid import EMPTY, Plane
from sheetsync.sandbox.google.masks import merged, requested
from sheetsync.sandbox.google.protection import may_edit
from sheetsync.sandbox.google.rendering import plain
from sheetsync.sandbox.google.schema import Json, stored
from sheetsync.sandbox.google.styles import with_colour_twins
from sheetsync.sandbox.google.updates.change import Change, one_of, replaced, required
from sheetsync.sandbox.google.visibility import filter_criteria

RANGE_NAME = re.compile(r"[^\W\d][\w.]{0,249}")


def bounded(document: Document, grid_range: Json) -> Json:
    """A GridRange with all its ends, as real answers have them."""
    return document.area(grid_range).json()


def add_named_range(change: Change, request: Json) -> Json:
    given = required(request, "namedRange")
    name = _range_name(change.document, given.get("name", ""))
    wanted = given.get("namedRangeId") or str(new_id())
    if any(entry["namedRangeId"] == wanted for entry in change.document.named_ranges):
        raise ApiError(f"A named range with the id {wanted} already exists.")
    entry = {"namedRangeId": wanted, "name": name, "range": bounded(change.document, required(given, "range"))}
    change.document.named_ranges += (entry,)
    return {"namedRange": plain(entry)}


def _range_name(document: Document, name: str, own: Json | None = None) -> str:
    if not RANGE_NAME.fullmatch(name) or CELL_LIKE.fullmatch(name) or name.casefold() in ("true", "false"):
        raise ApiError(f"The name of the named range is invalid: {name}")
    if any(entry is not own and entry["name"].casefold() == name.casefold() for entry in document.named_ranges):
        raise ApiError(f'A named range with the name "{name}" already exists.')
    return name


def update_named_range(change: Change, request: Json) -> None:
    given, mask = required(request, "namedRange"), requested(request.get("fields"), "NamedRange")
    document = change.document
    old = one_of(document.named_ranges, "namedRangeId", given.get("namedRangeId"), "named range")
    new = dict(old)
    if mask.picks("name"):
        new["name"] = _range_name(document, given.get("name", ""), own=old)
    if mask.picks("range"):
        below = mask.below("range")
        whole = below is None or below.whole
        wanted = (
            required(given, "range") if whole or below is None else merged(below, old["range"], given.get("range", {}))
        )
        new["range"] = bounded(document, wanted)
    document.named_ranges = replaced(document.named_ranges, old, new)


def delete_named_range(change: Change, request: Json) -> None:
    document = change.document
    old = one_of(document.named_ranges, "namedRangeId", request.get("namedRangeId"), "named range")
    document.named_ranges = replaced(document.named_ranges, old, None)


def add_protected_range(change: Change, request: Json) -> Json:
    """Protect cells. Who asks becomes an editor; later reads show it, the reply does not (seen in real responses)."""
    given = stored("ProtectedRange", required(request, "protectedRange"))
    if not {"range", "namedRangeId", "tableId"} & given.keys():
        raise ApiError("Must specify range.")
    sheet, grid_range = _protected_cells(change, given)
    wanted = given.get("protectedRangeId") or new_id()
    taken = (entry["protectedRangeId"] for each in change.document.sheets for entry in each.lists["protectedRanges"])
    if wanted in taken:
        raise ApiError(f"A protected range with the id {wanted} already exists.")
    editors = given.get("editors", {})
    users = list(dict.fromkeys([change.email, *editors.get("users", [])]))
    entry = {**given, "protectedRangeId": wanted, "range": grid_range, "editors": {**editors, "users": users}}
    entry.pop("requestingUserCanEdit", None)
    sheet.lists["protectedRanges"] += (entry,)
    return {"protectedRange": plain({**entry, "editors": editors, "requestingUserCanEdit": True})}


def _protected_cells(change: Change, given: Json) -> tuple[Sheet, Json]:
    """The sheet and the GridRange of a protection, whichever way it is told; a whole sheet stays without ends."""
    grid_range = given.get("range", {})
    if "namedRangeId" in given:
        named = one_of(change.document.named_ranges, "namedRangeId", given["namedRangeId"], "named range")
        grid_range = named["range"]
    if "tableId" in given:
        tables = tuple(table for sheet in change.document.sheets for table in sheet.lists["tables"])
        grid_range = one_of(tables, "tableId", given["tableId"], "table")["range"]
    sheet = change.document.sheet(grid_range.get("sheetId", 0))
    ends = {name for name in grid_range if name != "sheetId"}
    return sheet, bounded(change.document, grid_range) if ends else {"sheetId": sheet.sheet_id}


def _protected_range(change: Change, wanted: object) -> tuple[Sheet, Json]:
    sheet, entry = _listed(change.document, "protectedRanges", "protectedRangeId", wanted, "protected range")
    if not change.is_owner and not may_edit(entry, change.email):
        raise protected()
    return sheet, entry


def update_protected_range(change: Change, request: Json) -> None:
    given, mask = required(request, "protectedRange"), requested(request.get("fields"), "ProtectedRange")
    sheet, old = _protected_range(change, given.get("protectedRangeId"))
    new = merged(mask, old, stored("ProtectedRange", given))
    new["protectedRangeId"] = old["protectedRangeId"]
    target, new["range"] = _protected_cells(change, new)
    sheet.lists["protectedRanges"] = replaced(sheet.lists["protectedRanges"], old, new if target is sheet else None)
    if target is not sheet:
        target.lists["protectedRanges"] += (new,)


def delete_protected_range(change: Change, request: Json) -> None:
    sheet, old = _protected_range(change, request.get("protectedRangeId", 0))
    sheet.lists["protectedRanges"] = replaced(sheet.lists["protectedRanges"], old, None)


def _listed(document: Document, name: str, key: str, wanted: object, noun: str) -> tuple[Sheet, Json]:
    """The sheet and the entry with an id, wherever it is."""
    for sheet in document.sheets:
        for entry in sheet.lists[name]:
            if entry.get(key) == wanted:
                return sheet, entry
    raise ApiError(f"No {noun} with id: {wanted}")


def merge_cells(change: Change, request: Json) -> None:
    """Merge; merges inside the range give way, the cells that vanish lose their contents."""
    area = change.writable(request)
    sheet = change.sheet_of(area)
    _drop_merges(change.document, sheet, area)
    match request.get("mergeType", "MERGE_ALL"):
        case "MERGE_ROWS":
            parts = [Area(area.sheet_id, row, area.left, row + 1, area.right) for row in range(area.top, area.bottom)]
        case "MERGE_COLUMNS":
            parts = [Area(area.sheet_id, area.top, col, area.bottom, col + 1) for col in range(area.left, area.right)]
        case _:
            parts = [area]
    for part in parts:
        if part.height * part.width > 1:
            _empty_all_but_first(sheet, part)
            sheet.lists["merges"] += (part.json(),)


def _empty_all_but_first(sheet: Sheet, area: Area) -> None:
    for row in range(area.top, min(area.bottom, sheet.grid.used_rows())):
        left = area.left + (1 if row == area.top else 0)
        before = sheet.grid.row(row)
        sheet.grid.put(row, before.with_piece(left, area.right - left, EMPTY, Plane.VALUE))


def unmerge_cells(change: Change, request: Json) -> None:
    area = change.writable(request)
    _drop_merges(change.document, change.sheet_of(area), area)


def _drop_merges(document: Document, sheet: Sheet, area: Area) -> None:
    kept = []
    for entry in sheet.lists["merges"]:
        merge = document.area(entry)
        if merge.meets(area) and not area.holds(merge):
            raise ApiError("You must select all cells in a merged range to merge or unmerge them.")
        if not merge.meets(area):
            kept.append(entry)
    sheet.lists["merges"] = tuple(kept)


def set_basic_filter(change: Change, request: Json) -> None:
    given = stored("BasicFilter", required(request, "filter"))
    if "tableId" in given:
        _, table = _listed(change.document, "tables", "tableId", given["tableId"], "table")
        given = {**given, "range": table["range"]}
    grid_range = bounded(change.document, required(given, "range"))
    sheet = change.document.sheet(grid_range["sheetId"])
    area = change.document.area(grid_range)
    change.guard(area)
    for column in filter_criteria(given):
        if not area.left <= column < area.right:
            raise ApiError(f"The filter's column {column} lies outside its range.")
    sheet.basic_filter = {**given, "range": grid_range}


def clear_basic_filter(change: Change, request: Json) -> None:
    sheet = change.document.sheet(request.get("sheetId", 0), "sheet")
    sheet.basic_filter = None


def add_filter_view(change: Change, request: Json) -> Json:
    given = stored("FilterView", required(request, "filter"))
    if "namedRangeId" in given:
        named = one_of(change.document.named_ranges, "namedRangeId", given["namedRangeId"], "named range")
        given = {**given, "range": named["range"]}
    grid_range = bounded(change.document, required(given, "range"))
    sheet = change.document.sheet(grid_range["sheetId"])
    views = sheet.lists["filterViews"]
    wanted = given.get("filterViewId") or new_id()
    if any(entry["filterViewId"] == wanted for each in change.document.sheets for entry in each.lists["filterViews"]):
        raise ApiError(f"A filter view with the id {wanted} already exists.")
    title = given.get("title") or f"Filter {len(views) + 1}"
    entry = {**given, "filterViewId": wanted, "title": title, "range": grid_range}
    sheet.lists["filterViews"] = (*views, entry)
    return {"filter": plain(entry)}


def update_filter_view(change: Change, request: Json) -> None:
    given, mask = required(request, "filter"), requested(request.get("fields"), "FilterView")
    sheet, old = _listed(change.document, "filterViews", "filterViewId", given.get("filterViewId"), "filter view")
    new = merged(mask, old, stored("FilterView", given))
    new.setdefault("title", old["title"])
    new |= {"filterViewId": old["filterViewId"], "range": bounded(change.document, new.get("range") or old["range"])}
    sheet.lists["filterViews"] = replaced(sheet.lists["filterViews"], old, new)


def duplicate_filter_view(change: Change, request: Json) -> Json:
    sheet, old = _listed(change.document, "filterViews", "filterViewId", request.get("filterId", 0), "filter view")
    entry = {**old, "filterViewId": new_id(), "title": f"Copy of {old['title']}"}
    sheet.lists["filterViews"] += (entry,)
    return {"filter": plain(entry)}


def delete_filter_view(change: Change, request: Json) -> None:
    sheet, old = _listed(change.document, "filterViews", "filterViewId", request.get("filterId", 0), "filter view")
    sheet.lists["filterViews"] = replaced(sheet.lists["filterViews"], old, None)


def add_banding(change: Change, request: Json) -> Json:
    given = with_colour_twins(stored("BandedRange", required(request, "bandedRange")))
    grid_range = bounded(change.document, required(given, "range"))
    area = change.document.area(grid_range)
    change.guard(area)
    sheet = change.sheet_of(area)
    if any(change.document.area(entry["range"]).meets(area) for entry in sheet.lists["bandedRanges"]):
        raise ApiError(
            "You cannot add alternating background colors to a range that already has alternating background colors."
        )
    entry = {**given, "bandedRangeId": given.get("bandedRangeId") or new_id(), "range": grid_range}
    sheet.lists["bandedRanges"] += (entry,)
    return {"bandedRange": plain(entry)}


def update_banding(change: Change, request: Json) -> None:
    given, mask = required(request, "bandedRange"), requested(request.get("fields"), "BandedRange")
    sheet, old = _listed(change.document, "bandedRanges", "bandedRangeId", given.get("bandedRangeId"), "banded range")
    new = merged(mask, old, with_colour_twins(stored("BandedRange", given)))
    new |= {"bandedRangeId": old["bandedRangeId"], "range": bounded(change.document, new.get("range") or old["range"])}
    sheet.lists["bandedRanges"] = replaced(sheet.lists["bandedRanges"], old, new)


def delete_banding(change: Change, request: Json) -> None:
    wanted = request.get("bandedRangeId", 0)
    sheet, old = _listed(change.document, "bandedRanges", "bandedRangeId", wanted, "banded range")
    sheet.lists["bandedRanges"] = replaced(sheet.lists["bandedRanges"], old, None)
