"""What every kind of request of a batchUpdate works on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sheetsync.sandbox.google.document import Area, Document, Sheet
from sheetsync.sandbox.google.errors import ApiError
from sheetsync.sandbox.google.protection import guard
from sheetsync.sandbox.google.schema import Json
from sheetsync.sandbox.google.switches import Switches


@dataclass(frozen=True, slots=True)
class Change:
    """A batch under way: the draft that it changes, and who asked for it."""

    document: Document
    email: str
    is_owner: bool
    switches: Switches

    def guard(self, area: Area) -> None:
        """Refuse when the area holds cells that the account must not edit."""
        if not self.is_owner:
            guard(self.document, area, self.email)

    def readable(self, request: Json, name: str = "range") -> Area:
        """The cells of a request's GridRange."""
        return self.document.area(required(request, name))

    def writable(self, request: Json, name: str = "range") -> Area:
        """The cells of a request's GridRange, if the account may edit them."""
        area = self.readable(request, name)
        self.guard(area)
        return area

    def corner(self, coordinate: Json) -> tuple[Sheet, int, int]:
        """The sheet, row and column of a GridCoordinate, which may lie past the grid's edges.

        Raises:
            ApiError: there is no such sheet, or an index is negative.
        """
        row, column = coordinate.get("rowIndex", 0), coordinate.get("columnIndex", 0)
        if row < 0 or column < 0:
            raise ApiError(f"rowIndex[{row}] and columnIndex[{column}] must not be negative.")
        return self.document.sheet(coordinate.get("sheetId", 0)), row, column

    def sheet_of(self, area: Area) -> Sheet:
        return self.document.sheet(area.sheet_id)


Handler = Callable[[Change, Json], Json | None]
"""Does one request; returns its reply, None for an empty one."""


def required(request: Json, name: str) -> Json:
    """A part of a request that it cannot do without.

    Raises:
        ApiError: it is missing.
    """
    part = request.get(name)
    if part is None:
        raise ApiError(f"Must specify {name}.")
    value: Json = part
    return value


def one_of(entries: tuple[Json, ...], key: str, wanted: object, noun: str) -> Json:
    """The entry whose `key` is the one wanted.

    Raises:
        ApiError: there is none.
    """
    for entry in entries:
        if entry.get(key) == wanted:
            return entry
    raise ApiError(f"No {noun} with id: {wanted}")


def replaced(entries: tuple[Json, ...], old: Json, new: Json | None) -> tuple[Json, ...]:
    """The entries with one replaced, or taken out."""
    changed = (new if entry is old else entry for entry in entries)
    return tuple(entry for entry in changed if entry is not None)
