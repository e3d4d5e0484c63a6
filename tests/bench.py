"""A company in Clockify's stand-in, a spreadsheet in Google's, a person who uses it, and a job between them."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, ClassVar

import gspread
from google.oauth2 import service_account
from gspread.http_client import HTTPClient

from sheetsync.config import loading
from sheetsync.progress import Silent
from sheetsync.run import Order, Outcome, Runner
from sheetsync.sandbox.clockify import ClockifySandbox, Company
from sheetsync.sandbox.faults import Fault
from sheetsync.sandbox.google import GoogleSandbox
from sheetsync.sandbox.journal import Entry

ROBOT = "robot@sandbox-project.iam.gserviceaccount.com"
PERSON = "person@sandbox-project.iam.gserviceaccount.com"
NOW = datetime(2021, 11, 30, 12, tzinfo=UTC)
SCOPES = ["https://www.googleapis.com/auth/spreadsheets", "https://www.googleapis.com/auth/drive"]


class LocalClient(HTTPClient):
    """gspread as anybody would use it, but for the host."""

    host: ClassVar[str] = ""

    def request(self, method: str, endpoint: str, *args: Any, **more: Any) -> Any:
        for real in ("https://sheets.googleapis.com", "https://www.googleapis.com"):
            endpoint = endpoint.replace(real, self.host)
        return super().request(method, endpoint, *args, **more)


class LocalCredentials(service_account.Credentials):
    def _is_regional_access_boundary_lookup_required(self) -> bool:
        return False


@dataclass
class Bench:
    """Everything between a company and a spreadsheet. `job` is what a test changes of the configuration's one job."""

    directory: Path
    clockify: ClockifySandbox
    google: GoogleSandbox
    spreadsheet: str
    settings: dict[str, Any]
    job: dict[str, Any] = field(default_factory=dict)

    @property
    def company(self) -> Company:
        return self.clockify.company

    def entries(self, count: int, *, day: int = 1, **details: Any) -> list[str]:
        """Entries of an hour each, one after the other from a day of November 2021 on; their ids."""
        return [
            self.company.add_entry(
                datetime(2021, 11, day + number // 20, number % 20, tzinfo=UTC),
                3600,
                **{"description": f"Entry {number}", **details},
            )
            for number in range(count)
        ]

    def configuration(self, *jobs: dict[str, Any]) -> Path:
        """The configuration's file; JSON is YAML."""
        path = self.directory / "config.yaml"
        path.write_text(json.dumps({**self.settings, "jobs": list(jobs) or [self.job]}), encoding="utf-8")
        path.chmod(0o600)
        return path

    def run(self, *, dry: bool = False, **changes: Any) -> Outcome:
        """Run the job as the command does, in this process."""
        loaded = loading.load(self.configuration({**self.job, **changes}), {})
        return Runner(Silent()).run(Order(loaded.config.jobs[0], NOW, dry=dry))

    def person(self) -> gspread.Spreadsheet:
        """The spreadsheet in the hands of a person who uses plain gspread."""
        key = self.google.service_account_key(PERSON)
        # google-auth's own annotations stop at the door.
        credentials = LocalCredentials.from_service_account_info(key, scopes=SCOPES)  # type: ignore[no-untyped-call]
        LocalClient.host = self.google.url
        return gspread.Client(auth=credentials, http_client=LocalClient).open_by_key(self.spreadsheet)

    def rows(self, title: str = "Hours") -> list[list[Any]]:
        """A tab's values as they are stored, without formats."""
        rows: list[list[Any]] = (
            self.person().worksheet(title).get(value_render_option=gspread.utils.ValueRenderOption.unformatted)
        )
        return [list(row) for row in rows]

    def sent(self, access: str = "write") -> list[Entry]:
        """The requests about the spreadsheet that Google got from the job's account."""
        entries = [entry for entry in self.google.control.journal.entries() if self.spreadsheet in entry.path]
        return [entry for entry in entries if entry.user == ROBOT and entry.access == access]

    def google_fails(self, path: str, **fault: Any) -> None:
        self.google.control.faults.add(Fault(path=path, **fault))

    def clockify_fails(self, path: str = "/reports/", **fault: Any) -> None:
        self.clockify.control.faults.add(Fault(path=path, **fault))


def bench_between(directory: Path, clockify: ClockifySandbox, google: GoogleSandbox) -> Bench:
    """A spreadsheet that is shared with the job's account, and a detailed job of November 2021."""
    spreadsheet = google.create("Reports", share_with=[ROBOT, PERSON])
    key = google.service_account_key(ROBOT)
    settings = {
        "version": 1,
        "state": str(directory / "state.db"),
        "clockify": {
            "api_key": clockify.api_key,
            "workspace": clockify.workspace_id,
            "base_url": clockify.base_url,
            "reports_url": clockify.reports_url,
        },
        "google": {"credentials": json.dumps(key), "sheets_url": google.url},
    }
    job = {
        "name": "november",
        "report": "detailed",
        "start": "2021-11-01",
        "end": "2021-12-01",
        "target": {"spreadsheet": spreadsheet, "worksheet": "Hours"},
    }
    return Bench(directory, clockify, google, spreadsheet, settings, job)
