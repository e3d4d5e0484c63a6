"""createDeveloperMetadata, updateDeveloperMetadata and deleteDeveloperMetadata."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from sheetsync.sandbox.google.document import Document, Metadata, new_id
from sheetsync.sandbox.google.errors import ApiError
from sheetsync.sandbox.google.lookup import matching_metadata
from sheetsync.sandbox.google.masks import Mask, requested
from sheetsync.sandbox.google.rendering import shown_metadata
from sheetsync.sandbox.google.schema import Json
from sheetsync.sandbox.google.updates.change import Change, required


def create(change: Change, request: Json) -> Json:
    given = required(request, "developerMetadata")
    taken = {entry.metadata_id for entry in change.document.metadata}
    metadata_id = given.get("metadataId") or next(number for number in iter(new_id, None) if number not in taken)
    if metadata_id in taken:
        raise ApiError(f"Developer metadata with the id {metadata_id} already exists.")
    if metadata_id < 0:
        raise ApiError("Developer metadata ids must be positive.")
    key, visibility = _key(given), _visibility(given)
    blank = Metadata(metadata_id, key, given.get("metadataValue"), visibility)
    entry = _located(change.document, blank, required(given, "location"))
    change.document.metadata += (entry,)
    _check_size(change)
    return {"developerMetadata": shown_metadata(entry)}


def update(change: Change, request: Json) -> Json:
    given = required(request, "developerMetadata")
    mask = requested(request.get("fields"), "DeveloperMetadata")
    matched = _matched(change.document, request.get("dataFilters", []))
    changed: list[Metadata] = []
    entries = list(change.document.metadata)
    for number, entry in enumerate(entries):
        if entry in matched:
            entries[number] = _updated(change.document, entry, mask, given)
            changed.append(entries[number])
    change.document.metadata = tuple(entries)
    _check_size(change)
    return {"developerMetadata": [shown_metadata(entry) for entry in changed]}


def delete(change: Change, request: Json) -> Json:
    matched = _matched(change.document, [required(request, "dataFilter")])
    change.document.metadata = tuple(entry for entry in change.document.metadata if entry not in matched)
    return {"deletedDeveloperMetadata": [shown_metadata(entry) for entry in matched]}


def _matched(document: Document, filters: list[Json]) -> list[Metadata]:
    if not filters:
        raise ApiError("Must specify at least one data filter.")
    found: dict[int, Metadata] = {}
    for data_filter in filters:
        found |= {entry.metadata_id: entry for entry in matching_metadata(document, data_filter)}
    return list(found.values())


def _updated(document: Document, entry: Metadata, mask: Mask, given: Json) -> Metadata:
    if mask.picks("metadataKey"):
        entry = replace(entry, key=_key(given))
    if mask.picks("metadataValue"):
        entry = replace(entry, value=given.get("metadataValue"))
    if mask.picks("visibility"):
        entry = replace(entry, visibility=_visibility(given))
    if mask.picks("location"):
        entry = _located(document, entry, required(given, "location"))
    return entry


def _key(given: Json) -> str:
    key = given.get("metadataKey")
    if not key:
        raise ApiError("Developer metadata must have a metadataKey.")
    return str(key)


def _visibility(given: Json) -> str:
    visibility = str(given.get("visibility", ""))
    if visibility not in ("DOCUMENT", "PROJECT"):
        raise ApiError("Developer metadata must have a visibility.")
    return visibility


def _located(document: Document, entry: Metadata, location: Json) -> Metadata:
    """The metadata at the location of a request: the spreadsheet, a sheet, one row or one column."""
    if "dimensionRange" in location:
        span = location["dimensionRange"]
        sheet = document.sheet(span.get("sheetId", 0), "sheet")
        dimension = span.get("dimension", "")
        if dimension not in ("ROWS", "COLUMNS"):
            raise ApiError("The dimension range of developer metadata must have a dimension.")
        start, end = span.get("startIndex", 0), span.get("endIndex", 0)
        if end != start + 1:
            raise ApiError("Developer metadata can only be on a single row or column.")
        if not 0 <= start < sheet.extent(dimension):
            raise ApiError(f"The {dimension.removesuffix('S').lower()} {start} lies outside the grid.")
        return replace(entry, sheet_id=sheet.sheet_id, dimension=dimension, index=start)
    if "sheetId" in location:
        sheet = document.sheet(location["sheetId"], "sheet")
        return replace(entry, sheet_id=sheet.sheet_id, dimension=None, index=0)
    if location.get("spreadsheet"):
        return replace(entry, sheet_id=None, dimension=None, index=0)
    raise ApiError("The location of developer metadata must be the spreadsheet, a sheet, a row or a column.")


def _check_size(change: Change) -> None:
    sizes: Counter[int | None] = Counter()
    for entry in change.document.metadata:
        sizes[entry.sheet_id] += len(entry.key) + len(entry.value or "")
    if any(size > change.switches.metadata_limit for size in sizes.values()):
        raise ApiError(f"Developer metadata exceeds the limit of {change.switches.metadata_limit} characters.")
