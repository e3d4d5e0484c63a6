"""Schedules as they are written, and as they read in words."""

from __future__ import annotations

from datetime import time

import pytest

from sheetsync.schedule import forms
from sheetsync.schedule.forms import Cron, Every, Manual, Schedule

WEEKDAYS = frozenset(range(5))
OFFICE = (time(8), time(18))
NIGHT = (time(22), time(6))


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("90s", 90),
        ("15m", 900),
        ("1h", 3600),
        ("2h30m", 9000),
        ("1d", 86_400),
        ("1w", 604_800),
        (" 1H 5m ", 3900),
        ("0s", 0),
    ],
)
def test_a_duration_is_read(text: str, seconds: int) -> None:
    assert forms.parse_duration(text) == seconds


@pytest.mark.parametrize("text", ["", "15", "m", "1.5h", "30m2h", "15 minutes", "-5m"])
def test_what_is_no_duration_is_told_with_examples(text: str) -> None:
    with pytest.raises(ValueError, match="2h30m"):
        forms.parse_duration(text)


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("08:00-18:00", OFFICE),
        (" 8:00 \u2013 18:00 ", OFFICE),
        ("22:00-06:00", NIGHT),
        ("18:30-24:00", (time(18, 30), time())),
    ],
)
def test_a_span_of_the_day_is_read(text: str, span: tuple[time, time]) -> None:
    assert forms.parse_between(text) == span


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("8-18", "such as 08:00-18:00"),
        ("8am-6pm", "such as 08:00-18:00"),
        ("08:00-25:00", "'25:00' is no time"),
        ("08:60-09:00", "'08:60' is no time"),
        ("08:00-08:00", "leave it out"),
        ("00:00-24:00", "leave it out"),
    ],
)
def test_what_is_no_span_is_told_with_the_reason(text: str, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        forms.parse_between(text)


@pytest.mark.parametrize(
    ("given", "days"),
    [
        ("mon-fri", WEEKDAYS),
        ("mon,wed,fri", {0, 2, 4}),
        (["Monday", "wed-thu"], {0, 2, 3}),
        ("sat - mon", {5, 6, 0}),
        ("sun", {6}),
        ("mon-sun", forms.ALL_DAYS),
    ],
)
def test_days_of_the_week_are_read(given: str | list[str], days: set[int]) -> None:
    assert forms.parse_days(given) == days


@pytest.mark.parametrize("given", ["", "mon-", "weekday", [], ["mon", ""], "1-5"])
def test_what_is_no_day_is_told_with_the_names(given: str | list[str]) -> None:
    with pytest.raises(ValueError, match="mon, tue, wed"):
        forms.parse_days(given)


@pytest.mark.parametrize(
    ("text", "expression"),
    [
        ("0 7 * * mon-fri", "0 7 * * mon-fri"),
        ("  */5   8-18 * * 1-5 ", "*/5 8-18 * * 1-5"),
        ("@hourly", "0 * * * *"),
        ("@Daily", "0 0 * * *"),
        ("@weekly", "0 0 * * 0"),
        ("@monthly", "0 0 1 * *"),
        ("0 0 29 2 *", "0 0 29 2 *"),
        ("0 6 L * *", "0 6 L * *"),
    ],
)
def test_a_cron_expression_is_read(text: str, expression: str) -> None:
    assert forms.parse_cron(text) == Cron(expression)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("0 0 31 2 *", "ever match"),
        ("0 0 31 4,6 *", "ever match"),
        ("61 * * * *", "minute"),
        ("hourly", "has 1 fields"),
        ("0 0 7 * * mon", "has 6 fields"),
        ("@fortnightly", "@weekly"),
        ("", "has 0 fields"),
    ],
)
def test_a_cron_expression_that_never_runs_is_refused(text: str, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        forms.parse_cron(text)


@pytest.mark.parametrize(
    ("seconds", "between", "days", "says"),
    [
        (59, None, forms.ALL_DAYS, "at least one minute"),
        (367 * 86_400, None, forms.ALL_DAYS, "366 days"),
        (3600, None, frozenset(), "at least one day"),
        (3600, None, frozenset({7}), "at least one day"),
        (6 * 3600, (time(8), time(11)), forms.ALL_DAYS, "every 6 hours between 08:00 and 11:00 would never run"),
        (86_400, OFFICE, forms.ALL_DAYS, "would never run"),
        (14 * 86_400, None, frozenset({6}), "midnight of a Monday"),
    ],
)
def test_an_interval_that_never_comes_is_refused(
    seconds: int, between: tuple[time, time] | None, days: frozenset[int], says: str
) -> None:
    with pytest.raises(ValueError, match=says):
        Every(seconds, between, days)


@pytest.mark.parametrize(
    ("schedule", "words"),
    [
        (Manual(), "only when asked"),
        (Every(3600), "every hour"),
        (Every(86_400), "every day"),
        (Every(9000), "every 2 hours and 30 minutes"),
        (Every(90_061), "every 1 day, 1 hour, 1 minute and 1 second"),
        (Every(900, OFFICE, WEEKDAYS), "every 15 minutes between 08:00 and 18:00 on Monday to Friday"),
        (Every(3600, days=frozenset({0, 2, 4})), "every hour on Monday, Wednesday and Friday"),
        (Every(3600, days=frozenset({5, 6})), "every hour on Saturday and Sunday"),
        (Every(3600, days=frozenset({6})), "every hour on Sunday"),
        (Cron("0 7 * * mon-fri"), "At 07:00 on Monday through Friday"),
    ],
)
def test_a_schedule_reads_in_words(schedule: Schedule, words: str) -> None:
    assert forms.describe(schedule) == words
