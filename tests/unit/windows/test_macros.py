"""Macros: the examples that Coupler.io printed, and the rules where its pages are silent."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from sheetsync.errors import WindowError
from sheetsync.windows import macros

COUPLER = ZoneInfo("UTC")
BERLIN = ZoneInfo("Europe/Berlin")
SUNDAY = 6


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def expand(text: str, now: str = "2026-08-26T09:00", zone: ZoneInfo = COUPLER, week_start: int = 0) -> str:
    return macros.expand(text, at(now), zone, week_start)


@pytest.mark.parametrize(
    ("now", "macro", "printed"),
    [
        ("2020-12-24", "{{today}}", "2020-12-24"),
        ("2020-12-24", "{{thisweekstart}}", "2020-12-21"),
        ("2020-12-24", "{{3monthsago}}", "2020-09-24"),
        ("2023-07-04", "{{1yearfromnow}}", "2024-07-04"),
        ("2020-12-24T15:00", "{{lasthourstart}}", "2020-12-24T14:00:00Z"),
        ("2020-12-24T15:59:59", "{{lasthourstart}}", "2020-12-24T14:00:00Z"),
        ("2020-12-24T12:00", "{{5hoursago}}", "2020-12-24T07:00:00Z"),
        ("2020-12-24T15:00", "{{3hoursfromnow}}", "2020-12-24T18:00:00Z"),
        ("2020-12-24", "{{today.format(DDDD)}}", "Thursday"),
        ("2026-08-26", "{{today}}", "2026-08-26"),
        ("2026-08-26", "{{thisweekstart}}", "2026-08-24"),
        ("2026-08-26", "{{3monthsago}}", "2026-05-26"),
        ("2026-08-26", "{{1yearfromnow}}", "2027-08-26"),
    ],
)
def test_every_example_that_coupler_printed_comes_out_the_same(now: str, macro: str, printed: str) -> None:
    assert expand(macro, now) == printed


@pytest.mark.parametrize(
    ("macro", "date"),
    [
        ("yesterday", "2026-08-25"),
        ("tomorrow", "2026-08-27"),
        ("thisweekend", "2026-08-30"),
        ("lastweekstart", "2026-08-17"),
        ("lastweekend", "2026-08-23"),
        ("nextweekstart", "2026-08-31"),
        ("nextweekend", "2026-09-06"),
        ("thismonthstart", "2026-08-01"),
        ("thismonthend", "2026-08-31"),
        ("lastmonthstart", "2026-07-01"),
        ("lastmonthend", "2026-07-31"),
        ("nextmonthstart", "2026-09-01"),
        ("nextmonthend", "2026-09-30"),
        ("thisquarterstart", "2026-07-01"),
        ("thisquarterend", "2026-09-30"),
        ("lastquarterstart", "2026-04-01"),
        ("lastquarterend", "2026-06-30"),
        ("nextquarterstart", "2026-10-01"),
        ("nextquarterend", "2026-12-31"),
        ("thisyearstart", "2026-01-01"),
        ("thisyearend", "2026-12-31"),
        ("lastyearstart", "2025-01-01"),
        ("lastyearend", "2025-12-31"),
        ("nextyearstart", "2027-01-01"),
        ("nextyearend", "2027-12-31"),
        ("weekago", "2026-08-19"),
        ("monthago", "2026-07-26"),
        ("quarterago", "2026-05-26"),
        ("yearago", "2025-08-26"),
        ("2weeksago", "2026-08-12"),
        ("2weeksfromnow", "2026-09-09"),
        ("30daysago", "2026-07-27"),
        ("2monthsago", "2026-06-26"),
        ("1quarterfromnow", "2026-11-26"),
        ("0daysago", "2026-08-26"),
        ("999yearsago", "1027-08-26"),
        ("2monthsago.endof(month).format(YYYY-MM-DD)", "2026-06-30"),
        ("2monthsago.startof(month)", "2026-06-01"),
        ("today.endof(quarter)", "2026-09-30"),
        ("lastmonthend.startof(week)", "2026-07-27"),
        ("startofweek", "2026-08-24"),
        ("endofweek", "2026-08-30"),
        ("startofmonth", "2026-08-01"),
        ("endofquarter", "2026-09-30"),
        ("startofyear", "2026-01-01"),
        ("endofyear", "2026-12-31"),
    ],
)
def test_a_date_macro_follows_the_rules(macro: str, date: str) -> None:
    assert expand("{{" + macro + "}}") == date


@pytest.mark.parametrize(
    ("macro", "printed"),
    [
        ("now", "2026-08-26T15:04:05Z"),
        ("hourago", "2026-08-26T14:04:05Z"),
        ("2hoursfromnow", "2026-08-26T17:04:05Z"),
        ("thishourstart", "2026-08-26T15:00:00Z"),
        ("thishourend", "2026-08-26T15:59:59Z"),
        ("lasthourend", "2026-08-26T14:59:59Z"),
        ("nexthourend", "2026-08-26T16:59:59Z"),
        ("20hoursago", "2026-08-25T19:04:05Z"),
        ("now.startof(month)", "2026-08-01T00:00:00Z"),
        ("now.endof(day)", "2026-08-26T23:59:59Z"),
    ],
)
def test_a_macro_of_hours_prints_the_documented_date_time(macro: str, printed: str) -> None:
    assert expand("{{" + macro + "}}", "2026-08-26T15:04:05.678") == printed


@pytest.mark.parametrize("text", ["{{ This Month Start }}", "{{THISMONTHSTART}}", "{{today . StartOf ( month )}}"])
def test_case_and_blanks_do_not_matter(text: str) -> None:
    assert expand(text) == "2026-08-01"


def test_a_text_may_hold_several_macros() -> None:
    text = "Hours {{lastmonthstart.format(MMMM YYYY)}} until {{today}}"
    assert expand(text) == "Hours July 2026 until 2026-08-26"


@pytest.mark.parametrize(
    ("pattern", "printed"),
    [
        ("YYYY YY Q", "2026 26 3"),
        ("MMMM MMM MM M", "August Aug 08 8"),
        ("DD D dddd DDDD ddd", "26 26 Wednesday Wednesday Wed"),
        ("HH:H:hh:h:mm:m:ss:s.SSS", "15:15:15:15:04:4:05:5.678"),
        ("hh:mm A", "03:04 PM"),
        ("HH:mm a", "03:04 pm"),
        ("X", "1787756645"),
        ("Z", "+00:00"),
        ("[Q]Q [of] YYYY", "Q3 of 2026"),
        ("[(YYYY)] YYYY", "(YYYY) 2026"),
        ("DD.MM.YYYY 23:59", "26.08.2026 23:59"),
    ],
)
def test_a_pattern_writes_each_token(pattern: str, printed: str) -> None:
    assert expand("{{now.format(" + pattern + ")}}", "2026-08-26T15:04:05.678") == printed


@pytest.mark.parametrize(("hour", "printed"), [("00", "12 AM"), ("11", "11 AM"), ("12", "12 PM"), ("23", "11 PM")])
def test_the_twelve_hour_clock_has_no_hour_zero(hour: str, printed: str) -> None:
    assert expand("{{now.format(h A)}}", f"2026-08-26T{hour}:30") == printed


def test_macros_are_those_of_the_jobs_time_zone() -> None:
    assert expand("{{today}} {{now.format(HH:mm Z)}}", "2026-08-26T22:30", BERLIN) == "2026-08-27 00:30 +02:00"


@pytest.mark.parametrize(
    ("today", "week_start", "week"),
    [
        ("2026-08-26", SUNDAY, "2026-08-23 2026-08-29"),
        ("2026-08-23", SUNDAY, "2026-08-23 2026-08-29"),
        ("2026-08-23", 0, "2026-08-17 2026-08-23"),
        ("2026-08-26", 3, "2026-08-20 2026-08-26"),
    ],
)
def test_a_week_begins_on_the_jobs_first_day_of_the_week(today: str, week_start: int, week: str) -> None:
    assert expand("{{thisweekstart}} {{thisweekend}}", today, week_start=week_start) == week


@pytest.mark.parametrize(
    ("today", "macro", "date"),
    [
        ("2026-03-31", "monthago", "2026-02-28"),
        ("2024-03-31", "1monthago", "2024-02-29"),
        ("2024-02-29", "yearago", "2023-02-28"),
        ("2026-08-31", "quarterago", "2026-05-31"),
        ("2026-05-31", "quarterago", "2026-02-28"),
        ("2026-01-31", "lastmonthend", "2025-12-31"),
        ("2026-03-31", "lastmonthstart", "2026-02-01"),
        ("2026-01-31", "nextmonthend", "2026-02-28"),
    ],
)
def test_a_step_of_months_takes_the_last_day_of_a_shorter_month(today: str, macro: str, date: str) -> None:
    assert expand("{{" + macro + "}}", today) == date


@pytest.mark.parametrize(
    ("now", "last_hour"),
    [
        ("2026-03-29T00:30", "00 01"),  # 01:30, the last hour before the gap
        ("2026-03-29T01:30", "01 03"),  # 03:30, an hour later
        ("2026-10-25T00:30", "01 02"),  # 02:30, for the first time
        ("2026-10-25T01:30", "01 02"),  # 02:30, for the second time
        ("2026-10-25T02:30", "02 03"),
    ],
)
def test_the_last_hour_is_neither_lost_nor_empty_when_the_clocks_change(now: str, last_hour: str) -> None:
    assert expand("{{lasthourstart.format(HH)}} {{thishourstart.format(HH)}}", now, BERLIN) == last_hour


@pytest.mark.parametrize(
    ("text", "nearest"),
    [
        ("{{thismonthstat}}", "{{thismonthstart}}"),
        ("{{lastmonthsend}}", "{{lastmonthend}}"),
        ("{{3mothsago}}", "{{3monthsago}}"),
        ("{{12 weeks form now}}", "{{12weeksfromnow}}"),
        ("{{tommorow}}", "{{tomorrow}}"),
        ("{{monthfromnow}}", "{{1monthfromnow}}"),
    ],
)
def test_an_unknown_macro_is_answered_with_the_nearest_known_one(text: str, nearest: str) -> None:
    (problem,) = macros.unknown(text)
    assert problem.nearest == nearest
    assert nearest in problem.todo
    assert text in problem.message


def test_a_macro_that_is_like_no_other_is_answered_with_examples() -> None:
    (problem,) = macros.unknown("{{beginningofmonth}}")
    assert (problem.nearest, "{{thismonthstart}}" in problem.todo) == ("", True)


def test_each_unknown_macro_is_found_at_its_place_in_the_text() -> None:
    problems = macros.unknown("{{today}} {{tody}} to {{ nwo }}")
    assert [problem.offset for problem in problems] == [10, 22]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("{{1000daysago}}", "three digits"),
        ("{{today", "between {{ and }}"),
        ("today}}", "between {{ and }}"),
        ("{{}}", "{{today}}"),
        ("{{today.startof(mnth)}}", ".startof(month)"),
        ("{{today.startof(hour)}}", "quarter or year"),
        ("{{today.}}", ".format(PATTERN)"),
        ("{{today.format(YYYY).startof(month)}}", "and then .format(PATTERN)"),
        ("{{today.format(YYY-MM)}}", "square brackets"),
        ("{{today.format(DD day)}}", "[d]"),
    ],
)
def test_what_is_no_macro_is_told_with_the_way_to_write_it(text: str, says: str) -> None:
    (problem,) = macros.unknown(text)
    assert says in problem.todo
    with pytest.raises(WindowError) as raised:
        expand(text)
    assert raised.value.todo == problem.todo


def test_a_text_without_mistakes_has_no_problems() -> None:
    assert macros.unknown("Hours of {{today}} {{now.format([h]HH)}} {single} 1 } 2 {") == []


@pytest.mark.parametrize(("text", "holds"), [("{{today}}", True), ("{{nonsense}}", True), ("{today}", False)])
def test_a_text_that_holds_macros_is_known(text: str, *, holds: bool) -> None:
    assert macros.holds_macros(text) is holds


@pytest.mark.parametrize(
    ("now", "macro"),
    [
        ("0500-01-01", "999yearsago"),
        ("9500-01-01", "999yearsfromnow"),
        ("9999-12-31", "tomorrow"),
        ("0001-01-01", "lastmonthstart"),
    ],
)
def test_a_date_beyond_the_calendar_is_an_error_that_can_be_explained(now: str, macro: str) -> None:
    with pytest.raises(WindowError, match="0001 to 9999"):
        expand("{{" + macro + "}}", now)
