"""The builders, and the store of entries behind them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sheetsync.sandbox.clockify import Company
from sheetsync.sandbox.clockify.entries import ID_PREFIX, Entries, Entry, number_of

NINE = datetime(2021, 11, 3, 9, tzinfo=UTC)


def test_an_entry_can_be_added_edited_and_deleted() -> None:
    company = Company.empty()
    company.add_project("Web")
    company.add_task("Design", "Web")
    made = company.add_entry(NINE, 60, project="Web", task="Design", description="x")
    company.edit_entry(made, start=NINE + timedelta(hours=1), seconds=5, task=None)
    entry = company.entry(made)
    assert (entry.start, entry.seconds, entry.task_id) == (int(NINE.timestamp()) + 3600, 5, None)
    assert (entry.project_id, entry.description) == (next(iter(company.projects)), "x")
    company.delete_entry(made)
    assert len(company.entries) == 0
    with pytest.raises(KeyError):
        company.entry(made)


def test_every_change_is_counted() -> None:
    company = Company.empty()
    versions = [company.version]
    made = company.add_entry(NINE, 60)
    versions.append(company.version)
    company.edit_entry(made, seconds=61)
    versions.append(company.version)
    company.change(company.users, "Olivia Owner", name="Olivia")
    versions.append(company.version)
    company.delete_entry(made)
    versions.append(company.version)
    company.start_over()
    versions.append(company.version)
    assert versions == sorted(set(versions))


def test_what_does_not_exist_is_a_key_error_that_names_what_does() -> None:
    company = Company.empty()
    company.add_project("Web")
    with pytest.raises(KeyError, match="Web"):
        company.add_entry(NINE, 60, project="Wep")


def test_a_task_is_sought_in_the_project_of_the_entry() -> None:
    company = Company.empty()
    for name in ("One", "Two"):
        company.add_project(name)
        company.add_task("Design", name)
    made = company.add_entry(NINE, 60, project="Two", task="Design")
    task = company.tasks[company.entry(made).task_id or ""]
    assert company.projects[task.project_id].name == "Two"


def test_a_time_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        Company.empty().add_entry(datetime(2021, 11, 3, 9), 60)  # noqa: DTZ001  # that is the point


def test_starting_over_gives_the_same_ids() -> None:
    company = Company.empty()
    owner = company.owner
    company.add_project("Web")
    company.start_over()
    assert company.owner == owner
    assert not company.projects


@pytest.mark.parametrize("text", ["", "x", ID_PREFIX, ID_PREFIX + "00000g", ID_PREFIX + "0000001", "0" * 24])
def test_an_id_of_another_kind_is_no_entry(text: str) -> None:
    assert number_of(text) is None
    assert number_of(Entry(0, 77, 1, "u").id) == 77


MADE = st.lists(st.tuples(st.integers(0, 300), st.one_of(st.none(), st.integers(0, 120))), max_size=25)


@given(made=MADE, first=st.integers(-10, 310), length=st.integers(0, 120))
def test_bisection_finds_what_a_scan_finds(made: list[tuple[int, int | None]], first: int, length: int) -> None:
    entries = Entries()
    for start, seconds in made:
        entries.add(Entry(start, entries.next_number(), seconds, "u"))
    every, end = list(entries), first + length
    assert every == sorted(every)
    assert entries.starting(first, end) == [entry for entry in every if first <= entry.start <= end]
    touching = [
        entry
        for entry in every
        if entry.start < end and (entry.start >= first or entry.seconds is None or entry.start + entry.seconds > first)
    ]
    assert {entry for entry in entries.touching(first, end) if entry.seconds is not None} == {
        entry for entry in touching if entry.seconds is not None
    }
