"""The two servers, once for all tests, and a fresh bench for each."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from sheetsync.sandbox.clockify import ClockifySandbox, Company, Switches
from sheetsync.sandbox.google import GoogleSandbox
from tests.bench import PERSON, ROBOT, Bench


@pytest.fixture(scope="session")
def clockify_server() -> Iterator[ClockifySandbox]:
    with ClockifySandbox(Company.empty()) as server:
        yield server


@pytest.fixture(scope="session")
def google_server() -> Iterator[GoogleSandbox]:
    with GoogleSandbox() as server:
        yield server


@pytest.fixture
def bench(tmp_path: Path, clockify_server: ClockifySandbox, google_server: GoogleSandbox) -> Bench:
    """A company without entries, a spreadsheet shared with the job's account, a detailed job of November 2021."""
    clockify_server.company.start_over()
    clockify_server.switches = Switches()
    for server in (clockify_server, google_server):
        server.control.faults.clear()
        server.control.journal.clear()
    spreadsheet = google_server.create("Reports", share_with=[ROBOT, PERSON])
    key = google_server.service_account_key(ROBOT)
    settings = {
        "version": 1,
        "clockify": {
            "api_key": clockify_server.api_key,
            "workspace": clockify_server.workspace_id,
            "base_url": clockify_server.base_url,
            "reports_url": clockify_server.reports_url,
        },
        "google": {"credentials": json.dumps(key), "sheets_url": google_server.url},
    }
    job = {
        "name": "november",
        "report": "detailed",
        "start": "2021-11-01",
        "end": "2021-12-01",
        "target": {"spreadsheet": spreadsheet, "worksheet": "Hours"},
    }
    return Bench(tmp_path, clockify_server, google_server, spreadsheet, settings, job)
