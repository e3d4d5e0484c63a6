"""Splitting a window: the pieces cover it exactly and none is longer than asked for."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sheetsync.errors import WindowError
from sheetsync.windows import periods, splitting
from sheetsync.windows.periods import Unit
from sheetsync.windows.window import Window
from tests.drawing import examples

MODERATE = examples(150)
EARLIEST, LATEST = datetime.fromisoformat("1990-01-01"), datetime.fromisoformat("2050-01-01")


@st.composite
def windows(draw: st.DrawFn, longest: timedelta) -> Window:
    start = draw(st.datetimes(EARLIEST, LATEST) | st.dates(EARLIEST.date(), LATEST.date()).map(_midnight))
    length = draw(st.timedeltas(timedelta(microseconds=1), longest) | st.integers(1, longest.days).map(_days))
    return Window(start, start + length, "Europe/Berlin")


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day)  # noqa: DTZ001 - a window's bounds are wall-clock times


def _days(count: int) -> timedelta:
    return timedelta(days=count)


def window(start: str, end: str) -> Window:
    return Window(datetime.fromisoformat(start), datetime.fromisoformat(end), "Europe/Berlin")


def bounds(pieces: list[Window]) -> list[tuple[str, str]]:
    return [(f"{piece.start:%Y-%m-%d}", f"{piece.end:%Y-%m-%d}") for piece in pieces]


def covers(pieces: list[Window], whole: Window) -> bool:
    meet = all(a.end == b.start and a.end_instant == b.start_instant for a, b in pairwise(pieces))
    return meet and (pieces[0].start, pieces[-1].end, pieces[0].zone) == (whole.start, whole.end, whole.zone)


@MODERATE
@given(windows(timedelta(days=400)), st.integers(1, 40))
def test_pieces_of_days_cover_the_window_exactly(whole: Window, days: int) -> None:
    pieces = splitting.by_days(whole, days)
    assert covers(pieces, whole)
    assert all(piece.end - piece.start <= timedelta(days=days) for piece in pieces)
    assert len(pieces) == -(-(whole.end - whole.start) // timedelta(days=days))


@MODERATE
@given(windows(timedelta(days=4000)))
def test_pieces_of_years_cover_the_window_exactly(whole: Window) -> None:
    pieces = splitting.by_years(whole)
    assert covers(pieces, whole)
    assert all(piece.end <= periods.step(piece.start, 1, Unit.YEAR) for piece in pieces)


@MODERATE
@given(windows(timedelta(days=100)), st.integers(0, 6))
def test_weeks_cover_the_windows_days_and_no_week_is_idle(whole: Window, week_start: int) -> None:
    weeks = splitting.by_weeks(whole, week_start)
    days = [week.start + timedelta(days=day) for week in weeks for day in range(week.window.days)]
    assert all(week.start == week.window.first_day and week.start.weekday() == week_start for week in weeks)
    assert all(week.window.days == 7 for week in weeks)
    assert len(set(days)) == len(days)
    assert len([day for day in days if whole.contains_day(day)]) == whole.days
    assert all(any(whole.contains_day(week.start + timedelta(days=day)) for day in range(7)) for week in weeks)


def test_a_window_that_fits_stays_one_piece() -> None:
    november = window("2021-11-01", "2021-12-01")
    assert splitting.by_days(november, 30) == splitting.by_years(november) == [november]


def test_the_default_window_of_32_days_becomes_two_on_the_free_plan() -> None:
    pieces = splitting.by_days(window("2026-07-26", "2026-08-27"), 31)
    assert bounds(pieces) == [("2026-07-26", "2026-08-26"), ("2026-08-26", "2026-08-27")]


def test_pieces_keep_the_windows_time_of_day() -> None:
    pieces = splitting.by_days(window("2026-03-28T08:30", "2026-03-30T12:00"), 1)
    assert [piece.start.isoformat(timespec="minutes") for piece in pieces] == [
        "2026-03-28T08:30",
        "2026-03-29T08:30",
        "2026-03-30T08:30",
    ]


def test_a_year_from_the_29_of_february_ends_on_the_28th_and_none_is_longer() -> None:
    pieces = splitting.by_years(window("2020-02-29", "2024-03-01"))
    assert [start for start, _ in bounds(pieces)] == [
        "2020-02-29",
        "2021-02-28",
        "2022-02-28",
        "2023-02-28",
        "2024-02-28",
    ]


def test_weeks_begin_on_the_asked_day() -> None:
    weeks = splitting.by_weeks(window("2021-11-03", "2021-11-08"), week_start=6)
    assert [week.start for week in weeks] == [date(2021, 10, 31), date(2021, 11, 7)]


def test_a_piece_of_no_days_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one day"):
        splitting.by_days(window("2021-11-01", "2021-12-01"), 0)


def test_the_last_year_of_the_calendar_can_be_split() -> None:
    end_of_time = window("9998-06-01", "9999-12-31")
    assert covers(splitting.by_years(end_of_time), end_of_time)
    assert covers(splitting.by_days(end_of_time, 31), end_of_time)
    with pytest.raises(WindowError, match="0001 to 9999"):
        splitting.by_weeks(end_of_time)
