"""Times as people say them, and curves that any reader can follow."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from xml.etree import ElementTree as ET
from zoneinfo import ZoneInfo

import pytest

from sheetsync.ledger import Point, State
from sheetsync.web import sparklines, words

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 11, 23, 22, 30, tzinfo=UTC)


def points(*runs: tuple[State, int, float]) -> list[Point]:
    return [Point(number, state, NOW, rows, seconds) for number, (state, rows, seconds) in enumerate(runs)]


@pytest.mark.parametrize(
    ("later", "text", "far"),
    [
        (timedelta(seconds=3), "23:30", "now"),
        (timedelta(minutes=5), "23:35", "in 5 min"),
        (timedelta(minutes=45), "tomorrow 00:15", "in 45 min"),
        (timedelta(days=3), "Thu 23:30", "in 3 days"),
        (timedelta(days=30), "2026-12-23 23:30", "in 30 days"),
        (-timedelta(hours=3), "20:30", "3 h ago"),
        (-timedelta(hours=30), "yesterday 17:30", "30 h ago"),
    ],
)
def test_instants_are_those_of_the_jobs_own_clock(later: timedelta, text: str, far: str) -> None:
    assert words.instant(NOW + later, BERLIN, NOW) == text
    assert words.distance(NOW + later, NOW) == far


def test_a_curve_says_in_words_what_it_shows() -> None:
    drawn = sparklines.rows(points((State.SUCCEEDED, 10, 1), (State.FAILED, 0, 2), (State.UNCHANGED, 1500, 3)))
    found = ET.fromstring(str(drawn))  # noqa: S314 - made by ourselves
    assert found.get("aria-label") == "Rows of the last 3 runs: between 10 and 1,500, last 1,500"
    assert len(found.findall("rect")) == 1


@pytest.mark.parametrize("size", [sparklines.SMALL, sparklines.LARGE])
@pytest.mark.parametrize("count", [1, 2, 30])
def test_curves_stay_within_their_frame(size: sparklines.Size, count: int) -> None:
    runs = points(*((State.SUCCEEDED, number % 7, number % 5) for number in range(count)))
    for drawn in (sparklines.rows(runs, size), sparklines.seconds(runs, size)):
        found = ET.fromstring(str(drawn))  # noqa: S314 - made by ourselves
        for bar in found.findall("rect"):
            x, y, width, height = (float(bar.get(name, "")) for name in ("x", "y", "width", "height"))
            assert x >= 0
            assert y >= 0
            assert x + width <= size.width + 0.1
            assert y + height <= size.height + 0.1
        for line in found.findall("polyline"):
            for place in line.get("points", "").split():
                x, y = map(float, place.split(","))
                assert 0 <= x <= size.width
                assert 0 <= y <= size.height


def test_jobs_that_never_ran_have_no_curve() -> None:
    assert sparklines.rows([]) == sparklines.seconds([]) == ""
    assert sparklines.rows(points((State.FAILED, 0, 1))) == ""


def test_runs_that_took_no_time_still_have_bars() -> None:
    assert sparklines.seconds(points((State.FAILED, 0, 0.0))).count("<rect") == 1
