"""A Google on the loopback interface, reached through the real gspread and google-auth, or by plain requests."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

import gspread
import pytest
import requests
from google.oauth2 import service_account

from sheetsync.sandbox.google import GoogleSandbox

SCOPES = ["https://www.googleapis.com/auth/spreadsheets", "https://www.googleapis.com/auth/drive"]
GOOGLE_HOSTS = ("https://sheets.googleapis.com", "https://www.googleapis.com")
ACCOUNT = "tester@sheetsync-sandbox.iam.gserviceaccount.com"


class LocalCredentials(service_account.Credentials):
    """Service-account credentials that ask nobody but their token_uri."""

    def _is_regional_access_boundary_lookup_required(self) -> bool:
        return False


def local_client(sandbox: GoogleSandbox, email: str = ACCOUNT) -> gspread.Client:
    """A gspread client whose requests go to the sandbox."""

    class LocalHTTPClient(gspread.HTTPClient):
        def request(self, method: str, endpoint: str, *args: Any, **kwargs: Any) -> requests.Response:
            for host in GOOGLE_HOSTS:
                endpoint = endpoint.replace(host, sandbox.url)
            return super().request(method, endpoint, *args, **kwargs)

    key = sandbox.service_account_key(email)
    credentials = LocalCredentials.from_service_account_info(key, scopes=SCOPES)  # type: ignore[no-untyped-call]  # google-auth
    client = gspread.Client(auth=credentials, http_client=LocalHTTPClient)
    client.set_timeout(30)
    return client


@dataclass
class Api:
    """The Sheets API of a sandbox by plain requests, for one account and one spreadsheet."""

    sandbox: GoogleSandbox
    spreadsheet_id: str
    email: str = ACCOUNT
    session: requests.Session = field(default_factory=requests.Session)

    def __post_init__(self) -> None:
        self.sandbox.accept_token(f"token-of-{self.email}", self.email)
        self.session.headers["Authorization"] = f"Bearer token-of-{self.email}"

    def call(self, method: str, path: str, body: Any = None, **query: Any) -> requests.Response:
        url = f"{self.sandbox.url}/v4/spreadsheets/{self.spreadsheet_id}{path}"
        return self.session.request(method, url, json=body, params=query, timeout=30)

    def get(self, path: str = "", **query: Any) -> Any:
        answer = self.call("GET", path, **query)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def batch(self, *kinds: dict[str, Any], **options: Any) -> Any:
        """A batchUpdate that must succeed; returns its answer."""
        answer = self.call("POST", ":batchUpdate", {"requests": list(kinds), **options})
        assert answer.status_code == 200, answer.text
        return answer.json()

    def refusal(self, *kinds: dict[str, Any]) -> str:
        """The message with which a batchUpdate is refused."""
        answer = self.call("POST", ":batchUpdate", {"requests": list(kinds)})
        assert answer.status_code == 400, answer.text
        return str(answer.json()["error"]["message"])

    def values(self, cells: str, **query: Any) -> list[list[Any]]:
        values: list[list[Any]] = self.get(f"/values/{quote(cells, safe='')}", **query).get("values", [])
        return values

    def put(self, cells: str, rows: list[list[Any]], option: str = "RAW", **query: Any) -> requests.Response:
        path = f"/values/{quote(cells, safe='')}"
        return self.call("PUT", path, {"values": rows}, valueInputOption=option, **query)

    def other(self, email: str) -> Api:
        """The same spreadsheet for another account."""
        return Api(self.sandbox, self.spreadsheet_id, email)


@pytest.fixture(scope="session")
def sandbox() -> Iterator[GoogleSandbox]:
    with GoogleSandbox() as server:
        yield server


@pytest.fixture
def api(sandbox: GoogleSandbox) -> Api:
    """A fresh spreadsheet with one sheet, `Sheet1`, of 1000 rows and 26 columns; the account may write."""
    return Api(sandbox, sandbox.create("Contract", share_with=[ACCOUNT]))


@pytest.fixture(scope="session")
def client(sandbox: GoogleSandbox) -> gspread.Client:
    return local_client(sandbox)


@pytest.fixture
def worksheet(client: gspread.Client) -> gspread.Worksheet:
    """The only sheet of a spreadsheet that the account made itself."""
    return client.create("Test Spreadsheet").sheet1
