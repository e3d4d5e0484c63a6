"""Spreadsheets as tests look at them and as another person at the same spreadsheet changes them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from sheetsync.sandbox.google.document import Document, Sheet, new_id, new_sheet
from sheetsync.sandbox.google.errors import ApiError
from sheetsync.sandbox.google.library import HOUSE_OWNER, File, Library
from sheetsync.sandbox.google.lookup import place
from sheetsync.sandbox.google.masks import EVERYTHING
from sheetsync.sandbox.google.rendering import Reader, Wanted, grid_data, spreadsheet
from sheetsync.sandbox.google.schema import Json, bind
from sheetsync.sandbox.google.structure import resize
from sheetsync.sandbox.google.switches import Switches
from sheetsync.sandbox.google.updates import apply
from sheetsync.sandbox.google.updates.change import Change
from sheetsync.sandbox.google.values import Reading, Writing, read, write


class Documents:
    """The spreadsheets of a server, without HTTP, quotas and the request log."""

    def __init__(self, library: Library) -> None:
        self._library = library

    def ids(self) -> list[str]:
        return [file.file_id for file in self._library.files()]

    def document(self, spreadsheet_id: str) -> Document:
        """The current version. It is never changed: keep it to compare later ones with."""
        return self._file(spreadsheet_id).document

    def sheet(self, spreadsheet_id: str, title: str) -> Sheet:
        """A sheet of the current version.

        Raises:
            LookupError: there is none with this title.
        """
        found = self.document(spreadsheet_id).titled(title)
        if found is None:
            raise LookupError(f"no sheet is called {title!r}")
        return found

    def titles(self, spreadsheet_id: str) -> list[str]:
        return [sheet.title for sheet in self.document(spreadsheet_id).sheets]

    def cells(self, spreadsheet_id: str, cells: str, render: str = "UNFORMATTED_VALUE") -> list[list[Any]]:
        """The values of a sheet or range, such as `Hours` or `Hours!A1:C`, row by row, without empty ends.

        `render` is a valueRenderOption; dates are days since 1899-12-30.
        """
        document = self.document(spreadsheet_id)
        rows: list[list[Any]] = read(document, place(document, cells), Reading(render)).get("values", [])
        return rows

    def cell_data(self, spreadsheet_id: str, cells: str) -> list[list[Json]]:
        """Every cell of a range as CellData, row by row, without empty ends."""
        document = self.document(spreadsheet_id)
        found = place(document, cells)
        rows = grid_data(document, found.sheet, found.area, EVERYTHING).get("rowData", [])
        return [row.get("values", []) for row in rows]

    def resource(self, spreadsheet_id: str, *, grid: bool = False) -> Json:
        """The spreadsheet as spreadsheets.get answers its owner."""
        document = self.document(spreadsheet_id)
        return spreadsheet(document, Wanted(grid=grid), Reader(HOUSE_OWNER, is_owner=True))

    def write(self, spreadsheet_id: str, cells: str, rows: Sequence[Sequence[Any]], *, typed: bool = True) -> None:
        """Write values as the owner: parsed as if typed, formulas too, or (typed=False) as they are."""
        with self.draft(spreadsheet_id) as draft:
            writing = Writing(typed, HOUSE_OWNER, True, Switches())
            write(draft, place(draft, cells), [list(row) for row in rows], "ROWS", writing)

    def batch_update(self, spreadsheet_id: str, *requests: Json) -> list[Json]:
        """Do requests of a batchUpdate as the owner; returns the replies.

        Raises:
            ApiError: one of them cannot be done; nothing is changed then.
        """
        violations: list[Any] = []
        body = bind("BatchUpdateSpreadsheetRequest", {"requests": list(requests)}, violations)
        if violations:
            raise ApiError("\n".join(found.description for found in violations))
        with self.draft(spreadsheet_id) as draft:
            return apply(Change(draft, HOUSE_OWNER, True, Switches()), body["requests"])

    def note(self, spreadsheet_id: str, cell: str) -> str:
        """The note on a cell; empty when there is none."""
        found = place(self.document(spreadsheet_id), cell)
        return str(found.sheet.grid.row(found.area.top).extras_at(found.area.left).get("note", ""))

    def set_note(self, spreadsheet_id: str, cell: str, note: str) -> None:
        """Put a note on every cell of a range."""
        found = place(self.document(spreadsheet_id), cell)
        request = {"range": found.area.json(), "cell": {"note": note}, "fields": "note"}
        self.batch_update(spreadsheet_id, {"repeatCell": request})

    def set_titles(self, spreadsheet_id: str, titles: Sequence[str]) -> None:
        """Make the spreadsheet have these sheets, in this order; those that exist are kept."""
        with self.draft(spreadsheet_id) as draft:
            known = {sheet.title: sheet for sheet in draft.sheets}
            kept = [sheet for sheet in draft.sheets if sheet.title in titles]
            spare = draft.sheets[0] if not kept else None
            result: list[Sheet] = []
            for number, title in enumerate(titles):
                if title in known:
                    result.append(known[title])
                elif spare is not None and number == 0:
                    spare.properties = {**spare.properties, "title": title}
                    result.append(spare)
                else:
                    result.append(new_sheet(new_id(), title, 1000, 26))
            draft.sheets = result

    def resize(self, spreadsheet_id: str, title: str, rows: int, columns: int) -> None:
        with self.draft(spreadsheet_id) as draft:
            sheet = draft.titled(title)
            if sheet is None:
                raise LookupError(f"no sheet is called {title!r}")
            resize(draft, sheet, rows, columns)

    def share(self, spreadsheet_id: str, email: str, role: str = "writer") -> None:
        """Give an account a role; `none` takes its access away."""
        file = self._file(spreadsheet_id)
        file.share(email, role)
        if role == "none":
            file.permissions = [entry for entry in file.permissions if entry.email != email]

    @contextmanager
    def draft(self, spreadsheet_id: str) -> Iterator[Document]:
        """A version to change by hand; it becomes the current one at the end of the block, if nothing is raised."""
        with self._library.writing(self._file(spreadsheet_id)) as draft:
            yield draft

    def _file(self, spreadsheet_id: str) -> File:
        file = self._library.find(spreadsheet_id)
        if file is None:
            raise LookupError(f"there is no spreadsheet {spreadsheet_id}")
        return file
