"""The floor: the requests of a sync sent again by a bare script, with nothing in between.

    python benchmarks/floor.py FOLDER CONNECTION

FOLDER holds the requests as `servers.py` recorded them, CONNECTION is a JSON file with the addresses and the key. One
session a side, one request after the other: reports and reads are parsed by orjson, writes are sent as they lie in
their files. No table is built, nothing is checked.
"""

from __future__ import annotations

import sys
from pathlib import Path

import orjson
import requests
from google.auth.transport.requests import AuthorizedSession
from google.oauth2 import service_account


class Credentials(service_account.Credentials):
    """A service account that asks nothing of the internet."""

    def _is_regional_access_boundary_lookup_required(self) -> bool:
        return False


def main(folder: Path, connection: Path) -> None:
    given = orjson.loads(connection.read_bytes())
    credentials = Credentials.from_service_account_info(
        orjson.loads(Path(given["credentials"]).read_bytes()),
        scopes=["https://www.googleapis.com/auth/spreadsheets"],
    )
    clockify = requests.Session()
    clockify.headers.update({"X-Api-Key": given["api_key"], "Content-Type": "application/json"})
    google = AuthorizedSession(credentials)
    google.headers.update({"Content-Type": "application/json"})
    hosts = {"clockify": given["base_url"].removesuffix("/api/v1"), "google": given["sheets_url"]}
    for line in orjson.loads((folder / "requests.json").read_bytes()):
        session = clockify if line["side"] == "clockify" else google
        url = f"{hosts[line['side']]}{line['path']}" + (f"?{line['query']}" if line["query"] else "")
        answer = session.request(line["method"], url, data=(folder / line["body"]).read_bytes(), timeout=300)
        answer.raise_for_status()
        orjson.loads(answer.content)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
