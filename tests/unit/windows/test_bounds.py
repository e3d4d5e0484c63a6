"""The texts of a start and an end, as somebody writes them into a configuration."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from sheetsync.errors import WindowError
from sheetsync.windows import bounds

NOW = datetime(2026, 8, 26, 9, 30, tzinfo=UTC)
BERLIN = ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize(
    ("text", "local"),
    [
        ("2021-11-01", "2021-11-01T00:00"),
        (" 2021-11-01 ", "2021-11-01T00:00"),
        ("2021-11-01T08:30", "2021-11-01T08:30"),
        ("2021-11-01 08:30:15", "2021-11-01T08:30:15"),
        ("2021-11-01T08:30:15.25", "2021-11-01T08:30:15.250"),
        ("{{today}}", "2026-08-26T00:00"),
        ("{{today}}T08:00", "2026-08-26T08:00"),
        ("{{today.format(YYYY-MM)}}-01", "2026-08-01T00:00"),
    ],
)
def test_a_bound_is_read_on_the_clock_of_the_wall(text: str, local: str) -> None:
    assert bounds.read(text, NOW, BERLIN) == datetime.fromisoformat(local)
    assert bounds.validate(text) == []


@pytest.mark.parametrize("text", ["{{now}}", "{{ now }} ", "{{now.format(YYYY-MM-DD HH:mmZ)}}"])
def test_the_offset_that_a_macro_prints_does_not_move_the_time(text: str) -> None:
    assert bounds.read(text, NOW, BERLIN) == datetime.fromisoformat("2026-08-26T11:30")
    assert bounds.validate(text) == []


@pytest.mark.parametrize(
    "text",
    ["2021-11-01T00:00:00+02:00", "2021-11-01T00:00:00Z", "2021-11-01T00:00 -0500", "{{today}}T00:00:00Z"],
)
def test_an_offset_written_by_hand_is_an_error_that_names_time_zone(text: str) -> None:
    (problem,) = bounds.validate(text)
    assert "local time without an offset" in problem.message
    assert "set time_zone" in problem.todo


@pytest.mark.parametrize(
    ("text", "instead"),
    [
        ("01.11.2021", "Write 2021-11-01."),
        ("11/01/2021", "Write 2021-01-11 or 2021-11-01."),
        ("25/12/2021", "Write 2021-12-25."),
        ("2021/11/1", "Write 2021-11-01."),
        ("31.02.2021", "YYYY-MM-DD"),
        ("2021-13-01", "YYYY-MM-DD"),
        ("2021-02-29", "YYYY-MM-DD"),
        ("2021-11-01T24:00", "YYYY-MM-DD"),
        ("2021-11", "YYYY-MM-DD"),
        ("yesterday", "YYYY-MM-DD"),
        ("", "YYYY-MM-DD"),
        ("{{today.format(DD.MM.YYYY)}}", "YYYY-MM-DD"),
        ("{{tody}}", "{{today}}"),
    ],
)
def test_what_is_not_a_date_is_told_with_what_to_write(text: str, instead: str) -> None:
    (problem,) = bounds.validate(text)
    assert instead in problem.todo
    assert text in problem.message
    with pytest.raises(WindowError):
        bounds.read(text, NOW, BERLIN)


def test_all_unknown_macros_of_a_bound_are_told_at_once() -> None:
    assert [problem.offset for problem in bounds.validate("{{tody}}T{{nwo}}")] == [0, 9]


def test_an_end_without_a_start_is_warned_of() -> None:
    (warning,) = bounds.warnings(None, "2021-12-01")
    assert "end is not used without start" in warning


@pytest.mark.parametrize(
    ("end", "instead"),
    [
        ("{{lastmonthend}}", "{{thismonthstart}}"),
        ("{{ Last Month End }}", "{{thismonthstart}}"),
        ("{{thismonthend}}", "{{nextmonthstart}}"),
        ("{{thisweekend}}", "{{nextweekstart}}"),
        ("{{lastquarterend.format(YYYY-MM-DD)}}", "{{thisquarterstart}}"),
        ("{{endofyear}}", "{{nextyearstart}}"),
        ("{{nextquarterend}}", "{{2quartersfromnow.startof(quarter)}}"),
        ("{{2monthsago.endof(month)}}", "{{lastmonthstart}}"),
        ("{{3monthsago.endof(month)}}", "{{2monthsago.startof(month)}}"),
        ("{{today.endof(month)}}", "{{nextmonthstart}}"),
        ("{{yesterday.endof(day)}}", "{{today}}"),
        ("{{2daysfromnow.endof(day)}}", "{{3daysfromnow}}"),
        ("{{10daysago.endof(month)}}", "the first moment after it"),
        ("{{lasthourend}}", "{{thishourstart}}"),
        ("{{nexthourend}}", "the first moment after it"),
        ("{{now.endof(day)}}", "{{tomorrow}}"),
        ("{{lastmonthend}}T23:59:59", "{{thismonthstart}}"),
        ("{{monthago}}T23:59:59", "the first moment after it"),
        ("{{today}}T11:59:59", "the first moment after it"),
        ("2021-11-30T23:59:59.999", "2021-12-01"),
        ("2021-11-30T11:59:59", "2021-11-30T12:00:00"),
        ("9999-12-31T23:59:59", "the first moment after it"),
    ],
)
def test_an_end_that_leaves_out_its_last_day_or_second_is_warned_of(end: str, instead: str) -> None:
    (warning,) = bounds.warnings("2021-01-01", end)
    assert "leaves out the last" in warning
    assert warning.endswith(f"Write {instead}.")


@pytest.mark.parametrize(
    "end",
    [None, "2021-11-30", "{{today}}", "{{thismonthstart}}", "{{lastmonthend.startof(month)}}", "{{now}}", "rubbish"],
)
def test_an_end_that_is_meant_as_it_stands_is_not_warned_of(end: str | None) -> None:
    assert bounds.warnings("2021-01-01", end) == []


def test_the_start_of_a_window_may_be_the_end_of_a_month() -> None:
    assert bounds.warnings("{{lastmonthend}}", None) == []
