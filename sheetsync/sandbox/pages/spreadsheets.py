"""The pages of the Google stand-in: the list of spreadsheets, and a spreadsheet at the path that Google gives it."""

from __future__ import annotations

import threading
import weakref
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime

import orjson
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import FileResponse, RedirectResponse, Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from sheetsync.sandbox.google.a1 import column_name
from sheetsync.sandbox.google.document import Document, Sheet
from sheetsync.sandbox.google.library import PRIVATE_ID, File
from sheetsync.sandbox.google.sandbox import GoogleSandbox
from sheetsync.sandbox.pages.changes import Changes
from sheetsync.sandbox.pages.frame import ICON, PREFIX, Frame, Neighbour, served
from sheetsync.sandbox.pages.outline import Outline, outline, shown_sheet, tabs
from sheetsync.sandbox.pages.window import Cell, Packed, bounded, window

JSON_TYPE = "application/json"
PLAIN_ROWS = 200
"""Rows of the table that is readable without JavaScript."""

SHEETS_PATH = "/spreadsheets/d/"
JSON_PATH = f"{PREFIX}/spreadsheets/{{spreadsheet}}"


@dataclass(frozen=True, slots=True)
class Listed:
    """A spreadsheet as the list shows it; `changed` in UTC."""

    file_id: str
    title: str
    owner: str
    shared_with: tuple[str, ...]
    changed: datetime
    tabs: int

    @classmethod
    def of(cls, file: File) -> Listed:
        others = tuple(
            f"{entry.email or 'anyone with the link'} ({entry.role})"
            for entry in file.permissions
            if entry.role != "owner"
        )
        changed = datetime.fromtimestamp(file.modified, UTC)
        return cls(file.file_id, file.document.title, file.owner, others, changed, len(file.document.sheets))


@dataclass(frozen=True, slots=True)
class PlainTable:
    """The beginning of a sheet for readers without JavaScript; `left_out` counts the used rows that are not in it."""

    columns: tuple[str, ...]
    rows: tuple[tuple[int, tuple[Cell | None, ...]], ...]
    left_out: int


class GooglePages:
    """An ASGI application: the pages, and for every other path the stand-in itself.

    Args:
        sandbox: the stand-in, which the pages only read.
        neighbour: the Clockify stand-in beside it.
    """

    def __init__(self, sandbox: GoogleSandbox, neighbour: Neighbour | None = None) -> None:
        self._library, self._rest = sandbox.library, sandbox.control
        self._frame = Frame("Google Sheets", sandbox.control, neighbour)
        self._changes = Changes(sandbox.control, lambda: sandbox.stopping)
        self._outlines: weakref.WeakKeyDictionary[Document, dict[int, Outline]] = weakref.WeakKeyDictionary()
        self._lock = threading.Lock()
        self._pages = served(
            [
                Route("/", self._list),
                Route("/favicon.ico", self._icon),
                Route(f"{PREFIX}/changes", self._list_changes),
                Route(SHEETS_PATH + "{spreadsheet}", self._to_edit),
                Route(SHEETS_PATH + "{spreadsheet}/edit", self._show),
                Route(JSON_PATH, self._outline),
                Route(f"{JSON_PATH}/cells", self._cells),
                Route(f"{JSON_PATH}/changes", self._sheet_changes),
            ]
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        own = scope["type"] == "http" and scope["path"].startswith((f"{PREFIX}/", SHEETS_PATH))
        own = own or (scope["type"] == "http" and scope["path"] in ("/", "/favicon.ico"))
        await (self._pages if own else self._rest)(scope, receive, send)

    def _list(self, _: Request) -> Response:
        # Taken first: a list that is newer than its version is only fetched once more.
        version = self._version()
        files = [Listed.of(file) for file in self._library.files() if file.file_id != PRIVATE_ID and not file.trashed]
        return self._frame.page("spreadsheets.html", files=files, version=version)

    async def _icon(self, _: Request) -> Response:
        return FileResponse(ICON)

    async def _list_changes(self, _: Request) -> Response:
        return self._changes.stream(self._version)

    def _version(self) -> str:
        """Of the list: it differs when a file was made, deleted, written or shared."""
        return " ".join(f"{file.version}:{len(file.permissions)}" for file in self._library.files())

    async def _to_edit(self, request: Request) -> Response:
        return RedirectResponse(f"{SHEETS_PATH}{request.path_params['spreadsheet']}/edit")

    def _show(self, request: Request) -> Response:
        """The page; the sheet is chosen by the fragment, which only scripts see, or by `?gid=` without them."""
        file = self._file(request)
        if file is None:
            text = "It was deleted, or it never was here: the sandbox forgets its spreadsheets when it ends."
            return self._frame.refusal(404, "There is no such spreadsheet", text)
        document = file.document
        sheet = shown_sheet(document, _number(request, "gid"))
        return self._frame.page(
            "spreadsheet.html",
            title=document.title,
            spreadsheet=file.file_id,
            tabs=tabs(document),
            gid=sheet.sheet_id,
            table=plain_table(document, sheet),
        )

    def _outline(self, request: Request) -> Response:
        """The sheet's outline with the version that it belongs to."""
        file = self._file(request)
        if file is None:
            return _gone()
        # Read before the document, so that a version is never newer than what is sent with it.
        version = file.version
        document = file.document
        found = self._known_outline(document, shown_sheet(document, _number(request, "gid")))
        return _json({"version": str(version), **asdict(found)})

    def _known_outline(self, document: Document, sheet: Sheet) -> Outline:
        """An outline is made once a version: a filter over many rows takes its time."""
        with self._lock:
            known = self._outlines.setdefault(document, {})
            if sheet.sheet_id not in known:
                known[sheet.sheet_id] = outline(document, sheet)
            return known[sheet.sheet_id]

    def _cells(self, request: Request) -> Response:
        """The cells of `?gid=&top=&left=&bottom=&right=`, as far as they are in the sheet."""
        file = self._file(request)
        if file is None:
            return _gone()
        version = file.version
        document, gid = file.document, _number(request, "gid")
        sheet = shown_sheet(document, gid)
        corners = [_number(request, name) or 0 for name in ("top", "left", "bottom", "right")]
        shown = window(document, sheet, bounded(sheet, *corners))
        packed = Packed()
        rows = packed.rows(shown)
        answer = {"version": str(version), "gid": sheet.sheet_id, "top": shown.top, "left": shown.left, "rows": rows}
        return _json({**answer, "looks": packed.looks})

    async def _sheet_changes(self, request: Request) -> Response:
        """The stream of a spreadsheet's versions; the version of one that is gone is empty."""
        name = request.path_params["spreadsheet"]
        if await run_in_threadpool(self._library.find, name) is None:
            return _gone()

        def version() -> str:
            file = self._library.find(name)
            return "" if file is None else str(file.version)

        return self._changes.stream(version)

    def _file(self, request: Request) -> File | None:
        return self._library.find(request.path_params["spreadsheet"])


def plain_table(document: Document, sheet: Sheet) -> PlainTable:
    used = sheet.grid.used_rows()
    width = max((row.width for row in sheet.grid.rows(0, min(used, PLAIN_ROWS))), default=0)
    shown = window(document, sheet, bounded(sheet, 0, 0, PLAIN_ROWS, width))
    rows = tuple((number, _filled(cells, width)) for number, cells in enumerate(shown.rows, 1))
    return PlainTable(tuple(column_name(index) for index in range(width)), rows, max(used - PLAIN_ROWS, 0))


def _filled(cells: Sequence[Cell | None], width: int) -> tuple[Cell | None, ...]:
    return (*cells, *(None,) * (width - len(cells)))


def _number(request: Request, name: str) -> int | None:
    try:
        return int(request.query_params[name])
    except (KeyError, ValueError):
        return None


def _json(value: object) -> Response:
    return Response(orjson.dumps(value), media_type=JSON_TYPE)


def _gone() -> Response:
    return Response(orjson.dumps({"error": "there is no such spreadsheet"}), 404, media_type=JSON_TYPE)
