"""Decisions that need no server: money, rounding, named ranges, durations, plans."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest

from sheetsync.sandbox.clockify.bounds import named_range
from sheetsync.sandbox.clockify.money import asked
from sheetsync.sandbox.clockify.people import Rounding, cents_at, rates
from sheetsync.sandbox.clockify.tracking import iso_duration
from sheetsync.sandbox.clockify.traits import access


@pytest.mark.parametrize(
    ("way", "seconds", "rounded"),
    [
        ("NEAREST", 0, 0),
        ("NEAREST", 449, 0),
        ("NEAREST", 450, 900),
        ("UP", 1, 900),
        ("UP", 900, 900),
        ("DOWN", 899, 0),
        ("DOWN", 1800, 1800),
    ],
)
def test_time_is_rounded_to_the_step(way: Any, seconds: int, rounded: int) -> None:
    assert Rounding(15, way).apply(seconds) == rounded


def test_a_rate_is_valid_from_its_instant_on() -> None:
    known = rates((200, 50), 100)
    assert [cents_at(known, at) for at in (-1, 0, 49, 50, 99)] == [None, 100, 100, 200, 200]
    assert cents_at((), 5) is None


@pytest.mark.parametrize(
    ("shown", "listed", "main", "types"),
    [
        (None, None, "EARNED", ("EARNED",)),
        ("COST", None, "COST", ("COST",)),
        ("EXPORT", None, "EARNED", ("EARNED",)),
        (None, ["COST", "PROFIT"], "COST", ("COST", "PROFIT")),
        ("EARNED", ["COST", "COST"], "EARNED", ("COST",)),
        ("HIDE_AMOUNT", ["COST"], None, ()),
        (None, ["HIDE_AMOUNT"], None, ()),
    ],
)
def test_amounts_are_what_was_asked_for(shown: Any, listed: Any, main: Any, types: Any) -> None:
    answer = asked(shown, listed)
    assert (answer.main, answer.types) == (main, types)


@pytest.mark.parametrize(
    ("kind", "first", "last"),
    [
        ("TODAY", date(2026, 11, 20), date(2026, 11, 20)),
        ("YESTERDAY", date(2026, 11, 19), date(2026, 11, 19)),
        ("THIS_WEEK", date(2026, 11, 16), date(2026, 11, 22)),
        ("LAST_WEEK", date(2026, 11, 9), date(2026, 11, 15)),
        ("PAST_TWO_WEEKS", date(2026, 11, 2), date(2026, 11, 15)),
        ("THIS_MONTH", date(2026, 11, 1), date(2026, 11, 30)),
        ("LAST_MONTH", date(2026, 10, 1), date(2026, 10, 31)),
        ("THIS_YEAR", date(2026, 1, 1), date(2026, 12, 31)),
        ("LAST_YEAR", date(2025, 1, 1), date(2025, 12, 31)),
    ],
)
def test_a_named_range_ends_a_millisecond_before_midnight(kind: str, first: date, last: date) -> None:
    start, end = named_range(kind, date(2026, 11, 20), "MONDAY")
    assert (start, end.date()) == (datetime.combine(first, start.time()), last)
    assert end.isoformat().endswith("T23:59:59.999000")


@pytest.mark.parametrize(
    ("seconds", "text"), [(0, "PT0S"), (1, "PT1S"), (32_400, "PT9H"), (5400, "PT1H30M"), (90_061, "PT25H1M1S")]
)
def test_durations_are_iso(seconds: int, text: str) -> None:
    assert iso_duration(seconds) == text


@pytest.mark.parametrize(
    ("method", "path", "kind"),
    [
        ("POST", "/report/v1/workspaces/w/reports/detailed", "read"),
        ("GET", "/api/v1/user", "read"),
        ("POST", "/api/v1/workspaces/w/time-entries", "write"),
        ("DELETE", "/api/v1/workspaces/w/time-entries/e", "write"),
    ],
)
def test_reports_are_reads(method: str, path: str, kind: str) -> None:
    assert access(method, path) == kind
