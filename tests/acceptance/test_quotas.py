"""What the commands say of quotas: beforehand, while there is something left, and when there is nothing."""

from __future__ import annotations

import json
import signal
from datetime import timedelta
from typing import Any

from tests.bench import Bench
from tests.served import away_for, configured, served, sheetsync


def jobs(bench: Bench, count: int, **changes: Any) -> list[dict[str, Any]]:
    """Jobs of these settings, each in a tab of its own, with a report of its own: equal ones are asked for once."""
    return [
        {
            **bench.job,
            "name": f"job-{number}",
            "target": {**bench.job["target"], "worksheet": str(number)},
            "filters": {"description": f"Entry {number}"},
            **changes,
        }
        for number in range(count)
    ]


def test_check_warns_of_schedules_that_need_more_than_free_allows_and_names_ones_that_fit(bench: Bench) -> None:
    bench.settings["clockify"]["plan"] = "free"
    path = str(bench.configuration(*jobs(bench, 11, schedule={"every": "15m"})))
    done = sheetsync("check", "--config", path)
    assert done.returncode == 0, done.stderr
    (line,) = [line for line in done.stderr.splitlines() if "requests an hour" in line]
    assert line.startswith(f"{path}:1:")
    assert f"11 jobs need 44 requests an hour of workspace {bench.clockify.workspace_id}; Free allows 30." in line
    assert "Slow these down: job-0 every 30m (now 15m), " in line
    assert line.endswith("then it is 30 an hour.")
    found = json.loads(sheetsync("check", "--format", "json", "--config", path).stdout)
    assert [problem["message"] for problem in found if "Free allows 30" in problem["message"]]
    assert "Free allows 30" in sheetsync("plan", "job-0", "--config", path).stderr


def test_check_says_that_the_plan_is_not_known_until_clockify_has_said_it(bench: Bench) -> None:
    path = str(bench.configuration(*jobs(bench, 11, schedule={"every": "15m"})))
    assert "whose plan is not known; Free would allow 30." in sheetsync("check", "--config", path).stderr
    assert not (bench.directory / "state.db").exists()
    asked = sheetsync("check", "--online", "--config", path)
    assert "requests an hour" not in asked.stderr, asked.stderr
    assert "requests an hour" not in sheetsync("check", "--config", path).stderr


def test_schedules_that_google_allows_too_little_for_are_told(bench: Bench) -> None:
    bench.settings["clockify"]["plan"] = "paid"
    bench.settings["google"] |= {"writes_per_minute": 2}
    spreadsheets = [bench.google.create(f"Reports {number}") for number in range(40)]
    own = jobs(bench, 40, schedule={"every": "15m"})
    for job, spreadsheet in zip(own, spreadsheets, strict=True):
        job["target"] = {"spreadsheet": spreadsheet, "worksheet": "Hours"}
    line = sheetsync("check", "--config", str(bench.configuration(*own))).stderr
    assert "40 jobs need 3 reads and as many writes a minute of robot@" in line
    assert "Google allows 2. Slow these down:" in line


def test_status_shows_what_is_left(bench: Bench) -> None:
    bench.settings["clockify"]["plan"] = "free"
    path = str(bench.configuration())
    assert sheetsync("run", "--config", path).returncode == 0
    found = json.loads(sheetsync("status", "--format", "json", "--config", path).stdout)
    left = {budget["budget"]: (budget["left"], budget["of"], budget["seconds"]) for budget in found["budgets"]}
    assert left[f"Clockify, workspace {bench.clockify.workspace_id}"] == (29, 30, 3600)
    assert left["Google, robot@sandbox-project.iam.gserviceaccount.com, writes"][1:] == (60, 60)
    (clockify,) = [budget for budget in found["budgets"] if budget["budget"].startswith("Clockify")]
    assert (clockify["next"], bool(clockify["full"])) == (None, True)
    assert "29 of 30" in sheetsync("status", "--config", path).stdout
    assert [job["job"] for job in found["jobs"]] == ["november"]


def test_a_run_that_would_wait_beyond_its_deadline_ends_at_once_and_is_recorded_as_delayed(bench: Bench) -> None:
    bench.settings["clockify"] |= {"plan": "free", "requests_per_hour": 2}
    path = str(bench.configuration(*jobs(bench, 3)))
    done = sheetsync("run", "--format", "json", "--config", path)
    outcomes = json.loads(done.stdout)
    assert (done.returncode, [outcome["status"] for outcome in outcomes].count("failed")) == (1, 1)
    (late,) = [outcome for outcome in outcomes if outcome["status"] == "failed"]
    assert late["error"].startswith("Clockify's 2 requests an hour of workspace ")
    assert late["clockify_requests"] == 0
    history = json.loads(sheetsync("history", "--state", "delayed", "--format", "json", "--config", path).stdout)
    assert [(run["status"], run["side"], run["retryable"]) for run in history] == [("delayed", "Clockify", True)]
    text = sheetsync("run", late["job"], "--config", path)
    assert "Clockify, may help to try again: Clockify's 2 requests an hour" in text.stderr
    assert "0 of 2" in sheetsync("status", "--config", path).stdout


def test_numbers_of_requests_that_cannot_be_are_mistakes(bench: Bench) -> None:
    bench.settings["clockify"]["requests_per_hour"] = 0
    bench.settings["google"]["writes_per_minute"] = "many"
    done = sheetsync("check", "--config", str(bench.configuration()))
    assert done.returncode == 2
    assert "clockify.requests_per_hour: '0' is no number of requests. Write a whole number from 1 to" in done.stderr
    assert "google.writes_per_minute: 'many' is no number of requests." in done.stderr


def test_no_secret_is_in_a_budget(bench: Bench) -> None:
    path = bench.configuration()
    assert sheetsync("run", "--config", str(path)).returncode == 0
    kept = b"".join(file.read_bytes() for file in bench.directory.glob("state.db*"))
    key = json.loads(bench.settings["google"]["credentials"])
    assert bench.clockify.workspace_id.encode() in kept
    assert bench.clockify.api_key.encode() not in kept
    assert key["private_key"][40:80].encode() not in kept


def test_the_daemon_puts_a_run_off_goes_on_with_others_and_says_when(bench: Bench) -> None:
    bench.settings["clockify"] |= {"plan": "free", "requests_per_hour": 1}
    path = configured(bench, *jobs(bench, 2, schedule={"every": "1h"}))
    away_for(path, timedelta(hours=3))
    with served(path) as daemon:
        late = daemon.until("run_delayed")
        assert late["level"] == "warning"
        assert late["error"].startswith("Clockify's 1 requests an hour of workspace ")
        if not any(line.get("action") == "run_succeeded" for line in daemon.said):
            daemon.until("run_succeeded")
        daemon.signal(signal.SIGTERM)
        assert daemon.ends() == 0
    budgets = json.loads(sheetsync("status", "--format", "json", "--config", str(path)).stdout)["budgets"]
    assert [budget["left"] for budget in budgets if budget["budget"].startswith("Clockify")] == [0]
