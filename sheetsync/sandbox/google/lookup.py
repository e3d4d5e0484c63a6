"""DataFilters and range texts: which cells, and which developer metadata, a request means."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from sheetsync.sandbox.google.a1 import WHOLE, Box, box, cells, split
from sheetsync.sandbox.google.document import Area, Document, Metadata, Sheet, box_of, named_range
from sheetsync.sandbox.google.errors import ApiError
from sheetsync.sandbox.google.schema import Json


@dataclass(frozen=True, slots=True)
class Place:
    """A range resolved: the sheet, the cells in its grid, and the box as it was asked for.

    `begins` says that one cell was named to tell where values begin, so that it does not bound them.
    """

    sheet: Sheet
    area: Area
    asked: Box
    begins: bool = False

    @property
    def shown(self) -> str:
        return self.sheet.shown_range(self.area)

    @property
    def shown_in_quotes(self) -> str:
        """The range as refusals of writes show it, its title always in quotes."""
        title = self.sheet.title.replace("'", "''")
        return f"'{title}'!{cells(self.area.box)}"


def place(document: Document, text: str) -> Place:
    """The cells that a range text means: a named range, a sheet's title, A1 or R1C1 notation.

    Raises:
        ApiError: the text cannot be read, or begins outside the grid (texts seen in real responses).
    """
    title, rest, in_quotes = split(text)
    if title is None and rest is not None and not in_quotes:
        return _untitled(document, text, rest)
    sheet = document.titled(title or "")
    wanted = WHOLE if not rest else box(rest)
    if sheet is None or wanted is None:
        found = named_range(document, rest) if sheet is not None and rest else None
        if found is None or found["range"].get("sheetId", 0) != getattr(sheet, "sheet_id", None):
            raise ApiError(f"Unable to parse range: {text}")
        wanted = box_of(found["range"])
    if sheet is None:
        raise ApiError(f"Unable to parse range: {text}")
    return Place(sheet, sheet.inside(wanted), wanted, begins=wanted.is_cell)


def _untitled(document: Document, text: str, name: str) -> Place:
    found = named_range(document, name)
    if found is not None:
        wanted, sheet = box_of(found["range"]), document.sheet(found["range"].get("sheetId", 0))
        return Place(sheet, sheet.inside(wanted), wanted)
    titled = document.titled(name)
    if titled is not None:
        return Place(titled, titled.area, WHOLE)
    corners = box(name)
    if corners is None:
        raise ApiError(f"Unable to parse range: {text}")
    sheet = document.first_visible()
    return Place(sheet, sheet.inside(corners), corners, begins=corners.is_cell)


def filtered_places(document: Document, data_filter: Json) -> list[Place]:
    """The cells that a DataFilter matches: none, one or, by metadata, several ranges.

    Raises:
        ApiError: the filter is empty, or its range cannot be read.
    """
    if "a1Range" in data_filter:
        return [replace(place(document, data_filter["a1Range"]), begins=False)]
    if "gridRange" in data_filter:
        grid_range = data_filter["gridRange"]
        area = document.area(grid_range)
        return [Place(document.sheet(area.sheet_id), area, box_of(grid_range))]
    if "developerMetadataLookup" not in data_filter:
        raise ApiError("Must specify at least one of the following: a1Range, developerMetadataLookup, gridRange.")
    found = (_metadata_place(document, entry) for entry in looked_up(document, data_filter["developerMetadataLookup"]))
    unique: dict[Area, Place] = {}
    for entry in found:
        if entry is not None:
            unique.setdefault(entry.area, entry)
    return list(unique.values())


def _metadata_place(document: Document, metadata: Metadata) -> Place | None:
    if metadata.sheet_id is None:
        return None
    sheet = document.sheet(metadata.sheet_id)
    wanted = WHOLE
    if metadata.dimension == "ROWS":
        wanted = Box(metadata.index, metadata.index + 1, None, None)
    elif metadata.dimension == "COLUMNS":
        wanted = Box(None, None, metadata.index, metadata.index + 1)
    return Place(sheet, sheet.inside(wanted), wanted)


def matching_metadata(document: Document, data_filter: Json) -> list[Metadata]:
    """The developer metadata that a DataFilter matches: by lookup, or lying in the range."""
    if "developerMetadataLookup" in data_filter:
        return looked_up(document, data_filter["developerMetadataLookup"])
    places = filtered_places(document, data_filter)
    return [entry for entry in document.metadata if any(_within(entry, found) for found in places)]


def _within(metadata: Metadata, found: Place) -> bool:
    if metadata.sheet_id != found.sheet.sheet_id:
        return False
    if metadata.dimension is None:
        return found.area == found.sheet.area
    low, high = (
        (found.area.top, found.area.bottom) if metadata.dimension == "ROWS" else (found.area.left, found.area.right)
    )
    return low <= metadata.index < high


def looked_up(document: Document, lookup: Json) -> list[Metadata]:
    """The developer metadata that a DeveloperMetadataLookup selects; every condition given must hold."""
    return [entry for entry in document.metadata if _matches(document, entry, lookup)]


def _matches(document: Document, entry: Metadata, lookup: Json) -> bool:
    wanted = (
        ("metadataId", entry.metadata_id),
        ("metadataKey", entry.key),
        ("metadataValue", entry.value or ""),
        ("visibility", entry.visibility),
        ("locationType", entry.location_type),
    )
    for name, value in wanted:
        asked = lookup.get(name)
        if asked is not None and not str(asked).endswith("_UNSPECIFIED") and asked != value:
            return False
    location = lookup.get("metadataLocation")
    if location is None:
        return True
    exact = lookup.get("locationMatchingStrategy", "EXACT_LOCATION") != "INTERSECTING_LOCATION"
    return _at(document, entry, location, exact=exact)


def _at(document: Document, entry: Metadata, location: Json, *, exact: bool) -> bool:
    """Whether metadata lies at a location; intersecting also means on things that contain it or that it contains."""
    if "dimensionRange" in location:
        span = location["dimensionRange"]
        sheet = document.sheet(span.get("sheetId", 0), "sheet")
        start, end = span.get("startIndex", 0), span.get("endIndex", sheet.extent(span.get("dimension", "ROWS")))
        if entry.dimension == span.get("dimension") and entry.sheet_id == sheet.sheet_id:
            return (start, end) == (entry.index, entry.index + 1) if exact else start <= entry.index < end
        return not exact and entry.dimension is None and entry.sheet_id in (None, sheet.sheet_id)
    if "sheetId" in location:
        if exact:
            return entry.dimension is None and entry.sheet_id == location["sheetId"]
        return entry.sheet_id in (None, location["sheetId"])
    return entry.sheet_id is None if exact else True


def each_filter(document: Document, filters: Iterable[Json]) -> list[tuple[Place, list[Json]]]:
    """The places that any of the filters matches, each once, with the filters that matched it."""
    found: dict[Area, tuple[Place, list[Json]]] = {}
    for data_filter in filters:
        for entry in filtered_places(document, data_filter):
            found.setdefault(entry.area, (entry, []))[1].append(data_filter)
    return list(found.values())
