"""Requests to Google Sheets through gspread's client: with a timeout each, counted, explained when they fail."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, MutableMapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import google.auth.exceptions
import orjson
import requests
from gspread.http_client import HTTPClient
from gspread.urls import SPREADSHEET_BATCH_UPDATE_URL, SPREADSHEET_URL

from sheetsync.budgets.pace import UNLIMITED, Budget, Use
from sheetsync.deadline import Deadline
from sheetsync.errors import SheetsError, SheetsQuotaError, SheetsUnavailableError
from sheetsync.progress import Progress
from sheetsync.retries import Retries
from sheetsync.sheets import state
from sheetsync.sheets.a1 import Rectangle
from sheetsync.sheets.accounts import Account
from sheetsync.sheets.plan import Seen
from sheetsync.sheets.refusals import Asker, NotFoundError, refusal
from sheetsync.sheets.state import SheetState
from sheetsync.table import MOST_CELLS

CONNECT_SECONDS = 10.0
READ_SECONDS = 200.0
"""How long Google may be silent; it works on one request for up to 180 seconds (its documented limit)."""
SHEETS_URL = "https://sheets.googleapis.com"
JSON = {"Content-Type": "application/json"}
LOOKED_AT = (
    "sheets(properties(sheetId),data(startRow,startColumn,"
    "rowData(values(userEnteredValue,userEnteredFormat(numberFormat)))))"
)


class RequestClient(HTTPClient):
    """gspread's transport with what it leaves out: a timeout, another host where one is set, errors that explain.

    It keeps no counter of retries and sends each request once; who calls it knows what may be sent again.
    """

    account: Account
    asker: Asker
    deadline: Deadline
    host: str = SHEETS_URL
    read_seconds: float = READ_SECONDS

    def request(  # noqa: PLR0913, PLR0917 - the signature is gspread's
        self,
        method: str,
        endpoint: str,
        params: MutableMapping[str, Any] | None = None,
        data: bytes | None = None,
        json: Mapping[str, Any] | None = None,
        files: Any = None,
        headers: MutableMapping[str, str] | None = None,
    ) -> requests.Response:
        """Send one request.

        Raises:
            SheetsUnavailableError: no answer came, or one that says "not now"; a write may have been done all the same.
            SheetsError: Google refused.
        """
        timeout = (self.deadline.at_most(CONNECT_SECONDS), self.deadline.at_most(self.read_seconds))
        url = endpoint.replace(SHEETS_URL, self.host, 1)
        try:
            self.account.sign_in()
            response = self.session.request(
                method, url, params=params, data=data, json=json, files=files, headers=headers, timeout=timeout
            )
        except google.auth.exceptions.RefreshError as error:
            raise self._not_signed_in(error) from error
        except google.auth.exceptions.GoogleAuthError as error:
            raise SheetsUnavailableError(
                f"no access token could be had from Google's token endpoint: {_first_line(error)}.",
                "Check the network and the token_uri of the key.",
            ) from error
        except requests.Timeout as error:
            raise SheetsUnavailableError(f"Google Sheets did not answer within {timeout[1]:g} seconds.") from error
        except requests.RequestException as error:
            raise SheetsUnavailableError(
                "the connection to Google Sheets failed.", "Check the network and any proxy."
            ) from error
        if not response.ok:
            retry_after = response.headers.get("Retry-After")
            raise refusal(response.status_code, response.content, self.asker, retry_after)
        return response

    def _not_signed_in(self, error: google.auth.exceptions.RefreshError) -> SheetsError:
        if error.retryable:
            return SheetsUnavailableError("Google's token endpoint cannot answer now.", "Try again later.")
        return SheetsError(
            f"Google does not accept the key of {self.asker.account} ({_first_line(error)}).",
            "The key was revoked or deleted, or this machine's clock is wrong: make a new key in the Google Cloud"
            " console and give it in google.credentials.",
        )


@dataclass(frozen=True, slots=True)
class Connection:
    """Where Google Sheets is, how patient to be, and what each request passes before it goes out.

    `host` is without a path; `most_cells` is what a spreadsheet takes.
    """

    host: str = SHEETS_URL
    read_seconds: float = READ_SECONDS
    most_cells: int = MOST_CELLS
    budget: Budget = field(default=UNLIMITED, compare=False)


class SheetsClient:
    """Reads and writes one spreadsheet. Not for several threads at once. `reads` and `writes` count what went out."""

    def __init__(
        self, account: Account, spreadsheet: str, connection: Connection, deadline: Deadline, progress: Progress
    ) -> None:
        self.spreadsheet = spreadsheet
        self.most_cells = connection.most_cells
        self.reads = 0
        self.writes = 0
        self.retries = Retries(deadline, progress, quota=SheetsQuotaError, budgeted=connection.budget.kept)
        self._budget = connection.budget
        self._deadline, self._progress = deadline, progress
        self._http = RequestClient(account.credentials)
        # Keeps a .netrc from replacing the token.
        self._http.session.auth = _unchanged
        self._http.account = account
        self._http.asker = Asker(account.email, spreadsheet)
        self._http.deadline = deadline
        self._http.host = connection.host.rstrip("/")
        self._http.read_seconds = connection.read_seconds

    @property
    def account(self) -> str:
        """The address to share spreadsheets with."""
        return self._http.asker.account

    def state(self) -> SheetState:
        """The spreadsheet's structure and what is ours in it: one read."""
        params = {"fields": state.FIELDS, "prettyPrint": "false"}
        url = SPREADSHEET_URL % self.spreadsheet
        return state.parse(self.spreadsheet, self._read("get", url, params, None, state.condensed))

    def look(self, cells: Sequence[tuple[int, Rectangle]]) -> dict[int, Seen]:
        """What stands in some cells of some tabs, by the tab's id: one read."""
        filled: dict[int, dict[tuple[int, int], bool]] = {sheet: {} for sheet, _ in cells}
        formats: dict[int, dict[tuple[int, int], dict[str, str]]] = {sheet: {} for sheet, _ in cells}
        for sheet, place, cell in self._grids(cells):
            if cell.get("userEnteredValue"):
                filled[sheet][place] = "formulaValue" in cell["userEnteredValue"]
            number_format = cell.get("userEnteredFormat", {}).get("numberFormat")
            if number_format:
                formats[sheet][place] = number_format
        return {sheet: Seen(filled[sheet], formats[sheet]) for sheet in filled}

    def values(self, sheet: int, cells: Sequence[Rectangle]) -> dict[tuple[int, int], Any]:
        """The values in some cells of a tab, by (row, column), empty ones left out: one read."""
        return {
            place: next(iter(cell["userEnteredValue"].values()))
            for _, place, cell in self._grids([(sheet, part) for part in cells])
            if cell.get("userEnteredValue")
        }

    def write(self, body: bytes) -> None:
        """Send one `batchUpdate`, once.

        Raises:
            SheetsUnavailableError: whether it was applied is not known (except SheetsQuotaError: it was not).
            SheetsError: it was refused; nothing was applied.
        """
        self._post(SPREADSHEET_BATCH_UPDATE_URL % self.spreadsheet, None, body)

    def write_values(self, body: bytes) -> None:
        """Send one `values:batchUpdateByDataFilter`, until Google has applied it: it states what is to be.

        Raises:
            SheetsError: it was refused, or no try succeeded.
        """
        url = f"{SPREADSHEET_URL % self.spreadsheet}/values:batchUpdateByDataFilter"
        for attempt in self.retries():
            with attempt:
                self._post(url, {"fields": "totalUpdatedRows", "prettyPrint": "false"}, body)

    def _post(self, url: str, params: dict[str, Any] | None, body: bytes) -> None:
        self._budget.spend(self._deadline, self._progress, Use.WRITE)
        self.writes += 1
        try:
            self._http.request("post", url, params=params, data=body, headers=dict(JSON))
        except SheetsQuotaError as error:
            self._budget.refused(error.retry_after, Use.WRITE, error.scope)
            raise
        except NotFoundError as error:
            raise SheetsUnavailableError(
                "Google does not find the spreadsheet that it has just read.", "Try again later."
            ) from error

    def _grids(self, cells: Sequence[tuple[int, Rectangle]]) -> Iterator[tuple[int, tuple[int, int], dict[str, Any]]]:
        """Each cell of an answer with its tab and its place, where it stands in the cells that were asked for."""
        wanted = frozenset(sheet for sheet, _ in cells)
        filters = {
            "dataFilters": [{"gridRange": part.grid_range(sheet)} for sheet, part in cells],
            "includeGridData": True,
        }
        url = f"{SPREADSHEET_URL % self.spreadsheet}:getByDataFilter"
        answer = self._read("post", url, {"fields": LOOKED_AT, "prettyPrint": "false"}, orjson.dumps(filters))
        for tab in answer.get("sheets", []):
            sheet = tab.get("properties", {}).get("sheetId", 0)
            for grid in tab.get("data", []) if sheet in wanted else []:
                for row, of_row in enumerate(grid.get("rowData", []), grid.get("startRow", 0)):
                    for column, cell in enumerate(of_row.get("values", []), grid.get("startColumn", 0)):
                        yield sheet, (row, column), cell

    def _read(
        self,
        method: str,
        url: str,
        params: dict[str, Any],
        body: bytes | None,
        condense: Callable[[bytes], bytes] = bytes,
    ) -> dict[str, Any]:
        for attempt in self.retries():
            with attempt:
                self._budget.spend(self._deadline, self._progress, Use.READ)
                self.reads += 1
                try:
                    response = self._http.request(method, url, params=dict(params), data=body, headers=dict(JSON))
                except SheetsQuotaError as error:
                    self._budget.refused(error.retry_after, Use.READ, error.scope)
                    raise
                return _parsed(condense(response.content))
        raise AssertionError("the last attempt returns or raises")


def _parsed(content: bytes) -> dict[str, Any]:
    try:
        answer = orjson.loads(content)
    except orjson.JSONDecodeError as error:
        raise SheetsUnavailableError("Google's answer was cut off, or is no JSON.") from error
    if not isinstance(answer, dict):
        raise SheetsUnavailableError("Google's answer is not a spreadsheet.")
    return answer


def _unchanged(request: requests.PreparedRequest) -> requests.PreparedRequest:
    return request


def _first_line(error: Exception) -> str:
    text = str(error.args[0]) if error.args else type(error).__name__
    return text.splitlines()[0][:200].rstrip(".") if text else type(error).__name__
