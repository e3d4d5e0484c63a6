"""The window of a job: the four rules, what a window says of itself, and nights in which the clocks change."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from sheetsync.errors import WindowError
from sheetsync.windows.window import Window, resolve

NOW = datetime(2026, 8, 26, 9, tzinfo=UTC)
BERLIN = ZoneInfo("Europe/Berlin")


def window(start: str, end: str, zone: str = "Europe/Berlin") -> Window:
    return Window(datetime.fromisoformat(start), datetime.fromisoformat(end), zone)


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        (None, None, ("2026-07-26", "2026-08-27")),
        ("2021-11-01", None, ("2021-11-01", "2021-12-01")),
        ("2021-01-31T08:30", None, ("2021-01-31T08:30", "2021-02-28T08:30")),
        (None, "2021-12-01", ("2026-07-26", "2026-08-27")),
        ("2021-11-01", "2021-12-01", ("2021-11-01", "2021-12-01")),
        ("{{lastmonthstart}}", "{{thismonthstart}}", ("2026-07-01", "2026-08-01")),
        ("{{thismonthstart}}T06:00", "{{now}}", ("2026-08-01T06:00", "2026-08-26T11:00")),
    ],
)
def test_the_window_follows_the_four_rules(start: str | None, end: str | None, expected: tuple[str, str]) -> None:
    assert resolve(start, end, NOW, BERLIN) == window(*expected)


def test_the_default_window_is_that_of_the_day_in_the_jobs_zone() -> None:
    late = datetime(2026, 8, 26, 22, 30, tzinfo=UTC)
    assert resolve(None, None, late, BERLIN) == window("2026-07-27", "2026-08-28")


def test_an_end_that_is_not_used_is_not_even_read() -> None:
    assert resolve(None, "rubbish", NOW, BERLIN).days == 32


def test_the_end_is_exclusive_so_that_first_to_first_is_the_whole_month() -> None:
    november = window("2021-11-01", "2021-12-01")
    assert (november.first_day, november.last_day, november.days) == (date(2021, 11, 1), date(2021, 11, 30), 30)
    assert november.contains_day(date(2021, 11, 30))
    assert not november.contains_day(date(2021, 12, 1))
    assert not november.contains_day(date(2021, 10, 31))


def test_a_window_that_ends_within_a_day_touches_that_day() -> None:
    assert window("2021-11-01T22:00", "2021-11-02T00:00:00.001").days == 2


@pytest.mark.parametrize("start", ["2021-12-01", "2021-12-02", "{{today}}"])
def test_a_start_that_is_not_before_the_end_is_an_error_that_shows_both(start: str) -> None:
    with pytest.raises(WindowError) as raised:
        resolve(start, "2021-12-01", NOW, BERLIN)
    assert repr(start) in raised.value.message
    assert "'2021-12-01' (2021-12-01T00:00:00)" in raised.value.message
    assert "exclusive" in raised.value.todo


def test_no_window_is_empty() -> None:
    with pytest.raises(WindowError, match="is not before"):
        window("2021-11-01", "2021-11-01")


def test_a_window_has_no_offset() -> None:
    with pytest.raises(ValueError, match="without an offset"):
        Window(NOW, NOW, "UTC")


@pytest.mark.parametrize(("start", "now"), [("9999-12-15", "2026-08-26"), (None, "9999-12-31"), (None, "0001-01-15")])
def test_a_window_beyond_the_calendar_is_an_error_that_can_be_explained(start: str | None, now: str) -> None:
    with pytest.raises(WindowError, match="0001 to 9999"):
        resolve(start, None, datetime.fromisoformat(now).replace(tzinfo=UTC), ZoneInfo("UTC"))


def test_an_instant_beyond_the_calendar_is_an_error_that_can_be_explained() -> None:
    with pytest.raises(WindowError, match="0001 to 9999"):
        _ = window("0001-01-01", "0001-01-02", "Asia/Tokyo").start_instant


def test_now_without_a_time_zone_is_refused_rather_than_guessed() -> None:
    with pytest.raises(ValueError, match="needs a time zone"):
        resolve("{{today}}", None, NOW.replace(tzinfo=None), BERLIN)


@pytest.mark.parametrize(
    ("start", "end", "words"),
    [
        ("2021-11-01", "2021-12-01", "2021-11-01 → 2021-11-30 (30 days, Europe/Berlin)"),
        ("2021-11-01", "2021-11-02", "2021-11-01 → 2021-11-01 (1 day, Europe/Berlin)"),
        ("2021-11-01T08:00", "2021-11-03", "2021-11-01 08:00 → 2021-11-03 00:00 (2 days, Europe/Berlin)"),
        ("2021-11-01", "2021-11-01T17:30:15", "2021-11-01 00:00 → 2021-11-01 17:30:15 (1 day, Europe/Berlin)"),
    ],
)
def test_a_window_is_described_in_one_line(start: str, end: str, words: str) -> None:
    assert window(start, end).describe() == words


@pytest.mark.parametrize(
    ("day", "after", "hours"),
    [("2026-03-29", "2026-03-30", 23), ("2026-10-25", "2026-10-26", 25), ("2026-08-26", "2026-08-27", 24)],
)
def test_a_day_with_a_clock_change_is_one_day(day: str, after: str, hours: int) -> None:
    whole = window(day, after)
    assert whole.days == 1
    assert (whole.end_instant - whole.start_instant).total_seconds() == hours * 3600


@pytest.mark.parametrize(
    ("zone", "local", "instant"),
    [
        ("America/Sao_Paulo", "2018-11-04T00:00", "2018-11-04T03:00"),  # 00:00 to 01:00 did not exist
        ("Africa/Cairo", "2026-04-24T00:00", "2026-04-23T22:00"),
        ("Asia/Beirut", "2026-03-29T00:00", "2026-03-28T22:00"),
        ("Europe/Berlin", "2026-03-29T02:30", "2026-03-29T01:00"),  # 02:00 to 03:00 did not exist
        ("Europe/Berlin", "2026-03-29T03:00", "2026-03-29T01:00"),
        ("Europe/Berlin", "2026-10-25T02:30", "2026-10-25T00:30"),  # shown twice
        ("Pacific/Apia", "2011-12-30T00:00", "2011-12-30T10:00"),  # the whole day did not exist
        ("Pacific/Apia", "2011-12-30T15:00", "2011-12-30T10:00"),
        ("Pacific/Apia", "2011-12-31T00:00", "2011-12-30T10:00"),
        ("America/Havana", "2026-11-01T00:00", "2026-11-01T04:00"),  # 00:00 to 01:00 was shown twice
        ("Australia/Lord_Howe", "2026-10-04T02:10", "2026-10-03T15:30"),  # half an hour did not exist
    ],
)
def test_a_bound_in_a_clock_change_is_the_first_instant_that_can_be_meant(zone: str, local: str, instant: str) -> None:
    expected = datetime.fromisoformat(instant).replace(tzinfo=UTC)
    assert window(local, "2027-01-01", zone).start_instant == expected
    assert window("2000-01-01", local, zone).end_instant == expected
