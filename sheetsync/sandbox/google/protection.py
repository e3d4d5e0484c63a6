"""Protected ranges: which cells an account must leave alone."""

from __future__ import annotations

from sheetsync.sandbox.google.document import Area, Document, box_of
from sheetsync.sandbox.google.errors import protected
from sheetsync.sandbox.google.schema import Json


def may_edit(protection: Json, email: str) -> bool:
    """Whether an account that does not own the file may edit what is protected."""
    if protection.get("warningOnly"):
        return True
    editors = protection.get("editors", {})
    return email in editors.get("users", ()) or bool(editors.get("domainUsersCanEdit"))


def guard(document: Document, area: Area, email: str) -> None:
    """Refuse an edit that touches cells protected against the account.

    Raises:
        ApiError: the text that users quote.
    """
    sheet = document.sheet(area.sheet_id)
    for protection in sheet.lists["protectedRanges"]:
        if may_edit(protection, email):
            continue
        closed = _area(document, protection)
        if closed is None or not closed.meets(area):
            continue
        overlap = Area(
            area.sheet_id,
            max(area.top, closed.top),
            max(area.left, closed.left),
            min(area.bottom, closed.bottom),
            min(area.right, closed.right),
        )
        open_areas = [document.area(entry) for entry in protection.get("unprotectedRanges", ())]
        if not any(entry.holds(overlap) for entry in open_areas):
            raise protected()


def _area(document: Document, protection: Json) -> Area | None:
    grid_range = protection.get("range")
    if "namedRangeId" in protection:
        named = (entry for entry in document.named_ranges if entry["namedRangeId"] == protection["namedRangeId"])
        grid_range = next((entry["range"] for entry in named), grid_range)
    if "tableId" in protection:
        tables = (table for sheet in document.sheets for table in sheet.lists["tables"])
        grid_range = next((table["range"] for table in tables if table["tableId"] == protection["tableId"]), grid_range)
    if grid_range is None:
        return None
    sheet = document.sheet(grid_range.get("sheetId", 0))
    wanted = box_of(grid_range)
    if (wanted.top or 0) >= sheet.grid.row_count or (wanted.left or 0) >= sheet.grid.column_count:
        return None
    return sheet.inside(wanted)
