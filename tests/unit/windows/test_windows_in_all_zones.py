"""No day is missing and none is doubled, whatever a zone does to its clocks."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from sheetsync.windows import macros, periods, wallclock
from sheetsync.windows.periods import Unit
from sheetsync.windows.window import Window, resolve
from tests.drawing import examples

MODERATE = examples(200)
DAY, HOUR, SECOND = timedelta(days=1), timedelta(hours=1), timedelta(seconds=1)
ZONES = sorted(name for name in available_timezones() if not name.startswith(("posix/", "right/")))
SKIPPED_MIDNIGHTS = [
    ("America/Sao_Paulo", date(2018, 11, 4)),
    ("Africa/Cairo", date(2026, 4, 24)),
    ("Asia/Beirut", date(2026, 3, 29)),
    ("Pacific/Apia", date(2011, 12, 30)),
]
zones = st.sampled_from(ZONES).map(ZoneInfo)


def changes(zone: ZoneInfo, year: int) -> list[datetime]:
    """The instants of a year at which the zone's offset changes, to the second."""
    days = [datetime(year, 1, 1, tzinfo=UTC) + DAY * day for day in range(367)]
    found = []
    for before, after in pairwise(days):
        low, high = before, after
        while offset(low, zone) != offset(high, zone) and high - low > SECOND:
            middle = (low + (high - low) / 2).replace(microsecond=0)
            low, high = (middle, high) if offset(middle, zone) == offset(low, zone) else (low, middle)
        if offset(low, zone) != offset(high, zone):
            found.append(high)
    return found


def offset(instant: datetime, zone: ZoneInfo) -> timedelta | None:
    return instant.astimezone(zone).utcoffset()


@st.composite
def near_changes(draw: st.DrawFn) -> tuple[ZoneInfo, datetime]:
    """A zone and an instant, most often within two days of a change of the zone's clocks."""
    zone, year = draw(zones), draw(st.integers(1975, 2037))
    instant = draw(st.sampled_from(changes(zone, year) or [datetime(year, 7, 1, tzinfo=UTC)]))
    return zone, instant + draw(st.timedeltas(-2 * DAY, 2 * DAY) | st.integers(-48, 48).map(lambda hours: hours * HOUR))


def day_window(day: date, zone: ZoneInfo) -> Window:
    midnight = datetime.combine(day, time())
    return Window(midnight, midnight + DAY, zone.key)


@MODERATE
@given(near_changes())
def test_each_instant_lies_in_the_window_of_exactly_one_day(near: tuple[ZoneInfo, datetime]) -> None:
    zone, instant = near
    today = instant.astimezone(zone).date()
    days = [day_window(today + DAY * step, zone) for step in (-2, -1, 0, 1, 2)]
    assert all(day.start_instant <= day.end_instant for day in days)
    assert all(day.end_instant == following.start_instant for day, following in pairwise(days))
    assert sum(day.start_instant <= instant < day.end_instant for day in days) == 1


@pytest.mark.parametrize(("zone", "day"), SKIPPED_MIDNIGHTS)
def test_a_day_whose_midnight_is_skipped_begins_when_the_day_before_ends(zone: str, day: date) -> None:
    before, on = day_window(day - DAY, ZoneInfo(zone)), day_window(day, ZoneInfo(zone))
    assert before.end_instant == on.start_instant
    assert (before.end_instant - SECOND).astimezone(ZoneInfo(zone)).date() == day - DAY
    assert on.start_instant.astimezone(ZoneInfo(zone)).date() > day - DAY
    assert (before.days, on.days) == (1, 1)


@MODERATE
@given(near_changes(), st.timedeltas(timedelta(0), 3 * DAY))
def test_a_later_time_on_the_wall_is_never_an_earlier_instant(
    near: tuple[ZoneInfo, datetime], ahead: timedelta
) -> None:
    zone, instant = near
    local = instant.astimezone(zone).replace(tzinfo=None)
    assert wallclock.instant_of(local, zone) <= wallclock.instant_of(local + ahead, zone)


@MODERATE
@given(near_changes())
def test_what_the_clock_shows_at_an_instant_leads_back_to_it(near: tuple[ZoneInfo, datetime]) -> None:
    zone, instant = near
    local = wallclock.local_time(instant, zone)
    assert not wallclock.is_skipped(local, zone)
    assert instant in {wallclock.instant_of(local, zone), wallclock.second_instant_of(local, zone)}


@MODERATE
@given(near_changes(), st.integers(0, 6))
def test_the_windows_of_adjoining_periods_part_the_calendar(near: tuple[ZoneInfo, datetime], week_start: int) -> None:
    zone, now = near
    for unit in ("week", "month", "quarter", "year"):
        texts = [f"{{{{{which}{unit}start}}}}" for which in ("last", "this", "next")]
        last, this = (resolve(a, b, now, zone, week_start) for a, b in pairwise(texts))
        assert last.end_instant == this.start_instant
        assert last.last_day + DAY == this.first_day
        assert this.contains_day(now.astimezone(zone).date())
        assert macros.expand(f"{{{{this{unit}end}}}}", now, zone, week_start) == this.last_day.isoformat()


@MODERATE
@given(near_changes())
def test_the_default_window_ends_with_today_and_reaches_back_a_month(near: tuple[ZoneInfo, datetime]) -> None:
    zone, now = near
    window = resolve(None, None, now, zone)
    assert window.last_day == now.astimezone(zone).date()
    assert 29 <= window.days <= 32
    assert window.start < now.astimezone(zone).replace(tzinfo=None) < window.end
    assert window.start.fold == window.end.fold == 0


@MODERATE
@given(near_changes())
def test_reading_the_last_hour_each_hour_loses_no_hour(near: tuple[ZoneInfo, datetime]) -> None:
    zone, first = near
    read = [resolve("{{lasthourstart}}", "{{thishourstart}}", first + hour * HOUR, zone) for hour in range(30)]
    assert all(following.start <= window.end for window, following in pairwise(read))


@MODERATE
@example(datetime.fromisoformat("2024-02-29"), -12)
@given(st.datetimes(datetime.fromisoformat("1900-01-01"), datetime.fromisoformat("2100-01-01")), st.integers(-999, 999))
def test_a_step_of_months_stays_in_the_month_aimed_at(local: datetime, months: int) -> None:
    moved = periods.step(local, months, Unit.MONTH)
    assert (moved.year - local.year) * 12 + moved.month - local.month == months
    assert moved.time() == local.time()
    assert moved.day == local.day or (moved.day < local.day and (moved + DAY).day == 1)
