"""The whole story in the browser: a person changes an entry, a job runs, the sheet on the screen changes."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

from playwright.sync_api import expect

from sheetsync.sandbox.clockify import ClockifySandbox
from sheetsync.sandbox.google import GoogleSandbox
from tests.bench import ROBOT, Bench
from tests.browser.conftest import OpenPage


def bench(directory: Path, clockify: ClockifySandbox, google: GoogleSandbox) -> Bench:
    spreadsheet = google.create("Reports", share_with=[ROBOT])
    own = {"api_key": clockify.api_key, "workspace": clockify.workspace_id}
    urls = {"base_url": clockify.base_url, "reports_url": clockify.reports_url}
    credentials = json.dumps(google.service_account_key(ROBOT))
    job = {
        "name": "november",
        "report": "detailed",
        "start": "2021-11-01",
        "end": "2021-12-01",
        "target": {"spreadsheet": spreadsheet, "worksheet": "Hours"},
        "columns": ["Description", "Duration (h)"],
    }
    settings = {"version": 1, "clockify": own | urls, "google": {"credentials": credentials, "sheets_url": google.url}}
    return Bench(directory, clockify, google, spreadsheet, settings, job)


def test_a_person_changes_an_entry_and_sees_the_sheet_change(
    tmp_path: Path, clockify: ClockifySandbox, google: GoogleSandbox, open_page: OpenPage
) -> None:
    clockify.company.add_entry(datetime(2021, 11, 2, 9, tzinfo=UTC), 3600, description="Sketches")
    setup = bench(tmp_path, clockify, google)
    first = setup.run()
    assert first.url is not None
    sheet = open_page(first.url)
    expect(sheet.locator("#cell-1-0")).to_have_text("Sketches")

    entries = open_page(clockify.url)
    entries.get_by_role("link", name="Edit Sketches").click()
    entries.get_by_label("Description").fill("Final drawings")
    entries.get_by_label("End", exact=True).fill("2021-11-02T11:30")
    entries.get_by_role("button", name="Save").click()
    expect(entries.get_by_role("status")).to_contain_text("Run the job again")

    setup.run()
    expect(sheet.locator("#cell-1-0")).to_have_text("Final drawings")
    expect(sheet.locator("#cell-1-1")).to_have_text("2:30:00")
