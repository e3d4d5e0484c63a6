"""A person adds, changes and deletes time entries in the browser, and the reports follow."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
import requests
from playwright.sync_api import Page, expect

from sheetsync.sandbox.clockify import ClockifySandbox
from tests.browser.conftest import OpenPage

NASTY = '<script>window.broken = true</script> "quoted" =1+1 👩‍💻'


@pytest.fixture
def furnished(clockify: ClockifySandbox) -> ClockifySandbox:
    """A project with a task, another project, a tag, and a user in Berlin."""
    company = clockify.company
    company.add_user("Berta Berlin", "berta@example.com", time_zone="Europe/Berlin")
    company.add_client("Acme")
    company.add_project("Website", "Acme")
    company.add_project("App")
    company.add_task("Design", "Website")
    company.add_tag("Urgent")
    return clockify


def reported(clockify: ClockifySandbox) -> list[dict[str, Any]]:
    """What the Reports API says of November 2021, in UTC."""
    bounds = {"dateRangeStart": "2021-11-01T00:00:00.000", "dateRangeEnd": "2021-11-30T23:59:59.999", "timeZone": "UTC"}
    answer = requests.post(
        f"{clockify.reports_url}/workspaces/{clockify.workspace_id}/reports/detailed",
        json={**bounds, "detailedFilter": {"page": 1, "pageSize": 50}},
        headers={"X-Api-Key": clockify.api_key},
        timeout=30,
    )
    entries: list[dict[str, Any]] = answer.json()["timeentries"]
    return entries


def fill(page: Page, start: str, end: str, description: str = "Sketches") -> None:
    page.get_by_label("Description").fill(description)
    page.get_by_label("Start", exact=True).fill(start)
    page.get_by_label("End", exact=True).fill(end)


@pytest.mark.parametrize("scripts", [True, False])
def test_an_added_entry_is_in_the_reports(furnished: ClockifySandbox, open_page: OpenPage, *, scripts: bool) -> None:
    page = open_page(furnished.url, java_script_enabled=scripts)
    page.get_by_role("link", name="Add an entry").click()
    page.get_by_label("User").select_option(label="Berta Berlin (Europe/Berlin)")
    fill(page, "2021-11-15T09:00:00", "2021-11-15T10:30:00")
    page.get_by_label("Project").select_option(label="Website · Acme")
    page.get_by_label("Task").select_option(label="Design")
    page.get_by_label("Urgent").check()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("status")).to_contain_text("Run the job again")
    expect(page.locator("tr.touched")).to_contain_text("Mon 2021-11-15 09:00 \N{EN DASH} 10:30")
    (entry,) = reported(furnished)
    assert (entry["userName"], entry["description"], entry["taskName"]) == ("Berta Berlin", "Sketches", "Design")
    assert entry["timeInterval"]["duration"] == 5400
    assert entry["timeInterval"]["start"].startswith("2021-11-15T08:00:00")


def test_an_edited_entry_keeps_what_was_not_touched(furnished: ClockifySandbox, open_page: OpenPage) -> None:
    start = datetime(2021, 11, 15, 9, 0, 7, tzinfo=UTC)
    company = furnished.company
    entry_id = company.add_entry(start, 61, description="Old", project="Website", task="Design", tags=["Urgent"])
    before = company.entry(entry_id)
    page = open_page(furnished.url)
    page.get_by_role("link", name="Edit Old").click()
    page.get_by_label("Description").fill("New")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("tr.touched")).to_contain_text("New")
    assert company.entry(entry_id) == before._replace(description="New")
    assert reported(furnished)[0]["description"] == "New"


def test_a_deleted_entry_is_gone_from_the_reports_and_can_be_added_again(
    furnished: ClockifySandbox, open_page: OpenPage
) -> None:
    furnished.company.add_entry(datetime(2021, 11, 2, 8, tzinfo=UTC), 600, description="Twice", tags=["Urgent"])
    page = open_page(furnished.url)
    page.get_by_role("button", name="Delete Twice").click()
    expect(page.get_by_text("No entry yet.")).to_be_visible()
    assert reported(furnished) == []
    page.get_by_role("link", name="Add it again").click()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("status")).to_contain_text("Added")
    (entry,) = reported(furnished)
    assert (entry["description"], entry["timeInterval"]["duration"]) == ("Twice", 600)
    assert [tag["name"] for tag in entry["tags"]] == ["Urgent"]


def test_mistakes_stand_beside_their_fields_and_nothing_typed_is_lost(
    furnished: ClockifySandbox, open_page: OpenPage
) -> None:
    page = open_page(f"{furnished.url}/sandbox/pages/entries/new", java_script_enabled=False)
    page.get_by_label("Project").select_option(label="App")
    page.get_by_label("Task").select_option(label="Design")
    fill(page, "2021-11-15T10:00:00", "2021-11-15T09:00:00", NASTY)
    page.get_by_label("Urgent").check()
    page.get_by_label("Billable").uncheck()
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#end-mistake")).to_have_text("The end is before the start.")
    expect(page.locator("#task-mistake")).to_contain_text("belongs to the project Website")
    expect(page.get_by_label("End", exact=True)).to_have_attribute("aria-describedby", "end-mistake")
    expect(page.get_by_label("Description")).to_have_value(NASTY)
    expect(page.get_by_label("Start", exact=True)).to_have_value("2021-11-15T10:00")
    expect(page.get_by_label("Urgent")).to_be_checked()
    expect(page.get_by_label("Billable")).not_to_be_checked()
    assert len(furnished.company.entries) == 0


def test_descriptions_with_markup_show_as_text(furnished: ClockifySandbox, open_page: OpenPage) -> None:
    furnished.company.add_entry(datetime(2021, 11, 2, 8, tzinfo=UTC), 600, description=NASTY)
    page = open_page(furnished.url)
    expect(page.locator(".description")).to_have_text(NASTY)
    page.get_by_role("link", name="Edit").click()
    expect(page.get_by_label("Description")).to_have_value(NASTY)
    assert page.evaluate("window.broken") is None


def test_the_list_is_filtered_and_paged_newest_first(furnished: ClockifySandbox, open_page: OpenPage) -> None:
    for number in range(60):
        start = datetime(2021, 11, 1 + number // 24, number % 24, tzinfo=UTC)
        furnished.company.add_entry(start, 60, description=f"Entry {number}", user="Berta Berlin")
    page = open_page(furnished.url)
    lines = page.locator("tbody tr")
    expect(lines).to_have_count(50)
    expect(lines.first).to_contain_text("Entry 59")
    page.get_by_role("link", name="Older").click()
    expect(lines).to_have_count(10)
    expect(lines.last).to_contain_text("Entry 0")
    page.get_by_label("Text").fill("ENTRY 5")
    page.get_by_role("button", name="Filter").click()
    expect(lines).to_have_count(11)
    page.get_by_label("Text").fill("")
    page.get_by_label("Day").fill(date(2021, 11, 2).isoformat())
    page.get_by_role("button", name="Filter").click()
    # The day of Berlin begins an hour before that of UTC.
    expect(lines).to_have_count(24)
    expect(lines.last).to_contain_text("Entry 23")


def test_an_entry_that_a_program_adds_appears_without_a_reload(furnished: ClockifySandbox, open_page: OpenPage) -> None:
    page = open_page(furnished.url)
    expect(page.get_by_text("No entry yet.")).to_be_visible()
    furnished.company.add_entry(datetime(2021, 11, 2, 8, tzinfo=UTC), None, description="From elsewhere")
    line = page.locator("tbody tr")
    expect(line).to_contain_text("From elsewhere")
    expect(line).to_contain_text("running")


def test_tasks_follow_the_project_that_is_chosen(furnished: ClockifySandbox, open_page: OpenPage) -> None:
    page = open_page(f"{furnished.url}/sandbox/pages/entries/new")
    page.get_by_label("Project").select_option(label="Website · Acme")
    page.get_by_label("Task").select_option(label="Design")
    page.get_by_label("Project").select_option(label="App")
    assert page.get_by_label("Task").input_value() == ""
    page.get_by_label("User").select_option(label="Berta Berlin (Europe/Berlin)")
    expect(page.locator("[data-zone-name]")).to_have_text("Europe/Berlin")
