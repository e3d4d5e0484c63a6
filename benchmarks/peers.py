"""What people use instead, each as short as its own documentation has it.

    python benchmarks/peers.py NAME CONNECTION

CONNECTION is a JSON file: addresses, key, spreadsheet, worksheet. All of them get their rows by the loop that is
usual: page after page with requests, until a page is not full. Their hosts are turned to the sandbox by an adapter
under the session; nothing else of the libraries is changed.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import gspread
import requests
from google.auth.transport.requests import AuthorizedSession
from google.oauth2 import service_account
from requests.adapters import HTTPAdapter

PAGE = 1000
SCOPES = ["https://www.googleapis.com/auth/spreadsheets", "https://www.googleapis.com/auth/drive"]
HEADER = [
    "Project",
    "Client",
    "Description",
    "Task",
    "User",
    "Email",
    "Tags",
    "Billable",
    "Start Date",
    "Start Time",
    "End Date",
    "End Time",
    "Duration (h)",
    "Duration (decimal)",
    "Billable Rate",
    "Billable Amount",
    "Currency",
    "Type",
    "Locked",
    "Entry ID",
]
Row = list[Any]
Given = dict[str, str]


class Credentials(service_account.Credentials):
    """A service account that asks nothing of the internet."""

    def _is_regional_access_boundary_lookup_required(self) -> bool:
        return False


class Local(HTTPAdapter):
    """Sends what goes to Google to the sandbox."""

    def __init__(self, host: str) -> None:
        super().__init__()
        self._host = host

    def send(self, request: requests.PreparedRequest, *args: Any, **kwargs: Any) -> requests.Response:  # type: ignore[override] # whatever it takes
        scheme, _, rest = str(request.url).partition("://")
        request.url = f"{self._host}/{rest.partition('/')[2]}" if scheme == "https" else request.url
        return super().send(request, *args, **{**kwargs, "proxies": {}})


def session(given: Given) -> AuthorizedSession:
    made = AuthorizedSession(Credentials.from_service_account_file(given["credentials"], scopes=SCOPES))
    made.mount("https://", Local(given["sheets_url"]))
    return made


def entries(given: Given) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    page, url = 1, f"{given['reports_url']}/workspaces/{given['workspace']}/reports/detailed"
    while True:
        body = {
            "dateRangeStart": "2021-01-01T00:00:00.000",
            "dateRangeEnd": "2021-12-31T23:59:59.999",
            "timeZone": "UTC",
            "sortOrder": "ASCENDING",
            "detailedFilter": {"page": page, "pageSize": PAGE},
        }
        answer = requests.post(url, json=body, headers={"X-Api-Key": given["api_key"]}, timeout=60)
        answer.raise_for_status()
        rows = answer.json()["timeentries"]
        found += rows
        if len(rows) < PAGE:
            return found
        page += 1


def row(entry: dict[str, Any]) -> Row:
    interval = entry["timeInterval"]
    start, end, seconds = interval["start"], interval["end"], interval["duration"]
    return [
        entry.get("projectName") or "",
        entry.get("clientName") or "",
        entry["description"],
        entry.get("taskName") or "",
        entry["userName"],
        entry["userEmail"],
        ", ".join(tag["name"] for tag in entry.get("tags") or ()),
        entry["billable"],
        start[:10],
        start[11:19],
        end[:10],
        end[11:19],
        f"{seconds // 3600}:{seconds // 60 % 60:02}:{seconds % 60:02}",
        seconds / 3600,
        (entry.get("rate") or 0) / 100,
        (entry.get("amount") or 0) / 100,
        entry.get("currency") or "",
        entry.get("type") or "",
        entry["isLocked"],
        entry["_id"],
    ]


def rows(given: Given) -> list[Row]:
    return [row(entry) for entry in entries(given)]


def opened(given: Given) -> gspread.Worksheet:
    return gspread.Client(auth=None, session=session(given)).open_by_key(given["spreadsheet"]).worksheet("Bench")


def plain(given: Given) -> None:
    """The script of the tutorials: open, worksheet, clear, resize, update."""
    table = [HEADER, *rows(given)]
    worksheet = opened(given)
    worksheet.clear()
    worksheet.resize(len(table), len(HEADER))
    worksheet.update(table, value_input_option="USER_ENTERED")


def dataframe(given: Given) -> None:
    """gspread-dataframe's set_with_dataframe."""
    import pandas as pd  # noqa: PLC0415 - the others do without
    from gspread_dataframe import set_with_dataframe  # noqa: PLC0415 - same

    frame = pd.DataFrame(rows(given), columns=HEADER)
    set_with_dataframe(opened(given), frame, resize=True)


def pandas(given: Given) -> None:
    """gspread-pandas' df_to_sheet with replace."""
    import pandas as pd  # noqa: PLC0415 - the others do without
    from gspread_pandas import Client, Spread  # noqa: PLC0415 - same

    class Rooted(Client):  # type: ignore[misc] # it has no annotations
        """It asks Drive for its root folder at once; the sandbox has no folders."""

        def _drive_request(self, *_: Any, **__: Any) -> dict[str, Any]:
            return {"id": "root", "name": "My Drive"}

    frame = pd.DataFrame(rows(given), columns=HEADER)
    spread = Spread(given["spreadsheet"], sheet="Bench", client=Rooted(session=session(given)))
    spread.df_to_sheet(frame, index=False, replace=True)


def airbyte(given: Given) -> None:
    """What Airbyte's destination does in overwrite mode: clear, then append 1,000 rows of text at a time."""
    table = [HEADER, *([str(cell) for cell in record] for record in rows(given))]
    worksheet = opened(given)
    worksheet.clear()
    for start in range(0, len(table), PAGE):
        patiently(worksheet, table[start : start + PAGE])


def patiently(worksheet: gspread.Worksheet, block: list[Row]) -> None:
    """Append; when the quota is used up, wait and try again, up to 100 times."""
    for _ in range(100):
        try:
            worksheet.append_rows(block, value_input_option="USER_ENTERED", insert_data_option="INSERT_ROWS")
        except gspread.exceptions.APIError as error:
            if error.response.status_code != 429:
                raise
            time.sleep(5)
        else:
            return


PEERS: dict[str, Callable[[Given], None]] = {
    "gspread": plain,
    "gspread-dataframe": dataframe,
    "gspread-pandas": pandas,
    "Airbyte's way": airbyte,
}

if __name__ == "__main__":
    PEERS[sys.argv[1]](json.loads(Path(sys.argv[2]).read_text(encoding="utf-8")))
