"""The form of a time entry over changes of the clock, and the runs of rows: decisions without a server."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from sheetsync.sandbox.clockify import Company
from sheetsync.sandbox.google.styles import style
from sheetsync.sandbox.pages.entry_form import Change, Filled, Mistakes, checked
from sheetsync.sandbox.pages.entry_list import Wanted, page
from sheetsync.sandbox.pages.look import look_of
from sheetsync.sandbox.pages.outline import runs


@pytest.fixture
def company() -> Company:
    """A company whose owner lives in Berlin, where the clocks go back on 2021-10-31 and forward on 2021-03-28."""
    made = Company.empty()
    made.change(made.users, made.owner.id, time_zone="Europe/Berlin")
    return made


def filled(company: Company, start: str, end: str = "") -> Filled:
    return Filled(user=company.owner.id, start=start, end=end)


def change(form: Filled, company: Company) -> Change:
    result = checked(form, company)
    assert isinstance(result, Change), result
    return result


def mistakes(form: Filled, company: Company) -> Mistakes:
    result = checked(form, company)
    assert isinstance(result, Mistakes)
    return result


def test_times_are_those_of_the_users_zone(company: Company) -> None:
    asked = change(filled(company, "2021-11-15T09:00", "2021-11-15 10:00:30"), company)
    assert asked.start == datetime(2021, 11, 15, 8, tzinfo=UTC)
    assert asked.seconds == 3630


def test_a_night_of_a_clock_change_has_its_true_length(company: Company) -> None:
    assert change(filled(company, "2021-10-31T01:00", "2021-10-31T04:00"), company).seconds == 4 * 3600
    assert change(filled(company, "2021-03-28T01:00", "2021-03-28T04:00"), company).seconds == 2 * 3600


def test_a_time_that_the_clocks_skip_is_a_mistake(company: Company) -> None:
    assert "skip" in mistakes(filled(company, "2021-03-28T02:30", "2021-03-28T04:00"), company).start


def test_an_end_in_the_hour_that_comes_twice_is_not_before_its_start(company: Company) -> None:
    assert change(filled(company, "2021-10-31T02:45", "2021-10-31T02:15"), company).seconds == 1800


@pytest.mark.parametrize("hour", [0, 1])
def test_an_entry_in_the_hour_that_comes_twice_stays_where_it_is(company: Company, hour: int) -> None:
    start = datetime(2021, 10, 31, hour, 20, 5, tzinfo=UTC)
    entry = company.entry(company.add_entry(start, 600))
    result = checked(replace(Filled.of(entry, company), description="changed"), company, entry)
    assert isinstance(result, Change)
    assert (result.start, result.seconds, result.description) == (start, 600, "changed")


def test_an_entry_without_an_end_is_a_running_timer(company: Company) -> None:
    assert change(filled(company, "2021-11-15T09:00"), company).seconds is None


@pytest.mark.parametrize("start", ["", "yesterday", "2021-11-15T09:00+01:00", "0001-01-01T00:00", "9999-12-31T23:59"])
def test_a_start_that_is_no_local_time_is_a_mistake(company: Company, start: str) -> None:
    assert mistakes(filled(company, start), company).start


def test_things_that_do_not_exist_are_mistakes(company: Company) -> None:
    form = Filled(
        user="nobody", project="none", task="none", tags=("none",), description="x" * 3001, start="2021-11-15"
    )
    found = mistakes(form, company)
    assert all((found.user, found.project, found.task, found.tags, found.description))


def test_a_new_form_proposes_the_last_full_hour_of_the_owner(company: Company) -> None:
    form = Filled.new(company, datetime(2021, 11, 15, 9, 40, tzinfo=UTC))
    assert (form.start, form.end) == ("2021-11-15T09:00:00", "2021-11-15T10:00:00")


def test_the_day_of_a_filter_is_the_day_of_each_user(company: Company) -> None:
    company.add_entry(datetime(2021, 11, 14, 23, 30, tzinfo=UTC), 60)
    member = company.member.name
    company.add_entry(datetime(2021, 11, 14, 23, 30, tzinfo=UTC), 60, user=member)
    (line,) = page(company, Wanted(day=date(2021, 11, 15))).lines
    assert line.user == company.owner.name


def test_rows_are_told_as_runs_of_equal_size() -> None:
    special: dict[int, dict[str, Any]] = {
        2: {"pixelSize": 40},
        3: {"pixelSize": 40},
        5: {"hiddenByUser": True},
        99: {"pixelSize": 1},
    }
    assert runs(8, 21, special, frozenset({6})) == ((2, 21), (2, 40), (1, 21), (2, 0), (1, 21))
    assert runs(0, 21, {}) == ()


def test_black_text_follows_the_page_unless_it_stands_on_a_colour() -> None:
    black: dict[str, Any] = {"textFormat": {"foregroundColor": {}}}
    assert look_of(style(black)).colour == ""
    assert look_of(style({**black, "backgroundColor": {"red": 1}})).colour == "#000000"
    assert look_of(style({"backgroundColor": {"red": 1, "green": 1, "blue": 1}})).background == ""
