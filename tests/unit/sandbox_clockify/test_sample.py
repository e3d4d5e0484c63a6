"""The sample company: the same every time, and with everything in it that is awkward."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from sheetsync.sandbox.clockify import Company
from sheetsync.sandbox.clockify.entries import Entry

TODAY = date(2026, 11, 20)


@pytest.fixture(scope="module")
def company() -> Company:
    return Company.sample(TODAY)


def day(entry: Entry, zone: str = "UTC") -> date:
    return datetime.fromtimestamp(entry.start, ZoneInfo(zone)).date()


def test_the_same_arguments_give_the_same_company() -> None:
    one, other = (Company.sample(TODAY, entries=600) for _ in range(2))
    assert list(one.entries) == list(other.entries)
    assert (one.projects, one.users, one.expenses) == (other.projects, other.users, other.expenses)
    assert list(Company.sample(TODAY, entries=600, seed=7).entries) != list(one.entries)


def test_it_has_at_least_forty_thousand_entries_over_two_years(company: Company) -> None:
    recent = [entry for entry in company.entries if day(entry) >= TODAY - timedelta(days=731)]
    assert len(recent) >= 40_000
    assert max(day(entry) for entry in recent) == TODAY


@pytest.mark.parametrize("count", [500, 5000])
def test_it_has_about_as_many_entries_as_asked(count: int) -> None:
    assert abs(len(Company.sample(TODAY, entries=count).entries) - count) < 10


@pytest.mark.parametrize("today", [TODAY, date(2024, 2, 29)])
def test_november_2021_is_the_same_whatever_the_day(today: date) -> None:
    found = [
        entry
        for entry in Company.sample(today, entries=500).entries
        if date(2021, 11, 1) <= day(entry) < date(2021, 12, 1)
    ]
    assert 60 <= len(found) <= 150
    start = [(entry.start, entry.seconds, entry.description) for entry in found]
    reference = [entry for entry in Company.sample(TODAY, entries=500).entries if day(entry).year == 2021]
    assert start == [(entry.start, entry.seconds, entry.description) for entry in reference]


def test_numbers_are_unique_and_starts_ascend(company: Company) -> None:
    entries = list(company.entries)
    assert len({entry.id for entry in entries}) == len(entries)
    assert all(one.start <= other.start for one, other in pairwise(entries))


def test_the_people_are_twelve_in_three_zones_and_one_is_deleted(company: Company) -> None:
    assert len({user.time_zone for user in company.users.values()}) == 3
    assert Counter(user.status for user in company.users.values()) == {"ACTIVE": 11, "INACTIVE": 1, "DELETED": 1}
    worked = {entry.user_id for entry in company.entries}
    assert worked == set(company.users)


def test_the_directory_has_its_special_cases(company: Company) -> None:
    projects = company.projects.values()
    assert [project.name for project in projects if project.archived] == ["Menu designer"]
    assert [project.name for project in projects if project.client_id is None] == ["Internal"]
    assert {client.currency for client in company.clients.values()} == {None, "EUR"}
    assert any("," in tag.name for tag in company.tags.values())
    assert any(project.member_hourly for project in projects)
    assert any(task.status == "DONE" for task in company.tasks.values())
    assert company.groups
    assert company.custom_fields
    assert len(company.expenses) > 300


def test_november_2021_has_the_awkward_entries(company: Company) -> None:
    found = [entry for entry in company.entries if day(entry).year == 2021]
    texts = [entry.description for entry in found]
    for start in "=+-@":
        assert any(text.startswith(start) for text in texts), start
    assert any("\n" in text for text in texts)
    assert any("🔴" in text for text in texts)
    assert any('"' in text for text in texts)
    assert "" in texts
    assert max(map(len, texts)) > 2000
    assert max(entry.seconds or 0 for entry in found) > 86_400
    assert any(
        day(entry, "Europe/Berlin") != day(entry._replace(start=entry.start + (entry.seconds or 0)), "Europe/Berlin")
        for entry in found
    )


def test_entries_differ_in_everything_a_report_shows(company: Company) -> None:
    entries = list(company.entries)
    assert {entry.kind for entry in entries} == {"REGULAR", "BREAK", "HOLIDAY", "TIME_OFF"}
    assert {len(entry.tag_ids) for entry in entries} == {0, 1, 2, 3}
    for test in (
        lambda entry: entry.project_id is None,
        lambda entry: entry.project_id is not None and entry.task_id is None,
        lambda entry: entry.billable,
        lambda entry: not entry.billable,
        lambda entry: entry.approved,
        lambda entry: entry.approval_id is not None and not entry.approved,
        lambda entry: entry.approval_id is None,
        lambda entry: entry.invoice is not None,
        lambda entry: entry.custom,
    ):
        assert any(test(entry) for entry in entries)


def test_one_timer_runs(company: Company) -> None:
    running = [entry for entry in company.entries if entry.seconds is None]
    assert [(day(entry), entry.user_id) for entry in running] == [(TODAY, company.owner.id)]


def test_nights_of_clock_changes_are_worked_through(company: Company) -> None:
    nights = [entry for entry in company.entries if entry.description == "Night shift over the clock change"]
    assert {entry.seconds for entry in nights} == {7 * 3600, 9 * 3600}
    assert len(nights) == 2 * 2 * 3


def test_tasks_belong_to_the_project_of_their_entry(company: Company) -> None:
    for entry in company.entries:
        if entry.task_id is not None:
            assert company.tasks[entry.task_id].project_id == entry.project_id


def test_a_member_joined_by_name_can_be_given_work() -> None:
    company = Company.empty()
    company.add_project("Web")
    made = company.add_entry(datetime(2021, 11, 3, tzinfo=UTC), 60, user="Robin Regular", project="Web")
    assert company.entry(made).user_id == company.member.id
