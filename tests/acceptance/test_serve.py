"""The daemon as systemd or a person runs it: signals, exit status, what its ledger and the sheet hold afterwards."""

from __future__ import annotations

import json
import signal
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from random import Random
from typing import Any

import pytest

from sheetsync.config import loading
from sheetsync.ledger import Cause, Ledger, State
from sheetsync.sandbox.faults import Faults
from tests.bench import Bench
from tests.served import away_for, configured, eventually, served, sheetsync

KILLS = 4


@contextmanager
def ledger_of(path: Path) -> Iterator[Ledger]:
    with Ledger.open(loading.load(path, {}).config.state) as ledger:
        yield ledger


def every_minute(bench: Bench, **more: Any) -> dict[str, Any]:
    return {**bench.job, "schedule": {"every": "1m"}, **more}


def hourly(bench: Bench, **more: Any) -> dict[str, Any]:
    return {**bench.job, "schedule": {"every": "1h"}, **more}


def test_jobs_of_one_spreadsheet_that_are_due_together_are_written_together(bench: Bench) -> None:
    bench.entries(2)
    names = [f"job-{number}" for number in range(30)]
    jobs = [hourly(bench, name=name, target={**bench.job["target"], "worksheet": name}) for name in names]
    path = configured(bench, *jobs)
    away_for(path, timedelta(hours=1, seconds=1))
    with served(path) as daemon:
        for _ in names:
            daemon.until("run_succeeded")
        daemon.signal(signal.SIGTERM)
        assert daemon.ends() == 0
    writes = len(bench.sent("write"))
    assert writes <= 6
    history = json.loads(sheetsync("history", "--format", "json", "--limit", "100", "--config", str(path)).stdout)
    assert sum(run["sheets_writes"] for run in history) == writes
    assert [len(bench.rows(name)) for name in (names[0], names[-1])] == [3, 3]


def test_what_was_due_while_the_daemon_was_away_is_run_when_it_starts(bench: Bench) -> None:
    bench.entries(3)
    path = configured(bench, hourly(bench))
    away_for(path, timedelta(hours=3, seconds=1))
    with served(path) as daemon:
        assert daemon.until("started")["jobs"] == 1
        ended = daemon.until("run_succeeded")
        assert (ended["job"], ended["rows"]) == ("november", 3)
        daemon.signal(signal.SIGTERM)
        assert daemon.ends() == 0
    assert len(bench.rows()) == 4
    history = json.loads(sheetsync("history", "--format", "json", "--config", str(path)).stdout)
    assert [(run["status"], run["cause"]) for run in history[:1]] == [("succeeded", "catch-up")]
    assert [run["status"] for run in history[1:]] == ["missed"] * 2
    assert history[0]["bytes"] > 100
    assert history[0]["fingerprint"]
    (status,) = json.loads(sheetsync("status", "--format", "json", "--config", str(path)).stdout)["jobs"]
    assert (status["last"]["id"], len(status["next_slots"])) == (history[0]["id"], 5)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_run_that_hangs_in_clockify_is_interrupted_and_the_daemon_ends_at_once(
    bench: Bench, number: signal.Signals
) -> None:
    bench.entries(3)
    bench.run()
    bench.clockify_fails(delay=3)
    path = configured(bench, hourly(bench))
    away_for(path, timedelta(hours=1, seconds=1))
    with served(path) as daemon:
        daemon.until("run_began")
        _until_a_request_is_held(bench.clockify.control.faults)
        daemon.signal(number)
        assert daemon.ends(seconds=3) == 0
    with ledger_of(path) as ledger:
        assert [run.state for run in ledger.runs()] == [State.INTERRUPTED]
    assert len(bench.rows()) == 4
    _until_held_requests_are_over(bench)


def test_a_publish_that_is_under_way_is_finished_before_the_daemon_ends(bench: Bench) -> None:
    bench.entries(3)
    bench.google_fails(":batchUpdate", delay=2)
    path = configured(bench, hourly(bench))
    away_for(path, timedelta(hours=1, seconds=1))
    with served(path) as daemon:
        daemon.until("run_began")
        _until_a_request_is_held(bench.google.control.faults)
        daemon.signal(signal.SIGTERM)
        assert daemon.ends() == 0
    with ledger_of(path) as ledger:
        assert [run.state for run in ledger.runs()] == [State.SUCCEEDED]
    assert len(bench.rows()) == 4


def test_an_interrupted_run_is_made_again_when_the_daemon_starts(bench: Bench) -> None:
    bench.entries(3)
    path = configured(bench, hourly(bench))
    away_for(path, timedelta(hours=1, seconds=1))
    bench.clockify_fails(delay=3)
    with served(path) as daemon:
        daemon.until("run_began")
        _until_a_request_is_held(bench.clockify.control.faults)
        daemon.process.kill()
        daemon.ends()
    _until_held_requests_are_over(bench)
    with served(path) as daemon:
        daemon.until("run_interrupted")
        daemon.until("run_succeeded")
    with ledger_of(path) as ledger:
        again, first = ledger.runs()
    assert (first.state, first.slot is not None) == (State.INTERRUPTED, True)
    assert (again.state, again.slot, again.cause) == (State.SUCCEEDED, None, Cause.CATCH_UP)
    assert len(bench.rows()) == 4


def test_reloading_takes_a_good_configuration_and_no_bad_one(bench: Bench) -> None:
    path = configured(bench, hourly(bench))
    with served(path) as daemon:
        daemon.until("started")
        bench.configuration(hourly(bench, schedule={"every": "sometimes"}), hourly(bench, start="soon"))
        daemon.signal(signal.SIGHUP)
        assert "config.yaml" in daemon.until("reload_problem")["event"]
        daemon.until("reload_failed")
        target = {**bench.job["target"], "worksheet": "Other"}
        bench.configuration(hourly(bench, on_empty="keep"), hourly(bench, name="other", target=target))
        daemon.signal(signal.SIGHUP)
        reloaded = daemon.until("reloaded")
        assert (reloaded["jobs"], reloaded["added"], reloaded["changed"]) == (2, "other", "november")
        daemon.signal(signal.SIGTERM)
        assert daemon.ends() == 0


def test_a_second_signal_ends_the_daemon_at_once(bench: Bench) -> None:
    bench.entries(3)
    bench.google_fails(":batchUpdate", delay=4)
    path = configured(bench, hourly(bench))
    away_for(path, timedelta(hours=1, seconds=1))
    with served(path) as daemon:
        daemon.until("run_began")
        _until_a_request_is_held(bench.google.control.faults)
        daemon.signal(signal.SIGTERM)
        daemon.until("stopping")
        daemon.signal(signal.SIGTERM)
        assert daemon.ends(seconds=3) == -signal.SIGTERM
    _until_held_requests_are_over(bench)


def test_a_wrong_configuration_ends_with_status_2(bench: Bench) -> None:
    path = configured(bench, hourly(bench, report="daily"))
    done = sheetsync("serve", "--config", str(path))
    assert done.returncode == 2
    assert "'daily' cannot be used here" in done.stderr


def test_a_ledger_that_cannot_be_opened_is_told_and_ends_with_status_2(bench: Bench) -> None:
    bench.settings["state"] = str(bench.directory)
    done = sheetsync("serve", "--config", str(configured(bench, hourly(bench))))
    assert done.returncode == 2
    assert "the ledger" in done.stderr
    assert "Traceback" not in done.stderr


def test_daemons_that_are_killed_at_any_instant_lose_no_slot_and_double_none(bench: Bench) -> None:
    bench.entries(30)
    other = {**bench.job["target"], "worksheet": "Other"}
    jobs = [every_minute(bench, catch_up="all"), every_minute(bench, name="other", target=other, catch_up="all")]
    path = configured(bench, *jobs)
    away_for(path, timedelta(minutes=20, seconds=1))
    chance = Random(20211130)  # noqa: S311 - a repeatable test
    for _ in range(KILLS):
        with served(path) as daemon:
            daemon.until("started")
            for _ in range(chance.randrange(6)):
                daemon.until("run_succeeded")
        assert {len([row for row in _rows(bench, title) if row]) for title in ("Hours", "Other")} <= {0, 31}
    with served(path) as daemon:
        daemon.until("started")
        while not _are_all_recorded(path):
            daemon.until("run_succeeded")
        daemon.signal(signal.SIGTERM)
        daemon.ends()
    with ledger_of(path) as ledger:
        records = ledger.runs(limit=1000)
    slots = Counter((record.job, record.slot) for record in records if record.slot is not None)
    assert set(slots.values()) == {1}
    for name in ("november", "other"):
        times = sorted(slot for job, slot in slots if job == name and slot is not None)
        assert len(times) >= 20
        assert {later - earlier for earlier, later in pairwise(times)} == {timedelta(minutes=1)}


def test_two_daemons_with_one_ledger_run_each_slot_once(bench: Bench) -> None:
    bench.entries(3)
    path = configured(bench, every_minute(bench, catch_up="all"))
    away_for(path, timedelta(minutes=10, seconds=1))
    with served(path) as first, served(path) as second:
        first.until("started")
        second.until("started")
        eventually(lambda: _are_all_recorded(path, least=10))
        for daemon in (first, second):
            daemon.signal(signal.SIGTERM)
            assert daemon.ends() == 0
    with ledger_of(path) as ledger:
        runs = [record for record in ledger.runs(limit=1000) if record.slot is not None]
    assert len({record.slot for record in runs}) == len(runs)
    published = [entry for entry in bench.sent() if ":batchUpdate" in entry.path]
    assert len(published) == len([record for record in runs if record.state is State.SUCCEEDED])


def test_a_run_by_hand_waits_for_the_spreadsheet_and_is_recorded(bench: Bench) -> None:
    bench.entries(2)
    path = configured(bench, hourly(bench, deadline="4s"))
    with ledger_of(path) as ledger:
        assert ledger.lease(bench.spreadsheet, "job other", datetime.now(UTC)) is None
        done = sheetsync("run", "--config", str(path))
        assert done.returncode == 1
        assert "job other is written to this spreadsheet by process" in done.stderr
        assert not bench.sent()
        ledger.give_back(bench.spreadsheet)
        assert sheetsync("run", "--config", str(path)).returncode == 0
        newest = ledger.runs()[0]
    assert (newest.job, newest.cause, newest.state, newest.rows) == ("november", Cause.MANUAL, State.SUCCEEDED, 2)


def test_a_run_by_hand_goes_on_without_a_ledger_and_says_so(bench: Bench) -> None:
    bench.entries(2)
    bench.settings["state"] = str(bench.directory)
    done = sheetsync("run", "--config", str(bench.configuration()))
    assert done.returncode == 0
    assert "what runs is not recorded" in done.stderr
    assert len(bench.rows()) == 3


def test_history_and_status_are_tables_for_people(bench: Bench) -> None:
    bench.entries(2)
    path = bench.configuration(hourly(bench))
    assert sheetsync("run", "--config", str(path)).returncode == 0
    history = sheetsync("history", "november", "--config", str(path))
    assert "succeeded" in history.stdout
    assert "by hand" in history.stdout
    assert "november" in sheetsync("status", "--config", str(path)).stdout
    unknown = sheetsync("history", "nobody", "--config", str(path))
    assert unknown.returncode == 2
    assert "no job called 'nobody'" in unknown.stderr


def _rows(bench: Bench, title: str) -> list[list[Any]]:
    titles = [sheet.title for sheet in bench.person().worksheets()]
    return bench.rows(title) if title in titles else []


def _are_all_recorded(path: Path, least: int = 20) -> bool:
    """Whether nothing is going on and the newest slots are at most two minutes old."""
    with ledger_of(path) as ledger:
        last, runs = ledger.last_slots(), ledger.runs(limit=1000)
    now = datetime.now(UTC)
    jobs = {job.name for job in loading.load(path, {}).config.jobs}
    return (
        jobs <= last.keys()
        and all(now - slot < timedelta(minutes=2) for slot in last.values())
        and not any(record.state is State.RUNNING for record in runs)
        and len(runs) >= least
    )


def _until_a_request_is_held(faults: Faults) -> None:
    eventually(lambda: any(seen for _, seen in faults.listed().values()))


def _until_held_requests_are_over(bench: Bench) -> None:
    """A request that its sender gave up is worked on all the same, and must not reach into the next test."""
    journals = [server.control.journal for server in (bench.clockify, bench.google)]
    eventually(lambda: any(entry.fault for journal in journals for entry in journal.entries()))
