"""What the log looks like, and what never gets into it."""

from __future__ import annotations

import io
import json
import logging
import os
import tempfile
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from sheetsync.config.serving import LogFormat
from sheetsync.daemon_events import (
    Event,
    Reloaded,
    ReloadState,
    RunBegan,
    RunEnded,
    Running,
    RunProgressed,
    SlotsPassed,
    Started,
    Stopping,
    Ticked,
    Trouble,
)
from sheetsync.errors import ClockifyError, SheetsyncError
from sheetsync.ledger import RunRecord, State
from sheetsync.ledger.records import Cause
from sheetsync.observe import logs
from sheetsync.observe.events import Chronicle
from sheetsync.observe.redaction import Redactor
from tests.daemon_double import API_KEY, configuration

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
Written = Callable[..., str]


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> Written:
    """What is in the log after these events."""

    def write(*events: Event, wanted: LogFormat = LogFormat.JSON) -> str:
        stream = io.StringIO()
        monkeypatch.setattr("sys.stderr", stream)
        redact = Redactor()
        redact.learn(configuration(["hours"]))
        with logs.lines(wanted, redact, {}) as log:
            chronicle = Chronicle(log)
            for event in events:
                chronicle(event)
        return stream.getvalue()

    return write


def record(state: State = State.SUCCEEDED, **figures: Any) -> RunRecord:
    return RunRecord(7, "hours", NOW, Cause.SCHEDULE, state, NOW, NOW, "host:1:2", "1AbC", **figures)


def running(**more: Any) -> Running:
    return Running(7, "hours", NOW, Cause.SCHEDULE, NOW, **more)


def lines(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines()]


def test_every_line_of_a_run_carries_job_run_and_slot(written: Written) -> None:
    found = lines(
        written(RunBegan(running()), RunProgressed(running(waiting="quota")), RunEnded(record(rows=12, seconds=1.5)))
    )
    assert [line["action"] for line in found] == ["run_began", "run_waits", "run_succeeded"]
    assert all((line["job"], line["run"], line["slot"]) == ("hours", 7, "2026-11-23T12:00:00Z") for line in found)
    assert (found[2]["rows"], found[2]["seconds"]) == (12, 1.5)


def test_what_libraries_say_on_the_thread_of_a_run_carries_its_names_until_it_ends(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    stream = io.StringIO()
    monkeypatch.setattr("sys.stderr", stream)

    def run() -> None:
        chronicle(RunBegan(running()))
        logging.getLogger("urllib3").warning("Connection pool is full")
        chronicle(RunEnded(record()))
        logging.getLogger("urllib3").warning("afterwards")

    with logs.lines(LogFormat.JSON, Redactor(), {}) as log:
        chronicle = Chronicle(log)
        thread = threading.Thread(target=run)
        thread.start()
        thread.join()
    found = {line["event"]: line for line in lines(stream.getvalue())}
    assert found["Connection pool is full"]["job"] == "hours"
    assert "job" not in found["afterwards"]


def test_a_failed_run_says_what_to_do_and_has_the_priority_of_an_error(written: Written) -> None:
    failed = record(State.FAILED, error="Clockify does not know the key.", todo="Make a new one.", side="Clockify")
    line = written(RunEnded(failed, ClockifyError("x")), wanted=LogFormat.JOURNAL)
    assert line.startswith("<3>run failed job=hours run=7 slot=2026-11-23T12:00:00Z")
    assert 'error="Clockify does not know the key." todo="Make a new one."' in line
    assert len(line.splitlines()) == 1


def test_a_mistake_of_our_own_has_its_traceback_each_line_with_its_priority(written: Written) -> None:
    error = SheetsyncError("sheetsync made a mistake.")
    error.__cause__ = ZeroDivisionError("division by zero")
    found = written(RunEnded(record(State.FAILED, error="x"), error), wanted=LogFormat.JOURNAL).splitlines()
    assert any("ZeroDivisionError" in line for line in found)
    assert all(line.startswith("<3>") for line in found)


@pytest.mark.parametrize(
    ("event", "priority"),
    [
        (Started(NOW, 3, 0, 0), "<6>"),
        (SlotsPassed("hours", (NOW,), State.SKIPPED, "still running"), "<4>"),
        (Stopping(NOW, 25), "<6>"),
        (Trouble(NOW, "the ledger does not answer"), "<3>"),
        (RunEnded(record(State.INTERRUPTED)), "<4>"),
        (RunEnded(record(State.UNCHANGED)), "<6>"),
    ],
)
def test_the_journal_is_told_how_serious_a_line_is(written: Written, event: Event, priority: str) -> None:
    assert written(event, wanted=LogFormat.JOURNAL).startswith(priority)


def test_each_mistake_of_a_reload_is_a_line_and_so_is_that_the_old_one_goes_on(written: Written) -> None:
    state = ReloadState(NOW, ok=False, problems=("config.yaml:1:1: a.", "config.yaml:2:1: b."))
    found = lines(written(Reloaded(state, configuration())))
    assert [line["event"] for line in found] == [
        *state.problems,
        "the configuration has mistakes; the one before goes on",
    ]
    assert {line["level"] for line in found} == {"error"}


def test_many_missed_slots_are_one_line(written: Written) -> None:
    slots = [NOW + timedelta(hours=hour) for hour in range(500)]
    (line,) = lines(written(SlotsPassed("hours", slots, State.MISSED, "sheetsync was not running")))
    assert line["event"] == "500 slots missed"
    assert line["slot"].endswith("and 497 more")


def test_a_wait_that_goes_on_is_told_once_and_ticks_are_no_news(written: Written) -> None:
    waits = RunProgressed(running(waiting="quota"))
    assert len(lines(written(Ticked(NOW), waits, waits, Ticked(NOW)))) == 1


def test_people_get_a_line_that_can_be_read(written: Written) -> None:
    line = written(RunEnded(record(rows=12, reason="two words")), wanted=LogFormat.TEXT)
    assert " info    run succeeded job=hours run=7 slot=2026-11-23T12:00:00Z rows=12" in line
    assert 'reason="two words"' in line


@pytest.mark.parametrize("wanted", [LogFormat.TEXT, LogFormat.JOURNAL, LogFormat.JSON])
def test_a_secret_never_gets_into_a_line(written: Written, wanted: LogFormat) -> None:
    error = SheetsyncError(f"mistake with {API_KEY}")
    error.__cause__ = ValueError(API_KEY)
    assert API_KEY not in written(
        RunEnded(record(State.FAILED, error=f"HTTP 401 for {API_KEY}"), error), Trouble(NOW, API_KEY), wanted=wanted
    )


@pytest.mark.parametrize("wanted", [LogFormat.TEXT, LogFormat.JOURNAL])
def test_what_a_server_says_cannot_look_like_a_line_of_ours(written: Written, wanted: LogFormat) -> None:
    said = "no\n<3>run failed job=other\x1b[31m"
    text = written(RunEnded(record(State.FAILED, error=said)), Trouble(NOW, said), wanted=wanted)
    assert len(text.splitlines()) == 2
    assert "\x1b" not in text


def test_the_journal_is_recognized_by_its_stream_and_not_by_a_variable_that_was_inherited() -> None:
    with tempfile.TemporaryFile("w") as stream:
        found = os.fstat(stream.fileno())
        own = {"JOURNAL_STREAM": f"{found.st_dev}:{found.st_ino}"}
        assert logs.chosen(LogFormat.AUTO, stream, own) is LogFormat.JOURNAL
        assert logs.chosen(LogFormat.AUTO, stream, {"JOURNAL_STREAM": "1:1"}) is LogFormat.TEXT
        assert logs.chosen(LogFormat.AUTO, stream, {}) is LogFormat.TEXT
        assert logs.chosen(LogFormat.JSON, stream, own) is LogFormat.JSON


def test_after_the_daemon_the_log_is_as_it_was_before(written: Written) -> None:
    before = logging.getLogger().handlers[:]
    written(Started(NOW, 1, 0, 0))
    assert logging.getLogger().handlers == before
