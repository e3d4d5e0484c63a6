"""Both stand-ins together, with a spreadsheet shared with the account of a service-account key."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Self

from sheetsync.sandbox.clockify import ClockifySandbox
from sheetsync.sandbox.clockify.company import Company
from sheetsync.sandbox.google import GoogleSandbox
from sheetsync.sandbox.pages import ClockifyPages, GooglePages, Neighbour

SPREADSHEET_TITLE = "Time reports"
SERVICE_ACCOUNT = "sheetsync@sandbox-project.iam.gserviceaccount.com"


@dataclass(frozen=True, slots=True)
class Address:
    """Where a pair serves, and what a program needs to use it."""

    clockify_base_url: str
    clockify_reports_url: str
    clockify_api_key: str
    workspace: str
    sheets_url: str
    credentials: Path
    spreadsheet: str

    @property
    def clockify_url(self) -> str:
        """Where a browser sees the time entries."""
        return self.clockify_base_url.removesuffix("/api/v1")


class Pair:
    """Clockify and Google on the loopback interface. A context manager.

    Args:
        directory: where the service-account key is written, readable by its owner alone.
        port_clockify, port_google: 0 takes a free port.
        entries: how many time entries the sample company has; None for its usual number.
    """

    def __init__(
        self, directory: Path, *, port_clockify: int = 0, port_google: int = 0, entries: int | None = None
    ) -> None:
        today = datetime.now(UTC).date()
        company = Company.sample(today) if entries is None else Company.sample(today, entries=entries)
        to_google = Neighbour("Google Sheets", lambda: self.google.url)
        to_clockify = Neighbour("Clockify", lambda: self.clockify.url)
        self.clockify = ClockifySandbox(
            company, port=port_clockify, pages=lambda sandbox: ClockifyPages(sandbox, to_google)
        )
        self.google = GoogleSandbox(port=port_google, pages=lambda sandbox: GooglePages(sandbox, to_clockify))
        self._directory = directory

    def __enter__(self) -> Self:
        self.clockify.start()
        self.google.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.clockify.stop()
        self.google.stop()

    def address(self) -> Address:
        """Make a spreadsheet and write the key; to be called once, while serving."""
        self._directory.mkdir(parents=True, exist_ok=True)
        key = self._directory / "service-account.json"
        # The file is made private before the key is in it.
        key.touch(mode=0o600)
        key.chmod(0o600)
        self.google.write_key(key, SERVICE_ACCOUNT)
        spreadsheet = self.google.create(SPREADSHEET_TITLE, share_with=[SERVICE_ACCOUNT])
        return Address(
            clockify_base_url=self.clockify.base_url,
            clockify_reports_url=self.clockify.reports_url,
            clockify_api_key=self.clockify.api_key,
            workspace=self.clockify.workspace_id,
            sheets_url=self.google.url,
            credentials=key.resolve(),
            spreadsheet=spreadsheet,
        )
