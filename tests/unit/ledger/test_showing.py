"""What people and programs are shown of the ledger."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import orjson
import pytest

from sheetsync.ledger import Cause, Pause, RunRecord, State
from sheetsync.ledger.showing import (
    HISTORY_HEADINGS,
    STATUS_HEADINGS,
    STYLES,
    Standing,
    history,
    history_json,
    length,
    status,
    status_json,
    window_of,
)

BERLIN = ZoneInfo("Europe/Berlin")
SLOT = datetime(2026, 3, 2, 8, 30, tzinfo=UTC)
NOW = SLOT + timedelta(hours=1)
RUN = RunRecord(
    7,
    "hours",
    SLOT,
    Cause.SCHEDULE,
    State.SUCCEEDED,
    SLOT + timedelta(milliseconds=120),
    SLOT + timedelta(seconds=2),
    "vps:1:2:3:4",
    "1AbC Hours!A1",
    window_start="2026-02-01T00:00:00",
    window_end="2026-03-01T00:00:00",
    time_zone="Europe/Berlin",
    rows=12_345,
    columns=9,
    clockify_requests=13,
    sheets_reads=1,
    sheets_writes=1,
    seconds=1.87649,
)
FAILED = replace(RUN, id=8, state=State.FAILED, side="Google", error="it said no.", todo="Share it.", rows=0)
MISSED = RunRecord(9, "hours", SLOT, Cause.CATCH_UP, State.MISSED, NOW, NOW, "", "", reason="sheetsync was not running")


def shown(record: RunRecord) -> dict[str, str]:
    (line,) = history([record], BERLIN)
    return dict(zip(HISTORY_HEADINGS, line.texts, strict=True))


def standing(found: Standing) -> dict[str, str]:
    (line,) = status([found], BERLIN, NOW)
    return dict(zip(STATUS_HEADINGS, line.texts, strict=True))


def test_history_tells_a_run_in_a_line() -> None:
    assert shown(RUN) == {
        "Run": "7",
        "Job": "hours",
        "Slot": "2026-03-02 09:30",
        "Outcome": "succeeded",
        "Window": "2026-02-01 → 2026-02-28 (28 days, Europe/Berlin)",
        "Rows": "12,345",
        "Requests": "13 + 2",
        "Time": "1.9 s",
        "Remark": "",
    }


def test_history_says_why_a_run_failed_and_on_which_side() -> None:
    assert shown(FAILED)["Remark"] == "Google: it said no."


def test_history_shows_no_figures_of_what_did_not_run() -> None:
    line = shown(MISSED)
    assert (line["Rows"], line["Requests"], line["Time"], line["Window"]) == ("", "", "", "")
    assert line["Remark"] == "sheetsync was not running"


def test_history_marks_a_run_by_hand() -> None:
    assert shown(replace(RUN, slot=None, cause=Cause.MANUAL))["Slot"] == "2026-03-02 09:30, by hand"


def test_every_outcome_has_a_look() -> None:
    assert set(STYLES) == set(State)


def test_history_for_programs_speaks_as_run_does() -> None:
    (entry,) = orjson.loads(orjson.dumps(history_json([RUN])))
    assert entry["slot"] == "2026-03-02T08:30:00+00:00"
    assert (entry["status"], entry["cause"]) == ("succeeded", "schedule")
    assert (entry["start"], entry["end"]) == ("2026-02-01T00:00:00", "2026-03-01T00:00:00")
    assert (entry["rows"], entry["seconds"], entry["error"]) == (12_345, 1.876, None)
    assert entry["retryable"] is None


def test_history_for_programs_says_whether_to_try_again() -> None:
    (entry,) = history_json([replace(FAILED, retryable=True)])
    assert (entry["error"], entry["todo"], entry["retryable"]) == ("it said no.", "Share it.", True)


def test_status_tells_how_a_job_stands() -> None:
    slots = [NOW + timedelta(minutes=15)]
    assert standing(Standing("hours", slots, FAILED, RUN)) == {
        "Job": "hours",
        "Next slot": "10:45",
        "Last run": "09:30",
        "Outcome": "failed",
        "Rows": "12,345",
        "Last success": "09:30",
        "Remark": "Google: it said no.",
    }


def test_status_of_a_job_that_never_ran() -> None:
    line = standing(Standing("new", [NOW + timedelta(days=1)]))
    assert (line["Next slot"], line["Last run"], line["Last success"]) == ("Tue 10:30", "never", "never")


def test_status_of_a_job_that_runs_by_hand_only() -> None:
    assert standing(Standing("hours", []))["Next slot"] == "only by hand"


def test_status_names_the_date_of_what_is_far_away() -> None:
    assert standing(Standing("hours", [NOW + timedelta(days=30)]))["Next slot"] == "2026-04-01 11:30"


def test_status_says_that_a_job_is_paused_and_why() -> None:
    line = standing(Standing("hours", [NOW], RUN, RUN, Pause("hours", "rebuilding", SLOT)))
    assert (line["Next slot"], line["Remark"]) == ("paused", "paused since 09:30: rebuilding")


def test_status_for_programs() -> None:
    pause = Pause("hours", "", SLOT)
    (entry,) = orjson.loads(orjson.dumps(status_json([Standing("hours", [NOW], FAILED, RUN, pause)])))
    assert entry["next_slots"] == ["2026-03-02T09:30:00+00:00"]
    assert entry["paused"] == {"since": "2026-03-02T08:30:00+00:00", "note": ""}
    assert (entry["last"]["status"], entry["last_success"]) == ("failed", "2026-03-02T08:30:02+00:00")
    assert status_json([Standing("new", [])])[0]["last"] is None


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0.04, "0.0 s"), (9.94, "9.9 s"), (12.4, "12 s"), (59.7, "1 min 0 s"), (185, "3 min 5 s"), (7_800, "2 h 10 min")],
)
def test_lengths_of_time(seconds: float, text: str) -> None:
    assert length(seconds) == text


def test_a_window_that_cannot_be_read_is_shown_as_it_is() -> None:
    assert window_of(replace(RUN, window_end="?")) == "2026-02-01T00:00:00 → ? (Europe/Berlin)"
    assert window_of(replace(RUN, window_start="")) == ""
