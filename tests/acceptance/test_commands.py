"""The commands as a person or a script calls them: exit status, what is printed where, the JSON contracts."""

from __future__ import annotations

import json
import os
import pty
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import requests

from sheetsync.config import loading
from sheetsync.ledger import Ledger, State
from sheetsync.sandbox.faults import Fault
from tests.bench import ROBOT, Bench
from tests.served import eventually

SECONDS = 60
ADDRESS = {
    "clockify_base_url",
    "clockify_reports_url",
    "clockify_api_key",
    "workspace",
    "sheets_url",
    "credentials",
    "spreadsheet",
}


def sheetsync(*arguments: str, cwd: Path | None = None, **environ: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "sheetsync", *arguments],
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
        cwd=cwd,
        env={**os.environ, "NO_COLOR": "1", **environ},
    )


def test_run_prints_a_list_of_outcomes_in_the_promised_form(bench: Bench) -> None:
    bench.entries(3)
    done = sheetsync("run", "--format", "json", "--config", str(bench.configuration()))
    assert done.returncode == 0, done.stderr
    (outcome,) = json.loads(done.stdout)
    assert outcome.pop("seconds") > 0
    url = outcome.pop("url")
    assert url.startswith(f"{bench.google.url}/spreadsheets/d/{bench.spreadsheet}/edit#gid=")
    assert outcome == {
        "job": "november",
        "status": "succeeded",
        "rows": 3,
        "columns": 17,
        "rows_before": None,
        "totals": {"Hours": 3.0, "Billable Amount (USD)": 0.0},
        "start": "2021-11-01T00:00:00",
        "end": "2021-12-01T00:00:00",
        "clockify_requests": 1,
        "sheets_reads": 1,
        "sheets_writes": 1,
        "together": 1,
        "error": None,
        "reason": None,
    }


@pytest.mark.parametrize("mistake", [["--start", "2021-12-01"], ["--end", "yesterday"], ["december"]])
def test_a_run_that_cannot_be_meant_asks_nobody_for_anything(bench: Bench, mistake: list[str]) -> None:
    done = sheetsync("run", *mistake, "--config", str(bench.configuration()))
    assert done.returncode == 2
    assert [*bench.google.control.journal.entries(), *bench.clockify.control.journal.entries()] == []


def test_run_prints_the_totals_that_people_check_and_where_to_look(bench: Bench) -> None:
    bench.entries(3)
    done = sheetsync("run", "--config", str(bench.configuration()))
    line, checked = done.stdout.splitlines()
    assert line.startswith("✓ november succeeded · 2021-11-01")
    assert checked.strip().startswith("3.00 hours, Billable Amount (USD) 0.00 · http://127.0.0.1:")
    assert f"/spreadsheets/d/{bench.spreadsheet}/edit#gid=" in checked


def test_an_empty_report_that_takes_rows_away_says_so_wherever_the_run_is_told_of(bench: Bench) -> None:
    entries = bench.entries(3)
    path = str(bench.configuration())
    sheetsync("run", "--config", path)
    for entry in entries:
        bench.company.delete_entry(entry)
    told = "the report is empty; 3 rows before"
    first = sheetsync("run", "--config", path)
    assert told in first.stdout
    assert told in sheetsync("history", "--config", path).stdout
    again = json.loads(sheetsync("run", "--format", "json", "--config", path).stdout)[0]
    assert (again["rows"], again["rows_before"], again["reason"]) == (0, 0, None)


def test_a_failed_job_ends_with_status_1_after_the_others_have_run(bench: Bench) -> None:
    bench.entries(1)
    bad = {**bench.job, "name": "bad", "filters": {"clients": ["Nobody"]}}
    path = bench.configuration(bad, bench.job | {"target": {**bench.job["target"], "worksheet": "Other"}})
    done = sheetsync("run", "--format", "json", "--config", str(path))
    assert done.returncode == 1
    assert [outcome["status"] for outcome in json.loads(done.stdout)] == ["failed", "succeeded"]
    assert "no client called 'Nobody'" in json.loads(done.stdout)[0]["error"]


def test_a_failure_in_text_says_which_side_whether_to_try_again_and_the_next_step(bench: Bench) -> None:
    private = bench.google.create("Private", share_with=[])
    path = bench.configuration({**bench.job, "target": {"spreadsheet": private, "worksheet": "Hours"}})
    done = sheetsync("run", "--config", str(path))
    assert done.returncode == 1
    assert "Google, trying again will not help" in done.stderr
    assert f"→ Share the spreadsheet with {ROBOT} as an editor" in done.stderr
    assert "Traceback" not in done.stderr


def test_what_goes_well_at_the_second_try_is_not_talked_about(bench: Bench) -> None:
    bench.entries(1)
    bench.clockify_fails(answer="503")
    bench.google_fails(":batchUpdate", answer="503", when="after")
    done = sheetsync("run", "--config", str(bench.configuration()))
    assert done.returncode == 0
    assert "november succeeded" in done.stdout
    assert [line for line in done.stderr.splitlines() if "warning: a secret stands" not in line] == []


def test_ctrl_c_ends_the_command_and_records_its_runs_as_interrupted(bench: Bench) -> None:
    bench.clockify_fails(delay=5.0, times=None)
    path = bench.configuration(
        bench.job, {**bench.job, "name": "other", "target": {**bench.job["target"], "range": "T1"}}
    )
    command = [sys.executable, "-m", "sheetsync", "run", "--config", str(path)]
    with (
        Ledger.open(loading.load(path, {}).config.state) as ledger,
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process,
    ):
        eventually(lambda: len(ledger.running()) == 2)
        process.send_signal(signal.SIGINT)
        assert process.wait(SECONDS) == 1
        assert {record.state for record in ledger.runs()} == {State.INTERRUPTED}
    assert bench.sent("write") == []


def test_bounds_given_on_the_command_line_win(bench: Bench) -> None:
    bench.entries(30)
    path = str(bench.configuration())
    done = sheetsync("run", "--start", "2021-11-02", "--end", "2021-11-03", "--format", "json", "--config", path)
    (outcome,) = json.loads(done.stdout)
    assert (outcome["start"], outcome["end"], outcome["rows"]) == ("2021-11-02T00:00:00", "2021-11-03T00:00:00", 10)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["run", "decembr"], "no job called 'decembr'"),
        (["run", "--start", "2021-12-02", "--end", "2021-12-01"], "is not before end"),
        (["plan", "--at", "noon"], "--at 'noon' is no date-time"),
        (["run", "--frobnicate"], "No such option"),
        (["frobnicate"], "No such command"),
    ],
)
def test_a_wrong_command_ends_with_status_2(bench: Bench, arguments: list[str], words: str) -> None:
    done = sheetsync(*arguments, "--config", str(bench.configuration()))
    assert done.returncode == 2
    assert words in done.stderr
    assert "Traceback" not in done.stderr


def test_a_wrong_configuration_names_every_mistake_and_ends_with_status_2(tmp_path: Path) -> None:
    path = tmp_path / "config.yaml"
    path.write_text("version: 1\ntimezone: Mars\njobs:\n  - name: a b\n    report: detaild\n", encoding="utf-8")
    done = sheetsync("check", "--config", str(path))
    assert done.returncode == 2
    assert f"{path}:2:1: unknown setting 'timezone'; did you mean 'time_zone'?" in done.stderr
    assert f"{path}:4:11:" in done.stderr
    assert f"{path}:5:13:" in done.stderr
    as_json = json.loads(sheetsync("check", "--format", "json", "--config", str(path)).stdout)
    assert {"file", "line", "column", "message", "todo", "warning"} == set(as_json[0])


def test_no_configuration_says_where_it_was_looked_for(tmp_path: Path) -> None:
    done = sheetsync("plan", cwd=tmp_path, SHEETSYNC_CONFIG="")
    assert done.returncode == 2
    assert "config.example.yaml" in done.stderr


def test_plan_needs_no_network_and_no_secrets_and_has_the_promised_form(bench: Bench) -> None:
    job = {**bench.job, "time_zone": "Europe/Berlin", "start": "{{lastmonthstart}}", "end": "{{thismonthstart}}"}
    nowhere = {"base_url": "http://127.0.0.1:9/api/v1", "reports_url": "http://127.0.0.1:9/report/v1"}
    job["clockify"] = {"api_key": "${NOT_SET_ANYWHERE}", **nowhere}
    path = str(bench.configuration({**job, "schedule": {"cron": "0 7 * * mon-fri"}}))
    done = sheetsync("plan", "--at", "2021-12-24T15:00", "--format", "json", "--config", path)
    (planned,) = json.loads(done.stdout)
    assert planned == {
        "job": "november",
        "report": "detailed",
        "time_zone": "Europe/Berlin",
        "start": "2021-11-01T00:00:00",
        "end": "2021-12-01T00:00:00",
        "clockify_requests_min": 1,
        "target": {"spreadsheet": bench.spreadsheet, "worksheet": "Hours", "range": "A1"},
        "next_slots": [f"2021-12-{day}T07:00:00+01:00" for day in (27, 28, 29, 30, 31)],
    }


def test_a_free_plan_costs_a_request_for_every_31_days(bench: Bench) -> None:
    job = {**bench.job, "end": "2022-11-01", "clockify": {"plan": "free"}}
    done = sheetsync("plan", "--format", "json", "--config", str(bench.configuration(job)))
    assert json.loads(done.stdout)[0]["clockify_requests_min"] == 12


def test_preview_shows_the_table_and_writes_nothing(bench: Bench) -> None:
    bench.entries(30)
    path = str(bench.configuration())
    done = sheetsync("preview", "november", "--rows", "3", "--config", path)
    assert done.returncode == 0, done.stderr
    assert "Entry 2" in done.stdout
    assert "3 of 30 rows" in done.stdout
    shown = json.loads(sheetsync("preview", "november", "--rows", "1", "--format", "json", "--config", path).stdout)
    titles = [column["name"] for column in shown["columns"]]
    assert dict(zip(titles, shown["records"][0], strict=True))["Start Date"] == "2021-11-01"
    assert (shown["start"], shown["end"]) == ("2021-11-01T00:00:00", "2021-12-01T00:00:00")
    assert bench.sent("read") == bench.sent("write") == []


def test_check_online_tries_keys_workspace_filters_and_the_right_to_edit(bench: Bench) -> None:
    bench.company.add_client("Acme")
    good = {**bench.job, "filters": {"clients": ["Acme"]}}
    done = sheetsync("check", "--online", "--config", str(bench.configuration(good)))
    assert done.returncode == 0, done.stdout + done.stderr
    assert "key of Olivia Owner; workspace Sandbox Company" in done.stdout
    assert f"'Reports' can be edited by {ROBOT}" in done.stdout
    assert "developerMetadata" not in json.dumps(bench.person().fetch_sheet_metadata())
    private = bench.google.create("Private", share_with=[])
    bad = {
        **bench.job,
        "name": "bad",
        "filters": {"clients": ["Acne"]},
        "target": {"spreadsheet": private, "worksheet": "Hours"},
    }
    done = sheetsync("check", "--online", "--config", str(bench.configuration(good, bad)))
    assert done.returncode == 1
    assert "Did you mean 'Acme'?" in done.stderr
    assert f"Share the spreadsheet with {ROBOT}" in done.stderr


def test_check_online_looks_for_each_jobs_place_in_its_spreadsheet(bench: Bench) -> None:
    places: dict[str, dict[str, Any]] = {
        "good": {"worksheet": "Hours"},
        "no-tab": {"worksheet": {"gid": 12345}},
        "no-name": {"range": "report"},
    }
    jobs = [
        {**bench.job, "name": name, "target": {"spreadsheet": bench.spreadsheet, **place}}
        for name, place in places.items()
    ]
    done = sheetsync("check", "--online", "--config", str(bench.configuration(*jobs)))
    assert done.returncode == 1
    assert "no tab with gid 12345" in done.stderr
    assert "no range named 'report'" in done.stderr
    assert "target of good" not in done.stdout


def test_a_dry_run_shows_cells_before_and_after(bench: Bench) -> None:
    bench.entries(1)
    path = str(bench.configuration())
    assert sheetsync("run", "--config", path).returncode == 0
    bench.entries(1, day=9)
    done = sheetsync("run", "--dry-run", "--config", path)
    assert done.returncode == 0
    assert "C3: (empty) → 'Entry 0'" in done.stdout
    assert len(bench.rows()) == 2


def test_no_secret_is_printed_even_when_everything_is_said(bench: Bench) -> None:
    key = json.loads(bench.settings["google"]["credentials"])
    bench.clockify_fails(answer="500", times=None)
    path = str(bench.configuration({**bench.job, "clockify": {"timeout": "1s"}, "deadline": "5s"}))
    done = sheetsync("-v", "run", "--config", path)
    assert done.returncode == 1
    for secret in (bench.clockify.api_key, key["private_key"][60:100], key["private_key_id"]):
        assert secret not in done.stdout + done.stderr


def test_a_port_that_is_taken_is_told(bench: Bench) -> None:
    taken = bench.google.url.rpartition(":")[2]
    done = sheetsync("sandbox", "--port-google", taken, "--entries", "0")
    assert done.returncode == 2
    assert "--port-google" in done.stderr
    assert "Traceback" not in done.stderr


def test_the_schema_is_json() -> None:
    assert json.loads(sheetsync("schema").stdout)["$schema"].startswith("https://json-schema.org/")


def test_the_demo_syncs_every_job_and_ends_with_status_0(tmp_path: Path) -> None:
    done = sheetsync("demo", "--exit", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("succeeded") == 4
    assert "96 rows" in done.stdout
    assert oct((tmp_path / "sheetsync-demo" / "service-account.json").stat().st_mode)[-3:] == "600"


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_the_sandbox_says_where_it_serves_and_ends_when_told_to(tmp_path: Path, number: signal.Signals) -> None:
    command = [sys.executable, "-m", "sheetsync", "sandbox", "--format", "json", "--entries", "10"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=tmp_path) as process:
        try:
            assert process.stdout is not None
            address: dict[str, Any] = json.loads(process.stdout.readline())
            assert set(address) == ADDRESS
            key = {"X-Api-Key": address["clockify_api_key"]}
            assert requests.get(f"{address['clockify_base_url']}/user", headers=key, timeout=10).ok
            assert json.loads(Path(address["credentials"]).read_text(encoding="utf-8"))["type"] == "service_account"
        finally:
            process.send_signal(number)
            assert process.wait(timeout=20) == 0


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no device that is always full")
@pytest.mark.parametrize("form", ["text", "json"])
def test_jobs_are_run_though_what_became_of_them_cannot_be_printed(bench: Bench, form: str) -> None:
    bench.entries(3)
    command = [sys.executable, "-m", "sheetsync", "run", "--format", form, "--config", str(bench.configuration())]
    with Path("/dev/full").open("w", encoding="utf-8") as full:
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, timeout=SECONDS, check=False)
    assert done.returncode == 1
    assert "No space left on device" in done.stderr
    assert "Traceback" not in done.stderr
    with Ledger.open(loading.load(bench.configuration(), os.environ).config.state) as ledger:
        assert [record.state for record in ledger.runs(None, 10)] == [State.SUCCEEDED]


def test_on_a_terminal_a_bar_shows_how_far_a_run_is_and_leaves_no_trace(bench: Bench) -> None:
    bench.entries(3)
    bench.clockify.control.faults.add(Fault(delay=0.3))
    told, terminal = pty.openpty()
    command = [sys.executable, "-m", "sheetsync", "run", "--config", str(bench.configuration())]
    environ = {**os.environ, "TERM": "xterm", "NO_COLOR": "1"}
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=terminal, env=environ, timeout=SECONDS, check=True)
    os.close(terminal)
    shown = os.read(told, 1 << 20).decode()
    assert "november: asking Clockify" in shown
    after_the_last_erasing = shown.rpartition("\x1b[2K")[2]
    assert "november" not in after_the_last_erasing
    assert done.stdout.decode().startswith("✓ november succeeded")
