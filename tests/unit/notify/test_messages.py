"""Which runs are news, and what is told of them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from sheetsync.config.model import Job
from sheetsync.ledger import RunRecord, State
from sheetsync.ledger.records import Cause
from sheetsync.notify import messages
from sheetsync.notify.messages import Health, Kind, Message
from tests.daemon_double import configuration

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


def job(when: str) -> Job:
    return configuration(["hours"], notify={"when": when}).jobs[0]


def record(state: State, **figures: Any) -> RunRecord:
    return RunRecord(7, "hours", NOW, Cause.SCHEDULE, state, NOW, NOW, "host:1:2", "1AbC", **figures)


def titles(when: str, *states: State) -> list[str]:
    """What is told of runs that end like this, one after the other."""
    believed, told = Health.WORKING, []
    for state in states:
        message = messages.news(job(when), record(state), believed, "host")
        told.append(message.title.removeprefix("sheetsync: hours ") if message is not None else "")
        believed = messages.health(record(state)) or believed
    return told


GOOD, SAME, BAD = State.SUCCEEDED, State.UNCHANGED, State.FAILED


@pytest.mark.parametrize(
    ("when", "told"),
    [
        ("failures", ["", "failed", "", "", "", "failed"]),
        ("recoveries", ["", "failed", "", "works again", "", "failed"]),
        ("all", ["ran", "failed", "failed", "ran", "ran", "failed"]),
        ("none", ["", "", "", "", "", ""]),
    ],
)
def test_there_is_one_message_for_each_change_of_state(when: str, told: list[str]) -> None:
    assert titles(when, GOOD, BAD, BAD, GOOD, SAME, BAD) == told


def test_a_run_that_was_interrupted_says_nothing_of_its_job() -> None:
    assert titles("recoveries", BAD, State.INTERRUPTED, BAD, State.INTERRUPTED, GOOD) == [
        *("failed", "", "", "", "works again"),
    ]


def test_a_failure_says_what_is_wrong_what_to_do_and_whether_it_helps_to_wait() -> None:
    failed = record(
        BAD,
        error="Google refused: the spreadsheet is not shared.",
        todo="Share it with robot@example.com.",
        side="Google",
        window_start="2026-11-01T00:00:00",
        window_end="2026-12-01T00:00:00",
        time_zone="Europe/Berlin",
        url="https://docs.google.com/spreadsheets/d/1AbC/edit",
    )
    message = messages.news(job("failures"), failed, Health.WORKING, "server")
    assert message == Message(
        Kind.FAILURE,
        "sheetsync: hours failed",
        "Google refused: the spreadsheet is not shared.\n"
        "Share it with robot@example.com.\n\n"
        "The cause lies with Google. It fails again until something is changed.\n\n"
        "Slot: 2026-11-23 12:00 UTC\n"
        "Window: 2026-11-01 → 2026-11-30 (30 days, Europe/Berlin)\n"
        "Sheet: https://docs.google.com/spreadsheets/d/1AbC/edit\n\n"
        "Sent by sheetsync on server",
    )


def test_what_comes_at_once_is_one_message() -> None:
    found = [Message(Kind.FAILURE, f"sheetsync: job-{number} failed", "Clockify is down.") for number in range(30)]
    whole = messages.together([*found, Message(Kind.SUCCESS, "sheetsync: other works again", "")])
    assert whole.kind is Kind.FAILURE
    assert whole.title == "sheetsync: 31 messages, 30 of them failures"
    assert whole.body.startswith("job-0 failed\nClockify is down.\n\njob-1 failed")
    assert whole.body.endswith("… and 11 more")
    assert messages.together(found[:1]) is found[0]


def test_slots_that_passed_are_counted() -> None:
    message = messages.passed("hours", 3, State.MISSED, "sheetsync was not running", "server")
    assert message.title == "sheetsync: hours, 3 slots missed"
